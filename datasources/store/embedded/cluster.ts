/** The data directory of the embedded PostgreSQL: its making, its passwords, and what may be wrong with one found. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { StartFailure } from '../start-failure.ts';
import { postgresMajor } from './binaries.ts';

/** The plain role everything connects as; it owns the database of the same name. */
export const loginRole = 'meridian';
/** Used while a cluster is made, and by tests. */
export const superuserRole = 'postgres';

export interface Passwords {
  readonly superuser: string;
  readonly login: string;
}

/** Whom PostgreSQL runs as: it refuses root. Empty where that is simply us. */
export type RunAs = { readonly uid: number; readonly gid: number } | Record<string, never>;

export interface Cluster {
  /** DATA_DIR, absolute, without symlinks. */
  readonly home: string;
  /** `<home>/pg`. */
  readonly data: string;
  readonly log: string;
  /** What `-D` is given. */
  readonly argument: string;
  readonly runAs: RunAs;
  readonly native: string;
}

export const environment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' } as const;

/** Makes DATA_DIR where it is missing. @returns its absolute path without symlinks. @throws StartFailure */
export function openHome(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const home = realpathSync(dataDir);
    if (!statSync(home).isDirectory()) throw new Error('it is not a folder');
    return home;
  } catch (cause) {
    throw new StartFailure(
      `DATA_DIR ${resolve(dataDir)} cannot be used (${cause instanceof Error ? cause.message : cause}): set DATA_DIR to a folder this user can write`,
      { cause },
    );
  }
}

/** Reads the cluster's passwords, or makes them; of two processes that do so at once, both get the same. */
export function openPasswords(home: string): Passwords {
  const file = join(home, 'database-passwords.json');
  if (!existsSync(file)) {
    if (existsSync(join(home, 'pg', 'PG_VERSION'))) {
      throw new StartFailure(
        `${join(home, 'pg')} holds a database whose passwords (${file}) are missing: put the file back, or move ${home} away to start with an empty database`,
      );
    }
    const made: Passwords = {
      superuser: randomBytes(24).toString('base64url'),
      login: randomBytes(24).toString('base64url'),
    };
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, `${JSON.stringify(made)}\n`, { mode: 0o600, flush: true });
    try {
      linkSync(unfinished, file); // unlike rename, refuses to replace what another process made meanwhile
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(unfinished, { force: true });
    }
  }
  try {
    const { superuser, login } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Passwords>;
    if (typeof superuser === 'string' && typeof login === 'string') return { superuser, login };
    throw new Error('a password is missing in it');
  } catch (cause) {
    throw new StartFailure(
      `${file} cannot be read (${cause instanceof Error ? cause.message : cause}): put it back from a copy, or move ${home} away to start with an empty database`,
      { cause },
    );
  }
}

/** Checks what lies in `<home>/pg`. @returns whether a cluster has to be made. @throws StartFailure */
export function clusterMissing(home: string): boolean {
  const data = join(home, 'pg');
  const version = join(data, 'PG_VERSION');
  if (!existsSync(version)) {
    if (!existsSync(data) || readdirSync(data).length === 0) return true;
    throw new StartFailure(
      `${data} is not a PostgreSQL data directory (it holds no PG_VERSION): move it away, or set DATA_DIR to another folder`,
    );
  }
  const found = readFileSync(version, 'utf8').trim();
  if (found === String(postgresMajor)) return false;
  throw new StartFailure(
    `${data} was made by PostgreSQL ${found.slice(0, 20) || '(unknown)'}, this Meridian brings ${postgresMajor}: run \`meridian export\` with the version that made it, move ${home} away, then \`meridian restore\``,
  );
}

/**
 * Makes the cluster in a folder of its own and renames it when it is whole: role and database are created in single-user
 * mode, so a half-made cluster never has a place where it could be found, and the superuser never logs in.
 */
export function makeCluster(cluster: Cluster, passwords: Passwords, fsync: boolean): void {
  const { data, native, runAs } = cluster;
  const fresh = `${data}.${process.pid}`;
  const passwordFile = `${fresh}.password`;
  const root = 'uid' in runAs;
  const argument = cluster.argument === data ? fresh : cluster.argument;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, `${passwords.superuser}\n`, { mode: 0o400 });
  if (root) {
    chownSync(fresh, runAs.uid, runAs.gid);
    chownSync(passwordFile, runAs.uid, runAs.gid);
  }
  const descriptor = openSync(passwordFile, 'r');
  try {
    run(join(native, 'bin', 'initdb'), [
      ...['-D', argument, '-U', superuserRole, '-A', 'scram-sha-256'],
      // As another user than ours, initdb cannot walk to the file, but it can open what it inherits.
      `--pwfile=${root && process.platform === 'linux' ? '/proc/self/fd/3' : passwordFile}`,
      ...['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
      ...(fsync ? [] : ['--no-sync']),
    ]);
    run(
      join(native, 'bin', 'postgres'),
      [
        '--single',
        '-D',
        argument,
        '-c',
        'dynamic_shared_memory_type=mmap',
        '-c',
        `fsync=${fsync ? 'on' : 'off'}`,
        'postgres',
      ],
      [
        `create role ${loginRole} login nosuperuser createrole nobypassrls password '${passwords.login}'`,
        `create database ${loginRole} owner ${loginRole}`,
        '',
      ].join('\n'),
    );
    try {
      renameSync(fresh, data);
    } catch (error) {
      if (clusterMissing(cluster.home)) throw error; // else another process was first
    }
  } finally {
    closeSync(descriptor);
    rmSync(passwordFile, { force: true });
    rmSync(fresh, { recursive: true, force: true });
  }

  function run(program: string, parameters: readonly string[], input = ''): void {
    const result = spawnSync(program, parameters, {
      ...runAs,
      cwd: fresh,
      encoding: 'utf8',
      env: environment,
      input,
      stdio: ['pipe', 'pipe', 'pipe', descriptor],
    });
    const failed =
      result.error !== undefined || result.status !== 0 || /^(.*: )?(ERROR|FATAL|PANIC):/m.test(result.stderr);
    if (!failed) return;
    const said = result.error?.message ?? (result.stderr.trim() || `it ended with ${result.signal ?? result.status}`);
    throw new StartFailure(`the embedded PostgreSQL cannot make its data directory ${data}: ${said}`);
  }
}
