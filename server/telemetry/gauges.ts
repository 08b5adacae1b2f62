/** What is asked when somebody scrapes: how things stand at that moment. */
import {
  type LogFigures,
  logFigures,
  type QueueFigures,
  queueFigures,
  type SyncFigures,
  syncFigures,
} from '../../datasources/store/figures.ts';
import type { OpenedStore } from '../../datasources/store/open.ts';
import { queues } from '../../sync/jobs/queue.ts';
import type { Open } from '../graphql/socket.ts';
import type { Metrics } from './metrics.ts';

export interface GaugeSources {
  /** This node's own. */
  node(): Open & { readonly connections: ReturnType<OpenedStore['connections']> };
  /** The installation's: the same from every node. */
  sync(): Promise<SyncFigures>;
  queue(): Promise<readonly QueueFigures[]>;
  log(): Promise<LogFigures>;
}

/** @param open of this node's sockets */
export function gaugeSources(store: OpenedStore, open: () => Open): GaugeSources {
  return {
    node: () => ({ ...open(), connections: store.connections() }),
    sync: () => store.asWorker(syncFigures),
    queue: () => store.asWorker((tx) => queueFigures(tx, queues)),
    log: () => store.asWorker(logFigures),
  };
}

/** However often it is scraped, the database is asked no more often than this, in milliseconds. */
const freshFor = 5_000;
/** A source that hangs is one that is away. */
const within = 3_000;

/** Answers when every gauge was asked for; never rejects. */
export function gauges(metrics: Metrics, sources: GaugeSources, now: () => number): () => Promise<void> {
  let asked: { readonly at: number; readonly done: Promise<void> } | null = null;
  const one = (labels: Readonly<Record<string, string>>, value: number) => ({ labels, value });

  const readers: Readonly<Record<keyof GaugeSources, () => Promise<() => void>>> = {
    async node() {
      const { sockets, subscriptions, connections } = sources.node();
      return () => {
        metrics.set('sockets', [one({}, sockets)]);
        metrics.set('subscriptions', [one({}, subscriptions)]);
        const { open, idle, waiting } = connections;
        metrics.set('connections', [one({ state: 'busy' }, open - idle), one({ state: 'idle' }, idle)]);
        metrics.set('waiting', [one({}, waiting)]);
      };
    },
    async sync() {
      const figures = await sources.sync();
      return () => {
        const { profiles, lags } = figures;
        metrics.set(
          'profiles',
          profiles.map(({ provider, status, count }) => one({ provider, status }, count)),
        );
        metrics.set(
          'lag',
          lags.flatMap(({ provider, median, most, longest }) => [
            one({ provider, quantile: '0.5' }, median),
            one({ provider, quantile: '0.95' }, most),
            one({ provider, quantile: '1' }, longest),
          ]),
        );
        metrics.set(
          'overdue',
          lags.map(({ provider, overdue }) => one({ provider }, overdue)),
        );
        metrics.set('writesPending', [one({}, figures.pendingWrites)]);
        metrics.set('oldestWrite', [one({}, figures.oldestWrite)]);
      };
    },
    async queue() {
      const queues = await sources.queue();
      return () => {
        metrics.set(
          'jobs',
          queues.flatMap(({ queue, waiting, active }) => [
            one({ queue, state: 'waiting' }, waiting),
            one({ queue, state: 'active' }, active),
          ]),
        );
        metrics.set(
          'oldestJob',
          queues.map(({ queue, oldest }) => one({ queue }, oldest)),
        );
      };
    },
    async log() {
      const { rows, oldest } = await sources.log();
      return () => {
        metrics.set('logRows', [one({}, rows)]);
        metrics.set('logAge', [one({}, oldest)]);
      };
    },
  };

  const ask = async () => {
    const up = await Promise.all(
      Object.entries(readers).map(async ([source, read]) => {
        try {
          (await timely(read()))();
          return one({ source }, 1);
        } catch {
          for (const key of gaugesOf[source as keyof GaugeSources]) metrics.set(key, []);
          return one({ source }, 0);
        }
      }),
    );
    metrics.set('sourceUp', up);
  };

  return () => {
    if (asked === null || now() - asked.at >= freshFor) asked = { at: now(), done: ask() };
    return asked.done;
  };
}

/** What is missing where a source is away: an old figure would look like a good one. */
const gaugesOf = {
  node: ['sockets', 'subscriptions', 'connections', 'waiting'],
  sync: ['profiles', 'lag', 'overdue', 'writesPending', 'oldestWrite'],
  queue: ['jobs', 'oldestJob'],
  log: ['logRows', 'logAge'],
} as const satisfies Record<keyof GaugeSources, readonly string[]>;

async function timely<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`expected an answer within ${within} ms, got none`)), within);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
