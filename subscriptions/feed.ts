/** What resolvers ask for changes: everything that a node has once, put together with what a request brings. */

import type { LogPosition } from '../datasources/store/change-log/read.ts';
import type { QueryCounter, Store } from '../datasources/store/store.ts';
import type { Actor } from '../domain/actor.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import { accessNews } from './access-news.ts';
import { changeSource } from './change-source.ts';
import { type ChangeBatch, type ChangeFilter, readChanges } from './changes.ts';
import type { CursorSeal } from './cursor.ts';
import type { GroupSource } from './group-source.ts';
import { createScopeLogs } from './scope-log.ts';
import type { Clock, WakeUps } from './wake-up.ts';
import { watchChanges } from './watch.ts';

export interface FeedQuestion {
  readonly actor: Actor;
  readonly after: string | null;
  readonly filter: ChangeFilter | null;
  readonly counter?: QueryCounter | undefined;
}

export interface ChangeFeed {
  /** Query.changes: see `readChanges`. */
  read(question: FeedQuestion & { readonly first: number }): Promise<ChangeBatch>;
  /**
   * Subscription.changes: see `watchChanges`. Opened by the first `next`, which rejects for a bad cursor or filter;
   * `return` ends it at once, also while it waits.
   */
  watch(question: FeedQuestion & { readonly signal?: AbortSignal }): AsyncIterableIterator<ChangeBatch, undefined>;
  /**
   * Subscription.changes for everybody who asks it with the same eyes: see `changeSource`. `event` makes a root value of a
   * batch. Goes on while the node drains: its sockets are closed one after another, and are told what comes until then.
   */
  source(question: FeedQuestion, event: (batch: ChangeBatch) => unknown): GroupSource<LogPosition>;
}

export interface FeedOptions {
  readonly store: Store;
  readonly seal: CursorSeal;
  readonly wakeUps: WakeUps;
  readonly clock?: Clock;
  readonly idleMilliseconds?: number;
  /** Ends every subscription cleanly: the node drains. */
  readonly drain?: AbortSignal;
  readonly telemetry?: Telemetry | null;
}

export function createChangeFeed({ drain, ...node }: FeedOptions): ChangeFeed {
  const access = accessNews(node.wakeUps);
  const scopeLogs = createScopeLogs({ ...node, accessChanged: access.found });
  return {
    read: (question) => readChanges({ store: node.store, seal: node.seal, ...question }),
    watch({ signal, ...question }) {
      const stop = new AbortController();
      const signals = [stop.signal, signal, drain].filter((one) => one !== undefined);
      let opened: ReturnType<typeof watchChanges> | null = null;
      const open = () => {
        opened ??= watchChanges({ ...node, ...question, signal: AbortSignal.any(signals) });
        return opened;
      };
      const iterator: AsyncIterableIterator<ChangeBatch, undefined> = {
        next: async () => (stop.signal.aborted ? { done: true, value: undefined } : await (await open()).next()),
        async return() {
          stop.abort();
          const batches = await opened?.catch(() => null);
          await batches?.return?.();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]: () => iterator,
      };
      return iterator;
    },
    source: ({ actor, after, filter }, event) =>
      changeSource({ ...node, scopeLogs, onAccessChange: access.onChange, actor, after, filter, event }),
  };
}
