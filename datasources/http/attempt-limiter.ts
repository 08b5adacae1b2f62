/**
 * Bounds how often connecting may be tried and fail: by application, by target host and by user name at it. Otherwise the
 * connect mutation would be a password guesser and a port scanner for hire. In memory: each node counts for itself.
 */

export interface AttemptLimits {
  /** Milliseconds that failed attempts count for. */
  readonly window: number;
  readonly perApplication: number;
  readonly perTarget: number;
  readonly perLogin: number;
}

const defaultLimits: AttemptLimits = { window: 300_000, perApplication: 60, perTarget: 30, perLogin: 10 };

export interface Attempt {
  readonly applicationId: string | null;
  /** Host and port. */
  readonly target: string;
  readonly username: string;
}

export class AttemptLimiter {
  readonly #limits: AttemptLimits;
  readonly #now: () => number;
  readonly #failures = new Map<string, number[]>();

  constructor(limits: AttemptLimits = defaultLimits, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
  }

  /**
   * Counts an attempt as failed until `succeeded` is called.
   *
   * @returns `retryAt` in milliseconds since the epoch when there were too many; nothing was counted then.
   */
  begin(attempt: Attempt): { readonly retryAt: number } | { readonly succeeded: () => void } {
    const now = this.#now();
    this.#forget(now);
    const keys: [string, number][] = [
      [`target ${attempt.target}`, this.#limits.perTarget],
      [`login ${attempt.target} ${attempt.username}`, this.#limits.perLogin],
    ];
    if (attempt.applicationId !== null) {
      keys.push([`application ${attempt.applicationId}`, this.#limits.perApplication]);
    }
    const full = keys
      .map(([key, limit]) => ({ times: this.#failures.get(key) ?? [], limit }))
      .filter(({ times, limit }) => times.length >= limit);
    if (full.length > 0) {
      return {
        retryAt: Math.max(
          ...full.map(({ times, limit }) => (times[times.length - limit] ?? now) + this.#limits.window),
        ),
      };
    }
    for (const [key] of keys) this.#failures.set(key, [...(this.#failures.get(key) ?? []), now]);
    return {
      succeeded: () => {
        for (const [key] of keys) {
          const times = this.#failures.get(key);
          const at = times?.indexOf(now) ?? -1;
          if (at >= 0) times?.splice(at, 1);
        }
      },
    };
  }

  #forget(now: number): void {
    for (const [key, times] of this.#failures) {
      const live = times.filter((time) => time > now - this.#limits.window);
      if (live.length === 0) this.#failures.delete(key);
      else if (live.length < times.length) this.#failures.set(key, live);
    }
  }
}
