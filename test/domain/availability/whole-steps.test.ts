/** Division by multiplication: a quotient that is off by one loses a slot, or offers a busy one. */
import { expect, test } from '@jest/globals';
import { seeded } from '../../../bench/oracles/random.ts';
import { wholeSteps } from '../../../domain/availability/free-starts.ts';

const steps = [300, 600, 900, 1200, 1800, 3600] as const;
const longest = 400 * 86_400;

test.each(steps)('steps of %d s: every multiple up to 400 days, and a second to either side', (step) => {
  const inverse = 1 / step;
  let wrong = 0;
  for (let multiple = 0; multiple * step <= longest; multiple += 1) {
    const time = multiple * step;
    if (wholeSteps(time, inverse) !== multiple) wrong += 1;
    if (wholeSteps(time + 1, inverse) !== multiple) wrong += 1;
    if (time > 0 && wholeSteps(time - 1, inverse) !== multiple - 1) wrong += 1;
  }
  expect(wrong).toBe(0);
});

test('random numbers of 31 bits over every step from a second to an hour', () => {
  const random = seeded(20_261_122);
  let wrong = 0;
  for (let step = 1; step <= 3600; step += 1) {
    const inverse = 1 / step;
    for (let round = 0; round < 60; round += 1) {
      const drawn = random.whole(0, 2_147_483_647);
      for (const time of [drawn, drawn - (drawn % step), Math.max(0, drawn - (drawn % step) - 1), 2_147_483_647]) {
        if (wholeSteps(time, inverse) !== Math.floor(time / step)) wrong += 1;
      }
    }
  }
  expect(wrong).toBe(0);
});

test('without the half, multiples of a step would fall short: what the half is there for', () => {
  const short: number[] = [];
  for (let step = 1; step <= 3600; step += 1) {
    for (let multiple = 1; multiple <= 100; multiple += 1) {
      if (((multiple * step * (1 / step)) | 0) !== multiple) short.push(multiple * step);
    }
  }
  expect(short.length).toBeGreaterThan(0);
});
