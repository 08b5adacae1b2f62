/** Nodes on one database and one Redis: processes as an operator runs them, which are killed, paused and restarted. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../setup/free-port.ts';
import type { Database } from './database.ts';
import { Program } from './program.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import type { KillableRedis } from './redis.ts';

export const apiKey = 'the-key-of-the-ledger-which-nobody-else-uses-0123456789';
export const encryptionKeys = `ledger:${randomBytes(32).toString('base64')}`;

export interface Node {
  readonly name: string;
  readonly port: number;
  readonly address: string;
  /** Its ways to Redis and to PostgreSQL. */
  readonly redis: TcpProxy;
  readonly database: TcpProxy;
  readonly pid: number;
  start(): Promise<void>;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  /** SIGTERM. @returns the exit code, and the last that it said */
  stop(): Promise<{ readonly code: number | null; readonly said: string }>;
  said(): string;
}

export interface Cluster {
  readonly nodes: readonly Node[];
  /** The node that gets the next connection, in turn; one that is known to be down gets none. */
  next(): Node;
  /** The environment of a command that works on the same installation. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function createCluster(
  count: number,
  { folder, database, redis }: { readonly folder: string; readonly database: Database; readonly redis: KillableRedis },
): Promise<Cluster> {
  const common = {
    MERIDIAN_ENCRYPTION_KEYS: encryptionKeys,
    MERIDIAN_API_KEY: apiKey,
    MERIDIAN_RATE_PER_SECOND: '0',
    MERIDIAN_RATE_PER_MINUTE: '0',
    MERIDIAN_POLL_INTERVAL: 'PT1S',
  };
  const running = new Map<Node, Program>();

  async function createNode(name: string): Promise<Node> {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const dataDir = join(folder, name);
    mkdirSync(dataDir, { mode: 0o700 });
    const toRedis = await startProxy(() => redis.port);
    const toDatabase = await startProxy(() => database.port);
    const program = () => running.get(node);
    const node: Node = {
      name,
      port,
      address,
      redis: toRedis,
      database: toDatabase,
      get pid() {
        return program()?.pid ?? 0;
      },
      async start() {
        const started = new Program({
          command: process.execPath,
          parameters: ['--disable-warning=FSTDEP023', join(import.meta.dirname, '../../server/main.ts')],
          environment: {
            ...common,
            DATABASE_URL: database.url(toDatabase.port),
            REDIS_URL: `redis://:${redis.password}@127.0.0.1:${toRedis.port}`,
            DATA_DIR: dataDir,
            PORT: String(port),
          },
          log: join(folder, `${name}.log`),
        });
        await started.ready(async () => {
          const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(2_000) });
          await answer.body?.cancel();
          return answer.ok;
        });
        running.set(node, started);
      },
      async kill() {
        const ended = program();
        running.delete(node);
        await ended?.kill();
      },
      pause: () => program()?.signal('SIGSTOP'),
      resume: () => program()?.signal('SIGCONT'),
      async stop() {
        const ended = program();
        running.delete(node);
        ended?.signal('SIGTERM');
        const code = (await ended?.ended) ?? null;
        return { code, said: ended?.said() ?? '' };
      },
      said: () => program()?.said() ?? '',
    };
    return node;
  }

  const nodes: Node[] = [];
  for (let number = 0; number < count; number++) nodes.push(await createNode(`node-${number}`));
  // One at a time prepares the database anyway.
  for (const node of nodes) await node.start();
  let turn = 0;
  return {
    nodes,
    next() {
      const up = nodes.filter((node) => running.has(node));
      const node = (up.length === 0 ? nodes : up)[turn++ % Math.max(1, up.length)];
      if (node === undefined) throw new Error('a cluster without nodes');
      return node;
    },
    environment: { ...common, DATABASE_URL: database.url(), DATA_DIR: join(folder, 'command') },
    async close() {
      for (const node of nodes) {
        node.resume();
        await Promise.race([node.stop(), delay(10_000, null, { ref: false })]);
        await node.kill();
        await node.redis.close();
        await node.database.close();
      }
    },
  };
}
