/** `meridian documents`: the manifest of the documents that a client may ask for by their id. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { collectOperations } from '../documents/collect.ts';
import { readDocuments } from '../documents/files.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import type { House } from '../house.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { plain } from '../terminal.ts';

interface DocumentsOptions extends CommonOptions {
  readonly out?: string;
  readonly schema?: string;
  readonly typename?: boolean;
}

/** How many mistakes are shown; --json has them all. */
const shownMistakes = 50;

export function addDocuments(program: Command, { house, common, run }: Surroundings): void {
  common(program.command('documents'))
    .description('checks the operations of a folder and makes the manifest by which they are trusted')
    .argument('<folder>', 'with .graphql and .gql files, in folders of its own too')
    .option('--out <file>', 'write the manifest there; otherwise it goes to standard output')
    .option('--schema <file>', "SDL to check against; otherwise this service's own")
    .option('--typename', 'add __typename where Apollo Client adds it before it sends')
    .addHelpText(
      'after',
      '\nA service takes it by MERIDIAN_DOCUMENTS_MANIFEST; MERIDIAN_DOCUMENTS says whether anything else may be sent.',
    )
    .action((folder: string, options: DocumentsOptions) =>
      run(options, async (terminal) => {
        const check = await checkOf(house, options.schema);
        const { files, documents, mistakes: unreadable } = await readDocuments(folder);
        const { manifest, mistakes: wrong } = collectOperations(documents, check, {
          typename: options.typename === true,
        });
        const mistakes = [...unreadable, ...wrong];
        if (mistakes.length > 0) {
          if (terminal.isJson) terminal.result({ mistakes }, '');
          for (const { at, message } of mistakes.slice(0, shownMistakes)) terminal.say(`${at}: ${plain(message, 500)}`);
          if (mistakes.length > shownMistakes) terminal.say(`… and ${mistakes.length - shownMistakes} more`);
          terminal.say(`${mistakes.length} mistakes in ${files} files: nothing was written`);
          return exitCodes.failed;
        }
        const { operations } = manifest;
        if (operations.length === 0) {
          throw new CommandFailure('usage', 'NO_OPERATIONS', `expected operations in ${folder}, got none`);
        }
        const text = `${JSON.stringify(manifest, null, 2)}\n`;
        if (options.out === undefined) {
          terminal.result(manifest, text.trimEnd());
        } else {
          const file = resolve(options.out);
          await replaceFile(file, text);
          terminal.result({ file, operations: operations.length }, `${file}: ${operations.length} operations`);
        }
        return exitCodes.ok;
      }),
    );
}

async function checkOf(house: House, file: string | undefined): ReturnType<House['documentCheck']> {
  if (file === undefined) return house.documentCheck(null);
  try {
    return await house.documentCheck(await readFile(file, 'utf8'));
  } catch (cause) {
    const why = plain(cause instanceof Error ? cause.message : String(cause));
    throw new CommandFailure('usage', 'NO_SCHEMA', `--schema: expected a file of SDL, got ${file}`, { why });
  }
}

/** Whole or not at all: a service that starts meanwhile reads the one or the other. */
async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.new`;
  try {
    await writeFile(fresh, text);
    await rename(fresh, file);
  } catch (cause) {
    const why = plain(cause instanceof Error ? cause.message : String(cause));
    throw new CommandFailure('failed', 'NOT_WRITTEN', `could not write ${file}`, { why });
  }
}
