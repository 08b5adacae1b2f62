/** `meridian import`: an iCalendar file into a calendar, streamed. */
import { createReadStream, statSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { CommandFailure, exitCodes } from '../failure.ts';
import { operations } from '../operations.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { bytes } from '../progress.ts';
import { findService, notOurs, refusal, type Service, type UserError, unreachable } from '../service.ts';
import { plain, type Terminal } from '../terminal.ts';

interface ImportOptions extends CommonOptions {
  readonly calendar?: string;
  readonly key?: string;
}

interface ImportAnswer {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: readonly { readonly uid: string | null; readonly reason: string }[];
  readonly userErrors: readonly UserError[];
}

/** The service's own limit; told before a file is sent in vain. */
const sizeLimit = 100 * 1024 * 1024;
/** Of refusals, for people; --json has them all. */
const shownSkips = 20;
const answerLimit = 16 * 1024 * 1024;

export function addImport(program: Command, { house, common, run, signal }: Surroundings): void {
  common(program.command('import'))
    .description('an iCalendar file (.ics, up to 100 MiB) into a calendar; the same file twice changes nothing')
    .argument('<file>', 'the file')
    .option('--calendar <id>', "the calendar's id (cal_…)")
    .option('--key <key>', 'an application calendar by its key, which is made where it does not exist')
    .action((file: string, options: ImportOptions) =>
      run(options, async (terminal) => {
        if ((options.calendar === undefined) === (options.key === undefined)) {
          throw new CommandFailure('usage', 'USAGE', 'expected either --calendar or --key', {
            fix: '`--key default` makes a calendar of that name when there is none',
          });
        }
        const size = sizeOf(file);
        const service = findService(house.settings(), signal);
        const calendarId = options.calendar ?? (await calendarOf(service, options.key ?? ''));
        const answer = await send(service, { calendarId, file, size, terminal, signal });
        const error = answer.userErrors[0];
        if (error !== undefined) throw new CommandFailure('failed', error.code, plain(error.message));
        terminal.result({ calendarId, ...answer, userErrors: undefined }, describe(calendarId, answer).join('\n'));
        return answer.skipped.length > 0 ? exitCodes.partial : exitCodes.ok;
      }),
    );
}

function sizeOf(file: string): number {
  let stat: ReturnType<typeof statSync>;
  try {
    stat = statSync(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure('usage', 'NO_FILE', `${file} cannot be read`, { why: reason, cause });
  }
  if (!stat.isFile()) throw new CommandFailure('usage', 'NO_FILE', `${file} is not a file`);
  if (stat.size > sizeLimit) {
    throw new CommandFailure(
      'usage',
      'TOO_LONG',
      `${file} has ${bytes(stat.size)}, at most ${bytes(sizeLimit)} can be sent at once`,
      {
        fix: 'split it, and import one part after the other',
      },
    );
  }
  return stat.size;
}

async function calendarOf(service: Service, key: string): Promise<string> {
  const { upsertApplicationCalendar: answer } = await service.graphql<{
    upsertApplicationCalendar: { calendar: { id: string } | null; userErrors: readonly UserError[] } | null;
  }>(operations.applicationCalendar, { input: { key } });
  const error = answer?.userErrors[0];
  if (error !== undefined) throw new CommandFailure('usage', error.code, `--key: ${plain(error.message)}`);
  if (answer?.calendar == null) throw new CommandFailure('failed', 'FAILED', 'the service answered no calendar');
  return answer.calendar.id;
}

interface Sending {
  readonly calendarId: string;
  readonly file: string;
  readonly size: number;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** What was stored before an interruption stays; the next import of the same file finds it unchanged. */
async function send(service: Service, { calendarId, file, size, terminal, signal }: Sending): Promise<ImportAnswer> {
  const { address, apiKey } = service;
  const progress = terminal.progress('Importing', 'bytes');
  const request = httpRequest(`${address}/import/${encodeURIComponent(calendarId)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey.key}`, 'content-type': 'text/calendar', 'content-length': size },
    signal,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  let sent = 0;
  const counted = new Transform({
    transform(part: Buffer, _encoding, done) {
      sent += part.length;
      progress.update(sent, size);
      done(null, part);
    },
  });
  // What has been sent is not yet read: the service goes on for a while.
  const waiting = setInterval(() => progress.update(sent, size, sent === size ? 'waiting for the answer' : ''), 1_000);
  // A refusal may come before all was sent, and then the connection breaks under the rest: the answer is what counts.
  void pipeline(createReadStream(file), counted, request).catch(() => undefined);
  try {
    const response = await answered.catch((cause: unknown) => {
      if (signal.aborted) {
        throw new CommandFailure('interrupted', 'INTERRUPTED', 'interrupted: what was read by then is stored', {
          fix: 'run the same command again: what is stored already stays as it is',
        });
      }
      throw unreachable(address, cause);
    });
    const body = await readBody(response);
    return accepted(body, response.statusCode ?? 0, service);
  } finally {
    clearInterval(waiting);
    progress.end();
  }
}

async function readBody(response: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > answerLimit) return null;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return null;
  }
}

function accepted(body: unknown, status: number, { address, apiKey }: Service): ImportAnswer {
  const { errors, ...answer } = (body ?? {}) as Partial<ImportAnswer> & {
    errors?: { message?: string; extensions?: { code?: string } }[];
  };
  const error = errors?.[0];
  if (error !== undefined) throw refusal(error.extensions?.code ?? 'UNKNOWN', error.message ?? '', address, apiKey);
  const { created, updated, unchanged, skipped, userErrors } = answer;
  if (status !== 200 || created === undefined || updated === undefined || unchanged === undefined)
    throw notOurs(address);
  return { created, updated, unchanged, skipped: skipped ?? [], userErrors: userErrors ?? [] };
}

function describe(calendarId: string, { created, updated, unchanged, skipped }: ImportAnswer): string[] {
  const lines = [
    `Calendar ${calendarId}: ${created} created, ${updated} updated, ${unchanged} unchanged, ${skipped.length} skipped`,
  ];
  for (const { uid, reason } of skipped.slice(0, shownSkips)) {
    lines.push(`  skipped ${uid === null ? '(no uid)' : plain(uid, 80)}: ${plain(reason)}`);
  }
  if (skipped.length > shownSkips) lines.push(`  … and ${skipped.length - shownSkips} more: --json has them all`);
  return lines;
}
