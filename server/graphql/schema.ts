/** The two schemas of one SDL: the public one, and the subgraph's with federation's `_service` and `_entities`. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { type IResolvers, printSchemaWithDirectives } from '@graphql-tools/utils';
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSpecifiedByDirective,
  getDirectiveValues,
  getNamedType,
  graphqlSync,
  isScalarType,
  Kind,
  type ObjectTypeExtensionNode,
  parse,
  type ScalarTypeDefinitionNode,
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
  const schema = makeExecutableSchema({
    typeDefs: publicSdl(),
    resolvers: resolvers as IResolvers,
    resolverValidationOptions: { requireResolversForResolveType: 'error' },
  });
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isScalarType(type) || !type.astNode) continue;
    // What a scalar does is given as a type of its own, which says nothing of these and took them away.
    type.description = type.astNode.description?.value;
    type.specifiedByURL = getDirectiveValues(GraphQLSpecifiedByDirective, type.astNode)?.['url'] as string | undefined;
  }
  return schema;
}

/** The SDL of a federated schema, as its `_service` answers it. */
export function sdlOf(federated: GraphQLSchema): string {
  const { data } = graphqlSync({ schema: federated, source: '{ _service { sdl } }' });
  return (data as unknown as { readonly _service: { readonly sdl: string } })._service.sdl;
}

export interface FederatedOptions {
  /** Leaves `Query.node` and `Query.nodes` out, for graphs in which a neighbour has them. */
  readonly omitNode?: boolean;
}

/** The schema that other routers compose with theirs; `__resolveReference` belongs to its resolvers. */
export function buildFederatedSchema(resolvers: object, options: FederatedOptions = {}): GraphQLSchema {
  const schema = buildSubgraphSchema([{ typeDefs: federatedSdl(options), resolvers: resolvers as never }]);
  const query = schema.getQueryType();
  for (const [field, description] of machinery(query)) {
    field.description = description;
    if (field.astNode) field.astNode = { ...field.astNode, directives: machineryDirectives[field.name] ?? [] };
  }
  for (const [name, description] of Object.entries(machineryTypes)) {
    const type = schema.getType(name);
    if (type) type.description = description;
  }
  return schema;
}

/** The SDL as other subgraphs' composers read it, each root type described where it is first extended. */
function federatedSdl({ omitNode = false }: FederatedOptions = {}): DocumentNode {
  const described = new Set<string>();
  const definitions = describeScopes(readSdl()).definitions.map((definition): DefinitionNode => {
    if (definition.kind !== Kind.OBJECT_TYPE_EXTENSION) return definition;
    const { name, fields = [] } = definition;
    const description = rootTypes[name.value];
    const kept =
      omitNode && name.value === 'Query' ? fields.filter((field) => !nodeFields.has(field.name.value)) : fields;
    if (description === undefined || described.has(name.value)) return { ...definition, fields: kept };
    described.add(name.value);
    const { directives = [], interfaces = [] } = definition;
    return {
      kind: Kind.OBJECT_TYPE_DEFINITION,
      name,
      description: { kind: Kind.STRING, value: description },
      directives,
      interfaces,
      fields: kept,
    };
  });
  // An extension may not be empty.
  const isEmpty = (definition: DefinitionNode) =>
    definition.kind === Kind.OBJECT_TYPE_EXTENSION && definition.fields?.length === 0;
  return { kind: Kind.DOCUMENT, definitions: definitions.filter((definition) => !isEmpty(definition)) };
}

const nodeFields = new Set(['node', 'nodes']);

/** Federation's own types, which its library leaves without a word. */
const machineryTypes: Readonly<Record<string, string>> = {
  _Service: 'What a composer reads of this graph.',
  _Entity: 'Every type that other graphs may refer to.',
  _Any: 'A reference: `__typename` and the fields of a key.',
};

/** Its fields need no scope of their own, since the fields below do; and so many references cost so much. */
const machineryDirectives: Readonly<Record<string, readonly ConstDirectiveNode[]>> = {
  _service: directivesOf('@scope(any: [])'),
  sdl: directivesOf('@scope(any: [])'),
  _entities: directivesOf(
    '@scope(any: []) @listSize(slicingArguments: ["representations"], requireOneSlicingArgument: false)',
  ),
};

function directivesOf(text: string): readonly ConstDirectiveNode[] {
  const [definition] = parse(`scalar S ${text}`, { noLocation: true }).definitions;
  return (definition as ScalarTypeDefinitionNode).directives ?? [];
}

function machinery(query: GraphQLObjectType | null | undefined): [GraphQLField<unknown, unknown>, string][] {
  const { _service, _entities } = query?.getFields() ?? {};
  if (_service === undefined || _entities === undefined)
    throw new Error('expected _service and _entities, got neither');
  const sdl = (getNamedType(_service.type) as GraphQLObjectType).getFields()['sdl'];
  for (const argument of _entities.args) argument.description = 'References to objects of this graph.';
  return [
    [_service, 'This graph as a composer reads it.'],
    [
      _entities,
      'What the references refer to, in their order; null where there is nothing that the credential may see.',
    ],
    ...(sdl === undefined ? [] : ([[sdl, 'Its SDL.']] as [GraphQLField<unknown, unknown>, string][])),
  ];
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
