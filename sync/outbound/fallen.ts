/** What falls with a write that failed for good: writes that waited for it, and what a split had made before it failed. */
import { sql } from 'kysely';
import { ProviderError, type RemoteResource } from '../../datasources/providers/connector.ts';
import type { StoredChange } from '../../datasources/store/event-merge.ts';
import type { ClaimedOperation } from '../../datasources/store/operation-claims.ts';
import { failOperations } from '../../datasources/store/operation-ends.ts';
import { type FallenOperation, fallenWith } from '../../datasources/store/operation-order.ts';
import { clearPending } from '../../datasources/store/operations.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { StoredFailure } from '../../datasources/store/tables.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { takeBack, takeProviderVersion } from './provider-version.ts';

/** The provider's version of an event, null when it has none. Throws ProviderError. */
export type ReadEvent = (event: ClaimedOperation['event']) => Promise<RemoteResource | null>;

/** By event id; an event that could not be read is missing. */
export type HeldVersions = ReadonlyMap<string, RemoteResource | null>;

export interface Fall {
  readonly changes: readonly StoredChange[];
  /** Operations that failed with it. */
  readonly operationIds: readonly string[];
}

/** What the provider has of the other events whose writes would fall with this one: read before the transaction that fails them. */
export async function readFallen(
  { store }: SyncDependencies,
  claim: ClaimedOperation,
  read: ReadEvent,
): Promise<HeldVersions> {
  const fallen = await store.asWorker((tx) => fallenWith(tx, claim.id));
  const held = new Map<string, RemoteResource | null>();
  for (const { event } of fallen) {
    if (event.id === claim.event.id || held.has(event.id)) continue;
    try {
      held.set(event.id, await read(event));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
    }
  }
  return held;
}

/**
 * Fails what cannot be done any more, and brings the rows of other events back to what the provider has; where that could not be
 * read, the calendar is read anew as a whole. The row of the claim's own event is the caller's, but waits for nothing any more.
 */
export async function failFallen(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  failure: StoredFailure,
  held: HeldVersions,
): Promise<Fall> {
  const fallen = await fallenWith(tx, claim.id);
  return fail(dependencies, tx, claim, fallen, failure, held);
}

async function fail(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  fallen: readonly FallenOperation[],
  failure: StoredFailure,
  held: HeldVersions,
): Promise<Fall> {
  const operationIds = await failOperations(
    tx,
    fallen.map(({ id }) => id),
    failure,
  );
  const events = new Map(fallen.map(({ event }) => [event.id, event]));
  const changes: StoredChange[] = [];
  for (const [id, event] of events) {
    if (id === claim.event.id) {
      await clearPending(tx, id);
      continue;
    }
    const current = held.get(id);
    if (current != null) changes.push(...(await takeProviderVersion(dependencies, tx, claim, current)));
    else if (current === null || event.remoteId === null) changes.push(...(await takeBack(dependencies, tx, id, null)));
    else await readAnew(tx, claim.calendar.id, id);
  }
  return { changes, operationIds };
}

/**
 * The write that was to cut off the old series failed, and the new one is there already: it is deleted again, or every
 * occurrence from the split on would be there twice.
 */
export async function takeBackSplit(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  failure: StoredFailure,
): Promise<Fall> {
  const { splitOffId } = claim;
  const nothing = { changes: [], operationIds: [] };
  if (splitOffId === null) return nothing;
  const alive = await tx
    .selectFrom('event')
    .select('id')
    .where('id', '=', splitOffId)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  // Somebody was faster to delete it: that deletion is on its way already.
  if (alive === undefined) return nothing;
  const pending = await tx
    .selectFrom('operation')
    .select('id')
    .where('event_id', '=', splitOffId)
    .where('status', '=', 'PENDING')
    .orderBy('ordinal')
    .execute();
  const changes: StoredChange[] = [];
  const operationIds: string[] = [];
  for (const { id } of pending) {
    const fallen = (await fallenWith(tx, id)).filter(({ event }) => event.id !== splitOffId);
    operationIds.push(...(await failOperations(tx, [id], failure)));
    const fall = await fail(dependencies, tx, claim, fallen, failure, new Map());
    changes.push(...fall.changes);
    operationIds.push(...fall.operationIds);
  }
  const deletion = dependencies.ids('opr');
  const gone = await takeBack(dependencies, tx, splitOffId, deletion);
  if (gone.length > 0) {
    await tx
      .insertInto('operation')
      .values({
        id: deletion,
        application_id: claim.applicationId,
        account_id: claim.accountId,
        profile_id: claim.profile.id,
        calendar_id: claim.calendar.id,
        event_id: splitOffId,
        kind: 'DELETE',
        intended: null,
        status: 'PENDING',
        next_attempt_at: sql`now()`,
      })
      .execute();
  }
  return { changes: [...changes, ...gone], operationIds };
}

async function readAnew(tx: Tx, calendarId: string, eventId: string): Promise<void> {
  await tx.updateTable('event').set({ etag: null, pending_operation: null }).where('id', '=', eventId).execute();
  await tx.updateTable('calendar').set({ sync_token: null, change_tag: null }).where('id', '=', calendarId).execute();
}
