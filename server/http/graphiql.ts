/** GraphiQL from our own files: works offline, and holds no key (the key comes in the address's fragment). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pageSecurityPolicy } from './headers.ts';

const folder = join(import.meta.dirname, '..', '..', 'console', 'graphiql');

/** Serves the built files under `/graphiql/`. @throws where they are missing from the checkout. */
export async function addGraphiql(app: FastifyInstance): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new Error(`expected GraphiQL's built files in ${folder}, got none: see console/README.md`);
  }
  await app.register(fastifyStatic, {
    root: folder,
    prefix: '/graphiql/',
    index: false,
    etag: true,
    lastModified: false,
    cacheControl: false,
    decorateReply: true,
    setHeaders: (response, path) => {
      response.setHeader('content-security-policy', pageSecurityPolicy);
      // Built files have their content's hash in their name.
      response.setHeader(
        'cache-control',
        path.includes(`${join('graphiql', 'assets')}`) ? 'private, max-age=31536000, immutable' : 'no-store',
      );
    },
  });
}

/** Whether a browser asks for a page, as opposed to a program for data. */
export function wantsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}

/** Answers the page itself. */
export function sendGraphiql(reply: FastifyReply): FastifyReply {
  return reply.header('content-security-policy', pageSecurityPolicy).sendFile('index.html', folder);
}
