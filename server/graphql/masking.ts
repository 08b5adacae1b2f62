/**
 * What of an error reaches a client: a RequestError's message and code, graphql's own word on a bad document or bad
 * variables, and nothing of any other error but that it happened.
 */
import { GraphQLError, Kind } from 'graphql';
import { type ErrorCode, RequestError, RequestErrors } from '../../domain/errors.ts';

/** Everything that `errors[].extensions.code` may be (common.graphql, `ErrorCode`). */
export const errorCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'RATE_LIMITED',
  'COST_LIMIT_EXCEEDED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'DOCUMENT_NOT_TRUSTED',
  'RESYNC_REQUIRED',
  'UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
]);

export interface MaskingOptions {
  /** Removes `Did you mean …?`, which would tell a schema's names one by one. */
  readonly hideSuggestions: boolean;
  /** Told of every error that was masked; `error` is the one behind the GraphQLError. */
  readonly onInternalError: (
    error: unknown,
    about: { readonly requestId: string; readonly path: string | null },
  ) => void;
}

/** Errors that are fit to be answered as they are. */
const answerable = new WeakSet<GraphQLError>();

/** Where in the document and in the answer an error belongs; a GraphQLError is one. */
export type ErrorPlace = Partial<Pick<GraphQLError, 'nodes' | 'source' | 'positions' | 'path'>>;

/** A GraphQLError with a code of the catalogue, which masking leaves alone. */
export function answerableError(
  code: ErrorCode,
  message: string,
  from: ErrorPlace | undefined = undefined,
  details: Readonly<Record<string, unknown>> = {},
): GraphQLError {
  const error = new GraphQLError(message, {
    nodes: from?.nodes ?? null,
    source: from?.source ?? null,
    positions: from?.positions ?? null,
    path: from?.path ?? null,
    extensions: { ...details, code },
  });
  answerable.add(error);
  return error;
}

/** An error of parsing or validation: graphql's own words without values, and without suggestions where they are hidden. */
export function badInput(error: GraphQLError, hideSuggestions: boolean, argument: string | null = null): GraphQLError {
  if (answerable.has(error)) return error;
  const words = withoutValue(error.message, error.originalError?.message);
  const message = hideSuggestions ? withoutSuggestion(words) : words;
  return answerableError('BAD_USER_INPUT', message, error, argument === null ? {} : { argument });
}

/**
 * Built-in scalars, enums and literals repeat the value that is refused, which may be a password at the wrong place; our own
 * scalars say themselves what may be repeated.
 * @param reason what a scalar itself said about a literal
 */
export function withoutValue(message: string, reason?: string): string {
  return message
    .replace(/^((?:String|ID|Int|Float|Boolean) cannot represent [^:]*):.*$/s, '$1')
    .replace(/^(Enum "\w+" cannot represent non-(?:string|enum) value):.*$/s, '$1')
    .replace(/^Value ".*" does not exist in "(\w+)" enum\./s, 'Value does not exist in "$1" enum.')
    .replace(/^Expected type "\w+"\. /, '')
    .replace(
      /^(Expected value of type "[^"]+"), found .*$/s,
      reason === undefined ? '$1.' : `$1: ${reason.replaceAll('$', '$$$$')}`,
    );
}

/** The message without its last sentence, `Did you mean "x", "y", or "z"?`. */
export function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean .+?\?(?=$|\s)/g, '');
}

/** As `mask`; an error that holds several becomes as many, at its place. */
export function maskEach(error: unknown, requestId: string, options: MaskingOptions): readonly GraphQLError[] {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError instanceof Error) cause = cause.originalError;
  // A gateway's: errors of several fields of a subgraph's answer, each at its own place.
  if (cause instanceof AggregateError) {
    const held = cause.errors as readonly unknown[];
    return held.flatMap((one) => maskEach(one, requestId, options));
  }
  if (!(cause instanceof RequestErrors)) return [mask(error, requestId, options)];
  const outer = error instanceof GraphQLError ? error : undefined;
  return cause.errors.map(({ code, message, details }) => answerableError(code, message, outer, details));
}

/** Turns any error of an execution or a subscription into what may be answered. Answered errors come back unchanged. */
export function mask(error: unknown, requestId: string, options: MaskingOptions): GraphQLError {
  const outer = error instanceof GraphQLError ? error : undefined;
  if (outer !== undefined && answerable.has(outer)) return outer;
  let cause: unknown = error;
  // A subscription's errors come wrapped twice: by graphql-js, and by the transport.
  while (cause instanceof GraphQLError && cause.originalError instanceof Error) {
    cause = cause.originalError;
    if (cause instanceof GraphQLError && answerable.has(cause)) {
      return answerableError(cause.extensions['code'] as ErrorCode, cause.message, outer, { ...cause.extensions });
    }
  }
  if (cause instanceof RequestErrors) [cause] = cause.errors;
  // A code that a cast let through is nothing that a client knows.
  if (cause instanceof RequestError && errorCodes.has(cause.code)) {
    return answerableError(cause.code, cause.message, outer, cause.details);
  }
  if (cause instanceof GraphQLError && isOfArguments(cause)) {
    return answerableError('BAD_USER_INPUT', withoutEcho(cause.message), outer);
  }
  if (isOfText(cause)) {
    return answerableError('BAD_USER_INPUT', 'expected text without the character U+0000, got some', outer);
  }
  options.onInternalError(cause, { requestId, path: outer?.path?.join('.') ?? null });
  return answerableError('INTERNAL_SERVER_ERROR', `Internal error, request ${requestId}`, outer);
}

/**
 * Whether graphql-js refused a field's arguments, `Argument "first" of non-null type "Int!" must not be null.`: the only
 * GraphQLErrors without a code that execution itself makes of what the client sent. Resolvers throw RequestErrors.
 */
function isOfArguments(error: GraphQLError): boolean {
  const kind = error.nodes?.[0]?.kind;
  const isAtInput = kind === Kind.VARIABLE || kind === Kind.FIELD || kind === Kind.NULL;
  return isAtInput && /^(Argument|Variable) "/.test(error.message);
}

/**
 * Whether PostgreSQL refused a text that no text of its own can hold: U+0000 alone, since what is sent is UTF-8
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html, character_not_in_repertoire).
 */
function isOfText(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === '22021';
}

function withoutEcho(message: string): string {
  return message.replace(/ has invalid value .*$/s, ' has an invalid value.');
}
