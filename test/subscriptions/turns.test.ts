/** Work in turns. */
import { expect, test } from '@jest/globals';
import { inTurns } from '../../subscriptions/turns.ts';

test('so many at once, in the order of asking, also where some fail', async () => {
  const inTurn = inTurns(3);
  const [begun, running]: [number[], Set<number>] = [[], new Set()];
  let most = 0;
  const asked = Array.from({ length: 20 }, (_, number) =>
    inTurn(async () => {
      begun.push(number);
      running.add(number);
      most = Math.max(most, running.size);
      for (let turn = 0; turn <= number % 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      running.delete(number);
      if (number % 5 === 0) throw new Error(`${number}`);
      return number;
    }),
  );
  const outcomes = await Promise.allSettled(asked);
  expect(most).toBe(3);
  expect(begun).toEqual(outcomes.map((_, number) => number));
  expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(outcomes.map((_, number) => number % 5 !== 0));
  // The places of those who are done are free again.
  expect(await Promise.all([1, 2, 3].map((number) => inTurn(async () => number)))).toEqual([1, 2, 3]);
});
