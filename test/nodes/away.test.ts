/** What nodes do without their database and without their Redis: they stay up, say so once, and come back by themselves. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Service } from '../setup/service.ts';
import { type Cluster, createCluster, nodesMissing, until, upsertEvent } from './cluster.ts';
import { endSubscribers, Subscriber } from './subscriber.ts';

const lacking = nodesMissing();
if (lacking !== null) console.warn(`left out: nodes without their database, because ${lacking}`);
const several = lacking === null ? describe : describe.skip;

several('two nodes', () => {
  let cluster: Cluster;
  let a: Service;
  let b: Service;
  let calendarId = '';
  beforeAll(async () => {
    // With limits, so that each request counts in Redis.
    cluster = await createCluster(2, { MERIDIAN_RATE_PER_SECOND: '1000', MERIDIAN_RATE_PER_MINUTE: '60000' });
    [a, b] = cluster.nodes as [Service, Service];
    for (const node of cluster.nodes) await cluster.start(node);
    const made = await a.graph(
      `mutation { upsertApplicationCalendar(input: { key: "away", timeZone: "Europe/London" }) {
        calendar { id } userErrors { message } } }`,
    );
    calendarId = made.upsertApplicationCalendar.calendar.id;
  }, 180_000);
  afterEach(endSubscribers);
  afterAll(() => cluster?.close());

  const upsert = (node: Service, key: string) => upsertEvent(node, calendarId, key);
  const listening = async (node: Service): Promise<Subscriber> => {
    const { changes } = await node.graph('{ changes { cursor } }');
    const subscriber = new Subscriber(() => node, changes.cursor, { includeOwn: true });
    subscriber.start();
    return subscriber;
  };
  const post = (node: Service, query: string) =>
    fetch(`${node.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${node.key()}` },
      body: JSON.stringify({ query }),
    });
  const count = (text: string, part: string): number => text.split(part).length - 1;

  test('without Redis: writes reach the other node, requests are answered, and the log says it once a part', async () => {
    const subscriber = await listening(b);
    await upsert(a, 'with Redis');
    await until(() => subscriber.seen.length === 1, 'a change by way of Redis');
    await cluster.redis.stop();
    for (let number = 0; number < 20; number++) await upsert(a, `without Redis ${number}`);
    await until(() => subscriber.seen.length === 21, 'changes without Redis');
    // The wake-ups and the limits, each when it comes to know.
    await until(() => count(a.output(), 'Redis') >= 2, 'both parts told that Redis is away');
    const said = count(a.output(), 'Redis');
    for (let number = 0; number < 20; number++) await upsert(a, `again ${number}`);
    expect(count(a.output(), 'Redis')).toBe(said);
    await cluster.redis.start();
    await upsert(a, 'with Redis again');
    await until(() => subscriber.seen.length === 42, 'a change by way of Redis again');
  }, 90_000);

  test('without PostgreSQL: UNAVAILABLE, not ready, still alive; with it again everything goes on by itself', async () => {
    const subscriber = await listening(b);
    await upsert(a, 'before');
    await until(() => subscriber.seen.length === 1, 'a change before');
    cluster.postgres.crash();
    const message = 'Expected the database to answer, got none: try again';
    const error = { message, extensions: { code: 'UNAVAILABLE', retryAfter: 1 } };
    for (const node of [a, b]) {
      // A credential is remembered for a second: until then it is the field that has no answer, and then the request.
      await until(async () => {
        const answer = await post(node, '{ accounts { nodes { id } } }');
        expect(await answer.json()).toMatchObject({ errors: [error] });
        return answer.status === 503 && answer.headers.get('retry-after') === '1';
      }, 'the whole request refused');
    }
    for (const node of [a, b]) {
      expect((await fetch(`${node.address}/readyz`)).status).toBe(503);
      expect((await fetch(`${node.address}/livez`)).status).toBe(200);
      expect(count(node.output(), 'the database is away')).toBe(1);
      expect(node.output()).not.toContain(cluster.postgres.server.login.password);
    }
    cluster.postgres.start();
    for (const node of [a, b]) {
      await until(async () => (await fetch(`${node.address}/readyz`)).ok, 'ready again');
    }
    await upsert(a, 'after');
    await until(() => subscriber.seen.length === 2, 'a change after');
  }, 120_000);
});
