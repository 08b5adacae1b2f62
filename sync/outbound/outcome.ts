/** Writes down how an attempt ended: the operation, the event's row and the change log in one transaction. */
import { ProviderError, type RemoteResource, type WriteResult } from '../../datasources/providers/connector.ts';
import { appendChanges, type ChangeEntry } from '../../datasources/store/change-log.ts';
import type { StoredChange } from '../../datasources/store/event-merge.ts';
import { deleteRow, storeObjects } from '../../datasources/store/event-rows.ts';
import {
  type ClaimedOperation,
  clearPending,
  completeOperation,
  failFollowers,
  isPending,
  postponeOperation,
  recordPlace,
} from '../../datasources/store/operations.ts';
import { makePollDue, makeWaitingPollDue, recordDemand } from '../../datasources/store/profiles-sync.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { StoredFailure } from '../../datasources/store/tables.ts';
import { backoff, notBefore } from '../backoff.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { retryDeadlock } from '../lease.ts';
import { storedFailure } from '../provider-call.ts';
import { failFallen, type HeldVersions, type ReadEvent, readFallen, takeBackSplit } from './fallen.ts';

/** An accepted write is tried for so long. */
const giveUpAfter = 24 * 3_600_000;
const retryLimits = { base: 5_000, maximum: 15 * 60_000 };

type Held = Pick<WriteResult, 'remoteId' | 'etag' | 'raw' | 'object'>;

/** The provider has it. What it made of it beyond what was intended is its own change. */
export async function recordApplied(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  held: Held | null,
): Promise<void> {
  await commit(dependencies, claim, async (tx) => {
    if (!(await end(dependencies, tx, claim, 'APPLIED', null))) return [];
    await recordPlace(tx, claim, held ?? { remoteId: null, etag: null, raw: null });
    if (held === null) return [];
    if (await isPending(tx, claim.event.id)) return [];
    return eventEntries(claim, await takeProviderVersion(dependencies, tx, claim, held));
  });
}

/** It may work later: kept PENDING; given up a day after it was accepted. */
export async function recordTransient(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  failure: ProviderError,
): Promise<void> {
  const now = dependencies.now();
  if (now - claim.createdAt >= giveUpAfter) return recordGivenUp(dependencies, claim, failure);
  const next = notBefore(now, backoff(claim.attempt, retryLimits, dependencies.random), failure.retryAt);
  await commit(dependencies, claim, async (tx) => {
    await postponeOperation(tx, claim, storedFailure(failure), next);
    // Whether the credential is refused for good is for the poll to find out.
    if (failure.code === 'CREDENTIALS_REJECTED') await makePollDue(tx, { profileId: claim.profile.id }, now);
    return [];
  });
}

/** The provider would not, and never will: the row returns to what the provider has. */
export async function recordRefusal(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  failure: ProviderError,
  read: ReadEvent,
): Promise<void> {
  let current: RemoteResource | null;
  try {
    current = await read(claim.event);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.code === 'UNREACHABLE' || error.code === 'THROTTLED') {
      return recordTransient(dependencies, claim, failure);
    }
    return recordGivenUp(dependencies, claim, failure);
  }
  const held = await readFallen(dependencies, claim, read);
  await commit(dependencies, claim, async (tx) => {
    const stored = storedFailure(failure);
    if (!(await end(dependencies, tx, claim, 'FAILED', stored))) return [];
    const fall = await fallenEntries(dependencies, tx, claim, stored, held);
    await recordPlace(tx, claim, current ?? { remoteId: null, etag: null, raw: null });
    const changes = (await isPending(tx, claim.event.id)) ? [] : await restore(dependencies, tx, claim, current);
    return [...eventEntries(claim, changes), failed(claim, claim.id), ...fall];
  });
}

/**
 * Somebody else changed it at the provider: theirs stands. Writes that were made on top of this one fail with it, for they
 * would overwrite what their author never saw.
 */
export async function recordConflict(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  failure: ProviderError,
  current: RemoteResource | null,
  read: ReadEvent,
): Promise<void> {
  const held = await readFallen(dependencies, claim, read);
  await commit(dependencies, claim, async (tx) => {
    const stored = storedFailure(failure);
    if (!(await end(dependencies, tx, claim, 'FAILED', stored))) return [];
    const fall = await fallenEntries(dependencies, tx, claim, stored, held);
    const followers = await failFollowers(tx, claim, stored);
    await recordPlace(tx, claim, current ?? { remoteId: null, etag: null, raw: null });
    await clearPending(tx, claim.event.id);
    const changes = await restore(dependencies, tx, claim, current);
    return [
      ...eventEntries(claim, changes),
      failed(claim, claim.id),
      ...followers.map((id) => failed(claim, id)),
      ...fall,
    ];
  });
}

/**
 * Nobody can say what the provider has: the calendar is read anew as a whole, and that puts the row right. What never had a
 * place at the provider is taken back at once.
 */
async function recordGivenUp(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  failure: ProviderError,
): Promise<void> {
  await commit(dependencies, claim, async (tx) => {
    const stored = storedFailure(failure);
    if (!(await end(dependencies, tx, claim, 'FAILED', stored))) return [];
    const fall = await fallenEntries(dependencies, tx, claim, stored, new Map());
    await recordPlace(tx, claim, { remoteId: claim.event.remoteId, etag: null, raw: claim.event.raw });
    await tx
      .updateTable('calendar')
      .set({ sync_token: null, change_tag: null })
      .where('id', '=', claim.calendar.id)
      .execute();
    const unplaced = claim.event.remoteId === null && !(await isPending(tx, claim.event.id));
    const changes = unplaced ? await restore(dependencies, tx, claim, null) : [];
    return [...eventEntries(claim, changes), failed(claim, claim.id), ...fall];
  });
}

/** Fails what waited for it, takes back what a split had made before it, and tells both. */
async function fallenEntries(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  failure: StoredFailure,
  held: HeldVersions,
): Promise<ChangeEntry[]> {
  const falls = [
    await failFallen(dependencies, tx, claim, failure, held),
    await takeBackSplit(dependencies, tx, claim, failure),
  ];
  return falls.flatMap(({ changes, operationIds }) => [
    ...eventEntries(claim, changes),
    ...operationIds.map((id) => failed(claim, id)),
  ]);
}

/** Ends the operation if this attempt is still the latest one; what waited for its end is read again. */
async function end(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  status: 'APPLIED' | 'FAILED',
  failure: StoredFailure | null,
): Promise<boolean> {
  if (!(await completeOperation(tx, claim, status, failure))) return false;
  const now = dependencies.now();
  await makeWaitingPollDue(tx, claim.calendar.id, now);
  // Who writes wants to know soon what becomes of it (semantics D11).
  if (status === 'APPLIED') await recordDemand(tx, [claim.profile.id], now, dependencies.settings.pollFloor);
  return true;
}

/** The row as the provider has it. */
async function restore(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  current: Held | null,
): Promise<readonly StoredChange[]> {
  if (current !== null) return takeProviderVersion(dependencies, tx, claim, current);
  const row = await tx
    .selectFrom('event')
    .leftJoin('managed_event', 'managed_event.event_id', 'event.id')
    .select(['event.id', 'managed_event.application_id'])
    .where('event.id', '=', claim.event.id)
    .where('event.deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return [];
  const change = await deleteRow(
    tx,
    { id: row.id, managedBy: row.application_id },
    { now: dependencies.now(), pendingOperation: null },
  );
  return [change];
}

async function takeProviderVersion(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  held: Held,
): Promise<readonly StoredChange[]> {
  const { remoteId, etag, raw, object } = held;
  const { changes } = await storeObjects(
    tx,
    {
      id: claim.calendar.id,
      accountId: claim.accountId,
      profileId: claim.profile.id,
      timeZone: claim.calendar.timeZone,
    },
    [{ object, provider: { remoteId, etag, raw } }],
    { now: dependencies.now(), zones: dependencies.zones, ids: dependencies.ids, whilePending: 'replace' },
  );
  return changes;
}

async function commit(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  work: (tx: Tx) => Promise<readonly ChangeEntry[]>,
): Promise<void> {
  await retryDeadlock(() =>
    dependencies.store.asWorker(async (tx) => {
      const entries = await work(tx);
      await appendChanges(tx, claim.accountId, entries, { madeBy: null });
    }),
  );
  dependencies.wake(claim.accountId);
}

function eventEntries(claim: ClaimedOperation, changes: readonly StoredChange[]): ChangeEntry[] {
  return changes.map((change) => ({ ...change, profileId: claim.profile.id, calendarId: claim.calendar.id }));
}

/** Told to the application that wrote; it is none of the others' business. */
function failed(claim: ClaimedOperation, operationId: string): ChangeEntry {
  return {
    kind: 'OPERATION_FAILED',
    subjectId: operationId,
    profileId: claim.profile.id,
    calendarId: claim.calendar.id,
    managedBy: null,
    audience: claim.applicationId,
  };
}
