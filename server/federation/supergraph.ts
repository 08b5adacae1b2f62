/** A supergraph as a composer made it: which subgraphs it names, and which of its fields each can answer (the join specification, v0.5). */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type StringValueNode,
} from 'graphql';
import { StartFailure } from '../../datasources/store/start-failure.ts';

/** Under which name this service is in a supergraph. */
export const ourName = 'meridian';

export interface Subgraph {
  /** As its owner calls it. */
  readonly name: string;
  /** As the supergraph's directives call it: `EMPLOYEES`. */
  readonly graph: string;
  /** Empty where the supergraph has none. */
  readonly url: string;
}

export interface Supergraph {
  readonly sdl: string;
  readonly document: DocumentNode;
  readonly subgraphs: readonly Subgraph[];
  /** `Type.field` of every field that this service answers by itself; null where it is not part of the supergraph. */
  readonly ours: ReadonlySet<string> | null;
}

/** Reads a supergraph. @throws StartFailure where the text is none. */
export function readSupergraph(sdl: string): Supergraph {
  let document: DocumentNode;
  try {
    document = parse(sdl);
  } catch (error) {
    throw new StartFailure(`the supergraph is no SDL: ${(error as Error).message}`);
  }
  const subgraphs = subgraphsOf(document);
  if (subgraphs.length === 0) {
    throw new StartFailure(
      'the supergraph names no subgraph: expected an enum join__Graph with @join__graph on its values',
    );
  }
  const graph = subgraphs.find(({ name }) => name === ourName)?.graph;
  return { sdl, document, subgraphs, ours: graph === undefined ? null : answeredBy(document, graph) };
}

function subgraphsOf(document: DocumentNode): readonly Subgraph[] {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    return (definition.values ?? []).flatMap((value) => {
      const named = value.directives?.find((directive) => directive.name.value === 'join__graph');
      const name = named && textOf(named, 'name');
      return name === undefined || name === null
        ? []
        : [{ name, graph: value.name.value, url: (named && textOf(named, 'url')) ?? '' }];
    });
  }
  return [];
}

function answeredBy(document: DocumentNode, graph: string): ReadonlySet<string> {
  const coordinates = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const isThere = definition.directives?.some(
      (one) => one.name.value === 'join__type' && argument(one, 'graph') === graph,
    );
    if (isThere !== true) continue;
    for (const field of definition.fields ?? []) {
      if (answers(field, graph)) coordinates.add(`${definition.name.value}.${field.name.value}`);
    }
  }
  return coordinates;
}

/** A field without `@join__field` is answered by every graph that has its type. */
function answers(field: FieldDefinitionNode, graph: string): boolean {
  const joins = field.directives?.filter((directive) => directive.name.value === 'join__field') ?? [];
  if (joins.length === 0) return true;
  const isOverridden = joins.some((join) => textOf(join, 'override') === ourName);
  return (
    !isOverridden &&
    joins.some(
      (join) =>
        argument(join, 'graph') === graph &&
        argument(join, 'external') !== 'true' &&
        argument(join, 'usedOverridden') !== 'true' &&
        textOf(join, 'requires') === null,
    )
  );
}

/** An enum's value or a boolean, as text; null where the directive has no such argument. */
function argument(directive: ConstDirectiveNode, name: string): string | null {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value;
  if (value?.kind === Kind.ENUM) return value.value;
  return value?.kind === Kind.BOOLEAN ? String(value.value) : null;
}

function textOf(directive: ConstDirectiveNode, name: string): string | null {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value;
  return value?.kind === Kind.STRING ? (value as StringValueNode).value : null;
}
