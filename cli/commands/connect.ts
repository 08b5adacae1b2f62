/** `meridian connect caldav`: a calendar server's login into the running service, until its calendars can be read. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { CommandFailure, exitCodes } from '../failure.ts';
import { operations } from '../operations.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { findService, type Service, type UserError } from '../service.ts';
import { columns, plain, type Terminal } from '../terminal.ts';

interface ConnectOptions extends CommonOptions {
  readonly url: string;
  readonly username: string;
  readonly passwordStdin?: boolean;
  readonly account?: string;
  readonly wait: boolean;
}

interface Profile {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly initialSyncRequired: boolean;
  readonly health: { readonly status: string; readonly cause: string | null; readonly remedy: string | null };
  readonly account: { readonly id: string };
  readonly calendars: readonly { readonly id: string; readonly name: string; readonly readOnly: boolean }[];
}

interface Time {
  readonly dateTime: string | null;
  readonly date: string | null;
  readonly local: string;
  readonly timeZone: string | null;
}

interface Event {
  readonly id: string;
  readonly summary: string | null;
  readonly start: Time;
  readonly end: Time;
  readonly calendar: { readonly name: string };
}

/** The service answers its own database here: no provider is asked. */
const pollMs = 500;

export function addConnect(program: Command, { house, common, run, signal }: Surroundings): void {
  const connect = program.command('connect').description("connect somebody's calendars to the running service");
  common(connect.command('caldav'))
    .description('a CalDAV server, or iCloud with an app-specific password (https://caldav.icloud.com)')
    .requiredOption('--url <url>', "the server's address, or the calendar home's")
    .requiredOption('--username <name>', 'the login')
    .option('--password-stdin', 'read the password from standard input in place of asking for it')
    .option('--account <id>', 'add the profile to this account in place of making a new one')
    .option('--no-wait', 'do not wait until the calendars have been read')
    .action((options: ConnectOptions) =>
      run(options, async (terminal) => {
        checkUrl(options.url);
        const service = findService(house.settings(), signal);
        // Before a password is asked for: whether there is anybody to give it to.
        await service.graphql(operations.credential);
        const password =
          options.passwordStdin === true
            ? await terminal.readInput()
            : await terminal.askPassword(
                `Password of ${plain(options.username)} at ${plain(options.url)}`,
                'there is no terminal to ask for the password on: give it on standard input with --password-stdin',
              );
        if (password === '') throw new CommandFailure('usage', 'NO_PASSWORD', 'expected a password, got an empty one');
        terminal.say('Trying the login …');
        let profile = await connectProfile(service, options, password);
        terminal.say(`Connected ${plain(profile.name)} (${profile.id}).`);
        if (options.wait) profile = await firstSync(service, profile, terminal, signal);
        const events = options.wait ? await nextEvents(service, profile.account.id) : [];
        const { id: profileId, account, calendars } = profile;
        terminal.result(
          { profileId, accountId: account.id, synced: !profile.initialSyncRequired, calendars, events },
          [...calendarLines(profile), ...(options.wait ? ['', ...eventLines(events)] : [])].join('\n'),
        );
        return exitCodes.ok;
      }),
    );
}

function checkUrl(text: string): void {
  const refuse = (message: string, fix: string) => new CommandFailure('usage', 'INVALID', `--url: ${message}`, { fix });
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    const guess = /^[a-z0-9.-]+\.[a-z]{2,}(?::\d+)?(?:\/\S*)?$/i.test(text)
      ? `did you mean https://${text}?`
      : 'such as https://caldav.example.com/';
    throw refuse('expected an http or https address', guess);
  }
  if (url.username !== '' || url.password !== '') {
    throw refuse(
      'expected an address without user name and password',
      'give the user name with --username; the password is asked for, or read from standard input',
    );
  }
}

async function connectProfile(service: Service, options: ConnectOptions, password: string): Promise<Profile> {
  const input = {
    serverUrl: options.url,
    username: options.username,
    password,
    ...(options.account === undefined ? {} : { accountId: options.account }),
  };
  const { connectCalDav } = await service.graphql<{
    connectCalDav: { profile: Profile | null; userErrors: readonly UserError[] } | null;
  }>(operations.connect, { input });
  const error = connectCalDav?.userErrors[0];
  if (error !== undefined) throw refused(error);
  if (connectCalDav?.profile == null) throw new CommandFailure('failed', 'FAILED', 'the service answered no profile');
  return connectCalDav.profile;
}

const options: Readonly<Record<string, string>> = {
  serverUrl: '--url',
  username: '--username',
  password: 'the password',
  accountId: '--account',
};

function refused({ path, code, message }: UserError): CommandFailure {
  const where = options[path[0] ?? ''];
  const text = where === undefined ? plain(message) : `${where}: ${plain(message)}`;
  if (code === 'CREDENTIALS_REJECTED') {
    const fix =
      'check user name and password; servers with two factors (iCloud, Fastmail, Google) want an app-specific password';
    return new CommandFailure('credentials', code, text, { fix });
  }
  if (code === 'PROVIDER_UNREACHABLE') {
    return new CommandFailure('unreachable', code, text, {
      fix: 'check --url in a browser, and that this machine may reach it',
    });
  }
  if (code === 'REQUIRED' || code === 'INVALID' || code === 'TOO_LONG') return new CommandFailure('usage', code, text);
  return new CommandFailure('failed', code, text);
}

/** Waits until what the profile has can be read (semantics D9). */
async function firstSync(
  service: Service,
  profile: Profile,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Profile> {
  const progress = terminal.progress('Reading the calendars', 'none');
  const later = 'the service goes on reading by itself: `npm run meridian -- doctor` shows how it stands';
  let current = profile;
  try {
    while (current.initialSyncRequired) {
      signal.throwIfAborted();
      const { status, cause, remedy } = current.health;
      if (status === 'DISCONNECTED') {
        const exit = cause === 'PROVIDER_UNREACHABLE' ? 'unreachable' : 'credentials';
        throw new CommandFailure(exit, cause ?? status, `the profile was disconnected while it was read`, {
          ...(remedy === null ? {} : { fix: plain(remedy) }),
        });
      }
      progress.update(
        0,
        null,
        `${current.calendars.length} found${status === 'DEGRADED' ? ', the provider has trouble' : ''}`,
      );
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
      const { profile: found } = await service.graphql<{ profile: Profile | null }>(operations.profile, {
        id: profile.id,
      });
      if (found === null)
        throw new CommandFailure('failed', 'NOT_FOUND', 'the profile is gone: somebody revoked it meanwhile');
      current = found;
    }
    return current;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CommandFailure('interrupted', 'INTERRUPTED', 'interrupted while waiting', { fix: later });
  } finally {
    progress.end();
  }
}

async function nextEvents(service: Service, accountId: string): Promise<readonly Event[]> {
  const { account } = await service.graphql<{ account: { events: { nodes: readonly Event[] } | null } | null }>(
    operations.nextEvents,
    { id: accountId, from: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace('.000Z', 'Z') },
  );
  return account?.events?.nodes ?? [];
}

function calendarLines({ calendars }: Profile): string[] {
  if (calendars.length === 0) return ['No calendars yet.'];
  const rows = calendars.map(({ id, name, readOnly }) => [
    `  ${id}`,
    `${plain(name, 60)}${readOnly ? ' (read only)' : ''}`,
  ]);
  return [`Calendars (${calendars.length})`, ...columns(rows)];
}

function eventLines(events: readonly Event[]): string[] {
  if (events.length === 0) return ['No events from now on.'];
  const rows = events.map(({ start, summary, calendar }) => [
    `  ${when(start)}`,
    plain(summary ?? '(no title)', 60),
    plain(calendar.name, 40),
  ]);
  return ['Next events', ...columns(rows)];
}

/** `2026-03-29 02:00 Europe/London`, `2026-03-29 01:00 UTC`, `2026-03-29` */
function when({ date, local, timeZone }: Time): string {
  const [, day, time, offset] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?(Z|[+-]\d\d:\d\d)?$/.exec(local) ?? [];
  if (date !== null || day === undefined) return plain(date ?? local, 40);
  return `${day} ${time} ${plain(timeZone ?? (offset === 'Z' ? 'UTC' : (offset ?? '')), 60)}`.trimEnd();
}
