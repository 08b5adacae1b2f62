/** Asks a neighbour over HTTP: bounded in time and size, with no more of the client's headers than the configuration says. */
import type { ExecutionRequest } from '@graphql-tools/utils';
import { type ExecutionResult, print } from 'graphql';
import { RequestFailure } from '../../datasources/http/failures.ts';
import type { OutgoingPost, PostAnswer } from '../../datasources/http/outgoing-post.ts';
import { RequestError } from '../../domain/errors.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { type AnswerForm, formOf, readAnswer } from './subgraph-answer.ts';
import { asResult, type SubgraphTrouble, troubled } from './subgraph-failure.ts';
import { withUnresolved } from './unresolved.ts';

/** What of a request's context a neighbour is asked with. */
export interface ForwardedContext {
  readonly requestId: string;
  readonly signal?: AbortSignal;
  /** Of the client's headers those that some neighbour may be sent; lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Neighbour {
  readonly name: string;
  readonly url: string;
  /** Which of the client's headers it is sent; lower case. */
  readonly headers: readonly string[];
  readonly breaker: CircuitBreaker;
}

export interface RemoteOptions {
  readonly post: OutgoingPost;
  /** Milliseconds for one answer. */
  readonly timeout: number;
  /** Bytes of one answer, after decompression. */
  readonly maximumBytes: number;
  /** Told of every failure, for the operator. */
  readonly onTrouble: (subgraph: string, reason: string) => void;
}

/** Headers of the client that a neighbour is sent. */
export function forwarded(neighbour: Neighbour, context: ForwardedContext | undefined): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const name of neighbour.headers) {
    const value = context?.headers?.[name];
    if (value !== undefined) sent[name] = value;
  }
  return sent;
}

/** An executor of queries and mutations. It never rejects: a neighbour that fails answers an error with its name. */
export function remoteExecutor(neighbour: Neighbour, options: RemoteOptions) {
  const { name, breaker } = neighbour;
  return async (request: ExecutionRequest<Record<string, unknown>, ForwardedContext>): Promise<ExecutionResult> => {
    const pause = breaker.refusal();
    if (pause !== null) {
      return asResult(troubled(name, 'is left alone after several failures', Math.ceil(pause / 1_000)));
    }
    const { document, variables, operationName, context } = request;
    let answer: PostAnswer;
    try {
      answer = await options.post({
        url: neighbour.url,
        headers: {
          ...forwarded(neighbour, context),
          accept: 'application/graphql-response+json, application/json;q=0.9',
          ...(context === undefined ? {} : { 'x-request-id': context.requestId }),
        },
        body: JSON.stringify({ query: print(document), variables, operationName }),
        timeout: options.timeout,
        maximumBytes: options.maximumBytes,
        signal: context?.signal,
      });
    } catch (error) {
      return unanswered(error);
    }
    return answered(answer, formOf(name, document, variables));
  };

  function unanswered(error: unknown): ExecutionResult {
    if (error instanceof RequestFailure && error.kind === 'ABORTED') breaker.gaveUp();
    else breaker.failed();
    options.onTrouble(name, error instanceof Error ? error.message : 'failed');
    return asResult(troubled(name, error instanceof RequestFailure ? troubleOf(error) : 'cannot be reached'));
  }

  function answered({ status, text }: PostAnswer, form: AnswerForm): ExecutionResult {
    try {
      const result = readAnswer(text, form);
      // A GraphQL answer stands whatever its status: GraphQL over HTTP refuses a document with 4xx.
      if (result !== null && (status < 500 || result.errors !== undefined)) {
        if (status < 500) breaker.succeeded();
        else breaker.failed();
        return withUnresolved(result, form.references.keys());
      }
      const isError = status < 200 || status >= 300;
      throw troubled(name, isError ? 'answered an error of HTTP' : 'answered what is no GraphQL answer');
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      breaker.failed();
      options.onTrouble(name, `${error.message} (status ${status})`);
      return asResult(error);
    }
  }
}

function troubleOf({ kind }: RequestFailure): SubgraphTrouble {
  if (kind === 'TIMEOUT') return 'did not answer in time';
  if (kind === 'TOO_LARGE') return 'answered more than is read';
  return 'cannot be reached';
}
