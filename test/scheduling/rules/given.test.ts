/** What is given as a rule or a period: taken as it stands, or refused at the place where it is wrong. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { weeklyTime } from '../../../domain/availability/weekly-hours.ts';
import { RefusedValue } from '../../../domain/events/refused-value.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import { formatLocalTime } from '../../../domain/time/wall-clock.ts';
import {
  checkPeriod,
  checkRule,
  type GivenHours,
  type GivenRule,
  givenLimits,
  unknownCalendars,
  weekdays,
} from '../../../scheduling/rules/given.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const runs = { numRuns: 500, seed: 20_261_122 };

const time = fc.integer({ min: 0, max: 86_400 }).map(formatLocalTime);
const given = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 19, arbitrary: value },
    { weight: 1, arbitrary: fc.constant(new RefusedValue('expected another')) },
  );
const hours: fc.Arbitrary<GivenHours> = fc.record({
  day: fc.constantFrom(...weekdays),
  start: given(fc.oneof(time, fc.constantFrom('00:00', '09:00', '24:00'))),
  end: given(fc.oneof(time, fc.constantFrom('00:00', '09:00', '24:00'))),
});
const rule: fc.Arbitrary<GivenRule> = fc.record({
  accountId: fc.string(),
  key: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'a\u0000', '\ud800', 'k'.repeat(1025), '鍵')),
  timeZone: given(fc.constantFrom('Europe/London', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia')),
  calendarIds: fc.option(fc.array(fc.constantFrom('cal_1', 'cal_2', 'cal_3'), { maxLength: 4 }), { nil: undefined }),
  weeklyPeriods: fc.oneof(
    { weight: 9, arbitrary: fc.array(hours, { maxLength: 6 }) },
    { weight: 1, arbitrary: fc.array(hours, { minLength: 101, maxLength: 102 }) },
  ),
});

describe('a rule', () => {
  test('is either content or errors, and every error stands at something that was given', () => {
    fc.assert(
      fc.property(rule, (input) => {
        const { content, errors } = checkRule(input);
        expect(content === null).toBe(errors.length > 0);
        for (const { path, message } of errors) {
          let at: unknown = input;
          for (const part of path) at = (at as Record<string, unknown>)[part];
          expect(at).toBeDefined();
          expect(message).toMatch(/^Expected /);
        }
        // One error a place.
        expect(new Set(errors.map(({ path }) => path.join('.'))).size).toBe(errors.length);
      }),
      runs,
    );
  });

  test('that is taken is what was given, and taken again the same', () => {
    let taken = 0;
    fc.assert(
      fc.property(rule, (input) => {
        const { content } = checkRule(input);
        if (content === null) return;
        taken++;
        const weeklyPeriods = content.weeklyPeriods.map(({ day, start, end }) => ({
          day: weekdays[day] ?? 'MONDAY',
          start: formatLocalTime(start),
          end: formatLocalTime(end),
        }));
        expect(weeklyPeriods).toEqual(input.weeklyPeriods);
        expect(checkRule({ ...input, ...content, weeklyPeriods }).content).toEqual(content);
        const week = [Date.UTC(2026, 2, 2) / 1000, Date.UTC(2026, 2, 16) / 1000] as const;
        const spans = weeklyTime(content.weeklyPeriods, content.timeZone, week, zones);
        // Two weeks hold every hour of a rule that no gap swallows.
        expect(spans.length).toBeGreaterThan(0);
      }),
      runs,
    );
    expect(taken).toBeGreaterThan(50);
  });

  test.each([
    ['22:00', '24:00', 2],
    ['22:00', '00:00', 2],
    ['22:00', '06:00', 8],
    ['00:00', '24:00', 24],
    ['00:00', '00:01', 1 / 60],
    ['23:59:59', '23:59:58', 24 - 1 / 3600],
  ])('from %s to %s lasts %d hours', (start, end, expected) => {
    const { content } = checkRule({ ...valid, weeklyPeriods: [{ day: 'MONDAY', start, end }] });
    // Monday 4 May 2026 and the day after it.
    const window = [Date.UTC(2026, 4, 3) / 1000, Date.UTC(2026, 4, 7) / 1000] as const;
    const [from = 0, to = 0, ...more] = weeklyTime(content?.weeklyPeriods ?? [], 'Etc/UTC', window, zones);
    expect([(to - from) / 3600, more]).toEqual([expected, []]);
  });
});

const valid: GivenRule = {
  accountId: 'acc_1',
  key: 'key',
  timeZone: 'Etc/UTC',
  weeklyPeriods: [{ day: 'MONDAY', start: '09:00', end: '17:00' }],
};

test('a key may be as long as 1,024 characters of any plane', () => {
  expect(checkRule({ ...valid, key: '🗓'.repeat(1024) }).errors).toEqual([]);
  expect(checkRule({ ...valid, key: '🗓'.repeat(1025) }).errors).toMatchObject([{ path: ['key'], code: 'TOO_LONG' }]);
});

test('a calendar named twice is one', () => {
  expect(checkRule({ ...valid, calendarIds: ['cal_2', 'cal_1', 'cal_2'] }).content?.calendarIds).toEqual([
    'cal_2',
    'cal_1',
  ]);
  expect(unknownCalendars(['cal_2', 'cal_1', 'cal_3'], ['cal_1'])).toMatchObject([
    { path: ['calendarIds', '0'] },
    { path: ['calendarIds', '2'] },
  ]);
});

test('a period is taken exactly when it is longer than nothing and no longer than allowed', () => {
  const longest = givenLimits.periodDays * 86_400_000;
  const length = fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: -5, max: 5 }).map((by) => longest / 1000 + by),
  );
  fc.assert(
    fc.property(fc.integer({ min: -60_000_000_000, max: 250_000_000_000 }), length, (start, seconds) => {
      const at = { start: start * 1000, end: (start + seconds) * 1000 };
      const { content, errors } = checkPeriod({ accountId: 'acc_1', key: 'key', ...at });
      const isGood = seconds > 0 && seconds * 1000 <= longest;
      expect(content).toEqual(isGood ? at : null);
      expect(errors.map(({ path, code }) => [...path, code])).toEqual(isGood ? [] : [['end', 'OUT_OF_RANGE']]);
    }),
    runs,
  );
});
