/** A subscription's life: catching up, idling, ending, failing, being slow. Time is the test's own. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RequestError } from '../../domain/errors.ts';
import type { ChangeBatch } from '../../subscriptions/changes.ts';
import type { Clock } from '../../subscriptions/wake-up.ts';
import { watchChanges } from '../../subscriptions/watch.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { actorOf, changeOf, collect, commitChanges, type Node, startNode, subjects } from './nodes.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

interface ManualClock extends Clock {
  /** Lets time pass; what became due runs in its order. */
  pass(milliseconds: number): void;
  readonly waiting: number;
}

function manualClock(): ManualClock {
  let now = 1_000_000;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    after(milliseconds, run) {
      const timer = { at: now + milliseconds, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
    get waiting() {
      return timers.size;
    },
  };
}

/** What the database and the microtasks need between two steps of the clock. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 40));

async function within<T>(work: Promise<T>, milliseconds = 10_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing for ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

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
      expect(taken.length).toBeLessThanOrEqual(2);
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

describe('ending', () => {
  const ways: readonly [string, (node: Node, stop: AbortController, drain: AbortController) => void][] = [
    ['the client goes', (_, stop) => stop.abort()],
    ['the node drains', (_, __, drain) => drain.abort()],
    ['the wake-ups close', (node) => void node.wakeUps.close()],
  ];
  test.each(ways)('while it waits: %s', async (_, end) => {
    const [stop, drain] = [new AbortController(), new AbortController()];
    await onNode({ feed: { drain: drain.signal } }, async (node, tenant) => {
      const batches = node.feed.watch({ actor: actorOf(tenant), after: null, filter: null, signal: stop.signal });
      await within(batches.next());
      const waiting = batches.next();
      await settle();
      end(node, stop, drain);
      expect(await within(waiting)).toEqual({ done: true, value: undefined });
      expect(await within(batches.next())).toEqual({ done: true, value: undefined });
    });
  });

  test('before it began: nothing is read', () =>
    onNode({}, async ({ feed }, tenant) => {
      const counter = { sqlQueries: 0 };
      const batches = feed.watch({ actor: actorOf(tenant), after: null, filter: null, counter });
      expect(await batches.return?.()).toEqual({ done: true, value: undefined });
      expect(await batches.next()).toEqual({ done: true, value: undefined });
      expect(counter.sqlQueries).toBe(0);
    }));

  test('throw() ends it as return() does', () =>
    onNode({}, async ({ store, wakeUps }, tenant) => {
      const batches = await watchChanges({ store, seal: testKeyRing, wakeUps, actor: actorOf(tenant) });
      await within(batches.next());
      const waiting = batches.next();
      await settle();
      await expect(within(Promise.resolve(batches.throw?.(new Error('enough'))))).rejects.toThrow('enough');
      expect(await within(waiting)).toEqual({ done: true, value: undefined });
    }));

  test('when the credential expires: UNAUTHENTICATED', () => {
    const clock = manualClock();
    return onNode({ clock }, async ({ feed }, tenant) => {
      const actor = { ...actorOf(tenant, tenant.accountId), expiresAt: clock.now() + 10_000 };
      const batches = feed.watch({ actor, after: null, filter: null });
      await within(batches.next());
      const waiting = batches.next().then(
        () => null,
        (error: unknown) => error,
      );
      await settle();
      clock.pass(10_000);
      const error = await within(waiting);
      expect(error).toBeInstanceOf(RequestError);
      expect(error).toMatchObject({ code: 'UNAUTHENTICATED' });
    });
  });
});

describe('a database that fails', () => {
  test('for a moment costs time and no change', () =>
    onNode({ pollMilliseconds: 20 }, async ({ feed }, tenant) => {
      const batches = feed.watch({ actor: actorOf(tenant), after: null, filter: null });
      await within(batches.next());
      for (let round = 0; round < 3; round++) {
        await write(tenant, round, 1);
        await fresh.superuser(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and application_name = 'meridian' and pid <> pg_backend_pid()`,
        );
        const told = (await within(batches.next())).value?.changes ?? [];
        expect(subjects(told)).toEqual([`e${round}`]);
      }
      await batches.return?.();
    }));

  test('for good ends the subscription with its error after several tries', () => {
    const clock = manualClock();
    return onNode({ clock }, async ({ store, wakeUps }, tenant) => {
      let reads = 0;
      const failing = {
        ...store,
        withApplication: (...parameters: Parameters<typeof store.withApplication>) => {
          if (++reads > 2) return Promise.reject(new Error('gone'));
          return store.withApplication(...parameters);
        },
      } as typeof store;
      const batches = await watchChanges({ store: failing, seal: testKeyRing, wakeUps, actor: actorOf(tenant), clock });
      await within(batches.next());
      const waiting = batches.next().then(
        () => null,
        (error: unknown) => error,
      );
      await write(tenant, 0, 1);
      wakeUps.wake();
      for (let i = 0; i < 8; i++) {
        await settle();
        clock.pass(6_000);
      }
      expect(await within(waiting)).toEqual(new Error('gone'));
      expect(reads).toBe(2 + 6);
    });
  });
});
