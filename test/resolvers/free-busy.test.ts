/** freeBusy: what counts after answer and transparency, copies of one event once, and what its scope may see. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import type {
  Attendee,
  EventContent,
  EventException,
  EventTime,
  ParticipationStatus,
} from '../../domain/events/model.ts';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let accountId = '';
let profileId = '';
/** Two calendars of one account, at the provider and here. */
let remote: readonly [string, string] = ['', ''];
let ids: readonly [string, string] = ['', ''];
beforeAll(async () => {
  graph = await openGraph();
  remote = [graph.provider.addCalendar({ name: 'Own' }), graph.provider.addCalendar({ name: 'Team' })];
  const { connectCalDav } = await graph.data(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { account { id } profile { id calendars { id name } } userErrors { code message } } }',
    { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
  );
  accountId = connectCalDav.account.id;
  profileId = connectCalDav.profile.id;
  const idOf = (name: string): string =>
    connectCalDav.profile.calendars.find((calendar: Loose) => calendar.name === name).id;
  ids = [idOf('Own'), idOf('Team')];
});
afterAll(() => graph.close());
/** As if neither side had ever had an event; the next poll finds nothing to remove. */
async function forget(): Promise<void> {
  for (const calendar of remote) {
    const { resources } = graph.provider.calendar(calendar);
    for (const { remoteId } of [...resources.values()]) graph.provider.delete(calendar, remoteId);
  }
  await graph.fresh.superuser('delete from event');
}

const at = (text: string): EventTime => ({ kind: 'utc', instant: Date.parse(`2026-03-${text}:00Z`) });
const attendee = (email: string, status: ParticipationStatus): Attendee => ({ uri: `mailto:${email}`, email, name: null, status, optional: false, resource: false }); // biome-ignore format: one record
const invitation = (status: ParticipationStatus): Partial<EventContent> => ({
  organizer: { uri: 'mailto:bob@example.test', email: 'bob@example.test', name: null },
  attendees: [attendee('bob@example.test', 'ACCEPTED'), attendee('alice@example.test', status)],
});

function content(start: string, end: string, more: Partial<EventContent> = {}): EventContent {
  return {
    summary: 'secret', description: null, start: at(start), end: at(end), nominalDays: null, status: 'CONFIRMED', busyStatus: 'BUSY', visibility: 'DEFAULT',
    location: null, url: null, color: null, categories: [], organizer: null, attendees: [], reminders: [], rules: [], ...more,
  }; // biome-ignore format: one record
}

function put(calendar: 0 | 1, uid: string, master: EventContent | null, exceptions: EventException[] = []): void {
  graph.provider.put(remote[calendar], { uid, master, exceptions, sequence: 0, stampedAt: null, createdAt: null, updatedAt: null, marker: null }); // biome-ignore format: one call
}

const ask = `query ($id: ID!, $filter: FreeBusyFilter!, $first: Int, $after: String) { account(id: $id) { freeBusy(filter: $filter, first: $first, after: $after) {
  nodes { busyStatus unanswered start { local } end { local } eventId deleted calendar { id } } pageInfo { hasNextPage endCursor } } } }`;
const march = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };

async function freeBusy(filter: Record<string, unknown> = {}, page: Record<string, unknown> = {}): Promise<Loose> {
  return (await graph.data(ask, { id: accountId, filter: { ...march, ...filter }, ...page })).account.freeBusy;
}
const shown = async (filter: Record<string, unknown> = {}) =>
  (await freeBusy(filter)).nodes.map((node: Loose) => [
    node.start.local.slice(8, 16),
    node.end.local.slice(8, 16),
    node.busyStatus + (node.unanswered ? '?' : ''),
  ]);

describe('effective busy', () => {
  beforeAll(forget);

  test('is one table: cancelled, declined, transparent, unanswered, tentative, away', async () => {
    put(0, 'accepted', content('02T08:00', '02T09:00', invitation('ACCEPTED')));
    put(0, 'declined', content('02T10:00', '02T11:00', invitation('DECLINED')));
    put(0, 'unanswered', content('02T11:00', '02T12:00', invitation('NEEDS_ACTION')));
    put(0, 'transparent', content('02T12:00', '02T13:00', { busyStatus: 'FREE' }));
    put(0, 'perhaps', content('02T13:00', '02T14:00', invitation('TENTATIVE')));
    put(0, 'cancelled', content('02T14:00', '02T15:00', { status: 'CANCELLED' }));
    put(0, 'away', content('02T15:00', '02T16:00', { busyStatus: 'OUT_OF_OFFICE' }));
    await graph.engine.pollNow(profileId);
    const busy = [
      ['02T08:00', '02T09:00', 'BUSY'],
      ['02T11:00', '02T12:00', 'BUSY?'],
      ['02T13:00', '02T14:00', 'TENTATIVE'],
      ['02T15:00', '02T16:00', 'OUT_OF_OFFICE'],
    ];
    expect(await shown()).toEqual(busy);
    const free = [
      ['02T10:00', '02T11:00', 'FREE'],
      ['02T12:00', '02T13:00', 'FREE'],
    ];
    expect(await shown({ includeFree: true })).toEqual([...busy, ...free].sort());
  });
});

describe('copies in several calendars of an account', () => {
  beforeEach(forget);

  test('count once, as busy as the busiest of them says', async () => {
    put(0, 'meeting', content('02T10:00', '02T11:00', invitation('DECLINED')));
    put(1, 'meeting', content('02T10:00', '02T11:00'));
    put(0, 'both', content('03T10:00', '03T11:00'));
    put(1, 'both', content('03T10:00', '03T11:00'));
    await graph.engine.pollNow(profileId);
    expect(await shown()).toEqual([
      ['02T10:00', '02T11:00', 'BUSY'],
      ['03T10:00', '03T11:00', 'BUSY'],
    ]);
    const [meeting] = (await freeBusy()).nodes;
    expect(meeting.calendar.id).toBe(ids[1]);
    // Only what is considered counts.
    expect(await shown({ calendarIds: [ids[0]] })).toEqual([['03T10:00', '03T11:00', 'BUSY']]);
    expect(await shown({ calendarIds: [ids[1]] })).toHaveLength(2);
    // The list of events shows each calendar's copy (semantics C5).
    const { account } = await graph.data('query ($id: ID!, $filter: EventFilter) { account(id: $id) { events(filter: $filter) { nodes { id } } } }', { id: accountId, filter: march }); // biome-ignore format: one call
    expect(account.events.nodes).toHaveLength(4);
  });

  test('at different times take both: the union', async () => {
    put(0, 'moved', content('02T10:00', '02T11:00'));
    put(1, 'moved', content('02T10:30', '02T12:00'));
    await graph.engine.pollNow(profileId);
    expect(await shown()).toEqual([
      ['02T10:00', '02T11:00', 'BUSY'],
      ['02T10:30', '02T12:00', 'BUSY'],
    ]);
  });

  test('of a series count once an occurrence, also where one server wrote wall clocks and the other UTC', async () => {
    const wall = (text: string): EventTime => ({ kind: 'zoned', local: `2026-03-${text}:00`, zone: 'Europe/London', instant: Date.parse(`2026-03-${text}:00Z`) }); // biome-ignore format: one record
    const rules = ['RRULE:FREQ=DAILY;COUNT=4'];
    put(0, 'daily', content('02T10:00', '02T11:00', { start: wall('02T10:00'), end: wall('02T11:00'), rules }));
    put(1, 'daily', content('02T10:00', '02T11:00', { rules }), [
      { recurrenceId: '20260303T100000Z', content: content('03T15:00', '03T16:00') },
      { recurrenceId: '20260304T100000Z', content: content('04T10:00', '04T11:00', { status: 'CANCELLED' }) },
      { recurrenceId: '20260305T100000Z', content: content('05T10:00', '05T11:00', { busyStatus: 'FREE' }) },
    ]);
    await graph.engine.pollNow(profileId);
    expect(await shown()).toEqual([
      ['02T10:00', '02T11:00', 'BUSY'],
      ['03T10:00', '03T11:00', 'BUSY'],
      ['03T15:00', '03T16:00', 'BUSY'],
      ['04T10:00', '04T11:00', 'BUSY'],
      ['05T10:00', '05T11:00', 'BUSY'],
    ]);
  });

  test('an invitation to one occurrence is a copy of that one', async () => {
    put(0, 'daily', content('02T10:00', '02T11:00', { rules: ['RRULE:FREQ=DAILY;COUNT=2'], busyStatus: 'FREE' }));
    put(1, 'daily', null, [{ recurrenceId: '20260303T100000Z', content: content('03T10:00', '03T11:00') }]);
    await graph.engine.pollNow(profileId);
    expect(await shown()).toEqual([['03T10:00', '03T11:00', 'BUSY']]);
  });

  test('pages of any size show each once, free ones and copies among them', async () => {
    for (let n = 0; n < 12; n++) {
      // Three at each start, so that pages end between copies.
      const day = String(2 + Math.floor(n / 3)).padStart(2, '0');
      const free: Partial<EventContent> = n % 4 === 0 ? { busyStatus: 'FREE' } : {};
      put(0, `u${n}`, content(`${day}T10:00`, `${day}T11:00`, free));
      if (n % 2 === 0) put(1, `u${n}`, content(`${day}T10:00`, `${day}T11:00`));
    }
    put(0, 'series', content('02T10:00', '02T11:00', { rules: ['RRULE:FREQ=DAILY;COUNT=4'] }));
    put(1, 'series', content('02T10:00', '02T11:00', { rules: ['RRULE:FREQ=DAILY;COUNT=4'] }));
    await graph.engine.pollNow(profileId);
    const whole = (await freeBusy()).nodes;
    // u0, u4 and u8 are free in one calendar and busy in the other.
    expect(whole).toHaveLength(16);
    for (const first of [1, 2, 3, 5]) {
      const walked: Loose[] = [];
      let after: string | null = null;
      do {
        const page: Loose = await freeBusy({}, { first, after });
        walked.push(...page.nodes);
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(walked).toEqual(whole);
    }
  });

  test('deleted ones give way to those that are there; modifiedSince asks any of them', async () => {
    graph.clock.now = null;
    put(0, 'copy', content('02T10:00', '02T11:00'));
    put(1, 'copy', content('02T10:00', '02T11:00'));
    put(1, 'gone', content('03T10:00', '03T11:00'));
    await graph.engine.pollNow(profileId);
    for (const uid of ['copy', 'gone']) graph.provider.delete(remote[1], graph.provider.placeOf(remote[1], uid));
    await graph.engine.pollNow(profileId);
    expect(await shown()).toEqual([['02T10:00', '02T11:00', 'BUSY']]);
    const { nodes } = await freeBusy({ includeDeleted: true });
    expect(nodes.map((node: Loose) => [node.start.local.slice(8, 10), node.busyStatus, node.deleted])).toEqual([
      ['02', 'BUSY', false],
      ['03', 'FREE', true],
    ]);
    expect(await shown({ modifiedSince: '2100-01-01T00:00:00Z' })).toEqual([]);
    expect(await shown({ modifiedSince: '2020-01-01T00:00:00Z' })).toHaveLength(1);
  });

  test('cost one statement more, and none where an account has one calendar', async () => {
    for (let n = 0; n < 20; n++) put(0, `u${n}`, content('02T10:00', '02T11:00'));
    await graph.engine.pollNow(profileId);
    const both = await graph.run(ask, { id: accountId, filter: march });
    const one = await graph.run(ask, { id: accountId, filter: { ...march, calendarIds: [ids[0]] } });
    // The account, its calendars, the list, the copies.
    expect([both.sqlQueries, one.sqlQueries]).toEqual([4, 3]);
  });
});

test('ten thousand free occurrences end a page early; its cursor goes on behind them', async () => {
  await forget();
  put(0, 'free', content('02T00:00', '02T00:01', { rules: ['RRULE:FREQ=MINUTELY;COUNT=11000'], busyStatus: 'FREE' }));
  put(0, 'busy', content('20T10:00', '20T11:00'));
  await graph.engine.pollNow(profileId);
  const first = await freeBusy();
  expect(first.nodes).toEqual([]);
  expect(first.pageInfo).toEqual({ hasNextPage: true, endCursor: expect.any(String) });
  const second = await freeBusy({}, { after: first.pageInfo.endCursor });
  expect(second.nodes.map((node: Loose) => node.busyStatus)).toEqual(['BUSY']);
  expect(second.pageInfo.hasNextPage).toBe(false);
});

describe('a credential that may read free/busy alone', () => {
  const token = 'a-token-that-may-read-free-busy-alone-0123456789';
  let eventId = '';
  beforeAll(async () => {
    const { store } = graph.fresh;
    await store.asWorker((tx) =>
      tx
        .insertInto('credential')
        .values({ id: store.ids('crd'), application_id: graph.applicationId, account_id: accountId, kind: 'ACCOUNT_TOKEN', token_hash: hashToken(token), scopes: ['read_free_busy'] }) // biome-ignore format: one record
        .execute(),
    );
    await forget();
    put(0, 'secret', content('02T10:00', '02T11:00', invitation('ACCEPTED')));
    await graph.engine.pollNow(profileId);
    eventId = (await freeBusy()).nodes[0].eventId;
  });

  test('sees what is busy, and not in which calendar', async () => {
    const document = ask.replace('calendar { id }', 'calendar { id } key');
    const answer = await graph.run(document, { id: accountId, filter: march }, token);
    expect(answer.errors).toEqual([]);
    expect(answer.data.account.freeBusy.nodes).toEqual([
      {
        busyStatus: 'BUSY',
        unanswered: false,
        start: { local: '2026-03-02T10:00:00Z' },
        end: { local: '2026-03-02T11:00:00Z' },
        eventId,
        deleted: false,
        calendar: null,
        key: null,
      },
    ]);
  });

  test.each([
    ['events of the account', '{ account(id: $account) { events { nodes { id } } } }', 'read_events'],
    ['events of a calendar', '{ calendar(id: $calendar) { events { nodes { id } } } }', 'list_calendars'],
    [
      'its own events',
      '{ account(id: $account) { events(filter: { managed: ONLY }) { nodes { id } } } }',
      'read_events',
    ],
    ['an event', '{ event(by: { id: $event }) { id } }', 'read_events'],
    ['an event as a node', '{ node(id: $event) { ... on CalendarEvent { summary } } }', 'read_events'],
    ['a calendar', '{ calendar(id: $calendar) { id } }', 'list_calendars'],
    [
      'names of calendars',
      '{ account(id: $account) { freeBusy(filter: $filter) { nodes { calendar { name } } } } }',
      'list_calendars',
    ],
    ['its calendars', '{ account(id: $account) { calendars { id } } }', 'list_calendars'],
    ['who the account is', '{ account(id: $account) { name email } }', 'read_account'],
    ['its profiles', '{ profile(id: $profile) { id } }', 'read_account'],
    ['subjects of changes', '{ changes { changes { subject { ... on CalendarEvent { summary } } } } }', 'read_events'],
    ['its account through a change', '{ changes { changes { account { email } } } }', 'read_account'],
    ['operations', '{ operations { nodes { id } } }', 'create_event'],
  ])('is refused %s', async (_what, selection, requiredScope) => {
    const used = [...new Set(selection.match(/\$\w+/g))].map((name) => `${name}: ${name === '$filter' ? 'FreeBusyFilter!' : 'ID!'}`); // biome-ignore format: one expression
    const declared = used.length === 0 ? '' : `(${used.join(', ')})`;
    const variables = { account: accountId, calendar: ids[0], event: eventId, profile: profileId, filter: march };
    const named = Object.fromEntries(Object.entries(variables).filter(([name]) => selection.includes(`$${name}`)));
    const { data, errors } = await graph.run(`query ${declared} ${selection}`, named, token);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ code: 'FORBIDDEN', extensions: { requiredScope } }]);
  });

  test('finds nothing of it by its ids', async () => {
    const document = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const asked = [eventId, ids[0], profileId];
    expect((await graph.data(document, { ids: asked })).nodes.map((node: Loose) => node?.id)).toEqual(asked);
    expect((await graph.data(document, { ids: asked }, token)).nodes).toEqual([null, null, null]);
  });

  test('is told that something changed, and never what', async () => {
    const document =
      'query ($after: String) { changes(after: $after) { cursor changes { kind subjectId subject { __typename } } } }';
    const { cursor } = (await graph.data(document, {}, token)).changes;
    put(0, 'another', content('04T10:00', '04T11:00'));
    await graph.engine.pollNow(profileId);
    const { changes } = (await graph.data(document, { after: cursor }, token)).changes;
    expect(changes).toMatchObject([{ kind: 'EVENT_CREATED', subject: null }]);
  });
});

describe('a credential that may only write', () => {
  const token = 'a-token-that-may-only-write-to-calendars-01234567';

  test("finds others' events by no way", async () => {
    const { store } = graph.fresh;
    await store.asWorker((tx) =>
      tx
        .insertInto('credential')
        .values({ id: store.ids('crd'), application_id: graph.applicationId, account_id: accountId, kind: 'ACCOUNT_TOKEN', token_hash: hashToken(token), scopes: ['write_only'] }) // biome-ignore format: one record
        .execute(),
    );
    const eventId = (await freeBusy()).nodes[0].eventId;
    const document = 'query ($id: ID!) { node(id: $id) { id ... on CalendarEvent { summary } } }';
    expect((await graph.data(document, { id: eventId })).node.summary).toBe('secret');
    expect((await graph.data(document, { id: eventId }, token)).node).toBeNull();
    const one = await graph.run('query ($id: ID!) { event(by: { id: $id }) { summary } }', { id: eventId }, token);
    expect(one.errors).toMatchObject([{ code: 'FORBIDDEN', extensions: { requiredScope: 'read_events' } }]);
  });
});
