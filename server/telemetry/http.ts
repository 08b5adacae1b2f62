/** Telemetry at the HTTP side: requests measured and traced, and `/metrics` for who has its token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseTraceParent, type SpanAttributes } from '../../domain/telemetry.ts';
import { failureBody } from '../http/failures.ts';
import type { Metrics } from './metrics.ts';
import type { OpenSpan, Tracing } from './tracing.ts';

/** Asked every few seconds by machines, and of no interest. */
const untraced = new Set(['/livez', '/readyz', '/metrics']);

/**
 * Measures every request, and traces those whose credential was taken: to one that is refused at the door, no span is given. Add
 * it before any route.
 */
export function watchRequests(
  app: FastifyInstance,
  { metrics, tracing }: { readonly metrics: Metrics | null; readonly tracing: Tracing | null },
): void {
  const spans = new WeakMap<FastifyRequest, OpenSpan>();
  const end = (request: FastifyRequest, attributes: SpanAttributes, failed: boolean) => {
    spans.get(request)?.end(attributes, failed);
    spans.delete(request);
  };
  if (tracing !== null) {
    // With a callback: what it calls, the route's handler among it, runs inside.
    app.addHook('preHandler', (request, reply, done) => {
      const route = request.routeOptions.url;
      if (route === undefined || untraced.has(route)) return done();
      const span = tracing.begin(`${request.method} ${route}`, {
        role: 'server',
        attributes: {
          'http.request.method': request.method,
          'http.route': route,
          'meridian.request.id': request.id,
        },
        parent: parseTraceParent(request.headers['traceparent']),
        at: Date.now() - reply.elapsedTime,
      });
      spans.set(request, span);
      span.run(done);
    });
  }
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode: status } = reply;
    const route = request.routeOptions.url ?? 'none';
    metrics?.observe('httpRequest', { method: request.method, route, status }, reply.elapsedTime / 1_000);
    end(request, { 'http.response.status_code': status }, status >= 500);
  });
  app.addHook('onRequestAbort', async (request) => {
    end(request, { 'meridian.aborted': true }, false);
  });
}

/** `GET /metrics`, in Prometheus's text format, for `Authorization: Bearer <token>` alone. */
export function addMetrics(
  app: FastifyInstance,
  { token, text, contentType }: { readonly token: string; text(): Promise<string>; readonly contentType: string },
): void {
  const expected = digest(`Bearer ${token}`);
  app.get('/metrics', async (request, reply) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .send(failureBody('UNAUTHENTICATED', 'expected the token of MERIDIAN_METRICS_TOKEN, got another or none'));
    }
    return reply
      .header('content-type', contentType)
      .header('cache-control', 'no-store')
      .send(await text());
  });
}

/** Of one length whatever came: comparing it tells nothing of the token. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
