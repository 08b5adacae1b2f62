/** A manifest is read as somebody else's file: what is wrong with it ends the start, in one line. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { StartFailure } from '../../../datasources/store/start-failure.ts';
import { readManifest } from '../../../server/graphql/documents/manifest.ts';

const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'manifest.json');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const operation = (body: string, more: object = {}) => ({
  id: sha256(body),
  body,
  name: 'Hello',
  type: 'query',
  ...more,
});
const hello = operation('query Hello { hello }');
const manifest = (operations: unknown, more: object = {}) => ({
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations,
  ...more,
});

function failureOf(content: unknown): string {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  try {
    readManifest(file);
  } catch (error) {
    expect(error).toBeInstanceOf(StartFailure);
    return (error as Error).message.replace(`MERIDIAN_DOCUMENTS_MANIFEST: ${file}: `, '');
  }
  throw new Error('expected a failure, got documents');
}

test('reads what the generators write, fragments and several operations among them', () => {
  const fragment = operation('query Hello { ...f } fragment f on Query { hello }', { clientName: null });
  const two = operation('query Other { hello } query Hello { hello }');
  writeFileSync(file, JSON.stringify(manifest([hello, fragment, two])));
  const read = readManifest(file);
  expect(read.map(({ id, body }) => ({ id, body }))).toEqual(
    [hello, fragment, two].map(({ id, body }) => ({ id, body })),
  );
  expect(read[0]?.document).toBe(read[0]?.document);
});

describe('refuses', () => {
  test.each<[string, unknown, string]>([
    ['no JSON', '{"operations": [', 'expected JSON, got something else'],
    ['an empty file', '', 'expected JSON, got something else'],
    [
      'another format',
      manifest([], { format: 'relay' }),
      'expected the format apollo-persisted-query-manifest in version 1, got another',
    ],
    [
      'another version',
      manifest([], { version: 2 }),
      'expected the format apollo-persisted-query-manifest in version 1, got another',
    ],
    ['a list', [hello], 'expected the format apollo-persisted-query-manifest in version 1, got another'],
    ['null', 'null', 'expected the format apollo-persisted-query-manifest in version 1, got another'],
    ['operations by their name', manifest({ hello }), 'expected a list of at most 10000 operations, got another'],
    ['too many', manifest(Array(10_001).fill(null)), 'expected a list of at most 10000 operations, got another'],
    ['an operation that is none', manifest([hello, null]), 'operation 1: expected an object, got another value'],
    [
      'no body',
      manifest([{ ...hello, body: undefined }]),
      'operation 0: expected a body of at most 65536 characters, got another',
    ],
    [
      'a long body',
      manifest([operation(`query Hello { hello }${' '.repeat(65_536)}`)]),
      'operation 0: expected a body of at most 65536 characters, got another',
    ],
    [
      "another document's id",
      manifest([{ ...hello, id: sha256('query Hello { secret }') }]),
      "operation 0: expected an id that is its body's sha256 in hexadecimal, got another",
    ],
    [
      'an id of another kind',
      manifest([{ ...hello, id: 'Hello' }]),
      "operation 0: expected an id that is its body's sha256 in hexadecimal, got another",
    ],
    [
      'a body that is no document',
      manifest([operation('query Hello {')]),
      'operation 0: expected a document of at most 2000 tokens: Syntax Error: Expected Name, found <EOF>.',
    ],
    [
      'a body of many tokens',
      manifest([operation(`query Hello { ${'hello '.repeat(2_000)}}`)]),
      'operation 0: expected a document of at most 2000 tokens: Syntax Error: Document contains more that 2000 tokens. Parsing aborted.',
    ],
    [
      'another name',
      manifest([operation('query Bye { hello }')]),
      'operation 0: expected its type and its name to be those of an operation of its body, got others',
    ],
    [
      'another type',
      manifest([{ ...hello, type: 'mutation' }]),
      'operation 0: expected its type and its name to be those of an operation of its body, got others',
    ],
    [
      'a fragment alone',
      manifest([operation('fragment Hello on Query { hello }')]),
      'operation 0: expected its type and its name to be those of an operation of its body, got others',
    ],
  ])('%s', (_what, content, message) => {
    expect(failureOf(content)).toBe(message);
  });

  test('more than 16 MiB, and what never ends', () => {
    expect(failureOf(`"${'x'.repeat(16 * 1024 * 1024)}"`)).toBe('expected at most 16 MiB, got more');
    expect(() => readManifest('/dev/zero')).toThrow('expected at most 16 MiB, got more');
  });

  test('whatever else it is, in one line', () => {
    const value = fc.oneof(fc.anything(), fc.constant(hello.id), fc.constant(hello.body), fc.constant('query'));
    const entry = fc.record({ id: value, body: value, name: value, type: value }, { requiredKeys: [] });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.array(entry, { minLength: 1 }).map((list) => JSON.stringify(manifest(list))),
        ),
        (text) => {
          expect(failureOf(text)).not.toContain('\n');
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });
});
