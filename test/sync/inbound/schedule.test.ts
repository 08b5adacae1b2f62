import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backoff, notBefore } from '../../../sync/backoff.ts';
import { judgeDeletions } from '../../../sync/inbound/brake.ts';
import {
  firstReconciliation,
  nextAfterFailure,
  nextAfterSuccess,
  nextReconciliation,
  pollInterval,
  spread,
} from '../../../sync/inbound/schedule.ts';
import { createPollLimits } from '../../../sync/jobs/limits.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 10, 22, 12);
const history = { floor: minute, now, lastDemandAt: null, lastChangeAt: null, createdAt: now - 30 * 24 * hour };

describe('pollInterval (semantics D11)', () => {
  test.each([
    ['within an hour of a demand: the floor', { lastDemandAt: now - hour + 1 }, minute],
    ['an hour after it: 5 minutes', { lastDemandAt: now - hour }, 5 * minute],
    ['changed today: 5 minutes', { lastChangeAt: now - 23 * hour }, 5 * minute],
    ['connected today: 5 minutes', { createdAt: now - hour }, 5 * minute],
    ['after a quiet day: 15 minutes', {}, 15 * minute],
    ['never less than the floor', { floor: 20 * minute }, 20 * minute],
  ])('%s', (_, change, expected) => {
    expect(pollInterval({ ...history, ...change })).toBe(expected);
  });

  test('what was left for later is asked for within 10 s', () => {
    expect(nextAfterSuccess(history, true, () => 0.5)).toBe(now + 10_000);
    expect(nextAfterSuccess({ ...history, floor: 1_000, lastDemandAt: now }, true, () => 0.5)).toBe(now + 1_000);
  });
});

describe('backoff', () => {
  test('full jitter: from a second up to the doubled base, at most the maximum', () => {
    const limits = { base: 5_000, maximum: 900_000 };
    expect(backoff(1, limits, () => 0.999999)).toBe(5_000);
    expect(backoff(4, limits, () => 0.5)).toBe(20_000);
    expect(backoff(400, limits, () => 0.999999)).toBe(899_999);
    expect(backoff(4, limits, () => 0)).toBe(1_000);
  });

  test('Retry-After is honoured, but not for more than a day', () => {
    expect(notBefore(now, 5_000, now + hour)).toBe(now + hour);
    expect(notBefore(now, 5_000, now - hour)).toBe(now + 5_000);
    expect(notBefore(now, 5_000, Number.MAX_SAFE_INTEGER)).toBe(now + 24 * hour);
  });

  test('any failure: never at once, never before the provider allows, never a quarter of an hour later than needed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.option(fc.integer({ min: now - hour, max: now + 48 * hour })),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 1_000, max: 10 * minute }),
        (failures, retryAt, chance, floor) => {
          const next = nextAfterFailure({ ...history, floor }, failures, retryAt, () => chance);
          expect(next).toBeGreaterThanOrEqual(now + 1_000);
          if (retryAt !== null && retryAt < now + 24 * hour) expect(next).toBeGreaterThanOrEqual(retryAt);
          expect(next).toBeLessThanOrEqual(Math.max(now + 15 * minute, Math.min(retryAt ?? 0, now + 24 * hour)));
        },
      ),
      { seed: 20261122, numRuns: 2_000 },
    );
  });
});

describe('judgeDeletions (semantics D8)', () => {
  const pull = { before: 100, deletions: 0, emptyListing: false, doubtedSince: null, doubtTime: 600_000, now };
  test.each([
    ['nothing is deleted', {}, 'believe'],
    ['20 of 20', { before: 20, deletions: 20 }, 'believe'],
    ['21 of 42 is half', { before: 42, deletions: 21 }, 'believe'],
    ['21 of 41 is more than half', { before: 41, deletions: 21 }, 'doubt'],
    ['one event, and the listing is empty', { before: 1, deletions: 1, emptyListing: true }, 'doubt'],
    ['an empty calendar listed as empty', { before: 0, deletions: 0, emptyListing: true }, 'believe'],
    ['doubted a moment ago', { deletions: 90, doubtedSince: now - 599_999 }, 'doubt'],
    ['doubted long enough', { deletions: 90, doubtedSince: now - 600_000 }, 'believe'],
  ])('%s', (_, change, verdict) => {
    expect(judgeDeletions({ ...pull, ...change }).verdict).toBe(verdict);
  });
});

describe('createPollLimits', () => {
  test('four profiles a host, released once each', () => {
    const limits = createPollLimits(() => now, minute);
    const ask = (serverKey: string, accountId: string) => limits.admit({ serverKey, accountId, urgent: false });
    const places = ['a', 'b', 'c', 'd'].map((account) => ask('one.example', account));
    expect(places.every((place) => place !== null)).toBe(true);
    expect(ask('one.example', 'e')).toBeNull();
    expect(ask('two.example', 'e')).not.toBeNull();
    places[0]?.release();
    places[0]?.release();
    expect(ask('one.example', 'e')).not.toBeNull();
    expect(ask('one.example', 'f')).toBeNull();
  });

  test('sixty requests a minute and account; a first sync is not held back', () => {
    let at = now;
    const limits = createPollLimits(() => at, minute);
    const ask = (urgent: boolean) => limits.admit({ serverKey: 'one.example', accountId: 'a', urgent });
    const place = ask(false);
    for (let call = 0; call < 60; call++) place?.onCall();
    place?.release();
    expect(ask(false)).toBeNull();
    const first = ask(true);
    expect(first).not.toBeNull();
    first?.release();
    at += minute;
    expect(ask(false)).not.toBeNull();
  });

  test('a clock that is set back by an hour holds an account back for a minute at most, and gives it no second minute', () => {
    let at = now;
    const limits = createPollLimits(() => at, minute);
    const ask = () => limits.admit({ serverKey: 'one.example', accountId: 'a', urgent: false });
    const place = ask();
    for (let call = 0; call < 60; call++) place?.onCall();
    place?.release();
    at -= 3_600_000;
    expect(ask()).toBeNull();
    at += minute - 1;
    expect(ask()).toBeNull();
    at += 1;
    expect(ask()).not.toBeNull();
  });

  test('who polls every second may ask every second', () => {
    const limits = createPollLimits(() => now, 1_000);
    const place = limits.admit({ serverKey: 'one.example', accountId: 'a', urgent: false });
    for (let call = 0; call < 239; call++) place?.onCall();
    expect(limits.admit({ serverKey: 'one.example', accountId: 'a', urgent: false })).not.toBeNull();
    place?.onCall();
    expect(limits.admit({ serverKey: 'one.example', accountId: 'a', urgent: false })).toBeNull();
  });
});

describe('reconciliation', () => {
  const week = 7 * 24 * 3_600_000;
  const day = 24 * 3_600_000;

  test('begins between a day and eight days from now, by the calendar and by chance, and is spread evenly', () => {
    const ids = Array.from({ length: 7_000 }, (_, index) => `cal_01m821r8132avq9dgm${String(index).padStart(8, '0')}`);
    const days = new Map<number, number>();
    for (const id of ids) {
      const at = firstReconciliation(id, 0, week, () => 0);
      expect(at).toBeGreaterThanOrEqual(day);
      expect(at).toBeLessThan(week);
      expect(firstReconciliation(id, 0, week, () => 0)).toBe(at);
      expect(firstReconciliation(id, 0, week, () => 0.999) - at).toBeLessThanOrEqual(0.05 * week);
      days.set(Math.floor(at / day), (days.get(Math.floor(at / day)) ?? 0) + 1);
    }
    // Six days with a sixth of them each.
    for (const count of days.values()) expect(Math.abs(count - 7_000 / 6)).toBeLessThan(120);
    expect(days.size).toBe(6);
  });

  test('comes again after a period, a twentieth to either side', () => {
    expect(nextReconciliation(100, week, () => 0)).toBe(100 + Math.floor(0.95 * week));
    expect(nextReconciliation(100, week, () => 0.5)).toBe(100 + week);
    expect(nextReconciliation(0, week, () => 0.999)).toBeLessThan(1.05 * week);
    expect(firstReconciliation('cal_x', 0, 1_000, () => 0)).toBe(1_000);
  });

  test('a name stands between 0 and 1', () => {
    for (const name of ['', 'a', '/alice/work/1.ics', '😀'.repeat(100)]) {
      expect(spread(name)).toBeGreaterThanOrEqual(0);
      expect(spread(name)).toBeLessThan(1);
    }
  });
});
