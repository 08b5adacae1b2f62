/** The doctor finds what was broken on purpose, names it, and says what to do. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { checkDatabase } from '../../cli/doctor/database.ts';
import { checkNode, checkZones } from '../../cli/doctor/machine.ts';
import { checkReach } from '../../cli/doctor/reach.ts';
import type { Settings } from '../../cli/house.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { freePort } from '../setup/free-port.ts';
import { type Environment, meridian, startService } from './meridian.ts';

interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  readonly fix: string | null;
}

const folder = mkdtempSync('/tmp/meridian-doctor-');
const dataDir = join(folder, 'data');
let env: Environment;

beforeAll(async () => {
  env = { DATA_DIR: dataDir, PORT: String(await freePort()) };
  const service = await startService(env);
  expect(await service.stop()).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function doctor(own: Environment = {}): Promise<{ code: number | null; ok: boolean; checks: readonly Check[] }> {
  const { code, stderr, json } = await meridian(['doctor', '--json'], { ...env, ...own });
  expect(stderr).toBe('');
  const { ok, checks } = json() as { ok: boolean; checks: readonly Check[] };
  expect(code).toBe(ok ? 0 : 1);
  for (const { status, fix } of checks) expect(fix === null).toBe(status === 'ok');
  return { code, ok, checks };
}

const named = (checks: readonly Check[], name: string) => checks.filter((check) => check.name === name);

test('finds nothing wrong with a stopped service but that it is stopped', async () => {
  const { ok, checks } = await doctor();
  expect(ok).toBe(true);
  expect(checks.filter(({ status }) => status !== 'ok')).toMatchObject([
    { name: 'service', status: 'warn', fix: 'start it with `npm start`' },
  ]);
  expect(checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'node',
      'time-zones',
      'configuration',
      'data-folder',
      'disk',
      'postgresql-package',
      'database',
      'clock',
      'migrations',
      'encryption-keys',
      'zone-data',
    ]),
  );
});

test('shows people a table, with each fix below', async () => {
  const { code, stdout, stderr } = await meridian(['doctor'], env);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^ok {4}node {16}Node \d/m);
  expect(stdout).toMatch(/^warn {2}service .*\n +→ start it with `npm start`$/m);
  expect(stdout).toMatch(/\n\n\d+ ok, 1 to look at, 0 failed\n$/);
  expect(stdout).not.toContain('\u001b');
});

test('finds nothing wrong with a running service, and starts no second server', async () => {
  const service = await startService(env);
  try {
    const { ok, checks } = await doctor();
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(ok).toBe(true);
    expect(named(checks, 'ready')).toMatchObject([{ detail: expect.stringContaining('database ok') }]);
    const { checks: other } = await doctor({ MERIDIAN_API_KEY: 'k'.repeat(40) });
    expect(named(other, 'api-key')).toMatchObject([{ status: 'fail', fix: expect.stringContaining('DATA_DIR') }]);
  } finally {
    expect(await service.stop()).toBe(0);
  }
});

describe('the configuration', () => {
  test.each<[string, Environment, RegExp]>([
    ['an unknown name', { MERIDIAN_API_KYE: 'x' }, /MERIDIAN_API_KYE .* did you mean MERIDIAN_API_KEY/],
    ['a port that is none', { PORT: '99999' }, /PORT: expected/],
    ['a HOST for everybody in development', { HOST: '0.0.0.0' }, /HOST: expected a loopback address/],
    ['DATABASE_URL without keys', { DATABASE_URL: 'postgres://a:b@127.0.0.1/c' }, /MERIDIAN_ENCRYPTION_KEYS/],
  ])('with %s', async (_name, own, detail) => {
    const { ok, checks } = await doctor(own);
    expect(ok).toBe(false);
    expect(named(checks, 'configuration')).toMatchObject([{ status: 'fail', detail: expect.stringMatching(detail) }]);
  });
});

describe('DATA_DIR', () => {
  let copy: string;
  let own: Environment;
  beforeEach(() => {
    copy = join(folder, `copy-${Math.random().toString(36).slice(2)}`);
    own = { DATA_DIR: copy };
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));
  /** Without the cluster, which belongs to another user when the tests run as root: nothing here opens it. */
  const keysOnly = () =>
    cpSync(dataDir, copy, { recursive: true, filter: (path) => !path.startsWith(join(dataDir, 'pg')) });

  test('that is not there is named, and not made', async () => {
    const { ok, checks } = await doctor(own);
    expect(ok).toBe(true);
    expect(named(checks, 'data-folder')).toMatchObject([
      { status: 'warn', detail: expect.stringContaining('does not exist') },
    ]);
    expect((await doctor(own)).checks).toEqual(checks);
  });

  test('whose secrets others can read', async () => {
    keysOnly();
    chmodSync(join(copy, 'encryption-keys'), 0o644);
    chmodSync(copy, 0o755);
    expect(named((await doctor(own)).checks, 'data-folder')).toMatchObject([
      { status: 'fail', fix: `chmod 600 ${join(copy, 'encryption-keys')}` },
      { status: 'warn', fix: `chmod 700 ${copy}` },
    ]);
  });

  test('that is a file', async () => {
    writeFileSync(copy, '');
    expect(named((await doctor(own)).checks, 'data-folder')).toMatchObject([
      { status: 'fail', detail: `${copy} is not a folder` },
    ]);
  });

  test('whose keys are no keys', async () => {
    keysOnly();
    writeFileSync(join(copy, 'encryption-keys'), 'nonsense\n');
    expect(named((await doctor(own)).checks, 'encryption-keys')).toMatchObject([{ status: 'fail' }]);
  });

  test('of another major version of PostgreSQL', async () => {
    keysOnly();
    mkdirSync(join(copy, 'pg'));
    writeFileSync(join(copy, 'pg', 'PG_VERSION'), '12\n');
    expect(named((await doctor(own)).checks, 'database')).toMatchObject([
      { status: 'fail', detail: expect.stringContaining('PostgreSQL 12') },
    ]);
  });
});

describe('the keys of the embedded database', () => {
  const keys = join(dataDir, 'encryption-keys');
  test('missing', async () => {
    renameSync(keys, `${keys}.away`);
    try {
      expect(named((await doctor()).checks, 'encryption-keys')).toMatchObject([
        { status: 'fail', detail: `${keys} is missing` },
      ]);
    } finally {
      renameSync(`${keys}.away`, keys);
    }
  });

  test('of another installation', async () => {
    const other = `k1:${Buffer.from(Array.from({ length: 32 }, (_, i) => i * 3)).toString('base64')}`;
    const { checks } = await doctor({ MERIDIAN_ENCRYPTION_KEYS: other });
    expect(named(checks, 'encryption-keys')).toMatchObject([
      { status: 'fail', detail: expect.stringContaining('are not those of this database') },
    ]);
    expect(JSON.stringify(checks)).not.toContain(other.slice(3));
  });
});

describe('the port', () => {
  let stranger: Server;
  afterEach(() => new Promise((resolve) => stranger.close(resolve)));
  const listen = async (answer: (url: string) => [number, string]) => {
    stranger = createServer((request, response) => {
      const [status, body] = answer(request.url ?? '');
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    return { PORT: String((stranger.address() as AddressInfo).port) };
  };

  test.each<[string, (url: string) => [number, string]]>([
    ['a web server', () => [200, '<html>']],
    ['one that says ok to everything', () => [200, '{"status":"ok"}']],
    ['one that refuses everything', () => [404, '']],
  ])('held by %s', async (_name, answer) => {
    const { ok, checks } = await doctor(await listen(answer));
    expect(ok).toBe(false);
    expect(named(checks, 'port')).toMatchObject([
      { status: 'fail', detail: expect.stringContaining('another program') },
    ]);
  });

  test('where a Meridian is not ready: each failed check by name', async () => {
    const own = await listen((url) =>
      url === '/livez'
        ? [200, '{"status":"ok"}']
        : [503, '{"status":"failed","checks":{"database":"ok","tzdata":"failed"}}'],
    );
    expect(named((await doctor(own)).checks, 'ready')).toMatchObject([{ status: 'fail', detail: 'not ready: tzdata' }]);
  });
});

describe('DATABASE_URL', () => {
  let fresh: FreshStore;
  let settings: Settings;
  beforeAll(async () => {
    fresh = await freshStore();
    await fresh.store.close();
    const { host, user, password, database } = fresh.address;
    settings = {
      mode: 'development',
      port: 1,
      host: '127.0.0.1',
      publicUrl: new URL('http://127.0.0.1:1'),
      dataDir: folder,
      databaseUrl: `postgres://${user}:${password}@/${database}?host=${encodeURIComponent(host)}`,
      redisUrl: null,
      mail: null,
      encryptionKeys: `test:${Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 7) % 256)).toString('base64')}`,
      apiKey: null,
    };
  });
  afterAll(() => fresh.drop());
  const statusOf = async (name: string) => (await checkDatabase(settings)).filter((finding) => finding.name === name);

  test('as it should be', async () => {
    const findings = await checkDatabase(settings);
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(findings).toHaveLength(7);
  });

  test('with a key that seals nothing any more', async () => {
    const spare = Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 5) % 256)).toString('base64');
    const encryptionKeys = `${settings.encryptionKeys},old:${spare}`;
    const findings = await checkDatabase({ ...settings, encryptionKeys });
    expect(findings.filter(({ name }) => name === 'spare-keys')).toMatchObject([
      { status: 'warn', detail: 'old seals nothing any more' },
    ]);
  });

  test('with an application in PRODUCTION that nobody could be sent back to', async () => {
    await fresh.superuser(`insert into organizational_unit (id, name) values ('org_x', 'X')`);
    await fresh.superuser(
      `insert into application (id, unit_id, name, client_id, mode) values ('app_x', 'org_x', 'Lost', 'lost', 'PRODUCTION')`,
    );
    expect(await statusOf('applications')).toMatchObject([
      { status: 'warn', detail: 'Lost (lost) is in PRODUCTION without a redirect URI' },
    ]);
    await fresh.superuser(`delete from application where id = 'app_x'`);
  });

  test('with migrations to run, and with some that this version lacks', async () => {
    await fresh.superuser("delete from kysely_migration where name like '%change-log'");
    expect(await statusOf('migrations')).toMatchObject([
      { status: 'warn', detail: expect.stringContaining('1 migrations') },
    ]);
    await fresh.superuser("insert into kysely_migration values ('20990101T0000-later', now()::text)");
    expect(await statusOf('migrations')).toMatchObject([
      { status: 'fail', detail: expect.stringContaining('20990101T0000-later') },
    ]);
    await fresh.superuser("delete from kysely_migration where name like '2099%'");
  });

  test('with newer zone data than this Node has', async () => {
    await fresh.superuser("update installation set tzdata_version = '2099z'");
    expect(await statusOf('zone-data')).toMatchObject([{ status: 'fail', detail: expect.stringContaining('2099z') }]);
    await fresh.superuser("update installation set tzdata_version = '2020a'");
  });

  test('with a role that sees everything, a wrong password, or nobody there; no password is shown', async () => {
    const { host, password } = fresh.server.superuser;
    const { database } = fresh.address;
    const urls: [string, RegExp][] = [
      [`postgres://postgres:${password}@/${database}?host=${encodeURIComponent(host)}`, /superuser/],
      [
        `postgres://meridian:wrong-word@/${database}?host=${encodeURIComponent(host)}`,
        /password authentication failed/,
      ],
      [`postgres://meridian:wrong-word@127.0.0.1:${await freePort()}/${database}`, /ECONNREFUSED/],
    ];
    for (const [databaseUrl, detail] of urls) {
      const findings = await checkDatabase({ ...settings, databaseUrl });
      expect(findings).toMatchObject([{ name: 'database', status: 'fail', detail: expect.stringMatching(detail) }]);
      expect(JSON.stringify(findings)).not.toMatch(/wrong-word/);
    }
  });
});

test('mail and Redis: named or not, there or not; no password is shown', async () => {
  const port = await freePort();
  expect(await checkReach({ mode: 'development', redisUrl: null, mail: null })).toMatchObject([{ status: 'ok' }]);
  const findings = await checkReach({
    mode: 'production',
    redisUrl: `redis://:wrong-word@127.0.0.1:${port}`,
    mail: null,
  });
  expect(findings).toMatchObject([
    { name: 'mail', status: 'warn' },
    { name: 'redis', status: 'warn', detail: expect.stringContaining('ECONNREFUSED') },
  ]);
  expect(JSON.stringify(findings)).not.toContain('wrong-word');
  expect(await checkReach({ mode: 'production', redisUrl: null, mail: { from: 'a@example.com' } })).toMatchObject([
    { status: 'ok', detail: expect.stringContaining('a@example.com') },
  ]);
});

test('Node and its zones', () => {
  expect(checkNode('20.19.0')).toMatchObject({ status: 'fail', detail: 'Node 20.19.0, expected 22.18 or newer' });
  expect(checkNode('22.17.9').status).toBe('fail');
  expect(checkNode('22.18.0').status).toBe('ok');
  expect(checkNode('24.0.0').status).toBe('ok');
  expect(checkZones()).toMatchObject({ status: 'ok' });
});
