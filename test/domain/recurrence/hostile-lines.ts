/** Series of any length that are made to cost much: for the tests that count the work, and the bench that times it. */
import { basicLocal } from '../../../domain/time/icalendar-values.ts';

const monday = Date.UTC(2026, 0, 5, 9);
const dates = (count: number, distance: number): string[] =>
  Array.from({ length: count }, (_, index) => basicLocal(monday + index * distance));

/** So many characters of lines, and a rule beside them. */
export const hostileLines: Readonly<Record<string, (length: number) => string[]>> = {
  'EXDATE in one line': (length) => [
    'RRULE:FREQ=DAILY',
    `EXDATE;TZID=Europe/London:${dates(Math.floor(length / 16), 86_400_000).join(',')}`,
  ],
  'EXDATE in a line each': (length) => [
    'RRULE:FREQ=DAILY',
    ...dates(Math.floor(length / 42), 86_400_000).map((date) => `EXDATE;TZID=Europe/London:${date}`),
  ],
  'EXDATE, all the same': (length) => [
    'RRULE:FREQ=DAILY',
    `EXDATE;TZID=Europe/London:${dates(Math.floor(length / 16), 0).join(',')}`,
  ],
  'EXDATE backwards': (length) => [
    'RRULE:FREQ=DAILY',
    `EXDATE;TZID=Europe/London:${dates(Math.floor(length / 16), 86_400_000)
      .reverse()
      .join(',')}`,
  ],
  'RDATE in one line': (length) => [`RDATE;TZID=Europe/London:${dates(Math.floor(length / 16), 3_600_000).join(',')}`],
  'RDATE of another zone': (length) => [
    'RRULE:FREQ=WEEKLY',
    `RDATE;TZID=America/New_York:${dates(Math.floor(length / 16), 3_600_000)
      .reverse()
      .join(',')}`,
  ],
  'RDATE and EXDATE that take each other away': (length) => {
    const list = dates(Math.floor(length / 32), 3_600_000).join(',');
    return [`RDATE;TZID=Europe/London:${list}`, `EXDATE;TZID=Europe/London:${list}`];
  },
  'RDATE periods': (length) => [
    `RDATE;VALUE=PERIOD;TZID=Europe/London:${dates(Math.floor(length / 21), 3_600_000)
      .map((date) => `${date}/PT1H`)
      .join(',')}`,
  ],
  'rules, many': (length) =>
    Array.from({ length: Math.floor(length / 40) }, () => 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'),
};
