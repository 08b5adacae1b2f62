/** Which documents ask this service alone, so that no gateway need stand between them and their answer. */
import { BREAK, type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';

/**
 * Whether every field of a document is one that this service answers by itself. Introspection is not: it tells of the whole graph.
 * @param schema this service's own public schema; the document must be valid under it
 * @param ours as `Supergraph.ours`
 */
export function asksUsAlone(document: DocumentNode, schema: GraphQLSchema, ours: ReadonlySet<string>): boolean {
  const types = new TypeInfo(schema);
  let alone = true;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const name = node.name.value;
        if (name === '__typename') return undefined;
        const parent = types.getParentType();
        if (parent && ours.has(`${parent.name}.${name}`)) return undefined;
        alone = false;
        return BREAK;
      },
    }),
  );
  return alone;
}
