/** Refusals and warnings that several writes share; each says what was expected and what came. */
import { findCalendars } from '../../../datasources/store/calendars.ts';
import type { CalendarRecord } from '../../../datasources/store/records.ts';
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import { grantRefusal } from '../../../domain/grants.ts';
import type { WriteStep } from './writer.ts';

export function notFound(path: readonly string[], what: string): UserError {
  return { path, code: 'NOT_FOUND', message: `Expected ${what} that this credential may see, got an unknown id` };
}

/** Why nothing of the kind can be written to the calendar; null when it can. */
export function calendarRefusal(
  { actor, scope }: Pick<WriteStep, 'actor' | 'scope'>,
  calendar: CalendarRecord,
  path: readonly string[],
): UserError | null {
  if (calendar.deleted) return notFound(path, 'a calendar');
  const refusal = grantRefusal(actor, calendar.grantScopes, scope, path);
  if (refusal !== null) return refusal;
  if (calendar.readOnly) return { path, code: 'READ_ONLY', message: 'The calendar cannot be written to' };
  return null;
}

/** The calendar to write to. @throws RefusedInput NOT_FOUND or READ_ONLY. */
export async function calendarOf(step: WriteStep, id: string, path: readonly string[]): Promise<CalendarRecord> {
  const calendar = await knownCalendar(step, id);
  if (calendar === null) throw new RefusedInput([notFound(path, 'a calendar')]);
  const refusal = calendarRefusal(step, calendar, path);
  if (refusal !== null) throw new RefusedInput([refusal]);
  return calendar;
}

/** As the batch has read it, or as it is. */
export async function knownCalendar({ tx, tenant, calendars }: WriteStep, id: string): Promise<CalendarRecord | null> {
  return calendars?.get(id) ?? (await findCalendars(tx, tenant, [id]))[0] ?? null;
}

/** The event was asked for where it was written to first, and is in another calendar now (semantics C6). */
export const movedByUser: Warning = {
  path: ['calendarId'],
  code: 'MOVED_BY_USER',
  message: 'The user had moved the event to another calendar; it was changed there',
};

/** Whether others' events may be changed in the calendar. */
export function externalRefusal(calendar: CalendarRecord, path: readonly string[]): UserError | null {
  if (calendar.permission === 'UNRESTRICTED') return null;
  const message = "The calendar is SANDBOX: only this application's own events may be changed there";
  return { path, code: 'FORBIDDEN', message };
}

/** What of an input the calendar, or this version, cannot carry at all. */
export function unsupported(
  input: {
    readonly attendees?: { readonly invite?: readonly unknown[] | null } | null;
    readonly conferencing?: { readonly generate?: string | null; readonly profileId?: string | null } | null;
    readonly attachmentIds?: readonly string[] | null;
    readonly recurrence?: readonly string[] | null;
  },
  calendar: CalendarRecord,
): UserError[] {
  const errors: UserError[] = [];
  const refuse = (path: string[], message: string) => errors.push({ path, code: 'NOT_SUPPORTED', message });
  if ((input.attendees?.invite?.length ?? 0) > 0 && !calendar.capabilities.attendees) {
    refuse(['attendees', 'invite'], 'The calendar cannot invite anybody: `capabilities.attendees` is false');
  }
  const { generate = null, profileId = null } = input.conferencing ?? {};
  if ((generate !== null && generate !== 'NONE') || profileId !== null) {
    refuse(['conferencing'], 'The calendar cannot have a conference made: give the address of one as `explicit`');
  }
  if ((input.attachmentIds?.length ?? 0) > 0 && !calendar.capabilities.attachments) {
    refuse(['attachmentIds'], 'The calendar cannot carry attachments: `capabilities.attachments` is false');
  }
  if ((input.recurrence?.length ?? 0) > 0 && calendar.capabilities.recurrence === 'NONE') {
    refuse(['recurrence'], 'The calendar cannot repeat events: `capabilities.recurrence` is NONE');
  }
  return errors;
}
