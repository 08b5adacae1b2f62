/** Several processes of the service on one PostgreSQL 15 and one Redis: what an operator runs behind a load balancer. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import {
  type DebianServer,
  debianMissing,
  makeEmptyDatabase,
  startDebian,
  superuserQuery,
} from '../setup/database-servers.ts';
import { freePort } from '../setup/free-port.ts';
import type { Loose } from '../setup/graph.ts';
import { type RedisServer, redisMissing, startRedis } from '../setup/servers/redis.ts';
import { createService, type Service } from '../setup/service.ts';

/** Why nodes cannot be started here; null when they can. With REQUIRE_SERVERS=1 they must. */
export function nodesMissing(): string | null {
  const reason = debianMissing() ?? redisMissing();
  if (reason !== null && process.env['REQUIRE_SERVERS'] === '1') throw new Error(`REQUIRE_SERVERS=1, but ${reason}`);
  return reason;
}

export interface Cluster {
  readonly nodes: readonly Service[];
  readonly postgres: DebianServer;
  readonly redis: { stop(): Promise<void>; start(): Promise<void> };
  /** Starts a node as all are started; its way to the database may be another. */
  start(node: Service, way?: { readonly databasePort?: number }): Promise<void>;
  /** One statement as superuser, whom row-level security does not bind. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

const database = 'nodes';

/** Makes `count` nodes; none of them runs yet. They share a key ring, a database, a Redis and the development key. */
export async function createCluster(count: number, more: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const postgres = await startDebian({ withTemplate: false });
  await makeEmptyDatabase(postgres.server, database);
  const password = randomBytes(8).toString('hex');
  const redisPort = await freePort();
  let redis: RedisServer | null = await startRedis(password, redisPort);
  const key = randomBytes(24).toString('hex');
  const { login } = postgres.server;
  const databaseUrl = (port: number) => `postgres://${login.user}:${login.password}@${login.host}:${port}/${database}`;
  const environment = {
    REDIS_URL: redis.url,
    MERIDIAN_ENCRYPTION_KEYS: `nodes:${randomBytes(32).toString('base64')}`,
    MERIDIAN_POLL_INTERVAL: 'PT1S',
    ...more,
  };
  const nodes: Service[] = [];
  for (let number = 0; number < count; number++) {
    const node = await createService();
    writeFileSync(join(node.dataDir, 'api-key'), `${key}\n`, { mode: 0o600 });
    nodes.push(node);
  }
  return {
    nodes,
    postgres,
    redis: {
      async stop() {
        await redis?.stop();
        redis = null;
      },
      async start() {
        redis = await startRedis(password, redisPort);
      },
    },
    start: async (node, { databasePort = login.port } = {}) => {
      await node.start({ ...environment, DATABASE_URL: databaseUrl(databasePort) });
    },
    query: (sql, values) => superuserQuery(postgres.server, database, sql, values),
    async close() {
      for (const node of nodes) {
        node.signal('SIGCONT');
        await node.kill();
        await node.remove();
      }
      await redis?.stop();
      postgres.stop();
    },
  };
}

/** Waits for what comes about by itself. */
export async function until(condition: () => unknown, what: string, milliseconds = 40_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** An event of a fixed time, by its key. */
export function upsertEvent(node: Service, calendarId: string, key: string): Promise<Loose> {
  return node.graph(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { message } } }',
    {
      input: {
        calendarId,
        key,
        summary: key,
        start: { timed: { dateTime: '2030-01-10T10:00:00Z' } },
        end: { timed: { dateTime: '2030-01-10T11:00:00Z' } },
      },
    },
  );
}
