/** What a service would refuse of a document, whoever sends it and with whatever variables. */
import {
  buildASTSchema,
  buildSchema,
  type DocumentNode,
  GraphQLError,
  parse,
  print,
  specifiedRules,
  validate,
} from 'graphql';
import { documentLimits, exceededLimits } from '../limits.ts';
import { publicSdl } from '../schema.ts';

/** @param sdl of the schema; null for the service's own. @throws GraphQLError or Error where it is none */
export function documentCheck(sdl: string | null): (document: DocumentNode) => readonly GraphQLError[] {
  const schema = sdl === null ? buildASTSchema(publicSdl()) : buildSchema(sdl);
  return (document) => {
    const exceeded = [...tooManyTokens(document), ...exceededLimits(document, documentLimits)];
    if (exceeded.length === 0) return validate(schema, document, specifiedRules);
    return exceeded.map(({ message }) => new GraphQLError(message, { nodes: document.definitions[0] ?? null }));
  };
}

function tooManyTokens(document: DocumentNode): readonly GraphQLError[] {
  try {
    parse(print(document), { maxTokens: documentLimits.maxTokens });
    return [];
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}
