/** DATE, DATE-TIME, DURATION and UTC-OFFSET values (RFC 5545 §3.3), and the wall-clock arithmetic that they need. */
import { LAST_INSTANT } from '../../time/instants.ts';
import type { Instant, LocalDateTime, PlainDate } from '../model.ts';

/** A time as a property says it, before its zone is known. */
export type ValueTime =
  | { readonly kind: 'date'; readonly date: PlainDate }
  | { readonly kind: 'utc'; readonly instant: Instant }
  | { readonly kind: 'local'; readonly local: LocalDateTime };

const day = 86_400_000;
const timeShape = /^(\d{4})(\d\d)(\d\d)(?:[Tt](\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?([Zz]?))?$/;
const two = (value: number) => (value < 10 ? `0${value}` : `${value}`);

/** Milliseconds of a wall clock read as if it were UTC; null when there is no such day or time in the years 1 to 9999. */
function epochOf(
  year: number,
  month: number,
  date: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  if (year < 1 || month < 1 || month > 12 || date < 1 || date > 31) return null;
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && (minute > 0 || second > 0))) return null;
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, date);
  if (moment.getUTCDate() !== date) return null;
  // 23:59:60 is shown as 23:59:59, as every client does (RFC 5545 §3.3.12).
  const epoch = moment.getTime() + (hour * 3600 + minute * 60 + Math.min(second, 59)) * 1000;
  // Hour 24 of the last day that a DATE-TIME can write is a time that none can.
  return epoch > LAST_INSTANT ? null : epoch;
}

/** Reads a DATE or DATE-TIME; null when it is neither. Extended forms (`2026-03-29T01:30:00Z`) are read as well. */
export function parseTime(value: string): ValueTime | null {
  let text = value.trim();
  if (text.charCodeAt(4) === 45) text = text.replaceAll('-', '').replaceAll(':', '');
  const match = timeShape.exec(text);
  if (match === null) return null;
  const epoch = epochOf(
    Number(match[1]),
    Number(match[2]),
    Number(match[3]),
    Number(match[4] ?? 0),
    Number(match[5] ?? 0),
    Number(match[6] ?? 0),
  );
  if (epoch === null) return null;
  const date = `${match[1]}-${match[2]}-${match[3]}`;
  if (match[4] === undefined) return { kind: 'date', date };
  if (match[7]) return { kind: 'utc', instant: epoch };
  // 24:00:00 and a leap second are shown as another wall clock; every other is as it came.
  const isAsItCame = match[4] !== '24' && match[6] !== '60';
  return {
    kind: 'local',
    local: isAsItCame ? `${date}T${match[4]}:${match[5]}:${match[6] ?? '00'}` : localFrom(epoch),
  };
}

/** The wall clock that milliseconds-as-if-UTC stand for. */
export function localFrom(epoch: number): LocalDateTime {
  return new Date(epoch).toISOString().slice(0, 19);
}

/** A wall clock as milliseconds as if it were UTC: for differences and order, never an instant. */
export function epochOfLocal(local: LocalDateTime): number {
  return Date.parse(`${local}Z`);
}

export function dateAt(epoch: number): PlainDate {
  return new Date(epoch).toISOString().slice(0, 10);
}

export function addDays(date: PlainDate, days: number): PlainDate {
  return dateAt(Date.parse(`${date}T00:00:00Z`) + days * day);
}

/** Days from one date to another. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / day);
}

/** `20260329`, `20260329T013000` or `20260329T013000Z`. */
export function basicDate(date: PlainDate): string {
  return date.replaceAll('-', '');
}

export function basicLocal(local: LocalDateTime): string {
  return local.replaceAll('-', '').replaceAll(':', '');
}

export function basicInstant(instant: Instant): string {
  const date = new Date(instant);
  return (
    `${String(date.getUTCFullYear()).padStart(4, '0')}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}` +
    `T${two(date.getUTCHours())}${two(date.getUTCMinutes())}${two(date.getUTCSeconds())}Z`
  );
}

export interface Span {
  /** 1 or -1. */
  readonly sign: number;
  /** Nominal: weeks and days. */
  readonly days: number;
  /** Exact. */
  readonly seconds: number;
}

const durationShape = /^([+-])?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,10})S)?)?$/i;

/** Reads a DURATION (RFC 5545 §3.3.6), also the common `P1WT2H`; null when it is none. */
export function parseDuration(value: string): Span | null {
  const text = value.trim();
  const match = durationShape.exec(text);
  if (match === null || !/\d/.test(text)) return null;
  const seconds = Number(match[4] ?? 0) * 3600 + Number(match[5] ?? 0) * 60 + Number(match[6] ?? 0);
  return { sign: match[1] === '-' ? -1 : 1, days: Number(match[2] ?? 0) * 7 + Number(match[3] ?? 0), seconds };
}

/** Seconds east of UTC (RFC 5545 §3.3.14); null when it is no offset of less than a day. */
export function parseOffset(value: string): number | null {
  const match = /^([+-])(\d\d):?(\d\d):?(\d\d)?$/.exec(value.trim());
  if (match === null) return null;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
  if (seconds >= 86_400) return null;
  return match[1] === '-' ? -seconds : seconds;
}

export function formatOffset(offset: number): string {
  const seconds = Math.abs(offset);
  const rest = seconds % 60;
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(seconds / 3600))}${two(Math.floor(seconds / 60) % 60)}${rest ? two(rest) : ''}`;
}
