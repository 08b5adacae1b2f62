/** A series read once: its lines, its clock, its length. What the expansion works on. */
import type { EventTime, Instant, LocalDateTime, RecurrenceId, ZoneName } from '../events/model.ts';
import { formatDate, MILLISECONDS_PER_DAY, parseDate } from '../time/calendar-days.ts';
import { eventTimeInstant, recurrenceIdOf } from '../time/event-time.ts';
import { type BasicValue, basicInstant, readBasic } from '../time/icalendar-values.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../time/instants.ts';
import { dayOf, formatLocalDateTime, parseLocalDateTime, type WallClock } from '../time/wall-clock.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { type RecurrenceRule, readRule } from './rule.ts';
import type { Series } from './series.ts';
import { type DateList, readDateList, splitLine } from './series-lines.ts';

/** Where an occurrence would start, before exceptions. */
export interface Candidate {
  readonly recurrenceId: RecurrenceId;
  readonly start: EventTime;
  readonly startsAt: Instant;
  /** Set where an RDATE says its own period: the end as an instant. */
  readonly endsAt: Instant | null;
}

/** How long every occurrence is: elapsed milliseconds, or nominal days (semantics A5). */
export type Length = { readonly elapsed: number } | { readonly days: number };

export interface SeriesReading {
  readonly series: Series;
  readonly zones: ZoneData;
  /** Of wall clocks: the series' own, the calendar's when floating, the question's when all-day, UTC otherwise. */
  readonly zone: ZoneName;
  readonly first: Candidate;
  /** `first` as a wall clock in `zone`; midnight when all-day. */
  readonly wall: WallClock;
  readonly length: Length;
  readonly rules: readonly RecurrenceRule[];
  /** Extra starts, in the order of the lines. */
  readonly extra: readonly Candidate[];
  readonly excludes: (candidate: Candidate) => boolean;
}

const UTC = 'Etc/UTC';

/** Rules end here: two days before the calendar does, so that every zone can still show what they hit. */
export const LAST_START: Instant = LAST_INSTANT - 2 * MILLISECONDS_PER_DAY;

/** Lines that cannot be read add nothing: what a file says wrong is named where it is imported (`checkRules`). */
export function readSeries(series: Series, zones: ZoneData): SeriesReading {
  const { start } = series;
  const zone =
    start.kind === 'zoned'
      ? start.zone
      : start.kind === 'floating'
        ? series.floatingZone
        : start.kind === 'date'
          ? series.dayZone
          : UTC;
  const wall =
    start.kind === 'date'
      ? parseDate(start.date) * MILLISECONDS_PER_DAY
      : start.kind === 'utc'
        ? start.instant
        : parseLocalDateTime(start.local);
  const rules: RecurrenceRule[] = [];
  const additions: DateList[] = [];
  const exclusions: DateList[] = [];
  for (const line of series.rules) {
    const { name, value } = splitLine(line);
    if (name === 'RRULE') {
      const { rule } = readRule(value);
      if (rule !== null && !(start.kind === 'date' && isSubDaily(rule))) {
        rules.push(start.kind === 'date' ? withoutTimes(rule) : rule);
      }
    } else if (name === 'RDATE') {
      additions.push(readDateList(line, zones));
    } else if (name === 'EXDATE') {
      exclusions.push(readDateList(line, zones));
    }
  }
  const base = { series, zones, zone };
  return {
    ...base,
    wall,
    first: candidateAt(base, wall),
    length: lengthOf(series, zones),
    rules,
    extra: additions.flatMap((list) => additionsOf(list, base, wall)),
    excludes: excluder(exclusions, base, wall),
  };
}

function isSubDaily(rule: RecurrenceRule): boolean {
  return rule.frequency === 'HOURLY' || rule.frequency === 'MINUTELY' || rule.frequency === 'SECONDLY';
}

/** On DATE starts the parts below the day are ignored (RFC 5545 §3.3.10). */
function withoutTimes(rule: RecurrenceRule): RecurrenceRule {
  return { ...rule, byHour: [], byMinute: [], bySecond: [] };
}

function lengthOf(series: Series, zones: ZoneData): Length {
  const { start, end } = series;
  if (start.kind === 'date') {
    const days = end.kind === 'date' ? parseDate(end.date) - parseDate(start.date) : 1;
    // No end, or a broken one: one day (semantics A1).
    return { days: Math.max(1, series.nominalDays ?? days) };
  }
  if (series.nominalDays !== null) {
    return { days: Math.max(0, series.nominalDays) };
  }
  const reading = { zones, floatingZone: series.floatingZone, dayZone: series.dayZone };
  return { elapsed: Math.max(0, eventTimeInstant(end, reading) - eventTimeInstant(wallTruth(start, zones), reading)) };
}

/** Of a series the wall clock is the truth: `instant` may be from older zone data. */
function wallTruth(time: EventTime, zones: ZoneData): EventTime {
  return time.kind === 'zoned' ? { ...time, instant: zones.resolve(time.local, time.zone) } : time;
}

type Base = Pick<SeriesReading, 'series' | 'zones' | 'zone'>;

/** The candidate at a wall clock of the series' zone. */
export function candidateAt(base: Base, wall: WallClock): Candidate {
  const { series, zones, zone } = base;
  switch (series.start.kind) {
    case 'date': {
      const date = formatDate(dayOf(wall));
      const start = { kind: 'date', date } as const;
      return { recurrenceId: recurrenceIdOf(start), start, startsAt: zones.startOfDay(date, zone), endsAt: null };
    }
    case 'utc':
      return {
        recurrenceId: basicInstant(wall),
        start: { kind: 'utc', instant: wall },
        startsAt: wall,
        endsAt: null,
      };
    case 'zoned':
    case 'floating': {
      const local = formatLocalDateTime(wall);
      return localCandidate(base, local, zones.resolve(local, zone));
    }
  }
}

/** The candidate at an instant. In the second pass of a repeated hour only the instant names it. */
export function candidateAtInstant(base: Base, instant: Instant): Candidate {
  const { series, zones, zone } = base;
  if (series.start.kind === 'date' || series.start.kind === 'utc') {
    return candidateAt(base, series.start.kind === 'utc' ? instant : parseLocalDateTime(zones.localAt(instant, zone)));
  }
  const local = zones.localAt(instant, zone);
  const candidate = localCandidate(base, local, instant);
  return zones.resolve(local, zone) === instant
    ? candidate
    : { ...candidate, recurrenceId: basicInstant(instant), startsAt: instant };
}

function localCandidate(base: Base, local: LocalDateTime, instant: Instant): Candidate {
  const start: EventTime =
    base.series.start.kind === 'zoned'
      ? { kind: 'zoned', local, zone: base.zone, instant }
      : { kind: 'floating', local };
  return { recurrenceId: recurrenceIdOf(start), start, startsAt: instant, endsAt: null };
}

/** The candidate that a value of RDATE, EXDATE, UNTIL or RECURRENCE-ID means. `timeZone`: the line's TZID. */
export function candidateOf(given: BasicValue, timeZone: ZoneName | null, base: Base, wall: WallClock): Candidate {
  const kind = base.series.start.kind;
  const value = kind === 'date' ? given : withinCalendar(given);
  if (value.kind === 'date') {
    const timeOfDay = kind === 'date' ? 0 : wall - dayOf(wall) * MILLISECONDS_PER_DAY;
    return candidateAt(base, value.day * MILLISECONDS_PER_DAY + timeOfDay);
  }
  if (kind === 'date') {
    return candidateAt(base, value.wall);
  }
  if (value.kind === 'utc') {
    return candidateRewritten(base, value.wall, wall);
  }
  const zone = timeZone ?? (kind === 'utc' ? base.series.floatingZone : base.zone);
  return zone === base.zone
    ? candidateAt(base, value.wall)
    : candidateRewritten(base, base.zones.resolve(formatLocalDateTime(value.wall), zone), wall);
}

/** The first and last day of the calendar are on another day in some zone, and that may be none. */
function withinCalendar(value: BasicValue): BasicValue {
  const least = FIRST_INSTANT + MILLISECONDS_PER_DAY;
  const most = LAST_INSTANT - MILLISECONDS_PER_DAY;
  return value.kind === 'date'
    ? { kind: 'date', day: Math.min(Math.max(value.day, dayOf(least)), dayOf(most)) }
    : { kind: value.kind, wall: Math.min(Math.max(value.wall, least), most) };
}

/**
 * The candidate that somebody named by its instant. Where a DST gap moved the series' time of day to that instant, it
 * keeps the wall clock before the move, as the rule has it.
 */
function candidateRewritten(base: Base, instant: Instant, wall: WallClock): Candidate {
  const shown = candidateAtInstant(base, instant);
  const shownWall = instant + base.zones.offsetAt(instant, base.zone) * 1000;
  const usual = dayOf(shownWall) * MILLISECONDS_PER_DAY + wall - dayOf(wall) * MILLISECONDS_PER_DAY;
  if (usual === shownWall || base.series.start.kind === 'utc') {
    return shown;
  }
  const moved = candidateAt(base, usual);
  return moved.startsAt === instant ? moved : shown;
}

function additionsOf(list: DateList, base: Base, wall: WallClock): Candidate[] {
  return list.values.map(({ start, end, elapsed }) => {
    const candidate = candidateOf(start, list.timeZone, base, wall);
    if (end === null && elapsed === null) {
      return candidate;
    }
    const endsAt =
      end === null ? candidate.startsAt + (elapsed ?? 0) : candidateOf(end, list.timeZone, base, wall).startsAt;
    return { ...candidate, endsAt: Math.max(candidate.startsAt, endsAt) };
  });
}

/**
 * EXDATE excludes the start that it names; compared as the instant and as the wall clock, as servers rewrite one to
 * the other. A DATE on a timed series, which some programs write, excludes every start of that day.
 */
function excluder(lists: readonly DateList[], base: Base, wall: WallClock): (candidate: Candidate) => boolean {
  const ids = new Set<RecurrenceId>();
  const instants = new Set<Instant>();
  const days = new Set<string>();
  for (const list of lists) {
    for (const { start } of list.values) {
      if (start.kind === 'date' && base.series.start.kind !== 'date') {
        days.add(formatDate(start.day));
        continue;
      }
      const excluded = candidateOf(start, list.timeZone, base, wall);
      ids.add(excluded.recurrenceId);
      instants.add(excluded.startsAt);
    }
  }
  if (ids.size === 0 && days.size === 0) {
    return () => false;
  }
  return (candidate) =>
    ids.has(candidate.recurrenceId) ||
    instants.has(candidate.startsAt) ||
    (days.size > 0 && days.has(base.zones.localAt(candidate.startsAt, base.zone).slice(0, 10)));
}

/** The last instant that UNTIL allows (it is inclusive), null where it does not end the rule. */
export function untilInstant(rule: RecurrenceRule, reading: SeriesReading): Instant | null {
  if (rule.until === null) {
    return null;
  }
  const until = withinCalendar(rule.until);
  const { zones, zone, series } = reading;
  if (series.start.kind === 'date') {
    return candidateOf(until, null, reading, reading.wall).startsAt;
  }
  if (until.kind === 'date') {
    // Not allowed by RFC 5545 on a timed series: read as the whole of that day, as most programs do.
    return zones.startOfDay(formatDate(until.day + 1), zone) - 1000;
  }
  return until.kind === 'utc' ? until.wall : zones.resolve(formatLocalDateTime(until.wall), zone);
}

/** The master's value type is what an id is kept in; `null` when it is malformed. */
export function candidateNamed(recurrenceId: RecurrenceId, reading: SeriesReading): Candidate | null {
  const value = readBasic(recurrenceId);
  return value === null ? null : candidateOf(value, null, reading, reading.wall);
}
