/** What a rule or a period is given as, and everything that is wrong with it, each with its path. */
import type { PeriodContent, RuleContent } from '../../datasources/store/availability-rule-writes.ts';
import type { WeeklyHours } from '../../domain/availability/weekly-hours.ts';
import type { UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import { RefusedValue } from '../../domain/events/refused-value.ts';
import { parseLocalTime } from '../../domain/time/wall-clock.ts';

/** In the order of the week: a day's place is `WeeklyHours.day`. */
export const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type Weekday = (typeof weekdays)[number];

/** A value that is none of its kind stands in its place as a RefusedValue. */
type Given<T> = T | RefusedValue;

export interface GivenRule {
  readonly accountId: string;
  readonly key: string;
  readonly timeZone: Given<string>;
  /** Null or left out: all that count where nobody says which. */
  readonly calendarIds?: readonly string[] | null | undefined;
  readonly weeklyPeriods: readonly GivenHours[];
}

export interface GivenHours {
  readonly day: Weekday;
  /** LocalTime: `09:00`. */
  readonly start: Given<string>;
  /** LocalTime, `24:00` allowed. */
  readonly end: Given<string>;
}

export interface GivenPeriod {
  readonly accountId: string;
  readonly key: string;
  readonly start: Given<Instant>;
  readonly end: Given<Instant>;
}

export const givenLimits = {
  /** Characters. */
  key: 1024,
  weeklyPeriods: 100,
  calendars: 100,
  /** Days that one available period may last: ten years. */
  periodDays: 3_660,
} as const;

interface Checked<Content> {
  /** Null where anything is wrong. */
  readonly content: Content | null;
  readonly errors: readonly UserError[];
}

/** Of a rule what can be said without its account's calendars. */
export function checkRule({ key, timeZone, calendarIds, weeklyPeriods }: GivenRule): Checked<RuleContent> {
  const errors = checkKey(key);
  const zone = given(timeZone, ['timeZone'], errors);
  const { length } = weeklyPeriods;
  const most = `Expected 1 to ${givenLimits.weeklyPeriods} weekly periods, got`;
  if (length === 0) errors.push({ path: ['weeklyPeriods'], code: 'REQUIRED', message: `${most} none` });
  const isTooLong = length > givenLimits.weeklyPeriods;
  if (isTooLong) errors.push({ path: ['weeklyPeriods'], code: 'LIMIT_EXCEEDED', message: `${most} ${length}` });
  // What is far too much is not looked through.
  const hours = isTooLong ? [] : weeklyPeriods.flatMap((one, index) => checkHours(one, `${index}`, errors) ?? []);
  errors.push(...checkCalendarCount(calendarIds));
  if (zone === null || errors.length > 0) return { content: null, errors };
  const calendars = calendarIds == null ? null : [...new Set(calendarIds)];
  return { content: { timeZone: zone, calendarIds: calendars, weeklyPeriods: hours }, errors };
}

function checkHours({ day, start, end }: GivenHours, index: string, errors: UserError[]): WeeklyHours | null {
  const path = ['weeklyPeriods', index];
  const from = given(start, [...path, 'start'], errors);
  const to = given(end, [...path, 'end'], errors);
  const startsAt = from === null ? null : parseLocalTime(from, { endOfDay: true });
  const endsAt = to === null ? null : parseLocalTime(to, { endOfDay: true });
  if (startsAt === secondsOfDay) {
    const message = 'Expected a time before 24:00, which only the end may be, got 24:00';
    errors.push({ path: [...path, 'start'], code: 'OUT_OF_RANGE', message });
    return null;
  }
  if (startsAt === null || endsAt === null) return null;
  if (startsAt === endsAt) {
    const message = `Expected another time than the start, before it for hours over midnight, got ${to} for both`;
    errors.push({ path: [...path, 'end'], code: 'OUT_OF_RANGE', message });
    return null;
  }
  return { day: weekdays.indexOf(day), start: startsAt, end: endsAt };
}

const secondsOfDay = 86_400;

function checkCalendarCount(calendarIds: readonly string[] | null | undefined): UserError[] {
  if (calendarIds == null) return [];
  const path = ['calendarIds'];
  // With none at all nothing would make the account busy.
  const expected = `Expected 1 to ${givenLimits.calendars} calendars, or null for all, got`;
  if (calendarIds.length === 0) return [{ path, code: 'REQUIRED', message: `${expected} none` }];
  if (calendarIds.length <= givenLimits.calendars) return [];
  return [{ path, code: 'LIMIT_EXCEEDED', message: `${expected} ${calendarIds.length}` }];
}

/** @param known the account's calendars that the credential may see, without deleted ones */
export function unknownCalendars(calendarIds: readonly string[], known: readonly string[]): UserError[] {
  if (calendarIds.length > givenLimits.calendars) return [];
  return calendarIds.flatMap((id, index) =>
    known.includes(id)
      ? []
      : [
          {
            path: ['calendarIds', `${index}`],
            code: 'NOT_FOUND' as const,
            message: 'Expected a calendar of the account that this credential may see, got an unknown id',
          },
        ],
  );
}

export function checkPeriod({ key, start, end }: GivenPeriod): Checked<PeriodContent> {
  const errors = checkKey(key);
  const from = given(start, ['start'], errors);
  const to = given(end, ['end'], errors);
  if (from !== null && to !== null) {
    const wrong = (message: string) => errors.push({ path: ['end'], code: 'OUT_OF_RANGE', message });
    if (to <= from) wrong('Expected an instant after the start, got one that is not');
    else if (to - from > givenLimits.periodDays * secondsOfDay * 1000) {
      wrong(`Expected at most ${givenLimits.periodDays.toLocaleString('en')} days after the start, got more`);
    }
  }
  return { content: errors.length > 0 || from === null || to === null ? null : { start: from, end: to }, errors };
}

const control = /\p{Cc}/u;

function checkKey(key: string): UserError[] {
  const path = ['key'];
  const length = [...key].length;
  if (length === 0) return [{ path, code: 'REQUIRED', message: 'Expected 1 to 1,024 characters, got none' }];
  if (length > givenLimits.key) {
    const message = `Expected at most 1,024 characters, got ${length.toLocaleString('en')}`;
    return [{ path, code: 'TOO_LONG', message }];
  }
  if (!control.test(key) && key.isWellFormed()) return [];
  const message = 'Expected text without control characters or half characters, got some';
  return [{ path, code: 'INVALID', message }];
}

/** The value, or null where it is none of its kind, which is then among the errors. */
function given<T>(value: Given<T>, path: readonly string[], errors: UserError[]): T | null {
  if (!(value instanceof RefusedValue)) return value;
  const { message } = value;
  errors.push({ path, code: 'INVALID', message: `${message.charAt(0).toUpperCase()}${message.slice(1)}` });
  return null;
}
