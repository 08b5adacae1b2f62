/** Texts of many instants, of which the last one's date is kept. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InstantTexts } from '../../../domain/time/instant-texts.ts';
import { FIRST_INSTANT, formatInstant, LAST_INSTANT } from '../../../domain/time/instants.ts';

test.each([
  ['the first', FIRST_INSTANT, '0001-01-01T00:00:00Z'],
  ['the last', LAST_INSTANT, '9999-12-31T23:59:59Z'],
  ['a minute before 1970', -60_000, '1969-12-31T23:59:00Z'],
  ['a leap day', Date.UTC(2024, 1, 29, 12, 30), '2024-02-29T12:30:00Z'],
  ['milliseconds are cut', 61_999, '1970-01-01T00:01:01Z'],
])('%s', (_, instant, text) => {
  expect(new InstantTexts().of(instant)).toBe(text);
});

test('in any order, on one day and on many, they are what each alone is', () => {
  const instant = fc.oneof(
    fc.integer({ min: FIRST_INSTANT / 1000, max: LAST_INSTANT / 1000 }).map((seconds) => seconds * 1000),
    fc.integer({ min: 0, max: 4 * 1440 }).map((minutes) => Date.UTC(2026, 1, 27) + minutes * 60_000),
    fc.integer({ min: 0, max: 4 * 86_400 }).map((seconds) => Date.UTC(1999, 11, 30) + seconds * 1000),
  );
  fc.assert(
    fc.property(fc.array(instant, { maxLength: 30 }), (instants) => {
      const texts = new InstantTexts();
      expect(instants.map((each) => texts.of(each))).toEqual(instants.map(formatInstant));
    }),
    { seed: 20_261_122, numRuns: 1000 },
  );
});
