/**
 * What an operation can cost at most, told before it runs from `@cost` and `@listSize`, as routers of federated graphs
 * count it (Apollo Federation, demand control): an object counts 1, a scalar nothing, a list as often as it may have items.
 */
import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  typeFromAST,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';

/** Items of a list that says nothing of its size. */
const usualSize = 10;
/** No page is larger: who asks for more is told so by the page itself, and not by what it would cost. */
const largestPage = 500;
/** A mutation does more than it answers. */
const mutationWeight = 10;
/** Sums of hostile documents stop here, where doubles still count by one. */
const most = Number.MAX_SAFE_INTEGER;

/** Costs that an operation keeps, by the sizes that its variables gave it. */
const mostSizes = 50;

type Variables = Readonly<Record<string, unknown>>;

/** What an operation costs at most with these variables. A whole number. */
export type CostOf = (variables: Variables) => number;

interface Field {
  readonly name: string;
  readonly weight: number;
  readonly list: boolean;
  /** From `@listSize`; null where the field has none. */
  readonly size: ((variables: Variables) => number) | null;
  /** The fields of the answer that the size is for; null: the field's own list. */
  readonly sizedFields: readonly string[] | null;
  readonly below: Selections | null;
}

interface Selections {
  readonly id: number;
  readonly fields: readonly Field[];
  readonly spread: readonly Selections[];
}

interface Sized {
  readonly names: readonly string[];
  readonly size: number;
}

/** Counts operations of one schema. The counter of an operation is made once and kept with its document. */
export function createCost(
  schema: GraphQLSchema,
): (document: DocumentNode, operation: OperationDefinitionNode) => CostOf {
  const known = new WeakMap<OperationDefinitionNode, CostOf>();
  return (document, operation) => {
    const found = known.get(operation);
    if (found !== undefined) return found;
    const made = costOf(schema, document, operation);
    known.set(operation, made);
    return made;
  };
}

function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): CostOf {
  const root = schema.getRootType(operation.operation);
  if (!root) return () => 0;
  const sizing = new Set<string>();
  const selections = compiler(schema, document, operation, sizing)(operation.selectionSet, root);
  const base = operation.operation === OperationTypeNode.MUTATION ? mutationWeight * selections.fields.length : 0;
  const names = [...sizing];
  const known = new Map<string, number>();
  return (variables) => {
    const sizes = names.map((name) => (name in variables ? String(count(variables[name])) : '')).join();
    const found = known.get(sizes);
    if (found !== undefined) return found;
    const cost = Math.min(most, base + sum(selections, null, variables, new Map()));
    if (known.size >= mostSizes) known.clear();
    known.set(sizes, cost);
    return cost;
  };
}

/** Fragments are shared between the places that spread them: each is summed once for every size that it is given. */
function sum(selections: Selections, sized: Sized | null, variables: Variables, known: Map<string, number>): number {
  const key = `${selections.id} ${sized === null ? '' : `${sized.size} ${sized.names.join()}`}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  let total = 0;
  for (const field of selections.fields) total += costOfField(field, sized, variables, known);
  for (const spread of selections.spread) total += sum(spread, sized, variables, known);
  total = Math.min(most, total);
  known.set(key, total);
  return total;
}

function costOfField(field: Field, sized: Sized | null, variables: Variables, known: Map<string, number>): number {
  const own = field.size?.(variables) ?? null;
  if (field.sizedFields !== null && own !== null) {
    const below =
      field.below === null ? 0 : sum(field.below, { names: field.sizedFields, size: own }, variables, known);
    return field.weight + below;
  }
  const one = field.weight + (field.below === null ? 0 : sum(field.below, null, variables, known));
  if (!field.list) return one;
  const items = own ?? (sized?.names.includes(field.name) === true ? sized.size : usualSize);
  return items * one;
}

/** @param sizing is told the variables that say a size */
function compiler(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  sizing: Set<string>,
) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const defaults = new Map<string, ValueNode>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue !== undefined) defaults.set(variable.name.value, defaultValue);
  }
  const compiled = new Map<string, Selections>();
  let ids = 0;

  const compile = (set: SelectionSetNode, parent: GraphQLNamedType): Selections => {
    const fields: Field[] = [];
    const spread: Selections[] = [];
    const id = ids++;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const field = compileField(selection, parent);
        if (field !== null) fields.push(field);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition && typeFromAST(schema, selection.typeCondition);
        spread.push(compile(selection.selectionSet, type ?? parent));
      } else {
        spread.push(ofFragment(selection.name.value, parent));
      }
    }
    return { id, fields, spread };
  };

  const ofFragment = (name: string, parent: GraphQLNamedType): Selections => {
    const found = compiled.get(name);
    if (found !== undefined) return found;
    const fragment = fragments.get(name);
    if (fragment === undefined) return { id: ids++, fields: [], spread: [] };
    const made = compile(fragment.selectionSet, typeFromAST(schema, fragment.typeCondition) ?? parent);
    compiled.set(name, made);
    return made;
  };

  const compileField = (node: FieldNode, parent: GraphQLNamedType): Field | null => {
    // Introspection reads nothing but the schema; its depth is bounded elsewhere.
    if (node.name.value.startsWith('__') || !(isObjectType(parent) || isInterfaceType(parent))) return null;
    const definition = parent.getFields()[node.name.value];
    if (definition === undefined) return null;
    const named = getNamedType(definition.type);
    const listSize = directive(schema, 'listSize', definition);
    return {
      name: definition.name,
      weight: weightOf(schema, definition, named),
      list: isListType(getNullableType(definition.type)),
      size: listSize === null ? null : sizeOf(listSize, definition, node, { defaults, sizing }),
      sizedFields: (listSize?.['sizedFields'] as readonly string[] | undefined) ?? null,
      below: node.selectionSet === undefined ? null : compile(node.selectionSet, named),
    };
  };
  return compile;
}

function weightOf(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>, named: GraphQLNamedType): number {
  const own = directive(schema, 'cost', field) ?? directive(schema, 'cost', named);
  return own === null ? (isCompositeType(named) ? 1 : 0) : Math.max(0, Number(own['weight']));
}

interface SizingVariables {
  readonly defaults: ReadonlyMap<string, ValueNode>;
  readonly sizing: Set<string>;
}

type SizeOf = (variables: Variables) => number;

/** The largest of the slicing arguments that are given, else the assumed size, else the usual one. */
function sizeOf(
  listSize: Record<string, unknown>,
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: SizingVariables,
): SizeOf {
  const assumed = (listSize['assumedSize'] as number | undefined) ?? usualSize;
  const names = (listSize['slicingArguments'] as readonly string[] | undefined) ?? [];
  const sizes = names.map((name) => {
    const fallback = definition.args.find((argument) => argument.name === name)?.defaultValue;
    return argumentSize(
      node.arguments?.find((argument) => argument.name.value === name),
      fallback,
      variables,
    );
  });
  return (variables) => {
    const given = sizes.map((size) => size(variables)).filter((size) => size !== null);
    return given.length === 0 ? assumed : Math.max(...given);
  };
}

function argumentSize(
  node: ArgumentNode | undefined,
  fallback: unknown,
  { defaults, sizing }: SizingVariables,
): (variables: Variables) => number | null {
  if (node === undefined) return () => count(fallback);
  const { value } = node;
  if (value.kind !== Kind.VARIABLE) {
    // A list may hold variables: how many they are, not what they are, is what counts.
    const literal = value.kind === Kind.LIST ? value.values.length : count(valueFromASTUntyped(value, {}));
    return () => literal;
  }
  const name = value.name.value;
  sizing.add(name);
  const byDefault = defaults.get(name);
  const otherwise = byDefault === undefined ? count(fallback) : count(valueFromASTUntyped(byDefault));
  return (variables) => (name in variables ? count(variables[name]) : otherwise);
}

/** A number of items, a list by its length; null for what says no number. */
function count(value: unknown): number | null {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' && value >= 0 ? Math.min(Math.floor(value), largestPage) : null;
}

function directive(
  schema: GraphQLSchema,
  name: string,
  carrier: { readonly astNode?: { readonly directives?: readonly DirectiveNode[] } | null | undefined },
): Record<string, unknown> | null {
  const definition = schema.getDirective(name);
  if (!definition || !carrier.astNode) return null;
  return getDirectiveValues(definition, carrier.astNode as never) ?? null;
}
