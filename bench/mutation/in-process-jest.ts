/** What of `@jest/globals` the tests of domain/ use: it keeps them, so that they can be run again for each mutant. */
import { createRequire } from 'node:module';
import type { jest as realJest } from '@jest/globals';

const require = createRequire(import.meta.url);
const { bind } = require('jest-each');
export const { expect } = require('expect');
export const jest: Pick<typeof realJest, 'spyOn'> = require('jest-mock');

export interface KeptTest {
  readonly name: string;
  readonly run: () => unknown;
}
export const tests: KeptTest[] = [];
const around: string[] = [];

function group(name: string, body: () => void): void {
  around.push(name);
  body();
  around.pop();
}

function keep(name: string, run: () => unknown): void {
  tests.push({ name: [...around, name].join(' '), run });
}

// jest-each looks for these by name.
Object.assign(globalThis, { describe: group, test: keep });
export const describe = Object.assign(group, { each: bind(group, false) });
export const test = Object.assign(keep, { each: bind(keep, false) });
