/** Which processes belong to one data directory, told by their working directory: pids come back, folders do not lie. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Whether `pid` is a PostgreSQL process at work in `data`. A killed postmaster whose parent does not reap it stays as a
 * zombie, which `kill(pid, 0)` takes for alive; a zombie has no working directory.
 */
export function serves(pid: number, data: string): boolean {
  if (process.platform === 'linux') {
    try {
      return (
        readlinkSync(`/proc/${pid}/cwd`) === data && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres'
      );
    } catch {
      return false;
    }
  }
  return workingDirectories().some((process) => process.pid === pid && process.cwd === data);
}

/** The living postmaster that `postmaster.pid` names, if it is this very folder's. */
export function runningPostmaster(data: string): number | null {
  const pid = recordedPid(`${data}/postmaster.pid`);
  return pid !== null && serves(pid, data) ? pid : null;
}

/** The pid in the first line of a lock file of PostgreSQL; negative in a stand-alone backend's. */
export function recordedPid(file: string): number | null {
  try {
    const pid = Math.abs(Number.parseInt(readFileSync(file, 'utf8'), 10));
    return pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

/** Whether `pid` exists at all, zombies included. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Server processes of `data` that outlived their postmaster. They hold the shared memory, and no postmaster starts
 * beside them. A postmaster that is just starting (another process's) and its children are left alone.
 */
export function orphans(data: string): number[] {
  if (process.platform !== 'linux') return [];
  const found: number[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || !serves(pid, data)) continue;
    try {
      // A child calls itself `postgres: …`; the postmaster keeps its command line.
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('postgres: ')) continue;
      const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
      if (!serves(parent, data)) found.push(pid);
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/** Kills the orphans of `data`: nothing they hold in memory will ever be written, what was committed is in the log. */
export function endOrphans(data: string): void {
  for (const pid of orphans(data)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

function workingDirectories(): { pid: number; cwd: string }[] {
  const { stdout } = spawnSync('lsof', ['-a', '-c', 'postgres', '-d', 'cwd', '-F', 'pn'], { encoding: 'utf8' });
  const found: { pid: number; cwd: string }[] = [];
  let pid = 0;
  for (const line of (stdout ?? '').split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    else if (line.startsWith('n')) found.push({ pid, cwd: line.slice(1) });
  }
  return found;
}
