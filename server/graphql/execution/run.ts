/** What one execution knows, and the errors that it collects. */
import type {
  FragmentDefinitionNode,
  GraphQLError,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';

/** A place in the answer, linked towards its root. Places are told apart by identity. */
export type Path = GraphQLResolveInfo['path'];

/** One execution of one operation. */
export interface Run {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly operation: OperationDefinitionNode;
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly errors: CollectedErrors;
}

/** Errors in the order in which they happened; none at or below a place that an error has nulled already (spec §6.4.4). */
export class CollectedErrors {
  readonly found: GraphQLError[] = [];
  readonly #nulled = new Set<Path | undefined>();

  /** @param path undefined: of the whole answer. */
  add(error: GraphQLError, path: Path | undefined): void {
    for (let place = path; place !== undefined; place = place.prev) if (this.#nulled.has(place)) return;
    if (this.#nulled.has(undefined)) return;
    this.#nulled.add(path);
    this.found.push(error);
  }
}

/** Whether graphql-js would wait for it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
