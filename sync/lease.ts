/** Work on an account's provider side under its fenced lease. */
import { acquireLease, assertLease, LeaseLost, releaseLease, renewLease } from '../datasources/store/leases.ts';
import type { Tx } from '../datasources/store/store.ts';
import type { SyncDependencies } from './dependencies.ts';
import { hold, moment } from './holding.ts';

export interface Lease {
  readonly accountId: string;
  /** Aborted when the lease is lost or the work is to stop. */
  readonly signal: AbortSignal;
  /** Call before each request to the provider. @throws LeaseLost when somebody else may have it by now */
  assertHeld(): void;
  /** One transaction that commits only while the lease is ours; LeaseLost otherwise. Run again after a deadlock. */
  commit<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export type LeaseOutcome<T> = { readonly held: true; readonly value: T } | { readonly held: false };

let taken = 0;

/**
 * Runs `work` under the account's lease and renews it at a third of its time. `held: false` when somebody else works on
 * the account. A process that was paused for longer than the lease finds its commits refused.
 */
export async function withLease<T>(
  dependencies: SyncDependencies,
  accountId: string,
  signal: AbortSignal,
  work: (lease: Lease) => Promise<T>,
): Promise<LeaseOutcome<T>> {
  const { store, settings, instanceId, logger } = dependencies;
  // Every taking is a holder of its own: two tasks of one process must exclude each other too.
  const holder = `${instanceId}#${++taken}`;
  const since = moment();
  const fence = await store.asWorker((tx) => acquireLease(tx, accountId, holder, settings.leaseTime));
  if (fence === null) return { held: false };
  const holding = hold({
    accountId,
    time: settings.leaseTime,
    since,
    renew: () => store.asWorker((tx) => renewLease(tx, accountId, fence, settings.leaseTime)),
    onError: (error) => logger.warn({ accountId, reason: String(error) }, 'lease not renewed'),
  });
  const lease: Lease = {
    accountId,
    signal: AbortSignal.any([signal, holding.signal]),
    assertHeld: () => holding.assertHeld(),
    commit: (inside) =>
      retryDeadlock(() =>
        store.asWorker(async (tx) => {
          await assertLease(tx, accountId, fence);
          return inside(tx);
        }),
      ),
  };
  /** Whether it was ours to the end; true where nobody can say. */
  const release = async (): Promise<boolean> => {
    await holding.end();
    try {
      return await store.asWorker((tx) => releaseLease(tx, accountId, fence));
    } catch (error) {
      logger.warn({ accountId, reason: String(error) }, 'lease not released; it runs out by itself');
      return true;
    }
  };
  let value: T;
  try {
    value = await work(lease);
  } catch (error) {
    // Whatever broke under it: nobody may write that down who has lost it.
    if (!(await release()) && !(error instanceof LeaseLost)) throw new LeaseLost(accountId, { cause: error });
    throw error;
  }
  await release();
  return { held: true, value };
}

/** Runs a transaction again when PostgreSQL chose it as the victim of a deadlock (40P01) or of a serialisation (40001). */
export async function retryDeadlock<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      const code = sqlState(error);
      if (attempt >= 4 || (code !== '40P01' && code !== '40001')) throw error;
    }
  }
}

/** PostgreSQL's five-character error code; null when the error is not the database's answer. */
export function sqlState(error: unknown): string | null {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : null;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
