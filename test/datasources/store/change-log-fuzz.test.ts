/** What readers see of the log while many write to it and it is pruned: in order, whole, once, or told that it is not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { LogFilter } from '../../../datasources/store/change-log/filter.ts';
import { type LogPosition, readChangeLog } from '../../../datasources/store/change-log/read.ts';
import { appendChanges, currentPosition, pruneChangeLog } from '../../../datasources/store/change-log.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { debianMissing, embeddedServer, startDebian, type TestServer } from '../../setup/database-servers.ts';
import { insertTenant, type TenantFixture } from '../../setup/fixtures.ts';

const missing = debianMissing();
if (missing !== null) console.warn(missing);

const servers: [string, () => Promise<{ server: TestServer; stop(): void }>][] = [
  ['the embedded PostgreSQL', async () => ({ server: embeddedServer(), stop: () => undefined })],
  ...(missing === null ? [["Debian's PostgreSQL 15", startDebian] as [string, typeof startDebian]] : []),
];

const everything: LogFilter = {
  accountIds: null,
  calendarIds: null,
  kinds: null,
  applicationId: null,
  managed: 'INCLUDE',
  includeOwn: true,
  granting: null,
};

interface Transaction {
  readonly account: number;
  readonly size: number;
  /** Milliseconds with an id and without the account's lock. */
  readonly before: number;
  /** Milliseconds with the lock. */
  readonly holding: number;
  readonly undone: boolean;
}

const transaction: fc.Arbitrary<Transaction> = fc.record({
  account: fc.nat(2),
  size: fc.integer({ min: 1, max: 4 }),
  before: fc.constantFrom(0, 0, 0, 2, 8),
  holding: fc.constantFrom(0, 0, 0, 1, 5),
  undone: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
});

const scene = fc.record({
  writers: fc.array(fc.array(transaction, { minLength: 3, maxLength: 10 }), { minLength: 2, maxLength: 4 }),
  readers: fc.array(fc.record({ first: fc.integer({ min: 1, max: 9 }), pause: fc.constantFrom(0, 1, 5, 40) }), {
    minLength: 2,
    maxLength: 3,
  }),
  /** Null: nothing is pruned, and nobody may be told that anything is lost. */
  pruning: fc.option(fc.record({ batch: fc.integer({ min: 1, max: 6 }), pause: fc.constantFrom(0, 3, 15) })),
});

describe.each(servers)('on %s', (_name, open) => {
  let stop: () => void;
  let fresh: FreshStore;
  let tenants: readonly TenantFixture[];
  beforeAll(async () => {
    const opened = await open();
    stop = opened.stop;
    fresh = await freshStore({ server: opened.server, maximumConnections: 9 });
    const first = await insertTenant(fresh.store);
    tenants = [first, await insertTenant(fresh.store, { of: first }), await insertTenant(fresh.store, { of: first })];
  });
  afterAll(async () => {
    await fresh?.drop();
    stop?.();
  });

  const sequences = async (): Promise<Map<string, number>> => {
    const rows = await fresh.superuser<{ account_id: string; sequence: string }>(
      'select account_id, sequence from account_log',
    );
    return new Map(rows.map((row) => [row.account_id, Number(row.sequence)]));
  };

  test('readers see each account in order, whole and once, or are told that they do not; also while it is pruned', async () => {
    const seen = { rows: 0, lost: 0, pruned: 0 };
    await fc.assert(
      fc.asyncProperty(scene, async ({ writers, readers, pruning }) => {
        const tenant = (tenants[0] as TenantFixture).tenant;
        // What an earlier run pruned must lie behind the beginning, whatever other suites write meanwhile.
        await fresh.logAtRest();
        const start = await fresh.store.asWorker((tx) => currentPosition(tx));
        const before = await sequences();
        let writing = true;
        const committed = new Set<string>();

        async function write(writer: number, transactions: readonly Transaction[]): Promise<void> {
          for (const [index, one] of transactions.entries()) {
            const { accountId } = tenants[one.account] as TenantFixture;
            const ids = Array.from({ length: one.size }, (_, n) => `w${writer} t${index} n${n}`);
            const entry = { kind: 'EVENT_UPDATED', profileId: null, calendarId: null, managedBy: null } as const;
            const entries = ids.map((subjectId) => ({ ...entry, subjectId }));
            await fresh.store
              .asWorker(async (tx) => {
                await sql`select pg_current_xact_id(), pg_sleep(${one.before / 1_000})`.execute(tx);
                await appendChanges(tx, accountId, entries, { madeBy: null });
                if (one.holding > 0) await sql`select pg_sleep(${one.holding / 1_000})`.execute(tx);
                if (one.undone) throw new Error('undone');
              })
              .then(
                () => ids.map((id) => committed.add(`${accountId} ${id}`)),
                (error: unknown) => {
                  if (!one.undone) throw error;
                },
              );
          }
        }

        async function read({ first, pause }: { readonly first: number; readonly pause: number }): Promise<void> {
          let position: LogPosition = start;
          /** The last sequence of each account; none right after a loss, when whatever comes first is the beginning. */
          let last = new Map(before);
          const told = new Set<string>();
          let lost = 0;
          for (let over = false; ; ) {
            const page = await fresh.store.withApplication(tenant, (tx) =>
              readChangeLog(tx, position, everything, first),
            );
            if (page.status === 'lost') {
              lost++;
              const [row] = await fresh.superuser<{ pruned: string }>(
                'select pruned_xid::text as pruned from installation',
              );
              // Something that it had not read, or that was being written when it looked, has gone.
              expect(Number(row?.pruned)).toBeGreaterThanOrEqual(position.old.xmin);
              last = new Map();
              position = page.current;
              continue;
            }
            for (const row of page.rows) {
              const previous = last.get(row.accountId);
              if (previous !== undefined) expect([row.accountId, row.sequence]).toEqual([row.accountId, previous + 1]);
              last.set(row.accountId, row.sequence);
              const name = `${row.accountId} ${row.subjectId}`;
              expect(told).not.toContain(name);
              told.add(name);
            }
            position = page.after;
            seen.rows += page.rows.length;
            if (over && page.exhausted) break;
            over = !writing;
            if (pause > 0) await sleep(pause);
          }
          const end = await sequences();
          // Who was never told of a loss has everything; who was has everything from there on, to the end.
          for (const [accountId, sequence] of last)
            expect([accountId, sequence]).toEqual([accountId, end.get(accountId)]);
          if (lost === 0) expect([...told].sort()).toEqual([...committed].sort());
          else for (const name of told) expect(committed).toContain(name);
          if (pruning === null) expect(lost).toBe(0);
          seen.lost += lost;
        }

        async function prune(): Promise<void> {
          while (pruning !== null && writing) {
            // Whatever is older than 20 ms.
            const days = 20 / 86_400_000;
            seen.pruned += await fresh.store.asWorker((tx) => pruneChangeLog(tx, { days, batch: pruning.batch }));
            await sleep(pruning.pause);
          }
        }

        await Promise.all([
          Promise.all(writers.map((transactions, writer) => write(writer, transactions))).finally(() => {
            writing = false;
          }),
          ...readers.map(read),
          prune(),
        ]);
      }),
      { seed: 20261122, numRuns: 12 },
    );
    // It can fail: much was read, and both kinds of ending were met.
    expect(seen.rows).toBeGreaterThan(300);
    expect(seen.pruned).toBeGreaterThan(20);
    expect(seen.lost).toBeGreaterThan(0);
  });

  test('every cursor between two commits: lost exactly where something behind it was pruned', async () => {
    const tenant = tenants[0] as TenantFixture;
    const entry = {
      kind: 'EVENT_UPDATED',
      subjectId: 'x',
      profileId: null,
      calendarId: null,
      managedBy: null,
    } as const;
    const positions: LogPosition[] = [];
    const take = async () => {
      await fresh.logAtRest();
      positions.push(await fresh.store.asWorker((tx) => currentPosition(tx)));
    };
    await fresh.store.asWorker((tx) => pruneChangeLog(tx, { days: 0, batch: 5_000 }));
    for (let commit = 0; commit < 8; commit++) {
      await take();
      await fresh.store.asWorker((tx) =>
        appendChanges(tx, tenant.accountId, [entry, { ...entry, subjectId: 'y' }], { madeBy: null }),
      );
    }
    await take();
    const statuses = () =>
      Promise.all(
        positions.map(async (position) => {
          const page = await fresh.store.withApplication(tenant.tenant, (tx) =>
            readChangeLog(tx, position, everything, 100),
          );
          return page.status;
        }),
      );
    expect(await statuses()).toEqual(Array(9).fill('read'));
    // Two rows a commit: after three the second commit is cut through, and what was before it has lost a row.
    for (const [batch, lost] of [
      [2, 1],
      [1, 2],
      [1, 2],
      [4, 4],
      [8, 8],
    ] as const) {
      expect(await fresh.store.asWorker((tx) => pruneChangeLog(tx, { days: 0, batch }))).toBe(batch);
      expect(await statuses()).toEqual(positions.map((_, index) => (index < lost ? 'lost' : 'read')));
    }
  });
});
