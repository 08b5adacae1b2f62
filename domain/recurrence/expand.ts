/** A series' occurrences in a window. */
import type { EventException } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { candidates } from './candidates.ts';
import { type ExceptionIndex, indexExceptions } from './exceptions.ts';
import { occurrenceOf } from './occurrence.ts';
import type { ExpansionWindow, Occurrence, Series } from './series.ts';
import { readSeries, type SeriesReading } from './series-reading.ts';
import { MOST_STEPS, StepBudget } from './step-budget.ts';

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
  readonly #budget = new StepBudget(MOST_STEPS);
  #generated = 0;
  #full = false;

  constructor(reading: SeriesReading, exceptions: readonly EventException[], window: ExpansionWindow) {
    this.#reading = reading;
    this.#exceptions = exceptions;
    this.#window = window;
  }

  get generated(): number {
    return this.#generated;
  }

  get exhausted(): boolean {
    return this.#full || this.#budget.exhausted;
  }

  get steps(): number {
    return this.#budget.spent;
  }

  *[Symbol.iterator](): Generator<Occurrence, void> {
    const index = indexExceptions(this.#exceptions, this.#reading);
    const changed = index.occurrences.filter((occurrence) => isWithin(occurrence, this.#window));
    let next = 0;
    for (const occurrence of this.#generate(index)) {
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
    const { from, to, maximum } = this.#window;
    const reading = this.#reading;
    for (const candidate of candidates(reading, from - longestLength(reading), to, this.#budget)) {
      if (candidate.startsAt >= to) {
        return;
      }
      if (this.#generated >= maximum) {
        this.#full = true;
        return;
      }
      this.#generated += 1;
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
  return startsAt < window.to && (endsAt > window.from || (endsAt === startsAt && startsAt >= window.from));
}

function precedes(left: Occurrence, right: Occurrence): boolean {
  return left.startsAt < right.startsAt || (left.startsAt === right.startsAt && left.recurrenceId < right.recurrenceId);
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
