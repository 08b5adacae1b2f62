/** Days and weeks that are full (semantics E8). */
import { describe, expect, test } from '@jest/globals';
import { type BookingLimit, fullTime } from '../../../domain/availability/booking-limits.ts';
import { at, shown, span, zones } from './asked.ts';

const limit = (
  period: BookingLimit['period'],
  maximum: number,
  timeZone = 'Etc/UTC',
  ...categories: string[]
): BookingLimit => ({
  period,
  maximum,
  timeZone,
  categories: categories.length === 0 ? null : new Set(categories),
});
const full = (
  limits: readonly BookingLimit[],
  bookings: readonly (string | [string, string])[],
  window = '2026-03-01T00:00Z – 2026-04-30T00:00Z',
): readonly string[] =>
  shown(
    fullTime(
      limits,
      bookings.map((given) =>
        typeof given === 'string'
          ? { start: at(given), categories: [] }
          : { start: at(given[0]), categories: [given[1]] },
      ),
      span(window),
      zones,
    ),
  );

describe('a day', () => {
  test('is full when one more would be one too many', () => {
    expect(full([limit('DAY', 2)], ['2026-03-10T09:00Z'])).toEqual([]);
    expect(full([limit('DAY', 2)], ['2026-03-10T09:00Z', '2026-03-10T23:59Z'])).toEqual([
      '2026-03-10T00:00Z – 2026-03-11T00:00Z',
    ]);
    expect(full([limit('DAY', 2)], ['2026-03-10T09:00Z', '2026-03-11T00:00Z'])).toEqual([]);
  });

  test('is that of the limit’s zone, 23 or 25 hours long where its clock changes', () => {
    expect(full([limit('DAY', 1, 'Europe/London')], ['2026-03-29T12:00Z'])).toEqual([
      '2026-03-29T00:00Z – 2026-03-29T23:00Z',
    ]);
    expect(
      full([limit('DAY', 1, 'America/New_York')], ['2026-11-01T04:30Z'], '2026-10-01T00:00Z – 2026-12-01T00:00Z'),
    ).toEqual(['2026-11-01T04:00Z – 2026-11-02T05:00Z']);
    expect(full([limit('DAY', 1, 'Asia/Kathmandu')], ['2026-03-10T18:14Z'])).toEqual(['18:15 – 2026-03-10T18:15Z']);
  });

  test('begins where its midnight is not there', () => {
    expect(
      full([limit('DAY', 1, 'America/Sao_Paulo')], ['2018-11-04T12:00Z'], '2018-11-01T00:00Z – 2018-11-10T00:00Z'),
    ).toEqual(['2018-11-04T03:00Z – 2018-11-05T02:00Z']);
  });
});

describe('a week', () => {
  test('begins on Monday', () => {
    const week = ['2026-03-09T00:00Z', '2026-03-15T23:59Z'];
    expect(full([limit('WEEK', 2)], week)).toEqual(['00:00 – 2026-03-16T00:00Z']);
    expect(full([limit('WEEK', 2)], ['2026-03-08T23:59Z', '2026-03-09T00:00Z'])).toEqual([]);
  });

  test('is an hour shorter in the zone whose clock goes on in it', () => {
    expect(full([limit('WEEK', 1, 'Europe/London')], ['2026-03-25T12:00Z'])).toEqual([
      '2026-03-23T00:00Z – 2026-03-29T23:00Z',
    ]);
  });

  test('before 1970 it begins on Monday too', () => {
    expect(full([limit('WEEK', 1)], ['1969-12-31T12:00Z'], '1969-12-01T00:00Z – 1970-02-01T00:00Z')).toEqual([
      '1969-12-29T00:00Z – 1970-01-05T00:00Z',
    ]);
  });
});

test('only bookings in the limit’s categories count', () => {
  const bookings: [string, string][] = [
    ['2026-03-10T09:00Z', 'interview'],
    ['2026-03-11T09:00Z', 'lunch'],
  ];
  expect(full([limit('DAY', 1, 'Etc/UTC', 'interview', 'call')], bookings)).toEqual([
    '2026-03-10T00:00Z – 2026-03-11T00:00Z',
  ]);
});

test('of none at all is always full, whatever is booked', () => {
  expect(full([limit('WEEK', 0)], [], '09:00 – 12:00')).toEqual(['09:00 – 12:00']);
});

test('several limits: what any of them fills; cut where the window is', () => {
  expect(full([limit('DAY', 1), limit('DAY', 2, 'Asia/Kathmandu')], ['10:00', '11:00'], '09:00 – 22:00')).toEqual([
    '09:00 – 22:00',
  ]);
  expect(full([limit('DAY', 3), limit('DAY', 2, 'Asia/Kathmandu')], ['10:00', '11:00'], '09:00 – 22:00')).toEqual([
    '09:00 – 18:15',
  ]);
});

test('no limit, nothing full', () => {
  expect(full([], ['10:00'])).toEqual([]);
});
