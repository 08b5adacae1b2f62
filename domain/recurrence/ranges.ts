/**
 * Changed occurrences that stand for every later one, too (RFC 5545 §3.2.13, RANGE=THISANDFUTURE; semantics B4): later
 * occurrences without a change of their own move by as much on the wall clock, last as long and say the same, up to the
 * next such change.
 */
import type { EventException, EventTime, Instant } from '../events/model.ts';
import { formatDate, MILLISECONDS_PER_DAY, parseDate } from '../time/calendar-days.ts';
import { eventTimeInstant, timeLike } from '../time/event-time.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../time/instants.ts';
import { dayOf, parseLocalDateTime, type WallClock } from '../time/wall-clock.ts';
import { ZoneWalls } from '../time/zone-walls.ts';
import type { Candidate } from './candidate.ts';
import { elapsedEnd } from './occurrence.ts';
import type { Occurrence } from './series.ts';
import type { Length, SeriesReading } from './series-reading.ts';

/** The offsets of any two zones, and the lengths of gaps, together are less. */
export const SHIFT_SLACK = 3 * MILLISECONDS_PER_DAY;

export interface Range {
  readonly exception: EventException;
  /** The original start from which on it stands for others. */
  readonly after: Instant;
  /** From the wall clock of an original start to the one where the occurrence is, in milliseconds. */
  readonly shift: number;
  readonly length: Length;
  /** Wall clocks of the exception's own zone. */
  readonly walls: ZoneWalls;
}

export function rangeOf(exception: EventException, original: Candidate, reading: SeriesReading): Range {
  const { content } = exception;
  const { start } = content;
  const { series } = reading;
  const zone = start.kind === 'zoned' ? start.zone : start.kind === 'date' ? series.dayZone : series.floatingZone;
  return {
    exception,
    after: original.startsAt,
    shift: wallOf(start, reading) - original.wall,
    length: ownLength(exception, reading),
    walls: new ZoneWalls(reading.zones, zone),
  };
}

/** The last range that began by an original start; null where there is none. `ranges`: by `after`. */
export function rangeAt(ranges: readonly Range[], startsAt: Instant): Range | null {
  return ranges.findLast((range) => range.after <= startsAt) ?? null;
}

/** The occurrence of a candidate where a range puts it. */
export function rangedOccurrence(candidate: Candidate, range: Range, reading: SeriesReading): Occurrence {
  const { content } = range.exception;
  const { start, startsAt, wall } = movedStart(candidate.wall + range.shift, range, reading);
  return {
    recurrenceId: candidate.recurrenceId,
    originalStart: candidate.start,
    start,
    startsAt,
    ...endAfter(content.end, wall, startsAt, range, reading),
    exception: range.exception,
  };
}

/** Whether the exception's wall clocks are the series' own, so that a gap counts alike in both. */
function sharesClock(time: EventTime, { series, zone }: SeriesReading): boolean {
  return series.start.kind === 'date' || time.kind === 'date' || (time.kind === 'zoned' && time.zone === zone);
}

/** A time of an exception as the clock of the series shows it; of days and on days as it is written. */
function wallOf(time: EventTime, reading: SeriesReading): WallClock {
  if (time.kind === 'date') {
    return parseDate(time.date) * MILLISECONDS_PER_DAY;
  }
  if (time.kind !== 'utc' && (sharesClock(time, reading) || reading.series.start.kind === 'floating')) {
    return parseLocalDateTime(time.local);
  }
  const instant = eventTimeInstant(time, { ...reading.series, zones: reading.zones });
  return sharesClock(time, reading) || reading.series.start.kind === 'utc' ? instant : reading.walls.shownAt(instant);
}

function movedStart(
  asked: WallClock,
  { exception, walls }: Range,
  reading: SeriesReading,
): { start: EventTime; startsAt: Instant; wall: WallClock } {
  const like = exception.content.start;
  const least = FIRST_INSTANT + 2 * MILLISECONDS_PER_DAY;
  const moved = Math.min(Math.max(asked, least), LAST_INSTANT - 2 * MILLISECONDS_PER_DAY);
  if (like.kind === 'date') {
    const wall = dayOf(moved) * MILLISECONDS_PER_DAY;
    return { start: timeLike(like, wall, wall), startsAt: walls.startOfDay(wall), wall };
  }
  const inUtc = reading.series.start.kind === 'utc' || (like.kind === 'utc' && reading.series.start.kind === 'date');
  if (inUtc) {
    return shownIn(like, moved, walls);
  }
  const shares = sharesClock(like, reading) || (like.kind === 'floating' && reading.series.start.kind === 'floating');
  if (!shares) {
    return shownIn(like, reading.walls.instantOf(moved), walls);
  }
  const startsAt = walls.instantOf(moved);
  return { start: timeLike(like, moved, startsAt), startsAt, wall: moved };
}

function shownIn(like: EventTime, instant: Instant, walls: ZoneWalls) {
  const wall = like.kind === 'utc' ? instant : walls.shownAt(instant);
  return { start: timeLike(like, wall, instant), startsAt: instant, wall };
}

function ownLength({ content }: EventException, reading: SeriesReading): Length {
  const { start, end, nominalDays } = content;
  if (start.kind === 'date') {
    const days = end.kind === 'date' ? parseDate(end.date) - parseDate(start.date) : 1;
    return { days: Math.max(1, nominalDays ?? days) };
  }
  if (nominalDays !== null) {
    return { days: Math.max(0, nominalDays) };
  }
  const context = { ...reading.series, zones: reading.zones };
  return { elapsed: Math.max(0, eventTimeInstant(end, context) - eventTimeInstant(start, context)) };
}

function endAfter(
  like: EventTime,
  wall: WallClock,
  startsAt: Instant,
  { exception, length, walls }: Range,
  reading: SeriesReading,
): { end: EventTime; endsAt: Instant } {
  const { start } = exception.content;
  if ('days' in length) {
    const end = Math.min(wall + length.days * MILLISECONDS_PER_DAY, LAST_INSTANT);
    if (start.kind === 'date') {
      const endsAt = walls.startOfDay(dayOf(end) * MILLISECONDS_PER_DAY);
      return { end: { kind: 'date', date: formatDate(dayOf(end)) }, endsAt };
    }
    const endsAt = Math.max(startsAt, start.kind === 'utc' ? end : walls.instantOf(end));
    return { end: timeLike(start, end, endsAt), endsAt };
  }
  const endsAt = elapsedEnd(startsAt, startsAt + length.elapsed);
  const zone = like.kind === 'zoned' ? like.zone : reading.series.floatingZone;
  const shown = like.kind === 'utc' ? endsAt : endsAt + reading.zones.offsetAt(endsAt, zone) * 1000;
  return { end: timeLike(like, shown, endsAt), endsAt };
}
