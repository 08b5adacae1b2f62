import { expect, test } from '@jest/globals';
import { AttemptLimiter } from '../../../datasources/http/attempt-limiter.ts';

const limits = { window: 1000, perApplication: 5, perTarget: 4, perLogin: 2, perHost: 7 };
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

test('one application cannot try many hosts, nor one host many times; many applications not either, but more often', () => {
  const limiter = new AttemptLimiter(limits, () => 0);
  for (let index = 0; index < 5; index += 1) {
    expect(limiter.begin(attempt(`u${index}`, `host-${index}`))).toHaveProperty('succeeded');
  }
  expect(limiter.begin(attempt('u5', 'host-5'))).toEqual({ retryAt: 1000 });
  for (let index = 0; index < 4; index += 1) {
    expect(limiter.begin(attempt(`u${index}`, 'one', 'app-1'))).toHaveProperty('succeeded');
  }
  expect(limiter.begin(attempt('u4', 'one', 'app-1'))).toEqual({ retryAt: 1000 });
  for (const application of ['app-2', 'app-3', null]) {
    expect(limiter.begin(attempt('u9', 'one', application))).toHaveProperty('succeeded');
  }
  for (const application of ['app-4', null]) {
    expect(limiter.begin(attempt('u9', 'one', application))).toEqual({ retryAt: 1000 });
  }
});

test('what one application fails with keeps no other from the same host and the same login', () => {
  const limiter = new AttemptLimiter(limits, () => 0);
  for (let index = 0; index < 6; index += 1) limiter.begin(attempt('alice'));
  expect(limiter.begin(attempt('alice'))).toEqual({ retryAt: 1000 });
  expect(limiter.begin(attempt('alice', 'a.example:443', 'another'))).toHaveProperty('succeeded');
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
