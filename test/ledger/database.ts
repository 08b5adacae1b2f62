/** A PostgreSQL that is killed with all its processes and comes back at the same port with the same data. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../setup/free-port.ts';
import { Program } from './program.ts';

const binaries = '/usr/lib/postgresql/15/bin';
const password = 'only-for-the-ledger';

export interface Database {
  readonly port: number;
  /** As a node connects, directly or through a proxy's port. */
  url(port?: number): string;
  /** One statement as superuser, whom row-level security does not bind. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** A connection of its own as superuser. */
  connect(): Promise<pg.Client>;
  /** SIGKILL to the postmaster and its children. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Makes the cluster in `folder`, starts it, and makes the ledger's own table beside Meridian's. */
export async function createDatabase(folder: string): Promise<Database> {
  const isRoot = process.getuid?.() === 0;
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  const as = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : undefined;
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  chmodSync(folder, 0o755);
  if (as !== undefined) chownSync(passwordFile, as.uid, as.gid);
  const data = `${folder}-pg`;
  spawnSync('mkdir', ['-m', '700', data]);
  if (as !== undefined) chownSync(data, as.uid, as.gid);
  const setup = ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C.UTF-8', '-N'];
  const made = spawnSync(join(binaries, 'initdb'), ['-D', data, '-U', 'postgres', ...setup], { cwd: data, ...as });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);

  const port = await freePort();
  const superuser = { host: '127.0.0.1', port, user: 'postgres', password, database: 'meridian' };
  // Killed processes lose nothing that they gave to the kernel: without fsync the ledger proves the same, sooner.
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 120,
    fsync: 'off',
    track_commit_timestamp: 'on',
    log_min_duration_statement: '2s',
  };
  let running: Program | null = null;

  async function connect(database = 'meridian'): Promise<pg.Client> {
    const client = new pg.Client({ ...superuser, database, application_name: 'ledger' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
  async function query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = [], database?: string) {
    const client = await connect(database);
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }
  async function start(): Promise<void> {
    const program = new Program({
      command: join(binaries, 'postgres'),
      parameters: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      log: join(folder, 'postgres.log'),
      as,
    });
    running = program;
    await program.ready(async () => (await query('select 1', [], 'postgres')).length === 1);
  }

  await start();
  await query(`create role meridian login createrole password '${password}'`, [], 'postgres');
  await query('create database meridian owner meridian', [], 'postgres');
  return {
    port,
    url: (through = port) => `postgres://meridian:${password}@127.0.0.1:${through}/meridian`,
    query: (sql, values) => query(sql, values),
    connect: () => connect(),
    kill: async () => running?.kill(),
    start,
  };
}

/**
 * What the writers say of themselves, in the same transaction as their changes. Its numbers do not rise as the commits do, which
 * is what the plain cursor stumbles over. Of a schema of its own: no part of what Meridian exports.
 */
export async function createWritten(database: Database): Promise<void> {
  await database.query(`create schema ledger;
    create table ledger.written (id bigserial primary key, account text not null, subject text not null);
    grant usage on schema ledger to meridian_worker;
    grant insert on ledger.written to meridian_worker;
    grant usage on sequence ledger.written_id_seq to meridian_worker`);
}
