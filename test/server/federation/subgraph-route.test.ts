/** /subgraph: who may speak there, with what, and what stays as it is on the public endpoint. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSocket } from '../raw-socket.ts';
import { keys, type SmallApp, startSmallApp } from '../small-app.ts';

const secret = 'the-secret-of-the-routers';
let small: SmallApp;
let without: SmallApp;
beforeAll(async () => {
  small = await startSmallApp({ subgraphSecret: secret });
  without = await startSmallApp();
});
afterAll(async () => {
  await small.app.drain(1_000);
  await without.app.drain(1_000);
});

const authorization = `Bearer ${keys.all}`;
const ask = async (
  body: unknown,
  headers: Readonly<Record<string, string>>,
  origin = small.origin,
  method = 'POST',
) => {
  const response = await fetch(`${origin}/subgraph`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse((await response.text()) || 'null') };
};
const hello = { query: '{ hello }' };

describe('over HTTP', () => {
  test('answers who has the secret and a credential', async () => {
    expect(await ask(hello, { 'x-subgraph-secret': secret, authorization })).toEqual({
      status: 200,
      body: { data: { hello: 'Hello world' }, extensions: { cost: 0, providerCalls: 0 } },
    });
  });

  test.each([undefined, '', 'x', `${secret}x`, secret.slice(1), secret.toUpperCase(), `Bearer ${secret}`])(
    'refuses the secret %j whatever is asked, before the body is read',
    async (given) => {
      const headers = given === undefined ? {} : { 'x-subgraph-secret': given };
      for (const body of [hello, '{ not json', { query: '{ _service { sdl } }' }]) {
        const { status, body: answer } = await ask(body, { ...headers, authorization });
        expect([status, answer.errors]).toMatchObject([403, [{ extensions: { code: 'FORBIDDEN' } }]]);
      }
    },
  );

  test('is not there without a secret', async () => {
    const { status } = await ask(hello, { 'x-subgraph-secret': secret, authorization }, without.origin);
    expect(status).toBe(404);
    await expect(openSocket(without, { path: '/subgraph' })).rejects.toThrow('404');
  });

  test('refuses bad credentials, pages and other methods as the public endpoint does', async () => {
    const withSecret = { 'x-subgraph-secret': secret };
    expect((await ask(hello, { ...withSecret, authorization: 'Bearer unknown' })).status).toBe(401);
    expect((await ask(hello, { ...withSecret, authorization: 'Bearer limited' })).status).toBe(429);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect((await ask('{}', { ...withSecret, authorization }, small.origin, method)).status).toBe(405);
    }
    const { body } = await ask(
      { query: '{ secret }' },
      { ...withSecret, authorization: `Bearer ${keys.narrow}`, accept: 'application/graphql-response+json' },
    );
    expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', requiredScope: 'read_events' } }]);
  });

  test('keeps the limits and the masking', async () => {
    const headers = { 'x-subgraph-secret': secret, authorization };
    const { body: deep } = await ask({ query: `{ ${'thing {'.repeat(20)} id ${'}'.repeat(20)} }` }, headers);
    expect(deep.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const { body } = await ask({ query: '{ boom(message: "hunter2") }' }, headers);
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(body.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });
});

describe('a composer, without a credential', () => {
  const headers = { 'x-subgraph-secret': secret };
  test.each(['{ _service { sdl } }', 'query Sdl { __typename s: _service { sdl __typename } }'])(
    'reads %s',
    async (query) => {
      const { status, body } = await ask({ query }, headers);
      expect(status).toBe(200);
      expect(JSON.stringify(body)).toContain('type Query { hello: String }');
    },
  );

  test.each([
    '{ hello }',
    '{ _service { sdl } hello }',
    '{ __schema { types { name } } }',
    '{ _service { sdl } __type(name: "Query") { name } }',
    '{ _entities(representations: []) { __typename } }',
    'mutation { add(by: 1) }',
    'subscription { count(to: 1) }',
    '{ _service { sdl }',
    `{ ${Array.from({ length: 60 }, (_, i) => `a${i}: _service { sdl }`).join(' ')} }`,
    '',
  ])('may not ask %j', async (query) => {
    const { status, body } = await ask({ query }, headers);
    expect([status, body.errors]).toMatchObject([401, [{ extensions: { code: 'UNAUTHENTICATED' } }]]);
    expect(small.observed.total).toBe(0);
  });

  test.each([null, [], { query: 7 }, { query: '{ _service { sdl } }', operationName: 'Other' }])(
    'may not send %j',
    async (body) => {
      expect((await ask(body, headers)).status).toBe(401);
    },
  );
});

describe('over a socket', () => {
  const subscribe = { id: '1', type: 'subscribe', payload: { query: 'subscription { count(to: 2) }' } };

  test.each([
    ['headers', { 'x-subgraph-secret': secret, authorization }, undefined],
    ['the greeting', {}, { 'X-Subgraph-Secret': secret, authorization }],
    ['both', { 'x-subgraph-secret': secret }, { authorization }],
  ])('subscribes whose secret and credential come in %s', async (_where, headers, payload) => {
    const socket = await openSocket(small, { path: '/subgraph', headers });
    socket.send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });
    await socket.next(({ type }) => type === 'connection_ack');
    socket.send(subscribe);
    await socket.next(({ type }) => type === 'complete');
    expect(socket.received.filter(({ type }) => type === 'next').map(({ payload: told }) => told)).toMatchObject([
      { data: { count: 1 } },
      { data: { count: 2 } },
    ]);
    socket.socket.close();
  });

  test.each<[string, Record<string, string>, Record<string, unknown>, number]>([
    ['no secret', { authorization }, {}, 4403],
    ['another secret', { 'x-subgraph-secret': 'x', authorization }, {}, 4403],
    [
      'a wrong header beside a right greeting',
      { 'x-subgraph-secret': 'x' },
      { 'x-subgraph-secret': secret, authorization },
      4403,
    ],
    ['a secret that is no text', {}, { 'x-subgraph-secret': [secret], authorization }, 4403],
    ['no credential', { 'x-subgraph-secret': secret }, {}, 4401],
    ['another credential', { 'x-subgraph-secret': secret }, { authorization: 'Bearer unknown' }, 4403],
  ])('closes on who comes with %s', async (_what, headers, payload, code) => {
    const socket = await openSocket(small, { path: '/subgraph', headers });
    socket.send({ type: 'connection_init', payload });
    expect((await socket.closed).code).toBe(code);
  });

  test('takes no credential from the header on the public endpoint', async () => {
    const socket = await openSocket(small, { headers: { authorization } });
    socket.send({ type: 'connection_init' });
    expect((await socket.closed).code).toBe(4401);
  });
});
