/** When to try again: exponential backoff with full jitter, never before the provider allows it. */
import type { Instant } from '../domain/events/model.ts';

/**
 * Milliseconds to wait after the `failures`-th failure in a row (from 1): anything up to `base` × 2^(failures−1), at most
 * `maximum`, at least a second. Full jitter: clients that failed together do not come back together.
 */
export function backoff(
  failures: number,
  limits: { readonly base: number; readonly maximum: number },
  random: () => number,
): number {
  const ceiling = Math.min(limits.maximum, limits.base * 2 ** Math.min(Math.max(failures, 1) - 1, 30));
  return Math.max(1_000, Math.round(random() * ceiling));
}

/** `wait` from `now` on, but not before `retryAt`; a provider that asks for more than a day is asked again after a day. */
export function notBefore(now: Instant, wait: number, retryAt: Instant | null): Instant {
  return Math.max(now + wait, Math.min(retryAt ?? 0, now + 86_400_000));
}
