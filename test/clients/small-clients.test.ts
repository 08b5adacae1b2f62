/** graphql-request, graphql-ws and a client that breaks its protocol against a service, and what tools read of its schema. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from 'graphql';
import { ClientError, GraphQLClient } from 'graphql-request';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Loose } from '../setup/graph.ts';
import { operations, partial, type Seeded, seeded } from './seeded.ts';

let at: Seeded;
beforeAll(async () => {
  at = await seeded();
}, 180_000);
afterAll(() => at?.remove());

describe('graphql-request', () => {
  const client = (headers: Record<string, string> = { authorization: at.authorization }) =>
    new GraphQLClient(at.url, { headers });

  test('a query and a mutation with variables', async () => {
    const { upsertEvent }: Loose = await client().request(operations['WriteAnEvent'] ?? '', at.variables.WriteAnEvent);
    expect(upsertEvent.userErrors).toEqual([]);
    const { accounts }: Loose = await client().request(operations['EventsThisWeek'] ?? '', at.variables.EventsThisWeek);
    expect(accounts.nodes[0].events.nodes).not.toEqual([]);
  });

  test('an error with its code beside the data', async () => {
    const { from, to } = at.variables.EventsThisWeek;
    const error: unknown = await client()
      .request(partial, { from, to })
      .catch((reason: unknown) => reason);
    if (!(error instanceof ClientError)) throw error;
    expect(error.response.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(error.response.data).toMatchObject({ availability: null });
  });

  test('a refused credential: 401 with its code', async () => {
    const error: unknown = await client({})
      .request(operations['WhoAmI'] ?? '')
      .catch((reason: unknown) => reason);
    if (!(error instanceof ClientError)) throw error;
    expect([error.response.status, error.response.errors?.[0]?.extensions['code']]).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('several requests in one are refused', async () => {
    const document = operations['WhoAmI'] ?? '';
    await expect(client().batchRequests([{ document }, { document }])).rejects.toThrow(/400/);
  });
});

describe('graphql-ws', () => {
  let client: Client;
  beforeAll(() => {
    client = createClient({
      url: at.socketUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: at.authorization },
    });
  });
  afterAll(async () => client.dispose());

  const first = async (query: string, variables?: Record<string, unknown>): Promise<Loose> => {
    for await (const answer of client.iterate({ query, variables: variables ?? null })) return answer;
    throw new Error('expected an answer, got none');
  };

  test('a query, a mutation and live changes on one socket', async () => {
    const changes = client.iterate<Loose>({
      query: operations['WatchChanges'] ?? '',
      variables: at.variables.WatchChanges,
    });
    const { value: heard }: Loose = await changes.next();
    expect(heard.data.changes.changes).toEqual([]);
    const summary = 'Told to graphql-ws';
    const written = await first(operations['WriteAnEvent'] ?? '', { ...at.variables.WriteAnEvent, summary });
    expect(written.data.upsertEvent.userErrors).toEqual([]);
    const { value: told }: Loose = await changes.next();
    expect(told.data.changes.changes).toMatchObject([{ subject: { summary } }]);
    expect((await first(operations['WhoAmI'] ?? '')).data.credential.kind).toBe('API_KEY');
    await changes.return?.();
  });

  test('a refused document ends its operation with the error, and the socket goes on', async () => {
    const refused: unknown = await first('query { nothing }').catch((reason: unknown) => reason);
    expect(refused).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await first('query { meridian { version } }')).data.meridian).toBeDefined();
  });
});

describe('how a whole service ends a socket that breaks the protocol', () => {
  const init = () => ({ type: 'connection_init', payload: { authorization: at.authorization } });
  const watch = () => ({
    id: 'same',
    type: 'subscribe',
    payload: { query: operations['WatchChanges'], variables: at.variables.WatchChanges },
  });

  /** Sends the first message, and each next one when something was answered. */
  const closeCode = (messages: readonly unknown[], protocols: readonly string[] = ['graphql-transport-ws']) =>
    new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(at.socketUrl, [...protocols]);
      const waiting = [...messages];
      const sendNext = () => {
        const [message] = waiting.splice(0, 1);
        if (message !== undefined) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      };
      socket.on('open', sendNext).on('message', sendNext).on('close', resolve).on('error', reject);
    });

  test('a message that is none: 4400', async () => expect(await closeCode(['{'])).toBe(4400));
  test('an operation before the acknowledgement: 4401', async () => expect(await closeCode([watch()])).toBe(4401));
  test('a credential that nobody has: 4403', async () => {
    const payload = { authorization: 'Bearer nobody' };
    expect(await closeCode([{ type: 'connection_init', payload }])).toBe(4403);
  });
  test('no subprotocol: 4406', async () => expect(await closeCode([], [])).toBe(4406));
  test('silence: 4408', async () => expect(await closeCode([])).toBe(4408));
  test('an id twice: 4409', async () => expect(await closeCode([init(), watch(), watch()])).toBe(4409));
  test('connection_init twice: 4429', async () => expect(await closeCode([init(), init()])).toBe(4429));
});

describe('the schema as tools read it', () => {
  const introspect = async (): Promise<IntrospectionQuery> => {
    const client = new GraphQLClient(at.url, { headers: { authorization: at.authorization } });
    const options = { specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true, oneOf: true };
    return client.request(getIntrospectionQuery(options));
  };

  test('introspection makes a schema, and it is the one of /schema.graphql', async () => {
    const schema = buildClientSchema(await introspect());
    expect(validateSchema(schema)).toEqual([]);
    const response = await fetch(`${at.service.address}/schema.graphql`, {
      headers: { authorization: at.authorization },
    });
    const sdl = await response.text();
    const printed = (from: typeof schema) => printSchema(lexicographicSortSchema(from)).split('\n');
    expect(printed(schema)).toEqual(printed(buildSchema(sdl)));
  });

  test('nothing of federation is in it', async () => {
    const { __schema: schema } = await introspect();
    const names = [...schema.types, ...schema.directives].map(({ name }) => name);
    expect(names.filter((name) => /^(_Service|_Any|_Entity|federation__|link__)/.test(name))).toEqual([]);
    const query = schema.types.find(({ name }) => name === 'Query') as Loose;
    expect(query.fields.map(({ name }: Loose) => name).filter((name: string) => name.startsWith('_'))).toEqual([]);
  });
});
