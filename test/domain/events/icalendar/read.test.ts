import { describe, expect, test } from '@jest/globals';
import { type ReadOptions, readCalendar } from '../../../../domain/events/icalendar/read.ts';
import type { EventContent } from '../../../../domain/events/model.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const london: ReadOptions = { zones, calendarZone: 'Europe/London' };

function calendar(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

function event(...lines: string[]): string {
  return calendar('BEGIN:VEVENT', 'UID:one', ...lines, 'END:VEVENT');
}

function master(...lines: string[]): EventContent {
  const reading = readCalendar(event(...lines), london);
  expect(reading.skipped).toEqual([]);
  const content = reading.objects[0]?.master;
  if (content == null) throw new Error('not read');
  return content;
}

function refusal(...lines: string[]): string {
  const reading = readCalendar(event(...lines), london);
  expect(reading.objects).toEqual([]);
  expect(reading.skipped).toHaveLength(1);
  expect(reading.skipped[0]).toMatchObject({ uid: 'one', line: 3 });
  return reading.skipped[0]?.reason ?? '';
}

const at = (text: string) => Date.parse(text);

describe('times', () => {
  test('a wall clock in a zone has its instant', () => {
    const { start, end } = master(
      'DTSTART;TZID=America/New_York:20260701T090000',
      'DTEND;TZID=Europe/Paris:20260701T160000',
    );
    expect(start).toEqual({
      kind: 'zoned',
      local: '2026-07-01T09:00:00',
      zone: 'America/New_York',
      instant: at('2026-07-01T13:00:00Z'),
    });
    expect(end).toEqual({
      kind: 'zoned',
      local: '2026-07-01T16:00:00',
      zone: 'Europe/Paris',
      instant: at('2026-07-01T14:00:00Z'),
    });
  });

  test('a wall clock in a gap is kept as written, and stands for the instant of the offset before', () => {
    expect(master('DTSTART;TZID=Europe/London:20260329T013000').start).toEqual({
      kind: 'zoned',
      local: '2026-03-29T01:30:00',
      zone: 'Europe/London',
      instant: at('2026-03-29T01:30:00Z'),
    });
  });

  test('UTC, floating and all-day', () => {
    expect(master('DTSTART:20260701T090000Z').start).toEqual({ kind: 'utc', instant: at('2026-07-01T09:00:00Z') });
    expect(master('DTSTART:20260701T090000').start).toEqual({ kind: 'floating', local: '2026-07-01T09:00:00' });
    expect(master('DTSTART;VALUE=DATE:20260701').start).toEqual({ kind: 'date', date: '2026-07-01' });
    expect(master('DTSTART:20260701').start).toEqual({ kind: 'date', date: '2026-07-01' });
    expect(master('DTSTART;VALUE=DATE:20260701T000000').start).toEqual({ kind: 'date', date: '2026-07-01' });
  });

  test.each([
    ['no end', [], '2026-07-02'],
    ['an end on its first day', ['DTEND;VALUE=DATE:20260701'], '2026-07-02'],
    ['an end', ['DTEND;VALUE=DATE:20260704'], '2026-07-04'],
    ['a duration', ['DURATION:P1W'], '2026-07-08'],
    ['a duration of hours', ['DURATION:PT36H'], '2026-07-03'],
    ['no duration', ['DURATION:PT0S'], '2026-07-02'],
  ])('an all-day event with %s', (_, lines, end) => {
    expect(master('DTSTART;VALUE=DATE:20260701', ...lines).end).toEqual({ kind: 'date', date: end });
  });

  test('a timed event without an end has no length', () => {
    const { start, end } = master('DTSTART:20260701T090000Z');
    expect(end).toEqual(start);
  });

  test('an instant or a wall clock under VALUE=DATE means its day as it is written', () => {
    for (const value of ['20260701T233000Z', '20260701T233000']) {
      const { start, end } = master(`DTSTART;VALUE=DATE:${value}`);
      expect(start).toEqual({ kind: 'date', date: '2026-07-01' });
      expect(end).toEqual({ kind: 'date', date: '2026-07-02' });
    }
  });

  test('a duration of whole days is nominal, others are exact', () => {
    const nominal = master('DTSTART;TZID=Europe/London:20260328T120000', 'DURATION:P1D');
    expect(nominal.nominalDays).toBe(1);
    expect(nominal.end).toMatchObject({ local: '2026-03-29T12:00:00', instant: at('2026-03-29T11:00:00Z') });
    const exact = master('DTSTART;TZID=Europe/London:20260328T120000', 'DURATION:PT24H');
    expect(exact.nominalDays).toBeNull();
    expect(exact.end).toMatchObject({ local: '2026-03-29T13:00:00', instant: at('2026-03-29T12:00:00Z') });
    const mixed = master('DTSTART;TZID=Europe/London:20260328T120000', 'DURATION:P1DT1H');
    expect(mixed.nominalDays).toBeNull();
    expect(mixed.end).toMatchObject({ local: '2026-03-29T13:00:00' });
  });

  test.each([
    [['SUMMARY:x'], 'expected a DTSTART, came none'],
    [['DTSTART:someday'], 'expected a DATE or DATE-TIME as DTSTART, came "someday"'],
    [['DTSTART:20260230T100000'], 'expected a DATE or DATE-TIME as DTSTART, came "20260230T100000"'],
    [['DTSTART:20260301T100000Z', 'DTEND:2026'], 'expected a DATE or DATE-TIME as DTEND, came "2026"'],
    [
      ['DTSTART:20260301T100000Z', 'DTEND:20260301T095959Z'],
      'expected DTEND at or after DTSTART, came "20260301T095959Z" before "20260301T100000Z"',
    ],
    [
      ['DTSTART;VALUE=DATE:20260301', 'DTEND;VALUE=DATE:20260228'],
      'expected DTEND at or after DTSTART, came "20260228" before "20260301"',
    ],
    [
      ['DTSTART;VALUE=DATE:20260301', 'DTEND:20260302T100000Z'],
      'expected DTEND to be a DATE like DTSTART, came a DATE-TIME "20260302T100000Z"',
    ],
    [['DTSTART;VALUE=DATE:99991231'], 'expected a DATE or DATE-TIME as DTSTART, came "99991231"'],
    [['DTSTART:00010101T000000Z'], 'expected a DATE or DATE-TIME as DTSTART, came "00010101T000000Z"'],
    [
      ['DTSTART:90260301T100000Z', 'DURATION:P999999D'],
      'expected a DURATION that ends before the year 10000, came "P999999D"',
    ],
    [['DTSTART:20260301T100000Z', 'DURATION:-PT1H'], 'expected a DURATION of zero or more, came "-PT1H"'],
    [['DTSTART:20260301T100000Z', 'DURATION:long'], 'expected a DURATION of zero or more, came "long"'],
    [
      ['DTSTART:20260301T100000Z', 'RRULE:FREQ=FORTNIGHTLY'],
      'expected a FREQ of SECONDLY to YEARLY in RRULE, came "FREQ=FORTNIGHTLY"',
    ],
    [['DTSTART:20260301T100000Z', 'RRULE:INTERVAL=2'], 'expected FREQ in RRULE, came "INTERVAL=2"'],
    [
      ['DTSTART:20260301T100000Z', 'RRULE:FREQ=DAILY;COUNT=0'],
      'expected a COUNT of 1 or more in RRULE, came "COUNT=0"',
    ],
    [
      ['DTSTART:20260301T100000Z', 'RRULE:FREQ=DAILY;BYDAY=XX'],
      'expected a list of valid BYDAY values in RRULE, came "BYDAY=XX"',
    ],
    [['DTSTART:20260301T100000Z', 'EXDATE:never'], 'expected a DATE or DATE-TIME in EXDATE, came "never"'],
    [
      ['DTSTART:20260301T100000Z', 'RECURRENCE-ID:never'],
      'expected a DATE or DATE-TIME as RECURRENCE-ID, came "never"',
    ],
  ])('%j is named: %s', (lines, reason) => {
    expect(refusal(...lines)).toBe(reason);
  });
});

describe('time zones', () => {
  const custom = (id: string, ...extra: string[]) => [
    'BEGIN:VTIMEZONE',
    `TZID:${id}`,
    ...extra,
    'BEGIN:DAYLIGHT',
    'DTSTART:20070311T020000',
    'TZOFFSETFROM:-0500',
    'TZOFFSETTO:-0400',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
    'END:DAYLIGHT',
    'BEGIN:STANDARD',
    'DTSTART:20071104T020000',
    'TZOFFSETFROM:-0400',
    'TZOFFSETTO:-0500',
    'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
    'END:STANDARD',
    'END:VTIMEZONE',
  ];
  const read = (definition: string[], start: string, ...lines: string[]) => {
    const text = calendar(...definition, 'BEGIN:VEVENT', 'UID:one', `DTSTART;${start}`, ...lines, 'END:VEVENT');
    const reading = readCalendar(text, london);
    return { start: reading.objects[0]?.master?.start, warnings: reading.warnings };
  };

  test('an IANA name, also behind a prefix, means our data and not the definition in the file', () => {
    const lying = custom('/freeassociation.sourceforge.net/Europe/Berlin');
    const { start, warnings } = read(lying, 'TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260701T090000');
    expect(start).toMatchObject({ zone: 'Europe/Berlin', instant: at('2026-07-01T07:00:00Z') });
    expect(warnings).toEqual([]);
  });

  test("a Windows name is CLDR's", () => {
    expect(read([], 'TZID=W. Europe Standard Time:20260701T090000').start).toMatchObject({ zone: 'Europe/Berlin' });
  });

  test('another name means the zone that has the same offsets, the one that the file hints at first', () => {
    expect(read(custom('My Office'), 'TZID=My Office:20260701T090000', 'RRULE:FREQ=WEEKLY').start).toMatchObject({
      zone: 'America/New_York',
      instant: at('2026-07-01T13:00:00Z'),
    });
    const hinted = custom('My Office', 'X-LIC-LOCATION:America/Toronto');
    expect(read(hinted, 'TZID=My Office:20260701T090000').start).toMatchObject({ zone: 'America/Toronto' });
  });

  test('a name with a comma is escaped in the definition and quoted where it is used', () => {
    const { start, warnings } = read(custom('Office\\, 3rd floor'), 'TZID="Office, 3rd floor":20260701T090000');
    expect(start).toMatchObject({ instant: at('2026-07-01T13:00:00Z') });
    expect(warnings).toEqual([]);
  });

  const nowhere = [
    'BEGIN:VTIMEZONE',
    'TZID:Ship',
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    'TZOFFSETFROM:+0117',
    'TZOFFSETTO:+0117',
    'END:STANDARD',
    'END:VTIMEZONE',
  ];

  test('offsets that no zone has make a single event an instant', () => {
    const { start, warnings } = read(nowhere, 'TZID=Ship:20260701T090000');
    expect(start).toEqual({ kind: 'utc', instant: at('2026-07-01T07:43:00Z') });
    expect(warnings).toEqual([]);
  });

  test("and a series needs the calendar's zone, said in a warning", () => {
    const { start, warnings } = read(nowhere, 'TZID=Ship:20260701T090000', 'RRULE:FREQ=DAILY');
    expect(start).toMatchObject({ kind: 'zoned', zone: 'Europe/London', instant: at('2026-07-01T08:00:00Z') });
    expect(warnings).toEqual([
      {
        uid: 'one',
        line: 11,
        code: 'TIME_ZONE_SUBSTITUTED',
        message: 'The time zone "Ship" is unknown and not usably defined; its times are read in Europe/London.',
      },
    ]);
  });

  test("an unknown name without a definition means the calendar's zone, else the document's, else UTC", () => {
    expect(read([], 'TZID=Middle/Earth:20260701T090000').start).toMatchObject({ zone: 'Europe/London' });
    const text = (...header: string[]) =>
      calendar(...header, 'BEGIN:VEVENT', 'UID:one', 'DTSTART;TZID=Middle/Earth:20260701T090000', 'END:VEVENT');
    const start = (document: string) => readCalendar(document, { zones, calendarZone: null }).objects[0]?.master?.start;
    expect(start(text('X-WR-TIMEZONE:Asia/Tokyo'))).toMatchObject({ zone: 'Asia/Tokyo' });
    expect(start(text())).toMatchObject({ zone: 'Etc/UTC' });
  });

  test('an old American zone whose law has changed since is found by the years of the event', () => {
    const old = custom('Eastern').map((line) =>
      line
        .replace('BYMONTH=3;BYDAY=2SU', 'BYMONTH=4;BYDAY=1SU')
        .replace('BYMONTH=11;BYDAY=1SU', 'BYMONTH=10;BYDAY=-1SU')
        .replace('20070311', '19870405')
        .replace('20071104', '19871025'),
    );
    expect(read(old, 'TZID=Eastern:20050411T090000', 'RRULE:FREQ=DAILY;COUNT=5').start).toMatchObject({
      zone: 'America/New_York',
      instant: at('2005-04-11T13:00:00Z'),
    });
  });
});

describe('what an event says', () => {
  const plain = ['DTSTART:20260701T090000Z'];

  test.each([
    [[], 'BUSY'],
    [['TRANSP:OPAQUE'], 'BUSY'],
    [['TRANSP:TRANSPARENT'], 'FREE'],
    [['X-MICROSOFT-CDO-BUSYSTATUS:OOF'], 'OUT_OF_OFFICE'],
    [['TRANSP:OPAQUE', 'X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE'], 'TENTATIVE'],
    [['X-MICROSOFT-CDO-INTENDEDSTATUS:WORKINGELSEWHERE'], 'WORKING_ELSEWHERE'],
    [['X-MICROSOFT-CDO-BUSYSTATUS:FREE'], 'FREE'],
    [['TRANSP:TRANSPARENT', 'X-MICROSOFT-CDO-BUSYSTATUS:BUSY'], 'FREE'],
    [['TRANSP:OPAQUE', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE'], 'BUSY'],
    [['X-MICROSOFT-CDO-BUSYSTATUS:constructor'], 'BUSY'],
  ])('%j is %s', (lines, busyStatus) => {
    expect(master(...plain, ...lines).busyStatus).toBe(busyStatus);
  });

  test.each([
    [[], 'DEFAULT'],
    [['CLASS:PUBLIC'], 'PUBLIC'],
    [['CLASS:confidential'], 'CONFIDENTIAL'],
    [['CLASS:X-SECRET'], 'PRIVATE'],
  ])('%j is visible as %s', (lines, visibility) => {
    expect(master(...plain, ...lines).visibility).toBe(visibility);
  });

  test.each([
    [['LOCATION:Room 1\\, left'], { description: 'Room 1, left', latitude: null, longitude: null }],
    [['GEO:48.85;2.35'], { description: null, latitude: 48.85, longitude: 2.35 }],
    [['GEO:48.85\\;2.35'], { description: null, latitude: 48.85, longitude: 2.35 }],
    [['GEO:91;0', 'LOCATION:x'], { description: 'x', latitude: null, longitude: null }],
    [['GEO:north'], null],
    [['LOCATION:'], null],
  ])('%j is at %j', (lines, location) => {
    expect(master(...plain, ...lines).location).toEqual(location);
  });

  test.each([
    [['COLOR:tomato'], '#FF6347'],
    [['COLOR:#12abEF'], '#12ABEF'],
    [['X-APPLE-CALENDAR-COLOR:#12abEFff'], '#12ABEF'],
    [['COLOR:red', 'X-APPLE-CALENDAR-COLOR:#FE0101'], '#FE0101'],
    [['COLOR:blue', 'X-APPLE-CALENDAR-COLOR:#FE0101'], '#0000FF'],
    [['COLOR:constructor'], null],
  ])('%j is %s', (lines, color) => {
    expect(master(...plain, ...lines).color).toBe(color);
  });

  test('people', () => {
    const content = master(
      ...plain,
      'ORGANIZER;CN="Doe, Jane":MAILTO:Jane@Example.org',
      "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT;CN=Bob ^^'the builder^':mailto:bob@example.org",
      'ATTENDEE;MEMBER="mailto:a@x","mailto:b@x","mailto:c@x":mailto:carol@example.org',
      'ATTENDEE;CUTYPE=ROOM;PARTSTAT=X-MAYBE:urn:uuid:1234',
      'ATTENDEE:mailto:BOB@example.org',
      'ATTENDEE:dave@example.org',
    );
    expect(content.organizer).toEqual({ uri: 'MAILTO:Jane@Example.org', email: 'jane@example.org', name: 'Doe, Jane' });
    expect(content.attendees).toEqual([
      {
        uri: 'mailto:bob@example.org',
        email: 'bob@example.org',
        name: 'Bob ^\'the builder"',
        status: 'ACCEPTED',
        optional: true,
        resource: false,
      },
      {
        uri: 'mailto:carol@example.org',
        email: 'carol@example.org',
        name: null,
        status: 'NEEDS_ACTION',
        optional: false,
        resource: false,
      },
      { uri: 'urn:uuid:1234', email: null, name: null, status: 'NEEDS_ACTION', optional: false, resource: true },
      {
        uri: 'mailto:dave@example.org',
        email: 'dave@example.org',
        name: null,
        status: 'NEEDS_ACTION',
        optional: false,
        resource: false,
      },
    ]);
  });

  test('an address that says nobody leaves its URI alone', () => {
    const [attendee] = master('DTSTART:20260701T090000Z', 'ATTENDEE;CN=Somebody:mailto:').attendees;
    expect(attendee).toMatchObject({ uri: 'mailto:', email: null, name: 'Somebody' });
    const { organizer } = master('DTSTART:20260701T090000Z', 'ORGANIZER:mailto:Jane@Example.org?subject=a?b');
    expect(organizer).toMatchObject({ email: 'jane@example.org', name: null });
  });

  test('where it is joined', () => {
    const { conferencing } = master('DTSTART:20260701T090000Z', 'CONFERENCE;VALUE=URI;LABEL=Zoom:https://zoom.us/j/1');
    expect(conferencing).toEqual({ joinUrl: 'https://zoom.us/j/1', providerName: 'Zoom' });
    expect(master('DTSTART:20260701T090000Z', 'CONFERENCE:tel:+1')).not.toHaveProperty('conferencing');
  });

  test('what is free by TRANSP is free, but for who works elsewhere', () => {
    const busy = (...lines: string[]) => master('DTSTART:20260701T090000Z', ...lines).busyStatus;
    expect(busy('TRANSP:TRANSPARENT', 'X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE')).toBe('WORKING_ELSEWHERE');
    expect(busy('TRANSP:TRANSPARENT', 'X-MICROSOFT-CDO-BUSYSTATUS:OOF')).toBe('FREE');
    expect(busy('TRANSP:OPAQUE', 'X-MICROSOFT-CDO-BUSYSTATUS:OOF')).toBe('OUT_OF_OFFICE');
    expect(busy('TRANSP:OPAQUE', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE')).toBe('BUSY');
  });

  test('an alarm at a time of its own counts from the start, without a zone by the clock of the calendar', () => {
    const minutes = (trigger: string) =>
      master(
        'DTSTART:20260701T090000Z',
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        `TRIGGER;VALUE=DATE-TIME:${trigger}`,
        'END:VALARM',
      ).reminders;
    expect(minutes('20260701T083000Z')).toEqual([{ minutes: 30 }]);
    // London is an hour ahead of UTC then.
    expect(minutes('20260701T083000')).toEqual([{ minutes: 90 }]);
    expect(minutes('20260701T090000Z')).toEqual([{ minutes: 0 }]);
    expect(minutes('20260701T090100Z')).toEqual([]);
  });

  test('categories are split at commas that are not escaped', () => {
    expect(master(...plain, 'CATEGORIES:a,b\\,c, a ,', 'CATEGORIES:d').categories).toEqual(['a', 'b,c', 'd']);
  });

  const alarm = (...lines: string[]) => ['BEGIN:VALARM', 'ACTION:DISPLAY', ...lines, 'END:VALARM'];
  test.each([
    [alarm('TRIGGER:-PT15M'), [15]],
    [alarm('TRIGGER:-P1DT30M'), [1470]],
    [alarm('TRIGGER:PT0S'), [0]],
    [alarm('TRIGGER:PT5M'), []],
    [alarm('TRIGGER;RELATED=END:-PT90M'), [30]],
    [alarm('TRIGGER;VALUE=DATE-TIME:20260701T083000Z'), [30]],
    [
      [...alarm('TRIGGER:-PT15M'), ...alarm('TRIGGER:-PT5M'), ...alarm('TRIGGER:-PT15M')],
      [15, 5],
    ],
    [['BEGIN:VALARM', 'ACTION:NONE', 'TRIGGER;VALUE=DATE-TIME:19760401T005545Z', 'END:VALARM'], []],
    [alarm('TRIGGER:-PT3M', 'RELATED-TO;RELTYPE=SNOOZE:x'), []],
    [alarm('TRIGGER:soon'), []],
  ])('%j reminds %j minutes before', (lines, minutes) => {
    const { reminders } = master(...plain, 'DTEND:20260701T100000Z', ...lines);
    expect(reminders.map((reminder) => reminder.minutes)).toEqual(minutes);
  });

  test("the marker, SEQUENCE and stamps are the object's", () => {
    const [object] = readCalendar(
      event(
        ...plain,
        'X-MERIDIAN-REF:sealed',
        'SEQUENCE:3',
        'DTSTAMP:20260101T000000Z',
        'CREATED:20250101T000000Z',
        'LAST-MODIFIED:20260102T000000Z',
      ),
      london,
    ).objects;
    expect(object).toMatchObject({
      marker: 'sealed',
      sequence: 3,
      stampedAt: at('2026-01-01T00:00:00Z'),
      createdAt: at('2025-01-01T00:00:00Z'),
      updatedAt: at('2026-01-02T00:00:00Z'),
    });
  });
});

describe('rules', () => {
  test("stand in the series' own kind of time, sorted, once", () => {
    expect(
      master(
        'DTSTART;TZID=Europe/London:20260330T090000',
        'RRULE:freq=weekly;Interval=1;byday=mo,we;UNTIL=20260601T090000;WKST=MO;',
        'EXDATE:20260406T080000Z,20260408T080000Z',
        'EXDATE;TZID=Europe/Paris:20260408T100000',
        'EXDATE;VALUE=DATE:20260413',
        'RDATE;VALUE=PERIOD:20260502T090000Z/PT2H',
        'RDATE;TZID=Europe/London:20260501T090000',
      ).rules,
    ).toEqual([
      'RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260601T080000Z',
      'RDATE;TZID=Europe/London:20260501T090000',
      'RDATE;VALUE=PERIOD;TZID=Europe/London:20260502T100000/PT2H',
      'EXDATE;TZID=Europe/London:20260406T090000,20260408T090000,20260413T090000',
    ]);
  });

  test.each([
    ['DTSTART;VALUE=DATE:20260330', 'RRULE:FREQ=DAILY;UNTIL=20260601T090000Z', 'RRULE:FREQ=DAILY;UNTIL=20260601'],
    ['DTSTART:20260330T090000Z', 'RRULE:FREQ=DAILY;UNTIL=20260601T090000', 'RRULE:FREQ=DAILY;UNTIL=20260601T090000Z'],
    [
      'DTSTART;TZID=Asia/Tokyo:20260330T090000',
      'RRULE:FREQ=DAILY;UNTIL=20260601',
      'RRULE:FREQ=DAILY;UNTIL=20260601T145959Z',
    ],
    ['DTSTART:20260330T090000', 'RRULE:FREQ=DAILY;UNTIL=20260601T080000Z', 'RRULE:FREQ=DAILY;UNTIL=20260601T090000'],
  ])('%s, %s', (start, rule, expected) => {
    expect(master(start, rule).rules).toEqual([expected]);
  });

  test.each([
    ['DTSTART;TZID=America/New_York:20260330T090000', '20260330', 'UNTIL=99991231', 'UNTIL=99991231T235959Z'],
    ['DTSTART;TZID=America/New_York:20260330T090000', '20260330', 'UNTIL=99991231T235959Z', 'UNTIL=99991231T235959Z'],
    ['DTSTART:20260330T090000', '20260330', 'UNTIL=99991231T235959Z', 'UNTIL=99991231T235959'],
  ])('%s with %s until the end of time', (start, _, until, expected) => {
    expect(master(start, `RRULE:FREQ=DAILY;${until}`).rules).toEqual([`RRULE:FREQ=DAILY;${expected}`]);
  });

  test('EXRULE is kept beside the rules that it takes from, and is nothing without them', () => {
    const reading = readCalendar(event('DTSTART:20260330T090000Z', 'EXRULE:FREQ=WEEKLY', 'RRULE:FREQ=DAILY'), london);
    expect(reading.warnings).toEqual([]);
    expect(reading.objects[0]?.master?.rules).toEqual(['RRULE:FREQ=DAILY', 'EXRULE:FREQ=WEEKLY']);
    expect(master('DTSTART:20260330T090000Z', 'EXRULE:FREQ=WEEKLY').rules).toEqual([]);
  });
});

describe('objects', () => {
  const component = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
  const weekly = component('UID:s', 'DTSTART;TZID=Europe/London:20260330T090000', 'RRULE:FREQ=WEEKLY');

  test("exceptions are known by the series' own kind of time, and ordered", () => {
    const [object] = readCalendar(
      calendar(
        ...component('UID:s', 'RECURRENCE-ID:20260413T080000Z', 'DTSTART:20260413T120000Z'),
        ...weekly,
        ...component('UID:s', 'RECURRENCE-ID;TZID=Europe/London:20260406T090000', 'DTSTART:20260407T120000Z'),
      ),
      london,
    ).objects;
    expect(object?.exceptions.map((exception) => exception.recurrenceId)).toEqual([
      '20260406T090000',
      '20260413T090000',
    ]);
    expect(object?.master?.rules).toEqual(['RRULE:FREQ=WEEKLY']);
  });

  test('an exception without its master is an object with no master', () => {
    const [object] = readCalendar(
      calendar(...component('UID:s', 'RECURRENCE-ID:20260413T080000Z', 'DTSTART:20260413T120000Z')),
      london,
    ).objects;
    expect(object?.master).toBeNull();
    expect(object?.exceptions[0]?.recurrenceId).toBe('20260413T080000Z');
  });

  test('of two versions the higher SEQUENCE counts, then the later DTSTAMP; the other is named', () => {
    const version = (sequence: number, stamp: string, summary: string) =>
      component('UID:s', 'DTSTART:20260413T120000Z', `SEQUENCE:${sequence}`, `DTSTAMP:${stamp}`, `SUMMARY:${summary}`);
    const bySequence = readCalendar(
      calendar(...version(2, '20250101T000000Z', 'new'), ...version(1, '20260101T000000Z', 'old')),
      london,
    );
    expect(bySequence.objects[0]?.master?.summary).toBe('new');
    expect(bySequence.skipped).toMatchObject([{ uid: 's', line: 10 }]);
    const byStamp = readCalendar(
      calendar(...version(1, '20250101T000000Z', 'old'), ...version(1, '20260101T000000Z', 'new')),
      london,
    );
    expect(byStamp.objects[0]?.master?.summary).toBe('new');
    expect(byStamp.skipped).toMatchObject([{ uid: 's', line: 3 }]);
  });

  test('an event without a UID has the same one each time it is read', () => {
    const text = calendar(
      ...component('DTSTART:20260413T120000Z', 'SUMMARY:a'),
      ...component('DTSTART:20260413T120000Z', 'SUMMARY:b'),
    );
    const uids = readCalendar(text, london).objects.map((object) => object.uid);
    expect(uids).toHaveLength(2);
    expect(new Set(uids).size).toBe(2);
    expect(readCalendar(text, london).objects.map((object) => object.uid)).toEqual(uids);
  });

  test("each object's raw text is one calendar object resource of its own", () => {
    const text = calendar(
      'METHOD:PUBLISH',
      'BEGIN:VTIMEZONE',
      'TZID:Ship',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0117',
      'TZOFFSETTO:+0117',
      'END:STANDARD',
      'END:VTIMEZONE',
      ...component('UID:a', 'DTSTART;TZID=Ship:20260413T120000', 'X-KEEP:1'),
      ...component('UID:b', 'DTSTART:20260413T120000Z'),
      'BEGIN:VTODO',
      'UID:t',
      'END:VTODO',
    );
    const reading = readCalendar(text, london);
    expect(reading.method).toBe('PUBLISH');
    expect(reading.skipped).toEqual([]);
    const a = reading.raws.get('a') ?? '';
    expect(a).toContain('X-KEEP:1');
    expect(a).toContain('TZID:Ship');
    expect(a).not.toContain('METHOD');
    expect(reading.raws.get('b')).not.toContain('VTIMEZONE');
    for (const object of reading.objects) {
      expect(readCalendar(reading.raws.get(object.uid) ?? '', london).objects).toEqual([object]);
    }
  });

  test("a calendar's empty name is none, and a line of its own that is too long is named by where it begins", () => {
    const good = ['BEGIN:VEVENT', 'UID:one', 'DTSTART:20260701T090000Z', 'END:VEVENT'];
    expect(readCalendar(calendar('X-WR-CALNAME: ', 'NAME:Work', ...good), london).calendarName).toBe('Work');
    const reading = readCalendar(calendar(`X-WR-CALDESC:${'x'.repeat(100)}`, ...good), {
      ...london,
      limits: { lineOctets: 99 },
    });
    expect(reading.objects).toHaveLength(1);
    expect(reading.skipped).toEqual([
      {
        uid: null,
        line: 1,
        reason: 'expected unfolded lines of at most 99 octets, came a longer X-WR-CALDESC on line 3',
      },
    ]);
  });

  test("the calendar's own name and zone", () => {
    const reading = readCalendar(calendar('X-WR-CALNAME:Team\\, all', 'X-WR-TIMEZONE:Asia/Tokyo'), london);
    expect(reading).toMatchObject({
      calendarName: 'Team, all',
      calendarZone: 'Asia/Tokyo',
      isCalendar: true,
      objects: [],
    });
    expect(readCalendar('<html>', london)).toMatchObject({ isCalendar: false, objects: [], skipped: [] });
  });
});

describe('texts as people have them', () => {
  const good = ['BEGIN:VEVENT', 'UID:good', 'DTSTART:20260413T120000Z', 'SUMMARY:good', 'END:VEVENT'];
  const uids = (text: string) => readCalendar(text, london).objects.map((object) => object.uid);

  test.each([
    ['bare LF', calendar(...good).replaceAll('\r\n', '\n')],
    ['bare CR', calendar(...good).replaceAll('\r\n', '\r')],
    ['CR CR LF', calendar(...good).replaceAll('\r\n', '\r\r\n')],
    ['a byte order mark', `\ufeff${calendar(...good)}`],
    ['blank lines', calendar(...good).replaceAll('\r\n', '\r\n\r\n')],
    [
      'lower case',
      calendar(
        ...good.map((line) =>
          line.replace(/^[A-Z-]+(?=[:;])/, (name) => name.toLowerCase()).replace('VEVENT', 'vevent'),
        ),
      ),
    ],
    ['junk lines', calendar('junk', ...good.slice(0, 3), '???', 'no colon here', ...good.slice(3))],
    ['no VCALENDAR', good.join('\n')],
    ['no END:VCALENDAR', ['BEGIN:VCALENDAR', ...good].join('\n')],
    ['vCalendar 1.0', calendar(...good).replace('VERSION:2.0', 'VERSION:1.0')],
    ['an END that opens nothing', calendar('END:VALARM', ...good)],
  ])('%s', (_, text) => {
    expect(uids(text)).toEqual(['good']);
  });

  test('folds are taken out wherever they are, tabs too', () => {
    expect(master('DTSTART:20260701T09\r\n 0000Z', 'SUMMARY:one \r\n \ttwo\r\n\t three').summary).toBe(
      'one \ttwo three',
    );
  });

  test('text that somebody forgot to fold belongs to the text before', () => {
    expect(master('DTSTART:20260701T090000Z', 'DESCRIPTION:first', 'second line', 'X-END:1').description).toBe(
      'first\nsecond line',
    );
  });

  test('quoted-printable', () => {
    expect(
      master('DTSTART:20260701T090000Z', 'SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=BC=', '=C3=9Fe')
        .summary,
    ).toBe('Grüße');
  });

  test.each([
    [
      'an event that is not ended',
      ['BEGIN:VEVENT', 'UID:bad', 'DTSTART:20260413T120000Z'],
      'expected END:VEVENT, came BEGIN:VEVENT',
    ],
    [
      'an alarm that is not ended',
      ['BEGIN:VEVENT', 'UID:bad', 'DTSTART:20260413T120000Z', 'BEGIN:VALARM', 'END:VEVENT'],
      'expected END:VALARM, came END:VEVENT',
    ],
    [
      'a bad time',
      ['BEGIN:VEVENT', 'UID:bad', 'DTSTART:20261313T120000Z', 'END:VEVENT'],
      'expected a DATE or DATE-TIME as DTSTART, came "20261313T120000Z"',
    ],
    [
      'a DTSTART that is no property',
      ['BEGIN:VEVENT', 'UID:bad', 'DTSTART;TZID="Europe:20261313T120000Z', 'END:VEVENT'],
      'expected a DTSTART, came "DTSTART;TZID="Europe:20261313T120000Z"',
    ],
  ])('%s loses nothing but itself', (_, bad, reason) => {
    const reading = readCalendar(calendar(...bad, ...good), london);
    expect(reading.objects.map((object) => object.uid)).toEqual(['good']);
    expect(reading.skipped).toEqual([{ uid: 'bad', line: 3, reason }]);
  });

  test('a text that ends in an event names it', () => {
    const reading = readCalendar(
      calendar(...good, 'BEGIN:VEVENT', 'UID:cut', 'DTSTART:20260413T120000Z').replace('END:VCALENDAR\r\n', ''),
      london,
    );
    expect(reading.objects).toHaveLength(1);
    expect(reading.skipped).toEqual([{ uid: 'cut', line: 8, reason: 'expected END:VEVENT, came the end of the text' }]);
  });

  test('lines are those of the text as it came, folded ones counted', () => {
    const text = calendar('X-LONG:a\r\n b\r\n c', '', 'BEGIN:VEVENT', 'UID:x', 'END:VEVENT');
    expect(readCalendar(text, london).skipped[0]?.line).toBe(7);
  });
});
