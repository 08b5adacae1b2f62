/** The log from memory: the same answers as from the database, and how seldom that is asked. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { currentPosition, type LogPosition } from '../../datasources/store/change-log/read.ts';
import type { Actor } from '../../domain/actor.ts';
import { type ChangeFilter, logFilter, type ReadBatch, type Reading, readBehind } from '../../subscriptions/changes.ts';
import { createScopeLogs, type ScopeLogs } from '../../subscriptions/scope-log.ts';
import { createWakeUps, type WakeUps, type Watch } from '../../subscriptions/wake-up.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { actorOf, changeOf, commitChanges } from './nodes.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const now = () => fresh.store.asWorker((tx) => currentPosition(tx));

function readingOf(actor: Actor, filter: ChangeFilter | null = null) {
  const counter = { sqlQueries: 0 };
  const reading: Reading = { store: fresh.store, seal: testKeyRing, actor, filter: logFilter(filter, actor), counter };
  return { reading, counter };
}

/** What a client can tell of a batch. */
function told({ changes, position, exhausted }: ReadBatch) {
  return {
    changes: changes.map(({ cursor, ...change }) => ({ ...change, hasCursor: cursor !== '' })),
    position,
    exhausted,
  };
}

interface Memory {
  readonly wakeUps: WakeUps;
  readonly logs: ScopeLogs;
  readonly watch: Watch;
  close(): Promise<void>;
}

async function memory(
  tenant: TenantFixture,
  options: { readonly bytes?: number; readonly rowsPerScope?: number } = {},
) {
  const wakeUps = createWakeUps({ store: fresh.store, pollMilliseconds: 1_000 });
  const logs = createScopeLogs({ wakeUps, ...options });
  const watch = await wakeUps.watch({ applicationId: tenant.applicationId, accountIds: null });
  const made: Memory = { wakeUps, logs, watch, close: () => wakeUps.close() };
  return made;
}

/** Positions before each of so many commits, and the one behind them all. */
async function commits(tenants: readonly TenantFixture[], count: number): Promise<LogPosition[]> {
  const positions = [await now()];
  for (let n = 0; n < count; n++) {
    const tenant = tenants[n % tenants.length] as TenantFixture;
    await commitChanges(fresh.store, tenant, [changeOf(tenant, `e${n}`)]);
    positions.push(await now());
  }
  return positions;
}

describe('a storm of newcomers', () => {
  test('of one group, each with a cursor of its own, reads the log a handful of times', async () => {
    const tenant = await insertTenant(fresh.store);
    const second = await insertTenant(fresh.store, { of: tenant });
    const { logs, close } = await memory(tenant);
    const positions = await commits([tenant, second], 60);
    const until = positions.at(-1) as LogPosition;
    const { reading, counter } = readingOf(actorOf(tenant));
    const log = logs.of(reading);
    const batches = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => log.read(positions[n % 60] as LogPosition, 100, until)),
    );
    expect(batches.map(({ changes }) => changes.length)).toEqual(
      Array.from({ length: 1_000 }, (_, n) => 60 - (n % 60)),
    );
    expect(counter.sqlQueries).toBeLessThanOrEqual(2);
    await close();
  });
});

test('is answered as the database answers it', async () => {
  const tenant = await insertTenant(fresh.store);
  const { logs, close } = await memory(tenant);
  const positions = await commits([tenant], 10);
  const { reading } = readingOf(actorOf(tenant));
  const log = logs.of(reading);
  for (const position of positions) {
    for (const first of [1, 3, 100]) {
      expect(told(await log.read(position, first))).toEqual(told(await readBehind(reading, position, first)));
    }
  }
  expect(logs.bytes).toBeGreaterThan(0);
  await close();
});
