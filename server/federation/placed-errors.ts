/**
 * Where in an answer an error of a subgraph belongs. Stitching finds an object of a list by its place in `_entities` and forgets
 * its place in the list; the field that answers the error knows both.
 */
import { defaultFieldResolver, GraphQLError, type GraphQLResolveInfo, type GraphQLSchema, isObjectType } from 'graphql';

type Path = GraphQLResolveInfo['path'];
type Key = string | number;

/** Makes every field of a stitched schema answer its subgraphs' errors at their places. */
export function placeErrors(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (parent, args, context, info) => {
        let answer: unknown;
        try {
          answer = resolve(parent, args, context, info);
        } catch (error) {
          throw placed(error, info);
        }
        return isPromise(answer)
          ? answer.then(
              (value) => withPlaces(value, info, info.path),
              (error: unknown) => {
                throw placed(error, info);
              },
            )
          : withPlaces(answer, info, info.path);
      };
    }
  }
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
