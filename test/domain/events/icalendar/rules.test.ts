/** What of a rule is refused, by name (RFC 5545 §3.3.10, RFC 7529), and how its dates are brought into one form. */
import { describe, expect, test } from '@jest/globals';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const zones = systemZones('test');

function read(...lines: string[]) {
  const text = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:one', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
  return readCalendar(text, { zones, calendarZone: 'Europe/London' });
}

function rules(...lines: string[]) {
  const reading = read(...lines);
  expect(reading.skipped).toEqual([]);
  return reading.objects[0]?.master?.rules;
}

function refusal(...lines: string[]) {
  const reading = read(...lines);
  expect(reading.objects).toEqual([]);
  return reading.skipped.map(({ reason }) => reason);
}

const zoned = 'DTSTART;TZID=Europe/London:20260330T090000';
const floating = 'DTSTART:20260330T090000';

describe('a rule', () => {
  test.each([
    ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ once', 'FREQ=WEEKLY'],
    ['FREQ=DAILY;COUNT=2;count=3', 'COUNT once', 'COUNT=3'],
    ['FREQ=DAILY;7', 'NAME=VALUE parts', '7'],
    ['FREQ=DAILY;=7', 'NAME=VALUE parts', '=7'],
    ['FREQ=OFTEN', 'a FREQ of SECONDLY to YEARLY', 'FREQ=OFTEN'],
    ['FREQ=DAILY;COUNT=0', 'a COUNT of 1 or more', 'COUNT=0'],
    ['FREQ=DAILY;INTERVAL=1.5', 'a INTERVAL of 1 or more', 'INTERVAL=1.5'],
    ['FREQ=DAILY;UNTIL=SOON', 'a DATE or DATE-TIME as UNTIL', 'UNTIL=SOON'],
    ['FREQ=WEEKLY;WKST=XX', 'a weekday as WKST', 'WKST=XX'],
    ['FREQ=WEEKLY;WKST=1MO', 'a weekday as WKST', 'WKST=1MO'],
    ['RSCALE=HEBREW;FREQ=YEARLY', 'RSCALE=GREGORIAN or none', 'RSCALE=HEBREW'],
    ['RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD', 'SKIP=OMIT or none', 'SKIP=FORWARD'],
    ['FREQ=MONTHLY;BYMONTHDAY=1st', 'a list of valid BYMONTHDAY values', 'BYMONTHDAY=1ST'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'a list of valid BYMONTHDAY values', 'BYMONTHDAY=32'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'a list of valid BYMONTHDAY values', 'BYMONTHDAY=0'],
    ['FREQ=DAILY;BYHOUR=-1', 'a list of valid BYHOUR values', 'BYHOUR=-1'],
    ['FREQ=DAILY;BYHOUR=24', 'a list of valid BYHOUR values', 'BYHOUR=24'],
    ['FREQ=YEARLY;BYEASTER=0', 'the rule parts of RFC 5545 §3.3.10', 'BYEASTER=0'],
  ])('%s is refused: expected %s', (rule, expected, came) => {
    expect(refusal(zoned, `RRULE:${rule}`)).toEqual([`expected ${expected} in RRULE, came "${came}"`]);
  });

  test.each([
    ['RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT', 'FREQ=YEARLY'],
    ['FREQ=WEEKLY;WKST=SU;X-SHOWN=1', 'FREQ=WEEKLY;WKST=SU'],
    ['FREQ=MONTHLY;BYMONTHDAY=+31,-31,1;BYDAY=', 'FREQ=MONTHLY;BYMONTHDAY=31,-31,1'],
    ['FREQ=DAILY;BYHOUR=0,23;COUNT=007', 'FREQ=DAILY;BYHOUR=0,23;COUNT=7'],
  ])('%s is %s', (rule, normal) => {
    expect(rules(zoned, `RRULE:${rule}`)).toEqual([`RRULE:${normal}`]);
  });

  test.each([
    ['20260601', '20260601T235959'],
    ['20260601T083000', '20260601T083000'],
    ['20260601T083000Z', '20260601T093000'],
  ])('of a floating series ends at a wall clock: UNTIL=%s', (until, wall) => {
    expect(rules(floating, `RRULE:FREQ=DAILY;UNTIL=${until}`)).toEqual([`RRULE:FREQ=DAILY;UNTIL=${wall}`]);
  });
});

describe('a PERIOD of RDATE', () => {
  test.each([
    ['20260501T090000/PT2H', '20260501T090000/PT2H'],
    ['20260501T090000/pt2h', '20260501T090000/PT2H'],
    ['20260501T090000/20260501T113000', '20260501T090000/20260501T113000'],
    ['20260501T080000Z/20260501T103000Z', '20260501T090000/20260501T113000'],
  ])('%s', (period, normal) => {
    expect(rules(zoned, `RDATE;VALUE=PERIOD;TZID=Europe/London:${period}`)).toEqual([
      `RDATE;VALUE=PERIOD;TZID=Europe/London:${normal}`,
    ]);
  });

  test.each(['20260501T090000', '20260501T090000/-PT2H', '20260501T090000/20260502', '20260501T090000/later'])(
    '%s is none',
    (period) => {
      expect(refusal(zoned, `RDATE;VALUE=PERIOD:${period}`)).toEqual([`expected a PERIOD in RDATE, came "${period}"`]);
    },
  );
});

test('what fails in us is not told as a fault of the file', () => {
  const broken = {
    ...zones,
    canonical: (name: string) => zones.canonical(name),
    localAt: () => {
      throw new Error('no zone data');
    },
    resolve: zones.resolve.bind(zones),
    startOfDay: zones.startOfDay.bind(zones),
    offsetAt: zones.offsetAt.bind(zones),
  };
  const text = [
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
    'UID:one',
    zoned,
    'RRULE:FREQ=DAILY',
    'EXDATE:20260401T080000Z',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
  expect(() => readCalendar(text, { zones: broken, calendarZone: null })).toThrow('no zone data');
});
