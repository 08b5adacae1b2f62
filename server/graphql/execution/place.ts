/** A field at one place of an operation, what its resolver is told of it, and what becomes of its errors. */
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isNonNullType,
  locatedError,
  responsePathAsArray,
} from 'graphql';
import type { Path, Run } from './run.ts';

/** How much of one operation was compiled, in fields, and how much may be. */
export interface PlanSize {
  fields: number;
  readonly most: number;
}

export interface Place {
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly size: PlanSize;
}

/** As graphql-js gives it. */
export function infoOf(run: Run, { definition, nodes, parentType }: Place, path: Path): GraphQLResolveInfo {
  return {
    fieldName: definition.name,
    fieldNodes: nodes,
    returnType: definition.type,
    parentType,
    path,
    schema: run.schema,
    fragments: run.fragments,
    rootValue: run.rootValue,
    operation: run.operation,
    variableValues: run.variableValues as Record<string, unknown>,
  };
}

/** Null with the error collected; where it may not be null, the error, for the parent. */
export function failed(
  run: Run,
  place: Place,
  path: Path,
  raw: unknown,
  type: GraphQLOutputType = place.definition.type,
): null {
  const error = locatedError(raw, place.nodes, responsePathAsArray(path));
  if (isNonNullType(type)) throw error;
  run.errors.add(error, path);
  return null;
}
