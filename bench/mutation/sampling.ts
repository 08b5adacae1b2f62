/** Which mutants of domain/ a sample has, and which tests they are put to. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Mutant } from '@stryker-mutator/api/core';
import { Instrumenter, type InstrumentResult } from '@stryker-mutator/instrumenter';
import { mutantName } from './mutant-name.ts';

export interface Folder {
  readonly name: string;
  readonly code: string;
  readonly tests: string;
  /** Left out: they take more than all others together. */
  readonly slow: readonly string[];
}

export const folders: readonly Folder[] = [
  { name: 'time', code: 'domain/time/*.ts', tests: 'test/domain/time/*.test.ts', slow: [] },
  {
    name: 'recurrence',
    code: 'domain/recurrence/*.ts',
    tests: '{test/domain/recurrence,test/suites}/*.test.ts',
    slow: ['fuzz', 'plain-walk', 'recurrence-oracles', 'icalendar-corpora', 'icalendar-round-trip'],
  },
  { name: 'events', code: 'domain/events/*.ts', tests: 'test/domain/events/*.test.ts', slow: [] },
  {
    name: 'icalendar',
    code: 'domain/events/icalendar/*.ts',
    tests: 'test/domain/events/icalendar/*.test.ts',
    slow: ['limits', 'observance-ends'],
  },
];

const quiet = () => undefined;
const never = () => false;
const silence = {
  ...{ trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet, fatal: quiet },
  ...{ isTraceEnabled: never, isDebugEnabled: never, isInfoEnabled: never, isWarnEnabled: never },
  ...{ isErrorEnabled: never, isFatalEnabled: never },
};

/** Every mutant of some files, and the files with a switch at each. */
export function instrumented(files: readonly string[]): Promise<InstrumentResult> {
  const contents = files.map((name) => ({ name, content: readFileSync(name, 'utf8'), mutate: true }));
  const settings = { ignorers: [], excludedMutations: [], noHeader: false, plugins: null };
  return new Instrumenter(silence).instrument(contents, settings);
}

/** Sorted by file and within it by chance, every n-th: so each file gives its share, to the nearest mutant. */
export function chosen(every: readonly Mutant[], count: number, seed: string): Mutant[] {
  const sorted = every
    .map((mutant) => {
      const name = mutantName(mutant.fileName, mutant.location, mutant.mutatorName, mutant.replacement);
      const chance = createHash('sha256').update(`${seed} ${name}`).digest('hex');
      return { mutant, key: `${mutant.fileName} ${chance}` };
    })
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  const step = Math.max(1, sorted.length / count);
  return sorted
    .filter((_, place) => Math.floor(place / step) !== Math.floor((place - 1) / step))
    .map(({ mutant }) => mutant);
}
