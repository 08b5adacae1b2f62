/** Times in the first and the last days that a DATE-TIME can write: whatever stands there, the document is read. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import { writeObject } from '../../../../domain/events/icalendar/write.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const zones = systemZones('test');

const calendar = (...lines: readonly string[]) => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (uid: string, ...lines: readonly string[]) => ['BEGIN:VEVENT', `UID:${uid}`, ...lines, 'END:VEVENT'];
const alarm = (trigger: string) => ['BEGIN:VALARM', 'ACTION:DISPLAY', trigger, 'END:VALARM'];
const plain = 'DTSTART:20260101T090000Z';

describe('hour 24 of the last day, which is no time, costs no other event of its document its place', () => {
  const beyond = '99991231T240000';
  const read = (...lines: readonly string[]) => {
    const text = calendar(...event('bad', ...lines), ...event('good', plain));
    const reading = readCalendar(text, { zones, calendarZone: 'Europe/Berlin' });
    return {
      reading,
      bad: reading.objects.find(({ uid }) => uid === 'bad'),
      uids: reading.objects.map(({ uid }) => uid),
    };
  };

  test.each(['DTSTAMP', 'CREATED', 'LAST-MODIFIED'])('as %s it is as if it were not there', (name) => {
    for (const text of [beyond, `${beyond}Z`]) {
      const { bad, reading } = read(plain, `${name}:${text}`);
      expect(bad).toMatchObject({ stampedAt: null, createdAt: null, updatedAt: null });
      expect(reading.skipped).toEqual([]);
      expect(reading.objects).toHaveLength(2);
    }
  });

  test('an alarm then is no reminder', () => {
    for (const text of [beyond, `${beyond}Z`]) {
      const { bad, uids } = read(plain, ...alarm(`TRIGGER;VALUE=DATE-TIME:${text}`));
      expect(bad?.master?.reminders).toEqual([]);
      expect(uids).toEqual(['bad', 'good']);
    }
  });

  test.each([
    [[`DTSTART:${beyond}`], 'a DATE or DATE-TIME as DTSTART'],
    [[plain, `DTEND:${beyond}`], 'a DATE or DATE-TIME as DTEND'],
    [[plain, `RECURRENCE-ID:${beyond}`], 'a DATE or DATE-TIME as RECURRENCE-ID'],
    [[plain, `RDATE:${beyond}`], 'a DATE or DATE-TIME in RDATE'],
    [[plain, 'RRULE:FREQ=DAILY', `EXDATE:${beyond}`], 'a DATE or DATE-TIME in EXDATE'],
    [[plain, `RRULE:FREQ=DAILY;UNTIL=${beyond}`], 'a DATE or DATE-TIME as UNTIL in RRULE'],
    [[plain, `RRULE:FREQ=DAILY;UNTIL=${beyond}Z`], 'a DATE or DATE-TIME as UNTIL in RRULE'],
    [[plain, `RDATE;VALUE=PERIOD:20260102T090000Z/${beyond}`], 'a PERIOD in RDATE'],
  ])('%j is named, and the rest is read', (lines, expected) => {
    const { reading, uids } = read(...lines);
    expect(uids).toEqual(['good']);
    expect(reading.skipped.map(({ uid, reason }) => [uid, reason.split(', came')[0]])).toEqual([
      ['bad', `expected ${expected}`],
    ]);
  });
});

test('whatever stands around the years 1 and 9999, reading and rewriting throw nothing', () => {
  const days = [
    '00010101',
    '00010102',
    '00010103',
    '00010104',
    '20260101',
    '99991228',
    '99991229',
    '99991230',
    '99991231',
  ];
  const clocks = ['', 'T000000', 'T000001', 'T120000', 'T235959', 'T235960', 'T240000'];
  const time = fc
    .tuple(fc.constantFrom(...days), fc.constantFrom(...clocks), fc.boolean())
    .map(([day, clock, utc]) => (clock === '' ? `;VALUE=DATE:${day}` : `:${day}${clock}${utc ? 'Z' : ''}`));
  const zone = fc.constantFrom(
    '',
    '',
    ';TZID=Pacific/Kiritimati',
    ';TZID=Pacific/Pago_Pago',
    ';TZID=Ship',
    ';TZID=none',
  );
  const of = (name: string) => fc.tuple(zone, time).map(([inZone, at]) => `${name}${inZone}${at}`);
  const duration = fc.constantFrom('PT0S', 'PT1S', 'P1D', 'P3DT1H', '-P1D', 'P999999W', '-P999999W', 'PT9999999999S');
  const until = fc
    .tuple(fc.constantFrom('DAILY', 'YEARLY'), time)
    .map(([frequency, at]) => `RRULE:FREQ=${frequency};UNTIL=${at.slice(at.indexOf(':') + 1)}`);
  const lines = fc.tuple(
    of('DTSTART'),
    fc.oneof(
      of('DTEND'),
      duration.map((span) => `DURATION:${span}`),
      fc.constant('SUMMARY:none'),
    ),
    fc.array(
      fc.oneof(
        of('DTSTAMP'),
        of('CREATED'),
        of('LAST-MODIFIED'),
        of('RDATE'),
        of('EXDATE'),
        of('RECURRENCE-ID'),
        of('RECURRENCE-ID;RANGE=THISANDFUTURE'),
        until,
        fc.constantFrom('RRULE:FREQ=DAILY;COUNT=3', 'RRULE:FREQ=YEARLY'),
      ),
      { maxLength: 4 },
    ),
    fc.array(
      fc.oneof(
        of('TRIGGER'),
        duration.map((span) => `TRIGGER;RELATED=END:${span}`),
      ),
      { maxLength: 2 },
    ),
  );
  const onset = fc
    .tuple(time, fc.constantFrom('+2359', '-235959', '+0000'), until)
    .map(([at, to, rule]) => [
      ...['BEGIN:VTIMEZONE', 'TZID:Ship', 'BEGIN:STANDARD', `DTSTART${at}`, 'TZOFFSETFROM:+0000', `TZOFFSETTO:${to}`],
      ...[rule, 'END:STANDARD', 'END:VTIMEZONE'],
    ]);
  fc.assert(
    fc.property(
      fc.array(lines, { minLength: 1, maxLength: 3 }),
      onset,
      fc.constantFrom(null, 'Pacific/Kiritimati', 'Pacific/Pago_Pago'),
      (events, definition, calendarZone) => {
        const texts = events.map(([start, end, others, triggers]) =>
          event('one', start, end, ...others, ...triggers.flatMap(alarm)),
        );
        const text = calendar(...definition, ...texts.flat(), ...event('good', plain));
        const { objects, raws } = readCalendar(text, { zones, calendarZone });
        expect(objects.map(({ uid }) => uid)).toContain('good');
        for (const object of objects) {
          const raw = raws.get(object.uid) ?? null;
          writeObject(object, { raw, zones, calendarZone, marker: null, now: 0, productId: 'test' });
          writeObject(object, { raw: null, zones, calendarZone, marker: null, now: 0, productId: 'test' });
        }
      },
    ),
    { seed: 20_261_123, numRuns: 1_500 },
  );
});
