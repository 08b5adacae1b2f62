/** What is asked of several meetings in a row (semantics E12): no clock, no calendar behind it. */
import type { LimitedPeriods } from './booking-limits.ts';
import type { Grid, Group, Member } from './question.ts';
import type { Seconds, Spans } from './spans.ts';

/** Free time between two steps, both bounds included. */
export interface Gap {
  /** 0 or more. */
  readonly least: Seconds;
  /** Infinity: however much. */
  readonly most: Seconds;
}

export interface StepMember {
  /** With the buffer that it needs between two steps: its own. */
  readonly member: Member;
  /** In place of the member's buffer: before, where the step is the first of all, and after, where it is the last. */
  readonly outer: Member['buffer'];
  /** The same text in several steps is the same person. */
  readonly who: string;
  /** Steps count for booking limits, each for those behind it; what is full already is in `Member.full`. */
  readonly limits: readonly LimitedPeriods[];
}

export interface Step {
  /** Steps are taken by rising ranks, those of the same rank in any order. */
  readonly rank: number;
  readonly members: readonly StepMember[];
  /** Places in `members`. */
  readonly groups: readonly Group[];
  /** Seconds, 60 or more. */
  readonly duration: Seconds;
  readonly periods: Spans;
  readonly grid: Grid;
  /** To the step before, and behind; a step that has none there has its outer buffers instead. */
  readonly before: Gap;
  readonly after: Gap;
}

export interface SequenceQuestion {
  /** 1 to 30: a set of them is the bits of a number. */
  readonly steps: readonly Step[];
  /** Nothing starts before this instant; -Infinity: whenever. */
  readonly earliest: Seconds;
  /** 1 or more. */
  readonly maximum: number;
}

export interface FoundStep {
  /** Its place in `SequenceQuestion.steps`. */
  readonly step: number;
  /** Whether it is the first of its sequence, or the last: then its members' outer buffers hold. */
  readonly first: boolean;
  readonly last: boolean;
  readonly start: Seconds;
  readonly end: Seconds;
  /**
   * For each group the members, as places in `Step.members` and in the group's order, that are free throughout, whatever the
   * other steps take of them. Worked out when asked for.
   */
  readonly free: () => readonly (readonly number[])[];
}

/** Its steps in the order in which they are held. */
export type Sequence = readonly FoundStep[];

export interface Sequences {
  /** By the first start, then by each next one, then in the order in which the steps are given. */
  readonly sequences: readonly Sequence[];
  /** There are more than the maximum, or the search was cut off: what was found by then are the first that there are. */
  readonly truncated: boolean;
}
