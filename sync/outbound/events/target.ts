/** The event or occurrence that an id names, locked for a write. */
import { findCalendars } from '../../../datasources/store/calendars.ts';
import { lockEvent } from '../../../datasources/store/events.ts';
import type { CalendarRecord, EventRecord } from '../../../datasources/store/records.ts';
import type { StoredException } from '../../../datasources/store/tables.ts';
import { RefusedInput, type UserError } from '../../../domain/errors.ts';
import { isManagedUid } from '../../../domain/events/markers.ts';
import type { EventContent, EventException, RecurrenceId } from '../../../domain/events/model.ts';
import { countExcluded, mostExceptions, type Occurrences } from '../../../domain/events/occurrence-edit.ts';
import { placeOf, readingOf } from '../../../domain/events/split-series.ts';
import { parseEventId } from '../../../domain/identity.ts';
import { expand, generates } from '../../../domain/recurrence/expand.ts';
import { FIRST_INSTANT } from '../../../domain/time/instants.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { calendarRefusal, externalRefusal, notFound } from './refusals.ts';
import type { Place } from './series.ts';
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
    /** Where the rules put it; null where they do not, or nobody knows them. */
    readonly place: Place | null;
    /** Whether nothing of the series takes place before it: the occurrence and those after it are the whole series then. */
    readonly first: boolean;
  } | null;
}

const uidForId: UserError = {
  path: ['id'],
  code: 'WRONG_EVENT_KIND',
  message: "Expected an event's id, got the uid of a managed event: change that by its key, or by its id",
};

/** @throws RefusedInput NOT_FOUND, WRONG_EVENT_KIND, READ_ONLY or FORBIDDEN. A cancelled occurrence is not found. */
export async function findTarget(step: WriteStep, id: string, zones: ZoneData): Promise<WriteTarget> {
  const { tx, tenant } = step;
  const missing = new RefusedInput([notFound(['id'], 'an event')]);
  const parsed = parseEventId(id);
  if (parsed === null) throw isManagedUid(id) ? new RefusedInput([uidForId]) : missing;
  const record = await lockEvent(tx, tenant, parsed.seriesId);
  if (record === null || record.deletedAt !== null) throw missing;
  const [calendar] = await findCalendars(tx, tenant, [record.calendarId]);
  if (calendar === undefined) throw missing;
  const refusal =
    calendarRefusal(step, calendar, ['id']) ?? (record.managed === null ? externalRefusal(calendar, ['id']) : null);
  if (refusal !== null) throw new RefusedInput([refusal]);
  if (parsed.recurrenceId === null) {
    if (record.content === null) throw missing;
    return { record, calendar, occurrence: null };
  }
  const occurrence = occurrenceOf(record, calendar, parsed.recurrenceId, zones);
  if (occurrence === null) throw missing;
  return { record, calendar, occurrence };
}

/** The changed occurrences as they stand. */
export function exceptionsOf(record: EventRecord): EventException[] {
  return record.exceptions
    .filter(({ deletedAt }) => deletedAt === null)
    .map(({ recurrenceId, content }) => ({ recurrenceId, content }));
}

/** A series can be told apart from its exceptions only while these are few. */
export function exceptionLimit({ master, exceptions }: Occurrences, path: readonly string[]): UserError[] {
  const count = Math.max(exceptions.length, countExcluded(master?.rules ?? []));
  if (count <= mostExceptions) return [];
  const message = `Expected at most ${mostExceptions} changed or deleted occurrences in one series, got ${count}`;
  return [{ path, code: 'LIMIT_EXCEEDED', message }];
}

function occurrenceOf(
  record: EventRecord,
  calendar: CalendarRecord,
  recurrenceId: RecurrenceId,
  zones: ZoneData,
): WriteTarget['occurrence'] {
  const floatingZone = calendar.effectiveTimeZone;
  const { content } = record;
  const exceptions = record.exceptions.filter(({ deletedAt }) => deletedAt === null);
  const exception = exceptions.find((found) => found.recurrenceId === recurrenceId) ?? null;
  if (exception?.content.status === 'CANCELLED') return null;
  if (content !== null && content.rules.length > 0) {
    const series = { ...content, floatingZone, dayZone: floatingZone };
    const generated = generates(series, recurrenceId, zones);
    const place =
      generated === null ? null : placeOf(recurrenceId, readingOf(content, { zones, floatingZone }), content);
    if (generated !== null && place !== null) {
      const first = !beginsBefore(series, exceptions, generated.startsAt, zones);
      if (exception !== null) return { recurrenceId, content: exception.content, exception, place, first };
      // Where no change is its own, an earlier one may stand for it, too.
      const { start, end, exception: earlier } = generates(series, recurrenceId, zones, exceptions) ?? generated;
      if (earlier?.content.status === 'CANCELLED') return null;
      const { thisAndFuture: _, ...shown } = earlier?.content ?? content;
      const own = { ...shown, start, end, rules: [] };
      return { recurrenceId, content: own, exception: exceptions.find((one) => one === earlier) ?? null, place, first };
    }
  }
  if (exception === null) return null;
  return { recurrenceId, content: exception.content, exception, place: null, first: false };
}

/** Whether an occurrence that takes place was put before an instant; wherever it has been moved to since. */
function beginsBefore(
  series: Parameters<typeof expand>[0],
  exceptions: readonly EventException[],
  instant: number,
  zones: ZoneData,
): boolean {
  const window = { from: FIRST_INSTANT, to: Number.POSITIVE_INFINITY, maximum: 100_000 };
  const changed = new Map(exceptions.map((exception) => [exception.recurrenceId, exception]));
  for (const { startsAt, recurrenceId } of expand(series, [], window, zones)) {
    if (startsAt >= instant) return false;
    if (changed.get(recurrenceId)?.content.status !== 'CANCELLED') return true;
  }
  return false;
}
