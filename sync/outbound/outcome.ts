/** Writes down how an attempt ended: the operation, the event's row and the change log in one transaction. */
import { ProviderError, type RemoteResource } from '../../datasources/providers/connector.ts';
import { appendChanges, type ChangeEntry } from '../../datasources/store/change-log.ts';
import {
  type ClaimedOperation,
  type LinedWrite,
  postponeOperation,
  releaseOperations,
} from '../../datasources/store/operation-claims.ts';
import {
  applyTogether,
  completeOperation,
  failFollowers,
  failOperations,
} from '../../datasources/store/operation-ends.ts';
import {
  clearPending,
  forgetChangeTag,
  isPending,
  isPendingOn,
  recordPlace,
} from '../../datasources/store/operations.ts';
import { makePollDue, makeWaitingPollDue, recordDemand } from '../../datasources/store/profiles-sync.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { StoredFailure } from '../../datasources/store/tables.ts';
import { backoff, notBefore } from '../backoff.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { retryDeadlock } from '../lease.ts';
import { storedFailure } from '../provider-call.ts';
import { eventEntries, failedEntry } from './entries.ts';
import { failFallen, type HeldVersions, type ReadEvent, readFallen, takeBackSplit } from './fallen.ts';
import { rebaseFollowers } from './followers.ts';
import { restore, takeProviderVersion } from './provider-version.ts';
import type { Held, Sent } from './sending.ts';

/** An accepted write is tried for so long. */
const giveUpAfter = 24 * 3_600_000;
const retryLimits = { base: 5_000, maximum: 15 * 60_000 };

/**
 * The provider has it. What it made of it beyond what was intended, and what somebody else had changed there, is a change of its own.
 * Writes of the line that collide with that fail, and those that were made on top of them.
 */
export async function recordSent(dependencies: SyncDependencies, claim: ClaimedOperation, sent: Sent): Promise<void> {
  const { held, done } = sent;
  const failure = sent.failure === null ? null : storedFailure(sent.failure);
  const ids = claim.line.map(({ id }) => id);
  await commit(dependencies, claim, async (tx) => {
    if (!(await end(dependencies, tx, claim, failure === null ? 'APPLIED' : 'FAILED', failure))) return [];
    await applyTogether(tx, ids.slice(0, done));
    await recordPlace(tx, claim, held ?? { remoteId: null, etag: null, raw: null });
    if (failure !== null) {
      await recordDemand(tx, [claim.profile.id], dependencies.now(), dependencies.settings.pollFloor);
      const together = await failOperations(tx, ids.slice(done), failure);
      const fall = await fallenEntries(dependencies, tx, claim, failure, new Map(), together);
      const followers = await failFollowers(tx, claim, failure);
      await clearPending(tx, claim.event.id);
      const changes = await restore(dependencies, tx, claim, held);
      const failedIds = [...together, claim.id, ...followers];
      return [...eventEntries(claim, changes), ...failedIds.map((id) => failedEntry(claim, id)), ...fall];
    }
    if (held === null) return [];
    if (await isPending(tx, claim.event.id)) return rebaseFollowers(dependencies, tx, claim, held);
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
    const ours = await postponeOperation(tx, claim, storedFailure(failure), next);
    // Whether the credential is refused for good is for the poll to find out.
    if (ours && failure.code === 'CREDENTIALS_REJECTED') await makePollDue(tx, { profileId: claim.profile.id }, now);
    return [];
  });
}

/**
 * The provider would not, and never will: the row returns to what the provider has. Of several writes that went together the last
 * one is to blame, until it is known better: it fails, and the others are to be tried without it.
 *
 * @returns the last of those; null when there are none
 */
export async function recordRefusal(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  failure: ProviderError,
  read: ReadEvent,
): Promise<string | null> {
  const before = claim.line.at(-2);
  if (before !== undefined) {
    await stepBack(dependencies, claim, before, failure, read);
    return before.id;
  }
  await recordRefusedAlone(dependencies, claim, failure, read);
  return null;
}

/** The row shows again what the write before the refused one made of it. */
async function stepBack(
  dependencies: SyncDependencies,
  claim: ClaimedOperation,
  before: LinedWrite,
  failure: ProviderError,
  read: ReadEvent,
): Promise<void> {
  const held = await readFallen(dependencies, claim, read);
  await commit(dependencies, claim, async (tx) => {
    const stored = storedFailure(failure);
    if (!(await end(dependencies, tx, claim, 'FAILED', stored))) return [];
    const fall = await fallenEntries(dependencies, tx, claim, stored, held);
    await releaseOperations(tx, earlierOf(claim));
    const changes =
      before.intended === null || !(await isPendingOn(tx, claim))
        ? []
        : await takeProviderVersion(dependencies, tx, claim, { ...claim.event, object: before.intended }, before.id);
    return [...eventEntries(claim, changes), failedEntry(claim, claim.id), ...fall];
  });
}

async function recordRefusedAlone(
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
    return [...eventEntries(claim, changes), failedEntry(claim, claim.id), ...fall];
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
  current: Held | null,
  read: ReadEvent,
): Promise<void> {
  const held = await readFallen(dependencies, claim, read);
  await commit(dependencies, claim, async (tx) => {
    const stored = storedFailure(failure);
    if (!(await end(dependencies, tx, claim, 'FAILED', stored))) return [];
    const together = await failOperations(tx, earlierOf(claim), stored);
    const fall = await fallenEntries(dependencies, tx, claim, stored, held, together);
    const followers = await failFollowers(tx, claim, stored);
    await recordPlace(tx, claim, current ?? { remoteId: null, etag: null, raw: null });
    await clearPending(tx, claim.event.id);
    const changes = await restore(dependencies, tx, claim, current);
    return [
      ...eventEntries(claim, changes),
      ...[...together, claim.id, ...followers].map((id) => failedEntry(claim, id)),
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
    const together = await failOperations(tx, earlierOf(claim), stored);
    const fall = await fallenEntries(dependencies, tx, claim, stored, new Map(), together);
    await recordPlace(tx, claim, { remoteId: claim.event.remoteId, etag: null, raw: claim.event.raw });
    await tx
      .updateTable('calendar')
      .set({ sync_token: null, change_tag: null })
      .where('id', '=', claim.calendar.id)
      .execute();
    const unplaced = claim.event.remoteId === null && !(await isPending(tx, claim.event.id));
    const changes = unplaced ? await restore(dependencies, tx, claim, null) : [];
    return [...eventEntries(claim, changes), ...[...together, claim.id].map((id) => failedEntry(claim, id)), ...fall];
  });
}

/** The writes that went together with the claimed one, before it. */
function earlierOf(claim: ClaimedOperation): string[] {
  return claim.line.slice(0, -1).map(({ id }) => id);
}

/** Fails what waited for it and for those that failed together with it, takes back what a split had made before it, and tells both. */
async function fallenEntries(
  dependencies: SyncDependencies,
  tx: Tx,
  claim: ClaimedOperation,
  failure: StoredFailure,
  held: HeldVersions,
  together: readonly string[] = [],
): Promise<ChangeEntry[]> {
  const falls = [
    await failFallen(dependencies, tx, claim, failure, held),
    await takeBackSplit(dependencies, tx, claim, failure),
  ];
  for (const id of together) falls.push(await failFallen(dependencies, tx, { ...claim, id }, failure, held));
  return falls.flatMap(({ changes, operationIds }) => [
    ...eventEntries(claim, changes),
    ...operationIds.map((id) => failedEntry(claim, id)),
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
  await forgetChangeTag(tx, claim.calendar.id);
  // Who writes wants to know soon what becomes of it (semantics D11).
  if (status === 'APPLIED') await recordDemand(tx, [claim.profile.id], now, dependencies.settings.pollFloor);
  return true;
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
