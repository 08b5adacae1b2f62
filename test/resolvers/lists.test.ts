/** Lists of accounts, profiles and operations: what their filters leave, in which order, and where a page stands. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let person: { readonly accountId: string; readonly profileId: string; readonly calendarId: string };
let own: { readonly accountId: string; readonly calendarId: string };

const timed = (dateTime: string) => ({ timed: { dateTime, timeZone: 'Europe/London' } });
const upsert = async (calendarId: string, key: string): Promise<Loose> =>
  (
    await graph.run(
      'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { operation { id } userErrors { message } } }',
      {
        input: {
          calendarId,
          key,
          summary: key,
          start: timed('2026-03-02T10:00:00Z'),
          end: timed('2026-03-02T11:00:00Z'),
        },
      },
    )
  ).data.upsertEvent.operation.id;

beforeAll(async () => {
  graph = await openGraph();
  graph.provider.addCalendar({ name: 'Work' });
  const { connectCalDav } = await graph.data(
    `mutation { connectCalDav(input: { serverUrl: "http://127.0.0.1:1/", username: "alice", password: "alicepw" }) {
      account { id } profile { id calendars { id } } userErrors { code message } } }`,
  );
  person = {
    accountId: connectCalDav.account.id,
    profileId: connectCalDav.profile.id,
    calendarId: connectCalDav.profile.calendars[0].id,
  };
  await graph.engine.pollNow(person.profileId);
  own = await applicationCalendar(graph, 'own');
});
afterAll(() => graph.close());

const ids = (list: Loose): string[] => list.nodes.map(({ id }: Loose) => id);

test('accounts by their kind', async () => {
  const { users, calendars, rooms, all } = await graph.data(
    `{ users: accounts(kind: USER) { nodes { id kind } } calendars: accounts(kind: APPLICATION_CALENDAR) { nodes { id } }
      rooms: accounts(kind: RESOURCE) { nodes { id } } all: accounts { nodes { id } } }`,
  );
  expect(users.nodes).toEqual([{ id: person.accountId, kind: 'USER' }]);
  expect(ids(calendars)).toEqual([own.accountId]);
  expect(rooms.nodes).toEqual([]);
  expect(ids(all)).toEqual([person.accountId, own.accountId]);
});

test('profiles by their state and their provider, one of them or both', async () => {
  const document = `query ($status: [ProfileHealthStatus!], $provider: [CalendarProvider!]) {
    profiles(status: $status, provider: $provider) { nodes { id provider } } }`;
  const found = async (variables: Record<string, unknown>) => ids((await graph.data(document, variables)).profiles);
  const [ofOwn = ''] = await found({ provider: ['MERIDIAN'] });
  expect(await found({})).toEqual([person.profileId, ofOwn]);
  expect(await found({ provider: ['CALDAV', 'GOOGLE'] })).toEqual([person.profileId]);
  expect(await found({ status: [] })).toEqual([]);
  await graph.fresh.superuser(`update profile set status = 'DEGRADED' where id = $1`, [person.profileId]);
  try {
    expect(await found({ status: ['DEGRADED', 'DISCONNECTED'] })).toEqual([person.profileId]);
    expect(await found({ status: ['CONNECTED'] })).toEqual([ofOwn]);
    expect(await found({ status: ['CONNECTED'], provider: ['CALDAV'] })).toEqual([]);
  } finally {
    await graph.fresh.superuser(`update profile set status = 'CONNECTED' where id = $1`, [person.profileId]);
  }
});

describe('operations', () => {
  const document = `query ($status: [OperationStatus!], $accountIds: [ID!], $first: Int, $after: String) {
    operations(status: $status, accountIds: $accountIds, first: $first, after: $after) {
      nodes { id status createdAt completedAt nextAttemptAt } edges { cursor }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  const found = async (variables: Record<string, unknown>): Promise<Loose> =>
    (await graph.data(document, variables)).operations;

  test('newest first, by state and account; each says when it was accepted, done, and is tried next', async () => {
    const done = await upsert(person.calendarId, 'done');
    graph.provider.faults.add('write', { kind: 'unreachable' });
    const waiting = await upsert(person.calendarId, 'waiting');
    const local = await upsert(own.calendarId, 'local');
    expect(ids(await found({}))).toEqual([local, waiting, done]);
    expect(ids(await found({ accountIds: [person.accountId] }))).toEqual([waiting, done]);
    expect(ids(await found({ accountIds: [] }))).toEqual([]);
    expect(ids(await found({ status: ['APPLIED', 'FAILED'] }))).toEqual([local, done]);
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect((await found({ status: ['PENDING'] })).nodes).toEqual([
      { id: waiting, status: 'PENDING', createdAt: instant, completedAt: null, nextAttemptAt: instant },
    ]);
    const { nodes } = await found({ status: ['APPLIED'] });
    for (const node of nodes) {
      expect(node).toMatchObject({ completedAt: instant, nextAttemptAt: null });
      expect(Date.parse(node.completedAt)).toBeGreaterThanOrEqual(Date.parse(node.createdAt));
    }
  });

  test('a page says where it stands', async () => {
    const first = await found({ first: 2 });
    const cursors = first.edges.map(({ cursor }: Loose) => cursor);
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: cursors[0],
      endCursor: cursors[1],
    });
    const second = await found({ first: 2, after: cursors[1] });
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(ids(second)).toHaveLength(1);
    expect((await found({ first: 2, after: second.pageInfo.endCursor })).pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: null,
      endCursor: null,
    });
  });
});
