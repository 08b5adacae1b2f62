/**
 * Bounds how often connecting may be tried and fail: by application, by its target host and by its user name there, and at one
 * host by everybody. Otherwise the connect mutation would be a password guesser and a port scanner for hire. What one application
 * fails with is no other's: half of all users are at one host. In memory: each node counts for itself.
 */

export interface AttemptLimits {
  /** Milliseconds that failed attempts count for. */
  readonly window: number;
  /** Of one application: in all, at one host, and with one user name there. */
  readonly perApplication: number;
  readonly perTarget: number;
  readonly perLogin: number;
  /** At one host, of all applications. */
  readonly perHost: number;
}

const defaultLimits: AttemptLimits = {
  window: 300_000,
  perApplication: 60,
  perTarget: 30,
  perLogin: 10,
  perHost: 300,
};

export interface Attempt {
  /** Null: this service's own. */
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
    const { applicationId, target, username } = attempt;
    const { perApplication, perTarget, perLogin, perHost } = this.#limits;
    const keys: [string, number][] = [
      [`host ${target}`, perHost],
      [`target ${applicationId} ${target}`, perTarget],
      [`login ${applicationId} ${target} ${username}`, perLogin],
    ];
    if (applicationId !== null) keys.push([`application ${applicationId}`, perApplication]);
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
