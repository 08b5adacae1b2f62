/** What of a rule is refused, by name (RFC 5545 §3.3.10, RFC 7529), and how its dates are brought into one form. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import { writeObject } from '../../../../domain/events/icalendar/write.ts';
import { readRule } from '../../../../domain/recurrence/rule.ts';
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

describe('what the expansion of a series could not read is no series that shows once', () => {
  const list = (length: number) => Array(length).fill('1').join();
  test.each([
    [
      'ten digits',
      'FREQ=DAILY;INTERVAL=1000000000',
      'INTERVAL is a whole number from 1 to 999999999, not "1000000000"',
    ],
    [
      'a weekday numbered nought',
      'FREQ=MONTHLY;BYDAY=0MO',
      'BYDAY is a list of weekdays such as MO or -1FR, not "0MO"',
    ],
    ['a 54th weekday', 'FREQ=YEARLY;BYDAY=MO,54MO', 'BYDAY is a list of weekdays such as MO or -1FR, not "54MO"'],
    ['801 values', `FREQ=YEARLY;BYMONTH=${list(801)}`, 'BYMONTH lists more than 800 values'],
    [
      'a thousand weekdays',
      `FREQ=WEEKLY;BYDAY=${list(1_000).replaceAll('1', 'MO')}`,
      'BYDAY lists more than 800 values',
    ],
  ])('%s: a rule is named', (_, rule, flaw) => {
    const reason = `expected a rule as of RFC 5545 §3.3.10: ${flaw}`;
    expect(refusal(zoned, `RRULE:${rule}`)).toEqual([reason]);
    expect(refusal(zoned, 'RRULE:FREQ=DAILY', `EXRULE:${rule}`)).toEqual([reason]);
  });

  test.each([
    ['nine digits', 'FREQ=DAILY;INTERVAL=999999999', 'FREQ=DAILY;INTERVAL=999999999'],
    ['a 53rd weekday', 'FREQ=YEARLY;BYDAY=53MO,-53MO', 'FREQ=YEARLY;BYDAY=53MO,-53MO'],
    ['800 values', `FREQ=YEARLY;BYMONTH=${list(800)}`, `FREQ=YEARLY;BYMONTH=${list(800)}`],
    ['a COUNT of nine digits', 'FREQ=DAILY;COUNT=00999999999', 'FREQ=DAILY;COUNT=999999999'],
    // More days than there are until the year 10000: no end.
    ['a COUNT of ten digits', 'FREQ=DAILY;COUNT=1000000000', 'FREQ=DAILY'],
    ['a COUNT of many digits', `count = ${'9'.repeat(400)} ;freq=DAILY;BYHOUR=9`, 'FREQ=DAILY;BYHOUR=9'],
  ])('%s: a rule is read', (_, rule, normal) => {
    expect(rules(zoned, `RRULE:${rule}`)).toEqual([`RRULE:${normal}`]);
  });

  test('a COUNT of ten digits is no rule by itself, and stays in the text that is written back', () => {
    expect(refusal(zoned, 'RRULE:COUNT=1000000000')).toEqual(['expected FREQ in RRULE, came ";"']);
    expect(refusal(zoned, 'RRULE:FREQ=DAILY;COUNT=0000000000')).toHaveLength(1);
    const raw = ['BEGIN:VEVENT', 'UID:one', zoned, 'RRULE:FREQ=DAILY;COUNT=1000000000', 'END:VEVENT', ''].join('\r\n');
    const [object] = readCalendar(raw, { zones, calendarZone: null }).objects;
    if (object === undefined) throw new Error('not read');
    const written = writeObject(object, { raw, zones, marker: null, now: 0, productId: 'test' });
    expect(written).toContain('RRULE:FREQ=DAILY;COUNT=1000000000\r\n');
  });

  test('whatever a rule says, it is named or can be expanded', () => {
    const number = fc.constantFrom(
      '0',
      '1',
      '-1',
      '+2',
      '53',
      '54',
      '366',
      '367',
      '007',
      '1000000000',
      '9'.repeat(11),
      'x',
    );
    const day = fc
      .tuple(fc.oneof(fc.constant(''), number), fc.constantFrom('MO', 'SU', 'X'))
      .map((parts) => parts.join(''));
    const valuesOf = (value: fc.Arbitrary<string>) =>
      fc.oneof(
        fc.array(value, { maxLength: 3 }).map((values) => values.join()),
        fc.tuple(value, fc.constantFrom(800, 801)).map(([one, length]) => Array(length).fill(one).join()),
      );
    const names = ['COUNT', 'INTERVAL', 'BYSECOND', 'BYHOUR', 'BYMONTHDAY', 'BYYEARDAY', 'BYWEEKNO', 'BYSETPOS', 'X-A'];
    const part = fc.oneof(
      fc.tuple(fc.constantFrom(...names), number).map((pair) => pair.join('=')),
      fc.tuple(fc.constantFrom(...names), valuesOf(number)).map((pair) => pair.join('=')),
      valuesOf(day).map((days) => `BYDAY=${days}`),
      fc
        .constantFrom(
          '20260601',
          '2026-06-01T08:30:00Z',
          '20260601T240000',
          '99991231T235959Z',
          '00010101',
          '00010101T000000',
        )
        .map((until) => `UNTIL=${until}`),
      fc.constantFrom('WKST=SU', 'WKST=', 'RSCALE=GREGORIAN', 'SKIP=OMIT', ''),
    );
    const starts = ['DTSTART;VALUE=DATE:20260330', floating, zoned, 'DTSTART:20260330T090000Z'];
    let expanded = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...starts),
        fc.constantFrom('SECONDLY', 'DAILY', 'WEEKLY', 'YEARLY'),
        fc.array(part, { maxLength: 3 }),
        (start, frequency, parts) => {
          const { objects, skipped } = read(start, `RRULE:${[`FREQ=${frequency}`, ...parts].join(';')}`);
          expect(objects.length + skipped.length).toBe(1);
          for (const line of objects[0]?.master?.rules ?? []) {
            expect(readRule(line.slice('RRULE:'.length)).rule).not.toBeNull();
            expanded += 1;
          }
        },
      ),
      { seed: 20_261_123, numRuns: 2_000 },
    );
    expect(expanded).toBeGreaterThan(300);
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
