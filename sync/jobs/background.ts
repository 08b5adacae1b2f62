/** What nobody waits for: polls and retries that are due, brought by the queue or found by looking. */
import { DatabaseAway } from '../../datasources/store/database-away.ts';
import { LeaseLost } from '../../datasources/store/leases.ts';
import { dueOperations, findDueTarget } from '../../datasources/store/operations.ts';
import { deferPoll, dueProfiles, findSyncProfile } from '../../datasources/store/profiles-sync.ts';
import { storedZoneDataVersion } from '../../datasources/store/zone-laws.ts';
import type { SyncDependencies } from '../dependencies.ts';
import { createPollLimits } from './limits.ts';
import type { JobQueue } from './queue.ts';

export interface BackgroundWork {
  /** Polls; one run per profile. Without a place at the server it does nothing, and the poll stays due. */
  poll(profileId: string): Promise<unknown>;
  isPolling(profileId: string): boolean;
  attempt(operationId: string): Promise<unknown>;
  isAttempting(operationId: string): boolean;
}

export interface Background {
  /** The queue's handlers. Never reject. */
  readonly handlers: { poll(profileId: string): Promise<void>; write(operationId: string): Promise<void> };
  /** Looks once for what is due, and hands it to the queue. Never rejects. */
  sendDue(): Promise<void>;
  /** Settles when nothing that was started here runs any more. */
  drained(): Promise<void>;
}

/** Of one server twice what one node asks of it at once. */
const scanLimits = { total: 50, perServer: 8 };
/** What is due for so long is not left to the queue any more, in milliseconds. */
const overdue = 2_000;
const directAtMost = 8;
/** After an error that is nobody's answer (a bug, a key that is missing): not at once again. */
const mishapDelay = 60_000;

export function createBackground(
  dependencies: SyncDependencies,
  queue: JobQueue,
  work: BackgroundWork,
  stopping: AbortSignal,
): Background {
  const { store, now } = dependencies;
  // Of their own: a server that is slow to be read must not keep writes waiting.
  const writing = createPollLimits(now, dependencies.settings.pollFloor);
  const direct = new Set<Promise<void>>();
  // Another node works with newer zone data: what this one would store was computed under laws that are gone (semantics A8).
  let outdated = false;

  const handlers = {
    async poll(profileId: string): Promise<void> {
      if (outdated || stopping.aborted || work.isPolling(profileId)) return;
      try {
        const profile = await store.asWorker((tx) => findSyncProfile(tx, profileId));
        // The job may be older than the last poll: what counts is what stands in the table.
        if (profile?.nextPollAt == null || profile.nextPollAt > now()) return;
        await work.poll(profileId);
      } catch (error) {
        if (!mishap(dependencies, stopping, error, { profileId })) return;
        await store.asWorker((tx) => deferPoll(tx, profileId, now(), mishapDelay)).catch(() => {});
      }
    },
    async write(operationId: string): Promise<void> {
      if (outdated || stopping.aborted || work.isAttempting(operationId)) return;
      try {
        const target = await store.asWorker((tx) => findDueTarget(tx, operationId, now()));
        const place = target === null ? null : writing.admit({ ...target, urgent: true });
        if (place === null) return;
        try {
          await work.attempt(operationId);
        } finally {
          place.release();
        }
      } catch (error) {
        mishap(dependencies, stopping, error, { operationId });
      }
    },
  };

  /**
   * Runs what the queue should have brought and did not: a job that a dead node still holds keeps its key until the queue
   * notices, and what is due must not wait for that. False when enough of it runs already.
   */
  const unqueued = (run: () => Promise<void>): boolean => {
    if (direct.size >= directAtMost) return false;
    const running = run().finally(() => direct.delete(running));
    direct.add(running);
    return true;
  };

  return {
    handlers,
    async sendDue() {
      try {
        const { version, profiles, operations } = await store.asWorker(async (tx) => ({
          version: await storedZoneDataVersion(tx),
          profiles: await dueProfiles(tx, now(), scanLimits),
          operations: await dueOperations(tx, now(), scanLimits),
        }));
        outdated = version > dependencies.zones.version;
        if (outdated) return;
        for (const { id, dueAt } of profiles) {
          if (work.isPolling(id)) continue;
          if (now() - dueAt < overdue || !unqueued(() => handlers.poll(id))) await queue.poll(id);
        }
        for (const { id, dueAt } of operations) {
          if (work.isAttempting(id)) continue;
          if (now() - dueAt < overdue || !unqueued(() => handlers.write(id))) await queue.write(id);
        }
      } catch (error) {
        mishap(dependencies, stopping, error, {});
      }
    },
    async drained() {
      while (direct.size > 0) await Promise.all(direct);
    },
  };
}

/** Logs an error that is nobody's answer; false when it is only that we stop, that somebody else took the work over, or that the database is away. */
export function mishap(
  dependencies: SyncDependencies,
  stopping: AbortSignal,
  error: unknown,
  fields: Readonly<Record<string, unknown>>,
): boolean {
  // That the database is away is said once, not by everything that finds it away.
  if (stopping.aborted || error instanceof DatabaseAway) return false;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (error instanceof LeaseLost) {
    dependencies.logger.warn({ ...fields, reason }, 'sync');
    return false;
  }
  dependencies.logger.error({ ...fields, reason }, 'sync');
  return true;
}
