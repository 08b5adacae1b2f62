/** From how many lengths, and of what, an end leads back to its start. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joined, type Span } from '../../../domain/recurrence/lengths.ts';

const span = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.nat(10))
  .map(([least, length]): Span => ({ least, most: least + length }));

test('spans that touch are one, and of too many those that lie closest', () => {
  const spans = [
    { least: 20, most: 21 },
    { least: 0, most: 2 },
    { least: 2, most: 3 },
    { least: 0, most: 1 },
    { least: 8, most: 9 },
  ];
  expect(joined(spans, 3)).toEqual([
    { least: 0, most: 3 },
    { least: 8, most: 9 },
    { least: 20, most: 21 },
  ]);
  expect(joined(spans, 2)).toEqual([
    { least: 0, most: 9 },
    { least: 20, most: 21 },
  ]);
  expect(joined([], 2)).toEqual([]);
});

test('joined spans lose nothing, rise apart from each other, and are no more than allowed', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), (spans, most) => {
      const found = joined(spans, most);
      expect(found.length).toBeLessThanOrEqual(most);
      for (const one of spans) {
        expect(found.filter((whole) => whole.least <= one.least && one.most <= whole.most)).toHaveLength(1);
      }
      for (const [index, one] of found.slice(1).entries()) {
        expect(one.least).toBeGreaterThan((found[index] as Span).most);
      }
    }),
    { numRuns: 200, seed: 3 },
  );
});
