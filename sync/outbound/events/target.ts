/** The event or occurrence that an id names, locked for a write. */
import { findCalendars } from '../../../datasources/store/calendars.ts';
import { lockEvent } from '../../../datasources/store/events.ts';
import type { CalendarRecord, EventRecord } from '../../../datasources/store/records.ts';
import type { StoredException } from '../../../datasources/store/tables.ts';
import { RefusedInput } from '../../../domain/errors.ts';
import type { EventContent, RecurrenceId } from '../../../domain/events/model.ts';
import { parseEventId } from '../../../domain/identity.ts';
import { generates } from '../../../domain/recurrence/generates.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { calendarRefusal, externalRefusal, notFound } from './refusals.ts';
import type { WriteStep } from './writer.ts';

export interface WriteTarget {
  readonly record: EventRecord;
  readonly calendar: CalendarRecord;
  /** Null: the whole event or series. */
  readonly occurrence: {
    readonly recurrenceId: RecurrenceId;
    /** As it is now: its own, or the master's at its place. */
    readonly content: EventContent;
    readonly exception: StoredException | null;
    /** Whether it is where the series begins. */
    readonly first: boolean;
  } | null;
}

/** @throws RefusedInput NOT_FOUND, READ_ONLY or FORBIDDEN. A cancelled occurrence is not found. */
export async function findTarget({ tx, tenant }: WriteStep, id: string, zones: ZoneData): Promise<WriteTarget> {
  const missing = new RefusedInput([notFound(['id'], 'an event')]);
  const parsed = parseEventId(id);
  if (parsed === null) throw missing;
  const record = await lockEvent(tx, tenant, parsed.seriesId);
  if (record === null || record.deletedAt !== null) throw missing;
  const [calendar] = await findCalendars(tx, tenant, [record.calendarId]);
  if (calendar === undefined) throw missing;
  const refusal =
    calendarRefusal(calendar, ['id']) ?? (record.managed === null ? externalRefusal(calendar, ['id']) : null);
  if (refusal !== null) throw new RefusedInput([refusal]);
  if (parsed.recurrenceId === null) {
    if (record.content === null) throw missing;
    return { record, calendar, occurrence: null };
  }
  const occurrence = occurrenceOf(record, calendar, parsed.recurrenceId, zones);
  if (occurrence === null) throw missing;
  return { record, calendar, occurrence };
}

function occurrenceOf(
  record: EventRecord,
  calendar: CalendarRecord,
  recurrenceId: RecurrenceId,
  zones: ZoneData,
): WriteTarget['occurrence'] {
  const zone = calendar.effectiveTimeZone;
  const { content } = record;
  const exception =
    record.exceptions.find((found) => found.recurrenceId === recurrenceId && found.deletedAt === null) ?? null;
  const series = content === null ? null : { ...content, floatingZone: zone, dayZone: zone };
  const generated = series === null || series.rules.length === 0 ? null : generates(series, recurrenceId, zones);
  const first = generated !== null && JSON.stringify(generated.originalStart) === JSON.stringify(content?.start);
  if (exception !== null) {
    if (exception.content.status === 'CANCELLED') return null;
    return { recurrenceId, content: exception.content, exception, first };
  }
  if (generated === null || content === null) return null;
  const own = { ...content, start: generated.start, end: generated.end, rules: [] };
  return { recurrenceId, content: own, exception: null, first };
}
