/**
 * The fast path of the expansion: a series with one plain rule. Its days come from the rule's cycle, its instants from
 * the spans in which its zone's offset stays, its exclusions from sorted lists that are walked along; nothing is looked
 * up or written out for a single occurrence. It answers what the general path answers (docs/recurrence.md): its starts
 * come in order, as no clock has ever jumped by more than the day that lies between two of them.
 */
import type { Instant } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import { LAST_INSTANT } from '../time/instants.ts';
import { dayOf, type WallClock } from '../time/wall-clock.ts';
import { candidateAt } from './candidate.ts';
import type { ExceptionIndex } from './exceptions.ts';
import { elapsedEnd, nominalEnd, precedes, RuleOccurrence } from './occurrence.ts';
import { type DayCycle, dayCycle, isPlain, placeInCycle } from './plain-rule.ts';
import type { RecurrenceRule } from './rule.ts';
import type { Occurrence } from './series.ts';
import { LAST_START, type SeriesReading, untilInstant } from './series-reading.ts';
import type { WalkState } from './walk-state.ts';

/** The only rule of a series that the fast path knows, else null. */
export function plainRuleOf(reading: SeriesReading): RecurrenceRule | null {
  const [rule, ...others] = reading.rules;
  const alone = others.length + reading.extra.length + reading.exceptRules.length === 0;
  return rule !== undefined && alone && isPlain(rule) ? rule : null;
}

/** The window of an expansion. */
export interface WalkWindow {
  readonly from: Instant;
  readonly to: Instant;
  /** What starts before it is not generated. */
  readonly earliest: Instant;
  readonly maximum: number;
}

/**
 * The occurrences of DTSTART and a plain rule among the changed ones, in order. An iterator by hand: a generator takes
 * twice as long for each.
 */
export class PlainWalk implements IterableIterator<Occurrence, void> {
  readonly #reading: SeriesReading;
  readonly #index: ExceptionIndex;
  readonly #window: WalkWindow;
  readonly #state: WalkState;
  readonly #cycle: DayCycle;
  readonly #timeOfDay: number;
  readonly #until: Instant;
  readonly #elapsed: number;
  /** Of every occurrence, where it is nominal; else null. */
  readonly #days: number | null;
  /** What starts by then ends where every zone can show it. */
  readonly #safe: Instant;
  #round: number;
  #position: number;
  #startSeen = false;
  #ended = false;
  /** Wall clocks before `#spanEnd` lie `#offset` milliseconds east of UTC, and days begin by `#spanEndsAt`. */
  #offset = 0;
  #spanEnd: WallClock;
  #spanEndsAt: Instant = Number.POSITIVE_INFINITY;
  #excludedAt = 0;
  #originalAt = 0;
  readonly #changed: readonly Occurrence[];
  #changedAt = 0;
  /** The start of the next changed one. */
  #changedStart: Instant;
  /** Generated, and waiting for the changed ones before it. */
  #waiting: Occurrence | null = null;

  /** @param changed the changed occurrences of the window, in order. */
  constructor(
    reading: SeriesReading,
    rule: RecurrenceRule,
    index: ExceptionIndex,
    changed: readonly Occurrence[],
    window: WalkWindow,
    state: WalkState,
  ) {
    const { length, series } = reading;
    const startDay = dayOf(reading.wall);
    this.#reading = reading;
    this.#index = index;
    this.#changed = changed;
    this.#changedStart = changed[0]?.startsAt ?? Number.POSITIVE_INFINITY;
    this.#window = window;
    this.#state = state;
    this.#cycle = dayCycle(rule, startDay);
    this.#timeOfDay = reading.wall - startDay * MILLISECONDS_PER_DAY;
    this.#until = Math.min(untilInstant(rule, reading) ?? LAST_START, LAST_START);
    this.#elapsed = 'elapsed' in length ? length.elapsed : 0;
    this.#days = 'days' in length ? length.days : null;
    this.#safe = LAST_INSTANT - MILLISECONDS_PER_DAY - this.#elapsed;
    this.#spanEnd = series.start.kind === 'utc' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    // Two days before an instant no zone shows a wall clock that is still to come.
    const wanted = Math.min(Math.floor(window.earliest / MILLISECONDS_PER_DAY), dayOf(LAST_INSTANT)) - 2;
    const { round, position } = placeInCycle(this.#cycle, Math.max(startDay + 1, wanted));
    this.#round = round;
    this.#position = position;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Occurrence, void> {
    const occurrence = this.#waiting ?? this.#generate();
    if (occurrence !== null && this.#changedStart > occurrence.startsAt) {
      this.#waiting = null;
      return { done: false, value: occurrence };
    }
    return this.#merge(occurrence);
  }

  return(): IteratorResult<Occurrence, void> {
    this.#ended = true;
    this.#waiting = null;
    this.#changedAt = this.#changed.length;
    this.#changedStart = Number.POSITIVE_INFINITY;
    return { done: true, value: undefined };
  }

  #merge(occurrence: Occurrence | null): IteratorResult<Occurrence, void> {
    const one = this.#changed[this.#changedAt];
    // Those after a walk that was cut short are held back: before them something may be missing.
    if (one !== undefined && (occurrence === null ? !this.#state.exhausted : precedes(one, occurrence))) {
      this.#waiting = occurrence;
      this.#changedAt += 1;
      this.#changedStart = this.#changed[this.#changedAt]?.startsAt ?? Number.POSITIVE_INFINITY;
      return { done: false, value: one };
    }
    this.#waiting = null;
    return occurrence === null ? this.return() : { done: false, value: occurrence };
  }

  /** The next occurrence that is not excluded, not replaced, and within the window. */
  #generate(): Occurrence | null {
    const { from, to, earliest, maximum } = this.#window;
    while (!this.#ended) {
      const isStart = !this.#startSeen;
      const wall = isStart ? this.#reading.wall : this.#nextWall();
      this.#startSeen = true;
      if (wall === Number.POSITIVE_INFINITY) {
        break;
      }
      if (wall >= this.#spanEnd) {
        this.#enterSpan(wall);
      }
      const startsAt = Math.min(wall - this.#offset, this.#spanEndsAt);
      if (startsAt >= to || (startsAt > this.#until && !isStart)) {
        break;
      }
      if (startsAt < earliest) {
        continue;
      }
      if (this.#state.generated >= maximum) {
        this.#state.full = true;
        break;
      }
      this.#state.generated += 1;
      if (this.#isTaken(wall, startsAt)) {
        continue;
      }
      const endsAt = this.#endOf(wall, startsAt);
      if (endsAt > from || (endsAt === startsAt && startsAt >= from)) {
        return new RuleOccurrence(this.#reading, wall, startsAt, endsAt, false);
      }
    }
    this.#ended = true;
    return null;
  }

  /** Infinity where COUNT or the budget ends the rule. */
  #nextWall(): WallClock {
    const { offsets, firstDay, length, end } = this.#cycle;
    if (this.#position === offsets.length) {
      this.#round += 1;
      this.#position = 0;
    }
    const offset = offsets[this.#position];
    if (offset === undefined || this.#round * offsets.length + this.#position >= end || !this.#state.budget.spend()) {
      return Number.POSITIVE_INFINITY;
    }
    this.#position += 1;
    return (firstDay + this.#round * length + offset) * MILLISECONDS_PER_DAY + this.#timeOfDay;
  }

  #enterSpan(wall: WallClock): void {
    const span = this.#reading.walls.spanOf(wall);
    this.#offset = span.offset;
    this.#spanEnd = span.end;
    this.#spanEndsAt = this.#reading.series.start.kind === 'date' ? span.endsAt : Number.POSITIVE_INFINITY;
  }

  /** Whether EXDATE excludes the start, or a changed occurrence stands for it. */
  #isTaken(wall: WallClock, startsAt: Instant): boolean {
    const { instants, days } = this.#reading.exclusions;
    while (this.#excludedAt < instants.length && startsAt > (instants[this.#excludedAt] as Instant)) {
      this.#excludedAt += 1;
    }
    const { originals } = this.#index;
    while (this.#originalAt < originals.length && startsAt > (originals[this.#originalAt] as Instant)) {
      this.#originalAt += 1;
    }
    return (
      instants[this.#excludedAt] === startsAt ||
      (originals[this.#originalAt] === startsAt && this.#index.replaces(candidateAt(this.#reading, wall))) ||
      (days.size > 0 && days.has(dayOf(this.#reading.walls.shownAt(startsAt))))
    );
  }

  #endOf(wall: WallClock, startsAt: Instant): Instant {
    if (this.#days !== null) {
      return nominalEnd(wall, this.#days, this.#reading);
    }
    const endsAt = startsAt + this.#elapsed;
    return startsAt <= this.#safe ? endsAt : elapsedEnd(startsAt, endsAt);
  }
}
