/** How writes end: applied or failed, by the attempt that holds them or along with another one. */
import { sql } from 'kysely';
import type { ClaimedOperation } from './operation-claims.ts';
import type { Tx } from './store.ts';
import type { StoredFailure } from './tables.ts';

/** Ends an operation, if this attempt is still the latest; false (and nothing written) when it is not. */
export async function completeOperation(
  tx: Tx,
  claim: ClaimedOperation,
  status: 'APPLIED' | 'FAILED',
  failure: StoredFailure | null,
): Promise<boolean> {
  const result = await tx
    .updateTable('operation')
    .set(ended(status, failure))
    .where('id', '=', claim.id)
    .where('status', '=', 'PENDING')
    .where('attempts', '=', claim.attempt)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Writes that went together with one that this attempt has just applied are applied too. */
export async function applyTogether(tx: Tx, ids: readonly string[]): Promise<void> {
  await endPending(tx, ids, 'APPLIED', null);
}

/** Fails writes; answers those that were still pending. */
export async function failOperations(tx: Tx, ids: readonly string[], failure: StoredFailure): Promise<string[]> {
  return endPending(tx, ids, 'FAILED', failure);
}

/** Fails the event's other pending writes, which were made on top of one that can no longer be carried out. */
export async function failFollowers(tx: Tx, claim: ClaimedOperation, failure: StoredFailure): Promise<string[]> {
  const line = claim.line.map(({ id }) => id);
  const rows = await tx
    .updateTable('operation')
    .set(ended('FAILED', failure))
    .where('event_id', '=', claim.event.id)
    .where('id', 'not in', line)
    .where('status', '=', 'PENDING')
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

async function endPending(
  tx: Tx,
  ids: readonly string[],
  status: 'APPLIED' | 'FAILED',
  failure: StoredFailure | null,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .updateTable('operation')
    .set(ended(status, failure))
    .where('id', 'in', [...ids])
    .where('status', '=', 'PENDING')
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

function ended(status: 'APPLIED' | 'FAILED', failure: StoredFailure | null) {
  return {
    status,
    failure: failure === null ? null : JSON.stringify(failure),
    claimed_until: null,
    next_attempt_at: null,
    // Not the transaction's beginning: a pull that started before this statement may hold an older content.
    completed_at: sql<Date>`clock_timestamp()`,
  };
}
