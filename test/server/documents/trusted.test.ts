/** Trusted documents over HTTP and over sockets: both forms of an id, the three modes, what is refused and with which code. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { knownDocument } from '../../../server/graphql/documents/manifest.ts';
import { trustedDocuments } from '../../../server/graphql/documents/trusted.ts';
import type { Loose } from '../../setup/graph.ts';
import { openAcknowledged, openSocket } from '../raw-socket.ts';
import { actor, keys, type SmallApp, startSmallApp } from '../small-app.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const known = {
  hello: 'query Hello($name: String) {\n  hello(name: $name)\n}',
  add: 'mutation Add($by: Int!) { add(by: $by) }',
  count: 'subscription Count { count(to: 2) }',
  two: 'query One { hello } query Two { providers }',
  secret: '{ secret }',
};
const documents = Object.values(known).map(knownDocument);
const unknown = '{ hello }';
const apollo = (text: string, version: unknown = 1) => ({ persistedQuery: { version, sha256Hash: sha256(text) } });

let off: SmallApp;
let allow: SmallApp;
let only: SmallApp;
beforeAll(async () => {
  off = await startSmallApp({ documents: trustedDocuments('off', documents) });
  allow = await startSmallApp({ documents: trustedDocuments('allow', documents) });
  only = await startSmallApp({ documents: trustedDocuments('only', documents) });
});
afterAll(() => Promise.all([off, allow, only].map(({ app }) => app.drain(1_000))));

type Ask = (app: SmallApp, asked: Record<string, unknown>, key?: string) => Promise<Loose>;

const overPost: Ask = async (app, asked, key = keys.all) =>
  (await app.post(asked, { authorization: `Bearer ${key}` })).json();

const get = (app: SmallApp, asked: Record<string, unknown>, headers: Record<string, string> = {}) => {
  const parameters = Object.entries(asked).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return fetch(`${app.origin}/graphql?${new URLSearchParams(parameters)}`, {
    headers: { authorization: `Bearer ${keys.all}`, 'apollo-require-preflight': '1', ...headers },
  });
};
const overGet: Ask = async (app, asked, key = keys.all) =>
  (await get(app, asked, { authorization: `Bearer ${key}` })).json();

const overSocket: Ask = async (app, asked, key = keys.all) => {
  const raw = await openAcknowledged(app, `Bearer ${key}`);
  raw.send({ id: '1', type: 'subscribe', payload: asked });
  const { type, payload } = await raw.next((message) => message.type === 'next' || message.type === 'error');
  raw.socket.terminate();
  return type === 'error' ? { errors: payload } : payload;
};

const codeOf = (answer: Loose) => answer.errors?.[0]?.extensions.code;

describe.each<[string, Ask]>([
  ['POST', overPost],
  ['GET', overGet],
  ['the socket', overSocket],
])('over %s', (_name, ask) => {
  const answered = { data: { hello: 'Hello you' } };
  const variables = { name: 'you' };

  test.each<[string, Record<string, unknown>]>([
    ['documentId with its prefix', { documentId: `sha256:${sha256(known.hello)}` }],
    ['documentId in bare digits', { documentId: sha256(known.hello) }],
    ["Apollo's form", { extensions: apollo(known.hello) }],
    ['both, and the same', { documentId: sha256(known.hello), extensions: apollo(known.hello) }],
    ['an id beside its text', { query: known.hello, documentId: sha256(known.hello) }],
    ['the text alone', { query: known.hello }],
  ])('%s is the document, where ids are taken', async (_what, asked) => {
    expect(await ask(allow, { ...asked, variables })).toMatchObject(answered);
    expect(await ask(only, { ...asked, variables })).toMatchObject(answered);
  });

  test('the operation of several is named', async () => {
    const documentId = sha256(known.two);
    expect(await ask(only, { documentId, operationName: 'One' })).toMatchObject({ data: { hello: 'Hello world' } });
    expect(codeOf(await ask(only, { documentId }))).toBe('BAD_USER_INPUT');
  });

  test('scopes, variables and costs are those of the text', async () => {
    const answer = await ask(allow, { documentId: sha256(known.secret) }, keys.narrow);
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN', requiredScope: 'read_events' } }] });
    expect(codeOf(await ask(allow, { documentId: sha256(known.hello), variables: { name: 7 } }))).toBe(
      'BAD_USER_INPUT',
    );
  });

  test('an id that no manifest has: said as the clients know it, so that they send the text', async () => {
    const notFound = [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }];
    for (const app of [allow, only]) {
      expect((await ask(app, { documentId: sha256(unknown) })).errors).toEqual(notFound);
      expect((await ask(app, { extensions: apollo(unknown) })).errors).toEqual(notFound);
    }
    const asked = { query: unknown, extensions: apollo(unknown) };
    expect(await ask(allow, asked)).toMatchObject({ data: { hello: 'Hello world' } });
    // It was run and not learned.
    expect(codeOf(await ask(allow, { extensions: apollo(unknown) }))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('where only trusted ones are taken, a text of its own is refused: with an id or without, and spaced otherwise', async () => {
    const refused = [
      {
        message: 'expected a document of the manifest, by its id or word for word, got another',
        extensions: { code: 'DOCUMENT_NOT_TRUSTED' },
      },
    ];
    for (const query of [unknown, `${known.hello}\n`, '{ __schema { queryType { name } } }', '{ not a document']) {
      expect((await ask(only, { query })).errors).toEqual(refused);
      expect((await ask(only, { query, documentId: sha256(query) })).errors).toEqual(refused);
    }
  });

  test('where ids are off, one alone is refused, and beside a text it is nothing', async () => {
    const refused = [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }];
    expect((await ask(off, { documentId: sha256(known.hello) })).errors).toEqual(refused);
    expect((await ask(off, { extensions: apollo(known.hello) })).errors).toEqual(refused);
    expect(await ask(off, { query: unknown, extensions: apollo(unknown) })).toMatchObject({
      data: { hello: 'Hello world' },
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['the hash of a known document beside another text', { query: unknown, documentId: sha256(known.hello) }],
    ["Apollo's, beside another text", { query: known.hello, extensions: apollo(unknown) }],
    ['two ids', { documentId: sha256(known.hello), extensions: apollo(known.add) }],
    ['upper case', { documentId: sha256(known.hello).toUpperCase() }],
    ['another prefix', { documentId: `md5:${sha256(known.hello)}` }],
    ['a prefix twice', { documentId: `sha256:sha256:${sha256(known.hello)}` }],
    ['a name', { documentId: 'Hello' }],
    ['nothing at all', { documentId: '' }],
    ['half a hash', { documentId: sha256(known.hello).slice(32) }],
    ['a key of every object', { documentId: '__proto__' }],
    ['an unknown version', { extensions: apollo(known.hello, 2) }],
    ['a version in words', { extensions: apollo(known.hello, '1') }],
    ['a form that is a number', { extensions: { persistedQuery: 7 } }],
    ['a form that is a list', { extensions: { persistedQuery: [1] } }],
    ['a hash that is none', { extensions: { persistedQuery: { version: 1, sha256Hash: null } } }],
  ])('%s is BAD_USER_INPUT', async (_what, asked) => {
    expect(codeOf(await ask(allow, asked))).toBe('BAD_USER_INPUT');
    expect(codeOf(await ask(only, asked))).toBe('BAD_USER_INPUT');
  });
});

test("an element token's documents are for the seam to refuse, wherever only trusted ones are taken", () => {
  const element = { origin: 'https://example.com', accountIds: [], permissions: [] };
  const trusted = trustedDocuments('only', documents);
  expect(trusted.find({ query: unknown }, actor([], { element }))).toEqual({ query: unknown, known: null });
  expect(() => trusted.find({ query: unknown }, actor([]))).toThrow('expected a document of the manifest');
  expect(() => trusted.find({ documentId: sha256(unknown) }, actor([], { element }))).toThrow('PersistedQueryNotFound');
});

describe('over POST', () => {
  test.each([7, true, ['x'], { x: 1 }])('an id that is %j is BAD_USER_INPUT', async (documentId) => {
    expect(codeOf(await overPost(allow, { documentId }))).toBe('BAD_USER_INPUT');
  });

  test.each([null, 'x', 7, [], [{}]])('extensions that are %j hide nothing', async (extensions) => {
    const answer = await overPost(only, { query: unknown, extensions });
    expect(codeOf(answer)).toBe('DOCUMENT_NOT_TRUSTED');
  });

  test('a request without any document is refused as ever', async () => {
    for (const app of [off, allow, only]) {
      expect(codeOf(await overPost(app, { extensions: {} }))).toBe('BAD_USER_INPUT');
      expect(codeOf(await overGet(app, { extensions: {} }))).toBe('BAD_USER_INPUT');
    }
  });

  test('null is no id', async () => {
    const asked = { query: known.hello, documentId: null, extensions: { persistedQuery: null, other: 1 } };
    expect(await overPost(only, asked)).toMatchObject({ data: { hello: 'Hello world' } });
  });

  test('a mutation by its id', async () => {
    const before = only.observed.total;
    const asked = { documentId: sha256(known.add), variables: { by: 2 } };
    expect(await overPost(only, asked)).toMatchObject({ data: { add: before + 2 } });
  });

  test('the status is for those who read it', async () => {
    const accept = 'application/graphql-response+json';
    const refusals: [Record<string, unknown>, number][] = [
      [{ documentId: sha256(unknown) }, 400],
      [{ query: unknown }, 403],
    ];
    for (const [asked, status] of refusals) {
      const newer = await only.post(asked, { accept });
      expect([newer.status, newer.headers.get('content-type')]).toEqual([status, `${accept}; charset=utf-8`]);
      const older = await only.post(asked);
      expect([older.status, older.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
      expect(older.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('is asked for after the credential', async () => {
    const response = await only.post({ query: unknown }, { authorization: 'Bearer unknown' });
    expect(response.status).toBe(401);
  });

  test('no id is ever logged with what came beside it', async () => {
    await overPost(only, { documentId: sha256(known.hello), variables: { name: 'canary' } });
    await overPost(only, { query: '{ canary }' });
    expect(only.logged.join('')).not.toContain('canary');
  });
});

describe('over GET', () => {
  const asked = { documentId: `sha256:${sha256(known.hello)}`, variables: { name: 'you' } };

  test('an answer is kept by nobody but who asked, and asked for again with its tag', async () => {
    const first = await get(only, asked);
    expect(first.status).toBe(200);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('vary')).toBe('Accept, Authorization');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    expect(await first.json()).toMatchObject({ data: { hello: 'Hello you' } });

    const again = await get(only, asked, { 'if-none-match': `"x", W/${etag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(again.headers.get('etag')).toBe(etag);
    expect(again.headers.get('cache-control')).toBe('private, no-cache');
    expect(again.headers.get('vary')).toBe('Accept, Authorization');
  });

  test('another answer, or another form of it, has another tag', async () => {
    const tagOf = async (more: object, headers = {}) =>
      (await get(only, { ...asked, ...more }, headers)).headers.get('etag');
    const etag = await tagOf({});
    const accept = 'application/graphql-response+json';
    expect(new Set([etag, await tagOf({ variables: { name: 'me' } }), await tagOf({}, { accept })]).size).toBe(3);
    expect((await get(only, { ...asked, variables: {} }, { 'if-none-match': String(etag) })).status).toBe(200);
  });

  test('by its text, too', async () => {
    expect((await get(off, { query: unknown })).headers.get('cache-control')).toBe('private, no-cache');
  });

  test.each<[string, () => Promise<Response>]>([
    ['a refusal', () => get(only, { documentId: sha256(unknown) })],
    ['an error', () => get(allow, { query: '{ boom }' })],
    ['part of an answer', () => get(allow, { query: '{ hello boom }' })],
    ['no credential', () => get(only, asked, { authorization: '' })],
    ['POST', () => only.post(asked)],
  ])('%s is kept by nobody', async (_what, send) => {
    const { headers } = await send();
    expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null]);
  });

  test('a mutation by its id: 405, and nothing done', async () => {
    const before = only.observed.total;
    const response = await get(only, { documentId: sha256(known.add), variables: { by: 1 } });
    expect([response.status, only.observed.total]).toEqual([405, before]);
  });

  test('a page of another origin cannot send it unasked', async () => {
    const response = await get(only, asked, { 'apollo-require-preflight': '' });
    expect(response.status).toBe(400);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('Cross-Site Request Forgery');
  });

  test.each(['documentId', 'query', 'extensions'])('%s twice is BAD_USER_INPUT', async (name) => {
    const url = `${only.origin}/graphql?documentId=${sha256(known.hello)}&${name}=1&${name}=2`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${keys.all}` } });
    expect(codeOf(await response.json())).toBe('BAD_USER_INPUT');
  });

  test.each(['{', '"x"', '7', 'null', '[]'])('extensions %s are refused', async (extensions) => {
    expect(codeOf(await overGet(allow, { query: unknown, extensions }))).toBe('BAD_USER_INPUT');
  });
});

describe('over the socket', () => {
  test('a subscription by its id', async () => {
    for (const payload of [{ documentId: `sha256:${sha256(known.count)}` }, { extensions: apollo(known.count) }]) {
      const raw = await openAcknowledged(only);
      raw.send({ id: 'one', type: 'subscribe', payload });
      await raw.next(({ type }) => type === 'complete');
      const told = raw.received.filter(({ type }) => type === 'next').map((message) => message.payload);
      expect(told).toMatchObject([{ data: { count: 1 } }, { data: { count: 2 } }]);
      raw.socket.terminate();
    }
  });

  test('a refused document ends its operation, not the socket', async () => {
    const raw = await openAcknowledged(only);
    raw.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { idle }' } });
    await raw.next(({ id, type }) => id === '1' && type === 'error');
    raw.send({ id: '2', type: 'subscribe', payload: { documentId: sha256(known.hello) } });
    await raw.next(({ id, type }) => id === '2' && type === 'complete');
    raw.socket.terminate();
  });

  test.each([
    '{"type":"subscribe","id":"1","payload":{"documentId":"x","query":7}}',
    '{"type":"subscribe","id":"1","payload":["documentId"],"documentId":1}',
    '{"type":"subscribe","payload":{"documentId":"x"}}',
    '{"type":"subscribe","id":"1","payload":{"documentId":"x"',
    '"documentId"',
    '{"type":"nonsense","payload":{"documentId":"x"}}',
  ])('%s: 4400', async (text) => {
    const raw = await openSocket(only);
    raw.send(text);
    expect((await raw.closed).code).toBe(4400);
  });
});
