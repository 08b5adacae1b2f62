/** Waiting that ends: with the time, with a signal, or with what was waited for. */

/** Resolves after `milliseconds`, or as soon as `signal` is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return within(new Promise<never>(() => {}), milliseconds, signal, undefined);
}

/** What `promise` settles to, or `otherwise` once `milliseconds` are over or `signal` is aborted. Leaves no timer behind. */
export function within<T, U>(
  promise: Promise<T>,
  milliseconds: number,
  signal: AbortSignal,
  otherwise: U,
): Promise<T | U> {
  if (signal.aborted) return Promise.resolve(otherwise);
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      clean();
      resolve(otherwise);
    };
    const timer = setTimeout(giveUp, Math.max(0, milliseconds));
    timer.unref();
    const clean = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(
      (value) => {
        clean();
        resolve(value);
      },
      (error: unknown) => {
        clean();
        reject(error);
      },
    );
  });
}
