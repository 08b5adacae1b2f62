/** Walking along a zone's wall clocks, against the look-ups one by one that it spares. */
import { describe, expect, test } from '@jest/globals';
import { parseDate } from '../../../domain/time/calendar-days.ts';
import { parseInstant } from '../../../domain/time/instants.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import { formatLocalDateTime, parseLocalDateTime } from '../../../domain/time/wall-clock.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { ZoneWalls } from '../../../domain/time/zone-walls.ts';

const zones = systemZones('test');
const day = 86_400_000;
const wall = parseLocalDateTime;
const at = parseInstant;

/** Around gaps and overlaps of an hour and of half of one, a gap at midnight, a day that never was, and years of peace. */
const places: readonly (readonly [zone: string, from: string, to: string])[] = [
  ['Europe/London', '2026-03-28', '2026-03-31'],
  ['Europe/London', '2026-10-24', '2026-10-27'],
  ['Australia/Lord_Howe', '2026-04-04', '2026-04-07'],
  ['Australia/Lord_Howe', '2026-10-03', '2026-10-06'],
  ['America/Sao_Paulo', '2018-11-02', '2018-11-06'],
  ['America/Sao_Paulo', '2018-02-16', '2018-02-20'],
  ['Pacific/Apia', '2011-12-28', '2012-01-02'],
  ['Asia/Kathmandu', '2026-01-01', '2026-01-03'],
];

function everyQuarter(from: string, to: string): number[] {
  const found: number[] = [];
  for (let clock = parseDate(from) * day; clock < parseDate(to) * day; clock += 900_000) found.push(clock);
  return found;
}

describe.each(places)('%s from %s to %s', (zone, from, to) => {
  const clocks = everyQuarter(from, to);

  test.each([
    ['forward', clocks],
    ['backward', [...clocks].reverse()],
    ['to and fro', clocks.flatMap((clock, place) => [clock, clocks[clocks.length - 1 - place] ?? clock])],
  ])('each wall clock is the instant that resolve answers, %s', (_, order) => {
    const walls = new ZoneWalls(zones, zone);
    for (const clock of order) expect(walls.instantOf(clock)).toBe(zones.resolve(formatLocalDateTime(clock), zone));
  });

  test('each day begins where startOfDay has it, whichever was asked before', () => {
    const walls = new ZoneWalls(zones, zone);
    const days = clocks.filter((clock) => clock % day === 0);
    for (const midnight of [...days, ...days.reverse()]) {
      const date = formatLocalDateTime(midnight).slice(0, 10);
      expect([date, walls.startOfDay(midnight)]).toEqual([date, zones.startOfDay(date, zone)]);
    }
  });

  test('each instant shows its wall clock, back and forth', () => {
    const walls = new ZoneWalls(zones, zone);
    for (const instant of [...clocks, ...[...clocks].reverse()]) {
      expect(formatLocalDateTime(walls.shownAt(instant))).toBe(zones.localAt(instant, zone));
      expect(walls.offsetAt(instant)).toBe(zones.offsetAt(instant, zone) * 1000);
    }
  });
});

describe('the span around a wall clock', () => {
  const london = () => new ZoneWalls(zones, 'Europe/London');
  const winter = {
    end: wall('2026-03-29T02:00:00'),
    offset: 0,
    endsAt: at('2026-03-29T01:00:00Z'),
  };
  const summer = {
    end: wall('2026-10-25T02:00:00'),
    offset: 3_600_000,
    endsAt: at('2026-10-25T01:00:00Z'),
  };

  test('ends behind a gap, whose wall clocks count by the offset before it', () => {
    expect(london().spanOf(wall('2026-03-29T00:59:59'))).toEqual(winter);
    expect(london().spanOf(wall('2026-03-29T01:59:59'))).toEqual(winter);
    expect(london().spanOf(wall('2026-03-29T02:00:00'))).toMatchObject({ offset: 3_600_000 });
  });

  test('ends behind an overlap, whose wall clocks count the first time', () => {
    expect(london().spanOf(wall('2026-10-25T00:59:59'))).toEqual(summer);
    expect(london().spanOf(wall('2026-10-25T01:59:59'))).toEqual(summer);
    expect(london().spanOf(wall('2026-10-25T02:00:00'))).toMatchObject({ offset: 0 });
  });

  test('is left in both directions', () => {
    const walls = london();
    const march = walls.spanOf(wall('2026-03-29T01:00:00'));
    expect(march).toEqual(winter);
    expect(walls.spanOf(wall('2026-10-25T01:30:00'))).toEqual(summer);
    expect(walls.spanOf(wall('2026-03-29T01:59:59'))).toEqual(winter);
    expect(walls.instantOf(wall('2026-03-29T02:00:00'))).toBe(at('2026-03-29T01:00:00Z'));
  });
});

test('within a span nothing is looked up again', () => {
  let asked = 0;
  const counted: ZoneData = {
    ...zones,
    spanAt(instant, zone) {
      asked += 1;
      return zones.spanAt(instant, zone);
    },
  };
  const walls = new ZoneWalls(counted, 'Europe/London');
  walls.instantOf(wall('2026-04-10T00:00:00'));
  const first = asked;
  for (let hour = 0; hour < 72; hour += 1) {
    walls.instantOf(wall('2026-04-10T00:00:00') + hour * 3_600_000);
    walls.startOfDay(wall('2026-04-10T00:00:00') + hour * 3_600_000);
    walls.spanOf(wall('2026-04-10T00:00:00') + hour * 3_600_000);
  }
  expect(asked).toBe(first);
  walls.offsetAt(at('2026-04-10T00:00:00Z'));
  walls.shownAt(at('2026-04-11T00:00:00Z'));
  expect(asked).toBe(first + 1);
});

test.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  '%d is no wall clock, and is not looked for',
  (wall) => {
    const walls = new ZoneWalls(zones, 'Europe/London');
    expect(() => walls.instantOf(wall)).toThrow(new RangeError(`expected a wall clock, came ${wall}`));
    expect(() => walls.startOfDay(wall)).toThrow(RangeError);
    expect(() => walls.spanOf(wall)).toThrow(RangeError);
  },
);
