/**
 * The mutation score of domain/ from a sample, as sample.ts has it, without Jest: mutants are switched on one after the other
 * in one process, in which the tests were loaded once. What a module keeps in memory is kept from mutant to mutant, so this
 * may miss a mutant that Jest sees. A test that is slower than `--slowest` milliseconds is left out, and told.
 *
 *     nice -n 10 node --stack-size=4000 bench/mutation/in-process.ts --only events [--seed 20261122] [--per-folder 600]
 */
import { cpSync, globSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type KeptTest, tests } from './in-process-jest.ts';
import { mutantName } from './mutant-name.ts';
import { chosen, folders, instrumented } from './sampling.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'events' },
    seed: { type: 'string', default: '20261122' },
    'per-folder': { type: 'string', default: '600' },
    slowest: { type: 'string', default: '1000' },
  },
});
const folder = folders.find(({ name }) => name === options.only);
if (folder === undefined)
  throw new Error(`expected a folder of ${folders.map(({ name }) => name)}, came ${options.only}`);

/** What instrumented code looks for (`@stryker-mutator/instrumenter`). */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number;
  hitLimit?: number;
  mutantCoverage?: Coverage;
}
type Hits = Record<string, number>;
interface Coverage {
  readonly static: Hits;
  readonly perTest: Record<string, Hits>;
}
const switches: Switches = {};
Object.assign(globalThis, { __stryker__: switches });

const copy = mkdtempSync(join(tmpdir(), 'meridian-mutants-'));
for (const part of ['domain', 'test', 'bench', 'datasources', 'package.json']) {
  cpSync(part, join(copy, part), { recursive: true });
}
symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
const { files, mutants } = await instrumented(globSync(folder.code).sort());
for (const { name, content } of files) writeFileSync(join(copy, name), content);

const stands: Readonly<Record<string, string>> = {
  '@jest/globals': new URL('in-process-jest.ts', import.meta.url).href,
  'fast-check': new URL('few-runs.ts', import.meta.url).href,
};
registerHooks({
  resolve(name, context, next) {
    const url = context.parentURL?.includes('/test/') === true ? stands[name] : undefined;
    return url === undefined ? next(name, context) : { url, shortCircuit: true };
  },
});
for (const file of globSync(folder.tests).sort()) {
  if (folder.slow.some((slow) => file.endsWith(`/${slow}.test.ts`))) continue;
  await import(pathToFileURL(join(copy, file)).href);
}

async function passes({ run }: KeptTest): Promise<boolean> {
  try {
    await run();
    return true;
  } catch {
    return false;
  }
}

interface TimedTest {
  readonly id: string;
  readonly test: KeptTest;
  readonly took: number;
}
const usable: TimedTest[] = [];
for (const [index, test] of tests.entries()) {
  const id = `test ${index}`;
  switches.currentTestId = id;
  const begun = performance.now();
  const passed = await passes(test);
  const took = performance.now() - begun;
  if (passed && took <= Number(options.slowest)) usable.push({ id, test, took });
  else console.log(`left out, ${passed ? `${Math.round(took)} ms` : 'fails without a mutant'}: ${test.name}`);
}
usable.sort((one, other) => one.took - other.took);
switches.currentTestId = undefined;

const hits = ({ id }: TimedTest, mutant: string) => switches.mutantCoverage?.perTest[id]?.[mutant] ?? 0;
const counts = { killed: 0, survived: 0, 'reached by no test': 0, static: 0 };
const left: string[] = [];
for (const { id, fileName, location, mutatorName, replacement } of chosen(
  mutants,
  Number(options['per-folder']),
  options.seed,
)) {
  const reaching = usable.filter((one) => hits(one, id) > 0);
  if (reaching.length === 0 && switches.mutantCoverage?.static[id] !== undefined) {
    counts.static += 1;
    continue;
  }
  let killed = false;
  switches.hitCount = 0;
  // A loop without end passes the mutant more often than all tests together did without it.
  switches.hitLimit = 5 * reaching.reduce((sum, one) => sum + hits(one, id), 1);
  switches.activeMutant = id;
  for (const { test } of reaching) {
    killed = !(await passes(test));
    if (killed) break;
  }
  switches.activeMutant = undefined;
  if (killed) {
    counts.killed += 1;
    continue;
  }
  counts[reaching.length > 0 ? 'survived' : 'reached by no test'] += 1;
  left.push(mutantName(fileName, location, mutatorName, replacement));
}
const judged = counts.killed + left.length;
console.log(left.join('\n'));
console.log(
  `${folder.name}: ${judged + counts.static} of ${mutants.length} mutants (seed ${options.seed})`,
  counts,
  `${((100 * counts.killed) / judged).toFixed(1)} %`,
);
rmSync(copy, { recursive: true });
process.exit();
