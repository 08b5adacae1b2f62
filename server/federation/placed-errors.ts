/**
 * Where in an answer an error of a subgraph belongs. Stitching finds an object of a list by its place in `_entities` and forgets
 * its place in the list; the field that answers the error knows both.
 */
import {
  defaultFieldResolver,
  type ExecutionResult,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { RequestError } from '../../domain/errors.ts';
import { Unresolved } from './unresolved.ts';

type Path = GraphQLResolveInfo['path'];
type Key = string | number;

/** Makes every field of a stitched schema answer its subgraphs' errors at their places; see `withoutUnresolved`. */
export function placeErrors(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      const isNeverNull = isNonNullType(field.type);
      const settle = (value: unknown, info: GraphQLResolveInfo): unknown => {
        if (isNeverNull && (value === null || value === undefined)) throw placed(nullWhereNone(info), info);
        return withPlaces(value, info, info.path);
      };
      field.resolve = (parent, args, context, info) => {
        let answer: unknown;
        try {
          answer = resolve(parent, args, context, info);
        } catch (error) {
          throw placed(error, info);
        }
        if (!isPromise(answer)) return settle(answer, info);
        return answer.then(
          (value) => settle(value, info),
          (error: unknown) => {
            throw placed(error, info);
          },
        );
      };
    }
  }
}

/** An answer without errors of references that were not resolved, as routers of federated graphs answer it. */
export function withoutUnresolved(result: ExecutionResult): ExecutionResult {
  const { errors, ...others } = result;
  if (errors === undefined) return result;
  const told = errors.filter(({ originalError }) => {
    let cause: unknown = originalError;
    while (cause instanceof GraphQLError) cause = cause.originalError;
    return !(cause instanceof Unresolved);
  });
  return told.length === 0 ? others : { ...others, errors: told };
}

function nullWhereNone({ parentType, fieldName }: GraphQLResolveInfo): RequestError {
  const message = `a subgraph answered null or another type for ${parentType.name}.${fieldName}, which is never null`;
  return new RequestError('UNAVAILABLE', message, { retryAfter: 1 });
}

/** A list is copied only where it holds an error. */
function withPlaces(value: unknown, info: GraphQLResolveInfo, path: Path): unknown {
  if (value instanceof Error) return placed(value, info, path);
  if (!Array.isArray(value) || !value.some((item) => item instanceof Error || Array.isArray(item))) return value;
  return value.map((item, key) => withPlaces(item, info, { prev: path, key, typename: undefined }));
}

function placed(error: unknown, info: GraphQLResolveInfo, path: Path = info.path): unknown {
  if (error instanceof AggregateError) {
    return new AggregateError(
      (error.errors as readonly unknown[]).map((one) => placed(one, info, path)),
      error.message,
    );
  }
  if (!(error instanceof Error)) return error;
  const known = error instanceof GraphQLError ? error.path : undefined;
  return new GraphQLError(error.message, {
    nodes: info.fieldNodes,
    path: joined(keysOf(path), known ?? []),
    originalError: error,
  });
}

/** The field's place, and what the error's own path has beyond it: that may lack any index that the field's has. */
function joined(field: readonly Key[], error: readonly Key[]): readonly Key[] {
  let next = 0;
  for (const key of field) {
    if (error[next] === key) next++;
    else if (typeof key === 'string') return field;
  }
  return [...field, ...error.slice(next)];
}

function keysOf(path: Path): readonly Key[] {
  const keys: Key[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.reverse();
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
