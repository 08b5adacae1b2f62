/** Wall clocks without zone: LocalDateTime as text, and as a number for arithmetic. */
import type { LocalDateTime, PlainDate } from '../events/model.ts';
import {
  civilDate,
  type EpochDay,
  epochDay,
  formatDate,
  fourDigits,
  isCivilDate,
  MILLISECONDS_PER_DAY,
  parseDate,
  twoDigits,
} from './calendar-days.ts';
import { TimeSyntaxError } from './time-syntax-error.ts';

/**
 * A wall clock as milliseconds since 1970-01-01T00:00:00 of its own clock: what Date.UTC would answer for its fields.
 */
export type WallClock = number;

/**
 * Reads `2026-03-29T01:30:00`.
 * @throws TimeSyntaxError for anything else: an offset, a fraction, hour 24, second 60, a day that does not exist.
 */
export function parseLocalDateTime(text: string): WallClock {
  // Every occurrence of every series comes through here: reading digits takes a third of a regular expression's time.
  if (
    text.length === 19 &&
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':'
  ) {
    const wall = wallClock(
      digitPair(text, 0) * 100 + digitPair(text, 2),
      digitPair(text, 5),
      digitPair(text, 8),
      digitPair(text, 11),
      digitPair(text, 14),
      digitPair(text, 17),
    );
    if (wall !== null) {
      return wall;
    }
  }
  throw new TimeSyntaxError('a wall clock such as 2026-03-29T01:30:00', text);
}

/** Two digits as a number; NaN when they are none, which no field takes. */
export function digitPair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The wall clock with these fields, null when there is none (years 1 to 9999). */
export function wallClock(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): WallClock | null {
  if (!isCivilDate(year, month, day) || !(hour <= 23 && minute <= 59 && second <= 59)) {
    return null;
  }
  return epochDay(year, month, day) * MILLISECONDS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** `2026-03-29T01:30:00`; milliseconds are cut. */
export function formatLocalDateTime(wall: WallClock): LocalDateTime {
  const day = Math.floor(wall / MILLISECONDS_PER_DAY);
  const seconds = Math.floor((wall - day * MILLISECONDS_PER_DAY) / 1000);
  const minutes = Math.floor(seconds / 60);
  const date = civilDate(day);
  return `${fourDigits(date.year)}-${twoDigits(date.month)}-${twoDigits(date.day)}T${twoDigits(
    Math.floor(minutes / 60),
  )}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
}

/** The day a wall clock is in. */
export function dayOf(wall: WallClock): EpochDay {
  return Math.floor(wall / MILLISECONDS_PER_DAY);
}

/** The calendar day of a wall clock. */
export function dateOf(local: LocalDateTime): PlainDate {
  return formatDate(dayOf(parseLocalDateTime(local)));
}

/** The first second of a date. */
export function midnight(date: PlainDate): LocalDateTime {
  return formatLocalDateTime(parseDate(date) * MILLISECONDS_PER_DAY);
}

/** Nominal arithmetic on the wall clock: no zone, no daylight saving. */
export function addToLocal(local: LocalDateTime, change: { days?: number; seconds?: number }): LocalDateTime {
  return formatLocalDateTime(
    parseLocalDateTime(local) + (change.days ?? 0) * MILLISECONDS_PER_DAY + (change.seconds ?? 0) * 1000,
  );
}

const timeShape = /^(\d{2}):(\d{2})(?::(\d{2}))?$/;

/**
 * Reads a contract LocalTime: `09:30`, also `09:30:00`.
 * @returns seconds after midnight, 0 to 86,399; 86,400 for `24:00` where `endOfDay` is allowed (the end of a period).
 * @throws TimeSyntaxError for anything else.
 */
export function parseLocalTime(text: string, options: { endOfDay?: boolean } = {}): number {
  const match = timeShape.exec(text);
  const hour = Number(match?.[1]);
  const minute = Number(match?.[2]);
  const second = Number(match?.[3] ?? 0);
  if (match !== null && minute <= 59 && second <= 59) {
    if (hour <= 23) {
      return (hour * 60 + minute) * 60 + second;
    }
    if (options.endOfDay === true && hour === 24 && minute === 0 && second === 0) {
      return 86_400;
    }
  }
  throw new TimeSyntaxError(
    options.endOfDay === true ? 'a time of day such as 09:30, at most 24:00' : 'a time of day such as 09:30',
    text,
  );
}

/** `09:30`, with seconds only where there are some; 86,400 is `24:00`. */
export function formatLocalTime(secondOfDay: number): string {
  const minutes = Math.floor(secondOfDay / 60);
  const second = secondOfDay % 60;
  const text = `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
  return second === 0 ? text : `${text}:${twoDigits(second)}`;
}
