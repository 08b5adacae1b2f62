/**
 * Rules that hit every minute or second, where clocks change, years end or ranges move them: the answers are those of a
 * plain reference, and the work grows with what is answered.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { calendarStarts } from '../../../domain/recurrence/calendar-rule.ts';
import { checkRules } from '../../../domain/recurrence/check-rules.ts';
import { generates } from '../../../domain/recurrence/generates.ts';
import { type RecurrenceRule, readRule } from '../../../domain/recurrence/rule.ts';
import { seriesBounds } from '../../../domain/recurrence/series-bounds.ts';
import { MOST_STEPS, StepBudget } from '../../../domain/recurrence/step-budget.ts';
import { basicInstant, basicLocal } from '../../../domain/time/icalendar-values.ts';
import { parseInstant } from '../../../domain/time/instants.ts';
import { formatLocalDateTime, parseLocalDateTime } from '../../../domain/time/wall-clock.ts';
import { exception, series, starts, time, walk, window, zones } from './fixtures.ts';

const minute = 60_000;
const day = 86_400_000;
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const all = (from: number, to: number): string => numbers(from, to).join(',');
const everyMinute = `BYHOUR=${all(0, 23)};BYMINUTE=${all(0, 59)}`;
const everySecond = `${everyMinute};BYSECOND=${all(0, 59)}`;
const everySecondOfTheYear = `RRULE:FREQ=YEARLY;BYMONTHDAY=${all(1, 31)};${everySecond}`;

/** Milliseconds of CPU, which a busy machine does not lengthen. */
function spent(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function read(rule: string): RecurrenceRule {
  return readRule(rule).rule as RecurrenceRule;
}

describe('a gap of a whole day', () => {
  const skipped = '2011-12-30T00:00:00 Pacific/Apia';

  test('is closed in the order of the instants and of the ids at one instant', () => {
    const given = series(skipped, skipped, [`RRULE:FREQ=DAILY;${everyMinute}`]);
    const { occurrences } = walk(given, [], window(undefined, '2012-01-01T10:00:00Z', 10_000));
    const first = parseLocalDateTime('2011-12-30T00:00:00');
    const expected = numbers(0, 3 * 1440 - 1)
      .map((at) => first + at * minute)
      .map((wall) => ({
        id: basicLocal(wall),
        at: zones.resolve(formatLocalDateTime(wall), 'Pacific/Apia'),
      }))
      .sort((left, right) => left.at - right.at || (left.id < right.id ? -1 : 1));
    expect(occurrences.map(({ recurrenceId, startsAt }) => ({ id: recurrenceId, at: startsAt }))).toEqual(expected);
    expect(occurrences).toHaveLength(4320);
    expect(occurrences.slice(0, 2).map(({ startsAt }) => startsAt)).toEqual([expected[0]?.at, expected[0]?.at]);
  });

  test('with all of its 86,400 seconds waiting does not cost their square', () => {
    // More than a minute once, when those that waited were sorted anew for each.
    const cost = spent(() => {
      expect(checkRules([`RRULE:FREQ=DAILY;${everySecond}`], time(skipped), zones)).toEqual([]);
    });
    expect(cost).toBeLessThan(30_000);
  });
});

describe('a rule that holds every second of the year', () => {
  const last = '2026-12-31T23:59:59 Europe/Berlin';

  test('goes on from its last second without looking at those before', () => {
    const lines = Array.from({ length: 50 }, () => everySecondOfTheYear);
    let found: string[] = [];
    // 31 million places for each of the lines, once: a quarter of a second each.
    const cost = spent(() => {
      found = starts(series(last, last, lines), [], window('2026-12-31T00:00:00Z', '2026-12-31T23:00:02Z'));
    });
    expect(found).toEqual(['2026-12-31T22:59:59Z', '2026-12-31T23:00:00Z', '2026-12-31T23:00:01Z']);
    expect(cost).toBeLessThan(9_000);
  });

  test('is found late in the year as cheaply as early', () => {
    const rule = read(`FREQ=YEARLY;BYMONTHDAY=${all(1, 31)};${everySecond}`);
    const start = parseLocalDateTime('2020-03-01T00:00:00');
    const from = parseLocalDateTime('2026-12-30T12:00:00');
    const budget = new StepBudget(MOST_STEPS);
    const found = [...calendarStarts(rule, start, from, from + 2_000, budget)];
    expect(found).toEqual([from, from + 1_000, from + 2_000]);
    expect(budget.spent).toBeLessThan(1_000);
  });

  test('counts from its start, also where the days before it were skipped', () => {
    const start = parseLocalDateTime('2026-12-31T23:59:58');
    const counted = (count: number, from: number) => [
      ...calendarStarts(
        read(`${everySecondOfTheYear.slice(6)};COUNT=${count}`),
        start,
        from,
        start + day,
        new StepBudget(MOST_STEPS),
      ),
    ];
    expect(counted(4, start)).toEqual(numbers(0, 3).map((at) => start + at * 1000));
    expect(counted(4, start + 2_000)).toEqual([start + 2_000, start + 3_000]);
  });
});

describe('a rule with many times a day', () => {
  const some = (from: number, to: number) =>
    fc.subarray(numbers(from, to), { minLength: 1, maxLength: 12 }).map((values) => values.join(','));

  test('hits what a look at every day finds, from wherever in a period it begins or is asked', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('MONTHLY', 'WEEKLY', 'DAILY'),
        some(0, 23),
        some(0, 59),
        fc.option(fc.constantFrom(1, -1, 3)),
        fc.integer({ min: 0, max: 40 * 1440 }),
        fc.integer({ min: -1440, max: 40 * 1440 }),
        fc.option(fc.integer({ min: 1, max: 60 })),
        (frequency, hours, minutes, position, into, later, count) => {
          const days = frequency === 'MONTHLY' ? ';BYDAY=MO,WE,SU' : frequency === 'WEEKLY' ? ';BYDAY=TU,SA' : '';
          const text = `FREQ=${frequency}${days};BYHOUR=${hours};BYMINUTE=${minutes}`;
          const start = Date.UTC(2026, 0, 1) + into * minute;
          const from = start + later * minute;
          const to = start + 60 * day;
          const rule = { ...read(text + (position === null ? '' : `;BYSETPOS=${position}`)), count };
          const weekdays = frequency === 'MONTHLY' ? [1, 3, 0] : frequency === 'WEEKLY' ? [2, 6] : numbers(0, 6);
          const times = rule.byHour.flatMap((hour) => rule.byMinute.map((one) => (hour * 60 + one) * minute));
          const periods = new Map<string | number, number[]>();
          for (let midnight = Date.UTC(2025, 11, 1); midnight < Date.UTC(2026, 6, 1); midnight += day) {
            const at = new Date(midnight);
            // The epoch was a Thursday, weeks begin on Monday.
            const week = Math.floor((midnight / day + 3) / 7);
            const period = { MONTHLY: at.toISOString().slice(0, 7), WEEKLY: week, DAILY: midnight }[frequency];
            if (period !== undefined && weekdays.includes(at.getUTCDay())) {
              const walls = periods.get(period) ?? [];
              walls.push(...times.map((time) => midnight + time));
              periods.set(period, walls);
            }
          }
          const hits = [...periods.values()]
            .flatMap((walls) => (position === null ? walls : walls.slice(...placed(position))))
            .filter((wall) => wall >= start);
          // The start counts as the first, also where the rule does not hit it.
          const most = count === null ? hits.length : hits[0] === start ? count : count - 1;
          const expected = hits.slice(0, most).filter((wall) => wall >= from && wall <= to);
          expect([...calendarStarts(rule, start, from, to, new StepBudget(MOST_STEPS))]).toEqual(expected);
        },
      ),
      { seed: 20_261_123, numRuns: 150 },
    );
  });

  /** What `slice` takes for one BYSETPOS. */
  function placed(position: number): [number, number?] {
    return position === -1 ? [-1] : [position - 1, position];
  }
});

describe('a dense rule that a range moves', () => {
  test('comes in order where the moved wall clocks are shown twice', () => {
    // Through the night of 25 October half an hour later by the clock: its hour comes twice, and so do the ids' order.
    const at = '2026-10-24T23:00:00 Europe/Berlin';
    const given = series(at, at, ['RRULE:FREQ=MINUTELY;COUNT=400']);
    const moved = exception(
      '20261024T230100',
      '2026-10-24T23:31:00 Europe/Berlin',
      '2026-10-24T23:31:00 Europe/Berlin',
      {
        thisAndFuture: true,
      },
    );
    const { occurrences } = walk(given, [moved]);
    const ids = numbers(0, 399).map((step) => {
      const instant = parseInstant('2026-10-24T21:00:00Z') + step * minute;
      const local = zones.localAt(instant, 'Europe/Berlin');
      return zones.resolve(local, 'Europe/Berlin') === instant
        ? basicLocal(parseLocalDateTime(local))
        : basicInstant(instant);
    });
    const expected = ids
      .map((id) => ({
        id,
        at:
          id === moved.recurrenceId
            ? parseInstant('2026-10-24T21:31:00Z')
            : generates(given, id, zones, [moved])?.startsAt,
      }))
      .sort((left, right) => Number(left.at) - Number(right.at) || (left.id < right.id ? -1 : 1));
    expect(occurrences.map(({ recurrenceId, startsAt }) => ({ id: recurrenceId, at: startsAt }))).toEqual(expected);
    // It can tell: some come earlier than those that the rule has before them.
    expect(expected.map(({ id }) => id)).not.toEqual(ids);
  });

  test('does not cost the square of three days of it', () => {
    const at = '2026-01-01T00:00:00Z';
    const given = series(at, at, ['RRULE:FREQ=SECONDLY;COUNT=30000']);
    const moved = exception('20260101T000001Z', '2026-01-01T00:00:05Z', '2026-01-01T00:00:05Z', {
      thisAndFuture: true,
    });
    let found: number[] = [];
    // More than ten seconds once, when what was held was sorted anew for each.
    const cost = spent(() => {
      found = walk(given, [moved], window(undefined, undefined, 40_000)).occurrences.map(({ startsAt }) => startsAt);
    });
    const first = parseInstant(at);
    // As one text: a comparison item by item takes longer than the walk.
    expect(found.join()).toBe([first, ...numbers(5, 30_003).map((second) => first + second * 1000)].join());
    expect(cost).toBeLessThan(8_000);
  });
});

describe('hours, minutes and seconds before 1970', () => {
  test.each([
    ['FREQ=HOURLY;BYMINUTE=10,40', ['09:10:30', '09:40:30', '10:10:30', '10:40:30']],
    ['FREQ=HOURLY;BYMINUTE=0', ['09:10:30', '10:00:30', '11:00:30', '12:00:30']],
    ['FREQ=MINUTELY;BYSECOND=5,30', ['09:10:30', '09:11:05', '09:11:30', '09:12:05']],
    ['FREQ=SECONDLY;BYSECOND=29,30', ['09:10:30', '09:11:29', '09:11:30', '09:12:29']],
    ['FREQ=DAILY;BYMINUTE=10,40', ['09:10:30', '09:40:30', '09:10:30', '09:40:30']],
  ])('keep the second of the start: %s', (rule, expected) => {
    const at = '1969-06-01T10:10:30 Europe/Berlin';
    const found = starts(series(at, at, [`RRULE:${rule};COUNT=8`])).slice(0, 4);
    expect(found.map((instant) => instant.slice(11, 19))).toEqual(expected);
  });
});

describe('the span of rules that must be counted', () => {
  const at = '2026-01-01T01:00:00Z';
  /** 60 hours of 3,600 places each: more than half of the steps that a series may have. */
  const costly = `RRULE:FREQ=HOURLY;COUNT=60;BYMINUTE=${all(0, 59)};BYSECOND=${all(0, 59)};BYSETPOS=1`;

  test('is found beside a range as it is without one', () => {
    const given = series(at, at, [costly]);
    const end = seriesBounds(given, [], zones).end;
    expect(end).not.toBeNull();
    const moved = exception('20260101T010001Z', '2026-01-01T01:00:01Z', '2026-01-01T01:00:01Z', {
      thisAndFuture: true,
    });
    expect(seriesBounds(given, [moved], zones).end).toBe(Number(end) + 3 * day);
  });

  test('is left open where they together take longer than one may', () => {
    expect(seriesBounds(series(at, at, [costly, costly]), [], zones).end).toBeNull();
    const cheap = 'RRULE:FREQ=MONTHLY;COUNT=100';
    expect(seriesBounds(series(at, at, [cheap, cheap, cheap]), [], zones).end).toBe(
      parseInstant('2034-04-01T01:00:00Z'),
    );
  });
});
