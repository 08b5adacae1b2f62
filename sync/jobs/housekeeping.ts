/** What is kept only so long (changes, operations, the sync journal, idempotent calls, ended credentials), and what is counted by the month. */
import { sql } from 'kysely';
import { pruneChangeLog } from '../../datasources/store/change-log.ts';
import { removeExpiredArtifacts } from '../../datasources/store/oauth-artifacts.ts';
import type { Store, Tx } from '../../datasources/store/store.ts';
import { countMonths } from '../../datasources/store/usage.ts';
import type { SyncLogger } from '../dependencies.ts';

const interval = 60 * 60_000;
/** Rows a transaction: nobody waits long for what is being deleted. */
const batch = 5_000;

export interface Housekeeping {
  stop(): Promise<void>;
}

/** Each deletes at most `batch` rows and answers how many; by the database's clock. */
const chores: Readonly<Record<string, (tx: Tx) => Promise<number>>> = {
  changes: (tx) => pruneChangeLog(tx, { batch }),
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

/** Runs every chore once, to its end. */
export async function keepHouse(store: Store, signal?: AbortSignal): Promise<Readonly<Record<string, number>>> {
  const removed: Record<string, number> = {};
  for (const [name, chore] of Object.entries(chores)) {
    removed[name] = 0;
    for (;;) {
      if (signal?.aborted === true) return removed;
      const count = await store.asWorker(chore);
      removed[name] += count;
      if (count < batch) break;
    }
  }
  return removed;
}

/** Runs the chores now and every hour; several nodes at once do no harm. */
export function startHousekeeping(store: Store, logger: SyncLogger): Housekeeping {
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  const run = () => {
    running = running
      .then(() => keepHouse(store, stopping.signal))
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
