/** One poll of a profile: its home in one provider call, then each calendar that changed. */
import { ProviderError, type RemoteCalendar } from '../../datasources/providers/connector.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import {
  type CalendarRow,
  findSyncProfile,
  type SyncProfile,
  tombstoneCalendarEvents,
} from '../../datasources/store/profiles-sync.ts';
import { calendarsByLastRun, closeInterruptedRuns, type SyncKind } from '../../datasources/store/sync-runs.ts';
import type { Instant } from '../../domain/events/model.ts';
import { type SpanAttributes, spanned } from '../../domain/telemetry.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { type Lease, withLease } from '../lease.ts';
import { type CountedSession, openSession, providerCall } from '../provider-call.ts';
import { type CalendarOutcome, syncCalendar } from './calendar.ts';
import { type Deadline, pollDeadline } from './deadline.ts';
import { applyHome, type HomeOutcome } from './home.ts';
import { pageRows } from './page.ts';
import { type Collected, record } from './poll-record.ts';
import { reconcileCalendar } from './reconcile.ts';
import { rezonePage } from './rezone.ts';
import { firstReconciliation } from './schedule.ts';

export interface PollRequest {
  readonly signal: AbortSignal;
  /** Ask this calendar whatever its change tag says, and how. */
  readonly calendar?: { readonly id: string; readonly kind: SyncKind };
  /** Each HTTP request of this poll, as it is sent. */
  readonly onCall?: () => void;
  /** Whether the server and the account may be asked now; null makes the outcome `busy`. */
  readonly admit?: (profile: SyncProfile) => PollPlace | null;
}

/** A place among those who ask a server now. */
export interface PollPlace {
  readonly onCall: () => void;
  release(): void;
}

export type PollOutcome =
  | {
      readonly status: 'polled';
      readonly nextPollAt: Instant | null;
      /** Calendar id → its run; calendars that had not changed have none. */
      readonly runs: ReadonlyMap<string, CalendarOutcome>;
      readonly failure: ProviderError | null;
    }
  /** Somebody else works on the account: the poll stays due. */
  | { readonly status: 'busy' }
  /** There is nothing to poll: no such profile, disconnected, or kept by this service itself. */
  | { readonly status: 'idle' };

/**
 * Polls a profile under its account's lease. Provider failures are recorded, not thrown. A poll that takes longer than
 * `pollTime` (`firstSyncTime`) is one: what it stored stays, and the next one goes on with what this one did not come to.
 */
export async function pollProfile(
  dependencies: SyncDependencies,
  profileId: string,
  request: PollRequest,
): Promise<PollOutcome> {
  const found = await dependencies.store.asWorker((tx) => findSyncProfile(tx, profileId));
  if (found === null || !isPolled(found)) return { status: 'idle' };
  const place = request.admit === undefined ? anywhere : request.admit(found);
  if (place === null) return { status: 'busy' };
  const onCall = () => {
    place.onCall();
    request.onCall?.();
  };
  try {
    return await spanned(
      dependencies.telemetry,
      'sync.poll',
      { provider: found.provider, 'meridian.profile.id': profileId },
      async () => {
        const outcome = await withLease(dependencies, found.accountId, request.signal, (lease) =>
          pollUnderLease(dependencies, lease, profileId, { ...request, onCall }),
        );
        return outcome.held ? outcome.value : busy;
      },
      pollEnd,
    );
  } finally {
    place.release();
  }
}

const busy: PollOutcome = { status: 'busy' };

function pollEnd(outcome: PollOutcome): SpanAttributes {
  if (outcome.status !== 'polled') return { outcome: outcome.status };
  return { outcome: outcome.failure?.code ?? 'polled', 'meridian.calendars.read': outcome.runs.size };
}

const anywhere: PollPlace = { onCall: () => {}, release: () => {} };

function isPolled(profile: SyncProfile): boolean {
  return profile.provider !== 'MERIDIAN' && profile.health.status !== 'DISCONNECTED';
}

async function pollUnderLease(
  dependencies: SyncDependencies,
  lease: Lease,
  profileId: string,
  request: PollRequest,
): Promise<PollOutcome> {
  const profile = await lease.commit(async (tx) => {
    await closeInterruptedRuns(tx, profileId);
    return findSyncProfile(tx, profileId);
  });
  if (profile === null || !isPolled(profile)) return { status: 'idle' };

  const collected: Collected = {
    runs: new Map(),
    fresh: [],
    failure: null,
    homeFailed: false,
    doubted: false,
    again: false,
    waiting: false,
    unread: 0,
    planned: [],
  };
  const deadline = pollDeadline(dependencies, profile);
  try {
    // The lease's own signal does not end with the poll's time: what was read is written down under it.
    const counted = openSession(dependencies, profile, AbortSignal.any([lease.signal, deadline.signal]), () => {
      lease.assertHeld();
      request.onCall?.();
    });
    await pollHome(dependencies, lease, profile, { counted, deadline }, request, collected);
  } catch (error) {
    if (lease.signal.aborted || !(error instanceof ProviderError)) throw error;
    collected.failure = error;
    collected.homeFailed = true;
    collected.unread++;
  } finally {
    deadline.clear();
  }
  const nextPollAt = await record(dependencies, lease, profile, collected);
  return { status: 'polled', nextPollAt, runs: collected.runs, failure: collected.failure };
}

async function pollHome(
  dependencies: SyncDependencies,
  lease: Lease,
  profile: SyncProfile,
  opened: { readonly counted: CountedSession; readonly deadline: Deadline },
  request: PollRequest,
  collected: Collected,
): Promise<void> {
  const { now } = dependencies;
  const timeIsOver = opened.deadline.signal;
  const { counted, remote } = await listHome(dependencies, lease, profile, opened.counted);
  const home = await lease.commit(async (tx) => {
    const outcome = await applyHome(tx, profile, remote, { ...dependencies, now: now() });
    await appendChanges(tx, profile.accountId, outcome.changes, { madeBy: null });
    return outcome;
  });
  if (home.changes.length > 0) dependencies.wake(profile.accountId);
  if (home.suspicious) {
    collected.failure = new ProviderError(
      'MALFORMED_ANSWER',
      'The server lists no calendar at all, though it did before.',
    );
  }
  if (home.changes.some((change) => change.kind === 'CALENDAR_DELETED')) collected.again = true;
  while ((await lease.commit((tx) => tombstoneCalendarEvents(tx, profile.id, now(), pageRows))) === pageRows);

  const zones = new Map<string, string | null>();
  for (const { row, timeZone } of home.rezoned) {
    await rezone(dependencies, lease, profile, row, timeZone);
    zones.set(row.id, timeZone);
  }
  let compared = false;
  for (const { row, changeTag } of await inOrder(lease, profile, home.listed)) {
    const named = request.calendar?.id === row.id ? request.calendar.kind : null;
    // Of those that are due one a poll: the others' changes must not wait for a whole calendar's download.
    const due: boolean = !compared && row.initial_sync_done && isDue(row, now());
    const asked: SyncKind | null = named ?? (due ? 'RECONCILIATION' : null);
    if (row.next_reconciliation_at === null) {
      const at = firstReconciliation(row.id, now(), dependencies.settings.reconcileEvery, dependencies.random);
      collected.planned.push({ calendarId: row.id, at });
    }
    const stale = !row.initial_sync_done || changeTag === null || changeTag !== row.change_tag;
    if (asked === null && !stale) {
      collected.fresh.push(row.id);
      continue;
    }
    // Before a run is begun: one that could not ask anything would put its calendar behind the others.
    if (timeIsOver.aborted && (collected.failure === null || !isProfileWide(collected.failure))) {
      collected.failure = timeIsOver.reason as ProviderError;
    }
    if (collected.failure !== null && isProfileWide(collected.failure)) {
      // The rest would fail alike.
      if (!row.initial_sync_done) collected.unread++;
      continue;
    }
    const kind: SyncKind = asked ?? 'INCREMENTAL';
    compared ||= kind === 'RECONCILIATION';
    const outcome =
      kind === 'RECONCILIATION'
        ? await reconcileCalendar(dependencies, lease, profile, row, counted, { changeTag })
        : await syncCalendar(dependencies, lease, profile, row, counted, { kind, changeTag });
    collect(collected, row, outcome);
    // More changes than one poll can read: from the token all of them would be read again, in a full listing those that are here are not.
    if (
      kind === 'INCREMENTAL' &&
      outcome.changes > 0 &&
      outcome.failure !== null &&
      outcome.failure === timeIsOver.reason
    ) {
      await lease.commit((tx) =>
        tx.updateTable('calendar').set({ sync_token: null }).where('id', '=', row.id).execute(),
      );
    }
  }
}

/** As the home lists them; after a poll that failed, what it did not come to first, so that none keeps the others waiting for ever. */
async function inOrder(
  lease: Lease,
  profile: SyncProfile,
  listed: HomeOutcome['listed'],
): Promise<HomeOutcome['listed']> {
  if (profile.health.failures === 0) return listed;
  const ids = await lease.commit((tx) => calendarsByLastRun(tx, profile.id));
  const places = new Map(ids.map((id, place) => [id, place]));
  return [...listed].sort((a, b) => (places.get(a.row.id) ?? 0) - (places.get(b.row.id) ?? 0));
}

/** A home that is not where it was (a server moved) is looked for once more, from the address that the user gave. */
async function listHome(
  dependencies: SyncDependencies,
  lease: Lease,
  profile: SyncProfile,
  opened: CountedSession,
): Promise<{ counted: CountedSession; remote: readonly RemoteCalendar[] }> {
  const { answerTime } = dependencies.settings;
  const { signal = lease.signal } = opened.session;
  const list = (counted: CountedSession) =>
    providerCall(signal, answerTime, () => counted.connector.calendars(counted.session));
  try {
    return { counted: opened, remote: await list(opened) };
  } catch (error) {
    if (!(error instanceof ProviderError && error.code === 'NOT_FOUND') || signal.aborted) throw error;
  }
  const principal = await providerCall(signal, answerTime, () =>
    opened.connector.connect({ ...opened.session, principal: null }),
  );
  const counted = { ...opened, session: { ...opened.session, principal } };
  const remote = await list(counted);
  await lease.commit((tx) =>
    tx
      .updateTable('profile')
      .set({ principal: JSON.stringify(principal) })
      .where('id', '=', profile.id)
      .execute(),
  );
  return { counted, remote };
}

function collect(collected: Collected, row: CalendarRow, outcome: CalendarOutcome): void {
  collected.runs.set(row.id, outcome);
  collected.again ||= outcome.again === 'soon';
  collected.waiting ||= outcome.again === 'when-written';
  collected.doubted ||= outcome.doubted;
  if (outcome.failure === null) return;
  if (!outcome.doubted && (collected.failure === null || isProfileWide(outcome.failure))) {
    collected.failure = outcome.failure;
  }
  // One calendar that may not be read must not keep the whole profile in its first sync for ever.
  const unreadable = outcome.failure.code === 'FORBIDDEN' || outcome.failure.code === 'NOT_FOUND';
  if (!row.initial_sync_done && !unreadable) collected.unread++;
}

function isDue(row: CalendarRow, now: Instant): boolean {
  return row.next_reconciliation_at !== null && row.next_reconciliation_at.getTime() <= now;
}

function isProfileWide(error: ProviderError): boolean {
  return error.code === 'CREDENTIALS_REJECTED' || error.code === 'UNREACHABLE' || error.code === 'THROTTLED';
}

async function rezone(
  dependencies: SyncDependencies,
  lease: Lease,
  profile: SyncProfile,
  row: CalendarRow,
  timeZone: string | null,
): Promise<void> {
  const calendar = {
    id: row.id,
    accountId: profile.accountId,
    profileId: profile.id,
    timeZone,
    accountZone: profile.accountZone,
  };
  let after: string | null = '';
  while (after !== null) {
    const from: string = after;
    after = await lease.commit((tx) =>
      rezonePage(tx, calendar, from, { now: dependencies.now(), zones: dependencies.zones }),
    );
  }
  dependencies.wake(profile.accountId);
}
