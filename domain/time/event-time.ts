/** The model's EventTime: its instant, how it is shown, and its RECURRENCE-ID. */
import type { EventTime, Instant, RecurrenceId, ZoneName } from '../events/model.ts';
import { formatDate, twoDigits } from './calendar-days.ts';
import { basicDate, basicInstant, basicLocalDateTime, readBasic } from './icalendar-values.ts';
import { formatInstant } from './instants.ts';
import { dayOf, formatLocalDateTime, parseLocalDateTime, type WallClock } from './wall-clock.ts';
import type { ZoneData } from './zone-data.ts';

/** Where a time without a zone of its own is read. */
export interface ReadingZones {
  readonly zones: ZoneData;
  /** The calendar's zone: floating wall clocks (semantics A3). */
  readonly floatingZone: ZoneName;
  /** The zone of the question: where an all-day event's day begins (semantics A1). */
  readonly dayZone: ZoneName;
}

/**
 * The instant of a time. A date is the first instant of its day in `dayZone`, so that an exclusive end needs nothing
 * more. A zoned time answers its stored `instant`; where only the wall clock counts (a series), resolve it instead.
 */
export function eventTimeInstant(time: EventTime, reading: ReadingZones): Instant {
  switch (time.kind) {
    case 'date':
      return reading.zones.startOfDay(time.date, reading.dayZone);
    case 'utc':
    case 'zoned':
      return time.instant;
    case 'floating':
      return reading.zones.resolve(time.local, reading.floatingZone);
  }
}

/**
 * The contract's `EventTime.local`: the wall clock that the time's zone shows at its instant, with the offset
 * (`2026-03-29T03:30:00+01:00`); without one when floating; the date when all-day. A wall clock in a DST gap is shown
 * as the clock that hangs there shows it (02:30 → 03:30, semantics A4).
 */
export function describeLocal(time: EventTime, zones: ZoneData): string {
  switch (time.kind) {
    case 'date':
      return time.date;
    case 'floating':
      return time.local;
    case 'utc':
      return formatInstant(time.instant);
    case 'zoned':
      return `${zones.localAt(time.instant, time.zone)}${formatOffset(zones.offsetAt(time.instant, time.zone))}`;
  }
}

/** `+05:45`, `-03:30`, `+00:00`. Seconds (local mean time before zones) are cut: RFC 3339 has no place for them. */
export function formatOffset(seconds: number): string {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const sign = seconds < 0 && minutes > 0 ? '-' : '+';
  return `${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** A time of the same kind and zone as `like`, at a wall clock of its zone, which is that instant. */
export function timeLike(like: EventTime, wall: WallClock, instant: Instant): EventTime {
  switch (like.kind) {
    case 'date':
      return { kind: 'date', date: formatDate(dayOf(wall)) };
    case 'utc':
      return { kind: 'utc', instant };
    case 'floating':
      return { kind: 'floating', local: formatLocalDateTime(wall) };
    case 'zoned':
      return { kind: 'zoned', local: formatLocalDateTime(wall), zone: like.zone, instant };
  }
}

/** A start as its RECURRENCE-ID, in its own value type (semantics B1). */
export function recurrenceIdOf(start: EventTime): RecurrenceId {
  switch (start.kind) {
    case 'date':
      return basicDate(start.date);
    case 'utc':
      return basicInstant(start.instant);
    case 'zoned':
    case 'floating':
      return basicLocalDateTime(start.local);
  }
}

/**
 * The start that a RECURRENCE-ID names, in the master's value type where the id allows: a wall clock is read in the
 * master's zone, an instant (servers rewrite to UTC) is shown in it; an id of the other kind takes the master's time of
 * day, or loses its own.
 * @returns null when the id is malformed.
 */
export function recurrenceTime(
  recurrenceId: RecurrenceId,
  masterStart: EventTime,
  reading: Pick<ReadingZones, 'zones' | 'floatingZone'>,
): EventTime | null {
  const value = readBasic(recurrenceId);
  if (value === null) {
    return null;
  }
  const { zones, floatingZone } = reading;
  if (masterStart.kind === 'date') {
    const day = value.kind === 'date' ? value.day : Math.floor(value.wall / 86_400_000);
    return { kind: 'date', date: formatDate(day) };
  }
  if (masterStart.kind === 'utc') {
    if (value.kind === 'utc') {
      return { kind: 'utc', instant: value.wall };
    }
    const instant =
      value.kind === 'date'
        ? value.day * 86_400_000 + timeOfDay(masterStart.instant)
        : zones.resolve(formatLocalDateTime(value.wall), floatingZone);
    return { kind: 'utc', instant };
  }
  const zone = masterStart.kind === 'zoned' ? masterStart.zone : floatingZone;
  if (value.kind === 'utc') {
    const local = zones.localAt(value.wall, zone);
    return masterStart.kind === 'zoned'
      ? { kind: 'zoned', local, zone, instant: value.wall }
      : { kind: 'floating', local };
  }
  const wall =
    value.kind === 'local' ? value.wall : value.day * 86_400_000 + timeOfDay(parseLocalDateTime(masterStart.local));
  const local = formatLocalDateTime(wall);
  return masterStart.kind === 'zoned'
    ? { kind: 'zoned', local, zone, instant: zones.resolve(local, zone) }
    : { kind: 'floating', local };
}

function timeOfDay(wall: number): number {
  return wall - Math.floor(wall / 86_400_000) * 86_400_000;
}
