/**
 * YEARLY rules that number weeks or days of the year. Ours, as rrule-temporal 2.2.7 is wrong on them: it lets BYDAY and BYMONTHDAY go
 * beside BYYEARDAY and BYWEEKNO, and loses the days of a first or last week that lie in the other calendar year.
 */
import {
  civilDate,
  daysInMonth,
  type EpochDay,
  epochDay,
  MILLISECONDS_PER_DAY,
  weekday,
} from '../time/calendar-days.ts';
import { dayOf, type WallClock } from '../time/wall-clock.ts';
import type { RecurrenceRule } from './rule.ts';
import { type StepBudget, YEARS_OF_SEARCH } from './step-budget.ts';

/** Whether these years are what the rule asks for. */
export function isNumbered(rule: RecurrenceRule): boolean {
  return rule.frequency === 'YEARLY' && (rule.byWeekNumber.length > 0 || rule.byYearDay.length > 0);
}

/**
 * The wall clocks of such a rule, rising, from the first that is neither before `start` nor before `from`, up to `to`. With BYWEEKNO, INTERVAL
 * and BYSETPOS go by years of whole weeks (ISO 8601, from WKST on). `start` counts as the first even where the rule does not hit
 * it, but is not answered then.
 */
export function* numberedStarts(
  rule: RecurrenceRule,
  start: WallClock,
  from: WallClock,
  to: WallClock,
  budget: StepBudget,
): Generator<WallClock, void> {
  const times = timesOfDay(rule, start);
  const yearOf = (day: EpochDay): number =>
    rule.byWeekNumber.length > 0 ? weekYear(day, rule.weekStart) : civilDate(day).year;
  const firstYear = yearOf(dayOf(start));
  let remaining = rule.count ?? Number.POSITIVE_INFINITY;
  let startSeen = rule.count === null;
  let year = firstYear;
  if (rule.count === null && from > start) {
    const wanted = civilDate(dayOf(Math.min(from, to))).year - 1;
    year += Math.max(0, Math.floor((wanted - firstYear) / rule.interval)) * rule.interval;
  }
  let lastHit = year;
  for (; year <= 9999 && year - lastHit <= YEARS_OF_SEARCH * rule.interval; year += rule.interval) {
    const days = daysOfYear(rule, year, start);
    if (!budget.spend(1 + days.length)) {
      return;
    }
    for (const wall of chosen(days, times, rule.bySetPosition)) {
      if (wall < start) {
        continue;
      }
      if (!startSeen) {
        startSeen = true;
        remaining -= wall === start ? 0 : 1;
      }
      if (remaining <= 0 || wall > to || !budget.spend()) {
        return;
      }
      remaining -= 1;
      lastHit = year;
      if (wall >= from) {
        yield wall;
      }
    }
    if (epochDay(year - 1, 12, 1) * MILLISECONDS_PER_DAY > to) {
      return;
    }
  }
}

/** Milliseconds after midnight, rising. */
function timesOfDay(rule: RecurrenceRule, start: WallClock): number[] {
  const second = Math.floor(start / 1000) % 86_400;
  const ofStart = second < 0 ? second + 86_400 : second;
  const hours = rule.byHour.length > 0 ? rule.byHour : [Math.floor(ofStart / 3600)];
  const minutes = rule.byMinute.length > 0 ? rule.byMinute : [Math.floor(ofStart / 60) % 60];
  const seconds = rule.bySecond.length > 0 ? rule.bySecond : [ofStart % 60];
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((each) => ((hour * 60 + minute) * 60 + each) * 1000)),
  );
}

/** Each day at each time, or those that BYSETPOS picks from them. */
function* chosen(
  days: readonly EpochDay[],
  times: readonly number[],
  positions: readonly number[],
): Generator<WallClock, void> {
  const at = (index: number): WallClock =>
    (days[Math.floor(index / times.length)] ?? 0) * MILLISECONDS_PER_DAY + (times[index % times.length] ?? 0);
  const total = days.length * times.length;
  if (positions.length === 0) {
    for (let index = 0; index < total; index += 1) {
      yield at(index);
    }
    return;
  }
  const indexes = positions.map((position) => (position > 0 ? position - 1 : total + position));
  for (const index of [...new Set(indexes)].sort((left, right) => left - right)) {
    if (index >= 0 && index < total) {
      yield at(index);
    }
  }
}

/** The days of one year that pass every part (RFC 5545 §3.3.10: BYDAY limits where another part chooses the days). */
function daysOfYear(rule: RecurrenceRule, year: number, start: WallClock): EpochDay[] {
  const byWeek = rule.byWeekNumber.length > 0;
  const first = byWeek ? firstWeek(year, rule.weekStart) : epochDay(year, 1, 1);
  const next = byWeek ? firstWeek(year + 1, rule.weekStart) : epochDay(year + 1, 1, 1);
  const weeks = (next - first) / 7;
  const startsOn =
    byWeek && rule.byDay.length === 0 && rule.byMonthDay.length === 0 && rule.byYearDay.length === 0
      ? weekday(dayOf(start))
      : null;
  const days: EpochDay[] = [];
  for (let day = first; day < next; day += 1) {
    const week = Math.floor((day - first) / 7) + 1;
    if (
      (!byWeek || rule.byWeekNumber.includes(week) || rule.byWeekNumber.includes(week - weeks - 1)) &&
      (startsOn === null || weekday(day) === startsOn) &&
      passes(rule, day)
    ) {
      days.push(day);
    }
  }
  return days;
}

function passes(rule: RecurrenceRule, day: EpochDay): boolean {
  const { year, month, day: dayOfMonth } = civilDate(day);
  const has = (list: readonly number[], value: number, length: number): boolean =>
    list.length === 0 || list.includes(value) || list.includes(value - length - 1);
  const yearStart = epochDay(year, 1, 1);
  const yearLength = epochDay(year + 1, 1, 1) - yearStart;
  return (
    (rule.byMonth.length === 0 || rule.byMonth.includes(month)) &&
    has(rule.byMonthDay, dayOfMonth, daysInMonth(year, month)) &&
    has(rule.byYearDay, day - yearStart + 1, yearLength) &&
    passesWeekday(rule, day, yearStart, yearLength)
  );
}

/** A number before a weekday counts within the month where BYMONTH is there, else within the year. */
function passesWeekday(rule: RecurrenceRule, day: EpochDay, yearStart: EpochDay, yearLength: number): boolean {
  if (rule.byDay.length === 0) {
    return true;
  }
  const { year, month, day: dayOfMonth } = civilDate(day);
  const [position, length] =
    rule.byMonth.length > 0 ? [dayOfMonth - 1, daysInMonth(year, month)] : [day - yearStart, yearLength];
  const fromStart = Math.floor(position / 7) + 1;
  const fromEnd = -Math.floor((length - 1 - position) / 7) - 1;
  return rule.byDay.some(
    ({ ordinal, weekday: wanted }) =>
      wanted === weekday(day) && (ordinal === 0 || ordinal === fromStart || ordinal === fromEnd),
  );
}

/** The first day of week 1: the first week with at least four days in the year (RFC 5545 §3.3.10, ISO 8601). */
function firstWeek(year: number, weekStart: number): EpochDay {
  const newYear = epochDay(year, 1, 1);
  const sinceWeekStart = (weekday(newYear) - weekStart + 7) % 7;
  return sinceWeekStart <= 3 ? newYear - sinceWeekStart : newYear - sinceWeekStart + 7;
}

function weekYear(day: EpochDay, weekStart: number): number {
  const { year } = civilDate(day);
  if (day < firstWeek(year, weekStart)) {
    return year - 1;
  }
  return day >= firstWeek(year + 1, weekStart) ? year + 1 : year;
}
