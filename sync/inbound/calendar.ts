/** Pulls one calendar: pages into the store, the new sync token with the last of them, and the journal. */
import { sql } from 'kysely';
import { ProviderError, type PullPage, type RemoteResource } from '../../datasources/providers/connector.ts';
import { type CalendarRow, knownResources } from '../../datasources/store/profiles-sync.ts';
import { finishRun, type SkippedResource, type SyncKind, startRun } from '../../datasources/store/sync-runs.ts';
import type { StoredDrift } from '../../datasources/store/tables.ts';
import type { SyncDependencies } from '../dependencies.ts';
import type { Lease } from '../lease.ts';
import { type CountedSession, storedFailure } from '../provider-call.ts';
import { judgeDeletions, unquestioned } from './brake.ts';
import { type PullTarget, removePages, storePage } from './page.ts';
import { pullPages } from './pull-pages.ts';

export interface CalendarOutcome {
  readonly runId: string;
  readonly changes: number;
  /** Something was left for later: `soon` when it can be had now, `when-written` when a write of ours must end first. */
  readonly again: 'no' | 'soon' | 'when-written';
  /** The listing deletes too much to be believed yet. */
  readonly doubted: boolean;
  readonly failure: ProviderError | null;
}

export interface CalendarRequest {
  readonly kind: SyncKind;
  /** As the home lists it now. */
  readonly changeTag: string | null;
  /** A run that compared before it reads: already begun, and what it found. */
  readonly compared?: {
    readonly runId: string;
    readonly callsBefore: number;
    /** What was told of it before. */
    readonly changes: number;
    readonly drift: StoredDrift;
    /** Places to read again although their etags are known. */
    readonly suspects: ReadonlySet<string>;
  };
}

interface Pulled {
  changes: number;
  full: boolean;
  syncToken: string | null;
  deferred: boolean;
  pending: boolean;
  /** Everything that a page named as being there. */
  readonly listed: Set<string>;
  readonly removed: Set<string>;
  readonly skipped: SkippedResource[];
  /** uid → place, to notice two resources with one uid (RFC 4791 §4.1 forbids it). */
  readonly places: Map<string, string>;
}

/**
 * Reads what changed in one calendar since its sync token; all of it for a first sync, a refused token, FULL or
 * RECONCILIATION. Every page is a transaction of its own under the account's lease; no network call is made inside one.
 * Interrupted anywhere, it goes on from the last token, and what was stored already is neither told nor downloaded twice.
 * A provider's failure is journalled and answered, never thrown.
 */
export async function syncCalendar(
  dependencies: SyncDependencies,
  lease: Lease,
  profile: { readonly id: string; readonly accountZone: string; readonly initialSyncRequired: boolean },
  calendar: CalendarRow,
  counted: CountedSession,
  request: CalendarRequest,
): Promise<CalendarOutcome> {
  const { compared } = request;
  const runId = compared?.runId ?? dependencies.ids('run');
  const callsBefore = compared?.callsBefore ?? counted.calls();
  const { since, row } = await lease.commit(async (tx) => {
    if (compared === undefined) {
      await startRun(tx, {
        id: runId,
        accountId: calendar.account_id,
        profileId: profile.id,
        calendarId: calendar.id,
        kind: request.kind === 'INCREMENTAL' && calendar.sync_token === null ? 'FULL' : request.kind,
      });
    }
    const clock = await sql<{ at: string }>`select clock_timestamp()::text as at`.execute(tx);
    return {
      since: clock.rows[0]?.at ?? 'now',
      row: await tx.selectFrom('calendar').selectAll().where('id', '=', calendar.id).executeTakeFirstOrThrow(),
    };
  });
  const target: PullTarget = {
    calendar: {
      id: row.id,
      accountId: row.account_id,
      profileId: row.profile_id,
      timeZone: row.time_zone ?? profile.accountZone,
      remoteId: row.remote_id,
    },
    since,
    silent: profile.initialSyncRequired && !row.initial_sync_done,
  };
  const pulled: Pulled = {
    changes: compared?.changes ?? 0,
    full: false,
    syncToken: null,
    deferred: false,
    pending: false,
    listed: new Set(),
    removed: new Set(),
    skipped: [],
    places: new Map(),
  };
  let before: ReadonlyMap<string, string | null> | null = null;
  let ours: { readonly error: unknown } | null = null;
  const known = async () => {
    try {
      before ??= await dependencies.store.asWorker((tx) => knownResources(tx, calendar.id));
      return before;
    } catch (error) {
      // A connector that asks passes it on; it is our database's failure all the same.
      ours = { error };
      throw error;
    }
  };
  const trusted = async () => {
    const all = await known();
    return compared === undefined ? all : new Map([...all].filter(([remoteId]) => !compared.suspects.has(remoteId)));
  };
  const finish = async (failure: ProviderError | null, doubt: boolean, suspicious: boolean) => {
    const complete = failure === null && !doubt;
    const settled = complete && !pulled.deferred;
    await lease.commit(async (tx) => {
      await finishRun(tx, runId, {
        kind: request.kind === 'RECONCILIATION' ? 'RECONCILIATION' : pulled.full ? 'FULL' : request.kind,
        changes: pulled.changes,
        providerCalls: counted.calls() - callsBefore,
        skipped: pulled.skipped,
        failure: failure === null ? null : storedFailure(failure),
        ...(compared === undefined ? {} : { drift: compared.drift }),
      });
      const now = new Date(dependencies.now());
      const update = {
        ...(settled ? { sync_token: pulled.syncToken, change_tag: request.changeTag } : {}),
        // Whatever the home says of it: it is to be read again.
        ...(complete && !settled ? { change_tag: null } : {}),
        ...(complete ? { last_synced_at: now, initial_sync_done: true } : {}),
        ...(failure === null || suspicious
          ? { brake_since: suspicious && doubt ? (row.brake_since ?? now) : null }
          : {}),
      };
      if (Object.keys(update).length > 0) {
        await tx.updateTable('calendar').set(update).where('id', '=', calendar.id).execute();
      }
    });
    return {
      runId,
      changes: pulled.changes,
      again: settled || !complete ? ('no' as const) : pulled.pending ? ('when-written' as const) : ('soon' as const),
      doubted: doubt,
      failure,
    };
  };

  const token = request.kind === 'INCREMENTAL' ? row.sync_token : null;
  try {
    // Before the pull: what is written to the provider while it lists must not be missed in its listing.
    if (token === null) await known();
    const pages = pullPages(dependencies, lease, counted, { remoteId: row.remote_id, token, known: trusted });
    for await (const page of pages) await takePage(dependencies, lease, target, page, pulled);
  } catch (error) {
    if (ours !== null) throw (ours as { readonly error: unknown }).error;
    if (lease.signal.aborted || !(error instanceof ProviderError)) throw error;
    return finish(error, false, false);
  }

  const had = pulled.full || pulled.removed.size > unquestioned ? await known() : null;
  const gone = [...(pulled.full && had !== null ? had.keys() : pulled.removed)].filter(
    (remoteId) => had?.has(remoteId) !== false && !pulled.listed.has(remoteId),
  );
  const { verdict, suspicious } = judgeDeletions({
    before: had?.size ?? 0,
    deletions: gone.length,
    emptyListing: pulled.full && pulled.listed.size === 0,
    doubtedSince: row.brake_since?.getTime() ?? null,
    doubtTime: dependencies.settings.doubtTime,
    now: dependencies.now(),
  });
  if (verdict === 'doubt') {
    const failure = new ProviderError(
      'MALFORMED_ANSWER',
      `The answer would delete ${gone.length} of ${had?.size ?? 0} events. Nothing was deleted; it is believed once it has said so for a while.`,
    );
    return finish(failure, true, true);
  }
  const removed = await removePages(dependencies, lease, target, gone);
  pulled.changes += removed.changes;
  pulled.deferred ||= removed.deferred;
  pulled.pending ||= removed.pending;
  return finish(null, false, suspicious);
}

async function takePage(
  dependencies: SyncDependencies,
  lease: Lease,
  target: PullTarget,
  page: PullPage,
  pulled: Pulled,
): Promise<void> {
  pulled.full ||= page.full;
  pulled.syncToken = page.syncToken;
  for (const remoteId of page.unchanged) pulled.listed.add(remoteId);
  for (const remoteId of page.removed) {
    pulled.removed.add(remoteId);
    // Of two pages the later one knows better; a listing that names and removes the same is not believed.
    if (!page.full) pulled.listed.delete(remoteId);
  }
  for (const { uid, reason, remoteId } of page.skipped) {
    pulled.listed.add(remoteId);
    pulled.skipped.push({ uid, reason });
  }
  const resources: RemoteResource[] = [];
  for (const resource of page.resources) {
    pulled.listed.add(resource.remoteId);
    pulled.removed.delete(resource.remoteId);
    for (const { uid, reason } of resource.skipped) pulled.skipped.push({ uid, reason });
    const place = pulled.places.get(resource.object.uid);
    if (place !== undefined && place !== resource.remoteId) {
      pulled.skipped.push({
        uid: resource.object.uid,
        reason: 'Another resource of the same calendar has this uid already (RFC 4791 §4.1).',
      });
      continue;
    }
    pulled.places.set(resource.object.uid, resource.remoteId);
    resources.push(resource);
  }
  const outcome = await storePage(dependencies, lease, target, resources);
  pulled.changes += outcome.changes;
  pulled.deferred ||= outcome.deferred;
  pulled.pending ||= outcome.pending;
  pulled.skipped.push(...outcome.skipped);
}
