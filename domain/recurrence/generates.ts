/** Original starts: which of them a rule generates, and how they are written. */
import type { EventException, RecurrenceId } from '../events/model.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { candidates } from './candidates.ts';
import { indexExceptions } from './exceptions.ts';
import { occurrenceOf } from './occurrence.ts';
import { rangeAt, rangedOccurrence } from './ranges.ts';
import type { Occurrence, Series } from './series.ts';
import { candidateNamed, readSeries } from './series-reading.ts';
import { MOST_STEPS, StepBudget } from './step-budget.ts';

/**
 * The occurrence with this recurrence id, where the rules put it; null when they do not generate it, EXDATE excludes
 * it, or the id is not written in the master's value type (an id has one form only, semantics B1). A change of this
 * occurrence itself is the caller's: look there first.
 *
 * @param exceptions of them, those that stand for later occurrences, too (`thisAndFuture`), put it elsewhere.
 */
export function generates(
  series: Series,
  recurrenceId: RecurrenceId,
  zones: ZoneData,
  exceptions: readonly EventException[] = [],
): Occurrence | null {
  const reading = readSeries(series, zones);
  const named = candidateNamed(recurrenceId, reading);
  if (named === null || named.recurrenceId !== recurrenceId) {
    return null;
  }
  for (const candidate of candidates(reading, named.startsAt, named.startsAt, new StepBudget(MOST_STEPS))) {
    if (candidate.recurrenceId === recurrenceId) {
      if (reading.exclusions.has(candidate)) {
        return null;
      }
      const ranging = exceptions.filter(({ content }) => content.thisAndFuture === true);
      const range = rangeAt(indexExceptions(ranging, reading).ranges, candidate.startsAt);
      return range === null ? occurrenceOf(candidate, reading) : rangedOccurrence(candidate, range, reading);
    }
  }
  return null;
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
