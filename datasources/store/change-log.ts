/**
 * The change log: every change of an account, written in the transaction that makes it, and read by snapshots.
 *
 * Commit order is not the order of any counter: of two transactions the one with the lower number may commit later, and
 * a reader of "everything above the last number" then never sees it. So a reader's position is a pair of snapshots, and
 * its next rows are those visible in the new one and not in the old one: each row is in exactly one such window.
 */
import { sql } from 'kysely';
import type { Tx } from './store.ts';

export { currentPosition, type LogPosition } from './change-log/read.ts';

/** How long a change can be read, in days: the contract's retention. */
export const retentionDays = 30;

export type ChangeKind =
  | 'ACCOUNT_AUTHORIZED'
  | 'PROFILE_LINKED'
  | 'AVAILABILITY_RULE_CHANGED'
  | 'HOLD_ENDED'
  | 'EVENT_CREATED'
  | 'EVENT_UPDATED'
  | 'EVENT_DELETED'
  | 'CALENDAR_CREATED'
  | 'CALENDAR_UPDATED'
  | 'CALENDAR_DELETED'
  | 'PROFILE_INITIAL_SYNC_COMPLETED'
  | 'PROFILE_DEGRADED'
  | 'PROFILE_DISCONNECTED'
  | 'PROFILE_RECONNECTED'
  | 'PROFILE_REVOKED'
  | 'CONFERENCING_PROFILE_DISCONNECTED'
  | 'CONFERENCING_ASSIGNED'
  | 'CONFERENCING_FAILED'
  | 'EVENT_TRIGGERED'
  | 'OPERATION_FAILED'
  | 'AUTHORIZATION_REVOKED'
  | 'ERASURE_REQUESTED';

export interface ChangeEntry {
  readonly kind: ChangeKind;
  /** What changed: an event's or occurrence's, calendar's, profile's, account's, operation's id. */
  readonly subjectId: string;
  readonly profileId: string | null;
  readonly calendarId: string | null;
  /** The application whose managed event the subject is. */
  readonly managedBy: string | null;
  /**
   * The one application that this is told to: what concerns an application's own standing (ACCOUNT_AUTHORIZED,
   * AUTHORIZATION_REVOKED, PROFILE_REVOKED, OPERATION_FAILED, HOLD_ENDED) is none of the others' business.
   * AUTHORIZATION_REVOKED, ERASURE_REQUESTED and PROFILE_REVOKED reach their audience after its access is gone.
   */
  readonly audience?: string | null;
}

/**
 * Writes the changes of one account, in the order given, inside the caller's transaction: one statement that advances
 * the account's sequence and inserts the rows. Works under both roles.
 *
 * Call it LAST in the transaction: advancing takes the account's lock, which is held until the commit, and every other
 * writer of the same account waits for it. A transaction that writes to several accounts calls it in the order of their
 * ids, so that two of them cannot wait for each other.
 *
 * `context.madeBy`: the application that made the changes, null for the provider, its user and this service itself.
 * Throws when the account has no log or the role may not see it: a transaction that ends the application's own access
 * appends before it does so, or runs as the worker.
 */
export async function appendChanges(
  tx: Tx,
  accountId: string,
  entries: readonly ChangeEntry[],
  context: { readonly madeBy: string | null },
): Promise<void> {
  if (entries.length === 0) return;
  const column = (read: (entry: ChangeEntry) => string | null) => sql`${entries.map(read)}::text[]`;
  const result = await sql`
    with advanced as (
      update account_log set sequence = sequence + ${entries.length}
      where account_id = ${accountId}
      returning account_id, account_ordinal, sequence - ${entries.length} as before)
    insert into change_log
      (account_ordinal, sequence, account_id, made_by, kind, subject_id, profile_id, calendar_id, managed_by, audience)
    select a.account_ordinal, a.before + e.place, a.account_id, ${context.madeBy}::text,
      e.kind, e.subject_id, e.profile_id, e.calendar_id, e.managed_by, e.audience
    from advanced a cross join unnest(
      ${column((entry) => entry.kind)}, ${column((entry) => entry.subjectId)},
      ${column((entry) => entry.profileId)}, ${column((entry) => entry.calendarId)},
      ${column((entry) => entry.managedBy)}, ${column((entry) => entry.audience ?? null)}
    ) with ordinality as e (kind, subject_id, profile_id, calendar_id, managed_by, audience, place)`.execute(tx);
  if (result.numAffectedRows !== BigInt(entries.length)) {
    throw new Error(`the change log of account ${accountId} is not there for this role: no change was recorded`);
  }
}

/**
 * Deletes up to `batch` changes older than `days` (by the database's clock) and moves the horizon, in one statement: no
 * reader ever finds rows gone and the horizon unmoved. Answers how many went; call it in transactions of its own, as the
 * worker, until it answers fewer than `batch`.
 */
export async function pruneChangeLog(
  tx: Tx,
  { days = retentionDays, batch = 5_000 }: { readonly days?: number; readonly batch?: number } = {},
): Promise<number> {
  const { rows } = await sql<{ pruned: number }>`
    with old as (
      select account_ordinal, sequence from change_log
      where at < now() - make_interval(days => ${days}) order by at limit ${batch} for update skip locked
    ), gone as (
      delete from change_log c using old
      where c.account_ordinal = old.account_ordinal and c.sequence = old.sequence returning c.xid
    ), horizon as (
      update installation set pruned_xid = greatest(pruned_xid, (select max(xid) from gone))
      where exists (select 1 from gone)
    )
    select count(*)::int as pruned from gone`.execute(tx);
  return rows[0]?.pruned ?? 0;
}
