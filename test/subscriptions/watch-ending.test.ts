/** How a subscription ends: with its client, its node, its credential, its database. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RequestError } from '../../domain/errors.ts';
import { watchChanges } from '../../subscriptions/watch.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { manualClock, settle, within } from './manual-clock.ts';
import { actorOf, changeOf, commitChanges, type Node, startNode, subjects } from './nodes.ts';

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
