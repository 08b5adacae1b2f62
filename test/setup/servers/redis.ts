/** Debian's Redis for tests: a password of its own, nothing on disk. */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { freePort } from '../free-port.ts';
import { findProgram, ServerProcess, temporaryFolder } from './process.ts';

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Null when Redis can be started, else what is missing. */
export function redisMissing(): string | null {
  return findProgram('redis-server') === null ? 'redis-server is not installed (Debian: redis-server)' : null;
}

/** @param port the one that an earlier server had, to come back at the same address. */
export async function startRedis(
  password: string = randomBytes(8).toString('hex'),
  port?: number,
): Promise<RedisServer> {
  const at = port ?? (await freePort());
  const folder = temporaryFolder('redis');
  const settings = { bind: '127.0.0.1', port: at, requirepass: password, save: '', appendonly: 'no', dir: folder };
  const server = new ServerProcess(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    folder,
  );
  const url = `redis://:${password}@127.0.0.1:${at}`;
  // Its password tells that it is ours.
  await server.ready(async () => {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.ping()) === 'PONG';
    } finally {
      client.disconnect();
    }
  });
  return { url, stop: () => server.stop() };
}
