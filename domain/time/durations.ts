/** ISO 8601 durations (the contract's Duration) and RFC 5545 §3.3.6 ones. */
import { TimeSyntaxError } from './time-syntax-error.ts';

/** Weeks count as seven days. Days are nominal (they follow the wall clock), seconds are elapsed time. */
export interface CalendarDuration {
  readonly negative: boolean;
  readonly days: number;
  readonly seconds: number;
}

const shape =
  /^([+-])?P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:(T)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d+))?S)?)?$/;

/**
 * Reads `PT30M`, `P1DT12H`, `P2W`, `-PT15M` (RFC 5545 §3.3.6). Years and months have no length and are refused.
 * @returns null when the text is no such duration.
 */
export function readDuration(text: string): CalendarDuration | null {
  const match = shape.exec(text);
  if (match === null) {
    return null;
  }
  const [, sign, weeks, days, time, hours, minutes, seconds, fraction] = match;
  const hasTime = hours !== undefined || minutes !== undefined || seconds !== undefined;
  const hasDate = weeks !== undefined || days !== undefined;
  if ((time !== undefined && !hasTime) || (!hasTime && !hasDate) || (fraction !== undefined && /[^0]/.test(fraction))) {
    return null;
  }
  return {
    negative: sign === '-',
    days: Number(weeks ?? 0) * 7 + Number(days ?? 0),
    seconds: (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0),
  };
}

/**
 * Reads a contract Duration: ISO 8601 without years and months, not negative, whole seconds; a day is 24 hours.
 * @returns seconds.
 * @throws TimeSyntaxError for anything else, and for more than 100,000 days.
 */
export function parseDuration(text: string): number {
  const read = readDuration(text);
  if (read === null || text.startsWith('-') || text.startsWith('+')) {
    throw new TimeSyntaxError('an ISO 8601 duration in weeks, days, hours, minutes and seconds such as PT30M', text);
  }
  const total = read.days * 86_400 + read.seconds;
  if (total > 100_000 * 86_400) {
    throw new TimeSyntaxError('a duration of at most 100,000 days', text);
  }
  return total;
}

/** `PT30M`, `P1DT2H`, `PT0S`; the sign first when negative. `seconds` is a whole number. */
export function formatDuration(seconds: number): string {
  if (seconds === 0) {
    return 'PT0S';
  }
  const total = Math.abs(seconds);
  const days = Math.floor(total / 86_400);
  const hours = Math.floor(total / 3600) % 24;
  const minutes = Math.floor(total / 60) % 60;
  const rest = total % 60;
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${rest > 0 ? `${rest}S` : ''}`;
  return `${seconds < 0 ? '-' : ''}P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}
