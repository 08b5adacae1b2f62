#!/usr/bin/env node
// The `meridian` command on whatever Node the machine has: hands over to the Node that `npm ci` brought.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);
const brought = join(root, 'node_modules', '.bin', 'node');
const isNewEnough = major > 22 || (major === 22 && minor >= 18);
if (!isNewEnough && !existsSync(brought)) {
  console.error(
    `meridian: expected Node 22.18 or newer, got ${process.versions.node}: run \`npm ci\` without --ignore-scripts, it brings Node 24`,
  );
  process.exit(3);
}
const program = existsSync(brought) ? brought : process.execPath;
const child = spawn(
  program,
  [
    '--disable-warning=FSTDEP023',
    '--max-semi-space-size=8',
    join(root, 'server', 'meridian.ts'),
    ...process.argv.slice(2),
  ],
  {
    stdio: 'inherit',
  },
);
// The terminal tells the child of Ctrl-C itself; a signal to this process alone is handed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  console.error(`meridian: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
