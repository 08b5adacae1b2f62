/** A small graph behind the real HTTP side and the real seam, for the tests of both. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { RequestLimiter } from '../../auth/limits/request-limiter.ts';
import { type Actor, type Scope, scopes } from '../../domain/actor.ts';
import { type ErrorCode, RequestError } from '../../domain/errors.ts';
import type { TrustedDocuments } from '../../server/graphql/documents/trusted.ts';
import { createSeam, type InternalError, type SeamContext } from '../../server/graphql/seam.ts';
import type { SocketLimits } from '../../server/graphql/socket.ts';
import type { WatchCredential } from '../../server/graphql/socket-credential.ts';
import { type App, createApp } from '../../server/http/app.ts';
import type { ReadinessCheck } from '../../server/http/health.ts';
import { createLog } from '../../server/log.ts';
import { bothExecutors } from '../setup/both-executors.ts';

export interface SmallContext extends SeamContext {
  readonly signal: AbortSignal;
  readonly counter: { providerCalls: number };
}

const typeDefs = `
  directive @scope(any: [String!]!) on OBJECT | INTERFACE | FIELD_DEFINITION
  type Query @scope(any: []) {
    hello(name: String): String
    "Answers after so many milliseconds, or when the request is aborted."
    slow(ms: Int!): String
    boom(message: String): String
    refuse(code: String!): String
    library: String
    required: String!
    providers: Int
    thing: Thing
    node: Node
    secret: String @scope(any: ["read_events", "create_event"])
    take(input: TakeInput): String
    whole(first: Int!): Int
  }
  input TakeInput { server: String! password: String! limit: Int kind: Kind }
  enum Kind { CAT DOG }
  interface Node @scope(any: []) { id: ID! owner: Owner }
  type Thing implements Node @scope(any: ["read_events"]) { id: ID! @scope(any: []) owner: Owner name: String thing: Thing }
  type Owner @scope(any: ["read_account"]) { name: String }
  type Mutation { add(by: Int!): Int @scope(any: ["create_event"]) }
  type Subscription @scope(any: []) {
    count(to: Int!): Int!
    idle: Int!
    flood(bytes: Int!): String!
    refuse(code: String!, after: Int = 0): Int!
    boom(after: Int = 0): Int!
    partly: Int
    secret: Int! @scope(any: ["read_events"])
  }
`;

/** What the graph remembers, for the tests to look at. */
export interface Observed {
  readonly aborted: string[];
  readonly internal: InternalError[];
  total: number;
  /** How often `slow` was asked. */
  slow: number;
}

export function smallSchema(observed: Observed): GraphQLSchema {
  const refuse = (code: string): never => {
    throw new RequestError(code as ErrorCode, `refused with ${code}`, {
      retryAfter: 7,
      cursor: 'there',
      argument: 'code',
    });
  };
  const thing = { __typename: 'Thing', id: 'thing', name: 'a thing', owner: { name: 'an owner' }, thing: () => thing };
  return makeExecutableSchema({
    typeDefs,
    resolvers: {
      Query: {
        hello: (_: unknown, { name }: { name?: string }) => `Hello ${name ?? 'world'}`,
        slow: (_: unknown, { ms }: { ms: number }, { signal, requestId }: SmallContext) =>
          new Promise((resolve) => {
            observed.slow += 1;
            const timer = setTimeout(() => resolve('done'), ms);
            signal.addEventListener('abort', () => {
              clearTimeout(timer);
              observed.aborted.push(requestId);
              resolve('aborted');
            });
          }),
        boom: (_: unknown, { message }: { message?: string }) => {
          throw new Error(message ?? 'password=hunter2-of-the-database');
        },
        refuse: (_: unknown, { code }: { code: string }) => refuse(code),
        library: () => {
          throw new GraphQLError('what a library says', { extensions: { code: 'LIBRARY_CODE', secret: 'hunter2' } });
        },
        required: () => null,
        providers: (_: unknown, _args: unknown, { counter }: SmallContext) => ++counter.providerCalls,
        thing: () => thing,
        node: () => thing,
        secret: () => 'secret',
        take: (_: unknown, { input }: { input?: { server: string } }) => input?.server,
        whole: (_: unknown, { first }: { first: number }) => first,
      },
      Mutation: {
        add: (_: unknown, { by }: { by: number }) => {
          observed.total += by;
          return observed.total;
        },
      },
      Subscription: {
        count: {
          subscribe: async function* (_: unknown, { to }: { to: number }) {
            for (let n = 1; n <= to; n++) yield { count: n };
          },
        },
        idle: {
          subscribe: async function* (_: unknown, _args: unknown, { signal, requestId }: SmallContext) {
            yield { idle: 1 };
            await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
            observed.aborted.push(requestId);
          },
        },
        flood: {
          subscribe: async function* (_: unknown, { bytes }: { bytes: number }, { signal, requestId }: SmallContext) {
            signal.addEventListener('abort', () => observed.aborted.push(requestId));
            while (!signal.aborted) yield { flood: 'x'.repeat(bytes) };
          },
        },
        refuse: {
          subscribe: async function* (_: unknown, { code, after }: { code: string; after: number }) {
            for (let n = 1; n <= after; n++) yield { refuse: n };
            refuse(code);
          },
        },
        boom: {
          subscribe: (_: unknown, { after }: { after: number }) => {
            if (after === 0) throw new Error('password=hunter2-of-the-database');
            return (async function* () {
              for (let n = 1; n <= after; n++) yield { boom: n };
              throw new Error('password=hunter2-of-the-database');
            })();
          },
        },
        partly: {
          subscribe: async function* () {
            yield { partly: () => refuse('BAD_USER_INPUT') };
            yield { partly: 2 };
          },
        },
        secret: {
          subscribe: async function* () {
            yield { secret: 1 };
          },
        },
      },
      Node: { __resolveType: () => 'Thing' },
    },
  });
}

export const keys = {
  all: 'the-key-of-everything',
  narrow: 'the-key-of-accounts',
  other: 'the-key-of-another-application',
};

export function actor(granted: readonly Scope[] = scopes, change: Partial<Actor> = {}): Actor {
  return {
    credentialId: 'crd_1',
    kind: 'API_KEY',
    applicationId: 'app_1',
    clientId: 'client_1',
    unitId: 'org_1',
    accountId: null,
    scopes: new Set(granted),
    expiresAt: null,
    ...change,
  };
}

export interface SmallApp {
  readonly app: App;
  readonly origin: string;
  readonly port: number;
  readonly observed: Observed;
  readonly logged: string[];
  /** POSTs to /graphql with the key of everything, unless `authorization` says otherwise. */
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export interface SmallAppOptions {
  readonly mode?: 'development' | 'production';
  readonly introspection?: boolean;
  readonly pastApollo?: boolean;
  readonly checks?: Readonly<Record<string, ReadinessCheck>>;
  readonly socketLimits?: Partial<SocketLimits>;
  readonly limiter?: RequestLimiter;
  readonly schema?: GraphQLSchema;
  readonly addRoutes?: (fastify: FastifyInstance) => void;
  readonly documents?: TrustedDocuments;
  /** Serves the same graph at /subgraph for whoever knows this. */
  readonly subgraphSecret?: string;
  readonly host?: string;
  readonly port?: number;
  /** Asked instead of the credentials in memory. */
  readonly authenticate?: (authorization: string | undefined) => Promise<Actor | null>;
  readonly watchCredential?: WatchCredential;
}

/** Starts it on a free port of loopback. */
export async function startSmallApp(options: SmallAppOptions = {}): Promise<SmallApp> {
  const observed: Observed = { aborted: [], internal: [], total: 0, slow: 0 };
  const logged: string[] = [];
  const mode = options.mode ?? 'development';
  const schema = options.schema ?? smallSchema(observed);
  const seam = createSeam<SmallContext>({
    schema,
    execute: bothExecutors(schema),
    introspection: options.introspection ?? true,
    hideSuggestions: mode === 'production',
    onInternalError: (error) => {
      observed.internal.push(error);
      log.error(error, 'internal error');
    },
    contextForEvent: (context) => ({ ...context, counter: { providerCalls: 0 } }),
  });
  const log = createLog('trace', { write: (line) => void logged.push(line) });
  const actors: Readonly<Record<string, Actor>> = {
    [`Bearer ${keys.all}`]: actor(),
    [`Bearer ${keys.narrow}`]: actor(['read_account']),
    [`Bearer ${keys.other}`]: actor(scopes, { applicationId: 'app_2' }),
  };
  const app = await createApp<SmallContext>({
    mode,
    publicUrl: new URL('https://calendars.example.com'),
    log,
    seam,
    ...(options.subgraphSecret === undefined
      ? {}
      : { subgraph: { seam, secret: options.subgraphSecret, sdl: 'type Query { hello: String }' } }),
    sdl: options.introspection === false ? null : 'type Query { hello: String }\n',
    hideSuggestions: mode === 'production',
    authenticate: async (authorization) => {
      if (options.authenticate !== undefined) return options.authenticate(authorization);
      if (authorization === undefined) return null;
      if (authorization === 'Bearer limited') throw new RequestError('RATE_LIMITED', 'slow down', { retryAfter: 3 });
      if (authorization === 'Bearer broken') throw new Error('the database is away');
      const found = actors[authorization];
      if (found === undefined) throw new RequestError('UNAUTHENTICATED', 'Unknown credential');
      return found;
    },
    createContext: (identity) => ({ ...identity, counter: { providerCalls: 0 } }),
    checks: options.checks ?? { store: () => {} },
    ...(options.pastApollo === undefined ? {} : { pastApollo: options.pastApollo }),
    ...(options.socketLimits === undefined ? {} : { socketLimits: options.socketLimits }),
    ...(options.limiter === undefined ? {} : { limiter: options.limiter }),
    ...(options.documents === undefined ? {} : { documents: options.documents }),
    ...(options.watchCredential === undefined ? {} : { watchCredential: options.watchCredential }),
    addRoutes: (fastify, identify) => {
      options.addRoutes?.(fastify);
      fastify.post('/import/:calendarId', async (request) => ({ as: (await identify(request)).applicationId }));
      fastify.get('/fails', async () => {
        throw new Error('password=hunter2-of-the-database');
      });
    },
  });
  const { port } = await app
    .listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
    .catch(async (error) => {
      await app.drain(1_000);
      throw error;
    });
  const origin = `http://127.0.0.1:${port}`;
  return {
    app,
    origin,
    port,
    observed,
    logged,
    post: (body, headers = {}) =>
      fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${keys.all}`, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
