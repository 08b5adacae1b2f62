/** A batch that comes with errors: its nulls may be failures, so no client of the examples applies it. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import type { Subscribe } from '../../examples/shared/follow.ts';

/** Answers every subscription with one batch whose subject could not be read. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'graphql-transport-ws' });
const received: string[] = [];
const payload = {
  data: { changes: { cursor: 'c', changes: [{ kind: 'EVENT_UPDATED', subjectId: 'evt_1', subject: null }] } },
  errors: [{ message: 'failed', path: ['changes'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
};

beforeAll(async () => {
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      const { type, id } = JSON.parse(String(data)) as { type: string; id?: string };
      received.push(type);
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type === 'subscribe') socket.send(JSON.stringify({ id, type: 'next', payload }));
    }),
  );
  if (server.address() === null) await once(server, 'listening');
  process.env['SERVICE'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['API_KEY'] = 'key';
});
afterAll(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

test.each(['graphql-ws', 'apollo', 'urql'])('by %s', async (client) => {
  received.length = 0;
  const { subscribe } = (await import(`../../examples/live-${client}.ts`)) as { subscribe: Subscribe };
  const applied: unknown[] = [];
  const { errors } = await subscribe({ after: 'before', filter: {} }, (batch) => applied.push(batch));
  expect(applied).toEqual([]);
  expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  // And the subscription is over, so that the next one does not run beside it.
  while (!received.includes('complete')) await new Promise((later) => setTimeout(later, 10));
});
