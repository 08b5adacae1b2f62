/** Days at the borders of the calendar's periods, where an arithmetic of 400, 100, 4 and 1 years may be off by one. */
import { expect, test } from '@jest/globals';
import { civilDate, epochDay, formatDate, parseDate } from '../../../domain/time/calendar-days.ts';

test.each([1, 4, 100, 400, 1600, 1700, 1900, 1972, 2000, 2023, 2024, 2100, 2400, 9999])(
  'the days around New Year and the end of February of %d count one by one',
  (year) => {
    for (const [month, day] of [
      [1, 1],
      [2, 28],
      [3, 1],
      [12, 31],
    ] as const) {
      const count = new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000;
      expect(epochDay(year, month, day)).toBe(count);
      expect(civilDate(count)).toEqual({ year, month, day });
    }
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const last = epochDay(year, 3, 1) - 1;
    expect(civilDate(last)).toEqual({ year, month: 2, day: leap ? 29 : 28 });
    expect(parseDate(formatDate(last))).toBe(last);
  },
);
