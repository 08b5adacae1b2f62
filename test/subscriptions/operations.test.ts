/** Subscription.operation: the present state at once, every new one, the end; nothing of anybody else's. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createApplication } from '../../auth/applications.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import type { Store } from '../../datasources/store/store.ts';
import { operationNews } from '../../subscriptions/operation-news.ts';
import { operationFeed } from '../../subscriptions/operations.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph, testKey } from '../setup/graph.ts';
import { manualClock, settle, within } from './manual-clock.ts';
import { actorOf } from './nodes.ts';

let graph: TestGraph;
let alice: Login;
beforeAll(async () => {
  graph = await openGraph();
  graph.provider.addCalendar({ name: 'Work' });
  alice = await login();
});
afterAll(() => graph.close());
afterEach(() => graph.provider.faults.clear());

interface Login {
  readonly accountId: string;
  readonly calendarId: string;
  readonly token: string;
}

async function login(): Promise<Login> {
  const { connectCalDav } = await graph.data(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { account { id } profile { id calendars { id } } tokens { accessToken } userErrors { code message } } }',
    { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
  );
  return {
    accountId: connectCalDav.account.id,
    calendarId: connectCalDav.profile.calendars[0].id,
    token: connectCalDav.tokens.accessToken,
  };
}

/** A write that the provider has not got yet. */
async function pending(key: string): Promise<string> {
  graph.provider.faults.add('write', { kind: 'unreachable' });
  const { upsertEvent } = await graph.data(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { operation { id status } userErrors { code message } } }',
    {
      input: {
        calendarId: alice.calendarId,
        key,
        summary: key,
        start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
        end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
      },
    },
  );
  expect(upsertEvent.operation.status).toBe('PENDING');
  return upsertEvent.operation.id;
}

const document =
  'subscription ($id: ID!) { operation(id: $id) { id status attempts failure { code } event { summary } } }';
const watching = (id: string, key?: string) => graph.subscribe(document, { id }, key);

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 250 && !holds(); waited++) await settle();
  expect(holds()).toBe(true);
}

async function state(answers: AsyncIterableIterator<Loose>): Promise<Loose> {
  const { done, value } = await within(answers.next());
  if (done === true) return 'done';
  if (value.errors !== undefined) throw value.errors[0];
  return JSON.parse(JSON.stringify(value.data.operation));
}

const refusal = (answers: AsyncIterableIterator<Loose>) =>
  within(
    answers.next().then(
      ({ value }) => value,
      (error: unknown) => error,
    ),
  );

describe('a write', () => {
  test('is told as it stands, then each time it stands differently, and last when it is APPLIED', async () => {
    const id = await pending('a');
    const answers = await watching(id);
    const first = await state(answers);
    expect(first).toMatchObject({ id, status: 'PENDING', attempts: 1, failure: { code: 'UNREACHABLE' } });
    expect(first.event).toEqual({ summary: 'a' });
    graph.provider.faults.add('write', { kind: 'throttled', retryAt: null });
    const next = state(answers);
    await graph.engine.attemptOperation(id);
    let second = await next;
    // The attempt's beginning may be told apart from how it ended.
    if (second.failure.code === 'UNREACHABLE') second = await state(answers);
    expect(second).toMatchObject({ status: 'PENDING', attempts: 2, failure: { code: 'THROTTLED' } });
    const last = state(answers);
    await graph.engine.attemptOperation(id);
    let applied = await last;
    if (applied.status === 'PENDING') applied = await state(answers);
    expect(applied).toMatchObject({ status: 'APPLIED', attempts: 3 });
    expect(await state(answers)).toBe('done');
    expect(await state(answers)).toBe('done');
  });

  test('that is refused for good ends with FAILED and why', async () => {
    const id = await pending('refused');
    const answers = await watching(id);
    expect(await state(answers)).toMatchObject({ status: 'PENDING' });
    graph.provider.faults.add('write', { kind: 'rejected' });
    const last = state(answers);
    await graph.engine.attemptOperation(id);
    let failed = await last;
    if (failed.status === 'PENDING') failed = await state(answers);
    expect(failed).toMatchObject({ status: 'FAILED', failure: { code: 'REJECTED' }, event: null });
    expect(await state(answers)).toBe('done');
  });

  test('that stands for good already is told once; who comes back after a cut gets the present state', async () => {
    const id = await pending('again');
    const cut = await watching(id);
    expect(await state(cut)).toMatchObject({ status: 'PENDING' });
    await cut.return?.();
    expect(await state(cut)).toBe('done');
    await graph.engine.attemptOperation(id);
    const answers = await watching(id, alice.token);
    expect(await state(answers)).toMatchObject({ status: 'APPLIED' });
    expect(await state(answers)).toBe('done');
  });

  test('is told to who waits however the change became known: a client that leaves is let go at once', async () => {
    const id = await pending('left');
    const answers = await watching(id);
    await state(answers);
    const waiting = state(answers);
    await answers.return?.();
    expect(await waiting).toBe('done');
  });
});

describe('what is not to be watched', () => {
  test.each(['', 'opr_x', 'nonsense', "'; drop table operation; --", 'x'.repeat(10_000)])(
    'no id (%#): BAD_USER_INPUT naming id, as the query answers',
    async (id) => {
      const asked = await graph.run('query ($id: ID!) { operation(id: $id) { id } }', { id });
      expect(asked.errors).toMatchObject([{ code: 'BAD_USER_INPUT', extensions: { argument: 'id' } }]);
      await expect(watching(id)).rejects.toThrow(asked.errors[0]?.message ?? '-');
    },
  );

  test('unknown, another application’s, another account’s, no write at all: one answer, BAD_USER_INPUT naming id', async () => {
    const id = await pending('theirs');
    const { store } = graph.fresh;
    const other = await store.asWorker((tx) =>
      createApplication(tx, store.ids, { name: 'Other', unit: 'Other' }, 'operator'),
    );
    const place = await applicationCalendar(graph, 'beside');
    const asked: readonly (readonly [string, string])[] = [
      [`opr_${'0'.repeat(26)}`, testKey],
      [id, other.secret],
      [id, place.token],
      [alice.calendarId, testKey],
    ];
    for (const [unseen, key] of asked) {
      const error = await refusal(await watching(unseen, key));
      expect(error).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'id' } });
      expect(error.message).toBe('id: expected a write that this credential may see, got another id');
    }
  });

  test('without a scope that the contract names: FORBIDDEN', async () => {
    const id = await pending('scopes');
    const key = 'a-key-that-may-read-accounts-0123456789';
    await graph.fresh.store.asWorker((tx) =>
      tx
        .insertInto('credential')
        .values({
          id: graph.fresh.store.ids('crd'),
          application_id: graph.applicationId,
          kind: 'API_KEY',
          token_hash: hashToken(key),
          scopes: ['read_account', 'list_calendars', 'read_free_busy'],
        })
        .execute(),
    );
    await expect(watching(id, key)).rejects.toThrow(/"requiredScope":"create_event","code":"FORBIDDEN"/);
  });

  test('any more: the authorization ended while it was watched', async () => {
    const id = await pending('revoked');
    const answers = await watching(id);
    expect(await state(answers)).toMatchObject({ id, status: 'PENDING' });
    const refused = refusal(answers);
    await graph.data(
      'mutation ($id: ID!) { revokeAuthorization(input: { authorization: { accountId: $id } }) { userErrors { code } } }',
      { id: alice.accountId },
    );
    expect(await refused).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'id' } });
    expect(await state(answers)).toBe('done');
    alice = await login();
  });
});

describe('what it costs', () => {
  function counted() {
    const seen = { looks: 0, reads: 0 };
    const signals = new Set<() => void>();
    const clock = manualClock();
    const { store: real } = graph.fresh;
    const store: Store = {
      ...real,
      asWorker: (work, counter) => {
        seen.looks++;
        return real.asWorker(work, counter);
      },
      withApplication: (tenant, work, counter) => {
        seen.reads++;
        return real.withApplication(tenant, work, counter);
      },
    };
    const news = operationNews({
      store,
      clock,
      wakeUps: {
        onSignal: (listener) => {
          signals.add(listener);
          return () => signals.delete(listener);
        },
      },
    });
    return {
      seen,
      clock,
      signals,
      signal: () => {
        for (const listener of signals) listener();
      },
      feed: operationFeed({ store, news, clock }),
    };
  }

  test('one look for all who watch, however many signals; none by those for whom nothing changed', async () => {
    const ids = [await pending('cost 1'), await pending('cost 2')];
    const actor = actorOf({ applicationId: graph.applicationId, unitId: 'org_any' });
    const { seen, clock, signal, signals, feed } = counted();
    const watches = Array.from({ length: 100 }, (_, index) => feed.watch({ actor, operationId: ids[index % 2] ?? '' }));
    for (const watch of watches) expect((await watch.next()).value?.status).toBe('PENDING');
    const waiting = watches.map((watch) => watch.next());
    // Each has read twice, and what the first look told was read again.
    await until(() => seen.reads === 200);
    clock.pass(50);
    await until(() => seen.reads === 300);
    const { looks } = seen;
    expect(looks).toBeLessThanOrEqual(2);
    for (let signalled = 0; signalled < 1_000; signalled++) signal();
    clock.pass(50);
    await until(() => seen.looks > looks && clock.waiting > 0);
    expect(seen).toEqual({ looks: looks + 1, reads: 300 });
    await graph.fresh.superuser('update operation set attempts = attempts + 1 where id = $1', [ids[0] ?? '']);
    // Its signal was lost: the slow poll finds it.
    clock.pass(1_500);
    for (const [index, next] of waiting.entries())
      if (index % 2 === 0) expect((await within(next)).value).toBeDefined();
    expect(seen).toEqual({ looks: looks + 2, reads: 350 });
    for (const watch of watches) await watch.return?.();
    for (const next of waiting) await within(next);
    await settle();
    expect(signals.size).toBe(0);
    expect(clock.waiting).toBe(0);
  });
});
