/**
 * Writes schema/generated.ts, the resolvers' types, from schema/*.graphql as codegen.yml says.
 *
 * `--check` writes nothing and fails where the committed file is not what the SDL gives.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildASTSchema, type GraphQLSchema, Kind, parse } from 'graphql';
import mercuriusCodegen from 'mercurius-codegen';
import { parse as parseYaml } from 'yaml';
import { readSdl } from '../server/graphql/sdl.ts';

const { generateCode, writeGeneratedCode } = mercuriusCodegen;
type Config = Parameters<typeof generateCode>[1];
interface Codegen {
  readonly generates: Readonly<Record<string, { readonly config: Config }>>;
}

/**
 * The SDL without its directives' definitions and without federation's `_service` and `_entities`: the generator drops
 * federation's types and keeps what refers to them.
 */
function schemaToGenerateFrom(): GraphQLSchema {
  const definitions = readSdl().definitions.filter(
    ({ kind }) => kind !== Kind.SCHEMA_EXTENSION && kind !== Kind.DIRECTIVE_DEFINITION,
  );
  // The files extend the root types, as a subgraph's do; to generate from, they need something to extend.
  const roots = parse('type Query type Mutation type Subscription').definitions;
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: [...roots, ...definitions] }, { assumeValidSDL: true });
}

/** mercurius-codegen's code without its tail: loaders and a module declaration for mercurius, which is not used here. */
async function generate(schema: GraphQLSchema, config: Config): Promise<string> {
  const code = await generateCode(schema, config, '', true);
  const end = code.indexOf('export type Loader<');
  if (end < 0)
    throw new Error('mercurius-codegen changed its output: expected `export type Loader<` to cut at, got none');
  return code.slice(0, end);
}

const codegen = parseYaml(readFileSync('codegen.yml', 'utf8')) as Codegen;
const check = process.argv.includes('--check');
const schema = schemaToGenerateFrom();
for (const [targetPath, { config }] of Object.entries(codegen.generates)) {
  const code = await generate(schema, config);
  if (!check) {
    await writeGeneratedCode({ code, targetPath });
    continue;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'codegen-'));
  try {
    const fresh = join(scratch, 'generated.ts');
    await writeGeneratedCode({ code, targetPath: fresh });
    if (readFileSync(fresh, 'utf8') !== readFileSync(targetPath, 'utf8')) {
      console.error(`${targetPath} is not what schema/*.graphql and codegen.yml give: run \`npm run codegen\``);
      process.exitCode = 1;
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
