/** An account's busy time as availability reads it: compact, shared by many questions, never changed. */
import type { BusyStatus } from '../events/model.ts';
import type { Seconds } from './spans.ts';

/**
 * Sorted by start, half-open, overlapping where events do; 11 bytes an interval. What is FREE or cancelled is not in it.
 * Times are seconds after `base`, which lies within 68 years of all of them.
 */
export interface BusyTimes {
  readonly base: Seconds;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** What each interval is: `busyKind`. */
  readonly kinds: Uint8Array;
  /** Which of the account's calendars each is in: the place of the calendar in the list the reader keeps beside it. */
  readonly sources: Uint16Array;
  /** Which kinds are among them: bit n for kind n. */
  readonly present: number;
  /** The longest interval: how far before an instant an interval that holds it may start. */
  readonly longest: Seconds;
}

/** What counts as busy (the contract's BusyRuleInput); BUSY always counts. */
export interface BusyRule {
  readonly tentative: boolean;
  readonly unanswered: boolean;
  readonly workingElsewhere: boolean;
  readonly outOfOffice: boolean;
  /** Only the asking application's own events. */
  readonly onlyManaged: boolean;
}

export const defaultBusyRule: BusyRule = {
  tentative: true,
  unanswered: true,
  workingElsewhere: false,
  outOfOffice: true,
  onlyManaged: false,
};

const statuses = { BUSY: 0, TENTATIVE: 1, WORKING_ELSEWHERE: 2, OUT_OF_OFFICE: 3 } as const;
const STATUS = 3;
const UNANSWERED = 4;
const MANAGED = 8;
const MARGIN = 16;
const KINDS = 32;

/** The statuses that take time. */
export type TakingStatus = Exclude<BusyStatus, 'FREE'>;

/**
 * What an interval is, in a byte.
 * @param own it belongs to an event of the asking application.
 * @param margin it is not the event but the free time around it that its booking asked for (semantics E5).
 */
export function busyKind(status: TakingStatus, unanswered: boolean, own: boolean, margin = false): number {
  return statuses[status] | (unanswered ? UNANSWERED : 0) | (own ? MANAGED : 0) | (margin ? MARGIN : 0);
}

/** A kind as free/busy alone tells it: what is not the asking application's own is BUSY where it is tentative or unanswered (semantics E2). */
export function blockKind(kind: number): number {
  if ((kind & MANAGED) !== 0) return kind;
  const status = kind & STATUS;
  return (kind & MARGIN) | (status === statuses.TENTATIVE ? statuses.BUSY : status);
}

export function isMargin(kind: number): boolean {
  return (kind & MARGIN) !== 0;
}

/** Bit n is set where a rule counts kind n (semantics E1): an unanswered invitation must pass by its status and as unanswered. */
export function countedKinds(rule: BusyRule): number {
  const byStatus = [true, rule.tentative, rule.workingElsewhere, rule.outOfOffice];
  let counted = 0;
  for (let kind = 0; kind < KINDS; kind += 1) {
    const counts =
      byStatus[kind & STATUS] === true &&
      (rule.unanswered || (kind & UNANSWERED) === 0) &&
      (!rule.onlyManaged || (kind & MANAGED) !== 0);
    if (counts) counted |= 1 << kind;
  }
  return counted;
}

export interface BusyInterval {
  readonly start: Seconds;
  readonly end: Seconds;
  readonly kind: number;
  readonly source: number;
}

/** Packs intervals; those that take no time are left out. @param base within 68 years of every time. */
export function packBusyTimes(intervals: readonly BusyInterval[], base: Seconds): BusyTimes {
  const sorted = intervals
    .filter(({ start, end }) => start < end)
    .sort((one, other) => one.start - other.start || one.end - other.end);
  const times = {
    base,
    starts: new Int32Array(sorted.length),
    ends: new Int32Array(sorted.length),
    kinds: new Uint8Array(sorted.length),
    sources: new Uint16Array(sorted.length),
  };
  let longest = 0;
  let present = 0;
  for (const [place, { start, end, kind, source }] of sorted.entries()) {
    times.starts[place] = start - base;
    times.ends[place] = end - base;
    times.kinds[place] = kind;
    times.sources[place] = source;
    present |= 1 << kind;
    longest = Math.max(longest, end - start);
  }
  return { ...times, present, longest };
}

export const NO_BUSY_TIMES: BusyTimes = packBusyTimes([], 0);

/** The place of the first interval that starts at or after an instant. */
export function firstStartingFrom({ base, starts }: BusyTimes, instant: Seconds): number {
  const after = instant - base;
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) < after) low = middle + 1;
    else high = middle;
  }
  return low;
}
