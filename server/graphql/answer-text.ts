/** An answer as the text and the status that HTTP sends (GraphQL over HTTP §6): the same as Apollo Server makes of it. */
import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from '../../domain/errors.ts';
import { httpStatusOf, readsStatus } from '../http/status.ts';

export interface AnswerText {
  readonly status: number;
  readonly body: string;
}

/** @param format what may be told of an error */
export function answerText(
  { data, errors, extensions }: ExecutionResult,
  accept: string | undefined,
  format: (formatted: GraphQLFormattedError, error: GraphQLError) => GraphQLFormattedError,
): AnswerText {
  const told = errors?.map((error) => {
    const code = error.extensions['code'] ?? 'INTERNAL_SERVER_ERROR';
    return format({ ...error.toJSON(), extensions: { ...error.extensions, code } }, error);
  });
  return {
    status: data === undefined && errors?.[0] !== undefined ? statusOf(errors[0], accept) : 200,
    body: `${JSON.stringify({ errors: told, data, extensions })}\n`,
  };
}

function statusOf(error: GraphQLError, accept: string | undefined): number {
  const status = httpStatusOf[error.extensions['code'] as ErrorCode] ?? 200;
  return status >= 400 && status < 500 && !readsStatus(accept) ? 200 : status;
}
