/** Claims on writes that wait for their provider: which go together, and whose they are now. How they end: operation-ends.ts. */
import { type Selectable, sql } from 'kysely';
import type { CalendarObject, Instant } from '../../domain/events/model.ts';
import type { SchedulingRequest } from '../../domain/events/scheduling.ts';
import type { ProviderName, RemotePrincipal } from '../providers/connector.ts';
import type { Tx } from './store.ts';
import type { OperationTable, ProfileStatus, StoredFailure } from './tables.ts';

/** One of the writes that wait for one event. */
export interface LinedWrite {
  readonly id: string;
  readonly kind: 'PUT' | 'DELETE';
  readonly intended: CalendarObject | null;
  /** The event as it was when the write was made; null when it was made by it. */
  readonly base: CalendarObject | null;
  /** Made upon a version that its author named: never merged. */
  readonly strict: boolean;
}

/**
 * All that one attempt needs, read in the transaction that claimed it. Writes that wait for one event go together: the last of
 * them is the one that is sent, for it holds the earlier ones' changes.
 */
export interface ClaimedOperation {
  /** Of the last one of the line. */
  readonly id: string;
  readonly applicationId: string;
  readonly accountId: string;
  readonly kind: 'PUT' | 'DELETE';
  readonly intended: CalendarObject | null;
  /** What the provider is asked beside about the event's people. */
  readonly scheduling: SchedulingRequest | null;
  /** In their order; the last is this one. */
  readonly line: readonly [LinedWrite, ...LinedWrite[]];
  /** None of the line was ever tried: nothing of it can be at the provider. */
  readonly untried: boolean;
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

/** The write that it waits for is done, or there is none; what is no longer kept was done long ago. */
export const notWaiting = sql<boolean>`not exists (select 1 from operation awaited
  where awaited.id = operation.after_operation and awaited.status <> 'APPLIED')`;

/**
 * Claims an operation for one attempt, and with it the writes of the same event that can go together; null when it is done,
 * somebody is at it, or the one that it waits for is not applied.
 *
 * @param milliseconds how long the claim holds without renewal
 */
export async function claimOperation(
  tx: Tx,
  operationId: string,
  milliseconds: number,
): Promise<ClaimedOperation | null> {
  const waiting = await tx
    .selectFrom('operation')
    .selectAll()
    .select(sql<boolean>`coalesce(claimed_until > clock_timestamp(), false)`.as('claimed'))
    .select(notWaiting.as('ready'))
    .where('event_id', '=', (eb) => eb.selectFrom('operation').select('event_id').where('id', '=', operationId))
    .where('status', '=', 'PENDING')
    .orderBy('ordinal')
    .forUpdate()
    .execute();
  if (!waiting.some(({ id }) => id === operationId) || waiting.some((one) => one.claimed)) return null;
  const line = goingTogether(waiting);
  const claimed = line.at(-1);
  if (claimed === undefined || !line[0]?.ready) return null;
  await tx
    .updateTable('operation')
    .set({ claimed_until: until(milliseconds), attempts: sql<number>`attempts + 1` })
    .where('id', 'in', line.map(({ id }) => id)) // biome-ignore format: one clause a line
    .execute();
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
    scheduling: claimed.scheduling,
    line: line.map(({ id, kind, intended, base, strict }) => ({ id, kind, intended, base, strict })) as [
      LinedWrite,
      ...LinedWrite[],
    ],
    untried: line.every(({ attempts }) => attempts === 0),
    attempt: claimed.attempts + 1,
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

/**
 * The first writes of an event that one request can carry. What waits for another event's write, or ends a series at a split, goes
 * by itself, because it falls by itself; so does what asks something of its own about the event's people.
 */
function goingTogether<T extends Pick<Selectable<OperationTable>, 'after_operation' | 'split_off_id' | 'scheduling'>>(
  waiting: readonly T[],
): readonly T[] {
  const alone = ({ after_operation, split_off_id, scheduling }: T) =>
    after_operation !== null || split_off_id !== null || scheduling !== null;
  const first = waiting.findIndex(alone);
  return first === -1 ? waiting : waiting.slice(0, Math.max(1, first));
}

function idsOf(claim: ClaimedOperation): string[] {
  return claim.line.map(({ id }) => id);
}

/** Extends a claim; false when the operation is done or another attempt began. */
export async function renewClaim(tx: Tx, claim: ClaimedOperation, milliseconds: number): Promise<boolean> {
  const result = await tx
    .updateTable('operation')
    .set({ claimed_until: until(milliseconds) })
    .where('id', 'in', idsOf(claim))
    .where('status', '=', 'PENDING')
    .where(stillOurs(claim))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Whoever claims any of a line claims its last one too, while that is pending. */
function stillOurs(claim: ClaimedOperation) {
  return sql<boolean>`exists (select 1 from operation last
    where last.id = ${claim.id} and last.status = 'PENDING' and last.attempts = ${claim.attempt})`;
}

/** Keeps the claimed writes for another attempt; false, and without effect, when another began. */
export async function postponeOperation(
  tx: Tx,
  claim: ClaimedOperation,
  failure: StoredFailure | null,
  nextAttemptAt: Instant,
): Promise<boolean> {
  const result = await tx
    .updateTable('operation')
    .set({
      claimed_until: null,
      next_attempt_at: new Date(nextAttemptAt),
      ...(failure === null ? {} : { failure: JSON.stringify(failure) }),
    })
    .where('id', 'in', idsOf(claim))
    .where('status', '=', 'PENDING')
    .where(stillOurs(claim))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Gives writes that went together with a refused one back: they are tried without it, at once. */
export async function releaseOperations(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx
    .updateTable('operation')
    .set({ claimed_until: null, next_attempt_at: sql<Date>`now()` })
    .where('id', 'in', [...ids])
    .where('status', '=', 'PENDING')
    .execute();
}

function until(milliseconds: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${milliseconds / 1000})`;
}
