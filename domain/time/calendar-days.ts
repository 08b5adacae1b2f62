/** Calendar days as numbers: days since 1970-01-01 in the proleptic Gregorian calendar. No Date, no zone. */
import type { PlainDate } from '../events/model.ts';
import { TimeSyntaxError } from './time-syntax-error.ts';

/** Days since 1970-01-01; negative before. */
export type EpochDay = number;

export const MILLISECONDS_PER_DAY = 86_400_000;

/** The days of year 1 and of year 9999: what a contract Date can say. */
export const FIRST_DAY: EpochDay = -719_162;
export const LAST_DAY: EpochDay = 2_932_896;

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Days in a month; `month` is 1 to 12, which every caller has seen to. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] as number);
}

/** The day of a date. Fields are taken as they are: validate them first (`isCivilDate`). */
export function epochDay(year: number, month: number, day: number): EpochDay {
  // Years begin in March here, so that the leap day is the last of a year (Hinnant, "chrono-compatible algorithms").
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

export function civilDate(day: EpochDay): CivilDate {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** 0 is Monday, 6 is Sunday. */
export function weekday(day: EpochDay): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Whether the date exists, within the years 1 to 9999. */
export function isCivilDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

const dateShape = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * Reads a contract Date: `2026-03-29`, years 0001 to 9999.
 * @throws TimeSyntaxError for anything else, also for days that do not exist (`2026-02-30`).
 */
export function parseDate(text: string): EpochDay {
  const match = dateShape.exec(text);
  const year = Number(match?.[1]);
  const month = Number(match?.[2]);
  const day = Number(match?.[3]);
  if (match === null || !isCivilDate(year, month, day)) {
    throw new TimeSyntaxError('a calendar day such as 2026-03-29', text);
  }
  return epochDay(year, month, day);
}

/** `2026-03-29`. */
export function formatDate(day: EpochDay): PlainDate {
  const { year, month, day: dayOfMonth } = civilDate(day);
  return `${fourDigits(year)}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`;
}

/** The date `days` later (earlier when negative). */
export function addDays(date: PlainDate, days: number): PlainDate {
  return formatDate(parseDate(date) + days);
}

/** How many days from `from` to `to`. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return parseDate(to) - parseDate(from);
}

export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

export function fourDigits(value: number): string {
  return value < 1000 ? String(value).padStart(4, '0') : String(value);
}
