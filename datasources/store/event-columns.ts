/** The columns of `event` that queries compare, derived from an object's content. */
import type { CalendarObject, EventContent, EventTime, Instant } from '../../domain/events/model.ts';
import { seriesBounds } from '../../domain/recurrence/series-bounds.ts';
import { eventTimeInstant } from '../../domain/time/event-time.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../../domain/time/instants.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { StoredException } from './tables.ts';

/** All-day spans are widened so that whatever zone a question is asked in, the day is found: zones reach from −12 h to +14 h. */
const dayMargin = 15 * 3_600_000;

export interface EventColumns {
  readonly recurring: boolean;
  readonly allDay: boolean;
  /** Null on series and orphans. Of an all-day event: its first day's midnight in UTC, for ordering days. */
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  /** tstzrange text: everything the object may occupy. */
  readonly span: string;
}

/** Derives the columns; floating times are read in `floatingZone`. */
export function contentColumns(object: CalendarObject, floatingZone: string, zones: ZoneData): EventColumns {
  const context = { zones, floatingZone, dayZone: 'Etc/UTC' };
  const instant = (time: EventTime) => eventTimeInstant(time, context);
  const { master } = object;
  const recurring = master === null || master.rules.length > 0 || object.exceptions.length > 0;
  const allDay = master?.start.kind === 'date';
  let start = Number.POSITIVE_INFINITY;
  let end: Instant | null = Number.NEGATIVE_INFINITY;
  let margin = 0;
  const cover = (from: Instant, to: Instant | null, isDay: boolean) => {
    start = Math.min(start, from);
    end = end === null || to === null ? null : Math.max(end, to);
    if (isDay) margin = dayMargin;
  };
  if (master !== null && recurring) {
    const bounds = seriesBounds({ ...master, floatingZone, dayZone: 'Etc/UTC' }, object.exceptions, zones);
    cover(bounds.start, bounds.end, allDay);
  } else if (master !== null) {
    cover(instant(master.start), instant(master.end), allDay);
  }
  for (const { content } of object.exceptions) {
    cover(instant(content.start), instant(content.end), content.start.kind === 'date');
  }
  // A series "without end" of some programs ends with the year 9999: behind that, and before the year 1, there are no instants.
  const upper = end === null ? Number.POSITIVE_INFINITY : Math.max(end, start) + margin;
  const lower = Math.max(start - margin, FIRST_INSTANT);
  return {
    recurring,
    allDay,
    startsAt: recurring || master === null ? null : instant(master.start),
    endsAt: recurring || master === null ? null : instant(master.end),
    // Closed above: an event of no length occupies its instant (RFC 4791 §9.9).
    span: `[${new Date(lower).toISOString()},${upper > LAST_INSTANT ? '' : new Date(upper).toISOString()}]`,
  };
}

/** What a row shows, as an object without a history of its own: changed occurrences that were deleted are left out. */
export function storedObject(row: {
  readonly uid: string;
  readonly content: EventContent | null;
  readonly exceptions: readonly StoredException[];
  readonly sequence: number;
}): CalendarObject {
  return {
    uid: row.uid,
    master: row.content,
    exceptions: row.exceptions.filter((exception) => exception.deletedAt === null),
    sequence: row.sequence,
    stampedAt: null,
    createdAt: null,
    updatedAt: null,
    marker: null,
  };
}
