/** `/graphql` over HTTP: who may ask, what was meant, and which way it is answered. */
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { RequestError } from '../../domain/errors.ts';
import type { TrustedDocuments } from '../graphql/documents/trusted.ts';
import { createApollo, type FormatOptions, withCataloguedCode } from '../graphql/gateway.ts';
import { KnownDocuments } from '../graphql/known-documents.ts';
import type { Seam, SeamContext } from '../graphql/seam.ts';
import type { Askers } from './askers.ts';
import { conditionally } from './conditional.ts';
import { admitOrigin, answerPreflight, isPreflight } from './cors.ts';
import { asksQuery, putDocument, sendRefusal } from './documents.ts';
import { failureBody, sendFailure } from './failures.ts';
import { sendGraphiql, wantsPage } from './graphiql.ts';
import { plainRequests } from './plain-requests.ts';

export interface GraphqlRouteOptions<Context extends SeamContext> {
  readonly seam: Seam<Context>;
  readonly documents: TrustedDocuments;
  readonly askers: Askers;
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => Context;
  readonly format: FormatOptions;
  /** Whether a browser that opens the address gets GraphiQL. */
  readonly showsPage: boolean;
  /** Whether documents that were asked before are answered past Apollo Server where nothing is to be negotiated. */
  readonly pastApollo: boolean;
  /** Whether some element token is for an origin; without it no other origin's page may ask anything. */
  readonly mayAsk?: ((origin: string) => Promise<boolean>) | undefined;
  /** Bytes. */
  readonly bodyLimit: number;
}

/** @returns what ends it, once nothing is asked any more */
export async function addGraphql<Context extends SeamContext>(
  fastify: FastifyInstance,
  options: GraphqlRouteOptions<Context>,
): Promise<() => Promise<void>> {
  const { seam, documents, askers, contextOf, mayAsk, showsPage } = options;
  const known = new KnownDocuments();
  const apollo = createApollo(seam, { ...options.format, known });
  await apollo.start();
  await fastify.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (mayAsk !== undefined && isPreflight(request)) return answerPreflight(request, reply, mayAsk);
      if (request.method === 'GET' && !asksQuery(request)) {
        if (showsPage && wantsPage(request)) return sendGraphiql(reply);
        return notAllowed(reply);
      }
      if (request.method !== 'GET' && request.method !== 'POST') return notAllowed(reply);
      try {
        const actor = await askers.authenticated(request);
        // Before it is counted: a page has to be able to read that it asks too often.
        admitOrigin(request, reply, actor);
        await askers.counted(request, actor);
      } catch (error) {
        if (error instanceof RequestError) return sendFailure(reply, error);
        throw error;
      }
      return undefined;
    });
    scope.addHook('preHandler', (request, reply, done) => {
      try {
        putDocument(request, documents, askers.identified(request));
      } catch (error) {
        if (error instanceof RequestError) void sendRefusal(request, reply, error);
        else done(error as Error);
        return;
      }
      done();
    });
    scope.addHook('onSend', (request, reply, payload, done) => done(null, conditionally(request, reply, payload)));
    const negotiated = fastifyApolloHandler(apollo, {
      context: async (request: FastifyRequest, reply: FastifyReply) => contextOf(request, reply),
    }) as RouteHandlerMethod;
    const format = (formatted: GraphQLFormattedError, error: unknown) =>
      withCataloguedCode(formatted, error, options.format);
    const plain = options.pastApollo ? plainRequests({ seam, known, contextOf, format }) : () => null;
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'],
      url: '/graphql',
      bodyLimit: options.bodyLimit,
      handler(request, reply) {
        return plain(request, reply) ?? negotiated.call(this, request, reply);
      },
    });
  });
  return () => apollo.stop();
}

function notAllowed(reply: FastifyReply): FastifyReply {
  return reply
    .code(405)
    .header('allow', 'POST')
    .send(failureBody('BAD_USER_INPUT', 'expected POST, or GET with a query or its id'));
}
