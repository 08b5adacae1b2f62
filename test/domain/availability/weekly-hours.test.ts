/** Hours of the week as instants (semantics E4, RFC 5545 §3.3.5): over midnight, to 24:00, across changes of the clock. */
import { describe, expect, test } from '@jest/globals';
import { type WeeklyHours, weekdayOf, weeklyTime } from '../../../domain/availability/weekly-hours.ts';
import { shown, span, zones } from './asked.ts';

const [monday, tuesday, friday, saturday, sunday] = [0, 1, 4, 5, 6] as const;
const hours = (day: number, text: string): WeeklyHours => {
  const [start, end] = text.split(' – ').map((time) => Number(time.slice(0, 2)) * 3600 + Number(time.slice(3)) * 60);
  return { day, start: start as number, end: end as number };
};
const within = (window: string, timeZone: string, ...given: readonly WeeklyHours[]): readonly string[] =>
  shown(weeklyTime(given, timeZone, span(window), zones));

test('the first day of 1970 was a Thursday, and so on either side of it', () => {
  expect([-5, -4, -3, -1, 0, 3, 4, 10, 11].map(weekdayOf)).toEqual([5, 6, 0, 2, 3, 6, 0, 6, 0]);
});

describe('on an ordinary week', () => {
  test('each day has its own hours, and a day without has none', () => {
    expect(
      within(
        '2026-03-09T00:00Z – 2026-03-12T00:00Z',
        'Etc/UTC',
        hours(monday, '09:00 – 12:00'),
        hours(tuesday, '13:00 – 17:00'),
      ),
    ).toEqual(['09:00 – 12:00', '2026-03-10T13:00Z – 2026-03-10T17:00Z']);
  });

  test('they are cut where the window is', () => {
    expect(within('10:30 – 11:00', 'Etc/UTC', hours(monday, '09:00 – 12:00'))).toEqual(['10:30 – 11:00']);
  });

  test('hours of one day that touch or overlap are one', () => {
    expect(
      within(
        '00:00 – 23:00',
        'Etc/UTC',
        hours(monday, '09:00 – 11:00'),
        hours(monday, '11:00 – 12:00'),
        hours(monday, '10:00 – 11:30'),
      ),
    ).toEqual(['09:00 – 12:00']);
  });

  test('a zone of 45 minutes', () => {
    expect(within('00:00 – 23:00', 'Asia/Kathmandu', hours(monday, '09:00 – 17:00'))).toEqual(['03:15 – 11:15']);
  });
});

describe('over midnight', () => {
  test('an end before the start is on the next day', () => {
    expect(within('2026-03-13T12:00Z – 2026-03-14T12:00Z', 'Etc/UTC', hours(friday, '22:00 – 02:00'))).toEqual([
      '2026-03-13T22:00Z – 2026-03-14T02:00Z',
    ]);
  });

  test('what began the day before the window reaches into it', () => {
    expect(within('2026-03-14T00:00Z – 2026-03-14T12:00Z', 'Etc/UTC', hours(friday, '22:00 – 02:00'))).toEqual([
      '2026-03-14T00:00Z – 2026-03-14T02:00Z',
    ]);
  });

  test('24:00 is the end of the day, and joins what begins there', () => {
    expect(within('2026-03-14T12:00Z – 2026-03-15T12:00Z', 'Etc/UTC', hours(saturday, '20:00 – 24:00'))).toEqual([
      '2026-03-14T20:00Z – 2026-03-15T00:00Z',
    ]);
    expect(
      within(
        '2026-03-14T12:00Z – 2026-03-15T12:00Z',
        'Etc/UTC',
        hours(saturday, '20:00 – 24:00'),
        hours(sunday, '00:00 – 01:00'),
      ),
    ).toEqual(['2026-03-14T20:00Z – 2026-03-15T01:00Z']);
  });

  test('an end of 00:00 is midnight too', () => {
    expect(within('2026-03-14T12:00Z – 2026-03-15T12:00Z', 'Etc/UTC', hours(saturday, '20:00 – 00:00'))).toEqual([
      '2026-03-14T20:00Z – 2026-03-15T00:00Z',
    ]);
  });
});

describe('where the clock changes', () => {
  test('a day of 23 hours: hours across the gap are an hour shorter', () => {
    expect(within('2026-03-28T12:00Z – 2026-03-29T12:00Z', 'Europe/London', hours(saturday, '22:00 – 02:00'))).toEqual([
      '2026-03-28T22:00Z – 2026-03-29T01:00Z',
    ]);
  });

  test('hours that vanish in a gap are not there', () => {
    expect(within('2026-03-28T12:00Z – 2026-03-29T12:00Z', 'Europe/London', hours(sunday, '01:00 – 02:00'))).toEqual(
      [],
    );
  });

  test('hours that begin in a gap begin by the offset before it', () => {
    expect(within('2026-03-28T12:00Z – 2026-03-29T12:00Z', 'Europe/London', hours(sunday, '01:30 – 04:00'))).toEqual([
      '2026-03-29T01:30Z – 2026-03-29T03:00Z',
    ]);
  });

  test('a repeated hour is two, from the first 01:00', () => {
    expect(within('2026-10-24T12:00Z – 2026-10-25T12:00Z', 'Europe/London', hours(sunday, '01:00 – 02:00'))).toEqual([
      '2026-10-25T00:00Z – 2026-10-25T02:00Z',
    ]);
  });

  test('an end in a repeated hour is the first of both', () => {
    expect(within('2026-10-24T12:00Z – 2026-10-25T12:00Z', 'Europe/London', hours(sunday, '00:00 – 01:30'))).toEqual([
      '2026-10-24T23:00Z – 2026-10-25T00:30Z',
    ]);
  });

  test('Lord Howe’s half hour', () => {
    expect(
      within('2026-04-04T12:00Z – 2026-04-05T12:00Z', 'Australia/Lord_Howe', hours(sunday, '01:00 – 03:00')),
    ).toEqual(['2026-04-04T14:00Z – 2026-04-04T16:30Z']);
    expect(
      within('2026-10-03T12:00Z – 2026-10-04T12:00Z', 'Australia/Lord_Howe', hours(sunday, '01:00 – 03:00')),
    ).toEqual(['2026-10-03T14:30Z – 2026-10-03T16:00Z']);
  });

  test('a midnight that is not there: the day begins an hour later', () => {
    expect(
      within('2018-11-03T12:00Z – 2018-11-04T12:00Z', 'America/Sao_Paulo', hours(sunday, '00:00 – 02:00')),
    ).toEqual(['2018-11-04T03:00Z – 2018-11-04T04:00Z']);
  });
});
