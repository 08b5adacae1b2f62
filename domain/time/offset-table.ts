/** One zone's offsets, asked of Intl once and kept: an Intl call costs a microsecond, a look-up some nanoseconds. */
import type { Instant, ZoneName } from '../events/model.ts';
import { epochDay, MILLISECONDS_PER_DAY } from './calendar-days.ts';
import { FIRST_INSTANT, LAST_INSTANT } from './instants.ts';
import type { OffsetSpan } from './zone-data.ts';

/** Offsets are kept in spans of this length, each filled when first asked for. */
const SPAN = 256 * 86_400_000;
/** How finely a span is searched for transitions: no zone changed twice within so short a time. */
const STEP = 4 * 86_400_000;
/** Before the zones and after the laws we know there is nothing finer than Morocco's Ramadan, five weeks. */
const COARSE_STEP = 16 * 86_400_000;
const FINE_FROM = -2_208_988_800_000; // 1900
const FINE_TO = 4_102_444_800_000; // 2100

/** Offsets from `starts[i]` on until the next start; one at least. */
interface Span {
  readonly starts: readonly Instant[];
  readonly offsets: readonly number[];
}

/** Which offset of a span holds at an instant. */
function placeIn({ starts }: Span, instant: Instant): number {
  let at = starts.length - 1;
  // Within its bounds: a default in the place of the cast would be one that nobody could meet.
  while (at > 0 && (starts[at] as Instant) > instant) {
    at -= 1;
  }
  return at;
}

export class OffsetTable {
  readonly #format: Intl.DateTimeFormat;
  readonly #spans = new Map<number, Span>();
  #lastIndex = Number.NaN;
  #lastSpan: Span = { starts: [], offsets: [] };

  /** Null when Intl does not know the zone. */
  static of(zone: ZoneName): OffsetTable | null {
    try {
      return new OffsetTable(zone);
    } catch {
      return null;
    }
  }

  private constructor(zone: ZoneName) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /** Milliseconds east of UTC. Instants outside the years 0001 to 9999 answer as the nearest inside. */
  offsetAt(instant: Instant): number {
    const index = Math.floor(instant / SPAN);
    const span = index === this.#lastIndex ? this.#lastSpan : this.#spanOf(index);
    return span.offsets[placeIn(span, instant)] as number;
  }

  /** The span around an instant in which the offset stays; the tables' own borders end it, too. */
  spanAt(instant: Instant): OffsetSpan {
    const index = Math.floor(instant / SPAN);
    const span = index === this.#lastIndex ? this.#lastSpan : this.#spanOf(index);
    const { starts, offsets } = span;
    const at = placeIn(span, instant);
    return {
      from: starts[at] as Instant,
      to: starts[at + 1] ?? (index + 1) * SPAN,
      offset: offsets[at] as number,
    };
  }

  #spanOf(index: number): Span {
    this.#lastSpan = this.#spans.get(index) ?? this.#fill(index);
    this.#lastIndex = index;
    return this.#lastSpan;
  }

  #fill(index: number): Span {
    const starts: Instant[] = [index * SPAN];
    let before = index * SPAN;
    let offset = this.#ask(before);
    const offsets: number[] = [offset];
    const step = before >= FINE_FROM && before < FINE_TO ? STEP : COARSE_STEP;
    while (before < (index + 1) * SPAN) {
      const after = before + step;
      const next = this.#ask(after);
      if (next !== offset) {
        starts.push(this.#transition(before, after, offset));
        offsets.push(next);
        offset = next;
      }
      before = after;
    }
    const span = { starts, offsets };
    // A thousand spans are seven centuries: more than that is a walk through nonsense, not worth memory.
    if (this.#spans.size >= 1000) {
      this.#spans.clear();
    }
    this.#spans.set(index, span);
    return span;
  }

  /** The first second in (before, after] with another offset than `offset`. */
  #transition(before: Instant, after: Instant, offset: number): Instant {
    let low = before / 1000;
    let high = after / 1000;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#ask(middle * 1000) === offset) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high * 1000;
  }

  #ask(instant: Instant): number {
    // A day inside, so that no zone shows a year before 1 or after 9999.
    const asked = Math.min(Math.max(instant, FIRST_INSTANT + 86_400_000), LAST_INSTANT - 86_400_000);
    const fields = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/.exec(this.#format.format(asked));
    if (fields === null) {
      throw new Error(`Intl shows an instant as ${this.#format.format(asked)}`);
    }
    const day = epochDay(Number(fields[3]), Number(fields[1]), Number(fields[2]));
    const second = (Number(fields[4]) * 60 + Number(fields[5])) * 60 + Number(fields[6]);
    return day * MILLISECONDS_PER_DAY + second * 1000 - Math.floor(asked / 1000) * 1000;
  }
}
