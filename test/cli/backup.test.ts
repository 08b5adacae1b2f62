/** Backups by the command line, beside a running service and from one kind of database to the other. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { blankDatabase } from '../datasources/store/export/installation.ts';
import { debianMissing, startDebian } from '../setup/database-servers.ts';
import { freePort } from '../setup/free-port.ts';
import {
  type Environment,
  finished,
  meridian,
  onDatabase,
  type RunningService,
  start,
  startService,
} from './meridian.ts';

/** Several services start and stop in one test. */
const patience = 180_000;

const folder = mkdtempSync('/tmp/meridian-backup-');
let env: Environment;
let service: RunningService;

beforeAll(async () => {
  env = { DATA_DIR: join(folder, 'data'), PORT: String(await freePort()) };
  service = await startService(env);
  const file = join(folder, 'events.ics');
  const events = Array.from({ length: 20 }, (_, index) =>
    [
      'BEGIN:VEVENT',
      `UID:event-${index}`,
      'DTSTAMP:20260101T000000Z',
      'DTSTART:20300110T100000Z',
      'SUMMARY:back\\\\slash',
      'END:VEVENT',
    ].join('\r\n'),
  );
  writeFileSync(
    file,
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...events, 'END:VCALENDAR', ''].join('\r\n'),
  );
  expect((await run('import', file, '--key', 'default')).code).toBe(0);
});
afterAll(async () => {
  expect(await service.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

const run = (...parameters: string[]) => meridian(parameters, env);

/** What has to be the same everywhere. */
const accounts =
  '{ accounts { nodes { id applicationKey calendars { id events(filter: { from: "2030-01-01T00:00:00Z" }, first: 500) { nodes { id uid summary version } } } } } }';

describe('export and restore', () => {
  test(
    'beside the running service, then into another folder, whose cursors begin anew',
    async () => {
      const answer = await service.graphql('{ changes { cursor } }');
      const { cursor } = (answer.data?.['changes'] ?? {}) as { cursor?: string };
      expect(cursor).toEqual(expect.any(String));
      const file = join(folder, 'backup');
      const made = await run('export', file, '--json');
      expect(made.code).toBe(0);
      expect(made.json()).toMatchObject({ file, rows: { installation: 1, account: expect.any(Number) } });
      expect((await run('export', file)).code).toBe(1);
      expect((await run('export', file, '--replace')).code).toBe(0);

      const other: Environment = { DATA_DIR: join(folder, 'other'), PORT: String(await freePort()) };
      const noKeys = await meridian(['restore', file, '--json'], other);
      expect([noKeys.code, noKeys.json()]).toMatchObject([3, { error: { code: 'NO_KEYS' } }]);
      await mkdir(other['DATA_DIR'] ?? '', { mode: 0o700 });
      writeFileSync(
        join(other['DATA_DIR'] ?? '', 'encryption-keys'),
        `k1:${Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')}\n`,
        { mode: 0o600 },
      );
      const wrong = await meridian(['restore', file], other);
      expect([wrong.code, wrong.stdout]).toEqual([3, '']);
      expect(wrong.stderr).toContain('nothing was changed');
      await copyFile(join(env['DATA_DIR'] ?? '', 'encryption-keys'), join(other['DATA_DIR'] ?? '', 'encryption-keys'));
      const restored = await meridian(['restore', file, '--json'], other);
      expect([restored.code, restored.json()]).toMatchObject([
        0,
        { rows: (made.json() as { rows: object }).rows, replaced: null },
      ]);
      const notEmpty = await meridian(['restore', file, '--json'], other);
      expect([notEmpty.code, notEmpty.json()]).toMatchObject([1, { error: { code: 'NOT_EMPTY' } }]);
      expect((await meridian(['restore', file, '--replace'], other)).code).toBe(2);

      const second = await startService(other);
      try {
        const busy = await meridian(['restore', file, '--replace', '--yes'], other);
        expect(busy.code).toBe(3);
        expect(busy.stderr).toMatch(/another Meridian \(process \d+\) runs on/);
        const lost = await second.graphql('query Old($after: String) { changes(after: $after) { cursor } }', {
          after: cursor,
        });
        expect(lost.errors?.[0]?.extensions?.code).toBe('RESYNC_REQUIRED');
        expect((await second.graphql(accounts)).data).toEqual((await service.graphql(accounts)).data);
      } finally {
        expect(await second.stop()).toBe(0);
      }
    },
    patience,
  );

  test('refuses what is no export', async () => {
    const file = join(folder, 'none.backup');
    writeFileSync(file, 'PGDMP');
    const { code, json } = await meridian(['restore', file, '--json'], { ...env, DATA_DIR: join(folder, 'data') });
    expect([code, json()]).toMatchObject([1, { error: { code: 'FILE' } }]);
  });
});

test(
  'rows that fill every buffer many times over pass without a warning, and Ctrl-C in the middle leaves nothing',
  async () => {
    await onDatabase(
      env,
      `insert into event (id, account_id, profile_id, calendar_id, uid, raw, recurring, all_day, span)
     select 'evt_large' || n, account_id, profile_id, calendar_id, 'large' || n,
       (select string_agg(md5((n * i)::text), '') from generate_series(1, 150000) i), false, false, 'empty'
     from (select * from event limit 1) e, generate_series(1, 6) n`,
    );
    const file = join(folder, 'large');
    const exported = await run('export', file);
    expect([exported.code, exported.stderr]).toMatchObject([0, expect.not.stringContaining('Warning')]);
    const other: Environment = {
      DATA_DIR: join(folder, 'large-home'),
      MERIDIAN_ENCRYPTION_KEYS: readFileSync(join(env['DATA_DIR'] ?? '', 'encryption-keys'), 'utf8').trim(),
    };
    const child = start(['restore', file], other);
    // The server makes its log before it answers, and rows take longer than that.
    while (!existsSync(join(other['DATA_DIR'] ?? '', 'postgres.log'))) await delay(20);
    child.kill('SIGINT');
    const interrupted = await finished(child);
    expect(interrupted).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringContaining('nothing was changed'),
    });
    const restored = await meridian(['restore', file], other);
    expect([restored.code, restored.stderr]).toMatchObject([0, expect.not.stringContaining('Warning')]);
    expect(restored.stdout).toContain('26 events');
  },
  patience,
);

const reason = debianMissing();
describe('growing onto another PostgreSQL', () => {
  if (reason !== null) {
    test(`left out: ${reason}`, () => {
      process.stderr.write(`${reason}\n`);
    });
    return;
  }
  test(
    'embedded → DATABASE_URL → embedded: the same answers, no stop for the backups',
    async () => {
      const debian = await startDebian();
      const blank = await blankDatabase(debian.server);
      try {
        const expected = (await service.graphql(accounts)).data;
        expect(JSON.stringify(expected)).toContain('event-19');
        const [there, back] = [join(folder, 'there.backup'), join(folder, 'back.backup')];
        expect((await run('export', there)).code).toBe(0);
        const { user, password, host, port, database } = blank.address;
        const keys = readFileSync(join(env['DATA_DIR'] ?? '', 'encryption-keys'), 'utf8').trim();
        const cluster: Environment = {
          DATA_DIR: join(folder, 'cluster'),
          PORT: String(await freePort()),
          DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${database}`,
          MERIDIAN_ENCRYPTION_KEYS: keys,
        };
        expect((await meridian(['restore', there], cluster)).code).toBe(0);
        const second = await startService(cluster);
        try {
          expect((await second.graphql(accounts)).data).toEqual(expected);
          expect(await meridian(['restore', there, '--replace', '--yes'], cluster)).toMatchObject({
            code: 1,
            stderr: expect.stringContaining('a Meridian works with this database'),
          });
          expect((await meridian(['doctor'], cluster)).stdout).toMatch(
            /^ok {4}database {12}PostgreSQL 15 of DATABASE_URL/m,
          );
          expect((await meridian(['export', back], cluster)).code).toBe(0);
        } finally {
          expect(await second.stop()).toBe(0);
        }
        const home: Environment = {
          DATA_DIR: join(folder, 'home'),
          PORT: String(await freePort()),
          MERIDIAN_ENCRYPTION_KEYS: keys,
        };
        expect((await meridian(['restore', back], home)).code).toBe(0);
        const third = await startService(home);
        try {
          expect((await third.graphql(accounts)).data).toEqual(expected);
        } finally {
          expect(await third.stop()).toBe(0);
        }
      } finally {
        debian.stop();
      }
    },
    patience,
  );
});
