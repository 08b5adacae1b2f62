/**
 * What other origins' pages may do: nothing with an API key or an account token, which have no business in a browser; with an
 * element token exactly what it is for, from exactly its origin (Fetch standard, CORS protocol).
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/actor.ts';
import { RequestError } from '../../domain/errors.ts';

/** Seconds that a browser may remember what a preflight was answered. */
const preflightAge = 600;
const exposed = 'RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, RateLimit-Policy, Retry-After, X-Request-Id';

/** Whether a request asks whether a page may send another. */
export function isPreflight(request: FastifyRequest): boolean {
  const { origin, 'access-control-request-method': method } = request.headers;
  return request.method === 'OPTIONS' && origin !== undefined && method !== undefined;
}

/** A preflight carries no token: it is allowed for origins that some element token is for, and told nothing for others. */
export async function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  mayAsk: (origin: string) => Promise<boolean>,
): Promise<FastifyReply> {
  const { origin = '', 'access-control-request-method': method } = request.headers;
  void reply.header('vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
  if (method !== 'POST' || origin.length > 300 || !(await mayAsk(origin))) return reply.code(403).send();
  return reply
    .code(204)
    .header('access-control-allow-origin', origin)
    .header('access-control-allow-methods', 'POST')
    .header('access-control-allow-headers', 'authorization, content-type')
    .header('access-control-max-age', String(preflightAge))
    .send();
}

/**
 * Lets an element token's page read the answer. @throws RequestError FORBIDDEN when an element token comes from anywhere
 * but a page of its origin: it is no use outside a browser.
 */
export function admitOrigin(request: FastifyRequest, reply: FastifyReply, { element }: Actor): void {
  if (element === undefined) return;
  void reply.header('vary', 'Origin');
  if (request.headers.origin !== element.origin) {
    throw new RequestError('FORBIDDEN', 'Expected a page of the origin that this token is for, got another');
  }
  if (request.method !== 'POST')
    throw new RequestError('FORBIDDEN', 'Expected POST with an element token, got another method');
  void reply.header('access-control-allow-origin', element.origin).header('access-control-expose-headers', exposed);
}
