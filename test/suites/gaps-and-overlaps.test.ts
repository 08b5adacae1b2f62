/** Gaps and overlaps of many zones, worked out by hand: no expected value here comes from this engine. */
import { describe, expect, test } from '@jest/globals';
import { canonicalRecurrenceId, generates } from '../../domain/recurrence/expand.ts';
import { formatInstant } from '../../domain/time/instants.ts';
import { exception, series, spans, starts, time, zones } from '../domain/recurrence/fixtures.ts';
import { moved, names, type SeriesCase, seriesCases } from './gaps-and-overlaps/series.ts';
import { days, wallClocks } from './gaps-and-overlaps/wall-clocks.ts';

/** `03-08 07:30` of the year of the start, or `2011-12-30 19:00`, or with seconds. */
function utc(text: string, year: string): string {
  const [date = '', clock = ''] = text.split(' ');
  return `${date.length === 5 ? `${year}-${date}` : date}T${clock.length === 5 ? `${clock}:00` : clock}Z`;
}

const yearOf = (start: string): string => start.slice(0, 4);

test('there are two hundred of them', () => {
  expect(wallClocks.length + days.length + seriesCases.length + names.length + moved.length).toBeGreaterThanOrEqual(
    200,
  );
});

describe('a wall clock', () => {
  test.each(wallClocks)('%s %s is %s', (zone, local, instant) => {
    expect(formatInstant(zones.resolve(local.replace(' ', 'T'), zone))).toBe(utc(instant, ''));
  });
});

describe('a day', () => {
  test.each(days)('%s %s is from %s to %s', (zone, date, from, to) => {
    expect(formatInstant(zones.startOfDay(date, zone))).toBe(utc(from, ''));
    const all = series(date, date, [], { dayZone: zone });
    expect(spans(all)).toEqual([`${utc(from, '')}/${utc(to, '')}`]);
  });
});

describe('a series', () => {
  test.each(seriesCases.map((one) => [one.what, one] as const))('%s', (_, one: SeriesCase) => {
    const zone = one.zone ?? 'Etc/UTC';
    const given = series(one.start, one.end ?? one.start, one.rules, {
      floatingZone: zone,
      dayZone: zone,
      nominalDays: one.nominalDays ?? null,
    });
    const expected = one.starts.map((text) => utc(text, yearOf(one.start)));
    expect(starts(given)).toEqual(expected);
    if (one.ends !== undefined) {
      const ends = one.ends.map((text) => utc(text, yearOf(one.start)));
      expect(spans(given)).toEqual(expected.map((start, index) => `${start}/${ends[index]}`));
    }
  });
});

describe('the name of an occurrence', () => {
  test.each(names)('%s, %s: %s is %s', (start, rule, named, canonical, instant) => {
    const given = series(start, start, [`RRULE:${rule}`]);
    expect(canonicalRecurrenceId(given, named, zones)).toBe(canonical);
    const found = generates(given, canonical, zones);
    expect(found === null ? null : formatInstant(found.startsAt)).toBe(utc(instant, yearOf(start)));
  });
});

describe('an occurrence that is moved', () => {
  test.each(moved)('%s, %s: %s to %s', (start, rule, named, to, expected) => {
    const given = series(start, start, [`RRULE:${rule}`]);
    expect(time(to).kind).toBe('zoned');
    expect(starts(given, [exception(named, to, to)])).toEqual(expected.map((text) => utc(text, yearOf(start))));
  });
});
