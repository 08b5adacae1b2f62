/** CONFERENCE lines (RFC 7986 §5.11) to where an event is joined, and back. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { conferenceLines, conferencingOf } from '../../../../domain/events/icalendar/conference.ts';
import { parseProperty } from '../../../../domain/events/icalendar/property.ts';

const read = (...lines: string[]) =>
  conferencingOf(lines.map((line) => parseProperty(line)).filter((property) => property !== null));

describe('a conference', () => {
  test('is the first web address, with the telephone numbers of all lines', () => {
    expect(
      read(
        'CONFERENCE;VALUE=URI;FEATURE=PHONE,MODERATOR;LABEL=Moderator dial-in:tel:+1-412-555-0123,,,654321',
        'CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL="Zoom, ours":https://zoom.us/j/1',
        'CONFERENCE;VALUE=URI:https://later.test/',
      ),
    ).toEqual({
      joinUrl: 'https://zoom.us/j/1',
      providerName: 'Zoom, ours',
      dialIn: [{ phoneNumber: '+1-412-555-0123', pin: '654321' }],
    });
  });

  const web = 'CONFERENCE;VALUE=URI:https://zoom.us/j/1';

  test.each<[string, string, string | null]>([
    ['tel:+1-412-555-0123', '+1-412-555-0123', null],
    ['TEL:0800(11)22.33', '0800(11)22.33', null],
    ['tel:5550123;phone-context=example.com;ext=12,,9*8#', '5550123', '9*8#'],
    ['tel:+442071838750;isub=1', '+442071838750', null],
    [' tel:+49,1 ', '+49', '1'],
  ])('has the number of %s', (value, phoneNumber, pin) => {
    expect(read(web, `CONFERENCE;VALUE=URI;FEATURE=PHONE:${value}`)?.dialIn).toEqual([{ phoneNumber, pin }]);
  });

  test.each([
    'tel:',
    'tel:+',
    'tel:call-me',
    'tel:+1 412 555',
    'tel:+1,,,<script>',
    `tel:+${'1'.repeat(41)}`,
    `tel:+1,${'9'.repeat(41)}`,
    `tel:+12${','.repeat(21)}1`,
    'sip:ann@example.test',
    'xmpp:room@example.test',
  ])('has no number of %.30s', (value) => {
    expect(read(web, `CONFERENCE;VALUE=URI:${value}`)).toEqual({ joinUrl: 'https://zoom.us/j/1', providerName: null });
  });

  test('has at most fifty numbers, in their order', () => {
    const dialIn = read(web, ...Array.from({ length: 60 }, (_, at) => `CONFERENCE:tel:+1${at}`))?.dialIn;
    expect(dialIn?.map(({ phoneNumber }) => phoneNumber)).toEqual(Array.from({ length: 50 }, (_, at) => `+1${at}`));
  });

  test('keeps the lines of numbers that stay, writes those that are new, and leaves the others out', () => {
    const had = [
      'CONFERENCE;VALUE=URI;FEATURE=PHONE;LABEL=Attendees:tel:+1-1,,,22',
      'CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+33',
      'CONFERENCE;VALUE=URI:https://old.test/',
    ];
    const dialIn = [
      { phoneNumber: '+44', pin: null },
      { phoneNumber: '+1-1', pin: '22' },
      { phoneNumber: '+55', pin: '6#' },
    ];
    expect(conferenceLines({ joinUrl: 'https://new.test/', providerName: null, dialIn }, had)).toEqual([
      'CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://new.test/',
      'CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+44',
      had[0],
      'CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+55,,,6#',
    ]);
  });

  test('any numbers come back as they were written', () => {
    const text = (signs: string, minLength: number) =>
      fc.string({ unit: fc.constantFrom(...signs), minLength, maxLength: 40 });
    const number = fc.record({
      phoneNumber: fc
        .tuple(fc.constantFrom('', '+'), text('0123456789', 1), text('0123456789().*#-', 1))
        .map((parts) => parts.join('').slice(0, 40)),
      pin: fc.option(text('0123456789*#', 1)),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(number, { minLength: 1, maxLength: 50, selector: (one) => JSON.stringify(one) }),
        (dialIn) => {
          const conference = { joinUrl: 'https://a.test/', providerName: null, dialIn };
          expect(read(...conferenceLines(conference))).toEqual(conference);
        },
      ),
      { seed: 20261123, numRuns: 200 },
    );
  });

  test.each([
    'CONFERENCE:javascript:alert(1)',
    'CONFERENCE:https://',
    `CONFERENCE:https://a.test/${'x'.repeat(2_048)}`,
  ])('is none where nobody can open it: %.40s', (line) => {
    expect(read(line)).toBeNull();
  });

  test.each(['Zoom', 'Zoom, "ours": one', 'a\nb', null])('comes back as it was written: %j', (providerName) => {
    const [line = ''] = conferenceLines({ joinUrl: 'https://example.test/j?a=1,2;b', providerName });
    const back = read(line);
    expect(back?.joinUrl).toBe('https://example.test/j?a=1,2;b');
    expect(back?.providerName?.replaceAll('\n', ' ') ?? null).toBe(providerName?.replaceAll('\n', ' ') ?? null);
  });

  test('that is none has no line', () => {
    expect(conferenceLines(null)).toEqual([]);
  });
});
