/** What is told of a neighbour that failed: its name and a code of the catalogue, nothing that it did not mean for clients. */
import { GraphQLError } from 'graphql';
import { type ErrorCode, RequestError } from '../../domain/errors.ts';
import { errorCodes } from '../graphql/masking.ts';

/** Why a neighbour has no answer. */
export type SubgraphTrouble =
  | 'cannot be reached'
  | 'did not answer in time'
  | 'answered more than is read'
  | 'answered what is no GraphQL answer'
  | 'answered another number of entities than was asked for'
  | 'answered entities of another type than was asked for'
  | 'answered an error of HTTP'
  | 'ended the subscription'
  | 'sends faster than is read'
  | 'is left alone after several failures';

/** Seconds after which one may come back to a neighbour that failed. */
const usualRetrySeconds = 1;
const longestMessage = 500;
const longestPath = 64;

/** Code UNAVAILABLE with the subgraph's name. @param retryAfter seconds */
export function troubled(subgraph: string, trouble: SubgraphTrouble, retryAfter = usualRetrySeconds): RequestError {
  return new RequestError('UNAVAILABLE', `the subgraph ${subgraph} ${trouble}`, { subgraph, retryAfter });
}

/** As an executor answers it. */
export function asResult(error: RequestError): { data: null; errors: GraphQLError[] } {
  return { data: null, errors: [new GraphQLError(error.message, { originalError: error })] };
}

/**
 * An error of a neighbour's own answer. A code of the catalogue stands; another one, and none, becomes UNAVAILABLE, with the
 * neighbour's in `subgraphCode`. Its words are told where it gave them a code: an error without one was meant for nobody.
 * @param roots what the first part of a path may be
 */
export function neighboursError(subgraph: string, given: unknown, roots: ReadonlySet<string>): GraphQLError {
  const { message, path, extensions } = (typeof given === 'object' && given !== null ? given : {}) as {
    message?: unknown;
    path?: unknown;
    extensions?: { code?: unknown; requiredScope?: unknown; retryAfter?: unknown } | null;
  };
  const code = extensions?.code;
  const isCode = typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) && code !== 'INTERNAL_SERVER_ERROR';
  const isKnown = isCode && errorCodes.has(code as ErrorCode);
  const words = isCode && typeof message === 'string' ? printable(message) : 'answered an error';
  const error = new RequestError(isKnown ? (code as ErrorCode) : 'UNAVAILABLE', `the subgraph ${subgraph}: ${words}`, {
    subgraph,
    ...(isCode && !isKnown ? { subgraphCode: code } : {}),
    ...(isKnown && typeof extensions?.retryAfter === 'number' ? { retryAfter: extensions.retryAfter } : {}),
    ...(isKnown && typeof extensions?.requiredScope === 'string'
      ? { requiredScope: printable(extensions.requiredScope).slice(0, 100) }
      : {}),
  });
  return new GraphQLError(error.message, { path: pathOf(path, roots), originalError: error });
}

function printable(text: string): string {
  return text.slice(0, longestMessage).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

/** Null for what is no path of an answer: stitching would look for it in what it must not touch. */
function pathOf(path: unknown, roots: ReadonlySet<string>): (string | number)[] | null {
  if (!Array.isArray(path) || path.length === 0 || path.length > longestPath || !roots.has(path[0] as string))
    return null;
  const isPath = path.every(
    (part) => (Number.isSafeInteger(part) && part >= 0) || (typeof part === 'string' && isFieldName(part)),
  );
  return isPath ? (path as (string | number)[]) : null;
}

function isFieldName(text: string): boolean {
  return (
    /^[_A-Za-z][_0-9A-Za-z]*$/.test(text) && text !== '__proto__' && text !== 'constructor' && text !== 'prototype'
  );
}
