/** Original starts: which of them a rule generates, and how they are written. */
import type { EventException, RecurrenceId } from '../events/model.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { candidates } from './candidates.ts';
import { indexExceptions } from './exceptions.ts';
import { occurrenceOf } from './occurrence.ts';
import { rangeAt, rangedOccurrence } from './ranges.ts';
import type { Occurrence, Series } from './series.ts';
import { candidateNamed, readSeries, type SeriesReading } from './series-reading.ts';
import { MOST_STEPS, StepBudget } from './step-budget.ts';

/** Tells of ids whether a series has them. */
export interface Generator {
  /**
   * The occurrence with this recurrence id, where the rules put it; null when they do not generate it, EXDATE excludes
   * it, or the id is not written in the master's value type (an id has one form only, semantics B1). A change of this
   * occurrence itself is the caller's: look there first.
   *
   * @param exceptions of them, those that stand for later occurrences, too (`thisAndFuture`), put it elsewhere.
   */
  of(recurrenceId: RecurrenceId, exceptions?: readonly EventException[]): Occurrence | null;
  /** Null was also answered because it would have taken too long to find: for this id, or for those before it. */
  readonly exhausted: boolean;
}

/** For all ids of a series together: each of some that were counted out is a walk from the first. */
const mostStepsOfMany = 10 * MOST_STEPS;

/** Reads a series once for many ids, with the first of them. */
export function generatorOf(series: Series, zones: ZoneData, mostSteps = mostStepsOfMany): Generator {
  let read: SeriesReading | null = null;
  const budget = new StepBudget(mostSteps);
  return {
    of(recurrenceId, exceptions = []) {
      read ??= readSeries(series, zones);
      const reading = read;
      const named = candidateNamed(recurrenceId, reading);
      if (named === null || named.recurrenceId !== recurrenceId) return null;
      for (const candidate of candidates(reading, named.startsAt, named.startsAt, budget)) {
        if (candidate.recurrenceId !== recurrenceId) continue;
        if (reading.exclusions.has(candidate)) return null;
        const ranging = exceptions.filter(({ content }) => content.thisAndFuture === true);
        const range = rangeAt(indexExceptions(ranging, reading).ranges, candidate.startsAt);
        return range === null ? occurrenceOf(candidate, reading) : rangedOccurrence(candidate, range, reading);
      }
      return null;
    },
    get exhausted() {
      return budget.exhausted;
    },
  };
}

/** As a generator tells of one id. */
export function generates(
  series: Series,
  recurrenceId: RecurrenceId,
  zones: ZoneData,
  exceptions: readonly EventException[] = [],
): Occurrence | null {
  return generatorOf(series, zones, MOST_STEPS).of(recurrenceId, exceptions);
}

/**
 * A recurrence id in the master's value type, whatever form a server wrote it in (UTC for a zoned series, DATE for a
 * timed one); null when it is malformed. Two ids name the same occurrence when their canonical forms are equal.
 */
export function canonicalRecurrenceId(
  series: Series,
  recurrenceId: RecurrenceId,
  zones: ZoneData,
): RecurrenceId | null {
  return candidateNamed(recurrenceId, readSeries({ ...series, rules: [] }, zones))?.recurrenceId ?? null;
}
