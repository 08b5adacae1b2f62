/** Members of a pool, and the sentences that tests say of them. */
import type { BookedMember, Rank } from '../../../domain/distribution/pool.ts';

export const day = 86_400;
export const to = 1_795_000_000;
/** Thirty days. */
export const window = [to - 30 * day, to] as const;

/** Members at the places 0, 1, …, there since long ago and never away unless they say otherwise. */
export function pool(...members: readonly Partial<BookedMember>[]): BookedMember[] {
  return members.map((member, place) => ({
    place,
    id: `acc_${place}`,
    weight: 1,
    bookings: 0,
    lastAssigned: null,
    since: to - 400 * day,
    away: [],
    ...member,
  }));
}

export function placesOf(rank: Rank, free: readonly number[], slot = to): readonly number[] {
  return rank(free, slot).map(({ place }) => place);
}

export const all = (members: readonly BookedMember[]): number[] => members.map(({ place }) => place);
