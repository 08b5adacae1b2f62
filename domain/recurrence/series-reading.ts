/** A series read once: its lines, its clock, its length. What the expansion works on. */
import type { EventTime, Instant, RecurrenceId, ZoneName } from '../events/model.ts';
import { type EpochDay, formatDate, MILLISECONDS_PER_DAY, parseDate } from '../time/calendar-days.ts';
import { eventTimeInstant } from '../time/event-time.ts';
import { type BasicValue, readBasic } from '../time/icalendar-values.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../time/instants.ts';
import { dayOf, formatLocalDateTime, parseLocalDateTime, type WallClock } from '../time/wall-clock.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { ZoneWalls } from '../time/zone-walls.ts';
import { type Candidate, candidateAt, candidateAtInstant, type SeriesClock } from './candidate.ts';
import { type RecurrenceRule, readRule } from './rule.ts';
import type { Series } from './series.ts';
import { type DateList, readDateList, splitLine } from './series-lines.ts';

/** How long every occurrence is: elapsed milliseconds, or nominal days (semantics A5). */
export type Length = { readonly elapsed: number } | { readonly days: number };

export interface SeriesReading {
  readonly series: Series;
  readonly zones: ZoneData;
  /** Of wall clocks: the series' own, the calendar's when floating, the question's when all-day, UTC otherwise. */
  readonly zone: ZoneName;
  /** Wall clocks of `zone`, for starts. */
  readonly walls: ZoneWalls;
  /** The same, for ends: they lie elsewhere. */
  readonly endWalls: ZoneWalls;
  readonly first: Candidate;
  /** `first` as a wall clock in `zone`; midnight when all-day. */
  readonly wall: WallClock;
  readonly length: Length;
  readonly rules: readonly RecurrenceRule[];
  /** EXRULEs: what they hit is taken away (RFC 2445 §4.8.5.2). */
  readonly exceptRules: readonly RecurrenceRule[];
  /** Extra starts, in the order of the lines. */
  readonly extra: readonly Candidate[];
  readonly exclusions: Exclusions;
}

/** What EXDATE takes away. */
export interface Exclusions {
  /** Starts, rising. */
  readonly instants: readonly Instant[];
  /** Days of `zone` on which nothing starts. */
  readonly days: ReadonlySet<EpochDay>;
  readonly has: (candidate: Candidate) => boolean;
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
  const exceptRules: RecurrenceRule[] = [];
  const additions: DateList[] = [];
  const exclusions: DateList[] = [];
  for (const line of series.rules) {
    const { name, value } = splitLine(line);
    if (name === 'RRULE' || name === 'EXRULE') {
      const { rule } = readRule(value);
      if (rule !== null && !(start.kind === 'date' && isSubDaily(rule))) {
        (name === 'RRULE' ? rules : exceptRules).push(start.kind === 'date' ? withoutTimes(rule) : rule);
      }
    } else if (name === 'RDATE') {
      additions.push(readDateList(line, zones));
    } else if (name === 'EXDATE') {
      exclusions.push(readDateList(line, zones));
    }
  }
  const base = { series, zones, zone, walls: new ZoneWalls(zones, zone) };
  return {
    ...base,
    endWalls: new ZoneWalls(zones, zone),
    wall,
    first: candidateAt(base, wall),
    length: lengthOf(series, zones),
    rules,
    exceptRules,
    extra: additions.flatMap((list) => additionsOf(list, base, wall)),
    exclusions: exclusionsOf(exclusions, base, wall),
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

/** The candidate that a value of RDATE, EXDATE, UNTIL or RECURRENCE-ID means. `timeZone`: the line's TZID. */
export function candidateOf(
  given: BasicValue,
  timeZone: ZoneName | null,
  base: SeriesClock,
  wall: WallClock,
): Candidate {
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
    : candidateRewritten(base, new ZoneWalls(base.zones, zone).instantOf(value.wall), wall);
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
function candidateRewritten(base: SeriesClock, instant: Instant, wall: WallClock): Candidate {
  const shown = candidateAtInstant(base, instant);
  const shownWall = base.walls.shownAt(instant);
  const usual = dayOf(shownWall) * MILLISECONDS_PER_DAY + wall - dayOf(wall) * MILLISECONDS_PER_DAY;
  if (usual === shownWall || base.series.start.kind === 'utc') {
    return shown;
  }
  const moved = candidateAt(base, usual);
  return moved.startsAt === instant ? moved : shown;
}

function additionsOf(list: DateList, base: SeriesClock, wall: WallClock): Candidate[] {
  return list.values.map(({ start, end, elapsed }) => {
    const candidate = candidateOf(start, list.timeZone, base, wall);
    if (elapsed !== null) {
      return candidate.lasting(candidate.startsAt + elapsed);
    }
    if (end === null) {
      return candidate;
    }
    return candidate.lasting(Math.max(candidate.startsAt, candidateOf(end, list.timeZone, base, wall).startsAt));
  });
}

/**
 * EXDATE excludes the start that it names, as an instant: servers rewrite a wall clock to it. A DATE on a timed series,
 * which some programs write, excludes every start of that day.
 */
function exclusionsOf(lists: readonly DateList[], base: SeriesClock, wall: WallClock): Exclusions {
  const instants = new Set<Instant>();
  const days = new Set<EpochDay>();
  for (const list of lists) {
    for (const { start } of list.values) {
      if (start.kind === 'date' && base.series.start.kind !== 'date') {
        days.add(start.day);
      } else {
        instants.add(candidateOf(start, list.timeZone, base, wall).startsAt);
      }
    }
  }
  return {
    instants: [...instants].sort((left, right) => left - right),
    days,
    has: ({ startsAt }) => instants.has(startsAt) || (days.size > 0 && days.has(dayOf(base.walls.shownAt(startsAt)))),
  };
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
