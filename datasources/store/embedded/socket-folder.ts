/** The folder of the server's unix socket: short, because a socket's path holds 107 bytes, and nobody else's. */
import { createHash } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StartFailure } from '../start-failure.ts';
import type { RunAs } from './cluster.ts';
import { exists, recordedPid, serves } from './processes.ts';

/** One folder per data directory, always the same, so that the next process finds a living server again. */
export function socketFolderOf(data: string): string {
  return `/tmp/meridian-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`;
}

/** Makes the folder where it is missing, mode 0700. @throws StartFailure when something of another user stands there. */
export function openSocketFolder(folder: string, runAs: RunAs): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  const allowed = [process.getuid?.(), ...('uid' in runAs ? [runAs.uid] : [])];
  if (!lstatSync(folder).isDirectory() || !allowed.includes(uid) || (mode & 0o077) !== 0) {
    throw new StartFailure(
      `${folder}, where the embedded PostgreSQL keeps its socket, is not a folder of this user with mode 0700: remove it`,
    );
  }
  if ('uid' in runAs && uid !== runAs.uid) chownSync(folder, runAs.uid, runAs.gid);
}

/** Removes the folder if it is empty: the server takes its socket away itself, and a successor's must stay. */
export function removeSocketFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty or gone: not ours any more.
  }
}

/**
 * Lock files name a pid, and PostgreSQL refuses to start while that pid exists, also when it is a zombie that nobody
 * reaps (a container without init) or has become another program's. Removes such a file; one whose pid does not exist is
 * left to PostgreSQL, which has its own way with it.
 */
export function removeDeceivedLocks(data: string, folder: string): void {
  for (const lock of [join(data, 'postmaster.pid'), join(folder, '.s.PGSQL.5432.lock')]) {
    const pid = recordedPid(lock);
    if (pid === null || !exists(pid) || serves(pid, data)) continue;
    // Read again: between the look and the removal another process may have started its server.
    if (existsSync(lock) && recordedPid(lock) === pid) rmSync(lock, { force: true });
  }
}
