/** What HTTP answers around the graph: credentials, hosts, methods, limits, headers, health, the stop. */

import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StartFailure } from '../../datasources/store/start-failure.ts';
import { keys, type SmallApp, startSmallApp } from './small-app.ts';

let small: SmallApp;
beforeAll(async () => {
  small = await startSmallApp();
});
afterAll(() => small.app.drain(1_000));

const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  fetch(`${small.origin}${path}`, { method, headers });

/** Waits for what happens a moment later; fails after two seconds. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(holds()).toBe(true);
}

/** fetch does not let a Host header through. */
function withHost(host: string, path = '/livez', port = small.port): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      let body = '';
      response.on('data', (part) => {
        body += String(part);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject).end();
  });
}

const codeOf = async (response: Response) => {
  const body = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return body.errors[0]?.extensions.code;
};

describe('credentials', () => {
  test('none: 401, and how to authenticate', async () => {
    const response = await fetch(`${small.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ hello }"}',
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await codeOf(response)).toBe('UNAUTHENTICATED');
  });

  test.each(['Bearer unknown', 'Basic dXNlcjpwYXNz', 'the-key-of-everything', ''])(
    'bad (%j): 401',
    async (authorization) => {
      const response = await small.post({ query: '{ hello }' }, { authorization });
      expect(response.status).toBe(401);
      expect(await codeOf(response)).toBe('UNAUTHENTICATED');
    },
  );

  test('is asked before the body is read', async () => {
    const response = await small.post('{ not json', { authorization: 'Bearer unknown' });
    expect(response.status).toBe(401);
  });

  test('of an application that sends too much: 429 with when to come back', async () => {
    const response = await small.post({ query: '{ hello }' }, { authorization: 'Bearer limited' });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(await response.json()).toEqual({
      errors: [{ message: 'slow down', extensions: { code: 'RATE_LIMITED', retryAfter: 3 } }],
    });
  });

  test('that cannot be checked: 500 without the reason', async () => {
    const response = await small.post({ query: '{ hello }' }, { authorization: 'Bearer broken' });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain('INTERNAL_SERVER_ERROR');
    expect(text).not.toContain('database is away');
  });

  test('of other routes: by the same rule', async () => {
    expect((await get('/import/cal_1', {}, 'POST')).status).toBe(401);
    const response = await get('/import/cal_1', { authorization: `Bearer ${keys.other}` }, 'POST');
    expect(await response.json()).toEqual({ as: 'app_2' });
  });
});

describe('Host in development', () => {
  test.each([
    'localhost',
    'localhost:4000',
    '127.0.0.1',
    '127.0.0.1:1',
    '[::1]',
    '[::1]:4000',
    'LOCALHOST',
    'calendars.example.com',
  ])('%s is our own', async (host) => {
    expect((await withHost(host)).status).toBe(200);
  });

  test.each([
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.2',
    'calendars.example.com:444',
    '[::1]x',
    'localhost:',
    'user@localhost',
    '::1',
  ])('%s is foreign: 421', async (host) => {
    const { status, body } = await withHost(host);
    expect(status).toBe(421);
    expect(body).toContain('BAD_USER_INPUT');
  });

  test('is not asked in production, where a proxy stands in front', async () => {
    const production = await startSmallApp({ mode: 'production' });
    try {
      expect((await withHost('internal.example', '/livez', production.port)).status).toBe(200);
    } finally {
      await production.app.drain(1_000);
    }
  });
});

describe('routes', () => {
  test.each([
    '/',
    '/graphql/',
    '/graphql/x',
    '/subgraph',
    '/metrics',
    '/graphiql/../package.json',
    '/%2e%2e/package.json',
    '/.env',
  ])('%s is not there: 404 as JSON', async (path) => {
    const response = await get(path, { accept: 'text/html' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await codeOf(response)).toBe('BAD_USER_INPUT');
  });

  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])(
    '%s /graphql without a query: 405',
    async (method) => {
      const response = await get('/graphql', { authorization: `Bearer ${keys.all}` }, method);
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
    },
  );

  test('GET with a query is refused where a browser may have sent it across origins', async () => {
    const response = await get('/graphql?query=%7Bhello%7D', { authorization: `Bearer ${keys.all}` });
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('BAD_USER_INPUT');
  });

  test('GET never changes anything', async () => {
    const before = small.observed.total;
    const headers = { authorization: `Bearer ${keys.all}`, 'apollo-require-preflight': '1' };
    const response = await get('/graphql?query=mutation%7Badd(by:1)%7D', headers);
    expect(response.status).toBe(405);
    expect(small.observed.total).toBe(before);
  });

  test('the SDL needs a credential, and is asked for again with its tag', async () => {
    expect((await get('/schema.graphql')).status).toBe(401);
    const first = await get('/schema.graphql', { authorization: `Bearer ${keys.narrow}` });
    expect(await first.text()).toBe('type Query { hello: String }\n');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    const again = await get('/schema.graphql', {
      authorization: `Bearer ${keys.narrow}`,
      'if-none-match': `"x", W/${etag}`,
    });
    expect(again.status).toBe(304);
    expect((await get('/schema.graphql', {}, 'POST')).status).toBe(405);
  });

  test('the SDL goes with introspection', async () => {
    const closed = await startSmallApp({ introspection: false });
    try {
      const headers = { authorization: `Bearer ${keys.all}` };
      expect((await fetch(`${closed.origin}/schema.graphql`, { headers })).status).toBe(404);
      const asked = await closed.post({ query: '{ __schema { queryType { name } } }' });
      expect(await codeOf(asked)).toBe('BAD_USER_INPUT');
    } finally {
      await closed.app.drain(1_000);
    }
  });

  test('a page is answered in development only, and holds no key', async () => {
    const page = await get('/graphql', { accept: 'text/html' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(await page.text()).not.toContain('Bearer');
    const production = await startSmallApp({ mode: 'production' });
    try {
      expect((await fetch(`${production.origin}/graphql`, { headers: { accept: 'text/html' } })).status).toBe(405);
      expect((await fetch(`${production.origin}/graphiql/icon.svg`)).status).toBe(404);
    } finally {
      await production.app.drain(1_000);
    }
  });
});

describe('headers', () => {
  test.each(['/livez', '/nowhere', '/graphql', '/schema.graphql', '/fails'])(
    '%s: nothing may run, frame or guess it',
    async (path) => {
      const { headers } = await get(path, { origin: 'https://evil.example' });
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    },
  );

  test("a request's id is ours, not the client's", async () => {
    const { headers } = await get('/livez', { 'x-request-id': 'chosen', 'request-id': 'chosen' });
    expect(headers.get('x-request-id')).not.toBe('chosen');
  });
});

describe('bodies', () => {
  const large = (bytes: number) => ({
    query: 'query Q($name: String) { hello(name: $name) }',
    variables: { name: 'x'.repeat(bytes) },
  });

  test('an iCalendar document of 4 MiB fits', async () => {
    const response = await small.post(large(4 * 1024 * 1024));
    expect(response.status).toBe(200);
    expect(((await response.json()) as { data: { hello: string } }).data.hello).toHaveLength(6 + 4 * 1024 * 1024);
  });

  test('more than 5 MiB: 413', async () => {
    const response = await small.post(large(5 * 1024 * 1024));
    expect(response.status).toBe(413);
    expect(await codeOf(response)).toBe('BAD_USER_INPUT');
  });

  test('1 MiB elsewhere', async () => {
    const response = await fetch(`${small.origin}/import/cal_1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${keys.all}` },
      body: JSON.stringify({ x: 'x'.repeat(1024 * 1024) }),
    });
    expect(response.status).toBe(413);
  });

  test.each([
    ['no JSON', '{"query"', 400],
    ['an empty body', '', 400],
    ['a list', '[{"query":"{hello}"}]', 400],
    ['a string', '"query"', 400],
    ['null', 'null', 400],
    ['no query', '{"variables":{}}', 400],
    ['a query that is no string', '{"query":{"kind":"Document"}}', 400],
    ['variables that are no object', '{"query":"{hello}","variables":"{}"}', 400],
    ['a prototype', '{"query":"{hello}","__proto__":{"x":1}}', 400],
  ])('%s is refused', async (_what, body, status) => {
    const response = await small.post(body);
    expect(response.status).toBe(status);
    expect(await codeOf(response)).toBe('BAD_USER_INPUT');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
    '%s is refused: a page could send it across origins unasked',
    async (type) => {
      const response = await small.post('{"query":"{hello}"}', { 'content-type': type });
      expect(response.status).toBe(415);
    },
  );

  test('bytes that are no HTTP end the connection and nothing else', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(small.port, '127.0.0.1', () => socket.write('GARBAGE\r\n\r\n'));
      let text = '';
      socket.on('data', (part) => {
        text += String(part);
      });
      socket.on('end', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect((await get('/livez')).status).toBe(200);
  });

  test.each(['/%', '/graphql%', '/%c0%af'])('the address %s is refused', async (path) => {
    const { status, body } = await withHost('localhost', path);
    expect([400, 404]).toContain(status);
    expect(body).toContain('BAD_USER_INPUT');
  });
});

describe('health', () => {
  test('alive and ready', async () => {
    expect(await (await get('/livez')).json()).toEqual({ status: 'ok' });
    const ready = await get('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ status: 'ok', checks: { store: 'ok' } });
    for (const path of ['/livez', '/readyz']) expect((await get(path, {}, 'HEAD')).status).toBe(200);
  });

  test('a check that throws, rejects or hangs is named, its reason is not', async () => {
    const ill = await startSmallApp({
      checks: {
        store: () => {
          throw new Error('password=hunter2');
        },
        keys: async () => {},
        tzdata: () => Promise.reject(new Error('old')),
        sync: () => new Promise<void>(() => {}),
      },
    });
    try {
      const response = await fetch(`${ill.origin}/readyz`);
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({
        status: 'failed',
        checks: { store: 'failed', keys: 'ok', tzdata: 'failed', sync: 'failed' },
      });
      expect((await fetch(`${ill.origin}/livez`)).status).toBe(200);
    } finally {
      await ill.app.drain(1_000);
    }
  });
});

describe('stopping', () => {
  test('what runs is answered, then the port is free', async () => {
    const stopping = await startSmallApp();
    const slow = stopping.post({ query: '{ slow(ms: 400) }' });
    await until(() => stopping.observed.slow === 1);
    const stopped = stopping.app.drain(10_000);
    expect(await (await slow).json()).toEqual({ data: { slow: 'done' }, extensions: { providerCalls: 0, cost: 0 } });
    await stopped;
    await expect(fetch(`${stopping.origin}/livez`)).rejects.toThrow();
  });

  test('twice is once', async () => {
    const stopping = await startSmallApp();
    await Promise.all([stopping.app.drain(1_000), stopping.app.drain(1_000)]);
    await stopping.app.drain(1_000);
  });

  test('while it lasts, the process is alive and not ready', async () => {
    const stopping = await startSmallApp();
    const accepted = once(stopping.app.fastify.server, 'connection') as Promise<[Socket]>;
    // A connection that was open before: a balancer keeps them, and new ones are refused.
    const socket = connect(stopping.port, '127.0.0.1', () => {
      socket.write('POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n');
    });
    const answered = new Promise<string>((resolve, reject) => {
      socket.once('data', (part) => resolve(String(part)));
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('closed without an answer')));
    });
    const [connection] = await accepted;
    await until(() => connection.bytesRead > 0);
    const slow = stopping.post({ query: '{ slow(ms: 500) }' });
    await until(() => stopping.observed.slow === 1);
    void stopping.app.drain(5_000);
    setTimeout(() => socket.write('\r\n'), 100);
    expect(await answered).toMatch(/^HTTP\/1\.1 503 /);
    expect((await slow).status).toBe(200);
  });

  test('what runs too long is cut', async () => {
    const stopping = await startSmallApp();
    const slow = stopping.post({ query: '{ slow(ms: 30000) }' }).then(
      () => 'answered',
      () => 'cut',
    );
    await until(() => stopping.observed.slow === 1);
    await stopping.app.drain(300);
    expect(await slow).toBe('cut');
    await until(() => stopping.observed.aborted.length === 1);
  });

  test('a client that leaves aborts its request', async () => {
    const leaving = new AbortController();
    const before = small.observed.aborted.length;
    const asked = small.observed.slow;
    const slow = fetch(`${small.origin}/graphql`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${keys.all}` },
      body: '{"query":"{ slow(ms: 30000) }"}',
    }).catch(() => 'left');
    await until(() => small.observed.slow === asked + 1);
    leaving.abort();
    expect(await slow).toBe('left');
    await until(() => small.observed.aborted.length === before + 1);
  });

  test('a port in use is said in one line', async () => {
    const failure = await startSmallApp({ port: small.port }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailure);
    expect((failure as Error).message).toBe(
      `port ${small.port} on 127.0.0.1 is in use: stop what uses it, or set PORT to a free one`,
    );
  });

  test('an address of another machine is said in one line', async () => {
    const failure = await startSmallApp({ host: '192.0.2.1' }).catch((error: unknown) => error);
    expect((failure as Error).message).toBe('HOST 192.0.2.1 is no address of this machine: set HOST to one that is');
  });
});
