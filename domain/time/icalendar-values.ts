/** DATE and DATE-TIME in iCalendar's basic form (RFC 5545 §3.3.4, §3.3.5): `20260329`, `20260329T013000`, `…Z`. */
import type { Instant, LocalDateTime, PlainDate } from '../events/model.ts';
import { type EpochDay, epochDay, isCivilDate, MILLISECONDS_PER_DAY } from './calendar-days.ts';
import { formatLocalDateTime, parseLocalDateTime, type WallClock, wallClock } from './wall-clock.ts';

/** What a basic form says; `wall` of a `utc` is the instant itself. */
export type BasicValue =
  | { readonly kind: 'date'; readonly day: EpochDay }
  | { readonly kind: 'utc'; readonly wall: Instant }
  | { readonly kind: 'local'; readonly wall: WallClock };

const shape = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/i;

/**
 * Reads a basic form. Second 60 (a leap second, which §3.3.12 allows) is read as 59, as no clock here has it.
 * @returns null for anything else, also for days and times that do not exist.
 */
export function readBasic(text: string): BasicValue | null {
  const match = shape.exec(text);
  if (match === null) {
    return null;
  }
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  if (match[4] === undefined) {
    return isCivilDate(year, month, day) ? { kind: 'date', day: epochDay(year, month, day) } : null;
  }
  const second = Number(match[6]);
  const wall = wallClock(year, month, day, Number(match[4]), Number(match[5]), second === 60 ? 59 : second);
  if (wall === null) {
    return null;
  }
  return { kind: match[7] === undefined ? 'local' : 'utc', wall };
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
