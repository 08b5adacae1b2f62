/** A field's arguments: made anew for each call of its resolver, computed anew only where they can differ. */
import { type ArgumentNode, type FieldNode, type GraphQLField, getArgumentValues, Kind, type ValueNode } from 'graphql';

/** @throws GraphQLError where an argument may not be what it is. */
export type ArgumentsOf = (variables: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** The arguments of a field as its first node gives them. */
export function argumentsOf(definition: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]): ArgumentsOf {
  const [node] = nodes;
  if (node === undefined || definition.args.length === 0) return () => ({});
  const compute: ArgumentsOf = (variables) => getArgumentValues(definition, node, variables);
  if (node.arguments?.some(usesVariable) === true) return compute;
  let known: Record<string, unknown> | null = null;
  return (variables) => {
    if (known !== null) return { ...known };
    const values = compute(variables);
    // An object or a list is the resolver's own: it may write into it.
    if (Object.values(values).every((value) => typeof value !== 'object' || value === null)) known = { ...values };
    return values;
  };
}

function usesVariable({ value }: ArgumentNode): boolean {
  return holdsVariable(value);
}

function holdsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(holdsVariable);
  return value.kind === Kind.OBJECT && value.fields.some((field) => holdsVariable(field.value));
}
