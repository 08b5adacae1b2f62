/** Credentials in memory: one question a second, nothing remembered that was refused, nothing for longer than it may be. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { authenticate } from '../../auth/authenticate.ts';
import { credentialCache } from '../../auth/credential-cache.ts';
import { ensureDevelopmentApplication } from '../../auth/development.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import type { Store } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import { RequestError } from '../../domain/errors.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { testKey } from '../setup/graph.ts';

let fresh: FreshStore;
let applicationId: string;
beforeAll(async () => {
  fresh = await freshStore();
  applicationId = await ensureDevelopmentApplication(fresh.store, fresh.store.ids, testKey);
});
afterAll(() => fresh.drop());

/** A cache over the real question, its SQL counted, with a clock that stands still. */
function counted(wall = () => Date.now()) {
  const seen = { transactions: 0, now: 0 };
  const store: Store = {
    ...fresh.store,
    asWorker: (work, counter) => {
      seen.transactions++;
      return fresh.store.asWorker(work, counter);
    },
  };
  const cache = credentialCache((header) => authenticate(store, header), {
    now: () => seen.now,
    wall,
  });
  return { seen, cache, ask: (token: string) => cache.authenticate(`Bearer ${token}`) };
}

const key = (letter: string) => letter.repeat(40);
const makeKey = (token: string, more: object = {}) =>
  fresh.store.asWorker((tx) =>
    tx
      .insertInto('credential')
      .values({
        id: fresh.store.ids('crd'),
        application_id: applicationId,
        kind: 'API_KEY',
        token_hash: hashToken(token),
        scopes: ['read_account'],
        ...more,
      })
      .execute(),
  );
const revoke = (token: string) =>
  fresh.store.asWorker((tx) =>
    tx.updateTable('credential').set({ revoked_at: new Date() }).where('token_hash', '=', hashToken(token)).execute(),
  );
const setEnd = (token: string, expires_at: Date) =>
  fresh.store.asWorker((tx) =>
    tx.updateTable('credential').set({ expires_at }).where('token_hash', '=', hashToken(token)).execute(),
  );
const refusal = { code: 'UNAUTHENTICATED' };

describe('on a database', () => {
  test('a hundred requests within a second ask once, at once or one after the other', async () => {
    const { seen, ask } = counted();
    const actors = await Promise.all(Array.from({ length: 50 }, () => ask(testKey)));
    for (let time = 0; time < 50; time++) actors.push(await ask(testKey));
    expect(seen.transactions).toBe(1);
    expect(new Set(actors.map((actor) => actor?.applicationId))).toEqual(new Set([applicationId]));
    seen.now = 1_000;
    await ask(testKey);
    expect(seen.transactions).toBe(2);
  });

  test('who wants a younger answer asks again, and what it hears is remembered for the others', async () => {
    const { seen, cache, ask } = counted();
    await ask(testKey);
    seen.now = 199;
    await cache.authenticate(`Bearer ${testKey}`, 200);
    expect(seen.transactions).toBe(1);
    seen.now = 200;
    await Promise.all(Array.from({ length: 20 }, () => cache.authenticate(`Bearer ${testKey}`, 200)));
    expect(seen.transactions).toBe(2);
    seen.now = 1_199;
    await ask(testKey);
    expect(seen.transactions).toBe(2);
  });

  test('a token that another process revoked is good for less than a second', async () => {
    await makeKey(key('r'));
    const { seen, ask } = counted();
    await ask(key('r'));
    await revoke(key('r'));
    seen.now = 999;
    expect(await ask(key('r'))).toMatchObject({ applicationId });
    seen.now = 1_000;
    await expect(ask(key('r'))).rejects.toMatchObject(refusal);
  });

  test('a token that this process revoked is refused at once', async () => {
    await makeKey(key('i'));
    const { cache, ask } = counted();
    await ask(key('i'));
    await revoke(key('i'));
    cache.clear();
    await expect(ask(key('i'))).rejects.toMatchObject(refusal);
  });

  test('a refusal is not remembered: a credential works as soon as it is there', async () => {
    const { ask } = counted();
    await expect(ask(key('n'))).rejects.toMatchObject(refusal);
    await makeKey(key('n'));
    expect(await ask(key('n'))).toMatchObject({ applicationId });
  });

  test('a token ends when it ends, remembered or not', async () => {
    const end = Date.now() + 3_600_000;
    await makeKey(key('e'), { expires_at: new Date(end) });
    const { seen, ask } = counted(() => end - 400);
    await ask(key('e'));
    seen.now = 399;
    await ask(key('e'));
    expect(seen.transactions).toBe(1);
    // As if the hour were over for the database, too.
    await setEnd(key('e'), new Date(Date.now() - 1_000));
    seen.now = 400;
    await expect(ask(key('e'))).rejects.toMatchObject(refusal);
  });
});

describe('while a question is under way', () => {
  const actor = { credentialId: 'crd_1', expiresAt: null } as Actor;
  /** Each question waits until it is answered by hand. */
  function byHand() {
    const questions: ((answer: Actor | Error) => void)[] = [];
    let now = 0;
    const cache = credentialCache(
      () =>
        new Promise((resolve, reject) => {
          questions.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
        }),
      { now: () => now, wall: () => 0 },
    );
    return { cache, questions, at: (time: number) => (now = time) };
  }

  test('its answer is worth a second from when it was asked, not from when it came', async () => {
    const { cache, questions, at } = byHand();
    const first = cache.authenticate('Bearer x');
    at(900);
    questions[0]?.(actor);
    await first;
    at(1_000);
    void cache.authenticate('Bearer x');
    expect(questions).toHaveLength(2);
  });

  test('one that began a second ago is not joined', () => {
    const { cache, questions, at } = byHand();
    void cache.authenticate('Bearer x');
    at(999);
    void cache.authenticate('Bearer x');
    expect(questions).toHaveLength(1);
    at(1_000);
    void cache.authenticate('Bearer x');
    expect(questions).toHaveLength(2);
  });

  test('what was forgotten meanwhile is neither joined nor remembered', async () => {
    const { cache, questions } = byHand();
    const first = cache.authenticate('Bearer x');
    cache.clear();
    questions[0]?.(actor);
    await first;
    void cache.authenticate('Bearer x');
    expect(questions).toHaveLength(2);
  });

  test('who joined a refusal asks again alone', async () => {
    const { cache, questions } = byHand();
    const first = cache.authenticate('Bearer x');
    const second = cache.authenticate('Bearer x');
    questions[0]?.(new RequestError('UNAUTHENTICATED', 'unknown'));
    await expect(first).rejects.toMatchObject(refusal);
    await new Promise(setImmediate);
    questions[1]?.(actor);
    expect(await second).toBe(actor);
  });

  test('at most 10,000 are remembered, the newest of them', async () => {
    let questions = 0;
    const cache = credentialCache(async () => {
      questions++;
      return actor;
    });
    for (let at = 0; at <= 10_000; at++) await cache.authenticate(`Bearer ${at}`);
    questions = 0;
    await cache.authenticate('Bearer 10000');
    expect(questions).toBe(0);
    await cache.authenticate('Bearer 0');
    expect(questions).toBe(1);
  });
});

test('without a header there is nobody, and nothing is remembered', async () => {
  const { seen, cache } = counted();
  expect(await cache.authenticate(undefined)).toBeNull();
  expect(await cache.authenticate('')).toBeNull();
  await expect(cache.authenticate('Basic dXNlcg==')).rejects.toMatchObject(refusal);
  expect(seen.transactions).toBe(0);
});
