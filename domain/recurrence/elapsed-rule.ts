/**
 * HOURLY, MINUTELY and SECONDLY rules. They step in elapsed time from the start (semantics A4): no hour of the day is
 * skipped or doubled by a change of the clock, while the BY parts look at the wall clock that hangs in the series'
 * zone.
 */
import type { Instant, ZoneName } from '../events/model.ts';
import {
  civilDate,
  daysInMonth,
  type EpochDay,
  epochDay,
  isLeapYear,
  LAST_DAY,
  weekday,
} from '../time/calendar-days.ts';
import { LAST_INSTANT } from '../time/instants.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { ZoneWalls } from '../time/zone-walls.ts';
import type { RecurrenceRule } from './rule.ts';
import { MOST_FRUITLESS_STEPS, type StepBudget, YEARS_OF_SEARCH } from './step-budget.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The instants of a rule, rising, from the first that is neither before `start` nor before `from`, up to `to`.
 * `start` counts as the first even where the rule does not hit it, but is not answered then.
 */
export function* elapsedStarts(
  rule: RecurrenceRule,
  start: Instant,
  zone: ZoneName,
  from: Instant,
  to: Instant,
  zones: ZoneData,
  budget: StepBudget,
): Generator<Instant, void> {
  const unit = rule.frequency === 'HOURLY' ? HOUR : rule.frequency === 'MINUTELY' ? MINUTE : SECOND;
  const step = unit * rule.interval;
  const search = YEARS_OF_SEARCH * 366 * DAY * rule.interval;
  const end = Math.min(to, LAST_INSTANT);
  const walls = new ZoneWalls(zones, zone);
  const free = isFree(rule);
  // Counting needs every period from the start, unless each of them is exactly one occurrence.
  let period = rule.count === null || free ? Math.max(0, Math.floor((from - start - unit) / step)) : 0;
  let remaining = rule.count ?? Number.POSITIVE_INFINITY;
  remaining -= free && rule.count !== null ? period : 0;
  let startSeen = rule.count === null || period > 0;
  let lastHit = start + period * step;
  let fruitless = 0;
  while (remaining > 0) {
    const base = start + period * step;
    if (base - unit > end || base - lastHit > search || fruitless > MOST_FRUITLESS_STEPS) {
      return;
    }
    fruitless += 1;
    if (!budget.spend()) {
      return;
    }
    const skip = free ? 0 : skipFrom(rule, base, walls, budget);
    if (skip > 0) {
      period = Math.max(period + 1, Math.ceil((base + skip - start) / step));
      continue;
    }
    for (const hit of free ? [base] : hitsOfPeriod(rule, base, start, walls, budget)) {
      if (!startSeen) {
        startSeen = true;
        remaining -= hit === start ? 0 : 1;
      }
      if (remaining <= 0 || hit > end) {
        return;
      }
      remaining -= 1;
      fruitless = 0;
      lastHit = hit;
      if (hit >= from) {
        yield hit;
      }
    }
    period += 1;
  }
}

/** Whether every period is one occurrence. */
function isFree(rule: RecurrenceRule): boolean {
  return [
    rule.byDay,
    rule.byMonth,
    rule.byMonthDay,
    rule.byYearDay,
    rule.byHour,
    rule.byMinute,
    rule.bySecond,
    rule.bySetPosition,
  ].every((list) => list.length === 0);
}

/**
 * 0 when the period at an instant passes the limiting parts, else how much elapsed time is certainly not worth
 * looking at.
 */
function skipFrom(rule: RecurrenceRule, instant: Instant, walls: ZoneWalls, budget: StepBudget): number {
  const wall = walls.shownAt(instant);
  const day = Math.floor(wall / DAY);
  if (!isDay(rule, day)) {
    let next = day + 1;
    while (!isDay(rule, next) && next - day < YEARS_OF_SEARCH * 366 && budget.spend()) {
      next += 1;
    }
    return next > LAST_DAY ? LAST_INSTANT : Math.max(SECOND, walls.startOfDay(next * DAY) - instant);
  }
  const ofDay = wall - day * DAY;
  const hour = Math.floor(ofDay / HOUR);
  if (rule.byHour.length > 0 && !rule.byHour.includes(hour)) {
    return HOUR - (ofDay % HOUR);
  }
  if (rule.frequency === 'HOURLY') {
    return 0;
  }
  const minute = Math.floor((ofDay % HOUR) / MINUTE);
  if (rule.byMinute.length > 0 && !rule.byMinute.includes(minute)) {
    const next = rule.byMinute.find((value) => value > minute) ?? 60;
    return (next - minute) * MINUTE - (ofDay % MINUTE);
  }
  if (rule.frequency === 'MINUTELY') {
    return 0;
  }
  const second = Math.floor((ofDay % MINUTE) / SECOND);
  if (rule.bySecond.length > 0 && !rule.bySecond.includes(second)) {
    return ((rule.bySecond.find((value) => value > second) ?? 60) - second) * SECOND;
  }
  return 0;
}

function isDay(rule: RecurrenceRule, day: EpochDay): boolean {
  const { year, month, day: dayOfMonth } = civilDate(day);
  if (rule.byMonth.length > 0 && !rule.byMonth.includes(month)) {
    return false;
  }
  if (rule.byMonthDay.length > 0) {
    const fromEnd = dayOfMonth - daysInMonth(year, month) - 1;
    if (!rule.byMonthDay.includes(dayOfMonth) && !rule.byMonthDay.includes(fromEnd)) {
      return false;
    }
  }
  if (rule.byYearDay.length > 0) {
    const dayOfYear = day - epochDay(year, 1, 1) + 1;
    const fromEnd = dayOfYear - (isLeapYear(year) ? 366 : 365) - 1;
    if (!rule.byYearDay.includes(dayOfYear) && !rule.byYearDay.includes(fromEnd)) {
      return false;
    }
  }
  return rule.byDay.length === 0 || rule.byDay.some((entry) => entry.weekday === weekday(day));
}

/** The occurrences of one period: the BY parts below the frequency expand it, BYSETPOS chooses among them. */
function hitsOfPeriod(
  rule: RecurrenceRule,
  base: Instant,
  start: Instant,
  walls: ZoneWalls,
  budget: StepBudget,
): Instant[] {
  const offset = walls.offsetAt(base);
  const hits: Instant[] = [];
  const expandsMinutes = rule.frequency === 'HOURLY' && rule.byMinute.length > 0;
  const expandsSeconds = rule.frequency !== 'SECONDLY' && rule.bySecond.length > 0;
  if (expandsMinutes || expandsSeconds) {
    const wall = base + offset;
    const hourOrMinute = expandsMinutes ? HOUR : MINUTE;
    const floor = Math.floor(wall / hourOrMinute) * hourOrMinute;
    const minutes = expandsMinutes ? rule.byMinute : [0];
    const seconds = expandsSeconds ? rule.bySecond : [Math.floor(wall / SECOND) - Math.floor(wall / MINUTE) * 60];
    budget.spend(minutes.length * seconds.length);
    for (const minute of minutes) {
      for (const second of seconds) {
        const hit = floor + minute * MINUTE + second * SECOND - offset;
        // A clock that changes within the period never shows this minute.
        if (walls.offsetAt(hit) === offset) {
          hits.push(hit);
        }
      }
    }
  } else {
    hits.push(base);
  }
  const chosen =
    rule.bySetPosition.length === 0
      ? hits
      : hits.filter(
          (_, index) => rule.bySetPosition.includes(index + 1) || rule.bySetPosition.includes(index - hits.length),
        );
  return chosen.filter((hit) => hit >= start);
}
