/**
 * Wall clocks of one zone to instants, many of them: what `ZoneData.resolve` and `startOfDay` answer, by addition within
 * the spans in which the zone's offset stays.
 */
import type { Instant, ZoneName } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from './calendar-days.ts';
import type { WallClock } from './wall-clock.ts';
import type { OffsetSpan, ZoneData } from './zone-data.ts';

/** Forward or back; every jump costs a few look-ups, every wall clock in between an addition. */
export class ZoneWalls {
  readonly #zones: ZoneData;
  readonly #zone: ZoneName;
  /** Wall clocks from here … */
  #first: WallClock = Number.POSITIVE_INFINITY;
  /** … to before here lie `#offset` milliseconds east of UTC … */
  #end: WallClock = Number.NEGATIVE_INFINITY;
  #offset = 0;
  /** … and the span in which they do ends at this instant. */
  #spanEnd: Instant = Number.NEGATIVE_INFINITY;
  #instants: OffsetSpan = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, offset: 0 };

  constructor(zones: ZoneData, zone: ZoneName) {
    this.#zones = zones;
    this.#zone = zone;
  }

  /** In a gap the offset before it counts, in an overlap the first (RFC 5545 §3.3.5). */
  instantOf(wall: WallClock): Instant {
    if (wall < this.#first || wall >= this.#end) {
      this.#moveTo(wall);
    }
    return wall - this.#offset;
  }

  /** The first instant of the day that begins at a wall clock; where midnight does not exist, the first that does. */
  startOfDay(midnight: WallClock): Instant {
    // A gap's wall clocks count by the offset before it, and so fall behind the span's end, where the clock lands.
    const instant = this.instantOf(midnight);
    return Math.min(instant, this.#spanEnd);
  }

  /** Milliseconds east of UTC. */
  offsetAt(instant: Instant): number {
    if (instant < this.#instants.from || instant >= this.#instants.to) {
      this.#instants = this.#zones.spanAt(instant, this.#zone);
    }
    return this.#instants.offset;
  }

  /** The wall clock that the zone shows at an instant. */
  shownAt(instant: Instant): WallClock {
    return instant + this.offsetAt(instant);
  }

  /** The wall clocks that count by the offset of the span around `wall`, and that offset. */
  spanOf(wall: WallClock): { readonly end: WallClock; readonly offset: number; readonly endsAt: Instant } {
    if (wall < this.#first || wall >= this.#end) {
      this.#moveTo(wall);
    }
    return { end: this.#end, offset: this.#offset, endsAt: this.#spanEnd };
  }

  /** @throws RangeError for what is no wall clock but an infinity, which no span is around. */
  #moveTo(wall: WallClock): void {
    if (!Number.isFinite(wall)) {
      throw new RangeError(`expected a wall clock, came ${wall}`);
    }
    // Every offset is less than 24 hours: a day before, as an instant, no span is too late.
    let span = this.#zones.spanAt(wall - MILLISECONDS_PER_DAY, this.#zone);
    let previous = this.#zones.spanAt(span.from - 1000, this.#zone);
    for (;;) {
      const next = this.#zones.spanAt(span.to, this.#zone);
      // A gap's wall clocks belong to what is before it, an overlap's too: the border is the later of the two.
      const end = span.to + Math.max(span.offset, next.offset);
      if (wall < end) {
        this.#first = span.from + Math.max(previous.offset, span.offset);
        this.#end = end;
        this.#offset = span.offset;
        this.#spanEnd = span.to;
        return;
      }
      previous = span;
      span = next;
    }
  }
}
