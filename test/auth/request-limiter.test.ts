/** The two windows of an application's requests, in memory and between nodes. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { applicationLimits } from '../../auth/limits/application-limits.ts';
import { createRequestLimiter, type RequestLimits } from '../../auth/limits/request-limiter.ts';
import { openRedis } from '../../datasources/redis/connection.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { insertTenant } from '../setup/fixtures.ts';
import { type RedisServer, redisMissing, startRedis } from '../setup/servers/redis.ts';

const limiterOf = (limits: RequestLimits) => createRequestLimiter({ limitsOf: () => limits, redis: null });

describe('in memory', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('the 51st request within a second is refused; the next second begins anew', async () => {
    const limiter = limiterOf({ perSecond: 50, perMinute: 500 });
    for (let n = 0; n < 50; n++) expect((await limiter.take('app')).allowed).toBe(true);
    const refused = await limiter.take('app');
    expect(refused).toMatchObject({ allowed: false, retryAfter: 1, windows: [{ limit: 50, length: 1, remaining: 0 }] });
    jest.advanceTimersByTime(1_000);
    expect((await limiter.take('app')).allowed).toBe(true);
  });

  test('the 501st request within a minute is refused, and says when to come back', async () => {
    const limiter = limiterOf({ perSecond: 50, perMinute: 500 });
    for (let n = 0; n < 500; n++) {
      if (n > 0 && n % 50 === 0) jest.advanceTimersByTime(1_000);
      expect((await limiter.take('app')).allowed).toBe(true);
    }
    jest.advanceTimersByTime(1_000);
    expect(await limiter.take('app')).toMatchObject({ allowed: false, retryAfter: 50 });
    jest.advanceTimersByTime(50_000);
    expect((await limiter.take('app')).allowed).toBe(true);
  });

  test('what is refused counts nothing, so that whoever insists is not locked out for longer', async () => {
    const limiter = limiterOf({ perSecond: 2, perMinute: 4 });
    const allowed: boolean[] = [];
    for (let second = 0; second < 2; second++) {
      for (let n = 0; n < 20; n++) allowed.push((await limiter.take('app')).allowed);
      jest.advanceTimersByTime(1_000);
    }
    expect(allowed.filter(Boolean)).toHaveLength(4);
    expect((await limiter.state('app')).remainingThisMinute).toBe(0);
  });

  test('another application is unaffected', async () => {
    const limiter = limiterOf({ perSecond: 1, perMinute: 1 });
    expect((await limiter.take('a')).allowed).toBe(true);
    expect((await limiter.take('a')).allowed).toBe(false);
    expect((await limiter.take('b')).allowed).toBe(true);
  });

  test('0 is no limit, of either window', async () => {
    const none = limiterOf({ perSecond: 0, perMinute: 0 });
    for (let n = 0; n < 2_000; n++)
      expect(await none.take('app')).toEqual({ allowed: true, windows: [], retryAfter: null });
    const minute = limiterOf({ perSecond: 0, perMinute: 3 });
    const found = [];
    for (let n = 0; n < 4; n++) found.push((await minute.take('app')).allowed);
    expect(found).toEqual([true, true, true, false]);
  });

  test('without a limit a minute its seconds say what is left of it', async () => {
    const limiter = limiterOf({ perSecond: 5, perMinute: 0 });
    await limiter.take('app');
    expect((await limiter.state('app')).remainingThisMinute).toBe(300);
  });

  test('a batch counts its operations; one that is larger than a second takes the second for itself', async () => {
    const limiter = limiterOf({ perSecond: 10, perMinute: 100 });
    expect((await limiter.take('app', 50)).allowed).toBe(true);
    expect((await limiter.state('app')).remainingThisMinute).toBe(50);
    expect((await limiter.take('app')).allowed).toBe(false);
    jest.advanceTimersByTime(1_000);
    expect((await limiter.take('app', 50)).allowed).toBe(true);
    jest.advanceTimersByTime(1_000);
    expect((await limiter.take('app')).allowed).toBe(false);
  });

  test('a limit that changes while a window runs counts at once', async () => {
    let limits: RequestLimits = { perSecond: 1, perMinute: 0 };
    const limiter = createRequestLimiter({ limitsOf: async () => limits, redis: null });
    expect((await limiter.take('app')).allowed).toBe(true);
    expect((await limiter.take('app')).allowed).toBe(false);
    limits = { perSecond: 2, perMinute: 0 };
    expect((await limiter.take('app')).allowed).toBe(true);
    expect((await limiter.take('app')).allowed).toBe(false);
  });

  test('fuzz: however requests come, no window lets more through than its limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 60 }),
        async (perSecond, perMinute, pauses) => {
          const limiter = limiterOf({ perSecond, perMinute });
          let passed = 0;
          for (const pause of pauses) {
            jest.advanceTimersByTime(pause);
            if ((await limiter.take('app')).allowed) passed++;
          }
          // At most 60 pauses of 0.9 s: one minute's window, begun with the first request.
          expect(passed).toBeLessThanOrEqual(perMinute);
        },
      ),
      { seed: 11, numRuns: 100 },
    );
  });
});

describe("an application's own limits", () => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore();
  });
  afterAll(() => fresh.drop());

  test('count for it alone, for as long as they are given, and are asked for once a second', async () => {
    const { applicationId } = await insertTenant(fresh.store);
    const other = await insertTenant(fresh.store);
    let now = 0;
    let asked = 0;
    const counting = {
      asWorker: ((work) => {
        asked++;
        return fresh.store.asWorker(work);
      }) as typeof fresh.store.asWorker,
    };
    const limitsOf = applicationLimits(counting, { perSecond: 50, perMinute: 500 }, () => now);
    const set = (change: object) =>
      fresh.store.asWorker((tx) => tx.updateTable('application').set(change).where('id', '=', applicationId).execute());
    await set({ per_second: 200, limit_until: new Date(Date.now() + 3_600_000) });
    expect(await Promise.all([1, 2, 3].map(() => limitsOf(applicationId)))).toEqual(
      Array.from({ length: 3 }, () => ({ perSecond: 200, perMinute: 500 })),
    );
    expect(asked).toBe(1);
    expect(await limitsOf(other.applicationId)).toEqual({ perSecond: 50, perMinute: 500 });
    now = 999;
    expect(limitsOf(applicationId)).toEqual({ perSecond: 200, perMinute: 500 });
    await set({ per_second: 7, per_minute: 0, limit_until: null });
    now = 1_001;
    expect(await limitsOf(applicationId)).toEqual({ perSecond: 7, perMinute: 0 });
    await set({ limit_until: new Date(Date.now() - 1_000) });
    now = 2_002;
    expect(await limitsOf(applicationId)).toEqual({ perSecond: 50, perMinute: 500 });
  });
});

describe('between nodes', () => {
  const reason = redisMissing();
  if (reason !== null) {
    test(`left out: ${reason}`, () => {
      if (process.env['REQUIRE_SERVERS'] === '1') throw new Error(`REQUIRE_SERVERS=1, but ${reason}`);
      process.stderr.write(`left out: limits between nodes: ${reason}\n`);
    });
    return;
  }
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis('between-nodes');
  });
  afterAll(() => server.stop());

  test('two nodes share the windows; with Redis away each goes on alone, and says so once, without the address', async () => {
    const said: string[] = [];
    const nodes = [1, 2].map(() => openRedis(server.url, (text) => said.push(text)));
    const limiters = nodes.map(({ client }) =>
      createRequestLimiter({ limitsOf: () => ({ perSecond: 0, perMinute: 10 }), redis: client }),
    );
    await Promise.all(
      nodes.map(({ client }) =>
        client.status === 'ready' ? undefined : new Promise((ready) => client.once('ready', ready)),
      ),
    );
    const allowed: boolean[] = [];
    for (let n = 0; n < 8; n++) for (const limiter of limiters) allowed.push((await limiter.take('app')).allowed);
    expect(allowed.filter(Boolean)).toHaveLength(10);
    await server.stop();
    const alone: boolean[] = [];
    for (let n = 0; n < 8; n++) for (const limiter of limiters) alone.push((await limiter.take('app')).allowed);
    expect(alone.filter(Boolean).length).toBeGreaterThanOrEqual(10);
    expect(said.join()).not.toContain('between-nodes');
    await Promise.all(nodes.map((node) => node.close()));
  });
});
