/** The two schemas of one SDL: the public one, and the subgraph's with federation's `_service` and `_entities`. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { type IResolvers, printSchemaWithDirectives } from '@graphql-tools/utils';
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  Kind,
  type ObjectTypeExtensionNode,
  parse,
} from 'graphql';
import { describeScopes } from './scope-descriptions.ts';
import { readSdl } from './sdl.ts';

/** Federation's directives that the SDL uses, defined as the specification (v2.9) has them, so that it is valid by itself. */
const federationDirectives = parse(`
  "Names the fields that identify an entity in the subgraphs of a federated graph (Apollo Federation §@key)."
  directive @key("The identifying fields." fields: String!, "Whether this graph can resolve the entity by them." resolvable: Boolean = true) repeatable on OBJECT | INTERFACE

  "Says that other subgraphs may resolve the same field to the same value (Apollo Federation §@shareable)."
  directive @shareable repeatable on OBJECT | FIELD_DEFINITION

  "What a field costs in terms of its work; 1 where nothing is said (Apollo Federation §@cost)."
  directive @cost("The cost of one value." weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR

  "How many items a list may have, so that its cost can be told beforehand (Apollo Federation §@listSize)."
  directive @listSize("At most this many." assumedSize: Int, "The arguments that say how many." slicingArguments: [String!], "The fields of the answer that are the list." sizedFields: [String!], "Whether one of the slicing arguments must be given." requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`);

/** The schema at /graphql: without federation's machinery, which would tell any client how entities are resolved. */
export function buildPublicSchema(resolvers: object): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: publicSdl(),
    resolvers: resolvers as IResolvers,
    resolverValidationOptions: { requireResolversForResolveType: 'error' },
  });
}

/** The schema that other routers compose with theirs; `__resolveReference` belongs to its resolvers. */
export function buildFederatedSchema(resolvers: object): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: describeScopes(readSdl()), resolvers: resolvers as never }]);
}

/** What the root types are for; the SDL's files only extend them. */
const rootTypes: Readonly<Record<string, string>> = {
  Query: 'What can be read. A field answers null with an error beside it where it alone failed.',
  Mutation:
    "What can be changed. Each takes one `input`; a refusal is in the payload's `userErrors`, and then nothing was changed.",
  Subscription: 'What is told as it happens, over graphql-transport-ws at the same address.',
};

/** The SDL of the public schema, valid by itself: federation's directives defined, the root types' extensions joined. */
export function publicSdl(): DocumentNode {
  const definitions: DefinitionNode[] = [...federationDirectives.definitions];
  const roots = new Map<string, FieldDefinitionNode[]>(Object.keys(rootTypes).map((name) => [name, []]));
  for (const definition of describeScopes(readSdl()).definitions) {
    const isOneOf = definition.kind === Kind.DIRECTIVE_DEFINITION && definition.name.value === 'oneOf';
    if (definition.kind === Kind.SCHEMA_EXTENSION || isOneOf) continue;
    const root = definition.kind === Kind.OBJECT_TYPE_EXTENSION ? roots.get(definition.name.value) : undefined;
    if (root === undefined) definitions.push(definition);
    else root.push(...((definition as ObjectTypeExtensionNode).fields ?? []));
  }
  for (const [name, fields] of roots) {
    definitions.push({
      kind: Kind.OBJECT_TYPE_DEFINITION,
      name: { kind: Kind.NAME, value: name },
      description: { kind: Kind.STRING, value: rootTypes[name] ?? '' },
      fields,
    });
  }
  return { kind: Kind.DOCUMENT, definitions };
}

/** Prints the public schema with its descriptions and directives, `@oneOf` and `@scope` among them. */
export function printPublicSchema(schema: GraphQLSchema): string {
  return `${printSchemaWithDirectives(schema)}\n`;
}
