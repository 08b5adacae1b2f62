/** Which argument a refused value of a document stands in. */
import { type ASTNode, BREAK, type DocumentNode, Kind, visit } from 'graphql';

/**
 * The argument that holds `value`, with the fields of its input objects: `filter.from`, `input.start.timed`. Null where the
 * node stands in no argument.
 */
export function namedArgument(document: DocumentNode, value: ASTNode | undefined): string | null {
  if (value === undefined) return null;
  let found: string | null = null;
  visit(document, {
    enter(node, _key, parent, _path, ancestors) {
      if (node !== value) return undefined;
      const names = [...ancestors, parent, node].flatMap((ancestor) =>
        ancestor !== undefined &&
        'kind' in ancestor &&
        (ancestor.kind === Kind.ARGUMENT || ancestor.kind === Kind.OBJECT_FIELD)
          ? [ancestor.name.value]
          : [],
      );
      found = names.length === 0 ? null : names.join('.');
      return BREAK;
    },
  });
  return found;
}
