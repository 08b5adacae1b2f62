/** Subscription.changes: replay behind the cursor, then live, through the same read. */
import type { LogPosition } from '../datasources/store/change-log/read.ts';
import { currentPosition } from '../datasources/store/change-log/read.ts';
import { includesSnapshot } from '../datasources/store/change-log/snapshot.ts';
import { RequestError } from '../domain/errors.ts';
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
import { type Clock, systemClock, type WakeUps, type Watch } from './wake-up.ts';

/** The contract promises a batch at least every 30 s; some seconds are left for slow timers and slow networks. */
const idleAfter = 25_000;
/** A read that fails is tried again after these pauses, in milliseconds; then the subscription ends with the error. */
const retryPauses = [100, 400, 1_500, 5_000, 10_000];

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

/** The accounts whose changes can be told at all, as far as the reader's credential and filter name them. */
function interest({ actor, filter }: Reading): ReadonlySet<string> | null {
  if (actor.accountId === null) return filter.accountIds === null ? null : new Set(filter.accountIds);
  return new Set(filter.accountIds === null || filter.accountIds.includes(actor.accountId) ? [actor.accountId] : []);
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
  const caughtUpAt = (position: LogPosition) => position.window === null && includesSnapshot(position.old, start);
  const batch = (position: LogPosition, changes: ChangeBatch['changes']): ChangeBatch => ({
    cursor: encodeCursor(position, actor.applicationId, seal),
    changes,
    caughtUp: caughtUpAt(position),
  });
  const ended = () => stopping.aborted || watch.ended;
  try {
    let { position, exhausted, changes } = first;
    yield batch(position, changes);
    let toldCaughtUp = caughtUpAt(position);
    let idleAt = clock.now() + idleMilliseconds;
    while (!ended()) {
      if (exhausted) {
        const until = Math.min(idleAt, actor.expiresAt ?? idleAt);
        await newsOrIdle(watch, until - clock.now(), clock, stopping);
      }
      if (ended()) return;
      if (actor.expiresAt !== null && clock.now() >= actor.expiresAt) {
        throw new RequestError('UNAUTHENTICATED', 'the credential has expired');
      }
      const quiet = exhausted ? watch.quietPosition() : null;
      if (quiet !== null && quiet.epoch === position.epoch) {
        position = quiet;
        changes = [];
      } else {
        watch.reading();
        ({ position, exhausted, changes } = await readWithRetries(reading, position, clock, stopping));
        watch.read();
      }
      if (ended()) return;
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

/** Waits for news, `milliseconds` at most. */
async function newsOrIdle(watch: Watch, milliseconds: number, clock: Clock, stopping: AbortSignal): Promise<void> {
  if (milliseconds <= 0) return;
  const idle = new AbortController();
  const cancel = clock.after(milliseconds, () => idle.abort());
  try {
    await watch.news(AbortSignal.any([idle.signal, stopping]));
  } finally {
    cancel();
  }
}

/** Nothing is lost by trying again: the position moves only with an answer. */
async function readWithRetries(
  reading: Reading,
  position: LogPosition,
  clock: Clock,
  stopping: AbortSignal,
): Promise<ReadBatch> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await readBehind(reading, position, batchLimit);
    } catch (error) {
      const pause = retryPauses[attempt];
      if (error instanceof RequestError || pause === undefined || stopping.aborted) throw error;
      await new Promise<void>((resume) => {
        const cancel = clock.after(pause, resume);
        const end = () => {
          cancel();
          resume();
        };
        stopping.addEventListener('abort', end, { once: true });
      });
    }
  }
}
