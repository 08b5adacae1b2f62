import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  civilDate,
  daysBetween,
  epochDay,
  FIRST_DAY,
  formatDate,
  LAST_DAY,
  parseDate,
  weekday,
} from '../../../domain/time/calendar-days.ts';
import { formatDuration, parseDuration, readDuration } from '../../../domain/time/durations.ts';
import { basicDate, basicDay, basicInstant, basicLocal, readBasic } from '../../../domain/time/icalendar-values.ts';
import { FIRST_INSTANT, formatInstant, LAST_INSTANT, parseInstant } from '../../../domain/time/instants.ts';
import { TimeSyntaxError } from '../../../domain/time/time-syntax-error.ts';
import {
  addToLocal,
  dateOf,
  formatLocalDateTime,
  formatLocalTime,
  midnight,
  parseLocalDateTime,
  parseLocalTime,
} from '../../../domain/time/wall-clock.ts';

const seed = 20_261_122;

describe('instants', () => {
  test.each([
    ['2026-03-29T01:00:00Z', '2026-03-29T01:00:00Z'],
    ['2026-03-29t01:00:00z', '2026-03-29T01:00:00Z'],
    ['2026-03-29T02:00:00+01:00', '2026-03-29T01:00:00Z'],
    ['2026-03-28T21:30:00-03:30', '2026-03-29T01:00:00Z'],
    ['2026-03-29T01:00:00.000Z', '2026-03-29T01:00:00Z'],
    ['2026-03-29T01:00:00-00:00', '2026-03-29T01:00:00Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ])('%s is %s', (text, written) => {
    expect(formatInstant(parseInstant(text))).toBe(written);
  });

  test.each([
    ['2026-03-29T01:00:00', 'expected an RFC 3339 instant such as 2026-03-29T01:00:00Z, not "2026-03-29T01:00:00"'],
    ['2026-03-29', 'expected an RFC 3339 instant such as 2026-03-29T01:00:00Z, not "2026-03-29"'],
    ['2026-03-29 01:00:00Z', 'expected an RFC 3339 instant such as 2026-03-29T01:00:00Z, not "2026-03-29 01:00:00Z"'],
    ['2026-03-29T01:00Z', 'expected an RFC 3339 instant such as 2026-03-29T01:00:00Z, not "2026-03-29T01:00Z"'],
    [
      '2026-03-29T01:00:00+0100',
      'expected an RFC 3339 instant such as 2026-03-29T01:00:00Z, not "2026-03-29T01:00:00+0100"',
    ],
    ['2026-03-29T01:00:00.5Z', 'expected an instant of whole seconds, not "2026-03-29T01:00:00.5Z"'],
    ['2026-02-30T01:00:00Z', 'expected an instant that exists, in the years 0001 to 9999, not "2026-02-30T01:00:00Z"'],
    ['2025-02-29T01:00:00Z', 'expected an instant that exists, in the years 0001 to 9999, not "2025-02-29T01:00:00Z"'],
    ['2026-03-29T24:00:00Z', 'expected an instant that exists, in the years 0001 to 9999, not "2026-03-29T24:00:00Z"'],
    ['2026-12-31T23:59:60Z', 'expected an instant that exists, in the years 0001 to 9999, not "2026-12-31T23:59:60Z"'],
    [
      '2026-03-29T01:00:00+24:00',
      'expected an instant that exists, in the years 0001 to 9999, not "2026-03-29T01:00:00+24:00"',
    ],
    [
      '0000-12-31T23:00:00-02:00',
      'expected an instant that exists, in the years 0001 to 9999, not "0000-12-31T23:00:00-02:00"',
    ],
    ['0001-01-01T00:00:00+00:01', 'expected an instant in the years 0001 to 9999, not "0001-01-01T00:00:00+00:01"'],
    ['9999-12-31T23:59:59-00:01', 'expected an instant in the years 0001 to 9999, not "9999-12-31T23:59:59-00:01"'],
    ['', 'expected an RFC 3339 instant such as 2026-03-29T01:00:00Z, not ""'],
    [
      `2026${'0'.repeat(100)}`,
      `expected an RFC 3339 instant such as 2026-03-29T01:00:00Z, not "2026${'0'.repeat(56)}…"`,
    ],
  ])('refuses %s', (text, message) => {
    expect(() => parseInstant(text)).toThrow(TimeSyntaxError);
    expect(() => parseInstant(text)).toThrow(message);
  });

  test('go there and back, as Date writes them', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_INSTANT / 1000, max: LAST_INSTANT / 1000 }), (second) => {
        const text = formatInstant(second * 1000);
        expect(text).toBe(new Date(second * 1000).toISOString().replace('.000', ''));
        expect(parseInstant(text)).toBe(second * 1000);
      }),
      { seed, numRuns: 2000 },
    );
  });
});

describe('days', () => {
  test('count as Date counts in UTC', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_DAY, max: LAST_DAY }), (day) => {
        const date = new Date(day * 86_400_000);
        const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
        expect(civilDate(day)).toEqual(civil);
        expect(epochDay(civil.year, civil.month, civil.day)).toBe(day);
        expect(weekday(day)).toBe((date.getUTCDay() + 6) % 7);
        expect(parseDate(formatDate(day))).toBe(day);
      }),
      { seed, numRuns: 2000 },
    );
    expect(formatDate(FIRST_DAY)).toBe('0001-01-01');
    expect(formatDate(LAST_DAY)).toBe('9999-12-31');
  });

  test.each([
    ['2026-02-30'],
    ['2025-02-29'],
    ['1900-02-29'],
    ['2026-13-01'],
    ['2026-00-01'],
    ['0000-01-01'],
    ['2026-1-1'],
    ['20260101'],
    ['+02026-01-01'],
    ['2026-01-01T00:00:00Z'],
    [''],
  ])('refuses %j', (text) => {
    expect(() => parseDate(text)).toThrow(`expected a calendar day such as 2026-03-29, not ${JSON.stringify(text)}`);
  });

  test('are added and subtracted', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
  });
});

describe('wall clocks', () => {
  test('are read and written', () => {
    expect(formatLocalDateTime(parseLocalDateTime('2026-03-29T01:30:05'))).toBe('2026-03-29T01:30:05');
    expect(midnight('2026-03-29')).toBe('2026-03-29T00:00:00');
    expect(dateOf('2026-03-29T23:59:59')).toBe('2026-03-29');
    expect(addToLocal('2026-03-29T23:30:00', { days: 1, seconds: 3600 })).toBe('2026-03-31T00:30:00');
  });

  test.each([
    ['2026-03-29T01:30'],
    ['2026-03-29T01:30:00Z'],
    ['2026-03-29T01:60:00'],
    ['2026-03-29T25:00:00'],
    ['2026-03-29 01:30:00'],
    ['2026-02-29T01:30:00'],
    ['2026-03-29T0a:30:00'],
    ['2026-03-29T-1:30:00'],
  ])('refuses %j', (text) => {
    expect(() => parseLocalDateTime(text)).toThrow('expected a wall clock such as 2026-03-29T01:30:00');
  });

  test('times of day', () => {
    expect(parseLocalTime('09:30')).toBe(34_200);
    expect(parseLocalTime('09:30:15')).toBe(34_215);
    expect(parseLocalTime('24:00', { endOfDay: true })).toBe(86_400);
    expect([0, 34_200, 34_215, 86_400].map(formatLocalTime)).toEqual(['00:00', '09:30', '09:30:15', '24:00']);
    for (const text of ['24:00', '9:30', '09:60', '09:30:60', '0930', '09:30Z', '']) {
      expect(() => parseLocalTime(text)).toThrow('expected a time of day such as 09:30');
    }
    expect(() => parseLocalTime('24:01', { endOfDay: true })).toThrow('at most 24:00');
  });
});

describe('durations', () => {
  test('of more than 100,000 days are refused, and said to be too long', () => {
    expect(parseDuration('P100000D')).toBe(8_640_000_000);
    expect(() => parseDuration('P100000DT1S')).toThrow(
      'expected a duration of at most 100,000 days, not "P100000DT1S"',
    );
  });

  test.each([
    ['PT30M', 1800],
    ['PT0S', 0],
    ['P1D', 86_400],
    ['P2W', 1_209_600],
    ['P1DT2H3M4S', 93_784],
    ['PT36H', 129_600],
    ['PT1.0S', 1],
    ['P1W1D', 691_200],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    ['P'],
    ['PT'],
    ['P1DT'],
    ['P1Y'],
    ['P1M'],
    ['PT1.5S'],
    ['-PT1S'],
    ['+PT1S'],
    ['1H'],
    ['pt1h'],
    ['PT1H '],
    ['PT-1H'],
    ['P100001D'],
    [`P${'9'.repeat(10)}D`],
    [''],
  ])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(TimeSyntaxError);
  });

  test('iCalendar ones may be negative, and keep days and time apart', () => {
    expect(readDuration('-P1DT15M')).toEqual({ negative: true, days: 1, seconds: 900 });
    expect(readDuration('P1H')).toBeNull();
  });

  test('go there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 * 86_400 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds);
      }),
      { seed, numRuns: 1000 },
    );
    expect(formatDuration(-5400)).toBe('-PT1H30M');
    expect(formatDuration(90_061)).toBe('P1DT1H1M1S');
  });
});

describe('basic forms', () => {
  test('are read and written', () => {
    expect(readBasic('20260329')).toEqual({ kind: 'date', day: epochDay(2026, 3, 29) });
    expect(readBasic('20260329T013000Z')).toEqual({ kind: 'utc', wall: Date.UTC(2026, 2, 29, 1, 30) });
    expect(readBasic('20260329T013000')).toEqual({ kind: 'local', wall: Date.UTC(2026, 2, 29, 1, 30) });
    expect(readBasic('20161231T235960Z')).toEqual({ kind: 'utc', wall: Date.UTC(2016, 11, 31, 23, 59, 59) });
    // Property values count without case (RFC 5545 §2).
    expect(readBasic('20260329t013000z')).toEqual({ kind: 'utc', wall: Date.UTC(2026, 2, 29, 1, 30) });
    expect(basicLocal(Date.UTC(2026, 2, 29, 1, 30))).toBe('20260329T013000');
    expect(basicInstant(Date.UTC(2026, 2, 29, 1, 30))).toBe('20260329T013000Z');
    expect(basicDay(epochDay(2026, 3, 29))).toBe('20260329');
    expect(basicDate('2026-03-29')).toBe('20260329');
  });

  test.each([
    ['20260230'],
    ['20260329T250000'],
    ['20260329T013000+01'],
    ['2026-03-29'],
    ['20260329T0130'],
    ['20260329 013000'],
    ['20260329T013000X'],
    ['00000101'],
    [''],
  ])('%j is none', (text) => {
    expect(readBasic(text)).toBeNull();
  });
});
