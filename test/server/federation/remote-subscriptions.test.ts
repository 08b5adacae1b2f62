/** Subscriptions to a neighbour that falls silent, never begins to speak or goes: each ends in bounded time, and is told once. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { type WebSocket, WebSocketServer } from 'ws';
import { RequestError } from '../../../domain/errors.ts';
import { CircuitBreaker } from '../../../server/federation/circuit-breaker.ts';
import { remoteSubscriber } from '../../../server/federation/remote-subscriptions.ts';

type Message = Readonly<Record<string, unknown>>;
/** What a neighbour does with each message that it is sent. */
type Part = (message: Message, socket: WebSocket) => void;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const say = (socket: WebSocket, message: Message) => socket.send(JSON.stringify(message));
const event = (socket: WebSocket, id: unknown, x: number) =>
  say(socket, { id, type: 'next', payload: { data: { x } } });
const greeting: Part = ({ type }, socket) => {
  if (type === 'connection_init') say(socket, { type: 'connection_ack' });
};
const ponging: Part = ({ type }, socket) => {
  if (type === 'ping') say(socket, { type: 'pong' });
};

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((later) => setTimeout(later, 5));
}

async function listening(server: Server | WebSocketServer): Promise<string> {
  await new Promise<void>((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

/** A neighbour that plays these parts, and no other: also no pong unless one of them sends it. */
async function neighbour(...parts: Part[]) {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: () => 'graphql-transport-ws',
  });
  const heard: unknown[] = [];
  let sockets = 0;
  server.on('connection', (socket) => {
    sockets++;
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message;
      heard.push(message['type']);
      for (const part of parts) part(message, socket);
    });
  });
  closing.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return {
    url: await listening(server),
    times: (type: string) => heard.filter((one) => one === type).length,
    open: () => server.clients.size,
    sockets: () => sockets,
  };
}

/** Something that is reached over TCP and speaks no WebSocket. */
async function deafServer(onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    socket.resume();
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: await listening(server), open: () => sockets.size };
}

function listen(url: string, { timeout = 150, keepAlive = 30 } = {}) {
  const troubles: string[] = [];
  const subscribe = remoteSubscriber(
    { name: 'employees', url, headers: [], breaker: new CircuitBreaker({ now: () => 0 }) },
    {
      maximumBytes: 100_000,
      timeout,
      keepAlive,
      onTrouble: (subgraph, reason) => troubles.push(`${subgraph}: ${reason}`),
    },
  );
  return { events: subscribe({ document: parse('subscription { x }') }), troubles };
}

async function expectFailure(next: Promise<unknown>, message: string): Promise<void> {
  const error = await next.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RequestError);
  const { code, message: told, details } = error as RequestError;
  expect({ code, told, details }).toEqual({
    code: 'UNAVAILABLE',
    told: `the subgraph employees ${message}`,
    details: { subgraph: 'employees', retryAfter: 1 },
  });
}

describe('a neighbour that was heard', () => {
  test('and answers nothing any more ends the subscription after what it sent, and its socket', async () => {
    const silent = await neighbour(greeting, ({ type, id }, socket) => {
      if (type === 'subscribe') event(socket, id, 1);
    });
    const { events, troubles } = listen(silent.url, { timeout: 1_000 });
    expect((await events.next()).value).toMatchObject({ data: { x: 1 } });
    await expectFailure(events.next(), 'did not answer in time');
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await until(() => silent.open() === 0);
    expect([troubles, silent.times('ping'), silent.sockets()]).toEqual([['employees: no pong came in time'], 1, 1]);
  });

  test('and answers each ping is listened to for as long as it does', async () => {
    let subscription: unknown;
    let pings = 0;
    const quiet = await neighbour(greeting, ponging, ({ type, id }, socket) => {
      if (type === 'subscribe') subscription = id;
      if (type === 'ping' && ++pings === 20) event(socket, subscription, 20);
    });
    // Twenty pings take longer than the silence that is borne.
    const { events, troubles } = listen(quiet.url, { timeout: 1_000, keepAlive: 60 });
    expect((await events.next()).value).toMatchObject({ data: { x: 20 } });
    await events.return?.();
    await until(() => quiet.open() === 0);
    expect([troubles, quiet.sockets()]).toEqual([[], 1]);
  });

  test('and sends events but no pong is not silent until the events end', async () => {
    const busy = await neighbour(greeting, ({ type, id }, socket) => {
      if (type !== 'subscribe') return;
      let sent = 0;
      const each = setInterval(() => (++sent <= 30 ? event(socket, id, sent) : clearInterval(each)), 50);
      closing.push(() => clearInterval(each));
    });
    const { events, troubles } = listen(busy.url, { timeout: 1_000 });
    for (let x = 1; x <= 30; x++) expect((await events.next()).value).toMatchObject({ data: { x } });
    expect(troubles).toEqual([]);
    await expectFailure(events.next(), 'did not answer in time');
    expect(troubles).toEqual(['employees: no pong came in time']);
  });

  test('is not told as silent after the subscription was left', async () => {
    const silent = await neighbour(greeting);
    const { events, troubles } = listen(silent.url, { timeout: 600, keepAlive: 10 });
    await until(() => silent.times('ping') === 1);
    await events.return?.();
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await new Promise((later) => setTimeout(later, 700));
    expect([troubles, silent.open()]).toEqual([[], 0]);
  });

  test('and closes its socket as if all were done is not subscribed to again', async () => {
    const leaving = await neighbour(greeting, ({ type }, socket) => {
      if (type === 'subscribe') socket.close(1_000);
    });
    const { events, troubles } = listen(leaving.url, { timeout: 5_000 });
    await expectFailure(events.next(), 'ended the subscription');
    await until(() => leaving.open() === 0);
    expect([troubles, leaving.sockets()]).toEqual([['employees: the socket ended (1000)'], 1]);
  });
});

describe('a neighbour that never begins', () => {
  const openings: [string, () => Promise<{ readonly url: string; open(): number }>][] = [
    ['that greets nobody', () => neighbour()],
    ['that greets nobody and answers pings', () => neighbour(ponging)],
    ['that accepts and says nothing', () => deafServer(() => {})],
    [
      'whose upgrade drips',
      () =>
        deafServer((socket) => {
          socket.write('HTTP/1.1 101 Switching Protocols\r\nx: ');
          const drip = setInterval(() => socket.write('x'), 20);
          socket.once('close', () => clearInterval(drip));
        }),
    ],
  ];
  test.each(openings)('%s ends the subscription and its socket', async (_what, start) => {
    const server = await start();
    const { events, troubles } = listen(server.url);
    await expectFailure(events.next(), 'did not answer in time');
    await until(() => server.open() === 0);
    expect(troubles).toEqual(['employees: no greeting came in time']);
  });

  test.each(openings)('%s is left at once by whoever leaves', async (_what, start) => {
    const unheard: unknown[] = [];
    const onUnheard = (reason: unknown) => unheard.push(reason);
    process.on('unhandledRejection', onUnheard);
    closing.push(() => process.off('unhandledRejection', onUnheard));
    const server = await start();
    const { events, troubles } = listen(server.url, { timeout: 60_000 });
    await until(() => server.open() === 1);
    await events.return?.();
    await until(() => server.open() === 0);
    await new Promise((later) => setTimeout(later, 20));
    expect([troubles, unheard]).toEqual([[], []]);
  });

  test('because nothing listens there is told once, or not at all to whoever left', async () => {
    const unheard: unknown[] = [];
    const onUnheard = (reason: unknown) => unheard.push(reason);
    process.on('unhandledRejection', onUnheard);
    closing.push(() => process.off('unhandledRejection', onUnheard));
    const gone = await deafServer(() => {});
    closing.pop()?.();
    const stays = listen(gone.url, { timeout: 5_000 });
    await expectFailure(stays.events.next(), 'ended the subscription');
    expect(stays.troubles).toHaveLength(1);
    const leaves = listen(gone.url, { timeout: 5_000 });
    await leaves.events.return?.();
    await new Promise((later) => setTimeout(later, 50));
    expect([leaves.troubles, unheard]).toEqual([[], []]);
  });
});
