/** Commands that work on the database itself, and what several of them read from the command line. */
import { ApplicationRefusal } from '../auth/applications.ts';
import type { OpenedStore } from '../datasources/store/open.ts';
import { parseDuration } from '../domain/time/durations.ts';
import { CommandFailure, type ExitCode, exitCodes } from './failure.ts';
import type { CommonOptions, Surroundings } from './program.ts';
import { withStore } from './store.ts';
import { plain, type Terminal } from './terminal.ts';

/** As the audit log names whoever uses the command line. */
export const operator = 'operator';

/**
 * Runs a command on the database. What is wrong with the command line is said by `read`, before a database is looked for; what
 * a rule refuses ends the command with every problem in words.
 */
export function operate({ house, run }: Pick<Surroundings, 'house' | 'run'>) {
  return <Read>(
    options: CommonOptions,
    read: () => Read,
    work: (store: OpenedStore, terminal: Terminal, read: Read) => Promise<ExitCode | undefined>,
  ): Promise<void> =>
    run(options, async (terminal) => {
      const asked = read();
      try {
        return (await withStore(house.settings(), (store) => work(store, terminal, asked))) ?? exitCodes.ok;
      } catch (error) {
        if (error instanceof ApplicationRefusal) throw failureOf(error);
        throw error;
      }
    });
}

export function unknownApplication(clientId: string): CommandFailure {
  return new CommandFailure('failed', 'NOT_FOUND', `no application has the client id ${plain(clientId, 100)}`, {
    fix: '`meridian app list` shows them all',
  });
}

/** @throws CommandFailure */
export function countOf(option: string, text: string, most: number, least = 1): number {
  const count = Number(text);
  if (/^\d{1,15}$/.test(text) && count >= least && count <= most) return count;
  const code = option.replace(/^--/, '').replaceAll('-', '_').toUpperCase();
  throw new CommandFailure('usage', code, `${option}: expected ${least} to ${most}, got ${plain(text, 20)}`);
}

/** Of an ISO 8601 duration of days and less. @throws CommandFailure */
export function secondsOf(option: string, text: string, most: number, least = 0): number {
  let seconds: number;
  try {
    seconds = parseDuration(text);
  } catch {
    seconds = Number.NaN;
  }
  if (seconds >= least && seconds <= most) return seconds;
  const range = `PT${least}S to P${most / 86_400}D`;
  throw new CommandFailure('usage', 'DURATION', `${option}: expected ${range}, such as PT24H, got ${plain(text, 30)}`);
}

/** The first problem by name, all of them in words. */
function failureOf(refusal: ApplicationRefusal): CommandFailure {
  const [first] = refusal.problems;
  if (first?.code === 'NOT_FOUND') {
    return new CommandFailure('failed', 'NOT_FOUND', refusal.message, { fix: '`meridian app list` shows them all' });
  }
  const words = refusal.problems.map(({ path, message }) => {
    const index = /^\d+$/.test(path.at(-1) ?? '') ? ` ${Number(path.at(-1)) + 1}` : '';
    return `${path[0] ?? ''}${index}: ${message}`;
  });
  return new CommandFailure('failed', first?.code ?? 'INVALID', plain(words.join('; '), 2_000));
}
