/**
 * Mutation tests of domain/ (docs/recurrence.md, "Proof"): which changes of the code would no test of test/domain see?
 *
 *     MUTATE='domain/time/*.ts' TESTS='test/domain/time' nice -n 10 node node_modules/@stryker-mutator/core/bin/stryker.js run bench/mutation/stryker.config.js
 *
 * `node bench/mutation/sample.ts` tries a sample of each folder instead.
 *
 * TESTS narrows the tests to some folders or files (a mutant that only others would see then survives). One folder a run takes minutes to hours, so it runs by hand and not in CI. It is incremental: a run that was ended goes
 * on where it was.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sampled = process.env['SAMPLE'] !== undefined;
const mutate = process.env['MUTATE'] ?? 'domain/**/*.ts';
const name = mutate
  .replace(/[^a-z0-9]+/gi, '-')
  .replace(/^-|-$/g, '')
  .slice(0, 150);
const results = join(tmpdir(), 'meridian-mutation');

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: mutate.split(' '),
  testRunner: sampled ? 'sampled-jest' : 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { configFile: 'bench/mutation/jest.config.js', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // Of what is made once when a module is loaded (tables, messages) every mutant costs the whole suite.
  ignoreStatic: true,
  concurrency: 1,
  // What a sample found before the tests were mended would be taken for what they find now.
  incremental: !sampled,
  incrementalFile: join(results, `${name}.json`),
  // Outside of the checkout: TypeScript, Biome and Jest look at everything in it.
  tempDirName: join(results, `sandbox-${name}`),
  ignorePatterns: [
    '*',
    '!domain/**',
    '!test/domain/**',
    '!datasources/store/event-columns.ts',
    '!bench/mutation/**',
    '!jest.config.js',
    '!package.json',
  ],
  // It would rewrite paths in it by way of TypeScript's old API, which version 7 has no more.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  checkers: [],
  plugins: ['@stryker-mutator/jest-runner', ...(sampled ? ['./bench/mutation/sampled-jest.ts'] : [])],
  reporters: [...(sampled ? [] : ['clear-text']), 'json', 'progress-append-only'],
  clearTextReporter: { reportTests: false, allowColor: false },
  jsonReporter: { fileName: process.env['REPORT'] ?? join(results, `${name}-report.json`) },
  // Stryker's own score counts mutants that no test reaches, whether they are in the sample or not.
  thresholds: { high: 95, low: 85, break: sampled ? null : 85 },
  dryRunTimeoutMinutes: 30,
  timeoutMS: 20_000,
  timeoutFactor: 4,
};
