import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalText, sameValue } from '../../../domain/events/same-value.ts';

describe('two values say the same', () => {
  test('whatever the order of their keys: jsonb has another one than what was written', () => {
    const start = { kind: 'zoned', local: '2026-12-01T10:00:00', zone: 'Europe/London', instant: 1 };
    const stored = { kind: 'zoned', zone: 'Europe/London', local: '2026-12-01T10:00:00', instant: 1 };
    expect(sameValue({ start, list: [start] }, { list: [stored], start: stored })).toBe(true);
    expect(sameValue(start, { ...stored, instant: 2 })).toBe(false);
  });

  test('but not in another order of a list', () => {
    expect(sameValue([1, 2], [2, 1])).toBe(false);
    expect(sameValue(null, undefined)).toBe(false);
    expect(sameValue(null, {})).toBe(false);
  });

  test('for any value of JSON', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reversed(inner)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalText(reversed(value))).toBe(canonicalText(value));
      }),
      { seed: 6638, numRuns: 300 },
    );
  });
});
