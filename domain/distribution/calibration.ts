/** What whoever was not there is credited with, so that nobody is flooded afterwards (semantics E9). */
import { intersection, pairsOf, type Seconds, type Spans, union } from '../availability/spans.ts';
import { type BookedMember, countsAsNone } from './pool.ts';

/** Who is away for less than this, in seconds, was there: nobody is a newcomer for having been authorised a minute later. */
const shortest = 43_200;

/**
 * Bookings that each member, in the order given, would have had while away, had it been booked like the others: their average
 * rate, by weight and by the time that they were there, times its own time away; at most what they had on average, however short
 * they were there. The pool is as old as the first of its members: before that nobody was away.
 *
 * @param window [from, to): how far back bookings count.
 */
export function calibrations(members: readonly BookedMember[], window: readonly [Seconds, Seconds]): readonly number[] {
  const [from, to] = window;
  const origin = members.reduce((first, { since }) => Math.min(first, since), Number.POSITIVE_INFINITY);
  const begin = Math.min(Math.max(from, origin), to);
  const presence = members.map((member) => presenceOf(member, begin, to));
  // Always added up in the same order: whose figures are the same gets the same, wherever in the list it stands.
  const inOrder = presence
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => one.bookings - other.bookings || one.weight - other.weight || one.there - other.there);
  const known = new Map<string, number>();
  return presence.map((one) => {
    if (one.away === 0) return 0;
    const key = `${one.bookings} ${one.weight} ${one.away}`;
    const credit = known.get(key) ?? creditOf(one, inOrder);
    known.set(key, credit);
    return credit;
  });
}

interface Presence {
  readonly bookings: number;
  readonly weight: number;
  readonly away: Seconds;
  readonly there: Seconds;
}

function presenceOf({ bookings, weight: given, since, away }: BookedMember, begin: Seconds, to: Seconds): Presence {
  const before: readonly [Seconds, Seconds] = [begin, Math.min(since, to)];
  const spans = intersection(union([before, ...pairsOf(away)]), begin < to ? [begin, to] : []);
  const length = lengthOf(spans);
  const weight = countsAsNone(given) ? 0 : given;
  const gone = length < shortest ? 0 : length;
  return { bookings, weight, away: gone, there: to - begin - gone };
}

function creditOf(one: Presence, inOrder: readonly Presence[]): number {
  let bookings = 0;
  let weight = 0;
  let there = 0;
  // Itself, or one just like it, is left out once.
  let isLeftOut = false;
  for (const other of inOrder) {
    if (!isLeftOut && isAlike(one, other)) {
      isLeftOut = true;
      continue;
    }
    bookings += other.bookings;
    weight += other.weight;
    there += other.weight * other.there;
  }
  if (weight === 0) return 0;
  return one.weight * bookings * Math.min(one.away / there, 1 / weight);
}

function isAlike(one: Presence, other: Presence): boolean {
  return one.bookings === other.bookings && one.weight === other.weight && one.away === other.away;
}

function lengthOf(spans: Spans): Seconds {
  let length = 0;
  for (const [start, end] of pairsOf(spans)) length += end - start;
  return length;
}
