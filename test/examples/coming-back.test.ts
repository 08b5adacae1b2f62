/** When the examples' clients come back, and when not. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isFinal, pauseBefore } from '../../examples/shared/coming-back.ts';
import { closeReason, comeBackAfter } from '../../server/graphql/socket-drain.ts';

const close = (code: number, reason = '') => ({ close: { code, reason } });
const error = (code?: string) => ({
  errors: [{ message: 'no', ...(code === undefined ? {} : { extensions: { code } }) }],
});

test.each([1009, 4400, 4401, 4403, 4406, 4409, 4429])('%d is final', (code) => {
  expect(isFinal(close(code))).toBe(true);
});

test.each([1000, 1001, 1006, 1008, 1012, 1013, 4408, 4500])('%d is not final', (code) => {
  expect(isFinal(close(code))).toBe(false);
});

test('errors of what was asked are final, passing ones and a socket that never opened are not', () => {
  expect(['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', undefined].map((code) => isFinal(error(code)))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['INTERNAL_SERVER_ERROR', 'RATE_LIMITED', 'UNAVAILABLE'].filter((code) => isFinal(error(code)))).toEqual([]);
  expect(isFinal({})).toBe(false);
});

describe('the pause', () => {
  test('grows up to half a minute, and is random within it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (attempt) => {
        const pause = pauseBefore(attempt, close(1006));
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(pause).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** attempt));
      }),
      { seed: 5, numRuns: 200 },
    );
    expect(new Set(Array.from({ length: 20 }, () => pauseBefore(9, {}))).size).toBe(20);
  });

  test('of a node that goes away is its own, and a quarter more at most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sockets, random) => {
          const hint = comeBackAfter(sockets, random);
          const pause = pauseBefore(9, close(1001, closeReason(hint)));
          // The reason has one decimal.
          expect(pause).toBeGreaterThanOrEqual(hint - 50);
          expect(pause).toBeLessThanOrEqual((hint + 50) * 1.25);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
    const limited = { errors: [{ message: 'no', extensions: { code: 'RATE_LIMITED', retryAfter: 3 } }] };
    expect(pauseBefore(0, limited)).toBeGreaterThanOrEqual(3_000);
    expect(pauseBefore(0, close(1001, 'back in 4000 ms'))).toBeGreaterThanOrEqual(4_000);
    expect(pauseBefore(0, close(1001, 'back in 4 s'))).toBeGreaterThanOrEqual(4_000);
    expect(pauseBefore(0, close(1001, 'Going away'))).toBeLessThanOrEqual(500);
    expect(pauseBefore(0, close(1006, 'back in 4000 ms'))).toBeLessThanOrEqual(500);
  });
});
