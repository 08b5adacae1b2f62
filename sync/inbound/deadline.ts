/** How long one poll may take, however its server drips: who holds a place among the pollers keeps it from everybody else. */
import { ProviderError } from '../../datasources/providers/connector.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { SyncDependencies } from '../dependencies.ts';

export interface Deadline {
  /** Aborted with a ProviderError when the time is over: a failure of this poll, unlike a stop of this service. */
  readonly signal: AbortSignal;
  /** The poll is over; nothing is left running. */
  clear(): void;
}

/** More than the 15 minutes, and a tenth, between the polls of a profile that nobody misses: slowness must not bring more polls. */
const leastPause = 20 * 60_000;
/** Doubled with each failure before it, so that the share of a place that a slow server can take falls to a tenth and less. */
const mostPause = 6 * 3_600_000;

/** Milliseconds until a profile is polled again whose poll did not end in time, after `failures` failed polls in a row before it. */
export function pauseAfterDeadline(failures: number, random: () => number): number {
  return Math.floor(Math.min(mostPause, leastPause * 2 ** Math.min(failures, 30)) * (1 + 0.1 * random()));
}

/** Begins the time of a poll of this profile: `firstSyncTime` while its first sync is not done, `pollTime` after that. */
export function pollDeadline(
  { settings, now, random }: Pick<SyncDependencies, 'settings' | 'now' | 'random'>,
  profile: { readonly initialSyncRequired: boolean; readonly health: { readonly failures: number } },
): Deadline {
  const time = profile.initialSyncRequired ? settings.firstSyncTime : settings.pollTime;
  const over = new AbortController();
  const timer = setTimeout(() => {
    const retryAt: Instant = now() + pauseAfterDeadline(profile.health.failures, random);
    const message = `The provider is too slow: not everything could be read within ${Math.round(time / 1000)} s. What was read is kept.`;
    over.abort(new ProviderError('UNREACHABLE', message, { retryAt }));
  }, time);
  timer.unref();
  return { signal: over.signal, clear: () => clearTimeout(timer) };
}
