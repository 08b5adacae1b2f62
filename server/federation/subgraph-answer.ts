/** A neighbour's answer, read with suspicion: of its right shape, no deeper than is safe, its entities as many as were asked for. */
import { type DocumentNode, type ExecutionResult, Kind, type OperationDefinitionNode } from 'graphql';
import { neighboursError, type SubgraphTrouble, troubled } from './subgraph-failure.ts';

/** Objects and lists inside each other: documents have at most 15 levels, and JSON scalars few. */
const deepest = 100;
/** Errors of one answer that are read. */
const mostErrors = 100;

/** What an answer has to fit. */
export interface AnswerForm {
  readonly subgraph: string;
  /** Response keys of the root fields. */
  readonly roots: ReadonlySet<string>;
  /** Of each `_entities` the references that were sent. */
  readonly references: ReadonlyMap<string, readonly { readonly __typename?: unknown }[]>;
}

/** The form of what a document that a gateway made is answered with: one operation, fields alone at its root. */
export function formOf(
  subgraph: string,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>> | undefined,
): AnswerForm {
  const roots = new Set<string>();
  const references = new Map<string, readonly { readonly __typename?: unknown }[]>();
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  for (const selection of operation?.selectionSet.selections ?? []) {
    if (selection.kind !== Kind.FIELD) continue;
    const key = selection.alias?.value ?? selection.name.value;
    roots.add(key);
    if (selection.name.value !== '_entities') continue;
    const value = selection.arguments?.find((argument) => argument.name.value === 'representations')?.value;
    const sent = value?.kind === Kind.VARIABLE ? variables?.[value.name.value] : undefined;
    if (Array.isArray(sent)) references.set(key, sent);
  }
  return { subgraph, roots, references };
}

/**
 * Reads the text of an answer. Null where it is no GraphQL answer at all, which an HTTP error may explain better.
 * @throws RequestError UNAVAILABLE where it is one that cannot be used
 */
export function readAnswer(text: string, form: AnswerForm): ExecutionResult | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return null;
  }
  return checkedAnswer(answer, form);
}

/** As `readAnswer`, of JSON that was parsed already. */
export function checkedAnswer(answer: unknown, form: AnswerForm): ExecutionResult | null {
  if (!isObject(answer) || !('data' in answer || 'errors' in answer)) return null;
  const { data = null, errors } = answer;
  if ((data !== null && !isObject(data)) || (errors !== undefined && errors !== null && !Array.isArray(errors)))
    return null;
  const refuse = (trouble: SubgraphTrouble) => troubled(form.subgraph, trouble);
  if (isDeeper(data, deepest)) throw refuse('answered what is no GraphQL answer');
  // Nobody asked for other keys, and who stitches answers together would stumble over them.
  const kept: Record<string, unknown> = {};
  for (const key of form.roots) {
    if (data === null || !Object.hasOwn(data, key)) continue;
    const value = data[key];
    const sent = form.references.get(key);
    if (sent !== undefined && value !== null) checkEntities(value, sent, refuse);
    kept[key] = value;
  }
  const told = (errors ?? []).slice(0, mostErrors).map((error) => neighboursError(form.subgraph, error, form.roots));
  return { data: data === null ? null : kept, ...(told.length > 0 ? { errors: told } : {}) };
}

function checkEntities(
  value: unknown,
  sent: readonly { readonly __typename?: unknown }[],
  refuse: (trouble: SubgraphTrouble) => Error,
): void {
  // Or one object's fields would be told of another.
  if (!Array.isArray(value) || value.length !== sent.length) {
    throw refuse('answered another number of entities than was asked for');
  }
  for (const [index, entity] of value.entries()) {
    if (entity === null) continue;
    const named = isObject(entity) ? entity['__typename'] : null;
    const isWanted = named === undefined || named === sent[index]?.__typename;
    if (!isObject(entity) || !isWanted) throw refuse('answered entities of another type than was asked for');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without recursion: what is looked for here would end that. */
function isDeeper(value: unknown, levels: number): boolean {
  let level: object[] = typeof value === 'object' && value !== null ? [value] : [];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= levels) return true;
    const next: object[] = [];
    for (const one of level) {
      for (const part of Array.isArray(one) ? one : Object.values(one)) {
        if (typeof part === 'object' && part !== null) next.push(part);
      }
    }
    level = next;
  }
  return false;
}
