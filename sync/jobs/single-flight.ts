/** At most one run per key, and at most one more waiting behind it, shared by everybody who asked in the meantime. */
export interface SingleFlight<T> {
  /** A run that begins after this call: a running one may have read what the caller wants before it changed. */
  run(key: string, work: () => Promise<T>): Promise<T>;
  isRunning(key: string): boolean;
  /** Settles when nothing runs any more. */
  drained(): Promise<void>;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const running = new Map<string, Promise<T>>();
  const waiting = new Map<string, Promise<T>>();
  const start = (key: string, work: () => Promise<T>): Promise<T> => {
    const promise = work().finally(() => {
      if (running.get(key) === promise) running.delete(key);
    });
    running.set(key, promise);
    return promise;
  };
  return {
    run(key, work) {
      const queued = waiting.get(key);
      if (queued !== undefined) return queued;
      const current = running.get(key);
      if (current === undefined) return start(key, work);
      const next = current
        .then(
          () => {},
          () => {},
        )
        .then(() => {
          waiting.delete(key);
          return start(key, work);
        });
      waiting.set(key, next);
      return next;
    },
    isRunning: (key) => running.has(key),
    async drained() {
      while (running.size > 0 || waiting.size > 0) {
        await Promise.allSettled([...running.values(), ...waiting.values()]);
      }
    },
  };
}
