/** Limits as a client meets them: headers, 429, the socket. */
import { afterEach, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createRequestLimiter } from '../../auth/limits/request-limiter.ts';
import { keys, type SmallApp, startSmallApp } from './small-app.ts';

let small: SmallApp;
const start = async (perSecond: number, perMinute: number) => {
  small = await startSmallApp({
    limiter: createRequestLimiter({ limitsOf: () => ({ perSecond, perMinute }), redis: null }),
  });
};
afterEach(() => small.app.drain(1_000));

const header = (response: Response, name: string) => response.headers.get(`ratelimit-${name}`);

test('an answer says what is left; beyond it 429 with Retry-After, and another application goes on', async () => {
  await start(0, 2);
  const first = await small.post({ query: '{ hello }' });
  expect(first.status).toBe(200);
  expect(['limit', 'remaining', 'reset', 'policy'].map((name) => header(first, name))).toEqual([
    '2',
    '1',
    '60',
    '2;w=60',
  ]);
  await small.post({ query: '{ hello }' });
  const refused = await small.post({ query: '{ hello }' });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(header(refused, 'remaining')).toBe('0');
  expect(await refused.json()).toEqual({
    errors: [
      {
        message: 'Expected at most 2 requests of this application in a minute, got more',
        extensions: { code: 'RATE_LIMITED', retryAfter: 60 },
      },
    ],
  });
  const other = await small.post({ query: '{ hello }' }, { authorization: `Bearer ${keys.other}` });
  expect(other.status).toBe(200);
});

test('what is broken counts too; who is not known, and what needs no credential, counts nothing', async () => {
  await start(0, 2);
  expect((await small.post('{')).status).toBe(400);
  expect(await (await small.post({ query: '{ nothing }' })).json()).toMatchObject({ errors: [{}] });
  expect((await small.post({ query: '{ hello }' })).status).toBe(429);
  expect((await small.post({ query: '{ hello }' }, { authorization: 'Bearer unknown' })).status).toBe(401);
  expect((await fetch(`${small.origin}/livez`)).headers.has('ratelimit-limit')).toBe(false);
});

test('queries over a socket are requests; subscriptions have caps of their own', async () => {
  await start(0, 3);
  const client = createClient({
    url: `ws://127.0.0.1:${small.port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${keys.all}` },
    retryAttempts: 0,
  });
  const one = (query: string) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      let last: Record<string, unknown> = {};
      client.subscribe(
        { query },
        {
          next: (value) => {
            last = value as Record<string, unknown>;
          },
          error: reject,
          complete: () => resolve(last),
        },
      );
    });
  for (let n = 0; n < 5; n++) await one('subscription { count(to: 1) }');
  for (let n = 0; n < 3; n++) expect(await one('{ hello }')).toMatchObject({ data: { hello: 'Hello world' } });
  expect(await one('{ hello }')).toMatchObject({
    errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: 60 } }],
  });
  await client.dispose();
});

test('without a limit no header speaks of one', async () => {
  await start(0, 0);
  const response = await small.post({ query: '{ hello }' });
  expect([...response.headers.keys()].filter((name) => name.startsWith('ratelimit'))).toEqual([]);
});
