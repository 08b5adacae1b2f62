/** Our SDL among others': it composes, nothing of it is lost, and what the composer and the runtime cannot do is as docs/federation.md says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { describe, expect, test } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import {
  buildASTSchema,
  buildSchema,
  execute,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
} from 'graphql';
import { StartFailure } from '../../../datasources/store/start-failure.ts';
import { compose } from '../../../server/federation/composition.ts';
import { asksUsAlone } from '../../../server/federation/direct.ts';
import { readSupergraph } from '../../../server/federation/supergraph.ts';
import { buildFederatedSchema, publicSdl, sdlOf } from '../../../server/graphql/schema.ts';
import type { Loose } from '../../setup/graph.ts';
import { link } from './gateway-world.ts';

const own = { name: 'meridian', url: '', sdl: sdlOf(buildFederatedSchema({})) };
const ownSchema = buildASTSchema(publicSdl());
const described = `${link}
  "Somebody who works here."
  type Employee @key(fields: "id") { "Their number." id: ID! "What they are called." name: String }
  type CalendarAccount @key(fields: "id") { id: ID! "Whose account it is." employee: Employee }
  type Query { "Whoever asks." me: Employee }`;
const with_ = (sdl: string) => compose([own, { name: 'employees', url: 'http://employees.example', sdl }]);

/** The graph as clients see it. */
function publicOf(sdl: string): GraphQLSchema {
  const composed = composeServices([
    { name: 'meridian', typeDefs: parse(own.sdl) },
    { name: 'employees', typeDefs: parse(sdl) },
  ]);
  return buildSchema(composed.publicSdl ?? '');
}

/** Types, fields, arguments and values without a description. */
function undescribed(schema: GraphQLSchema): string[] {
  const silent: string[] = [];
  const look = (at: string, { description }: { readonly description?: string | null | undefined }) => {
    if (!description) silent.push(at);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    look(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field);
      for (const argument of 'args' in field ? field.args : [])
        look(`${type.name}.${field.name}(${argument.name})`, argument);
    }
  }
  return silent;
}

const coordinates = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
    if (isInputObjectType(type)) return Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
    if (!isObjectType(type) && !isInterfaceType(type)) return [type.name];
    return Object.values(type.getFields()).flatMap((field) => [
      `${type.name}.${field.name}: ${field.type}`,
      ...field.args.map(({ name, type: input }) => `${type.name}.${field.name}(${name}: ${input})`),
    ]);
  });

describe('our SDL among others', () => {
  test('composes; every type, field, argument and value of ours is there with its type, and described', () => {
    const all = publicOf(described);
    const there = new Set(coordinates(all));
    expect(coordinates(ownSchema).filter((coordinate) => !there.has(coordinate))).toEqual([]);
    expect(there).toContain('CalendarAccount.employee: Employee');
    expect(coordinates(ownSchema).length).toBeGreaterThan(900);
    expect(undescribed(all)).toEqual([]);
    const oneOfs = Object.values(ownSchema.getTypeMap()).filter((type) => isInputObjectType(type) && type.isOneOf);
    expect(oneOfs.length).toBeGreaterThan(5);
    for (const { name } of oneOfs) expect([name, (all.getType(name) as Loose).isOneOf]).toEqual([name, true]);
  });

  test.each([
    [
      'node',
      'interface Node { id: ID! } type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node] } type Room implements Node @key(fields: "id") { id: ID! }',
    ],
    ['a type of the same name that cannot be shared', 'type Freshness { asOf: String } type Query { a: Freshness }'],
    ['a field of another type', 'type CalendarAccount @key(fields: "id") { id: ID! name: Int } type Query { a: Int }'],
  ])('that has %s as well is refused in the composer’s words', (_what, sdl) => {
    expect(() => with_(`${link} ${sdl}`)).toThrow(StartFailure);
    expect(() => with_(`${link} ${sdl}`)).toThrow(/^the subgraphs do not compose: \S+/);
  });

  test('composes with a neighbour that has node, once ours is left out', () => {
    const omitted = { ...own, sdl: sdlOf(buildFederatedSchema({}, { omitNode: true })) };
    const sdl = `${link} interface Node { id: ID! } type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node] } type Room implements Node @key(fields: "id") { id: ID! }`;
    const { ours } = readSupergraph(compose([omitted, { name: 'rooms', url: 'http://rooms.example', sdl }]));
    expect(ours?.has('Query.node')).toBe(false);
    expect(ours?.has('Query.account')).toBe(true);
  });

  test('says all that is wrong with it at once, in bounds', () => {
    const many = Array.from({ length: 40 }, (_, i) => `type T${i} @key(fields: "missing") { id: ID! }`).join(' ');
    expect(() => with_(`${link} type Query { a: Int } ${many}`)).toThrow(/; and \d+ more$/);
  });
});

describe('a document asks us alone', () => {
  const alone = (sdl: string, document: string) => {
    const { ours } = readSupergraph(with_(`${link} ${sdl}`));
    return asksUsAlone(parse(document), ownSchema, ours ?? new Set());
  };
  const plain = 'type Query { me: Int } type CalendarAccount @key(fields: "id") { id: ID! employee: Int }';

  test.each<[string, boolean]>([
    ['{ accounts { nodes { id name __typename } pageInfo { hasNextPage } } }', true],
    ['{ node(id: "x") { id ... on CalendarEvent { summary } } }', true],
    ['subscription { changes { cursor changes { subject { ... on Calendar { name } } } } }', true],
    ['mutation { upsertEvent(input: {}) { ...W } } fragment W on EventWritePayload { event { id } }', true],
    ['{ accounts { nodes { employee } } }', false],
    ['{ me accounts { nodes { id } } }', false],
    ['{ accounts { nodes { ...A } } } fragment A on CalendarAccount { employee }', false],
    ['{ __schema { types { name } } }', false],
    ['{ accounts { nodes { id } } __type(name: "Query") { name } }', false],
  ])('%s: %s', (document, expected) => {
    expect(alone(plain, document)).toBe(expected);
  });

  test('not for a field that another graph took over', () => {
    const sdl =
      'type Query { me: Int } type CalendarAccount @key(fields: "id") { id: ID! name: String @override(from: "meridian") }';
    expect(alone(sdl, '{ accounts { nodes { name } } }')).toBe(false);
    expect(alone(sdl, '{ accounts { nodes { email } } }')).toBe(true);
  });
});

interface Part {
  readonly sdl: string;
  readonly resolvers: object;
}

/** What the runtime answers over small subgraphs; the composer's refusal where they do not compose. */
async function answer(parts: Readonly<Record<string, Part>>, query: string): Promise<Loose> {
  let supergraphSdl: string;
  try {
    supergraphSdl = compose(
      Object.entries(parts).map(([name, { sdl }]) => ({ name, url: 'http://x', sdl: `${link} ${sdl}` })),
    );
  } catch (error) {
    return { refused: (error as Error).message };
  }
  const schema = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl,
    batch: true,
    onSubschemaConfig(config) {
      const { sdl, resolvers } = parts[config.name.toLowerCase()] ?? { sdl: '', resolvers: {} };
      const subgraph = buildSubgraphSchema([{ typeDefs: parse(`${link} ${sdl}`), resolvers: resolvers as never }]);
      config.executor = (request: Loose) =>
        execute({ schema: subgraph, document: request.document, variableValues: request.variables }) as never;
    },
  });
  return JSON.parse(JSON.stringify(await execute({ schema, document: parse(query) })));
}

const pets =
  'interface Pet { name: String! } interface Trained implements Pet { name: String! trick: String! } type Dog implements Pet & Trained @shareable { name: String! trick: String! bark: String! }';
const user = { __typename: 'User', id: '1', name: 'Ann', age: 3 };

/** A case for each gap: what ought to be answered. */
const gaps: Readonly<
  Record<string, { readonly parts: Readonly<Record<string, Part>>; readonly query: string; readonly ought: Loose }>
> = {
  'requires-with-fragments': {
    parts: {
      a: {
        sdl: `type Query { owner: Owner } type Owner @key(fields: "id") { id: ID! pet: Pet } ${pets}`,
        resolvers: {},
      },
      b: {
        sdl: `type Owner @key(fields: "id") { id: ID! pet: Pet @external tag: String @requires(fields: "pet { ... on Trained { trick ... on Dog { bark } } }") } ${pets}`,
        resolvers: {},
      },
    },
    query: '{ owner { tag } }',
    ought: { data: { owner: null } },
  },
  'interface-object-with-requires': {
    parts: {
      a: {
        sdl: 'type Query { a: Int } interface Named @key(fields: "id") { id: ID! name: String } type User implements Named @key(fields: "id") { id: ID! name: String age: Int }',
        resolvers: {
          Named: { __resolveReference: () => user, __resolveType: () => 'User' },
          User: { __resolveReference: () => user },
        },
      },
      b: {
        sdl: 'type Query { others: [Named] } type Named @key(fields: "id") @interfaceObject { id: ID! name: String @external login: String @requires(fields: "name") }',
        resolvers: { Query: { others: () => [{ id: '1' }] }, Named: { login: ({ name }: Loose) => `${name}@x` } },
      },
    },
    query: '{ others { login } }',
    ought: { data: { others: [{ login: 'Ann@x' }] } },
  },
};

describe('what the composer and the runtime cannot do', () => {
  test.each(Object.entries(gaps))(
    '%s: still so; where it is no more, strike it from docs/federation.md',
    async (_name, gap) => {
      expect(await answer(gap.parts, gap.query)).not.toEqual(gap.ought);
    },
  );

  test('requires-with-fragments is refused at composition, never answered wrongly', async () => {
    const { parts = {}, query = '' } = gaps['requires-with-fragments'] ?? {};
    expect(await answer(parts, query)).toEqual({
      refused: expect.stringContaining('cannot satisfy @require conditions'),
    });
  });

  test('is listed in docs/federation.md, each by its name', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'federation.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
    expect(Object.keys(gaps).filter((name) => !listed.includes(name))).toEqual([]);
  });
});
