/** The commands against a service that really runs: exit codes, what goes to which stream, and one document with --json. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../setup/free-port.ts';
import { findProgram } from '../setup/servers/process.ts';
import { describeWithServer } from '../setup/servers.ts';
import {
  type Environment,
  meridian,
  onDatabase,
  program,
  type RunningService,
  start,
  startService,
} from './meridian.ts';

const folder = mkdtempSync('/tmp/meridian-cli-');
let env: Environment;
let service: RunningService;

beforeAll(async () => {
  env = { DATA_DIR: join(folder, 'data'), PORT: String(await freePort()) };
  service = await startService(env);
});
afterAll(async () => {
  expect(await service.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

const run = (...parameters: string[]) => meridian(parameters, env);

function ics(name: string, ...events: string[]): string {
  const file = join(folder, name);
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event.split('\n'), 'END:VEVENT']);
  writeFileSync(
    file,
    `${['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR'].join('\r\n')}\r\n`,
  );
  return file;
}

const good = (uid: string) =>
  `UID:${uid}\nDTSTAMP:20260101T000000Z\nDTSTART:20301201T100000Z\nDTEND:20301201T110000Z\nSUMMARY:${uid}`;

describe('the command line', () => {
  test('shows help with every exit code', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect([code, stderr]).toEqual([0, '']);
    for (const exit of ['0', '1', '2', '3', '4', '5', '6', '130'])
      expect(stdout).toMatch(new RegExp(`^  ${exit} `, 'm'));
  });

  test.each([
    [['opne'], 'Did you mean open?'],
    [['doctor', '--jsno'], 'Did you mean --json?'],
    [['import'], "missing required argument 'file'"],
    [['connect', 'caldav', '--url', 'http://127.0.0.1:1'], "required option '--username <name>' not specified"],
    [['connect', 'caldav', '--url', 'x', '--username', 'x', '--password', 'x'], "unknown option '--password'"],
    [['export', 'a', 'b'], 'too many arguments'],
  ])('%j is refused with code 2 and a hint', async (parameters, hint) => {
    const { code, stdout, stderr } = await run(...parameters);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(hint);
  });

  test('answers a mistake as JSON where JSON was asked for', async () => {
    const { code, stderr, json } = await run('doctro', '--json');
    expect([code, stderr]).toEqual([2, '']);
    expect(json()).toMatchObject({ error: { code: 'USAGE', exitCode: 2, message: expect.stringContaining('doctor') } });
  });

  test('ends with 3 on a configuration that cannot be', async () => {
    for (const [name, value] of [
      ['PORT', 'many'],
      ['MERIDIAN_API_KYE', 'x'],
      ['PORT', '0'],
    ] as const) {
      const { code, stdout, stderr } = await meridian(['open'], { ...env, [name]: value });
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain(name);
    }
  });
});

describe('open', () => {
  test('prints the link alone on standard output', async () => {
    const { code, stdout, stderr } = await run('open');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`http://127.0.0.1:${env['PORT']}/graphql#key=${service.apiKey}\n`);
    expect((await run('open', '--json')).json()).toEqual({ url: stdout.trim() });
  });

  test('says that the service does not run, and how it is started', async () => {
    const { code, stdout, stderr } = await meridian(['open'], { ...env, PORT: String(await freePort()) });
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toMatch(/the service is not running at http:\/\/127.0.0.1:\d+\n(?:.*\n)*? *Fix .*`npm start`/);
  });

  test('says that the key is refused, and never sends it on', async () => {
    const { code, json } = await meridian(['open', '--json'], { ...env, MERIDIAN_API_KEY: 'x'.repeat(40) });
    expect(code).toBe(4);
    expect(json()).toMatchObject({ error: { code: 'UNAUTHENTICATED', exitCode: 4 } });
    expect(JSON.stringify(json())).not.toContain('xxxx');
  });
});

describe('import', () => {
  test('creates, then finds everything unchanged', async () => {
    const file = ics('two.ics', good('one'), good('two'));
    const first = await run('import', file, '--key', 'imported', '--json');
    expect(first.code).toBe(0);
    expect(first.json()).toMatchObject({ created: 2, updated: 0, unchanged: 0, skipped: [] });
    const again = await run('import', file, '--key', 'imported');
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^Calendar cal_\w+: 0 created, 0 updated, 2 unchanged, 0 skipped\n$/);
  });

  test('ends with 6 where something was skipped, and says what and why', async () => {
    const file = ics('part.ics', good('three'), 'UID:bad\nDTSTAMP:20260101T000000Z\nSUMMARY:no start');
    const { code, stdout } = await run('import', file, '--key', 'partly');
    expect(code).toBe(6);
    expect(stdout).toMatch(/1 created, 0 updated, 0 unchanged, 1 skipped\n {2}skipped bad: .*DTSTART/);
  });

  test('wants to know where to, and a file that is there', async () => {
    const file = ics('x.ics', good('x'));
    expect((await run('import', file)).code).toBe(2);
    expect((await run('import', file, '--key', 'a', '--calendar', 'b')).code).toBe(2);
    expect((await run('import', join(folder, 'none.ics'), '--key', 'a')).code).toBe(2);
    expect((await run('import', folder, '--key', 'a')).code).toBe(2);
    expect((await run('import', file, '--calendar', 'cal_unknown')).code).toBe(1);
  });

  test('tells how far it is on standard error, as JSON lines with --json', async () => {
    const many = Array.from(
      { length: 6_000 },
      (_, index) => `${good(`many-${index}`)}\nDESCRIPTION:${'x'.repeat(400)}`,
    );
    const file = ics('many.ics', ...many);
    const { code, stderr, json } = await run('import', file, '--key', 'many', '--json');
    expect(code).toBe(0);
    expect(json()).toMatchObject({ created: 6_000 });
    const lines = stderr
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { progress: { done: number; total: number } });
    for (const { progress } of lines) expect(progress.done).toBeLessThanOrEqual(progress.total);
  });
});

describe('connect', () => {
  const caldav = (...more: string[]) => ['connect', 'caldav', ...more];

  test.each([
    ['caldav.example.com', 'did you mean https://caldav.example.com?'],
    ['ftp://example.com/', 'expected an http or https address'],
    ['nonsense', 'such as https://'],
    ['https://alice:secret-word@example.com/', 'without user name and password'],
  ])('refuses --url %s', async (url, hint) => {
    const { code, stdout, stderr } = await run(...caldav('--url', url, '--username', 'alice', '--password-stdin'));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain('secret-word');
  });

  test('wants a password from a terminal or standard input', async () => {
    const { code, stderr } = await meridian(caldav('--url', 'http://127.0.0.1:1', '--username', 'alice'), env);
    expect(code).toBe(2);
    expect(stderr).toContain('--password-stdin');
    const empty = await meridian(
      caldav('--url', 'http://127.0.0.1:1', '--username', 'alice', '--password-stdin'),
      env,
      '\n',
    );
    expect(empty.code).toBe(2);
  });

  test('says that a server cannot be reached', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    const { code, json } = await meridian(
      caldav('--url', url, '--username', 'alice', '--password-stdin', '--json'),
      env,
      'secret-word\n',
    );
    expect([code, json()]).toMatchObject([5, { error: { code: 'PROVIDER_UNREACHABLE' } }]);
    expect(JSON.stringify(json())).not.toContain('secret-word');
  });

  const script = findProgram('script');
  test(
    script === null
      ? 'left out: script (util-linux), which makes a terminal, is not installed'
      : 'asks on a terminal, and shows no password',
    async () => {
      if (script === null) return;
      const parameters = caldav('--url', `http://127.0.0.1:${await freePort()}/`, '--username', 'alice');
      const typing = async (keys: string) => {
        const command = `stty cols 120 rows 40; exec ${[process.execPath, program, ...parameters].map((part) => `'${part}'`).join(' ')}`;
        const child = spawn(script, ['-qefc', command, '/dev/null'], {
          env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env },
        });
        let shown = '';
        let isTyped = false;
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          shown += text;
          if (isTyped || !shown.includes('Password of alice')) return;
          isTyped = true;
          child.stdin.write(keys);
        });
        const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
        return { code, shown };
      };
      const answered = await typing('tell-nobody\r');
      expect(answered.code).toBe(5);
      expect(answered.shown).toContain('▪▪▪');
      expect(answered.shown).not.toContain('tell-nobody');
      expect((await typing('\u0003')).code).toBe(130);
    },
  );

  describeWithServer('radicale', (server) => {
    test('connects, waits for the first sync, and shows what is there', async () => {
      const { alice, url } = server();
      const home = new URL(alice.homeUrl, url);
      const headers = {
        authorization: `Basic ${Buffer.from(`${alice.username}:${alice.password}`).toString('base64')}`,
      };
      const body =
        '<mkcalendar xmlns="urn:ietf:params:xml:ns:caldav" xmlns:d="DAV:"><d:set><d:prop><d:displayname>Work \u001b[31m</d:displayname></d:prop></d:set></mkcalendar>';
      await fetch(new URL('work/', home), { method: 'MKCALENDAR', headers, body: body.replace('\u001b', '') });
      // Within what is asked without an end: 243 days.
      const day = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
      const soon = good('planning').replaceAll('20301201', day.replaceAll('-', ''));
      const event = readFileSync(ics('caldav.ics', soon));
      const put = await fetch(new URL('work/planning.ics', home), {
        method: 'PUT',
        headers: { ...headers, 'content-type': 'text/calendar' },
        body: event,
      });
      expect(put.status).toBe(201);
      const parameters = caldav('--url', url, '--username', alice.username, '--password-stdin');
      const wrong = await meridian([...parameters, '--json'], env, 'wrong\n');
      expect([wrong.code, wrong.json()]).toMatchObject([4, { error: { code: 'CREDENTIALS_REJECTED' } }]);
      const right = await meridian([...parameters, '--json'], env, `${alice.password}\n`);
      expect([right.code, right.json()]).toMatchObject([
        0,
        {
          synced: true,
          calendars: [{ name: 'Work [31m' }],
          events: [{ summary: 'planning', start: { dateTime: `${day}T10:00:00Z` } }],
        },
      ]);
      const doctor = await run('doctor', '--json');
      expect(doctor.code).toBe(0);
      expect(
        (doctor.json()['checks'] as { name: string; status: string }[]).find(({ name }) => name === 'profiles'),
      ).toMatchObject({ status: 'ok', detail: '1 of 1 healthy' });
      await onDatabase(
        env,
        "update profile set status = 'DEGRADED', cause = 'PROVIDER_THROTTLED', remedy = 'Wait a while' where provider = 'CALDAV'",
      );
      expect(await profiles()).toMatchObject([
        { status: 'warn', fix: 'Wait a while', detail: expect.stringContaining('PROVIDER_THROTTLED') },
      ]);
      await onDatabase(
        env,
        "update profile set status = 'DISCONNECTED', cause = 'PASSWORD_CHANGED', remedy = 'Enter the new one' where provider = 'CALDAV'",
      );
      expect(await profiles()).toMatchObject([
        { status: 'fail', fix: 'Enter the new one', detail: expect.stringContaining(alice.username) },
      ]);
      await onDatabase(
        env,
        "update profile set status = 'CONNECTED', cause = null, remedy = null, last_synced_at = now() - interval '5 hours', next_poll_at = now() + interval '1 hour' where provider = 'CALDAV'",
      );
      expect(await profiles()).toMatchObject([
        { status: 'warn', detail: expect.stringContaining('last read 5 h ago') },
      ]);
      const text = await meridian(parameters, env, alice.password);
      expect(text.code).toBe(0);
      expect(text.stdout).toMatch(
        /^Calendars \(1\)\n {2}cal_\w+ {2}Work \[31m\n\nNext events\n {2}\d{4}-\d\d-\d\d 10:00 UTC {2}planning {2}Work/,
      );
      expect(text.stdout + text.stderr).not.toContain(alice.password);
    });
  });
});

/** What the doctor says of single profiles. */
async function profiles(): Promise<unknown[]> {
  const { json } = await run('doctor', '--json');
  return (json()['checks'] as { name: string }[]).filter(({ name }) => name === 'profile');
}

test('Ctrl-C ends a command that waits for the service or for its input, with 130', async () => {
  let asked: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let answers = false;
  const slow = createServer((_request, response) => {
    asked();
    if (answers) response.end('{"data":{"credential":{"kind":"API_KEY"}}}');
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const own = { ...env, PORT: String((slow.address() as AddressInfo).port) };
  const interrupted = async (when: Promise<void>, ...parameters: string[]) => {
    const child = start(parameters, own);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    await when;
    await delay(answers ? 500 : 0);
    child.kill('SIGINT');
    return ended;
  };
  try {
    expect(await interrupted(isAsked, 'open')).toBe(130);
    answers = true;
    const again = new Promise<void>((resolve) => {
      asked = resolve;
    });
    expect(
      await interrupted(
        again,
        'connect',
        'caldav',
        '--url',
        'http://127.0.0.1:1/',
        '--username',
        'a',
        '--password-stdin',
      ),
    ).toBe(130);
  } finally {
    slow.closeAllConnections();
    await new Promise((resolve) => slow.close(resolve));
  }
});
