/**
 * The plain case past Apollo Server: POST of a document that was asked before, with nothing to negotiate. Everything else is
 * Apollo's, and so is every refusal of HTTP's; what is answered here is answered byte for byte as Apollo would.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type GraphQLError, type GraphQLFormattedError, getOperationAST } from 'graphql';
import { answerText } from '../graphql/answer-text.ts';
import type { KnownDocuments } from '../graphql/known-documents.ts';
import type { Seam, SeamContext } from '../graphql/seam.ts';

const json = 'application/json; charset=utf-8';
const graphqlJson = 'application/graphql-response+json; charset=utf-8';

/** What is answered to whoever accepts exactly this; what is not here is negotiated by Apollo. */
const answeredAs: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, json],
  ['*/*', json],
  ['application/json', json],
  ['application/json, text/plain, */*', json],
  ['application/json,application/graphql-response+json', json],
  ['application/graphql-response+json', graphqlJson],
  ['application/graphql-response+json, application/json', graphqlJson],
  ['application/graphql-response+json,application/json;q=0.9', graphqlJson],
  ['application/graphql-response+json, application/json;q=0.9', graphqlJson],
]);

const plainTypes = new Set(['application/json', 'application/json; charset=utf-8', 'application/json;charset=utf-8']);
const plainKeys = new Set(['query', 'variables', 'operationName', 'extensions']);

interface PlainRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

export interface PlainOptions<Context extends SeamContext> {
  readonly seam: Seam<Context>;
  readonly known: KnownDocuments;
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => Context;
  readonly format: (formatted: GraphQLFormattedError, error: GraphQLError) => GraphQLFormattedError;
}

/** Answers the body; null where the request is not plain or its document not known, and then nothing was done. */
export function plainRequests<Context extends SeamContext>({ seam, known, contextOf, format }: PlainOptions<Context>) {
  return (request: FastifyRequest, reply: FastifyReply): Promise<string> | null => {
    const { accept, 'content-type': type } = request.headers;
    const answered = answeredAs.get(accept);
    if (request.method !== 'POST' || answered === undefined || type === undefined || !plainTypes.has(type)) return null;
    const asked = plainRequest(request.body);
    const document = asked === null ? null : known.find(asked.query);
    if (asked === null || document === null || !getOperationAST(document, asked.operationName)) return null;
    return answer(request, reply, { ...asked, document, accept, answered });
  };

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { document, variables, operationName, accept, answered }: PlainRequest & Answering,
  ): Promise<string> {
    const context = contextOf(request, reply);
    const result = await seam.execute({ document, variables, operationName, context });
    const { status, body } = answerText(result, accept, format);
    void reply.header('content-type', answered).code(status);
    return body;
  }
}

interface Answering {
  readonly document: NonNullable<ReturnType<KnownDocuments['find']>>;
  readonly accept: string | undefined;
  readonly answered: string;
}

function plainRequest(body: unknown): PlainRequest | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  for (const key in body) if (!plainKeys.has(key)) return null;
  const { query, variables, operationName, extensions } = body as Record<string, unknown>;
  if (typeof query !== 'string' || query === '') return null;
  if (variables !== undefined && (typeof variables !== 'object' || Array.isArray(variables))) return null;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return null;
  if (operationName === '') return null;
  if (extensions !== undefined && extensions !== null && !isEmpty(extensions)) return null;
  return body as PlainRequest;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
