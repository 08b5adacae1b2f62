/** A TCP proxy that cuts connections, or stops forwarding without closing them: the network as it is. */
import { connect, createServer, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** When forwarding stopped, by the monotonic clock in milliseconds. */
  frozenAt: number | null;
  /** Milliseconds from then until the server closed its end; null: it has not. */
  endedAfter: number | null;
}

export interface TcpProxy {
  readonly port: number;
  /** Closes what is open. @returns how many there were */
  cut(): number;
  /**
   * What is open stays open, for both sides, and nothing goes through it any more; later connections are not concerned.
   * @returns for each of them, whenever it is asked, after how many milliseconds the server closed its end
   */
  freeze(): () => readonly (number | null)[];
  /** Freezes the connection through which the server's byte with this number from now on comes. @returns its client's port */
  freezeBehind(bytes: number): Promise<number>;
  close(): Promise<void>;
}

/** @param target asked for every connection: its port on the loopback, or the path of its socket */
export async function startProxy(target: () => number | string): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let armed: { left: number; readonly frozen: (port: number) => void } | null = null;
  const freeze = (pair: Pair) => {
    pair.frozenAt ??= performance.now();
  };
  // Half open is half open: a side that ends a frozen connection is not answered either.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const at = target();
    const upstream = typeof at === 'number' ? connect(at, '127.0.0.1') : connect(at);
    const pair: Pair = { client, upstream, frozenAt: null, endedAfter: null };
    pairs.add(pair);
    client.on('data', (part: Buffer) => {
      if (pair.frozenAt === null) upstream.write(part);
    });
    upstream.on('data', (part: Buffer) => {
      if (armed !== null) {
        armed.left -= part.length;
        if (armed.left < 0) {
          freeze(pair);
          armed.frozen(client.remotePort ?? 0);
          armed = null;
        }
      }
      if (pair.frozenAt === null) client.write(part);
    });
    const gone = (socket: Socket, other: Socket) => () => {
      if (pair.frozenAt === null) {
        socket.destroy();
        other.destroy();
        pairs.delete(pair);
      } else if (socket === upstream) {
        pair.endedAfter ??= performance.now() - pair.frozenAt;
      }
    };
    client
      .on('error', () => {})
      .on('close', gone(client, upstream))
      .on('end', gone(client, upstream));
    upstream
      .on('error', () => {})
      .on('close', gone(upstream, client))
      .on('end', gone(upstream, client));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const destroy = (pair: Pair) => {
    pair.client.destroy();
    pair.upstream.destroy();
    pairs.delete(pair);
  };
  return {
    port: address.port,
    cut() {
      const open = [...pairs].filter((pair) => pair.frozenAt === null);
      for (const pair of open) destroy(pair);
      return open.length;
    },
    freeze() {
      const open = [...pairs].filter((pair) => pair.frozenAt === null);
      for (const pair of open) freeze(pair);
      return () => open.map((pair) => pair.endedAfter);
    },
    freezeBehind: (bytes) =>
      new Promise((frozen) => {
        armed = { left: bytes, frozen };
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const pair of pairs) destroy(pair);
      }),
  };
}
