import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventInput } from '../../../domain/events/input.ts';
import { brief, isEmail, validateInput } from '../../../domain/events/validate.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const check = (input: EventInput, key?: string) =>
  validateInput(input, { zones, ...(key === undefined ? {} : { key }) }).map(
    ({ path, code, message }) => `${path.join('.')} ${code}: ${message}`,
  );
const at = (text: string) => ({ timed: { dateTime: Date.parse(text) } });

test('what is within the rules has no errors', () => {
  expect(
    check(
      {
        summary: 'x'.repeat(1_024),
        description: '😀'.repeat(8_192),
        start: { timed: { dateTime: Date.parse('2026-03-29T09:00:00Z'), timeZone: 'GMT Standard Time' } },
        end: { date: '2028-02-29' },
        status: null,
        location: { description: 'Room', latitude: -90, longitude: 180 },
        url: `https://example.org/${'a'.repeat(2_028)}`,
        color: '#12abEF',
        categories: Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(255, 'x')),
        attendees: {
          invite: [{ email: 'Bob@Example.org', name: 'Bob' }, { email: "o'neil+x@example.co.uk" }],
          remove: ['carol@example.org'],
        },
        reminders: [{ minutes: 0 }, { minutes: 40_320 }],
        metadata: { ['k'.repeat(40)]: 'v'.repeat(500), number: 5, nested: { a: [1] } },
        recurrence: ['RRULE:FREQ=DAILY', 'EXDATE:20260101T000000Z'],
      },
      'k'.repeat(1_024),
    ),
  ).toEqual([]);
});

describe('each wrong field is named', () => {
  test.each<[EventInput, string[]]>([
    [{ summary: null }, ['summary INVALID: expected a text, came null: a summary cannot be cleared']],
    [{ summary: ' ' }, ['summary INVALID: expected 1 to 1,024 characters, came none']],
    [{ summary: 'x'.repeat(1_025) }, ['summary TOO_LONG: expected at most 1,024 characters, came 1,025']],
    [{ description: 'x'.repeat(8_193) }, ['description TOO_LONG: expected at most 8,192 characters, came 8,193']],
    [{ start: null }, ['start INVALID: expected a time, came null: the start cannot be cleared']],
    [{ end: {} }, ['end INVALID: expected exactly one of timed and date, came neither']],
    [
      { end: { date: '2026-01-01', ...at('2026-01-01T00:00:00Z') } },
      ['end INVALID: expected exactly one of timed and date, came both'],
    ],
    [{ start: { date: '2026-02-29' } }, ['start.date INVALID: expected a day such as 2026-03-29, came "2026-02-29"']],
    [
      { start: { date: '9999-12-31' } },
      ['start.date OUT_OF_RANGE: expected a day of the years 1 to 9999, came another'],
    ],
    [{ start: { date: '20260228' } }, ['start.date INVALID: expected a day such as 2026-03-29, came "20260228"']],
    [
      { start: { timed: { dateTime: 1_500 } } },
      ['start.timed.dateTime INVALID: expected an instant of a whole second, came another'],
    ],
    [
      { start: { timed: { dateTime: Number.NaN } } },
      ['start.timed.dateTime INVALID: expected an instant of a whole second, came another'],
    ],
    [
      { start: { timed: { dateTime: 253_402_300_800_000 } } },
      ['start.timed.dateTime OUT_OF_RANGE: expected an instant of the years 1 to 9999, came another'],
    ],
    [
      { start: { timed: { dateTime: 0, timeZone: 'Middle/Earth' } } },
      ['start.timed.timeZone INVALID: expected an IANA time zone, came "Middle/Earth"'],
    ],
    [
      { location: { latitude: 91, longitude: 0 } },
      ['location.latitude OUT_OF_RANGE: expected -90 to 90 degrees, came 91'],
    ],
    [
      { location: { latitude: 1, longitude: Number.NaN } },
      ['location.longitude OUT_OF_RANGE: expected -180 to 180 degrees, came NaN'],
    ],
    [
      { location: { latitude: 1 } },
      ['location.longitude REQUIRED: expected a longitude beside the latitude, came none'],
    ],
    [
      { url: 'javascript:alert(1)' },
      ['url INVALID: expected an absolute http or https URL, came "javascript:alert(1)"'],
    ],
    [
      { url: 'https://exa mple.org' },
      ['url INVALID: expected an absolute http or https URL, came "https://exa mple.org"'],
    ],
    [{ url: 'https://' }, ['url INVALID: expected an absolute http or https URL, came "https://"']],
    [
      { url: `https://example.org/${'a'.repeat(2_029)}` },
      ['url TOO_LONG: expected at most 2,048 characters, came 2,049'],
    ],
    [{ color: 'red' }, ['color INVALID: expected #RRGGBB, came "red"']],
    [
      { categories: Array.from({ length: 51 }, () => 'x') },
      ['categories LIMIT_EXCEEDED: expected at most 50 categories, came 51'],
    ],
    [
      { categories: ['ok', '', 'x'.repeat(256)] },
      [
        'categories.1 INVALID: expected 1 to 255 characters, came none',
        'categories.2 TOO_LONG: expected at most 255 characters, came 256',
      ],
    ],
    [
      { reminders: [{ minutes: -1 }, { minutes: 40_321 }, { minutes: 1.5 }] },
      [
        'reminders.0.minutes OUT_OF_RANGE: expected 0 to 40,320 whole minutes, came -1',
        'reminders.1.minutes OUT_OF_RANGE: expected 0 to 40,320 whole minutes, came 40321',
        'reminders.2.minutes OUT_OF_RANGE: expected 0 to 40,320 whole minutes, came 1.5',
      ],
    ],
    [
      { reminders: Array.from({ length: 21 }, (_, minutes) => ({ minutes })) },
      ['reminders LIMIT_EXCEEDED: expected at most 20 reminders, came 21'],
    ],
    [
      { attendees: { invite: [{ email: 'Bob <bob@example.org>' }] } },
      ['attendees.invite.0.email INVALID: expected an e-mail address, came "Bob <bob@example.org>"'],
    ],
    [
      { attendees: { invite: [{ email: 'a@x.org' }, { email: 'A@x.org' }] } },
      ['attendees.invite.1.email DUPLICATE: expected every address once, came "A@x.org" again'],
    ],
    [
      { attendees: { invite: [{ email: 'a@x.org' }], remove: ['A@X.org'] } },
      ['attendees.remove.0 INVALID: expected an address to be invited or removed, came "A@X.org" in both'],
    ],
    [
      { attendees: { invite: Array.from({ length: 501 }, (_, index) => ({ email: `a${index}@x.org` })) } },
      ['attendees.invite LIMIT_EXCEEDED: expected at most 500 attendees, came 501'],
    ],
    [
      { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 1])) },
      ['metadata LIMIT_EXCEEDED: expected at most 50 keys, came 51'],
    ],
    [
      { metadata: { ['k'.repeat(41)]: 'v', '': 'v', long: 'v'.repeat(501), nul: 'a\u0000' } },
      [
        `metadata.${'k'.repeat(41)} TOO_LONG: expected at most 40 characters, came 41`,
        'metadata. INVALID: expected a key of 1 to 40 characters, came none',
        'metadata.long TOO_LONG: expected at most 500 characters, came 501',
        'metadata.nul INVALID: expected text without NUL or half characters, came some',
      ],
    ],
    [
      { recurrence: ['DTSTART:20260101'] },
      ['recurrence.0 INVALID: expected one RRULE, RDATE or EXDATE line of RFC 5545, came "DTSTART:20260101"'],
    ],
    [
      { recurrence: ['RRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY'] },
      ['recurrence.1 INVALID: expected at most one RRULE, came another: RFC 5545 §3.8.5.3'],
    ],
    [
      { recurrence: Array.from({ length: 101 }, () => 'EXDATE:20260101') },
      ['recurrence LIMIT_EXCEEDED: expected at most 100 lines, came 101'],
    ],
    [
      { recurrence: [`RDATE:${'20260101,'.repeat(9_000)}`] },
      ['recurrence.0 TOO_LONG: expected at most 76,800 octets, came more'],
    ],
    [
      { recurrence: ['RRULE:FREQ=DAILY\r\nSUMMARY:smuggled'] },
      [
        'recurrence.0 INVALID: expected one RRULE, RDATE or EXDATE line of RFC 5545, came "RRULE:FREQ=DAILY\\r\\nSUMMARY:smuggled"',
      ],
    ],
    [
      { conferencing: { explicit: { joinUrl: 'ftp://x', providerName: 'x'.repeat(1_025) } } },
      [
        'conferencing.explicit.joinUrl INVALID: expected an absolute http or https URL, came "ftp://x"',
        'conferencing.explicit.providerName TOO_LONG: expected at most 1,024 characters, came 1,025',
      ],
    ],
    [{ color: '#1234567' }, ['color INVALID: expected #RRGGBB, came "#1234567"']],
    [{ color: 'x#123456' }, ['color INVALID: expected #RRGGBB, came "x#123456"']],
    [
      { location: { description: 'x'.repeat(1_025), longitude: -180.5 } },
      [
        'location.description TOO_LONG: expected at most 1,024 characters, came 1,025',
        'location.latitude REQUIRED: expected a latitude beside the longitude, came none',
        'location.longitude OUT_OF_RANGE: expected -180 to 180 degrees, came -180.5',
      ],
    ],
    [
      { url: 'https://example.org/a\tb' },
      ['url INVALID: expected an absolute http or https URL, came "https://example.org/a\\tb"'],
    ],
    [
      { url: ' https://example.org' },
      ['url INVALID: expected an absolute http or https URL, came " https://example.org"'],
    ],
    [
      { url: 'https://example.org/\u0001' },
      ['url INVALID: expected an absolute http or https URL, came "https://example.org/\\u0001"'],
    ],
    [{ url: 'https://[' }, ['url INVALID: expected an absolute http or https URL, came "https://["']],
    [
      { categories: ['\t', 'fine'], attendees: { invite: [{ email: 'a@x.org', name: 'x'.repeat(1_025) }] } },
      [
        'categories.0 INVALID: expected 1 to 255 characters, came none',
        'attendees.invite.0.name TOO_LONG: expected at most 1,024 characters, came 1,025',
      ],
    ],
    [
      { attendees: { remove: Array.from({ length: 501 }, () => 'no address') } },
      ['attendees.remove LIMIT_EXCEEDED: expected at most 500 attendees, came 501'],
    ],
    [
      { attendees: { remove: [`${'a'.repeat(60)}@${'b'.repeat(194)}`, 'nobody'] } },
      [
        'attendees.remove.0 TOO_LONG: expected at most 254 characters, came 255',
        'attendees.remove.1 INVALID: expected an e-mail address, came "nobody"',
      ],
    ],
    [
      { metadata: { ['k'.repeat(101)]: 1, inside: { a: 'b\u0000' }, half: '\ud800' } },
      [
        `metadata.${'k'.repeat(97)}... TOO_LONG: expected at most 40 characters, came 101`,
        'metadata.inside INVALID: expected text without NUL or half characters, came some',
        'metadata.half INVALID: expected text without NUL or half characters, came some',
      ],
    ],
    [
      { recurrence: ['RRULES:FREQ=DAILY', ' RRULE:FREQ=DAILY', 'RDATE'] },
      ['"RRULES:FREQ=DAILY"', '" RRULE:FREQ=DAILY"', '"RDATE"'].map(
        (line, at) => `recurrence.${at} INVALID: expected one RRULE, RDATE or EXDATE line of RFC 5545, came ${line}`,
      ),
    ],
  ])('%#', (input, errors) => {
    expect(check(input)).toEqual(errors);
  });

  test.each<[string, EventInput]>([
    ['500 of each attendees', {
      attendees: {
        invite: Array.from({ length: 500 }, (_, index) => ({ email: `a${index}@x.org`, name: 'x'.repeat(1_024) })),
        remove: Array.from({ length: 500 }, (_, index) => `b${index}@x.org`),
      },
    }],
    ['20 reminders, 50 keys and 100 lines', {
      reminders: Array.from({ length: 20 }, (_, minutes) => ({ minutes })),
      metadata: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v'.repeat(500)])),
      recurrence: ['rrule:FREQ=DAILY', ...Array.from({ length: 99 }, () => 'EXDATE;VALUE=DATE:20260101')],
    }],
    ['the longest address and place', {
      attendees: { invite: [{ email: `${'a'.repeat(60)}@${'b'.repeat(193)}` }] },
      location: { description: 'x'.repeat(1_024), latitude: 90, longitude: -180 },
      conferencing: { explicit: { joinUrl: 'HTTPS://example.org/?a#b', providerName: 'x'.repeat(1_024) } },
    }],
  ])('%s are within the limits', (_, input) => {
    expect(check(input)).toEqual([]);
  }); // biome-ignore format: a table

  test('a text is shown in 60 characters at most', () => {
    expect(brief('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
    expect(brief('x'.repeat(61))).toBe(`"${'x'.repeat(57)}..."`);
    expect(brief('a\ud800')).toBe('"a\ufffd"');
  });

  test.each([
    ['', 'key INVALID: expected 1 to 1,024 characters, came none'],
    ['k'.repeat(1_025), 'key TOO_LONG: expected at most 1,024 characters, came 1,025'],
    ['a\u0000', 'key INVALID: expected text without control characters or half characters, came some'],
    ['\ud800', 'key INVALID: expected text without control characters or half characters, came some'],
  ])('key %j', (key, error) => {
    expect(check({}, key)).toEqual([error]);
  });

  test('all at once', () => {
    expect(check({ summary: null, start: null, color: 'x', url: 'y' }, '').map((error) => error.split(' ')[0])).toEqual(
      ['key', 'summary', 'start', 'url', 'color'],
    );
  });
});

test.each([
  ['a@b', true],
  ['a.b+c@d.example', true],
  ['a b@c', false],
  ['@c', false],
  ['a@', false],
  ['a@b@c', false],
  [`${'a'.repeat(65)}@b`, false],
  ['a@b\n', false],
  ['a@b,c', false],
])('%j is an address: %s', (text, expected) => {
  expect(isEmail(text)).toBe(expected);
});

test('nothing that comes is thrown at', () => {
  fc.assert(
    fc.property(
      fc.record(
        {
          summary: fc.option(fc.string()),
          start: fc.option(
            fc.oneof(
              fc.record({ date: fc.string() }),
              fc.record({ timed: fc.record({ dateTime: fc.double(), timeZone: fc.option(fc.string()) }) }),
            ),
          ),
          url: fc.option(fc.string({ unit: 'binary' })),
          color: fc.option(fc.string()),
          metadata: fc.option(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())),
          recurrence: fc.option(fc.array(fc.string({ unit: 'binary' }))),
        },
        { requiredKeys: [] },
      ),
      (input) => {
        for (const error of validateInput(input, { zones })) expect(error.message).toMatch(/^expected .+, came/s);
      },
    ),
    { numRuns: 500, seed: 20261122 },
  );
});

test('characters are counted as people count them, in texts that are not too long to be counted', () => {
  const came = (summary: string) => check({ summary })[0]?.replace(/.*came /, '');
  expect(came('😀'.repeat(50_000))).toBe('50,000');
  expect(came('😀'.repeat(50_001))).toBe('100,002');
});
