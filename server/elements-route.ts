/** `GET /elements/documents.json`: what browsers may send with an element token. Nothing secret: anybody may read it. */
import type { FastifyInstance } from 'fastify';
import type { PublishedDocuments } from '../auth/elements/published.ts';

export function addElements(app: FastifyInstance, { all }: PublishedDocuments): void {
  const body = JSON.stringify({ documents: all });
  app.get('/elements/documents.json', async (_request, reply) =>
    reply
      .header('access-control-allow-origin', '*')
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('cache-control', 'public, max-age=300')
      .type('application/json; charset=utf-8')
      .send(body),
  );
}
