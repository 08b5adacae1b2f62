/** graphql-codegen's client preset over operations/: what it writes passes the strictest type check, and holds wrong use back. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildASTSchema, parse } from 'graphql';
import { publicSdl } from '../../server/graphql/schema.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'codegen-'));
const generated = join(folder, 'graphql');
afterAll(() => rmSync(folder, { recursive: true }));

const documents = readdirSync(join(root, 'operations'))
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => {
    const location = join(root, 'operations', file);
    const rawSDL = readFileSync(location, 'utf8');
    return { location, rawSDL, document: parse(rawSDL) };
  });

beforeAll(async () => {
  const schema = publicSdl();
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: `${generated}/`,
    schema,
    schemaAst: buildASTSchema(schema),
    documents,
    config: {
      useTypeImports: true,
      enumsAsTypes: true,
      strictScalars: true,
      scalars: Object.fromEntries(
        ['DateTime', 'Date', 'LocalTime', 'TimeZone', 'Duration', 'EmailAddress', 'URL', 'HexColor']
          .map((name): [string, string] => [name, 'string'])
          .concat([['JSONObject', 'Record<string, unknown>']]),
      ),
    },
    presetConfig: { fragmentMasking: false },
    plugins: [],
    pluginMap: {},
  } as never);
  for (const section of sections) {
    mkdirSync(dirname(section.filename), { recursive: true });
    writeFileSync(section.filename, await codegen(section));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      // The preset imports its own files without their endings, for bundlers.
      compilerOptions: { module: 'esnext', moduleResolution: 'bundler', types: [], noEmit: true },
      include: ['*.ts', 'graphql/*.ts'],
    }),
  );
});

/** What tsc says of a program that uses what was generated. */
function check(program: string): string {
  writeFileSync(join(folder, 'program.ts'), program);
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const { stdout, stderr } = spawnSync(tsc, ['-p', folder], { cwd: folder, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

const program = (variables: string, read: string) => `
import { request } from 'graphql-request';
import { EventsThisWeekDocument } from './graphql/graphql';
const data = await request('http://127.0.0.1/graphql', EventsThisWeekDocument, ${variables});
export const shown = ${read};
`;
const variables = "{ from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z', timeZone: 'Europe/London' }";
const summaries = 'data.accounts?.nodes.flatMap(({ events }) => events?.nodes.map(({ summary }) => summary?.length))';

test('has a typed document for every operation', () => {
  const names = documents.map(({ rawSDL }) => /^(?:query|mutation|subscription) (\w+)/m.exec(rawSDL)?.[1]);
  const text = readFileSync(join(generated, 'graphql.ts'), 'utf8');
  expect(names.filter((name) => !text.includes(`export const ${name}Document = `))).toEqual([]);
  expect(
    readdirSync(generated)
      .map((file) => basename(file))
      .sort(),
  ).toEqual(['gql.ts', 'graphql.ts', 'index.ts']);
});

test('passes the type check with a program that uses it', () => {
  expect(check(program(variables, summaries))).toBe('');
});

test('holds back wrong variables, fields that were not asked for and what may be null', () => {
  expect(check(program("{ from: 7, to: '', timeZone: '' }", summaries))).toContain('TS2322');
  expect(check(program("{ from: '' }", summaries))).toContain('TS2739');
  expect(check(program(variables, summaries.replace('?.length', '.length')))).toContain('TS18047');
  expect(check(program(variables, 'data.accounts?.nodes[0]?.email'))).toContain('TS2339');
});
