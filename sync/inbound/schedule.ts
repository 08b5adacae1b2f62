/** When a profile is polled next (semantics D11). Pure. */
import type { Instant } from '../../domain/events/model.ts';
import { backoff, notBefore } from '../backoff.ts';

const hour = 3_600_000;
const ordinary = 5 * 60_000;
const quiet = 15 * 60_000;
/** How soon what was left alone because of a write of ours is asked for again. */
const soon = 10_000;

export interface PollHistory {
  /** MERIDIAN_POLL_INTERVAL in milliseconds. */
  readonly floor: number;
  readonly now: Instant;
  readonly lastDemandAt: Instant | null;
  readonly lastChangeAt: Instant | null;
  readonly createdAt: Instant;
}

/**
 * Milliseconds between two polls: the floor within an hour of a demand (an open subscription, a freshness demand, a write
 * of ours), 5 minutes otherwise, 15 minutes after a day without demand or change. Never less than the floor.
 */
export function pollInterval(history: PollHistory): number {
  const { now, floor } = history;
  if (history.lastDemandAt !== null && now - history.lastDemandAt < hour) return floor;
  const lastSign = Math.max(history.lastDemandAt ?? 0, history.lastChangeAt ?? 0, history.createdAt);
  return Math.max(floor, now - lastSign < 24 * hour ? ordinary : quiet);
}

/** The next poll after one that succeeded; `again` when something had to be left for later. */
export function nextAfterSuccess(history: PollHistory, again: boolean, random: () => number): Instant {
  const interval = pollInterval(history);
  if (again) return history.now + Math.min(interval, soon);
  // Up to a tenth later, so that profiles connected together do not stay together.
  return history.now + interval + Math.floor(interval * 0.1 * random());
}

/** The next poll after the `failures`-th failure in a row. */
export function nextAfterFailure(
  history: PollHistory,
  failures: number,
  retryAt: Instant | null,
  random: () => number,
): Instant {
  const wait = backoff(failures, { base: Math.max(5_000, history.floor), maximum: quiet }, random);
  return notBefore(history.now, Math.max(wait, Math.min(history.floor, 5_000)), retryAt);
}

const day = 24 * hour;

/**
 * Where a name stands between 0 and 1, always the same: what spreads work that is due at fixed intervals (FNV-1a, 32 bits).
 */
export function spread(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  // Names that differ at their end only would stand close together.
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/**
 * When a calendar that was just read as a whole is first compared with its provider: spread by its id over the period, a day
 * from now at the earliest, and up to a twentieth later by chance.
 */
export function firstReconciliation(calendarId: string, now: Instant, period: number, random: () => number): Instant {
  const earliest = Math.min(day, period);
  return now + earliest + Math.floor((period - earliest) * spread(calendarId) + period * 0.05 * random());
}

/** When it is compared the next time: a period later, up to a twentieth to either side. */
export function nextReconciliation(now: Instant, period: number, random: () => number): Instant {
  return now + Math.floor(period * (0.95 + 0.1 * random()));
}
