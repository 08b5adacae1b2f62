/**
 * The mutation score of domain/ from a sample: all of its mutants take a day, so a seed chooses some of each folder, of each
 * file in proportion to how many it has. Equal code and equal seeds choose the same mutants.
 *
 *     nice -n 10 node bench/mutation/sample.ts [--seed 20261122] [--per-folder 150] [--only time] [--survivors]
 *
 * `--survivors` tries only those again that survived the last run. Mutants of what is made once when a module is loaded
 * are not tried (`ignoreStatic`), and are counted apart. in-process.ts tries as many in a hundredth of the time.
 */
import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { schema } from '@stryker-mutator/api/core';
import { mutantName } from './mutant-name.ts';
import { chosen, folders, instrumented } from './sampling.ts';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '20261122' },
    'per-folder': { type: 'string', default: '150' },
    only: { type: 'string' },
    survivors: { type: 'boolean', default: false },
  },
});
const missed = new Set<schema.MutantStatus>(['Survived', 'NoCoverage']);
const results = join(tmpdir(), 'meridian-mutation');
mkdirSync(results, { recursive: true });

for (const folder of folders) {
  if (options.only !== undefined && options.only !== folder.name) continue;
  const list = join(results, `sample-${folder.name}.json`);
  const report = join(results, `sample-${folder.name}-report.json`);
  const { mutants } = await instrumented(globSync(folder.code).sort());
  const sample = options.survivors
    ? survivors(report)
    : chosen(mutants, Number(options['per-folder']), options.seed).map((one) =>
        mutantName(one.fileName, one.location, one.mutatorName, one.replacement),
      );
  writeFileSync(list, JSON.stringify(sample));
  const fast = globSync(folder.tests)
    .filter((file) => !folder.slow.some((slow) => file.endsWith(`/${slow}.test.ts`)))
    .sort();
  const files = new Set(sample.map((name) => name.slice(0, name.indexOf(':'))));
  await stryker({ MUTATE: [...files].join(' '), TESTS: fast.join(' '), SAMPLE: list, REPORT: report });
  tell(folder.name, mutants.length, sample, report);
}

interface Tried {
  readonly name: string;
  readonly status: schema.MutantStatus;
}

function tried(report: string): Tried[] {
  const { files }: schema.MutationTestResult = JSON.parse(readFileSync(report, 'utf8'));
  return Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants.map(({ location: { start, end }, mutatorName, replacement, status }) => {
      const location = {
        start: { line: start.line - 1, column: start.column - 1 },
        end: { line: end.line - 1, column: end.column - 1 },
      };
      return { name: mutantName(file, location, mutatorName, replacement), status };
    }),
  );
}

function survivors(report: string): string[] {
  const list: string[] = JSON.parse(readFileSync(report.replace('-report', ''), 'utf8'));
  const before = new Set(list);
  return tried(report)
    .filter(({ name, status }) => missed.has(status) && before.has(name))
    .map(({ name }) => name);
}

function stryker(environment: Readonly<Record<string, string>>): Promise<void> {
  const program = 'node_modules/@stryker-mutator/core/bin/stryker.js';
  return new Promise((ended, failed) => {
    const child = spawn(process.execPath, [program, 'run', 'bench/mutation/stryker.config.js'], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('close', (code) =>
      code === 0 ? ended() : failed(new Error(`expected Stryker to end with 0, came ${code}`)),
    );
  });
}

function tell(folder: string, all: number, sample: readonly string[], report: string): void {
  const wanted = new Set(sample);
  const mine = tried(report).filter(({ name }) => wanted.has(name));
  const count = (...statuses: schema.MutantStatus[]) => mine.filter(({ status }) => statuses.includes(status)).length;
  const killed = count('Killed', 'Timeout');
  const left = count('Survived', 'NoCoverage');
  const score = ((100 * killed) / (killed + left)).toFixed(1);
  console.log(
    `${folder}: ${sample.length} of ${all} mutants (seed ${options.seed}), ${count('Ignored')} of them static`,
  );
  console.log(`${folder}: ${killed} killed, ${left} survived (${count('NoCoverage')} reached by no test), ${score} %`);
  for (const { name, status } of mine) if (missed.has(status)) console.log(`  ${status} ${name}`);
}
