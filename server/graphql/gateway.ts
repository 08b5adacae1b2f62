/** Apollo Server around the seam: it negotiates HTTP, the seam decides everything else. */
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayExecutionResult, GatewayInterface } from '@apollo/server-gateway-interface';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { ErrorCode } from '../../domain/errors.ts';
import { httpStatusOf, readsStatus } from '../http/status.ts';
import type { KnownDocuments } from './known-documents.ts';
import { errorCodes, withoutSuggestion } from './masking.ts';
import type { Seam, SeamContext } from './seam.ts';

/** Apollo's own codes for a request that it could not make sense of; all of them are the client's doing. */
const badRequestCodes = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

export interface FormatOptions {
  readonly hideSuggestions: boolean;
  readonly onUnexpected: (error: unknown) => void;
}

/** An Apollo Server that has not started yet: `await server.start()` before it serves. */
export function createApollo<Context extends SeamContext>(
  seam: Seam<Context>,
  options: FormatOptions & {
    /** Told of every document that was in order. */
    readonly known?: KnownDocuments;
  },
): ApolloServer<Context> {
  return new ApolloServer<Context>({
    gateway: gatewayOf(seam, options.known ?? null),
    parseOptions: { maxTokens: seam.limits.maxTokens },
    // The seam validates, for both transports alike.
    dangerouslyDisableValidation: true,
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => withCataloguedCode(formatted, error, options),
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      statusForOlderClients(),
    ],
  });
}

function gatewayOf<Context extends SeamContext>(seam: Seam<Context>, known: KnownDocuments | null): GatewayInterface {
  return {
    load: async () => ({
      executor: async ({ document, operationName, request, context }) => {
        const result = await seam.execute({
          document,
          operationName: operationName ?? request.operationName,
          variables: request.variables,
          context: context as unknown as Context,
        });
        if (request.query !== undefined && seam.validate(document).length === 0) known?.add(request.query, document);
        return withStatus(result) as GatewayExecutionResult;
      },
    }),
    onSchemaLoadOrUpdate: (tell) => {
      tell({ apiSchema: seam.schema, coreSupergraphSdl: '' });
      return () => {};
    },
    stop: async () => {},
  };
}

/** Apollo takes an answer's HTTP status from `extensions.http`, and removes it. */
function withStatus(result: ExecutionResult): ExecutionResult {
  const [first, ...rest] = result.errors ?? [];
  if (first === undefined || result.data !== undefined) return result;
  const status = httpStatusOf[first.extensions['code'] as ErrorCode];
  const http = { status, headers: new HeaderMap() };
  const error = new GraphQLError(first.message, {
    nodes: first.nodes ?? null,
    source: first.source ?? null,
    positions: first.positions ?? null,
    path: first.path ?? null,
    extensions: { ...first.extensions, http },
  });
  return { ...result, errors: [error, ...rest] };
}

/** What may be told of an error, however it came about. */
export function withCataloguedCode(
  formatted: GraphQLFormattedError,
  error: unknown,
  options: FormatOptions,
): GraphQLFormattedError {
  const code = String(formatted.extensions?.['code']);
  if (badRequestCodes.has(code)) {
    const message = options.hideSuggestions ? withoutSuggestion(formatted.message) : formatted.message;
    return { ...formatted, message, extensions: { ...formatted.extensions, code: 'BAD_USER_INPUT' } };
  }
  const isAnswered = errorCodes.has(code as ErrorCode) && code !== 'INTERNAL_SERVER_ERROR';
  if (isAnswered || formatted.message.startsWith('Internal error, request ')) return formatted;
  options.onUnexpected(error);
  return { message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/** 200 for whoever does not read another status (`readsStatus`). */
function statusForOlderClients<Context extends SeamContext>(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ request, response, source }) => {
        const status = response.http.status ?? 200;
        const isOlder = !readsStatus(request.http?.headers.get('accept'));
        if (source !== undefined && isOlder && status >= 400 && status < 500 && status !== 405)
          response.http.status = 200;
      },
    }),
  };
}
