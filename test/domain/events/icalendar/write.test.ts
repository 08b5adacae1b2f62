import { describe, expect, test } from '@jest/globals';
import { eachLine, parseComponents } from '../../../../domain/events/icalendar/components.ts';
import { defaultLimits } from '../../../../domain/events/icalendar/limits.ts';
import { readObservances } from '../../../../domain/events/icalendar/observances.ts';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import { writeTimeZone } from '../../../../domain/events/icalendar/vtimezone.ts';
import { writeObject } from '../../../../domain/events/icalendar/write.ts';
import type { CalendarObject, EventContent } from '../../../../domain/events/model.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';
import type { ZoneData } from '../../../../domain/time/zone-data.ts';

const zones = systemZones('test');
const now = Date.parse('2026-11-22T12:00:00Z');
const productId = '-//Meridian//Test//EN';

function read(text: string): CalendarObject {
  const [object] = readCalendar(text, { zones, calendarZone: 'Europe/London' }).objects;
  if (object === undefined) throw new Error('not read');
  return object;
}

function write(object: CalendarObject, raw: string | null, marker: string | null = null): string[] {
  const lines: string[] = [];
  const text = writeObject(object, { raw, zones, calendarZone: 'Europe/London', marker, now, productId });
  eachLine(text, 1e9, (line) => void lines.push(line ?? ''));
  return lines;
}

function changed(object: CalendarObject, change: Partial<EventContent>): CalendarObject {
  if (object.master === null) throw new Error('no master');
  return { ...object, master: { ...object.master, ...change } };
}

const raw = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Other//EN',
  'CALSCALE:GREGORIAN',
  'X-WR-CALNAME:Kept',
  'BEGIN:VEVENT',
  'UID:one',
  'DTSTAMP:20260101T000000Z',
  'SEQUENCE:2',
  'DTSTART;TZID=Europe/London;X-START=1:20260330T090000',
  'DTEND;TZID=Europe/London:20260330T100000',
  'RRULE:FREQ=WEEKLY;BYDAY=MO;INTERVAL=1',
  'EXDATE:20260413T080000Z',
  'SUMMARY;LANGUAGE=en:Old',
  'X-ALT-DESC;FMTTYPE=text/html:<b>Old</b>',
  'DESCRIPTION:Old',
  'ORGANIZER;SENT-BY="mailto:s@example.org";CN=Jane:mailto:jane@example.org',
  'ATTENDEE;X-NUM-GUESTS=0;CN=Bob;PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.2:mailto:bob@example.org',
  'ATTENDEE;MEMBER="mailto:a@x","mailto:b@x":MAILTO:Carol@example.org',
  'ATTACH:https://example.org/a',
  'X-UNKNOWN;P="q;r":kept\\, so',
  'LOCATION:Here',
  'X-APPLE-STRUCTURED-LOCATION;VALUE=URI:geo:1,2',
  'BEGIN:VALARM',
  'UID:alarm-1',
  'ACTION:AUDIO',
  'TRIGGER:-PT15M',
  'ATTACH:Basso',
  'ACKNOWLEDGED:20260101T000000Z',
  'END:VALARM',
  'BEGIN:VALARM',
  'ACTION:EMAIL',
  'TRIGGER;RELATED=END:-PT2H',
  'SUMMARY:mail',
  'END:VALARM',
  'BEGIN:VALARM',
  'ACTION:NONE',
  'TRIGGER;VALUE=DATE-TIME:19760401T005545Z',
  'END:VALARM',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:one',
  'DTSTAMP:20260101T000000Z',
  'RECURRENCE-ID;TZID=Europe/London:20260406T090000',
  'DTSTART;TZID=Europe/London:20260407T150000',
  'DTEND;TZID=Europe/London:20260407T160000',
  'X-MOVED:kept',
  'END:VEVENT',
  'BEGIN:X-VENDOR',
  'X-A:1',
  'END:X-VENDOR',
  'END:VCALENDAR',
  '',
].join('\r\n');
const object = read(raw);

describe("over a provider's text", () => {
  test('an unchanged object keeps every line but PRODID, and its components their stamps', () => {
    const before: string[] = [];
    eachLine(raw, 1e9, (line) => void before.push(line ?? ''));
    const lines = write(object, raw);
    const without = lines.filter(
      (_, at) => !(lines.indexOf('BEGIN:VTIMEZONE') <= at && at <= lines.indexOf('END:VTIMEZONE')),
    );
    expect(without.sort()).toEqual(
      before.map((line) => (line.startsWith('PRODID') ? `PRODID:${productId}` : line)).sort(),
    );
  });

  test('a new summary changes the summary and the stamps of its own component, and nothing else', () => {
    const before = write(object, raw);
    const after = write({ ...changed(object, { summary: 'New' }), sequence: 2 }, raw);
    expect(after.filter((line) => !before.includes(line))).toEqual(
      ['DTSTAMP:20261122T120000Z', 'SUMMARY;LANGUAGE=en:New', 'LAST-MODIFIED:20261122T120000Z'].sort(
        (a, b) => after.indexOf(a) - after.indexOf(b),
      ),
    );
    expect(before.filter((line) => !after.includes(line))).toEqual(['SUMMARY;LANGUAGE=en:Old']);
  });

  test("a new description drops its formatted copy, a new place the map's", () => {
    const after = write(
      changed(object, { description: 'New', location: { description: 'There', latitude: null, longitude: null } }),
      raw,
    );
    expect(after).toContain('DESCRIPTION:New');
    expect(after).toContain('LOCATION:There');
    expect(after.some((line) => /^X-(ALT-DESC|APPLE-STRUCTURED-LOCATION)/.test(line))).toBe(false);
  });

  test('attendees keep their parameters; only what differs is rewritten', () => {
    const [bob, carol] = object.master?.attendees ?? [];
    if (bob === undefined || carol === undefined) throw new Error('not read');
    const dave = {
      uri: 'mailto:dave@example.org',
      email: 'dave@example.org',
      name: 'Dave; D',
      status: 'NEEDS_ACTION',
      optional: true,
      resource: false,
    } as const;
    const after = write(changed(object, { attendees: [carol, { ...bob, status: 'DECLINED' }, dave] }), raw);
    expect(after.filter((line) => line.startsWith('ATTENDEE'))).toEqual([
      'ATTENDEE;MEMBER="mailto:a@x","mailto:b@x":MAILTO:Carol@example.org',
      'ATTENDEE;X-NUM-GUESTS=0;CN=Bob;PARTSTAT=DECLINED;SCHEDULE-STATUS=1.2:mailto:bob@example.org',
      'ATTENDEE;CN="Dave; D";CUTYPE=INDIVIDUAL;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:dave@example.org',
    ]);
  });

  test('of an attendee who is somebody else now each parameter that says so is rewritten', () => {
    const [bob, ...others] = object.master?.attendees ?? [];
    if (bob === undefined) throw new Error('not read');
    const lines = (change: Partial<typeof bob>) =>
      write(changed(object, { attendees: [{ ...bob, ...change }, ...others] }), raw).filter((line) =>
        line.startsWith('ATTENDEE;X-NUM-GUESTS'),
      );
    const rest = 'PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.2';
    expect(lines({ name: 'Robert' })).toEqual([`ATTENDEE;X-NUM-GUESTS=0;CN=Robert;${rest}:mailto:bob@example.org`]);
    expect(lines({ name: null })).toEqual([`ATTENDEE;X-NUM-GUESTS=0;${rest}:mailto:bob@example.org`]);
    expect(lines({ optional: true })).toEqual([
      `ATTENDEE;X-NUM-GUESTS=0;CN=Bob;${rest};ROLE=OPT-PARTICIPANT:mailto:bob@example.org`,
    ]);
    expect(lines({ resource: true })).toEqual([
      `ATTENDEE;X-NUM-GUESTS=0;CN=Bob;${rest};CUTYPE=RESOURCE:mailto:bob@example.org`,
    ]);
    const room = write(changed(object, { attendees: [{ ...bob, resource: true, optional: true }] }), raw).join('\r\n');
    const person = write(changed(read(room), { attendees: [bob] }), room);
    expect(person.filter((line) => line.startsWith('ATTENDEE'))).toEqual([
      `ATTENDEE;X-NUM-GUESTS=0;CN=Bob;${rest};ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL:mailto:bob@example.org`,
    ]);
  });

  test('alarms that stay are left alone, new ones are simple, and what is no reminder stays', () => {
    expect(object.master?.reminders).toEqual([{ minutes: 15 }, { minutes: 60 }]);
    const after = write(changed(object, { reminders: [{ minutes: 5 }, { minutes: 15 }] }), raw);
    const from = after.indexOf('BEGIN:VALARM');
    expect(after.slice(from, after.indexOf('END:VEVENT'))).toEqual([
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'DESCRIPTION:Old',
      'TRIGGER:-PT5M',
      'END:VALARM',
      'BEGIN:VALARM',
      'UID:alarm-1',
      'ACTION:AUDIO',
      'TRIGGER:-PT15M',
      'ATTACH:Basso',
      'ACKNOWLEDGED:20260101T000000Z',
      'END:VALARM',
      'BEGIN:VALARM',
      'ACTION:NONE',
      'TRIGGER;VALUE=DATE-TIME:19760401T005545Z',
      'END:VALARM',
    ]);
  });

  test('an event made longer keeps its reminders before the start', () => {
    const end = {
      kind: 'zoned',
      zone: 'Europe/London',
      local: '2026-03-30T13:00:00',
      instant: Date.parse('2026-03-30T12:00:00Z'),
    } as const;
    const after = write(changed(object, { end }), raw);
    expect(after).toContain('TRIGGER:-PT60M');
    expect(after).toContain('ACTION:EMAIL');
    expect(read(after.join('\r\n')).master?.reminders).toEqual(object.master?.reminders);
  });

  test('exceptions are added, changed and removed; the others are not touched', () => {
    const [moved] = object.exceptions;
    if (moved === undefined || object.master === null) throw new Error('not read');
    const added = { recurrenceId: '20260420T090000', content: { ...object.master, rules: [], summary: 'Once' } };
    const after = write({ ...object, exceptions: [moved, added] }, raw);
    expect(after).toContain('RECURRENCE-ID;TZID=Europe/London:20260420T090000');
    expect(after).toContain('X-MOVED:kept');
    expect(read(after.join('\r\n')).exceptions).toEqual([moved, added]);
    const removed = write({ ...object, exceptions: [] }, raw);
    expect(removed).not.toContain('X-MOVED:kept');
    expect(removed.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
  });

  test('an occurrence that is changed first is a copy of its series: nobody is told who was not to be', () => {
    if (object.master === null) throw new Error('not read');
    const quiet = writeObject(object, { raw, zones, marker: null, now, productId, scheduling: { agent: 'NONE' } });
    const added = { recurrenceId: '20260420T090000', content: { ...object.master, rules: [], summary: 'Once' } };
    const after = write({ ...object, exceptions: [...object.exceptions, added] }, quiet);
    const own = after.slice(after.lastIndexOf('BEGIN:VEVENT'));
    expect(own.filter((line) => /^(?:ATTENDEE|ORGANIZER)/.test(line))).toEqual(
      after.filter((line) => /^(?:ATTENDEE|ORGANIZER)/.test(line)).slice(0, 3),
    );
    expect(own.filter((line) => /^(?:ATTENDEE|ORGANIZER)/.test(line) && !line.includes('SCHEDULE-AGENT=NONE'))).toEqual(
      [],
    );
    expect(own.filter((line) => /^(?:RRULE|RDATE|EXDATE|EXRULE)/.test(line))).toEqual([]);
    expect(read(after.join('\r\n')).exceptions).toContainEqual(added);
  });

  test('an answer says what it says, where it is given, and takes back what was said before', () => {
    if (object.master === null) throw new Error('not read');
    const answering = (recurrenceId: string | null, comment: string | null, over = raw) => {
      const added = { recurrenceId: '20260420T090000', content: { ...object.master, rules: [] } as EventContent };
      const next = { ...object, exceptions: [...object.exceptions, added] };
      const scheduling = { answer: { comment, recurrenceId } };
      return writeObject(next, { raw: over, zones, marker: null, now, productId, scheduling });
    };
    const whole = answering(null, 'At noon,\nperhaps');
    expect(whole.match(/^COMMENT:.*$/gm)).toEqual(Array.from({ length: 3 }, () => 'COMMENT:At noon\\,\\nperhaps'));
    expect(answering('20260420T090000', 'Late').match(/^COMMENT:.*$/gm)).toEqual(['COMMENT:Late']);
    expect(answering(null, null, whole)).not.toMatch(/^COMMENT/m);
  });

  test('an exception whose series was moved keeps what is unknown of it', () => {
    const [moved] = object.exceptions;
    if (moved === undefined) throw new Error('not read');
    const start = {
      kind: 'zoned',
      zone: 'Europe/London',
      local: '2026-03-30T11:00:00',
      instant: Date.parse('2026-03-30T10:00:00Z'),
    } as const;
    const end = { ...start, local: '2026-03-30T12:00:00', instant: Date.parse('2026-03-30T11:00:00Z') };
    const shifted = { ...changed(object, { start, end }), exceptions: [{ ...moved, recurrenceId: '20260406T110000' }] };
    const after = write(shifted, raw);
    expect(after).toContain('RECURRENCE-ID;TZID=Europe/London:20260406T110000');
    expect(after).toContain('X-MOVED:kept');
    expect(after).toContain('DTSTART;TZID=Europe/London;X-START=1:20260330T110000');
  });

  test('of two exceptions that said the same each keeps what is unknown of one, when their series is moved', () => {
    const occurrence = (id: string, unknown: string) => [
      'BEGIN:VEVENT',
      'UID:two',
      `RECURRENCE-ID:${id}`,
      'DTSTART:20260501T100000Z',
      `X-OWN:${unknown}`,
      'END:VEVENT',
    ];
    const two = [
      'BEGIN:VCALENDAR',
      ...['BEGIN:VEVENT', 'UID:two', 'DTSTART:20260401T090000Z', 'RRULE:FREQ=DAILY', 'END:VEVENT'],
      ...occurrence('20260402T090000Z', 'a'),
      ...occurrence('20260403T090000Z', 'b'),
      'END:VCALENDAR',
      '',
    ].join('\r\n');
    const before = read(two);
    const ids = ['20260402T110000Z', '20260403T110000Z'];
    const exceptions = before.exceptions.map((one, at) => ({ ...one, recurrenceId: ids[at] ?? '' }));
    const after = write({ ...before, exceptions }, two);
    expect(after.filter((line) => line.startsWith('RECURRENCE-ID'))).toEqual(ids.map((id) => `RECURRENCE-ID:${id}`));
    expect(after.filter((line) => line.startsWith('X-OWN')).sort()).toEqual(['X-OWN:a', 'X-OWN:b']);
  });

  test('of a floating series an occurrence is named by its wall clock, and by nothing that is no time', () => {
    const local = (text: string) => ({ kind: 'floating', local: text }) as const;
    const [moved] = object.exceptions;
    const named = (recurrenceId: string): CalendarObject => ({
      ...changed(object, { start: local('2026-03-30T09:00:00'), end: local('2026-03-30T10:00:00') }),
      exceptions: moved === undefined ? [] : [{ ...moved, recurrenceId }],
    });
    expect(write(named('20260406T090000'), null)).toContain('RECURRENCE-ID:20260406T090000');
    expect(() => write(named('next Monday'), null)).toThrow('not a recurrence id: next Monday');
  });

  test('a marker is put in, and left where none is given', () => {
    expect(write(object, raw, 'sealed')).toContain('X-MERIDIAN-REF:sealed');
    const marked = write(object, raw, 'sealed').join('\r\n');
    expect(read(marked).marker).toBe('sealed');
    expect(write(read(marked), marked)).toContain('X-MERIDIAN-REF:sealed');
  });

  test('people can be written so that no server sends them anything', () => {
    const text = writeObject(object, {
      raw,
      zones,
      marker: null,
      now,
      productId,
      scheduling: { agent: 'NONE' },
    }).replaceAll('\r\n ', '');
    expect(text.match(/^(?:ATTENDEE|ORGANIZER).*$/gm)).toEqual([
      'ORGANIZER;SENT-BY="mailto:s@example.org";CN=Jane;SCHEDULE-AGENT=NONE:mailto:jane@example.org',
      'ATTENDEE;X-NUM-GUESTS=0;CN=Bob;PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.2;SCHEDULE-AGENT=NONE:mailto:bob@example.org',
      'ATTENDEE;MEMBER="mailto:a@x","mailto:b@x";SCHEDULE-AGENT=NONE:MAILTO:Carol@example.org',
    ]);
  });

  test('who is not to be told anything already is written as before', () => {
    const quiet = raw.replace('ATTENDEE;X-NUM-GUESTS=0', 'ATTENDEE;SCHEDULE-AGENT=none;X-NUM-GUESTS=0');
    const options = { raw: quiet, zones, marker: null, now, productId, scheduling: { agent: 'NONE' } } as const;
    expect(writeObject(read(quiet), options).replaceAll('\r\n ', '')).toContain(
      '\r\nATTENDEE;SCHEDULE-AGENT=none;X-NUM-GUESTS=0;CN=Bob;',
    );
  });

  test('what a server wrote twice is written once: as it is read', () => {
    const twice = raw.replace('UID:one', 'UID:one\r\nSTATUS:TENTATIVE\r\nSTATUS:CONFIRMED');
    expect(read(twice).master?.status).toBe('TENTATIVE');
    const after = write(read(twice), twice);
    const master = after.slice(0, after.indexOf('END:VEVENT'));
    expect(master.filter((line) => line.startsWith('STATUS'))).toEqual(['STATUS:TENTATIVE']);
  });

  test('METHOD goes: what is stored is no message', () => {
    expect(write(object, raw.replace('CALSCALE:GREGORIAN', 'METHOD:REQUEST')).join()).not.toContain('METHOD');
  });

  test('a component that could not be read stays as it is', () => {
    const bad = raw.replace(
      'BEGIN:X-VENDOR',
      'BEGIN:VEVENT\r\nUID:one\r\nRECURRENCE-ID:never\r\nDTSTART:20260101T000000Z\r\nX-BAD:kept\r\nEND:VEVENT\r\nBEGIN:X-VENDOR',
    );
    expect(write(read(bad), bad)).toContain('X-BAD:kept');
  });
});

describe('times', () => {
  const at = (local: string, zone: string, instant: string) =>
    ({ kind: 'zoned', local, zone, instant: Date.parse(instant) }) as const;
  const single = (start: EventContent['start'], end: EventContent['end'], change: Partial<EventContent> = {}) =>
    write({ ...changed(object, { start, end, rules: [], ...change }), exceptions: [] }, null);

  test('the second hour of an overlap is written in UTC with its zone beside it, and read back', () => {
    const second = at('2026-10-25T01:30:00', 'Europe/London', '2026-10-25T01:30:00Z');
    const lines = single(second, at('2026-10-25T02:00:00', 'Europe/London', '2026-10-25T02:00:00Z'));
    expect(lines).toContain('DTSTART;X-MERIDIAN-ZONE=Europe/London:20261025T013000Z');
    expect(lines).toContain('DTEND;TZID=Europe/London:20261025T020000');
    expect(read(lines.join('\r\n')).master?.start).toEqual(second);
  });

  test('the first hour is written as a wall clock', () => {
    const first = at('2026-10-25T01:30:00', 'Europe/London', '2026-10-25T00:30:00Z');
    expect(single(first, first)).toContain('DTSTART;TZID=Europe/London:20261025T013000');
  });

  test('of a single event the instant is the truth, of a series the wall clock', () => {
    const differing = at('2026-07-01T09:00:00', 'Europe/London', '2026-07-01T10:00:00Z');
    const end = at('2026-07-01T12:00:00', 'Europe/London', '2026-07-01T11:00:00Z');
    expect(single(differing, end)).toContain('DTSTART;TZID=Europe/London:20260701T110000');
    expect(single(differing, end, { rules: ['RRULE:FREQ=DAILY'] })).toContain(
      'DTSTART;TZID=Europe/London:20260701T090000',
    );
  });

  test('nominal days are a DURATION, no length is no DTEND, days are DATEs, floating floats', () => {
    const start = at('2026-07-01T09:00:00', 'Europe/London', '2026-07-01T08:00:00Z');
    expect(
      single(start, at('2026-07-03T09:00:00', 'Europe/London', '2026-07-03T08:00:00Z'), { nominalDays: 2 }),
    ).toContain('DURATION:P2D');
    expect(single(start, start).some((line) => line.startsWith('DTEND'))).toBe(false);
    const days = single({ kind: 'date', date: '2026-07-01' }, { kind: 'date', date: '2026-07-02' });
    expect(days).toContain('DTSTART;VALUE=DATE:20260701');
    expect(days).toContain('DTEND;VALUE=DATE:20260702');
    expect(
      single({ kind: 'floating', local: '2026-07-01T09:00:00' }, { kind: 'floating', local: '2026-07-01T10:00:00' }),
    ).toContain('DTSTART:20260701T090000');
  });

  test('an exception without a master names its occurrence in its own zone', () => {
    const [moved] = object.exceptions;
    if (moved === undefined) throw new Error('not read');
    const orphan = { ...object, master: null, exceptions: [moved] };
    const lines = write(orphan, null);
    expect(lines).toContain('RECURRENCE-ID;TZID=Europe/London:20260406T090000');
    expect(read(lines.join('\r\n'))).toMatchObject({ master: null, exceptions: [moved] });
  });
});

describe('VTIMEZONE', () => {
  const years = [2024, 2026, 2030];
  test.each(
    [
      'Europe/London',
      'America/New_York',
      'America/Sao_Paulo',
      'Africa/Casablanca',
      'Asia/Jerusalem',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'America/Santiago',
      'Africa/Cairo',
      'Europe/Dublin',
      'Etc/UTC',
      'Pacific/Apia',
    ].flatMap((zone) => [1995, ...years].map((year) => [zone, year] as const)),
  )('%s from %i on has the offsets of the zone', (zone, year) => {
    const text = writeTimeZone(zone, year, year + 10, zones);
    const [component] = parseComponents(text, defaultLimits).roots;
    const observances = component === undefined ? null : readObservances(component);
    if (observances === null) throw new Error('not read');
    const end = Date.UTC(year + 11, 0, 1);
    for (let at = Date.UTC(year, 0, 1); at < end; at += 43_200_000) {
      if (observances.offsetAt(at) !== zones.offsetAt(at, zone)) {
        throw new Error(
          `${new Date(at).toISOString()}: ${observances.offsetAt(at)} for ${zones.offsetAt(at, zone)}\n${text}`,
        );
      }
    }
  });

  test('is kept for who asks again, though not for ever', () => {
    let asked = 0;
    const counting: ZoneData = {
      version: 'test',
      spanAt: (instant, zone) => zones.spanAt(instant, zone),
      canonical: (name) => zones.canonical(name),
      localAt: (instant, zone) => zones.localAt(instant, zone),
      resolve: (local, zone) => zones.resolve(local, zone),
      startOfDay: (date, zone) => zones.startOfDay(date, zone),
      offsetAt: (instant, zone) => {
        asked += 1;
        return zones.offsetAt(instant, zone);
      },
    };
    const first = writeTimeZone('Europe/London', 2026, 2026, counting);
    const once = asked;
    expect(writeTimeZone('Europe/London', 2026, 2026, counting)).toBe(first);
    expect(asked).toBe(once);
    for (let at = 0; at < 501; at += 1) writeTimeZone('Etc/UTC', 2026, 2026, counting, `Zone ${at}`);
    const many = asked;
    expect(writeTimeZone('Europe/London', 2026, 2026, counting)).toBe(first);
    expect(asked).toBe(many + once);
  });

  test('of an event that ends thousands of years ahead is looked for no further than laws are known', () => {
    let asked = 0;
    const counting: ZoneData = {
      version: 'test',
      spanAt: (instant, zone) => {
        asked += 1;
        return zones.spanAt(instant, zone);
      },
      canonical: (name) => zones.canonical(name),
      localAt: (instant, zone) => zones.localAt(instant, zone),
      resolve: (local, zone) => zones.resolve(local, zone),
      startOfDay: (date, zone) => zones.startOfDay(date, zone),
      offsetAt: (instant, zone) => zones.offsetAt(instant, zone),
    };
    const definition = (from: number, to: number): string | undefined => {
      const object = read(
        [
          'BEGIN:VCALENDAR',
          'BEGIN:VEVENT',
          'UID:one',
          `DTSTART;TZID=Europe/Berlin:${from}0701T090000`,
          `DTEND;TZID=Europe/Berlin:${to}0701T090000`,
          'END:VEVENT',
          'END:VCALENDAR',
          '',
        ].join('\r\n'),
      );
      const text = writeObject(object, { raw: null, zones: counting, marker: null, now, productId });
      return /BEGIN:VTIMEZONE.*END:VTIMEZONE/s.exec(text)?.[0];
    };
    expect(definition(1900, 9998)).toBe(writeTimeZone('Europe/Berlin', 1900, 2100, zones).trim());
    expect(definition(2026, 9998)).toBe(writeTimeZone('Europe/Berlin', 2026, 2026, zones).trim());
    expect(definition(9000, 9998)).toMatch(/DTSTART:8999.*RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU/s);
    // Two changes a year, and the spans of 256 days that the zone data are kept in.
    expect(asked).toBeLessThan(4 * (200 + 75 + 62));
  });

  test('a zone of one rule is written as that rule', () => {
    expect(writeTimeZone('Europe/London', 2026, 2030, zones)).toBe(
      [
        'BEGIN:VTIMEZONE',
        'TZID:Europe/London',
        'X-LIC-LOCATION:Europe/London',
        'BEGIN:DAYLIGHT',
        'DTSTART:20250330T010000',
        'TZOFFSETFROM:+0000',
        'TZOFFSETTO:+0100',
        'TZNAME:+0100',
        'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
        'END:DAYLIGHT',
        'BEGIN:STANDARD',
        'DTSTART:20251026T020000',
        'TZOFFSETFROM:+0100',
        'TZOFFSETTO:+0000',
        'TZNAME:+0000',
        'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
        'END:STANDARD',
        'END:VTIMEZONE',
        '',
      ].join('\r\n'),
    );
  });
});
