/** When a zone's offset changes, and that a time without end is not searched. */
import { expect, test } from '@jest/globals';
import { offsetChanges } from '../../../domain/time/offset-changes.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const first = Date.UTC(2026, 2, 29, 1);
const second = Date.UTC(2026, 9, 25, 1);

test('changes lie after the beginning and before the end', () => {
  const spring = { at: first, from: 0, to: 3_600 };
  const autumn = { at: second, from: 3_600, to: 0 };
  expect(offsetChanges('Europe/London', first - 1, second + 1, zones)).toEqual([spring, autumn]);
  expect(offsetChanges('Europe/London', first, second + 1, zones)).toEqual([autumn]);
  expect(offsetChanges('Europe/London', first - 1, second, zones)).toEqual([spring]);
  expect(offsetChanges('Europe/London', second, first, zones)).toEqual([]);
  expect(offsetChanges('Etc/UTC', first, second, zones)).toEqual([]);
});

test.each([
  [0, Number.POSITIVE_INFINITY],
  [Number.NEGATIVE_INFINITY, 0],
  [Number.NaN, 0],
  [0, Number.NaN],
])('from %d to %d there is no last change, and none is looked for', (begin, end) => {
  expect(() => offsetChanges('Europe/London', begin, end, zones)).toThrow(
    new RangeError(`expected instants, came ${begin} and ${end}`),
  );
});
