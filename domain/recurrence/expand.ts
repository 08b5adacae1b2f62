/** A series' occurrences in a window. */
import type { EventException, Instant } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { candidates } from './candidates.ts';
import { type ExceptionIndex, indexExceptions } from './exceptions.ts';
import { HeldBack } from './held-back.ts';
import { merged } from './merged.ts';
import { occurrenceOf, precedes } from './occurrence.ts';
import { PlainWalk, plainRuleOf } from './plain-walk.ts';
import { type Range, rangedOccurrence, SHIFT_SLACK } from './ranges.ts';
import type { ExpansionWindow, Occurrence, Series } from './series.ts';
import { type Length, readSeries, type SeriesReading } from './series-reading.ts';
import { WalkState } from './walk-state.ts';

export { canonicalRecurrenceId, generates } from './generates.ts';
export { type Envelope, eventBounds, seriesBounds } from './series-bounds.ts';

/** Lazy, and to be walked once: what was generated stays counted. */
export interface Expansion extends Iterable<Occurrence> {
  /** Candidates generated so far, also those that EXDATE or an exception took away (semantics B6). */
  readonly generated: number;
  /** Set when the walk ended before the window did: there may be more. */
  readonly exhausted: boolean;
  /** Steps spent so far; for tests, which count them instead of milliseconds. */
  readonly steps: number;
}

/**
 * The occurrences of a series in a window, by start and then by recurrence id.
 *
 * A changed occurrence is found where it is, never where it was; so is one that the rules do not generate (an
 * orphan), and one that an earlier change moved with it (`thisAndFuture`). One whose status is CANCELLED is yielded like any other: the caller decides. An exception's recurrence id
 * may be written in another value type than the master's. Rules that cannot be read add nothing; hostile ones end the
 * walk as `exhausted`.
 *
 * @param exceptions changed occurrences, single ones.
 * @param window half-open, semantics A9; `maximum` 1 or more.
 */
export function expand(
  series: Series,
  exceptions: readonly EventException[],
  window: ExpansionWindow,
  zones: ZoneData,
): Expansion {
  return new SeriesExpansion(readSeries(series, zones), exceptions, window);
}

class SeriesExpansion implements Expansion {
  readonly #reading: SeriesReading;
  readonly #exceptions: readonly EventException[];
  readonly #window: ExpansionWindow;
  readonly #state = new WalkState();

  constructor(reading: SeriesReading, exceptions: readonly EventException[], window: ExpansionWindow) {
    this.#reading = reading;
    this.#exceptions = exceptions;
    this.#window = window;
  }

  get generated(): number {
    return this.#state.generated;
  }

  get exhausted(): boolean {
    return this.#state.exhausted;
  }

  get steps(): number {
    return this.#state.budget.spent;
  }

  [Symbol.iterator](): Iterator<Occurrence, void> {
    const reading = this.#reading;
    const index = indexExceptions(this.#exceptions, reading);
    const changed = index.occurrences.filter((occurrence) => isWithin(occurrence, this.#window));
    const rule = plainRuleOf(reading);
    if (index.ranges.length > 0) {
      return this.#merged(changed, this.#ranged(index));
    }
    if (rule === null) {
      return this.#merged(changed, this.#generate(index, wholeSeries));
    }
    const window = { ...this.#window, earliest: this.#earliest() };
    return new PlainWalk(reading, rule, index, changed, window, this.#state);
  }

  /** What starts before it is over by the window's begin, or was told. */
  #earliest(): Instant {
    const { from, startsFrom = Number.NEGATIVE_INFINITY } = this.#window;
    return Math.max(from - longestLength(this.#reading), startsFrom);
  }

  *#merged(changed: readonly Occurrence[], generated: Iterable<Occurrence>): Generator<Occurrence, void> {
    let next = 0;
    for (const occurrence of generated) {
      for (let one = changed[next]; one !== undefined && precedes(one, occurrence); one = changed[next]) {
        next += 1;
        yield one;
      }
      yield occurrence;
    }
    // Those after a walk that was cut short are held back: before them something may be missing.
    if (!this.exhausted) {
      yield* changed.slice(next);
    }
  }

  /** Every stretch of starts moves by itself, and may come to lie among those of another. */
  *#ranged(index: ExceptionIndex): Generator<Occurrence, void> {
    const stretches = [null, ...index.ranges].map(
      (range, at): Stretch => ({
        range,
        from: range?.after ?? Number.NEGATIVE_INFINITY,
        before: index.ranges[at]?.after ?? Number.POSITIVE_INFINITY,
      }),
    );
    const walks = stretches.map((stretch) => this.#sorted(this.#generate(index, stretch)));
    for (const occurrence of merged(walks, inOrder)) {
      if (this.exhausted) {
        return;
      }
      yield occurrence;
    }
  }

  /** Wall clocks that are moved alike keep their order, but for those that a change of the clock is between. */
  *#sorted(occurrences: Iterable<Occurrence>): Generator<Occurrence, void> {
    const held = new HeldBack(inOrder);
    for (const occurrence of occurrences) {
      held.hold(occurrence);
      while (held.first !== undefined && held.first.startsAt + SHIFT_SLACK < occurrence.startsAt) {
        yield held.release();
      }
    }
    while (held.first !== undefined) {
      yield held.release();
    }
  }

  *#generate(index: ExceptionIndex, stretch: Stretch): Generator<Occurrence, void> {
    const { range } = stretch;
    const { maximum } = this.#window;
    const reading = this.#reading;
    const { from, before } = this.#originals(stretch);
    for (const candidate of candidates(reading, from, before, this.#state.budget)) {
      if (candidate.startsAt >= before) {
        return;
      }
      if (this.#state.generated >= maximum) {
        this.#state.full = true;
        return;
      }
      this.#state.generated += 1;
      if (index.replaces(candidate) || reading.exclusions.has(candidate)) {
        continue;
      }
      const occurrence =
        range === null ? occurrenceOf(candidate, reading) : rangedOccurrence(candidate, range, reading);
      if (isWithin(occurrence, this.#window)) {
        yield occurrence;
      }
    }
  }

  /** Between which original starts the occurrences of a stretch can come to lie within the window. */
  #originals({ range, from, before }: Stretch): { from: Instant; before: Instant } {
    const { to, startsFrom = Number.NEGATIVE_INFINITY } = this.#window;
    if (range === null) {
      return { from: Math.max(from, this.#earliest()), before: Math.min(before, to) };
    }
    const earliest = Math.max(this.#window.from - longest(range.length), startsFrom) - range.shift - SHIFT_SLACK;
    return { from: Math.max(from, earliest), before: Math.min(before, to - range.shift + SHIFT_SLACK) };
  }
}

/** Original starts, `before` exclusive, that one range moves, or none. */
interface Stretch {
  readonly range: Range | null;
  readonly from: Instant;
  readonly before: Instant;
}

const wholeSeries: Stretch = { range: null, from: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY };

/** No two occurrences of a series have one start and one id. */
function inOrder(left: Occurrence, right: Occurrence): number {
  return precedes(left, right) ? -1 : 1;
}

/** Half-open; what has no length counts from its start on (RFC 4791 §9.9, semantics A9). */
function isWithin(occurrence: Occurrence, window: ExpansionWindow): boolean {
  const { startsAt, endsAt } = occurrence;
  if (window.startsFrom !== undefined && startsAt < window.startsFrom) return false;
  return startsAt < window.to && (endsAt > window.from || (endsAt === startsAt && startsAt >= window.from));
}

/** No occurrence of the rules is longer, in elapsed milliseconds. */
function longestLength(reading: SeriesReading): number {
  return reading.extra.reduce(
    (most, { startsAt, endsAt }) => Math.max(most, (endsAt ?? startsAt) - startsAt),
    longest(reading.length),
  );
}

/** A day may be some hours more where a clock changes. */
function longest(length: Length): number {
  return 'days' in length ? (length.days + 1) * MILLISECONDS_PER_DAY + 3_600_000 : length.elapsed;
}
