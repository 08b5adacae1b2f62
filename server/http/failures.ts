/** What HTTP itself refuses, in the same shape as GraphQL's errors, so that a client needs one reader for both. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, RequestError } from '../../domain/errors.ts';
import { textOf } from '../graphql/scrub.ts';
import type { Log } from '../log.ts';
import { httpStatusOf } from './status.ts';

/** `{ errors: [{ message, extensions: { code } }] }` */
export function failureBody(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}): object {
  return { errors: [{ message, extensions: { ...details, code } }] };
}

/** What Fastify refuses before a route sees it: its code, the status, and what to say without quoting the request. */
const refusals: Readonly<Record<string, readonly [number, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'expected a smaller body'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'expected content-type application/json, got another'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'expected a JSON body, got an empty one'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'expected a JSON body, got something else'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'expected content-length to be the length of the body'],
};

/** Answers a failure of the catalogue; UNAUTHENTICATED says how to authenticate, RATE_LIMITED when to come back. */
export function sendFailure(reply: FastifyReply, error: RequestError): FastifyReply {
  if (error.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer');
  const retryAfter = error.details['retryAfter'];
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
  return reply.code(httpStatusOf[error.code]).send(failureBody(error.code, error.message, error.details));
}

/** Adds the handlers for thrown errors and for everything that no route answers. */
export function addFailureHandlers(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler(async (_request, reply) => {
    void reply.code(404);
    return failureBody('BAD_USER_INPUT', 'nothing is here: the graph is at /graphql');
  });
  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    if (error instanceof RequestError) return sendFailure(reply, error);
    const code = codeOf(error);
    const refusal = refusals[code];
    if (refusal !== undefined) return reply.code(refusal[0]).send(failureBody('BAD_USER_INPUT', refusal[1]));
    const status = statusCodeOf(error);
    if (status >= 400 && status < 500) {
      return reply.code(status).send(failureBody('BAD_USER_INPUT', 'expected a well-formed request, got another'));
    }
    log.error({ requestId: request.id, error: textOf(error) }, 'request failed');
    return reply.code(500).send(failureBody('INTERNAL_SERVER_ERROR', `Internal error, request ${request.id}`));
  });
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function statusCodeOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
}
