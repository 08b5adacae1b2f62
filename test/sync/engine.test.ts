/** The whole engine on pg-boss: who asks when, what a stop leaves, what a start takes up. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { dueProfiles } from '../../datasources/store/profiles-sync.ts';
import { createSyncEngine, type SyncEngine, type SyncEngineOptions } from '../../sync/engine.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { createWorld, event, uids, type World, zones } from './world.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 8 });
});
const engines: SyncEngine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  // Each test begins with nothing due.
  await fresh.superuser(`update profile set status = 'DISCONNECTED'`);
  await fresh.superuser(`update operation set status = 'FAILED' where status = 'PENDING'`);
});
afterAll(() => fresh.drop());

const home = (world: World) => [...world.provider.calendars.keys()][0] ?? '';

function engine(world: World, more: Partial<SyncEngineOptions> = {}): SyncEngine {
  const errors = world.woken;
  const made = createSyncEngine({
    store: fresh.store,
    keyRing: testKeyRing,
    connectors: { CALDAV: world.connector },
    zones,
    ids: fresh.store.ids,
    database: fresh.store.clientConfig,
    logger: {
      info: () => {},
      warn: () => {},
      error: (fields, message) => void errors.push(`${message} ${JSON.stringify(fields)}`),
    },
    wake: (accountId) => void world.woken.push(accountId),
    clock: () => world.clock.now,
    random: () => 0.5,
    scanInterval: 50,
    settings: { pollFloor: 1_000 },
    ...more,
  });
  engines.push(made);
  return made;
}

async function until(condition: () => boolean | Promise<boolean>, milliseconds = 15_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the engine', () => {
  test('reads what was just connected, then polls when it is due, and not before', async () => {
    const world = await createWorld(fresh);
    world.provider.put(home(world), event('one'));
    const running = engine(world);
    await running.start();
    await until(async () => !(await world.profile()).initial_sync_required);
    const due = (await world.profile()).next_poll_at?.getTime() ?? 0;
    expect(due).toBeGreaterThanOrEqual(world.clock.now + 5 * 60_000);
    const calls = world.provider.calls.get('calendars');
    world.provider.put(home(world), event('two'));
    world.clock.now = due - 1;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(world.provider.calls.get('calendars')).toBe(calls);
    world.clock.now = due;
    await until(async () => (await world.events(home(world))).length === 2);
    expect(world.woken.filter((one) => one !== world.accountId)).toEqual([]);
  });

  test('a demand brings the next poll to the floor, and keeps it there for an hour', async () => {
    const world = await createWorld(fresh);
    const running = engine(world);
    await running.start();
    await until(async () => !(await world.profile()).initial_sync_required);
    await running.requestDemand([world.profileId, 'pro_unknown']);
    await until(async () => (await world.profile()).next_poll_at?.getTime() === world.clock.now + 1_000);
    const calls = world.provider.calls.get('calendars') ?? 0;
    for (let poll = 1; poll <= 3; poll++) {
      world.clock.now += 2_000;
      await until(() => (world.provider.calls.get('calendars') ?? 0) === calls + poll);
      await until(async () => ((await world.profile()).next_poll_at?.getTime() ?? 0) > world.clock.now);
    }
  });

  test('a sync requested in a transaction runs with its commit; twenty of them make few runs', async () => {
    const world = await createWorld(fresh);
    const running = engine(world);
    await running.start();
    await until(async () => !(await world.profile()).initial_sync_required);
    const calls = world.provider.calls.get('calendars') ?? 0;
    world.provider.put(home(world), event('one'));
    // As a mutation would: under row-level security.
    const tenant = { applicationId: world.applicationId, accountId: null };
    await Promise.all(
      Array.from({ length: 20 }, () =>
        fresh.store.withApplication(tenant, (tx) => running.requestSync(tx, { profileId: world.profileId })),
      ),
    );
    await until(async () => (await world.events(home(world))).length === 1);
    await until(async () => ((await world.profile()).next_poll_at?.getTime() ?? 0) > world.clock.now);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((world.provider.calls.get('calendars') ?? 0) - calls).toBeLessThanOrEqual(4);
    await expect(
      fresh.store.asWorker(async (tx) => {
        await running.requestSync(tx, { profileId: world.profileId });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect((await world.profile()).next_poll_at?.getTime()).toBeGreaterThan(world.clock.now);
  });

  test('a named calendar is read whatever its tag says', async () => {
    const world = await createWorld(fresh);
    const running = engine(world);
    await running.start();
    await until(async () => !(await world.profile()).initial_sync_required);
    const { id } = await world.calendar(home(world));
    await fresh.store.asWorker((tx) => running.requestSync(tx, { profileId: world.profileId, calendarId: id }));
    await until(async () => (await world.runs(home(world))).length === 2);
    const outcome = await running.syncCalendar(id, 'RECONCILIATION');
    expect(outcome.status === 'polled' && outcome.runs.get(id)?.failure).toBeNull();
    expect(await running.syncCalendar('cal_unknown', 'FULL')).toEqual({ status: 'idle' });
  });

  test('a write is answered APPLIED; one that takes too long PENDING, and goes on by itself', async () => {
    const world = await createWorld(fresh);
    const running = engine(world);
    await running.start();
    const quick = await world.write(home(world), event('quick'));
    expect(await running.attemptOperation(quick.operationId)).toMatchObject({ status: 'APPLIED' });
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.provider.faults.add('write', { kind: 'slow', until: () => gate });
    const slow = await world.write(home(world), event('slow'));
    expect(await running.attemptOperation(slow.operationId, { wait: 50 })).toMatchObject({ status: 'PENDING' });
    open();
    await until(async () => (await world.operation(slow.operationId)).status === 'APPLIED');
    expect(await running.attemptOperation('opr_unknown')).toBeNull();
  });

  test('a write that another node is at is awaited there', async () => {
    const world = await createWorld(fresh);
    const [here, there] = [engine(world), engine(world)];
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.provider.faults.add('write', { kind: 'slow', until: () => gate });
    const { operationId } = await world.write(home(world), event('mine'));
    const first = there.attemptOperation(operationId);
    await until(() => world.provider.calls.has('write'));
    const second = here.attemptOperation(operationId);
    setTimeout(open, 200);
    expect(await second).toMatchObject({ status: 'APPLIED', attempts: 1 });
    expect(await first).toMatchObject({ status: 'APPLIED', attempts: 1 });
  });

  test('a poll that takes too long is answered busy, and goes on by itself', async () => {
    const world = await createWorld(fresh);
    const running = engine(world);
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.provider.faults.add('calendars', { kind: 'slow', until: () => gate });
    expect(await running.pollNow(world.profileId, { wait: 50 })).toEqual({ status: 'busy' });
    open();
    await until(async () => !(await world.profile()).initial_sync_required);
  });

  test('whoever asks: sixty requests a minute and account, then the answer is busy', async () => {
    const world = await createWorld(fresh);
    const running = engine(world, { settings: { pollFloor: 60_000 } });
    world.provider.calls.clear();
    // The first one lists the home and reads its calendar.
    for (let poll = 1; poll <= 59; poll++) {
      expect(await running.pollNow(world.profileId)).toMatchObject({ status: 'polled' });
    }
    expect(await running.pollNow(world.profileId, { wait: 300 })).toEqual({ status: 'busy' });
    expect(Object.fromEntries(world.provider.calls)).toEqual({ calendars: 59, pull: 1 });
    world.clock.now += 60_000;
    expect(await running.pollNow(world.profileId)).toMatchObject({ status: 'polled' });
  });

  test('writes that nobody waits for are carried out, and retried when they are due', async () => {
    const world = await createWorld(fresh);
    const running = engine(world);
    await running.start();
    await until(async () => !(await world.profile()).initial_sync_required);
    world.provider.faults.add('write', { kind: 'unreachable' });
    const { operationId } = await world.write(home(world), event('mine'));
    await fresh.store.asWorker((tx) => running.enqueueWrite(tx, operationId));
    await until(async () => (await world.operation(operationId)).attempts === 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await world.operation(operationId)).toMatchObject({ status: 'PENDING', attempts: 1 });
    world.clock.now += 60_000;
    await until(async () => (await world.operation(operationId)).status === 'APPLIED');
  });

  test('a stop in the middle of a first sync keeps its pages, gives the lease back and leaves nothing running', async () => {
    const world = await createWorld(fresh, { pageSize: 50 });
    for (const uid of uids('event', 200)) world.provider.put(home(world), event(uid));
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let pages = 0;
    world.provider.faults.add('pull', { kind: 'slow', until: () => (++pages > 2 ? gate : Promise.resolve()) }, 4);
    const first = engine(world);
    await first.start();
    await until(() => pages === 3);
    const began = performance.now();
    await first.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
    open();
    expect(await world.events(home(world))).toHaveLength(100);
    const left = await fresh.superuser<{ n: number }>(
      `select count(*)::int as n from lease where account_id = $1 and expires_at > clock_timestamp()`,
      [world.accountId],
    );
    expect(left).toEqual([{ n: 0 }]);
    world.provider.faults.clear();
    await engine(world).start();
    await until(async () => !(await world.profile()).initial_sync_required);
    expect(await world.events(home(world))).toHaveLength(200);
    expect((await world.runs(home(world))).map((run) => run.status)).toEqual(['FAILED', 'SUCCEEDED']);
    expect((await world.kinds()).filter((kind) => kind.startsWith('EVENT'))).toEqual([]);
  });

  test('a node that retires gives its polls up, another goes on at once, and what is called there still works', async () => {
    const world = await createWorld(fresh, { pageSize: 50 });
    for (const uid of uids('event', 200)) world.provider.put(home(world), event(uid));
    let pages = 0;
    const never = new Promise<void>(() => {});
    world.provider.faults.add('pull', { kind: 'slow', until: () => (++pages > 2 ? never : Promise.resolve()) }, 4);
    const leaving = engine(world);
    await leaving.start();
    await until(() => pages === 3);
    await leaving.retire();
    const left = await fresh.superuser<{ n: number }>(
      `select count(*)::int as n from lease where account_id = $1 and expires_at > clock_timestamp()`,
      [world.accountId],
    );
    expect(left).toEqual([{ n: 0 }]);
    world.provider.faults.clear();
    expect(await leaving.pollNow(world.profileId)).toMatchObject({ status: 'polled', failure: null });
    world.provider.put(home(world), event('later'));
    await fresh.superuser(`update profile set next_poll_at = $1 where id = $2`, [
      new Date(world.clock.now),
      world.profileId,
    ]);
    await engine(world).start();
    await until(async () => (await world.events(home(world))).length === 201);
    const { operationId } = await world.write(home(world), event('written'));
    expect(await leaving.attemptOperation(operationId)).toMatchObject({ status: 'APPLIED' });
  });

  test('a write that a stop interrupts is due for another node at once, and nothing is held against it', async () => {
    const world = await createWorld(fresh);
    const { operationId } = await world.write(home(world), event('interrupted'));
    let asked = false;
    const never = new Promise<void>(() => {});
    world.provider.faults.add('write', {
      kind: 'slow',
      until: () => {
        asked = true;
        return never;
      },
    });
    const leaving = engine(world);
    await leaving.start();
    await until(() => asked);
    await leaving.stop();
    world.provider.faults.clear();
    expect(await world.operation(operationId)).toMatchObject({ status: 'PENDING', failure: null, claimed_until: null });
    await engine(world).start();
    await until(async () => (await world.operation(operationId)).status === 'APPLIED');
    expect(world.provider.calendar(home(world)).resources.size).toBe(1);
  });

  test('a start of the only process takes a dead one’s lease and claims at once', async () => {
    const world = await createWorld(fresh);
    const { operationId } = await world.write(home(world), event('mine'));
    await fresh.superuser(
      `insert into lease (account_id, holder, expires_at) values ($1, 'dead', clock_timestamp() + interval '1 hour')
       on conflict (account_id) do update set holder = 'dead', expires_at = excluded.expires_at`,
      [world.accountId],
    );
    await fresh.superuser(
      `update operation set claimed_until = now() + interval '1 hour', attempts = 1 where id = $1`,
      [operationId],
    );
    const running = engine(world, { soleProcess: true });
    await running.start();
    await until(async () => (await world.operation(operationId)).status === 'APPLIED');
    await until(async () => !(await world.profile()).initial_sync_required);
  });

  test('a job that a dead node still holds does not keep its profile waiting', async () => {
    const world = await createWorld(fresh);
    const dead = engine(world);
    await dead.start();
    await until(async () => !(await world.profile()).initial_sync_required);
    await dead.stop();
    await fresh.superuser(
      `insert into boss.job (name, data, policy, singleton_key, state, started_on)
       select 'poll', '{}', 'stately', id, 'active', now() from profile where id = $1`,
      [world.profileId],
    );
    world.provider.put(home(world), event('one'));
    await fresh.superuser(`update profile set next_poll_at = $1 where id = $2`, [
      new Date(world.clock.now),
      world.profileId,
    ]);
    await engine(world).start();
    await new Promise((resolve) => setTimeout(resolve, 500));
    world.clock.now += 2_000;
    await until(async () => (await world.events(home(world))).length === 1, 5_000);
  });

  test('a crowd at one server does not keep the profiles of another waiting', async () => {
    const crowd = await createWorld(fresh);
    const alone = await createWorld(fresh);
    await fresh.superuser(
      `insert into profile (id, account_id, provider, login, server_key, next_poll_at)
       select 'pro_crowd_' || n, $1, 'CALDAV', 'crowd ' || n, 'crowd.example', $2::timestamptz - interval '1 day'
       from generate_series(1, 3000) n`,
      [crowd.accountId, new Date(crowd.clock.now)],
    );
    const due = await fresh.store.asWorker((tx) => dueProfiles(tx, alone.clock.now, { total: 20, perServer: 8 }));
    expect(due.map(({ id }) => id)).toEqual(expect.arrayContaining([alone.profileId, crowd.profileId]));
    expect(due.filter(({ id }) => id.startsWith('pro_crowd'))).toHaveLength(8);
    await fresh.superuser(`delete from profile where id like 'pro_crowd_%'`);
  });

  test('two engines on one database poll an account once at a time, and read everything once', async () => {
    const world = await createWorld(fresh, { pageSize: 20 });
    for (const uid of uids('event', 100)) world.provider.put(home(world), event(uid));
    await Promise.all([engine(world).start(), engine(world).start()]);
    await until(async () => !(await world.profile()).initial_sync_required);
    expect((await world.runs(home(world))).filter((run) => run.status === 'SUCCEEDED')).toHaveLength(1);
    expect(world.provider.calls.get('pull')).toBe(5);
  });

  test('an error that is nobody’s answer is logged and put off, and does not spin', async () => {
    const world = await createWorld(fresh);
    await fresh.superuser(`update profile set credential = 'v1.none.AAAA' where id = $1`, [world.profileId]);
    const running = engine(world);
    await running.start();
    await until(async () => (await world.profile()).next_poll_at?.getTime() === world.clock.now + 60_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(world.woken.filter((line) => line.startsWith('sync '))).toHaveLength(1);
    expect(await world.profile()).toMatchObject({ status: 'CONNECTED', failures: 0 });
    const { operationId } = await world.write(home(world), event('mine'));
    expect(await running.attemptOperation(operationId)).toMatchObject({
      status: 'PENDING',
      attempts: 1,
      nextAttemptAt: world.clock.now + 60_000,
    });
  });
});
