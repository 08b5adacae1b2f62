/** An input laid over an event, for one calendar: every error at once, and what the calendar cannot carry exactly. */
import type { CalendarRecord } from '../../../datasources/store/records.ts';
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import { nameOf } from '../../../domain/events/icalendar/write-event.ts';
import type { EventInput } from '../../../domain/events/input.ts';
import type { EventContent, EventPerson, EventTime } from '../../../domain/events/model.ts';
import { applyPatch, timeAfter } from '../../../domain/events/patch.ts';
import { sameValue } from '../../../domain/events/same-value.ts';
import { checkRules } from '../../../domain/recurrence/check-rules.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import type { NotifyAttendees } from '../../../schema/generated.ts';

export interface IntendContext {
  readonly calendar: CalendarRecord;
  readonly zones: ZoneData;
  /** Of a managed event's input: checked with the rest. */
  readonly key?: string;
  readonly followingKey?: string | null;
  readonly remindersOnCreateOnly?: boolean;
  /** One occurrence is changed: it has no rules of its own. */
  readonly occurrence?: boolean;
  readonly notifyAttendees?: NotifyAttendees | null;
}

export interface Intended {
  readonly content: EventContent | null;
  readonly errors: readonly UserError[];
  readonly warnings: readonly Warning[];
}

/** The content after the input; null when it was refused. */
export function intend(before: EventContent | null, input: EventInput, context: IntendContext): Intended {
  const { calendar, zones } = context;
  let content: EventContent;
  try {
    content = applyPatch(before, input, {
      zones,
      calendarZone: calendar.effectiveTimeZone,
      owner: ownerOf(calendar),
      ownerAddresses: calendar.ownerAddresses,
      defaultReminders: [],
      ...(context.key === undefined ? {} : { key: context.key }),
      ...(context.followingKey === undefined ? {} : { followingKey: context.followingKey }),
      remindersOnCreateOnly: context.remindersOnCreateOnly ?? false,
      occurrence: context.occurrence ?? false,
    });
  } catch (error) {
    if (!(error instanceof RefusedInput)) throw error;
    return {
      content: null,
      errors: [...error.errors, ...checkGivenRules(before, input, error.errors, context)],
      warnings: [],
    };
  }
  const errors = [
    ...checkLines(
      input.recurrence !== undefined || input.start !== undefined ? content.rules : [],
      content.start,
      zones,
      input.recurrence ?? content.rules,
    ),
    ...organizerErrors(before, content, calendar),
  ];
  return { content: errors.length > 0 ? null : content, errors, warnings: losses(content, context) };
}

function ownerOf(calendar: CalendarRecord): EventPerson | null {
  const email = calendar.ownerAddresses[0];
  return email === undefined ? null : { uri: `mailto:${email}`, email, name: null };
}

/** Rules against the start that they are for. @param given the same as they were sent: what is wrong is told by their places */
function checkLines(
  rules: readonly string[],
  start: EventTime,
  zones: ZoneData,
  given: readonly string[] = rules,
): UserError[] {
  return checkRules(rules, start, zones).map(({ code, index, message }) => ({
    path: ['recurrence', `${placeOf(rules, index, given)}`],
    code,
    message,
  }));
}

/** Where the line stands that a rule was made of: rules are kept sorted by their kinds, and long lists of dates in several lines. */
function placeOf(rules: readonly string[], index: number, given: readonly string[]): number {
  const kind = nameOf(rules[index] ?? '');
  const before = rules.slice(0, index).filter((line) => nameOf(line) === kind).length;
  const places = [...given.keys()].filter((at) => nameOf(given[at] ?? '') === kind);
  return places[Math.min(before, places.length - 1)] ?? index;
}

/** What is wrong with rules beside what else is wrong: every error is told at once. Without a start that can be read nothing can be said of them. */
function checkGivenRules(
  before: EventContent | null,
  { recurrence, start }: EventInput,
  found: readonly UserError[],
  { calendar, zones }: IntendContext,
): UserError[] {
  const unreadable = found.some(
    ({ path, code }) => path[0] === 'recurrence' || (path[0] === 'start' && code !== 'REQUIRED'),
  );
  if (recurrence == null || unreadable) return [];
  const from = timeAfter(before?.start ?? null, start, { zones, calendarZone: calendar.effectiveTimeZone });
  return from === null ? [] : checkLines(recurrence, from, zones);
}

/** What an input calls a field, where it is another name. */
const inputNames = { rules: 'recurrence', attachments: 'attachmentIds' } as const;

/** Shared fields of an invitation are its organizer's alone (semantics C9): a change here lasts until the next REQUEST. */
function organizerErrors(before: EventContent | null, after: EventContent, calendar: CalendarRecord): UserError[] {
  const organizer = foreignOrganizer(before, calendar);
  if (before === null || organizer === null) return [];
  const shared = [
    'summary',
    'description',
    'start',
    'end',
    'status',
    'location',
    'url',
    'conferencing',
    'attachments',
    'attendees',
    'rules',
  ] as const;
  return shared
    .filter((field) => !sameValue(before[field], after[field]))
    .map((field) => ({
      path: [inputNames[field as keyof typeof inputNames] ?? field],
      code: 'READ_ONLY',
      message: `The event's organizer is ${organizer}: only they can change its ${field}`,
    }));
}

/** Who organizes an event that the calendar's owner is only invited to; null where it is the owner's own, or nobody's. */
export function foreignOrganizer(content: EventContent | null, calendar: CalendarRecord): string | null {
  const email = content?.organizer?.email ?? null;
  if (email === null || calendar.provider === 'MERIDIAN' || calendar.ownerAddresses.length === 0) return null;
  return calendar.ownerAddresses.includes(email) ? null : email;
}

/** What would not be carried exactly; with `onLoss: REFUSE` each of them refuses the write. */
function losses(content: EventContent, { calendar, notifyAttendees }: IntendContext): Warning[] {
  const warnings: Warning[] = [];
  const { maxReminders } = calendar.capabilities;
  if (maxReminders !== null && content.reminders.length > maxReminders) {
    const message = `The calendar keeps ${maxReminders} reminders of ${content.reminders.length}: the first ones`;
    warnings.push({ path: ['reminders'], code: 'REMINDERS_REDUCED', message });
  }
  if (content.attendees.length > 0) warnings.push(...quietLosses(calendar, notifyAttendees));
  return warnings;
}

/** Where people are told although they were not to be (semantics C12). */
export function quietLosses(calendar: CalendarRecord, notifyAttendees: NotifyAttendees | null | undefined): Warning[] {
  const quiet = notifyAttendees === 'NONE' || notifyAttendees === 'EXTERNAL_ONLY';
  if (!quiet || calendar.capabilities.suppressNotifications) return [];
  const message = 'The provider may tell the event’s people although it was asked not to';
  return [{ path: ['control', 'notifyAttendees'], code: 'NOTIFICATIONS_NOT_SUPPRESSED', message }];
}
