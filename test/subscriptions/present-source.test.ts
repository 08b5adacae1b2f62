/** A source that has a present and no history: when it is found out, what of it is told, and to whom. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { RequestError, RequestErrors } from '../../domain/errors.ts';
import { Group, type Member } from '../../subscriptions/group.ts';
import { aloneFrom } from '../../subscriptions/group-source.ts';
import { type Present, presentSource } from '../../subscriptions/present-source.ts';
import type { Watch } from '../../subscriptions/wake-up.ts';
import { type ManualClock, manualClock, within } from './manual-clock.ts';

interface Scene {
  readonly clock: ManualClock;
  /** What there is: told where it is another. */
  now: { text: string; standsFor: number | null; goodFor: number | null; isWhole: boolean };
  readonly found: { count: number; shown: number; running: number; most: number };
  /** Whoever is told something: what, in its order. */
  readonly watching: Set<unknown>;
  join(): TestMember;
  /** Something happened. */
  wake(): void;
  /** Lets time pass, and everything that follows from it. */
  pass(milliseconds: number): Promise<void>;
  fail: { with: unknown };
  /** While it is set, finding out takes until it resolves. */
  slow: { until: Promise<void> | null };
}

interface TestMember extends Member<string> {
  readonly told: string[];
  readonly ended: unknown[];
}

const turn = async () => {
  for (let turns = 0; turns < 12; turns += 1) await new Promise((resolve) => setImmediate(resolve));
};

const open = new Set<() => void>();
afterEach(() => {
  for (const end of open) end();
  open.clear();
});

function scene({ compares = true }: { readonly compares?: boolean } = {}): Scene {
  const clock = manualClock();
  const watching = new Set<{ wake(): void }>();
  const now: Scene['now'] = { text: 'one', standsFor: null, goodFor: null, isWhole: true };
  const found = { count: 0, shown: 0, running: 0, most: 0 };
  const fail: Scene['fail'] = { with: null };
  const slow: Scene['slow'] = { until: null };
  const source = presentSource({
    clock,
    reader: { applicationId: 'app', accountIds: new Set(['acc']) },
    wakeUps: { watch: async () => watch() },
    async find(): Promise<Present> {
      found.count += 1;
      found.running += 1;
      found.most = Math.max(found.most, found.running);
      const { text, standsFor, goodFor } = now;
      try {
        await slow.until;
        await new Promise((resolve) => setImmediate(resolve));
        if (fail.with !== null) throw fail.with;
        return { event: { text }, standsFor, goodFor };
      } finally {
        found.running -= 1;
      }
    },
  });
  const textOf = (event: unknown) => (event as { text: string }).text;
  if (compares) {
    source.shownBy?.(async (event) => {
      found.shown += 1;
      return { digest: textOf(event), isWhole: now.isWhole };
    });
  }
  const group = new Group<string>(source, () => async (event) => textOf(event), { clock, over: () => {} });

  function watch(): Watch {
    let isDirty = true;
    let resume: (() => void) | null = null;
    const one = {
      wake() {
        isDirty = true;
        resume?.();
      },
    };
    watching.add(one);
    return {
      reading() {
        isDirty = false;
      },
      read() {},
      news: (cancel) =>
        isDirty || cancel.aborted
          ? Promise.resolve()
          : new Promise((resolve) => {
              resume = resolve;
              cancel.addEventListener('abort', () => resolve());
            }),
      quietPosition: () => null,
      ended: false,
      close() {
        watching.delete(one);
        one.wake();
      },
    };
  }

  return {
    clock,
    now,
    found,
    watching,
    fail,
    slow,
    join() {
      const told: string[] = [];
      const ended: unknown[] = [];
      const member: TestMember = {
        after: undefined,
        told,
        ended,
        push: (answer) => told.push(answer),
        ready: () => null,
        end: (error) => ended.push(error),
      };
      group.join(member);
      open.add(() => group.leave(member));
      return member;
    },
    wake() {
      for (const one of watching) one.wake();
    },
    async pass(milliseconds) {
      await turn();
      clock.pass(milliseconds);
      await turn();
    },
  };
}

/** The pause that follows each look. */
const pause = 60;
const quarter = 15 * 60_000;

describe('what is told', () => {
  test('is the present at first, then each other one, once', async () => {
    const { now, join, wake, pass, found } = scene();
    const member = join();
    await pass(pause);
    expect(member.told).toEqual(['one']);
    wake();
    await pass(pause);
    now.text = 'two';
    wake();
    await pass(pause);
    wake();
    await pass(pause);
    expect(member.told).toEqual(['one', 'two']);
    expect(found.count).toBe(4);
  });

  test('is the present to whoever joins, also if nobody else was told of it yet', async () => {
    const { now, join, pass } = scene();
    const early = join();
    await pass(pause);
    now.text = 'two';
    const late = join();
    await pass(pause);
    expect([early.told, late.told]).toEqual([['one', 'two'], ['two']]);
  });

  test('is told again when it is no longer good, the same or not', async () => {
    const { now, join, pass } = scene();
    now.goodFor = 10_000;
    const member = join();
    await pass(pause);
    await pass(9_000);
    expect(member.told).toEqual(['one']);
    await pass(1_000);
    expect(member.told).toEqual(['one', 'one']);
    await pass(9_900);
    expect(member.told.length).toBe(2);
    await pass(200);
    expect(member.told.length).toBe(3);
  });

  test('is everything where nobody says what it shows', async () => {
    const { join, wake, pass } = scene({ compares: false });
    const member = join();
    await pass(pause);
    wake();
    await pass(pause);
    expect(member.told).toEqual(['one', 'one']);
  });
});

describe('it is found out', () => {
  test('once for a hundred who come at once, and once for a change', async () => {
    const { now, join, wake, pass, found } = scene();
    const members = Array.from({ length: 100 }, join);
    await pass(pause);
    expect(found.count).toBeLessThanOrEqual(2);
    const before = found.count;
    now.text = 'two';
    wake();
    await pass(pause);
    expect(found.count).toBe(before + 1);
    expect(found.shown).toBe(found.count);
    for (const { told } of members) expect(told).toEqual(['one', 'two']);
  });

  test('again when time changes it, and not before', async () => {
    const { now, join, pass, found } = scene();
    now.standsFor = 60_000;
    const member = join();
    await pass(pause);
    now.text = 'two';
    now.standsFor = null;
    await pass(59_000);
    expect(found.count).toBe(1);
    await pass(1_000);
    expect(member.told).toEqual(['one', 'two']);
    // Nothing else comes: only once in a long time it is asked whether somebody forgot to tell.
    await pass(quarter - 2_000);
    expect(found.count).toBe(2);
    await pass(2_000);
    expect(found.count).toBe(3);
  });

  test('by one look at a time, after a pause: a storm of changes is a few looks', async () => {
    const { now, join, wake, pass, found, clock } = scene();
    const member = join();
    await pass(pause);
    const before = found.count;
    for (let change = 0; change < 500; change += 1) {
      now.text = `text ${change}`;
      wake();
      clock.pass(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await pass(pause);
    await pass(pause);
    expect(member.told.at(-1)).toBe('text 499');
    expect(found.count - before).toBeLessThanOrEqual(13);
    expect(found.most).toBe(1);
  });

  test('again where something happened while it was found out', async () => {
    const { now, join, wake, pass, slow } = scene();
    const member = join();
    await pass(pause);
    let go = () => {};
    slow.until = new Promise((resolve) => {
      go = resolve;
    });
    wake();
    await pass(pause);
    now.text = 'two';
    wake();
    slow.until = null;
    go();
    await pass(pause);
    await pass(1_000);
    expect(member.told).toEqual(['one', 'two']);
  });

  test('soon again where not all of it could be', async () => {
    const { now, join, pass, found } = scene();
    now.isWhole = false;
    join();
    await pass(pause);
    now.isWhole = true;
    await pass(5_000);
    expect(found.count).toBe(2);
    await pass(60_000);
    expect(found.count).toBe(2);
  });

  test('no more once the last has left, who leaves nothing behind', async () => {
    const { join, wake, pass, found, watching, clock } = scene();
    join();
    await pass(pause);
    expect(watching.size).toBe(1);
    for (const end of open) end();
    wake();
    await pass(quarter * 2);
    expect([found.count, watching.size, clock.waiting]).toEqual([1, 0, 0]);
  });
});

describe('a clock that is set', () => {
  test('back does not put off what is due: the next look and the next telling', async () => {
    const { now, join, pass, clock, found } = scene();
    now.goodFor = 10_000;
    const member = join();
    await pass(pause);
    clock.set(-3_600_000);
    await pass(10_000);
    expect(member.told).toEqual(['one', 'one']);
    now.goodFor = null;
    now.standsFor = 20_000;
    await pass(10_000);
    // Within the pause behind a look, before its wait begins.
    clock.set(-3_600_000);
    const before = found.count;
    now.text = 'two';
    await pass(20_000);
    expect(found.count).toBeGreaterThan(before);
    expect(member.told.at(-1)).toBe('two');
  });

  test.each([
    ['forward', 600_000],
    ['back', -600_000],
  ])('%s is noticed within a minute, once, and nothing is found out while it only runs', async (_way, by) => {
    const { now, join, pass, clock, found } = scene();
    now.standsFor = 14 * 60_000;
    const member = join();
    await pass(pause);
    await pass(61_000);
    clock.set(999);
    await pass(61_000);
    expect(found.count).toBe(1);
    clock.set(by);
    now.text = 'two';
    await pass(61_000);
    expect([found.count, member.told]).toEqual([2, ['one', 'two']]);
    await pass(61_000);
    await pass(61_000);
    expect(found.count).toBe(2);
  });
});

describe('it ends', () => {
  const refusals: readonly (readonly [string, Error])[] = [
    [
      'of two mistakes',
      new RequestErrors([new RequestError('BAD_USER_INPUT', 'a'), new RequestError('FORBIDDEN', 'b')]),
    ],
    ['of one', new RequestError('FORBIDDEN', 'no')],
  ];

  test.each(refusals)('for everybody with a refusal %s, at once', async (_what, refusal) => {
    const { join, wake, pass, fail, watching } = scene();
    const members = [join(), join()];
    await pass(pause);
    fail.with = refusal;
    wake();
    await pass(pause);
    for (const { ended, told } of members) expect([ended, told]).toEqual([[refusal], ['one']]);
    expect(watching.size).toBe(0);
  });

  test.each(refusals)('before it began with a refusal %s', async (_what, refusal) => {
    const { join, pass, fail, watching, found } = scene();
    fail.with = refusal;
    const member = join();
    await pass(pause);
    expect([member.ended, member.told, watching.size, found.count]).toEqual([[refusal], [], 0, 1]);
  });

  test('not with a failure that passes: it is tried again', async () => {
    const { now, join, wake, pass, fail } = scene();
    const member = join();
    await pass(pause);
    fail.with = new Error('the database is away');
    now.text = 'two';
    wake();
    await pass(pause);
    fail.with = null;
    await pass(100);
    expect([member.ended, member.told]).toEqual([[], ['one', 'two']]);
  });
});

test('alone, it is told as to a group, until it is no longer wanted', async () => {
  const stop = new AbortController();
  const closed: string[] = [];
  let wake = () => {};
  const source = presentSource({
    reader: { applicationId: 'app', accountIds: null },
    find: async () => ({ event: 'present', standsFor: null, goodFor: null }),
    wakeUps: {
      watch: async () => ({
        reading() {},
        read() {},
        news: (cancel) =>
          new Promise((resolve) => {
            wake = resolve;
            if (cancel.aborted) resolve();
            cancel.addEventListener('abort', () => resolve());
          }),
        quietPosition: () => null,
        ended: false,
        close: () => closed.push('watch'),
      }),
    },
  });
  const told = aloneFrom(source, stop.signal);
  expect(await within(told.next())).toEqual({ done: false, value: 'present' });
  const next = told.next();
  await new Promise((resolve) => setTimeout(resolve, 100));
  wake();
  expect(await within(next)).toEqual({ done: false, value: 'present' });
  const last = told.next();
  await within(told.return?.() ?? Promise.reject(new Error('expected that it can be ended')));
  expect(await within(last)).toEqual({ done: true, value: undefined });
  expect(closed.length).toBeGreaterThan(0);
});
