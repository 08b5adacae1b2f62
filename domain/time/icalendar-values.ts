/** DATE and DATE-TIME in iCalendar's basic form (RFC 5545 §3.3.4, §3.3.5): `20260329`, `20260329T013000`, `…Z`. */
import type { Instant, LocalDateTime, PlainDate } from '../events/model.ts';
import { type EpochDay, epochDay, isCivilDate, MILLISECONDS_PER_DAY } from './calendar-days.ts';
import { digitPair, formatLocalDateTime, parseLocalDateTime, type WallClock, wallClock } from './wall-clock.ts';

/** What a basic form says; `wall` of a `utc` is the instant itself. */
export type BasicValue =
  | { readonly kind: 'date'; readonly day: EpochDay }
  | { readonly kind: 'utc'; readonly wall: Instant }
  | { readonly kind: 'local'; readonly wall: WallClock };

/**
 * Reads a basic form. Second 60 (a leap second, which §3.3.12 allows) is read as 59, as no clock here has it.
 * @returns null for anything else, also for days and times that do not exist.
 */
export function readBasic(text: string): BasicValue | null {
  // Lists of a thousand excluded dates are read with every expansion: digits, not a regular expression.
  const { length } = text;
  const year = digitPair(text, 0) * 100 + digitPair(text, 2);
  const month = digitPair(text, 4);
  const day = digitPair(text, 6);
  if (length === 8) {
    return isCivilDate(year, month, day) ? { kind: 'date', day: epochDay(year, month, day) } : null;
  }
  const isUtc = length === 16 && (text[15] === 'Z' || text[15] === 'z');
  if ((length !== 15 && !isUtc) || (text[8] !== 'T' && text[8] !== 't')) {
    return null;
  }
  const second = digitPair(text, 13);
  const wall = wallClock(year, month, day, digitPair(text, 9), digitPair(text, 11), second === 60 ? 59 : second);
  return wall === null ? null : { kind: isUtc ? 'utc' : 'local', wall };
}

/** `20260329T013000`. */
export function basicLocal(wall: WallClock): string {
  const local = formatLocalDateTime(wall);
  return `${local.slice(0, 4)}${local.slice(5, 7)}${local.slice(8, 13)}${local.slice(14, 16)}${local.slice(17, 19)}`;
}

/** `20260329T013000Z`. */
export function basicInstant(instant: Instant): string {
  return `${basicLocal(instant)}Z`;
}

/** `20260329`. */
export function basicDay(day: EpochDay): string {
  return basicLocal(day * MILLISECONDS_PER_DAY).slice(0, 8);
}

/** `2026-03-29` as `20260329`. */
export function basicDate(date: PlainDate): string {
  return date.replaceAll('-', '');
}

/** `2026-03-29T01:30:00` as `20260329T013000`. */
export function basicLocalDateTime(local: LocalDateTime): string {
  return basicLocal(parseLocalDateTime(local));
}
