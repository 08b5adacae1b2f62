/** What a client is told of its application's limits. */
import type { Allowance } from '../../auth/limits/request-limiter.ts';

/**
 * `RateLimit-*` of the window that is nearest to its end, and the policy of both (draft-ietf-httpapi-ratelimit-headers-03,
 * whose three headers clients know). None where there is no limit.
 */
export function limitHeaders({ windows }: Allowance): Readonly<Record<string, string>> {
  const [first, ...others] = windows;
  if (first === undefined) return {};
  const tightest = others.reduce((found, other) => (other.remaining < found.remaining ? other : found), first);
  return {
    'ratelimit-policy': windows.map(({ limit, length }) => `${limit};w=${length}`).join(', '),
    'ratelimit-limit': String(tightest.limit),
    'ratelimit-remaining': String(tightest.remaining),
    'ratelimit-reset': String(tightest.reset),
  };
}
