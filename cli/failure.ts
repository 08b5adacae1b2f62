/** How a command ends: exit codes, and what a person is told when it could not do its work. */

/** The exit codes of every command; they stand in `meridian --help` and in the documentation. */
export const exitCodes = {
  ok: 0,
  /** The command was understood and could not be done. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** The configuration or the environment has to be mended first. */
  configuration: 3,
  /** The service or a provider refused the credentials. */
  credentials: 4,
  /** The service or a provider cannot be reached. */
  unreachable: 5,
  /** Some of it was done, and some was not. */
  partial: 6,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The list for `--help`. */
export const exitCodeHelp = `
Exit codes:
  0    done
  1    failed
  2    the command line is wrong
  3    the configuration or the environment has to be mended first
  4    credentials were refused
  5    the service or a provider cannot be reached
  6    done in part
  130  interrupted

Data goes to standard output, everything said about it to standard error. With --json standard output is one JSON
document and progress is JSON lines on standard error (npm prints a heading of its own: use \`npm run --silent\`).`;

export interface FailureDetails {
  /** What is behind it, in the words of whoever said it. */
  readonly why?: string;
  /** What to do next. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/** Ends a command; the terminal shows message, why and fix, each on a line. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  /** For programs: upper case, stable. */
  readonly code: string;
  readonly why: string | null;
  readonly fix: string | null;

  constructor(exit: keyof typeof exitCodes, code: string, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'CommandFailure';
    this.exitCode = exitCodes[exit];
    this.code = code;
    this.why = details.why ?? null;
    this.fix = details.fix ?? null;
  }
}
