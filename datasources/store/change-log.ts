/**
 * The change log: every change of an account, written in the transaction that makes it, and read by snapshots.
 *
 * Commit order is not the order of any counter: of two transactions the one with the lower number may commit later, and
 * a reader of "everything above the last number" then never sees it. So a reader's position is a pair of snapshots, and
 * its next rows are those visible in the new one and not in the old one: each row is in exactly one such window.
 */
import { sql } from 'kysely';
import { oneForEachResource } from './change-log/order.ts';
import type { Tx } from './store.ts';
import { sendStatement } from './transactions.ts';

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
 * Writes the changes of one account inside the caller's transaction: one statement that advances the account's sequence and
 * inserts the rows. Each resource is told once, in the order of docs/changes.md. Works under both roles.
 *
 * Call it LAST in the transaction: advancing takes the account's lock, which is held until the commit, and every other
 * writer of the same account waits for it. It does not wait for its answer, so that it travels with the commit and the lock
 * is held for the commit alone. A transaction that writes to several accounts calls it in the order of their ids, so that
 * two of them cannot wait for each other.
 *
 * `context.madeBy`: the application that made the changes, null for the provider, its user and this service itself.
 * The transaction fails when the account has no log or the role may not see it: one that ends the application's own access
 * appends before it does so, or runs as the worker.
 */
export async function appendChanges(
  tx: Tx,
  accountId: string,
  entries: readonly ChangeEntry[],
  context: { readonly madeBy: string | null },
): Promise<void> {
  if (entries.length === 0) return;
  const told = oneForEachResource(entries);
  const column = (read: (entry: ChangeEntry) => string | null) => told.map(read);
  sendStatement(tx, 'select append_changes($1, $2, $3, $4, $5, $6, $7, $8)', [
    accountId,
    context.madeBy,
    column((entry) => entry.kind),
    column((entry) => entry.subjectId),
    column((entry) => entry.profileId),
    column((entry) => entry.calendarId),
    column((entry) => entry.managedBy),
    column((entry) => entry.audience ?? null),
  ]);
}

/**
 * Deletes up to `batch` changes older than `days` (by the database's clock), oldest transactions first, and moves the horizon,
 * in one statement: no reader ever finds rows gone and the horizon unmoved, and no row younger than the horizon is gone. Takes
 * no lock that an append or a reading waits for. Answers how many went; call it in transactions of its own, as the worker,
 * until it answers fewer than `batch`.
 */
export async function pruneChangeLog(
  tx: Tx,
  { days = retentionDays, batch = 5_000 }: { readonly days?: number; readonly batch?: number } = {},
): Promise<number> {
  const { rows } = await sql<{ pruned: number }>`
    with oldest as materialized (
      select account_ordinal, sequence, xid, at < now() - make_interval(secs => ${days * 86_400}) as old
      from change_log order by xid limit ${batch}
    ), young as materialized (
      select min(xid) as xid from oldest where not old
    ), gone as (
      delete from change_log c using oldest o, young
      where c.account_ordinal = o.account_ordinal and c.sequence = o.sequence and (young.xid is null or o.xid < young.xid)
      returning c.xid
    ), horizon as (
      update installation set pruned_xid = greatest(pruned_xid, (select max(xid) from gone))
      where exists (select 1 from gone)
    )
    select count(*)::int as pruned from gone`.execute(tx);
  return rows[0]?.pruned ?? 0;
}
