/** The HTTP side: routes, limits, headers, and a stop that lets what runs finish. */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { RequestLimiter } from '../../auth/limits/request-limiter.ts';
import { StartFailure } from '../../datasources/store/start-failure.ts';
import type { Actor } from '../../domain/actor.ts';
import { addSubgraph, type Subgraph, subgraphSockets } from '../federation/subgraph-route.ts';
import { type TrustedDocuments, trustedDocuments } from '../graphql/documents/trusted.ts';
import type { FormatOptions } from '../graphql/gateway.ts';
import { textOf } from '../graphql/scrub.ts';
import type { Seam, SeamContext } from '../graphql/seam.ts';
import { addSockets, type Open, type SocketLimits } from '../graphql/socket.ts';
import type { WatchCredential } from '../graphql/socket-credential.ts';
import { type Log, requestLog } from '../log.ts';
import { createAskers } from './askers.ts';
import { addFailureHandlers, failureBody } from './failures.ts';
import { addGraphiql } from './graphiql.ts';
import { addGraphql } from './graphql-route.ts';
import { keptOf, securityHeaders } from './headers.ts';
import { addHealth, type ReadinessCheck } from './health.ts';
import { isOwnHost } from './hosts.ts';
import { limitHeaders } from './rate-limit.ts';
import { addSdl } from './sdl-route.ts';

/** An importIcs document of 4 MiB, with what JSON's escapes add to it. */
const graphqlBodyLimit = 5 * 1024 * 1024;
const otherBodyLimit = 1024 * 1024;
/** All of a request's bytes must have come by then; POST /import streams up to 100 MiB. */
const requestTimeoutMs = 300_000;

export interface RequestIdentity {
  readonly actor: Actor;
  readonly requestId: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Those of `AppOptions.forwardedHeaders` that came. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AppOptions<Context extends SeamContext> {
  readonly mode: 'development' | 'production';
  readonly publicUrl: URL;
  readonly log: Log;
  readonly seam: Seam<Context>;
  /** Which documents may be asked for by their id, and whether others may be sent; by default none by an id. */
  readonly documents?: TrustedDocuments;
  /** What `GET /schema.graphql` answers; null where introspection is off. */
  readonly sdl: string | (() => string) | null;
  /** Names of headers that a context is given, lower case; none by default. */
  readonly forwardedHeaders?: readonly string[];
  /** The same graph for other routers, at /subgraph; without it nothing is there. */
  readonly subgraph?: Subgraph<Context>;
  readonly hideSuggestions: boolean;
  /** Whether documents that were asked before are answered past Apollo Server where nothing is to be negotiated; by default they are. */
  readonly pastApollo?: boolean;
  /** Null without a credential; `within`: milliseconds that a remembered answer may be old. @throws RequestError UNAUTHENTICATED for a bad one. */
  readonly authenticate: (authorization: string | undefined, within?: number) => Promise<Actor | null>;
  /** Tells when the credential of an open socket has ended. */
  readonly watchCredential?: WatchCredential;
  readonly createContext: (identity: RequestIdentity) => Context;
  /** Whether some element token is for an origin; without it no other origin's page may ask anything. */
  readonly mayAsk?: (origin: string) => Promise<boolean>;
  /** Counts every identified request; without one there are no limits. */
  readonly limiter?: RequestLimiter;
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  /** What `/readyz` tells beside them. */
  readonly notes?: () => Readonly<Record<string, unknown>>;
  readonly socketLimits?: Partial<SocketLimits>;
  /** Called before any route is there: hooks that watch every request. */
  readonly watch?: (app: FastifyInstance) => void;
  /** More routes; `identify` answers a request's actor or throws UNAUTHENTICATED. */
  readonly addRoutes?: (
    app: FastifyInstance,
    identify: (request: FastifyRequest) => Promise<Actor>,
    open: App['open'],
  ) => void | Promise<void>;
}

export interface App {
  readonly fastify: FastifyInstance;
  /** @throws StartFailure where the port or the address cannot be had. */
  listen(address: { readonly host: string; readonly port: number }): Promise<{ readonly port: number }>;
  /**
   * Stops: `/readyz` turns 503, sockets close with 1001, requests under way are answered, and what is left after
   * `withinMs` is cut.
   */
  drain(withinMs: number): Promise<void>;
  open(): Open;
}

/** Builds the application; nothing listens yet. */
export async function createApp<Context extends SeamContext>(options: AppOptions<Context>): Promise<App> {
  const { log, seam } = options;
  const isDevelopment = options.mode === 'development';
  const documents = options.documents ?? trustedDocuments('off', []);
  const askers = createAskers({
    authenticate: (authorization) => options.authenticate(authorization),
    limiter: options.limiter,
  });
  let draining = false;
  const fastify: FastifyInstance = Fastify({
    // Fastify's own lines hold addresses and errors in full; ours are written below.
    logger: false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: otherBodyLimit,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: false },
    frameworkErrors: (_error, _request, reply) => {
      const answer = reply as unknown as FastifyReply;
      void answer
        .code(400)
        .headers(securityHeaders)
        .send(failureBody('BAD_USER_INPUT', 'expected a valid URL, got another'));
    },
  });
  fastify.removeContentTypeParser('text/plain');
  addFailureHandlers(fastify, log);
  options.watch?.(fastify);

  // Hooks that wait for nothing say so at once: each promise would cost as much as what it does.
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeaders).header('x-request-id', request.id);
    if (isDevelopment && !isOwnHost(request.headers.host, options.publicUrl)) {
      void reply
        .code(421)
        .send(failureBody('BAD_USER_INPUT', `expected Host to be localhost or ${options.publicUrl.host}, got another`));
      return;
    }
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const allowance = askers.allowanceOf(request);
    if (allowance !== null) void reply.headers(limitHeaders(allowance));
    // Or a client would keep the connection for its next request, and the stop would wait for it.
    if (draining) void reply.header('connection', 'close');
    done(null, payload);
  });
  const lines = requestLog(log);
  fastify.addHook('onResponse', (request, reply, done) => {
    lines.info(
      {
        requestId: request.id,
        method: request.method,
        // The route, never the address: an address may hold a feed's secret or a query.
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        applicationId: askers.actorOf(request)?.applicationId,
      },
      'request',
    );
    done();
  });

  const contextOf = (request: FastifyRequest, reply: FastifyReply): Context =>
    options.createContext({
      actor: askers.identified(request),
      requestId: request.id,
      signal: signalOf(reply),
      ...(options.forwardedHeaders === undefined ? {} : { headers: keptOf(request.headers, options.forwardedHeaders) }),
    });

  addHealth(fastify, {
    checks: options.checks,
    ...(options.notes === undefined ? {} : { notes: options.notes }),
    isDraining: () => draining,
    onFailure: (check, error) => log.warn({ check, error: textOf(error) }, 'not ready'),
  });
  addSdl(fastify, options.sdl, askers.identify);
  if (isDevelopment) await addGraphiql(fastify);

  const format: FormatOptions = {
    hideSuggestions: options.hideSuggestions,
    onUnexpected: (error) => log.error({ error: textOf(error) }, 'unexpected GraphQL error'),
  };
  const closeGraphql = await addGraphql(fastify, {
    seam,
    documents,
    askers,
    contextOf,
    format,
    showsPage: isDevelopment,
    pastApollo: options.pastApollo !== false,
    mayAsk: options.mayAsk,
    bodyLimit: graphqlBodyLimit,
  });
  await options.addRoutes?.(fastify, askers.identifyOther, () => socket.open());
  const { subgraph } = options;
  const closeSubgraph =
    subgraph === undefined
      ? async () => {}
      : await addSubgraph(fastify, subgraph, {
          bodyLimit: graphqlBodyLimit,
          ...format,
          identify: askers.identifyOther,
          contextOf,
        });

  const sockets = {
    isDevelopment,
    publicUrl: options.publicUrl,
    log,
    authenticate: options.authenticate,
    createContext: options.createContext,
    ...(options.watchCredential === undefined ? {} : { watchCredential: options.watchCredential }),
    ...(options.limiter === undefined ? {} : { limiter: options.limiter }),
    ...(options.socketLimits === undefined ? {} : { limits: options.socketLimits }),
  };
  const { forwardedHeaders } = options;
  const socket = addSockets(
    fastify.server,
    {
      ...sockets,
      path: '/graphql',
      seam,
      documents,
      ...(forwardedHeaders === undefined ? {} : { headers: forwardedHeaders }),
    },
    ...(subgraph === undefined ? [] : [{ ...sockets, ...subgraphSockets(subgraph) }]),
  );

  const drainAll = async (): Promise<void> => {
    await socket.drain();
    await fastify.close();
    await closeGraphql();
    await closeSubgraph();
  };
  let drained: Promise<void> | undefined;

  return {
    fastify,
    async listen({ host, port }) {
      try {
        await fastify.listen({ host, port });
      } catch (error) {
        throw startFailureOf(error, host, port);
      }
      return { port: (fastify.server.address() as AddressInfo).port };
    },
    async drain(withinMs) {
      draining = true;
      const cut = setTimeout(() => {
        socket.terminate();
        fastify.server.closeAllConnections();
      }, withinMs);
      try {
        // Fastify never answers a second close that comes while the first is under way.
        drained ??= drainAll();
        await drained;
      } finally {
        clearTimeout(cut);
      }
    },
    open: () => socket.open(),
  };
}

/** Aborted when the client leaves before it was answered. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

function startFailureOf(error: unknown, host: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    return new StartFailure(`port ${port} on ${host} is in use: stop what uses it, or set PORT to a free one`);
  if (code === 'EACCES') return new StartFailure(`port ${port} may not be used by this user: set PORT to 1024 or more`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new StartFailure(`HOST ${host} is no address of this machine: set HOST to one that is`);
  return error;
}
