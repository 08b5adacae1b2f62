/** The examples' socket: what ends it, and that its end is told. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import type { SocketClient } from '../../examples/shared/socket.ts';

/** Acknowledges, tells one event, and is never heard of again. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'graphql-transport-ws' });
let module: typeof import('../../examples/shared/socket.ts');
let opened = 0;

beforeAll(async () => {
  if (server.address() === null) await once(server, 'listening');
  server.on('connection', (socket) => {
    opened++;
    socket.on('message', (data) => {
      const { type, id } = JSON.parse(String(data)) as { type: string; id?: string };
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type === 'subscribe')
        socket.send(JSON.stringify({ id, type: 'next', payload: { data: { number: opened } } }));
    });
  });
  process.env['SERVICE'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['API_KEY'] = 'key';
  module = await import('../../examples/shared/socket.ts');
});
afterAll(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

/** What came until the subscription ended. */
async function follow({ client }: SocketClient): Promise<unknown[]> {
  const seen: unknown[] = [];
  try {
    for await (const { data } of client.iterate({ query: 'subscription { number }' })) seen.push(data);
  } catch {
    // Told by `closed`.
  }
  return seen;
}

test('one that is silent for too long is ended, and the next subscription opens another', async () => {
  const socket = module.socketClient(1_000);
  for (const number of [1, 2]) {
    expect(await follow(socket)).toEqual([{ number }]);
    expect((await socket.closed()).code).toBe(1006);
  }
});

test('cut, it does not come back by itself', async () => {
  const before = opened;
  const socket = module.socketClient();
  const following = follow(socket);
  while (opened === before) await new Promise((later) => setTimeout(later, 10));
  module.cutSockets();
  await following;
  expect((await socket.closed()).code).toBe(1006);
  await new Promise((later) => setTimeout(later, 200));
  expect(opened).toBe(before + 1);
});
