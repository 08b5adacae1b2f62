/**
 * One socket under graphql-ws's protocol: our own adapter.
 *
 * graphql-ws's adapter for ws prints errors to the console, with what the client sent in them, and lets a socket that is
 * being closed go on sending operations; both are why this one exists.
 */
import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Log } from '../log.ts';
import { withText } from './documents/message.ts';
import { textOf } from './scrub.ts';
import type { SocketLimits } from './socket.ts';
import { SocketOutlet } from './socket-outlet.ts';
import type { Connection, Protocol } from './socket-protocol.ts';

/** RFC 6455 §7.4.1. */
const policyViolation = 1008;

/** Runs the protocol over a socket that has just been opened on a stream. */
export function openConnection(
  protocol: Protocol,
  socket: WebSocket,
  stream: Duplex,
  {
    socketId,
    limits,
    log,
    headers,
  }: {
    readonly socketId: string;
    readonly limits: SocketLimits;
    readonly log: Log;
    readonly headers: Readonly<Record<string, string>>;
  },
): void {
  const outlet = new SocketOutlet(socket, stream, limits);
  const connection: Connection = {
    socketId,
    socket,
    outlet,
    headers,
    actor: null,
    leaveCredential: undefined,
    running: new Map(),
  };
  let onMessage: (data: string) => Promise<void> = async () => {};
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) => outlet.send(data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handler) => {
        onMessage = handler;
      },
    },
    { connection },
  );

  const mayReceive = rateOf(limits.maxMessagesPerTenSeconds);
  socket.on('message', (data, isBinary) => {
    // A socket that is being closed still receives; whoever was refused may not go on.
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary) return socket.close(CloseCode.BadRequest, 'Invalid message received');
    if (!mayReceive()) return socket.close(policyViolation, 'Too many messages');
    onMessage(withText(String(data))).catch((error: unknown) => {
      log.error({ socketId, error: textOf(error) }, 'socket failed');
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    });
    return undefined;
  });
  // ws closes the socket itself: 1009 for a message that is too big, 1002 or 1007 for a broken frame.
  socket.on('error', (error) => log.info({ socketId, error: error.message }, 'socket error'));

  const stopPings = keepAlive(socket, limits.keepAliveMs);
  socket.once('close', (code, reason) => {
    stopPings();
    closed(code, String(reason)).catch((error: unknown) => {
      log.error({ socketId, error: textOf(error) }, 'socket did not close cleanly');
    });
    log.info({ socketId, code }, 'socket closed');
  });
}

function keepAlive(socket: WebSocket, everyMs: number): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
    return undefined;
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Whether one more message may come, at most `maximum` in ten seconds. */
function rateOf(maximum: number): () => boolean {
  let since = 0;
  let count = 0;
  return () => {
    const now = performance.now();
    if (now - since > 10_000) {
      since = now;
      count = 0;
    }
    count++;
    return count <= maximum;
  };
}
