/** What a poll came to, written down with when the next one is due. */
import type { ProviderError } from '../../datasources/providers/connector.ts';
import { audit } from '../../datasources/store/audit.ts';
import { appendChanges, type ChangeEntry } from '../../datasources/store/change-log.ts';
import { planReconciliation } from '../../datasources/store/compared-rows.ts';
import { makeOperationsDue } from '../../datasources/store/operations.ts';
import { recordPoll, type SyncProfile } from '../../datasources/store/profiles-sync.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { SyncDependencies } from '../dependencies.ts';
import type { Lease } from '../lease.ts';
import type { CalendarOutcome } from './calendar.ts';
import { nextHealth, type PollResult } from './health.ts';
import { nextAfterFailure, nextAfterSuccess } from './schedule.ts';

/** What a poll has found so far. */
export interface Collected {
  readonly runs: Map<string, CalendarOutcome>;
  readonly fresh: string[];
  failure: ProviderError | null;
  doubted: boolean;
  again: boolean;
  waiting: boolean;
  /** Live calendars that were never read to their end, and cannot be said to be unreadable either. */
  unread: number;
  /** The home itself could not be read. */
  homeFailed: boolean;
  /** Calendars that are to be compared with the provider for the first time, and when. */
  readonly planned: { readonly calendarId: string; readonly at: Instant }[];
}

/** Records the profile's health and the next poll, and tells what changed of it; answers when that poll is due. */
export async function record(
  dependencies: SyncDependencies,
  lease: Lease,
  profile: SyncProfile,
  collected: Collected,
): Promise<Instant | null> {
  const now = dependencies.now();
  const { failure } = collected;
  const result: PollResult =
    failure !== null
      ? { kind: 'failure', error: failure, ofHome: collected.homeFailed }
      : collected.doubted
        ? { kind: 'doubt' }
        : { kind: 'success' };
  const { health, told } = nextHealth(profile.health, result, now);
  const changed = [...collected.runs.values()].some((run) => run.changes > 0);
  const history = {
    floor: dependencies.settings.pollFloor,
    now,
    lastDemandAt: profile.lastDemandAt,
    lastChangeAt: changed ? now : profile.lastChangeAt,
    createdAt: profile.createdAt,
  };
  const nextPollAt =
    health.status === 'DISCONNECTED'
      ? null
      : result.kind === 'failure'
        ? nextAfterFailure(history, health.failures, failure?.retryAt ?? null, dependencies.random)
        : nextAfterSuccess(
            { ...history, lastDemandAt: collected.waiting ? now : history.lastDemandAt },
            collected.again,
            dependencies.random,
          );
  const read = profile.initialSyncRequired && collected.unread === 0;
  const entry = (kind: ChangeEntry['kind']): ChangeEntry => ({
    kind,
    subjectId: profile.id,
    profileId: profile.id,
    calendarId: null,
    managedBy: null,
  });
  const entries = [...(told === null ? [] : [entry(told)]), ...(read ? [entry('PROFILE_INITIAL_SYNC_COMPLETED')] : [])];
  await lease.commit(async (tx) => {
    await recordPoll(tx, profile.id, {
      health,
      statusSince: told === null ? null : now,
      succeededAt: result.kind === 'success' ? now : null,
      changedAt: changed ? now : null,
      nextPollAt,
      scheduledAt: profile.nextPollAt,
    });
    if (collected.fresh.length > 0) {
      await tx
        .updateTable('calendar')
        .set({ last_synced_at: new Date(now) })
        .where('id', 'in', collected.fresh)
        .execute();
    }
    for (const { calendarId, at } of collected.planned) await planReconciliation(tx, calendarId, at);
    if (read) {
      await tx.updateTable('profile').set({ initial_sync_required: false }).where('id', '=', profile.id).execute();
    }
    if (told === 'PROFILE_RECONNECTED') await makeOperationsDue(tx, profile.id, now);
    await appendChanges(tx, profile.accountId, entries, { madeBy: null });
    if (told === 'PROFILE_DISCONNECTED') {
      await audit(tx, {
        action: 'profile.disconnected',
        actor: 'service',
        subjectId: profile.id,
        detail: { cause: health.cause },
      });
    }
  });
  if (entries.length > 0) dependencies.wake(profile.accountId);
  if (told !== null) {
    dependencies.logger.warn({ profileId: profile.id, status: health.status, cause: health.cause }, 'profile health');
  }
  return nextPollAt;
}
