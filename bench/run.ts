/**
 * Runs every bench in a process of its own: `npm run bench` for figures, `npm run bench -- --tiny` to see that none rots,
 * `npm run bench -- read-page` for one. Figures are ratios against a baseline of the same run, medians of interleaved rounds.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename } from 'node:path';

const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
let failed = 0;
for (const file of globSync('bench/**/*.bench.ts').sort()) {
  const name = basename(file, '.bench.ts');
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`\n${name}`);
  const code = await new Promise<number | null>((ended) => {
    const child = spawn(process.execPath, ['--expose-gc', '--disable-warning=FSTDEP023', file, ...flags], {
      stdio: 'inherit',
    });
    child.on('close', ended);
  });
  if (code !== 0) {
    failed++;
    console.error(`${name}: ended with ${code}`);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
