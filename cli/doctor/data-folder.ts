/** DATA_DIR: whether it can be used, and whether what it keeps secret is nobody else's to read. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, fail, ok, warn } from './check.ts';

const secrets = ['encryption-keys', 'api-key', 'database-passwords.json'];

export function checkDataFolder(dataDir: string): Finding[] {
  if (!existsSync(dataDir)) {
    return [
      warn(
        'data-folder',
        `${dataDir} does not exist yet`,
        '`npm start` makes it; if there should be data, set DATA_DIR to where it is',
      ),
    ];
  }
  const stat = statSync(dataDir);
  if (!stat.isDirectory()) return [fail('data-folder', `${dataDir} is not a folder`, 'set DATA_DIR to a folder')];
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [
      fail(
        'data-folder',
        `${dataDir} cannot be written by this user`,
        `run as the user that the service runs as, or \`chown -R "$(id -u)" ${dataDir}\``,
      ),
    ];
  }
  const isOpen = (mode: number) => (mode & 0o077) !== 0;
  const files = secrets.map((name) => join(dataDir, name)).filter((file) => existsSync(file));
  const readable = files.filter((file) => isOpen(statSync(file).mode));
  const findings: Finding[] = [];
  if (readable.length > 0) {
    findings.push(fail('data-folder', `others can read ${readable.join(', ')}`, `chmod 600 ${readable.join(' ')}`));
  }
  if (isOpen(stat.mode)) {
    const mode = (stat.mode & 0o777).toString(8);
    findings.push(warn('data-folder', `others can look into ${dataDir} (mode ${mode})`, `chmod 700 ${dataDir}`));
  }
  return findings.length > 0 ? findings : [ok('data-folder', `${dataDir}, this user's alone`)];
}
