/** Signals through Redis: they arrive, they are few, and whatever becomes of Redis the database carries them. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createChangeFeed } from '../../subscriptions/feed.ts';
import { createPostgresNotifications } from '../../subscriptions/notifications.ts';
import { createRedisNotifications } from '../../subscriptions/redis-notifications.ts';
import { createWakeUps, type Notifications } from '../../subscriptions/wake-up.ts';
import { freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant } from '../setup/fixtures.ts';
import { freePort } from '../setup/free-port.ts';
import { type RedisServer, redisMissing, startRedis } from '../setup/servers/redis.ts';
import { actorOf, changeOf, commitChanges, listeningClient } from './nodes.ts';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 1_000) throw new Error('it never came to that');
    await pause(10);
  }
}

/** The database's signals, counted. */
function fallback() {
  const listeners: (() => void)[] = [];
  const counted = { notified: 0, closed: 0, hear: () => listeners.forEach((heard) => void heard()) };
  const notifications: Notifications = {
    notify: () => {
      counted.notified++;
    },
    listen: (heard) => listeners.push(heard),
    close: async () => {
      counted.closed++;
    },
  };
  return { counted, notifications };
}

const open: Notifications[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function node(url: string, installation = 'here') {
  const { counted, notifications } = fallback();
  const troubles: string[] = [];
  const own = createRedisNotifications({
    url,
    installation,
    fallback: notifications,
    onTrouble: (reason) => troubles.push(reason),
  });
  const heard = { count: 0 };
  own.listen(() => heard.count++);
  open.push(own);
  return { own, heard, counted, troubles };
}

const missing = redisMissing();
if (missing !== null && process.env['REQUIRE_SERVERS'] === '1') throw new Error(missing);

(missing === null ? describe : describe.skip)('signals through Redis', () => {
  let server: RedisServer;
  let admin: Redis;
  beforeAll(async () => {
    server = await startRedis();
    admin = new Redis(server.url);
    admin.on('error', () => {});
  });
  afterAll(async () => {
    admin.disconnect();
    await server.stop();
  });

  /** Nodes that listen: each hears once that it does. */
  async function nodes(count: number, installation?: string) {
    const made = Array.from({ length: count }, () => node(server.url, installation));
    await until(() => made.every(({ heard }) => heard.count === 1));
    for (const { heard } of made) heard.count = 0;
    return made as [ReturnType<typeof node>, ReturnType<typeof node>];
  }

  test('reach the other nodes of the installation, and not oneself or another installation', async () => {
    const [one, two] = await nodes(2);
    const [stranger] = await nodes(1, 'elsewhere');
    one.own.notify();
    await until(() => two.heard.count === 1);
    await pause(100);
    expect([one.heard.count, two.heard.count, stranger.heard.count]).toEqual([0, 1, 0]);
    expect([one.counted.notified, two.counted.notified]).toEqual([0, 0]);
  });

  test('a thousand of them at once are few on the wire, and the last is among them', async () => {
    const [one, two] = await nodes(2);
    for (let n = 0; n < 1_000; n++) one.own.notify();
    await until(() => two.heard.count > 1);
    await pause(200);
    expect(two.heard.count).toBeLessThanOrEqual(3);
  });

  test('what is no signal of ours is no signal', async () => {
    const [one] = await nodes(1);
    const long = 'a'.repeat(1_000_000);
    for (const text of ['', 'look', '{"accounts":["*"]}', '0123456789abcdeF', '0123456789abcdef0', '\0', long]) {
      await admin.publish('meridian:changes:here', text);
    }
    await pause(100);
    expect(one.heard.count).toBe(0);
    await admin.publish('meridian:changes:here', '0123456789abcdef');
    await until(() => one.heard.count === 1);
  });

  test('FLUSHALL takes nothing away', async () => {
    const [one, two] = await nodes(2);
    await admin.flushall();
    one.own.notify();
    await until(() => two.heard.count === 1);
  });

  test('a listening connection that is cut comes back, and looks for what it missed', async () => {
    const [one, two] = await nodes(2);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until(() => one.heard.count === 1 && two.heard.count === 1);
    one.own.notify();
    await until(() => two.heard.count === 2);
  });

  test('while the server takes nothing, the database is told at once, and Redis again when it does', async () => {
    const [one, two] = await nodes(2);
    await admin.call('CLIENT', 'PAUSE', '1500', 'ALL');
    one.own.notify();
    await until(() => one.counted.notified === 1);
    const before = one.counted.notified;
    one.own.notify();
    await pause(20);
    expect(one.counted.notified).toBeGreaterThan(before);
    await admin.ping(); // answered when the pause is over
    for (const settled = two.heard.count; two.heard.count === settled; await pause(50)) one.own.notify();
    await pause(100);
    const after = one.counted.notified;
    one.own.notify();
    await pause(100);
    expect(one.counted.notified).toBe(after);
  });

  test('what the database tells is heard beside Redis: another node may not reach it', async () => {
    const [one] = await nodes(1);
    one.counted.hear();
    expect(one.heard.count).toBe(1);
  });

  test('closing ends both, and nothing is sent any more', async () => {
    const [one, two] = await nodes(2);
    await one.own.close();
    open.splice(open.indexOf(one.own), 1);
    one.own.notify();
    await pause(50);
    expect([one.counted.closed, one.counted.notified, two.heard.count]).toEqual([1, 0, 0]);
  });
});

(missing === null ? describe : describe.skip)('changes between nodes, without a poll', () => {
  test('are carried by Redis alone, by the database once Redis is killed, and by Redis again', async () => {
    const fresh = await freshStore({ maximumConnections: 8 });
    const port = await freePort();
    let server = await startRedis('carried', port);
    /** A node whose database signals can be taken away. */
    const start = () => {
      const through = { isOpen: false, notified: 0 };
      const database = createPostgresNotifications({ connect: () => listeningClient(fresh.store) });
      const notifications = createRedisNotifications({
        url: server.url,
        installation: fresh.store.installation.instanceName,
        fallback: {
          notify: () => {
            through.notified++;
            database.notify();
          },
          listen: (heard) => database.listen(() => through.isOpen && heard()),
          close: () => database.close(),
        },
      });
      const wakeUps = createWakeUps({ store: fresh.store, notifications, pollMilliseconds: 3_600_000 });
      return { wakeUps, through, feed: createChangeFeed({ store: fresh.store, seal: testKeyRing, wakeUps }) };
    };
    const [writer, reader] = [start(), start()];
    try {
      const tenant = await insertTenant(fresh.store);
      const batches = reader.feed.watch({ actor: actorOf(tenant), after: null, filter: null });
      await batches.next();
      let n = 0;
      const carried = async () => {
        const subject = `e${n++}`;
        await commitChanges(fresh.store, tenant, [changeOf(tenant, subject)]);
        writer.wakeUps.wake();
        const { value } = await batches.next();
        expect(value?.changes.map(({ subjectId }) => subjectId)).toEqual([subject]);
      };
      await pause(300); // both listen
      for (let round = 0; round < 3; round++) await carried();
      expect(writer.through.notified).toBe(0);
      reader.through.isOpen = true;
      await server.stop();
      for (let round = 0; round < 3; round++) await carried();
      expect(writer.through.notified).toBeGreaterThan(0);
      server = await startRedis('carried', port);
      for (let round = 0; round < 3; round++) await carried();
      await batches.return?.();
    } finally {
      await Promise.all([writer.wakeUps.close(), reader.wakeUps.close()]);
      await server.stop();
      await fresh.drop();
    }
  });
});

(missing === null ? describe : describe.skip)('without Redis', () => {
  test('at the start, and in the middle: the database carries the signals until it is there', async () => {
    const port = await freePort();
    const password = 'secret-of-redis';
    const address = `redis://:${password}@127.0.0.1:${port}`;
    const one = node(address);
    const two = node(address);
    one.own.notify();
    expect(one.counted.notified).toBeGreaterThan(0);
    await until(() => one.troubles.length > 0);

    let server = await startRedis(password, port);
    await until(() => one.heard.count === 1 && two.heard.count === 1);
    // The sending connection comes back by itself too; until then both are told.
    for (const heard = two.heard.count; two.heard.count === heard; await pause(20)) one.own.notify();
    await pause(50);
    const quiet = one.counted.notified;
    one.own.notify();
    await pause(50);
    expect(one.counted.notified).toBe(quiet);

    await server.stop();
    await pause(50);
    one.own.notify();
    await until(() => one.counted.notified > quiet);

    server = await startRedis(password, port);
    const heard = two.heard.count;
    await until(() => two.heard.count > heard); // it listens again, and looks
    await server.stop();
    expect(JSON.stringify([one.troubles, two.troubles])).not.toContain(password);
    expect(one.troubles.length).toBeLessThanOrEqual(4);
  });
});
