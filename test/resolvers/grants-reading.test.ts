/** What an account granted bounds the reading of an API key that has every scope, and of tokens made when it granted more. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Scope, scopes } from '../../domain/actor.ts';
import { composites, expandScopes } from '../../domain/grants.ts';
import { applicationCalendar, type Loose, type TestGraph } from '../setup/graph.ts';
import { everything, type GrantedAccount, ics, openGranted, range, times } from './granted-account.ts';

let mine: GrantedAccount;
let graph: TestGraph;
let granting: GrantedAccount['granting'];
beforeAll(async () => {
  mine = await openGranted();
  ({ graph, granting } = mine);
});
afterAll(() => graph.close());
beforeEach(() => granting(everything));

const names: readonly string[] = [...scopes, ...Object.keys(composites)];
const forbidden = (...any: Scope[]) => [{ code: 'FORBIDDEN', extensions: { requiredScope: any[0] } }];

const fields: readonly (readonly [string, readonly Scope[], (answer: Loose) => unknown])[] = [
  ['name', ['read_account'], (account) => account.name],
  [`freeBusy(filter: { ${range} }) { nodes { busyStatus } }`, ['read_free_busy', 'read_events'], (a) => a.freeBusy],
  [`events(filter: { ${range} }) { nodes { id } }`, ['read_events'], (account) => account.events],
  [`events(filter: { managed: ONLY, ${range} }) { nodes { id } }`, ['read_events', 'create_event'], (a) => a.events],
  ['availabilityRules { id }', ['read_free_busy', 'read_events'], (account) => account.availabilityRules],
];

test.each(names)(
  'of an account that granted %s alone: exactly that, the rest of the document besides',
  async (name) => {
    await granting([name]);
    const granted = expandScopes([name]);
    const basic: readonly Scope[] = ['read_account', 'read_free_busy', 'read_events', 'list_calendars', 'create_event'];
    for (const [field, any, of] of fields) {
      const { data, errors } = await graph.run(`query ($id: ID!) { account(id: $id) { id ${field} } }`, {
        id: mine.accountId,
      });
      if (!basic.some((scope) => granted.has(scope))) {
        expect([data, errors]).toEqual([{ account: null }, []]);
      } else if (any.some((scope) => granted.has(scope))) {
        expect(errors).toEqual([]);
        expect(of(data.account)).not.toBeUndefined();
      } else {
        expect(errors).toMatchObject(forbidden(...any));
        // A field that may not be null takes its object along; one that may be leaves the others.
        expect(data.account).toMatchObject({ id: mine.accountId });
        expect(of(data.account)).toBeNull();
      }
    }
  },
);

test('a grant of free and busy times tells when, and nothing of what', async () => {
  await granting(['free_busy']);
  const document = `query ($account: ID!, $calendar: ID!, $own: ID!, $external: ID!) {
      account(id: $account) { freeBusy(filter: { ${range} }) { nodes { eventId calendar { id } } } events(filter: { ${range}, managed: INCLUDE }) { nodes { summary } } }
      calendar(id: $calendar) { name icsUrl events(filter: { ${range} }) { nodes { summary } } }
      own: node(id: $own) { id } external: node(id: $external) { id }
      event(by: { id: $external }) { summary } byUid: event(by: { external: { calendarId: $calendar, uid: "theirs@example.com" } }) { summary }
      byKey: event(by: { managed: { calendarId: $calendar, key: "own" } }) { summary } }`;
  const { data, errors, sqlQueries } = await graph.run(document, {
      account: mine.accountId, calendar: mine.calendarId, own: mine.own, external: mine.external,
    }); // biome-ignore format: one call
  expect(data.account.freeBusy.nodes).toHaveLength(2);
  expect([data.account.events, data.calendar.events, data.calendar.icsUrl]).toEqual([null, null, null]);
  expect([data.own, data.external, data.event, data.byUid, data.byKey]).toEqual([null, null, null, null, null]);
  expect(errors.map(({ code, extensions }) => [code, extensions['requiredScope']])).toEqual([
      ['FORBIDDEN', 'read_events'], ['FORBIDDEN', 'read_events'], ['FORBIDDEN', 'read_events'],
    ]); // biome-ignore format: one list
  await granting(everything);
  const all = await graph.run(document, {
      account: mine.accountId, calendar: mine.calendarId, own: mine.own, external: mine.external,
    }); // biome-ignore format: one call
  expect(all.errors).toEqual([]);
  // What bounds the reading is read with the rows: never a statement more than the whole answer takes.
  expect(sqlQueries).toBeLessThanOrEqual(all.sqlQueries);
});

test('lists leave out what did not grant to be listed, and pages stay full', async () => {
  const { accountId } = await applicationCalendar(graph, 'beside');
  const list = async () => {
    const { data, errors } = await graph.run(
      '{ accounts(first: 1) { nodes { id } pageInfo { hasNextPage } } profiles { nodes { id } } }',
    );
    expect(errors).toEqual([]);
    return data;
  };
  expect((await list()).accounts.pageInfo.hasNextPage).toBe(true);
  await granting(['read_events', 'list_calendars']);
  const { accounts, profiles } = await list();
  expect(accounts).toEqual({ nodes: [{ id: accountId }], pageInfo: { hasNextPage: false } });
  expect(profiles.nodes).not.toContainEqual({ id: mine.profileId });
  await granting(['read_account']);
  const { data, errors } = await graph.run(
    'query ($id: ID!, $profile: ID!, $calendar: ID!) { account(id: $id) { calendars { id } profiles { id calendars { id } } } profile(id: $profile) { id } calendar(id: $calendar) { id } nodes(ids: [$id, $profile, $calendar]) { id } accountsById(ids: [$id]) { id } }',
    { id: mine.accountId, profile: mine.profileId, calendar: mine.calendarId },
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    account: { calendars: [], profiles: [{ id: mine.profileId, calendars: [] }] },
    profile: { id: mine.profileId },
    calendar: null,
    nodes: [{ id: mine.accountId }, { id: mine.profileId }, null],
    accountsById: [{ id: mine.accountId }],
  });
});

test('changes are told as what they are about may be read, by the grant as it is when they are read', async () => {
  const { changes: start } = await graph.data('{ changes { cursor } }');
  await graph.data(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { userErrors { code message } } }',
    {
      input: { calendarId: mine.calendarId, key: 'told', summary: 'Told', ...times },
    },
  );
  await graph.data(
    'mutation ($input: ImportIcsInput!) { importIcs(input: $input) { created userErrors { code message } } }',
    {
      input: { calendarId: mine.calendarId, ics: ics('told@example.com') },
    },
  );
  await graph.data(
    'mutation ($input: CreateCalendarInput!) { createCalendar(input: $input) { userErrors { code message } } }',
    {
      input: { profileId: mine.profileId, name: 'Told' },
    },
  );
  await graph.data(
    'mutation ($input: DeleteManagedEventInput!) { deleteManagedEvent(input: $input) { userErrors { code message } } }',
    {
      input: { calendarId: mine.calendarId, key: 'told' },
    },
  );
  const told = async (...granted: string[]) => {
    await granting(granted);
    const { changes } = await graph.data(
      'query ($after: String) { changes(after: $after, filter: { includeOwn: true }) { changes { kind subject { __typename } } } }',
      { after: start.cursor },
    );
    return changes.changes.map(
      ({ kind, subject }: Loose) => `${kind}${subject === null ? '' : ` ${subject.__typename}`}`,
    );
  };
  expect(await told('read_write')).toEqual([
    'EVENT_CREATED',
    'EVENT_CREATED CalendarEvent',
    'CALENDAR_CREATED Calendar',
    'EVENT_DELETED',
  ]);
  // That something happened in the time; what, is not shown.
  expect(await told('read_free_busy')).toEqual(['EVENT_CREATED', 'EVENT_CREATED', 'EVENT_DELETED']);
  expect(await told('list_calendars')).toEqual(['CALENDAR_CREATED Calendar']);
  expect(await told('create_event')).toEqual(['EVENT_CREATED', 'EVENT_DELETED']);
  expect(await told('read_account')).toEqual([]);
});

test('a subscription that is open ends telling what is granted no more', async () => {
  const batches = await graph.subscribe('subscription { changes(filter: { includeOwn: true }) { changes { kind } } }');
  await batches.next();
  await granting(['read_account', 'create_event', 'create_calendar']);
  const import_ = { calendarId: mine.calendarId, ics: ics('live@example.com') };
  await graph.data('mutation ($input: ImportIcsInput!) { importIcs(input: $input) { userErrors { code message } } }', {
    input: import_,
  });
  await graph.data(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { userErrors { code message } } }',
    {
      input: { calendarId: mine.calendarId, key: 'live', summary: 'Live', ...times },
    },
  );
  const { value } = await batches.next();
  expect(value.data.changes.changes).toEqual([{ kind: 'EVENT_CREATED' }]);
  await batches.return?.();
});

test('an account token that was given more is bounded as a whole, and says what it may do', async () => {
  await granting(['free_busy']);
  const credential = await graph.data('{ credential { scopes } }', {}, mine.token);
  expect(credential.credential.scopes).toEqual(['list_calendars', 'read_account', 'read_free_busy']);
  const { data, errors } = await graph.run(`query ($id: ID!) { account(id: $id) { events(filter: { ${range} }) { nodes { id } } } }`, { id: mine.accountId }, mine.token); // biome-ignore format: one call
  expect([data, errors]).toMatchObject([null, forbidden('read_events')]);
});

test('a feed that was turned on answers nothing once reading is granted no more', async () => {
  const { setIcsFeed } = await graph.data(
    'mutation ($input: SetIcsFeedInput!) { setIcsFeed(input: $input) { calendar { icsUrl } userErrors { code message } } }',
    { input: { calendarId: mine.calendarId, enabled: true } },
  );
  const secret = /\/feeds\/(.+)\.ics$/.exec(setIcsFeed.calendar.icsUrl)?.[1] ?? '';
  expect(await graph.services.feeds.open(secret)).not.toBeNull();
  await granting(['free_busy']);
  expect(await graph.services.feeds.open(secret)).toBeNull();
  await granting(['read_only']);
  expect(await graph.services.feeds.open(secret)).not.toBeNull();
});
