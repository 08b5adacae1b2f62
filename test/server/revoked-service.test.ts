/** The service as a process of its own: a user's tokens end with the authorization, after the last word about the account. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import type { Loose } from '../setup/graph.ts';
import { createService, type Service } from '../setup/service.ts';
import { within } from '../subscriptions/manual-clock.ts';

let service: Service;
beforeAll(async () => {
  service = await createService();
  await service.start();
}, 120_000);
afterAll(() => service.remove());

interface Listening {
  readonly told: [kind: string, accountId: string][];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly socket: WebSocket;
  until(holds: () => boolean): Promise<void>;
}

/** A socket with a subscription that has caught up. */
async function listen(token: string): Promise<Listening> {
  const socket = new WebSocket(`${service.address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const told: Listening['told'] = [];
  const waiting = new Set<() => void>();
  let isCaughtUp = false;
  socket.on('open', () => {
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  });
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Loose;
    if (message.type === 'connection_ack') {
      const query = 'subscription { changes { caughtUp changes { kind accountId } } }';
      socket.send(JSON.stringify({ id: 'one', type: 'subscribe', payload: { query } }));
    }
    if (message.type !== 'next') return;
    const { changes } = message.payload.data;
    isCaughtUp = changes.caughtUp;
    for (const { kind, accountId } of changes.changes) told.push([kind, accountId]);
    for (const check of waiting) check();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  const until = (holds: () => boolean) =>
    within(
      new Promise<void>((resolve) => {
        const check = () => {
          if (holds()) resolve();
        };
        waiting.add(check);
        check();
      }),
    );
  await until(() => isCaughtUp);
  return { told, closed, socket, until };
}

test('revokeAuthorization: the application hears of it and goes on, the socket of the user’s token ends with 4403', async () => {
  const { upsertApplicationCalendar: made } = await service.graph(
    `mutation { upsertApplicationCalendar(input: { key: "calendar", timeZone: "Europe/London" }) {
      account { id } tokens { accessToken } userErrors { code message } } }`,
  );
  const token: string = made.tokens.accessToken;
  const [application, user] = [await listen(service.key()), await listen(token)];
  const end: [string, string] = ['AUTHORIZATION_REVOKED', made.account.id];
  await service.graph(
    `mutation ($id: ID!) { revokeAuthorization(input: { authorization: { accountId: $id } }) {
      revokedAccountIds userErrors { code message } } }`,
    { id: made.account.id },
  );
  expect(await within(user.closed)).toEqual({ code: 4403, reason: 'Credential revoked' });
  await application.until(() => application.told.length >= 2);
  // An application calendar is its application's alone: what it held is erased.
  expect(application.told).toEqual([end, ['ERASURE_REQUESTED', made.account.id]]);
  // On a busy machine the socket may end first.
  expect(application.told.slice(0, user.told.length)).toEqual(user.told);
  expect(application.socket.readyState).toBe(WebSocket.OPEN);
  application.socket.close();
  await application.closed;
  const late = new WebSocket(`${service.address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  late.on('open', () => {
    late.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  });
  expect(await within(new Promise((resolve) => late.on('close', resolve)))).toBe(4403);
});

test('a write that nobody made: its subscription ends with the error of the query, and the socket goes on', async () => {
  const { socket, closed } = await listen(service.key());
  const answers: Loose[] = [];
  const answered = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Loose;
      if (message.id === 'one') return;
      answers.push(message);
      if (answers.length === 2) resolve();
    });
  });
  for (const [id, operation] of Object.entries({ unknown: `opr_${'0'.repeat(26)}`, malformed: 'opr_' })) {
    const query = 'subscription ($id: ID!) { operation(id: $id) { status } }';
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables: { id: operation } } }));
  }
  await within(answered);
  for (const id of ['unknown', 'malformed']) {
    expect(answers).toContainEqual({
      id,
      type: 'error',
      payload: [expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', argument: 'id' } })],
    });
  }
  expect(socket.readyState).toBe(WebSocket.OPEN);
  socket.close();
  await closed;
});
