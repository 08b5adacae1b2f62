/** One page of a pull into the store: a transaction of at most 500 rows, from which poison is taken out alone. */
import type { RemoteResource } from '../../datasources/providers/connector.ts';
import { appendChanges, type ChangeEntry } from '../../datasources/store/change-log.ts';
import type { CalendarPlace, StoredChange } from '../../datasources/store/event-merge.ts';
import { removeObjects, storeObjects } from '../../datasources/store/event-rows.ts';
import { writtenSince } from '../../datasources/store/operations.ts';
import type { SkippedResource } from '../../datasources/store/sync-runs.ts';
import type { SyncDependencies } from '../dependencies.ts';
import type { Lease } from '../lease.ts';
import { withoutPoison } from '../poison.ts';

export const pageRows = 500;

/** What a pull works on. */
export interface PullTarget {
  readonly calendar: CalendarPlace & { readonly remoteId: string };
  /** The database's clock when the pull began. */
  readonly since: string;
  /** First sync: nothing is told event by event (semantics D9). */
  readonly silent: boolean;
}

export interface PageOutcome {
  readonly changes: number;
  readonly skipped: readonly SkippedResource[];
  /** Something was left alone because we are writing it: the sync position stays before it (semantics D1). */
  readonly deferred: boolean;
  /** Of that, something whose write is still pending: its end will ask for the calendar again. */
  readonly pending: boolean;
}

/** Stores a page's resources. One that cannot be stored is named and left out; the rest goes on. */
export async function storePage(
  dependencies: SyncDependencies,
  lease: Lease,
  target: PullTarget,
  resources: readonly RemoteResource[],
): Promise<PageOutcome> {
  let changes = 0;
  let deferred = false;
  let pending = false;
  const skipped: SkippedResource[] = [];
  await withoutPoison(dependencies.store, resources, {
    atOnce: pageRows,
    async store(part) {
      const stored = await commitResources(dependencies, lease, target, part);
      changes += stored.changes;
      deferred ||= stored.deferred;
      pending ||= stored.pending;
    },
    leftOut: ({ object }, reason) => skipped.push({ uid: object.uid, reason }),
  });
  return { changes, skipped, deferred, pending };
}

async function commitResources(
  { recogniseManaged, ...dependencies }: SyncDependencies,
  lease: Lease,
  target: PullTarget,
  resources: readonly RemoteResource[],
): Promise<{ changes: number; deferred: boolean; pending: boolean }> {
  const { calendar } = target;
  await dependencies.beforePage?.();
  const result = await lease.commit(async (tx) => {
    const ours = await writtenSince(tx, calendar.id, target.since);
    const incoming = resources.filter(
      (resource) => !ours.uids.has(resource.object.uid) && !ours.remoteIds.has(resource.remoteId),
    );
    const outcome = await storeObjects(
      tx,
      calendar,
      incoming.map(({ remoteId, etag, raw, object }) => ({ object, provider: { remoteId, etag, raw } })),
      {
        now: dependencies.now(),
        zones: dependencies.zones,
        ids: dependencies.ids,
        whilePending: 'defer',
        ...(recogniseManaged === undefined ? {} : { recogniseManaged }),
      },
    );
    if (!target.silent) {
      await appendChanges(tx, calendar.accountId, eventEntries(calendar, outcome.changes), { madeBy: null });
    }
    return {
      changes: outcome.changes.length,
      deferred: outcome.deferred.length > 0 || incoming.length < resources.length,
      pending: outcome.deferred.length > 0,
    };
  });
  if (result.changes > 0 && !target.silent) dependencies.wake(calendar.accountId);
  return result;
}

/** Deletes what is gone at the provider, at most 500 rows a transaction. */
export async function removePages(
  dependencies: SyncDependencies,
  lease: Lease,
  target: PullTarget,
  remoteIds: readonly string[],
): Promise<PageOutcome> {
  const { calendar } = target;
  let changes = 0;
  let deferred = false;
  let pending = false;
  for (let from = 0; from < remoteIds.length; from += pageRows) {
    const part = remoteIds.slice(from, from + pageRows);
    const removed = await lease.commit(async (tx) => {
      const ours = await writtenSince(tx, calendar.id, target.since);
      const gone = part.filter((remoteId) => !ours.remoteIds.has(remoteId));
      const outcome = await removeObjects(tx, calendar.id, gone, { now: dependencies.now() });
      if (!target.silent) {
        await appendChanges(tx, calendar.accountId, eventEntries(calendar, outcome.changes), { madeBy: null });
      }
      return {
        changes: outcome.changes.length,
        deferred: outcome.deferred.length > 0 || gone.length < part.length,
        pending: outcome.deferred.length > 0,
      };
    });
    changes += removed.changes;
    deferred ||= removed.deferred;
    pending ||= removed.pending;
    if (removed.changes > 0 && !target.silent) dependencies.wake(calendar.accountId);
  }
  return { changes, skipped: [], deferred, pending };
}

/** Stored changes as the change log's entries. */
export function eventEntries(calendar: CalendarPlace, changes: readonly StoredChange[]): ChangeEntry[] {
  return changes.map((change) => ({ profileId: calendar.profileId, calendarId: calendar.id, ...change }));
}
