/** A process that stands still for longer than what it holds does nothing at the provider afterwards, nor in the database. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { acquireLease, LeaseLost } from '../../datasources/store/leases.ts';
import { elapsed, hold, moment } from '../../sync/holding.ts';
import { pollProfile } from '../../sync/inbound/poll.ts';
import { withLease } from '../../sync/lease.ts';
import { attemptOperation } from '../../sync/outbound/attempt.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { createWorld, event, type World } from './world.ts';

/** As SIGSTOP and SIGCONT: nothing of this process runs meanwhile, and all its timers are late. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

const leaseTime = 90;
const never = new AbortController().signal;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('what is held', () => {
  const held = (renew: () => Promise<boolean>, since = moment()) =>
    hold({ accountId: 'acc_1', time: leaseTime, since, renew, onError: () => {} });

  test('is held for longer than its time while it is renewed', async () => {
    let renewals = 0;
    const time = 1_500;
    const renew = async () => ++renewals > 0;
    const holding = hold({ accountId: 'acc_1', time, since: moment(), renew, onError: () => {} });
    while (renewals < 4) await pause(50);
    holding.assertHeld();
    await holding.end();
  });

  test('is lost to one who stood still, before any timer says so', async () => {
    const holding = held(async () => true);
    standStill(leaseTime + 20);
    expect(() => holding.assertHeld()).toThrow(LeaseLost);
    expect(holding.signal.reason).toBeInstanceOf(LeaseLost);
    await holding.end();
  });

  test('counts from when it was asked for, not from the answer', async () => {
    const since = moment();
    standStill(leaseTime + 20);
    const holding = held(async () => true, since);
    expect(() => holding.assertHeld()).toThrow(LeaseLost);
    await holding.end();
  });

  test('is lost when somebody else has it, and when nobody could be asked for as long as it holds', async () => {
    const taken = held(async () => false);
    await pause(leaseTime);
    expect(() => taken.assertHeld()).toThrow(LeaseLost);
    await taken.end();
    const unanswered = held(() => Promise.reject(new Error('away')));
    await pause(2 * leaseTime);
    expect(unanswered.signal.aborted).toBe(true);
    await unanswered.end();
  });

  test('is told by the clock that says more: of a suspended machine the steady one stands still', () => {
    const now = moment();
    expect(elapsed({ steady: now.steady, wall: now.wall - 60_000 })).toBeGreaterThanOrEqual(60_000);
    expect(elapsed({ steady: now.steady - 60_000, wall: now.wall })).toBeGreaterThanOrEqual(60_000);
  });
});

describe('at the provider and in the database', () => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore({ maximumConnections: 6 });
  });
  afterAll(() => fresh.drop());

  const home = (world: World) => [...world.provider.calendars.keys()][0] ?? '';
  const resources = (world: World) => world.provider.calendar(home(world)).resources.size;
  /** The world's process, which stands still right before each of these calls reaches the provider. */
  const sleepy = (world: World, methods: readonly string[]): World['dependencies'] => ({
    ...world.dependencies,
    settings: { ...world.dependencies.settings, leaseTime },
    connectorFor: (provider) => {
      const connector = world.dependencies.connectorFor(provider);
      return connector === null
        ? null
        : new Proxy(connector, {
            get(target, name) {
              const value: unknown = Reflect.get(target, name);
              if (typeof value !== 'function') return value;
              return (...parameters: unknown[]) => {
                if (methods.includes(String(name))) standStill(leaseTime + 40);
                return Reflect.apply(value, target, parameters);
              };
            },
          });
    },
  });

  test.each(['write', 'remove'] as const)(
    'a pause between the claim and the %s: nothing is written, another attempt does it once',
    async (method) => {
      const world = await createWorld(fresh);
      await world.poll();
      const written = await world.write(home(world), event('paused@example.com', 'Once'));
      let operationId = written.operationId;
      if (method === 'remove') {
        await world.attempt(operationId);
        ({ operationId } = await world.delete(home(world), 'paused@example.com'));
      }
      const before = resources(world);
      await attemptOperation(sleepy(world, [method]), operationId, { signal: never });
      expect(resources(world)).toBe(before);
      expect(await world.operation(operationId)).toMatchObject({ status: 'PENDING', attempts: 1, failure: null });
      expect(await world.attempt(operationId)).toMatchObject({ status: 'APPLIED' });
      expect(resources(world)).toBe(method === 'write' ? 1 : 0);
    },
  );

  test('a pause in a poll: nothing of it is stored, and the poll stays due', async () => {
    const world = await createWorld(fresh);
    await world.poll();
    world.provider.put(home(world), event('there@example.com', 'There'));
    const told = (await world.changes()).length;
    const due = (await world.profile()).next_poll_at;
    await expect(pollProfile(sleepy(world, ['calendars']), world.profileId, { signal: never })).rejects.toThrow(
      LeaseLost,
    );
    expect(await world.changes(told)).toEqual([]);
    expect((await world.profile()).next_poll_at).toEqual(due);
    await world.poll();
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED']);
  });

  test('whatever breaks under a lease that was lost is told as its loss, so that nobody writes it down', async () => {
    const world = await createWorld(fresh);
    const stolen = withLease(world.dependencies, world.accountId, never, async () => {
      await fresh.superuser(`update lease set expires_at = clock_timestamp() where account_id = $1`, [world.accountId]);
      await world.dependencies.store.asWorker((tx) => acquireLease(tx, world.accountId, 'another', 1_000));
      throw new Error('the connection broke');
    });
    await expect(stolen).rejects.toMatchObject({ name: 'LeaseLost', cause: { message: 'the connection broke' } });
  });
});
