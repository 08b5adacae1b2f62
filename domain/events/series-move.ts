/** A series that moves takes everything along that names one of its starts: rules, dates and recurrence ids (semantics B4). */
import { elementAt } from '../element-at.ts';
import {
  civilDate,
  daysInMonth,
  type EpochDay,
  formatDate,
  MILLISECONDS_PER_DAY,
  parseDate,
  weekday,
} from '../time/calendar-days.ts';
import { recurrenceIdOf, recurrenceTime } from '../time/event-time.ts';
import { basicDay, basicInstant, basicLocal, readBasic } from '../time/icalendar-values.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../time/instants.ts';
import { dayOf, formatLocalDateTime, parseLocalDateTime, type WallClock } from '../time/wall-clock.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { timeParameters } from './icalendar/rules.ts';
import type { EventTime, RecurrenceId, ZoneName } from './model.ts';
import { sameValue } from './same-value.ts';

/** One start of a series before and after; of any kinds and zones. Every other start moves by as much on its wall clock. */
export interface SeriesMove {
  readonly from: EventTime;
  readonly to: EventTime;
}

export interface SeriesZones {
  readonly zones: ZoneData;
  /** Where floating times are read: the calendar's zone. */
  readonly floatingZone: ZoneName;
}

export function isMove({ from, to }: SeriesMove): boolean {
  return !sameValue(from, to);
}

/** What a clock beside the event shows; midnight on an all-day one, UTC where there is no zone. */
function wallOf(time: EventTime): WallClock {
  switch (time.kind) {
    case 'date':
      return parseDate(time.date) * MILLISECONDS_PER_DAY;
    case 'utc':
      return time.instant;
    default:
      return parseLocalDateTime(time.local);
  }
}

function timeOfDay(wall: WallClock): number {
  return wall - dayOf(wall) * MILLISECONDS_PER_DAY;
}

function movedWall(wall: WallClock, { from, to }: SeriesMove): WallClock {
  const target = wallOf(to);
  if (from.kind !== 'date' && to.kind !== 'date') return wall + target - wallOf(from);
  const day = dayOf(wall) + dayOf(target) - dayOf(wallOf(from));
  return day * MILLISECONDS_PER_DAY + timeOfDay(target);
}

function timeAt(like: EventTime, wall: WallClock, zones: ZoneData): EventTime {
  switch (like.kind) {
    case 'date':
      return { kind: 'date', date: formatDate(dayOf(wall)) };
    case 'utc':
      return { kind: 'utc', instant: wall };
    case 'floating':
      return { kind: 'floating', local: formatLocalDateTime(wall) };
    case 'zoned': {
      const local = formatLocalDateTime(wall);
      return { kind: 'zoned', local, zone: like.zone, instant: zones.resolve(local, like.zone) };
    }
  }
}

/** A start of the series, moved. What would leave the years 1 to 9999 stays at their end. */
export function movedTime(time: EventTime, move: SeriesMove, zones: ZoneData): EventTime {
  if (!isMove(move)) return time;
  const wall = Math.min(Math.max(movedWall(wallOf(time), move), FIRST_INSTANT), LAST_INSTANT);
  return timeAt(move.to, wall, zones);
}

/** A recurrence id of the series, moved; one that cannot be read stays. */
export function movedId(id: RecurrenceId, move: SeriesMove, series: SeriesZones): RecurrenceId {
  const time = isMove(move) ? recurrenceTime(id, move.from, series) : null;
  return time === null ? id : recurrenceIdOf(movedTime(time, move, series.zones));
}

/**
 * The lines of a series, moved. A rule that is bound to days follows: weekdays of a weekly or daily rule turn with the start,
 * the one day of a monthly or yearly rule becomes the start's new one. Null where no rule of the same shape says the same of the
 * moved days: then whoever moves the series has to say the new rule.
 */
export function movedRules(rules: readonly string[], move: SeriesMove, series: SeriesZones): readonly string[] | null {
  if (!isMove(move)) return rules;
  const lines: string[] = [];
  for (const line of rules) {
    if (/^EXRULE:/i.test(line)) return null;
    const moved = /^RRULE:/i.test(line) ? movedRule(line, move, series) : movedDates(line, move, series);
    if (moved === null) return null;
    lines.push(moved);
  }
  return lines;
}

/** The values of an RDATE or EXDATE line, each with the end or length that a period has. */
export function datesOf(line: string): readonly { readonly begin: string; readonly end: string | null }[] {
  return line
    .slice(line.indexOf(':') + 1)
    .split(',')
    .map((item) => {
      const [begin = '', end] = item.trim().split('/');
      return { begin, end: end ?? null };
    });
}

function movedDates(line: string, move: SeriesMove, series: SeriesZones): string {
  const name = /^EXDATE/i.test(line) ? 'EXDATE' : 'RDATE';
  const periods = /VALUE=PERIOD/i.test(line) && move.to.kind !== 'date';
  const values = datesOf(line).map(({ begin, end }) => {
    const moved = movedId(begin, move, series);
    if (!periods || end === null) return moved;
    return `${moved}/${readBasic(end) === null ? end : movedId(end, move, series)}`;
  });
  const parameters = timeParameters(move.to);
  return `${name}${periods ? ';VALUE=PERIOD' : ''}${parameters}:${values.join(',')}`;
}

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** What a part says, in upper case; empty where the rule has none of that name. */
function partOf(parts: ReadonlyMap<string, string>, name: string): string {
  return parts.get(name)?.toUpperCase() ?? '';
}

/** The parts of a rule by name, in their order. */
export function ruleParts(line: string): Map<string, string> {
  const parts = line
    .slice(line.indexOf(':') + 1)
    .split(';')
    .filter((part) => part !== '');
  return new Map(
    parts.map((part) => {
      const [name = '', value = ''] = part.split('=');
      return [name.toUpperCase(), value];
    }),
  );
}

export function ruleLine(parts: ReadonlyMap<string, string>): string {
  return `RRULE:${[...parts].map(([name, value]) => `${name}=${value}`).join(';')}`;
}

const dayParts = ['BYDAY', 'BYMONTHDAY', 'BYYEARDAY', 'BYWEEKNO', 'BYMONTH', 'BYSETPOS'];

function movedRule(line: string, move: SeriesMove, series: SeriesZones): string | null {
  const parts = ruleParts(line);
  const from = wallOf(move.from);
  const to = wallOf(move.to);
  const frequency = partOf(parts, 'FREQ');
  const bound = dayParts.filter((name) => parts.has(name));
  if (/^(?:HOUR|MINUTE|SECOND)LY$/.test(frequency)) {
    const limited = [...bound, 'BYHOUR', 'BYMINUTE', 'BYSECOND'].some((name) => parts.has(name));
    if (move.to.kind === 'date' || (limited && from !== to)) return null;
  } else if (!followTime(parts, from, to, move)) return null;
  const [fromDay, toDay] = [dayOf(from), dayOf(to)];
  if (fromDay !== toDay && bound.length > 0 && !followDay(parts, frequency, bound, fromDay, toDay)) return null;
  const until = parts.get('UNTIL');
  if (until !== undefined) parts.set('UNTIL', movedUntil(until, move, series));
  return ruleLine(parts);
}

const clockParts = [
  ['BYHOUR', 3_600_000, 24],
  ['BYMINUTE', 60_000, 60],
  ['BYSECOND', 1_000, 60],
] as const;

/** False where the rule's own times of day cannot follow. */
function followTime(parts: Map<string, string>, from: WallClock, to: WallClock, move: SeriesMove): boolean {
  for (const [name, length, size] of clockParts) {
    const given = parts.get(name);
    if (given === undefined) continue;
    if (move.to.kind === 'date') {
      parts.delete(name);
      continue;
    }
    const shown = (wall: WallClock) => Math.floor(timeOfDay(wall) / length) % size;
    if (shown(from) === shown(to)) continue;
    if (Number(given) !== shown(from)) return false;
    parts.set(name, `${shown(to)}`);
  }
  return true;
}

function followDay(
  parts: Map<string, string>,
  frequency: string,
  bound: readonly string[],
  from: EpochDay,
  to: EpochDay,
): boolean {
  const turned = (name: string) => elementAt(weekdays, (((weekdays.indexOf(name) + to - from) % 7) + 7) % 7);
  if (frequency === 'DAILY' || frequency === 'WEEKLY') {
    if (bound.some((name) => name !== 'BYDAY' && !(name === 'BYSETPOS' && frequency === 'WEEKLY'))) return false;
    const days = partOf(parts, 'BYDAY').split(',');
    if (bound.includes('BYDAY')) parts.set('BYDAY', days.map(turned).join(','));
    // Weeks of an interval, and positions in one, are counted from the day that they begin on.
    const counted = frequency === 'WEEKLY' && (Number(parts.get('INTERVAL') ?? 1) > 1 || bound.includes('BYSETPOS'));
    if (counted) parts.set('WKST', turned(parts.get('WKST')?.toUpperCase() ?? 'MO'));
    return true;
  }
  const yearly = frequency === 'YEARLY';
  const [old, next] = [dayInMonth(from), dayInMonth(to)];
  const inMonth = !yearly || bound.includes('BYMONTH');
  for (const name of bound) {
    const value = partOf(parts, name);
    const follow = (pairs: readonly (readonly [was: string, is: string])[]): boolean => {
      const pair = pairs.find(([was]) => was === value.replace(/^\+/, ''));
      if (pair !== undefined) parts.set(name, pair[1]);
      return pair !== undefined;
    };
    const followed =
      name === 'BYMONTH' && yearly
        ? follow([[`${old.month}`, `${next.month}`]])
        : name === 'BYMONTHDAY'
          ? follow([[`${old.day}`, `${next.day}`], [`${old.dayFromEnd}`, `${next.dayFromEnd}`]]) // biome-ignore format: pairs
          : name === 'BYDAY' && inMonth && !bound.includes('BYMONTHDAY') && !bound.includes('BYSETPOS')
            ? follow([[`${old.week}${old.weekday}`, `${next.week}${next.weekday}`], [`${old.weekFromEnd}${old.weekday}`, `${next.weekFromEnd}${next.weekday}`]]) // biome-ignore format: pairs
            : false;
    if (!followed) return false;
  }
  return true;
}

function dayInMonth(at: EpochDay) {
  const { year, month, day } = civilDate(at);
  const rest = daysInMonth(year, month) - day;
  return {
    month,
    day,
    dayFromEnd: -rest - 1,
    weekday: elementAt(weekdays, weekday(at)),
    week: Math.floor((day - 1) / 7) + 1,
    weekFromEnd: -Math.floor(rest / 7) - 1,
  };
}

/** The last start that UNTIL allows (it is inclusive), moved. */
function movedUntil(until: string, move: SeriesMove, { zones, floatingZone }: SeriesZones): string {
  const value = readBasic(until);
  // "Without end" of some programs: no zone has a clock there.
  if (value === null || until >= '9998') return until;
  const { from, to } = move;
  const zone = from.kind === 'zoned' ? from.zone : from.kind === 'utc' ? 'Etc/UTC' : floatingZone;
  let wall =
    value.kind === 'date'
      ? value.day * MILLISECONDS_PER_DAY + (from.kind === 'date' ? 0 : MILLISECONDS_PER_DAY - 1000)
      : value.kind === 'utc'
        ? value.wall + zones.offsetAt(value.wall, zone) * 1000
        : value.wall;
  const startOfDay = timeOfDay(wallOf(from));
  // What is counted in days ends with the last day on which a start was allowed.
  if (to.kind === 'date' && timeOfDay(wall) < startOfDay) wall -= MILLISECONDS_PER_DAY;
  const moved = Math.min(Math.max(movedWall(wall, move), FIRST_INSTANT), LAST_INSTANT);
  switch (to.kind) {
    case 'date':
      return basicDay(dayOf(moved));
    case 'floating':
      return basicLocal(moved);
    case 'utc':
      return basicInstant(moved);
    case 'zoned':
      return basicInstant(zones.resolve(formatLocalDateTime(moved), to.zone));
  }
}
