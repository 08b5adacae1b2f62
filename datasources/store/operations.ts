/** The outbox: writes on their way to a provider. An attempt is a claim, fenced by the number of attempts. */
import { type Selectable, sql } from 'kysely';
import type { CalendarObject, Instant } from '../../domain/events/model.ts';
import type { ProviderName, RemotePrincipal } from '../providers/connector.ts';
import type { Tx } from './store.ts';
import type { OperationTable, ProfileStatus, StoredFailure } from './tables.ts';

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

/** All that one attempt needs, read in the transaction that claimed it. */
export interface ClaimedOperation {
  readonly id: string;
  readonly applicationId: string;
  readonly accountId: string;
  readonly kind: 'PUT' | 'DELETE';
  readonly intended: CalendarObject | null;
  /** The attempt's number, from 1: what this attempt writes down is refused once another one began. */
  readonly attempt: number;
  readonly createdAt: Instant;
  /** The event that goes on where this write ends its series (semantics B4). */
  readonly splitOffId: string | null;
  readonly event: {
    readonly id: string;
    readonly uid: string;
    readonly remoteId: string | null;
    readonly etag: string | null;
    readonly raw: string | null;
  };
  readonly calendar: {
    readonly id: string;
    readonly remoteId: string;
    readonly timeZone: string;
    readonly syncToken: string | null;
  };
  readonly profile: {
    readonly id: string;
    readonly provider: ProviderName;
    /** Sealed. */
    readonly credential: string | null;
    readonly principal: RemotePrincipal | null;
    readonly status: ProfileStatus;
  };
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

/**
 * Claims an operation for one attempt; null when it is done, somebody is at it, or the one that it waits for is not applied.
 *
 * @param milliseconds how long the claim holds without renewal
 */
export async function claimOperation(
  tx: Tx,
  operationId: string,
  milliseconds: number,
): Promise<ClaimedOperation | null> {
  const claimed = await tx
    .updateTable('operation')
    .set({ claimed_until: until(milliseconds), attempts: sql<number>`attempts + 1` })
    .where('id', '=', operationId)
    .where('status', '=', 'PENDING')
    .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', sql<Date>`clock_timestamp()`)]))
    .where(notWaiting)
    .returningAll()
    .executeTakeFirst();
  if (claimed === undefined) return null;
  const row = await tx
    .selectFrom('event')
    .innerJoin('calendar', 'calendar.id', 'event.calendar_id')
    .innerJoin('profile', 'profile.id', 'calendar.profile_id')
    .innerJoin('account', 'account.id', 'profile.account_id')
    .select(['event.uid', 'event.remote_id', 'event.etag', 'event.raw'])
    .select(['calendar.remote_id as calendar_remote_id', 'calendar.time_zone', 'calendar.sync_token'])
    .select([
      'profile.id as profile_id',
      'profile.provider',
      'profile.credential',
      'profile.principal',
      'profile.status',
    ])
    .select('account.time_zone as account_zone')
    .where('event.id', '=', claimed.event_id)
    .executeTakeFirstOrThrow();
  return {
    id: claimed.id,
    applicationId: claimed.application_id,
    accountId: claimed.account_id,
    kind: claimed.kind,
    intended: claimed.intended,
    attempt: claimed.attempts,
    createdAt: claimed.created_at.getTime(),
    splitOffId: claimed.split_off_id,
    event: { id: claimed.event_id, uid: row.uid, remoteId: row.remote_id, etag: row.etag, raw: row.raw },
    calendar: {
      id: claimed.calendar_id,
      remoteId: row.calendar_remote_id,
      timeZone: row.time_zone ?? row.account_zone,
      syncToken: row.sync_token,
    },
    profile: {
      id: row.profile_id,
      provider: row.provider,
      credential: row.credential,
      principal: row.principal,
      status: row.status,
    },
  };
}

/** Extends a claim; false when the operation is done or another attempt began. */
export async function renewClaim(tx: Tx, claim: ClaimedOperation, milliseconds: number): Promise<boolean> {
  const result = await tx
    .updateTable('operation')
    .set({ claimed_until: until(milliseconds) })
    .where('id', '=', claim.id)
    .where('status', '=', 'PENDING')
    .where('attempts', '=', claim.attempt)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Ends an operation, if this attempt is still the latest; false (and nothing written) when it is not. */
export async function completeOperation(
  tx: Tx,
  claim: ClaimedOperation,
  status: 'APPLIED' | 'FAILED',
  failure: StoredFailure | null,
): Promise<boolean> {
  const result = await tx
    .updateTable('operation')
    .set({
      status,
      failure: failure === null ? null : JSON.stringify(failure),
      claimed_until: null,
      next_attempt_at: null,
      // Not the transaction's beginning: a pull that started before this statement may hold an older content.
      completed_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', claim.id)
    .where('status', '=', 'PENDING')
    .where('attempts', '=', claim.attempt)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Keeps an operation for another attempt. */
export async function postponeOperation(
  tx: Tx,
  claim: ClaimedOperation,
  failure: StoredFailure | null,
  nextAttemptAt: Instant,
): Promise<void> {
  await tx
    .updateTable('operation')
    .set({
      claimed_until: null,
      next_attempt_at: new Date(nextAttemptAt),
      ...(failure === null ? {} : { failure: JSON.stringify(failure) }),
    })
    .where('id', '=', claim.id)
    .where('status', '=', 'PENDING')
    .where('attempts', '=', claim.attempt)
    .execute();
}

/** Fails the event's other pending writes, which were made on top of one that can no longer be carried out. */
export async function failFollowers(tx: Tx, claim: ClaimedOperation, failure: StoredFailure): Promise<string[]> {
  const rows = await tx
    .updateTable('operation')
    .set({
      status: 'FAILED',
      failure: JSON.stringify(failure),
      claimed_until: null,
      next_attempt_at: null,
      completed_at: sql<Date>`clock_timestamp()`,
    })
    .where('event_id', '=', claim.event.id)
    .where('id', '<>', claim.id)
    .where('status', '=', 'PENDING')
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
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

/** The event's row no longer waits for any operation. */
export async function clearPending(tx: Tx, eventId: string): Promise<void> {
  await tx.updateTable('event').set({ pending_operation: null }).where('id', '=', eventId).execute();
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

/** The write that it waits for is done, or there is none; what is no longer kept was done long ago. */
const notWaiting = sql<boolean>`not exists (select 1 from operation awaited
  where awaited.id = operation.after_operation and awaited.status <> 'APPLIED')`;

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

function until(milliseconds: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${milliseconds / 1000})`;
}
