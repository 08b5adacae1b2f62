/** Tells whether two answers to one document say the same, leaving out what is another each time it is asked for. */
import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** When something was last looked at, and what is sealed anew: nobody needs to be told that they are others now. */
export const eachTimeAnother: ReadonlySet<string> = new Set([
  'AvailableSlot.token',
  'CalendarSync.lastSyncedAt',
  'CalendarSync.nextAt',
  'CalendarSync.runs',
  'Freshness.asOf',
  'Freshness.changesCursor',
  'ProfileHealth.lastSyncedAt',
  'StaleCalendar.lastSyncedAt',
]);

/** By response name: null where it is left out, else what is left out below it. */
type Outline = ReadonlyMap<string, Outline | null>;

/** What makes a digest of the answers to one operation: base64url, the same for answers that say the same. */
export function answerDigest(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): (result: ExecutionResult) => string {
  const operation = getOperationAST(document, operationName);
  const outline = operation === null || operation === undefined ? new Map() : outlineOf(schema, document, operation);
  return ({ data, errors }) => {
    const told = [without(data, outline), errors?.map(({ message, path, extensions }) => [message, path, extensions])];
    return createHash('sha256').update(JSON.stringify(told)).digest('base64url');
  };
}

function outlineOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Outline {
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  const root = schema.getRootType(operation.operation);

  const add = (into: Map<string, Outline | null>, set: SelectionSetNode, type: GraphQLNamedType): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const key = selection.alias?.value ?? name;
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
        if (eachTimeAnother.has(`${type.name}.${name}`)) into.set(key, null);
        if (field === undefined || selection.selectionSet === undefined) continue;
        const known = into.get(key);
        if (known === null) continue;
        const below = new Map(known);
        add(below, selection.selectionSet, getNamedType(field.type));
        if (below.size > 0) into.set(key, below);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      const condition = fragment?.typeCondition?.name.value;
      if (fragment === undefined) continue;
      add(into, fragment.selectionSet, (condition === undefined ? undefined : schema.getType(condition)) ?? type);
    }
  };

  const outline = new Map<string, Outline | null>();
  if (root != null) add(outline, operation.selectionSet, root);
  return outline;
}

function without(value: unknown, outline: Outline): unknown {
  if (outline.size === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => without(one, outline));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      const below = outline.get(key);
      return below === null ? [] : [[key, below === undefined ? one : without(one, below)]];
    }),
  );
}
