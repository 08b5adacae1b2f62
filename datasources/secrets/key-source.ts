/** Where the key ring's keys come from: the environment, or a file that is made at the first start. */
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartFailure } from '../store/start-failure.ts';
import { createKeyRing, type KeyRing, type RingKey } from './key-ring.ts';

/** @param origin what a failure names: the variable or the file; the keys themselves are never shown. @throws StartFailure */
export function parseKeys(text: string, origin: string): RingKey[] {
  const keys = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part, index): RingKey => {
      const [, id, encoded] = /^([A-Za-z0-9-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(part) ?? [];
      if (id === undefined || encoded === undefined) {
        throw new StartFailure(
          `${origin}: expected keyId:key pairs with commas between them (keyId 1–32 of [A-Za-z0-9-], key 32 bytes in base64, \`openssl rand -base64 32\`), the ${ordinal(index)} is not one`,
        );
      }
      const key = Buffer.from(encoded, 'base64');
      if (key.length !== 32) {
        throw new StartFailure(`${origin}: expected 32 bytes in base64 for the key ${id}, got ${key.length}`);
      }
      if (new Set(key).size < 8)
        throw new StartFailure(`${origin}: the key ${id} is not random: \`openssl rand -base64 32\``);
      return { id, key };
    });
  if (keys.length === 0) throw new StartFailure(`${origin}: expected at least one keyId:key pair, got none`);
  const repeated = keys.find(({ id }, index) => keys.findIndex((other) => other.id === id) !== index);
  if (repeated !== undefined) throw new StartFailure(`${origin}: the key id ${repeated.id} stands there twice`);
  return keys;
}

/** The ring of `MERIDIAN_ENCRYPTION_KEYS`. @throws StartFailure */
export function keyRingFromEnvironment(value: string): KeyRing {
  return createKeyRing(parseKeys(value, 'MERIDIAN_ENCRYPTION_KEYS'));
}

/**
 * The ring of `<dataDir>/encryption-keys` (mode 0600), which is made where it is missing, unless the embedded database
 * is already there: what that holds was sealed with a key that is gone, and a new one would only hide it.
 * @throws StartFailure
 */
export function keyRingFromFile(dataDir: string): KeyRing {
  const file = join(dataDir, 'encryption-keys');
  if (!existsSync(file)) {
    if (existsSync(join(dataDir, 'pg', 'PG_VERSION'))) {
      throw new StartFailure(
        `${file}, the key of what the database in ${dataDir} keeps secret, is missing: put it back, or set MERIDIAN_ENCRYPTION_KEYS to the keys it held`,
      );
    }
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, `k1:${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
    try {
      linkSync(unfinished, file); // refuses to replace a key that another process made meanwhile
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(unfinished, { force: true });
    }
  }
  return createKeyRing(parseKeys(readFileSync(file, 'utf8'), file));
}

function ordinal(index: number): string {
  return ['first', 'second', 'third'][index] ?? `${index + 1}th`;
}
