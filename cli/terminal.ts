/** Where a command's words go: data to standard output, narration to standard error, JSON alone where it was asked for. */
import { addAbortSignal } from 'node:stream';
import { styleText } from 'node:util';
import { confirm, isCancel, password } from '@clack/prompts';
import { CommandFailure } from './failure.ts';
import { createProgress, type Progress } from './progress.ts';

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export type Style = 'green' | 'yellow' | 'red' | 'dim' | 'bold';

export interface Terminal {
  readonly isJson: boolean;
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  /** The command's outcome: with --json the document, else the text. */
  result(document: object, text: string): void;
  /** A line for people, on standard error; nothing with --json. */
  say(line: string): void;
  /** Colours for standard output, where it is a terminal that has them. */
  style(style: Style, text: string): string;
  progress(label: string, unit: 'bytes' | 'none'): Progress;
  /** @throws CommandFailure where nobody can be asked, saying `otherwise`, and on Ctrl-C */
  askPassword(message: string, otherwise: string): Promise<string>;
  askConsent(message: string, otherwise: string): Promise<boolean>;
  /** All of standard input, without the line break at its end. */
  readInput(): Promise<string>;
  failed(failure: CommandFailure): void;
}

const inputLimit = 64 * 1024;

export function createTerminal(
  streams: Streams,
  options: { readonly json: boolean; readonly color: boolean },
): Terminal {
  const { stdin, stdout, stderr, env, signal } = streams;
  const isJson = options.json;
  const isCi = env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false';
  const isInteractive = !isJson && !isCi && stdin.isTTY === true && stderr.isTTY === true;
  const styled = (stream: NodeJS.WriteStream, style: Style, text: string) =>
    options.color && env['TERM'] !== 'dumb' ? styleText(style, text, { stream }) : text;
  const refuse = (otherwise: string) => new CommandFailure('usage', 'NOBODY_TO_ASK', otherwise);
  const answered = <Answer>(answer: Answer): Exclude<Answer, symbol> => {
    if (isCancel(answer)) throw new CommandFailure('interrupted', 'INTERRUPTED', 'interrupted: nothing was changed');
    return answer as Exclude<Answer, symbol>;
  };
  return {
    isJson,
    isInteractive,
    result(document, text) {
      stdout.write(isJson ? `${JSON.stringify(document)}\n` : `${text}\n`);
    },
    say(line) {
      if (!isJson) stderr.write(`${line}\n`);
    },
    style: (style, text) => (isJson ? text : styled(stdout, style, text)),
    progress: (label, unit) =>
      createProgress({ stderr, label, unit, isJson, isTerminal: !isCi && stderr.isTTY === true }),
    async askPassword(message, otherwise) {
      if (!isInteractive) throw refuse(otherwise);
      return answered(await password({ message, output: stderr, input: stdin, signal }));
    },
    async askConsent(message, otherwise) {
      if (!isInteractive) throw refuse(otherwise);
      return answered(await confirm({ message, output: stderr, input: stdin, signal, initialValue: false }));
    },
    async readInput() {
      const parts: Buffer[] = [];
      let size = 0;
      for await (const part of addAbortSignal(signal, stdin)) {
        parts.push(Buffer.from(part as Buffer));
        size += (part as Buffer).length;
        if (size > inputLimit)
          throw new CommandFailure('usage', 'TOO_LONG', `expected at most ${inputLimit} bytes on standard input`);
      }
      return Buffer.concat(parts)
        .toString('utf8')
        .replace(/\r?\n$/, '');
    },
    failed({ code, message, why, fix, exitCode }) {
      if (isJson) {
        stdout.write(`${JSON.stringify({ error: { code, message, why, fix, exitCode } })}\n`);
        return;
      }
      stderr.write(`${styled(stderr, 'red', 'meridian:')} ${message}\n`);
      if (why !== null) stderr.write(`  Why  ${why}\n`);
      if (fix !== null) stderr.write(`  Fix  ${fix}\n`);
    },
  };
}

/** Rows as columns of equal width, two spaces between them; the last column is left as it is. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => shown(row[index] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - shown(cell).length),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** What is seen of a text with colours in it. */
function shown(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that colours begin with
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

/** What somebody else wrote, made harmless for a terminal: no control characters, one line, at most `limit` characters. */
export function plain(text: string, limit = 200): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would move the cursor or change the colours
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
