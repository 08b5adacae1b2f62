/** kill -9 at every await of a poll and of a write: nothing is lost, nothing is done or told twice. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

const home = (world: World) => [...world.provider.calendars.keys()][0] ?? '';
const never = new AbortController().signal;

/** The world's process, mortal. */
function mortal(world: World, fuse: Fuse): World['dependencies'] {
  return {
    ...world.dependencies,
    store: fusedStore(world.dependencies.store, fuse),
    connectorFor: (provider) => {
      const connector = world.dependencies.connectorFor(provider);
      return connector === null ? null : fusedConnector(connector, fuse);
    },
  };
}

/** Runs `work` to its death, or to its end. */
async function untilDeath(work: () => Promise<unknown>, fuse: Fuse): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!fuse.blown) throw error;
  }
}

/** What the user sees here and there, and what was told of it. */
async function outcome(world: World, told: number) {
  const rows = await world.events(home(world));
  const names = new Map(rows.map((row) => [row.id, row.uid]));
  const changes = await world.changes(told);
  return {
    here: rows.map((row) => [row.uid, row.summary, row.deleted, row.pending_operation, row.version]),
    there: [...world.provider.calendar(home(world)).resources.values()]
      .map(({ object, etag }) => [
        object.uid,
        object.master?.summary,
        rows.find((row) => row.uid === object.uid)?.etag === etag,
      ])
      .sort(),
    told: changes.map((change) => `${change.kind} ${names.get(change.subject_id) ?? 'other'}`).sort(),
    calendar: await world.calendar(home(world)).then(({ sync_token, change_tag, initial_sync_done }) => ({
      sync_token,
      change_tag,
      initial_sync_done,
    })),
    status: (await world.profile()).status,
    running: (await world.runs(home(world))).filter((run) => run.status === 'RUNNING').length,
  };
}

async function recover(world: World, operationId?: string): Promise<void> {
  await world.restart();
  if (operationId !== undefined)
    expect(await world.attempt(operationId)).toMatchObject({ status: expect.stringMatching(/APPLIED|FAILED/) });
  await world.poll();
  await world.poll();
}

/** Kills the scenario at each of its steps in turn, and compares with the run that nobody killed. */
async function killEverywhere(scenario: {
  prepare: () => Promise<{ world: World; told: number; operationId?: string }>;
  run: (world: World, dependencies: World['dependencies'], operationId: string | undefined) => Promise<unknown>;
}): Promise<number> {
  const calm = await scenario.prepare();
  const fuse = new Fuse(0);
  await scenario.run(calm.world, mortal(calm.world, fuse), calm.operationId);
  await recover(calm.world, calm.operationId);
  const expected = await outcome(calm.world, calm.told);
  const steps = fuse.passed.length;
  for (let step = 1; step <= steps; step++) {
    const { world, told, operationId } = await scenario.prepare();
    const deadly = new Fuse(step);
    await untilDeath(() => scenario.run(world, mortal(world, deadly), operationId), deadly);
    expect(deadly.blown).toBe(true);
    await recover(world, operationId);
    expect({ step, place: fuse.passed[step - 1], ...(await outcome(world, told)) }).toEqual({
      step,
      place: fuse.passed[step - 1],
      ...expected,
    });
  }
  return steps;
}

const poll = (world: World, dependencies: World['dependencies']) =>
  pollProfile(dependencies, world.profileId, { signal: never });

const attempt = (_: World, dependencies: World['dependencies'], operationId: string | undefined) =>
  attemptOperation(dependencies, operationId ?? '', { signal: never });

describe('killed at every await', () => {
  test('of the first sync', async () => {
    const steps = await killEverywhere({
      prepare: async () => {
        const world = await createWorld(fresh, { pageSize: 3 });
        for (const uid of uids('event', 8)) world.provider.put(home(world), event(uid, 'x'));
        return { world, told: 0 };
      },
      run: poll,
    });
    expect(steps).toBeGreaterThan(30);
  });

  test('of an incremental sync with new, changed and deleted events', async () => {
    const steps = await killEverywhere({
      prepare: async () => {
        const world = await createWorld(fresh, { pageSize: 3 });
        for (const uid of uids('event', 8)) world.provider.put(home(world), event(uid, 'x'));
        await world.poll();
        const told = (await world.changes()).length;
        for (const uid of uids('event', 4)) world.provider.put(home(world), event(uid, 'y'));
        for (const row of (await world.events(home(world))).slice(4, 6)) {
          world.provider.delete(home(world), row.remote_id ?? '');
        }
        world.provider.put(home(world), event('new', 'x'));
        return { world, told };
      },
      run: poll,
    });
    expect(steps).toBeGreaterThan(25);
  });

  test('of a creation', async () => {
    const steps = await killEverywhere({
      prepare: async () => {
        const world = await createWorld(fresh);
        await world.poll();
        const told = (await world.changes()).length;
        const { operationId } = await world.write(home(world), event('mine', 'x'));
        return { world, told, operationId };
      },
      run: attempt,
    });
    expect(steps).toBeGreaterThan(10);
  });

  test('of an update', async () => {
    await killEverywhere({
      prepare: async () => {
        const world = await createWorld(fresh);
        world.provider.put(home(world), event('mine', 'x'));
        await world.poll();
        const told = (await world.changes()).length;
        const { operationId } = await world.write(home(world), event('mine', 'y'));
        return { world, told, operationId };
      },
      run: attempt,
    });
  });

  test('of an update that somebody else was faster than', async () => {
    await killEverywhere({
      prepare: async () => {
        const world = await createWorld(fresh);
        world.provider.put(home(world), event('mine', 'x'));
        await world.poll();
        const told = (await world.changes()).length;
        world.provider.put(home(world), event('mine', 'theirs'));
        const { operationId } = await world.write(home(world), event('mine', 'y'));
        return { world, told, operationId };
      },
      run: attempt,
    });
  });

  test('of a deletion', async () => {
    await killEverywhere({
      prepare: async () => {
        const world = await createWorld(fresh);
        world.provider.put(home(world), event('mine', 'x'));
        await world.poll();
        const told = (await world.changes()).length;
        const { operationId } = await world.delete(home(world), 'mine');
        return { world, told, operationId };
      },
      run: attempt,
    });
  });

  test('of a poll while a write is on its way', async () => {
    await killEverywhere({
      prepare: async () => {
        const world = await createWorld(fresh);
        world.provider.put(home(world), event('mine', 'x'));
        await world.poll();
        const told = (await world.changes()).length;
        const { operationId } = await world.write(home(world), event('mine', 'y'));
        world.provider.faults.add('write', { kind: 'lost-answer' });
        await world.attempt(operationId);
        world.provider.put(home(world), event('other', 'x'));
        return { world, told, operationId };
      },
      run: poll,
    });
  });
});

describe('a process that wakes after its lease was taken over', () => {
  test('stores no page, no token and no health', async () => {
    const world = await createWorld(fresh, { settings: { leaseTime: 3_600_000 } });
    await world.poll();
    const told = (await world.changes()).length;
    world.provider.put(home(world), event('one'));
    let wake = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    world.provider.faults.add('pull', { kind: 'slow', until: () => asleep });
    const paused = world.poll();
    while ((world.provider.calls.get('pull') ?? 0) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await world.restart();
    await world.poll();
    world.provider.put(home(world), event('two'));
    const before = await outcome(world, told);
    wake();
    await expect(paused).rejects.toThrow('was taken over');
    expect(await outcome(world, told)).toEqual(before);
    await world.poll();
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_CREATED']);
  });

  test('a dead process’s lease is taken over when its time is out, and not before', async () => {
    const world = await createWorld(fresh, { settings: { leaseTime: 2_000 } });
    const fuse = new Fuse(12);
    await untilDeath(() => poll(world, mortal(world, fuse)), fuse);
    expect(await world.poll()).toEqual({ status: 'busy' });
    const began = performance.now();
    while ((await world.poll()).status === 'busy') expect(performance.now() - began).toBeLessThan(5_000);
    expect(await world.profile()).toMatchObject({ initial_sync_required: false });
  });
});
