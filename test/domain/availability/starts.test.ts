/** Sets of starts, a bit each, beside sets of numbers. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { covers, overlaps, union } from '../../../domain/availability/spans.ts';
import type { StartGrid } from '../../../domain/availability/start-grid.ts';
import { startAt } from '../../../domain/availability/start-grid.ts';
import {
  allStarts,
  clearStarts,
  clearWithin,
  hasStart,
  keepStarts,
  meet,
  nextStart,
  noStarts,
  type Starts,
  startsWithin,
} from '../../../domain/availability/starts.ts';

const seed = 20_261_122;
const step = 10;

const gridOf = (...counts: readonly number[]): StartGrid => {
  let place = 0;
  const pieces = counts.map((count, at) => {
    const piece = { first: 1000 * at + 3, count, place };
    place += count;
    return piece;
  });
  return { step, pieces, size: place };
};
const listed = (starts: Starts, size: number): readonly number[] =>
  Array.from({ length: size + 70 }, (_, place) => place).filter(
    (place) => place >>> 5 < starts.length && hasStart(starts, place),
  );
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

test.each([0, 1, 31, 32, 33, 64, 65, 100])('all of %d starts are so many, none behind them', (size) => {
  expect(listed(allStarts(gridOf(size)), size)).toEqual(size === 0 ? [] : numbers(0, size - 1));
  expect(listed(noStarts(gridOf(size)), size)).toEqual([]);
});

test.each([
  [0, 0],
  [31, 31],
  [31, 32],
  [5, 9],
  [0, 31],
  [32, 63],
  [3, 99],
  [64, 99],
])('taking %d to %d away takes these', (low, high) => {
  const grid = gridOf(100);
  const starts = allStarts(grid);
  clearStarts(starts, low, high);
  expect(listed(starts, 100)).toEqual(numbers(0, 99).filter((place) => place < low || place > high));
});

test('the next start is the place itself, one in a later word, or none', () => {
  const starts = noStarts(gridOf(100));
  starts[0] = 1 << 4;
  starts[2] = -1 << 31;
  expect([0, 4, 5, 95, 96, 128].map((from) => nextStart(starts, from))).toEqual([4, 4, 95, 95, -1, -1]);
  expect(nextStart(noStarts(gridOf(0)), 0)).toBe(-1);
});

test('two sets meet where one start is in both; keeping takes the others away', () => {
  const grid = gridOf(70);
  const [one, other] = [allStarts(grid), allStarts(grid)];
  clearStarts(one, 0, 64);
  clearStarts(other, 66, 69);
  expect(meet(one, other)).toBe(true);
  keepStarts(one, other);
  expect(listed(one, 70)).toEqual([65]);
  clearStarts(other, 65, 65);
  expect(meet(one, other)).toBe(false);
});

test('starts whose meeting lies in spans, and those in no spans, are what each start says', () => {
  const spans = fc
    .array(fc.tuple(fc.integer({ min: -50, max: 2500 }), fc.integer({ min: 0, max: 900 })), { maxLength: 6 })
    .map((pairs) => union(pairs.map(([from, length]) => [from, from + length])));
  const grids = fc
    .array(fc.integer({ min: 1, max: 95 }), { minLength: 1, maxLength: 3 })
    .map((counts) => gridOf(...counts));
  fc.assert(
    fc.property(grids, spans, fc.integer({ min: 1, max: 200 }), (grid, given, duration) => {
      const places = numbers(0, grid.size - 1);
      expect(listed(startsWithin(given, duration, grid), grid.size)).toEqual(
        places.filter((place) => covers(given, startAt(grid, place), startAt(grid, place) + duration)),
      );
      const left = allStarts(grid);
      clearWithin(left, given, grid);
      expect(listed(left, grid.size)).toEqual(
        places.filter((place) => !overlaps(given, startAt(grid, place), startAt(grid, place) + 1)),
      );
    }),
    { seed, numRuns: 1000 },
  );
});
