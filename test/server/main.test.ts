/** The process itself, where it cannot start: exit code 3 and one line that names the way out. */
import { execFile } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

function start(env: Record<string, string>): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['server/main.ts'],
      { env: { PATH: process.env['PATH'] ?? '', ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('npm start', () => {
  test.each([
    [
      { MERIDIAN_APIKEY: 'canary' },
      'meridian: MERIDIAN_APIKEY is no variable of this service: did you mean MERIDIAN_API_KEY?\n',
    ],
    [{ PORT: 'x' }, 'meridian: PORT: expected a whole number from 0 to 65535, got "x"\n'],
    [{ MERIDIAN_MODE: 'production' }, 'meridian: MERIDIAN_ENCRYPTION_KEYS: expected keys in production, got none\n'],
    [
      { MERIDIAN_ENCRYPTION_KEYS: 'canary\nof two lines' },
      expect.stringMatching(/^meridian: MERIDIAN_ENCRYPTION_KEYS: expected keyId:key pairs [^\n]*\n$/),
    ],
    [
      { PORT: '0', DATA_DIR: 'package.json' },
      expect.stringMatching(
        /^meridian: DATA_DIR: expected a folder that can be made and written to, got \S+ \(EEXIST\)\n$/,
      ),
    ],
    [
      { PORT: '0', DATA_DIR: 'package.json/inside' },
      expect.stringMatching(
        /^meridian: DATA_DIR: expected a folder that can be made and written to, got \S+ \(ENOTDIR\)\n$/,
      ),
    ],
  ])('with %j ends with 3 and one line', async (env, line) => {
    const { code, stdout, stderr } = await start(env);
    expect({ code, stdout, stderr }).toEqual({ code: 3, stdout: '', stderr: line });
    expect(stderr.replace('APIKEY', '')).not.toContain('canary');
  });
});
