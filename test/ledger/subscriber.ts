/** Those who listen, each in its own way; all keep a cursor and resume with it, as docs/live.md tells clients to. */
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { reconnected } from './reckoning.ts';

export interface Filter {
  readonly accountIds?: readonly string[];
  readonly kinds?: readonly string[];
  readonly includeOwn: boolean;
}

export interface SubscriberOptions {
  readonly name: string;
  /** Where to connect; asked each time. `http://…` for those who ask, too. */
  readonly address: () => string;
  readonly token: string;
  readonly filter: Filter;
  /** From where; taken before anything was committed. */
  readonly cursor: string;
  /** The number of a change, the same for every subscriber. */
  readonly numberOf: (kind: string, subjectId: string, at: string) => number;
  /** Reads everything anew: of each account the sequence up to which it is known then. */
  readonly reread: () => Promise<ReadonlyMap<string, number>>;
  /** Milliseconds that it takes over a batch, reading nothing from its socket meanwhile. */
  readonly slowness?: number;
  /**
   * Breaks off by itself after at most this many milliseconds, or in the middle of a batch, and goes on behind the change that
   * it came to, or behind the batch before, as whoever dies before the cursor is stored.
   */
  readonly unrest?: number;
}

export interface Subscriber {
  readonly name: string;
  readonly filter: Filter;
  /** Since the beginning, or since everything was read anew. */
  readonly stream: readonly number[];
  /** Of each account the sequence up to which it was read anew; empty while it never was. */
  readonly known: ReadonlyMap<string, number>;
  /** Changes so far, repeated ones counted again. */
  readonly received: number;
  readonly connections: number;
  /** How its connections ended, with how often each. */
  readonly ends: ReadonlyMap<string, number>;
  readonly resyncs: number;
  stop(): Promise<void>;
}

export interface Batch {
  readonly cursor: string;
  readonly caughtUp: boolean;
  readonly changes: readonly {
    readonly cursor?: string;
    readonly kind: string;
    readonly at: string;
    readonly accountId: string;
    readonly subjectId: string;
  }[];
}

/** The cursor means nothing any more; `cursor` is where to go on after reading everything anew. */
export class ResyncRequired extends Error {
  readonly cursor: string;
  constructor(cursor: string) {
    super('RESYNC_REQUIRED');
    this.cursor = cursor;
  }
}

export interface AnsweredError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly cursor?: string };
}

/** What an answer's errors mean for whoever has a cursor. */
export function failureOf(errors: readonly AnsweredError[]): Error {
  for (const { extensions } of errors) {
    if (extensions?.code === 'RESYNC_REQUIRED' && extensions.cursor !== undefined)
      return new ResyncRequired(extensions.cursor);
  }
  return new Error(errors.map(({ extensions, message }) => extensions?.code ?? message).join(', '));
}

/** One connection's life: takes batches until it ends, and says how by what it throws or answers. */
export type Connection = (cursor: string, take: (batch: Batch) => boolean, ending: AbortSignal) => Promise<string>;

export function startSubscriber(options: SubscriberOptions, connection: Connection = overSocket(options)): Subscriber {
  const ends = new Map<string, number>();
  let { cursor } = options;
  let stream: number[] = [];
  let known: ReadonlyMap<string, number> = new Map();
  let connections = 0;
  let resyncs = 0;
  let received = 0;
  const ending = new AbortController();
  const running = run();

  /** @returns false: the process is taken to have ended here */
  function take(batch: Batch): boolean {
    const breaksOff = options.unrest !== undefined && batch.changes.length > 1 && randomInt(15) === 0;
    const taken = breaksOff ? batch.changes.slice(0, 1 + randomInt(batch.changes.length - 1)) : batch.changes;
    for (const { kind, subjectId, at } of taken) stream.push(options.numberOf(kind, subjectId, at));
    received += taken.length;
    if (!breaksOff) cursor = batch.cursor;
    else if (randomInt(2) === 0) cursor = taken.at(-1)?.cursor ?? cursor;
    return !breaksOff;
  }

  async function run(): Promise<void> {
    const { signal } = ending;
    while (!signal.aborted) {
      connections++;
      let end: string;
      try {
        end = await connection(cursor, take, signal);
      } catch (error) {
        if (error instanceof ResyncRequired) {
          resyncs++;
          cursor = error.cursor;
          stream = [];
          known = await options.reread();
        }
        end = error instanceof Error ? error.message : String(error);
      }
      ends.set(end, (ends.get(end) ?? 0) + 1);
      stream.push(reconnected);
      if (!signal.aborted) await delay(20 + randomInt(150));
    }
  }

  return {
    name: options.name,
    filter: options.filter,
    get stream() {
      return stream;
    },
    get known() {
      return known;
    },
    get received() {
      return received;
    },
    get connections() {
      return connections;
    },
    ends,
    get resyncs() {
      return resyncs;
    },
    async stop() {
      ending.abort();
      await running;
    },
  };
}

const document = (withCursors: boolean) => `subscription ($after: String, $filter: ChangeFilter) {
  changes(after: $after, filter: $filter) { cursor caughtUp changes { ${withCursors ? 'cursor' : ''} kind at accountId subjectId } } }`;

/** A plain graphql-ws client, one a connection: what it does by itself about reconnecting knows nothing of cursors. */
function overSocket({ address, token, filter, slowness, unrest }: SubscriberOptions): Connection {
  return (after, take, ending) =>
    new Promise((settle, fail) => {
      let socket: WebSocket | null = null;
      let overdue: NodeJS.Timeout | undefined;
      let isOver = false;
      const timers: NodeJS.Timeout[] = [];
      const client = createClient({
        url: `${address().replace('http', 'ws')}/graphql`,
        webSocketImpl: class extends WebSocket {
          constructor(url: string, protocols: string[]) {
            super(url, protocols, { handshakeTimeout: 3_000 });
            // Ended before it was open: nobody else hears of that.
            this.on('error', () => {});
            socket = this;
          }
        },
        connectionParams: { authorization: `Bearer ${token}` },
        connectionAckWaitTimeout: 3_000,
        retryAttempts: 0,
        // The other side may be gone without a word: a ping that is not answered in time ends the connection.
        keepAlive: 1_500,
        on: {
          ping: (received) => {
            if (!received) overdue = setTimeout(() => over(() => settle('no pong')), 2_500);
          },
          pong: (received) => {
            if (received) clearTimeout(overdue);
          },
        },
      });
      const over = (how: () => void) => {
        if (isOver) return;
        isOver = true;
        clearTimeout(overdue);
        for (const timer of timers) clearTimeout(timer);
        ending.removeEventListener('abort', stopped);
        how();
        client.terminate();
        void client.dispose();
        socket?.terminate();
      };
      const stopped = () => over(() => settle('stopped'));
      ending.addEventListener('abort', stopped);
      if (unrest !== undefined) timers.push(setTimeout(() => over(() => settle('restless')), 50 + randomInt(unrest)));
      client.subscribe<{ changes: Batch }>(
        { query: document(unrest !== undefined), variables: { after, filter } },
        {
          next({ data, errors }) {
            if (isOver) return;
            if (errors !== undefined || data === null || data === undefined) {
              over(() => fail(failureOf((errors ?? []) as readonly AnsweredError[])));
            } else if (!take(data.changes)) {
              over(() => settle('restless'));
            } else if (slowness !== undefined) {
              socket?.pause();
              timers.push(setTimeout(() => socket?.resume(), slowness));
            }
          },
          error: (reason) => over(() => fail(reasonOf(reason))),
          complete: () => over(() => settle('complete')),
        },
      );
      if (ending.aborted) stopped();
    });
}

function reasonOf(reason: unknown): Error {
  if (Array.isArray(reason)) return failureOf(reason as readonly AnsweredError[]);
  const { code, message } = reason as { code?: number | string; message?: string };
  return new Error(code === undefined ? (message ?? String(reason)) : `closed with ${code}`);
}
