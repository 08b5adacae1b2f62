/** The HTTP status of a refusal, by its code in the catalogue. */
import type { ErrorCode } from '../../domain/errors.ts';

export const httpStatusOf: Readonly<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  RATE_LIMITED: 429,
  COST_LIMIT_EXCEEDED: 400,
  RESYNC_REQUIRED: 410,
  UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};
