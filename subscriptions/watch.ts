/** Subscription.changes: replay behind the cursor, then live, through the same read. */
import type { LogPosition } from '../datasources/store/change-log/read.ts';
import { currentPosition } from '../datasources/store/change-log/read.ts';
import { includesSnapshot } from '../datasources/store/change-log/snapshot.ts';
import {
  batchLimit,
  type ChangeBatch,
  type ChangeFilter,
  logFilter,
  type ReadBatch,
  type Reading,
  readBehind,
  withReader,
} from './changes.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { follow, interest } from './follow.ts';
import { type Clock, systemClock, type WakeUps, type Watch } from './wake-up.ts';

/** The contract promises a batch at least every 30 s; some seconds are left for slow timers and slow networks. */
export const idleAfter = 25_000;
export interface WatchOptions extends Omit<Reading, 'filter'> {
  readonly wakeUps: WakeUps;
  readonly after?: string | null | undefined;
  readonly filter?: ChangeFilter | null | undefined;
  readonly clock?: Clock;
  readonly idleMilliseconds?: number;
  /** Ends the iteration cleanly, whatever it is doing: the socket closed, the node drains. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Batches of 1 to 100 changes behind `after` (or from now on), without a gap and in order per account; an empty one with
 * a fresh cursor at the start when nothing was missed, and whenever nothing came for a while. Nothing is read ahead: a
 * slow consumer gets larger batches, not a longer queue.
 *
 * Rejects as `readChanges` does; later the iteration throws RESYNC_REQUIRED (too slow for the retention, or the epoch
 * rose), UNAUTHENTICATED once the credential has expired, or the database's own error after several tries.
 */
export async function watchChanges(options: WatchOptions): Promise<AsyncIterableIterator<ChangeBatch, undefined>> {
  const { actor, seal, wakeUps, clock = systemClock, idleMilliseconds = idleAfter } = options;
  const reading: Reading = { ...options, filter: logFilter(options.filter, actor) };
  const { after } = options;
  const decoded = after === null || after === undefined ? null : decodeCursor(after, actor.applicationId, seal);

  const stop = new AbortController();
  const stopping = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  const watch = await wakeUps.watch({ applicationId: actor.applicationId, accountIds: interest(reading) });
  try {
    const begin = async (): Promise<ReadBatch> => {
      const start = decoded ?? (await withReader(reading, currentPosition));
      return await readBehind(reading, start, batchLimit);
    };
    watch.reading();
    const first = await begin();
    watch.read();
    const batches = deliver(reading, watch, first, { clock, idleMilliseconds, stopping });
    const iterator: AsyncIterableIterator<ChangeBatch, undefined> = {
      next: () => batches.next(),
      // A generator that waits for news would take up `return` only after the wait.
      async return() {
        stop.abort();
        watch.close();
        return await batches.return(undefined);
      },
      async throw(error: unknown) {
        stop.abort();
        watch.close();
        return await batches.throw(error);
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  } catch (error) {
    watch.close();
    throw error;
  }
}

interface Delivery {
  readonly clock: Clock;
  readonly idleMilliseconds: number;
  readonly stopping: AbortSignal;
}

async function* deliver(
  reading: Reading,
  watch: Watch,
  first: ReadBatch,
  { clock, idleMilliseconds, stopping }: Delivery,
): AsyncGenerator<ChangeBatch, undefined, undefined> {
  const { actor, seal } = reading;
  const start = first.seen;
  const caughtUpAt = (position: LogPosition) => includesSnapshot(position.old, start);
  const batch = (position: LogPosition, changes: ChangeBatch['changes']): ChangeBatch => ({
    cursor: encodeCursor(position, actor.applicationId, seal),
    changes,
    caughtUp: caughtUpAt(position),
  });
  try {
    yield batch(first.position, first.changes);
    let toldCaughtUp = caughtUpAt(first.position);
    let idleAt = clock.now() + idleMilliseconds;
    for await (const { position, changes } of follow(first, {
      read: (at, most) => readBehind(reading, at, most),
      watch,
      clock,
      stopping,
      idleAt: () => idleAt,
      expiresAt: actor.expiresAt,
    })) {
      const catchesUp = !toldCaughtUp && caughtUpAt(position);
      if (changes.length === 0 && !catchesUp && clock.now() < idleAt) continue;
      yield batch(position, changes);
      toldCaughtUp ||= catchesUp;
      idleAt = clock.now() + idleMilliseconds;
    }
  } finally {
    watch.close();
  }
}
