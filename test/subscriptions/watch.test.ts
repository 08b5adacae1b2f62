/** A subscription that goes on: catching up, idling, being slow. Time is the test's own. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChangeBatch } from '../../subscriptions/changes.ts';
import { watchChanges } from '../../subscriptions/watch.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { manualClock, settle, within } from './manual-clock.ts';
import { actorOf, changeOf, collect, commitChanges, type Node, startNode, subjects } from './nodes.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

async function onNode(
  options: Parameters<typeof startNode>[1],
  work: (node: Node, tenant: TenantFixture) => Promise<void>,
): Promise<void> {
  const node = await startNode(fresh, options);
  try {
    await work(node, await insertTenant(fresh.store));
  } finally {
    await node.close();
  }
}

const write = (tenant: TenantFixture, from: number, count: number) =>
  commitChanges(
    fresh.store,
    tenant,
    Array.from({ length: count }, (_, i) => changeOf(tenant, `e${from + i}`)),
  );
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `e${i}`);

describe('catching up', () => {
  test('begins at once with a cursor and nothing when nothing was missed', () =>
    onNode({}, async ({ feed }, tenant) => {
      await write(tenant, 0, 3);
      const batches = feed.watch({ actor: actorOf(tenant), after: null, filter: null });
      const { value } = await within(batches.next());
      expect(value).toEqual({ cursor: expect.any(String), changes: [], caughtUp: true });
      await batches.return?.();
    }));

  test('delivers what was missed in batches of 100, and says when that is all', () =>
    onNode({ pollMilliseconds: 20 }, async ({ feed }, tenant) => {
      const actor = actorOf(tenant);
      const { cursor } = await feed.read({ actor, after: null, filter: null, first: 1 });
      await write(tenant, 0, 250);
      const batches = feed.watch({ actor, after: cursor, filter: null });
      const first = (await within(batches.next())).value;
      // After the start: not part of catching up, and delivered behind it.
      await write(tenant, 250, 10);
      const rest = await within(collect(batches, (changes) => changes.length >= 160));
      const all = [first, ...rest.batches].filter((batch): batch is ChangeBatch => batch !== undefined);
      expect(all.map((batch) => [batch.changes.length, batch.caughtUp])).toEqual([
        [100, false],
        [100, false],
        [60, true],
      ]);
      expect(subjects(all.flatMap((batch) => batch.changes))).toEqual(numbered(260));
    }));

  test('a filter that leaves nothing of a long backlog still catches up', () =>
    onNode({}, async ({ feed }, tenant) => {
      const actor = actorOf(tenant);
      const { cursor } = await feed.read({ actor, after: null, filter: null, first: 1 });
      for (let i = 0; i < 50; i++) await write(tenant, i * 500, 500);
      const batches = feed.watch({ actor, after: cursor, filter: { kinds: ['EVENT_DELETED'] } });
      const { changes, batches: taken } = await within(collect(batches, (_, batch) => batch.caughtUp));
      expect(changes).toEqual([]);
      expect(taken.map((batch) => batch.caughtUp)).toEqual([false, true]);
    }));
});

describe('a slow consumer', () => {
  test('gets larger batches, not a longer queue: nothing is read ahead', () =>
    onNode({ pollMilliseconds: 20 }, async ({ feed, wakeUps }, tenant) => {
      const counter = { sqlQueries: 0 };
      const batches = feed.watch({ actor: actorOf(tenant), after: null, filter: null, counter });
      await within(batches.next());
      const queries = counter.sqlQueries;
      for (let i = 0; i < 25; i++) {
        await write(tenant, i * 10, 10);
        wakeUps.wake();
      }
      await settle();
      expect(counter.sqlQueries).toBe(queries);
      const { batches: taken, changes } = await within(collect(batches, (all) => all.length >= 250));
      expect(taken.map((batch) => batch.changes.length)).toEqual([100, 100, 50]);
      expect(subjects(changes)).toEqual(numbered(250));
    }));
});

describe('an idle subscription', () => {
  test('gets a fresh cursor before 30 s have passed, without a statement of its own', () => {
    const clock = manualClock();
    return onNode({ clock, pollMilliseconds: 1_500 }, async ({ feed }, tenant) => {
      const stranger = await insertTenant(fresh.store);
      const counter = { sqlQueries: 0 };
      const actor = actorOf(tenant);
      const batches = feed.watch({ actor, after: null, filter: null, counter });
      const first = (await within(batches.next())).value;
      const queries = counter.sqlQueries;
      const idle = batches.next();
      let answered = false;
      void idle.then(() => {
        answered = true;
      });
      for (let passed = 0; passed < 24_000; passed += 1_500) {
        await commitChanges(fresh.store, stranger, [changeOf(stranger, 'not yours')]);
        clock.pass(1_500);
        await settle();
      }
      expect(answered).toBe(false);
      clock.pass(1_500);
      const second = (await within(idle)).value;
      expect(second).toEqual({ cursor: expect.any(String), changes: [], caughtUp: true });
      expect(second?.cursor).not.toBe(first?.cursor);
      expect(counter.sqlQueries).toBe(queries);
      // It stands: behind it is what comes next and nothing of before.
      await write(tenant, 0, 2);
      const { changes } = await feed.read({ actor, after: second?.cursor ?? '', filter: null, first: 100 });
      expect(subjects(changes)).toEqual(numbered(2));
      await batches.return?.();
    });
  });

  test('after its changes asks nothing more until there is news', () =>
    onNode({ pollMilliseconds: 10 }, async ({ feed, wakeUps }, tenant) => {
      const counter = { sqlQueries: 0 };
      const batches = feed.watch({ actor: actorOf(tenant), after: null, filter: null, counter });
      await within(batches.next());
      await write(tenant, 0, 1);
      wakeUps.wake();
      await within(batches.next());
      const waiting = batches.next();
      await settle();
      const queries = counter.sqlQueries;
      await settle();
      expect(counter.sqlQueries).toBe(queries);
      await batches.return?.();
      await waiting;
    }));

  test('a fresh cursor never jumps over a change that was committed beside it', () =>
    onNode({ pollMilliseconds: 3, feed: { idleMilliseconds: 4 } }, async ({ feed, wakeUps }, tenant) => {
      const actor = actorOf(tenant);
      const batches = feed.watch({ actor, after: null, filter: null });
      const first = (await within(batches.next())).value;
      let cursor = first?.cursor ?? '';
      const told: string[] = [];
      const writing = (async () => {
        for (let i = 0; i < 60; i++) {
          await write(tenant, i, 1);
          if (i % 2 === 0) wakeUps.wake();
          await new Promise((resolve) => setTimeout(resolve, i % 7));
        }
      })();
      // Every batch's cursor, idle ones included, is where another reader goes on.
      const asked: string[] = [];
      while (told.length < 60) {
        const batch = (await within(batches.next())).value;
        told.push(...subjects(batch?.changes ?? []));
        const { changes } = await feed.read({ actor, after: cursor, filter: null, first: 100 });
        const known = new Set(asked);
        asked.push(...subjects(changes).filter((id) => !known.has(id)));
        cursor = batch?.cursor ?? '';
      }
      await writing;
      expect(told).toEqual(numbered(60));
      expect(asked).toEqual(numbered(60));
      await batches.return?.();
    }));

  test('leaves no timer and no reader behind when it ends', () => {
    const clock = manualClock();
    return onNode({ clock }, async ({ feed }, tenant) => {
      const batches = feed.watch({ actor: actorOf(tenant), after: null, filter: null });
      await within(batches.next());
      const waiting = batches.next();
      await settle();
      expect(clock.waiting).toBeGreaterThan(0);
      await within(Promise.resolve(batches.return?.()));
      expect(await within(waiting)).toEqual({ done: true, value: undefined });
      await settle();
      expect(clock.waiting).toBe(0);
    });
  });
});

describe('what commits while a read is on its way back', () => {
  test.each([
    ['the first read', 1],
    ['a live read', 2],
  ])('%s: is found by the next', (_, which) =>
    onNode({ pollMilliseconds: 3_600_000, feed: { idleMilliseconds: 200 } }, async ({ store, wakeUps }, tenant) => {
      let reads = 0;
      const slow = {
        ...store,
        withApplication: async (...parameters: Parameters<typeof store.withApplication>) => {
          const answer = await store.withApplication(...parameters);
          // The position of the start is read first, in a transaction of its own.
          if (++reads === which + 1) {
            await write(tenant, which, 1);
            wakeUps.wake();
            await settle();
            await settle();
          }
          return answer;
        },
      } as typeof store;
      const batches = await watchChanges({ store: slow, seal: testKeyRing, wakeUps, actor: actorOf(tenant) });
      await within(batches.next());
      if (which === 2) {
        await write(tenant, 1, 1);
        wakeUps.wake();
      }
      const { changes } = await within(collect(batches, (all) => all.length >= which));
      expect(subjects(changes)).toEqual(['e1', 'e2'].slice(0, which));
    }),
  );
});
