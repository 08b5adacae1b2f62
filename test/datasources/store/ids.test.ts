import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createIdSource } from '../../../datasources/store/ids.ts';
import { parseEventId } from '../../../domain/identity.ts';

const zeros = (size: number) => new Uint8Array(size);
const ones = (size: number) => new Uint8Array(size).fill(255);

describe('ids', () => {
  test('are a prefix, ten characters of time and sixteen of chance', () => {
    expect(createIdSource({ clock: () => 0, random: zeros })('acc')).toBe('acc_00000000000000000000000000');
    // The example of https://github.com/ulid/spec: 01ARZ3NDEK is 1469922850259.
    expect(createIdSource({ clock: () => 1_469_922_850_259, random: zeros })('evt')).toBe(
      'evt_01arz3ndek0000000000000000',
    );
    expect(createIdSource({ clock: () => 2 ** 48 - 1, random: zeros })('cal')).toBe('cal_7zzzzzzzzz0000000000000000');
    expect(createIdSource({ clock: () => 0, random: ones })('org')).toBe('org_0000000000zzzzzzzzzzzzzzzz');
  });

  test('rise while the clock stands or goes back, across prefixes', () => {
    let now = 1000;
    const ids = createIdSource({ clock: () => now, random: zeros });
    const first = ids('acc');
    now = 10;
    expect(ids('acc')).toBe(`${first.slice(0, -1)}1`);
    expect(ids('pro').slice(4)).toBe(`${first.slice(4, -1)}2`);
  });

  test('borrow the next millisecond when all chances of one are used', () => {
    const ids = createIdSource({ clock: () => 5, random: ones });
    ids('acc');
    expect(ids('acc')).toBe('acc_00000000060000000000000000');
  });

  test('are unique and in order for 20,000 at once from the real clock', () => {
    const ids = createIdSource();
    const made = Array.from({ length: 20_000 }, () => ids('evt'));
    expect(new Set(made).size).toBe(made.length);
    expect(made.toSorted()).toEqual(made);
    expect(made.every((id) => parseEventId(id)?.seriesId === id)).toBe(true);
  });

  test.each([-1, 2 ** 48, Number.NaN, Number.POSITIVE_INFINITY])('refuse the time %p', (now) => {
    expect(() => createIdSource({ clock: () => now })('acc')).toThrow(RangeError);
  });

  test('order as their times do, whatever the chance', () => {
    const moment = fc.record({ time: fc.nat(2 ** 47), chance: fc.uint8Array({ minLength: 10, maxLength: 10 }) });
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [one, other] = [a, b].map(({ time, chance }) =>
          createIdSource({ clock: () => time, random: () => chance })('evt'),
        );
        if (a.time < b.time) expect((one ?? '') < (other ?? '')).toBe(true);
      }),
      { seed: 20261122, numRuns: 1000 },
    );
  });
});
