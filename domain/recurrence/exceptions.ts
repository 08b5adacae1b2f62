/** Changed occurrences beside the rules. Each stands for one original start, some for every later one as well. */
import type { EventException, EventTime, Instant, RecurrenceId } from '../events/model.ts';
import { addDays } from '../time/calendar-days.ts';
import { eventTimeInstant } from '../time/event-time.ts';
import type { Candidate } from './candidate.ts';
import { type Range, rangeOf } from './ranges.ts';
import type { Occurrence } from './series.ts';
import { candidateNamed, type SeriesReading } from './series-reading.ts';

export interface ExceptionIndex {
  /** Where the changed occurrences are, in order. */
  readonly occurrences: readonly Occurrence[];
  /** Whether a changed occurrence stands for this start. */
  readonly replaces: (candidate: Candidate) => boolean;
  /** Every start that a changed occurrence may stand for, rising. */
  readonly originals: readonly Instant[];
  /** Those that stand for later starts, too, in the order of these. */
  readonly ranges: readonly Range[];
}

/** Exceptions whose recurrence id cannot be read are left out: nothing could name them. */
export function indexExceptions(exceptions: readonly EventException[], reading: SeriesReading): ExceptionIndex {
  if (exceptions.length === 0) {
    return { occurrences: [], replaces: () => false, originals: [], ranges: [] };
  }
  const byId = new Map<RecurrenceId, Occurrence>();
  const instants = new Set<Instant>();
  const originals: Instant[] = [];
  const ranges = new Map<RecurrenceId, Range>();
  for (const exception of exceptions) {
    const original = candidateNamed(exception.recurrenceId, reading);
    if (original === null) {
      continue;
    }
    if (original.recurrenceId !== exception.recurrenceId) {
      // Rewritten by a server: a wall clock in a gap became the instant after it, which shows another wall clock.
      instants.add(original.startsAt);
    }
    originals.push(original.startsAt);
    ranges.delete(original.recurrenceId);
    if (exception.content.thisAndFuture === true) {
      ranges.set(original.recurrenceId, rangeOf(exception, original, reading));
    }
    byId.set(original.recurrenceId, changedOccurrence(exception, original, reading));
  }
  const occurrences = [...byId.values()].sort(
    (left, right) =>
      // No two have one id.
      left.startsAt - right.startsAt || (left.recurrenceId < right.recurrenceId ? -1 : 1),
  );
  return {
    occurrences,
    replaces: (candidate) => byId.has(candidate.recurrenceId) || instants.has(candidate.startsAt),
    originals: originals.sort((left, right) => left - right),
    ranges: [...ranges.values()].sort((left, right) => left.after - right.after),
  };
}

function changedOccurrence(exception: EventException, original: Candidate, reading: SeriesReading): Occurrence {
  const { start } = exception.content;
  const end = exclusiveEnd(start, exception.content.end);
  const context = { ...reading.series, zones: reading.zones };
  const startsAt = eventTimeInstant(start, context);
  return {
    recurrenceId: original.recurrenceId,
    originalStart: original.start,
    start,
    end,
    startsAt,
    endsAt: Math.max(startsAt, eventTimeInstant(end, context)),
    exception,
  };
}

/** A day that ends where it begins is one day (semantics A1). */
function exclusiveEnd(start: EventTime, end: EventTime): EventTime {
  return start.kind === 'date' && end.kind === 'date' && end.date <= start.date
    ? { kind: 'date', date: addDays(start.date, 1) }
    : end;
}
