/** What holds for every ranking: one fixed seed, and one new one that fast-check prints when it fails. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leastBooked, standings } from '../../../domain/distribution/least-booked.ts';
import { type BookedMember, countsAsNone, ordered, preferred, type Rank } from '../../../domain/distribution/pool.ts';
import { randomOrder } from '../../../domain/distribution/random-order.ts';
import { day, placesOf, pool, to, window } from './pools.ts';

const weight = fc.oneof(
  fc.constantFrom(0, 1, 1, 1, 0.1, 0.3, 2, 1000),
  fc.double({ min: 0, max: 1000, noNaN: true }),
  fc.constant(5e-324),
);
const away = fc
  .array(fc.integer({ min: to - 40 * day, max: to + 10 * day }), { maxLength: 8 })
  .map((edges) => [...new Set(edges)].sort((one, other) => one - other))
  .map((edges) => edges.slice(0, edges.length - (edges.length % 2)));
const member = fc.record({
  weight,
  bookings: fc.nat({ max: 1000 }),
  since: fc.integer({ min: to - 60 * day, max: to + day }),
  away,
});
/** Each was last assigned at another time, so that there is one order. */
const members = fc
  .array(member, { minLength: 1, maxLength: 12 })
  .map((drawn) => pool(...drawn.map((one, at) => ({ ...one, lastAssigned: at === 0 ? null : at * 1000 }))));

const shuffled = members.chain((drawn) =>
  fc.tuple(fc.constant(drawn), fc.shuffledSubarray(drawn, { minLength: drawn.length })),
);

const ranks = (drawn: readonly BookedMember[]): readonly Rank[] => [
  ordered,
  randomOrder('seed', drawn),
  leastBooked(drawn, window),
];

function holds<Drawn>(drawn: fc.Arbitrary<Drawn>, check: (drawn: Drawn) => void): void {
  fc.assert(fc.property(drawn, check), { numRuns: 300, seed: 20_261_122 });
  fc.assert(fc.property(drawn, check), { numRuns: 100 });
}

describe('every ranking', () => {
  test('has everybody who is free, once, and nobody else', () => {
    holds(
      members.chain((drawn) => fc.tuple(fc.constant(drawn), fc.shuffledSubarray(drawn))),
      ([drawn, some]) => {
        const free = some.map(({ place }) => place);
        for (const rank of ranks(drawn)) {
          expect([...placesOf(rank, free)].sort()).toEqual([...free].sort());
          expect(preferred(rank(free, to), free.length)).toEqual(placesOf(rank, free));
        }
      },
    );
  });

  test('is the same each time it is asked for', () => {
    holds(members, (drawn) => {
      const free = drawn.map(({ place }) => place);
      for (const [at, rank] of ranks(drawn).entries()) {
        expect(rank(free, to)).toEqual(rank(free, to));
        expect(rank(free, to)).toEqual(ranks(drawn)[at]?.(free, to));
      }
    });
  });

  test('but the one as listed is the same however the members are listed', () => {
    holds(shuffled, ([drawn, turned]) => {
      const free = drawn.map(({ place }) => place);
      const turnedFree = turned.map(({ place }) => place);
      expect(randomOrder('seed', turned)(turnedFree, to)).toEqual(randomOrder('seed', drawn)(free, to));
      expect(leastBooked(turned, window)(turnedFree, to)).toEqual(leastBooked(drawn, window)(free, to));
    });
  });
});

describe('LEAST_BOOKED', () => {
  test('has scores that rise, weight 0 last, and credits of no less than nothing', () => {
    holds(members, (drawn) => {
      const found = standings(drawn, window);
      for (const [at, { score, calibration, place }] of found.entries()) {
        const one = drawn.find((other) => other.place === place);
        expect(score).toBeGreaterThanOrEqual(found[at - 1]?.score ?? 0);
        expect(Number.isFinite(calibration) && calibration >= 0).toBe(true);
        if (countsAsNone(one?.weight ?? 1)) expect(score).toBe(Number.POSITIVE_INFINITY);
      }
    });
  });

  test('credits nobody with more, by weight, than the others have on average', () => {
    holds(members, (drawn) => {
      for (const { place, calibration } of standings(drawn, window)) {
        const others = drawn.filter((one) => one.place !== place && !countsAsNone(one.weight));
        const bookings = others.reduce((sum, one) => sum + one.bookings, 0);
        const weights = others.reduce((sum, one) => sum + one.weight, 0);
        const most = weights === 0 ? 0 : ((drawn[place]?.weight ?? 0) * bookings) / weights;
        expect(calibration).toBeLessThanOrEqual(most * (1 + 1e-9) + 1e-9);
      }
    });
  });

  test('puts nobody farther back for having one booking less', () => {
    holds(members, (drawn) => {
      const free = drawn.map(({ place }) => place);
      const [first] = drawn;
      if (first === undefined || first.bookings === 0) return;
      const less = [{ ...first, bookings: first.bookings - 1 }, ...drawn.slice(1)];
      const placeOf = (of: readonly BookedMember[]) => placesOf(leastBooked(of, window), free).indexOf(0);
      expect(placeOf(less)).toBeLessThanOrEqual(placeOf(drawn));
    });
  });

  test('gives all of equal weight who are always there within one of the others, and by weight in proportion', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 6 });
    holds(weights, (drawn) => {
      const made = drawn.map(() => 0);
      for (let request = 0; request < 60; request += 1) {
        const now = pool(...drawn.map((one, at) => ({ weight: one, bookings: made[at] as number })));
        const [first] = leastBooked(now, window)(
          drawn.map((_, at) => at),
          to,
        );
        made[first?.place as number] = (made[first?.place as number] as number) + 1;
      }
      const shares = made.map((count, at) => count / (drawn[at] as number));
      const slack = Math.max(...drawn.map((one) => 1 / one));
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(slack + 1e-9);
    });
  });
});
