/** The log from memory: the same answers as from the database, and how seldom that is asked. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { currentPosition, type LogPosition } from '../../datasources/store/change-log/read.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import type { Actor } from '../../domain/actor.ts';
import { type ChangeFilter, logFilter, type ReadBatch, type Reading, readBehind } from '../../subscriptions/changes.ts';
import { createScopeLogs, type ScopeLogs } from '../../subscriptions/scope-log.ts';
import { createWakeUps, type WakeUps, type Watch } from '../../subscriptions/wake-up.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { manualClock } from './manual-clock.ts';
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
  await fresh.logAtRest();
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

/** Ends an authorization as revokeAuthorization does: in one transaction with what tells of it. */
async function revoke(tenant: TenantFixture): Promise<void> {
  await fresh.store.asWorker(async (tx) => {
    await tx.updateTable('authorization_grant').set({ status: 'REVOKED' }).where('id', '=', tenant.grantId).execute();
    const about = { kind: 'AUTHORIZATION_REVOKED', profileId: null, calendarId: null } as const;
    const change = changeOf(tenant, tenant.accountId, { ...about, audience: tenant.applicationId });
    await appendChanges(tx, tenant.accountId, [change], { madeBy: null });
  });
}

const ids = ({ changes }: ReadBatch) => changes.map(({ subjectId }) => subjectId);

describe('access', () => {
  test('that ended is seen by the read that tells of it: nothing of the account is told from memory behind it', async () => {
    const tenant = await insertTenant(fresh.store);
    const { logs, close } = await memory(tenant);
    const [start] = await commits([tenant], 3);
    const log = logs.of(readingOf(actorOf(tenant)).reading);
    expect(ids(await log.read(start as LogPosition, 100))).toEqual(['e0', 'e1', 'e2']);
    await revoke(tenant); // and no look is made
    expect(ids(await log.read(start as LogPosition, 100))).toEqual([tenant.accountId]);
    await close();
  });

  test('that ended is forgotten at the next look, also for what ends in the past', async () => {
    const tenant = await insertTenant(fresh.store);
    const other = await insertTenant(fresh.store);
    const { logs, wakeUps, watch, close } = await memory(tenant);
    const positions = await commits([tenant, other], 4);
    const [start, until] = [positions[0] as LogPosition, positions.at(-1) as LogPosition];
    const logOf = (one: TenantFixture) => {
      const { reading, counter } = readingOf(actorOf(one));
      return { log: logs.of(reading), counter };
    };
    const [own, stranger] = [logOf(tenant), logOf(other)];
    expect(ids(await own.log.read(start, 100, until))).toEqual(['e0', 'e2']);
    expect(ids(await stranger.log.read(start, 100, until))).toEqual(['e1', 'e3']);
    const before = stranger.counter.sqlQueries;
    await revoke(tenant);
    watch.reading();
    watch.read();
    wakeUps.wake();
    await watch.news(AbortSignal.timeout(10_000));
    expect(ids(await own.log.read(start, 100, until))).toEqual([]);
    // Another application's is as good as before.
    expect(ids(await stranger.log.read(start, 100, until))).toEqual(['e1', 'e3']);
    expect(stranger.counter.sqlQueries).toBe(before);
    await close();
  });

  test('that is gained makes what was hidden visible', async () => {
    const tenant = await insertTenant(fresh.store);
    const { logs, close } = await memory(tenant);
    const narrow = { scopes: ['list_calendars'] };
    const set = (grant: { readonly scopes: string[] }) =>
      fresh.store.asWorker(async (tx) => {
        await tx.updateTable('authorization_grant').set(grant).where('id', '=', tenant.grantId).execute();
        const about = { kind: 'ACCOUNT_AUTHORIZED', profileId: null, calendarId: null } as const;
        const change = changeOf(tenant, 'told', { ...about, audience: tenant.applicationId });
        await appendChanges(tx, tenant.accountId, [change], { madeBy: null });
      });
    await set(narrow);
    const [start] = await commits([tenant], 2);
    const log = logs.of(readingOf(actorOf(tenant)).reading);
    expect(ids(await log.read(start as LogPosition, 100))).toEqual([]);
    await set({ scopes: ['read_events'] });
    expect(ids(await log.read(start as LogPosition, 100))).toEqual(['e0', 'e1', 'told']);
    await close();
  });

  test('of an account token and of an application are two memories, and two applications have two', async () => {
    const [tenant, stranger] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
    const second = await insertTenant(fresh.store, { of: tenant });
    const { logs, close } = await memory(tenant);
    const positions = await commits([tenant, second, stranger], 6);
    const [start, until] = [positions[0] as LogPosition, positions.at(-1) as LogPosition];
    const actors = [
      actorOf(tenant),
      actorOf(tenant, second.accountId),
      actorOf(stranger),
      actorOf(tenant, tenant.accountId),
    ];
    for (let round = 0; round < 2; round++) {
      const read = await Promise.all(actors.map((actor) => logs.of(readingOf(actor).reading).read(start, 100, until)));
      expect(read.map(ids)).toEqual([
        ['e0', 'e3', 'e1', 'e4'],
        ['e1', 'e4'],
        ['e2', 'e5'],
        ['e0', 'e3'],
      ]);
    }
    await close();
  });
});

describe('what is in memory', () => {
  test('is used by groups that ask for different things: ten of them woken by one change read it once', async () => {
    const tenant = await insertTenant(fresh.store);
    const { logs, close } = await memory(tenant);
    const [start] = await commits([tenant], 1);
    const counters: { sqlQueries: number }[] = [];
    const groups = Array.from({ length: 10 }, (_, n) => {
      const { reading, counter } = readingOf(
        actorOf(tenant),
        n === 0 ? null : { kinds: ['EVENT_UPDATED'], includeOwn: n % 2 === 0 },
      );
      counters.push(counter);
      return logs.of(reading);
    });
    const sum = () => counters.reduce((total, { sqlQueries }) => total + sqlQueries, 0);
    const first = await Promise.all(groups.map((log) => log.read(start as LogPosition, 100)));
    const opened = sum();
    const at = (first[0] as ReadBatch).position;
    await commits([tenant], 1);
    const batches = await Promise.all(groups.map((log) => log.read(at, 100)));
    expect(batches.map(ids)).toEqual(groups.map(() => ['e0']));
    expect(sum() - opened).toBe(1);
    await close();
  });

  test.each([3, 10_000])(
    'takes in a transaction that began before others and committed behind them, with %p rows',
    async (rows) => {
      const tenant = await insertTenant(fresh.store);
      const second = await insertTenant(fresh.store, { of: tenant });
      // Of few, the oldest go while the early transaction is still running.
      const { logs, close } = await memory(tenant, { rowsPerScope: rows });
      const { reading, counter } = readingOf(actorOf(tenant));
      const log = logs.of(reading);
      const [gate, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const early = fresh.store.asWorker(async (tx) => {
        await appendChanges(tx, second.accountId, [changeOf(second, 'early')], { madeBy: null });
        begun.resolve();
        await gate.promise;
      });
      await begun.promise;
      let position = await now();
      for (let n = 0; n < 8; n++) {
        await commitChanges(fresh.store, tenant, [changeOf(tenant, `e${n}`)]);
        const batch = await log.read(position, 100);
        expect(ids(batch)).toEqual([`e${n}`]);
        position = batch.position;
      }
      gate.resolve();
      await early;
      expect(ids(await log.read(position, 100))).toEqual(['early']);
      // One for each read, and some for the first and the last.
      expect(counter.sqlQueries).toBeLessThanOrEqual(12);
      await close();
    },
  );

  test('is bounded: of one tenant by its rows, of all by their bytes; what does not fit is read', async () => {
    const tenants = await Promise.all([1, 2, 3, 4].map(() => insertTenant(fresh.store)));
    const { logs, close } = await memory(tenants[0] as TenantFixture, { bytes: 9_000, rowsPerScope: 10 });
    const positions = await commits(tenants, 60);
    for (const tenant of tenants) {
      const log = logs.of(readingOf(actorOf(tenant)).reading);
      for (const from of [0, 50, 0, 59]) {
        const batch = await log.read(positions[from] as LogPosition, 100, positions.at(-1));
        const { reading } = readingOf(actorOf(tenant));
        expect(ids(batch)).toEqual(
          ids(await readBehind(reading, positions[from] as LogPosition, 100, positions.at(-1))),
        );
      }
      expect(logs.bytes).toBeLessThanOrEqual(9_000);
    }
    await close();
  });

  test('is nothing while nobody looks, and nothing when the last look is long ago', async () => {
    const tenant = await insertTenant(fresh.store);
    const clock = manualClock();
    const wakeUps = createWakeUps({ store: fresh.store, clock });
    const logs = createScopeLogs({ wakeUps, clock });
    const [start, ...later] = await commits([tenant], 2);
    const { reading, counter } = readingOf(actorOf(tenant));
    const log = logs.of(reading);
    const statements = async () => {
      const before = counter.sqlQueries;
      expect(ids(await log.read(start as LogPosition, 100, later.at(-1)))).toEqual(['e0', 'e1']);
      return counter.sqlQueries - before;
    };
    await statements();
    expect([await statements(), logs.bytes]).toEqual([1, 0]);
    const watch = await wakeUps.watch({ applicationId: tenant.applicationId, accountIds: null });
    await statements();
    expect(await statements()).toBe(0);
    watch.close();
    expect([await statements(), logs.bytes]).toEqual([1, 0]);
    await wakeUps.close();
  });

  test('is asked for a place that is past the end: that is a mistake of the one who asks', async () => {
    const tenant = await insertTenant(fresh.store);
    const { logs, close } = await memory(tenant);
    const [early, late] = (await commits([tenant], 1)) as [LogPosition, LogPosition];
    const { reading } = readingOf(actorOf(tenant));
    const message = 'expected an end that sees everything the position has seen';
    await expect(logs.of(reading).read(late, 1, early)).rejects.toThrow(new RangeError(message));
    await expect(readBehind(reading, late, 1, early)).rejects.toThrow(new RangeError(message));
    await close();
  });

  test('of a new epoch begins anew: a place of the old one is told to read everything again', async () => {
    const tenant = await insertTenant(fresh.store);
    const { logs, close } = await memory(tenant);
    const [start, until] = (await commits([tenant], 1)) as [LogPosition, LogPosition];
    const log = logs.of(readingOf(actorOf(tenant)).reading);
    await log.read(start, 100, until);
    await fresh.superuser('update installation set epoch = epoch + 1');
    await expect(log.read(until, 100)).rejects.toMatchObject({ code: 'RESYNC_REQUIRED' });
    expect(ids(await log.read({ ...start, epoch: start.epoch + 1 }, 100))).toEqual(['e0']);
    await close();
  });
});
