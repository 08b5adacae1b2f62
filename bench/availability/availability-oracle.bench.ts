/**
 * The engine against brute force: `npm run bench -- availability-oracle [--seed=n] [--cases=n]`. A million cases are the full
 * run; a case that differs is printed whole, and the bench fails.
 */
import { systemZones } from '../../domain/time/system-zones.ts';
import { compareCases } from './compare.ts';

const given = (name: string): number | null => {
  const found = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return found === undefined ? null : Number(found.slice(name.length + 3));
};
const cases = given('cases') ?? (process.argv.includes('--tiny') ? 500 : 1_000_000);
const seed = given('seed') ?? Math.floor(Math.random() * 4_294_967_296);
const zones = systemZones(process.versions['tz'] ?? '');

const began = performance.now();
const found = compareCases({ seed, cases, zones });
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(
  `  seed ${seed}: ${found.cases} cases, ${found.openings} openings, ${found.refused} refused starts, ${found.differences.length} differences (${seconds} s)`,
);
for (const { number, asked, what } of found.differences)
  console.error(`  case ${number}: ${what}\n  ${JSON.stringify(asked)}`);
if (found.differences.length > 0) process.exitCode = 1;
