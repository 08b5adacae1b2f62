/** Time that passes when a test says so, and waiting that gives up. */
import type { SteadyClock } from '../../subscriptions/present-source.ts';

export interface ManualClock extends SteadyClock {
  /** Lets time pass; what became due runs in its order. */
  pass(milliseconds: number): void;
  /** Sets the clock by so much, backward where it is negative: no time passes. */
  set(milliseconds: number): void;
  readonly waiting: number;
}

export function manualClock(): ManualClock {
  let now = 1_000_000;
  let ahead = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now + ahead,
    elapsed: () => now,
    after(milliseconds, run) {
      const timer = { at: now + milliseconds, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
    set(milliseconds) {
      ahead += milliseconds;
    },
    get waiting() {
      return timers.size;
    },
  };
}

/** What the database and the microtasks need between two steps of the clock. */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 40));

export async function within<T>(work: Promise<T>, milliseconds = 10_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing for ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
