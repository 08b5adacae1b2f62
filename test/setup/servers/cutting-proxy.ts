/** Stands before a server and loses answers: the request arrives there, and its sender never hears of it. */
import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  /** `http://127.0.0.1:<port>/` */
  readonly url: string;
  /** `before`: the connection ends before the next request with this method arrives; `after`: once the server has answered it. */
  cut(method: string, when: 'before' | 'after'): void;
  /** How many connections were cut. */
  readonly cuts: number;
  close(): Promise<void>;
}

export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let armed: { readonly method: string; readonly when: 'before' | 'after' } | null = null;
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    open.add(client).add(upstream);
    let losing = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
      open.delete(client);
      open.delete(upstream);
    };
    client.on('data', (part: Buffer) => {
      if (armed !== null && part.subarray(0, 20).toString('latin1').startsWith(`${armed.method} `)) {
        const { when } = armed;
        armed = null;
        cuts += 1;
        if (when === 'before') return end();
        losing = true;
      }
      upstream.write(part);
    });
    upstream.on('data', (part: Buffer) => {
      if (!losing) client.write(part);
      else if (!/^HTTP\/1\.1 100/.test(part.toString('latin1'))) end();
    });
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    cut(method, when) {
      armed = { method, when };
    },
    get cuts() {
      return cuts;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
