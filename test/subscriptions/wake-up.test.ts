/** Signals: what they cost, and that losing them costs time only. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { insertHold } from '../../datasources/store/holds.ts';
import type { Store } from '../../datasources/store/store.ts';
import { createWakeUps, type Watch } from '../../subscriptions/wake-up.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { actorOf, changeOf, collect, commitChanges, startNode, subjects } from './nodes.ts';

const never = 3_600_000;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 250) throw new Error('it never came to that');
    await pause(20);
  }
}

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

/** Counts the looks. */
function counted(store: Store): { readonly store: Store; readonly looks: () => number } {
  let looks = 0;
  return {
    store: {
      ...store,
      asWorker: (work, counter) => {
        looks++;
        return store.asWorker(work, counter);
      },
    },
    looks: () => looks,
  };
}

async function hasNews(watch: Watch, milliseconds = 200): Promise<boolean> {
  const cancel = AbortSignal.timeout(milliseconds);
  await watch.news(cancel);
  return !cancel.aborted;
}

const commit = (tenant: TenantFixture, subject = 'e') =>
  commitChanges(fresh.store, tenant, [changeOf(tenant, subject)]);
const readerOf = (tenant: TenantFixture, accountId: string | null = null) => ({
  applicationId: tenant.applicationId,
  accountIds: accountId === null ? null : new Set([accountId]),
});

describe('on one node', () => {
  test('who waits for time to be held is woken by it, whichever application holds it, and nobody else', async () => {
    const [tenant, holder] = [await insertTenant(fresh.store), await insertTenant(fresh.store)];
    const wakeUps = createWakeUps({ store: fresh.store, pollMilliseconds: never });
    const reader = readerOf(tenant, tenant.accountId);
    const readers = {
      waits: await wakeUps.watch({ ...reader, holds: true }),
      'does not': await wakeUps.watch(reader),
      'of another account': await wakeUps.watch({ ...readerOf(tenant, holder.accountId), holds: true }),
    };
    for (const watch of Object.values(readers)) watch.reading();
    const { accountId } = tenant;
    await fresh.store.asWorker((tx) =>
      insertHold(tx, {
        id: fresh.store.ids('hld'),
        applicationId: holder.applicationId,
        slots: [{ start: 60, end: 120, accountIds: [accountId], rules: null }],
        times: [{ accountId, from: 60, to: 120, start: 60 }],
        ttl: 600,
      }),
    );
    wakeUps.wake();
    expect(await hasNews(readers.waits, 5_000)).toBe(true);
    expect(await Promise.all([hasNews(readers['does not']), hasNews(readers['of another account'])])).toEqual([
      false,
      false,
    ]);
    await wakeUps.close();
  });

  test('a signal wakes the readers of what changed, and nobody else', async () => {
    const tenant = await insertTenant(fresh.store);
    const second = await insertTenant(fresh.store, { of: tenant });
    const stranger = await insertTenant(fresh.store);
    const wakeUps = createWakeUps({ store: fresh.store, pollMilliseconds: never });
    const readers = {
      application: await wakeUps.watch(readerOf(tenant)),
      account: await wakeUps.watch(readerOf(tenant, tenant.accountId)),
      'other account': await wakeUps.watch(readerOf(tenant, second.accountId)),
      stranger: await wakeUps.watch(readerOf(stranger)),
    };
    for (const watch of Object.values(readers)) {
      expect(await hasNews(watch, 0)).toBe(true); // a reader that has never read has everything to read
      watch.reading();
      watch.read();
    }
    await commit(tenant);
    wakeUps.wake();
    const { application, account, stranger: another, 'other account': other } = readers;
    expect(await Promise.all([hasNews(application, 5_000), hasNews(account, 5_000)])).toEqual([true, true]);
    expect(await Promise.all([hasNews(other), hasNews(another)])).toEqual([false, false]);
    expect(readers.application.quietPosition()).toBeNull();
    expect(readers.stranger.quietPosition()).not.toBeNull();
    await wakeUps.close();
  });

  test('a storm of signals becomes few looks, and the last commit is still found', async () => {
    const tenant = await insertTenant(fresh.store);
    const { store, looks } = counted(fresh.store);
    const wakeUps = createWakeUps({ store, pollMilliseconds: never });
    const watch = await wakeUps.watch(readerOf(tenant));
    expect(looks()).toBe(1);
    watch.reading();
    watch.read();
    for (let i = 0; i < 1_000; i++) wakeUps.wake();
    await commit(tenant);
    wakeUps.wake();
    expect(await hasNews(watch, 2_000)).toBe(true);
    await pause(50);
    expect(looks()).toBeLessThanOrEqual(5);
    await wakeUps.close();
  });

  test('nobody reading means nobody looking', async () => {
    const tenant = await insertTenant(fresh.store);
    const { store, looks } = counted(fresh.store);
    const wakeUps = createWakeUps({ store, pollMilliseconds: 5 });
    wakeUps.wake();
    await pause(40);
    expect(looks()).toBe(0);
    const watch = await wakeUps.watch(readerOf(tenant));
    await until(() => looks() > 2);
    watch.close();
    await pause(20);
    const before = looks();
    await pause(40);
    expect(looks()).toBe(before);
    // What happened meanwhile is the next reader's own read to find, and no reason to wake it twice.
    await commit(tenant);
    const next = await wakeUps.watch(readerOf(tenant));
    next.reading();
    next.read();
    expect(await hasNews(next, 50)).toBe(false);
    await wakeUps.close();
  });

  test('without any signal the poll finds it', async () => {
    const tenant = await insertTenant(fresh.store);
    const wakeUps = createWakeUps({ store: fresh.store, pollMilliseconds: 30 });
    const watch = await wakeUps.watch(readerOf(tenant));
    watch.reading();
    watch.read();
    await commit(tenant);
    expect(await hasNews(watch, 5_000)).toBe(true);
    await wakeUps.close();
  });

  test('a look that fails is told, and the next one finds what it would have', async () => {
    const tenant = await insertTenant(fresh.store);
    let broken = false;
    const errors: unknown[] = [];
    const store: Store = {
      ...fresh.store,
      asWorker: (work, counter) =>
        broken ? Promise.reject(new Error('no database')) : fresh.store.asWorker(work, counter),
    };
    const wakeUps = createWakeUps({ store, pollMilliseconds: 20, onError: (error) => errors.push(error) });
    const watch = await wakeUps.watch(readerOf(tenant));
    watch.reading();
    watch.read();
    broken = true;
    await commit(tenant);
    wakeUps.wake();
    expect(await hasNews(watch, 60)).toBe(false);
    expect(errors.length).toBeGreaterThan(0);
    broken = false;
    expect(await hasNews(watch, 5_000)).toBe(true);
    await wakeUps.close();
  });

  test('a look that began before a read is no news of what came after it', async () => {
    const tenant = await insertTenant(fresh.store);
    let hold: Promise<void> | null = null;
    const store: Store = {
      ...fresh.store,
      asWorker: async (work, counter) => {
        const answer = await fresh.store.asWorker(work, counter);
        await hold;
        return answer;
      },
    };
    const wakeUps = createWakeUps({ store, pollMilliseconds: never });
    const watch = await wakeUps.watch(readerOf(tenant));
    watch.reading();
    watch.read();
    let release = () => {};
    hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    wakeUps.wake(); // a look goes out, and its answer is slow
    await pause(50);
    watch.reading();
    watch.read();
    release();
    await pause(50);
    expect(watch.quietPosition()).toBeNull();
    wakeUps.wake();
    await until(() => watch.quietPosition() !== null);
    await wakeUps.close();
  });

  test('fifty idle subscriptions cost no statement when one account changes', async () => {
    const node = await startNode(fresh, { pollMilliseconds: 20 });
    const tenant = await insertTenant(fresh.store);
    const tenants = await Promise.all(Array.from({ length: 50 }, () => insertTenant(fresh.store)));
    const counters = tenants.map(() => ({ sqlQueries: 0 }));
    const open = tenants.map((one, i) =>
      node.feed.watch({ actor: actorOf(one), after: null, filter: null, counter: counters[i] }),
    );
    for (const batches of open) await batches.next();
    const waiting = open.map((batches) => batches.next());
    const before = counters.map(({ sqlQueries }) => sqlQueries);
    const busy = node.feed.watch({ actor: actorOf(tenant), after: null, filter: null });
    await busy.next();
    for (let i = 0; i < 10; i++) {
      await commit(tenant, `e${i}`);
      node.wakeUps.wake();
    }
    await collect(busy, (changes) => changes.length >= 10);
    expect(counters.map(({ sqlQueries }) => sqlQueries)).toEqual(before);
    await Promise.all(open.map((batches) => batches.return?.()));
    await Promise.all(waiting);
    await node.close();
  });
});

describe('between nodes', () => {
  const listeners = () =>
    fresh.superuser<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'meridian listener'`,
    );

  test('a commit on one wakes the other, without a poll', async () => {
    const tenant = await insertTenant(fresh.store);
    const [writer, reader] = [
      await startNode(fresh, { notifies: true, pollMilliseconds: never }),
      await startNode(fresh, { notifies: true, pollMilliseconds: never }),
    ];
    await until(async () => (await listeners()).length === 2);
    await pause(50);
    const batches = reader.feed.watch({ actor: actorOf(tenant), after: null, filter: null });
    await batches.next();
    for (let i = 0; i < 5; i++) {
      await commitChanges(writer.store, tenant, [changeOf(tenant, `e${i}`)]);
      writer.wakeUps.wake();
      expect(subjects((await batches.next()).value?.changes ?? [])).toEqual([`e${i}`]);
    }
    await batches.return?.();
    await writer.close();
    await reader.close();
    expect(await listeners()).toEqual([]);
  });

  test('a killed listening connection comes back, and what it missed is found', async () => {
    const tenant = await insertTenant(fresh.store);
    const [writer, reader] = [
      await startNode(fresh, { notifies: true, pollMilliseconds: never }),
      await startNode(fresh, { notifies: true, pollMilliseconds: never }),
    ];
    await until(async () => (await listeners()).length === 2);
    await pause(50);
    const batches = reader.feed.watch({ actor: actorOf(tenant), after: null, filter: null });
    await batches.next();
    for (let round = 0; round < 3; round++) {
      const killed = await listeners();
      await fresh.superuser('select pg_terminate_backend(pid) from unnest($1::int[]) pid', [
        killed.map(({ pid }) => pid),
      ]);
      await commitChanges(writer.store, tenant, [changeOf(tenant, `e${round}`)]);
      writer.wakeUps.wake(); // nobody listens now
      expect(subjects((await batches.next()).value?.changes ?? [])).toEqual([`e${round}`]);
      await until(async () => {
        const now = await listeners();
        return now.length === 2 && now.every(({ pid }) => !killed.some((one) => one.pid === pid));
      });
    }
    await batches.return?.();
    await writer.close();
    await reader.close();
  });

  test('while nobody can listen at all, the poll carries everything', async () => {
    const tenant = await insertTenant(fresh.store);
    const [writer, reader] = [await startNode(fresh), await startNode(fresh, { pollMilliseconds: 20 })];
    const batches = reader.feed.watch({ actor: actorOf(tenant), after: null, filter: null });
    await batches.next();
    await commitChanges(writer.store, tenant, [changeOf(tenant, 'e')]);
    writer.wakeUps.wake();
    expect(subjects((await batches.next()).value?.changes ?? [])).toEqual(['e']);
    await batches.return?.();
    await writer.close();
    await reader.close();
  });
});
