/**
 * Every branch of domain/ is taken by the tests of domain/ and of test/suites, without a database:
 *
 *     node --experimental-vm-modules node_modules/jest/bin/jest.js --config test/coverage.config.js --coverage
 */
import everything from '../jest.config.js';

const { globalSetup: _setup, globalTeardown: _teardown, ...config } = everything;

/** @type {import('jest').Config} */
export default {
  ...config,
  rootDir: process.cwd(),
  roots: ['<rootDir>/test/domain', '<rootDir>/test/suites'],
  collectCoverageFrom: ['domain/**/*.ts'],
  coverageReporters: ['text', 'json'],
  coverageThreshold: { global: { branches: 100 } },
};
