/** The HTTP status of a refusal, by its code in the catalogue. */
import type { ErrorCode } from '../../domain/errors.ts';

export const httpStatusOf: Readonly<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  RATE_LIMITED: 429,
  COST_LIMIT_EXCEEDED: 400,
  PERSISTED_QUERY_NOT_FOUND: 400,
  PERSISTED_QUERY_NOT_SUPPORTED: 400,
  DOCUMENT_NOT_TRUSTED: 403,
  RESYNC_REQUIRED: 410,
  UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/**
 * Whether a client reads the body whatever the status is. One that accepts `application/json` alone may take any status but 200
 * for a broken proxy (GraphQL over HTTP §6.4.1): a well-formed request answers it 200, whatever became of its operation.
 */
export function readsStatus(accept: string | undefined): boolean {
  return accept?.includes('application/graphql-response+json') === true;
}
