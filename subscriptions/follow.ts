/** Reading the change log as it grows: for one subscriber, or for a group of them. */
import type { LogPosition } from '../datasources/store/change-log/read.ts';
import { isDatabaseAway } from '../datasources/store/database-away.ts';
import { RequestError, RequestErrors } from '../domain/errors.ts';
import { batchLimit, type ReadBatch, type Reading } from './changes.ts';
import type { Clock, Watch } from './wake-up.ts';

/** A read that fails is tried again after these pauses, in milliseconds; then whoever follows ends with the error. */
const retryPauses = [100, 400, 1_500, 5_000, 10_000];

/** The next `first` changes behind a position, up to `until` at most: as `readBehind`. */
export type ReadLog = (position: LogPosition, first: number, until?: LogPosition) => Promise<ReadBatch>;

/** Asks a follower to look at once, without news. */
export interface Prompt {
  /** Aborted when a look is asked for. */
  readonly asked: AbortSignal;
  /** A read begins: whether it was asked for. What is asked from now on is for the next. */
  reading(): boolean;
}

export interface FollowOptions {
  readonly read: ReadLog;
  readonly watch: Watch;
  readonly clock: Clock;
  /** Ends the iteration, whatever it is doing. */
  readonly stopping: AbortSignal;
  /** When the follower wants to be told of its place though nothing happened, in the clock's milliseconds. */
  readonly idleAt: () => number;
  /** Of a reader whose credential ends, in the clock's milliseconds. */
  readonly expiresAt: number | null;
  readonly prompt?: Prompt;
}

/**
 * Everything behind `from`, which was read just now: each batch begins where the one before it ended. Batches without
 * changes come too, where a read found none for this reader and when it is idle. Nothing is read ahead.
 *
 * Throws RESYNC_REQUIRED (too slow for the retention, or the epoch rose), UNAUTHENTICATED once the credential has expired,
 * or the database's own error after several tries.
 */
export async function* follow(
  from: Pick<ReadBatch, 'position' | 'exhausted'>,
  { read, watch, clock, stopping, idleAt, expiresAt, prompt }: FollowOptions,
): AsyncGenerator<ReadBatch, undefined, undefined> {
  let { position, exhausted } = from;
  const ended = () => stopping.aborted || watch.ended;
  while (!ended()) {
    if (exhausted) {
      const until = Math.min(idleAt(), expiresAt ?? Number.POSITIVE_INFINITY);
      await newsOrIdle(watch, until - clock.now(), clock, prompt ? [stopping, prompt.asked] : [stopping]);
    }
    if (ended()) return;
    if (expiresAt !== null && clock.now() >= expiresAt) {
      throw new RequestError('UNAUTHENTICATED', 'the credential has expired');
    }
    const isAsked = prompt?.asked.aborted ?? false;
    const quiet = exhausted && !isAsked ? watch.quietPosition() : null;
    let batch: ReadBatch;
    if (quiet !== null && quiet.epoch === position.epoch) {
      batch = { position: quiet, changes: [], exhausted: true, seen: quiet.old };
    } else {
      prompt?.reading();
      watch.reading();
      batch = await withRetries(() => read(position, batchLimit), clock, stopping);
      watch.read();
    }
    if (ended()) return;
    ({ position, exhausted } = batch);
    yield batch;
  }
}

/** The accounts whose changes can be told at all, as far as the reader's credential and filter name them. */
export function interest({ actor, filter }: Reading): ReadonlySet<string> | null {
  if (actor.accountId === null) return filter.accountIds === null ? null : new Set(filter.accountIds);
  return new Set(filter.accountIds === null || filter.accountIds.includes(actor.accountId) ? [actor.accountId] : []);
}

/** Waits for news, `milliseconds` at most. */
async function newsOrIdle(
  watch: Watch,
  milliseconds: number,
  clock: Clock,
  signals: readonly AbortSignal[],
): Promise<void> {
  if (milliseconds <= 0) return;
  const idle = new AbortController();
  const cancel = clock.after(milliseconds, () => idle.abort());
  try {
    await watch.news(AbortSignal.any([idle.signal, ...signals]));
  } finally {
    cancel();
  }
}

/** Nothing is lost by trying again: the position moves only with an answer. */
export async function withRetries<T>(read: () => Promise<T>, clock: Clock, stopping: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      const pause = retryPauses[attempt];
      const isAnswer = (error instanceof RequestError && !isDatabaseAway(error)) || error instanceof RequestErrors;
      if (isAnswer || pause === undefined || stopping.aborted) throw error;
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
