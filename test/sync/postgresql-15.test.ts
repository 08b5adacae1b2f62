/** The oldest PostgreSQL we support, over TCP and as a plain role: the queue, the lease, the pages and the due-scan. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSyncEngine } from '../../sync/engine.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { debianMissing, startDebian } from '../setup/database-servers.ts';
import { createWorld, event, uids, zones } from './world.ts';

const missing = debianMissing();

describe('Debian’s PostgreSQL 15', () => {
  if (missing !== null) {
    test(`left out: ${missing}`, () => void process.stderr.write(`left out: ${missing}\n`));
    return;
  }
  let debian: Awaited<ReturnType<typeof startDebian>>;
  let fresh: FreshStore;
  beforeAll(async () => {
    debian = await startDebian();
    fresh = await freshStore({ server: debian.server, maximumConnections: 8 });
  });
  afterAll(async () => {
    await fresh.drop();
    debian.stop();
  });

  test('a first sync, another client’s change, a write of ours, and a clean stop', async () => {
    const world = await createWorld(fresh);
    const [home = ''] = world.provider.calendars.keys();
    for (const uid of uids('event', 600)) world.provider.put(home, event(uid));
    const errors: unknown[] = [];
    const engine = createSyncEngine({
      store: fresh.store,
      keyRing: testKeyRing,
      connectors: { CALDAV: world.connector },
      zones,
      ids: fresh.store.ids,
      database: fresh.store.clientConfig,
      logger: { info: () => {}, warn: () => {}, error: (fields) => void errors.push(fields) },
      wake: () => {},
      clock: () => world.clock.now,
      scanInterval: 50,
    });
    await engine.start();
    const until = async (condition: () => Promise<boolean>) => {
      const end = performance.now() + 20_000;
      while (!(await condition())) {
        if (performance.now() > end) throw new Error(`never: ${condition}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await until(async () => !(await world.profile()).initial_sync_required);
    expect(await world.events(home)).toHaveLength(600);
    world.provider.put(home, event('event-0001', 'changed'));
    await fresh.store.asWorker((tx) => engine.requestSync(tx, { profileId: world.profileId }));
    await until(async () => (await world.kinds()).includes('EVENT_UPDATED'));
    const { operationId } = await world.write(home, event('mine'));
    expect(await engine.attemptOperation(operationId)).toMatchObject({ status: 'APPLIED' });
    await engine.stop();
    expect(errors).toEqual([]);
  });
});
