/** maxStaleness: who is asked again, how often, how long an answer waits, and what it says of those that did not answer. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Refresher } from '../../resolvers/services.ts';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let profileId = '';
let accountId = '';
let refresher: Refresher;
const settled = Date.parse('2026-03-01T12:00:00Z');
let now = settled;
beforeAll(async () => {
  graph = await openGraph();
  graph.clock.now = now;
  const remote = ['Work', 'Home', 'Team'].map((name) => graph.provider.addCalendar({ name }));
  for (const [n, calendar] of remote.entries()) {
    const time = (hour: number) =>
      ({ kind: 'utc', instant: Date.parse('2026-03-02T00:00:00Z') + hour * 3_600_000 }) as const;
    graph.provider.put(calendar, {
      uid: `u${n}`,
      master: {
        summary: 'kept', description: null, start: time(n), end: time(n + 1), nominalDays: null, status: 'CONFIRMED', busyStatus: 'BUSY', visibility: 'DEFAULT',
        location: null, url: null, color: null, categories: [], organizer: null, attendees: [], reminders: [], rules: [],
      }, // biome-ignore format: one record
      exceptions: [],
      sequence: 0,
      stampedAt: null,
      createdAt: null,
      updatedAt: null,
      marker: null,
    });
  }
  const { connectCalDav } = await graph.data(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { account { id } profile { id } userErrors { code message } } }',
    { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
  );
  profileId = connectCalDav.profile.id;
  accountId = connectCalDav.account.id;
  await graph.engine.pollNow(profileId);
  refresher = graph.services.sync;
});
afterAll(() => graph.close());
beforeEach(async () => {
  graph.provider.faults.clear();
  Object.assign(graph.services, { sync: refresher });
  // A quiet day later: nothing is held against the provider any more, and nothing is fresh.
  now += 86_400_000;
  graph.clock.now = now;
  await graph.engine.pollNow(profileId);
  await graph.fresh.superuser(
    `update profile set failures = 0, status = 'CONNECTED', cause = null, next_poll_at = null`,
  );
  // Days pass here: no weekly comparison may come between what is counted.
  await graph.fresh.superuser(`update calendar set next_reconciliation_at = '2100-01-01T00:00:00Z'`);
  now += 3_600_000;
  graph.clock.now = now;
});

const lists = `query ($id: ID!, $filter: EventFilter) { account(id: $id) { calendars { name events(filter: $filter) { nodes { summary } freshness { asOf stale { reason lastSyncedAt calendar { name } } } } } } }`;
const day = { from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z' };
const busy = `query ($id: ID!, $filter: FreeBusyFilter!) { account(id: $id) { freeBusy(filter: $filter) { nodes { busyStatus } freshness { stale { reason } } } } }`;
const ask = (maxStaleness: string | null) => graph.run(lists, { id: accountId, filter: { ...day, maxStaleness } });
const reasons = (answer: Loose): string[] =>
  answer.data.account.calendars.flatMap((calendar: Loose) => calendar.events.freshness.stale.map((stale: Loose) => stale.reason)); // biome-ignore format: one expression
const kept = (answer: Loose): number =>
  answer.data.account.calendars.flatMap((calendar: Loose) => calendar.events.nodes).length;

test('without a bound, and within it, nobody is asked', async () => {
  for (const bound of [null, 'PT2H']) {
    const answer = await ask(bound);
    expect([answer.providerCalls, kept(answer), reasons(answer)]).toEqual([0, 3, []]);
  }
});

test('three stale lists of one login cost what one of them costs, and the next request nothing', async () => {
  const before = await graph.run(busy, { id: accountId, filter: { ...day, maxStaleness: 'PT2H' } });
  expect(before.providerCalls).toBe(0);
  const three = await ask('PT10M');
  expect(three.providerCalls).toBeGreaterThan(0);
  expect([kept(three), reasons(three)]).toEqual([3, []]);
  expect(three.data.account.calendars[0].events.freshness.asOf).toBe(new Date(now).toISOString().replace('.000', ''));
  expect((await ask('PT10M')).providerCalls).toBe(0);
  now += 3_600_000;
  graph.clock.now = now;
  const one = await graph.run(busy, { id: accountId, filter: { ...day, maxStaleness: 'PT10M' } });
  expect(one.providerCalls).toBe(three.providerCalls);
});

test('requests that come together share one poll', async () => {
  const calls = () => [...graph.provider.calls.values()].reduce((sum, count) => sum + count, 0);
  const before = calls();
  await ask('PT10M');
  const alone = calls() - before;
  now += 3_600_000;
  graph.clock.now = now;
  const start = calls();
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask('PT10M')));
  expect(answers.flatMap(reasons)).toEqual([]);
  // One that runs, and one more for those who came when it had begun.
  expect(calls() - start).toBeLessThanOrEqual(2 * alone);
});

test.each([
  ['does not answer', { kind: 'unreachable' }, 'PROVIDER_UNREACHABLE'],
  ['asks for patience', { kind: 'throttled', retryAt: null }, 'PROVIDER_THROTTLED'],
] as const)('a provider that %s is named as stale, and what is known is answered', async (_what, fault, reason) => {
  graph.provider.faults.add('*', fault, 20);
  const answer = await ask('PT10M');
  expect(answer.errors).toEqual([]);
  expect([kept(answer), reasons(answer)]).toEqual([3, [reason, reason, reason]]);
  graph.provider.faults.add('*', fault, 20);
  now += 3_600_000;
  graph.clock.now = now;
  const { account } = await graph.data(busy, { id: accountId, filter: { ...day, maxStaleness: 'PT10M' } });
  expect(account.freeBusy.nodes).toHaveLength(3);
  expect(account.freeBusy.freshness.stale.map((stale: Loose) => stale.reason)).toEqual([reason, reason, reason]);
});

test('a provider that hangs holds an answer no longer than its patience', async () => {
  Object.assign(graph.services, {
    sync: {
      refresh: (ids, options) => refresher.refresh(ids, { ...options, patience: Math.min(options.patience, 200) }),
    } satisfies Refresher,
  });
  let release = () => {};
  const held = new Promise<void>((end) => {
    release = end;
  });
  graph.provider.faults.add('*', { kind: 'slow', until: () => held }, 1);
  const answer = await ask('PT10M');
  release();
  expect(answer.errors).toEqual([]);
  expect([kept(answer), reasons(answer)]).toEqual([3, Array(3).fill('PROVIDER_UNREACHABLE')]);
});

test.each(['P1M', 'PT-1S', 'soon', 'P100001D'])('a bound of %s is refused', async (maxStaleness) => {
  const { errors } = await graph.run(busy, { id: accountId, filter: { ...day, maxStaleness } });
  expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
});
