/** Lists in a rule: what is longer than anything that could be said is refused, without being read to its end. */
import { describe, expect, test } from '@jest/globals';
import { readRule } from '../../../domain/recurrence/rule.ts';

const times = (item: string, count: number): string => Array.from({ length: count }, () => item).join(',');

describe('a list', () => {
  test.each([
    ['BYHOUR', '1'],
    ['BYMONTHDAY', '-31'],
    ['BYDAY', 'MO'],
    ['BYDAY', '-1FR'],
  ])('of 800 values is read, of 801 it is none: %s=%s', (name, item) => {
    expect(readRule(`FREQ=MONTHLY;${name}=${times(item, 800)}`)).toMatchObject({ flaws: [] });
    expect(readRule(`FREQ=MONTHLY;${name}=${times(item, 801)}`)).toEqual({
      rule: null,
      flaws: [{ fatal: true, message: `${name} lists more than 800 values` }],
    });
  });
});
