/**
 * Trusted documents: a request may name a document by its hash in place of its text, as GraphQL over HTTP has it (appendix A,
 * `documentId`) and as Apollo's clients do (`extensions.persistedQuery`), and where that is set it may send no other.
 */
import type { Actor } from '../../../domain/actor.ts';
import { RequestError } from '../../../domain/errors.ts';
import type { DocumentsMode } from '../../config.ts';
import { documentIdOf, type KnownDocument } from './manifest.ts';

/** The parts of a request that say which document it wants; none of them is checked yet. */
export interface AskedDocument {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

export interface FoundDocument {
  /** The text to run; undefined where the request says none. */
  readonly query: string | undefined;
  /** The manifest's entry; null for a text that is not in it. */
  readonly known: KnownDocument | null;
}

export interface TrustedDocuments {
  readonly mode: DocumentsMode;
  readonly all: readonly KnownDocument[];
  /**
   * Which document a request means.
   * @throws RequestError BAD_USER_INPUT for an id of another form, and for one that is not its text's hash;
   * PERSISTED_QUERY_NOT_SUPPORTED and PERSISTED_QUERY_NOT_FOUND for an id alone; DOCUMENT_NOT_TRUSTED for a text of its own where
   * none may be sent
   */
  find(asked: AskedDocument, actor: Actor): FoundDocument;
}

/** Ids that are recognised by both forms, the specification's and Apollo's. */
const sha256Form = /^[0-9a-f]{64}$/;

/** @param documents of the manifests; ignored where the mode is `off` */
export function trustedDocuments(mode: DocumentsMode, documents: Iterable<KnownDocument>): TrustedDocuments {
  const byId = new Map<string, KnownDocument>();
  const byBody = new Map<string, KnownDocument>();
  if (mode !== 'off') {
    for (const known of documents) {
      if (byId.has(known.id)) continue;
      byId.set(known.id, known);
      byBody.set(known.body, known);
    }
  }
  return {
    mode,
    all: [...byId.values()],
    find(asked, { element }) {
      const query = typeof asked.query === 'string' && asked.query !== '' ? asked.query : undefined;
      if (mode === 'off') {
        // A text that comes with its hash is what a client sends that was told once that hashes are not supported.
        if (query === undefined) refuseId(asked);
        return { query, known: null };
      }
      const id = idOf(asked);
      if (query === undefined) {
        if (id === null) return { query, known: null };
        const known = byId.get(id);
        if (known === undefined) throw notFound();
        return { query: known.body, known };
      }
      const known = byBody.get(query) ?? null;
      if (id !== null && id !== (known?.id ?? documentIdOf(query))) {
        throw new RequestError('BAD_USER_INPUT', "expected an id that is the document's sha256, got another");
      }
      // An element token's documents are published here; the seam refuses it any other, whatever the manifest says.
      if (known === null && mode === 'only' && element === undefined) {
        const message = 'expected a document of the manifest, by its id or word for word, got another';
        throw new RequestError('DOCUMENT_NOT_TRUSTED', message);
      }
      return { query, known };
    },
  };
}

/** The id in hexadecimal digits; null where the request has none. @throws RequestError */
function idOf(asked: AskedDocument): string | null {
  const fromDocumentId = ofDocumentId(asked.documentId);
  const fromApollo = ofPersistedQuery(persistedQueryOf(asked));
  if (fromDocumentId !== null && fromApollo !== null && fromDocumentId !== fromApollo) {
    throw new RequestError('BAD_USER_INPUT', 'expected documentId and persistedQuery to be the same, got two ids');
  }
  return fromDocumentId ?? fromApollo;
}

function ofDocumentId(documentId: unknown): string | null {
  if (documentId === undefined || documentId === null) return null;
  const hash = typeof documentId === 'string' ? documentId.replace(/^sha256:/, '') : '';
  if (sha256Form.test(hash)) return hash;
  const message = 'expected documentId to be `sha256:` and 64 hexadecimal digits in lower case, got another';
  throw new RequestError('BAD_USER_INPUT', message);
}

/** https://www.apollographql.com/docs/apollo-server/performance/apq */
function ofPersistedQuery(persistedQuery: unknown): string | null {
  if (persistedQuery === undefined || persistedQuery === null) return null;
  const { version, sha256Hash } = persistedQuery as { version?: unknown; sha256Hash?: unknown };
  if (version === 1 && typeof sha256Hash === 'string' && sha256Form.test(sha256Hash)) return sha256Hash;
  const message =
    'expected persistedQuery of version 1 with sha256Hash, 64 hexadecimal digits in lower case, got another';
  throw new RequestError('BAD_USER_INPUT', message);
}

function persistedQueryOf({ extensions }: AskedDocument): unknown {
  return typeof extensions === 'object' && extensions !== null && 'persistedQuery' in extensions
    ? extensions.persistedQuery
    : null;
}

function refuseId(asked: AskedDocument): void {
  if ((asked.documentId ?? persistedQueryOf(asked) ?? null) === null) return;
  throw new RequestError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
}

/** Apollo's and urql's clients know this by its message: they send the text then. */
function notFound(): RequestError {
  return new RequestError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
}
