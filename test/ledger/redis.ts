/** A Redis that is killed and comes back empty at the same port. */
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../setup/free-port.ts';
import { Program } from './program.ts';

export interface KillableRedis {
  readonly port: number;
  readonly password: string;
  flushAll(): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function createRedis(folder: string): Promise<KillableRedis> {
  const port = await freePort();
  const password = 'only-for-the-ledger';
  const settings = { bind: '127.0.0.1', port, requirepass: password, save: '', appendonly: 'no', dir: folder };
  let running: Program | null = null;

  async function ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis({ host: '127.0.0.1', port, password, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => {});
    try {
      await client.connect();
      return await question(client);
    } finally {
      client.disconnect();
    }
  }
  async function start(): Promise<void> {
    const program = new Program({
      command: 'redis-server',
      parameters: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
      log: join(folder, 'redis.log'),
    });
    running = program;
    await program.ready(async () => (await ask((client) => client.ping())) === 'PONG');
  }

  await start();
  return {
    port,
    password,
    flushAll: async () => void (await ask((client) => client.flushall())),
    kill: async () => running?.kill(),
    start,
  };
}
