/** The key file of an installation, changed by a command while its service runs. */
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addKeyToFile, keyFileOf, removeKeyFromFile } from '../../../datasources/secrets/key-file.ts';
import { keyRingFromFile } from '../../../datasources/secrets/key-source.ts';
import { StartFailure } from '../../../datasources/store/start-failure.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-keys-'));
  file = keyFileOf(folder);
  keyRingFromFile(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const ids = () => keyRingFromFile(folder).keyIds;

test('a new key goes in front, an old one away; nothing else is left in the folder', () => {
  const [first = ''] = ids();
  const added = addKeyToFile(folder);
  expect(ids()).toEqual([added, first]);
  expect(() => removeKeyFromFile(folder, added)).toThrow('seals: rotate first');
  expect(() => removeKeyFromFile(folder, 'unknown')).toThrow('has no key unknown');
  removeKeyFromFile(folder, first);
  expect(ids()).toEqual([added]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(existsSync(`${file}.unfinished`)).toBe(false);
});

test('the service can still read the file after root changed it', () => {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(file, 65_534, 65_534);
  const { uid, gid } = statSync(file);
  addKeyToFile(folder);
  const after = statSync(file);
  expect([after.uid, after.gid, after.mode & 0o777]).toEqual([uid, gid, 0o600]);
});

test('two commands at once: the second changes nothing, for it would take away a key that may have sealed already', () => {
  writeFileSync(`${file}.unfinished`, '');
  const before = readFileSync(file, 'utf8');
  expect(() => addKeyToFile(folder)).toThrow(StartFailure);
  expect(() => addKeyToFile(folder)).toThrow('another command is changing the keys');
  expect(readFileSync(file, 'utf8')).toBe(before);
});
