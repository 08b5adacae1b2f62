/** Who may see what: account tokens, another application, scopes. "Not yours" answers as "not there". */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { applicationCalendar, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
const foreignKey = 'another-applications-key-0123456789-0123456789';
const writeOnly = 'a-token-that-may-only-write-0123456789-01234567';
beforeAll(async () => {
  graph = await openGraph();
  const { store } = graph.fresh;
  await store.asWorker(async (tx) => {
    const unitId = store.ids('org');
    const applicationId = store.ids('app');
    await tx.insertInto('organizational_unit').values({ id: unitId, name: 'Other' }).execute();
    await tx
      .insertInto('application')
      .values({ id: applicationId, unit_id: unitId, name: 'Other', client_id: 'other', mode: 'PRODUCTION' })
      .execute();
    await tx
      .insertInto('credential')
      .values({
        id: store.ids('crd'),
        application_id: applicationId,
        kind: 'API_KEY',
        token_hash: hashToken(foreignKey),
        scopes: ['read_write'],
      })
      .execute();
  });
});
afterAll(() => graph.close());

const timed = (dateTime: string) => ({ timed: { dateTime, timeZone: 'Europe/London' } });

async function madeEvent(key: string) {
  const place = await applicationCalendar(graph, key);
  const { upsertEvent } = await graph.data(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id uid } operation { id } userErrors { code message } } }',
    {
      input: {
        calendarId: place.calendarId,
        key: 'k',
        summary: 'secret',
        start: timed('2026-03-02T10:00:00Z'),
        end: timed('2026-03-02T11:00:00Z'),
      },
    },
  );
  const { account } = await graph.data('query ($id: ID!) { account(id: $id) { profiles { id } } }', {
    id: place.accountId,
  });
  return {
    ...place,
    eventId: upsertEvent.event.id,
    uid: upsertEvent.event.uid,
    operationId: upsertEvent.operation.id,
    profileId: account.profiles[0].id,
  };
}

describe('another application', () => {
  test('sees nothing of it by any id, for the same number of queries as for an id of nobody', async () => {
    const made = await madeEvent('theirs');
    const document = `query ($account: ID!, $profile: ID!, $calendar: ID!, $event: ID!, $operation: ID!) {
      account(id: $account) { id } profile(id: $profile) { id } calendar(id: $calendar) { id } node(id: $event) { id } operation(id: $operation) { id }
      accountsById(ids: [$account]) { id } event(by: { managed: { calendarId: $calendar, key: "k" } }) { id } accounts { nodes { id } } operations { nodes { id } } changes { changes { kind } } }`;
    const mine = {
      account: made.accountId,
      profile: made.profileId,
      calendar: made.calendarId,
      event: made.eventId,
      operation: made.operationId,
    };
    const foreign = await graph.run(document, mine, foreignKey);
    expect(foreign.errors).toEqual([]);
    expect(foreign.data).toEqual({
      account: null, profile: null, calendar: null, node: null, operation: null, accountsById: [null], event: null,
      accounts: { nodes: [] }, operations: { nodes: [] }, changes: { changes: [] },
    }); // biome-ignore format: one answer
    const nobody = Object.fromEntries(
      Object.entries(mine).map(([name, id]) => [name, `${id.slice(0, 4)}${'0'.repeat(26)}`]),
    );
    const absent = await graph.run(document, nobody, foreignKey);
    expect(absent.data).toEqual(foreign.data);
    expect(absent.sqlQueries).toBe(foreign.sqlQueries);
  });

  test.each([
    [
      'upsertEvent',
      'UpsertEventInput',
      (m: Record<string, string>) => ({
        calendarId: m['calendarId'],
        key: 'x',
        summary: 'x',
        start: timed('2026-03-02T10:00:00Z'),
        end: timed('2026-03-02T11:00:00Z'),
      }),
    ],
    ['updateEvent', 'UpdateEventInput', (m: Record<string, string>) => ({ id: m['eventId'], summary: 'x' })],
    ['deleteEvent', 'DeleteEventInput', (m: Record<string, string>) => ({ id: m['eventId'] })],
    [
      'deleteManagedEvent',
      'DeleteManagedEventInput',
      (m: Record<string, string>) => ({ calendarId: m['calendarId'], key: 'k' }),
    ],
    [
      'deleteManagedEvents',
      'DeleteManagedEventsInput',
      (m: Record<string, string>) => ({ allOfAccountId: m['accountId'] }),
    ],
    ['deleteCalendar', 'DeleteCalendarInput', (m: Record<string, string>) => ({ calendarId: m['calendarId'] })],
    [
      'createCalendar',
      'CreateCalendarInput',
      (m: Record<string, string>) => ({ profileId: m['profileId'], name: 'x' }),
    ],
    [
      'importIcs',
      'ImportIcsInput',
      (m: Record<string, string>) => ({ calendarId: m['calendarId'], ics: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR' }),
    ],
    ['revokeProfile', 'RevokeProfileInput', (m: Record<string, string>) => ({ profileId: m['profileId'] })],
    ['syncCalendar', 'SyncCalendarInput', (m: Record<string, string>) => ({ calendarId: m['calendarId'] })],
  ])('%s of another tenant answers NOT_FOUND and changes nothing', async (mutation, type, input) => {
    const made = await madeEvent(`theirs ${mutation}`);
    const answer = await graph.run(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
      { input: input(made) },
      foreignKey,
    );
    expect(answer.errors).toEqual([]);
    expect(answer.data[mutation].userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { node } = await graph.data('query ($id: ID!) { node(id: $id) { ... on CalendarEvent { summary } } }', {
      id: made.eventId,
    });
    expect(node).toEqual({ summary: 'secret' });
  });

  test("an event managed by one application is another's external event", async () => {
    const made = await madeEvent('shared');
    const { store } = graph.fresh;
    await store.asWorker(async (tx) => {
      const other = await tx
        .selectFrom('application')
        .select('id')
        .where('client_id', '=', 'other')
        .executeTakeFirstOrThrow();
      await tx
        .insertInto('authorization_grant')
        .values({ id: store.ids('aut'), application_id: other.id, account_id: made.accountId, scopes: ['read_write'] })
        .execute();
    });
    const { data } = await graph.run(
      'query ($id: ID!) { node(id: $id) { ... on CalendarEvent { origin key metadata summary } } }',
      { id: made.eventId },
      foreignKey,
    );
    expect(data.node).toEqual({ origin: 'EXTERNAL', key: null, metadata: null, summary: 'secret' });
  });
});

describe('an account token', () => {
  test('sees its own account and no other, and no list of accounts', async () => {
    const mine = await madeEvent('token');
    const other = await madeEvent('other');
    const answer = await graph.run(
      'query ($mine: ID!, $other: ID!, $event: ID!) { a: account(id: $mine) { id } b: account(id: $other) { id } node(id: $event) { id } credential { kind account { id } } }',
      { mine: mine.accountId, other: other.accountId, event: other.eventId },
      mine.token,
    );
    expect(answer.data).toEqual({
      a: { id: mine.accountId },
      b: null,
      node: null,
      credential: { kind: 'ACCOUNT_TOKEN', account: { id: mine.accountId } },
    });
    const list = await graph.run('{ accounts { nodes { id } } }', {}, mine.token);
    expect(list.errors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  test("writes with the same effect as the key, and its changes are its application's own", async () => {
    const mine = await madeEvent('token-write');
    const { updateEvent } = await graph.data(
      'mutation ($i: UpdateEventInput!) { updateEvent(input: $i) { event { summary key } userErrors { code message } } }',
      { i: { id: mine.eventId, summary: 'changed' } },
      mine.token,
    );
    expect(updateEvent.event).toEqual({ summary: 'changed', key: 'k' });
  });
});

describe('scopes', () => {
  test('a credential that may only write reads its own events and no others', async () => {
    const made = await madeEvent('scoped');
    const { store } = graph.fresh;
    await store.asWorker((tx) =>
      tx
        .insertInto('credential')
        .values({
          id: store.ids('crd'),
          application_id: graph.applicationId,
          account_id: made.accountId,
          kind: 'ACCOUNT_TOKEN',
          token_hash: hashToken(writeOnly),
          scopes: ['write_only'],
        })
        .execute(),
    );
    const document =
      'query ($id: ID!, $managed: ManagedEvents) { calendar(id: $id) { events(filter: { managed: $managed, from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" }) { nodes { summary } } } }';
    const own = await graph.run(document, { id: made.calendarId, managed: 'ONLY' }, writeOnly);
    expect(own.data.calendar.events.nodes).toEqual([{ summary: 'secret' }]);
    const all = await graph.run(document, { id: made.calendarId, managed: 'INCLUDE' }, writeOnly);
    expect(all.errors).toMatchObject([{ code: 'FORBIDDEN', extensions: { requiredScope: 'read_events' } }]);
    const busy = await graph.run(
      'query ($id: ID!) { account(id: $id) { freeBusy(filter: { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" }) { nodes { busyStatus } } } }',
      { id: made.accountId },
      writeOnly,
    );
    expect(busy.errors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  test('an unknown or ended credential is nobody', async () => {
    await expect(graph.run('{ meridian { version } }', {}, 'no-such-credential-at-all')).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await graph.fresh.superuser(
      `update credential set revoked_at = now() where token_hash = '\\x${hashToken(writeOnly).toString('hex')}'`,
    );
    await expect(graph.run('{ meridian { version } }', {}, writeOnly)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});
