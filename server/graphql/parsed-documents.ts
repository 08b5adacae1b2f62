/**
 * Documents that were parsed before, by their text: clients send the same few over and over, and whatever is known of a
 * document (validation, scopes) is kept with the object.
 */
import { type DocumentNode, parse } from 'graphql';

/** Bounds what a client can make this process keep: a tree is some fifty times as large as its text. */
const mostDocuments = 200;
const longestText = 4_000;

/** A parser that answers the same object for the same text, least recently used first out. @throws GraphQLError */
export function createParser(options: { readonly maxTokens: number }): (source: string) => DocumentNode {
  const known = new Map<string, DocumentNode>();
  return (source) => {
    const document = known.get(source) ?? parse(source, options);
    if (source.length > longestText) return document;
    known.delete(source);
    known.set(source, document);
    const [oldest] = known.keys();
    if (known.size > mostDocuments && oldest !== undefined) known.delete(oldest);
    return document;
  };
}
