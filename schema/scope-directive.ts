/** What `@scope` says of a field. */
import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getDirectiveValues,
} from 'graphql';

/** What a directive can stand on: a definition, and the extensions of a type. */
interface Carrier {
  readonly astNode?: DirectedNode | null | undefined;
  readonly extensionASTNodes?: readonly DirectedNode[] | undefined;
}

interface DirectedNode {
  readonly directives?: readonly ConstDirectiveNode[];
}

/**
 * The scopes of which one is needed to read a field, `[]` for none; the field's own directive wins over its type's. Null
 * where neither says, which the schema's rules refuse. @throws where the schema does not define `@scope`.
 */
export function scopesOfField(
  schema: GraphQLSchema,
  parent: GraphQLObjectType | GraphQLInterfaceType,
  field: GraphQLField<unknown, unknown>,
): readonly string[] | null {
  return scopesOn(schema, field) ?? scopesOn(schema, parent);
}

function scopesOn(schema: GraphQLSchema, carrier: Carrier): readonly string[] | null {
  const directive = schema.getDirective('scope');
  if (!directive) throw new Error('expected a schema that defines @scope, got one without');
  for (const node of [carrier.astNode, ...(carrier.extensionASTNodes ?? [])]) {
    const values = node ? getDirectiveValues(directive, node) : undefined;
    if (values !== undefined) return values['any'] as readonly string[];
  }
  return null;
}
