/** The one catalogue of error codes: common.graphql's ErrorCode and UserErrorCode, operations.graphql's WarningCode. */

/** What `errors[].extensions.code` may be. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'RATE_LIMITED'
  | 'COST_LIMIT_EXCEEDED'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'DOCUMENT_NOT_TRUSTED'
  | 'RESYNC_REQUIRED'
  | 'UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

export type UserErrorCode =
  | 'REQUIRED'
  | 'INVALID'
  | 'TOO_LONG'
  | 'OUT_OF_RANGE'
  | 'NOT_FOUND'
  | 'WRONG_EVENT_KIND'
  | 'READ_ONLY'
  | 'NOT_SUPPORTED'
  | 'VERSION_CONFLICT'
  | 'IDEMPOTENCY_MISMATCH'
  | 'PROFILE_DISCONNECTED'
  | 'DUPLICATE'
  | 'FORBIDDEN'
  | 'SLOT_TAKEN'
  | 'HOLD_EXPIRED'
  | 'SLOT_TOKEN_EXPIRED'
  | 'CREDENTIALS_REJECTED'
  | 'PROVIDER_UNREACHABLE'
  | 'PROVIDER_REJECTED'
  | 'LIMIT_EXCEEDED';

export type WarningCode =
  | 'REMINDERS_REDUCED'
  | 'COLOR_APPROXIMATED'
  | 'RECURRENCE_SIMPLIFIED'
  | 'NOTIFICATIONS_NOT_SUPPRESSED'
  | 'FIELD_IGNORED'
  | 'TIME_ZONE_SUBSTITUTED'
  | 'PARTICIPATION_RESET'
  | 'MOVED_BY_USER'
  | 'RECREATED';

/** Why a mutation did not do what was asked: data, not an exception of the request. */
export interface UserError {
  readonly path: readonly string[];
  readonly code: UserErrorCode;
  /** Says what was expected and what came. */
  readonly message: string;
}

export interface Warning {
  readonly path: readonly string[];
  readonly code: WarningCode;
  readonly message: string;
}

/**
 * A failure that ends a request, a field or a subscription. The only error whose message reaches a client; everything
 * else is masked as INTERNAL_SERVER_ERROR.
 */
export class RequestError extends Error {
  readonly code: ErrorCode;
  /** `requiredScope`, `retryAfter`, `cursor`, `argument`. */
  readonly details: Readonly<Record<string, string | number>>;
  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.details = details;
  }
}

/** Several mistakes in the input of one field: each is an error of the answer, at the place of that field. */
export class RequestErrors extends Error {
  /** One or more. */
  readonly errors: readonly RequestError[];
  constructor(errors: readonly RequestError[]) {
    super(errors.map(({ message }) => message).join('; '));
    this.name = 'RequestErrors';
    this.errors = errors;
  }
}

/** A refused mutation: thrown inside its transaction, so that nothing is changed, and answered as `userErrors`. */
export class RefusedInput extends Error {
  readonly errors: readonly UserError[];
  constructor(errors: readonly UserError[]) {
    super(errors.map((error) => `${error.path.join('.')}: ${error.message}`).join('; '));
    this.name = 'RefusedInput';
    this.errors = errors;
  }
}
