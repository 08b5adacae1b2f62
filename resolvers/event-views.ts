/** From a row and a recurrence id to what the graph shows. */
import type { CalendarRecord, EventRecord, EventView } from '../datasources/store/records.ts';
import { participationOf } from '../domain/busy/participation.ts';
import { occurrenceAt, type Reading, recurrenceIdAt } from '../domain/events/listed-occurrences.ts';
import { whole } from '../domain/events/listing.ts';
import type { Instant, ParticipationStatus } from '../domain/events/model.ts';
import { occurrenceId } from '../domain/identity.ts';
import type { ShownEvent } from '../sync/outbound/events/answer.ts';
import type { Context } from './context.ts';
import { mayShow } from './grants.ts';

/** The event or occurrence as it is now; null when it may not be read, also by who may write it, or the rule does not make it. */
export async function showEvent(shown: ShownEvent | null, context: Context): Promise<EventView | null> {
  if (shown === null) return null;
  const calendar = await context.loaders.calendar.load(shown.record.calendarId);
  if (calendar === null || !mayShow(shown.record, calendar, context)) return null;
  return viewOf(shown, calendar, context);
}

function viewOf({ record, recurrenceId }: ShownEvent, calendar: CalendarRecord, context: Context): EventView | null {
  const { zones } = context.services;
  const reading = readingOf(calendar);
  if (recurrenceId !== null) return occurrenceAt(record, recurrenceId, reading, zones);
  return record.content === null ? null : whole(record, record.content, reading, zones);
}

/** Days and floating times as the calendar has them. */
function readingOf(calendar: CalendarRecord): Reading<EventRecord> {
  return { dayZone: calendar.effectiveTimeZone, floatingZone: () => calendar.effectiveTimeZone };
}

/** The id of the occurrence that was put at an instant, before anybody moved it; null where there never was one. */
export function occurrenceIdAt(
  record: EventRecord,
  at: Instant,
  calendar: CalendarRecord,
  context: Context,
): string | null {
  const recurrenceId = recurrenceIdAt(record, at, readingOf(calendar), context.services.zones);
  return recurrenceId === null ? null : occurrenceId(record.id, recurrenceId);
}

/** The series that an occurrence belongs to, itself for a series; null for a single event and for orphans. */
export function seriesOf(view: EventView, calendar: CalendarRecord, context: Context): EventView | null {
  return viewOf({ record: view.record, recurrenceId: null }, calendar, context);
}

/** The calendar owner's own answer (semantics C10). */
export function ownAnswer(view: EventView, calendar: CalendarRecord): ParticipationStatus | null {
  return participationOf(view.content, calendar.ownerAddresses);
}
