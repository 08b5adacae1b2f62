/**
 * Series whose DTSTART, RDATE, EXDATE, UNTIL, COUNT or length meets a change of the clock, worked out on paper (the
 * changes are listed in wall-clocks.ts). Semantics A4: what falls into a gap takes place at the offset before it and
 * counts; of an overlap the first pass. Semantics A5: lengths are elapsed time, DURATION in whole days is nominal.
 */

export interface SeriesCase {
  readonly what: string;
  /** `local zone`, `local` floating, `date`, or an instant with Z. */
  readonly start: string;
  readonly rules: readonly string[];
  /** The starts in UTC. */
  readonly starts: readonly string[];
  /** With it the ends are stated too. */
  readonly end?: string;
  readonly ends?: readonly string[];
  readonly nominalDays?: number;
  /** Of floating times; and where days begin. */
  readonly zone?: string;
}

const newYork = 'America/New_York';

export const seriesCases: readonly SeriesCase[] = [
  {
    what: 'DAILY through a gap: five, and the one in the gap an hour later on the clock',
    start: `2026-03-06T02:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=5'],
    starts: ['03-06 07:30', '03-07 07:30', '03-08 07:30', '03-09 06:30', '03-10 06:30'],
  },
  {
    what: 'DAILY through an overlap: the first pass only',
    start: `2026-10-31T01:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['10-31 05:30', '11-01 05:30', '11-02 06:30'],
  },
  {
    what: 'DTSTART itself in the gap, and the rest where the wall clock is',
    start: `2026-03-08T02:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['03-08 07:30', '03-09 06:30', '03-10 06:30'],
  },
  {
    what: 'DTSTART in the overlap',
    start: `2026-11-01T01:15:00 ${newYork}`,
    rules: ['RRULE:FREQ=WEEKLY;COUNT=2'],
    starts: ['11-01 05:15', '11-08 06:15'],
  },
  {
    what: 'every Sunday at 02:00 in London, where that hour is not in a gap',
    start: '2026-03-22T02:00:00 Europe/London',
    rules: ['RRULE:FREQ=WEEKLY;COUNT=3'],
    starts: ['03-22 02:00', '03-29 01:00', '04-05 01:00'],
  },
  {
    what: 'every Sunday at 01:00 in London, the first second of the gap',
    start: '2026-03-22T01:00:00 Europe/London',
    rules: ['RRULE:FREQ=WEEKLY;COUNT=3'],
    starts: ['03-22 01:00', '03-29 01:00', '04-05 00:00'],
  },
  {
    what: 'the last Sunday of October at 01:30 in Dublin, three years',
    start: '2024-10-27T01:30:00 Europe/Dublin',
    rules: ['RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;COUNT=3'],
    starts: ['2024-10-27 00:30', '2025-10-26 00:30', '2026-10-25 00:30'],
  },
  {
    what: 'the last Sunday of March at 01:30 in Dublin, three years',
    start: '2024-03-31T01:30:00 Europe/Dublin',
    rules: ['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=3'],
    starts: ['2024-03-31 01:30', '2025-03-30 01:30', '2026-03-29 01:30'],
  },
  {
    what: 'half an hour of Lord Howe',
    start: '2026-10-03T02:15:00 Australia/Lord_Howe',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['10-02 15:45', '10-03 15:45', '10-04 15:15'],
  },
  {
    what: 'a quarter past in the Chathams, into the gap and out',
    start: '2026-09-26T03:15:00 Pacific/Chatham',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['09-25 14:30', '09-26 14:30', '09-27 13:30'],
  },
  {
    what: 'two hours at Troll',
    start: '2026-03-28T01:30:00 Antarctica/Troll',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['03-28 01:30', '03-29 01:30', '03-29 23:30'],
  },
  {
    what: 'midnight in Santiago, where one is missing',
    start: '2026-09-05T00:00:00 America/Santiago',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['09-05 04:00', '09-06 04:00', '09-07 03:00'],
  },
  {
    what: 'half past midnight in Beirut',
    start: '2026-03-28T00:30:00 Asia/Beirut',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['03-27 22:30', '03-28 22:30', '03-29 21:30'],
  },
  {
    what: 'before the fast is broken: Casablanca on its winter hour in Ramadan',
    start: '2024-03-03T02:30:00 Africa/Casablanca',
    rules: ['RRULE:FREQ=WEEKLY;COUNT=3'],
    starts: ['03-03 01:30', '03-10 01:30', '03-17 02:30'],
  },
  {
    what: 'and out of it again, through the gap',
    start: '2024-04-07T02:30:00 Africa/Casablanca',
    rules: ['RRULE:FREQ=WEEKLY;COUNT=3'],
    starts: ['04-07 02:30', '04-14 02:30', '04-21 01:30'],
  },
  {
    what: 'a day that was not: it takes place at the offset before, a day later on the clock, and counts',
    start: '2011-12-29T09:00:00 Pacific/Apia',
    rules: ['RRULE:FREQ=DAILY;COUNT=4'],
    starts: ['2011-12-29 19:00', '2011-12-30 19:00', '2011-12-30 19:00', '2011-12-31 19:00'],
  },
  {
    what: 'Fridays in Apia, the Friday that was not among them',
    start: '2011-12-23T09:00:00 Pacific/Apia',
    rules: ['RRULE:FREQ=WEEKLY;COUNT=3'],
    starts: ['2011-12-23 19:00', '2011-12-30 19:00', '2012-01-05 19:00'],
  },
  {
    what: 'the first quarter of an hour of 1986 in Kathmandu',
    start: '1985-12-31T00:05:00 Asia/Kathmandu',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['1985-12-30 18:35', '1985-12-31 18:35', '1986-01-01 18:20'],
  },
  {
    what: 'several times of one day, one in the gap: in the order of instants',
    start: `2026-03-08T01:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;BYHOUR=1,2,3,4;BYMINUTE=30;COUNT=4'],
    starts: ['03-08 06:30', '03-08 07:30', '03-08 07:30', '03-08 08:30'],
  },
  {
    what: 'the latest before 03:00 by BYSETPOS, in the gap',
    start: `2026-03-07T02:45:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;BYHOUR=1,2;BYMINUTE=45;BYSETPOS=-1;COUNT=3'],
    starts: ['03-07 07:45', '03-08 07:45', '03-09 06:45'],
  },
  {
    what: 'the second Sunday of March by its number',
    start: `2025-03-09T02:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;COUNT=3'],
    starts: ['2025-03-09 07:30', '2026-03-08 07:30', '2027-03-14 07:30'],
  },
  {
    what: 'the eighth of the month, which is in the gap once',
    start: `2026-02-08T02:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=MONTHLY;COUNT=3'],
    starts: ['02-08 07:30', '03-08 07:30', '04-08 06:30'],
  },
  {
    what: 'UNTIL at the instant of the one in the gap lets it in',
    start: `2026-03-06T02:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;UNTIL=20260308T073000Z'],
    starts: ['03-06 07:30', '03-07 07:30', '03-08 07:30'],
  },
  {
    what: 'UNTIL a second before it does not',
    start: `2026-03-06T02:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;UNTIL=20260308T072959Z'],
    starts: ['03-06 07:30', '03-07 07:30'],
  },
  {
    what: 'a local UNTIL in the gap is read as a start there is',
    start: `2026-03-06T02:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;UNTIL=20260308T023000'],
    starts: ['03-06 07:30', '03-07 07:30', '03-08 07:30'],
  },
  {
    what: 'a local UNTIL in the overlap means the first pass',
    start: `2026-10-31T01:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;UNTIL=20261101T013000'],
    starts: ['10-31 05:30', '11-01 05:30'],
  },
  {
    what: 'UNTIL between the two passes lets the first in',
    start: `2026-10-31T01:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;UNTIL=20261101T060000Z'],
    starts: ['10-31 05:30', '11-01 05:30'],
  },
  {
    what: 'an RDATE in the gap',
    start: `2026-03-06T12:00:00 ${newYork}`,
    rules: [`RDATE;TZID=${newYork}:20260308T021500`],
    starts: ['03-06 17:00', '03-08 07:15'],
  },
  {
    what: 'an RDATE in the overlap, and one of the second pass, which only UTC can name',
    start: `2026-10-30T01:30:00 ${newYork}`,
    rules: [`RDATE;TZID=${newYork}:20261101T013000`, 'RDATE:20261101T063000Z'],
    starts: ['10-30 05:30', '11-01 05:30', '11-01 06:30'],
  },
  {
    what: 'an RDATE in another zone, whose gap it is',
    start: `2026-03-28T12:00:00 ${newYork}`,
    rules: ['RDATE;TZID=Europe/Paris:20260329T023000'],
    starts: ['03-28 16:00', '03-29 01:30'],
  },
  {
    what: 'an EXDATE in the gap takes away what the gap displaced',
    start: `2026-03-07T02:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=3', `EXDATE;TZID=${newYork}:20260308T023000`],
    starts: ['03-07 07:30', '03-09 06:30'],
  },
  {
    what: 'an EXDATE in UTC of the same',
    start: `2026-03-07T02:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20260308T073000Z'],
    starts: ['03-07 07:30', '03-09 06:30'],
  },
  {
    what: 'an EXDATE of the wall clock that is shown for it',
    start: `2026-03-07T02:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=3', `EXDATE;TZID=${newYork}:20260308T033000`],
    starts: ['03-07 07:30', '03-09 06:30'],
  },
  {
    what: 'an EXDATE in the overlap',
    start: `2026-10-31T01:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=3', `EXDATE;TZID=${newYork}:20261101T013000`],
    starts: ['10-31 05:30', '11-02 06:30'],
  },
  {
    what: 'an EXDATE of the second pass takes nothing away',
    start: `2026-10-31T01:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20261101T063000Z'],
    starts: ['10-31 05:30', '11-01 05:30', '11-02 06:30'],
  },
  {
    what: 'HOURLY through the gap: elapsed hours, no double',
    start: `2026-03-08T00:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=HOURLY;COUNT=4'],
    starts: ['03-08 05:30', '03-08 06:30', '03-08 07:30', '03-08 08:30'],
  },
  {
    what: 'HOURLY through the overlap: both passes',
    start: `2026-11-01T00:30:00 ${newYork}`,
    rules: ['RRULE:FREQ=HOURLY;COUNT=4'],
    starts: ['11-01 04:30', '11-01 05:30', '11-01 06:30', '11-01 07:30'],
  },
  {
    what: 'every second hour through the gap keeps its step in elapsed time',
    start: `2026-03-08T00:00:00 ${newYork}`,
    rules: ['RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=3'],
    starts: ['03-08 05:00', '03-08 07:00', '03-08 09:00'],
  },
  {
    what: 'MINUTELY by 30 at Lord Howe: the half hour that is repeated comes twice',
    start: '2026-04-05T01:00:00 Australia/Lord_Howe',
    rules: ['RRULE:FREQ=MINUTELY;INTERVAL=30;COUNT=4'],
    starts: ['04-04 14:00', '04-04 14:30', '04-04 15:00', '04-04 15:30'],
  },
  {
    what: 'HOURLY limited to an hour of the clock that is repeated fires in both',
    start: `2026-11-01T01:00:00 ${newYork}`,
    rules: ['RRULE:FREQ=HOURLY;BYHOUR=1;COUNT=3'],
    starts: ['11-01 05:00', '11-01 06:00', '11-02 06:00'],
  },
  {
    what: 'HOURLY limited to the hour that is missing does not fire that day',
    start: `2026-03-07T02:00:00 ${newYork}`,
    rules: ['RRULE:FREQ=HOURLY;BYHOUR=2;COUNT=2'],
    starts: ['03-07 07:00', '03-09 06:00'],
  },
  {
    what: 'a floating series is in the gap of the calendar it is in',
    start: '2026-03-28T01:30:00',
    zone: 'Europe/London',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['03-28 01:30', '03-29 01:30', '03-30 00:30'],
  },
  {
    what: 'a series in UTC knows no gap',
    start: '2026-03-28T01:30:00Z',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['03-28 01:30', '03-29 01:30', '03-30 01:30'],
  },
  {
    what: 'a night shift over the spring change is eight hours and ends at seven',
    start: `2026-03-07T22:00:00 ${newYork}`,
    end: `2026-03-08T06:00:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=2'],
    starts: ['03-08 03:00', '03-09 02:00'],
    // The master is seven hours long: its own night is the short one.
    ends: ['03-08 10:00', '03-09 09:00'],
  },
  {
    what: 'a night shift begun the night before: the short night ends an hour later on the clock',
    start: `2026-03-06T22:00:00 ${newYork}`,
    end: `2026-03-07T06:00:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['03-07 03:00', '03-08 03:00', '03-09 02:00'],
    ends: ['03-07 11:00', '03-08 11:00', '03-09 10:00'],
  },
  {
    what: 'the long night in London ends an hour earlier on the clock',
    start: '2026-10-23T22:00:00 Europe/London',
    end: '2026-10-24T06:00:00 Europe/London',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['10-23 21:00', '10-24 21:00', '10-25 22:00'],
    ends: ['10-24 05:00', '10-25 05:00', '10-26 06:00'],
  },
  {
    what: 'half an hour that begins in the gap is half an hour',
    start: `2026-03-07T02:30:00 ${newYork}`,
    end: `2026-03-07T03:00:00 ${newYork}`,
    rules: ['RRULE:FREQ=DAILY;COUNT=2'],
    starts: ['03-07 07:30', '03-08 07:30'],
    ends: ['03-07 08:00', '03-08 08:00'],
  },
  {
    what: 'DURATION:P1D is a day of the calendar: 23 hours, then 24',
    start: `2026-03-07T12:00:00 ${newYork}`,
    end: `2026-03-08T12:00:00 ${newYork}`,
    nominalDays: 1,
    rules: ['RRULE:FREQ=DAILY;COUNT=2'],
    starts: ['03-07 17:00', '03-08 16:00'],
    ends: ['03-08 16:00', '03-09 16:00'],
  },
  {
    what: 'DURATION:P1D over the autumn change is 25 hours',
    start: `2026-10-31T12:00:00 ${newYork}`,
    end: `2026-11-01T12:00:00 ${newYork}`,
    nominalDays: 1,
    rules: ['RRULE:FREQ=DAILY;COUNT=2'],
    starts: ['10-31 16:00', '11-01 17:00'],
    ends: ['11-01 17:00', '11-02 17:00'],
  },
  {
    what: 'DURATION:P1D that ends in the gap ends at the offset before it',
    start: `2026-03-07T02:30:00 ${newYork}`,
    end: `2026-03-08T02:30:00 ${newYork}`,
    nominalDays: 1,
    rules: ['RRULE:FREQ=DAILY;COUNT=2'],
    starts: ['03-07 07:30', '03-08 07:30'],
    ends: ['03-08 07:30', '03-09 06:30'],
  },
  {
    what: 'the skipped day of Apia inside a stay of two days: elapsed time',
    start: '2011-12-29T09:00:00 Pacific/Apia',
    end: '2011-12-31T09:00:00 Pacific/Apia',
    rules: ['RRULE:FREQ=WEEKLY;COUNT=2'],
    starts: ['2011-12-29 19:00', '2012-01-04 19:00'],
    ends: ['2011-12-30 19:00', '2012-01-05 19:00'],
  },
  {
    what: 'two hours over the two of Troll that are repeated',
    start: '2026-10-24T00:00:00 Antarctica/Troll',
    end: '2026-10-24T02:00:00 Antarctica/Troll',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['10-23 22:00', '10-24 22:00', '10-26 00:00'],
    ends: ['10-24 00:00', '10-25 00:00', '10-26 02:00'],
  },
  {
    what: 'days in Santiago: the one without a midnight begins at one and has 23 hours',
    start: '2026-09-05',
    end: '2026-09-06',
    zone: 'America/Santiago',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['09-05 04:00', '09-06 04:00', '09-07 03:00'],
    ends: ['09-06 04:00', '09-07 03:00', '09-08 03:00'],
  },
  {
    what: 'days in Beirut in autumn: one of 25 hours',
    start: '2026-10-23',
    end: '2026-10-24',
    zone: 'Asia/Beirut',
    rules: ['RRULE:FREQ=DAILY;COUNT=3'],
    starts: ['10-22 21:00', '10-23 21:00', '10-24 22:00'],
    ends: ['10-23 21:00', '10-24 22:00', '10-25 22:00'],
  },
  {
    what: 'a day of the week that is the day without a midnight in Cairo',
    start: '2026-04-17',
    end: '2026-04-18',
    zone: 'Africa/Cairo',
    rules: ['RRULE:FREQ=WEEKLY;COUNT=2'],
    starts: ['04-16 22:00', '04-23 22:00'],
    ends: ['04-17 22:00', '04-24 21:00'],
  },
];

/** A series, how somebody named one of its starts, and what that is in the series' own form (semantics B1). */
export const names: readonly (readonly [start: string, rule: string, named: string, canonical: string, utc: string])[] =
  [
    [`2026-03-06T02:30:00 ${newYork}`, 'FREQ=DAILY;COUNT=5', '20260308T023000', '20260308T023000', '03-08 07:30'],
    [`2026-03-06T02:30:00 ${newYork}`, 'FREQ=DAILY;COUNT=5', '20260308T073000Z', '20260308T023000', '03-08 07:30'],
    [`2026-03-06T02:30:00 ${newYork}`, 'FREQ=DAILY;COUNT=5', '20260309T063000Z', '20260309T023000', '03-09 06:30'],
    [`2026-10-31T01:30:00 ${newYork}`, 'FREQ=DAILY;COUNT=5', '20261101T053000Z', '20261101T013000', '11-01 05:30'],
    [`2026-11-01T00:30:00 ${newYork}`, 'FREQ=HOURLY;COUNT=5', '20261101T053000Z', '20261101T013000', '11-01 05:30'],
    [`2026-11-01T00:30:00 ${newYork}`, 'FREQ=HOURLY;COUNT=5', '20261101T063000Z', '20261101T063000Z', '11-01 06:30'],
    ['2026-03-28T00:30:00 Asia/Beirut', 'FREQ=DAILY;COUNT=5', '20260328T223000Z', '20260329T003000', '03-28 22:30'],
    [
      '2026-10-03T02:15:00 Australia/Lord_Howe',
      'FREQ=DAILY;COUNT=5',
      '20261003T154500Z',
      '20261004T021500',
      '10-03 15:45',
    ],
    ['2026-09-26T03:15:00 Pacific/Chatham', 'FREQ=DAILY;COUNT=5', '20260926T143000Z', '20260927T031500', '09-26 14:30'],
    [
      '2011-12-23T09:00:00 Pacific/Apia',
      'FREQ=WEEKLY;COUNT=3',
      '20111230T090000',
      '20111230T090000',
      '2011-12-30 19:00',
    ],
  ];

/** A start that is moved, where to, and what is then where: nothing stays behind at the original start. */
export const moved: readonly (readonly [
  start: string,
  rule: string,
  named: string,
  to: string,
  starts: readonly string[],
])[] = [
  [
    `2026-03-07T02:30:00 ${newYork}`,
    'FREQ=DAILY;COUNT=3',
    '20260308T023000',
    `2026-03-08T12:00:00 ${newYork}`,
    ['03-07 07:30', '03-08 16:00', '03-09 06:30'],
  ],
  [
    `2026-03-07T02:30:00 ${newYork}`,
    'FREQ=DAILY;COUNT=3',
    '20260308T073000Z',
    `2026-03-08T12:00:00 ${newYork}`,
    ['03-07 07:30', '03-08 16:00', '03-09 06:30'],
  ],
  [
    `2026-03-06T12:00:00 ${newYork}`,
    'FREQ=DAILY;COUNT=3',
    '20260307T120000',
    `2026-03-08T02:30:00 ${newYork}`,
    ['03-06 17:00', '03-08 07:30', '03-08 16:00'],
  ],
  [
    `2026-10-31T01:30:00 ${newYork}`,
    'FREQ=DAILY;COUNT=3',
    '20261101T053000Z',
    `2026-11-01T09:00:00 ${newYork}`,
    ['10-31 05:30', '11-01 14:00', '11-02 06:30'],
  ],
  [
    `2026-10-30T12:00:00 ${newYork}`,
    'FREQ=DAILY;COUNT=3',
    '20261031T120000',
    `2026-11-01T01:30:00 ${newYork}`,
    ['10-30 16:00', '11-01 05:30', '11-01 17:00'],
  ],
  [
    '2026-03-28T00:30:00 Asia/Beirut',
    'FREQ=DAILY;COUNT=3',
    '20260329T003000',
    '2026-03-29T20:00:00 Asia/Beirut',
    ['03-27 22:30', '03-29 17:00', '03-29 21:30'],
  ],
];
