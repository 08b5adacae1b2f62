/** How a feed's events are written: what is shown, what is left out, and times that no reader can take for others. */
import { describe, expect, test } from '@jest/globals';
import { type FeedEvent, feedEnd, feedEvents, feedHeader } from '../../../../domain/events/icalendar/feed.ts';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import type { EventContent, EventTime } from '../../../../domain/events/model.ts';
import { parseInstant } from '../../../../domain/time/instants.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const london = 'Europe/London';
const utc = (text: string): EventTime => ({ kind: 'utc', instant: parseInstant(text) });
const zoned = (local: string, zone = london, instant = zones.resolve(local, zone)): EventTime => ({
  kind: 'zoned',
  local,
  zone,
  instant,
});

function content(start: EventTime, end: EventTime, more: Partial<EventContent> = {}): EventContent {
  return {
    summary: 'Meeting',
    description: null,
    start,
    end,
    nominalDays: null,
    status: 'CONFIRMED',
    busyStatus: 'BUSY',
    visibility: 'DEFAULT',
    location: null,
    url: null,
    color: null,
    categories: [],
    organizer: null,
    attendees: [],
    reminders: [],
    rules: [],
    ...more,
  };
}

const modifiedAt = parseInstant('2026-01-02T03:04:05Z');
const person = { uri: 'mailto:canary@example.com', email: 'canary@example.com', name: 'Canary' };

function lines(event: Partial<FeedEvent>): string[] {
  const whole: FeedEvent = { uid: 'u', sequence: 3, modifiedAt, master: null, exceptions: [], ...event };
  return feedEvents(whole, london, zones).replaceAll('\r\n ', '').split('\r\n').slice(0, -1);
}

describe('a feed', () => {
  test('begins with what it is called, in every form that programs look for, and ends', () => {
    const header = feedHeader({ name: 'Böse, Buben\r\nBEGIN:VEVENT', color: '#FF0000', timeZone: london });
    expect(header.split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Meridian//Meridian//EN',
      'CALSCALE:GREGORIAN',
      'NAME:Böse\\, Buben\\nBEGIN:VEVENT',
      'X-WR-CALNAME:Böse\\, Buben\\nBEGIN:VEVENT',
      'X-WR-TIMEZONE:Europe/London',
      'COLOR:red',
      'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
      'X-PUBLISHED-TTL:PT1H',
      '',
    ]);
    expect(feedHeader({ name: '', color: null, timeZone: london })).not.toContain('COLOR');
    expect(feedHeader({ name: '', color: '#nonsense', timeZone: london })).not.toContain('nonsense');
    expect(feedEnd).toBe('END:VCALENDAR\r\n');
  });

  test('shows an event without the people in it, without reminders, files and telephone numbers', () => {
    const attendee = { ...person, status: 'ACCEPTED', optional: false, resource: false } as const;
    const master = content(utc('2026-03-01T10:00:00Z'), utc('2026-03-01T11:00:00Z'), {
      organizer: person,
      attendees: [attendee],
      reminders: [{ minutes: 10 }],
      attachments: [
        { id: 'att_1', url: 'https://files.example/secret', fileName: 'secret.pdf', contentType: 'application/pdf' },
      ],
      conferencing: {
        joinUrl: 'https://calls.example/room',
        providerName: null,
        dialIn: [{ phoneNumber: '+15550123', pin: '4711' }],
      },
      visibility: 'CONFIDENTIAL',
      busyStatus: 'FREE',
    });
    expect(lines({ master })).toEqual([
      'BEGIN:VEVENT',
      'UID:u',
      'DTSTAMP:20260102T030405Z',
      'LAST-MODIFIED:20260102T030405Z',
      'SEQUENCE:3',
      'DTSTART:20260301T100000Z',
      'DTEND:20260301T110000Z',
      'SUMMARY:Meeting',
      'STATUS:CONFIRMED',
      'TRANSP:TRANSPARENT',
      'CLASS:CONFIDENTIAL',
      'CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://calls.example/room',
      'END:VEVENT',
    ]);
  });

  test.each([
    ['in a zone', zoned('2026-07-01T10:00:00'), 'DTSTART;TZID=Europe/London:20260701T100000'],
    [
      'in a gap, as the clock there shows it',
      zoned('2026-03-29T01:30:00'),
      'DTSTART;TZID=Europe/London:20260329T023000',
    ],
    ['in the first hour of an overlap', zoned('2026-10-25T01:30:00'), 'DTSTART:20261025T003000Z'],
    [
      'in the second hour of an overlap',
      zoned('2026-10-25T01:30:00', london, parseInstant('2026-10-25T01:30:00Z')),
      'DTSTART:20261025T013000Z',
    ],
    ['just before an overlap', zoned('2026-10-25T00:59:59'), 'DTSTART;TZID=Europe/London:20261025T005959'],
    ['just after one', zoned('2026-10-25T02:00:00'), 'DTSTART;TZID=Europe/London:20261025T020000'],
    ['in an overlap of half an hour', zoned('2026-04-05T01:45:00', 'Australia/Lord_Howe'), 'DTSTART:20260404T144500Z'],
    ['that floats', { kind: 'floating', local: '2026-07-01T10:00:00' }, 'DTSTART:20260701T100000'],
    ['of a day', { kind: 'date', date: '2026-07-01' }, 'DTSTART;VALUE=DATE:20260701'],
  ] as [string, EventTime, string][])('writes a time %s', (_, start, line) => {
    expect(lines({ master: content(start, start) })).toContain(line);
  });

  test('a series keeps its wall clock, whatever it stands for', () => {
    const master = content(zoned('2026-10-25T01:30:00'), zoned('2026-10-25T02:30:00'), { rules: ['RRULE:FREQ=DAILY'] });
    expect(lines({ master })).toContain('DTSTART;TZID=Europe/London:20261025T013000');
  });

  const weekly = content(zoned('2026-03-02T09:00:00'), zoned('2026-03-02T10:00:00'), {
    rules: ['RRULE:FREQ=WEEKLY', 'EXDATE;TZID=Europe/London:20260309T090000'],
  });
  const changed = content(zoned('2026-03-17T15:00:00'), zoned('2026-03-17T16:00:00'), { summary: 'Moved' });
  const cancelled = { ...changed, status: 'CANCELLED' as const };

  test('a changed occurrence stands beside its series, a cancelled one is an EXDATE', () => {
    const text = lines({
      master: weekly,
      exceptions: [
        { recurrenceId: '20260316T090000', content: changed, modifiedAt: modifiedAt + 1000 },
        { recurrenceId: '20260323T090000Z', content: cancelled, modifiedAt },
        { recurrenceId: 'nonsense', content: changed, modifiedAt },
      ],
    });
    expect(text.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(2);
    expect(text).toContain('RECURRENCE-ID;TZID=Europe/London:20260316T090000');
    expect(text).toContain('DTSTAMP:20260102T030406Z');
    expect(text.filter((line) => line.startsWith('EXDATE'))).toEqual([
      'EXDATE;TZID=Europe/London:20260309T090000',
      'EXDATE;TZID=Europe/London:20260323T090000',
    ]);
  });

  test('occurrences whose series nobody told of stand alone; cancelled, they are not there', () => {
    const exception = { recurrenceId: '20260316T090000', modifiedAt };
    expect(
      lines({ exceptions: [{ ...exception, content: changed }] }).filter((line) => line.startsWith('UID')),
    ).toHaveLength(1);
    expect(lines({ exceptions: [{ ...exception, content: cancelled }] })).toEqual([]);
  });

  test('a cancelled exception of what is no series leaves the event as it is', () => {
    const single = content(utc('2026-03-01T10:00:00Z'), utc('2026-03-01T11:00:00Z'));
    const text = lines({
      master: single,
      exceptions: [{ recurrenceId: '20260301T100000Z', content: cancelled, modifiedAt }],
    });
    expect(text.join()).not.toContain('EXDATE');
  });

  test('reads back as what was written', () => {
    const master = {
      ...weekly,
      description: 'a\nb; c, d \\',
      location: { description: 'x'.repeat(200), latitude: 1.5, longitude: -2 },
    };
    const body = feedEvents(
      {
        uid: 'u',
        sequence: 3,
        modifiedAt,
        master,
        exceptions: [{ recurrenceId: '20260316T090000', content: changed, modifiedAt }],
      },
      london,
      zones,
    );
    const header = feedHeader({ name: 'n', color: null, timeZone: london });
    const [object, ...more] = readCalendar(`${header}${body}${feedEnd}`, { zones, calendarZone: london }).objects;
    expect(more).toEqual([]);
    expect(object?.master).toEqual(master);
    expect(object?.exceptions).toEqual([{ recurrenceId: '20260316T090000', content: changed }]);
  });
});
