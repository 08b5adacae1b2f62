/** The database servers tests run against: the embedded one, and Debian's PostgreSQL 15 where it is installed. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createKeyRing, type KeyRing } from '../../datasources/secrets/key-ring.ts';
import { createIdSource } from '../../datasources/store/ids.ts';
import { openStore } from '../../datasources/store/open.ts';
import { freePort } from './free-port.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface TestServer {
  readonly name: string;
  /** The plain role that owns the databases. */
  readonly login: ServerAddress;
  readonly superuser: ServerAddress;
}

export const serverVariable = 'TEST_DATABASE_SERVER';
export const template = 'meridian_template';

/** The key ring that the template's canary is sealed under; always the same, so that tests can foresee what it makes. */
export const testKeyRing: KeyRing = createKeyRing([
  { id: 'test', key: Uint8Array.from({ length: 32 }, (_, i) => i * 7) },
]);

/** Zone data every test's store starts with; older than any real one. */
export const testZoneDataVersion = '2020a';

/** The server that global-setup started. */
export function embeddedServer(): TestServer {
  const server = process.env[serverVariable];
  if (server === undefined) throw new Error('no database: this runs under Jest alone, whose global-setup starts one');
  return JSON.parse(server) as TestServer;
}

/** One statement as superuser, whom row-level security does not bind: to look at what is really there. */
export async function superuserQuery<Row extends pg.QueryResultRow>(
  server: TestServer,
  database: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ ...server.superuser, database });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Makes the migrated database that `freshStore` copies; nobody may be connected to it afterwards. */
export async function makeTemplate(server: TestServer): Promise<void> {
  await makeEmptyDatabase(server, template);
  const store = await openStore({
    database: { ...server.login, database: template },
    ids: createIdSource(),
    keyRing: testKeyRing,
    zoneDataVersion: testZoneDataVersion,
    maximumConnections: 1,
  });
  await store.close();
  // Its copies are new installations, not restored ones.
  await superuserQuery(server, template, 'update installation set incarnation = null');
}

/** Makes a database that the login role owns and that nobody has prepared. */
export async function makeEmptyDatabase(server: TestServer, database: string): Promise<void> {
  await superuserQuery(server, 'postgres', `create database ${database} owner ${server.login.user}`);
}

const debianBinaries = '/usr/lib/postgresql/15/bin';

/** Why PostgreSQL 15 cannot take part; null when it can. With REQUIRE_SERVERS=1 it must. */
export function debianMissing(): string | null {
  if (existsSync(join(debianBinaries, 'initdb'))) return null;
  const reason = `Debian's PostgreSQL 15 is not installed (${debianBinaries}): its part of the store's tests is left out`;
  if (process.env['REQUIRE_SERVERS'] === '1') throw new Error(reason);
  return reason;
}

export interface DebianServer {
  readonly server: TestServer;
  /** Ends it at once, as a crash does: what runs is cut, and its log is recovered by the next start. */
  crash(): void;
  /** Starts it again, at the same port with the same data. */
  start(): void;
  /** Ends it and removes its data. */
  stop(): void;
}

/** Starts Debian's PostgreSQL 15 on a free port of 127.0.0.1, as user postgres when we are root. */
export async function startDebian({ withTemplate = true } = {}): Promise<DebianServer> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-pg15-'));
  const root = process.getuid?.() === 0;
  const owner = root
    ? Number(spawnSync('id', ['-u', 'postgres'], { encoding: 'utf8' }).stdout)
    : (process.getuid?.() ?? 0);
  const group = root
    ? Number(spawnSync('id', ['-g', 'postgres'], { encoding: 'utf8' }).stdout)
    : (process.getgid?.() ?? 0);
  const password = 'only-for-tests';
  const passwordFile = join(folder, 'password');
  chmodSync(folder, 0o700);
  writeFileSync(passwordFile, password);
  chownSync(folder, owner, group);
  chownSync(passwordFile, owner, group);
  const run = (program: string, ...parameters: string[]) => {
    const result = spawnSync(join(debianBinaries, program), parameters, {
      cwd: folder,
      encoding: 'utf8',
      // Not a pipe: the server keeps its parent's output open, and a pipe would never end.
      stdio: 'ignore',
      ...(root ? { uid: owner, gid: group } : {}),
    });
    if (result.status !== 0)
      throw new Error(`${program} failed in ${folder} (${result.error?.message ?? result.status})`);
  };
  const data = join(folder, 'data');
  run(
    'initdb',
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '-N',
  );
  const port = await freePort();
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=60 -c fsync=off`;
  const start = () => run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start');
  start();
  const superuser = { host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' };
  const login = { ...superuser, user: 'meridian', database: 'meridian' };
  const server: TestServer = { name: "Debian's PostgreSQL 15", login, superuser };
  const crash = () => run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop');
  const stop = () => {
    // A test may have crashed it and failed before it was started again.
    if (existsSync(join(data, 'postmaster.pid'))) crash();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [answer] = await superuserQuery<{ directory: string }>(
      server,
      'postgres',
      `select current_setting('data_directory') as directory`,
    );
    if (answer?.directory !== data) throw new Error(`another server answers on port ${port}`);
    await superuserQuery(server, 'postgres', `create role meridian login createrole password '${password}'`);
    if (withTemplate) await makeTemplate(server);
    return { server, crash, start, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
