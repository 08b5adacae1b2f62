/** Composing our SDL with that of neighbours, by @theguild/federation-composition (MIT). */
import { composeServices } from '@theguild/federation-composition';
import { type DocumentNode, parse } from 'graphql';
import { StartFailure } from '../../datasources/store/start-failure.ts';

/** A subgraph as a composer takes it. */
export interface ComposedPart {
  readonly name: string;
  readonly url: string;
  /** As its `_service { sdl }` answered. */
  readonly sdl: string;
}

/** Errors of the composer that are told; hundreds may follow from one. */
const mostTold = 10;

/**
 * Composes subgraphs into a supergraph.
 * @throws StartFailure with the composer's words, and StartFailure that names the subgraph whose SDL cannot be parsed.
 */
export function compose(parts: readonly ComposedPart[]): string {
  const services = parts.map(({ name, url, sdl }) => ({ name, url, typeDefs: parsed(name, sdl) }));
  let composed: ReturnType<typeof composeServices>;
  try {
    composed = composeServices(services);
  } catch (error) {
    // The composer throws on some documents that it ought to refuse.
    throw new StartFailure(`the subgraphs do not compose: the composer failed: ${(error as Error).message}`);
  }
  if (composed.supergraphSdl !== undefined) return composed.supergraphSdl;
  const words = composed.errors.slice(0, mostTold).map(({ message }) => message.replaceAll(/\s+/g, ' ').slice(0, 500));
  const more = composed.errors.length > mostTold ? `; and ${composed.errors.length - mostTold} more` : '';
  throw new StartFailure(`the subgraphs do not compose: ${words.join('; ')}${more}`);
}

function parsed(name: string, sdl: string): DocumentNode {
  try {
    return parse(sdl);
  } catch (error) {
    throw new StartFailure(`the subgraph ${name} has an SDL that cannot be parsed: ${(error as Error).message}`);
  }
}
