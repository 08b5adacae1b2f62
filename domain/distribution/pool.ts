/** Who comes first where a group needs fewer members than it has: what is known of them, and what a ranking tells. */
import type { Seconds, Spans } from '../availability/spans.ts';
import type { Instant } from '../events/model.ts';

/** A member of a group. */
export interface PoolMember {
  /** Its place in `Question.members`. */
  readonly place: number;
  /** Who it is: RANDOM draws by it, so that it does not matter where in the list somebody stands. */
  readonly id: string;
  /** Which share it is to get beside the others': 0 or more; 0 (`countsAsNone`) for one who takes what nobody else can. */
  readonly weight: number;
}

/** What LEAST_BOOKED knows of one in the window. */
export interface BookedMember extends PoolMember {
  /** Bookings that count, with live holds. */
  readonly bookings: number;
  /** When the last of them was made, milliseconds since the epoch; null: never. */
  readonly lastAssigned: Instant | null;
  /** Since when it can be booked at all. */
  readonly since: Seconds;
  /** When it could not: no working time, out of office all day. */
  readonly away: Spans;
}

/** One of the free members of a group, in its order. */
export interface Ranked {
  readonly place: number;
  /** Counted for LEAST_BOOKED; else null. */
  readonly bookings: number | null;
  /** What it is ordered by, the least first: of LEAST_BOOKED (bookings + calibration) / weight, Infinity for weight 0; else null. */
  readonly score: number | null;
}

/**
 * Orders the members of a group that are free: every one of them, once, the preferred first. Nobody is left out.
 *
 * @param free places in `Question.members`, none twice, all of the group.
 * @param slot when the meeting starts.
 */
export type Rank = (free: readonly number[], slot: Seconds) => readonly Ranked[];

/** Whether a weight is as good as 0: nobody means a millionth, and shares of less are no numbers any more. */
export function countsAsNone(weight: number): boolean {
  return weight < 1e-6;
}

/** As listed. */
export const ordered: Rank = (free) => free.map((place) => ({ place, bookings: null, score: null }));

/**
 * Whom a group takes: the first of its order, as many as it needs. A member of two groups counts for each (semantics E7): it may be
 * preferred in both.
 */
export function preferred(ranked: readonly Ranked[], required: number): readonly number[] {
  return ranked.slice(0, required).map(({ place }) => place);
}
