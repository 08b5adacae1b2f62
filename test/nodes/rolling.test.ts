/** Three nodes restarted one after the other while others write and listen: nothing is lost, and nothing is out of order. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import type { Service } from '../setup/service.ts';
import { type Cluster, createCluster, nodesMissing, until, upsertEvent } from './cluster.ts';
import { endSubscribers, Subscriber } from './subscriber.ts';

const lacking = nodesMissing();
if (lacking !== null) console.warn(`left out: several nodes, because ${lacking}`);
const several = lacking === null ? describe : describe.skip;

/** As a load balancer without sticky sessions: the next node, whoever was there before. */
function inTurn(nodes: readonly Service[]): () => Service {
  let turn = 0;
  return () => nodes[turn++ % nodes.length] as Service;
}

several('three nodes', () => {
  let cluster: Cluster;
  let calendarId = '';
  let accountId = '';
  beforeAll(async () => {
    cluster = await createCluster(3);
    for (const node of cluster.nodes) await cluster.start(node);
    const [node] = cluster.nodes;
    const made = await node?.graph(
      `mutation { upsertApplicationCalendar(input: { key: "rolling", timeZone: "Europe/London" }) {
        account { id } calendar { id } userErrors { message } } }`,
    );
    calendarId = made?.upsertApplicationCalendar.calendar.id;
    accountId = made?.upsertApplicationCalendar.account.id;
  }, 180_000);
  afterEach(endSubscribers);
  afterAll(() => cluster?.close());

  const upsert = (node: Service, key: string) => upsertEvent(node, calendarId, key);
  const now = async (node: Service): Promise<string> => (await node.graph('{ changes { cursor } }')).changes.cursor;
  /** What the log has of the account behind `sequence`, in its order. */
  const log = async (sequence: string) =>
    (
      await cluster.query<{ text: string }>(
        `select kind || ' ' || subject_id as text from change_log where account_id = $1 and sequence > $2::bigint order by sequence`,
        [accountId, sequence],
      )
    ).map(({ text }) => text);
  const lastSequence = async () =>
    (
      await cluster.query<{ last: string }>(
        `select coalesce(max(sequence), 0)::text as last from change_log where account_id = $1`,
        [accountId],
      )
    )[0]?.last ?? '0';

  test('are restarted in turn while writes go on: every subscriber resumes elsewhere, none lost, none out of order', async () => {
    const { nodes } = cluster;
    const begun = await lastSequence();
    const cursor = await now(nodes[0] as Service);
    const nextForSubscribers = inTurn(nodes);
    const subscribers = Array.from(
      { length: 3 },
      () => new Subscriber(nextForSubscribers, cursor, { includeOwn: true }),
    );
    for (const subscriber of subscribers) subscriber.start();
    const nextForWrites = inTurn(nodes);
    let writing = true;
    const accepted = new Set<string>();
    const writer = (async () => {
      for (let number = 0; writing; number++) {
        // The same call again until a node answers: the key makes it one write.
        for (let done = false, tries = 0; !done && tries < 1_000; tries++) {
          const answer = await upsert(nextForWrites(), `event ${number}`).catch(() => null);
          // A node that is down refuses at once.
          if (answer === null) await new Promise((resolve) => setTimeout(resolve, 20));
          if (answer !== null) accepted.add(answer.upsertEvent.event.id);
          done = answer !== null;
        }
      }
    })();
    try {
      for (const node of nodes) {
        expect(await node.stop()).toBe(0);
        await cluster.start(node);
      }
    } finally {
      writing = false;
    }
    await writer;
    const expected = await log(begun);
    expect(expected.filter((text) => text.startsWith('EVENT_CREATED'))).toHaveLength(accepted.size);
    expect(accepted.size).toBeGreaterThan(10);
    for (const subscriber of subscribers) {
      await until(() => subscriber.seen.length >= expected.length, 'all changes at a subscriber');
      expect(subscriber.seen).toEqual(expected);
      expect(subscriber.completions).toBe(0);
    }
    const closings = subscribers.flatMap((subscriber) => subscriber.closings);
    const drained = closings.filter(({ code }) => code === 1001);
    expect(drained.length).toBeGreaterThanOrEqual(3);
    for (const { reason } of drained) expect(reason).toMatch(/^retry after \d+\.\d s$/);
  }, 180_000);

  test('one that stops says so at once: not ready, no new socket, the others go on', async () => {
    const [leaving, staying] = cluster.nodes as [Service, Service];
    // A client that does not answer the close keeps the node from being gone before it could be asked.
    const url = `${leaving.address.replace('http', 'ws')}/graphql`;
    const deaf = new WebSocket(url, 'graphql-transport-ws');
    await new Promise((resolve) => deaf.once('open', resolve));
    deaf.pause();
    leaving.signal('SIGTERM');
    await until(async () => (await fetch(`${leaving.address}/readyz`).catch(() => null))?.status === 503, 'not ready');
    const answer = await fetch(`${leaving.address}/readyz`);
    expect(await answer.json()).toMatchObject({ status: 'stopping', checks: { database: 'ok', schema: 'ok' } });
    expect((await fetch(`${leaving.address}/livez`)).status).toBe(200);
    const refused = new WebSocket(url, 'graphql-transport-ws');
    const status = await new Promise((resolve) => {
      refused.once('unexpected-response', (_request, response) => resolve(response.statusCode));
      refused.once('error', resolve);
    });
    expect(status).toBe(503);
    expect((await fetch(`${staying.address}/readyz`)).status).toBe(200);
    expect(await leaving.ended()).toBe(0);
    deaf.terminate();
    await cluster.start(leaving);
  }, 60_000);

  test('one starts beside a newer schema that says it may, and refuses one that breaks it; one that runs goes on', async () => {
    const [first, second] = cluster.nodes as [Service, Service];
    const known = await cluster.query<{ name: string }>(`select max(name) as name from kysely_migration`);
    expect(await second.stop()).toBe(0);
    await cluster.query(`alter table event add column from_the_future text`);
    await cluster.query(
      `insert into kysely_migration (name, timestamp, compatible_from) values ('20990101T0000-expand', now()::text, $1)`,
      [known[0]?.name],
    );
    await cluster.start(second);
    expect((await upsert(second, 'beside')).upsertEvent.userErrors).toEqual([]);
    expect((await upsert(first, 'beside')).upsertEvent.userErrors).toEqual([]);
    await second.stop();
    await cluster.query(`insert into kysely_migration (name, timestamp) values ('20990101T0001-break', now()::text)`);
    await expect(cluster.start(second)).rejects.toThrow(
      /the service ended with 3: .*the database is newer than this Meridian: it has the migration 20990101T0001-break/s,
    );
    // It goes on, but nobody is sent to it any more.
    expect((await upsert(first, 'still')).upsertEvent.userErrors).toEqual([]);
    const ready = await fetch(`${first.address}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { status: 'failed', checks: { schema: 'failed' } }]);
    await cluster.query(`delete from kysely_migration where name like '2099%'`);
    await cluster.start(second);
  }, 90_000);
});
