/** A Redis that takes everything and answers nothing. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRedis, type RedisConnection } from '../../../datasources/redis/connection.ts';
import { startProxy, type TcpProxy } from '../../ledger/proxy.ts';
import { type RedisServer, redisMissing, startRedis } from '../../setup/servers/redis.ts';

const missing = redisMissing();
if (missing !== null && process.env['REQUIRE_SERVERS'] === '1') throw new Error(`REQUIRE_SERVERS=1, but ${missing}`);

(missing === null ? describe : describe.skip)('a half-open connection to Redis', () => {
  let server: RedisServer;
  let proxy: TcpProxy;
  let redis: RedisConnection;
  const troubles: string[] = [];
  beforeAll(async () => {
    server = await startRedis('secret');
    const url = new URL(server.url);
    const port = Number(url.port);
    proxy = await startProxy(() => port);
    url.port = String(proxy.port);
    redis = openRedis(url.href, (reason) => troubles.push(reason));
    await answers();
  });
  afterAll(async () => {
    await redis?.close();
    await proxy?.close();
    await server?.stop();
  });

  /** Waits until a command is answered. */
  async function answers(): Promise<void> {
    for (const end = performance.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      if ((await redis.client.ping().catch(() => null)) === 'PONG') return;
      if (performance.now() > end) throw new Error(`no answer within 20 s; told: ${troubles.join(', ')}`);
    }
  }

  test('is ended and told of once, and another one answers', async () => {
    const ended = new Promise<void>((resolve) => redis.client.once('close', () => resolve()));
    proxy.freeze();
    await expect(redis.client.ping()).rejects.toThrow('Command timed out');
    await ended;
    await answers();
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).not.toContain('secret');
  });
});
