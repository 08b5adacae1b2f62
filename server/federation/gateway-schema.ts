/** The schema of a federated graph, executable: each field asks the subgraph that answers it (@graphql-tools/federation, MIT). */
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import type { Executor } from '@graphql-tools/utils';
import {
  type ConstDirectiveNode,
  type GraphQLField,
  GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type ScalarTypeDefinitionNode,
} from 'graphql';
import { scopesOfField } from '../../schema/scope-directive.ts';
import { placeErrors } from './placed-errors.ts';
import { ourName, type Supergraph } from './supergraph.ts';

/** References that one `_entities` carries at most: well within what a subgraph takes at once. */
const entitiesAtOnce = 1_000;

/**
 * Builds it.
 * @param ours this service's public schema: what it says of scopes and costs holds for its fields in the federated graph, too
 * @param executorOf by the subgraph's name, as its owner calls it
 */
export function buildGatewaySchema(
  supergraph: Supergraph,
  ours: GraphQLSchema,
  executorOf: (name: string) => Executor,
): GraphQLSchema {
  const nameOf = new Map(supergraph.subgraphs.map(({ graph, name }) => [graph, name]));
  const stitched = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: supergraph.document,
    batch: true,
    batchDelegateOptions: { maxBatchSize: entitiesAtOnce },
    onSubschemaConfig: (config) => {
      const name = nameOf.get(config.name) ?? config.name;
      config.executor = executorOf(name);
      // Nothing travels: to put several questions into one would cost more than to ask them.
      if (name === ourName) config.batch = false;
    },
  });
  const config = stitched.toConfig();
  const known = new Set(config.directives.map(({ name }) => name));
  const needed = ['scope', 'cost', 'listSize'].flatMap((name) => {
    const directive = known.has(name) ? null : ours.getDirective(name);
    return directive ? [directive] : [];
  });
  const schema = new GraphQLSchema({ ...config, directives: [...config.directives, ...needed], assumeValid: true });
  describe(schema, ours, supergraph.ours ?? new Set());
  placeErrors(schema);
  return schema;
}

/** Puts `@scope`, `@cost` and `@listSize` on our fields, where no supergraph carries them, and `@scope(any: [])` on all others. */
function describe(schema: GraphQLSchema, ours: GraphQLSchema, answered: ReadonlySet<string>): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    const own = ours.getType(type.name);
    const ownFields = isObjectType(own) || isInterfaceType(own) ? own.getFields() : {};
    for (const field of Object.values(type.getFields())) {
      const ownField = answered.has(`${type.name}.${field.name}`) ? ownFields[field.name] : undefined;
      const isOurs = ownField !== undefined && (isObjectType(own) || isInterfaceType(own));
      const any = isOurs ? (scopesOfField(ours, own, ownField) ?? []) : [];
      const others = (isOurs ? ownField.astNode : field.astNode)?.directives ?? [];
      putDirectives(field, [...others.filter(({ name }) => name.value !== 'scope'), scopeDirective(any)]);
    }
  }
}

function putDirectives(field: GraphQLField<unknown, unknown>, directives: readonly ConstDirectiveNode[]): void {
  const name = { kind: Kind.NAME, value: field.name } as const;
  const type = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'String' } } as const;
  field.astNode = { ...(field.astNode ?? { kind: Kind.FIELD_DEFINITION, name, type }), directives };
}

function scopeDirective(any: readonly string[]): ConstDirectiveNode {
  const [definition] = parse(`scalar S @scope(any: ${JSON.stringify(any)})`, { noLocation: true }).definitions;
  const [directive] = (definition as ScalarTypeDefinitionNode).directives ?? [];
  if (directive === undefined) throw new Error('expected a directive');
  return directive;
}
