/** Reconciliation finds what syncing missed, repairs it, says so, and calls nothing else drift. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chosenPlaces, comparedInFull } from '../../../sync/inbound/compare.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { createWorld, event, uids, type World } from '../world.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const day = 24 * 3_600_000;
const minute = 60_000;
const zero = { missing: 0, extra: 0, different: 0, resources: [] };

const home = (world: World) => [...world.provider.calendars.keys()][0] ?? '';

interface Run extends Record<string, unknown> {
  readonly kind: string;
  readonly status: string;
  readonly changes: number;
  readonly provider_calls: number;
  readonly drift: unknown;
}

const runs = (world: World) => world.runs(home(world)) as Promise<unknown> as Promise<Run[]>;
/** The last comparison: pulls that belong to it have runs of their own. */
const lastRun = async (world: World) => (await runs(world)).findLast(({ kind }) => kind === 'RECONCILIATION');

async function synced(world: World, names: readonly string[]): Promise<void> {
  for (const uid of names) world.provider.put(home(world), event(uid));
  await world.poll();
}

async function reconcile(world: World) {
  const { id } = await world.calendar(home(world));
  return world.poll({ calendar: { id, kind: 'RECONCILIATION' } });
}

async function shown(world: World): Promise<[string, string | null][]> {
  return (await world.events(home(world))).filter((row) => !row.deleted).map((row) => [row.uid, row.summary]);
}

function there(world: World): [string, string | null][] {
  return [...world.provider.calendar(home(world)).resources.values()]
    .map(({ object }): [string, string | null] => [object.uid, object.master?.summary ?? null])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Behind the sync's back: the sync token and every etag stay. */
async function tamper(world: World): Promise<void> {
  const { id } = await world.calendar(home(world));
  const change = (sql: string) => fresh.superuser(sql, [id]);
  await change(
    `update event set content = jsonb_set(content, '{summary}', '"tampered"') where calendar_id = $1 and uid = 'e-0001'`,
  );
  await change(`delete from event where calendar_id = $1 and uid = 'e-0002'`);
  await change(`update event set deleted_at = now() where calendar_id = $1 and uid = 'e-0003'`);
  const add = (uid: string, place: string) =>
    change(`insert into event (id, account_id, profile_id, calendar_id, uid, remote_id, etag, content, recurring, all_day, starts_at, ends_at, span)
      select '${fresh.store.ids('evt')}', account_id, profile_id, calendar_id, '${uid}', ${place}, etag, content, recurring, all_day, starts_at, ends_at, span
      from event where calendar_id = $1 and uid = 'e-0004'`);
  await add('nowhere', `'/nowhere.ics'`);
  await add('stray', 'null');
}

describe.each([
  ['with sync tokens', true],
  ['by etags alone', false],
])('injected drift, %s', (_, syncTokens) => {
  test('is found, repaired, told and counted', async () => {
    const world = await createWorld(fresh, { syncTokens });
    await synced(world, uids('e', 10));
    await tamper(world);
    const told = (await world.changes()).length;
    await world.poll();
    expect(await world.kinds(told)).toEqual([]);
    await reconcile(world);
    const run = await lastRun(world);
    expect(run).toMatchObject({
      kind: 'RECONCILIATION',
      status: 'SUCCEEDED',
      changes: 5,
      drift: { missing: 2, extra: 2, different: 1 },
    });
    expect((run?.drift as { resources: unknown[] } | undefined)?.resources).toEqual(
      expect.arrayContaining([
        { uid: 'e-0001', kind: 'DIFFERENT' },
        { uid: 'e-0002', kind: 'MISSING' },
        { uid: 'e-0003', kind: 'MISSING' },
        { uid: 'nowhere', kind: 'EXTRA' },
        { uid: 'stray', kind: 'EXTRA' },
      ]),
    );
    expect(await shown(world)).toEqual(there(world));
    expect((await world.kinds(told)).sort()).toEqual([
      'EVENT_CREATED',
      'EVENT_CREATED',
      'EVENT_DELETED',
      'EVENT_DELETED',
      'EVENT_UPDATED',
    ]);
    await reconcile(world);
    expect(await lastRun(world)).toMatchObject({ drift: zero, changes: 0 });
  });
});

describe('no drift is', () => {
  test('what changed at the provider and was not pulled yet', async () => {
    const world = await createWorld(fresh);
    await synced(world, uids('e', 10));
    world.provider.put(home(world), event('e-0001', 'newer'));
    world.provider.put(home(world), event('new'));
    world.provider.delete(home(world), world.provider.placeOf(home(world), 'e-0002'));
    await reconcile(world);
    expect((await runs(world)).slice(-2)).toMatchObject([
      { kind: 'INCREMENTAL', changes: 3 },
      { kind: 'RECONCILIATION', drift: zero },
    ]);
    expect(await shown(world)).toEqual(there(world));
  });

  test('what changes while it compares; what is broken beside it still is', async () => {
    const world = await createWorld(fresh, { pageSize: 2 });
    await synced(world, uids('e', 6));
    await fresh.superuser(`delete from event where uid = 'e-0005' and calendar_id = $1`, [
      (await world.calendar(home(world))).id,
    ]);
    let page = 0;
    const edit = async () => {
      page++;
      if (page === 1) world.provider.put(home(world), event('e-0001', 'while it listed'));
      if (page === 2) world.provider.put(home(world), event('fresh'));
    };
    world.provider.faults.add('pull', { kind: 'slow', until: edit }, 3);
    await reconcile(world);
    expect((await lastRun(world))?.drift).toEqual({
      missing: 1,
      extra: 0,
      different: 0,
      resources: [{ uid: 'e-0005', kind: 'MISSING' }],
    });
    expect(await shown(world)).toEqual(there(world));
  });

  test('what a write of ours is changing right now', async () => {
    const world = await createWorld(fresh);
    await synced(world, uids('e', 4));
    await world.write(home(world), event('e-0001', 'ours'));
    await world.write(home(world), event('ours too'));
    await world.delete(home(world), 'e-0002');
    await reconcile(world);
    expect(await lastRun(world)).toMatchObject({ kind: 'RECONCILIATION', drift: zero, changes: 0 });
    expect(await shown(world)).toContainEqual(['e-0001', 'ours']);
  });
});

test('a clean calendar costs one listing and its download, and reports zero', async () => {
  const world = await createWorld(fresh, { pageSize: 100 });
  await synced(world, uids('e', 250));
  world.provider.calls.clear();
  await reconcile(world);
  expect(await lastRun(world)).toMatchObject({ kind: 'RECONCILIATION', provider_calls: 3, drift: zero });
  expect(Object.fromEntries(world.provider.calls)).toEqual({ calendars: 1, pull: 3 });
});

test('zero after 200 random operations by two clients', async () => {
  const world = await createWorld(fresh);
  await synced(world, uids('e', 20));
  const steps = fc.sample(
    fc.record({
      who: fc.constantFrom('theirs', 'ours', 'theirs gone', 'ours gone', 'poll'),
      uid: fc.nat(39).map((index) => `e-${String(index).padStart(4, '0')}`),
    }),
    { numRuns: 200, seed: 20261122 },
  );
  for (const [index, { who, uid }] of steps.entries()) {
    world.clock.now += 1_000;
    const alive = (await world.events(home(world))).some((row) => row.uid === uid && !row.deleted);
    if (who === 'theirs') world.provider.put(home(world), event(uid, `theirs ${index}`));
    if (who === 'theirs gone') world.provider.delete(home(world), world.provider.placeOf(home(world), uid));
    if (who === 'ours') await world.attempt((await world.write(home(world), event(uid, `ours ${index}`))).operationId);
    if (who === 'ours gone' && alive) await world.attempt((await world.delete(home(world), uid)).operationId);
    if (who === 'poll') await world.poll();
  }
  await reconcile(world);
  expect(await lastRun(world)).toMatchObject({ kind: 'RECONCILIATION', status: 'SUCCEEDED', drift: zero });
  expect(await shown(world)).toEqual(there(world));
});

describe('the brake', () => {
  test('holds a comparison that would delete nearly everything, and lets it go when it stays so', async () => {
    const world = await createWorld(fresh);
    await synced(world, uids('e', 60));
    const { id } = await world.calendar(home(world));
    await fresh.superuser(
      `update event set remote_id = '/elsewhere/' || uid, uid = 'was-' || uid where calendar_id = $1 and uid >= 'e-0010'`,
      [id],
    );
    await reconcile(world);
    expect(await lastRun(world)).toMatchObject({ status: 'FAILED', drift: { missing: 50, extra: 50 } });
    expect(await world.profile()).toMatchObject({ status: 'DEGRADED' });
    expect(await shown(world)).toHaveLength(110);
    world.clock.now += 11 * minute;
    await reconcile(world);
    expect(await lastRun(world)).toMatchObject({ status: 'SUCCEEDED', drift: { missing: 0, extra: 50 } });
    expect(await shown(world)).toEqual(there(world));
  });
});

test('strays that would be most of the calendar are left, and counted', async () => {
  const world = await createWorld(fresh);
  await synced(world, uids('e', 5));
  const { id } = await world.calendar(home(world));
  await fresh.superuser(
    `insert into event (id, account_id, profile_id, calendar_id, uid, content, recurring, all_day, starts_at, ends_at, span)
     select 'evt_' || lpad(n::text, 26, '0'), account_id, profile_id, calendar_id, 'stray-' || n, content, recurring, all_day, starts_at, ends_at, span
     from event, generate_series(1, 30) n where calendar_id = $1 and uid = 'e-0000'`,
    [id],
  );
  const told = (await world.changes()).length;
  await reconcile(world);
  expect(await lastRun(world)).toMatchObject({ status: 'SUCCEEDED', changes: 0, drift: { missing: 0, extra: 30 } });
  expect(await world.kinds(told)).toEqual([]);
});

describe('a provider that fails', () => {
  test('in the middle of the comparison leaves the copy alone and says why', async () => {
    const world = await createWorld(fresh, { pageSize: 2 });
    await synced(world, uids('e', 6));
    world.provider.faults.add('pull', { kind: 'slow', until: async () => {} });
    world.provider.faults.add('pull', { kind: 'unreachable' });
    await reconcile(world);
    expect(await lastRun(world)).toMatchObject({ kind: 'RECONCILIATION', status: 'FAILED', drift: null });
    expect(await shown(world)).toEqual(there(world));
  });
});

describe('by itself', () => {
  const due = async (world: World) =>
    (
      await fresh.superuser<{ at: Date }>(
        'select next_reconciliation_at as at from calendar where profile_id = $1 order by id',
        [world.profileId],
      )
    ).map(({ at }) => at.getTime());

  test('each calendar has its day in the week after it was first read, one a poll', async () => {
    const world = await createWorld(fresh, { calendars: 24 });
    const connected = world.clock.now;
    await world.poll();
    const planned = await due(world);
    for (const at of planned) {
      expect(at).toBeGreaterThanOrEqual(connected + day);
      expect(at).toBeLessThanOrEqual(connected + 8 * day);
    }
    expect(new Set(planned.map((at) => Math.floor((at - connected) / day))).size).toBeGreaterThan(3);
    world.clock.now = Math.max(...planned);
    const compared = async () =>
      (
        await fresh.superuser<{ count: string }>(
          `select count(*) from sync_run where profile_id = $1 and kind = 'RECONCILIATION' and drift is not null`,
          [world.profileId],
        )
      )[0]?.count;
    await world.poll();
    expect(await compared()).toBe('1');
    await world.poll();
    expect(await compared()).toBe('2');
    for (let poll = 0; poll < 24; poll++) await world.poll();
    expect(await compared()).toBe('24');
    for (const at of await due(world)) expect(Math.abs(at - world.clock.now - 7 * day)).toBeLessThanOrEqual(0.36 * day);
  });
});

test('of a large calendar each part has its turn, and none is left out', () => {
  const places = Array.from({ length: 3 * comparedInFull - 7 }, (_, index) => `/alice/work/${index}.ics`);
  const turns = [0, 1, 2].map((turn) => chosenPlaces(places, places.length, 2_000 + turn));
  for (const turn of turns) expect(turn.size).toBeLessThan(1.1 * comparedInFull);
  expect(new Set(turns.flatMap((turn) => [...turn])).size).toBe(places.length);
  expect(chosenPlaces(places.slice(0, comparedInFull), comparedInFull, 5).size).toBe(comparedInFull);
});
