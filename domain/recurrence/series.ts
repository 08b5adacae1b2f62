/** What domain/recurrence is asked and answers. Pure: the zone data is injected, nothing reads a clock. */
import type { EventException, EventTime, Instant, RecurrenceId, ZoneName } from '../events/model.ts';

/** A series as it is expanded. */
export interface Series {
  readonly start: EventTime;
  readonly end: EventTime;
  readonly nominalDays: number | null;
  /** `RRULE:…`, `RDATE…`, `EXDATE…` lines, unfolded. */
  readonly rules: readonly string[];
  /** Read floating times in this zone (the calendar's). */
  readonly floatingZone: ZoneName;
  /** Where the days of an all-day series begin and end: the zone of the question. */
  readonly dayZone: ZoneName;
}

/** One occurrence where the rule (or its exception) puts it. */
export interface Occurrence {
  readonly recurrenceId: RecurrenceId;
  /** Where the rule put it. */
  readonly originalStart: EventTime;
  readonly start: EventTime;
  readonly end: EventTime;
  /** `start` and `end` as instants under `floatingZone` and `dayZone`; half-open. */
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** The changed occurrence, where there is one; then `start` and `end` are its own. */
  readonly exception: EventException | null;
}

export interface ExpansionWindow {
  /** Occurrences with end > from (or, of no length, start ≥ from) … */
  readonly from: Instant;
  /** … and start < to. Infinity is allowed: the expansion is lazy. */
  readonly to: Instant;
  /** … and start ≥ startsFrom, where a walk goes on. */
  readonly startsFrom?: Instant;
  /** A bound on generated candidates; past it the iterator ends and says `exhausted` (semantics B6). */
  readonly maximum: number;
}
