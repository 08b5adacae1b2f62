/** urql against a service: queries and its cache, errors beside data, writes, live changes. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type Client,
  cacheExchange,
  createClient,
  type ExecutionResult,
  fetchExchange,
  subscriptionExchange,
} from '@urql/core';
import { createClient as createSocket, type Client as SocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Loose } from '../setup/graph.ts';
import { operations, partial, type Seeded, seeded } from './seeded.ts';

let at: Seeded;
let socket: SocketClient;
let urql: Client;
let requests = 0;
beforeAll(async () => {
  at = await seeded();
  socket = createSocket({
    url: at.socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: at.authorization },
  });
  urql = createClient({
    url: at.url,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: at.authorization } },
    fetch: (url, init) => {
      requests++;
      return fetch(url, init);
    },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query, variables },
              { next: (result) => sink.next(result as ExecutionResult), error: sink.error, complete: sink.complete },
            ),
          }),
        }),
      }),
    ],
  });
}, 180_000);
afterAll(async () => {
  await socket?.dispose();
  await at?.remove();
});

test('a query with variables, and its cache until something is written', async () => {
  await at.writeEvent('Seen by urql');
  const ask = () => urql.query<Loose>(operations['EventsThisWeek'] ?? '', at.variables.EventsThisWeek).toPromise();
  const { data, error } = await ask();
  expect(error).toBeUndefined();
  const summaries = data.accounts.nodes.flatMap((account: Loose) =>
    account.events.nodes.map((one: Loose) => one.summary),
  );
  expect(summaries).toContain('Seen by urql');
  const before = requests;
  await ask();
  expect(requests).toBe(before);

  const variables = { ...at.variables.WriteAnEvent, summary: 'Written by urql' };
  const written = await urql.mutation<Loose>(operations['WriteAnEvent'] ?? '', variables).toPromise();
  expect(written.data.upsertEvent).toMatchObject({ userErrors: [], event: { summary: 'Written by urql' } });
  const again = await ask();
  expect(JSON.stringify(again.data)).toContain('Written by urql');
});

test('an error beside data, with its code', async () => {
  const { from, to } = at.variables.EventsThisWeek;
  const { data, error } = await urql.query<Loose>(partial, { from, to }).toPromise();
  expect(data).toMatchObject({ meridian: { version: expect.any(String) }, availability: null });
  expect(error?.graphQLErrors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
});

test('a refused document, and a refused credential', async () => {
  const refused = await urql.query('query Unknown { nothing }', {}).toPromise();
  expect(refused.error?.graphQLErrors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  const fetchOptions = { headers: { authorization: 'Bearer unknown' } };
  const unknown = await urql.query(operations['WhoAmI'] ?? '', {}, { fetchOptions }).toPromise();
  expect(unknown.error?.graphQLErrors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
});

test('by GET with the header that a page of another origin cannot send unasked', async () => {
  const methods: string[] = [];
  const get = createClient({
    url: at.url,
    preferGetMethod: 'force',
    fetchOptions: { headers: { authorization: at.authorization, 'apollo-require-preflight': '1' } },
    fetch: (url, init) => {
      methods.push(init?.method ?? 'GET');
      return fetch(url, init);
    },
    exchanges: [fetchExchange],
  });
  const { data, error } = await get.query<Loose>(operations['WhoAmI'] ?? '', {}).toPromise();
  expect([error, methods, data.credential.kind]).toEqual([undefined, ['GET'], 'API_KEY']);
});

test('live changes', async () => {
  const told: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const { unsubscribe } = urql
      .subscription<Loose>(operations['WatchChanges'] ?? '', at.variables.WatchChanges)
      .subscribe(({ data, error }) => {
        if (error !== undefined) return reject(error);
        const changes: Loose[] = data.changes.changes;
        told.push(...changes.map((change) => change.subject?.summary));
        if (changes.length === 0) at.writeEvent('Told to urql').catch(reject);
        if (!told.includes('Told to urql')) return undefined;
        unsubscribe();
        return resolve();
      });
  });
  expect(told).toEqual(['Told to urql']);
});
