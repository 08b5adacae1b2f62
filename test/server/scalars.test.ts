/** The contract's scalars: what they take, what they refuse and with which words, what they answer. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type GraphQLScalarType, Kind, parseValue } from 'graphql';
import { systemZones } from '../../domain/time/system-zones.ts';
import { createScalars } from '../../server/graphql/scalars.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const scalars = createScalars({ canonicalZone: (name) => zones.canonical(name) });

function scalar(name: string): GraphQLScalarType {
  const found = scalars[name];
  if (found === undefined) throw new Error(`expected a scalar ${name}`);
  return found;
}

/** The same text as a variable and as a literal. */
function read(name: string, text: string): unknown {
  const value = scalar(name).parseValue(text);
  expect(scalar(name).parseLiteral({ kind: Kind.STRING, value: text }, undefined)).toEqual(value);
  return value;
}

const refusal = (name: string, value: unknown): string => {
  try {
    scalar(name).parseValue(value);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`expected ${name} to refuse ${JSON.stringify(value)}`);
};

test('every scalar of the contract is there, and no other', () => {
  expect(Object.keys(scalars).sort()).toEqual([
    'Date',
    'DateTime',
    'Duration',
    'EmailAddress',
    'HexColor',
    'JSONObject',
    'LocalTime',
    'TimeZone',
    'URL',
  ]);
});

describe('takes', () => {
  test.each([
    ['DateTime', '2026-03-29T01:00:00Z', 1_774_746_000_000],
    ['DateTime', '2026-03-29T03:00:00+02:00', 1_774_746_000_000],
    ['DateTime', '2026-03-29t01:00:00.000z', 1_774_746_000_000],
    ['Date', '2024-02-29', '2024-02-29'],
    ['LocalTime', '09:30', '09:30'],
    ['LocalTime', '24:00', '24:00'],
    ['TimeZone', 'Europe/London', 'Europe/London'],
    ['TimeZone', 'europe/london', 'Europe/London'],
    ['TimeZone', 'GMT Standard Time', 'Europe/London'],
    ['Duration', 'PT30M', 'PT30M'],
    ['Duration', 'P1DT2H', 'P1DT2H'],
    ['Duration', '-PT15M', '-PT15M'],
    ['EmailAddress', 'Anna.Müller+x@sub.example.com', 'Anna.Müller+x@sub.example.com'],
    ['EmailAddress', 'room@localhost', 'room@localhost'],
    ['URL', 'https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
    ['URL', 'http://127.0.0.1:5232/user/', 'http://127.0.0.1:5232/user/'],
    ['HexColor', '#1a73e8', '#1A73E8'],
  ])('%s %s', (name, text, value) => {
    expect(read(name, text)).toEqual(value);
  });
});

describe('refuses', () => {
  test.each([
    ['DateTime', '2026-03-29', 'expected an RFC 3339 instant such as 2026-03-29T01:00:00Z, not "2026-03-29"'],
    [
      'DateTime',
      '2026-03-29T01:00:00',
      'expected an RFC 3339 instant such as 2026-03-29T01:00:00Z, not "2026-03-29T01:00:00"',
    ],
    ['DateTime', '2026-03-29T01:00:00.5Z', 'expected an instant of whole seconds, not "2026-03-29T01:00:00.5Z"'],
    [
      'DateTime',
      '2026-02-30T01:00:00Z',
      'expected an instant that exists, in the years 0001 to 9999, not "2026-02-30T01:00:00Z"',
    ],
    ['DateTime', 1_774_746_000_000, 'expected a string, got number'],
    ['DateTime', null, 'expected a string, got null'],
    ['TimeZone', 'Europe/Lodnon', 'expected an IANA or Windows time zone such as Europe/London, got "Europe/Lodnon"'],
    ['TimeZone', '+01:00', 'expected an IANA or Windows time zone such as Europe/London, got "+01:00"'],
    [
      'TimeZone',
      'x'.repeat(5000),
      `expected an IANA or Windows time zone such as Europe/London, got "${'x'.repeat(40)}…"`,
    ],
    [
      'Duration',
      '30',
      'expected an ISO 8601 duration in weeks, days, hours, minutes and seconds such as PT30M, got "30"',
    ],
    [
      'Duration',
      'P1M',
      'expected an ISO 8601 duration in weeks, days, hours, minutes and seconds such as PT30M, got "P1M"',
    ],
    [
      'Duration',
      'PT',
      'expected an ISO 8601 duration in weeks, days, hours, minutes and seconds such as PT30M, got "PT"',
    ],
    ['HexColor', '#fff', 'expected a colour such as #1A73E8, got "#fff"'],
    ['HexColor', 'red', 'expected a colour such as #1A73E8, got "red"'],
    ['JSONObject', '{}', 'expected an object, got string'],
    ['JSONObject', [], 'expected an object, got a list'],
    ['JSONObject', null, 'expected an object, got null'],
    ['JSONObject', { a: Number.POSITIVE_INFINITY }, 'expected finite numbers, got another'],
    ['JSONObject', { a: { constructor: 1 } }, 'expected no key constructor, got one'],
    ['JSONObject', JSON.parse('{"a":[{"__proto__":{"x":1}}]}'), 'expected no key __proto__, got one'],
    [
      'JSONObject',
      { 1: { 2: { 3: { 4: { 5: { 6: { 7: { 8: {} } } } } } } } },
      'expected an object of at most 8 levels, got a deeper one',
    ],
  ])('%s %j', (name, value, message) => {
    expect(refusal(name, value)).toBe(message);
  });

  test.each(['2026-13-01', '2026-02-29', '26-01-01', '2026-1-1', '2026-01-01T00:00:00Z', ''])('the Date %j', (text) => {
    expect(refusal('Date', text)).toMatch(/^expected .*, not "/);
  });

  test.each(['9:30', '25:00', '09:60', '24:01', '09', ''])('the LocalTime %j', (text) => {
    expect(refusal('LocalTime', text)).toMatch(/^expected .*, not "/);
  });

  test.each([
    'anna',
    '@example.com',
    'anna@',
    'a@b@c',
    'Anna <anna@example.com>',
    'anna@example.com\n',
    'anna@exam ple.com',
    '.anna@example.com',
    'anna@-example.com',
    'anna@example..com',
    `${'x'.repeat(65)}@example.com`,
    `x@${'y'.repeat(260)}.com`,
    'mailto:anna@example.com',
    '',
  ])('the EmailAddress %j, and does not repeat it', (text) => {
    expect(refusal('EmailAddress', text)).toBe(
      'expected an e-mail address of at most 254 characters, without a display name, got another text',
    );
  });

  test.each([
    'example.com',
    '/path',
    '//example.com',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'webcal://example.com',
    'http://',
    'https://exa mple.com',
    'https://example.com/\n',
    `https://example.com/${'x'.repeat(2048)}`,
    '',
  ])('the URL %j, and does not repeat it', (text) => {
    expect(refusal('URL', text)).toBe(
      'expected an absolute http or https URL of at most 2048 characters, got another text',
    );
  });

  test('literals of another kind', () => {
    expect(() => scalar('DateTime').parseLiteral(parseValue('7'), undefined)).toThrow(
      'expected a string, got IntValue',
    );
    expect(() => scalar('JSONObject').parseLiteral(parseValue('{ a: [{ __proto__: 1 }] }'), undefined)).toThrow(
      'expected no key __proto__',
    );
    expect(scalar('JSONObject').parseLiteral(parseValue('{ a: [1, { b: "c" }], d: null, e: X }'), undefined)).toEqual({
      a: [1, { b: 'c' }],
      d: null,
      e: 'X',
    });
    expect(scalar('JSONObject').parseLiteral(parseValue('{ a: $v }'), { v: 1 })).toEqual({ a: 1 });
  });
});

describe('answers', () => {
  test('instants in UTC, to the second', () => {
    expect(scalar('DateTime').serialize(1_774_746_000_000)).toBe('2026-03-29T01:00:00Z');
    for (const wrong of ['2026-03-29T01:00:00Z', new Date(), null, Number.NaN, 1.5, 1e18]) {
      expect(() => scalar('DateTime').serialize(wrong)).toThrow(
        /^expected an instant in epoch milliseconds to answer, got /,
      );
    }
  });

  test('nothing of another kind', () => {
    expect(() => scalar('Date').serialize(7)).toThrow('expected a string to answer, got number');
    expect(() => scalar('JSONObject').serialize('{}')).toThrow('expected an object to answer, got string');
    expect(scalar('JSONObject').serialize({ a: 1 })).toEqual({ a: 1 });
  });
});

describe('fuzz', () => {
  test('an instant comes back as it went', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), (seconds) => {
        const text = scalar('DateTime').serialize(seconds * 1_000) as string;
        expect(scalar('DateTime').parseValue(text)).toBe(seconds * 1_000);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  test('no text makes a scalar do anything but answer or refuse, soon', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(scalars)),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (name, text) => {
          try {
            scalar(name).parseValue(text);
          } catch (error) {
            expect((error as Error).message).toMatch(/^expected /);
          }
        },
      ),
      { seed: 2, numRuns: 3_000 },
    );
  });
});
