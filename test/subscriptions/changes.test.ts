/** Query.changes and Subscription.changes: the same changes, filters, refusals; what each promises beyond that. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RequestError } from '../../domain/errors.ts';
import type { ChangeFilter, ChangeRecord } from '../../subscriptions/changes.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { insertTenant, type TenantFixture } from '../setup/fixtures.ts';
import { actorOf, changeOf, collect, commitChanges, type Node, startNode, subjects } from './nodes.ts';

let fresh: FreshStore;
let node: Node;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
  node = await startNode(fresh);
});
afterAll(async () => {
  await node.close();
  await fresh.drop();
});

type Reader = ReturnType<typeof actorOf>;

const read = (actor: Reader, after: string | null, filter: ChangeFilter | null = null, first = 100) =>
  node.feed.read({ actor, after, filter, first });
const cursorNow = async (actor: Reader) => (await read(actor, null)).cursor;

async function replay(actor: Reader, after: string, filter: ChangeFilter | null = null, first = 100) {
  const changes: ChangeRecord[] = [];
  for (let cursor = after; ; ) {
    const batch = await read(actor, cursor, filter, first);
    changes.push(...batch.changes);
    cursor = batch.cursor;
    if (batch.caughtUp) return changes;
  }
}

async function refusal(work: Promise<unknown>): Promise<RequestError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RequestError)) throw new Error(`expected a RequestError, got ${String(error)}`);
  return error;
}

/** A subscription that has caught up. */
async function watching(actor: Reader, after: string | null = null, filter: ChangeFilter | null = null) {
  const batches = node.feed.watch({ actor, after, filter });
  const first = await batches.next();
  if (first.value === undefined) throw new Error('ended');
  return { batches, first: first.value };
}

describe('the query', () => {
  test('without a cursor answers no changes and the newest cursor', async () => {
    const tenant = await insertTenant(fresh.store);
    await commitChanges(fresh.store, tenant, [changeOf(tenant, 'before')]);
    const batch = await read(actorOf(tenant), null);
    expect(batch).toEqual({ cursor: expect.any(String), changes: [], caughtUp: true });
    await commitChanges(fresh.store, tenant, [changeOf(tenant, 'after')]);
    expect(subjects(await replay(actorOf(tenant), batch.cursor))).toEqual(['after']);
  });

  test('tells all of a change but who else made it and whose event it is', async () => {
    const tenant = await insertTenant(fresh.store);
    const actor = actorOf(tenant);
    const after = await cursorNow(actor);
    const change = changeOf(tenant, 'evt', { managedBy: 'app_another' });
    await commitChanges(fresh.store, tenant, [change], 'app_another');
    const [told] = await replay(actor, after);
    expect({ ...told }).toEqual({
      kind: 'EVENT_UPDATED',
      at: expect.any(Number),
      accountId: tenant.accountId,
      subjectId: 'evt',
      profileId: tenant.profileId,
      calendarId: tenant.calendarId,
      own: false,
      // For whoever traces its delivery; the graph has no field for it.
      trace: null,
      triggerKeys: null,
    });
    expect(Math.abs((told?.at ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(JSON.stringify(told)).not.toContain('another');
  });

  test('resumes from every cursor in the middle, of a page and of a change', async () => {
    const one = await insertTenant(fresh.store);
    const two = await insertTenant(fresh.store, { of: one });
    const actor = actorOf(one);
    const start = await cursorNow(actor);
    for (let i = 0; i < 12; i++) {
      const tenant = i % 3 === 0 ? two : one;
      await commitChanges(
        fresh.store,
        tenant,
        [0, 1, 2].map((n) => changeOf(tenant, `e${i}-${n}`)),
      );
    }
    const all = subjects(await replay(actor, start));
    expect(all).toHaveLength(36);
    const seen: string[] = [];
    for (let cursor = start, caughtUp = false; !caughtUp; ) {
      const batch = await read(actor, cursor, null, 7);
      for (const change of batch.changes) {
        seen.push(change.subjectId);
        expect([...seen, ...subjects(await replay(actor, change.cursor, null, 5))]).toEqual(all);
      }
      expect([...seen, ...subjects(await replay(actor, batch.cursor, null, 11))]).toEqual(all);
      ({ cursor, caughtUp } = batch);
    }
    expect(seen).toEqual(all);
  });

  test('a cursor of the middle stands when more is written, on another node, after a restart', async () => {
    const tenant = await insertTenant(fresh.store);
    const actor = actorOf(tenant);
    const start = await cursorNow(actor);
    await commitChanges(
      fresh.store,
      tenant,
      ['a', 'b', 'c'].map((id) => changeOf(tenant, id)),
    );
    const { cursor, changes, caughtUp } = await read(actor, start, null, 2);
    expect([subjects(changes), caughtUp]).toEqual([['a', 'b'], false]);
    await commitChanges(fresh.store, tenant, [changeOf(tenant, 'd')]);
    const other = await startNode(fresh);
    try {
      const rest = await other.feed.read({ actor, after: cursor, filter: null, first: 100 });
      expect([subjects(rest.changes), rest.caughtUp]).toEqual([['c', 'd'], true]);
    } finally {
      await other.close();
    }
  });

  test('reads a page with few statements, however many accounts there are', async () => {
    const tenant = await insertTenant(fresh.store);
    for (let i = 0; i < 10; i++) await insertTenant(fresh.store, { of: tenant });
    const actor = actorOf(tenant);
    const after = await cursorNow(actor);
    await commitChanges(fresh.store, tenant, [changeOf(tenant, 'a')]);
    const counter = { sqlQueries: 0 };
    await node.feed.read({ actor, after, filter: null, first: 100, counter });
    expect(counter.sqlQueries).toBe(1);
  });
});

describe('filters, in replay and live alike', () => {
  let tenant: TenantFixture;
  let second: TenantFixture;
  let stranger: TenantFixture;
  let actor: Reader;
  let secondCalendar: string;

  beforeAll(async () => {
    tenant = await insertTenant(fresh.store);
    second = await insertTenant(fresh.store, { of: tenant });
    stranger = await insertTenant(fresh.store);
    actor = actorOf(tenant);
    secondCalendar = second.calendarId;
  });

  /** One of each that matters. */
  async function writeSome(): Promise<void> {
    const mine = { managedBy: tenant.applicationId };
    await commitChanges(fresh.store, tenant, [
      changeOf(tenant, 'external'),
      changeOf(tenant, 'managed', mine),
      changeOf(tenant, 'managed by another', { managedBy: 'app_another' }),
      changeOf(tenant, 'deleted', { kind: 'EVENT_DELETED' }),
    ]);
    await commitChanges(fresh.store, tenant, [changeOf(tenant, 'own', mine)], tenant.applicationId);
    await commitChanges(fresh.store, tenant, [changeOf(tenant, 'by another')], 'app_another');
    // Of a transaction each: within one the kinds have an order of their own.
    for (const change of [
      changeOf(second, 'second'),
      changeOf(second, 'disconnected', { kind: 'PROFILE_DISCONNECTED', calendarId: null }),
      changeOf(second, 'calendar', { kind: 'CALENDAR_UPDATED' }),
    ]) {
      await commitChanges(fresh.store, second, [change]);
    }
    await commitChanges(fresh.store, stranger, [changeOf(stranger, 'stranger')]);
  }

  const withoutOwn = [
    'external',
    'managed',
    'managed by another',
    'deleted',
    'by another',
    'second',
    'disconnected',
    'calendar',
  ];
  const cases: readonly [name: string, filter: () => ChangeFilter | null, expected: readonly string[]][] = [
    ['nothing', () => null, withoutOwn],
    [
      'nulls',
      () => ({ accountIds: null, calendarIds: null, kinds: null, managed: null, includeOwn: null }),
      withoutOwn,
    ],
    ['includeOwn', () => ({ includeOwn: true }), [...withoutOwn.slice(0, 4), 'own', ...withoutOwn.slice(4)]],
    ['managed EXCLUDE', () => ({ managed: 'EXCLUDE' }), withoutOwn.filter((id) => id !== 'managed')],
    ['managed ONLY', () => ({ managed: 'ONLY', includeOwn: true }), ['managed', 'own', 'disconnected', 'calendar']],
    ['kinds', () => ({ kinds: ['EVENT_DELETED', 'PROFILE_DISCONNECTED'] }), ['deleted', 'disconnected']],
    ['accounts', () => ({ accountIds: [second.accountId, second.accountId] }), ['second', 'disconnected', 'calendar']],
    ['calendars', () => ({ calendarIds: [secondCalendar] }), ['second', 'calendar']],
    [
      'all at once',
      () => ({
        accountIds: [tenant.accountId],
        kinds: ['EVENT_UPDATED'],
        managed: 'ONLY',
        calendarIds: [tenant.calendarId],
      }),
      ['managed'],
    ],
    ['an empty list', () => ({ kinds: [] }), []],
    ['an unknown account', () => ({ accountIds: ['acc_unknown'] }), []],
    ['somebody else’s account', () => ({ accountIds: [stranger.accountId] }), []],
    ['somebody else’s calendar', () => ({ calendarIds: [stranger.calendarId] }), []],
  ];

  test.each(cases)('by %s', async (_name, filter, expected) => {
    const start = await cursorNow(actor);
    const { batches, first } = await watching(actor, start, filter());
    expect(first).toEqual({ cursor: expect.any(String), changes: [], caughtUp: true });
    await writeSome();
    const replayed = await replay(actor, start, filter());
    expect(subjects(replayed)).toEqual(expected);
    expect(replayed.map(({ own }) => own)).toEqual(expected.map((id) => id === 'own'));
    node.wakeUps.wake();
    if (expected.length > 0) {
      const live = await collect(batches, (changes) => changes.length >= expected.length);
      expect(live.changes.map((change) => ({ ...change }))).toEqual(replayed.map((change) => ({ ...change })));
    } else {
      const next = batches.next();
      const silence = new Promise((resolve) => setTimeout(() => resolve('silence'), 100));
      expect(await Promise.race([next, silence])).toBe('silence');
      await batches.return?.();
      expect(await next).toEqual({ done: true, value: undefined });
    }
  });

  test('by token: an account token’s holder hears of its own account alone', async () => {
    const token = actorOf(tenant, second.accountId);
    const start = await cursorNow(token);
    await writeSome();
    expect(subjects(await replay(token, start))).toEqual(['second', 'disconnected', 'calendar']);
    expect(subjects(await replay(token, start, { accountIds: [tenant.accountId] }))).toEqual([]);
  });

  test('too long a list, and a page size out of range, are refused by name', async () => {
    const start = await cursorNow(actor);
    const ids = Array.from({ length: 1_001 }, (_, i) => `acc_${i}`);
    for (const name of ['accountIds', 'calendarIds'] as const) {
      expect(await refusal(read(actor, start, { [name]: ids }))).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: `filter.${name}: expected at most 1000 entries, got 1001`,
        details: { argument: 'filter' },
      });
      expect((await refusal(node.feed.watch({ actor, after: start, filter: { [name]: ids } }).next())).code).toBe(
        'BAD_USER_INPUT',
      );
    }
    for (const first of [0, -1, 101, 1.5, Number.NaN]) {
      expect(await refusal(read(actor, start, null, first))).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: `first: expected a whole number from 1 to 100, got ${first}`,
        details: { argument: 'first' },
      });
    }
  });
});
