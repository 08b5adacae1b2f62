/** Values of properties one by one (RFC 5545 §3.3): the last that counts, and the first that does not. */
import { describe, expect, test } from '@jest/globals';
import { isPlaceable } from '../../../../domain/events/icalendar/clock.ts';
import { formatOffset, parseOffset, parseTime } from '../../../../domain/events/icalendar/values.ts';

const local = (text: string) => ({ kind: 'local', local: text });
const utc = (text: string) => ({ kind: 'utc', instant: Date.parse(text) });

describe('a DATE or DATE-TIME', () => {
  test.each([
    ['20260329', { kind: 'date', date: '2026-03-29' }],
    ['20240229', { kind: 'date', date: '2024-02-29' }],
    ['20260329T013000', local('2026-03-29T01:30:00')],
    ['20260329T0130', local('2026-03-29T01:30:00')],
    ['20260329t013000z', utc('2026-03-29T01:30:00Z')],
    ['20260329T235959.999Z', utc('2026-03-29T23:59:59Z')],
    ['2026-03-29T01:30:00Z', utc('2026-03-29T01:30:00Z')],
    // Midnight at the end of a day, as some programs write it, and a leap second (§3.3.12).
    ['20260329T240000', local('2026-03-30T00:00:00')],
    ['20261231T240000Z', utc('2027-01-01T00:00:00Z')],
    ['99991230T240000', local('9999-12-31T00:00:00')],
    ['99991231T235960', local('9999-12-31T23:59:59')],
    ['20161231T235960', local('2016-12-31T23:59:59')],
    ['20161231T235960Z', utc('2016-12-31T23:59:59Z')],
  ])('%s', (text, time) => {
    expect(parseTime(text)).toEqual(time);
  });

  test.each([
    '99991231T240000',
    '99991231T240000Z',
    '9999-12-31T24:00:00',
    '20260329T240001',
    '20260329T240100',
    '20260329T250000',
    '20260329T016000',
    '20260329T013061',
    '20260229',
    '20261301',
    '20260100',
    '20260132',
    '00000101',
    '2026032',
    '20260329T',
  ])('%s is none', (text) => {
    expect(parseTime(text)).toBeNull();
  });

  test('has a place two days inside the years 1 to 9999, where every zone can show it', () => {
    expect(isPlaceable(utc('0001-01-03T00:00:00Z') as never)).toBe(true);
    expect(isPlaceable(utc('0001-01-02T23:59:59Z') as never)).toBe(false);
    expect(isPlaceable(local('0001-01-02T23:59:59') as never)).toBe(false);
    expect(isPlaceable(local('0001-01-03T00:00:00') as never)).toBe(true);
    expect(isPlaceable({ kind: 'date', date: '0001-01-02' })).toBe(false);
    expect(isPlaceable({ kind: 'date', date: '0001-01-03' })).toBe(true);
    expect(isPlaceable(local('9999-12-30T00:00:00') as never)).toBe(true);
    expect(isPlaceable(local('9999-12-30T00:00:01') as never)).toBe(false);
    expect(isPlaceable({ kind: 'date', date: '9999-12-30' })).toBe(true);
    expect(isPlaceable({ kind: 'date', date: '9999-12-31' })).toBe(false);
  });
});

describe('an offset', () => {
  test.each([
    ['+0000', 0],
    ['-0330', -12_600],
    ['+053000', 19_800],
    ['-001730', -1_050],
    ['+01:00', 3_600],
    ['+235959', 86_399],
    ['-235959', -86_399],
  ])('%s is %i seconds east of UTC', (text, seconds) => {
    expect(parseOffset(text)).toBe(seconds);
    const compact = text.replace(':', '');
    expect(formatOffset(seconds)).toBe(compact.length === 7 && compact.endsWith('00') ? compact.slice(0, 5) : compact);
  });

  test.each(['+2400', '-2400', '0100', '+1', 'Z', ''])('%j is none of less than a day', (text) => {
    expect(parseOffset(text)).toBeNull();
  });
});
