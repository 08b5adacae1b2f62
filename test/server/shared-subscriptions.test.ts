/** Subscriptions over real sockets that are answered together: same bytes for the same eyes, slow and broken clients beside. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Actor } from '../../domain/actor.ts';
import { type News, newsGraph } from './news.ts';
import { openAcknowledged, type RawSocket } from './raw-socket.ts';
import { actor, type SmallApp, type SmallAppOptions, startSmallApp } from './small-app.ts';

const query = 'subscription ($after: String) { news(after: $after) { cursor text caughtUp eyes } }';

interface Told {
  readonly cursor: string;
  readonly text: string | null;
  readonly caughtUp: boolean;
  readonly eyes: string;
}

const actors: Readonly<Record<string, Actor>> = {
  key: actor(),
  'second key': actor(undefined, { credentialId: 'crd_2' }),
  'other application': actor(undefined, { applicationId: 'app_2' }),
  'fewer scopes': actor(['read_account']),
  'account 1': actor(undefined, { kind: 'ACCOUNT_TOKEN', accountId: 'acc_1' }),
  'account 2': actor(undefined, { kind: 'ACCOUNT_TOKEN', accountId: 'acc_2' }),
};

let news: News;
let small: SmallApp;
const open: RawSocket[] = [];

async function start(options: SmallAppOptions = {}): Promise<void> {
  news = newsGraph();
  small = await startSmallApp({
    schema: news.schema,
    authenticate: async (authorization) => actors[String(authorization)] ?? actor(),
    ...options,
  });
}
beforeEach(() => start());
afterEach(async () => {
  for (const raw of open.splice(0)) raw.socket.terminate();
  await small.app.drain(1_000);
});

async function connect(who = 'key'): Promise<RawSocket> {
  const raw = await openAcknowledged(small, who);
  open.push(raw);
  return raw;
}

const subscribe = (raw: RawSocket, id: string, variables: unknown = {}, source = query) =>
  raw.send({ id, type: 'subscribe', payload: { query: source, variables } });

async function subscribed(who = 'key', id = '1', after: string | null = null): Promise<RawSocket> {
  const raw = await connect(who);
  subscribe(raw, id, { after });
  await raw.next((message) => message.type === 'next' && told(message).caughtUp);
  return raw;
}

const told = (message: { readonly payload?: unknown }) => (message.payload as { data: { news: Told } }).data.news;
const allTold = (raw: RawSocket, id = '1') =>
  raw.received.filter((message) => message.type === 'next' && message.id === id).map(told);
const texts = (raw: RawSocket, id = '1') => allTold(raw, id).flatMap(({ text }) => text ?? []);
const hears = (raw: RawSocket, text: string, id = '1') =>
  raw.next((message) => message.type === 'next' && message.id === id && told(message).text === text);

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 250 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(holds()).toBe(true);
}

describe('one group', () => {
  test('opens one source and executes once, whatever ids its members have', async () => {
    const ids = ['1', '1', 'a "quoted" one', 'ö€𝄞', '', 'x'.repeat(3_000)].filter((id) => id !== '');
    const raws = await Promise.all(ids.map((id, index) => subscribed(index % 2 ? 'key' : 'second key', id)));
    const executed = news.counted.executed;
    // One of each length that a frame's header can tell.
    for (const text of ['short', 'm'.repeat(1_000), 'l'.repeat(70_000)]) {
      news.tell(text);
      await Promise.all(raws.map((raw, index) => hears(raw, text, ids[index])));
    }
    expect(news.counted.executed).toBe(executed + 3);
    expect(news.counted.opened).toBe(1);
    for (const raw of raws) {
      const frames = raw.received.filter(({ type }) => type === 'next');
      expect(frames.length).toBe(4);
      expect(Object.keys(frames[1] ?? {})).toEqual(['id', 'type', 'payload']);
      expect(frames.at(-1)?.payload).toEqual({
        data: { news: { cursor: '3', text: 'l'.repeat(70_000), caughtUp: true, eyes: expect.any(String) } },
        extensions: { providerCalls: 0 },
      });
    }
  });

  test('a client by the book takes it', async () => {
    const client = createClient({
      url: `${small.origin.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: 'key' },
    });
    const found: unknown[] = [];
    for await (const { data } of client.iterate<{ news: Told }>({ query, variables: { after: null } })) {
      found.push(data?.news.text);
      if (found.length === 4) break;
      news.tell(`text ${found.length}`);
    }
    await client.dispose();
    expect(found).toEqual([null, 'text 1', 'text 2', 'text 3']);
    await until(() => news.counted.ended === 1);
  });

  test('several subscriptions of one socket, each by its id', async () => {
    const raw = await connect();
    for (const id of ['1', '2', '3']) subscribe(raw, id);
    await until(() => raw.received.filter(({ type }) => type === 'next').length === 3);
    raw.send({ id: '2', type: 'complete' });
    raw.send({ type: 'ping' });
    await raw.next(({ type }) => type === 'pong');
    news.tell('news');
    await Promise.all([hears(raw, 'news', '1'), hears(raw, 'news', '3')]);
    expect(texts(raw, '2')).toEqual([]);
    expect(news.counted.opened).toBe(1);
  });

  test('an id that is taken anew at once goes on with what it asks now', async () => {
    const raw = await subscribed();
    news.tell('first');
    await hears(raw, 'first');
    for (let round = 0; round < 5; round++) {
      raw.send({ id: '1', type: 'complete' });
      subscribe(raw, '1', { after: '0' });
      await until(() => texts(raw).filter((text) => text === 'first').length === round + 2);
      news.tell(`round ${round}`);
      await hears(raw, `round ${round}`);
    }
  });

  test('an id that runs already: 4409, and its members go on', async () => {
    const [raw, other] = [await subscribed(), await subscribed()];
    subscribe(raw, '1');
    expect((await raw.closed).code).toBe(4409);
    news.tell('news');
    await hears(other, 'news');
    expect(news.counted.ended).toBe(0);
  });

  test('ends with its last member', async () => {
    const [one, two] = [await subscribed(), await subscribed()];
    one.socket.terminate();
    two.send({ id: '1', type: 'complete' });
    await until(() => news.counted.ended === 1);
    const again = await subscribed();
    news.tell('news');
    await hears(again, 'news');
    expect(news.counted.opened).toBe(2);
    expect(texts(two)).toEqual([]);
  });

  test('a newcomer is told what it missed, then what all are told', async () => {
    const old = await subscribed();
    for (const text of ['a', 'b', 'c']) news.tell(text);
    await hears(old, 'c');
    const late = await connect();
    subscribe(late, '1', { after: '1' });
    await hears(late, 'c');
    news.tell('d');
    await Promise.all([hears(late, 'd'), hears(old, 'd')]);
    expect(allTold(late).map(({ text, caughtUp }) => [text, caughtUp])).toEqual([
      ['b', false],
      ['c', true],
      ['d', true],
    ]);
    expect(texts(old)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('no frame is shared', () => {
  test('between applications, accounts, scopes: each is told what was made by its own eyes', async () => {
    const names = Object.keys(actors);
    const raws = await Promise.all([...names, ...names].map((name) => subscribed(name)));
    for (const text of ['one', 'two', 'three']) {
      news.tell(text);
      await Promise.all(raws.map((raw) => hears(raw, text)));
    }
    for (const [index, raw] of raws.entries()) {
      const who = actors[names[index % names.length] ?? ''];
      const own = [who?.applicationId, who?.accountId, [...(who?.scopes ?? [])].sort().join(), undefined].join(' ');
      expect(new Set(allTold(raw).map(({ eyes }) => eyes))).toEqual(new Set([own]));
    }
    // The two keys of one application are one group; nobody else shares.
    expect(news.counted.opened).toBe(names.length - 1);
  });
});

describe('what is refused', () => {
  test.each<[string, unknown, string]>([
    ['a cursor of the wrong kind', { after: 7 }, 'BAD_USER_INPUT'],
    ['a cursor that is none', { after: 'nonsense' }, 'BAD_USER_INPUT'],
  ])('%s, with a group and without one', async (_what, variables, code) => {
    for (const others of [0, 1]) {
      if (others === 1) await subscribed();
      const raw = await connect();
      subscribe(raw, '1', variables);
      const error = await raw.next(({ type }) => type === 'error');
      expect(error).toMatchObject({ id: '1', payload: [{ extensions: { code } }] });
      expect(raw.received.filter(({ type }) => type === 'next')).toEqual([]);
      // The id is free again.
      subscribe(raw, '1');
      await raw.next(({ type }) => type === 'next');
      raw.socket.terminate();
    }
  });

  test('an operation more than an application may have, until one ends', async () => {
    await small.app.drain(1_000);
    await start({ socketLimits: { maxOperationsPerApplication: 3 } });
    const [one, two] = [await connect(), await connect()];
    subscribe(one, '1');
    subscribe(one, '2');
    subscribe(two, '1');
    subscribe(two, '2');
    const refused = await two.next(({ type }) => type === 'error');
    expect(refused).toMatchObject({ id: '2', payload: [{ extensions: { code: 'COST_LIMIT_EXCEEDED' } }] });
    const stranger = await subscribed('other application');
    one.send({ id: '1', type: 'complete' });
    one.send({ type: 'ping' });
    await one.next(({ type }) => type === 'pong');
    subscribe(two, '3');
    await two.next(({ id, type }) => id === '3' && type === 'next');
    one.socket.terminate();
    await one.closed;
    await until(() => {
      subscribe(two, `4${Math.random()}`);
      return two.received.filter(({ type }) => type === 'next').length > 2;
    });
    news.tell('news');
    await hears(stranger, 'news');
  });

  test('a source that fails ends every member with an error that tells nothing of it', async () => {
    const raws = [await subscribed(), await subscribed()];
    news.fail(new Error('password=hunter2-of-the-database'));
    for (const raw of raws) {
      const error = await raw.next(({ type }) => type === 'error');
      expect(error).toMatchObject({ id: '1', payload: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
      expect(JSON.stringify(raw.received)).not.toContain('hunter2');
    }
  });
});

describe('a member that does not read', () => {
  test('is closed when too much waits for it; the others lose nothing, and it resumes from its cursor', async () => {
    await small.app.drain(1_000);
    await start({ socketLimits: { maxBufferedBytes: 256 * 1024 } });
    const [slow, quick] = [await subscribed(), await subscribed()];
    news.tell('read');
    await Promise.all([hears(slow, 'read'), hears(quick, 'read')]);
    slow.socket.pause();
    // More than the kernel holds for it.
    const sent = Array.from({ length: 150 }, (_, index) => `${index} ${'x'.repeat(100_000)}`);
    for (const text of sent) {
      news.tell(text);
      await hears(quick, text);
    }
    expect(texts(quick)).toEqual(['read', ...sent]);
    slow.socket.resume();
    const { code, reason } = await slow.closed;
    expect([1006, 1013]).toContain(code);
    if (code === 1013) expect(reason).toBe('Too slow: resume from the last cursor');
    const missed = texts(slow);
    expect(missed.length).toBeLessThan(151);
    expect(missed).toEqual(['read', ...sent].slice(0, missed.length));
    const again = await connect();
    subscribe(again, '1', { after: allTold(slow).at(-1)?.cursor });
    await hears(again, sent.at(-1) ?? '');
    expect([...missed, ...texts(again)]).toEqual(['read', ...sent]);
  });

  test('that catches up is sent no more than it reads', async () => {
    const sent = Array.from({ length: 150 }, (_, index) => `${index} ${'x'.repeat(100_000)}`);
    for (const text of sent) news.tell(text);
    const late = await connect();
    late.socket.pause();
    subscribe(late, '1', { after: '0' });
    await until(() => news.counted.executed > 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(news.counted.executed).toBeLessThan(150);
    late.socket.resume();
    await hears(late, sent.at(-1) ?? '');
    expect(texts(late)).toEqual(sent);
  });
});
