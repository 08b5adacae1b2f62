/** RANGE=THISANDFUTURE (RFC 5545 §3.2.13): read, kept where it stood, never given to anything that came without it. */
import { describe, expect, test } from '@jest/globals';
import { sameContent } from '../../../../domain/events/content.ts';
import { feedEvents } from '../../../../domain/events/icalendar/feed.ts';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import { writeObject } from '../../../../domain/events/icalendar/write.ts';
import type { CalendarObject } from '../../../../domain/events/model.ts';
import { withException } from '../../../../domain/events/occurrence-edit.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const london = 'Europe/London';
const options = { zones, calendarZone: london };

const text = (range: string) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Lotus//EN',
    'BEGIN:VEVENT',
    'UID:ranged',
    'DTSTAMP:20260101T000000Z',
    `DTSTART;TZID=${london}:20260302T100000`,
    'DURATION:PT1H',
    'RRULE:FREQ=WEEKLY;COUNT=8',
    'SUMMARY:Meeting',
    'END:VEVENT',
    'BEGIN:VEVENT',
    'UID:ranged',
    'DTSTAMP:20260101T000000Z',
    `RECURRENCE-ID${range};TZID=${london}:20260316T100000`,
    `DTSTART;TZID=${london}:20260317T150000`,
    'DURATION:PT2H',
    'SUMMARY:Moved',
    'X-LOTUS-UPDATE-SEQ:2',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

function read(given: string) {
  const reading = readCalendar(given, options);
  const [object] = reading.objects;
  if (object === undefined) throw new Error('nothing was read');
  return { ...reading, object };
}

function write(object: CalendarObject, raw: string | null): string {
  return writeObject(object, { raw, zones, calendarZone: london, marker: null, now: 0, productId: '-//Test//EN' });
}

const lines = (written: string) => written.split('\r\n').filter((line) => line.startsWith('RECURRENCE-ID'));

describe('RANGE=THISANDFUTURE', () => {
  test('is read as part of the changed occurrence, without a warning', () => {
    const { object, warnings } = read(text(';RANGE=THISANDFUTURE'));
    expect(object.exceptions[0]?.content).toMatchObject({ summary: 'Moved', thisAndFuture: true });
    expect(warnings).toEqual([]);
    expect(read(text('')).object.exceptions[0]?.content).not.toHaveProperty('thisAndFuture');
  });

  test('of another value says that it is not applied', () => {
    const { object, warnings } = read(text(';RANGE=THISANDPRIOR'));
    expect(object.exceptions[0]?.content.thisAndFuture).toBeUndefined();
    expect(warnings).toMatchObject([{ uid: 'ranged', code: 'RECURRENCE_SIMPLIFIED' }]);
  });

  test('makes a difference that is told', () => {
    const [plain, ranged] = [text(''), text(';RANGE=THISANDFUTURE')].map(
      (one) => read(one).object.exceptions[0]?.content,
    );
    expect(sameContent(plain ?? null, ranged ?? null, options)).toBe(false);
  });

  test('survives a write of another part of the object untouched, and one that moves its series', () => {
    const raw = text(';RANGE=THISANDFUTURE');
    const { object } = read(raw);
    if (object.master === null) throw new Error('no master was read');
    const renamed = write({ ...object, master: { ...object.master, summary: 'Renamed' } }, raw);
    expect(lines(renamed)).toEqual([`RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=${london}:20260316T100000`]);
    expect(renamed).toContain('X-LOTUS-UPDATE-SEQ:2');
    const [changed] = object.exceptions;
    if (changed === undefined) throw new Error('no exception was read');
    const moved = write({ ...object, exceptions: [{ ...changed, recurrenceId: '20260316T110000' }] }, raw);
    expect(lines(moved)).toEqual([`RECURRENCE-ID;TZID=${london};RANGE=THISANDFUTURE:20260316T110000`]);
    expect(read(moved).object.exceptions[0]?.content.thisAndFuture).toBe(true);
  });

  test('goes on with the next occurrence when its own is changed alone', () => {
    const raw = text(';RANGE=THISANDFUTURE');
    const { object } = read(raw);
    const [changed] = object.exceptions;
    if (changed === undefined) throw new Error('no exception was read');
    const own = { ...changed.content, summary: 'Only this one' };
    const edited = withException(object, '20260316T100000', own, { zones, floatingZone: london });
    const written = write(edited, raw);
    expect(lines(written)).toEqual([
      `RECURRENCE-ID;TZID=${london}:20260316T100000`,
      `RECURRENCE-ID;TZID=${london};RANGE=THISANDFUTURE:20260323T100000`,
    ]);
    expect(read(written).object.exceptions).toEqual(edited.exceptions);
  });

  test('is in no file that came without it, and stays in feeds of one that has it', () => {
    const plain = read(text('')).object;
    expect(write(plain, null)).not.toContain('RANGE');
    const ranged = read(text(';RANGE=THISANDFUTURE')).object;
    const exceptions = ranged.exceptions.map((one) => ({ ...one, modifiedAt: 0 }));
    const event = { uid: 'ranged', master: ranged.master, exceptions, sequence: 0, modifiedAt: 0 };
    expect(lines(feedEvents(event, london, zones))).toEqual([
      `RECURRENCE-ID;TZID=${london};RANGE=THISANDFUTURE:20260316T100000`,
    ]);
  });
});
