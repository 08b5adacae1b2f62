/** Changing the key file of an installation that runs, and hearing of it there. */
import { randomBytes } from 'node:crypto';
import { closeSync, fchownSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartFailure } from '../store/start-failure.ts';
import { createKeyRing, type KeyRing, type RingKey } from './key-ring.ts';
import { parseKeys } from './key-source.ts';

/** A file is looked at so often, in milliseconds. */
const lookEvery = 1_000;

export function keyFileOf(dataDir: string): string {
  return join(dataDir, 'encryption-keys');
}

/** Puts a new key in front of the others: it seals from now on. @returns its id. @throws StartFailure */
export function addKeyToFile(dataDir: string): string {
  return rewrite(keyFileOf(dataDir), (keys, lines) => {
    const ids = new Set(keys.map(({ id }) => id));
    let number = ids.size + 1;
    while (ids.has(`k${number}`)) number++;
    const id = `k${number}`;
    return [[`${id}:${randomBytes(32).toString('base64')}`, ...lines], id];
  });
}

/** Takes a key away for good. @throws StartFailure for one that is not there, or that seals. */
export function removeKeyFromFile(dataDir: string, id: string): void {
  const file = keyFileOf(dataDir);
  rewrite(file, (keys, lines) => {
    if (keys[0]?.id === id) throw new StartFailure(`the key ${id} seals: rotate first`);
    if (!keys.some((key) => key.id === id)) throw new StartFailure(`${file} has no key ${id}`);
    return [lines.filter((line) => !line.startsWith(`${id}:`)), null];
  });
}

function readKeys(file: string): RingKey[] {
  return parseKeys(readFile(file), file);
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new StartFailure(`${file} is missing: this installation has no key file yet`);
  }
}

/**
 * Whole or not at all, whatever happens meanwhile, and by one command at a time: a key that another one overwrote may have
 * sealed already. The owner stays who it was, whoever runs the command: the service could not read it otherwise.
 */
function rewrite<T>(
  file: string,
  change: (keys: readonly RingKey[], lines: readonly string[]) => readonly [lines: readonly string[], answer: T],
): T {
  const unfinished = `${file}.unfinished`;
  let descriptor: number;
  try {
    descriptor = openSync(unfinished, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new StartFailure(`${unfinished} exists: another command is changing the keys; where none is, delete it`);
  }
  try {
    const text = readFile(file);
    const lines = text
      .split(/[,\n]/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const [changed, answer] = change(parseKeys(text, file), lines);
    const { uid, gid } = statSync(file);
    if (uid !== process.getuid?.()) fchownSync(descriptor, uid, gid);
    writeFileSync(descriptor, `${changed.join('\n')}\n`, { flush: true });
    renameSync(unfinished, file);
    return answer;
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
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
