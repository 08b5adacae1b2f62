/** Which object type a value of an interface or a union is (spec §6.4.3, ResolveAbstractType). */
import {
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';

/** @param told what `resolveType` answered @throws GraphQLError in graphql-js's words where it is no possible type's name */
export function runtimeTypeOf(
  schema: GraphQLSchema,
  abstract: GraphQLAbstractType,
  told: unknown,
  value: unknown,
  { parentType, fieldName, fieldNodes }: GraphQLResolveInfo,
): GraphQLObjectType {
  const must = `Abstract type "${abstract.name}" must resolve to an Object type at runtime for field "${parentType.name}.${fieldName}"`;
  if (told === null || told === undefined) {
    throw new GraphQLError(
      `${must}. Either the "${abstract.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes: fieldNodes },
    );
  }
  if (isObjectType(told)) {
    throw new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  }
  if (typeof told !== 'string') {
    throw new GraphQLError(`${must} with value ${inspect(value)}, received "${inspect(told)}".`);
  }
  const type = schema.getType(told);
  const was = `Abstract type "${abstract.name}" was resolved to a`;
  if (type === undefined) {
    throw new GraphQLError(`${was} type "${told}" that does not exist inside the schema.`, { nodes: fieldNodes });
  }
  if (!isObjectType(type)) {
    throw new GraphQLError(`${was} non-object type "${told}".`, { nodes: fieldNodes });
  }
  if (!schema.isSubType(abstract, type)) {
    throw new GraphQLError(`Runtime Object type "${type.name}" is not a possible type for "${abstract.name}".`, {
      nodes: fieldNodes,
    });
  }
  return type;
}
