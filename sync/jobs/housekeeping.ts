/** What is kept only so long (changes, operations, the sync journal, idempotent calls, ended credentials), and what is counted by the month. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { pruneChangeLog, retentionDays } from '../../datasources/store/change-log.ts';
import { acquireLease, LeaseLost, releaseLease, renewLease } from '../../datasources/store/leases.ts';
import { removeExpiredArtifacts } from '../../datasources/store/oauth-artifacts.ts';
import type { Store, Tx } from '../../datasources/store/store.ts';
import { countMonths } from '../../datasources/store/usage.ts';
import type { SyncLogger } from '../dependencies.ts';

const interval = 60 * 60_000;
/** Rows a transaction: nobody waits long for what is being deleted. */
const batch = 5_000;
/** One node keeps house at a time. It is no account's lease: no account's id looks like this. */
const lease = 'housekeeping';
/** Milliseconds that it holds without renewal, longer than any statement may run: each transaction renews it. */
const leaseTime = 120_000;

export interface HousekeepingOptions {
  /** How long a change can be read, in days. */
  readonly changeDays?: number;
}

export interface Housekeeping {
  stop(): Promise<void>;
}

/** Each deletes at most `batch` rows and answers how many; by the database's clock. */
const chores: Readonly<Record<string, (tx: Tx, days: number) => Promise<number>>> = {
  changes: (tx, days) => pruneChangeLog(tx, { days, batch }),
  operations: (tx) =>
    remove(
      tx,
      sql`delete from operation where id in (
      select id from operation where status <> 'PENDING' and completed_at < now() - interval '30 days' limit ${batch})`,
    ),
  runs: (tx) =>
    remove(
      tx,
      sql`delete from sync_run where id in (
      select id from sync_run where started_at < now() - interval '30 days' limit ${batch})`,
    ),
  // As long as tombstones are promised (semantics D5, D6).
  moves: (tx) =>
    remove(
      tx,
      sql`delete from event_move where (event_id, until, starts_at, ends_at) in (
      select event_id, until, starts_at, ends_at from event_move where until < now() - interval '90 days' limit ${batch})`,
    ),
  calls: (tx) =>
    remove(
      tx,
      sql`delete from idempotent_call where (application_id, mutation, key) in (
      select application_id, mutation, key from idempotent_call where created_at < now() - interval '24 hours' limit ${batch})`,
    ),
  // As long as a change can tell of its end.
  holds: (tx, days) =>
    remove(
      tx,
      sql`delete from hold where id in (
      select id from hold where ended_at < now() - make_interval(days => ${days}) limit ${batch})`,
    ),
  artifacts: (tx) => removeExpiredArtifacts(tx, batch),
  tokenRequests: (tx) =>
    remove(
      tx,
      sql`delete from token_request where id in (
      select id from token_request where at < now() - interval '30 days' order by id limit ${batch})`,
    ),
  linkTokens: (tx) =>
    remove(
      tx,
      sql`delete from link_token where token_hash in (
      select token_hash from link_token where expires_at < now() - interval '1 day' limit ${batch})`,
    ),
  questions: (tx) =>
    remove(
      tx,
      sql`delete from consent_request where token_hash in (
      select token_hash from consent_request where expires_at < now() - interval '1 day' limit ${batch})`,
    ),
  credentials: (tx) =>
    remove(
      tx,
      sql`delete from credential where id in (
      select id from credential where expires_at < now() - interval '1 day' limit ${batch})`,
    ),
};

async function remove(tx: Tx, statement: ReturnType<typeof sql>): Promise<number> {
  return Number((await statement.execute(tx)).numAffectedRows ?? 0n);
}

/**
 * Runs every chore once, to its end, and answers how many rows went; nothing at all where another node is at it. A node that
 * was paused and has lost the lease meanwhile deletes nothing more.
 */
export async function keepHouse(
  store: Store,
  { changeDays = retentionDays, signal }: HousekeepingOptions & { readonly signal?: AbortSignal } = {},
): Promise<Readonly<Record<string, number>>> {
  const removed: Record<string, number> = {};
  const fence = await store.asWorker((tx) => acquireLease(tx, lease, randomUUID(), leaseTime));
  if (fence === null) return removed;
  for (const [name, chore] of Object.entries(chores)) {
    removed[name] = 0;
    for (;;) {
      if (signal?.aborted === true) break;
      const count = await store.asWorker(async (tx) => {
        if (!(await renewLease(tx, lease, fence, leaseTime))) throw new LeaseLost(lease);
        return chore(tx, changeDays);
      });
      removed[name] += count;
      if (count < batch) break;
    }
  }
  await store.asWorker((tx) => releaseLease(tx, lease, fence));
  return removed;
}

/** Runs the chores now and every hour, on one node of several. */
export function startHousekeeping(store: Store, logger: SyncLogger, options: HousekeepingOptions = {}): Housekeeping {
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  const run = () => {
    running = running
      .then(() => keepHouse(store, { ...options, signal: stopping.signal }))
      .then(() => store.asWorker(countMonths))
      .catch((error: unknown) => logger.warn({ reason: String(error) }, 'housekeeping'));
  };
  run();
  const timer = setInterval(run, interval);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}
