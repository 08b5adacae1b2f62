/** `/connect/…` and `/relink/…`: pages for users, handed on as they came. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { UnreadableForm } from '../auth/connect/exchange.ts';
import { answerFlow, type FlowDependencies } from '../auth/connect/flow.ts';
import { answerPermission, type PermissionDependencies } from '../auth/connect/permission.ts';
import { answerRelink, type RelinkDependencies } from '../auth/connect/relink.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export type ConnectPages = FlowDependencies & PermissionDependencies & RelinkDependencies;

export function addConnectPages(app: FastifyInstance, pages: ConnectPages): void {
  app.removeAllContentTypeParsers();
  // Forms are read by the pages, which know how small they are.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  const serve = (url: string, answer: Answer) =>
    app.route({
      method: ['GET', 'POST'],
      url,
      handler: async (request, reply) => {
        try {
          reply.hijack();
          for (const [name, value] of Object.entries(reply.getHeaders())) {
            if (value !== undefined) reply.raw.setHeader(name, value);
          }
          await answer(request.raw, reply.raw);
        } catch (error) {
          if (reply.raw.headersSent) {
            reply.raw.destroy();
            throw error;
          }
          const isTheirs = error instanceof UnreadableForm;
          reply.raw.statusCode = isTheirs ? 400 : 500;
          reply.raw.setHeader('content-type', 'text/plain; charset=utf-8');
          reply.raw.setHeader('connection', 'close');
          reply.raw.end(isTheirs ? error.message : `Internal error, request ${request.id}`);
          if (!isTheirs) throw error;
        }
      },
    });
  serve('/connect/permission/*', (request, response) => answerPermission(pages, request, response));
  serve('/connect/*', (request, response) => answerFlow(pages, request, response));
  serve('/relink/*', (request, response) => answerRelink(pages, request, response));
}
