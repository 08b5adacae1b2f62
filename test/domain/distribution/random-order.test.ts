/** RANDOM: repeatable, even, by weight. */
import { describe, expect, test } from '@jest/globals';
import { randomOrder } from '../../../domain/distribution/random-order.ts';
import { all, placesOf, pool, to } from './pools.ts';

const four = pool({}, {}, {}, {});

describe('a random order', () => {
  test('is the same for the same seed, slot and members', () => {
    const again = () => placesOf(randomOrder('seed', four), [0, 1, 2, 3]);
    expect(again()).toEqual(again());
    // Said once and for all: a token that one version made another opens.
    expect(
      [0, 1800, 3600, 5400].map((more) =>
        placesOf(randomOrder("seed", four), all(four), to + more),
      ),
    ).toMatchInlineSnapshot(`
     [
       [
         2,
         3,
         1,
         0,
       ],
       [
         0,
         3,
         2,
         1,
       ],
       [
         1,
         0,
         2,
         3,
       ],
       [
         1,
         0,
         3,
         2,
       ],
     ]
    `); // biome-ignore format: one call
  });

  test('does not depend on where in the list somebody stands', () => {
    const ids = (free: readonly number[], members: ReturnType<typeof pool>) =>
      placesOf(randomOrder('seed', members), free).map((place) => members.find((one) => one.place === place)?.id);
    const turned = pool({ id: 'acc_3' }, { id: 'acc_1' }, { id: 'acc_0' }, { id: 'acc_2' });
    expect(ids([3, 1, 0, 2], turned)).toEqual(ids([0, 1, 2, 3], four));
  });

  test('of fewer is the order of all without the others', () => {
    const inOrder = placesOf(randomOrder('seed', four), all(four));
    expect(placesOf(randomOrder('seed', four), [3, 0])).toEqual(inOrder.filter((place) => place === 0 || place === 3));
  });

  test('is another for another slot, and for another seed', () => {
    const bySlot = new Set(
      Array.from({ length: 200 }, (_, at) =>
        placesOf(randomOrder("seed", four), all(four), to + at * 300).join(),
      ),
    ); // biome-ignore format: one call
    const bySeed = new Set(
      Array.from({ length: 200 }, (_, at) =>
        placesOf(randomOrder(`${at}`, four), all(four)).join(),
      ),
    ); // biome-ignore format: one call
    expect([bySlot.size, bySeed.size]).toEqual([24, 24]);
  });

  test.each([
    ['slots half an hour apart', (at: number) => randomOrder('', four)([0, 1, 2, 3], to + 1800 * at)],
    ['slots before 1970', (at: number) => randomOrder('x', four)([0, 1, 2, 3], -1 - 60 * at)],
    ['slots 4,294,967,296 seconds apart', (at: number) => randomOrder('x', four)([0, 1, 2, 3], at * 4_294_967_296)],
    ['seeds that count up', (at: number) => randomOrder(`${at}`, four)([0, 1, 2, 3], to)],
  ])('puts each in each place as often: %s', (_what, draw) => {
    const counts = four.map(() => [0, 0, 0, 0]);
    const draws = 8000;
    for (let at = 0; at < draws; at += 1) {
      for (const [rank, { place }] of draw(at).entries())
        (counts[place] as number[])[rank] = (counts[place]?.[rank] ?? 0) + 1; // biome-ignore format: one statement
    }
    // Five standard deviations of 2,000.
    const farthest = Math.max(...counts.flat().map((count) => Math.abs(count - draws / 4)));
    expect(farthest).toBeLessThan(5 * Math.sqrt(draws * 0.25 * 0.75));
  });

  test('puts who weighs three times as much first three times as often, and weight 0 last', () => {
    const members = pool({ weight: 3 }, { weight: 1 }, { weight: 0 }, { weight: 0 });
    const first = [0, 0, 0, 0];
    const draws = 8000;
    for (let at = 0; at < draws; at += 1) {
      const inOrder = placesOf(randomOrder('seed', members), [3, 2, 1, 0], to + at * 300);
      first[inOrder[0] as number] = (first[inOrder[0] as number] ?? 0) + 1;
      expect(inOrder.slice(2).toSorted()).toEqual([2, 3]);
    }
    expect(Math.abs((first[0] as number) / draws - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / draws));
  });

  test('counts nothing', () => {
    expect(randomOrder('seed', four)([2], to)).toEqual([{ place: 2, bookings: null, score: null }]);
    expect(randomOrder('seed', four)([], to)).toEqual([]);
  });
});
