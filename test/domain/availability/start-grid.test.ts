/** Where slots may start (semantics E6): on the wall clock, across every kind of change of it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Spans } from '../../../domain/availability/spans.ts';
import { placeFrom, type StartGrid, startAt, startGrid } from '../../../domain/availability/start-grid.ts';
import { LAST_INSTANT } from '../../../domain/time/instants.ts';
import { at, clock, spans, zones } from './asked.ts';

const seed = 20_261_122;

function grid(period: string | Spans, minutes: number, timeZone: string, duration = 30): StartGrid {
  const periods = typeof period === 'string' ? spans(period) : period;
  return startGrid(periods, { interval: minutes * 60, timeZone }, duration * 60, zones);
}

const starts = (found: StartGrid): readonly string[] =>
  Array.from({ length: found.size }, (_, place) => clock(startAt(found, place)));

describe('starts are whole multiples of the interval after the hour', () => {
  test.each([
    [5, ['09:05', '09:10', '09:15', '09:20', '09:25', '09:30']],
    [10, ['09:10', '09:20', '09:30']],
    [15, ['09:15', '09:30']],
    [20, ['09:20']],
    [30, ['09:30']],
    [60, []],
  ])('every %d minutes from 09:03 to 10:00', (minutes, expected) => {
    expect(starts(grid('09:03 – 10:00', minutes, 'Etc/UTC'))).toEqual(expected);
  });

  test('a period that begins on the grid begins with it, and one that is just long enough has one', () => {
    expect(starts(grid('09:00 – 09:30', 30, 'Etc/UTC'))).toEqual(['09:00']);
    expect(starts(grid([at('09:00'), at('09:30') - 1], 30, 'Etc/UTC'))).toEqual([]);
    expect(starts(grid([at('09:00') + 1, at('10:00')], 30, 'Etc/UTC'))).toEqual(['09:30']);
  });

  test('each period has its own; what is shorter than the meeting has none', () => {
    const found = grid(spans('09:00 – 10:00', '10:10 – 10:30', '11:20 – 12:00'), 30, 'Etc/UTC');
    expect(starts(found)).toEqual(['09:00', '09:30', '11:30']);
    expect(found.pieces.map(({ place, count }) => [place, count])).toEqual([
      [0, 2],
      [2, 1],
    ]);
  });

  test('no period, no start', () => {
    expect(grid([], 30, 'Etc/UTC')).toEqual({ step: 1800, pieces: [], size: 0 });
  });
});

describe('in zones whose hour is not that of UTC', () => {
  test('45 minutes: Kathmandu begins its hours at a quarter past', () => {
    expect(starts(grid('09:00 – 12:00', 60, 'Asia/Kathmandu'))).toEqual(['09:15', '10:15', '11:15']);
  });

  test('Chatham has no 03:00 when its clocks go on at 02:45', () => {
    expect(starts(grid('2026-09-26T12:00Z – 2026-09-26T16:00Z', 60, 'Pacific/Chatham'))).toEqual([
      '2026-09-26T12:15Z',
      '2026-09-26T13:15Z',
      '2026-09-26T14:15Z',
      '2026-09-26T15:15Z',
    ]);
  });
});

describe('where the clock changes', () => {
  test('a repeated hour gives both', () => {
    expect(starts(grid('2026-10-25T00:00Z – 2026-10-25T02:00Z', 30, 'Europe/London'))).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
    ]);
  });

  test('a missing hour gives none, and the starts around it stay one piece', () => {
    const found = grid('2026-03-28T23:00Z – 2026-03-29T02:30Z', 60, 'Europe/London');
    expect(starts(found)).toEqual(['2026-03-28T23:00Z', '2026-03-29T00:00Z', '2026-03-29T01:00Z', '2026-03-29T02:00Z']);
    expect(found.pieces.length).toBe(1);
  });

  test('Lord Howe goes back half an hour: hours begin at half past from then on, 01:30 is there twice', () => {
    const period = '2026-04-04T13:00Z – 2026-04-04T18:00Z';
    expect(starts(grid(period, 60, 'Australia/Lord_Howe'))).toEqual([
      '2026-04-04T13:00Z',
      '2026-04-04T14:00Z',
      '2026-04-04T15:30Z',
      '2026-04-04T16:30Z',
      '2026-04-04T17:30Z',
    ]);
    expect(starts(grid('2026-04-04T14:30Z – 2026-04-04T15:30Z', 30, 'Australia/Lord_Howe'))).toEqual([
      '2026-04-04T14:30Z',
      '2026-04-04T15:00Z',
    ]);
  });

  test('Lord Howe goes on half an hour: 02:00 is not there', () => {
    expect(starts(grid('2026-10-03T14:00Z – 2026-10-03T17:30Z', 60, 'Australia/Lord_Howe'))).toEqual([
      '2026-10-03T14:30Z',
      '2026-10-03T16:00Z',
      '2026-10-03T17:00Z',
    ]);
  });

  test('a span of one offset without a start of its own leaves no piece', () => {
    expect(starts(grid('2026-10-03T15:00Z – 2026-10-03T16:30Z', 60, 'Australia/Lord_Howe'))).toEqual([
      '2026-10-03T16:00Z',
    ]);
  });
});

test('the last second of the year 9999 ends the grid', () => {
  const last = LAST_INSTANT / 1000;
  expect(grid([last - 3600, last + 1], 30, 'Etc/UTC').size).toBe(2);
  expect(grid([last - 7200, last], 60, 'Europe/London', 1).size).toBe(2);
});

describe('places and instants', () => {
  test('the first at or after an instant; where there is none, as many as there are', () => {
    const found = grid(spans('09:00 – 10:00', '11:00 – 12:00'), 30, 'Etc/UTC');
    const places = ['08:00', '09:00', '09:01', '09:30', '09:31', '11:00', '11:30', '11:31', '23:00'].map((text) =>
      placeFrom(found, at(text)),
    );
    expect(places).toEqual([0, 0, 1, 1, 2, 2, 3, 4, 4]);
  });

  test('are each other’s inverse, and places between starts are the next one’s', () => {
    const zone = fc.constantFrom(
      'Europe/London',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Chatham',
      'America/Sao_Paulo',
      'Etc/UTC',
    );
    const period = fc.tuple(
      fc.integer({ min: at('2017-01-01T00:00Z'), max: at('2027-01-01T00:00Z') }),
      fc.integer({ min: 60, max: 300 * 86_400 }),
    );
    fc.assert(
      fc.property(
        zone,
        period,
        fc.constantFrom(5, 10, 15, 20, 30, 60),
        fc.integer({ min: 1, max: 1440 }),
        fc.nat(),
        (timeZone, [from, length], minutes, duration, drawn) => {
          const found = grid([from, from + length], minutes, timeZone, duration);
          if (found.size === 0) return;
          const place = drawn % found.size;
          const start = startAt(found, place);
          expect(placeFrom(found, start)).toBe(place);
          expect(placeFrom(found, start + 1)).toBe(place + 1);
          expect((start + zones.offsetAt(start * 1000, timeZone)) % (minutes * 60)).toBe(0);
          expect(from <= start && start + duration * 60 <= from + length).toBe(true);
          if (place > 0) expect(startAt(found, place - 1)).toBeLessThan(start);
        },
      ),
      { seed, numRuns: 2000 },
    );
  });
});
