import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { keyRingFromEnvironment, keyRingFromFile, parseKeys } from '../../../datasources/secrets/key-source.ts';
import { StartFailure } from '../../../datasources/store/start-failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 5)).toString('base64');
const other = Buffer.from(Array.from({ length: 32 }, (_, i) => 200 - i)).toString('base64url');

describe('MERIDIAN_ENCRYPTION_KEYS', () => {
  test('is read as pairs, the first the current one; base64url, spaces and line ends are fine', () => {
    expect(parseKeys(` k2:${good} , k1:${other}\n`, 'X').map(({ id }) => id)).toEqual(['k2', 'k1']);
    expect(keyRingFromEnvironment(`k2:${good},k1:${other}`).currentKeyId).toBe('k2');
  });

  test.each([
    ['', /expected at least one keyId:key pair, got none/],
    [' , ', /expected at least one/],
    [good, /the first is not one/],
    [`k1:${good},k2`, /the second is not one/],
    [`k1:${good},k2:${good},k_3:${good},`, /the third is not one/],
    [`${'k'.repeat(33)}:${good}`, /the first is not one/],
    [`k1:${good.slice(4)}`, /expected 32 bytes in base64 for the key k1, got 29/],
    [`k1:${Buffer.alloc(32).toString('base64')}`, /the key k1 is not random/],
    [`k1:${good},k1:${other}`, /the key id k1 stands there twice/],
  ])('%p is refused in one line', (value, expected) => {
    const refused = (() => {
      try {
        keyRingFromEnvironment(value);
      } catch (error) {
        return error as Error;
      }
      throw new Error('it was read');
    })();
    expect(refused).toBeInstanceOf(StartFailure);
    expect(refused.message).toMatch(/^MERIDIAN_ENCRYPTION_KEYS: /);
    expect(refused.message).toMatch(expected);
    expect(refused.message).not.toContain(good.slice(8, 30));
  });
});

describe('the key file', () => {
  test('is made once, for its user alone, and read again', () => {
    const dataDir = join(folder, 'new');
    const ring = keyRingFromFile(dataDir);
    const file = join(dataDir, 'encryption-keys');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^k1:[A-Za-z0-9+/]{43}=\n$/);
    expect(keyRingFromFile(dataDir).open(ring.seal('x', 'y'), 'y')).toBe('x');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('is not made anew beside a database that was sealed with the one that is gone', () => {
    const dataDir = join(folder, 'lost');
    mkdirSync(join(dataDir, 'pg'), { recursive: true });
    writeFileSync(join(dataDir, 'pg', 'PG_VERSION'), '18\n');
    expect(() => keyRingFromFile(dataDir)).toThrow(
      /encryption-keys, the key of .* is missing: put it back, or set MERIDIAN_ENCRYPTION_KEYS/,
    );
  });

  test('is refused by its name when it holds nonsense', () => {
    const dataDir = join(folder, 'bad');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'encryption-keys'), 'nonsense');
    expect(() => keyRingFromFile(dataDir)).toThrow(
      new RegExp(`^${join(dataDir, 'encryption-keys')}: expected keyId:key pairs`),
    );
  });
});
