/** LEAST_BOOKED: fewest bookings for their weight first (semantics E9). */
import type { Seconds } from '../availability/spans.ts';
import { calibrations } from './calibration.ts';
import { type BookedMember, countsAsNone, type Rank, type Ranked } from './pool.ts';

/** What a member is ordered by, and what that is made of. */
export interface Standing {
  readonly place: number;
  readonly bookings: number;
  /** What it is credited with for the time that it was away. */
  readonly calibration: number;
  /** (bookings + calibration) / weight, to the millionth; Infinity for weight 0. */
  readonly score: number;
}

/**
 * The whole group in its order: the least score first; of equal ones who was least recently assigned, those never assigned before
 * all; then as listed.
 *
 * @param members as listed. @param window [from, to): how far back bookings count.
 */
export function standings(members: readonly BookedMember[], window: readonly [Seconds, Seconds]): readonly Standing[] {
  const credits = calibrations(members, window);
  return members
    .map((member, at) => ({ member, standing: standingOf(member, credits[at] as number) }))
    .sort(
      (one, other) =>
        byScore(one.standing.score, other.standing.score) ||
        byAssignment(one.member.lastAssigned, other.member.lastAssigned),
    )
    .map(({ standing }) => standing);
}

/** @param members of the group as listed. @param window [from, to): how far back bookings count. */
export function leastBooked(members: readonly BookedMember[], window: readonly [Seconds, Seconds]): Rank {
  const inOrder = standings(members, window);
  return (free) => {
    const wanted = new Set(free);
    return inOrder.filter(({ place }) => wanted.has(place)).map(rankedOf);
  };
}

function standingOf({ place, bookings, weight }: BookedMember, calibration: number): Standing {
  // What is equal but for the last digits of a fraction is equal.
  const score = countsAsNone(weight)
    ? Number.POSITIVE_INFINITY
    : Math.round(((bookings + calibration) / weight) * 1e6) / 1e6;
  return { place, bookings, calibration, score };
}

function rankedOf({ place, bookings, score }: Standing): Ranked {
  return { place, bookings, score };
}

function byScore(one: number, other: number): number {
  return one === other ? 0 : one - other;
}

function byAssignment(one: number | null, other: number | null): number {
  if (one === other) return 0;
  return (one ?? Number.NEGATIVE_INFINITY) < (other ?? Number.NEGATIVE_INFINITY) ? -1 : 1;
}
