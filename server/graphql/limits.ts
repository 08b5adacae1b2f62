/**
 * Bounds on a document, counted with its fragments spread out, before the specification's own rules run: some of those
 * take quadratic time.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';

export interface DocumentLimits {
  /** Lexical tokens; the introspection query of GraphiQL has about 500. */
  readonly maxTokens: number;
  /** Fields below each other; introspection is exempt, graphql-js bounds it by its own rule. */
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxRootFields: number;
  readonly maxDirectives: number;
  /** What an operation may cost at most (`extensions.cost`): about the objects that its answer may have. */
  readonly maxCost: number;
}

export const documentLimits: DocumentLimits = {
  maxTokens: 2_000,
  maxDepth: 15,
  maxAliases: 50,
  maxRootFields: 20,
  maxDirectives: 50,
  maxCost: 600_000,
};

interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}

const nothing: Measure = { depth: 0, aliases: 0, fields: 0 };

/** What a document has beyond the limits, an error for each; empty when it keeps to them. Linear in the document's size. */
export function exceededLimits(document: DocumentNode, limits: DocumentLimits): readonly GraphQLError[] {
  const errors: GraphQLError[] = [];
  const refuse = (what: string, maximum: number, got: number): void => {
    if (got > maximum) errors.push(new GraphQLError(`expected at most ${maximum} ${what}, got ${got}`));
  };
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measure = measurer(fragments);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { depth, aliases, fields } = measure(definition.selectionSet);
    refuse('levels of fields', limits.maxDepth, depth);
    refuse('aliases', limits.maxAliases, aliases);
    refuse('root fields', limits.maxRootFields, fields);
  }
  let directives = 0;
  visit(document, {
    Directive() {
      directives++;
    },
  });
  refuse('directives', limits.maxDirectives, directives);
  return errors;
}

/** Measures a selection set with every fragment spread out; each fragment is walked once, however often it is spread. */
function measurer(fragments: ReadonlyMap<string, FragmentDefinitionNode>): (selections: SelectionSetNode) => Measure {
  const known = new Map<string, Measure>();
  const open = new Set<string>();

  const ofFragment = (name: string): Measure => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const fragment = fragments.get(name);
    // A cycle is the specification's own error (NoFragmentCycles); here it only must not recurse.
    if (fragment === undefined || open.has(name)) return nothing;
    open.add(name);
    const measured = ofSelections(fragment.selectionSet);
    open.delete(name);
    known.set(name, measured);
    return measured;
  };

  const ofSelections = (selections: SelectionSetNode): Measure => {
    let depth = 0;
    let aliases = 0;
    let fields = 0;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) {
        fields++;
        if (selection.alias !== undefined) aliases++;
        const isIntrospection = selection.name.value.startsWith('__');
        const below = selection.selectionSet === undefined ? nothing : ofSelections(selection.selectionSet);
        depth = Math.max(depth, isIntrospection ? 1 : 1 + below.depth);
        aliases += below.aliases;
      } else {
        const spread =
          selection.kind === Kind.FRAGMENT_SPREAD
            ? ofFragment(selection.name.value)
            : ofSelections(selection.selectionSet);
        depth = Math.max(depth, spread.depth);
        aliases += spread.aliases;
        fields += spread.fields;
      }
    }
    return { depth, aliases, fields };
  };
  return ofSelections;
}
