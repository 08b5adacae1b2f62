/**
 * The examples of RFC 5545 §3.8.5.3 with the results that it lists, in America/New_York. A list that the RFC ends with
 * "…" is compared as far as it goes.
 */
import { describe, expect, test } from '@jest/globals';
import { checkRules } from '../../domain/recurrence/check-rules.ts';
import { formatInstant } from '../../domain/time/instants.ts';
import { series, time, walk, window, zones } from '../domain/recurrence/fixtures.ts';

interface Example {
  readonly title: string;
  /** `19970902T090000`, New York. */
  readonly start: string;
  readonly rules: readonly string[];
  /** `EDT 1997-09: 2 3 4` are days at the start's time of day; with `at` they are times of that day. */
  readonly results: readonly string[];
  readonly endless?: true;
}

const days = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index)).join(' ');
const januaries = [1998, 1999, 2000].map((year) => `EST ${year}-01: ${days(1, 31)}`);
const twenties = [9, 10, 11, 12, 13, 14, 15, 16].flatMap((hour) => [0, 20, 40].map((minute) => [hour, minute]));
const everyTwentyMinutes = (day: string): string =>
  `EDT ${day} at ${twenties.map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':')).join(' ')}`;
const untilChristmas = [
  'EDT 1997-09: 2 9 16 23 30',
  'EDT 1997-10: 7 14 21',
  'EST 1997-10: 28',
  'EST 1997-11: 4 11 18 25',
  'EST 1997-12: 2 9 16 23',
];
const twoDaysForFiveWeeks = ['EDT 1997-09: 2 4 9 11 16 18 23 25 30', 'EDT 1997-10: 2'];

const examples: readonly Example[] = [
  {
    title: 'Daily for 10 occurrences',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=DAILY;COUNT=10'],
    results: [`EDT 1997-09: ${days(2, 11)}`],
  },
  {
    title: 'Daily until December 24, 1997',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=DAILY;UNTIL=19971224T000000Z'],
    results: [
      `EDT 1997-09: ${days(2, 30)}`,
      `EDT 1997-10: ${days(1, 25)}`,
      `EST 1997-10: ${days(26, 31)}`,
      `EST 1997-11: ${days(1, 30)}`,
      `EST 1997-12: ${days(1, 23)}`,
    ],
  },
  {
    title: 'Every other day - forever',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=DAILY;INTERVAL=2'],
    results: [
      'EDT 1997-09: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30',
      'EDT 1997-10: 2 4 6 8 10 12 14 16 18 20 22 24',
      'EST 1997-10: 26 28 30',
      'EST 1997-11: 1 3 5 7 9 11 13 15 17 19 21 23 25 27 29',
      'EST 1997-12: 1 3',
    ],
    endless: true,
  },
  {
    title: 'Every 10 days, 5 occurrences',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=DAILY;INTERVAL=10;COUNT=5'],
    results: ['EDT 1997-09: 2 12 22', 'EDT 1997-10: 2 12'],
  },
  {
    title: 'Every day in January, for 3 years (YEARLY)',
    start: '19980101T090000',
    rules: ['RRULE:FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA'],
    results: januaries,
  },
  {
    title: 'Every day in January, for 3 years (DAILY)',
    start: '19980101T090000',
    rules: ['RRULE:FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1'],
    results: januaries,
  },
  {
    title: 'Weekly for 10 occurrences',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=WEEKLY;COUNT=10'],
    results: ['EDT 1997-09: 2 9 16 23 30', 'EDT 1997-10: 7 14 21', 'EST 1997-10: 28', 'EST 1997-11: 4'],
  },
  {
    title: 'Weekly until December 24, 1997',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=WEEKLY;UNTIL=19971224T000000Z'],
    results: untilChristmas,
  },
  {
    title: 'Every other week - forever',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU'],
    results: [
      'EDT 1997-09: 2 16 30',
      'EDT 1997-10: 14',
      'EST 1997-10: 28',
      'EST 1997-11: 11 25',
      'EST 1997-12: 9 23',
      'EST 1998-01: 6 20',
      'EST 1998-02: 3 17',
    ],
    endless: true,
  },
  {
    title: 'Weekly on Tuesday and Thursday for five weeks (UNTIL)',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH'],
    results: twoDaysForFiveWeeks,
  },
  {
    title: 'Weekly on Tuesday and Thursday for five weeks (COUNT)',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH'],
    results: twoDaysForFiveWeeks,
  },
  {
    title: 'Every other week on Monday, Wednesday, and Friday until December 24, 1997',
    start: '19970901T090000',
    rules: ['RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR'],
    results: [
      'EDT 1997-09: 1 3 5 15 17 19 29',
      'EDT 1997-10: 1 3 13 15 17',
      'EST 1997-10: 27 29 31',
      'EST 1997-11: 10 12 14 24 26 28',
      'EST 1997-12: 8 10 12 22',
    ],
  },
  {
    title: 'Every other week on Tuesday and Thursday, for 8 occurrences',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH'],
    results: ['EDT 1997-09: 2 4 16 18 30', 'EDT 1997-10: 2 14 16'],
  },
  {
    title: 'Monthly on the first Friday for 10 occurrences',
    start: '19970905T090000',
    rules: ['RRULE:FREQ=MONTHLY;COUNT=10;BYDAY=1FR'],
    results: [
      'EDT 1997-09: 5',
      'EDT 1997-10: 3',
      'EST 1997-11: 7',
      'EST 1997-12: 5',
      'EST 1998-01: 2',
      'EST 1998-02: 6',
      'EST 1998-03: 6',
      'EST 1998-04: 3',
      'EDT 1998-05: 1',
      'EDT 1998-06: 5',
    ],
  },
  {
    title: 'Monthly on the first Friday until December 24, 1997',
    start: '19970905T090000',
    rules: ['RRULE:FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR'],
    results: ['EDT 1997-09: 5', 'EDT 1997-10: 3', 'EST 1997-11: 7', 'EST 1997-12: 5'],
  },
  {
    title: 'Every other month on the first and last Sunday of the month for 10 occurrences',
    start: '19970907T090000',
    rules: ['RRULE:FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU'],
    results: ['EDT 1997-09: 7 28', 'EST 1997-11: 2 30', 'EST 1998-01: 4 25', 'EST 1998-03: 1 29', 'EDT 1998-05: 3 31'],
  },
  {
    title: 'Monthly on the second-to-last Monday of the month for 6 months',
    start: '19970922T090000',
    rules: ['RRULE:FREQ=MONTHLY;COUNT=6;BYDAY=-2MO'],
    results: [
      'EDT 1997-09: 22',
      'EDT 1997-10: 20',
      'EST 1997-11: 17',
      'EST 1997-12: 22',
      'EST 1998-01: 19',
      'EST 1998-02: 16',
    ],
  },
  {
    title: 'Monthly on the third-to-the-last day of the month, forever',
    start: '19970928T090000',
    rules: ['RRULE:FREQ=MONTHLY;BYMONTHDAY=-3'],
    results: [
      'EDT 1997-09: 28',
      'EST 1997-10: 29',
      'EST 1997-11: 28',
      'EST 1997-12: 29',
      'EST 1998-01: 29',
      'EST 1998-02: 26',
    ],
    endless: true,
  },
  {
    title: 'Monthly on the 2nd and 15th of the month for 10 occurrences',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15'],
    results: ['EDT 1997-09: 2 15', 'EDT 1997-10: 2 15', 'EST 1997-11: 2 15', 'EST 1997-12: 2 15', 'EST 1998-01: 2 15'],
  },
  {
    title: 'Monthly on the first and last day of the month for 10 occurrences',
    start: '19970930T090000',
    rules: ['RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1'],
    results: [
      'EDT 1997-09: 30',
      'EDT 1997-10: 1',
      'EST 1997-10: 31',
      'EST 1997-11: 1 30',
      'EST 1997-12: 1 31',
      'EST 1998-01: 1 31',
      'EST 1998-02: 1',
    ],
  },
  {
    title: 'Every 18 months on the 10th thru 15th of the month for 10 occurrences',
    start: '19970910T090000',
    rules: ['RRULE:FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15'],
    results: [`EDT 1997-09: ${days(10, 15)}`, `EST 1999-03: ${days(10, 13)}`],
  },
  {
    title: 'Every Tuesday, every other month',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=TU'],
    results: [
      'EDT 1997-09: 2 9 16 23 30',
      'EST 1997-11: 4 11 18 25',
      'EST 1998-01: 6 13 20 27',
      'EST 1998-03: 3 10 17 24 31',
    ],
    endless: true,
  },
  {
    title: 'Yearly in June and July for 10 occurrences',
    start: '19970610T090000',
    rules: ['RRULE:FREQ=YEARLY;COUNT=10;BYMONTH=6,7'],
    results: [1997, 1998, 1999, 2000, 2001].flatMap((year) => [`EDT ${year}-06: 10`, `EDT ${year}-07: 10`]),
  },
  {
    title: 'Every other year on January, February, and March for 10 occurrences',
    start: '19970310T090000',
    rules: ['RRULE:FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3'],
    results: [
      'EST 1997-03: 10',
      ...[1999, 2001, 2003].flatMap((year) => ['01', '02', '03'].map((month) => `EST ${year}-${month}: 10`)),
    ],
  },
  {
    title: 'Every third year on the 1st, 100th, and 200th day for 10 occurrences',
    start: '19970101T090000',
    rules: ['RRULE:FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200'],
    results: [
      'EST 1997-01: 1',
      'EDT 1997-04: 10',
      'EDT 1997-07: 19',
      'EST 2000-01: 1',
      'EDT 2000-04: 9',
      'EDT 2000-07: 18',
      'EST 2003-01: 1',
      'EDT 2003-04: 10',
      'EDT 2003-07: 19',
      'EST 2006-01: 1',
    ],
  },
  {
    title: 'Every 20th Monday of the year, forever',
    start: '19970519T090000',
    rules: ['RRULE:FREQ=YEARLY;BYDAY=20MO'],
    results: ['EDT 1997-05: 19', 'EDT 1998-05: 18', 'EDT 1999-05: 17'],
    endless: true,
  },
  {
    title: 'Monday of week number 20 (where the default start of the week is Monday), forever',
    start: '19970512T090000',
    rules: ['RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO'],
    results: ['EDT 1997-05: 12', 'EDT 1998-05: 11', 'EDT 1999-05: 17'],
    endless: true,
  },
  {
    title: 'Every Thursday in March, forever',
    start: '19970313T090000',
    rules: ['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=TH'],
    results: ['EST 1997-03: 13 20 27', 'EST 1998-03: 5 12 19 26', 'EST 1999-03: 4 11 18 25'],
    endless: true,
  },
  {
    title: 'Every Thursday, but only during June, July, and August, forever',
    start: '19970605T090000',
    rules: ['RRULE:FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8'],
    results: [
      'EDT 1997-06: 5 12 19 26',
      'EDT 1997-07: 3 10 17 24 31',
      'EDT 1997-08: 7 14 21 28',
      'EDT 1998-06: 4 11 18 25',
      'EDT 1998-07: 2 9 16 23 30',
      'EDT 1998-08: 6 13 20 27',
      'EDT 1999-06: 3 10 17 24',
      'EDT 1999-07: 1 8 15 22 29',
      'EDT 1999-08: 5 12 19 26',
    ],
    endless: true,
  },
  {
    title: 'Every Friday the 13th, forever',
    start: '19970902T090000',
    rules: ['EXDATE;TZID=America/New_York:19970902T090000', 'RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13'],
    results: ['EST 1998-02: 13', 'EST 1998-03: 13', 'EST 1998-11: 13', 'EDT 1999-08: 13', 'EDT 2000-10: 13'],
    endless: true,
  },
  {
    title: 'The first Saturday that follows the first Sunday of the month, forever',
    start: '19970913T090000',
    rules: ['RRULE:FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13'],
    results: [
      'EDT 1997-09: 13',
      'EDT 1997-10: 11',
      'EST 1997-11: 8',
      'EST 1997-12: 13',
      'EST 1998-01: 10',
      'EST 1998-02: 7',
      'EST 1998-03: 7',
      'EDT 1998-04: 11',
      'EDT 1998-05: 9',
      'EDT 1998-06: 13',
    ],
    endless: true,
  },
  {
    title: 'Every 4 years, the first Tuesday after a Monday in November, forever (U.S. Presidential Election day)',
    start: '19961105T090000',
    rules: ['RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8'],
    results: ['EST 1996-11: 5', 'EST 2000-11: 7', 'EST 2004-11: 2'],
    endless: true,
  },
  {
    title: 'The third instance into the month of one of Tuesday, Wednesday, or Thursday, for the next 3 months',
    start: '19970904T090000',
    rules: ['RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3'],
    results: ['EDT 1997-09: 4', 'EDT 1997-10: 7', 'EST 1997-11: 6'],
  },
  {
    title: 'The second-to-last weekday of the month',
    start: '19970929T090000',
    rules: ['RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2'],
    results: [
      'EDT 1997-09: 29',
      'EST 1997-10: 30',
      'EST 1997-11: 27',
      'EST 1997-12: 30',
      'EST 1998-01: 29',
      'EST 1998-02: 26',
      'EST 1998-03: 30',
    ],
    endless: true,
  },
  {
    title: 'Every 3 hours from 9:00 AM to 5:00 PM on a specific day (UNTIL as printed: 5:00 PM, but in UTC)',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z'],
    // The RFC lists 15:00 too. 17:00 UTC is 13:00 in New York: the erratum corrects UNTIL, not the list.
    results: ['EDT 1997-09-02 at 09:00 12:00'],
  },
  {
    title: 'Every 3 hours from 9:00 AM to 5:00 PM on a specific day (UNTIL as the erratum has it)',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z'],
    results: ['EDT 1997-09-02 at 09:00 12:00 15:00'],
  },
  {
    title: 'Every 15 minutes for 6 occurrences',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=MINUTELY;INTERVAL=15;COUNT=6'],
    results: ['EDT 1997-09-02 at 09:00 09:15 09:30 09:45 10:00 10:15'],
  },
  {
    title: 'Every hour and a half for 4 occurrences',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=MINUTELY;INTERVAL=90;COUNT=4'],
    results: ['EDT 1997-09-02 at 09:00 10:30 12:00 13:30'],
  },
  {
    title: 'Every 20 minutes from 9:00 AM to 4:40 PM every day (DAILY)',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40'],
    results: [everyTwentyMinutes('1997-09-02'), everyTwentyMinutes('1997-09-03')],
    endless: true,
  },
  {
    title: 'Every 20 minutes from 9:00 AM to 4:40 PM every day (MINUTELY)',
    start: '19970902T090000',
    rules: ['RRULE:FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16'],
    results: [everyTwentyMinutes('1997-09-02'), everyTwentyMinutes('1997-09-03')],
    endless: true,
  },
  {
    title: 'The days selected depend on the start of the week: Monday',
    start: '19970805T090000',
    rules: ['RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO'],
    results: ['EDT 1997-08: 5 10 19 24'],
  },
  {
    title: 'The days selected depend on the start of the week: Sunday',
    start: '19970805T090000',
    rules: ['RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU'],
    results: ['EDT 1997-08: 5 17 19 31'],
  },
  {
    title: 'An invalid date (February 30) is ignored',
    start: '20070115T090000',
    rules: ['RRULE:FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5'],
    results: ['EST 2007-01: 15 30', 'EST 2007-02: 15', 'EDT 2007-03: 15 30'],
  },
];

/** `EDT 1997-09: 2 3` or `EDT 1997-09-02 at 09:00 12:00` as instants. */
function instants(line: string, timeOfDay: string): string[] {
  const offset = line.startsWith('EDT') ? 4 : 5;
  const instant = (day: string, clock: string): string => {
    const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
    const [hour = 0, minute = 0] = clock.split(':').map(Number);
    return formatInstant(Date.UTC(year, month - 1, date, hour + offset, minute));
  };
  const [, day = '', clocks] = /^E.T (\S+) at (.*)$/.exec(line) ?? [];
  if (clocks !== undefined) return clocks.split(' ').map((clock) => instant(day, clock));
  const [, month = '', dates = ''] = /^E.T (\S+): (.*)$/.exec(line) ?? [];
  return dates.split(' ').map((date) => instant(`${month}-${date}`, timeOfDay));
}

describe('the examples of RFC 5545 §3.8.5.3', () => {
  test.each(examples.map((one) => [one.title, one] as const))('%s', (_, example) => {
    const { start, rules } = example;
    const local = start.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6');
    const given = series(`${local} America/New_York`, `${local} America/New_York`, rules);
    const expected = example.results.flatMap((line) => instants(line, local.slice(11, 16)));
    const maximum = example.endless === true ? expected.length + 1 : 10_000;
    const found = walk(given, [], window(undefined, undefined, maximum)).occurrences.map((one) =>
      formatInstant(one.startsAt),
    );
    expect(example.endless === true ? found.slice(0, expected.length) : found).toEqual(expected);
  });

  test.each(examples.map((one) => [one.title, one] as const))('may be written: %s', (_, { start, rules }) => {
    const local = start.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6');
    expect(checkRules(rules, time(`${local} America/New_York`), zones)).toEqual([]);
  });
});
