/** The banner: what it shows, what it keeps back, and that its command works when pasted. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BannerOptions, banner, curl } from '../../server/banner.ts';
import { keys, type SmallApp, startSmallApp } from './small-app.ts';

const options: BannerOptions = {
  version: '0.1.0',
  address: 'http://127.0.0.1:4000',
  dataDir: '/srv/.meridian',
  apiKeyFile: '/srv/.meridian/api-key',
  apiKey: 'the/key+of=everything',
  mode: 'development',
  introspection: true,
  isTerminal: true,
};

describe('the banner', () => {
  test('names the addresses and where the key is', () => {
    const text = banner(options);
    for (const part of [
      'http://127.0.0.1:4000/graphql',
      'ws://127.0.0.1:4000/graphql',
      '/schema.graphql',
      '/readyz',
      '/srv/.meridian/api-key',
    ]) {
      expect(text).toContain(part);
    }
    expect(text.endsWith('\n')).toBe(true);
  });

  test('links to GraphiQL with the key in the fragment, on a terminal only', () => {
    expect(banner(options)).toContain('http://127.0.0.1:4000/graphql#key=the%2Fkey%2Bof%3Deverything');
    const logged = banner({ ...options, isTerminal: false });
    expect(logged).not.toContain('the/key');
    expect(logged).not.toContain('%2Fkey');
    expect(logged).toContain('npm run meridian -- open');
  });

  test('names no schema where none may be asked for', () => {
    expect(banner({ ...options, introspection: false })).not.toContain('schema');
  });

  test('in production shows no key and no command', () => {
    const text = banner({ ...options, mode: 'production', apiKeyFile: null, apiKey: null });
    expect(text).not.toMatch(/key|curl|GraphiQL/);
  });
});

describe('its command', () => {
  let small: SmallApp;
  let folder: string;
  beforeAll(async () => {
    small = await startSmallApp();
    folder = mkdtempSync(join(tmpdir(), "a 'path' with $HOME & spaces "));
  });
  afterAll(async () => {
    await small.app.drain(1_000);
    rmSync(folder, { recursive: true });
  });

  const hasCurl = (() => {
    try {
      execFileSync('curl', ['--version']);
      return true;
    } catch {
      return false;
    }
  })();
  const pasted = hasCurl ? test : test.skip;

  pasted.each(['sh', 'bash'])('works when pasted into %s, whatever the path', async (shell) => {
    const file = join(folder, 'api-key');
    writeFileSync(file, `${keys.all}\n`, { mode: 0o600 });
    const { stdout } = await promisify(execFile)(shell, ['-c', curl(small.origin, file)]);
    // The small graph has no such fields: what matters is that the key was read and the body understood.
    expect(JSON.parse(stdout).errors[0].message).toContain('Cannot query field "credential"');
  });

  pasted('takes the key from the environment where that gave it', async () => {
    const { stdout } = await promisify(execFile)('sh', ['-c', curl(small.origin, null)], {
      env: { ...process.env, MERIDIAN_API_KEY: keys.all },
    });
    expect(stdout).toContain('Cannot query field');
  });
});
