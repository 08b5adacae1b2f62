/** The whole graph behind the real HTTP side, and clients that listen over real sockets. */
import { createApp } from '../../server/http/app.ts';
import { createLog } from '../../server/log.ts';
import type { Loose, TestGraph } from '../setup/graph.ts';
import { testKey } from '../setup/graph.ts';
import { within } from '../subscriptions/manual-clock.ts';
import { type Message, openAcknowledged } from './raw-socket.ts';

export interface Served {
  readonly origin: string;
  /** Sends one subscription; answers when it has been told something, or has ended. */
  listen(query: string, variables?: object, more?: { readonly token?: string }): Promise<Listener>;
  close(): Promise<void>;
}

export interface Listener {
  /** `data` of each message, in order. */
  readonly told: Loose[];
  /** Of messages that had any. */
  readonly errors: Loose[];
  /** How it ended: errors, or null where it is complete; undefined while it goes on. */
  readonly ended: readonly Loose[] | null | undefined;
  until(holds: (listener: Listener) => boolean, milliseconds?: number): Promise<void>;
  stop(): void;
  cut(): void;
}

export async function serve(graph: TestGraph): Promise<Served> {
  const app = await createApp({
    mode: 'development',
    publicUrl: new URL('http://127.0.0.1:4000/'),
    log: createLog('silent'),
    seam: graph.served.seam,
    sdl: null,
    hideSuggestions: false,
    authenticate: graph.served.authenticate,
    createContext: graph.served.createContext,
    checks: {},
  });
  const { port } = await app.listen({ host: '127.0.0.1', port: 0 });
  const origin = `http://127.0.0.1:${port}`;
  const sockets = new Set<{ terminate(): void }>();
  return {
    origin,
    async listen(query, variables = {}, { token = testKey } = {}) {
      const raw = await openAcknowledged({ origin }, `Bearer ${token}`);
      sockets.add(raw.socket);
      const told: Loose[] = [];
      const errors: Loose[] = [];
      const waiting = new Set<() => void>();
      let ended: Listener['ended'];
      let taken = 0;
      const take = () => {
        for (const { type, payload } of raw.received.slice(taken) as readonly (Message & { payload: Loose })[]) {
          taken += 1;
          if (type === 'next') told.push(payload.data);
          if (type === 'next' && payload.errors !== undefined) errors.push(...payload.errors);
          if (type === 'error') ended = payload;
          if (type === 'complete') ended = null;
        }
        for (const check of waiting) check();
      };
      raw.socket.on('message', take);
      const listener: Listener = {
        told,
        errors,
        get ended() {
          return ended;
        },
        until: (holds, milliseconds) =>
          within(
            new Promise<void>((resolve) => {
              const check = () => {
                if (!holds(listener)) return;
                waiting.delete(check);
                resolve();
              };
              waiting.add(check);
              check();
            }),
            milliseconds,
          ).catch(() => {
            throw new Error(
              `told ${JSON.stringify(told.slice(-3))}, errors ${JSON.stringify(errors)}, ended ${JSON.stringify(ended)}`,
            );
          }),
        stop: () => raw.send({ id: '1', type: 'complete' }),
        cut: () => raw.socket.terminate(),
      };
      raw.send({ id: '1', type: 'subscribe', payload: { query, variables } });
      await listener.until(() => told.length > 0 || ended !== undefined);
      return listener;
    },
    async close() {
      for (const socket of sockets) socket.terminate();
      await app.drain(1_000);
    },
  };
}
