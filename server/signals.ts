/** SIGTERM and SIGINT: the first stops in peace, a later one at once. */

/** npm hands a signal on that its whole process group got too: what comes twice within this time was sent once. */
const sameSignalMs = 1_000;

/** How long requests under way may take to finish. */
export const drainMs = 20_000;

/** Whatever hangs, the process ends by then: within the 30 s that Kubernetes gives by default. */
const stopWithinMs = 29_000;

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

export interface SignalOptions {
  /** Stops everything; what it rejects with is reported and the process ends with 1. */
  readonly stop: () => Promise<void>;
  readonly exit: (code: number) => void;
  readonly report: (error: unknown) => void;
  /** Milliseconds of a clock that only rises. */
  readonly now: () => number;
  readonly signals: Pick<NodeJS.EventEmitter, 'on' | 'off'>;
}

/** Begins to listen; the answer ends it. Register before the address is printed: whoever reads it may send a signal. */
export function onSignals({ stop, exit, report, now, signals }: SignalOptions): () => void {
  let first: number | null = null;
  const handle = (signal: keyof typeof exitCodes) => () => {
    if (first === null) {
      first = now();
      const late = setTimeout(() => {
        report(new Error(`expected to have stopped within ${stopWithinMs / 1_000} s: what is left is cut`));
        exit(1);
      }, stopWithinMs);
      late.unref();
      stop().then(
        () => exit(0),
        (error: unknown) => {
          report(error);
          exit(1);
        },
      );
    } else if (now() - first >= sameSignalMs) exit(exitCodes[signal]);
  };
  const handlers = { SIGINT: handle('SIGINT'), SIGTERM: handle('SIGTERM') };
  for (const [signal, handler] of Object.entries(handlers)) signals.on(signal, handler);
  return () => {
    for (const [signal, handler] of Object.entries(handlers)) signals.off(signal, handler);
  };
}
