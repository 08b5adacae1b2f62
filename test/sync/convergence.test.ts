/**
 * Any order of another client's edits, our writes, polls, faults and crashes: in the end the store shows what the provider has,
 * the log tells how it came to that, and every accepted write reached the provider at most once.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault, MemoryMethod } from '../../datasources/providers/memory/faults.ts';
import { pollProfile } from '../../sync/inbound/poll.ts';
import { attemptOperation } from '../../sync/outbound/attempt.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { Fuse, fusedConnector, fusedStore } from './fuse.ts';
import { createWorld, event, uids, type World } from './world.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

type Step =
  | { readonly kind: 'theirs' | 'theirs gone' | 'ours' | 'ours gone'; readonly uid: string }
  | { readonly kind: 'poll' | 'attempt'; readonly dies: number }
  | { readonly kind: 'fault'; readonly method: MemoryMethod; readonly fault: Fault }
  | { readonly kind: 'forget' }
  | { readonly kind: 'wait'; readonly minutes: number };

const names = ['a', 'b', 'c', 'd'];
const uid = fc.constantFrom(...names);
const dies = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 25 }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('theirs', 'ours'), uid }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('theirs gone', 'ours gone'), uid }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('poll', 'attempt'), dies }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      method: fc.constantFrom<MemoryMethod>('pull', 'calendars', 'write', 'remove', 'read'),
      fault: fc.constantFrom<Fault>(
        { kind: 'unreachable' },
        { kind: 'throttled', retryAt: null },
        { kind: 'malformed' },
        { kind: 'lost-answer' },
        { kind: 'empty-listing' },
        { kind: 'rejected' },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'forget' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 20 }) }) },
) as fc.Arbitrary<Step>;

async function play(steps: readonly Step[], syncTokens: boolean): Promise<void> {
  const world = await createWorld(fresh, { pageSize: 2, syncTokens });
  const home = [...world.provider.calendars.keys()][0] ?? '';
  const there = () => [...world.provider.calendar(home).resources.values()];
  // How often each version was stored at the provider; every version has a text of its own.
  const stored = new Map<string, number>();
  const { provider } = world;
  const put = provider.put.bind(provider);
  provider.put = (calendar, object, ...rest) => {
    const summary = object.master?.summary ?? '';
    stored.set(summary, (stored.get(summary) ?? 0) + 1);
    return put(calendar, object, ...rest);
  };
  for (const name of uids('old', 3)) provider.put(home, event(name));
  await world.poll();
  const first = await world.events(home);
  const told = (await world.changes()).length;
  let version = 0;

  const mortal = async (blowsAt: number, work: (dependencies: World['dependencies']) => Promise<unknown>) => {
    const fuse = new Fuse(blowsAt);
    try {
      await work({
        ...world.dependencies,
        store: fusedStore(world.dependencies.store, fuse),
        connectorFor: (name) => {
          const connector = world.dependencies.connectorFor(name);
          return connector === null ? null : fusedConnector(connector, fuse);
        },
      });
    } catch (error) {
      if (!fuse.blown) throw error;
    }
    if (fuse.blown) await world.restart();
  };
  const signal = new AbortController().signal;
  const pending = async () =>
    (
      await fresh.superuser<{ id: string }>(
        `select id from operation where account_id = $1 and status = 'PENDING' order by created_at, id`,
        [world.accountId],
      )
    ).map(({ id }) => id);

  for (const one of steps) {
    world.clock.now += 1_000;
    switch (one.kind) {
      case 'theirs':
        provider.put(home, event(one.uid, `theirs ${++version}`));
        break;
      case 'theirs gone': {
        const resource = there().find(({ object }) => object.uid === one.uid);
        if (resource !== undefined) provider.delete(home, resource.remoteId);
        break;
      }
      case 'ours':
        await world.write(home, event(one.uid, `ours ${++version}`));
        break;
      case 'ours gone': {
        const row = (await world.events(home)).find((candidate) => candidate.uid === one.uid && !candidate.deleted);
        if (row !== undefined) await world.delete(home, one.uid);
        break;
      }
      case 'poll':
        await mortal(one.dies, (dependencies) => pollProfile(dependencies, world.profileId, { signal }));
        break;
      case 'attempt':
        for (const id of (await pending()).slice(0, 2)) {
          await mortal(one.dies, (dependencies) => attemptOperation(dependencies, id, { signal }));
        }
        break;
      case 'fault':
        provider.faults.add(one.method, one.fault);
        break;
      case 'forget':
        provider.forgetTokens();
        break;
      case 'wait':
        world.clock.now += one.minutes * 60_000;
    }
  }

  provider.faults.clear();
  for (let round = 0; round < 4; round++) {
    for (const id of await pending()) await world.attempt(id);
    world.clock.now += 11 * 60_000;
    await world.poll();
  }

  const rows = await world.events(home);
  const alive = rows.filter((row) => !row.deleted);
  expect(alive.map((row) => [row.uid, row.summary, row.etag])).toEqual(
    there()
      .map(({ object, etag }) => [object.uid, object.master?.summary, etag])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
  expect(rows.filter((row) => row.pending_operation !== null)).toEqual([]);
  expect(await pending()).toEqual([]);
  if (syncTokens) {
    expect((await world.calendar(home)).sync_token).toBe(String(provider.calendar(home).revision));
  }
  expect(await world.profile()).toMatchObject({ status: 'CONNECTED' });

  // What all of this left behind is what the provider has: comparing the whole finds nothing.
  await world.poll({ calendar: { id: (await world.calendar(home)).id, kind: 'RECONCILIATION' } });
  const [comparison] = await fresh.superuser<{ status: string; drift: unknown }>(
    `select status, drift from sync_run where profile_id = $1 and kind = 'RECONCILIATION' order by started_at desc limit 1`,
    [world.profileId],
  );
  expect(comparison).toEqual({ status: 'SUCCEEDED', drift: { missing: 0, extra: 0, different: 0, resources: [] } });

  const living = new Set(first.map((row) => row.id));
  const changes = await world.changes(told);
  for (const { kind, subject_id } of changes) {
    if (!kind.startsWith('EVENT_')) continue;
    expect([kind, living.has(subject_id)]).toEqual([kind, kind !== 'EVENT_CREATED']);
    if (kind === 'EVENT_CREATED') living.add(subject_id);
    if (kind === 'EVENT_DELETED') living.delete(subject_id);
  }
  expect([...living].sort()).toEqual(alive.map((row) => row.id).sort());

  // carried: it went with a later write of the same event, in one request, which holds its change.
  const operations = await fresh.superuser<{
    id: string;
    kind: string;
    status: string;
    summary: string | null;
    carried: boolean;
  }>(
    `select id, kind, status, intended->'master'->>'summary' as summary, exists (
       select 1 from operation l where l.event_id = o.event_id and l.ordinal > o.ordinal and l.status = 'APPLIED'
         and l.xmin = o.xmin) as carried
     from operation o where account_id = $1`,
    [world.accountId],
  );
  for (const { kind, status, summary, carried } of operations) {
    if (kind === 'DELETE') continue;
    const times = stored.get(summary ?? '') ?? 0;
    if (status === 'APPLIED' && !carried) expect([summary, times]).toEqual([summary, 1]);
    else expect(times).toBeLessThanOrEqual(1);
  }
  const failed = changes.filter(({ kind }) => kind === 'OPERATION_FAILED').map(({ subject_id }) => subject_id);
  expect(failed.sort()).toEqual(
    operations
      .filter(({ status }) => status === 'FAILED')
      .map(({ id }) => id)
      .sort(),
  );
}

test.each([
  ['with sync tokens', true],
  ['by etags alone', false],
])(
  'everything converges, %s',
  async (_, syncTokens) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) => play(steps, syncTokens)),
      { seed: Number(process.env['FUZZ_SEED'] ?? 20261122), numRuns: Number(process.env['FUZZ_RUNS'] ?? 20) },
    );
  },
  300_000,
);
