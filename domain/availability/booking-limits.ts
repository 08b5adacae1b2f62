/** The days and weeks in which a member has as many bookings as it takes (semantics E8). */
import type { ZoneName } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import { dayOf } from '../time/wall-clock.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { ZoneWalls } from '../time/zone-walls.ts';
import { intersection, pairsOf, type Seconds, type Spans, union } from './spans.ts';

export interface BookingLimit {
  /** Weeks begin on Monday. */
  readonly period: 'DAY' | 'WEEK';
  /** 0 or more. */
  readonly maximum: number;
  readonly timeZone: ZoneName;
  /** Only bookings in one of these count; null: all. */
  readonly categories: ReadonlySet<string> | null;
}

/** What counts: an event or occurrence of the asking application that is not cancelled, or a live hold. */
export interface Booking {
  readonly start: Seconds;
  /** Null: not known yet, so that it counts for any. */
  readonly categories: readonly string[] | null;
}

/** Where in `window` one meeting more would be one too many; a booking counts in the period that it starts in. */
export function fullTime(
  limits: readonly BookingLimit[],
  bookings: readonly Booking[],
  window: readonly [Seconds, Seconds],
  zones: ZoneData,
): Spans {
  return union(limits.flatMap((limit) => [...pairsOf(fullFor(limit, bookings, window, zones))]));
}

function fullFor(
  { period, maximum, timeZone, categories }: BookingLimit,
  bookings: readonly Booking[],
  window: readonly [Seconds, Seconds],
  zones: ZoneData,
): Spans {
  if (maximum < 1) return window;
  const walls = new ZoneWalls(zones, timeZone);
  const days = period === 'DAY' ? 1 : 7;
  // Epoch day 4 was a Monday: weeks are counted from it.
  const shift = period === 'DAY' ? 0 : 4;
  const counts = new Map<number, number>();
  for (const booking of bookings) {
    if (categories !== null && booking.categories?.some((category) => categories.has(category)) === false) continue;
    const number = Math.floor((dayOf(walls.shownAt(booking.start * 1000)) - shift) / days);
    counts.set(number, (counts.get(number) ?? 0) + 1);
  }
  const startOf = (number: number): Seconds =>
    Math.floor(walls.startOfDay((number * days + shift) * MILLISECONDS_PER_DAY) / 1000);
  const full = [...counts].filter(([, count]) => count >= maximum).map(([number]) => number);
  return intersection(union(full.map((number) => [startOf(number), startOf(number + 1)])), window);
}
