/** Two applications of one unit share an account and its mirror, each by its own grant; a third outside shares nothing (semantics C14). */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApplication } from '../../auth/applications.ts';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
const applications: Record<'first' | 'second' | 'outside', { id: string; key: string }> = {
  first: { id: '', key: '' },
  second: { id: '', key: '' },
  outside: { id: '', key: '' },
};
let accountId: string;
let profileId: string;
let calendarId: string;
let eventId: string;
let operationId: string;

const errors = 'userErrors { path code message }';
const timed = (dateTime: string) => ({ timed: { dateTime, timeZone: 'Europe/London' } });
const input = () => ({
  calendarId,
  key: 'ours',
  summary: 'Planned',
  start: timed('2026-03-02T10:00:00Z'),
  end: timed('2026-03-02T11:00:00Z'),
  metadata: { secret: 'of the first' },
  control: { idempotencyKey: 'call' },
});
const upsertMutation = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id key } created operation { id } ${errors} } }`;

const connect = async (key: string) =>
  (
    await graph.data(
      `mutation { connectCalDav(input: { serverUrl: "http://127.0.0.1:1/", username: "alice", password: "alicepw" }) {
        account { id } profile { id calendars { id } } ${errors} } }`,
      {},
      key,
    )
  ).connectCalDav;

beforeAll(async () => {
  graph = await openGraph();
  graph.provider.addCalendar({ name: 'Work' });
  const { store } = graph.fresh;
  for (const [name, unit] of [
    ['first', 'Shared'],
    ['second', 'Shared'],
    ['outside', 'Other'],
  ] as const) {
    applications[name] = await store.asWorker(async (tx) => {
      const made = await createApplication(tx, store.ids, { name, unit }, 'operator');
      return { id: made.application.id, key: made.secret };
    });
  }
  const made = await connect(applications.first.key);
  accountId = made.account.id;
  profileId = made.profile.id;
  calendarId = made.profile.calendars[0].id;
  const { upsertEvent } = await graph.data(upsertMutation, { input: input() }, applications.first.key);
  eventId = upsertEvent.event.id;
  operationId = upsertEvent.operation.id;
  await graph.data(
    `mutation ($input: SetIcsFeedInput!) { setIcsFeed(input: $input) { ${errors} } }`,
    { input: { calendarId, enabled: true } },
    applications.first.key,
  );
});
afterAll(() => graph.close());

const everything = `query ($account: ID!, $profile: ID!, $calendar: ID!, $event: ID!, $operation: ID!) {
  account(id: $account) { id } profile(id: $profile) { id } calendar(id: $calendar) { icsUrl }
  node(id: $event) { ... on CalendarEvent { origin key metadata summary permissions { update delete } } }
  byKey: event(by: { managed: { calendarId: $calendar, key: "ours" } }) { id }
  operation(id: $operation) { id } operations { nodes { id } } }`;
const ids = () => ({
  account: accountId, profile: profileId, calendar: calendarId, event: eventId, operation: operationId,
}); // biome-ignore format: one list

test('before it is let in, an application of the same unit sees no more than one outside', async () => {
  for (const name of ['second', 'outside'] as const) {
    const { data } = await graph.run(everything, ids(), applications[name].key);
    expect(data).toEqual({
      account: null, profile: null, calendar: null, node: null, byKey: null, operation: null, operations: { nodes: [] },
    }); // biome-ignore format: one answer
  }
});

test('let in, it finds the same account and calendar; keys, metadata, feeds and operations stay the other’s', async () => {
  const made = await connect(applications.second.key);
  expect([made.account.id, made.profile.id]).toEqual([accountId, profileId]);
  const { data, errors: refused } = await graph.run(everything, ids(), applications.second.key);
  expect(refused).toEqual([]);
  expect(data).toMatchObject({
    account: { id: accountId },
    calendar: { icsUrl: null },
    node: { origin: 'EXTERNAL', key: null, metadata: null, summary: 'Planned' },
    byKey: null,
    operation: null,
    operations: { nodes: [] },
  });
});

test('outside the unit the same login is another account, which hears of nothing', async () => {
  const { changes } = await graph.data('{ changes { cursor } }', {}, applications.outside.key);
  const made = await connect(applications.outside.key);
  expect(made.account.id).not.toBe(accountId);
  expect(made.profile.calendars[0].id).not.toBe(calendarId);
  const { data } = await graph.run(everything, ids(), applications.outside.key);
  expect([data.account, data.node, data.operation]).toEqual([null, null, null]);
  const told = await graph.data(
    'query ($after: String) { changes(after: $after, filter: { includeOwn: true }) { changes { accountId } } }',
    { after: changes.cursor },
    applications.outside.key,
  );
  expect(new Set(told.changes.changes.map((change: Loose) => change.accountId))).toEqual(new Set([made.account.id]));
});

test('one key in two applications is two events, and one idempotency key two calls', async () => {
  const { upsertEvent } = await graph.data(upsertMutation, { input: input() }, applications.second.key);
  expect(upsertEvent).toMatchObject({ created: true, event: { key: 'ours' } });
  expect(upsertEvent.event.id).not.toBe(eventId);
  const { deleteManagedEvents } = await graph.data(
    `mutation ($input: DeleteManagedEventsInput!) { deleteManagedEvents(input: $input) { deleted ${errors} } }`,
    { input: { allOfAccountId: accountId } },
    applications.second.key,
  );
  expect(deleteManagedEvents.deleted).toBe(1);
  const { node } = await graph.data(
    'query ($id: ID!) { node(id: $id) { ... on CalendarEvent { key metadata } } }',
    { id: eventId },
    applications.first.key,
  );
  expect(node).toEqual({ key: 'ours', metadata: { secret: 'of the first' } });
});

test('each by its own grant, and what one loses the other keeps', async () => {
  const { store } = graph.fresh;
  await store.asWorker((tx) =>
    tx
      .updateTable('authorization_grant')
      .set({ scopes: ['free_busy'], permission: 'SANDBOX' })
      .where('account_id', '=', accountId)
      .where('application_id', '=', applications.second.id)
      .execute(),
  );
  const read = (key: string) =>
    graph.run('query ($id: ID!) { node(id: $id) { ... on CalendarEvent { summary } } }', { id: eventId }, key);
  expect((await read(applications.second.key)).data.node).toBeNull();
  expect((await read(applications.first.key)).data.node).toEqual({ summary: 'Planned' });
  const { revokeAuthorization } = await graph.data(
    `mutation ($input: RevokeAuthorizationInput!) { revokeAuthorization(input: $input) { revokedAccountIds ${errors} } }`,
    { input: { authorization: { accountId } } },
    applications.second.key,
  );
  expect(revokeAuthorization.revokedAccountIds).toEqual([accountId]);
  expect((await read(applications.first.key)).data.node).toEqual({ summary: 'Planned' });
});

test("a cursor is its application's alone, in the same unit too", async () => {
  const { changes } = await graph.data('{ changes { cursor } }', {}, applications.first.key);
  const { errors: refused } = await graph.run(
    'query ($after: String) { changes(after: $after) { cursor } }',
    { after: changes.cursor },
    applications.second.key,
  );
  expect(refused).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument: 'after' } }]);
});
