/** A server of its own process over the same data: ours, with all that a request meets, or one that it is compared with. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import Fastify from 'fastify';
import { type ExecutionResult, execute as executeByGraphql, parse } from 'graphql';
import mercurius from 'mercurius';
import { pino } from 'pino';
import { credentialCache } from '../../auth/credential-cache.ts';
import { createRequestLimiter } from '../../auth/limits/request-limiter.ts';
import { scopes } from '../../domain/actor.ts';
import { RequestError } from '../../domain/errors.ts';
import { createSeam, type SeamContext } from '../../server/graphql/seam.ts';
import { createApp } from '../../server/http/app.ts';
import { securityHeaders } from '../../server/http/headers.ts';
import { createLog, requestLog } from '../../server/log.ts';
import { answerWith } from '../live/child.ts';
import { benchSchema, documents } from './calendars.ts';
import { type Kind, key } from './server-kinds.ts';

interface Running {
  readonly port: number;
  stop(): Promise<unknown>;
}

const schema = benchSchema();

async function ours(kind: Kind): Promise<Running> {
  const seam = createSeam<SeamContext>({
    schema,
    introspection: false,
    hideSuggestions: true,
    onInternalError: (error) => console.error(error.text),
    ...(kind === 'ours as graphql-js executes'
      ? { execute: (execution) => executeByGraphql({ schema, ...execution }) as Promise<ExecutionResult> }
      : {}),
  });
  const credentials = credentialCache(async (authorization) => {
    if (authorization !== `Bearer ${key}`) throw new RequestError('UNAUTHENTICATED', 'Unknown credential');
    return {
      credentialId: 'crd_1',
      kind: 'API_KEY',
      applicationId: 'app_1',
      clientId: 'client_1',
      unitId: 'org_1',
      accountId: null,
      scopes: new Set(scopes),
      expiresAt: null,
    };
  });
  const app = await createApp<SeamContext>({
    mode: 'production',
    publicUrl: new URL('https://calendars.example.com'),
    log: createLog('info', pino.destination({ dest: '/dev/null', sync: true })),
    seam,
    sdl: null,
    hideSuggestions: true,
    authenticate: credentials.authenticate,
    createContext: (identity) => ({ ...identity, counter: { sqlQueries: 0, providerCalls: 0 } }),
    limiter: createRequestLimiter({
      limitsOf: () => ({ perSecond: 1_000_000, perMinute: 10_000_000 }),
      redis: null,
    }),
    checks: {},
    pastApollo: kind === 'ours',
  });
  const { port } = await app.listen({ host: '127.0.0.1', port: 0 });
  return { port, stop: () => app.drain(1_000) };
}

async function apollo(): Promise<Running> {
  const app = Fastify();
  const server = new ApolloServer({ schema });
  await server.start();
  await app.register(fastifyApollo(server));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { port: (app.server.address() as AddressInfo).port, stop: () => app.close() };
}

/** @param dressed with our headers and our log line, but nobody asked who he is and nothing counted */
async function peer(jit: number, dressed = false): Promise<Running> {
  const app = Fastify({ genReqId: () => randomUUID() });
  if (dressed) {
    const log = requestLog(createLog('info', pino.destination({ dest: '/dev/null', sync: true })));
    const limits = {
      'ratelimit-policy': '1;w=1',
      'ratelimit-limit': '1',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '1',
    };
    app.addHook('onRequest', (request, reply, done) => {
      void reply.headers(securityHeaders).headers(limits).header('x-request-id', request.id);
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      log.info({ requestId: request.id, method: request.method, status: reply.statusCode }, 'request');
      done();
    });
  }
  await app.register(mercurius, { schema, jit });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { port: (app.server.address() as AddressInfo).port, stop: () => app.close() };
}

/** The floor: reads the body and answers a constant. */
async function bare(): Promise<Running> {
  const answer = JSON.stringify(await executeByGraphql({ schema, document: parse(documents.list) }));
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const text = body.includes('calendars') ? answer : '{"data":{"hello":"world"}}';
      response.setHeader('content-type', 'application/json');
      response.end(text);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => server.close(),
  };
}

const kind = process.argv[2] as Kind;
const running = await (kind === 'Apollo and Fastify'
  ? apollo()
  : kind === 'Mercurius'
    ? peer(0)
    : kind === 'Mercurius with our headers and log'
      ? peer(0, true)
      : kind === 'Mercurius with jit'
        ? peer(1)
        : kind === 'node:http'
          ? bare()
          : ours(kind));

answerWith({ port: () => running.port }, async () => {
  await running.stop();
});
