/** What mutants are tried against: the tests of domain/ alone, without the database that the whole suite starts. */
import everything from '../../jest.config.js';

const { globalSetup: _setup, globalTeardown: _teardown, collectCoverageFrom: _files, ...config } = everything;

const chosen = (process.env['TESTS'] ?? 'test/domain').split(' ');

/** @type {import('jest').Config} */
export default {
  ...config,
  rootDir: process.cwd(),
  roots: ['<rootDir>/test/domain'],
  ...(process.env['SAMPLE'] && { moduleNameMapper: { '^fast-check$': '<rootDir>/bench/mutation/few-runs.ts' } }),
  testMatch: chosen.map((path) => `<rootDir>/${path}${path.endsWith('.ts') ? '' : '/**/*.test.ts'}`),
};
