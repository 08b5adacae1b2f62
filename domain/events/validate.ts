/** The rules of an event's input that need nothing but the input; every error at once, with its path into `input`. */
import type { UserError, UserErrorCode } from '../errors.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { isPlaceable } from './icalendar/clock.ts';
import { exceedsOctets } from './icalendar/limits.ts';
import { parseTime } from './icalendar/values.ts';
import type { AttendeesInput, EventInput, EventTimeInput, LocationInput, TriggerInput } from './input.ts';
import { parseOffset } from './triggers.ts';

export const inputLimits = {
  summary: 1_024,
  description: 8_192,
  key: 1_024,
  locationDescription: 1_024,
  url: 2_048,
  email: 254,
  name: 1_024,
  attendees: 500,
  categories: 50,
  category: 255,
  reminders: 20,
  /** 28 days. */
  reminderMinutes: 40_320,
  metadataKeys: 50,
  metadataKey: 40,
  metadataValue: 500,
  /** 365 days. */
  triggerOffset: 365 * 86_400,
  triggers: 10,
  recurrenceLines: 100,
  recurrenceLineOctets: 75 * 1024,
} as const;

/** Adds errors under one path. */
export class ErrorList {
  readonly errors: UserError[] = [];
  add(path: readonly (string | number)[], code: UserErrorCode, message: string): void {
    this.errors.push({ path: path.map(String), code, message });
  }
}

const characters = (text: string): number => (text.length <= 100_000 ? [...text].length : text.length);
const count = (value: number): string => value.toLocaleString('en-US');
// biome-ignore lint/suspicious/noControlCharactersInRegex: what no calendar and no database text can hold
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * The errors of an input's own fields. `context.key` is given for an upsert. What depends on the event as it stands (an end
 * before the start that is kept) is applyPatch's to say.
 */
export function validateInput(
  input: EventInput,
  context: { zones: ZoneData; key?: string; followingKey?: string | null },
): UserError[] {
  const list = new ErrorList();
  if (context.key !== undefined) checkKey(list, ['key'], context.key);
  if (context.followingKey != null) checkKey(list, ['followingKey'], context.followingKey);
  if (input.summary === null)
    list.add(['summary'], 'INVALID', 'expected a text, came null: a summary cannot be cleared');
  else if (input.summary !== undefined) {
    checkText(list, ['summary'], input.summary, inputLimits.summary);
    if (input.summary.trim() === '') list.add(['summary'], 'INVALID', 'expected 1 to 1,024 characters, came none');
  }
  if (input.description != null) checkText(list, ['description'], input.description, inputLimits.description);
  checkTime(list, 'start', input.start, context.zones);
  checkTime(list, 'end', input.end, context.zones);
  if (input.location != null) checkLocation(list, input.location);
  if (input.url != null) checkUrl(list, ['url'], input.url);
  const explicit = input.conferencing?.explicit ?? null;
  if (explicit !== null) {
    const path = ['conferencing', 'explicit'];
    checkUrl(list, [...path, 'joinUrl'], explicit.joinUrl);
    if (explicit.providerName != null) {
      checkText(list, [...path, 'providerName'], explicit.providerName, inputLimits.name);
    }
  }
  if (input.color != null && !/^#[0-9a-f]{6}$/i.test(input.color)) {
    list.add(['color'], 'INVALID', `expected #RRGGBB, came ${brief(input.color)}`);
  }
  if (input.categories != null) {
    if (input.categories.length > inputLimits.categories) {
      list.add(
        ['categories'],
        'LIMIT_EXCEEDED',
        `expected at most 50 categories, came ${count(input.categories.length)}`,
      );
    } else {
      for (const [at, category] of input.categories.entries()) {
        checkText(list, ['categories', at], category, inputLimits.category);
        if (category.trim() === '') list.add(['categories', at], 'INVALID', 'expected 1 to 255 characters, came none');
      }
    }
  }
  if (input.attendees != null) checkAttendees(list, input.attendees);
  if (input.reminders != null) checkReminders(list, input.reminders);
  if (input.metadata != null) checkMetadata(list, input.metadata);
  if (input.triggers != null) checkTriggers(list, input.triggers);
  if (input.recurrence != null) checkRecurrenceLines(list, input.recurrence);
  return list.errors;
}

/** Input as an error may show it. */
export function brief(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return JSON.stringify(short.toWellFormed());
}

function checkText(list: ErrorList, path: readonly (string | number)[], text: string, maximum: number): void {
  const length = characters(text);
  if (length > maximum)
    list.add(path, 'TOO_LONG', `expected at most ${count(maximum)} characters, came ${count(length)}`);
}

function checkKey(list: ErrorList, path: readonly (string | number)[], key: string): void {
  checkText(list, path, key, inputLimits.key);
  if (key === '') list.add(path, 'INVALID', 'expected 1 to 1,024 characters, came none');
  else if (control.test(key) || !key.isWellFormed()) {
    list.add(path, 'INVALID', 'expected text without control characters or half characters, came some');
  }
}

function checkDay(list: ErrorList, name: 'start' | 'end', date: string): void {
  const day = /^\d{4}-\d\d-\d\d$/.test(date) ? parseTime(date) : null;
  if (day === null) list.add([name, 'date'], 'INVALID', `expected a day such as 2026-03-29, came ${brief(date)}`);
  else if (!isPlaceable(day))
    list.add([name, 'date'], 'OUT_OF_RANGE', 'expected a day of the years 1 to 9999, came another');
}

function checkTime(
  list: ErrorList,
  name: 'start' | 'end',
  time: EventTimeInput | null | undefined,
  zones: ZoneData,
): void {
  if (time === undefined) return;
  if (time === null) {
    list.add([name], 'INVALID', `expected a time, came null: the ${name} cannot be cleared`);
    return;
  }
  const { timed, date } = time;
  if (timed == null) {
    if (date == null) list.add([name], 'INVALID', 'expected exactly one of timed and date, came neither');
    else checkDay(list, name, date);
    return;
  }
  if (date != null) {
    list.add([name], 'INVALID', 'expected exactly one of timed and date, came both');
    return;
  }
  const { dateTime, timeZone } = timed;
  if (!Number.isInteger(dateTime) || dateTime % 1000 !== 0) {
    list.add([name, 'timed', 'dateTime'], 'INVALID', 'expected an instant of a whole second, came another');
  } else if (!isPlaceable({ kind: 'utc', instant: dateTime })) {
    list.add([name, 'timed', 'dateTime'], 'OUT_OF_RANGE', 'expected an instant of the years 1 to 9999, came another');
  }
  if (timeZone != null && zones.canonical(timeZone) === null) {
    list.add([name, 'timed', 'timeZone'], 'INVALID', `expected an IANA time zone, came ${brief(timeZone)}`);
  }
}

function checkLocation(list: ErrorList, location: LocationInput): void {
  if (location.description != null) {
    checkText(list, ['location', 'description'], location.description, inputLimits.locationDescription);
  }
  for (const [name, other, maximum] of [
    ['latitude', 'longitude', 90],
    ['longitude', 'latitude', 180],
  ] as const) {
    const value = location[name];
    if (value == null) {
      if (location[other] != null)
        list.add(['location', name], 'REQUIRED', `expected a ${name} beside the ${other}, came none`);
    } else if (!Number.isFinite(value) || Math.abs(value) > maximum) {
      list.add(['location', name], 'OUT_OF_RANGE', `expected -${maximum} to ${maximum} degrees, came ${value}`);
    }
  }
}

function checkUrl(list: ErrorList, path: readonly string[], text: string): void {
  const length = characters(text);
  if (length > inputLimits.url) {
    list.add(path, 'TOO_LONG', `expected at most 2,048 characters, came ${count(length)}`);
  } else if (!/^https?:\/\/[^\s/?#]/i.test(text) || /\s/.test(text) || control.test(text) || !URL.canParse(text)) {
    list.add(path, 'INVALID', `expected an absolute http or https URL, came ${brief(text)}`);
  }
}

/** RFC 5321's shape as far as calendars carry it: one @, no spaces, no display name. */
export function isEmail(text: string): boolean {
  return (
    text.length <= inputLimits.email &&
    /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()\\,;:"]+$/.test(text) &&
    !control.test(text)
  );
}

function checkAttendees(list: ErrorList, attendees: AttendeesInput): void {
  const invite = attendees.invite ?? [];
  const remove = attendees.remove ?? [];
  for (const [name, items] of [
    ['invite', invite],
    ['remove', remove],
  ] as const) {
    if (items.length > inputLimits.attendees) {
      list.add(['attendees', name], 'LIMIT_EXCEEDED', `expected at most 500 attendees, came ${count(items.length)}`);
      return;
    }
  }
  const invited = new Set<string>();
  for (const [at, invitee] of invite.entries()) {
    const path = ['attendees', 'invite', at];
    checkEmail(list, [...path, 'email'], invitee.email);
    const address = invitee.email.toLowerCase();
    if (invited.has(address)) {
      list.add([...path, 'email'], 'DUPLICATE', `expected every address once, came ${brief(invitee.email)} again`);
    }
    invited.add(address);
    if (invitee.name != null) checkText(list, [...path, 'name'], invitee.name, inputLimits.name);
  }
  for (const [at, email] of remove.entries()) {
    const path = ['attendees', 'remove', at];
    checkEmail(list, path, email);
    if (invited.has(email.toLowerCase())) {
      list.add(path, 'INVALID', `expected an address to be invited or removed, came ${brief(email)} in both`);
    }
  }
}

function checkEmail(list: ErrorList, path: readonly (string | number)[], email: string): void {
  if (email.length > inputLimits.email) {
    list.add(path, 'TOO_LONG', `expected at most 254 characters, came ${count(email.length)}`);
  } else if (!isEmail(email)) list.add(path, 'INVALID', `expected an e-mail address, came ${brief(email)}`);
}

function checkReminders(list: ErrorList, reminders: readonly { readonly minutes: number }[]): void {
  if (reminders.length > inputLimits.reminders) {
    list.add(['reminders'], 'LIMIT_EXCEEDED', `expected at most 20 reminders, came ${count(reminders.length)}`);
    return;
  }
  for (const [at, { minutes }] of reminders.entries()) {
    if (!Number.isInteger(minutes) || minutes < 0 || minutes > inputLimits.reminderMinutes) {
      list.add(['reminders', at, 'minutes'], 'OUT_OF_RANGE', `expected 0 to 40,320 whole minutes, came ${minutes}`);
    }
  }
}

function checkTriggers(list: ErrorList, triggers: readonly TriggerInput[]): void {
  if (triggers.length > inputLimits.triggers) {
    list.add(['triggers'], 'LIMIT_EXCEEDED', `expected at most 10 triggers, came ${count(triggers.length)}`);
    return;
  }
  const keys = new Set<string>();
  for (const [at, { key, offset }] of triggers.entries()) {
    checkKey(list, ['triggers', at, 'key'], key);
    if (keys.has(key))
      list.add(['triggers', at, 'key'], 'DUPLICATE', `expected every key once, came ${brief(key)} again`);
    keys.add(key);
    const seconds = parseOffset(offset);
    if (seconds === null || Math.abs(seconds) > inputLimits.triggerOffset) {
      list.add(['triggers', at, 'offset'], 'OUT_OF_RANGE', `expected -P365D to P365D, came ${brief(offset)}`);
    }
  }
}

function checkMetadata(list: ErrorList, metadata: Readonly<Record<string, unknown>>): void {
  const entries = Object.entries(metadata);
  if (entries.length > inputLimits.metadataKeys) {
    list.add(['metadata'], 'LIMIT_EXCEEDED', `expected at most 50 keys, came ${count(entries.length)}`);
    return;
  }
  for (const [key, value] of entries) {
    const path = ['metadata', key.length > 100 ? `${key.slice(0, 97)}...` : key];
    checkText(list, path, key, inputLimits.metadataKey);
    if (key === '') list.add(path, 'INVALID', 'expected a key of 1 to 40 characters, came none');
    const text = typeof value === 'string' ? value : `${JSON.stringify(value)}`;
    checkText(list, path, text, inputLimits.metadataValue);
    if (`${key}${text}`.includes('\u0000') || text.includes('\\u0000') || !`${key}${text}`.isWellFormed()) {
      list.add(path, 'INVALID', 'expected text without NUL or half characters, came some');
    }
  }
}

function checkRecurrenceLines(list: ErrorList, lines: readonly string[]): void {
  if (lines.length > inputLimits.recurrenceLines) {
    list.add(['recurrence'], 'LIMIT_EXCEEDED', `expected at most 100 lines, came ${count(lines.length)}`);
    return;
  }
  let rules = 0;
  for (const [at, line] of lines.entries()) {
    const path = ['recurrence', at];
    const name = /^(RRULE|RDATE|EXDATE)(?=[:;])/i.exec(line)?.[1]?.toUpperCase();
    if (exceedsOctets(line, inputLimits.recurrenceLineOctets)) {
      list.add(path, 'TOO_LONG', `expected at most ${count(inputLimits.recurrenceLineOctets)} octets, came more`);
    } else if (name === undefined || /[\r\n]/.test(line)) {
      list.add(path, 'INVALID', `expected one RRULE, RDATE or EXDATE line of RFC 5545, came ${brief(line)}`);
    } else if (name === 'RRULE' && ++rules > 1) {
      list.add(path, 'INVALID', 'expected at most one RRULE, came another: RFC 5545 §3.8.5.3');
    }
  }
}
