/** A file's own zone, read by its observances: how a rule in it ends, and wall clocks where its clock changes. */
import { describe, expect, test } from '@jest/globals';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import { eventTimeInstant } from '../../../../domain/time/event-time.ts';
import { formatInstant } from '../../../../domain/time/instants.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const zones = systemZones('test');

/** An office whose summer was an hour and seventeen minutes long, so that no zone of the world is meant. */
function startsAt(local: string, ending: string): string {
  const text = [
    'BEGIN:VCALENDAR',
    'BEGIN:VTIMEZONE',
    'TZID:Office',
    'BEGIN:STANDARD',
    'DTSTART:20100101T000000',
    'TZOFFSETFROM:+0117',
    'TZOFFSETTO:+0000',
    `RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU${ending}`,
    'END:STANDARD',
    'BEGIN:DAYLIGHT',
    'DTSTART:20100101T010000',
    'TZOFFSETFROM:+0000',
    'TZOFFSETTO:+0117',
    `RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU${ending}`,
    'END:DAYLIGHT',
    'END:VTIMEZONE',
    'BEGIN:VEVENT',
    'UID:a',
    `DTSTART;TZID=Office:${local}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
  const [object] = readCalendar(text, { zones, calendarZone: 'Etc/UTC' }).objects;
  const start = object?.master?.start;
  if (start === undefined) throw new Error('not read');
  return formatInstant(eventTimeInstant(start, { zones, floatingZone: 'Etc/UTC', dayZone: 'Etc/UTC' }));
}

describe('in a zone of the file', () => {
  test('summer and winter are where its rules put them', () => {
    expect(startsAt('20140701T120000', '')).toBe('2014-07-01T10:43:00Z');
    expect(startsAt('20140101T120000', '')).toBe('2014-01-01T12:00:00Z');
  });

  // The last Sunday of March 2014 is the 30th: at 01:00 the clock shows 02:17.
  test('a wall clock in the gap counts by the offset before it', () => {
    expect(startsAt('20140330T013000', '')).toBe('2014-03-30T01:30:00Z');
  });

  // The last Sunday of October 2014 is the 26th: at midnight the clock goes back to 22:43.
  test('of an overlap the first pass is meant', () => {
    expect(startsAt('20141025T233000', '')).toBe('2014-10-25T22:13:00Z');
  });

  test.each([
    ['in UTC', ';UNTIL=20130331T010000Z'],
    ['as a wall clock', ';UNTIL=20130331T010000'],
    ['as a day', ';UNTIL=20130331'],
    ['by COUNT', ';COUNT=4'],
  ])('a law that ends in 2013, said %s, does not move the clock in 2014', (_, ending) => {
    // Summer began in March 2013, or with COUNT it was winter, and stays.
    const always = ending.includes('COUNT') ? 'T12:00:00Z' : 'T10:43:00Z';
    for (const day of ['20140201', '20140801', '20150201']) {
      expect(startsAt(`${day}T120000`, ending).slice(10)).toBe(always);
    }
  });
});
