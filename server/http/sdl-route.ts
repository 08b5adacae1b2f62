/** `GET /schema.graphql`: the public SDL, under the same rule as introspection. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { knows } from './conditional.ts';
import { failureBody } from './failures.ts';

/** Adds the route; `sdl` is null where introspection is off, and then nothing is there; of a graph that changes, what answers it now. */
export function addSdl(
  app: FastifyInstance,
  sdl: string | (() => string) | null,
  identify: (request: FastifyRequest) => Promise<unknown>,
): void {
  if (sdl === null) return;
  let tagged = { text: '', etag: '' };
  const current = () => {
    const text = typeof sdl === 'string' ? sdl : sdl();
    if (text !== tagged.text) {
      tagged = { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"` };
    }
    return tagged;
  };
  app.get('/schema.graphql', async (request, reply) => {
    await identify(request);
    const { text, etag } = current();
    void reply.header('etag', etag).header('cache-control', 'private, no-cache');
    if (knows(request, etag)) return reply.code(304).send();
    return reply.type('text/plain; charset=utf-8').send(text);
  });
  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/schema.graphql',
    handler: async (_request, reply) =>
      reply.code(405).header('allow', 'GET').send(failureBody('BAD_USER_INPUT', 'expected GET, got another method')),
  });
}
