/** `meridian`: the command line, put together from its commands. */
import { Command, CommanderError } from 'commander';
import { StartFailure } from '../datasources/store/start-failure.ts';
import { addApp } from './commands/app.ts';
import { addAudit } from './commands/audit.ts';
import { addConnect } from './commands/connect.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDocuments } from './commands/documents.ts';
import { addExport } from './commands/export.ts';
import { addImport } from './commands/import.ts';
import { addKeys } from './commands/keys.ts';
import { addOpen } from './commands/open.ts';
import { addReport } from './commands/report.ts';
import { addRestore } from './commands/restore.ts';
import { CommandFailure, type ExitCode, exitCodeHelp, exitCodes } from './failure.ts';
import type { House } from './house.ts';
import { createTerminal, type Streams, type Terminal } from './terminal.ts';

/** What every command is given beside its own options. */
export interface Surroundings {
  readonly house: House;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Adds --json and --no-color to a command. */
  common(command: Command): Command;
  /** Runs a command's work and keeps its exit code. */
  run(options: CommonOptions, work: (terminal: Terminal) => Promise<ExitCode>): Promise<void>;
}

export interface CommonOptions {
  readonly json?: boolean;
  readonly color?: boolean;
}

/**
 * Parses the arguments behind the program's name and runs the command.
 * @returns the exit code; null for `start`, which ends the process itself
 */
export async function runProgram(
  house: House,
  streams: Streams,
  parameters: readonly string[],
): Promise<ExitCode | null> {
  const { signal } = streams;
  let exit: ExitCode | null = exitCodes.ok;
  const surroundings: Surroundings = {
    house,
    signal,
    common: (command) =>
      command.option('--json', 'answer one JSON document').option('--no-color', 'no colours (as NO_COLOR does)'),
    async run(options, work) {
      const terminal = createTerminal(streams, { json: options.json === true, color: options.color !== false });
      try {
        exit = await work(terminal);
      } catch (error) {
        const failure = failureOf(error, signal);
        terminal.failed(failure);
        exit = failure.exitCode;
      }
    },
  };
  const isJson = parameters.includes('--json');
  const program = new Command('meridian')
    .description('One graph for every calendar: run the service, connect and import calendars, look after it.')
    .version(house.version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', exitCodeHelp)
    .showHelpAfterError('(meridian --help shows every command)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => {
        if (!isJson) streams.stderr.write(text.replace(/^error:/, 'meridian:'));
      },
    });
  program
    .command('start')
    .description('start the service, as `npm start` does')
    .action(async () => {
      exit = null;
      await house.start();
    });
  const commands = [
    addApp,
    addAudit,
    addConnect,
    addImport,
    addOpen,
    addDocuments,
    addDoctor,
    addExport,
    addReport,
    addRestore,
    addKeys,
  ];
  for (const add of commands) add(program, surroundings);
  try {
    await program.parseAsync([...parameters], { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.ok;
    if (isJson) {
      const message = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
      const failure = new CommandFailure('usage', 'USAGE', message, { fix: 'meridian --help shows every command' });
      createTerminal(streams, { json: true, color: false }).failed(failure);
    }
    return exitCodes.usage;
  }
}

function failureOf(error: unknown, signal: AbortSignal): CommandFailure {
  if (error instanceof CommandFailure) return error;
  if (signal.aborted) return new CommandFailure('interrupted', 'INTERRUPTED', 'interrupted');
  if (error instanceof StartFailure) return new CommandFailure('configuration', 'CONFIGURATION', error.message);
  return new CommandFailure('failed', 'FAILED', error instanceof Error ? error.message || error.name : String(error));
}
