/** Checks that arrows point down the house's list only, and that the pure folders stay pure (docs/architecture.md). */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** From the top down: a folder may import itself and what stands after it. */
const house = [
  'server',
  'console',
  'cli',
  'resolvers',
  'subscriptions',
  'auth',
  'scheduling',
  'sync',
  'datasources',
  'domain',
  'schema',
];
const pure = new Set(['domain', 'schema']);
const allowedInPure = new Set(['graphql', 'ical.js', 'windows-iana']);
const specifiers =
  /(?:^|[\n;}])\s*(?:import|export)\b[^'";]*?from\s*['"]([^'"]+)['"]|(?:^|[\n;}])\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

let wrong = 0;
let files = 0;
for (const file of globSync(`{${house.join(',')}}/**/*.ts`)) {
  if (file.includes('node_modules') || file === join('schema', 'generated.ts')) continue;
  files++;
  const from = house.indexOf(file.split(/[\\/]/)[0] ?? '');
  for (const match of readFileSync(file, 'utf8').matchAll(specifiers)) {
    const to = match[1] ?? match[2] ?? match[3] ?? '';
    const say = (why: string) => {
      wrong++;
      console.error(`${file}: ${to}: ${why}`);
    };
    if (to.startsWith('.')) {
      const target = normalize(join(dirname(file), to));
      const folder = target.split(/[\\/]/)[0] ?? '';
      if (target === 'package.json') continue;
      if (!house.includes(folder)) say(`${folder}/ is not part of the house`);
      else if (house.indexOf(folder) < from) say(`${house[from]}/ may not import ${folder}/`);
    } else if (pure.has(house[from] ?? '') && !allowedInPure.has(to)) {
      say(`${house[from]}/ is pure`);
    }
  }
}
console.log(`${files} files checked, ${wrong} wrong imports`);
process.exitCode = wrong > 0 ? 1 : 0;
