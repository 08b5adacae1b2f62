/**
 * The engine against PostgreSQL's multiranges: `npm run bench -- availability-multirange [--seed=n] [--cases=n]`. A case that
 * differs is printed whole, and the bench fails.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../datasources/store/embedded/start.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { compareMultiranges } from './compare-multirange.ts';

const given = (name: string): number | null => {
  const found = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return found === undefined ? null : Number(found.slice(name.length + 3));
};
const cases = given('cases') ?? (process.argv.includes('--tiny') ? 250 : 20_000);
const seed = given('seed') ?? Math.floor(Math.random() * 4_294_967_296);
const zones = systemZones(process.versions['tz'] ?? '');

const dataDir = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
const embedded = await startEmbedded({ dataDir });
try {
  const began = performance.now();
  const found = await compareMultiranges({ seed, cases, zones, database: embedded.connection });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `  seed ${seed}: ${found.cases} cases, ${found.openings} openings, ${found.spans} spans of free time, ${found.differences.length} differences (${seconds} s)`,
  );
  for (const { number, asked, what } of found.differences)
    console.error(`  case ${number}: ${what}\n  ${JSON.stringify(asked)}`);
  if (found.differences.length > 0) process.exitCode = 1;
} finally {
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
