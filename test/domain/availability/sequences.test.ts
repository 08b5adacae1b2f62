/** Several meetings in a row, by examples reckoned by hand; the rest is test/suites/sequences-oracle.test.ts. */
import { describe, expect, test } from '@jest/globals';
import { LimitedPeriods } from '../../../domain/availability/booking-limits.ts';
import type { Member } from '../../../domain/availability/question.ts';
import { untilCutOff } from '../../../domain/availability/search-bound.ts';
import type { Gap, SequenceQuestion, Step, StepMember } from '../../../domain/availability/sequence.ts';
import { type Candidate, choosePeople, type Meeting } from '../../../domain/availability/sequence-people.ts';
import { findSequences, searchSequences } from '../../../domain/availability/sequences.ts';
import { at, busy, clock, member, spans, zones } from './asked.ts';

const any: Gap = { least: 0, most: Number.POSITIVE_INFINITY };
const minutes = (count: number) => count * 60;

function person(who: string, given: Parameters<typeof member>[0] = {}, more: Partial<StepMember> = {}): StepMember {
  const one: Member = member(given);
  return { who, member: one, outer: one.buffer, limits: [], ...more };
}

function step(members: readonly StepMember[], more: Partial<Step> = {}): Step {
  return {
    rank: 0,
    members,
    groups: [{ members: members.map((_, place) => place), required: members.length }],
    duration: minutes(60),
    periods: spans('09:00 – 12:00'),
    grid: { interval: 3_600, timeZone: 'Etc/UTC' },
    before: any,
    after: any,
    ...more,
  };
}

function question(steps: readonly Step[], more: Partial<SequenceQuestion> = {}): SequenceQuestion {
  return {
    steps: steps.map((one, rank) => ({ ...one, rank })),
    earliest: Number.NEGATIVE_INFINITY,
    maximum: 100,
    ...more,
  };
}
const anyOrder = (steps: readonly Step[], more: Partial<SequenceQuestion> = {}) => ({
  ...question(steps, more),
  steps,
});

const name = (place: number) => 'abcdefghij'[place];
function found(asked: SequenceQuestion, nodes?: number) {
  const { sequences, truncated } = findSequences(asked, zones, nodes);
  const shown = sequences.map((steps) =>
    steps.map(({ step: place, start }) => `${name(place)} ${clock(start)}`).join(', '),
  );
  return { shown, truncated };
}
const shown = (asked: SequenceQuestion) => found(asked).shown;

describe('orders', () => {
  test('are by each next start, whichever step begins: the short one leaves the next an earlier start', () => {
    const asked = anyOrder(
      [step([person('x')]), step([person('y')], { duration: minutes(30) })].map((one) => ({
        ...one,
        periods: spans('09:00 – 11:00'),
        grid: { interval: 1_800, timeZone: 'Etc/UTC' },
      })),
    );
    expect(shown(asked)).toEqual([
      'b 09:00, a 09:30',
      'a 09:00, b 10:00',
      'b 09:00, a 10:00',
      'a 09:00, b 10:30',
      'b 09:30, a 10:00',
      'a 09:30, b 10:30',
    ]);
  });

  test('of three steps of three lengths are one list, whichever leads to the earlier next start', () => {
    const lengths = [60, 30, 45].map((length, place) =>
      step([person(`${place}`)], { duration: minutes(length), periods: spans('09:00 – 12:00'), grid: { interval: 900, timeZone: 'Etc/UTC' } }),
    ); // biome-ignore format: one thought
    const all = shown(anyOrder(lengths, { maximum: 1_000 }));
    expect(all).toEqual([...all].sort((one, other) => (key(one) < key(other) ? -1 : 1)));
    // In each of six orders three steps of 135 minutes share 45 to spare: four gaps in quarters of an hour.
    expect(all).toHaveLength(6 * 20);
    expect(all.slice(0, 3)).toEqual(['b 09:00, c 09:30, a 10:15', 'b 09:00, a 09:30, c 10:30', 'b 09:00, c 09:30, a 10:30']); // biome-ignore format: one line
  });

  test('are those in which each can follow the one before it', () => {
    const open = { periods: spans('09:00 – 13:00') };
    const x = step([person('x')], { ...open, after: { least: minutes(60), most: minutes(60) } });
    const y = step([person('y', { busy: [busy('12:00 – 13:00')] })], open);
    const z = step([person('z')], { ...open, before: { least: 0, most: 0 } });
    expect(shown(anyOrder([x, y, z]))).toEqual([
      'b 09:00, c 10:00, a 11:00',
      'c 09:00, b 10:00, a 11:00',
      'b 09:00, c 10:00, a 12:00',
      'c 09:00, b 10:00, a 12:00',
      'a 09:00, b 11:00, c 12:00',
      'c 09:00, b 11:00, a 12:00',
      'b 10:00, c 11:00, a 12:00',
      'c 10:00, b 11:00, a 12:00',
    ]);
  });

  test('of steps that cannot start at the same time are by who starts first', () => {
    const late = step([person('x', { busy: [busy('09:00 – 10:00')] })]);
    expect(shown(anyOrder([late, step([person('y')])]))).toEqual([
      'b 09:00, a 10:00',
      'b 09:00, a 11:00',
      'a 10:00, b 11:00',
      'b 10:00, a 11:00',
    ]);
  });

  test('are steps of a lower rank first, however they are listed', () => {
    const steps = [
      { ...step([person('x')]), rank: 7 },
      { ...step([person('y')]), rank: -1 },
    ];
    expect(shown(anyOrder(steps))).toEqual(['b 09:00, a 10:00', 'b 09:00, a 11:00', 'b 10:00, a 11:00']);
  });

  test('of ten steps are not all tried before the first is told', () => {
    const ten = Array.from({ length: 10 }, (_, place) =>
      step([person(`${place}`)], { periods: spans('00:00 – 23:00') }),
    );
    const { shown: first, truncated } = found(anyOrder(ten, { maximum: 3 }), 300_000);
    expect([first.map((text) => text.replaceAll(/ \d\d:00/g, '')), truncated]).toEqual([
      ['a, b, c, d, e, f, g, h, i, j', 'a, b, c, d, e, f, g, h, j, i', 'a, b, c, d, e, f, g, i, h, j'],
      true,
    ]);
  });
});

/** All starts, and then the order: what sequences are told by. */
function key(text: string): string {
  const parts = text.split(', ').map((part) => part.split(' '));
  return `${parts.map(([, start]) => start).join(' ')} ${parts.map(([step]) => step).join(' ')}`;
}

describe('the search', () => {
  const periods = spans('00:00 – 2026-05-01T00:00Z');
  const grid = { interval: 300, timeZone: 'Etc/UTC' };

  test('knows at once that a step at the end has no time: nothing before it is tried twice', () => {
    const open = Array.from({ length: 9 }, (_, place) => step([person(`${place}`)], { periods, grid }));
    const never = step([person('x', { busy: [busy('08:00 – 13:00')] })]);
    // Nine steps with some 15,000 starts each.
    expect(found(question([...open, never]))).toEqual({ shown: [], truncated: false });
  });

  test('is cut off, says so, and tells no wrong sequence: what it found are the first that there are', () => {
    const steps = [0, 1, 2].map((place) => step([person(`${place}`)], { periods: spans('09:00 – 14:00') }));
    const all = found(anyOrder(steps, { maximum: 1_000 }));
    expect([all.shown.length, all.truncated]).toEqual([60, false]);
    const counts = Array.from({ length: 80 }, (_, nodes) => {
      const some = found(anyOrder(steps, { maximum: 1_000 }), nodes * 4);
      expect(some.shown).toEqual(all.shown.slice(0, some.shown.length));
      expect(some.truncated || some.shown.length === 60).toBe(true);
      return some.shown.length;
    });
    expect(counts).toEqual([...counts].sort((one, other) => one - other));
    expect(counts[0]).toBe(0);
    expect(new Set(counts).size).toBeGreaterThan(5);
  });

  test('lets others go first again and again, and finds the same', () => {
    const inPieces = (asked: SequenceQuestion, nodes?: number) => {
      const search = searchSequences(asked, zones, nodes);
      for (let pauses = 0; ; pauses += 1) {
        const { done, value } = search.next();
        if (done === true) return { pauses, found: value.sequences.length, truncated: value.truncated };
      }
    };
    const open = Array.from({ length: 4 }, (_, place) => step([person(`${place}`)], { periods, grid }));
    const never = step([person('x', { busy: [busy('08:00 – 13:00')] })]);
    const none = inPieces(question([...open, never]));
    expect([none.pauses > 2, none.found, none.truncated]).toEqual([true, 0, false]);
    // Two meetings a day are all that the one has room for, and there are three: every order and start of the others is tried.
    const limit = new LimitedPeriods({ period: 'DAY', maximum: 2, timeZone: 'Etc/UTC', categories: null }, [], zones);
    const short = {
      duration: minutes(5),
      grid,
      periods: spans('09:00 – 18:00'),
      after: { least: 0, most: minutes(60) },
    };
    const full = Array.from({ length: 3 }, () => step([person('y', {}, { limits: [limit] })], short));
    const others = Array.from({ length: 3 }, (_, place) => step([person(`${place}`)], short));
    const cut = inPieces(anyOrder([...others, ...full]), 60_000);
    expect([cut.pauses >= 4, cut.found, cut.truncated]).toEqual([true, 0, true]);
  });

  test('lets errors of its own through', () => {
    const broken = step([person('x')], { groups: [{ members: [7], required: 1 }] });
    expect(() => found(question([broken]))).toThrow(TypeError);
  });

  test('answers nothing where a step has no grid at all', () => {
    expect(found(question([step([person('x')], { periods: [] })]))).toEqual({ shown: [], truncated: false });
  });

  test('starts nothing before the earliest', () => {
    expect(shown(question([step([person('x')])], { earliest: at('09:30') }))).toEqual(['a 10:00', 'a 11:00']);
  });
});

describe('people', () => {
  const need = (before: number, after: number) => ({ before: minutes(before), after: minutes(after) });

  test('keep the wider of their two buffers between two of their meetings', () => {
    const asked = (after: number, before: number) =>
      question([step([person('x', { buffer: need(0, after) })]), step([person('x', { buffer: need(before, 0) })])]);
    expect(shown(asked(30, 60))).toEqual(['a 09:00, b 11:00']);
    expect(shown(asked(60, 30))).toEqual(['a 09:00, b 11:00']);
    expect(shown(asked(61, 0))).toEqual([]);
    // Of two people each has one meeting.
    const two = [step([person('x', { buffer: need(60, 60) })]), step([person('y', { buffer: need(60, 60) })])];
    expect(shown(question(two))).toHaveLength(3);
  });

  test('keep it over a short meeting of others, too', () => {
    const x = () => step([person('x', { buffer: need(0, 120) })]);
    const short = step([person('y')], { duration: minutes(30) });
    expect(shown(question([x(), short, x()]))).toEqual([]);
    const longer = { periods: spans('09:00 – 13:00') };
    expect(
      shown(
        question([
          { ...x(), ...longer },
          { ...short, ...longer },
          { ...x(), ...longer },
        ]),
      ),
    ).toEqual(['a 09:00, b 10:00, c 12:00', 'a 09:00, b 11:00, c 12:00']);
  });

  test('who are free at a step are told group by group, whatever another step takes of them', () => {
    const [x, y] = [person('x', { buffer: need(0, 60) }), person('y', { busy: [busy('10:00 – 11:00')] })];
    const two = step([x, y], {
      groups: [
        { members: [0, 1], required: 1 },
        { members: [1], required: 1 },
      ],
    });
    const [first] = findSequences(
      question([two, step([x, y], { groups: [{ members: [1, 0], required: 1 }] })]),
      zones,
    ).sequences;
    expect(first?.map(({ start, end, free }) => [clock(start), clock(end), free()])).toEqual([
      ['09:00', '10:00', [[0, 1], [1]]],
      ['10:00', '11:00', [[0]]],
    ]);
  });

  test('have their outer buffers only outside: before the first and after the last', () => {
    const outer = need(60, 60);
    const x = () => step([person('x', { busy: [busy('08:00 – 09:00'), busy('12:00 – 13:00')] }, { outer })]);
    expect(shown(question([x()]))).toEqual(['a 10:00']);
    expect(shown(question([x(), x()]))).toEqual([]);
    const free = step([person('y')]);
    expect(shown(question([free, x()]))).toEqual(['a 09:00, b 10:00']);
    expect(shown(question([x(), free]))).toEqual(['a 10:00, b 11:00']);
    expect(shown(question([free, x(), free]))).toEqual(['a 09:00, b 10:00, c 11:00']);
  });

  test('are not needed where others have time: any of a pool is enough', () => {
    const pool = (required: number) => {
      const members = ['x', 'y', 'z'].map((who) => person(who, { buffer: need(0, 30) }));
      return step(members, { groups: [{ members: [0, 1, 2], required }], after: { least: 0, most: 0 } });
    };
    expect(shown(question([pool(1), pool(2)]))).toEqual(['a 09:00, b 10:00', 'a 10:00, b 11:00']);
    expect(shown(question([pool(2), pool(2)]))).toEqual([]);
    expect(shown(question([pool(1), pool(1), pool(1)]))).toEqual(['a 09:00, b 10:00, c 11:00']);
  });

  test('who are in one step alone are as good as those who are in two', () => {
    const x = person('x', { buffer: need(0, 90) });
    const either = step([x, person('w')], { groups: [{ members: [0, 1], required: 1 }] });
    const both = { ...either, groups: [{ members: [0, 1], required: 2 }] };
    const later = step([x]);
    expect(shown(question([either, later]))).toHaveLength(3);
    expect(shown(question([both, later]))).toEqual([]);
    const three = step([x, person('w'), person('v')], { groups: [{ members: [0, 1, 2], required: 2 }] });
    expect(shown(question([three, later]))).toHaveLength(3);
    const third = {
      ...three,
      groups: [
        { members: [0, 1], required: 1 },
        { members: [0, 2], required: 2 },
      ],
    };
    expect(shown(question([third, later]))).toEqual([]);
  });

  test('have as many meetings in a day as their limits leave room for', () => {
    const limits = (maximum: number, categories: ReadonlySet<string> | null = null) => [
      new LimitedPeriods({ period: 'DAY', maximum, timeZone: 'Etc/UTC', categories }, [{ start: at('18:00'), categories: [] }], zones),
    ]; // biome-ignore format: one list
    const x = (maximum: number) => step([person('x', {}, { limits: limits(maximum) })]);
    expect(shown(question([x(3), x(3)]))).toHaveLength(3);
    expect(shown(question([x(2), x(2)]))).toEqual([]);
    // It counts for those behind it: the first has room for one.
    expect(shown(question([x(2), x(3)]))).toHaveLength(3);
    expect(shown(question([x(3), x(2)]))).toEqual([]);
    const none = new LimitedPeriods({ period: 'WEEK', maximum: 0, timeZone: 'Etc/UTC', categories: null }, [], zones);
    expect([none.roomIn(none.numberOf(at('09:00'))), none.full([0, 9])]).toEqual([0, [0, 9]]);
    expect(limits(1, new Set(['review']))[0]?.roomIn(20_521)).toBe(1);
  });
});

describe('who is chosen', () => {
  interface Named extends Candidate {
    readonly name: string;
  }
  const someone = (who: string, before = 0, after = 0): Named => ({ who, name: who, before, after, limits: [] });
  const meeting = (start: string, end: string, ...choices: Meeting<Named>['choices']): Meeting<Named> => ({ start: at(start), end: at(end), choices }); // biome-ignore format: one record
  const choice = (required: number, ...candidates: readonly Named[]) => ({ required, candidates });
  const names = (meetings: readonly Meeting<Named>[], nodes?: number) =>
    choosePeople(meetings, nodes)?.map((choices) => choices.map((people) => people.map((one) => one.name).join(' ')));

  test('is whoever comes first, as long as all meetings can be held', () => {
    const [x, y] = [someone('x', 0, 1_800), someone('y', 0, 1_800)];
    const first = meeting('09:00', '10:00', choice(1, x, y));
    expect(names([first, meeting('10:30', '11:00', choice(1, x))])).toEqual([['x'], ['x']]);
    expect(names([first, meeting('10:15', '11:00', choice(1, x))])).toEqual([['y'], ['x']]);
    expect(names([first, meeting('10:15', '11:00', choice(2, x, y))])).toBeUndefined();
    // In whatever order they are given, and also where they overlap.
    expect(names([meeting('10:15', '11:00', choice(1, x)), first])).toEqual([['x'], ['y']]);
    expect(names([first, first])).toEqual([['x'], ['y']]);
  });

  test('may be one person for two choices of one meeting', () => {
    const x = someone('x', 900, 900);
    expect(names([meeting('09:00', '10:00', choice(1, x), choice(1, x))])).toEqual([['x', 'x']]);
  });

  test('is nobody where the search was cut off', () => {
    const [x, y] = [someone('x', 0, 1_800), someone('y', 0, 1_800)];
    const meetings = [meeting('09:00', '10:00', choice(1, x, y)), meeting('10:15', '11:00', choice(1, x, y))];
    expect(names(meetings)).toEqual([['x'], ['y']]);
    expect(names(meetings, 1)).toBeUndefined();
    const broken = () => {
      throw new RangeError('its own');
    };
    expect(() => untilCutOff(1, broken)).toThrow(RangeError);
  });
});
