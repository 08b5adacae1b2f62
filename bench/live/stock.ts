/**
 * What the service is compared with, as a process: `raw` is ws, which sends one string to every socket; `trivial` and `real`
 * are graphql-ws's own adapter, where each subscription executes by itself: a schema of default resolvers, or this service's
 * graph over data in memory.
 */
import { buildSchema, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { sql } from 'kysely';
import { WebSocketServer } from 'ws';
import { plantCalendars, plantEvents } from '../planted.ts';
import { openBench } from '../setup.ts';
import { answerWith } from './child.ts';
import { trivialSchema } from './documents.ts';
import type { Committed } from './node.ts';

const now = () => Number(process.hrtime.bigint()) / 1e6;
const kind = process.argv[2];
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
await new Promise<void>((listening) => server.once('listening', () => listening()));
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
const { publish, listen } = createTopic();
let close: () => Promise<void> = async () => {};
let change = { kind: 'EVENT_UPDATED', at: '2026-03-01T00:00:00Z', accountId: 'acc_1', subjectId: 'evt_1' } as object;

if (kind === 'trivial') {
  const schema = buildSchema(trivialSchema);
  serve(schema, () => ({}));
} else if (kind === 'real') {
  const bench = await openBench();
  const place = await plantCalendars(bench, 'live', 0);
  await plantEvents(bench, place, { count: 1, from: '2026-03-01T00:00:00Z', every: 3_600, series: 0 });
  const found = await bench.store.asWorker((tx) => sql<{ id: string }>`select id from event`.execute(tx));
  const subjectId = found.rows[0]?.id ?? '';
  // One context for all of them: its loaders have everything in memory after the first answer.
  const context = bench.graph.createContext({
    actor: bench.actor,
    requestId: 'bench',
    signal: new AbortController().signal,
  });
  change = { ...change, at: Date.now(), accountId: place.accountId, subjectId, cursor: 'a'.repeat(70), own: false };
  serve(bench.graph.seam.schema, () => context);
  close = () => bench.close();
}

/** The schema's own subscription hears what is published; everything else is graphql-ws as it comes. */
function serve(schema: GraphQLSchema, context: () => unknown): void {
  const field = schema.getSubscriptionType()?.getFields()['changes'];
  if (field === undefined) throw new Error('expected a subscription `changes`');
  field.subscribe = () => listen();
  useServer({ schema, context: context as () => NonNullable<ExecutionArgs['contextValue']> }, server);
}

/** Events in memory for any number of listeners. */
function createTopic() {
  const listeners = new Set<(event: unknown) => void>();
  return {
    publish(event: unknown) {
      for (const hear of [...listeners]) hear(event);
    },
    listen(): AsyncIterableIterator<unknown, undefined> {
      const queue: unknown[] = [];
      let wake: (() => void) | null = null;
      const hear = (event: unknown) => {
        queue.push(event);
        wake?.();
      };
      listeners.add(hear);
      const iterator: AsyncIterableIterator<unknown, undefined> = {
        async next() {
          if (queue.length === 0) await new Promise<void>((told) => (wake = told));
          return { done: false, value: queue.shift() };
        },
        async return() {
          listeners.delete(hear);
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]: () => iterator,
      };
      return iterator;
    },
  };
}

const answers = {
  address: () => ({ port }),
  /** One change, or for `raw` this text, to every socket. */
  tell(text: string): void {
    if (kind === 'raw') for (const socket of server.clients) socket.send(text);
    else publish({ changes: { cursor: 'a'.repeat(70), caughtUp: true, changes: [change] } });
  },
  /**
   * `raw` alone: these texts at a steady rate, each to every socket, or in turn to one of `among` equal parts of them.
   * Answers when each was sent, in milliseconds of the machine's own clock: before the first socket and behind the last.
   */
  async tells(texts: readonly string[], perSecond: number, among: number): Promise<readonly Committed[]> {
    const sockets = [...server.clients];
    const begun = now();
    const sent: Committed[] = [];
    for (const [index, text] of texts.entries()) {
      const wait = begun + (index * 1_000) / perSecond - now();
      if (wait > 0) await new Promise((later) => setTimeout(later, wait));
      const before = now();
      for (let at = index % among; at < sockets.length; at += among) sockets[at]?.send(text);
      sent.push([before, now()]);
    }
    return sent;
  },
};

export type Stock = typeof answers;

answerWith(answers, async () => {
  for (const socket of server.clients) socket.terminate();
  server.close();
  await close();
});
