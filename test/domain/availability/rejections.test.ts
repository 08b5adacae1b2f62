/** Why a start is refused: every reason of everybody who is missing, and of nobody else. */
import { describe, expect, test } from '@jest/globals';
import { busyKind } from '../../../domain/availability/busy-times.ts';
import { findOpenings } from '../../../domain/availability/openings.ts';
import type { Counted } from '../../../domain/availability/question.ts';
import { type Reason, reasonsAgainst, rejections } from '../../../domain/availability/rejections.ts';
import { ALWAYS } from '../../../domain/availability/spans.ts';
import { type Asked, at, busy, clock, everything, member, question, spans, zones } from './asked.ts';

const told = ({ member: who, kind, busy: taken, source, margin: beside }: Reason): string =>
  [
    who,
    kind,
    taken === null ? null : `${clock(taken.start)} – ${clock(taken.end)}`,
    source === null ? null : `in ${source}`,
    beside ? 'beside an event' : null,
  ]
    .filter((part) => part !== null)
    .join(' ');
const refused = (asked: Asked, only: string | null = null): readonly string[] =>
  [...rejections(question(asked), zones, only === null ? null : at(only))].map(
    ({ start, reasons }) => `${clock(start)}: ${reasons.map(told).join(', ')}`,
  );
const against = (asked: Asked, start: string): readonly string[] =>
  reasonsAgainst(question(asked), at(start)).map(told);
const margin = busyKind('BUSY', false, true, true);
const buffer = { before: 900, after: 900 };

describe('each kind', () => {
  test('BUSY, with the interval and its calendar', () => {
    expect(against({ members: [member({ busy: [busy('09:50 – 10:10', 0, 2)] })] }, '10:00')).toEqual([
      '0 BUSY 09:50 – 10:10 in 2',
    ]);
  });

  test('BUFFER, where only the buffers touch: the interval is told without them', () => {
    const members = [member({ buffer, busy: [busy('09:40 – 09:50', 0, 1), busy('10:40 – 11:00')] })];
    expect(against({ members }, '10:00')).toEqual(['0 BUFFER 09:40 – 09:50 in 1', '0 BUFFER 10:40 – 11:00 in 0']);
    expect(against({ members }, '10:05')).toEqual(['0 BUFFER 10:40 – 11:00 in 0']);
  });

  test('BUFFER, where another booking’s own buffer is in the way', () => {
    expect(
      against({ members: [member({ busy: [busy('09:00 – 09:45'), busy('09:45 – 10:05', margin)] })] }, '10:00'),
    ).toEqual(['0 BUFFER 09:45 – 10:05 in 0 beside an event']);
  });

  test('OUTSIDE_AVAILABLE_PERIODS, where the question’s periods for the member do not hold all of it', () => {
    expect(against({ members: [member({ within: spans('09:00 – 10:20') })] }, '10:00')).toEqual([
      '0 OUTSIDE_AVAILABLE_PERIODS',
    ]);
  });

  test('OUTSIDE_AVAILABILITY_RULES, where rules and periods together do not hold all of it', () => {
    const bookable = [
      { time: spans('09:00 – 10:10'), counted: everything },
      { time: spans('10:10 – 10:20'), counted: everything },
    ];
    expect(against({ members: [member({ bookable })] }, '10:00')).toEqual(['0 OUTSIDE_AVAILABILITY_RULES']);
    expect(against({ members: [member({ bookable })] }, '09:50')).toEqual([]);
  });

  test('OUTSIDE_AVAILABILITY_RULES, where there is neither rule nor period', () => {
    expect(against({ members: [member({ bookable: [] })] }, '10:00')).toEqual(['0 OUTSIDE_AVAILABILITY_RULES']);
  });

  test('BOOKING_LIMIT, where it starts in what is full', () => {
    expect(against({ members: [member({ full: spans('10:00 – 11:00') })] }, '10:00')).toEqual(['0 BOOKING_LIMIT']);
    expect(against({ members: [member({ full: spans('10:00 – 11:00') })] }, '09:45')).toEqual([]);
  });

  test('HELD, also where only the buffer touches it', () => {
    const members = [member({ held: spans('09:00 – 09:50', '11:00 – 12:00') })];
    expect(against({ members }, '09:40')).toEqual(['0 HELD 09:00 – 09:50']);
    expect(against({ members }, '10:00')).toEqual([]);
    expect(against({ members: [member({ held: spans('09:00 – 09:50'), buffer })] }, '10:00')).toEqual([
      '0 HELD 09:00 – 09:50',
    ]);
  });

  test('MINIMUM_NOTICE, of everybody', () => {
    expect(against({ members: [member(), member()], earliest: at('10:00') + 1 }, '10:00')).toEqual([
      '0 MINIMUM_NOTICE',
      '1 MINIMUM_NOTICE',
    ]);
  });

  test('NOT_SYNCED', () => {
    expect(against({ members: [member({ synced: false })] }, '10:00')).toEqual(['0 NOT_SYNCED']);
  });
});

test('every reason of a start, in one list', () => {
  const members = [
    member({
      synced: false,
      within: [],
      bookable: [{ time: spans('08:00 – 10:10'), counted: everything }],
      full: spans('00:00 – 23:00'),
      held: spans('10:00 – 10:05'),
      buffer,
      busy: [busy('09:40 – 09:50'), busy('10:00 – 10:30', 0, 3), busy('10:20 – 10:25')],
    }),
  ];
  expect(against({ members, earliest: at('11:00') }, '10:00')).toEqual([
    '0 MINIMUM_NOTICE',
    '0 NOT_SYNCED',
    '0 OUTSIDE_AVAILABLE_PERIODS',
    '0 OUTSIDE_AVAILABILITY_RULES',
    '0 BOOKING_LIMIT',
    '0 HELD 10:00 – 10:05',
    '0 BUFFER 09:40 – 09:50 in 0',
    '0 BUSY 10:00 – 10:30 in 3',
    '0 BUSY 10:20 – 10:25 in 0',
  ]);
});

describe('only what counts is a reason', () => {
  test('not what the busy rule leaves out', () => {
    const members = [
      member({ busy: [busy('10:00 – 10:30', busyKind('WORKING_ELSEWHERE', false, false)), busy('10:10 – 10:20')] }),
    ];
    expect(against({ members }, '10:00')).toEqual(['0 BUSY 10:10 – 10:20 in 0']);
  });

  test('not a calendar that the rule around it leaves out', () => {
    const only = (...sources: readonly number[]): Counted => ({
      kinds: everything.kinds,
      sources: Uint8Array.from(sources),
    });
    const bookable = [
      { time: spans('09:00 – 10:30'), counted: only(1, 0) },
      { time: spans('11:00 – 12:00'), counted: only(0, 1) },
    ];
    const members = [member({ bookable, busy: [busy('10:00 – 10:10', 0, 0), busy('10:10 – 10:20', 0, 1)] })];
    expect(against({ members }, '10:00')).toEqual(['0 BUSY 10:00 – 10:10 in 0']);
  });

  test('not what begins behind it', () => {
    const members = [member({ busy: [busy('10:10 – 10:20'), busy('10:30 – 11:00'), busy('11:00 – 12:00')] })];
    expect(against({ members }, '10:00')).toEqual(['0 BUSY 10:10 – 10:20 in 0']);
  });

  test('not what touches, ended before, or takes no time', () => {
    const members = [member({ busy: [busy('09:00 – 10:00'), busy('10:30 – 11:00'), busy('10:15 – 10:15')] })];
    expect(against({ members }, '10:00')).toEqual([]);
  });

  test('what ended long ago is passed by, though something longer began before it', () => {
    const members = [member({ busy: [busy('05:00 – 10:10'), busy('06:00 – 06:30')] })];
    expect(against({ members }, '10:00')).toEqual(['0 BUSY 05:00 – 10:10 in 0']);
  });
});

describe('only unsatisfied groups have reasons', () => {
  const taken = member({ busy: [busy('09:00 – 12:00')] });
  const groups = (...given: readonly (readonly [number, ...number[]])[]) =>
    given.map(([required, ...members]) => ({ required, members }));

  test('whoever is busy in a group that has enough is no reason', () => {
    const members = [member(), taken, taken];
    expect(against({ members, groups: groups([1, 0, 1], [1, 2]) }, '10:00')).toEqual(['2 BUSY 09:00 – 12:00 in 0']);
    expect(against({ members, groups: groups([1, 0, 1, 2]) }, '10:00')).toEqual([]);
  });

  test('whoever is free in a group that has too few is none either', () => {
    expect(against({ members: [member(), taken, taken], groups: groups([2, 0, 1, 2]) }, '10:00')).toEqual([
      '1 BUSY 09:00 – 12:00 in 0',
      '2 BUSY 09:00 – 12:00 in 0',
    ]);
  });

  test('one in two groups is told of once', () => {
    expect(against({ members: [taken], groups: groups([1, 0], [1, 0]) }, '10:00')).toEqual([
      '0 BUSY 09:00 – 12:00 in 0',
    ]);
  });

  test('one in a satisfied and an unsatisfied group is told of', () => {
    expect(against({ members: [member(), taken], groups: groups([1, 0, 1], [1, 1]) }, '10:00')).toEqual([
      '1 BUSY 09:00 – 12:00 in 0',
    ]);
  });
});

describe('which starts', () => {
  const members = [member({ busy: [busy('10:00 – 11:00')] })];

  test('those on the grid that are refused, earliest first, whatever the format', () => {
    const expected = ['10:00: 0 BUSY 10:00 – 11:00 in 0', '10:30: 0 BUSY 10:00 – 11:00 in 0'];
    for (const format of ['SLOTS', 'OVERLAPPING_SLOTS', 'PERIODS'] as const)
      expect(refused({ members, format })).toEqual(expected);
  });

  test('of slots that do not overlap, not the starts that another slot took', () => {
    expect(refused({ members: [member()], minutes: 60, format: 'SLOTS' })).toEqual([]);
  });

  test('of starts asked for: these, in their order', () => {
    expect(refused({ members, starts: [at('10:40'), at('09:00'), at('09:40')] })).toEqual([
      '10:40: 0 BUSY 10:00 – 11:00 in 0',
      '09:40: 0 BUSY 10:00 – 11:00 in 0',
    ]);
  });

  test('only the one asked about; one that is not on the grid was never refused', () => {
    expect(refused({ members }, '10:30')).toEqual(['10:30: 0 BUSY 10:00 – 11:00 in 0']);
    expect(refused({ members }, '10:15')).toEqual([]);
    expect(refused({ members }, '09:00')).toEqual([]);
    expect(refused({ members }, '12:00')).toEqual([]);
  });

  test('only the one asked about, of starts asked for', () => {
    const starts = [at('10:40'), at('10:20')];
    expect(refused({ members, starts }, '10:20')).toEqual(['10:20: 0 BUSY 10:00 – 11:00 in 0']);
    expect(refused({ members, starts }, '10:30')).toEqual([]);
  });

  test('too early ones have their notice as reason', () => {
    expect(refused({ members: [member()], earliest: at('10:00') })).toEqual([
      '09:00: 0 MINIMUM_NOTICE',
      '09:30: 0 MINIMUM_NOTICE',
    ]);
  });

  test('every start of the grid is either offered or refused', () => {
    const asked: Asked = {
      members: [member({ busy: [busy('09:10 – 09:40')], bookable: [{ time: ALWAYS, counted: everything }] })],
      every: 5,
    };
    const offered = findOpenings(question(asked), zones).openings.map(({ start }) => clock(start));
    const not = refused(asked).map((text) => text.slice(0, 5));
    expect([...offered, ...not].length).toBe(31);
    expect(new Set([...offered, ...not]).size).toBe(31);
  });
});
