/** `meridian export`: everything but the keys into one file, while the service goes on. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openToRead } from '../../datasources/store/export/source.ts';
import { writeExport } from '../../datasources/store/export/write.ts';
import { StartFailure } from '../../datasources/store/start-failure.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { bytes } from '../progress.ts';
import { plain } from '../terminal.ts';

interface ExportOptions extends CommonOptions {
  readonly replace?: boolean;
}

export function addExport(program: Command, { house, common, run, signal }: Surroundings): void {
  common(program.command('export'))
    .description('a backup of the whole database in one file; the service may run meanwhile')
    .argument('<file>', 'where it is written')
    .option('--replace', 'replace the file if it exists')
    .addHelpText(
      'after',
      '\nThe logins in it stay sealed, and the keys are not in the file: keep the encryption keys apart from it, and keep them.\nWhat calendars hold is in it as it is (mode 0600): guard it as you guard the database.',
    )
    .action((name: string, options: ExportOptions) =>
      run(options, async (terminal) => {
        const file = resolve(name);
        const { databaseUrl, dataDir } = house.settings();
        const database = await openToRead({ databaseUrl, dataDir });
        if (database === null) {
          throw new CommandFailure(
            'failed',
            'NOTHING_THERE',
            `there is nothing to export: ${dataDir} holds no database`,
            {
              fix: 'set DATA_DIR or DATABASE_URL to those that the service uses',
            },
          );
        }
        const progress = terminal.progress('Exporting', 'bytes');
        try {
          const summary = await writeExport({
            database: database.address,
            file,
            meridian: house.version,
            replace: options.replace === true,
            signal,
            onProgress: ({ table, bytes: read, expectedBytes }) =>
              progress.update(read, Math.max(read, expectedBytes), table),
          });
          progress.end();
          const count = Object.values(summary.rows).reduce((sum, rows) => sum + rows, 0);
          const { header, rows, foreign } = summary;
          terminal.result(
            { file, bytes: summary.bytes, createdAt: header.createdAt, migrations: header.migrations, rows, foreign },
            `${file}: ${count} rows of ${Object.keys(rows).length} tables, ${bytes(summary.bytes)}`,
          );
          if (foreign.length > 0)
            terminal.say(
              `Left out, because they are not Meridian's: ${foreign.map((name) => plain(name, 63)).join(', ')}.`,
            );
          const keys = databaseUrl === null ? `${dataDir}/encryption-keys` : 'MERIDIAN_ENCRYPTION_KEYS';
          terminal.say(`The keys are not in it: without ${keys} the logins in it can never be opened.`);
          return exitCodes.ok;
        } catch (error) {
          if (signal.aborted)
            throw new CommandFailure('interrupted', 'INTERRUPTED', 'interrupted: no file was written');
          if (error instanceof StartFailure)
            throw new CommandFailure('failed', 'EXPORT', error.message, { cause: error });
          throw error;
        } finally {
          progress.end();
          await database.close();
        }
      }),
    );
}
