/** `meridian documents`: from a folder of operations to the manifest that a service takes, or to every mistake at its place. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { runProgram } from '../../cli/program.ts';
import type { Streams } from '../../cli/terminal.ts';
import { documentCheck } from '../../server/graphql/documents/check.ts';
import { readManifest } from '../../server/graphql/documents/manifest.ts';
import type { Loose } from '../setup/graph.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'documents '));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

async function documents(...parameters: string[]) {
  const house = {
    version: 'test',
    settings: () => {
      throw new Error('expected no settings to be read');
    },
    documentCheck: async (sdl: string | null) => documentCheck(sdl),
    start: async () => {},
  };
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const streams = { stdin, stdout, stderr, env: {}, signal: new AbortController().signal } as unknown as Streams;
  const code = await runProgram(house, streams, ['documents', folder, ...parameters]);
  const said = String(stderr.read() ?? '').replaceAll(`${folder}/`, '');
  return { code, stdout: String(stdout.read() ?? ''), said };
}

const agenda = 'query Agenda { accounts(first: 1) { nodes { ...Person } } }';
const person = 'fragment Person on CalendarAccount { id ...Name }';
const name = 'fragment Name on CalendarAccount { name }';

describe('makes a manifest', () => {
  test('of every operation with the fragments that it needs, whichever file they are in', async () => {
    write({
      'b.graphql': `${agenda}\nquery Me { credential { kind } }`,
      'fragments/person.gql': person,
      'a.graphql': `# nothing but a comment, and a name\n${name}`,
      'c.graphql':
        'subscription Watch { changes { cursor } }\nmutation Cut($input: DeleteEventInput!) { deleteEvent(input: $input) { deletedId } }',
      'empty.graphql': '# nothing\n\n',
      'notes.md': '{ not graphql',
      '.hidden/x.graphql': '{',
      'node_modules/x/x.graphql': '{',
    });
    symlinkSync('/etc/passwd', join(folder, 'link.graphql'));
    const { code, stdout, said } = await documents('--out', join(folder, 'manifest.json'));
    expect({ code, said }).toEqual({ code: 0, said: '' });
    expect(stdout).toBe(`${join(folder, 'manifest.json')}: 4 operations\n`);
    const manifest: Loose = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ format: 'apollo-persisted-query-manifest', version: 1 });
    expect(manifest.operations.map(({ name: of, type }: Loose) => [of, type])).toEqual([
      ['Agenda', 'query'],
      ['Cut', 'mutation'],
      ['Me', 'query'],
      ['Watch', 'subscription'],
    ]);
    const definitions = parse(manifest.operations[0].body).definitions.map((one: Loose) => one.name.value);
    expect(definitions).toEqual(['Agenda', 'Person', 'Name']);
    expect(manifest.operations[2].body).toBe('query Me {\n  credential {\n    kind\n  }\n}');
    // What it writes is what a service reads.
    expect(readManifest(join(folder, 'manifest.json')).map(({ id }) => id)).toEqual(
      manifest.operations.map(({ id }: Loose) => id),
    );
  });

  test('on standard output, and the same with --json', async () => {
    write({ 'a.graphql': 'query Me { credential { kind } }' });
    const { stdout } = await documents();
    expect(JSON.parse(stdout).operations).toHaveLength(1);
    expect(JSON.parse((await documents('--json')).stdout)).toEqual(JSON.parse(stdout));
  });

  test('the same of the same files, whatever their order and spacing', async () => {
    write({ 'a.graphql': agenda, 'b.graphql': `${person} ${name}` });
    const { stdout } = await documents();
    write({ 'a.graphql': `${name}\n\n${person}`, 'b.graphql': agenda.replaceAll(' ', '\n  ') });
    expect((await documents()).stdout).toBe(stdout);
  });

  test('against another SDL, as that of a graph that ours is part of', async () => {
    write({ 'a.graphql': 'query Pay { salary }' });
    expect((await documents()).said).toContain('a.graphql:1:13: Cannot query field "salary" on type "Query".');
    write({ 'schema.txt': 'type Query { salary: Int }' });
    expect((await documents('--schema', join(folder, 'schema.txt'))).code).toBe(0);
    write({ 'schema.txt': 'type Query {' });
    expect((await documents('--schema', join(folder, 'schema.txt'))).code).toBe(2);
    expect((await documents('--schema', join(folder, 'nowhere'))).code).toBe(2);
  });
});

describe('tells every mistake at its place, and writes nothing', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['syntax', { 'a.graphql': 'query A {\n  {' }, 'a.graphql:2:3: Syntax Error: Expected Name, found "{".'],
    [
      'an unknown field',
      { 'a.graphql': 'query A {\n  nothing\n}' },
      'a.graphql:2:3: Cannot query field "nothing" on type "Query".',
    ],
    [
      'a field of a fragment elsewhere',
      { 'a.graphql': agenda, 'sub/b.graphql': 'fragment Person on CalendarAccount { age }' },
      'sub/b.graphql:1:38: Cannot query field "age" on type "CalendarAccount".',
    ],
    ['a fragment that is nowhere', { 'a.graphql': agenda }, 'a.graphql:1:48: Unknown fragment "Person".'],
    [
      'a fragment that nothing spreads',
      { 'a.graphql': 'query Me { credential { kind } }', 'b.graphql': name },
      'b.graphql:1:1: expected an operation that spreads Name, got none',
    ],
    [
      'a name twice',
      { 'a.graphql': 'query Me { credential { kind } }', 'b.graphql': 'query Me { meridian { version } }' },
      'b.graphql:1:1: expected Me once, got it at a.graphql:1:1 too',
    ],
    [
      'no name',
      { 'a.graphql': '{ credential { kind } }' },
      'a.graphql:1:1: expected an operation with a name, got one without',
    ],
    [
      'a type',
      { 'a.graphql': 'type X { a: Int }' },
      'a.graphql:1:1: expected operations and fragments, got a definition of the schema',
    ],
    [
      'an argument of another type',
      { 'a.graphql': 'query A { accounts(first: "x") { nodes { id } } }' },
      'a.graphql:1:27: Int cannot represent non-integer value: "x"',
    ],
    [
      'more than the service takes',
      { 'a.graphql': `query A { ${'a: credential { kind } '.repeat(51)} }` },
      'a.graphql:1:1: expected at most 50 aliases, got 51',
    ],
    [
      'fragments that spread each other',
      { 'a.graphql': `${agenda} ${person} fragment Name on CalendarAccount { ...Person }` },
      'a.graphql:1:101: Cannot spread fragment "Person" within itself via "Name".',
    ],
  ])('%s', async (_what, files, message) => {
    write(files);
    const { code, stdout, said } = await documents('--out', join(folder, 'manifest.json'));
    expect(said).toContain(message);
    expect(said).toMatch(/\n\d+ mistakes in \d+ files: nothing was written\n$/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(() => readFileSync(join(folder, 'manifest.json'))).toThrow('ENOENT');
  });

  test('all at once, each once, and as JSON', async () => {
    write({
      'a.graphql': `${agenda} query Other { accounts(first: 1) { nodes { ...Person } } }`,
      'b.graphql': 'fragment Person on CalendarAccount { age height }',
    });
    const { code, stdout } = await documents('--json');
    const { mistakes } = JSON.parse(stdout);
    expect([code, mistakes.map(({ at }: Loose) => at.replace(`${folder}/`, ''))]).toEqual([
      1,
      ['b.graphql:1:38', 'b.graphql:1:42'],
    ]);
  });

  test('a folder without operations, and one that is not there', async () => {
    expect((await documents()).code).toBe(2);
    rmSync(folder, { recursive: true });
    expect((await documents()).code).toBe(2);
    mkdirSync(folder);
  });
});
