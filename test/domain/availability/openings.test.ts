/** Formats, groups and the clock: semantics E6, E7, E10. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findOpenings, gridStarts } from '../../../domain/availability/openings.ts';
import { type Asked, at, busy, member, openingsOf, question, spans, startsOf, zones } from './asked.ts';

const seed = 20_261_122;
const freeIn = (...texts: readonly string[]) => member({ within: spans(...texts) });
const group = (required: number, ...members: readonly number[]) => ({ members, required });

describe('slots', () => {
  test('do not overlap: the next begins at the first start at or after the end', () => {
    const asked = { members: [member()], minutes: 50, every: 30, format: 'SLOTS' } as const;
    expect(startsOf(asked)).toEqual(['09:00', '10:00', '11:00']);
    expect(startsOf({ ...asked, minutes: 60 })).toEqual(['09:00', '10:00', '11:00']);
    expect(startsOf({ ...asked, minutes: 70 })).toEqual(['09:00', '10:30']);
  });

  test('are taken from the first that is free', () => {
    expect(startsOf({ members: [member({ busy: [busy('09:10 – 09:20')] })], minutes: 60, format: 'SLOTS' })).toEqual([
      '09:30',
      '10:30',
    ]);
  });

  test('that overlap are one for every start', () => {
    expect(openingsOf({ members: [member()], minutes: 150 })).toEqual(['09:00 – 11:30 0', '09:30 – 12:00 0']);
  });

  test('longer than any period are none', () => {
    for (const format of ['SLOTS', 'OVERLAPPING_SLOTS', 'PERIODS'] as const) {
      expect(openingsOf({ members: [member()], minutes: 181, format })).toEqual([]);
    }
  });
});

describe('a maximum', () => {
  const ask = (asked: Asked): readonly [number, boolean] => {
    const { openings, truncated } = findOpenings(question(asked), zones);
    return [openings.length, truncated];
  };

  test.each(['OVERLAPPING_SLOTS', 'SLOTS', 'PERIODS'] as const)(
    'of %s cuts, and says so only where there was more',
    (format) => {
      const members = [freeIn('09:00 – 09:30', '10:00 – 10:30', '11:00 – 11:30')];
      expect(ask({ members, format, maximum: 2 })).toEqual([2, true]);
      expect(ask({ members, format, maximum: 3 })).toEqual([3, false]);
    },
  );

  test('of starts asked for', () => {
    const starts = [at('09:00'), at('10:00'), at('11:00')];
    expect(ask({ members: [member()], starts, maximum: 2 })).toEqual([2, true]);
    expect(ask({ members: [member()], starts, maximum: 3 })).toEqual([3, false]);
  });
});

describe('candidate starts', () => {
  test('need no grid, and are answered in the order asked', () => {
    const starts = [at('11:07'), at('09:00') + 1, at('10:00'), at('08:00')];
    expect(
      openingsOf({ members: [member({ busy: [busy('10:20 – 11:00')] })], starts }).map((text) => text.slice(0, 5)),
    ).toEqual(['11:07', '09:00', '08:00']);
  });

  test('that are too early are left out', () => {
    expect(startsOf({ members: [member()], starts: [at('09:00'), at('10:00')], earliest: at('09:01') })).toEqual([
      '10:00',
    ]);
  });

  test('have no grid to ask about', () => {
    expect(() => gridStarts(question({ members: [member()], starts: [0] }), zones)).toThrow(
      'a question of starts has no grid',
    );
  });
});

describe('minimum notice', () => {
  test('refuses what starts before it, to the second', () => {
    expect(startsOf({ members: [member()], earliest: at('10:00') })).toEqual(['10:00', '10:30', '11:00', '11:30']);
    expect(startsOf({ members: [member()], earliest: at('10:00') + 1 })).toEqual(['10:30', '11:00', '11:30']);
    expect(startsOf({ members: [member()], earliest: at('23:00') })).toEqual([]);
  });

  test('begins periods, and what is left must be long enough', () => {
    expect(openingsOf({ members: [member()], format: 'PERIODS', earliest: at('10:10') })).toEqual(['10:10 – 12:00 0']);
    expect(openingsOf({ members: [member()], format: 'PERIODS', earliest: at('11:31') })).toEqual([]);
  });

  test('without one, nothing is cut off at now', () => {
    expect(startsOf({ members: [member()], periods: spans('1999-01-01T00:00Z – 1999-01-01T00:30Z') })).toEqual([
      '1999-01-01T00:00Z',
    ]);
  });
});

describe('groups', () => {
  const one = member({ busy: [busy('09:00 – 10:00')] });
  const two = member({ busy: [busy('10:00 – 11:00')] });
  const three = member({ busy: [busy('10:30 – 12:00')] });
  const members = [one, two, three];

  test('all of them', () => {
    expect(startsOf({ members })).toEqual([]);
    expect(startsOf({ members: [one, two] })).toEqual(['11:00', '11:30']);
  });

  test('any one of them, and who', () => {
    expect(openingsOf({ members, groups: [group(1, 0, 1, 2)] })).toEqual([
      '09:00 – 09:30 1,2',
      '09:30 – 10:00 1,2',
      '10:00 – 10:30 0,2',
      '10:30 – 11:00 0',
      '11:00 – 11:30 0,1',
      '11:30 – 12:00 0,1',
    ]);
  });

  test('two of three', () => {
    expect(startsOf({ members, groups: [group(2, 0, 1, 2)] })).toEqual(['09:00', '09:30', '10:00', '11:00', '11:30']);
  });

  test('are all satisfied: one of the first, and the third', () => {
    expect(openingsOf({ members, groups: [group(1, 1, 0), group(1, 2)] })).toEqual([
      '09:00 – 09:30 1 & 2',
      '09:30 – 10:00 1 & 2',
      '10:00 – 10:30 0 & 2',
    ]);
  });

  test('one in two groups counts for each', () => {
    expect(startsOf({ members: [one, two], groups: [group(1, 0, 1), group(1, 0)] })).toEqual([
      '10:00',
      '10:30',
      '11:00',
      '11:30',
    ]);
  });

  test('the first group leaves nothing, whatever the second', () => {
    expect(
      startsOf({
        members: [member({ synced: false }), one, two],
        groups: [group(1, 0), group(1, 1, 2), group(2, 1, 2)],
      }),
    ).toEqual([]);
  });

  test('whose members keep to other hours are looked at where they have some', () => {
    const early = freeIn('09:00 – 10:00');
    const late = freeIn('11:00 – 12:00');
    expect(startsOf({ members: [early, late], groups: [group(1, 0, 1)] })).toEqual([
      '09:00',
      '09:30',
      '11:00',
      '11:30',
    ]);
  });

  test('who was not needed to find a slot is told of as free in it', () => {
    const many = Array.from({ length: 9 }, () => member());
    expect(openingsOf({ members: many, groups: [group(1, ...many.keys())], minutes: 180 })).toEqual([
      '09:00 – 12:00 0,1,2,3,4,5,6,7,8',
    ]);
  });

  test('any number of many, beside counting one by one', () => {
    const person = fc.integer({ min: 0, max: 63 });
    fc.assert(
      fc.property(fc.array(person, { minLength: 1, maxLength: 20 }), fc.nat(), (drawn, nth) => {
        const required = 1 + (nth % drawn.length);
        // Bit n: busy in the nth half hour.
        const asked = drawn.map((bits) =>
          member({
            busy: [0, 1, 2, 3, 4, 5]
              .filter((place) => ((bits >>> place) & 1) === 1)
              .map((place) => ({
                start: at('09:00') + place * 1800,
                end: at('09:30') + place * 1800,
                kind: 0,
                source: 0,
              })),
          }),
        );
        const expected = ['09:00', '09:30', '10:00', '10:30', '11:00', '11:30'].filter(
          (_, place) => drawn.filter((bits) => ((bits >>> place) & 1) === 0).length >= required,
        );
        expect(startsOf({ members: asked, groups: [group(required, ...drawn.keys())] })).toEqual(expected);
      }),
      { seed, numRuns: 500 },
    );
  });
});

describe('periods', () => {
  const early = freeIn('09:00 – 10:00');
  const late = freeIn('09:30 – 11:00');

  test('are those in which the same people are free throughout: never 9:15–10:15 of two who share it', () => {
    const asked: Asked = {
      members: [early, late],
      groups: [group(1, 0, 1)],
      periods: spans('09:15 – 10:15'),
      format: 'PERIODS',
    };
    expect(openingsOf(asked)).toEqual(['09:15 – 10:00 0', '09:30 – 10:15 1']);
    expect(openingsOf({ ...asked, minutes: 60 })).toEqual([]);
  });

  test('tell of everybody who is free throughout, not only of as many as are required', () => {
    expect(openingsOf({ members: [early, late, member()], groups: [group(1, 0, 1, 2)], format: 'PERIODS' })).toEqual([
      '09:00 – 12:00 2',
    ]);
    expect(openingsOf({ members: [early, late, member()], groups: [group(2, 0, 1, 2)], format: 'PERIODS' })).toEqual([
      '09:00 – 10:00 0,2',
      '09:30 – 11:00 1,2',
    ]);
  });

  test('are as long as they can be, and none lies in another', () => {
    const members = [freeIn('09:00 – 12:00'), freeIn('10:00 – 11:00')];
    expect(openingsOf({ members, groups: [group(1, 0, 1)], format: 'PERIODS' })).toEqual(['09:00 – 12:00 0']);
  });

  test('of all are what all have in common', () => {
    expect(openingsOf({ members: [early, late], format: 'PERIODS' })).toEqual(['09:30 – 10:00 0,1']);
  });

  test('that begin together end with the longer one', () => {
    const members = [freeIn('09:00 – 10:00'), freeIn('09:00 – 11:00')];
    expect(openingsOf({ members, groups: [group(1, 0, 1)], format: 'PERIODS' })).toEqual(['09:00 – 11:00 1']);
  });

  test('just long enough are there, a second shorter not', () => {
    expect(openingsOf({ members: [freeIn('09:00 – 09:30')], format: 'PERIODS' })).toEqual(['09:00 – 09:30 0']);
    expect(openingsOf({ members: [member({ within: [at('09:00') + 1, at('09:30')] })], format: 'PERIODS' })).toEqual(
      [],
    );
  });

  test('end where the search does, though the same people go on in the next', () => {
    expect(
      openingsOf({ members: [member()], periods: spans('09:00 – 10:00', '10:01 – 11:00'), format: 'PERIODS' }),
    ).toEqual(['09:00 – 10:00 0', '10:01 – 11:00 0']);
  });

  test('in groups that differ', () => {
    const asked: Asked = {
      members: [early, late, freeIn('09:15 – 09:50')],
      groups: [group(1, 0, 1), group(1, 2)],
      format: 'PERIODS',
      minutes: 20,
    };
    expect(openingsOf(asked)).toEqual(['09:15 – 09:50 0 & 2']);
  });
});
