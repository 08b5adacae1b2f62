/** Sets of instants and their algebra, beside sets of single seconds. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ALWAYS,
  covers,
  difference,
  intersection,
  overlaps,
  pairsOf,
  type Spans,
  union,
} from '../../../domain/availability/spans.ts';

const seed = 20_261_122;
const most = 40;
const pair = fc.tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: most }));
const pairs = fc.array(pair, { maxLength: 8 });
const set = pairs.map((given) => union(given));

/** A bit a second. */
const seconds = (spans: Spans): readonly boolean[] =>
  Array.from({ length: most }, (_, second) => [...pairsOf(spans)].some(([from, to]) => from <= second && second < to));

const isNormal = (spans: Spans): boolean =>
  spans.length % 2 === 0 && spans.every((edge, place) => place === 0 || (spans[place - 1] as number) < edge);

describe('union', () => {
  test('joins what overlaps, touches, repeats and lies inside, and leaves gaps of a second', () => {
    expect(
      union([
        [10, 20],
        [0, 5],
        [5, 7],
        [12, 15],
        [20, 21],
        [22, 23],
        [0, 5],
      ]),
    ).toEqual([0, 7, 10, 21, 22, 23]);
  });

  test('of empty and reversed pairs is nothing', () => {
    expect(
      union([
        [5, 5],
        [9, 3],
      ]),
    ).toEqual([]);
    expect(union([])).toEqual([]);
  });

  test('keeps what has no beginning', () => {
    expect(
      union([
        [3, 9],
        [Number.NEGATIVE_INFINITY, 4],
      ]),
    ).toEqual([Number.NEGATIVE_INFINITY, 9]);
  });
});

describe('what is half-open', () => {
  test('neither meets nor takes from what it touches', () => {
    expect(intersection([0, 10], [10, 20])).toEqual([]);
    expect(difference([0, 10], [10, 20])).toEqual([0, 10]);
    expect(overlaps([10, 20], 0, 10)).toBe(false);
    expect(overlaps([10, 20], 20, 30)).toBe(false);
    expect(covers([10, 20], 10, 20)).toBe(true);
    expect(covers([10, 20], 9, 20)).toBe(false);
    expect(covers([10, 20], 10, 21)).toBe(false);
  });

  test('two spans with a second between them do not hold what lies across it', () => {
    expect(covers([0, 10, 11, 20], 5, 15)).toBe(false);
    expect(overlaps([0, 10, 11, 20], 10, 11)).toBe(false);
  });
});

test('always holds everything, and nothing is left of a set without it', () => {
  expect(covers(ALWAYS, -5e9, 5e11)).toBe(true);
  expect(intersection(ALWAYS, [3, 4])).toEqual([3, 4]);
  expect(difference([3, 4], ALWAYS)).toEqual([]);
});

test('one span taken away may end several, and several may hollow one out', () => {
  expect(difference([0, 5, 6, 8, 9, 20], [3, 10, 12, 13])).toEqual([0, 3, 10, 12, 13, 20]);
  expect(difference([0, 5, 6, 8], [2, 7, 7, 9])).toEqual([0, 2]);
});

describe('against a bit a second', () => {
  const check = <Given extends unknown[]>(
    given: { readonly [Place in keyof Given]: fc.Arbitrary<Given[Place]> },
    property: (...values: Given) => void,
  ): void =>
    fc.assert(fc.property(...(given as unknown as [fc.Arbitrary<unknown>]), property as never), {
      seed,
      numRuns: 400,
    });

  test('union is or, and sorted without touching', () => {
    check<[[number, number][]]>([pairs], (given) => {
      const bits = Array.from({ length: most }, (_, second) =>
        given.some(([from, to]) => from <= second && second < to),
      );
      expect(seconds(union(given))).toEqual(bits);
      expect(isNormal(union(given))).toBe(true);
    });
  });

  test('intersection is and; difference is and not', () => {
    check<[Spans, Spans]>([set, set], (one, other) => {
      const [left, right] = [seconds(one), seconds(other)];
      expect(seconds(intersection(one, other))).toEqual(left.map((bit, second) => bit && right[second] === true));
      expect(seconds(difference(one, other))).toEqual(left.map((bit, second) => bit && right[second] === false));
      expect(isNormal(intersection(one, other)) && isNormal(difference(one, other))).toBe(true);
    });
  });

  test('covers is every second of, overlaps any of', () => {
    check<[Spans, [number, number]]>([set, pair.filter(([from, to]) => from < to)], (spans, [from, to]) => {
      const bits = seconds(spans).slice(from, to);
      expect(covers(spans, from, to)).toBe(bits.every((bit) => bit));
      expect(overlaps(spans, from, to)).toBe(bits.some((bit) => bit));
    });
  });
});
