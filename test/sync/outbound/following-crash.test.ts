/** kill -9 at every await of a series that is cut in two: never lost, never twice, never half for good. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Connector, ProviderError } from '../../../datasources/providers/connector.ts';
import { attemptOperation } from '../../../sync/outbound/attempt.ts';
import { eventWriter } from '../../../sync/outbound/events/writer.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { Fuse, fusedConnector, fusedStore, Killed } from '../fuse.ts';
import type { World } from '../world.ts';
import { cut, halves, outcome, prepare, settled, states, whole, writing } from './cut-series.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const never = new AbortController().signal;

describe('killed at every await', () => {
  /** The world's process, mortal. */
  const mortal = (world: World, fuse: Fuse): World['dependencies'] => ({
    ...world.dependencies,
    store: fusedStore(world.dependencies.store, fuse),
    connectorFor: (provider) => {
      const connector = world.dependencies.connectorFor(provider);
      return connector === null ? null : fusedConnector(connector, fuse);
    },
  });

  const afterDeath = async (world: World) => {
    await world.restart();
    // As the background does, until nothing waits.
    for (let round = 0; round < 5; round++) {
      world.clock.now += 600_000;
      const due = await world.dependencies.store.asWorker(
        (tx) =>
        tx.selectFrom('operation').select('id').where('profile_id', '=', world.profileId).where('status', '=', 'PENDING').execute(), // biome-ignore format: one chain
      );
      if (due.length === 0) break;
      for (const { id } of due) await world.attempt(id);
    }
    await world.poll();
    await world.poll();
  };

  async function killEverywhere(
    arm: (world: World) => void,
    expected: ReturnType<typeof settled>,
    options: Parameters<typeof prepare>[1] = {},
    every = 1,
  ): Promise<number> {
    const calm = await prepare(fresh, options);
    const { operationId } = await cut(calm);
    arm(calm.world);
    const fuse = new Fuse(0);
    await attemptOperation(mortal(calm.world, fuse), operationId, { signal: never });
    const steps = fuse.passed.length;
    for (let step = 1; step <= steps; step += every) {
      const prepared = await prepare(fresh, options);
      const { world, told } = prepared;
      const made = await cut(prepared);
      arm(world);
      const deadly = new Fuse(step);
      try {
        await attemptOperation(mortal(world, deadly), made.operationId, { signal: never });
      } catch (error) {
        if (!deadly.blown) throw error;
      }
      expect(deadly.blown).toBe(true);
      await afterDeath(world);
      const place = fuse.passed[step - 1];
      expect({ step, place, ...(await outcome(world)) }).toEqual({ step, place, ...expected });
      const created = (await world.kinds(told)).filter((kind) => kind === 'EVENT_CREATED').length;
      expect({ step, place, created }).toEqual({ step, place, created: 1 });
    }
    return steps;
  }

  test('of a cut: never lost, never twice, never half', async () => {
    expect(await killEverywhere(() => {}, settled(halves, 2))).toBeGreaterThan(15);
  });

  test('of a cut whose new series is refused', async () => {
    const steps = await killEverywhere(
      (world) => world.provider.faults.add('write', { kind: 'rejected' }, 2),
      settled(whole, 1),
      {},
      2,
    );
    expect(steps).toBeGreaterThan(8);
  });

  test('of a cut whose old series cannot be ended', async () => {
    const wrapConnector = (connector: Connector): Connector => {
      const refusing: Connector['write'] = (session, calendar, request) =>
        request.object.uid === 'series'
          ? Promise.reject(new ProviderError('REJECTED', 'not this one'))
          : connector.write(session, calendar, request);
      return new Proxy(connector, {
        get: (target, name: keyof Connector) => {
          const member = name === 'write' ? refusing : target[name];
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
    };
    const steps = await killEverywhere(() => {}, settled(whole, 1), { wrapConnector }, 2);
    expect(steps).toBeGreaterThan(15);
  });

  test('of the acceptance: nothing is there of it', async () => {
    const prepared = await prepare(fresh);
    const { world, told } = prepared;
    const { store } = world.dependencies;
    const dying = eventWriter(
      writing(world, {
        asWorker: store.asWorker.bind(store),
        close: store.close.bind(store),
        withApplication: (tenant, work, counter) =>
          store.withApplication(
            tenant,
            async (tx) => {
              await work(tx);
              throw new Killed('before a commit');
            },
            counter,
          ),
      }),
    );
    await expect(cut({ ...prepared, writer: dying })).rejects.toThrow(Killed);
    expect(await states(world)).toEqual([]);
    expect(await world.kinds(told)).toEqual([]);
    expect(await outcome(world)).toEqual(settled(whole, 1));
  });
});
