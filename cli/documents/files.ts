/** The GraphQL files of a folder, with what is in them. */
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type DocumentNode, GraphQLError, parse, Source } from 'graphql';
import { CommandFailure } from '../failure.ts';
import type { Mistake } from './mistakes.ts';
import { mistakeOf } from './mistakes.ts';

/** Characters of a file. */
const longestFile = 1024 * 1024;

export interface ReadFiles {
  /** How many there are. */
  readonly files: number;
  /** Those that parse, each node's location in its own file. */
  readonly documents: readonly DocumentNode[];
  readonly mistakes: readonly Mistake[];
}

/**
 * Reads every `.graphql` and `.gql` file of a folder and of those in it, in the order of their names; hidden folders, node_modules
 * and links are passed over. @throws CommandFailure where it cannot be read
 */
export async function readDocuments(folder: string): Promise<ReadFiles> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure('usage', 'NO_FOLDER', `expected a folder that can be read, got ${folder}`, { why });
  }
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(?:graphql|gql)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split(/[\\/]/).some((part) => part === 'node_modules' || part.startsWith('.')))
    .sort();
  const documents: DocumentNode[] = [];
  const mistakes: Mistake[] = [];
  for (const path of paths) {
    const text = await readFile(join(folder, path), 'utf8');
    if (text.length > longestFile) {
      mistakes.push({ at: path, message: `expected at most ${longestFile} characters, got ${text.length}` });
      continue;
    }
    // A file of comments alone says nothing, and nothing is wrong with it.
    if (/^(?:\s|,|#.*)*$/.test(text)) continue;
    try {
      documents.push(parse(new Source(text, join(folder, path))));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      mistakes.push(mistakeOf(error));
    }
  }
  return { files: paths.length, documents, mistakes };
}
