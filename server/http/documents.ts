/** A request that names a document by its id becomes the request that holds it, before anything else looks at it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/actor.ts';
import { RequestError } from '../../domain/errors.ts';
import type { KnownDocument } from '../graphql/documents/manifest.ts';
import type { AskedDocument, TrustedDocuments } from '../graphql/documents/trusted.ts';
import { failureBody } from './failures.ts';
import { httpStatusOf, readsStatus } from './status.ts';

/** Whether an address asks something of the graph, as opposed to a browser that came to see what is here. */
export function asksQuery(request: FastifyRequest): boolean {
  const parameters = parametersOf(request);
  return parameters.has('query') || parameters.has('documentId') || parameters.has('extensions');
}

/**
 * Puts the text in the place of the id, in the body or the address.
 * @returns the manifest's entry, where it is one
 * @throws RequestError as `TrustedDocuments.find`
 */
export function putDocument(request: FastifyRequest, documents: TrustedDocuments, actor: Actor): KnownDocument | null {
  return request.method === 'GET' ? putIntoAddress(request, documents, actor) : putIntoBody(request, documents, actor);
}

/** Answers what `putDocument` refused, as the graph itself answers a refused document. */
export function sendRefusal(request: FastifyRequest, reply: FastifyReply, error: RequestError): FastifyReply {
  const reads = readsStatus(request.headers.accept);
  return reply
    .code(reads ? httpStatusOf[error.code] : 200)
    .type(reads ? 'application/graphql-response+json; charset=utf-8' : 'application/json; charset=utf-8')
    .send(JSON.stringify(failureBody(error.code, error.message, error.details)));
}

function putIntoBody(request: FastifyRequest, documents: TrustedDocuments, actor: Actor): KnownDocument | null {
  const { body } = request;
  // What is no object is refused behind this, in the words of the graph.
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const asked = body as AskedDocument;
  const { query, known } = documents.find(asked, actor);
  if (asked.documentId === undefined && asked.extensions === undefined) return known;
  const { documentId: _, extensions, ...others } = asked;
  request.body = {
    ...others,
    ...(query === undefined ? {} : { query }),
    ...(extensions === undefined ? {} : { extensions: withoutId(extensions) }),
  };
  return known;
}

function putIntoAddress(request: FastifyRequest, documents: TrustedDocuments, actor: Actor): KnownDocument | null {
  const parameters = parametersOf(request);
  for (const name of ['documentId', 'query', 'extensions']) {
    if (parameters.getAll(name).length > 1) throw new RequestError('BAD_USER_INPUT', `expected ${name} once, got more`);
  }
  const extensions = extensionsOf(parameters);
  const asked: AskedDocument = {
    query: parameters.get('query') ?? undefined,
    documentId: parameters.get('documentId') ?? undefined,
    extensions,
  };
  const { query, known } = documents.find(asked, actor);
  if (asked.documentId === undefined && extensions === undefined) return known;
  parameters.delete('documentId');
  if (query !== undefined) parameters.set('query', query);
  if (extensions !== undefined) parameters.set('extensions', JSON.stringify(withoutId(extensions)));
  request.raw.url = `${request.url.split('?')[0]}?${parameters}`;
  return known;
}

/** @throws RequestError for what is no JSON */
function extensionsOf(parameters: URLSearchParams): unknown {
  const text = parameters.get('extensions');
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError('BAD_USER_INPUT', 'expected extensions to be JSON, got something else');
  }
}

function withoutId(extensions: unknown): unknown {
  if (typeof extensions !== 'object' || extensions === null || !('persistedQuery' in extensions)) return extensions;
  const { persistedQuery: _, ...others } = extensions;
  return others;
}

function parametersOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(request.url.split('?')[1] ?? '');
}
