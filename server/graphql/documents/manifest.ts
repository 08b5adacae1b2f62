/**
 * A manifest of trusted documents, in the shape that @apollo/generate-persisted-query-manifest writes and that
 * `meridian documents` writes too. Whoever made it, nothing of it is believed: sizes are bounded, and an id has to be its body's hash.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { type DocumentNode, GraphQLError, Kind, parse } from 'graphql';
import { StartFailure } from '../../../datasources/store/start-failure.ts';
import { documentLimits } from '../limits.ts';

/** One document that may be asked for by its id. */
export interface KnownDocument {
  /** The sha256 of `body` in UTF-8, 64 lower-case hexadecimal digits. */
  readonly id: string;
  readonly body: string;
  /** Parsed when it is first asked for; the same object from then on. */
  readonly document: DocumentNode;
}

/** Bytes of a manifest. */
const largestManifest = 16 * 1024 * 1024;
const mostOperations = 10_000;
const longestBody = 64 * 1024;

/** The id of a document (GraphQL over HTTP, appendix A, SHA256 hex document identifier), without its prefix. */
export function documentIdOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

/** An entry for a text that parses. */
export function knownDocument(body: string): KnownDocument {
  let document: DocumentNode | null = null;
  return {
    id: documentIdOf(body),
    body,
    // A tree is some fifty times as large as its text, and of a large manifest few are in use.
    get document() {
      document ??= parse(body);
      return document;
    },
  };
}

/** Reads a manifest's file. @throws StartFailure with one line that names the file, the operation, and what was expected of it */
export function readManifest(file: string): readonly KnownDocument[] {
  const refuse = (expected: string): never => {
    throw new StartFailure(`MERIDIAN_DOCUMENTS_MANIFEST: ${file}: ${expected}`);
  };
  const text = readBounded(file) ?? refuse(`expected at most ${largestManifest / 1024 / 1024} MiB, got more`);
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    return refuse('expected JSON, got something else');
  }
  if (!isRecord(manifest) || manifest['format'] !== 'apollo-persisted-query-manifest' || manifest['version'] !== 1) {
    return refuse('expected the format apollo-persisted-query-manifest in version 1, got another');
  }
  const { operations } = manifest;
  if (!Array.isArray(operations) || operations.length > mostOperations) {
    return refuse(`expected a list of at most ${mostOperations} operations, got another`);
  }
  return operations.map((operation: unknown, index) =>
    documentOf(operation, (expected) => refuse(`operation ${index}: ${expected}`)),
  );
}

function documentOf(operation: unknown, refuse: (expected: string) => never): KnownDocument {
  if (!isRecord(operation)) return refuse('expected an object, got another value');
  const { id, body, name, type } = operation;
  if (typeof body !== 'string' || body.length > longestBody) {
    return refuse(`expected a body of at most ${longestBody} characters, got another`);
  }
  if (id !== documentIdOf(body)) return refuse("expected an id that is its body's sha256 in hexadecimal, got another");
  let document: DocumentNode;
  try {
    document = parse(body, { maxTokens: documentLimits.maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return refuse(`expected a document of at most ${documentLimits.maxTokens} tokens: ${error.message.slice(0, 200)}`);
  }
  const isThere = document.definitions.some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === type && one.name?.value === name,
  );
  return isThere
    ? knownDocument(body)
    : refuse('expected its type and its name to be those of an operation of its body, got others');
}

/** The file's text; null where it is larger than a manifest may be, whatever kind of file it is. */
function readBounded(file: string): string | null {
  const descriptor = openSync(file, 'r');
  try {
    const parts: Buffer[] = [];
    for (let size = 0; ; ) {
      const part = Buffer.alloc(1024 * 1024);
      const read = readSync(descriptor, part);
      if (read === 0) return Buffer.concat(parts).toString('utf8');
      size += read;
      if (size > largestManifest) return null;
      parts.push(part.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
