/** The end of holds: whoever ends them, their application is told. */
import { sql } from 'kysely';
import { appendChanges, type ChangeEntry } from './change-log.ts';
import { takenBackSoon } from './confirmations.ts';
import type { Tx } from './store.ts';
import type { HoldStatus, StoredConfirmation } from './tables.ts';

/**
 * Ends a hold that is in force: its time is free (or its events have it), and its application is told. Call it last in the
 * transaction (`appendChanges`).
 *
 * @param madeBy the application that ended it; null: it expired
 */
export async function endHold(
  tx: Tx,
  {
    id,
    applicationId,
    accountIds,
  }: { readonly id: string; readonly applicationId: string; readonly accountIds: readonly string[] },
  status: Exclude<HoldStatus, 'HELD'>,
  madeBy: string | null,
): Promise<void> {
  await closeHold(tx, id, status);
  for (const accountId of [...accountIds].sort()) {
    await appendChanges(tx, accountId, [holdEnded(id, applicationId)], { madeBy });
  }
}

async function closeHold(tx: Tx, id: string, status: Exclude<HoldStatus, 'HELD'>): Promise<void> {
  const ended = { status, ended_at: sql<Date>`now()`, confirming_by: null, confirming_until: null, confirmation: null };
  await tx.updateTable('hold').set(ended).where('id', '=', id).execute();
  await tx.deleteFrom('hold_slot').where('hold_id', '=', id).execute();
}

function holdEnded(id: string, applicationId: string): ChangeEntry {
  return {
    ...{ kind: 'HOLD_ENDED', subjectId: id, audience: applicationId },
    ...{ profileId: null, calendarId: null, managedBy: null },
  };
}

/**
 * Ends one hold whose time is over, as the worker; not one whose events are half written: that is taken back first.
 *
 * @returns its accounts; null where there was none
 */
export async function endExpiredHold(tx: Tx): Promise<readonly string[] | null> {
  const { rows } = await sql<{ id: string; application_id: string; account_ids: string[] }>`
    select id, application_id, account_ids from hold where status = 'HELD' and expires_at <= now() and confirmation is null
    order by expires_at limit 1 for update skip locked`.execute(tx);
  const [due] = rows;
  if (due === undefined) return null;
  await endHold(tx, { id: due.id, applicationId: due.application_id, accountIds: due.account_ids }, 'EXPIRED', null);
  return due.account_ids;
}

/** What is to be told of an account once everything else of the transaction is done. */
export interface ToldOf {
  readonly accountId: string;
  readonly entry: ChangeEntry;
}

/** Lets nobody confirm what an application holds of an account until the transaction ends. Before its authorization is touched: who confirms takes both in this order. */
export async function lockHoldsOf(tx: Tx, applicationId: string, accountId: string): Promise<void> {
  await tx
    .selectFrom('hold')
    .select('id')
    .where('application_id', '=', applicationId)
    .where(sql<boolean>`account_ids @> array[${accountId}]::text[]`)
    .orderBy('id')
    .forUpdate()
    .execute();
}

/**
 * What an application holds of an account that does not let it in any more is held no more, nor of the others: nobody could
 * confirm it. What is half written of them is taken back by who is at it, or when nobody is; where guests may know of it
 * already, the others' events stand, as long as nothing more was to be written in the account's own calendar. As the worker.
 *
 * @returns what is to be told of the other accounts
 */
export async function endHoldsOf(tx: Tx, applicationId: string, accountId: string): Promise<readonly ToldOf[]> {
  const { rows } = await sql<{
    id: string;
    status: HoldStatus;
    stage: StoredConfirmation['stage'] | null;
    others: string[];
  }>`
    select h.id, h.status, h.confirmation ->> 'stage' as stage,
      array(select g.account_id from authorization_grant g where g.account_id = any(h.account_ids)
        and g.account_id <> ${accountId} and g.application_id = h.application_id and g.status = 'ACTIVE' order by 1) as others
    from hold h where h.application_id = ${applicationId} and h.account_ids @> array[${accountId}]::text[]
    order by h.id for update of h`.execute(tx);
  const told: ToldOf[] = [];
  for (const { id, status, stage, others } of rows) {
    if (status !== 'HELD' || others.length === 0) {
      await tx.deleteFrom('hold').where('id', '=', id).execute();
    } else if (stage === null) {
      await closeHold(tx, id, 'RELEASED');
      told.push(...others.map((other) => ({ accountId: other, entry: holdEnded(id, applicationId) })));
    } else {
      await tx.deleteFrom('hold_slot').where('hold_id', '=', id).where('account_id', '=', accountId).execute();
      await tx.updateTable('hold').set({ account_ids: others }).where('id', '=', id).execute();
      if (stage === 'WRITING') await takenBackSoon(tx, id);
    }
  }
  return told;
}
