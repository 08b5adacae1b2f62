/** The ledger's own arithmetic: it must see what it is there to see. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reckon, reconnected } from './reckoning.ts';

const expected = new Map([
  ['a', [1, 2, 3, 4]],
  ['b', [11, 12, 13]],
]);
const nothing = { lost: [], outOfOrder: [], repeatedLive: [], foreign: [] };

describe('what came beside what was committed', () => {
  test('everything once, the accounts interleaved as it may be', () => {
    expect(reckon(expected, [11, 1, 2, 12, 3, 13, 4])).toEqual({ expected: 7, received: 7, repeated: 0, ...nothing });
  });

  test('again behind a reconnect, from any place that was there before: allowed, and counted', () => {
    const stream = [1, 2, 3, 11, reconnected, 2, 3, 4, 11, 12, reconnected, 12, 13];
    expect(reckon(expected, stream)).toEqual({ expected: 7, received: 11, repeated: 4, ...nothing });
  });

  test('what never came is lost, and what came past it is out of order', () => {
    expect(reckon(expected, [1, 2, 4, 11, 12])).toMatchObject({ lost: [3, 13], outOfOrder: [4] });
    expect(reckon(expected, [1, 2, 11, reconnected, 4, 12, 13])).toMatchObject({ lost: [3], outOfOrder: [4] });
  });

  test('one that comes late is out of order, not lost', () => {
    expect(reckon(expected, [1, 3, 2, 4, 11, 12, 13])).toMatchObject({ lost: [], outOfOrder: [3, 2, 4] });
  });

  test('again while the connection lasted is never allowed', () => {
    expect(reckon(expected, [1, 2, 2, 3, 4, 11, 12, 13])).toMatchObject({ repeatedLive: [2], lost: [] });
    expect(reckon(expected, [1, 2, 3, 1, 2, 3, 4, 11, 12, 13]).repeatedLive).toEqual([1]);
  });

  test('two that look alike are two', () => {
    const twins = new Map([['a', [1, 2, 1, 3]]]);
    expect(reckon(twins, [1, 2, 1, 3])).toEqual({ expected: 4, received: 4, repeated: 0, ...nothing });
    expect(reckon(twins, [1, 2, 3])).toMatchObject({ lost: [1], outOfOrder: [3] });
  });

  test('what was never committed, or is another’s, is foreign', () => {
    expect(reckon(expected, [1, 99]).foreign).toEqual([99]);
  });

  test('what was read before the stream began need not come, and may', () => {
    const known = new Map([['a', 2]]);
    expect(reckon(expected, [3, 4, 11, 12, 13], known)).toEqual({ expected: 5, received: 5, repeated: 0, ...nothing });
    expect(reckon(expected, [2, 3, 4, 11, 12, 13], known)).toMatchObject({ repeated: 1, ...nothing });
    expect(reckon(expected, [4, 11, 12, 13], known)).toMatchObject({ lost: [3], outOfOrder: [4] });
  });
});

test('a stream that a client makes by resuming is in order; one change taken out or two exchanged is seen', () => {
  const changes = Array.from({ length: 40 }, (_, index) => index);
  const one = new Map([['a', changes]]);
  fc.assert(
    fc.property(
      fc.array(fc.record({ back: fc.nat(5), take: fc.integer({ min: 1, max: 12 }) }), { maxLength: 8 }),
      fc.nat(39),
      fc.integer({ min: 0, max: 38 }),
      (connections, missing, exchanged) => {
        const stream: number[] = [];
        let at = 0;
        for (const { back, take } of connections) {
          at = Math.max(0, at - back);
          stream.push(...changes.slice(at, at + take), reconnected);
          at = Math.min(changes.length, at + take);
        }
        stream.push(...changes.slice(Math.max(0, at - 1)));
        expect(reckon(one, stream)).toMatchObject(nothing);
        const without = reckon(
          one,
          stream.filter((change) => change !== missing),
        );
        expect(without.lost).toEqual([missing]);
        const swapped = changes.with(exchanged, exchanged + 1).with(exchanged + 1, exchanged);
        expect(reckon(one, swapped).outOfOrder).toEqual(expect.arrayContaining([exchanged, exchanged + 1]));
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});
