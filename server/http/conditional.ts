/**
 * Answers to GET may be kept by the client that asked, and by nobody between: what a credential reads is its own. A kept answer is
 * asked for again with its tag each time (RFC 9111 §5.2.2.4, RFC 9110 §13.1.2): calendars change, so none is fresh by its age.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * For an answer without errors to GET: its tag and what it depends on; 304 and no body to whoever has it already. Anything else
 * stays `no-store`.
 * @returns the body to send
 */
export function conditionally(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (request.method !== 'GET' || reply.statusCode !== 200) return payload;
  if (typeof payload !== 'string' || !payload.startsWith('{"data":')) return payload;
  const type = String(reply.getHeader('content-type'));
  const hash = createHash('sha256').update(type).update('\n').update(payload).digest('base64url');
  const etag = `"${hash.slice(0, 27)}"`;
  void reply.header('etag', etag).header('cache-control', 'private, no-cache').header('vary', 'Accept, Authorization');
  if (!knows(request, etag)) return payload;
  void reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return null;
}

/** Whether `If-None-Match` names the tag (RFC 9110 §13.1.2, by the weak comparison). */
export function knows(request: FastifyRequest, etag: string): boolean {
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known !== undefined && (known.includes(etag) || known.includes('*'));
}
