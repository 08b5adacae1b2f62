/**
 * `/subgraph`: this graph as Apollo Federation has it, for routers that know the secret. The user's own credential comes along
 * and decides what is seen; without one a composer may read the SDL and nothing else.
 */
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
} from 'graphql';
import type { Actor } from '../../domain/actor.ts';
import { RequestError } from '../../domain/errors.ts';
import { trustedDocuments } from '../graphql/documents/trusted.ts';
import { createApollo } from '../graphql/gateway.ts';
import { type DocumentLimits, exceededLimits } from '../graphql/limits.ts';
import type { Seam, SeamContext } from '../graphql/seam.ts';
import type { SocketOptions } from '../graphql/socket.ts';
import { failureBody, sendFailure } from '../http/failures.ts';
import { secretCheck, secretHeader } from './subgraph-secret.ts';

export interface Subgraph<Context extends SeamContext> {
  readonly seam: Seam<Context>;
  readonly secret: string;
  /** As `_service { sdl }` answers it. */
  readonly sdl: string;
}

/** What the public endpoint has that this one shares. */
export interface Surroundings<Context extends SeamContext> {
  /** Bytes. */
  readonly bodyLimit: number;
  readonly hideSuggestions: boolean;
  /** @throws RequestError UNAUTHENTICATED, RATE_LIMITED; FORBIDDEN for credentials of pages */
  readonly identify: (request: FastifyRequest) => Promise<Actor>;
  /** Of a request that was identified. */
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => Context;
  readonly onUnexpected: (error: unknown) => void;
}

const path = '/subgraph';

/** Adds the route. @returns what ends it */
export async function addSubgraph<Context extends SeamContext>(
  app: FastifyInstance,
  { seam, secret, sdl }: Subgraph<Context>,
  { bodyLimit, hideSuggestions, identify, contextOf, onUnexpected }: Surroundings<Context>,
): Promise<() => Promise<void>> {
  const isSecret = secretCheck(secret);
  const readSdl = sdlReader(sdl, seam.limits);
  const apollo = createApollo(seam, { hideSuggestions, onUnexpected });
  await apollo.start();
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (!isSecret(request.headers[secretHeader])) {
        return sendFailure(
          reply,
          new RequestError('FORBIDDEN', 'expected the header X-Subgraph-Secret, got none or another'),
        );
      }
      if (request.method !== 'POST') {
        const body = failureBody('BAD_USER_INPUT', 'expected POST, got another method');
        return reply.code(405).header('allow', 'POST').send(body);
      }
      // What a composer sends has to be read first.
      if (request.headers.authorization === undefined) return undefined;
      await identify(request);
      return undefined;
    });
    scope.addHook('preHandler', async (request, reply) => {
      if (request.headers.authorization !== undefined) return undefined;
      const answer = readSdl(request.body, (text) => seam.parse(text));
      if (answer !== null) return reply.send(answer);
      return sendFailure(reply, new RequestError('UNAUTHENTICATED', 'Expected an Authorization header, got none'));
    });
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'],
      url: path,
      bodyLimit,
      handler: fastifyApolloHandler(apollo, { context: async (request, reply) => contextOf(request, reply) }),
    });
  });
  return () => apollo.stop();
}

/**
 * Sockets at the same path. The secret comes as a header of the upgrade or in the greeting's payload, as `x-subgraph-secret`
 * in any case; so does the user's `authorization`.
 */
export function subgraphSockets<Context extends SeamContext>({
  seam,
  secret,
}: Subgraph<Context>): Pick<SocketOptions<Context>, 'path' | 'seam' | 'documents' | 'headers' | 'admit'> {
  const isSecret = secretCheck(secret);
  return {
    path,
    seam,
    // Routers make their documents themselves.
    documents: trustedDocuments('off', []),
    headers: [secretHeader, 'authorization'],
    admit: (headers, parameters) => isSecret(headers[secretHeader] ?? secretOf(parameters)),
  };
}

function secretOf(parameters: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(parameters).find(([name]) => name.toLowerCase() === secretHeader)?.[1];
}

/** The part of the graph that needs no user: null for every document that asks for more. */
function sdlReader(
  sdl: string,
  limits: DocumentLimits,
): (body: unknown, parse: (text: string) => DocumentNode) => ExecutionResult | null {
  const schema = buildSchema('type Query { _service: _Service! } type _Service { sdl: String }');
  const rules = [...specifiedRules, NoSchemaIntrospectionCustomRule];
  return (body, parse) => {
    const { query, variables, operationName } = (typeof body === 'object' && body !== null ? body : {}) as {
      readonly query?: unknown;
      readonly variables?: unknown;
      readonly operationName?: unknown;
    };
    if (typeof query !== 'string') return null;
    let document: DocumentNode;
    try {
      document = parse(query);
    } catch {
      return null;
    }
    if (exceededLimits(document, limits).length > 0 || validate(schema, document, rules).length > 0) return null;
    const result = execute({
      schema,
      document,
      rootValue: { _service: { sdl } },
      variableValues: (variables ?? {}) as Record<string, unknown>,
      operationName: typeof operationName === 'string' ? operationName : null,
    }) as ExecutionResult;
    return result.errors === undefined ? result : null;
  };
}
