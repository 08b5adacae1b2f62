/** docs/schema.md: the whole public schema as a page, in the order of the SDL's files. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  astFromValue,
  buildASTSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedDirective,
  isUnionType,
  parse,
  print,
} from 'graphql';
import { publicSdl } from '../server/graphql/schema.ts';
import { sdlFiles } from '../server/graphql/sdl.ts';

const roots = ['Query', 'Mutation', 'Subscription'];

/** The page, in Markdown. */
export function schemaPage(): string {
  const schema = buildASTSchema(publicSdl());
  const contents = [...roots, ...sections().map(({ title }) => title), 'Directives'];
  const parts = [
    '# The schema',
    'Generated from `schema/*.graphql` by `npm run generate`. How it is asked is on the page [The endpoint](graphql.md), how it may change on [Schema changes](schema-changes.md).',
    contents.map((title) => `[${title}](#${anchor(title)})`).join(' · '),
    ...roots.map((name) => rootSection(schema, name)),
    ...sections().map(({ title, types }) => section(schema, title, types)),
    directives(schema),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** A section for each file of the SDL, with the names of what it defines. */
function sections(): readonly { readonly title: string; readonly types: readonly string[] }[] {
  return sdlFiles().map((file) => {
    const name = basename(file);
    const types = parse(readFileSync(file, 'utf8')).definitions.flatMap((definition) =>
      'name' in definition && definition.name && definition.kind.endsWith('TypeDefinition')
        ? [definition.name.value]
        : [],
    );
    return { title: name, types };
  });
}

function rootSection(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`expected ${name} to be an object type, got another`);
  const fields = Object.values(type.getFields()).map((field) => `### ${name}.${field.name}\n\n${ofField(field)}`);
  return [`## ${name}`, type.description ?? '', ...fields].join('\n\n');
}

function ofField(field: GraphQLField<unknown, unknown>): string {
  const head = `${linked(field.type)}\n\n${paragraphs(field)}`;
  return field.args.length === 0 ? head : `${head}\n\n${table('argument', field.args.map(ofInput))}`;
}

function section(schema: GraphQLSchema, title: string, types: readonly string[]): string {
  const shown = types.filter((name) => !roots.includes(name)).map((name) => ofType(schema, schema.getType(name)));
  return [`## ${title}`, ...shown].join('\n\n');
}

function ofType(schema: GraphQLSchema, type: GraphQLNamedType | undefined): string {
  if (type === undefined) throw new Error('expected every type of the files in the schema, got one less');
  const parts = [`### ${type.name}`, `*${kindOf(type)}* ${paragraphs(type)}`];
  if (isUnionType(type)) parts.push(`One of ${type.getTypes().map(linked).join(', ')}.`);
  if (isInterfaceType(type)) parts.push(`Implemented by ${schema.getPossibleTypes(type).map(linked).join(', ')}.`);
  if (isObjectType(type) && type.getInterfaces().length > 0) {
    parts.push(`Implements ${type.getInterfaces().map(linked).join(', ')}.`);
  }
  if (isEnumType(type)) {
    parts.push(
      table(
        'value',
        type.getValues().map((value) => [`\`${value.name}\``, paragraphs(value)]),
      ),
    );
  }
  if (isInputObjectType(type)) parts.push(table('field', Object.values(type.getFields()).map(ofInput)));
  if (isObjectType(type) || isInterfaceType(type)) {
    parts.push(table('field', Object.values(type.getFields()).map(ofOutput)));
  }
  if (isScalarType(type) && type.specifiedByURL) parts.push(`Specified by <${type.specifiedByURL}>.`);
  return parts.join('\n\n');
}

function kindOf(type: GraphQLNamedType): string {
  if (isInputObjectType(type)) return type.isOneOf ? 'Input, exactly one field.' : 'Input.';
  if (isEnumType(type)) return 'Enum.';
  if (isUnionType(type)) return 'Union.';
  if (isInterfaceType(type)) return 'Interface.';
  return isScalarType(type) ? 'Scalar.' : 'Object.';
}

function ofInput(input: GraphQLArgument | GraphQLInputField): readonly string[] {
  const value = input.defaultValue === undefined ? null : astFromValue(input.defaultValue, input.type);
  const otherwise = value ? ` Default: \`${print(value)}\`.` : '';
  return [`\`${input.name}\``, linked(input.type), `${paragraphs(input)}${otherwise}`];
}

function ofOutput(field: GraphQLField<unknown, unknown>): readonly string[] {
  const given = field.args.map(({ name, type }) => `\`${name}:\` ${linked(type)}`).join(', ');
  return [`\`${field.name}\`${given === '' ? '' : ` (${given})`}`, linked(field.type), paragraphs(field)];
}

function directives(schema: GraphQLSchema): string {
  const own = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
  const shown = own.map((directive) => {
    const head = `### @${directive.name}\n\n${paragraphs(directive)} On ${directive.locations.join(', ')}.`;
    return directive.args.length === 0 ? head : `${head}\n\n${table('argument', directive.args.map(ofInput))}`;
  });
  return ['## Directives', ...shown].join('\n\n');
}

function table(what: string, rows: readonly (readonly string[])[]): string {
  const head = rows[0]?.length === 2 ? [what, ''] : [what, 'type', ''];
  const lines = rows.map(
    (row) =>
      `| ${row.map((cell) => cell.replaceAll('\n\n', ' ').replaceAll('\n', ' ').replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...lines].join('\n');
}

interface Described {
  readonly description?: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
}

function paragraphs({ description, deprecationReason }: Described): string {
  return `${description ?? ''}${deprecationReason ? ` **Deprecated**: ${deprecationReason}` : ''}`.trim();
}

/** A type as it is written, with a link to where it stands; the built-in scalars stand nowhere. */
function linked(type: GraphQLField<unknown, unknown>['type'] | GraphQLArgument['type'] | GraphQLNamedType): string {
  const { name } = getNamedType(type);
  const isBuiltIn = ['Int', 'Float', 'String', 'Boolean', 'ID'].includes(name);
  return isBuiltIn ? `\`${type}\`` : `[\`${type}\`](#${anchor(name)})`;
}

/** As GitHub makes it of a heading. */
function anchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
