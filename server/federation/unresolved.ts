/** References that their own subgraph does not know, or does not show: the objects are null, and nothing has failed. */
import { type ExecutionResult, GraphQLError } from 'graphql';

/** Why a field of such an object is null; no client is told. */
export class Unresolved extends Error {}

/**
 * Marks them in a subgraph's answer: stitching gives such an object with all of its fields null, and one that is never null would
 * be an error of ours.
 * @param roots response keys of `_entities`
 */
export function withUnresolved(result: ExecutionResult, roots: Iterable<string>): ExecutionResult {
  const marked: GraphQLError[] = [];
  for (const root of roots) {
    const entities = (result.data as Readonly<Record<string, unknown>> | null | undefined)?.[root];
    if (!Array.isArray(entities)) continue;
    const failed = new Set(result.errors?.filter(({ path }) => path?.[0] === root).map(({ path }) => path?.[1]));
    for (const [index, entity] of entities.entries()) {
      if (entity !== null || failed.has(index)) continue;
      marked.push(new GraphQLError('unresolved', { path: [root, index], originalError: new Unresolved() }));
    }
  }
  return marked.length === 0 ? result : { ...result, errors: [...(result.errors ?? []), ...marked] };
}
