/** Errors that are the data's fault: of many things that are stored at once one may be of a kind that cannot be. */
import { sql } from 'kysely';
import { LeaseLost } from '../datasources/store/leases.ts';
import type { Store } from '../datasources/store/store.ts';
import { sqlState } from './lease.ts';

/**
 * Stores items part by part, each part by `store` whole or not at all. One that cannot be stored is left out and named; the rest
 * goes on.
 *
 * @param isFatal of errors that end everything, whatever the data
 */
export async function withoutPoison<T>(
  database: Store,
  items: readonly T[],
  {
    atOnce,
    store,
    leftOut,
    isFatal = () => false,
  }: {
    readonly atOnce: number;
    readonly store: (part: readonly T[]) => Promise<void>;
    readonly leftOut: (item: T, reason: string) => void;
    readonly isFatal?: (error: unknown) => boolean;
  },
): Promise<void> {
  let suspect: T | null = null;
  const queue: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += atOnce) queue.push(items.slice(from, from + atOnce));
  for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
    try {
      await store(part);
    } catch (error) {
      if (isFatal(error) || !(await isPoison(database, error))) throw error;
      const [first] = part;
      if (part.length > 1 || first === undefined) {
        const half = Math.ceil(part.length / 2);
        queue.unshift(part.slice(0, half), part.slice(half));
      } else if (suspect === first) {
        leftOut(first, whyNotStored(error));
      } else {
        // Once more: what broke may have been the connection after all.
        suspect = first;
        queue.unshift(part);
      }
    }
  }
}

/**
 * Whether an error is the data's fault: PostgreSQL refused a value (class 22), a constraint (23) or a size (54), or a pure rule
 * could not work with it. An error without PostgreSQL's code may also be a broken connection: it is the data's only if the
 * database answers right after it.
 */
async function isPoison(store: Store, error: unknown): Promise<boolean> {
  const state = sqlState(error);
  if (state !== null) return ['22', '23', '54'].includes(state.slice(0, 2));
  if (error instanceof LeaseLost) return false;
  await store.asWorker((tx) => sql`select 1`.execute(tx));
  return true;
}

function whyNotStored(error: unknown): string {
  return `It cannot be stored: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown'}`;
}
