/** A WebSocket client that says exactly what a test wants said. */
import { WebSocket } from 'ws';
import { keys, type SmallApp } from './small-app.ts';

export interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

export interface RawSocket {
  readonly socket: WebSocket;
  readonly received: Message[];
  /** How the server ended it. */
  readonly closed: Promise<{ code: number; reason: string }>;
  send(message: unknown): void;
  /** The first message that fits, also one that has come already; fails when the socket closes first. */
  next(fits: (message: Message) => boolean): Promise<Message>;
}

export interface RawSocketOptions {
  readonly protocol?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** Opens one; nothing is sent yet. */
export async function openSocket(small: Pick<SmallApp, 'origin'>, options: RawSocketOptions = {}): Promise<RawSocket> {
  const url = `${small.origin.replace('http', 'ws')}${options.path ?? '/graphql'}`;
  const protocol = options.protocol === undefined ? 'graphql-transport-ws' : options.protocol;
  const headers = { headers: { ...options.headers } };
  const socket = protocol === null ? new WebSocket(url, headers) : new WebSocket(url, protocol, headers);
  const received: Message[] = [];
  const waiting = new Set<() => void>();
  let isClosed = false;
  const wake = () => {
    for (const check of waiting) check();
  };
  socket.on('message', (data) => {
    received.push(JSON.parse(String(data)) as Message);
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      isClosed = true;
      resolve({ code, reason: String(reason) });
      wake();
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve()).once('error', reject);
  });
  socket.on('error', () => {});
  return {
    socket,
    received,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: (fits) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = received.find(fits);
          if (found === undefined && !isClosed) return;
          waiting.delete(check);
          if (found === undefined) reject(new Error(`closed before it came; got ${JSON.stringify(received)}`));
          else resolve(found);
        };
        waiting.add(check);
        check();
      }),
  };
}

/** Opens one and says who it is. */
export async function openAcknowledged(
  small: Pick<SmallApp, 'origin'>,
  authorization = `Bearer ${keys.all}`,
): Promise<RawSocket> {
  const raw = await openSocket(small);
  raw.send({ type: 'connection_init', payload: { authorization } });
  await raw.next(({ type }) => type === 'connection_ack');
  return raw;
}

/** The HTTP status with which an upgrade is refused. */
export async function refusedUpgrade(small: Pick<SmallApp, 'origin'>, options: RawSocketOptions): Promise<number> {
  const url = `${small.origin.replace('http', 'ws')}${options.path ?? '/graphql'}`;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'graphql-transport-ws', { headers: { ...options.headers } });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('expected a refusal, got an open socket'));
    });
    socket.on('error', () => {});
  });
}
