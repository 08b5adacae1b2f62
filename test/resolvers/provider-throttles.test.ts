/** A provider that asks to be left alone is a failure of the provider, and no limit of ours, whatever was asked. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let calendarId: string;
let profileId: string;
const input = { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' };
const connect = `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
  profile { id calendars { id } } userErrors { code path message } } }`;

beforeAll(async () => {
  graph = await openGraph();
  graph.provider.addCalendar({ name: 'Work' });
  const { connectCalDav } = await graph.data(connect, { input });
  profileId = connectCalDav.profile.id;
  calendarId = connectCalDav.profile.calendars[0].id;
  await graph.engine.pollNow(profileId);
});
afterAll(() => graph.close());
beforeEach(() => {
  graph.provider.faults.clear();
  graph.provider.faults.add('*', { kind: 'throttled', retryAt: Date.now() + 3_600_000 }, 1_000);
});

async function answerOf(document: string, variables: Record<string, unknown>): Promise<Loose> {
  const { data, errors } = await graph.run(document, variables);
  expect(errors).toEqual([]);
  expect(JSON.stringify(data)).not.toContain('RATE_LIMITED');
  return data;
}

test('a login is not refused: its server cannot be reached now', async () => {
  const { connectCalDav } = await answerOf(connect, { input });
  expect(connectCalDav).toMatchObject({ profile: null, userErrors: [{ code: 'PROVIDER_UNREACHABLE' }] });
});

test('a write is accepted, waits as long as the provider says, and names the provider', async () => {
  const { upsertEvent } = await answerOf(
    `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
      operation { status nextAttemptAt failure { code } } userErrors { code } } }`,
    {
      input: {
        calendarId,
        key: 'throttled',
        summary: 'Waits',
        start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
        end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
      },
    },
  );
  expect(upsertEvent).toMatchObject({
    operation: { status: 'PENDING', failure: { code: 'THROTTLED' } },
    userErrors: [],
  });
  expect(Date.parse(upsertEvent.operation.nextAttemptAt)).toBeGreaterThan(Date.now() + 3_500_000);
});

test('a reading that wants to be fresh answers what is known, and names what could not be asked', async () => {
  graph.clock.now = Date.now() + 600_000;
  try {
    const { calendar } = await answerOf(
      `query ($id: ID!) { calendar(id: $id) { events(filter: { maxStaleness: "PT1S", managed: INCLUDE, from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" }) {
        nodes { summary } freshness { stale { reason } } } } }`,
      { id: calendarId },
    );
    expect(calendar.events).toEqual({
      nodes: [{ summary: 'Waits' }],
      freshness: { stale: [{ reason: 'PROVIDER_THROTTLED' }] },
    });
  } finally {
    graph.clock.now = null;
  }
});

test('a sync that is asked for is refused where the home cannot be asked: the last good run is not answered in its place', async () => {
  const sync = `mutation ($id: ID!) { syncCalendar(input: { calendarId: $id, kind: INCREMENTAL }) {
    run { status failure { code } } calendar { id } userErrors { code path } } }`;
  const { syncCalendar } = await answerOf(sync, { id: calendarId });
  expect(syncCalendar).toEqual({
    run: null,
    calendar: { id: calendarId },
    userErrors: [{ code: 'PROVIDER_UNREACHABLE', path: ['calendarId'] }],
  });
  graph.provider.faults.clear();
  graph.provider.faults.add('pull', { kind: 'throttled', retryAt: null });
  expect((await answerOf(sync, { id: calendarId })).syncCalendar).toMatchObject({
    run: { status: 'FAILED', failure: { code: 'THROTTLED' } },
    userErrors: [],
  });
  expect((await answerOf(sync, { id: calendarId })).syncCalendar).toMatchObject({
    run: { status: 'SUCCEEDED', failure: null },
    userErrors: [],
  });
});
