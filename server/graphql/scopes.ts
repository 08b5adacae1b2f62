/**
 * The `@scope` directive: which scopes a field needs, decided once per document and never per field at run time.
 *
 * A field's own directive wins over its type's. `any: []` means that any valid credential will do.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { scopesOfField } from '../../schema/scope-directive.ts';

/** A field of the operation and the scopes of which its reader must have one. */
export interface ScopeRequirement {
  /** `CalendarAccount.freeBusy` */
  readonly coordinate: string;
  readonly any: readonly string[];
  readonly node: FieldNode;
}

/**
 * What each operation of a document needs. Computed once per document: parsed documents are cached, so their identity
 * is stable. The document must have passed validation.
 */
export function createScopeCheck(
  schema: GraphQLSchema,
): (document: DocumentNode, operation: OperationDefinitionNode) => readonly ScopeRequirement[] {
  const cache = new WeakMap<DocumentNode, Map<OperationDefinitionNode, readonly ScopeRequirement[]>>();
  return (document, operation) => {
    let operations = cache.get(document);
    if (operations === undefined) {
      operations = new Map();
      cache.set(document, operations);
    }
    let requirements = operations.get(operation);
    if (requirements === undefined) {
      requirements = collectRequirements(schema, document, operation);
      operations.set(operation, requirements);
    }
    return requirements;
  };
}

/** The first requirement that `scopes` does not meet; undefined when all are met. */
export function firstUnmet(
  requirements: readonly ScopeRequirement[],
  scopes: ReadonlySet<string>,
): ScopeRequirement | undefined {
  return requirements.find(({ any }) => any.length > 0 && !any.some((scope) => scopes.has(scope)));
}

function collectRequirements(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly ScopeRequirement[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const found = new Map<string, ScopeRequirement>();
  const spread = new Set<string>();

  const walk = (selections: SelectionSetNode, parent: GraphQLNamedType): void => {
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined || spread.has(selection.name.value)) continue;
        spread.add(selection.name.value);
        walk(fragment.selectionSet, typeFromAST(schema, fragment.typeCondition) ?? parent);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition;
        walk(selection.selectionSet, (condition && typeFromAST(schema, condition)) ?? parent);
      } else {
        walkField(selection, parent);
      }
    }
  };

  const walkField = (node: FieldNode, parent: GraphQLNamedType): void => {
    // `__typename` and introspection tell nothing of anybody's calendar; whether introspection is on is another rule.
    if (node.name.value.startsWith('__')) return;
    if (!isObjectType(parent) && !isInterfaceType(parent)) return;
    const field = parent.getFields()[node.name.value];
    if (field === undefined) return;
    const coordinate = `${parent.name}.${field.name}`;
    if (!found.has(coordinate)) {
      const any = scopesOfField(schema, parent, field);
      if (any === null) throw new Error(`expected @scope on ${coordinate} or on its type, got none`);
      found.set(coordinate, { coordinate, any, node });
    }
    if (node.selectionSet !== undefined) walk(node.selectionSet, getNamedType(field.type));
  };

  const root = schema.getRootType(operation.operation);
  if (root) walk(operation.selectionSet, root);
  return [...found.values()];
}
