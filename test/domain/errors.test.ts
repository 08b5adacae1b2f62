import { expect, test } from '@jest/globals';
import { RefusedInput, RequestError } from '../../domain/errors.ts';

test('a request error carries its code, its sentence and what a client may need, and nothing else', () => {
  const error = new RequestError('RATE_LIMITED', 'too many', { retryAfter: 3 });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message, error.details]).toEqual([
    'RequestError',
    'RATE_LIMITED',
    'too many',
    { retryAfter: 3 },
  ]);
  expect(new RequestError('UNAUTHENTICATED', 'no key').details).toEqual({});
});

test('refused input says every error with its path', () => {
  const errors = [
    { path: ['input', 'start'], code: 'REQUIRED', message: 'expected a start' },
    { path: ['input', 'summary'], code: 'TOO_LONG', message: 'expected less' },
  ] as const;
  const refused = new RefusedInput(errors);
  expect(refused.name).toBe('RefusedInput');
  expect(refused.errors).toBe(errors);
  expect(refused.message).toBe('input.start: expected a start; input.summary: expected less');
});
