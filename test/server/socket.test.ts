/** The socket: who may open it, what travels over it, how it ends. Protocol abuse by a raw client. */

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { openAcknowledged, openSocket, refusedUpgrade } from './raw-socket.ts';
import { actor, keys, type SmallApp, startSmallApp } from './small-app.ts';

let small: SmallApp;
beforeAll(async () => {
  small = await startSmallApp({
    socketLimits: { connectionInitTimeoutMs: 300, maxOperations: 3, maxConnectionsPerApplication: 20 },
  });
});
afterAll(() => small.app.drain(1_000));

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 150 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(holds()).toBe(true);
}

const subscribe = (id: string, query: string, variables?: unknown) => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
});

describe('the upgrade', () => {
  test.each([
    ['another path', { path: '/other' }, 404],
    ['another path below', { path: '/graphql/x' }, 404],
    ['a foreign page', { headers: { origin: 'https://evil.example' } }, 403],
    ['a sandboxed page', { headers: { origin: 'null' } }, 403],
    ['a page that is named like ours', { headers: { origin: 'https://calendars.example.com.evil.example' } }, 403],
    ['our page without https', { headers: { origin: 'http://calendars.example.com' } }, 403],
    ['nonsense', { headers: { origin: 'nonsense' } }, 403],
    ['a foreign Host', { headers: { host: 'evil.example' } }, 421],
  ])('of %s is refused', async (_what, options, status) => {
    expect(await refusedUpgrade(small, options)).toBe(status);
  });

  test.each(['http://localhost:4000', 'http://127.0.0.1:5173', 'http://[::1]:1', 'https://calendars.example.com'])(
    'from the Origin %s is taken',
    async (origin) => {
      const raw = await openSocket(small, { headers: { origin } });
      raw.socket.close();
      await raw.closed;
    },
  );

  test('in production from our own page only', async () => {
    const production = await startSmallApp({ mode: 'production' });
    try {
      expect(await refusedUpgrade(production, { headers: { origin: 'http://localhost:4000' } })).toBe(403);
      const raw = await openSocket(production, {
        headers: { origin: 'https://calendars.example.com', host: 'internal' },
      });
      raw.socket.close();
      await raw.closed;
    } finally {
      await production.app.drain(1_000);
    }
  });

  test.each(['graphql-ws', 'chat'])('with the protocol %s alone is not taken', async (protocol) => {
    const failed = openSocket(small, { protocol });
    await expect(failed).rejects.toThrow();
  });

  test('without a protocol: 4406', async () => {
    const raw = await openSocket(small, { protocol: null });
    expect(await raw.closed).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
  });
});

describe('who it is', () => {
  test('nobody says so in time: 4408', async () => {
    const raw = await openSocket(small);
    expect((await raw.closed).code).toBe(4408);
  });

  test.each([[undefined], [{}], [{ authorization: null }], [{ authorization: 7 }], ['Bearer x']])(
    'no credential (%j): 4401',
    async (payload) => {
      const raw = await openSocket(small);
      raw.send({ type: 'connection_init', payload });
      const { code } = await raw.closed;
      // A payload that is no object is no message of the protocol.
      expect(code).toBe(typeof payload === 'string' ? 4400 : 4401);
      expect(raw.received).toEqual([]);
    },
  );

  test('a bad credential: 4403', async () => {
    const raw = await openSocket(small);
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer wrong' } });
    expect((await raw.closed).code).toBe(4403);
  });

  test('a credential that cannot be checked: 4500 without the reason', async () => {
    const raw = await openSocket(small);
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer broken' } });
    expect(await raw.closed).toEqual({ code: 4500, reason: 'Internal server error' });
  });

  test('one that sends too much: 1013', async () => {
    const raw = await openSocket(small);
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer limited' } });
    expect((await raw.closed).code).toBe(1013);
  });

  test('operations sent behind a bad credential do not run', async () => {
    const before = small.observed.total;
    const raw = await openSocket(small);
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer wrong' } });
    for (let i = 0; i < 20; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (raw.socket.readyState === WebSocket.OPEN) raw.send(subscribe(String(i), 'mutation { add(by: 1) }'));
    }
    expect([4401, 4403]).toContain((await raw.closed).code);
    expect(small.observed.total).toBe(before);
  });

  test('its credential ends: 4403', async () => {
    const expiring = await startSmallApp({
      authenticate: async () => actor(undefined, { expiresAt: Date.now() + 1_500 }),
    });
    try {
      const raw = await openAcknowledged(expiring, 'Bearer expiring');
      raw.send(subscribe('1', 'subscription { idle }'));
      expect(await raw.closed).toEqual({ code: 4403, reason: 'Credential expired' });
      await until(() => expiring.observed.aborted.length === 1);
    } finally {
      await expiring.app.drain(1_000);
    }
  });
});

describe('abuse of the protocol', () => {
  test.each([
    'no json',
    '',
    '{}',
    'null',
    '[]',
    '"connection_init"',
    '{"type":"nonsense"}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","id":"1"}',
    '{"type":"subscribe","id":1,"payload":{"query":"{hello}"}}',
    '{"type":"subscribe","id":"","payload":{"query":"{hello}"}}',
    '{"type":"subscribe","id":"1","payload":{"query":7}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":"x"}}',
    '{"type":"connection_init","payload":[]}',
    '{"type":"complete"}',
  ])('%s: 4400', async (text) => {
    const raw = await openSocket(small);
    raw.send(text);
    expect(await raw.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
  });

  test('a message that only servers send: closed', async () => {
    const raw = await openAcknowledged(small);
    raw.send({ type: 'connection_ack' });
    expect([4400, 4500]).toContain((await raw.closed).code);
  });

  test('a binary message: 4400', async () => {
    const raw = await openSocket(small);
    raw.socket.send(Buffer.from('{"type":"ping"}'), { binary: true });
    expect((await raw.closed).code).toBe(4400);
  });

  test('an operation before the acknowledgement: 4401', async () => {
    const raw = await openSocket(small);
    raw.send(subscribe('1', '{ hello }'));
    expect((await raw.closed).code).toBe(4401);
  });

  test('an operation right behind connection_init: 4401', async () => {
    const raw = await openSocket(small);
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${keys.all}` } });
    raw.send(subscribe('1', '{ hello }'));
    expect((await raw.closed).code).toBe(4401);
  });

  test('connection_init twice: 4429', async () => {
    const raw = await openAcknowledged(small);
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${keys.all}` } });
    expect((await raw.closed).code).toBe(4429);
  });

  test('an id that is in use: 4409', async () => {
    const raw = await openAcknowledged(small);
    raw.send(subscribe('same', 'subscription { idle }'));
    await raw.next(({ type }) => type === 'next');
    raw.send(subscribe('same', 'subscription { idle }'));
    expect((await raw.closed).code).toBe(4409);
  });

  test('an id that is free again', async () => {
    const raw = await openAcknowledged(small);
    for (let i = 0; i < 3; i++) {
      raw.send(subscribe('same', '{ hello }'));
      await until(() => raw.received.filter(({ type }) => type === 'complete').length === i + 1);
    }
    raw.socket.close();
  });

  test('ids that are names of Object.prototype', async () => {
    const raw = await openAcknowledged(small);
    for (const id of ['__proto__', 'constructor', 'toString']) {
      raw.send(subscribe(id, '{ hello }'));
      await raw.next((message) => message.id === id && message.type === 'complete');
    }
    raw.socket.close();
  });

  test('completing what does not run is nothing', async () => {
    const raw = await openAcknowledged(small);
    raw.send({ type: 'complete', id: 'unknown' });
    raw.send({ type: 'ping' });
    await raw.next(({ type }) => type === 'pong');
    raw.socket.close();
  });

  test('a message of more than 64 KiB: 1009', async () => {
    const raw = await openAcknowledged(small);
    raw.send({ type: 'ping', payload: { x: 'x'.repeat(65 * 1024) } });
    expect((await raw.closed).code).toBe(1009);
  });

  test('a broken frame: 1002, and the others go on', async () => {
    const raw = await openAcknowledged(small);
    const stream = connect(small.port, '127.0.0.1');
    stream.write(
      'GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
    );
    const answer = await new Promise<Buffer>((resolve) => {
      const parts: Buffer[] = [];
      let sent = false;
      stream.on('data', (part) => {
        parts.push(part);
        // An unmasked frame with reserved bits: RFC 6455 §5.1 and §5.2 forbid both.
        if (!sent) stream.write(Buffer.from([0xf1, 0x02, 0x7b, 0x7d]));
        sent = true;
      });
      stream.on('close', () => resolve(Buffer.concat(parts)));
    });
    expect(answer.subarray(-2).readUInt16BE(0)).toBe(1002);
    raw.send(subscribe('1', '{ hello }'));
    await raw.next(({ type }) => type === 'complete');
    raw.socket.close();
  });

  test('too many messages: 1008', async () => {
    const strict = await startSmallApp({ socketLimits: { maxMessagesPerTenSeconds: 20 } });
    try {
      const raw = await openAcknowledged(strict);
      for (let i = 0; i < 30; i++) raw.send({ type: 'ping' });
      expect((await raw.closed).code).toBe(1008);
    } finally {
      await strict.app.drain(1_000);
    }
  });
});

describe('operations', () => {
  test('a query, a mutation and a subscription by a real client', async () => {
    const client = createClient({
      url: `${small.origin.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${keys.all}` },
    });
    const all = async (query: string) => {
      const results: unknown[] = [];
      for await (const result of client.iterate({ query })) results.push(result);
      return results;
    };
    expect(await all('{ hello }')).toEqual([
      { data: { hello: 'Hello world' }, extensions: { providerCalls: 0, cost: 0 } },
    ]);
    expect(await all('mutation { add(by: 0) }')).toEqual([
      { data: { add: small.observed.total }, extensions: { providerCalls: 0, cost: 10 } },
    ]);
    expect(await all('subscription { count(to: 3) }')).toEqual(
      [1, 2, 3].map((count) => ({ data: { count }, extensions: { providerCalls: 0 } })),
    );
    await client.dispose();
  });

  test('a client that completes ends the source at once', async () => {
    const raw = await openAcknowledged(small);
    const before = small.observed.aborted.length;
    raw.send(subscribe('1', 'subscription { idle }'));
    await raw.next(({ type }) => type === 'next');
    raw.send({ type: 'complete', id: '1' });
    await until(() => small.observed.aborted.length === before + 1);
    raw.socket.close();
  });

  test('a client that leaves ends the source at once', async () => {
    const raw = await openAcknowledged(small);
    const before = small.observed.aborted.length;
    raw.send(subscribe('1', 'subscription { idle }'));
    raw.send(subscribe('2', 'subscription { idle }'));
    await until(() => raw.received.filter(({ type }) => type === 'next').length === 2);
    raw.socket.terminate();
    await until(() => small.observed.aborted.length === before + 2);
  });

  test('one more than may run at once is refused, and the others go on', async () => {
    const raw = await openAcknowledged(small);
    const before = small.observed.aborted.length;
    for (const id of ['1', '2', '3', '4']) raw.send(subscribe(id, 'subscription { idle }'));
    const refused = await raw.next(({ type }) => type === 'error');
    expect(refused).toMatchObject({ id: '4', payload: [{ extensions: { code: 'COST_LIMIT_EXCEEDED' } }] });
    raw.send({ type: 'complete', id: '1' });
    await until(() => small.observed.aborted.length === before + 1);
    raw.send(subscribe('5', '{ hello }'));
    await raw.next(({ id, type }) => id === '5' && type === 'complete');
    raw.socket.terminate();
  });

  test("an application's sockets are counted, and given back", async () => {
    const few = await startSmallApp({ socketLimits: { maxConnectionsPerApplication: 2 } });
    try {
      const first = await openAcknowledged(few);
      const second = await openAcknowledged(few);
      const third = await openSocket(few);
      third.send({ type: 'connection_init', payload: { authorization: `Bearer ${keys.all}` } });
      expect((await third.closed).code).toBe(1013);
      const others = await openAcknowledged(few, `Bearer ${keys.other}`);
      first.socket.close();
      await first.closed;
      const again = await openAcknowledged(few);
      for (const raw of [second, others, again]) raw.socket.terminate();
    } finally {
      await few.app.drain(1_000);
    }
  });

  test('a process has so many sockets: 503', async () => {
    const few = await startSmallApp({ socketLimits: { maxConnections: 1 } });
    try {
      const first = await openSocket(few);
      expect(await refusedUpgrade(few, {})).toBe(503);
      first.socket.terminate();
    } finally {
      await few.app.drain(1_000);
    }
  });
});

describe('a client that does not read', () => {
  test('is closed, and its subscription with it', async () => {
    const tight = await startSmallApp({ socketLimits: { sendTimeoutMs: 400, maxBufferedBytes: 64 * 1024 } });
    try {
      const raw = await openAcknowledged(tight);
      raw.socket.pause();
      raw.send(subscribe('1', 'subscription { flood(bytes: 1000000) }'));
      await until(() => tight.observed.aborted.length === 1);
      raw.socket.resume();
      expect([1006, 1013]).toContain((await raw.closed).code);
    } finally {
      await tight.app.drain(1_000);
    }
  });

  test('holds no more than one answer of each of its subscriptions', async () => {
    const tight = await startSmallApp({ socketLimits: { sendTimeoutMs: 60_000 } });
    try {
      const raw = await openAcknowledged(tight);
      raw.socket.pause();
      const before = process.memoryUsage().arrayBuffers;
      raw.send(subscribe('1', 'subscription { flood(bytes: 1000000) }'));
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40_000_000);
      raw.socket.terminate();
      await until(() => tight.observed.aborted.length === 1);
    } finally {
      await tight.app.drain(1_000);
    }
  });

  test('that is gone without a word is found out', async () => {
    const quick = await startSmallApp({ socketLimits: { keepAliveMs: 150 } });
    try {
      const raw = await openAcknowledged(quick);
      raw.send(subscribe('1', 'subscription { idle }'));
      await raw.next(({ type }) => type === 'next');
      raw.socket.pause();
      await until(() => quick.observed.aborted.length === 1);
      raw.socket.terminate();
    } finally {
      await quick.app.drain(1_000);
    }
  });
});

describe('the stop', () => {
  test('closes with 1001 and ends what runs; a client may come back elsewhere', async () => {
    const stopping = await startSmallApp();
    const raw = await openAcknowledged(stopping);
    raw.send(subscribe('1', 'subscription { idle }'));
    await raw.next(({ type }) => type === 'next');
    const stopped = stopping.app.drain(5_000);
    expect(await raw.closed).toEqual({ code: 1001, reason: expect.stringMatching(/^retry after \d\.\d s$/) });
    await stopped;
    await until(() => stopping.observed.aborted.length === 1);
  });

  test('does not wait for a client that does not answer', async () => {
    const stopping = await startSmallApp();
    const raw = await openAcknowledged(stopping);
    raw.socket.pause();
    const begun = performance.now();
    await stopping.app.drain(500);
    expect(performance.now() - begun).toBeLessThan(5_000);
    raw.socket.terminate();
  });
});
