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
  return union(limits.flatMap((limit) => [...pairsOf(new LimitedPeriods(limit, bookings, zones).full(window))]));
}

/** One limit's days or weeks, numbered, and what is left of each. */
export class LimitedPeriods {
  readonly #maximum: number;
  readonly #days: number;
  readonly #shift: number;
  readonly #walls: ZoneWalls;
  readonly #counts = new Map<number, number>();

  constructor({ period, maximum, timeZone, categories }: BookingLimit, bookings: readonly Booking[], zones: ZoneData) {
    this.#maximum = maximum;
    this.#days = period === 'DAY' ? 1 : 7;
    // Epoch day 4 was a Monday: weeks are counted from it.
    this.#shift = period === 'DAY' ? 0 : 4;
    this.#walls = new ZoneWalls(zones, timeZone);
    if (maximum < 1) return;
    for (const booking of bookings) {
      if (categories !== null && booking.categories?.some((category) => categories.has(category)) === false) continue;
      const number = this.numberOf(booking.start);
      this.#counts.set(number, (this.#counts.get(number) ?? 0) + 1);
    }
  }

  /** Which day or week an instant is in; the next one has the next number. */
  numberOf(instant: Seconds): number {
    return Math.floor((dayOf(this.#walls.shownAt(instant * 1000)) - this.#shift) / this.#days);
  }

  /** How many meetings more may start in a day or week: none or fewer where it is full. */
  roomIn(number: number): number {
    return this.#maximum - (this.#counts.get(number) ?? 0);
  }

  /** Where in `window` there is no room. */
  full(window: readonly [Seconds, Seconds]): Spans {
    if (this.#maximum < 1) return window;
    const full = [...this.#counts.keys()].filter((number) => this.roomIn(number) < 1);
    return intersection(union(full.map((number) => [this.#startOf(number), this.#startOf(number + 1)])), window);
  }

  #startOf(number: number): Seconds {
    const midnight = (number * this.#days + this.#shift) * MILLISECONDS_PER_DAY;
    return Math.floor(this.#walls.startOfDay(midnight) / 1000);
  }
}
