/** Busy time in typed arrays, and what a busy rule counts of it (semantics E1, E2). */
import { describe, expect, test } from '@jest/globals';
import {
  type BusyRule,
  blockKind,
  busyKind,
  countedKinds,
  defaultBusyRule,
  firstStartingFrom,
  isMargin,
  NO_BUSY_TIMES,
  packBusyTimes,
  type TakingStatus,
} from '../../../domain/availability/busy-times.ts';

const all: BusyRule = {
  tentative: true,
  unanswered: true,
  workingElsewhere: true,
  outOfOffice: true,
  onlyManaged: false,
};
const none: BusyRule = {
  tentative: false,
  unanswered: false,
  workingElsewhere: false,
  outOfOffice: false,
  onlyManaged: false,
};
const counts = (rule: BusyRule, status: TakingStatus, unanswered = false, own = false, margin = false): boolean =>
  ((countedKinds(rule) >>> busyKind(status, unanswered, own, margin)) & 1) === 1;

describe('a busy rule', () => {
  test('always counts what is busy', () => {
    expect(counts(none, 'BUSY')).toBe(true);
  });

  test.each([
    ['TENTATIVE', 'tentative'],
    ['WORKING_ELSEWHERE', 'workingElsewhere'],
    ['OUT_OF_OFFICE', 'outOfOffice'],
  ] as const)('counts %s by its flag alone', (status, flag) => {
    expect(counts({ ...none, [flag]: true }, status)).toBe(true);
    expect(counts({ ...all, [flag]: false }, status)).toBe(false);
  });

  test('counts an unanswered invitation where it passes by its status and as unanswered', () => {
    expect(counts({ ...none, unanswered: true }, 'BUSY', true)).toBe(true);
    expect(counts({ ...all, unanswered: false }, 'BUSY', true)).toBe(false);
    expect(counts({ ...all, tentative: false }, 'TENTATIVE', true)).toBe(false);
  });

  test('of only managed time counts no other, and that by its flags', () => {
    expect(counts({ ...all, onlyManaged: true }, 'BUSY')).toBe(false);
    expect(counts({ ...all, onlyManaged: true }, 'BUSY', false, true)).toBe(true);
    expect(counts({ ...none, onlyManaged: true }, 'TENTATIVE', false, true)).toBe(false);
  });

  test('counts the margin of a booking as the booking itself', () => {
    expect(counts(none, 'BUSY', false, true, true)).toBe(true);
    expect(counts(none, 'TENTATIVE', false, true, true)).toBe(false);
  });

  test('is, unless said otherwise, what the contract says', () => {
    const counted = (['BUSY', 'TENTATIVE', 'WORKING_ELSEWHERE', 'OUT_OF_OFFICE'] as const).filter((status) =>
      counts(defaultBusyRule, status),
    );
    expect(counted).toEqual(['BUSY', 'TENTATIVE', 'OUT_OF_OFFICE']);
    expect(counts(defaultBusyRule, 'BUSY', true)).toBe(true);
  });
});

describe('as free/busy alone tells it', () => {
  test('tentative and unanswered time is busy; what else is known of it stays', () => {
    expect(blockKind(busyKind('TENTATIVE', true, false))).toBe(busyKind('BUSY', false, false));
    expect(blockKind(busyKind('BUSY', true, false, true))).toBe(busyKind('BUSY', false, false, true));
    expect(blockKind(busyKind('OUT_OF_OFFICE', false, false))).toBe(busyKind('OUT_OF_OFFICE', false, false));
    expect(blockKind(busyKind('WORKING_ELSEWHERE', false, false))).toBe(busyKind('WORKING_ELSEWHERE', false, false));
  });

  test('the application’s own events stay as they are', () => {
    expect(blockKind(busyKind('TENTATIVE', true, true))).toBe(busyKind('TENTATIVE', true, true));
  });
});

test('a margin is told from the event beside it', () => {
  expect(isMargin(busyKind('BUSY', false, true, true))).toBe(true);
  expect(isMargin(busyKind('OUT_OF_OFFICE', true, true))).toBe(false);
});

describe('packing', () => {
  const packed = packBusyTimes(
    [
      { start: 1300, end: 1400, kind: 3, source: 65_535 },
      { start: 1000, end: 1500, kind: 0, source: 1 },
      { start: 1000, end: 1200, kind: 1, source: 2 },
      { start: 1250, end: 1250, kind: 2, source: 0 },
      { start: 1290, end: 1280, kind: 2, source: 0 },
    ],
    1200,
  );

  test('sorts by start and end, and leaves out what takes no time', () => {
    expect([...packed.starts]).toEqual([-200, -200, 100]);
    expect([...packed.ends]).toEqual([0, 300, 200]);
    expect([...packed.kinds]).toEqual([1, 0, 3]);
    expect([...packed.sources]).toEqual([2, 1, 65_535]);
    expect({ longest: packed.longest, present: packed.present }).toEqual({ longest: 500, present: 0b1011 });
  });

  test('takes 11 bytes an interval', () => {
    const { starts, ends, kinds, sources } = packed;
    expect((starts.byteLength + ends.byteLength + kinds.byteLength + sources.byteLength) / 3).toBe(11);
  });

  test('the first that starts at or after an instant', () => {
    expect([0, 1000, 1001, 1300, 1301].map((instant) => firstStartingFrom(packed, instant))).toEqual([0, 0, 2, 2, 3]);
    expect(firstStartingFrom(NO_BUSY_TIMES, 0)).toBe(0);
  });
});
