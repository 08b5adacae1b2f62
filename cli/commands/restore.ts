/** `meridian restore`: an export into an empty database, all of it or nothing. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { keyRingFromEnvironment, keyRingFromFile } from '../../datasources/secrets/key-source.ts';
import { type VerifiedExport, verifyExport } from '../../datasources/store/export/read.ts';
import { checkRestorable, type Occupant, restoreExport } from '../../datasources/store/export/restore.ts';
import { openToReplace } from '../../datasources/store/export/source.ts';
import { StartFailure } from '../../datasources/store/start-failure.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import type { Settings } from '../house.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface RestoreOptions extends CommonOptions {
  readonly replace?: boolean;
  readonly yes?: boolean;
}

export function addRestore(program: Command, { house, common, run, signal }: Surroundings): void {
  common(program.command('restore'))
    .description('an export back into an empty database; no service may run on it meanwhile')
    .argument('<file>', 'what `meridian export` wrote')
    .option('--replace', 'throw away what the database holds (asks first)')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nThe target is DATABASE_URL, or the embedded database of DATA_DIR. The encryption keys of the exported installation have to\nbe there first: its encryption-keys file in DATA_DIR, or MERIDIAN_ENCRYPTION_KEYS. Clients read anew: their cursors answer\nRESYNC_REQUIRED.',
    )
    .action((name: string, options: RestoreOptions) =>
      run(options, async (terminal) => {
        const settings = house.settings();
        const keyRing = keysOf(settings);
        const verified = await checkFile(resolve(name), keyRing, terminal);
        const database = await openToReplace(settings);
        const progress = terminal.progress('Restoring', 'bytes');
        try {
          const summary = await restoreExport({
            database: database.address,
            keyRing,
            verified,
            signal,
            replace: (occupant) => mayReplace(occupant, options, terminal),
            onProgress: ({ table, bytes, of }) => progress.update(bytes, of, table),
          });
          progress.end();
          const { header, rows, epoch, replaced } = summary;
          const count = Object.values(rows).reduce((sum, tableRows) => sum + tableRows, 0);
          terminal.result(
            { instanceName: header.installation.instanceName, createdAt: header.createdAt, epoch, rows, replaced },
            `Restored ${count} rows of ${header.createdAt} (${rows['account'] ?? 0} accounts, ${rows['event'] ?? 0} events).`,
          );
          terminal.say('Clients read anew: every cursor made before answers RESYNC_REQUIRED.');
          return exitCodes.ok;
        } catch (error) {
          if (signal.aborted)
            throw new CommandFailure('interrupted', 'INTERRUPTED', 'interrupted: nothing was changed');
          if (error instanceof StartFailure)
            throw new CommandFailure('failed', 'RESTORE', error.message, { cause: error });
          throw error;
        } finally {
          progress.end();
          await database.close();
        }
      }),
    );
}

/** The keys have to be those of the export, so none is made here. */
function keysOf({ encryptionKeys, dataDir }: Settings): KeyRing {
  if (encryptionKeys !== null) return keyRingFromEnvironment(encryptionKeys);
  const file = join(dataDir, 'encryption-keys');
  if (existsSync(file)) return keyRingFromFile(dataDir);
  throw new CommandFailure(
    'configuration',
    'NO_KEYS',
    `${file} is missing: an export can be opened only with the keys of its installation`,
    {
      fix: `put the encryption-keys file of that installation there (mode 0600), or set MERIDIAN_ENCRYPTION_KEYS to what it holds`,
    },
  );
}

async function checkFile(file: string, keyRing: KeyRing, terminal: Terminal): Promise<VerifiedExport> {
  const progress = terminal.progress('Checking the file', 'bytes');
  let verified: VerifiedExport;
  try {
    verified = await verifyExport(file, (read, of) => progress.update(read, of));
  } catch (error) {
    if (error instanceof StartFailure) throw new CommandFailure('failed', 'FILE', error.message, { cause: error });
    throw error;
  } finally {
    progress.end();
  }
  checkRestorable(verified, keyRing);
  return verified;
}

async function mayReplace(occupant: Occupant, options: RestoreOptions, terminal: Terminal): Promise<boolean> {
  const holds = `the database holds ${occupant.accounts} accounts and ${occupant.events} events`;
  if (options.replace !== true) {
    throw new CommandFailure('failed', 'NOT_EMPTY', `${holds}: nothing was changed`, {
      fix: 'restore into an empty DATA_DIR or database, or throw away what it holds with --replace',
    });
  }
  if (options.yes === true) return true;
  const consents = await terminal.askConsent(
    `${holds}. Throw them away for good?`,
    `${holds}, and there is no terminal to ask on whether they may go: add --yes`,
  );
  if (!consents) throw new CommandFailure('interrupted', 'INTERRUPTED', 'not restored: nothing was changed');
  return true;
}
