/** The end of holds whose time is over, soon after it is, and of what was begun to be confirmed by who is gone: applications wait to be told. */
import type { Holds } from './holds.ts';

/** Milliseconds. What has expired is in nobody's way meanwhile. */
const interval = 5_000;

export interface HoldExpiry {
  stop(): Promise<void>;
}

/** On every node: whichever comes first ends a hold, and once. */
export function startHoldExpiry(
  holds: Pick<Holds, 'endExpired' | 'endUnfinished'>,
  logger: { warn(details: object, message: string): void },
): HoldExpiry {
  let running: Promise<unknown> | null = null;
  const run = () => {
    running ??= holds
      .endExpired()
      .then(() =>
        holds.endUnfinished((holdId, error) =>
          logger.warn({ holdId, reason: String(error) }, 'unfinished confirmations'),
        ),
      )
      .catch((error: unknown) => logger.warn({ reason: String(error) }, 'expired holds'))
      .finally(() => {
        running = null;
      });
  };
  const timer = setInterval(run, interval);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
