/** From a row and a recurrence id to what the graph shows. */
import type { CalendarRecord, EventView } from '../datasources/store/records.ts';
import { participationOf } from '../domain/busy/participation.ts';
import { whole } from '../domain/events/listing.ts';
import type { ParticipationStatus } from '../domain/events/model.ts';
import { generates } from '../domain/recurrence/generates.ts';
import { eventTimeInstant, recurrenceTime } from '../domain/time/event-time.ts';
import type { ShownEvent } from '../sync/outbound/events/answer.ts';
import type { Context } from './context.ts';

/** The event or occurrence as it is now; null when its calendar is not visible or the rule does not make it. */
export async function showEvent(shown: ShownEvent | null, context: Context): Promise<EventView | null> {
  if (shown === null) return null;
  const calendar = await context.loaders.calendar.load(shown.record.calendarId);
  return calendar === null ? null : viewOf(shown, calendar, context);
}

function viewOf({ record, recurrenceId }: ShownEvent, calendar: CalendarRecord, context: Context): EventView | null {
  const { zones } = context.services;
  const floatingZone = calendar.effectiveTimeZone;
  const question = { dayZone: floatingZone, floatingZone: () => floatingZone };
  if (recurrenceId === null) return record.content === null ? null : whole(record, record.content, question, zones);
  const exception =
    record.exceptions.find((found) => found.recurrenceId === recurrenceId && found.deletedAt === null) ?? null;
  const reading = { zones, floatingZone, dayZone: floatingZone };
  const series = record.content === null ? null : { ...record.content, floatingZone, dayZone: floatingZone };
  const generated = series === null || series.rules.length === 0 ? null : generates(series, recurrenceId, zones);
  const content = exception?.content ?? (generated === null ? null : record.content);
  if (content === null) return null;
  const start = exception?.content.start ?? generated?.start;
  const end = exception?.content.end ?? generated?.end;
  if (start === undefined || end === undefined) return null;
  return {
    record,
    content,
    start,
    end,
    role: exception === null ? 'OCCURRENCE' : 'EXCEPTION',
    recurrenceId,
    originalStart: generated?.originalStart ?? recurrenceTime(recurrenceId, record.content?.start ?? start, reading),
    exception,
    startsAt: eventTimeInstant(start, reading),
    endsAt: eventTimeInstant(end, reading),
    id: `${record.id}_${recurrenceId}`,
  };
}

/** The series that an occurrence belongs to, itself for a series; null for a single event and for orphans. */
export function seriesOf(view: EventView, calendar: CalendarRecord, context: Context): EventView | null {
  return viewOf({ record: view.record, recurrenceId: null }, calendar, context);
}

export function isDeleted(view: EventView): boolean {
  return view.record.deletedAt !== null || (view.exception !== null && view.content.status === 'CANCELLED');
}

/** The calendar owner's own answer (semantics C10). */
export function ownAnswer(view: EventView, calendar: CalendarRecord): ParticipationStatus | null {
  return participationOf(view.content, calendar.ownerAddresses);
}
