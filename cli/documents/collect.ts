/** A manifest of the operations of many files, in the shape that @apollo/generate-persisted-query-manifest writes. */
import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type Mistake, mistakeAt, mistakeOf } from './mistakes.ts';

export interface ManifestOperation {
  /** The sha256 of `body` in UTF-8, 64 lower-case hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  /** The operation with the fragments that it needs, as graphql-js prints them. */
  readonly body: string;
}

export interface Manifest {
  readonly format: 'apollo-persisted-query-manifest';
  readonly version: 1;
  /** By name. */
  readonly operations: readonly ManifestOperation[];
}

export interface Collected {
  readonly manifest: Manifest;
  readonly mistakes: readonly Mistake[];
}

/**
 * Collects the operations. Fragments may stand in other files than what spreads them.
 * @param check what the service would refuse of a document
 * @param typename adds `__typename` to every selection but an operation's own, as Apollo Client does before it sends
 */
export function collectOperations(
  documents: readonly DocumentNode[],
  check: (document: DocumentNode) => readonly GraphQLError[],
  { typename }: { readonly typename: boolean },
): Collected {
  const mistakes: Mistake[] = [];
  const operations = new Map<string, OperationDefinitionNode>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of documents.flatMap((document) => document.definitions)) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      addNamed(fragments, definition, definition.name.value, mistakes);
    } else if (definition.kind !== Kind.OPERATION_DEFINITION) {
      mistakes.push(mistakeAt(definition, 'expected operations and fragments, got a definition of the schema'));
    } else if (definition.name === undefined) {
      mistakes.push(mistakeAt(definition, 'expected an operation with a name, got one without'));
    } else {
      addNamed(operations, definition, definition.name.value, mistakes);
    }
  }
  const spread = new Set<string>();
  const found: ManifestOperation[] = [];
  for (const [name, operation] of operations) {
    const needed = neededFragments(operation, fragments);
    for (const fragment of needed) spread.add(fragment.name.value);
    const written: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...needed] };
    const document = typename ? withTypename(written) : written;
    mistakes.push(...check(document).map(mistakeOf));
    const body = print(document);
    const id = createHash('sha256').update(body).digest('hex');
    found.push({ id, name, type: operation.operation, body });
  }
  for (const [name, fragment] of fragments) {
    if (!spread.has(name)) mistakes.push(mistakeAt(fragment, `expected an operation that spreads ${name}, got none`));
  }
  found.sort((one, other) => (one.name < other.name ? -1 : 1));
  return {
    manifest: { format: 'apollo-persisted-query-manifest', version: 1, operations: found },
    mistakes: withoutRepeats(mistakes),
  };
}

type Named = OperationDefinitionNode | FragmentDefinitionNode;

function addNamed<Node extends Named>(known: Map<string, Node>, node: Node, name: string, mistakes: Mistake[]): void {
  const first = known.get(name);
  if (first === undefined) known.set(name, node);
  else mistakes.push(mistakeAt(node, `expected ${name} once, got it at ${mistakeAt(first, '').at} too`));
}

/** In the order in which they are first spread; each once, those that spread each other too. */
function neededFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FragmentDefinitionNode[] {
  const needed = new Set<FragmentDefinitionNode>();
  const walk = (selections: SelectionSetNode): void => {
    visit(selections, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || needed.has(fragment)) return;
        needed.add(fragment);
        walk(fragment.selectionSet);
      },
    });
  };
  walk(operation.selectionSet);
  return [...needed];
}

function withTypename(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: {
      enter(node, _key, parent) {
        if (parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION) return undefined;
        const has = node.selections.some((one) => one.kind === Kind.FIELD && one.name.value.startsWith('__'));
        if (has) return undefined;
        const field = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;
        return { ...node, selections: [...node.selections, field] };
      },
    },
  });
}

/** A mistake of a fragment is one, however many operations spread it. */
function withoutRepeats(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [...new Map(mistakes.map((mistake) => [`${mistake.at} ${mistake.message}`, mistake])).values()];
}
