/** Everything that was opened is closed, whatever becomes of one of the parts. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Closing } from '../../server/closing.ts';

describe('closing', () => {
  let said: string[];
  beforeEach(() => {
    said = [];
    jest.useFakeTimers();
    jest.spyOn(console, 'error').mockImplementation((line) => void said.push(String(line)));
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  /** How many milliseconds it took. */
  const closed = async (closing: Closing): Promise<number> => {
    const begun = performance.now();
    let over: number | null = null;
    void closing.closeAll().then(() => {
      over = performance.now();
    });
    for (let waited = 0; over === null && waited < 60_000; waited += 10) await jest.advanceTimersByTimeAsync(10);
    return (over ?? Number.NaN) - begun;
  };
  const never = () => new Promise<void>(() => {});

  test('goes from the last to the first, each after the one before it, and once', async () => {
    const order: string[] = [];
    const closing = new Closing();
    for (const name of ['a', 'b', 'c']) {
      closing.add(name, async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        order.push(`${name} ends`);
      });
    }
    await closed(closing);
    await closed(closing);
    expect(order).toEqual(['c begins', 'c ends', 'b begins', 'b ends', 'a begins', 'a ends']);
    expect(said).toEqual([]);
  });

  test('goes on behind one that fails, at once or later, and says which', async () => {
    const order: string[] = [];
    const closing = new Closing();
    closing.add('the first', async () => void order.push('the first'));
    closing.add('one', async () => {
      throw new Error('not now');
    });
    closing.add('another', () => {
      throw new TypeError('not ever');
    });
    await closed(closing);
    expect(order).toEqual(['the first']);
    expect(said).toEqual(['meridian: another: TypeError: not ever', 'meridian: one: Error: not now']);
  });

  test('leaves those that do not come to an end, within 6 s and a little for each, and has time for what needs its own', async () => {
    const order: string[] = [];
    const closing = new Closing();
    closing.add(
      'a database that writes',
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 8_000));
        order.push('a database that writes');
      },
      20_000,
    );
    for (const name of ['d', 'c', 'b', 'a']) closing.add(name, never);
    closing.add('quick', async () => void order.push('quick'));
    const took = await closed(closing);
    expect(order).toEqual(['quick', 'a database that writes']);
    expect(said).toEqual([
      'meridian: a: not closed within 5000 ms, left as it is',
      'meridian: b: not closed within 1000 ms, left as it is',
      'meridian: c: not closed within 100 ms, left as it is',
      'meridian: d: not closed within 100 ms, left as it is',
    ]);
    expect(took).toBeGreaterThanOrEqual(14_200);
    expect(took).toBeLessThan(14_400);
  });
});
