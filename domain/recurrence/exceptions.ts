/**
 * Changed occurrences beside the rules. Each stands for one original start. (RANGE=THISANDFUTURE, semantics B4, would
 * enter here: as a change of every later candidate without an exception of its own.)
 */
import type { EventException, EventTime, Instant, RecurrenceId } from '../events/model.ts';
import { addDays } from '../time/calendar-days.ts';
import { eventTimeInstant } from '../time/event-time.ts';
import type { Candidate } from './candidate.ts';
import type { Occurrence } from './series.ts';
import { candidateNamed, type SeriesReading } from './series-reading.ts';

export interface ExceptionIndex {
  /** Where the changed occurrences are, in order. */
  readonly occurrences: readonly Occurrence[];
  /** Whether a changed occurrence stands for this start. */
  readonly replaces: (candidate: Candidate) => boolean;
  /** Every start that a changed occurrence may stand for, rising. */
  readonly originals: readonly Instant[];
}

/** Exceptions whose recurrence id cannot be read are left out: nothing could name them. */
export function indexExceptions(exceptions: readonly EventException[], reading: SeriesReading): ExceptionIndex {
  if (exceptions.length === 0) {
    return { occurrences: [], replaces: () => false, originals: [] };
  }
  const byId = new Map<RecurrenceId, Occurrence>();
  const instants = new Set<Instant>();
  const originals: Instant[] = [];
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
    byId.set(original.recurrenceId, changedOccurrence(exception, original, reading));
  }
  const occurrences = [...byId.values()].sort(
    (left, right) =>
      left.startsAt - right.startsAt ||
      (left.recurrenceId < right.recurrenceId ? -1 : left.recurrenceId > right.recurrenceId ? 1 : 0),
  );
  return {
    occurrences,
    replaces: (candidate) => byId.has(candidate.recurrenceId) || instants.has(candidate.startsAt),
    originals: originals.sort((left, right) => left - right),
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
