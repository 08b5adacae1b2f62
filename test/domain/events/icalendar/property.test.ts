/** Content lines apart and together (RFC 5545 §3.1, RFC 6868), and what vCalendar 1.0 left behind in files. */
import { describe, expect, test } from '@jest/globals';
import { formatProperty, parseProperty, textOf } from '../../../../domain/events/icalendar/property.ts';

describe('a content line', () => {
  test.each([
    ['SUMMARY:a:b;c', { name: 'SUMMARY', parameters: [], value: 'a:b;c' }],
    ['item1.url:x', { name: 'URL', parameters: [], value: 'x' }],
    ['X;A=1,"2;3":v', { name: 'X', parameters: [{ name: 'A', values: ['1', '2;3'] }], value: 'v' }],
    ["X;A=one^ntwo^^^'three^':v", { name: 'X', parameters: [{ name: 'A', values: ['one\ntwo^"three"'] }], value: 'v' }],
    ['X;A=50^x:v', { name: 'X', parameters: [{ name: 'A', values: ['50^x'] }], value: 'v' }],
    ['X;QUOTED-PRINTABLE:v', { name: 'X', parameters: [{ name: 'QUOTED-PRINTABLE', values: [] }], value: 'v' }],
    ['X;;A=1:v', { name: 'X', parameters: [{ name: 'A', values: ['1'] }], value: 'v' }],
  ])('%s', (line, property) => {
    expect(parseProperty(line)).toEqual(property);
  });

  test.each(['', ':value', ';A=1:value', 'SUMMARY', 'X;A=1', 'X;A="open:value', `X${';A=1'.repeat(201)}:value`])(
    '%.40j is none',
    (line) => {
      expect(parseProperty(line)).toBeNull();
    },
  );

  test('has 200 parameters at most', () => {
    expect(parseProperty(`X${';A=1'.repeat(200)}:value`)?.parameters).toHaveLength(200);
  });

  test.each(['NOTE;QUOTED-PRINTABLE:caf=C3=A9', 'X;A=1,"2;3";B=:v', "X;A=^n^^^':v"])(
    '%s comes back as it was',
    (line) => {
      const property = parseProperty(line);
      expect(property === null ? null : formatProperty(property)).toBe(line);
    },
  );
});

describe('quoted-printable', () => {
  test.each([
    ['caf=C3=A9', 'café'],
    ['caf=c3=a9 =3D', 'café ='],
    // What is no octet stays as it stands, and so does text that nobody encoded.
    ['a=4', 'a=4'],
    ['a=XY', 'a=XY'],
    ['naïve 🎉 =F0=9F=8E=89', 'naïve 🎉 🎉'],
    ['one=0D=0Atwo', 'one\ntwo'],
    ['=FF', '\ufffd'],
    ['', ''],
  ])('%j says %j', (value, text) => {
    expect(textOf({ name: 'X', parameters: [{ name: 'ENCODING', values: ['quoted-printable'] }], value })).toBe(text);
    expect(textOf({ name: 'X', parameters: [{ name: 'QUOTED-PRINTABLE', values: [] }], value })).toBe(text);
  });
});
