/** The fenced lease per account: who may commit sync work on it. */
import { sql } from 'kysely';
import type { Tx } from './store.ts';

/** The lease is somebody else's by now: nothing of this work may be committed any more. */
export class LeaseLost extends Error {
  constructor(accountId: string, options?: ErrorOptions) {
    super(`the lease of ${accountId} was taken over`, options);
    this.name = 'LeaseLost';
  }
}

/**
 * Takes the account's lease when it is free or has run out by the database's clock.
 *
 * @param milliseconds how long it holds without renewal
 * @returns the fence, which rose with this takeover; null while somebody else holds the lease
 */
export async function acquireLease(
  tx: Tx,
  accountId: string,
  holder: string,
  milliseconds: number,
): Promise<string | null> {
  const row = await tx
    .insertInto('lease')
    .values({ account_id: accountId, holder, expires_at: until(milliseconds) })
    .onConflict((conflict) =>
      conflict
        .column('account_id')
        .doUpdateSet({ holder, fence: sql`lease.fence + 1`, expires_at: until(milliseconds) })
        .where(sql<boolean>`lease.expires_at <= clock_timestamp()`),
    )
    .returning('fence')
    .executeTakeFirst();
  return row?.fence ?? null;
}

/** Extends the lease; false when it was taken over. One that ran out and that nobody took is still ours. */
export async function renewLease(tx: Tx, accountId: string, fence: string, milliseconds: number): Promise<boolean> {
  const result = await tx
    .updateTable('lease')
    .set({ expires_at: until(milliseconds) })
    .where('account_id', '=', accountId)
    .where('fence', '=', fence)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Gives the lease back, so that the next taker need not wait; false, and without effect, when it was taken over. */
export async function releaseLease(tx: Tx, accountId: string, fence: string): Promise<boolean> {
  const result = await tx
    .updateTable('lease')
    .set({ expires_at: sql<Date>`clock_timestamp()` })
    .where('account_id', '=', accountId)
    .where('fence', '=', fence)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/**
 * Called first in every transaction of sync work: locks the lease's row until the commit, so that nobody can take it over
 * between this check and the commit. Throws LeaseLost when it was taken over already.
 */
export async function assertLease(tx: Tx, accountId: string, fence: string): Promise<void> {
  const row = await tx
    .selectFrom('lease')
    .select('account_id')
    .where('account_id', '=', accountId)
    .where('fence', '=', fence)
    .forShare()
    .executeTakeFirst();
  if (row === undefined) throw new LeaseLost(accountId);
}

/** Takes the account's lease from whoever has it and gives it to nobody: what is under way there can commit nothing any more. */
export async function fenceOff(tx: Tx, accountId: string, why: string): Promise<void> {
  await sql`insert into lease (account_id, holder, expires_at) values (${accountId}, ${why}, clock_timestamp())
    on conflict (account_id) do update set fence = lease.fence + 1, holder = excluded.holder, expires_at = excluded.expires_at`.execute(
    tx,
  );
}

/**
 * Ends every lease and every claim on an operation: only for a start that knows that no other process is at work (the
 * embedded database has one owner). A process that merely paused is fenced out all the same.
 */
export async function expireAllLeases(tx: Tx): Promise<void> {
  await tx.updateTable('lease').set({ fence: sql`fence + 1`, expires_at: sql<Date>`clock_timestamp()` }).execute();
  await tx
    .updateTable('operation')
    .set({ claimed_until: null })
    .where('status', '=', 'PENDING')
    .where('claimed_until', 'is not', null)
    .execute();
}

function until(milliseconds: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${milliseconds / 1000})`;
}
