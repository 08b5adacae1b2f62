/** `/oauth/*` and `/.well-known/oauth-authorization-server`: handed to the OAuth server as they came. */
import type { FastifyInstance } from 'fastify';
import { endpoints } from '../auth/oauth/metadata.ts';
import type { OAuthServer } from '../auth/oauth/port.ts';

export function addOAuth(app: FastifyInstance, oauth: OAuthServer): void {
  app.removeAllContentTypeParsers();
  // The body is read by the OAuth server itself, which knows how much of it there may be.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  for (const url of ['/oauth/*', endpoints.metadata]) {
    app.all(url, (request, reply) => {
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      oauth.handle(request.raw, reply.raw);
    });
  }
}
