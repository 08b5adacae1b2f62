/** Changing the key file of an installation that runs, and hearing of it there. */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartFailure } from '../store/start-failure.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { parseKeys } from './key-source.ts';

/** A file is looked at so often, in milliseconds. */
const lookEvery = 1_000;

export function keyFileOf(dataDir: string): string {
  return join(dataDir, 'encryption-keys');
}

/** Puts a new key in front of the others: it seals from now on. @returns its id. @throws StartFailure */
export function addKeyToFile(dataDir: string): string {
  const file = keyFileOf(dataDir);
  const ids = new Set(readKeys(file).map(({ id }) => id));
  let number = ids.size + 1;
  while (ids.has(`k${number}`)) number++;
  const id = `k${number}`;
  rewrite(file, (lines) => [`${id}:${randomBytes(32).toString('base64')}`, ...lines]);
  return id;
}

/** Takes a key away for good. @throws StartFailure for one that is not there, or that seals. */
export function removeKeyFromFile(dataDir: string, id: string): void {
  const file = keyFileOf(dataDir);
  const keys = readKeys(file);
  if (keys[0]?.id === id) throw new StartFailure(`the key ${id} seals: rotate first`);
  if (!keys.some((key) => key.id === id)) throw new StartFailure(`${file} has no key ${id}`);
  rewrite(file, (lines) => lines.filter((line) => !line.startsWith(`${id}:`)));
}

function readKeys(file: string) {
  try {
    return parseKeys(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new StartFailure(`${file} is missing: this installation has no key file yet`);
  }
}

/** Whole or not at all, whatever happens meanwhile. The owner stays who it was. */
function rewrite(file: string, change: (lines: readonly string[]) => readonly string[]): void {
  const lines = readFileSync(file, 'utf8')
    .split(/[,\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${change(lines).join('\n')}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
}

/**
 * Tells of every new content of the key file, within a second or two. A content that cannot be read as keys is told as a
 * failure, once, and changes nothing.
 * @returns what ends it
 */
export function watchKeyFile(
  dataDir: string,
  told: { readonly changed: (ring: KeyRing) => void; readonly failed: (reason: string) => void },
): () => void {
  const file = keyFileOf(dataDir);
  const stamp = (): string => {
    try {
      const { mtimeMs, size, ino } = statSync(file);
      return `${mtimeMs} ${size} ${ino}`;
    } catch {
      return 'missing';
    }
  };
  let known = stamp();
  const timer = setInterval(() => {
    const now = stamp();
    if (now === known) return;
    known = now;
    try {
      told.changed(createKeyRing(readKeys(file)));
    } catch (error) {
      told.failed(error instanceof Error ? error.message : String(error));
    }
  }, lookEvery);
  timer.unref();
  return () => clearInterval(timer);
}
