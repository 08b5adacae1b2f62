/**
 * Crash between PUT and commit, then the database is lost: nothing is at the provider twice, and all of it is the application's own
 * again.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { attemptOperation } from '../../../sync/outbound/attempt.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { type Loose, openGraph, type TestGraph } from '../../setup/graph.ts';
import { Fuse, fusedConnector, fusedStore } from '../fuse.ts';
import { createWorld, event } from '../world.ts';

test('killed after the provider stored and before the commit: one event, APPLIED, and no echo of our own', async () => {
  const fresh: FreshStore = await freshStore({ maximumConnections: 6 });
  try {
    const world = await createWorld(fresh);
    await world.poll();
    const home = [...world.provider.calendars.keys()][0] ?? '';
    const told = (await world.changes()).length;
    const { operationId } = await world.write(home, event('mine', 'x'));
    const calm = new Fuse(0);
    const { dependencies } = world;
    const mortal = (fuse: Fuse) => ({
      ...dependencies,
      store: fusedStore(dependencies.store, fuse),
      connectorFor: () => fusedConnector(world.connector, fuse),
    });
    // Where in an attempt the provider has just stored it.
    const rehearsal = await world.write(home, event('rehearsal', 'x'));
    const signal = new AbortController().signal;
    await attemptOperation(mortal(calm), rehearsal.operationId, { signal });
    const stored = calm.passed.indexOf('after write') + 1;
    expect(stored).toBeGreaterThan(0);
    const deadly = new Fuse(stored);
    await attemptOperation(mortal(deadly), operationId, { signal }).catch(() => null);
    expect(deadly.blown).toBe(true);
    await world.restart();
    expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED' });
    await world.poll();
    const there = [...world.provider.calendar(home).resources.values()].filter(({ object }) => object.uid === 'mine');
    expect(there).toHaveLength(1);
    const changes = (await world.changes(told)).filter(({ made_by }) => made_by === null);
    expect(changes).toEqual([]);
  } finally {
    await fresh.drop();
  }
});

const events = 500;
let graph: TestGraph;
let calendarId = '';
let remoteId = '';
let profileId = '';
beforeAll(async () => {
  graph = await openGraph();
  graph.clock.now = Date.now();
  remoteId = graph.provider.addCalendar({ name: 'Work' });
  const { connectCalDav } = await graph.data(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { profile { id calendars { id } } userErrors { code message } } }',
    { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
  );
  profileId = connectCalDav.profile.id;
  calendarId = connectCalDav.profile.calendars[0].id;
  await graph.engine.pollNow(profileId);
});
afterAll(() => graph.close());

const resources = () => [...graph.provider.calendar(remoteId).resources.values()];
async function upsertAll(): Promise<Loose[]> {
  const answers: Loose[] = [];
  for (let from = 0; from < events; from += 50) {
    const operations = Array.from({ length: 50 }, (_, index) => ({
      upsert: {
        calendarId,
        key: `booking ${from + index}`,
        summary: `Booking ${from + index}`,
        start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
        end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
      },
    }));
    const { batchEvents } = await graph.data(
      `mutation ($operations: [BatchEventOperation!]!) { batchEvents(input: { operations: $operations }) {
        results { event { uid origin } userErrors { code } ... on UpsertEventPayload { created } } userErrors { code } } }`,
      { operations },
    );
    answers.push(...batchEvents.results);
  }
  return answers;
}

test('the database dropped, the keys kept, reconnected, all 500 upserts again: still 500, managed, under the same uids', async () => {
  const first = await upsertAll();
  expect(first.every(({ created, userErrors }) => created && userErrors.length === 0)).toBe(true);
  // A user's duplicate of one of them: everything but its uid.
  const [one] = resources();
  if (one === undefined) throw new Error('nothing at the provider');
  graph.provider.put(remoteId, { ...one.object, uid: 'a-duplicate' });
  await graph.fresh.superuser(`
    delete from managed_event; delete from operation; delete from event_move; delete from event;
    update calendar set sync_token = null, change_tag = null`);
  graph.clock.now = (graph.clock.now ?? 0) + 60_000;
  await graph.engine.syncCalendar(calendarId, 'FULL');
  graph.provider.calls.clear();
  const again = await upsertAll();
  expect(again.map(({ event: shown }) => shown)).toEqual(first.map(({ event: shown }) => shown));
  expect(again.every(({ event: shown, created }) => shown.origin === 'MANAGED' && !created)).toBe(true);
  expect(Object.fromEntries(graph.provider.calls)).toEqual({});
  expect(resources()).toHaveLength(events + 1);
  const { event: duplicate } = await graph.data('query ($by: EventRef!) { event(by: $by) { origin key } }', {
    by: { external: { calendarId, uid: 'a-duplicate' } },
  });
  expect(duplicate).toEqual({ origin: 'EXTERNAL', key: null });
}, 120_000);
