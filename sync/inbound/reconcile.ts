/**
 * Reconciliation: compares a calendar as a whole with its provider, repairs the copy, and says in the journal what syncing
 * had missed. What changed at the provider and was simply not pulled yet is no drift: everything is pulled first, and a
 * difference counts only when pulling once more does not explain it.
 */
import { ProviderError } from '../../datasources/providers/connector.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import { noDrift, planReconciliation } from '../../datasources/store/compared-rows.ts';
import { deleteRow } from '../../datasources/store/event-rows.ts';
import { type CalendarRow, knownResources } from '../../datasources/store/profiles-sync.ts';
import { finishRun, startRun } from '../../datasources/store/sync-runs.ts';
import type { StoredDrift } from '../../datasources/store/tables.ts';
import type { SyncDependencies } from '../dependencies.ts';
import type { Lease } from '../lease.ts';
import { type CountedSession, providerCall, storedFailure } from '../provider-call.ts';
import { judgeDeletions } from './brake.ts';
import { type CalendarOutcome, syncCalendar } from './calendar.ts';
import { type Comparison, compare, type Difference } from './compare.ts';
import { eventEntries } from './page.ts';
import { nextReconciliation } from './schedule.ts';

const namedAtMost = 20;
/** After a comparison that failed; the poll's own backoff does not know of it. */
const retryAfter = 6 * 3_600_000;

interface SyncedProfile {
  readonly id: string;
  readonly accountZone: string;
  readonly initialSyncRequired: boolean;
}

/**
 * Reconciles one calendar under the account's lease, and plans the next time. Costs, where nothing differs, one listing and
 * the download of what is compared in full; nothing is written but the journal. A provider's failure is journalled and
 * answered, never thrown.
 */
export async function reconcileCalendar(
  dependencies: SyncDependencies,
  lease: Lease,
  profile: SyncedProfile,
  calendar: CalendarRow,
  counted: CountedSession,
  home: { readonly changeTag: string | null },
): Promise<CalendarOutcome> {
  const { settings, now, random } = dependencies;
  const outcome = await reconcile(dependencies, lease, profile, calendar, counted, home);
  const next =
    outcome.failure === null && outcome.again === 'no'
      ? nextReconciliation(now(), settings.reconcileEvery, random)
      : now() + (outcome.doubted ? settings.doubtTime : outcome.failure === null ? 0 : retryAfter);
  await lease.commit((tx) => planReconciliation(tx, calendar.id, next));
  return outcome;
}

async function reconcile(
  dependencies: SyncDependencies,
  lease: Lease,
  profile: SyncedProfile,
  calendar: CalendarRow,
  counted: CountedSession,
  home: { readonly changeTag: string | null },
): Promise<CalendarOutcome> {
  const pull = (kind: 'FULL' | 'INCREMENTAL', changeTag: string | null) =>
    syncCalendar(dependencies, lease, profile, calendar, counted, { kind, changeTag });
  // Nothing to compare with yet.
  if (!calendar.initial_sync_done) return pull('FULL', home.changeTag);
  let changes = 0;
  if (calendar.change_tag === null || calendar.change_tag !== home.changeTag) {
    const first = await pull('INCREMENTAL', home.changeTag);
    if (first.failure !== null || first.again !== 'no') return first;
    changes += first.changes;
  }

  const callsBefore = counted.calls();
  const runId = dependencies.ids('run');
  await lease.commit((tx) =>
    startRun(tx, {
      id: runId,
      accountId: calendar.account_id,
      profileId: profile.id,
      calendarId: calendar.id,
      kind: 'RECONCILIATION',
    }),
  );
  let comparison: Comparison = { differences: new Map(), skipped: [] };
  const finish = async (failure: ProviderError | null): Promise<CalendarOutcome> => {
    await lease.commit(async (tx) => {
      await finishRun(tx, runId, {
        kind: 'RECONCILIATION',
        changes: 0,
        providerCalls: counted.calls() - callsBefore,
        skipped: comparison.skipped,
        failure: failure === null ? null : storedFailure(failure),
        ...(failure === null ? { drift: noDrift } : {}),
      });
      if (failure !== null) return;
      await tx
        .updateTable('calendar')
        .set({ last_synced_at: new Date(dependencies.now()) })
        .where('id', '=', calendar.id)
        .execute();
    });
    return { runId, changes, again: 'no', doubted: false, failure };
  };

  let drift: ReadonlyMap<string, Difference>;
  let changeTag = home.changeTag;
  const place = { id: calendar.id, remote_id: calendar.remote_id, timeZone: calendar.time_zone ?? profile.accountZone };
  try {
    comparison = await compare(dependencies, lease, place, counted);
    drift = comparison.differences;
    if (drift.size > 0) {
      changeTag = await currentTag(dependencies, lease, calendar, counted);
      if (changeTag === null || changeTag !== home.changeTag) {
        // Somebody is at work there: what a pull that began after the comparison explains was only new.
        const again = await pull('INCREMENTAL', changeTag);
        if (again.failure !== null) return await finish(again.failure);
        changes += again.changes;
        const before = drift;
        comparison = await compare(dependencies, lease, place, counted);
        drift = new Map(
          [...comparison.differences].filter(([uid, difference]) => persists(before.get(uid), difference)),
        );
      }
    }
  } catch (error) {
    if (lease.signal.aborted || !(error instanceof ProviderError)) throw error;
    return finish(error);
  }
  const suspects = comparison.differences;
  if (suspects.size === 0) return finish(null);

  const removed = await removeStrays(dependencies, lease, calendar, suspects);
  const repaired = await syncCalendar(dependencies, lease, profile, calendar, counted, {
    kind: 'RECONCILIATION',
    changeTag,
    compared: {
      runId,
      callsBefore,
      changes: removed,
      drift: counts(drift),
      suspects: new Set([...suspects.values()].flatMap(({ remoteId }) => (remoteId === null ? [] : [remoteId]))),
    },
  });
  if (drift.size > 0) {
    const { missing, extra, different } = counts(drift);
    dependencies.logger.warn({ calendarId: calendar.id, missing, extra, different }, 'drift');
  }
  return { ...repaired, changes: changes + repaired.changes };
}

function persists(before: Difference | undefined, now: Difference): boolean {
  return before !== undefined && before.version === now.version && before.remoteId === now.remoteId;
}

function counts(drift: ReadonlyMap<string, Difference>): StoredDrift {
  const all = [...drift.values()];
  const count = (kind: Difference['kind']) => all.filter((one) => one.kind === kind).length;
  return {
    missing: count('MISSING'),
    extra: count('EXTRA'),
    different: count('DIFFERENT'),
    resources: all.slice(0, namedAtMost).map(({ uid, kind }) => ({ uid, kind })),
  };
}

/** The calendar's tag as its home lists it now; null where it has none or is not listed. */
async function currentTag(
  dependencies: SyncDependencies,
  lease: Lease,
  calendar: CalendarRow,
  { connector, session }: CountedSession,
): Promise<string | null> {
  const { signal = lease.signal } = session;
  const remote = await providerCall(signal, dependencies.settings.answerTime, () => connector.calendars(session));
  return remote.find(({ remoteId }) => remoteId === calendar.remote_id)?.changeTag ?? null;
}

/**
 * Rows that never had a place at the provider: no listing can remove them. So many that the brake would hold them (semantics D8)
 * are left, and counted again the next time: no second listing could say more than this one.
 */
async function removeStrays(
  dependencies: SyncDependencies,
  lease: Lease,
  calendar: CalendarRow,
  suspects: ReadonlyMap<string, Difference>,
): Promise<number> {
  const strays = [...suspects.values()].flatMap(({ kind, remoteId, row }) =>
    kind === 'EXTRA' && remoteId === null && row !== null ? [row] : [],
  );
  if (strays.length === 0) return 0;
  const known = await dependencies.store.asWorker((tx) => knownResources(tx, calendar.id));
  const { suspicious } = judgeDeletions({
    before: known.size + strays.length,
    deletions: strays.length,
    emptyListing: false,
    doubtedSince: null,
    doubtTime: dependencies.settings.doubtTime,
    now: dependencies.now(),
  });
  if (suspicious) return 0;
  const target = {
    id: calendar.id,
    accountId: calendar.account_id,
    profileId: calendar.profile_id,
    timeZone: calendar.time_zone ?? 'Etc/UTC',
  };
  await lease.commit(async (tx) => {
    const gone = [];
    for (const row of strays) {
      gone.push(await deleteRow(tx, row, { now: dependencies.now(), pendingOperation: null }));
    }
    await appendChanges(tx, calendar.account_id, eventEntries(target, gone), { madeBy: null });
  });
  dependencies.wake(calendar.account_id);
  return strays.length;
}
