/** Subscription.operation: how one write stands, until it stands for good. */
import { isDeepStrictEqual } from 'node:util';
import { findOperations } from '../datasources/store/operation-list.ts';
import type { OperationRecord } from '../datasources/store/records.ts';
import { type QueryCounter, type Store, tenantOf } from '../datasources/store/store.ts';
import type { Actor } from '../domain/actor.ts';
import { RequestError } from '../domain/errors.ts';
import { withRetries } from './follow.ts';
import type { OperationNews } from './operation-news.ts';
import { type Clock, systemClock } from './wake-up.ts';

export interface OperationQuestion {
  readonly actor: Actor;
  /** Well formed; of any write, or of none. */
  readonly operationId: string;
  readonly counter?: QueryCounter | undefined;
  /** Ends the iteration cleanly, whatever it is doing. */
  readonly signal?: AbortSignal | undefined;
}

export interface OperationFeed {
  /**
   * How the write stands now, then each time it stands differently, until it is APPLIED or FAILED; that is told last, and
   * the iteration ends. Of states that follow each other faster than they are read the later one is told. `return` ends it
   * at once, also while it waits.
   *
   * `next` rejects with BAD_USER_INPUT naming `id` where this credential may not see such a write, or no longer; with the
   * database's own error after several tries.
   */
  watch(question: OperationQuestion): AsyncIterableIterator<OperationRecord, undefined>;
}

export interface OperationFeedOptions {
  readonly store: Store;
  readonly news: OperationNews;
  readonly clock?: Clock;
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

export function operationFeed({ store, news, clock = systemClock }: OperationFeedOptions): OperationFeed {
  return {
    watch({ actor, operationId, counter, signal }) {
      const tenant = tenantOf(actor);
      const stop = new AbortController();
      const stopping = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
      const changes = changesOf((changed) => news.watch(operationId, changed), stopping);
      const read = async (): Promise<OperationRecord | null> => {
        const [found] = await store.withApplication(tenant, (tx) => findOperations(tx, [operationId]), counter);
        return found ?? null;
      };
      let told: OperationRecord | null = null;

      const next = async (): Promise<IteratorResult<OperationRecord, undefined>> => {
        if (told !== null && told.status !== 'PENDING') stop.abort();
        for (;;) {
          await changes.next();
          if (stopping.aborted) return over;
          const found = await withRetries(read, clock, stopping);
          if (stopping.aborted) return over;
          if (found === null) throw unseen();
          if (told !== null && isDeepStrictEqual(told, found)) continue;
          told = found;
          return { done: false, value: found };
        }
      };

      const iterator: AsyncIterableIterator<OperationRecord, undefined> = {
        async next() {
          try {
            return await next();
          } catch (error) {
            const isOver = stopping.aborted;
            stop.abort();
            if (isOver) return over;
            throw error;
          }
        },
        async return() {
          stop.abort();
          return over;
        },
        [Symbol.asyncIterator]: () => iterator,
      };
      return iterator;
    },
  };
}

/** One answer for all that this credential may not see: whether there is such a write is not told. */
function unseen(): RequestError {
  return new RequestError('BAD_USER_INPUT', 'id: expected a write that this credential may see, got another id', {
    argument: 'id',
  });
}

/**
 * When to read: at once; again as soon as it is watched, for what happened between; then whenever something changed, and
 * when `stopping` fires. What is read once only is never watched: a write that stands for good, one that is not there.
 */
function changesOf(watch: (changed: () => void) => () => void, stopping: AbortSignal): { next(): Promise<void> } {
  let changed = true;
  let resume: (() => void) | null = null;
  let reads = 0;
  return {
    async next() {
      if (stopping.aborted) return;
      reads++;
      if (reads === 1) return;
      if (reads === 2) {
        const unwatch = watch(() => {
          changed = true;
          resume?.();
        });
        const end = () => {
          unwatch();
          resume?.();
        };
        stopping.addEventListener('abort', end, { once: true });
      }
      if (!changed) {
        await new Promise<void>((resolve) => {
          resume = resolve;
        });
        resume = null;
      }
      changed = false;
    },
  };
}
