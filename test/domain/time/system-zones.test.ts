import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { systemZones } from '../../../domain/time/system-zones.ts';
import { formatLocalDateTime } from '../../../domain/time/wall-clock.ts';
import { canonicalZone, fixedOffsetZone } from '../../../domain/time/zone-names.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const iso = (instant: number): string => new Date(instant).toISOString().replace('.000', '');
const seed = 20_261_122;

test.each([
  ['GMT+0100', 'Etc/GMT-1'],
  ['GMT-0500', 'Etc/GMT+5'],
  ['gmt+01.00', 'Etc/GMT-1'],
  ['UTC+14', 'Etc/GMT-14'],
  ['UTC -5', 'Etc/GMT+5'],
  ['UTC+00:00', 'Etc/UTC'],
  ['GMT+0530', null],
  ['UTC+15', null],
  ['UTC-13', null],
  ['GMT', null],
  ['+01:00', null],
  ['GMT +0100 (Standard) / GMT +0200 (Daylight)', null],
])('%s, which says an offset and nothing else, is %s where nothing defines it', (name, zone) => {
  expect(fixedOffsetZone(name)).toBe(zone);
  if (zone !== null && zone !== 'Etc/UTC') expect(zones.canonical(zone)).toBe(zone);
});

test('says which zone data it is', () => {
  expect(zones.version).toBe(process.versions['tz']);
  expect(zones.version).toMatch(/^20\d\d[a-z]$/);
});

describe('canonical', () => {
  test.each([
    ['Europe/London', 'Europe/London'],
    ['europe/london', 'Europe/London'],
    ['AMERICA/ARGENTINA/BUENOS_AIRES', 'America/Argentina/Buenos_Aires'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Asia/Calcutta', 'Asia/Calcutta'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['US/Eastern', 'US/Eastern'],
    ['us/eastern', 'US/Eastern'],
    ['EST5EDT', 'EST5EDT'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['America/Coyhaique', 'America/Coyhaique'],
    ['UTC', 'Etc/UTC'],
    ['utc', 'Etc/UTC'],
    ['GMT', 'Etc/UTC'],
    ['Z', 'Etc/UTC'],
    ...['zulu', 'uct', 'universal', 'Etc/UTC', 'Etc/GMT', 'Etc/UCT', 'Etc/Zulu'].map((name) => [name, 'Etc/UTC']),
    ['GMT Standard Time', 'Europe/London'],
    ['eastern standard time', 'America/New_York'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['UTC-11', 'Etc/GMT+11'],
    ['W. Europe Daylight Time', 'Europe/Berlin'],
    ['eastern daylight time', 'America/New_York'],
    ['America/New York', 'America/New_York'],
    ['CET', 'CET'],
    ['WET', 'WET'],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Berlin'],
    ['(GMT+01:00) Sarajevo, Skopje, Warsaw, Zagreb', 'Europe/Warsaw'],
    ['(UTC-05:00) Eastern Time (US & Canada)', 'America/New_York'],
    ['(UTC-04:00) Atlantic Time (Canada)', 'America/Halifax'],
    ['(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
    ['(UTC+00:00) Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
    ['(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi', 'Asia/Calcutta'],
    ['(UTC+05:45) Kathmandu', 'Asia/Katmandu'],
    ['(UTC-03:30) Newfoundland', 'America/St_Johns'],
    ['(UTC-03:00) City of Buenos Aires', 'America/Buenos_Aires'],
    ['(UTC-03:00) Brasilia', 'America/Sao_Paulo'],
    ['(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi', 'Asia/Shanghai'],
    ['(UTC) Coordinated Universal Time', 'Etc/UTC'],
    [' Europe/London ', 'Europe/London'],
    ['"Europe/London"', 'Europe/London'],
    ['/freeassociation.sourceforge.net/Europe/London', 'Europe/London'],
    ['/freeassociation.sourceforge.net/Tzfile/America/Indiana/Knox', 'America/Indiana/Knox'],
    ['/mozilla.org/20050126_1/America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['/citadel.org/20210210_1/UTC', 'Etc/UTC'],
    ['Europe//London/', 'Europe/London'],
    ['(UTC-05:00) New York', 'America/New_York'],
  ])('%s is %s', (name, zone) => {
    expect(zones.canonical(name)).toBe(zone);
  });

  test.each([
    [''],
    [' '],
    ['Mars/Olympus'],
    ['+05:00'],
    ['-0300'],
    ['(UTC+02:00) Amsterdam, Berlin'],
    ['(UTC+01:00) Atlantis'],
    ['(UTC-04:00) Brasilia'],
    ['(UTC-06:00) Eastern Time (US & Canada)'],
    ['(UTC+01:00) '],
    ['GMT+0100'],
    ['BST'],
    ['IST'],
    ['CST'],
    ['Standard Time'],
    ['Customized Time Zone'],
    ['Factory'],
    ['__proto__'],
    ['constructor'],
    ['Europe/London/../Paris'],
    ['Europe/London\u0000'],
    [`Europe/${'x'.repeat(5000)}`],
    [`/${'x'.repeat(250)}/Europe/London`],
    ['/'.repeat(5000)],
  ])('%j is no zone', (name) => {
    expect(zones.canonical(name)).toBeNull();
  });

  test.each([
    ['W. Europe Standard Time', 'Europe/Vienna', 'Europe/Vienna'],
    ['Eastern Standard Time', 'America/Toronto', 'America/Toronto'],
    // Where several zones of a territory have the name, the calendar's own is meant, else the first of them.
    ['Eastern Standard Time', 'America/Detroit', 'America/Detroit'],
    ['Eastern Standard Time', 'America/Vancouver', 'America/Toronto'],
    ['GMT Standard Time', 'Europe/Vienna', 'Europe/London'],
    ['GMT Standard Time', 'Etc/UTC', 'Europe/London'],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Zurich', 'Europe/Zurich'],
    ['Europe/London', 'Europe/Vienna', 'Europe/London'],
  ])('%s means, in the territory of %s, %s', (name, near, zone) => {
    expect(zones.canonical(name, near)).toBe(zone);
  });

  test('a name with a line break in it changes nothing of what a name means near a zone', () => {
    const own = systemZones('test');
    expect(own.canonical('Europe/Berlin\nEurope/London')).toBeNull();
    expect(own.canonical('Europe/London', 'Europe/Berlin')).toBe('Europe/London');
    expect(own.canonical('Eastern Standard Time', 'America/Detroit')).toBe('America/Detroit');
    expect(own.canonical('America/Detroit\nEastern Standard Time')).toBeNull();
    expect(own.canonical('Eastern Standard Time')).toBe('America/New_York');
    expect(own.canonical(' Eastern Standard Time\r\n', 'America/Toronto')).toBe('America/Toronto');
  });

  test('past the number of names that are remembered they mean the same', () => {
    const own = systemZones('test');
    for (let at = 0; at < 7_000; at += 1) expect(own.canonical(`nowhere ${at}`)).toBeNull();
    for (const near of ['Europe/Vienna', 'Europe/Vienna', 'Europe/Berlin']) {
      expect(own.canonical('W. Europe Standard Time', near)).toBe(near);
    }
  });

  test('takes every name that the engine lists, in any case', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) {
      const zone = zones.canonical(name.toUpperCase());
      expect(zone).toBe(name === 'UTC' ? 'Etc/UTC' : name);
      expect(zone === null ? null : zones.canonical(zone)).toBe(zone);
    }
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const zone = zones.canonical(name);
        if (zone !== null) {
          expect(Number.isFinite(zones.offsetAt(0, zone))).toBe(true);
        }
      }),
      { seed, numRuns: 2000 },
    );
  });
});

describe('offsets', () => {
  test('an unknown zone is an error that names it', () => {
    expect(() => zones.offsetAt(0, 'Mars/Olympus')).toThrow(/^no zone "Mars\/Olympus" in zone data 20/);
  });

  test('every transition from 1970 to 2040 is where Temporal has it, in every twelfth zone and the odd ones', () => {
    const from = Temporal.Instant.from('1970-01-01T00:00:00Z');
    const to = Date.UTC(2040, 0, 1);
    let compared = 0;
    const odd = [
      'Africa/Casablanca',
      'Africa/Cairo',
      'Asia/Gaza',
      'Pacific/Apia',
      'Antarctica/Troll',
      'Asia/Pyongyang',
    ];
    const names = Intl.supportedValuesOf('timeZone').filter((_, index) => index % 12 === 0);
    for (const zone of [...names, ...odd]) {
      let next = from.toZonedDateTimeISO(zone).getTimeZoneTransition('next');
      while (next !== null && next.epochMilliseconds < to) {
        const at = next.epochMilliseconds;
        const before = zones.offsetAt(at - 1000, zone);
        expect([zone, iso(at), zones.offsetAt(at, zone)]).toEqual([zone, iso(at), next.offsetNanoseconds / 1e9]);
        expect([zone, iso(at), before]).toEqual([zone, iso(at), next.subtract({ seconds: 1 }).offsetNanoseconds / 1e9]);
        compared += 1;
        next = next.getTimeZoneTransition('next');
      }
    }
    expect(compared).toBeGreaterThan(1500);
  });

  test('any instant of any zone shows what Temporal shows', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.integer({ min: Date.UTC(1900, 0, 1) / 1000, max: Date.UTC(2300, 0, 1) / 1000 }),
        (zone, second) => {
          const shown = Temporal.Instant.fromEpochMilliseconds(second * 1000).toZonedDateTimeISO(zone);
          expect(zones.localAt(second * 1000, zone)).toBe(shown.toPlainDateTime().toString({ smallestUnit: 'second' }));
        },
      ),
      { seed, numRuns: 600 },
    );
  });

  test('the first and the last day of the calendar have an offset', () => {
    for (const zone of ['Pacific/Kiritimati', 'Etc/GMT+12', 'Europe/London']) {
      expect(Math.abs(zones.offsetAt(-62_135_596_800_000, zone))).toBeLessThan(86_400);
      expect(Math.abs(zones.offsetAt(253_402_300_799_000, zone))).toBeLessThan(86_400);
    }
  });
});

describe('resolve', () => {
  test.each([
    ['in a gap the offset before it', '2026-03-08T02:30:00', 'America/New_York', '2026-03-08T07:30:00Z'],
    ['at the first second of a gap', '2026-03-08T02:00:00', 'America/New_York', '2026-03-08T07:00:00Z'],
    ['after a gap', '2026-03-08T03:00:00', 'America/New_York', '2026-03-08T07:00:00Z'],
    ['in an overlap the first', '2026-11-01T01:30:00', 'America/New_York', '2026-11-01T05:30:00Z'],
    ['after an overlap', '2026-11-01T02:00:00', 'America/New_York', '2026-11-01T07:00:00Z'],
    ['in half an hour of gap', '2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-03T15:45:00Z'],
    ['in half an hour of overlap', '2026-04-05T01:45:00', 'Australia/Lord_Howe', '2026-04-04T14:45:00Z'],
    ['in a skipped day', '2011-12-30T10:00:00', 'Pacific/Apia', '2011-12-30T20:00:00Z'],
    ['in a quarter-hour zone', '2026-01-01T00:00:00', 'Asia/Kathmandu', '2025-12-31T18:15:00Z'],
  ])('%s', (_, local, zone, instant) => {
    expect(iso(zones.resolve(local, zone))).toBe(instant);
  });

  test("agrees with Temporal's compatible disambiguation", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.integer({ min: 0, max: Date.UTC(2040, 0, 1) / 1000 }),
        (zone, second) => {
          const local = formatLocalDateTime(second * 1000);
          const there = Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: 'compatible' });
          expect(iso(zones.resolve(local, zone))).toBe(iso(there.epochMilliseconds));
        },
      ),
      { seed, numRuns: 600 },
    );
  });

  test('agrees with Temporal around every transition of some zones', () => {
    const names = ['Europe/London', 'America/St_Johns', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Casablanca'];
    for (const zone of names) {
      let next = Temporal.Instant.from('2000-01-01T00:00:00Z').toZonedDateTimeISO(zone).getTimeZoneTransition('next');
      while (next !== null && next.year < 2030) {
        for (let minutes = -180; minutes <= 180; minutes += 15) {
          const local = next.toPlainDateTime().add({ minutes }).toString({ smallestUnit: 'second' });
          const there = Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: 'compatible' });
          expect([zone, local, iso(zones.resolve(local, zone))]).toEqual([zone, local, iso(there.epochMilliseconds)]);
        }
        next = next.getTimeZoneTransition('next');
      }
    }
  });

  test.each([['2026-02-30T00:00:00'], ['2026-01-01T24:00:00'], ['2026-01-01'], ['2026-01-01T00:00:00Z'], ['']])(
    'refuses %j',
    (local) => {
      expect(() => zones.resolve(local, 'Europe/London')).toThrow('expected a wall clock such as 2026-03-29T01:30:00');
    },
  );
});

test('of a zone that is known the engine is asked once only', () => {
  const asked = jest.spyOn(Intl, 'DateTimeFormat');
  try {
    const own = systemZones('test');
    for (const year of [1980, 2026, 2060, 2026]) own.offsetAt(Date.UTC(year, 0, 1), 'Europe/London');
    expect(own.canonical('Europe/London')).toBe('Europe/London');
    expect(asked).toHaveBeenCalledTimes(1);
  } finally {
    asked.mockRestore();
  }
});

test('a runtime that shows instants in another way is an error, not a zone with wrong offsets', () => {
  const { prototype } = Intl.DateTimeFormat;
  const own = Object.getOwnPropertyDescriptor(prototype, 'format') ?? {};
  Object.defineProperty(prototype, 'format', { configurable: true, get: () => () => '24-10-11 B' });
  try {
    expect(() => systemZones('2025c').offsetAt(0, 'Europe/London')).toThrow('Intl shows an instant as 24-10-11 B');
  } finally {
    Object.defineProperty(prototype, 'format', own);
  }
});

test('a walk through a thousand years answers at its end what it answered at its beginning', () => {
  const fresh = systemZones('2025c');
  const first = Date.parse('1100-07-01T00:00:00Z');
  const before = fresh.offsetAt(first, 'Europe/London');
  for (let at = 0; at < 1_001; at += 1) fresh.offsetAt(first + at * 256 * 86_400_000, 'Europe/London');
  expect(fresh.offsetAt(Date.parse('2026-07-01T00:00:00Z'), 'Europe/London')).toBe(3_600);
  expect(fresh.offsetAt(first, 'Europe/London')).toBe(before);
  expect(before).toBe(-75);
});

test('a name of a zone that the zone data in force do not have is none', () => {
  const older = { accepts: (zone: string) => zone !== 'America/Coyhaique', offsetAt: () => 0 };
  expect(canonicalZone('america/coyhaique', null, older)).toBeNull();
  expect(canonicalZone('/mozilla.org/20050126_1/America/Coyhaique', null, older)).toBeNull();
  expect(canonicalZone('america/santiago', null, older)).toBe('America/Santiago');
});

describe('startOfDay', () => {
  test.each([
    ['2026-12-25', 'Pacific/Auckland', '2026-12-24T11:00:00Z'],
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00Z'],
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00Z'],
    ['2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00Z'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
    ['2026-10-25', 'Europe/London', '2026-10-24T23:00:00Z'],
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00Z'],
    // The clock went from 23:30 to 00:30: midnight lies within the gap, and half an hour behind its beginning.
    ['1919-03-31', 'America/Toronto', '1919-03-31T04:30:00Z'],
  ])('%s in %s is %s', (date, zone, instant) => {
    expect(iso(zones.startOfDay(date, zone))).toBe(instant);
  });

  test('is the first instant that shows the date, for every day around every transition', () => {
    for (const zone of ['America/Santiago', 'Africa/Cairo', 'Asia/Beirut', 'America/Sao_Paulo', 'America/St_Johns']) {
      let next = Temporal.Instant.from('1990-01-01T00:00:00Z').toZonedDateTimeISO(zone).getTimeZoneTransition('next');
      while (next !== null && next.year < 2030) {
        const date = next.toPlainDate().toString();
        const start = zones.startOfDay(date, zone);
        expect([zone, date, zones.localAt(start, zone).slice(0, 10)]).toEqual([zone, date, date]);
        expect(zones.localAt(start - 1000, zone) < date).toBe(true);
        next = next.getTimeZoneTransition('next');
      }
    }
  });
});
