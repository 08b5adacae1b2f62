/** Which fields of an object are answered, merged by the names that they are answered under (spec §6.3.2, CollectFields). */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  GraphQLSkipDirective,
  getDirectiveValues,
  type InlineFragmentNode,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import type { Run } from './run.ts';

/**
 * The nodes of each field that an object of `type` is asked for, in the order of the answer.
 * @throws GraphQLError where `@skip` or `@include` was given null.
 */
export function collectFields(
  run: Run,
  type: GraphQLObjectType,
  sets: Iterable<SelectionSetNode>,
): ReadonlyMap<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();

  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        if (spread.has(name) || !isIncluded(run, selection)) continue;
        spread.add(name);
        const fragment = run.fragments[name];
        if (fragment !== undefined && isFor(run, fragment, type)) collect(fragment.selectionSet);
      } else if (!isIncluded(run, selection)) {
        // Left out by a directive.
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (isFor(run, selection, type)) collect(selection.selectionSet);
      } else {
        const name = selection.alias?.value ?? selection.name.value;
        const nodes = fields.get(name);
        if (nodes === undefined) fields.set(name, [selection]);
        else nodes.push(selection);
      }
    }
  };

  for (const set of sets) collect(set);
  return fields;
}

function isIncluded(run: Run, node: SelectionNode): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, run.variableValues)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, run.variableValues)?.['if'] !== false;
}

function isFor(run: Run, fragment: FragmentDefinitionNode | InlineFragmentNode, type: GraphQLObjectType): boolean {
  if (fragment.typeCondition === undefined) return true;
  const condition = typeFromAST(run.schema, fragment.typeCondition);
  return condition === type || (isAbstractType(condition) && run.schema.isSubType(condition, type));
}
