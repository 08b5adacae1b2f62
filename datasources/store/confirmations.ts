/** Who confirms a hold at this moment, and what of it is written already: kept, because whoever it is may end in between. */
import { sql } from 'kysely';
import type { Tx } from './store.ts';
import type { HoldStatus, StoredConfirmation } from './tables.ts';

/** An attempt at confirming a hold: one at a time has it. */
export interface Claim {
  readonly holdId: string;
  /** Which attempt. */
  readonly by: string;
}

/** Whether somebody is confirming the hold at this moment. */
export async function isBeingConfirmed(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await sql`select from hold where id = ${id} and confirming_until > now()`.execute(tx);
  return rows.length > 0;
}

/**
 * Has the hold to itself for so many seconds, and for as many again with every renewal; it does not expire before twice as many, so
 * that who was cut off can call again. The caller holds its lock.
 */
export async function beginConfirming(tx: Tx, { holdId, by }: Claim, seconds: number): Promise<void> {
  await tx.updateTable('hold').set({ confirming_by: by }).where('id', '=', holdId).execute();
  await renewConfirming(tx, { holdId, by }, seconds);
}

/** @returns false where somebody else has it, or it is over */
export async function renewConfirming(tx: Tx, { holdId, by }: Claim, seconds: number): Promise<boolean> {
  const expires = sql<Date>`greatest(expires_at, now() + make_interval(secs => ${2 * seconds}))`;
  const { numUpdatedRows } = await tx
    .updateTable('hold')
    .set({ confirming_until: sql<Date>`now() + make_interval(secs => ${seconds})`, expires_at: expires })
    .where('id', '=', holdId)
    .where('confirming_by', '=', by)
    .where('status', '=', 'HELD')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  await tx.updateTable('hold_slot').set({ expires_at: expires }).where('hold_id', '=', holdId).execute();
  return true;
}

/** Another attempt may have it, while it is in force. What is half written stays kept. */
export async function stopConfirming(tx: Tx, { holdId, by }: Claim): Promise<void> {
  await sql`update hold set confirming_by = null, confirming_until = case when confirmation is not null then now() end
    where id = ${holdId} and confirming_by = ${by}`.execute(tx);
}

/**
 * Takes a hold from whoever is writing its events: at its next step it finds that it has it no more, and takes them back. Where
 * it is gone itself, they are taken back when a step could not last any longer.
 */
export async function takenBackSoon(tx: Tx, holdId: string): Promise<void> {
  const until = sql<Date>`now() + interval '1 minute'`;
  await tx.updateTable('hold').set({ confirming_by: null, confirming_until: until }).where('id', '=', holdId).execute();
}

/**
 * Keeps what is about to be done with the hold's events.
 *
 * @param confirmation null: nothing of it is there any more
 * @returns false where somebody else has the hold, or where it is over: nothing was kept
 */
export async function keepConfirmation(
  tx: Tx,
  { holdId, by }: Claim,
  confirmation: StoredConfirmation | null,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('hold')
    .set({ confirmation: confirmation === null ? null : JSON.stringify(confirmation) })
    .where('id', '=', holdId)
    .where('confirming_by', '=', by)
    .where('status', '=', 'HELD')
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** What was begun to be written of a hold, and neither stands nor was taken back. */
export async function confirmationOf(tx: Tx, holdId: string): Promise<StoredConfirmation | null> {
  const row = await tx.selectFrom('hold').select('confirmation').where('id', '=', holdId).executeTakeFirst();
  return row?.confirmation ?? null;
}

/** Who has the hold, as it is stored, whatever the clock says, and whose time it is; null where it is gone. */
export async function claimOn(
  tx: Tx,
  holdId: string,
): Promise<{ readonly status: HoldStatus; readonly by: string | null; readonly accountIds: readonly string[] } | null> {
  const row = await tx
    .selectFrom('hold')
    .select(['status', 'confirming_by', 'account_ids'])
    .where('id', '=', holdId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { status: row.status, by: row.confirming_by, accountIds: row.account_ids };
}

/**
 * Takes a hold over, as the worker, that somebody began to confirm and nobody goes on with.
 *
 * @param patience seconds that whoever was cut off has to call again
 */
export async function claimUnfinished(
  tx: Tx,
  by: string,
  { seconds, patience }: { readonly seconds: number; readonly patience: number },
): Promise<{ readonly holdId: string; readonly confirmation: StoredConfirmation } | null> {
  const { rows } = await sql<{ id: string; confirmation: StoredConfirmation }>`
    update hold set confirming_by = ${by} where id = (
      select id from hold where confirmation is not null and status = 'HELD'
        and confirming_until <= now() - make_interval(secs => ${patience})
      order by confirming_until limit 1 for update skip locked)
    returning id, confirmation`.execute(tx);
  const [found] = rows;
  if (found === undefined) return null;
  await renewConfirming(tx, { holdId: found.id, by }, seconds);
  return { holdId: found.id, confirmation: found.confirmation };
}
