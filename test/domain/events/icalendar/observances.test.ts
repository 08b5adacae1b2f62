/** The observances of a file's own VTIMEZONE (RFC 5545 §3.6.5), in the forms that programs have written. */
import { describe, expect, test } from '@jest/globals';
import { parseComponents } from '../../../../domain/events/icalendar/components.ts';
import { defaultLimits } from '../../../../domain/events/icalendar/limits.ts';
import { readObservances } from '../../../../domain/events/icalendar/observances.ts';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const zones = systemZones('test');

function observance(kind: string, from: string, to: string, ...lines: string[]): string[] {
  return [`BEGIN:${kind}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`, ...lines, `END:${kind}`];
}

function onsets(...lines: string[]): string[] | undefined {
  const text = ['BEGIN:VTIMEZONE', 'TZID:Own', ...lines, 'END:VTIMEZONE', ''].join('\r\n');
  const [component] = parseComponents(text, defaultLimits).roots;
  const observances = component === undefined ? null : readObservances(component);
  return observances?.onsets.map(({ at }) => new Date(at).toISOString().slice(0, 16));
}

/** The onsets of one observance in UTC, by a rule that ends in 2023. */
const yearly = (start: string, rule: string) =>
  onsets(...observance('DAYLIGHT', '+0000', '+0100', `DTSTART:${start}`, `RRULE:FREQ=YEARLY;UNTIL=20231231;${rule}`));

describe('an onset', () => {
  test.each([
    ['20200329T010000', 'BYMONTH=3;BYDAY=-1SU', ['2020-03-29', '2021-03-28', '2022-03-27', '2023-03-26']],
    ['20200308T010000', 'BYMONTH=3;BYDAY=2SU', ['2020-03-08', '2021-03-14', '2022-03-13', '2023-03-12']],
    ['20200301T010000', 'BYMONTH=3;BYDAY=SU', ['2020-03-01', '2021-03-07', '2022-03-06', '2023-03-05']],
    // The Sunday on or after the eighth, as Outlook and old Apple calendars say it.
    ['20200308T010000', 'BYMONTH=3;BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=SU', ['2020-03-08', '2021-03-14', '2022-03-13', '2023-03-12']], // biome-ignore format: one case
    ['20200329T010000', 'BYMONTH=3;BYMONTHDAY=-7,-6,-5,-4,-3,-2,-1;BYDAY=SU', ['2020-03-29', '2021-03-28', '2022-03-27', '2023-03-26']], // biome-ignore format: one case
    ['20200331T010000', 'BYMONTH=3;BYMONTHDAY=-1', ['2020-03-31', '2021-03-31', '2022-03-31', '2023-03-31']],
    ['20200329T010000', 'BYMONTH=3', ['2020-03-29', '2021-03-29', '2022-03-29', '2023-03-29']],
    ['20200329T010000', 'BYMONTH=3;BYDAY=-1SU;INTERVAL=2', ['2020-03-29', '2022-03-27']],
    ['20200329T010000', 'BYMONTH=3;BYDAY=-1SU;INTERVAL=0', ['2020-03-29', '2021-03-28', '2022-03-27', '2023-03-26']],
    // A fifth Sunday, or a day, that a year's month does not have is passed over.
    ['20200329T010000', 'BYMONTH=3;BYDAY=5SU', ['2020-03-29']],
    ['20200229T010000', 'BYMONTH=2', ['2020-02-29']],
    // Rules that are no yearly ones of one month count with their DTSTART alone.
    ['20200329T010000', 'BYMONTH=13', ['2020-03-29']],
  ])('from %s on by %s', (start, rule, days) => {
    expect(yearly(start, rule)).toEqual(days.map((day) => `${day}T01:00`));
  });

  test('stands in local time, also where somebody wrote a Z or a day', () => {
    for (const start of ['20200329T010000', '20200329T010000Z']) {
      expect(onsets(...observance('DAYLIGHT', '-0300', '-0200', `DTSTART:${start}`))).toEqual(['2020-03-29T04:00']);
    }
    expect(onsets(...observance('DAYLIGHT', '-0300', '-0200', 'DTSTART;VALUE=DATE:20200329'))).toEqual([
      '2020-03-29T03:00',
    ]);
  });

  test('is given by RDATE, too, in what can be read of it', () => {
    const dates = ['RDATE:20210328T010000,20220327T010000/PT1H,never', 'RDATE;TZID="open:20230326T010000'];
    expect(onsets(...observance('DAYLIGHT', '+0000', '+0100', 'DTSTART:20200329T010000', ...dates))).toEqual([
      '2020-03-29T01:00',
      '2021-03-28T01:00',
      '2022-03-27T01:00',
    ]);
  });

  test('parts what was before it from what comes after, to the second', () => {
    const text = ['BEGIN:VTIMEZONE', ...observance('STANDARD', '-0117', '-0230', 'DTSTART:20200329T010000'), 'END:VTIMEZONE', ''].join('\r\n'); // biome-ignore format: one text
    const [component] = parseComponents(text, defaultLimits).roots;
    const read = component === undefined ? null : readObservances(component);
    const onset = Date.parse('2020-03-29T02:17:00Z');
    expect(read?.offsetAt(Date.parse('1900-01-01T00:00:00Z'))).toBe(-4_620);
    expect(read?.offsetAt(onset - 1_000)).toBe(-4_620);
    expect(read?.offsetAt(onset)).toBe(-9_000);
    expect(read?.offsetAt(Date.parse('2100-01-01T00:00:00Z'))).toBe(-9_000);
  });

  test('is one of STANDARD or DAYLIGHT with an offset and a start', () => {
    expect(onsets(...observance('X-SOLAR', '+0000', '+0100', 'DTSTART:20200329T010000'))).toBeUndefined();
    expect(onsets(...observance('STANDARD', '+0000', 'later', 'DTSTART:20200329T010000'))).toBeUndefined();
    expect(onsets(...observance('STANDARD', '+0000', '+0100', 'DTSTART:later'))).toBeUndefined();
    expect(onsets(...observance('STANDARD', 'earlier', '+0100', 'DTSTART:20200329T010000'))).toEqual([
      '2020-03-29T00:00',
    ]);
  });

  test('is one of 10,000 dates at most, however many lines they stand on', () => {
    const minute = (at: number) =>
      new Date(Date.UTC(2000, 0, 1) + at * 60_000).toISOString().replace(/[-:]/g, '').slice(0, 15);
    const dates = Array.from({ length: 10_001 }, (_, at) => minute(at));
    const lines = [dates.slice(0, 5_000), dates.slice(5_000)].map((list) => `RDATE:${list.join(',')}`);
    const text = ['BEGIN:VTIMEZONE', 'TZID:Own', ...observance('STANDARD', '+0000', '+0000', 'DTSTART:19990101T000000', ...lines, 'RDATE:20300101T000000'), 'END:VTIMEZONE', ''].join('\r\n'); // biome-ignore format: one text
    const [component] = parseComponents(text, { ...defaultLimits, lineOctets: 1_000_000 }).roots;
    const read = component === undefined ? null : readObservances(component);
    expect(read?.onsets).toHaveLength(10_001);
    expect(read?.onsets.at(-1)?.at).toBe(Date.UTC(2000, 0, 1) + 9_999 * 60_000);
  });
});

test('a series in a zone whose law ends as none in the world does goes by the zone that is right while it is young', () => {
  const text = [
    'BEGIN:VCALENDAR',
    'BEGIN:VTIMEZONE',
    'TZID:Home',
    ...observance('DAYLIGHT', '+0000', '+0100', 'DTSTART:20200329T010000', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20280101T000000Z'), // biome-ignore format: one line
    ...observance('STANDARD', '+0100', '+0000', 'DTSTART:20201025T020000', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20280101T000000Z'), // biome-ignore format: one line
    'END:VTIMEZONE',
    'BEGIN:VEVENT',
    'UID:one',
    'DTSTART;TZID=Home:20260701T090000',
    'RRULE:FREQ=DAILY',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
  const reading = readCalendar(text, { zones, calendarZone: 'Europe/Paris' });
  expect(reading.objects[0]?.master?.start).toMatchObject({
    zone: 'Europe/London',
    instant: Date.parse('2026-07-01T08:00:00Z'),
  });
  expect(reading.warnings.map(({ message }) => message)).toEqual([
    'The time zone "Home" is unknown and not usably defined; its times are read in Europe/London.',
  ]);
});
