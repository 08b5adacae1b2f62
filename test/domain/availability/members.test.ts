/** When one member may meet (semantics E1, E4, E5, E11, E13), on the grid and as spans: both must say the same. */
import { describe, expect, test } from '@jest/globals';
import { busyKind, countedKinds, defaultBusyRule } from '../../../domain/availability/busy-times.ts';
import type { Counted, Member } from '../../../domain/availability/question.ts';
import { ALWAYS } from '../../../domain/availability/spans.ts';
import { at, busy, clock, everything, member, openingsOf, spans, startsOf } from './asked.ts';

const minutes = (before: number, after: number) => ({ before: before * 60, after: after * 60 });
const sources = (...counted: readonly number[]): Counted => ({
  kinds: everything.kinds,
  sources: Uint8Array.from(counted),
});
/** Half-hour starts from 09:00 to 12:00, which candidate starts must confirm one by one. */
const starts = (given: Parameters<typeof member>[0], length = 30, every = 30): readonly string[] => {
  const members = [member(given)];
  const found = startsOf({ members, minutes: length, every });
  const candidates = Array.from({ length: 180 / every }, (_, place) => at('09:00') + place * every * 60).filter(
    (start) => start + length * 60 <= at('12:00'),
  );
  expect(startsOf({ members, minutes: length, starts: candidates })).toEqual(found);
  return found;
};
const free = (given: Partial<Omit<Member, 'busy'>> & { busy?: ReturnType<typeof busy>[] }): readonly string[] =>
  openingsOf({ members: [member(given)], format: 'PERIODS' }).map((text) => text.slice(0, 13));

describe('busy time', () => {
  test('keeps away what touches it from inside only: it is half-open', () => {
    expect(starts({ busy: [busy('10:00 – 11:00')] })).toEqual(['09:00', '09:30', '11:00', '11:30']);
    expect(free({ busy: [busy('10:00 – 11:00')] })).toEqual(['09:00 – 10:00', '11:00 – 12:00']);
  });

  test('that overlaps, repeats, touches, and reaches over both ends of the search', () => {
    const given = {
      busy: [
        busy('08:00 – 09:10'),
        busy('10:00 – 10:30'),
        busy('10:00 – 10:30'),
        busy('10:15 – 10:45'),
        busy('10:45 – 11:00'),
        busy('11:40 – 13:00'),
      ],
    };
    expect(starts(given)).toEqual(['09:30', '11:00']);
    expect(free(given)).toEqual(['09:10 – 10:00', '11:00 – 11:40']);
  });

  test('of one second in a slot takes the slot', () => {
    const second = { start: at('09:30') - 1, end: at('09:30'), kind: 0, source: 0 };
    expect(starts({ busy: [second] })).toEqual(['09:30', '10:00', '10:30', '11:00', '11:30']);
  });

  test('that takes no time takes no slot', () => {
    expect(starts({ busy: [busy('10:10 – 10:10')] }).length).toBe(6);
  });

  test('of days that began long before is seen behind many short ones', () => {
    const short = Array.from({ length: 40 }, (_, place) => ({
      start: at('05:00') + place * 60,
      end: at('05:00') + place * 60 + 30,
      kind: 0,
      source: 0,
    }));
    expect(starts({ busy: [busy('2026-03-01T00:00Z – 2026-03-09T10:00Z'), ...short] })).toEqual([
      '10:00',
      '10:30',
      '11:00',
      '11:30',
    ]);
  });

  test('counts by the rule', () => {
    const intervals = [
      busy('09:00 – 10:00', busyKind('WORKING_ELSEWHERE', false, false)),
      busy('10:00 – 11:00', busyKind('TENTATIVE', false, false)),
      busy('11:00 – 12:00', busyKind('BUSY', true, false)),
    ];
    expect(starts({ busy: intervals })).toEqual(['09:00', '09:30']);
    const answered: Counted = {
      kinds: countedKinds({ ...defaultBusyRule, unanswered: false, tentative: false, workingElsewhere: true }),
      sources: null,
    };
    expect(starts({ busy: intervals, bookable: [{ time: ALWAYS, counted: answered }] })).toEqual([
      '10:00',
      '10:30',
      '11:00',
      '11:30',
    ]);
  });

  test('counts in the chosen calendars', () => {
    const intervals = [busy('09:00 – 10:00', 0, 0), busy('10:00 – 11:00', 0, 1), busy('11:00 – 12:00', 0, 2)];
    expect(starts({ busy: intervals, bookable: [{ time: ALWAYS, counted: sources(0, 1, 0) }] })).toEqual([
      '09:00',
      '09:30',
      '11:00',
      '11:30',
    ]);
  });
});

describe('hours', () => {
  test('hold the whole meeting', () => {
    const bookable = [{ time: spans('09:15 – 10:15', '11:00 – 12:00'), counted: everything }];
    expect(starts({ bookable })).toEqual(['09:30', '11:00', '11:30']);
    expect(starts({ bookable }, 60)).toEqual(['11:00']);
  });

  test('of several rules are united: a meeting may cross from one into the other', () => {
    const bookable = [
      { time: spans('09:00 – 10:00'), counted: everything },
      { time: spans('10:00 – 10:30'), counted: everything },
    ];
    expect(starts({ bookable }, 60)).toEqual(['09:00', '09:30']);
  });

  test('are never intersected: where one rule ends another may go on', () => {
    const bookable = [
      { time: spans('09:00 – 10:00'), counted: everything },
      { time: spans('11:00 – 12:00'), counted: everything },
    ];
    expect(starts({ bookable })).toEqual(['09:00', '09:30', '11:00', '11:30']);
  });

  test('each rule is busy by its own calendars', () => {
    const bookable = [
      { time: spans('09:00 – 10:30'), counted: sources(1, 0) },
      { time: spans('10:00 – 12:00'), counted: sources(0, 1) },
    ];
    const intervals = [busy('09:30 – 11:00', 0, 1), busy('10:00 – 10:30', 0, 0)];
    // Under the first rule free 09:00–10:00, under the second 11:00–12:00; the calendars never add up.
    expect(starts({ bookable, busy: intervals })).toEqual(['09:00', '09:30', '11:00', '11:30']);
    expect(free({ bookable, busy: intervals })).toEqual(['09:00 – 10:00', '11:00 – 12:00']);
  });

  test('no rule and no period is never', () => {
    expect(starts({ bookable: [] })).toEqual([]);
    expect(free({ bookable: [] })).toEqual([]);
  });

  test('and the question’s own periods for the member both must hold the meeting', () => {
    const bookable = [{ time: spans('09:00 – 11:00'), counted: everything }];
    expect(starts({ bookable, within: spans('10:00 – 12:00') })).toEqual(['10:00', '10:30']);
    expect(starts({ within: spans('09:00 – 09:29', '11:30 – 12:00') })).toEqual(['11:30']);
  });
});

describe('buffers', () => {
  test('are half-open: busy time that ends where the buffer begins is fine', () => {
    expect(starts({ busy: [busy('10:00 – 10:15')], buffer: minutes(15, 0) })).toEqual([
      '09:00',
      '09:30',
      '10:30',
      '11:00',
      '11:30',
    ]);
    expect(starts({ busy: [busy('10:00 – 10:16')], buffer: minutes(15, 0) })).toEqual([
      '09:00',
      '09:30',
      '11:00',
      '11:30',
    ]);
    expect(starts({ busy: [busy('10:15 – 10:30')], buffer: minutes(0, 15) })).toEqual([
      '09:00',
      '09:30',
      '10:30',
      '11:00',
      '11:30',
    ]);
    expect(starts({ busy: [busy('10:14 – 10:30')], buffer: minutes(0, 15) })).toEqual([
      '09:00',
      '10:30',
      '11:00',
      '11:30',
    ]);
  });

  test('bound what is offered, and are not in it', () => {
    expect(starts({ busy: [busy('10:00 – 11:00')], buffer: minutes(15, 10) }, 30, 5)).toEqual([
      '09:00',
      '09:05',
      '09:10',
      '09:15',
      '09:20',
      '11:15',
      '11:20',
      '11:25',
      '11:30',
    ]);
    expect(free({ busy: [busy('10:00 – 11:00')], buffer: minutes(15, 10) })).toEqual([
      '09:00 – 09:50',
      '11:15 – 12:00',
    ]);
  });

  test('reach outside the search, where busy time counts', () => {
    const given = { busy: [busy('08:50 – 08:55'), busy('12:05 – 12:10')], buffer: minutes(10, 10) };
    expect(starts(given)).toEqual(['09:30', '10:00', '10:30', '11:00']);
    expect(free(given)).toEqual(['09:05 – 11:55']);
  });

  test('reach outside hours and available periods, which need not hold them', () => {
    const given = {
      buffer: minutes(60, 60),
      bookable: [{ time: spans('09:30 – 10:00'), counted: everything }],
      within: spans('09:30 – 10:00'),
    };
    expect(starts(given)).toEqual(['09:30']);
  });

  test('count against what lies outside the hours', () => {
    const given = {
      buffer: minutes(15, 0),
      busy: [busy('09:00 – 10:00')],
      bookable: [{ time: spans('10:00 – 11:00'), counted: everything }],
    };
    expect(starts(given)).toEqual(['10:30']);
  });

  test('of a booking beside it are busy time of their own', () => {
    const margin = busyKind('BUSY', false, true, true);
    const given = { busy: [busy('10:00 – 10:30'), busy('09:45 – 10:00', margin), busy('10:30 – 10:45', margin)] };
    expect(starts(given)).toEqual(['09:00', '11:00', '11:30']);
  });
});

describe('held time', () => {
  test('is busy whatever the rule says, and keeps the buffers away', () => {
    const never: Counted = { kinds: 0, sources: null };
    const given = { held: spans('10:00 – 10:30'), bookable: [{ time: ALWAYS, counted: never }] };
    expect(starts(given)).toEqual(['09:00', '09:30', '10:30', '11:00', '11:30']);
    expect(starts({ ...given, buffer: minutes(10, 10) })).toEqual(['09:00', '11:00', '11:30']);
    expect(free({ ...given, buffer: minutes(10, 10) })).toEqual(['09:00 – 09:50', '10:40 – 12:00']);
  });

  test('that reaches over the search, lies beside it, or in it more than once', () => {
    expect(starts({ held: spans('06:00 – 09:30', '11:15 – 13:00') })).toEqual(['09:30', '10:00', '10:30']);
    expect(starts({ held: spans('06:00 – 07:00', '13:00 – 14:00') }).length).toBe(6);
  });

  test('beside rules that differ', () => {
    const bookable = [
      { time: spans('09:00 – 10:30'), counted: sources(1) },
      { time: spans('10:30 – 12:00'), counted: sources(0) },
    ];
    expect(starts({ bookable, held: spans('09:30 – 10:00') })).toEqual(['09:00', '10:00', '10:30', '11:00', '11:30']);
  });
});

describe('days that a booking limit fills', () => {
  test('refuse what starts on them, not what reaches into them', () => {
    expect(starts({ full: spans('10:00 – 11:00') }, 60)).toEqual(['09:00', '09:30', '11:00']);
  });

  test('as periods they are not free', () => {
    expect(free({ full: spans('10:00 – 11:00') })).toEqual(['09:00 – 10:00', '11:00 – 12:00']);
  });
});

test('calendars that may not be believed are busy throughout', () => {
  expect(starts({ synced: false })).toEqual([]);
  expect(free({ synced: false })).toEqual([]);
});

test('a search of several periods: each has what is free in it', () => {
  const periods = spans('09:00 – 10:00', '10:30 – 11:00', '2026-03-10T09:00Z – 2026-03-10T10:00Z');
  const members = [
    member({
      busy: [busy('09:00 – 09:30'), busy('2026-03-10T09:30Z – 2026-03-10T09:45Z')],
      held: spans('10:30 – 10:40'),
    }),
  ];
  expect(startsOf({ members, periods })).toEqual(['09:30', '2026-03-10T09:00Z']);
  expect(openingsOf({ members, periods, format: 'PERIODS', minutes: 15 }).length).toBe(4);
});

test('four hundred days away from the base of the busy times', () => {
  const far = busy('2027-04-10T10:00Z – 2027-04-10T11:00Z');
  const members = [member({ busy: [busy('09:00 – 09:30'), far] })];
  expect(startsOf({ members, periods: spans('2027-04-10T09:30Z – 2027-04-10T11:30Z') })).toEqual([
    '2027-04-10T09:30Z',
    clock(at('2027-04-10T11:00Z')),
  ]);
});
