import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { visibleContent } from '../../../../domain/events/content.ts';
import { readCalendar } from '../../../../domain/events/icalendar/read.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const options = { zones, calendarZone: 'Europe/London' };
const good = 'BEGIN:VEVENT\r\nUID:good\r\nDTSTART:20260413T120000Z\r\nEND:VEVENT\r\n';

/** An event of the given lines before a good one: what is refused must not take the good one along. */
function read(lines: string, limits = {}) {
  const text = `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:bad\r\n${lines}END:VEVENT\r\n${good}END:VCALENDAR\r\n`;
  const reading = readCalendar(text, { ...options, limits });
  expect(reading.objects.map((object) => object.uid)).toContain('good');
  return reading;
}

const start = 'DTSTART:20260413T120000Z\r\n';

describe('limits', () => {
  test('75 KB an unfolded line, to the octet', () => {
    const fill = 75 * 1024 - 'DESCRIPTION:'.length;
    expect(read(`${start}DESCRIPTION:${'x'.repeat(fill)}\r\n`).skipped).toEqual([]);
    const reason = 'expected unfolded lines of at most 76800 octets, came a longer DESCRIPTION on line 5';
    const tooLong = [{ uid: 'bad', line: 2, reason }];
    expect(read(`${start}DESCRIPTION:${'x'.repeat(fill + 1)}\r\n`).skipped).toEqual(tooLong);
    // The same in two-octet characters, and in folds.
    expect(read(`${start}DESCRIPTION:${'é'.repeat(fill / 2 + 1)}\r\n`).skipped).toEqual(tooLong);
    expect(read(`${start}DESCRIPTION:${'x\r\n '.repeat(fill + 1)}\r\n`).skipped).toEqual(tooLong);
  });

  test('10,000 RDATEs, and as many EXDATEs', () => {
    const dates = (name: string, count: number) =>
      Array.from(
        { length: count },
        (_, at) => `${name}:${new Date(at * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')}T000000Z\r\n`,
      ).join('');
    const some = read(`${start}${dates('RDATE', 10_000)}${dates('EXDATE', 10_000)}`);
    expect(some.skipped).toEqual([]);
    expect(some.objects[0]?.master?.rules.join(',').split(',')).toHaveLength(20_000);
    expect(read(`${start}${dates('RDATE', 10_001)}`).skipped).toEqual([
      { uid: 'bad', line: 2, reason: 'expected at most 10000 RDATE values, came more' },
    ]);
  });

  test("500 observances a time zone; its events are then read in the calendar's", () => {
    const zone = (count: number) =>
      `BEGIN:VTIMEZONE\r\nTZID:Ship\r\n${'BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0117\r\nTZOFFSETTO:+0117\r\nEND:STANDARD\r\n'.repeat(count)}END:VTIMEZONE\r\n`;
    const text = (count: number) =>
      `BEGIN:VCALENDAR\r\n${zone(count)}BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Ship:20260701T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
    expect(readCalendar(text(500), options)).toMatchObject({ skipped: [], warnings: [] });
    const beyond = readCalendar(text(501), options);
    expect(beyond.skipped).toEqual([
      { uid: null, line: 2, reason: 'VTIMEZONE: expected at most 500 observances in a VTIMEZONE, came 501' },
    ]);
    expect(beyond.objects[0]?.master?.start).toMatchObject({ zone: 'Europe/London' });
    expect(beyond.warnings).toMatchObject([{ code: 'TIME_ZONE_SUBSTITUTED' }]);
  });

  test('50,000 components, or nothing of the document', () => {
    const text = (count: number) =>
      `BEGIN:VCALENDAR\r\n${good}${'BEGIN:VTODO\r\nEND:VTODO\r\n'.repeat(count - 1)}END:VCALENDAR\r\n`;
    expect(readCalendar(text(50_000), options)).toMatchObject({ objects: [{ uid: 'good' }], skipped: [] });
    expect(readCalendar(text(50_001), options)).toMatchObject({
      objects: [],
      skipped: [{ uid: null, line: 100_004, reason: 'expected at most 50000 components, came more' }],
    });
  });

  test('32 levels', () => {
    const nested = (depth: number) => `${start}${'BEGIN:X-A\r\n'.repeat(depth)}${'END:X-A\r\n'.repeat(depth)}`;
    expect(read(nested(30)).skipped).toEqual([]);
    expect(read(nested(31)).skipped).toEqual([
      { uid: 'bad', line: 2, reason: 'expected components nested at most 32 deep, came a X-A below that on line 35' },
    ]);
    expect(read(nested(100_000)).skipped).toHaveLength(1);
  });

  test('1,000 parts and 50,000 properties of one component', () => {
    expect(read(`${start}${'BEGIN:VALARM\r\nEND:VALARM\r\n'.repeat(1_001)}`).skipped).toEqual([
      { uid: 'bad', line: 2, reason: 'expected at most 1000 components within one, came more' },
    ]);
    expect(read(`${start}${'X-A:1\r\n'.repeat(50_000)}`).skipped).toEqual([
      { uid: 'bad', line: 2, reason: 'expected at most 50000 properties, came more' },
    ]);
  });

  test('a rule that lists more than it could mean', () => {
    const list = Array.from({ length: 1001 }, () => '1').join(',');
    expect(read(`${start}RRULE:FREQ=DAILY;BYMONTH=${list}\r\n`).skipped[0]?.reason).toMatch(
      /^expected a list of valid BYMONTH values/,
    );
    expect(read(`${start}${'RRULE:FREQ=DAILY\r\n'.repeat(51)}`).skipped[0]?.reason).toBe(
      'expected at most 50 RRULEs, came more',
    );
  });
});

describe('hostile texts end soon', () => {
  /** CPU time, which a busy machine does not stretch; the limits are far above what linear work takes, far below what quadratic does. */
  const cpu = (work: () => void) => {
    const began = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  const within = (milliseconds: number, text: string) => {
    expect(cpu(() => readCalendar(text, options))).toBeLessThan(milliseconds);
  };
  const four = 4 * 1024 * 1024;
  const wrap = (line: string, fill = '') => {
    const body = `${line}${fill}`;
    return `BEGIN:VCALENDAR\r\n${`BEGIN:VEVENT\r\n${start}${body}\r\nEND:VEVENT\r\n`.repeat(Math.floor(four / (body.length + 60)))}END:VCALENDAR\r\n`;
  };

  test.each([
    ['parameters without end', wrap('ATTENDEE', `${';A=1'.repeat(18_000)}:x`)],
    ['empty parameters', wrap('ATTENDEE', `${';'.repeat(75_000)}:x`)],
    ['quotes', wrap('ATTENDEE;CN=', `${'"'.repeat(75_000)}:x`)],
    ['values of a parameter', wrap('ATTENDEE;MEMBER=', `${'a,'.repeat(37_000)}:x`)],
    ['escapes', wrap('SUMMARY:', '\\'.repeat(75_000))],
    ['carets', wrap('ATTENDEE;CN=', `${'^n'.repeat(37_000)}:x`)],
    ['folds of nothing', wrap('SUMMARY:', '\r\n '.repeat(25_000))],
    ['folds that end in =', wrap('SUMMARY:', '=\r\n '.repeat(18_000))],
    ['soft line breaks', wrap('SUMMARY;ENCODING=QUOTED-PRINTABLE:', 'a=\r\n'.repeat(18_000))],
    ['junk lines', wrap('SUMMARY:', '\r\njunk'.repeat(12_000))],
    ['spaces', wrap('DTSTART:', ' '.repeat(75_000))],
    ['spaces in a rule', wrap('RRULE:', ' '.repeat(75_000))],
    ['commas in a rule', wrap('RRULE:FREQ=DAILY;BYDAY=', `${','.repeat(75_000)}x`)],
    ['commas in a coordinate', wrap('GEO:', ','.repeat(75_000))],
    ['spaces in a coordinate', wrap('GEO:1', `${' '.repeat(75_000)}x;2`)],
    ['spaces in an address', wrap('ORGANIZER:mailto:', `${' '.repeat(75_000)}x`)],
    ['spaces in an alarm', wrap('BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nACTION:', `${' '.repeat(75_000)}x\r\nEND:VALARM`)],
    ['digits', wrap('DURATION:P', '1'.repeat(75_000))],
    ['categories', wrap('CATEGORIES:', 'a,'.repeat(37_000))],
    ['ends', `BEGIN:VCALENDAR\r\n${'END:X\r\n'.repeat(600_000)}`],
    ['calendars', 'BEGIN:VCALENDAR\r\n'.repeat(200_000)],
    ['levels', 'BEGIN:A\r\n'.repeat(400_000)],
    ['one line', 'a'.repeat(four)],
    ['line ends', '\r\n'.repeat(four / 2)],
  ])('%s', (_, text) => {
    within(4_000, text);
  });

  test('spaces within a text that is compared', () => {
    const text = wrap('DESCRIPTION:a', `${' '.repeat(75_000)}b`);
    const { objects } = readCalendar(text, options);
    expect(objects.length).toBeGreaterThan(0);
    const compare = () => {
      for (const object of objects) visibleContent(object, options);
    };
    expect(cpu(compare)).toBeLessThan(1_000);
  });

  test('many unknown time zones, each with a heavy definition', () => {
    const zone = (at: number) =>
      `BEGIN:VTIMEZONE\r\nTZID:Z${at}\r\n${'BEGIN:STANDARD\r\nDTSTART:19000101T000000\r\nTZOFFSETFROM:+0117\r\nTZOFFSETTO:+0117\r\nRRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=1SU\r\nEND:STANDARD\r\n'.repeat(20)}END:VTIMEZONE\r\n`;
    const event = (at: number) =>
      `BEGIN:VEVENT\r\nUID:${at}\r\nDTSTART;TZID=Z${at % 1000}:${1900 + (at % 200)}0701T090000\r\nRRULE:FREQ=DAILY;UNTIL=${1900 + (at % 197)}0101\r\nEND:VEVENT\r\n`;
    const many = Array.from({ length: 1000 }, (_, at) => zone(at)).join('');
    within(
      10_000,
      `BEGIN:VCALENDAR\r\n${many}${Array.from({ length: 5000 }, (_, at) => event(at)).join('')}END:VCALENDAR\r\n`,
    );
  });

  test('raw texts do not multiply a large definition', () => {
    const zone = `BEGIN:VTIMEZONE\r\nTZID:Z\r\nX-A:${'x'.repeat(70_000)}\r\nEND:VTIMEZONE\r\n`;
    const event = (at: number) => `BEGIN:VEVENT\r\nUID:${at}\r\nDTSTART;TZID=Z:20260701T090000\r\nEND:VEVENT\r\n`;
    const text = `BEGIN:VCALENDAR\r\n${zone}${Array.from({ length: 5000 }, (_, at) => event(at)).join('')}END:VCALENDAR\r\n`;
    const { raws } = readCalendar(text, options);
    expect(raws.size).toBe(5000);
    expect([...raws.values()].reduce((sum, raw) => sum + raw.length, 0)).toBeLessThan(20 * text.length);
  });
});

describe('fuzz', () => {
  const seeds = [
    `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Office\r\nBEGIN:DAYLIGHT\r\nDTSTART:20070311T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\nDTSTART:20071104T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Office:20260330T090000\r\nDURATION:P1D\r\nRRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231T000000Z\r\nEXDATE;TZID=Office:20260406T090000\r\nGEO:1;2\r\nCATEGORIES:a,b\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID;TZID=Office:20260413T090000\r\nDTSTART;VALUE=DATE:20260413\r\nATTENDEE;CN="x";PARTSTAT=ACCEPTED:mailto:a@b.c\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
  ];
  const pieces = [
    '\r\n',
    '\n',
    ' ',
    '\t',
    ';',
    ':',
    ',',
    '"',
    '\\',
    '^',
    '=',
    'BEGIN:VEVENT\r\n',
    'END:VEVENT\r\n',
    'BEGIN:VCALENDAR\r\n',
    'DTSTART:',
    'TZID=',
    'T',
    'Z',
    '0',
    '9',
    '-',
    '+',
    '\u0000',
    '\ud800',
    '\u{1f600}',
    'P',
    'é',
    'RRULE:FREQ=',
    'VALUE=DATE',
  ];

  test('5,000 mutated calendars are read, or their parts named', () => {
    const mutation = fc.array(fc.tuple(fc.nat(), fc.nat(30), fc.array(fc.constantFrom(...pieces), { maxLength: 4 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.constantFrom(...seeds), mutation, (seed, edits) => {
        let text = seed;
        for (const [place, length, inserted] of edits) {
          const at = place % text.length;
          text = `${text.slice(0, at)}${inserted.join('')}${text.slice(at + length)}`;
        }
        const reading = readCalendar(text, options);
        for (const { reason, line } of reading.skipped) {
          expect(reason).toMatch(/^(VTIMEZONE: )?expected .+, came .+/s);
          expect(line).toBeGreaterThan(0);
        }
        for (const object of reading.objects) {
          expect(object.uid).not.toBe('');
          expect(reading.raws.get(object.uid)).toBeDefined();
          for (const content of [object.master, ...object.exceptions.map((exception) => exception.content)]) {
            if (content === null) continue;
            expect(content.start.kind === 'date').toBe(content.end.kind === 'date');
            for (const time of [content.start, content.end]) {
              if (time.kind === 'utc' || time.kind === 'zoned') expect(Number.isInteger(time.instant)).toBe(true);
            }
          }
        }
        // Every event that the text opens is either read or named.
        const opened = text.match(/(?<![^\n])BEGIN:VEVENT[ \t]*\r*(?=\n|$)/gi)?.length ?? 0;
        const read = reading.objects.reduce(
          (sum, object) => sum + (object.master === null ? 0 : 1) + object.exceptions.length,
          0,
        );
        expect(read + reading.skipped.length).toBeGreaterThanOrEqual(Math.min(opened, 1));
      }),
      { numRuns: 5_000, seed: 20261122 },
    );
  });
});
