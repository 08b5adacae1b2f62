/** Which steps may be taken in any order (semantics E12). */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ranksOf } from '../../../scheduling/sequences/ranks.ts';

test.each([
  ['none: the order given', [null, null, null], [0, 1, 2]],
  ['equal ones: any order', [4, 4, 4], [0, 0, 0]],
  ['rising, falling and equal ones', [3, -1, 3, 2_147_483_647], [1, 0, 1, 2]],
  ['a step without one behind those before it', [1, 1, null, 2], [0, 0, 1, 2]],
  ['steps without one before all others', [null, null, -2_147_483_648], [0, 1, 2]],
  ['a step without one behind what was given before it, where that is last', [2, null, 1, null], [2, 3, 0, 1]],
  ['steps of equal ordinals stay together around one without', [1, null, 1], [0, 1, 0]],
] as const)('%s', (_name, ordinals, ranks) => {
  expect(ranksOf(ordinals)).toEqual(ranks);
});

test('whatever is given, ranks are dense, rise with the ordinals, and no step without one shares its own', () => {
  const ordinals = fc.array(fc.option(fc.integer({ min: -2, max: 3 })), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(ordinals, (given) => {
      const ranks = ranksOf(given);
      expect(new Set(ranks)).toEqual(new Set(Array.from({ length: Math.max(...ranks) + 1 }, (_, rank) => rank)));
      for (const [place, ordinal] of given.entries()) {
        for (const [other, its] of given.entries()) {
          if (place === other) continue;
          if (ordinal === null) expect(ranks[place]).not.toBe(ranks[other]);
          else if (its !== null)
            expect(Math.sign((ranks[place] ?? 0) - (ranks[other] ?? 0))).toBe(Math.sign(ordinal - its));
        }
      }
    }),
    { seed: 12, numRuns: 300 },
  );
});
