/** Instants as RFC 3339 texts: the contract's DateTime. */
import type { Instant } from '../events/model.ts';
import { TimeSyntaxError } from './time-syntax-error.ts';
import { formatLocalDateTime, wallClock } from './wall-clock.ts';

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what the contract's DateTime can say. */
export const FIRST_INSTANT: Instant = -62_135_596_800_000;
export const LAST_INSTANT: Instant = 253_402_300_799_000;

const shape = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * Reads a DateTime as RFC 3339 §5.6 writes it: with `Z` or an offset, years 0001 to 9999.
 * @throws TimeSyntaxError for anything else: no offset, hour 24, a leap second, a day that does not exist, and a
 *   fraction of a second other than zero (an event's times are whole seconds, and rounding would move them).
 */
export function parseInstant(text: string): Instant {
  const match = shape.exec(text);
  if (match === null) {
    throw new TimeSyntaxError('an RFC 3339 instant such as 2026-03-29T01:00:00Z', text);
  }
  if (match[7] !== undefined && /[^0]/.test(match[7])) {
    throw new TimeSyntaxError('an instant of whole seconds', text);
  }
  const wall = wallClock(
    Number(match[1]),
    Number(match[2]),
    Number(match[3]),
    Number(match[4]),
    Number(match[5]),
    Number(match[6]),
  );
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (wall === null || offsetHours > 23 || offsetMinutes > 59) {
    throw new TimeSyntaxError('an instant that exists, in the years 0001 to 9999', text);
  }
  const instant = wall - (match[8] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60_000;
  if (instant < FIRST_INSTANT || instant > LAST_INSTANT) {
    throw new TimeSyntaxError('an instant in the years 0001 to 9999', text);
  }
  return instant;
}

/** Always UTC and to the second: `2026-03-29T01:00:00Z`. */
export function formatInstant(instant: Instant): string {
  return `${formatLocalDateTime(instant)}Z`;
}
