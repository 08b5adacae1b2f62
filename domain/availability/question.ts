/** What availability is asked, with everything that decides it: no clock, no calendar behind it. */
import type { ZoneName } from '../events/model.ts';
import type { BusyTimes } from './busy-times.ts';
import type { Seconds, Spans } from './spans.ts';

/** Which of an account's busy time counts for a member. */
export interface Counted {
  /** By kind: `countedKinds`. */
  readonly kinds: number;
  /** By place of the calendar, 1 where it counts; null: all of them. */
  readonly sources: Uint8Array | null;
}

/** Time in which a member may be booked where nothing that `counted` counts lies (semantics E4): of a rule, or of a period. */
export interface Bookable {
  readonly time: Spans;
  readonly counted: Counted;
}

export interface Member {
  readonly busy: BusyTimes;
  /** United, never intersected: all rules and periods of the member; for one that keeps to none, `ALWAYS`. */
  readonly bookable: readonly Bookable[];
  /** The question's own periods for the member; `ALWAYS` where it has none. */
  readonly within: Spans;
  /** Held for somebody, with the buffers of that hold: counts as busy whatever the busy rule says. */
  readonly held: Spans;
  /** Free time needed around the meeting, against busy and held time only (semantics E5). */
  readonly buffer: { readonly before: Seconds; readonly after: Seconds };
  /** Days and weeks whose booking limits are reached: no meeting starts in them. */
  readonly full: Spans;
  /** Whether what is known of the calendars may be believed; if not, the member is busy throughout (semantics E11). */
  readonly synced: boolean;
}

export interface Group {
  /** Places in `Question.members`, none twice. */
  readonly members: readonly number[];
  /** How many must be free, 1 to all. */
  readonly required: number;
}

export type Format = 'PERIODS' | 'SLOTS' | 'OVERLAPPING_SLOTS';

export interface Grid {
  /** 300, 600, 900, 1,200, 1,800 or 3,600. */
  readonly interval: Seconds;
  readonly timeZone: ZoneName;
}

export interface Question {
  readonly members: readonly Member[];
  /** Each must be satisfied; one or more. */
  readonly groups: readonly Group[];
  /** Seconds, 60 or more. */
  readonly duration: Seconds;
  /** Where to look, and on which grid; or starts to test, in their order, none twice. */
  readonly search:
    | { readonly periods: Spans; readonly format: Format; readonly grid: Grid }
    | { readonly starts: readonly Seconds[] };
  /** Meetings start at this instant at the earliest (the minimum notice); -Infinity: whenever. */
  readonly earliest: Seconds;
  /** 1 or more. */
  readonly maximum: number;
}

/** A time at which all groups can meet. */
export interface Opening {
  readonly start: Seconds;
  readonly end: Seconds;
  /**
   * For each group the members, as places in `Question.members` and in the group's order, that are free throughout. Worked
   * out when asked for.
   */
  readonly free: () => readonly (readonly number[])[];
}

export interface Openings {
  readonly openings: readonly Opening[];
  /** There are more than the maximum. */
  readonly truncated: boolean;
}
