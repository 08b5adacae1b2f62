import { describe, expect, test } from '@jest/globals';
import { normaliseContent, sameVisibleContent } from '../../../domain/events/content.ts';
import { readCalendar } from '../../../domain/events/icalendar/read.ts';
import type { CalendarObject } from '../../../domain/events/model.ts';
import { sha256 } from '../../../domain/events/sha256.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const context = { zones, calendarZone: 'Europe/London' };

function read(...lines: string[]): CalendarObject {
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
  const [object] = readCalendar(text, context).objects;
  if (object === undefined) throw new Error('not read');
  return object;
}

describe('exceptions compare by the occurrence that they are named for', () => {
  const named = (start: string, ...ids: string[]) =>
    read(
      ...['BEGIN:VEVENT', 'UID:one', start, 'RRULE:FREQ=DAILY', 'END:VEVENT'],
      ...ids.flatMap((id) => ['BEGIN:VEVENT', 'UID:one', `RECURRENCE-ID:${id}`, 'DTSTART:20260501T100000Z', `SUMMARY:${id.slice(0, 8)}`, 'END:VEVENT']), // biome-ignore format: one event
    );
  const withIds = (object: CalendarObject, ...ids: string[]): CalendarObject => ({
    ...object,
    exceptions: object.exceptions.map((one, at) => ({ ...one, recurrenceId: ids[at] ?? '' })),
  });
  const alike = (start: string, one: string, other: string) => {
    const object = named(start, '20260406T080000Z');
    return sameVisibleContent(withIds(object, one), withIds(object, other), context);
  };

  test.each([
    // London is an hour ahead of UTC on 6 April.
    ['in UTC, by the clock of the calendar', 'DTSTART:20260401T080000Z', '20260406T090000', '20260406T080000Z', true],
    ['in UTC, at another time', 'DTSTART:20260401T080000Z', '20260406T080000', '20260406T080000Z', false],
    ['in a zone', 'DTSTART;TZID=Asia/Tokyo:20260401T170000', '20260406T170000', '20260406T080000Z', true],
    ['floating', 'DTSTART:20260401T090000', '20260406T090000', '20260406T090000', true],
    ['floating, at another time', 'DTSTART:20260401T090000', '20260406T090000', '20260406T080000', false],
    ['by what is no time, the same', 'DTSTART:20260401T090000', 'first', 'first', true],
    ['by what is no time, another', 'DTSTART:20260401T090000', 'first', 'second', false],
  ])('%s', (_, start, one, other, same) => {
    expect(alike(start, one, other)).toBe(same);
  });

  test('in whatever order they stand', () => {
    const object = named('DTSTART:20260401T080000Z', '20260406T080000Z', '20260407T080000Z', '20260408T080000Z');
    expect(sameVisibleContent(object, { ...object, exceptions: object.exceptions.toReversed() }, context)).toBe(true);
    const [first, ...others] = object.exceptions;
    const swapped = withIds({ ...object, exceptions: first === undefined ? [] : [...others, first] }, ...object.exceptions.map((one) => one.recurrenceId)); // biome-ignore format: one object
    expect(sameVisibleContent(object, swapped, context)).toBe(false);
  });
});

test('a time in a zone that the zone data in force have no name for stays as it was read', () => {
  const { master } = read('BEGIN:VEVENT', 'UID:one', 'DTSTART:20260401T080000Z', 'END:VEVENT');
  if (master === null) throw new Error('not read');
  const start = { kind: 'zoned', local: '2026-04-01T09:00:00', zone: 'Mars/Olympus', instant: 1_000 } as const;
  expect(normaliseContent({ ...master, start, end: start }, context)).toMatchObject({ start, end: start });
});

const head = ['UID:full-1@meridian', 'DTSTAMP:20261122T120000Z', 'SEQUENCE:0'];

/** As it was sent … */
const sent = read(
  'BEGIN:VEVENT',
  ...head,
  'DTSTART;TZID=Europe/London:20260330T090000',
  'DURATION:P1D',
  'RRULE:FREQ=WEEKLY;BYDAY=WE,MO;UNTIL=20270101T000000Z',
  'RDATE;TZID=Europe/London:20260502T090000',
  'EXDATE;TZID=Europe/London:20260413T090000,20260415T090000',
  'SUMMARY:Grüße 😀 a\\, b\\; c \\\\ d',
  'DESCRIPTION:line one  \\nline two\\n\\n  end  ',
  'LOCATION:Room 1',
  'GEO:48.858093;2.294694',
  'STATUS:CONFIRMED',
  'TRANSP:OPAQUE',
  'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
  'CLASS:PRIVATE',
  'URL:https://example.org/a?b=c,d;e',
  'COLOR:tomato',
  'X-APPLE-CALENDAR-COLOR:#FE6348',
  'CATEGORIES:x,y\\,z',
  'ORGANIZER;CN=Alice:mailto:alice@example.test',
  'ATTENDEE;CN="Bob, ^\'B^\'";CUTYPE=INDIVIDUAL;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:Bob@Example.org',
  'ATTENDEE:mailto:carol@example.org',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'DESCRIPTION:x',
  'TRIGGER:-PT15M',
  'END:VALARM',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'DESCRIPTION:x',
  'TRIGGER:-PT1440M',
  'END:VALARM',
  'END:VEVENT',
  'BEGIN:VEVENT',
  ...head,
  'RECURRENCE-ID;TZID=Europe/London:20260406T090000',
  'DTSTART;TZID=America/New_York:20261101T013000',
  'DTEND;TZID=Europe/London:20261101T100000',
  'SUMMARY:moved',
  'STATUS:TENTATIVE',
  'END:VEVENT',
);

/** … and as three servers gave it back: properties sorted, alarms in days, values parted, spaces trimmed, answers of the scheduler put in. */
const answers = {
  radicale: read(
    'BEGIN:VEVENT',
    'UID:full-1@meridian',
    'DTSTART;TZID=Europe/London:20260330T090000',
    'DURATION:P1D',
    'ATTENDEE;CN="Bob, ^\'B^\'";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=OPT-PARTI\r\n CIPANT:mailto:Bob@Example.org',
    'ATTENDEE:mailto:carol@example.org',
    'CATEGORIES:x,y\\,z',
    'CLASS:PRIVATE',
    'COLOR:tomato',
    'CREATED:20261122T120000Z',
    'DESCRIPTION:line one  \\nline two\\n\\n  end  ',
    'DTSTAMP:20261122T120000Z',
    'EXDATE;TZID=Europe/London:20260413T090000,20260415T090000',
    'GEO:48.858093;2.294694',
    'LOCATION:Room 1',
    'ORGANIZER;CN=Alice:mailto:alice@example.test',
    'RDATE;TZID=Europe/London:20260502T090000',
    'RRULE:FREQ=WEEKLY;BYDAY=WE,MO;UNTIL=20270101T000000Z',
    'STATUS:CONFIRMED',
    'SUMMARY:Grüße 😀 a\\, b\\; c \\\\ d',
    'TRANSP:OPAQUE',
    'URL:https://example.org/a?b=c,d;e',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:x',
    'TRIGGER:-PT15M',
    'END:VALARM',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:x',
    'TRIGGER:-P1D',
    'END:VALARM',
    'X-APPLE-CALENDAR-COLOR:#FE6348',
    'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
    'END:VEVENT',
    'BEGIN:VEVENT',
    'UID:full-1@meridian',
    'RECURRENCE-ID;TZID=Europe/London:20260406T090000',
    'DTSTART;TZID=America/New_York:20261101T013000',
    'DTEND;TZID=Europe/London:20261101T100000',
    'STATUS:TENTATIVE',
    'SUMMARY:moved',
    'TRANSP:OPAQUE',
    'END:VEVENT',
  ),
  xandikos: read(
    'BEGIN:VEVENT',
    'SUMMARY:moved',
    'DTSTART;TZID=America/New_York:20261101T013000',
    'DTEND;TZID=Europe/London:20261101T100000',
    'UID:full-1@meridian',
    'RECURRENCE-ID;TZID=Europe/London:20260406T090000',
    'SEQUENCE:0',
    'STATUS:TENTATIVE',
    'TRANSP:OPAQUE',
    'END:VEVENT',
    'BEGIN:VEVENT',
    'SUMMARY:Grüße 😀 a\\, b\\; c \\\\ d',
    'DTSTART;TZID=Europe/London:20260330T090000',
    'DURATION:P1D',
    'UID:full-1@meridian',
    'SEQUENCE:0',
    'RRULE:FREQ=WEEKLY;UNTIL=20270101T000000Z;BYDAY=WE,MO',
    'RDATE;TZID=Europe/London:20260502T090000',
    'EXDATE;TZID=Europe/London:20260413T090000,20260415T090000',
    'ATTENDEE:mailto:carol@example.org',
    'ATTENDEE;CN="Bob, ^\'B^\'";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT:mailto:Bob@Example.org',
    'CATEGORIES:x,y,z',
    'CLASS:PRIVATE',
    'COLOR:tomato',
    'DESCRIPTION:line one  \\nline two\\n\\n  end  ',
    'GEO:48.858093;2.294694',
    'LOCATION:Room 1',
    'ORGANIZER;CN=Alice:mailto:alice@example.test',
    'STATUS:CONFIRMED',
    'TRANSP:OPAQUE',
    'URL:https://example.org/a?b=c,d;e',
    'X-APPLE-CALENDAR-COLOR:#FE6348',
    'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:x',
    'TRIGGER:-P1D',
    'END:VALARM',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:x',
    'TRIGGER:-PT15M',
    'END:VALARM',
    'END:VEVENT',
  ),
  cyrus: read(
    'BEGIN:VEVENT',
    'UID:full-1@meridian',
    'DTSTART;TZID=Europe/London:20260330T090000',
    'DURATION:P1D',
    'RRULE:FREQ=WEEKLY;UNTIL=20270101T000000Z;BYDAY=MO,WE',
    'RDATE;TZID=Europe/London:20260502T090000',
    'EXDATE;TZID=Europe/London:20260413T090000',
    'EXDATE;TZID=Europe/London:20260415T090000',
    'SUMMARY:Grüße 😀 a\\, b\\; c \\\\ d',
    'DESCRIPTION:line one  \\nline two\\n\\n  end',
    'LOCATION:Room 1',
    'GEO:48.858093;2.294694',
    'STATUS:CONFIRMED',
    'TRANSP:OPAQUE',
    'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
    'CLASS:PRIVATE',
    'URL:https://example.org/a?b=c,d;e',
    'COLOR:tomato',
    'X-APPLE-CALENDAR-COLOR:#FE6348',
    'CATEGORIES:x',
    'CATEGORIES:y',
    'CATEGORIES:z',
    'ORGANIZER;CN=Alice:mailto:alice@example.test',
    'ATTENDEE;CN="Bob, ^\'B^\'";CUTYPE=INDIVIDUAL;ROLE=OPT-PARTICIPANT;\r\n PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.1:mailto:Bob@Example.org',
    'ATTENDEE;SCHEDULE-STATUS=1.2:mailto:carol@example.org',
    'DTSTAMP:20261122T120005Z',
    'LAST-MODIFIED:20261122T120005Z',
    'SEQUENCE:1',
    'BEGIN:VALARM',
    'UID:9A3C',
    'ACTION:DISPLAY',
    'DESCRIPTION:x',
    'TRIGGER:-PT15M',
    'ACKNOWLEDGED:20261122T120000Z',
    'END:VALARM',
    'BEGIN:VALARM',
    'UID:9A3D',
    'ACTION:DISPLAY',
    'DESCRIPTION:x',
    'TRIGGER:-PT1440M',
    'END:VALARM',
    'END:VEVENT',
    // A recurrence id in UTC means the same occurrence.
    'BEGIN:VEVENT',
    'UID:full-1@meridian',
    'RECURRENCE-ID:20260406T080000Z',
    'DTSTART;TZID=America/New_York:20261101T013000',
    'DTEND;TZID=Europe/London:20261101T100000',
    'SUMMARY:moved',
    'STATUS:TENTATIVE',
    'TRANSP:OPAQUE',
    'END:VEVENT',
  ),
};

describe('an echo', () => {
  test.each(Object.entries(answers))('%s gave back what was sent', (_, answer) => {
    expect(sameVisibleContent(answer, sent, context)).toBe(true);
  });

  test('is known when a server drops the zone beside the second hour of an overlap', () => {
    const start = (line: string) => read('BEGIN:VEVENT', ...head, line, 'END:VEVENT');
    const written = start('DTSTART;X-MERIDIAN-ZONE=Europe/London:20261025T013000Z');
    expect(sameVisibleContent(written, start('DTSTART:20261025T013000Z'), context)).toBe(true);
    expect(sameVisibleContent(written, start('DTSTART:20261025T003000Z'), context)).toBe(false);
  });

  test('is known when a server writes UTC where the zone Etc/UTC was named, in a series too', () => {
    const series = (start: string, rest: string[]) =>
      read('BEGIN:VEVENT', ...head, start, 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=9', ...rest);
    const named = series('DTSTART;TZID=Etc/UTC:20260330T090000', [
      'EXDATE;TZID=Etc/UTC:20260401T090000',
      'END:VEVENT',
      ...['BEGIN:VEVENT', ...head, 'RECURRENCE-ID;TZID=Etc/UTC:20260402T090000'],
      ...['DTSTART;TZID=Etc/UTC:20260402T100000', 'DURATION:PT1H', 'END:VEVENT'],
    ]);
    const plain = series('DTSTART:20260330T090000Z', [
      'EXDATE:20260401T090000Z',
      'END:VEVENT',
      ...['BEGIN:VEVENT', ...head, 'RECURRENCE-ID:20260402T090000Z'],
      ...['DTSTART:20260402T100000Z', 'DURATION:PT1H', 'END:VEVENT'],
    ]);
    expect(sameVisibleContent(named, plain, context)).toBe(true);
  });

  test('is known under an alias of the zone', () => {
    const start = (zone: string) =>
      read('BEGIN:VEVENT', ...head, `DTSTART;TZID=${zone}:20260330T090000`, 'RRULE:FREQ=DAILY', 'END:VEVENT');
    expect(sameVisibleContent(start('GMT Standard Time'), start('Europe/London'), context)).toBe(true);
  });
});

describe('a change', () => {
  const master = sent.master;
  if (master === null) throw new Error('not read');
  const [bob, carol] = master.attendees;
  if (bob === undefined || carol === undefined) throw new Error('not read');
  test.each([
    ['summary', { summary: 'New' }],
    ['description', { description: 'line one line two' }],
    [
      'start',
      {
        start: {
          kind: 'zoned',
          local: '2026-03-30T10:00:00',
          zone: 'Europe/London',
          instant: Date.parse('2026-03-30T09:00:00Z'),
        },
      },
    ],
    [
      'zone',
      {
        start: {
          kind: 'zoned',
          local: '2026-03-30T09:00:00',
          zone: 'Europe/Dublin',
          instant: Date.parse('2026-03-30T08:00:00Z'),
        },
      },
    ],
    ['days', { nominalDays: 2 }],
    ['status', { status: 'CANCELLED' }],
    ['busy status', { busyStatus: 'BUSY' }],
    ['visibility', { visibility: 'PUBLIC' }],
    ['place', { location: { description: 'Room 2', latitude: 48.858093, longitude: 2.294694 } }],
    ['coordinates', { location: { description: 'Room 1', latitude: 48.8581, longitude: 2.294694 } }],
    ['url', { url: null }],
    ['colour', { color: '#FE6349' }],
    ['category', { categories: ['x'] }],
    ['organizer', { organizer: null }],
    ['attendee', { attendees: [bob] }],
    ['answer', { attendees: [bob, { ...carol, status: 'ACCEPTED' }] }],
    ['name', { attendees: [bob, { ...carol, name: 'Carol' }] }],
    ['reminder', { reminders: [{ minutes: 15 }] }],
    ['rule', { rules: ['RRULE:FREQ=WEEKLY;BYDAY=WE'] }],
  ] as const)('of the %s is one', (_, change) => {
    const changed = { ...sent, master: { ...master, ...change } };
    expect(sameVisibleContent(changed, sent, context)).toBe(false);
  });

  test('of an exception is one: gone, moved, of another occurrence', () => {
    const [exception] = sent.exceptions;
    if (exception === undefined) throw new Error('not read');
    expect(sameVisibleContent({ ...sent, exceptions: [] }, sent, context)).toBe(false);
    expect(
      sameVisibleContent({ ...sent, exceptions: [{ ...exception, recurrenceId: '20260408T090000' }] }, sent, context),
    ).toBe(false);
    expect(
      sameVisibleContent(
        { ...sent, exceptions: [{ ...exception, content: { ...exception.content, summary: 'x' } }] },
        sent,
        context,
      ),
    ).toBe(false);
  });
});

describe('the normal form', () => {
  const base = sent.master;
  if (base === null) throw new Error('not read');
  test('of texts and lists', () => {
    expect(
      normaliseContent(
        {
          ...base,
          summary: '',
          description: 'a\r\nb\u0000c\ud800',
          categories: [' a ', 'a', ''],
          reminders: [{ minutes: 5 }, { minutes: 5 }],
          location: { description: '', latitude: 1, longitude: null },
        },
        context,
      ),
    ).toMatchObject({
      summary: null,
      description: 'a\nbc\ufffd',
      categories: ['a'],
      reminders: [{ minutes: 5 }],
      location: null,
    });
  });

  test('of times: a single event goes by its instant, a series by its wall clock', () => {
    const start = {
      kind: 'zoned',
      local: '2026-07-01T09:00:00',
      zone: 'europe/london',
      instant: Date.parse('2026-07-01T09:00:00Z'),
    } as const;
    expect(normaliseContent({ ...base, start, rules: [] }, context).start).toEqual({
      ...start,
      zone: 'Europe/London',
      local: '2026-07-01T10:00:00',
    });
    expect(normaliseContent({ ...base, start }, context).start).toEqual({
      ...start,
      zone: 'Europe/London',
      instant: Date.parse('2026-07-01T08:00:00Z'),
    });
  });

  test('is its own normal form', () => {
    const normal = normaliseContent(base, context);
    expect(normaliseContent(normal, context)).toEqual(normal);
    expect(normal).toEqual(base);
  });
});

test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['a'.repeat(1_000), '41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3'],
])('SHA-256 of %j', (text, digest) => {
  expect(sha256(text)).toBe(digest);
});
