/** One server process: how it is started, why it did not start, and how it is stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartFailure } from '../start-failure.ts';
import { type Cluster, environment } from './cluster.ts';
import { serves } from './processes.ts';

const largestLog = 10 * 1024 * 1024;

/** A server process of ours that has not yet been seen answering. */
export interface Attempt {
  readonly child: ChildProcess;
  /** Null while it runs; afterwards what it wrote to the log since it was started. */
  said(): string | null;
}

/** Starts the server in a process group of its own: Ctrl-C must reach us first, and we stop it in our own time. */
export function startPostmaster(
  cluster: Cluster,
  socketFolder: string,
  options: { readonly maximumConnections?: number; readonly fsync?: boolean },
): Attempt {
  if (existsSync(cluster.log) && statSync(cluster.log).size > largestLog) renameSync(cluster.log, `${cluster.log}.1`);
  const log = openSync(cluster.log, 'a', 0o600);
  const begin = fstatSync(log).size;
  let said: string | null = null;
  const settings = {
    listen_addresses: '',
    unix_socket_permissions: '0700',
    max_connections: String(options.maximumConnections ?? 60),
    shared_buffers: '64MB',
    fsync: options.fsync === false ? 'off' : 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Without details and statements: they would carry what users wrote into a file.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    // A container's /dev/shm may hold no more than 64 MB.
    dynamic_shared_memory_type: 'mmap',
  };
  const child = spawn(
    join(cluster.native, 'bin', 'postgres'),
    ['-D', cluster.argument, '-k', socketFolder, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
    { ...cluster.runAs, cwd: cluster.data, detached: true, stdio: ['ignore', log, log], env: environment },
  );
  closeSync(log);
  child.unref();
  child.once('error', (error) => {
    said = `FATAL: ${error.message}`;
  });
  child.once('exit', (code, signal) => {
    said = `${readFrom(cluster.log, begin)}\nended with ${signal ?? code}`;
  });
  return { child, said: () => said };
}

/** What was appended to the log since `begin`, 64 KB at most; empty when the log is gone, for this runs in an event handler. */
function readFrom(log: string, begin: number): string {
  try {
    return readFileSync(log)
      .subarray(begin, begin + 65_536)
      .toString('utf8');
  } catch {
    return '';
  }
}

/**
 * What a server's end at its start means: null when the next try may succeed, because another process won the race or
 * the last server's children still hold the shared memory; else one line.
 */
export function explainExit(cluster: Cluster, said: string): StartFailure | null {
  if (/pre-existing shared memory|lock file "[^"]*" (already exists|is empty)|could not create lock file/.test(said)) {
    return null;
  }
  const reason = /(?:FATAL:|PANIC:|^postgres:)\s*(.+)/m.exec(said)?.[1] ?? said.trim().split('\n').at(-1) ?? 'it ended';
  return new StartFailure(
    `the embedded PostgreSQL does not start on ${cluster.data}: ${reason} (its log: ${cluster.log}); if the folder is damaged, move ${cluster.home} away and run \`meridian restore\` with the last export`,
  );
}

/**
 * Fast shutdown (SIGINT: clients are disconnected, SIGTERM would wait for them), then waits until nothing of it is left.
 * The pid may stay as a zombie, so the lock file and the working directory tell.
 */
export async function stopPostmaster(pid: number, data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It ended before.
  }
  for (let waited = 0; serves(pid, data) || (existsSync(lock) && waited < 200); waited += 10) {
    if (waited >= 30_000) throw new Error(`PostgreSQL (process ${pid}) on ${data} did not stop within 30 s`);
    await sleep(10);
  }
}
