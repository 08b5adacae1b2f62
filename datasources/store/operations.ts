/** The outbox: how its writes stand, where their events are, and what is due. Who is at one: operation-claims.ts. */
import { type Selectable, sql } from 'kysely';
import type { Instant } from '../../domain/events/model.ts';
import { type ClaimedOperation, notWaiting } from './operation-claims.ts';
import type { Tx } from './store.ts';
import type { OperationTable, StoredFailure } from './tables.ts';

/** How a write stands. */
export interface OperationState {
  readonly id: string;
  readonly eventId: string;
  readonly status: 'PENDING' | 'APPLIED' | 'FAILED';
  readonly attempts: number;
  readonly failure: StoredFailure | null;
  readonly nextAttemptAt: Instant | null;
  readonly createdAt: Instant;
  readonly completedAt: Instant | null;
  /** Somebody is at the provider with it now. */
  readonly claimed: boolean;
}

/** Null when there is no such operation. */
export async function findOperationState(tx: Tx, operationId: string): Promise<OperationState | null> {
  const row = await tx
    .selectFrom('operation')
    .selectAll()
    .select(sql<boolean>`coalesce(claimed_until > clock_timestamp(), false)`.as('claimed'))
    .where('id', '=', operationId)
    .executeTakeFirst();
  return row === undefined ? null : state(row);
}

/** Writes down where the provider keeps the event now. `settled`: the row no longer waits for this operation. */
export async function recordPlace(
  tx: Tx,
  claim: ClaimedOperation,
  place: { readonly remoteId: string | null; readonly etag: string | null; readonly raw: string | null },
): Promise<void> {
  // Somebody else's row may still claim the place (a resource that was replaced): it is this event's now.
  if (place.remoteId !== null) {
    await tx
      .updateTable('event')
      .set({ remote_id: null, etag: null, raw: null })
      .where('calendar_id', '=', claim.calendar.id)
      .where('remote_id', '=', place.remoteId)
      .where('id', '<>', claim.event.id)
      .execute();
  }
  await tx
    .updateTable('event')
    .set({
      remote_id: place.remoteId,
      etag: place.etag,
      raw: place.raw,
      pending_operation: sql<string | null>`nullif(pending_operation, ${claim.id})`,
    })
    .where('id', '=', claim.event.id)
    .execute();
}

/**
 * The next poll reads the calendar whatever its change tag says: a tag that is made of the contents alone (Radicale's) is the old one
 * again when somebody undoes what we wrote.
 */
export async function forgetChangeTag(tx: Tx, calendarId: string): Promise<void> {
  await tx
    .updateTable('calendar')
    .set({ change_tag: null })
    .where('id', '=', calendarId)
    .where('change_tag', 'is not', null)
    .execute();
}

/** The event's row no longer waits for any operation. */
export async function clearPending(tx: Tx, eventId: string): Promise<void> {
  await tx.updateTable('event').set({ pending_operation: null }).where('id', '=', eventId).execute();
}

/** Whether the row shows what this write intended, and waits for no later one. */
export async function isPendingOn(tx: Tx, claim: ClaimedOperation): Promise<boolean> {
  const row = await tx
    .selectFrom('event')
    .select('pending_operation')
    .where('id', '=', claim.event.id)
    .forUpdate()
    .executeTakeFirst();
  return row?.pending_operation === claim.id;
}

/** Whether the event waits for a write that is still pending. */
export async function isPending(tx: Tx, eventId: string): Promise<boolean> {
  const row = await tx.selectFrom('event').select('pending_operation').where('id', '=', eventId).executeTakeFirst();
  return row?.pending_operation != null;
}

/**
 * Operations whose next attempt is due; the longest overdue first, at most `perServer` of one server. One that waits for another
 * is not due before that is done, or it would have the other tried out of its turn.
 */
export async function dueOperations(
  tx: Tx,
  now: Instant,
  limits: { readonly total: number; readonly perServer: number },
): Promise<{ readonly id: string; readonly dueAt: Instant }[]> {
  const { rows } = await sql<{ id: string; due_at: Date }>`
    select id, due_at from (
      select id, due_at, row_number() over (partition by server_key order by due_at, id) as place from (
        select operation.id, profile.server_key, coalesce(operation.next_attempt_at, operation.created_at) as due_at
        from operation join profile on profile.id = operation.profile_id
        where operation.status = 'PENDING'
          and (operation.next_attempt_at is null or operation.next_attempt_at <= ${new Date(now)})
          and (operation.claimed_until is null or operation.claimed_until <= clock_timestamp())
          and ${notWaiting}
          and not exists (select 1 from operation older where older.event_id = operation.event_id
            and older.status = 'PENDING' and older.ordinal < operation.ordinal)
      ) pending
    ) placed where place <= ${limits.perServer} order by due_at limit ${limits.total}`.execute(tx);
  return rows.map((row) => ({ id: row.id, dueAt: row.due_at.getTime() }));
}

/** Where a pending, due operation goes; null when there is nothing to do about it now. */
export async function findDueTarget(
  tx: Tx,
  operationId: string,
  now: Instant,
): Promise<{ readonly serverKey: string; readonly accountId: string } | null> {
  const row = await tx
    .selectFrom('operation')
    .innerJoin('profile', 'profile.id', 'operation.profile_id')
    .select(['profile.server_key', 'profile.account_id'])
    .where('operation.id', '=', operationId)
    .where('operation.status', '=', 'PENDING')
    .where((eb) =>
      eb.or([eb('operation.next_attempt_at', 'is', null), eb('operation.next_attempt_at', '<=', new Date(now))]),
    )
    .executeTakeFirst();
  return row === undefined ? null : { serverKey: row.server_key, accountId: row.account_id };
}

/** The profile speaks again: what waited for it is tried now. */
export async function makeOperationsDue(tx: Tx, profileId: string, now: Instant): Promise<void> {
  await tx
    .updateTable('operation')
    .set({ next_attempt_at: new Date(now) })
    .where('profile_id', '=', profileId)
    .where('status', '=', 'PENDING')
    .where('next_attempt_at', '>', new Date(now))
    .execute();
}

/**
 * Of the given places and uids in a calendar, those whose row was written by us after `since` (the database's clock), or is
 * just being written: what a pull that began then says of them may be older than the row.
 */
export async function writtenSince(
  tx: Tx,
  calendarId: string,
  since: string,
): Promise<{ readonly uids: ReadonlySet<string>; readonly remoteIds: ReadonlySet<string> }> {
  const select = () =>
    tx
      .selectFrom('operation')
      .innerJoin('event', 'event.id', 'operation.event_id')
      .select(['event.id', 'event.uid', 'event.remote_id', 'operation.status'])
      .where('operation.calendar_id', '=', calendarId)
      .where((eb) =>
        eb.or([
          eb('operation.status', '=', 'PENDING'),
          eb('operation.completed_at', '>=', sql<Date>`${since}::timestamptz`),
        ]),
      );
  let rows = await select().execute();
  const pending = rows.filter((row) => row.status === 'PENDING').map((row) => row.id);
  if (pending.length > 0) {
    // Wait for a commit that is on its way, then look again: afterwards the rows stand still until ours.
    await tx.selectFrom('event').select('id').where('id', 'in', pending).orderBy('id').forUpdate().execute();
    rows = await select().execute();
  }
  const done = rows.filter((row) => row.status !== 'PENDING');
  return {
    uids: new Set(done.map((row) => row.uid)),
    remoteIds: new Set(done.flatMap((row) => (row.remote_id === null ? [] : [row.remote_id]))),
  };
}

function state(row: Selectable<OperationTable> & { readonly claimed: boolean }): OperationState {
  return {
    id: row.id,
    eventId: row.event_id,
    status: row.status,
    attempts: row.attempts,
    failure: row.failure,
    nextAttemptAt: row.next_attempt_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
    completedAt: row.completed_at?.getTime() ?? null,
    claimed: row.claimed,
  };
}
