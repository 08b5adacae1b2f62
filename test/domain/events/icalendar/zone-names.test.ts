/** What programs call the zone of an event, with and without a definition of it beside (semantics A7). */
import { describe, expect, test } from '@jest/globals';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const zones = systemZones(process.versions['tz'] ?? '');

const berlin = (name: string) => [
  'BEGIN:VTIMEZONE',
  `TZID:${name}`,
  'BEGIN:STANDARD',
  'DTSTART:19701025T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:19700329T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
];

function read(name: string, calendarZone: string, definition: readonly string[] = []) {
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...definition,
    'BEGIN:VEVENT',
    'UID:one',
    `DTSTART;TZID="${name}":20260701T090000`,
    'RRULE:FREQ=DAILY',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
  const { objects, warnings } = readCalendar(text, { zones, calendarZone });
  const start = objects[0]?.master?.start;
  return { zone: start?.kind === 'zoned' ? start.zone : null, warned: warnings.map(({ code }) => code) };
}

describe('the zone of an event', () => {
  test.each([
    ['/mozilla.org/20050126_1/Europe/Paris', 'Europe/London', 'Europe/Paris'],
    ['W. Europe Standard Time', 'Europe/London', 'Europe/Berlin'],
    ['W. Europe Standard Time', 'Europe/Vienna', 'Europe/Vienna'],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/London', 'Europe/Berlin'],
    ['GMT+0100', 'Europe/London', 'Etc/GMT-1'],
  ])('%s in a calendar of %s is %s, without a definition', (name, calendarZone, zone) => {
    expect(read(name, calendarZone)).toEqual({ zone, warned: [] });
  });

  test('is what the file defines where the name says an offset only, or what several zones are called', () => {
    const law = (zone: string | null) =>
      [1, 4, 7, 10].map((month) => zones.offsetAt(Date.UTC(2026, month), zone ?? ''));
    for (const name of ['GMT+0100', 'BST', 'Customized Time Zone']) {
      const { zone, warned } = read(name, 'Europe/London', berlin(name));
      expect([name, law(zone), warned]).toEqual([name, law('Europe/Berlin'), []]);
    }
  });

  test("is the calendar's where nothing says more, which is told", () => {
    expect(read('BST', 'Europe/London')).toEqual({ zone: 'Europe/London', warned: ['TIME_ZONE_SUBSTITUTED'] });
    expect(read('Customized Time Zone', 'Asia/Tokyo')).toEqual({
      zone: 'Asia/Tokyo',
      warned: ['TIME_ZONE_SUBSTITUTED'],
    });
  });
});

test("a document's zone with a line break in it changes nothing of what another document's zones mean", () => {
  const own = systemZones('test');
  const text = (...lines: string[]) => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');
  const hostile = readCalendar(text('X-WR-TIMEZONE:Europe/Berlin\\nAsia/Tokyo'), { zones: own, calendarZone: null });
  expect(hostile.calendarZone).toBeNull();
  const { objects, warnings } = readCalendar(
    text('BEGIN:VEVENT', 'UID:one', 'DTSTART;TZID=Asia/Tokyo:20260701T090000', 'END:VEVENT'),
    { zones: own, calendarZone: 'Europe/Berlin' },
  );
  expect(warnings).toEqual([]);
  expect(objects[0]?.master?.start).toMatchObject({ kind: 'zoned', zone: 'Asia/Tokyo' });
});
