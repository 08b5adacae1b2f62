/** What a field needs, said in its description: introspection shows no directive, and people read descriptions. */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type StringValueNode,
} from 'graphql';

/** The document with `Needs the scope …` at the end of the description of every field that needs one. */
export function describeScopes(document: DocumentNode): DocumentNode {
  return { ...document, definitions: document.definitions.map(describeDefinition) };
}

function describeDefinition(definition: DefinitionNode): DefinitionNode {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION: {
      const ofType = scopesIn(definition.directives) ?? [];
      const fields = definition.fields?.map((field) => describeField(field, ofType));
      return fields === undefined ? definition : { ...definition, fields };
    }
    default:
      return definition;
  }
}

function describeField(field: FieldDefinitionNode, ofType: readonly string[]): FieldDefinitionNode {
  const scopes = scopesIn(field.directives) ?? ofType;
  if (scopes.length === 0) return field;
  const names = scopes.map((scope) => `\`${scope}\``);
  const needs = names.length === 1 ? `Needs the scope ${names[0]}.` : `Needs one of the scopes ${names.join(', ')}.`;
  const said = field.description?.value ?? '';
  const description: StringValueNode = {
    kind: Kind.STRING,
    value: said === '' ? needs : `${said}\n\n${needs}`,
    block: true,
  };
  return { ...field, description };
}

/** Null where there is no `@scope`. */
function scopesIn(directives: readonly ConstDirectiveNode[] | undefined): readonly string[] | null {
  const scope = directives?.find(({ name }) => name.value === 'scope');
  const any = scope?.arguments?.find(({ name }) => name.value === 'any')?.value;
  if (any?.kind !== Kind.LIST) return null;
  return any.values.flatMap((value) => (value.kind === Kind.STRING ? [value.value] : []));
}
