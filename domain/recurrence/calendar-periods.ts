/**
 * The years, months, weeks or days that a rule goes by, and which days in them it hits (the table of RFC 5545
 * §3.3.10).
 */
import { civilDate, daysInMonth, type EpochDay, epochDay, isLeapYear, weekday } from '../time/calendar-days.ts';
import type { RecurrenceRule, RuleDay } from './rule.ts';

export interface Period {
  readonly firstDay: EpochDay;
  /** The days that the rule hits, rising, before BYSETPOS. */
  readonly days: () => readonly EpochDay[];
}

export interface Periods {
  /** 0 is the period of the start; INTERVAL apart. */
  readonly at: (index: number) => Period;
  /** An index at or shortly before the period of a day, 0 or more. */
  readonly indexBefore: (day: EpochDay) => number;
}

export function periodsOf(rule: RecurrenceRule, start: EpochDay): Periods {
  switch (rule.frequency) {
    case 'YEARLY':
      return rule.byWeekNumber.length > 0 ? weekYears(rule, start) : years(rule, start);
    case 'MONTHLY':
      return months(rule, start);
    case 'WEEKLY':
      return weeks(rule, start);
    default:
      return days(rule, start);
  }
}

function days(rule: RecurrenceRule, start: EpochDay): Periods {
  return {
    at: (index) => {
      const day = start + index * rule.interval;
      return { firstDay: day, days: () => (passes(rule, day, false) ? [day] : []) };
    },
    indexBefore: (day) => Math.max(0, Math.floor((day - start) / rule.interval)),
  };
}

function weeks(rule: RecurrenceRule, start: EpochDay): Periods {
  const firstDay = start - ((weekday(start) - rule.weekStart + 7) % 7);
  const named = rule.byDay.length > 0 ? rule.byDay.map((day) => day.weekday) : [weekday(start)];
  const offsets = named.map((day) => (day - rule.weekStart + 7) % 7).sort((left, right) => left - right);
  const limited = rule.byMonth.length + rule.byMonthDay.length + rule.byYearDay.length > 0;
  const length = 7 * rule.interval;
  return {
    at: (index) => {
      const first = firstDay + index * length;
      return {
        firstDay: first,
        days: () => {
          const all = offsets.map((offset) => first + offset);
          return limited ? all.filter((day) => passes(rule, day, false)) : all;
        },
      };
    },
    indexBefore: (day) => Math.max(0, Math.floor((day - firstDay) / length)),
  };
}

function months(rule: RecurrenceRule, start: EpochDay): Periods {
  const { year, month, day: startsOn } = civilDate(start);
  const first = year * 12 + month - 1;
  return {
    at: (index) => {
      const at = first + index * rule.interval;
      return {
        firstDay: epochDay(Math.floor(at / 12), (at % 12) + 1, 1),
        days: () => daysOfMonth(rule, Math.floor(at / 12), (at % 12) + 1, startsOn),
      };
    },
    indexBefore: (day) => {
      const date = civilDate(day);
      return Math.max(0, Math.floor((date.year * 12 + date.month - 1 - first) / rule.interval));
    },
  };
}

function years(rule: RecurrenceRule, start: EpochDay): Periods {
  const { year: first, month, day: startsOn } = civilDate(start);
  const { byMonth, byMonthDay, byYearDay, byDay } = rule;
  const dated = byMonth.length + byMonthDay.length + byYearDay.length + byDay.length > 0;
  const within = byMonth.length > 0 ? byMonth : dated ? everyMonth : [month];
  const wholeYear = byMonth.length + byMonthDay.length === 0 && dated;
  return {
    at: (index) => {
      const year = first + index * rule.interval;
      const newYear = epochDay(year, 1, 1);
      return {
        firstDay: newYear,
        days: () => {
          if (!wholeYear) {
            return within.flatMap((each) => daysOfMonth(rule, year, each, startsOn));
          }
          const length = isLeapYear(year) ? 366 : 365;
          return byYearDay.length > 0
            ? numberedDays(byYearDay, newYear, length).filter((day) => passes(rule, day, true))
            : namedDays(byDay, newYear, length);
        },
      };
    },
    indexBefore: (day) => Math.max(0, Math.floor((civilDate(day).year - first) / rule.interval)),
  };
}

const everyMonth = Array.from({ length: 12 }, (_, index) => index + 1);

/**
 * With BYWEEKNO, INTERVAL and BYSETPOS go by years of whole weeks (ISO 8601, from WKST on), which BYMONTH and the rest
 * limit.
 */
function weekYears(rule: RecurrenceRule, start: EpochDay): Periods {
  const first = weekYear(start, rule.weekStart);
  const weekdays = new Set(
    rule.byDay.length > 0 || rule.byMonthDay.length > 0 || rule.byYearDay.length > 0 ? range(0, 7) : [weekday(start)],
  );
  const daysOf = (year: number): EpochDay[] => {
    const newYear = firstWeek(year, rule.weekStart);
    const count = (firstWeek(year + 1, rule.weekStart) - newYear) / 7;
    const numbers = new Set(rule.byWeekNumber.map((number) => (number > 0 ? number : count + 1 + number)));
    return [...numbers]
      .filter((number) => number >= 1 && number <= count)
      .sort((left, right) => left - right)
      .flatMap((number) => range(newYear + (number - 1) * 7, newYear + number * 7))
      .filter((day) => weekdays.has(weekday(day)) && passes(rule, day, true));
  };
  return {
    at: (index) => {
      const year = first + index * rule.interval;
      return { firstDay: firstWeek(year, rule.weekStart), days: () => daysOf(year) };
    },
    indexBefore: (day) => Math.max(0, Math.floor((civilDate(day).year - 1 - first) / rule.interval)),
  };
}

/** `startsOn`: the start's day of the month, which counts where no part names a day. */
function daysOfMonth(rule: RecurrenceRule, year: number, month: number, startsOn: number): readonly EpochDay[] {
  const { byMonth, byMonthDay, byYearDay, byDay } = rule;
  if (byMonth.length > 0 && !byMonth.includes(month)) {
    return [];
  }
  const first = epochDay(year, month, 1);
  const length = daysInMonth(year, month);
  if (byMonthDay.length + byYearDay.length + byDay.length === 0) {
    return startsOn <= length ? [first + startsOn - 1] : [];
  }
  if (byMonthDay.length + byYearDay.length === 0) {
    return namedDays(byDay, first, length);
  }
  const days = byMonthDay.length > 0 ? numberedDays(byMonthDay, first, length) : range(first, first + length);
  return byYearDay.length + byDay.length === 0 ? days : days.filter((day) => passes(rule, day, true));
}

/** Days of a month or year by their numbers, from its end where negative; rising. */
function numberedDays(numbers: readonly number[], first: EpochDay, length: number): EpochDay[] {
  const days: EpochDay[] = [];
  for (const number of numbers) {
    const at = number > 0 ? number - 1 : length + number;
    if (at >= 0 && at < length) {
      days.push(first + at);
    }
  }
  return rising(days);
}

/** Days of a month or year by their weekdays, numbered within it or all of them; rising. */
function namedDays(names: readonly RuleDay[], first: EpochDay, length: number): EpochDay[] {
  const days: EpochDay[] = [];
  const firstWeekday = weekday(first);
  for (const { ordinal, weekday: wanted } of names) {
    const from = (wanted - firstWeekday + 7) % 7;
    const last = from + 7 * Math.floor((length - 1 - from) / 7);
    if (ordinal === 0) {
      for (let at = from; at <= last; at += 7) {
        days.push(first + at);
      }
      continue;
    }
    const at = ordinal > 0 ? from + 7 * (ordinal - 1) : last + 7 * (ordinal + 1);
    if (at >= from && at <= last) {
      days.push(first + at);
    }
  }
  return names.length > 1 ? rising(days) : days;
}

/** In order, each once. */
function rising(days: EpochDay[]): EpochDay[] {
  return days.sort((left, right) => left - right).filter((day, at) => day !== days[at - 1]);
}

/** Whether a day passes every part that names months, days or weekdays. */
function passes(rule: RecurrenceRule, day: EpochDay, numbered: boolean): boolean {
  const { byMonth, byMonthDay, byYearDay, byDay } = rule;
  if (byMonth.length + byMonthDay.length + byYearDay.length === 0 && !numbered) {
    return byDay.length === 0 || byDay.some((entry) => entry.weekday === weekday(day));
  }
  const { year, month, day: dayOfMonth } = civilDate(day);
  const lengthOfMonth = daysInMonth(year, month);
  const newYear = epochDay(year, 1, 1);
  const lengthOfYear = epochDay(year + 1, 1, 1) - newYear;
  if (byMonth.length > 0 && !byMonth.includes(month)) {
    return false;
  }
  if (!names(byMonthDay, dayOfMonth, lengthOfMonth) || !names(byYearDay, day - newYear + 1, lengthOfYear)) {
    return false;
  }
  if (byDay.length === 0) {
    return true;
  }
  // A number before a weekday counts within the month where months are named, else within the year.
  const [position, length] =
    rule.frequency === 'MONTHLY' || byMonth.length > 0
      ? [dayOfMonth - 1, lengthOfMonth]
      : [day - newYear, lengthOfYear];
  const fromStart = Math.floor(position / 7) + 1;
  const fromEnd = -Math.floor((length - 1 - position) / 7) - 1;
  return byDay.some(
    (entry) =>
      entry.weekday === weekday(day) &&
      (entry.ordinal === 0 || entry.ordinal === fromStart || entry.ordinal === fromEnd),
  );
}

/** `value` of `length`, counted from the start or, negative, from the end. */
function names(list: readonly number[], value: number, length: number): boolean {
  return list.length === 0 || list.includes(value) || list.includes(value - length - 1);
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

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
