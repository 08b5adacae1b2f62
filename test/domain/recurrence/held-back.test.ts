/** What waits until nothing before it can come: it goes out in order, and few comparisons put it there. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HeldBack } from '../../../domain/recurrence/held-back.ts';

const rising = (left: number, right: number): number => left - right;

function comparisons(values: readonly number[]): number {
  let compared = 0;
  const held = new HeldBack((left: number, right: number) => {
    compared += 1;
    return left - right;
  });
  for (const value of values) held.hold(value);
  const out: number[] = [];
  while (held.first !== undefined) out.push(held.release());
  expect(out).toEqual(values.toSorted(rising));
  return compared;
}

describe('what is held back', () => {
  test('goes out in order, whatever came and went before', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 40 })), { maxLength: 120 }), (moves) => {
        const held = new HeldBack(rising);
        let expected: number[] = [];
        for (const move of moves) {
          if (move !== null) {
            held.hold(move);
            expected = [...expected, move].sort(rising);
          } else if (expected.length > 0) {
            expect(held.release()).toBe(expected[0]);
            expected = expected.slice(1);
          }
          expect(held.first).toBe(expected[0]);
        }
      }),
      { seed: 20_261_123, numRuns: 500 },
    );
  });

  test.each<[string, (at: number, count: number) => number]>([
    ['in order', (at) => at],
    ['backwards', (at, count) => count - at],
    ['twice over, the second time among the first', (at, count) => at % (count / 2)],
    ['all alike', () => 7],
  ])('costs a few comparisons each, %s', (_, value) => {
    const count = 4096;
    // Sorting anew at each would be millions: 12 is log₂ of how many there are.
    expect(comparisons(Array.from({ length: count }, (__, at) => value(at, count)))).toBeLessThanOrEqual(
      3 * 12 * count,
    );
  });
});
