/** An input is judged without its refused values, and nothing is said that only their absence says. */
import { describe, expect, test } from '@jest/globals';
import type { UserError } from '../../../domain/errors.ts';
import { besideRefused, RefusedValue, withoutRefusedValues } from '../../../domain/events/refused-value.ts';

const refused = new RefusedValue('expected another, came this');
const error = (...path: string[]): UserError => ({ path, code: 'INVALID', message: refused.message });

describe('an input without its refused values', () => {
  test.each<[string, unknown, unknown, UserError[]]>([
    ['nothing refused, nothing changed', { a: [1, null, { b: 'c' }], d: undefined }, { a: [1, null, { b: 'c' }], d: undefined }, []],
    ['a field is left out', { summary: 'x', url: refused }, { summary: 'x' }, [error('url')]],
    ['one of a list is left out, and counted where it stood', { categories: ['a', refused, 'b', refused] }, { categories: ['a', 'b'] }, [error('categories', '1'), error('categories', '3')]],
    ['a time without its instant is left out whole', { start: { timed: { dateTime: refused, timeZone: 'Europe/London' } }, summary: 'x' }, { summary: 'x' }, [error('start', 'timed', 'dateTime')]],
    ['a day that is none is left out', { end: { date: refused } }, {}, [error('end', 'date')]],
    ['a time without its zone is in the calendar’s', { start: { timed: { dateTime: 5, timeZone: refused } } }, { start: { timed: { dateTime: 5 } } }, [error('start', 'timed', 'timeZone')]],
    ['addresses are replaced, each by its own', { attendees: { invite: [{ email: refused, name: 'Bob' }, { email: refused }], remove: [refused] } }, { attendees: { invite: [{ email: 'refused-1@placeholder.invalid', name: 'Bob' }, { email: 'refused-2@placeholder.invalid' }], remove: ['refused-3@placeholder.invalid'] } }, [error('attendees', 'invite', '0', 'email'), error('attendees', 'invite', '1', 'email'), error('attendees', 'remove', '0')]],
  ])('%s', (_, input, left, errors) => {
    expect(withoutRefusedValues(input)).toEqual({ input: left, errors });
    expect(Object.keys(withoutRefusedValues(input).input as object)).toEqual(Object.keys(left as object));
  }); // biome-ignore format: a table
});

describe('beside refused values', () => {
  const other = (code: UserError['code'], ...path: string[]): UserError => ({
    path,
    code,
    message: 'expected …, came …',
  });

  test('every other error is told, behind them', () => {
    const found = [other('INVALID', 'summary'), other('REQUIRED', 'end')];
    expect(besideRefused(found, [error('url')])).toEqual([error('url'), ...found]);
    expect(besideRefused(found, [])).toEqual(found);
  });

  test('what is missing because it was refused is not told again, nor what is said of the same place', () => {
    const found = [other('REQUIRED', 'location', 'latitude'), other('INVALID', 'location', 'description'), other('INVALID', 'location', 'longitude')]; // biome-ignore format: one list
    expect(besideRefused(found, [error('location', 'longitude')])).toEqual([
      error('location', 'longitude'),
      other('INVALID', 'location', 'description'),
    ]);
  });

  test('nobody knows how start and end lie where one of them was refused', () => {
    const found = [other('INVALID', 'start'), other('INVALID', 'end'), other('INVALID', 'end', 'date'), other('INVALID', 'color')]; // biome-ignore format: one list
    const known = [other('INVALID', 'end', 'date'), other('INVALID', 'color')];
    for (const name of ['start', 'end']) {
      const told = [error(name, 'timed', 'dateTime')];
      expect(besideRefused(found, told)).toEqual([...told, ...known]);
    }
    expect(besideRefused(found, [error('url')])).toEqual([error('url'), ...found]);
  });
});
