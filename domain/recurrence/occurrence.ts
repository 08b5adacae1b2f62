/** From a start to an occurrence: where it ends, and how that is written (semantics A5). */
import type { EventTime, Instant, LocalDateTime } from '../events/model.ts';
import { formatDate, LAST_DAY, MILLISECONDS_PER_DAY, parseDate } from '../time/calendar-days.ts';
import { eventTimeInstant } from '../time/event-time.ts';
import { LAST_INSTANT } from '../time/instants.ts';
import { formatLocalDateTime, parseLocalDateTime } from '../time/wall-clock.ts';
import type { ZoneData } from '../time/zone-data.ts';
import type { Occurrence } from './series.ts';
import type { Candidate, SeriesReading } from './series-reading.ts';

/** The occurrence where the rule puts it. */
export function occurrenceOf(candidate: Candidate, reading: SeriesReading): Occurrence {
  const { recurrenceId, start, startsAt } = candidate;
  const end = endOf(candidate, reading);
  return { recurrenceId, originalStart: start, start, ...end, startsAt, exception: null };
}

function endOf(candidate: Candidate, reading: SeriesReading): { end: EventTime; endsAt: Instant } {
  const { start, startsAt } = candidate;
  const { zones, series, length } = reading;
  if (candidate.endsAt === null && 'days' in length) {
    const end = daysLater(start, length.days, zones);
    return { end, endsAt: eventTimeInstant(end, { ...series, zones }) };
  }
  const asked = candidate.endsAt ?? startsAt + ('elapsed' in length ? length.elapsed : 0);
  // Beyond the last day but one some zone has no date to show.
  const endsAt = Math.max(startsAt, Math.min(asked, LAST_INSTANT - MILLISECONDS_PER_DAY));
  return { end: shownAt(endsAt, start.kind === 'date' ? start : series.end, reading), endsAt };
}

function daysLater(start: EventTime, days: number, zones: ZoneData): EventTime {
  switch (start.kind) {
    case 'date':
      return { kind: 'date', date: formatDate(Math.min(parseDate(start.date) + days, LAST_DAY)) };
    case 'utc':
      return { kind: 'utc', instant: start.instant + days * MILLISECONDS_PER_DAY };
    case 'floating':
      return { kind: 'floating', local: later(start.local, days) };
    case 'zoned': {
      const local = later(start.local, days);
      return { kind: 'zoned', local, zone: start.zone, instant: zones.resolve(local, start.zone) };
    }
  }
}

function later(local: LocalDateTime, days: number): LocalDateTime {
  return formatLocalDateTime(Math.min(parseLocalDateTime(local) + days * MILLISECONDS_PER_DAY, LAST_INSTANT));
}

/** An instant as the same kind of time as `like`. */
function shownAt(instant: Instant, like: EventTime, reading: SeriesReading): EventTime {
  const { zones, series } = reading;
  switch (like.kind) {
    case 'date':
      return { kind: 'date', date: zones.localAt(instant, series.dayZone).slice(0, 10) };
    case 'utc':
      return { kind: 'utc', instant };
    case 'floating':
      return { kind: 'floating', local: zones.localAt(instant, series.floatingZone) };
    case 'zoned':
      return { kind: 'zoned', local: zones.localAt(instant, like.zone), zone: like.zone, instant };
  }
}
