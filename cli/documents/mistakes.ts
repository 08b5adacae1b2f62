/** What is wrong with a document, and where: `documents/agenda.graphql:12:5`. */
import { type ASTNode, type GraphQLError, getLocation } from 'graphql';

export interface Mistake {
  /** File, line and column, each from 1. */
  readonly at: string;
  readonly message: string;
}

export function mistakeOf(error: GraphQLError): Mistake {
  const [node] = error.nodes ?? [];
  if (node?.loc !== undefined) return { at: placeOf(node), message: error.message };
  const [place] = error.locations ?? [];
  const file = error.source?.name ?? 'documents';
  return { at: place === undefined ? file : `${file}:${place.line}:${place.column}`, message: error.message };
}

export function mistakeAt(node: ASTNode, message: string): Mistake {
  return { at: placeOf(node), message };
}

function placeOf({ loc }: ASTNode): string {
  if (loc === undefined) return 'documents';
  const { line, column } = getLocation(loc.source, loc.start);
  return `${loc.source.name}:${line}:${column}`;
}
