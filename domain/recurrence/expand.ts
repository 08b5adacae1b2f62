/** A series' occurrences in a window. */
import type { EventException, Instant } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { candidates } from './candidates.ts';
import { type ExceptionIndex, indexExceptions } from './exceptions.ts';
import { occurrenceOf, precedes } from './occurrence.ts';
import { PlainWalk, plainRuleOf } from './plain-walk.ts';
import type { ExpansionWindow, Occurrence, Series } from './series.ts';
import { readSeries, type SeriesReading } from './series-reading.ts';
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
 * orphan). One whose status is CANCELLED is yielded like any other: the caller decides. An exception's recurrence id
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
    if (rule !== null) {
      const window = { ...this.#window, earliest: this.#earliest() };
      return new PlainWalk(reading, rule, index, changed, window, this.#state);
    }
    return this.#merged(changed, this.#generate(index));
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

  *#generate(index: ExceptionIndex): Generator<Occurrence, void> {
    const { to, maximum } = this.#window;
    const reading = this.#reading;
    for (const candidate of candidates(reading, this.#earliest(), to, this.#state.budget)) {
      if (candidate.startsAt >= to) {
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
      const occurrence = occurrenceOf(candidate, reading);
      if (isWithin(occurrence, this.#window)) {
        yield occurrence;
      }
    }
  }
}

/** Half-open; what has no length counts from its start on (RFC 4791 §9.9, semantics A9). */
function isWithin(occurrence: Occurrence, window: ExpansionWindow): boolean {
  const { startsAt, endsAt } = occurrence;
  if (window.startsFrom !== undefined && startsAt < window.startsFrom) return false;
  return startsAt < window.to && (endsAt > window.from || (endsAt === startsAt && startsAt >= window.from));
}

/**
 * No occurrence of the rules is longer, in elapsed milliseconds; a day may be some hours more where a clock changes.
 */
function longestLength(reading: SeriesReading): number {
  const own =
    'days' in reading.length ? (reading.length.days + 1) * MILLISECONDS_PER_DAY + 3_600_000 : reading.length.elapsed;
  return reading.extra.reduce(
    (longest, { startsAt, endsAt }) => Math.max(longest, (endsAt ?? startsAt) - startsAt),
    own,
  );
}
