/** Brings a row back to what its provider has of the event. */

import type { StoredChange } from '../../datasources/store/event-merge.ts';
import { deleteRow, storeObjects } from '../../datasources/store/event-rows.ts';
import { followMoved } from '../../datasources/store/managed-rows.ts';
import type { ClaimedOperation } from '../../datasources/store/operation-claims.ts';
import { clearPending } from '../../datasources/store/operations.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { SyncDependencies } from '../dependencies.ts';
import type { Held } from './sending.ts';

/** A version of an event, and where the provider has it; null: it has no place there yet. */
type PlacedVersion = Omit<Held, 'remoteId'> & { readonly remoteId: string | null };

/** The row of the claimed write's event as the provider has it; gone where it has none. */
export async function restore(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  current: Held | null,
): Promise<readonly StoredChange[]> {
  if (current === null) return takeBack(dependencies, tx, claim.event.id, null);
  return takeProviderVersion(dependencies, tx, claim, current);
}

/**
 * Stores a version into its row in the claim's calendar, whichever of its events it is.
 *
 * @param pendingOperation the write that the row waits for from now on; null: none
 */
export async function takeProviderVersion(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  { remoteId, etag, raw, object }: PlacedVersion,
  pendingOperation: string | null = null,
): Promise<readonly StoredChange[]> {
  const { calendar, accountId, profile } = claim;
  const { changes } = await storeObjects(
    tx,
    { id: calendar.id, accountId, profileId: profile.id, timeZone: calendar.timeZone },
    [{ object, provider: { remoteId, etag, raw } }],
    {
      now: dependencies.now(),
      zones: dependencies.zones,
      ids: dependencies.ids,
      whilePending: 'replace',
      pendingOperation,
    },
  );
  return changes;
}

/**
 * The row is gone. Nothing when it was gone already.
 *
 * @param pendingOperation the write that carries the deletion to the provider; null: it is gone there too, and a copy that its
 * user moved elsewhere meanwhile is the event from now on (semantics C6)
 */
export async function takeBack(
  { now }: SyncDependencies,
  tx: Tx,
  eventId: string,
  pendingOperation: string | null,
): Promise<readonly StoredChange[]> {
  const row = await tx
    .selectFrom('event')
    .leftJoin('managed_event', 'managed_event.event_id', 'event.id')
    .select(['event.id', 'managed_event.application_id'])
    .where('event.id', '=', eventId)
    .where('event.deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) {
    await clearPending(tx, eventId);
    return [];
  }
  const change = await deleteRow(tx, { id: row.id, managedBy: row.application_id }, { now: now(), pendingOperation });
  const followed = row.application_id !== null && pendingOperation === null;
  return [change, ...(followed ? await followMoved(tx, [row.id], new Date(now())) : [])];
}
