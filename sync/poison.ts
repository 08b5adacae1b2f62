/** Errors that are the data's fault: of many things that are stored at once one may be of a kind that cannot be. */
import { sql } from 'kysely';
import { LeaseLost } from '../datasources/store/leases.ts';
import type { Store } from '../datasources/store/store.ts';
import { sqlState } from './lease.ts';

/**
 * Whether an error is the data's fault: PostgreSQL refused a value (class 22), a constraint (23) or a size (54), or a pure rule
 * could not work with it. An error without PostgreSQL's code may also be a broken connection: it is the data's only if the
 * database answers right after it.
 */
export async function isPoison(store: Store, error: unknown): Promise<boolean> {
  const state = sqlState(error);
  if (state !== null) return ['22', '23', '54'].includes(state.slice(0, 2));
  if (error instanceof LeaseLost) return false;
  await store.asWorker((tx) => sql`select 1`.execute(tx));
  return true;
}

/** Why it cannot be stored, in a sentence. */
export function whyNotStored(error: unknown): string {
  return `It cannot be stored: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown'}`;
}
