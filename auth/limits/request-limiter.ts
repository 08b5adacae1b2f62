/** How many requests an application may make: two windows, a second and a minute, counted in memory or in Redis. */
import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  type RateLimiterRes,
} from 'rate-limiter-flexible';
import { RequestError } from '../../domain/errors.ts';

/** Requests; 0 for no limit. */
export interface RequestLimits {
  readonly perSecond: number;
  readonly perMinute: number;
}

/** Where an application stands in one window. */
export interface WindowState {
  readonly limit: number;
  /** Seconds that the window is long. */
  readonly length: number;
  readonly remaining: number;
  /** Whole seconds until it begins anew, at least 1 while it runs. */
  readonly reset: number;
}

export interface Allowance {
  readonly allowed: boolean;
  /** The windows that there are limits for; of both, the second first. */
  readonly windows: readonly WindowState[];
  /** Whole seconds after which to come back; null when it was allowed. */
  readonly retryAfter: number | null;
}

export interface RequestLimiter {
  /** Counts `requests` of the application if they are within both windows; what is refused counts nothing. */
  take(applicationId: string, requests?: number): Promise<Allowance>;
  /** The limits in force, and what is left of the minute. */
  state(applicationId: string): Promise<RequestLimits & { readonly remainingThisMinute: number }>;
}

export interface RequestLimiterOptions {
  /** The application's own limits; asked before every count, so it must answer from memory almost always. */
  readonly limitsOf: (applicationId: string) => RequestLimits | Promise<RequestLimits>;
  /** Null counts on this node alone. */
  readonly redis: Redis | null;
}

/** The windows themselves never refuse: limits differ by application, and change while a window runs. */
const unbounded = 1_000_000_000;

export function createRequestLimiter({ limitsOf, redis }: RequestLimiterOptions): RequestLimiter {
  const second = window('rate second', 1, redis);
  const minute = window('rate minute', 60, redis);
  const used = async (limiter: RateLimiterAbstract, key: string, limit: number) =>
    Math.min(limit, (await limiter.get(key))?.consumedPoints ?? 0);

  return {
    async take(applicationId, requests = 1) {
      const pending = limitsOf(applicationId);
      const { perSecond, perMinute } = pending instanceof Promise ? await pending : pending;
      const windows: WindowState[] = [];
      if (perSecond > 0) {
        // A batch larger than a second's limit could never pass: it takes the second for itself.
        const points = Math.min(requests, perSecond);
        const taken = await second.consume(applicationId, points);
        windows.push(stateOf(taken, perSecond, 1));
        if (taken.consumedPoints > perSecond) {
          await second.reward(applicationId, points);
          return refusal(windows, taken);
        }
      }
      if (perMinute > 0) {
        const points = Math.min(requests, perMinute);
        const taken = await minute.consume(applicationId, points);
        windows.push(stateOf(taken, perMinute, 60));
        if (taken.consumedPoints > perMinute) {
          await minute.reward(applicationId, points);
          if (perSecond > 0) await second.reward(applicationId, Math.min(requests, perSecond));
          return refusal(windows, taken);
        }
      }
      return { allowed: true, windows, retryAfter: null };
    },

    async state(applicationId) {
      const limits = await limitsOf(applicationId);
      const { perSecond, perMinute } = limits;
      // Where a minute has no limit of its own, its seconds are what bounds it.
      const left = perMinute === 0 ? 60 * perSecond : perMinute - (await used(minute, applicationId, perMinute));
      return { ...limits, remainingThisMinute: left };
    },
  };
}

/** With Redis away each node counts for itself: requests go on, and the limit is at most multiplied by the nodes. */
function window(keyPrefix: string, duration: number, redis: Redis | null): RateLimiterAbstract {
  const alone = new RateLimiterMemory({ keyPrefix, points: unbounded, duration });
  return redis === null
    ? alone
    : new RateLimiterRedis({ storeClient: redis, keyPrefix, points: unbounded, duration, insuranceLimiter: alone });
}

function stateOf(taken: RateLimiterRes, limit: number, length: number): WindowState {
  const reset = Math.max(1, Math.ceil(taken.msBeforeNext / 1000));
  return { limit, length, remaining: Math.max(0, limit - taken.consumedPoints), reset };
}

function refusal(windows: readonly WindowState[], taken: RateLimiterRes): Allowance {
  return { allowed: false, windows, retryAfter: Math.max(1, Math.ceil(taken.msBeforeNext / 1000)) };
}

/** RATE_LIMITED, with when to come back. */
export function tooManyRequests(allowance: Allowance): RequestError {
  const exceeded = allowance.windows.at(-1);
  const limit = exceeded === undefined ? 'fewer' : `at most ${exceeded.limit}`;
  const span = exceeded?.length === 1 ? 'a second' : 'a minute';
  return new RequestError('RATE_LIMITED', `Expected ${limit} requests of this application in ${span}, got more`, {
    retryAfter: allowance.retryAfter ?? 1,
  });
}
