/**
 * graphql-transport-ws on the port and path of POST /graphql: who may open a socket, how many, and how it ends.
 * What travels over an open one is socket-protocol.ts's.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { RequestLimiter } from '../../auth/limits/request-limiter.ts';
import type { Actor } from '../../domain/actor.ts';
import { keptOf } from '../http/headers.ts';
import { isOwnHost, isOwnOrigin } from '../http/hosts.ts';
import type { Log } from '../log.ts';
import type { TrustedDocuments } from './documents/trusted.ts';
import type { Seam, SeamContext } from './seam.ts';
import { openConnection } from './socket-connection.ts';
import type { WatchCredential } from './socket-credential.ts';
import { letGo } from './socket-drain.ts';
import { createProtocol } from './socket-protocol.ts';

export interface SocketLimits {
  /** A client's message, in bytes. */
  readonly maxPayload: number;
  readonly connectionInitTimeoutMs: number;
  /** Operations that run at the same time on one socket. */
  readonly maxOperations: number;
  /** Sockets of one application on this process. */
  readonly maxConnectionsPerApplication: number;
  /** Operations that run at the same time on all sockets of one application on this process. */
  readonly maxOperationsPerApplication: number;
  /** Sockets on this process, those that have not said who they are among them. */
  readonly maxConnections: number;
  /** Messages from one socket in ten seconds. */
  readonly maxMessagesPerTenSeconds: number;
  /** Bytes that wait for a client that does not read. */
  readonly maxBufferedBytes: number;
  /** How long one message may wait for a client that does not read. */
  readonly sendTimeoutMs: number;
  readonly keepAliveMs: number;
}

export const socketLimits: SocketLimits = {
  maxPayload: 64 * 1024,
  connectionInitTimeoutMs: 3_000,
  maxOperations: 100,
  maxConnectionsPerApplication: 12_000,
  maxOperationsPerApplication: 50_000,
  maxConnections: 20_000,
  maxMessagesPerTenSeconds: 1_000,
  maxBufferedBytes: 4 * 1024 * 1024,
  sendTimeoutMs: 30_000,
  keepAliveMs: 12_000,
};

export interface SocketOptions<Context extends SeamContext> {
  readonly path: string;
  /** Names of headers of the upgrade that are kept with the socket, lower case; `authorization` is then kept with it, too. */
  readonly headers?: readonly string[];
  /** Whether whoever came with these kept headers and parameters may speak at all; asked before the credential. */
  readonly admit?: (
    headers: Readonly<Record<string, string>>,
    parameters: Readonly<Record<string, unknown>>,
  ) => boolean;
  readonly seam: Seam<Context>;
  readonly documents: TrustedDocuments;
  readonly isDevelopment: boolean;
  readonly publicUrl: URL;
  readonly log: Log;
  /** `within`: milliseconds that a remembered answer may be old. */
  readonly authenticate: (authorization: string | undefined, within?: number) => Promise<Actor | null>;
  readonly createContext: (identity: {
    readonly actor: Actor;
    readonly requestId: string;
    readonly signal: AbortSignal;
    readonly headers?: Readonly<Record<string, string>>;
  }) => Context;
  /** Tells when an open socket's credential has ended; without it only those end that expire. */
  readonly watchCredential?: WatchCredential;
  /** Counts queries and mutations as requests; subscriptions have the socket's own caps. */
  readonly limiter?: RequestLimiter;
  readonly limits?: Partial<SocketLimits>;
}

export interface Socket {
  /** Refuses new sockets at once and closes all with 1001 and a hint when to come back (socket-drain.ts); resolves when they have left. */
  drain(): Promise<void>;
  /** Cuts every socket. */
  terminate(): void;
  open(): Open;
}

/** How many sockets there are, and subscriptions on them. */
export interface Open {
  readonly sockets: number;
  readonly subscriptions: number;
}

/** The sockets of one path. */
interface PathSocket extends Socket {
  readonly path: string;
  /** Takes an upgrade or refuses it. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
}

/** Serves sockets on `server`'s upgrades at the path of each; upgrades elsewhere are refused. */
export function addSockets<Context extends SeamContext>(
  server: Server,
  first: SocketOptions<Context>,
  ...others: readonly SocketOptions<Context>[]
): Socket {
  const usual = createSocket(first);
  const sockets = [usual, ...others.map((options) => createSocket(options))];
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0];
    (sockets.find((socket) => socket.path === path) ?? usual).upgrade(request, stream, head);
  });
  return {
    async drain() {
      await Promise.all(sockets.map((socket) => socket.drain()));
    },
    terminate() {
      for (const socket of sockets) socket.terminate();
    },
    open() {
      const each = sockets.map((socket) => socket.open());
      const sum = (of: (one: Open) => number) => each.reduce((all, one) => all + of(one), 0);
      return { sockets: sum((one) => one.sockets), subscriptions: sum((one) => one.subscriptions) };
    },
  };
}

function createSocket<Context extends SeamContext>(options: SocketOptions<Context>): PathSocket {
  const limits: SocketLimits = { ...socketLimits, ...options.limits };
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxPayload,
    perMessageDeflate: false,
    handleProtocols: (protocols) => protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  const protocol = createProtocol(options, limits);
  let draining = false;

  const refusalOf = (request: IncomingMessage): string | null => {
    if (options.isDevelopment && !isOwnHost(request.headers.host, options.publicUrl)) return '421 Misdirected Request';
    if ((request.url ?? '').split('?')[0] !== options.path) return '404 Not Found';
    if (!isOwnOrigin(request.headers.origin, options.publicUrl, options.isDevelopment)) return '403 Forbidden';
    if (draining || sockets.clients.size >= limits.maxConnections) return '503 Service Unavailable';
    return null;
  };

  return {
    path: options.path,
    upgrade(request, stream, head) {
      stream.on('error', () => stream.destroy());
      const refusal = refusalOf(request);
      if (refusal !== null) {
        stream.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      const headers = keptOf(request.headers, options.headers ?? []);
      sockets.handleUpgrade(request, stream, head, (socket) => {
        openConnection(protocol, socket, stream, { socketId: randomUUID(), limits, log: options.log, headers });
      });
    },
    async drain() {
      draining = true;
      await letGo(sockets.clients);
      for (const socket of sockets.clients) socket.terminate();
    },
    terminate() {
      for (const socket of sockets.clients) socket.terminate();
    },
    open: () => ({ sockets: sockets.clients.size, subscriptions: protocol.subscriptions() }),
  };
}
