/** `/connect/…` and `/relink/…`: pages for users, handed on as they came. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { UnreadableForm } from '../auth/connect/exchange.ts';
import { answerFlow, type FlowDependencies } from '../auth/connect/flow.ts';
import { answerPermission, type PermissionDependencies } from '../auth/connect/permission.ts';
import { answerRelink, type RelinkDependencies } from '../auth/connect/relink.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface ConnectPages extends FlowDependencies, PermissionDependencies, RelinkDependencies {
  /** Told of failures of ours: Fastify hears of nothing that happens in a request that was handed on. */
  readonly onError: (error: unknown, requestId: string) => void;
}

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
          const isTheirs = error instanceof UnreadableForm;
          // Gone in the middle of its own request: nobody waits for an answer.
          const isGone = request.raw.destroyed && !request.raw.complete;
          if (!isTheirs && !isGone) pages.onError(error, request.id);
          if (reply.raw.headersSent) return void reply.raw.destroy();
          reply.raw.statusCode = isTheirs ? 400 : 500;
          reply.raw.setHeader('content-type', 'text/plain; charset=utf-8');
          reply.raw.setHeader('connection', 'close');
          reply.raw.end(isTheirs ? error.message : `Internal error, request ${request.id}`);
        }
      },
    });
  serve('/connect/permission/*', (request, response) => answerPermission(pages, request, response));
  serve('/connect/*', (request, response) => answerFlow(pages, request, response));
  serve('/relink/*', (request, response) => answerRelink(pages, request, response));
}
