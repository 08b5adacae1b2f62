import { expect, test } from '@jest/globals';
import { AttemptLimiter } from '../../../datasources/http/attempt-limiter.ts';

const limits = { window: 1000, perApplication: 5, perTarget: 4, perLogin: 2 };
const attempt = (username: string, target = 'a.example:443', applicationId: string | null = 'app') => ({
  applicationId,
  target,
  username,
});

test('failures of one login at one host are bounded, and forgotten after the window', () => {
  let now = 0;
  const limiter = new AttemptLimiter(limits, () => now);
  expect(limiter.begin(attempt('alice'))).toHaveProperty('succeeded');
  now = 400;
  expect(limiter.begin(attempt('alice'))).toHaveProperty('succeeded');
  expect(limiter.begin(attempt('alice'))).toEqual({ retryAt: 1000 });
  expect(limiter.begin(attempt('bob'))).toHaveProperty('succeeded');
  now = 1001;
  expect(limiter.begin(attempt('alice'))).toHaveProperty('succeeded');
  expect(limiter.begin(attempt('alice'))).toEqual({ retryAt: 1400 });
});

test('one application cannot try many hosts, nor many applications one host', () => {
  const limiter = new AttemptLimiter(limits, () => 0);
  for (let index = 0; index < 5; index += 1) {
    expect(limiter.begin(attempt(`u${index}`, `host-${index}`))).toHaveProperty('succeeded');
  }
  expect(limiter.begin(attempt('u5', 'host-5'))).toEqual({ retryAt: 1000 });
  for (let index = 0; index < 4; index += 1) {
    expect(limiter.begin(attempt(`u${index}`, 'one', `app-${index}`))).toHaveProperty('succeeded');
  }
  expect(limiter.begin(attempt('u9', 'one', 'app-9'))).toEqual({ retryAt: 1000 });
  expect(limiter.begin(attempt('u9', 'one', null))).toEqual({ retryAt: 1000 });
});

test('a success takes its own attempt back and no other', () => {
  const limiter = new AttemptLimiter(limits, () => 0);
  limiter.begin(attempt('alice'));
  for (let index = 0; index < 20; index += 1) {
    const begun = limiter.begin(attempt('alice'));
    if (!('succeeded' in begun)) throw new Error('refused');
    begun.succeeded();
  }
  limiter.begin(attempt('alice'));
  expect(limiter.begin(attempt('alice'))).toHaveProperty('retryAt');
});
