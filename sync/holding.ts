/** What is ours for a time only, a lease or a claim: renewed while it is worked under, and let go by our own clock in time. */
import { LeaseLost } from '../datasources/store/leases.ts';

export interface Holding {
  /** Aborted when it is somebody else's, or may be. */
  readonly signal: AbortSignal;
  /**
   * Call before each thing that cannot be taken back. Costs no round trip: as long as less than the time has passed since the last
   * renewal was asked for, nobody else can have it by the database's clock. A process that was paused finds here that it was.
   * @throws LeaseLost
   */
  assertHeld(): void;
  /** Ends the renewals; resolves when none is under way. */
  end(): Promise<void>;
}

export interface HoldingOptions {
  /** Named in the error. */
  readonly accountId: string;
  /** Milliseconds that it holds without renewal. */
  readonly time: number;
  /** When taking it was asked for: from before that, never from the answer, which may have been long under way. */
  readonly since: Moment;
  /** Extends it; false when it is somebody else's by now. */
  readonly renew: () => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** An instant by both clocks: of a suspended machine the one that only rises tells nothing, and the other one may be set. */
export interface Moment {
  readonly steady: number;
  readonly wall: number;
}

export function moment(): Moment {
  return { steady: performance.now(), wall: Date.now() };
}

/** Milliseconds since then, by the clock that says more. */
export function elapsed({ steady, wall }: Moment): number {
  return Math.max(performance.now() - steady, Date.now() - wall);
}

/** Renews at a third of the time until `end`. */
export function hold({ accountId, time, since, renew, onError }: HoldingOptions): Holding {
  const lost = new AbortController();
  let renewedAt = since;
  let renewing: Promise<void> = Promise.resolve();
  let busy = false;
  const lose = () => lost.abort(new LeaseLost(accountId));
  const turn = async () => {
    const asked = moment();
    try {
      if (await renew()) renewedAt = asked;
      else lose();
    } catch (error) {
      // The database may be back in time; after that somebody else may have it.
      if (elapsed(renewedAt) >= time) lose();
      onError(error);
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    renewing = turn().finally(() => {
      busy = false;
    });
  }, time / 3);
  timer.unref();
  return {
    signal: lost.signal,
    assertHeld() {
      if (elapsed(renewedAt) >= time) lose();
      lost.signal.throwIfAborted();
    },
    async end() {
      clearInterval(timer);
      await renewing;
    },
  };
}
