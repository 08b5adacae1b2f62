/**
 * Documents that were asked before and found to be in order, by their text. Whoever asks one again is answered without anything
 * being looked at twice: what is known of a document (validation, scopes, cost, plan) is kept with the object.
 */
import type { DocumentNode } from 'graphql';

/** Bounds what clients can make this process keep: a tree is some fifty times as large as its text. */
const mostCharacters = 800_000;
const longestText = 20_000;

export class KnownDocuments {
  readonly #documents = new Map<string, DocumentNode>();
  #characters = 0;

  /** Null for a text that is not known. */
  find(text: string): DocumentNode | null {
    const found = this.#documents.get(text);
    if (found === undefined) return null;
    // Least recently used first out.
    this.#documents.delete(text);
    this.#documents.set(text, found);
    return found;
  }

  /** @param document the text's, valid and within all limits */
  add(text: string, document: DocumentNode): void {
    if (text.length > longestText || this.#documents.has(text)) return;
    this.#documents.set(text, document);
    this.#characters += text.length;
    for (const [oldest] of this.#documents) {
      if (this.#characters <= mostCharacters) break;
      this.#documents.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}
