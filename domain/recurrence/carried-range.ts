/** Where a change that stands for later occurrences, too, goes on when its own occurrence is no longer its first. */
import type { EventException, Instant } from '../events/model.ts';
import { candidates } from './candidates.ts';
import { indexExceptions } from './exceptions.ts';
import { rangeAt, rangedOccurrence } from './ranges.ts';
import type { SeriesReading } from './series-reading.ts';
import { MOST_STEPS, StepBudget } from './step-budget.ts';

/**
 * The same change at the first original start from an instant on that has none of its own; null where nothing stands for
 * starts from there on, or none is left before the next such change.
 *
 * @param from an original start, or just behind one.
 */
export function carriedRange(
  reading: SeriesReading,
  exceptions: readonly EventException[],
  from: Instant,
): EventException | null {
  const index = indexExceptions(exceptions, reading);
  const range = rangeAt(index.ranges, from);
  if (range === null) {
    return null;
  }
  const next = index.ranges.find(({ after }) => after > from)?.after ?? Number.POSITIVE_INFINITY;
  for (const candidate of candidates(reading, from, next, new StepBudget(MOST_STEPS))) {
    if (candidate.startsAt >= next) {
      return null;
    }
    if (!index.replaces(candidate) && !reading.exclusions.has(candidate)) {
      const { recurrenceId, start, end } = rangedOccurrence(candidate, range, reading);
      return { recurrenceId, content: { ...range.exception.content, start, end } };
    }
  }
  return null;
}
