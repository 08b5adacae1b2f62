/** Apollo Client against a service: queries and its cache, error policies, live changes, documents by their hash. */
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Loose } from '../setup/graph.ts';
import { operations, partial, type Seeded, seeded } from './seeded.ts';

let at: Seeded;
let socket: Client;
beforeAll(async () => {
  at = await seeded({ documents: true });
  socket = createClient({
    url: at.socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: at.authorization },
  });
}, 180_000);
afterAll(async () => {
  await socket?.dispose();
  await at?.remove();
});

/** Every request that went out. */
interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: Loose;
}

function client(...links: ApolloLink[]): { apollo: ApolloClient; sent: Sent[] } {
  const sent: Sent[] = [];
  const http = new HttpLink({
    uri: at.url,
    headers: { authorization: at.authorization },
    fetch: (url, init = {}) => {
      sent.push({
        method: init.method ?? 'GET',
        url: String(url),
        body: init.body == null ? null : JSON.parse(String(init.body)),
      });
      return fetch(url, init);
    },
  });
  const link = ApolloLink.split(
    ({ operationType }) => operationType === 'subscription',
    new GraphQLWsLink(socket),
    ApolloLink.from([...links, http]),
  );
  return { apollo: new ApolloClient({ link, cache: new InMemoryCache() }), sent };
}

const query = (name: string) => ({ query: gql(operations[name] ?? ''), variables: at.variables[name] });

test('a query with variables, and its cache', async () => {
  const { apollo, sent } = client();
  await at.writeEvent('Seen by Apollo');
  const { data }: Loose = await apollo.query(query('EventsThisWeek'));
  const events = data.accounts.nodes.flatMap((account: Loose) => account.events.nodes);
  expect(events).toContainEqual(expect.objectContaining({ __typename: 'CalendarEvent', summary: 'Seen by Apollo' }));
  await apollo.query(query('EventsThisWeek'));
  expect(sent).toHaveLength(1);
});

test('what a mutation answers is what the cache has from then on', async () => {
  const { apollo } = client();
  await at.writeEvent('Before');
  await apollo.query(query('EventsThisWeek'));
  const { query: mutation } = query('WriteAnEvent');
  const variables = { ...at.variables.WriteAnEvent, summary: 'After' };
  const { data }: Loose = await apollo.mutate({ mutation, variables });
  expect(data.upsertEvent).toMatchObject({ created: false, userErrors: [], event: { summary: 'After' } });
  const cached = JSON.stringify(apollo.cache.extract());
  expect(cached).toContain('"After"');
  expect(cached).not.toContain('"Before"');
});

describe('error policies', () => {
  const ask = (errorPolicy: 'none' | 'all' | 'ignore') => {
    const { from, to } = at.variables.EventsThisWeek;
    return client().apollo.query({ query: gql(partial), variables: { from, to }, errorPolicy }) as Promise<Loose>;
  };

  test('none: the error with its code, and no data', async () => {
    const error: unknown = await ask('none').catch((reason: unknown) => reason);
    expect(CombinedGraphQLErrors.is(error)).toBe(true);
    expect((error as CombinedGraphQLErrors).errors[0]).toMatchObject({
      path: ['availability'],
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('all: both', async () => {
    const { data, error } = await ask('all');
    expect(data).toMatchObject({ meridian: { version: expect.any(String) }, availability: null });
    expect(error.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  test('ignore: the data alone', async () => {
    const { data, error } = await ask('ignore');
    expect([data.availability, error]).toEqual([null, undefined]);
  });

  test('a document that is refused as a whole', async () => {
    const error: unknown = await client()
      .apollo.query({ query: gql('query Unknown { nothing }') })
      .catch((reason: unknown) => reason);
    expect(CombinedGraphQLErrors.is(error) && error.errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });

  test('no credential: an error that says 401', async () => {
    const link = new HttpLink({ uri: at.url });
    const apollo = new ApolloClient({ link, cache: new InMemoryCache() });
    await expect(apollo.query(query('WhoAmI'))).rejects.toMatchObject({ statusCode: 401 });
  });
});

test('live changes', async () => {
  const { apollo } = client();
  const told: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const subscription = apollo.subscribe<Loose>(query('WatchChanges')).subscribe({
      next({ data, error }) {
        if (error !== undefined) return reject(error);
        const changes: Loose[] = data.changes.changes;
        told.push(...changes.map((change) => change.subject?.summary));
        // The first batch says that we are heard.
        if (changes.length === 0) at.writeEvent('Told to Apollo').catch(reject);
        if (!told.includes('Told to Apollo')) return undefined;
        subscription.unsubscribe();
        return resolve();
      },
      error: reject,
    });
  });
  expect(told).toEqual(['Told to Apollo']);
});

describe('documents by their hash', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  test('those of the manifest are never sent, and queries may go by GET', async () => {
    const { apollo, sent } = client(new PersistedQueryLink({ sha256, useGETForHashedQueries: true }));
    await apollo.query(query('WhoAmI'));
    await apollo.mutate({ mutation: query('WriteAnEvent').query, variables: at.variables.WriteAnEvent });
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect(sent[0]?.url).toContain('persistedQuery');
    expect(new URL(sent[0]?.url ?? '').searchParams.has('query')).toBe(false);
    expect(sent[1]?.body).not.toHaveProperty('query');
  });

  test('another is asked for once by its hash, and then sent', async () => {
    const { apollo, sent } = client(new PersistedQueryLink({ sha256 }));
    const { data }: Loose = await apollo.query({ query: gql('query Other { meridian { version } }') });
    expect(data.meridian.version).toEqual(expect.any(String));
    expect(sent.map(({ body }) => 'query' in body)).toEqual([false, true]);
  });
});
