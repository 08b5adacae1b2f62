/** Which of an account's entries a question leaves out: the events that it names, and their copies (semantics E3). */
import type { CalendarReading } from '../../domain/busy/busy-entries.ts';
import { sameOccurrence } from '../../domain/busy/copies.ts';
import { organizes } from '../../domain/busy/participation.ts';
import type { Listed } from '../../domain/events/listed.ts';
import { occurrenceAt, type Reading } from '../../domain/events/listed-occurrences.ts';
import { isManagedUid } from '../../domain/events/markers.ts';
import { parseEventId } from '../../domain/identity.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { BusyRecord } from './account-times.ts';

/** Ids of the rows that hold the named events; what is not shaped like an event's id is none. */
export function rowsOf(eventIds: readonly string[]): readonly string[] {
  return [...new Set(eventIds.flatMap((id) => parseEventId(id)?.seriesId ?? []))];
}

export interface Exclusion {
  /** As the question names them. */
  readonly eventIds: readonly string[];
  /** The rows among the account's that hold them. */
  readonly named: readonly BusyRecord[];
  /** Only the application's own may be left out: of the others no more is known than when they are (semantics E2). */
  readonly onlyOwn: boolean;
}

/**
 * An id of a single event or of a series leaves out everything with its uid, one of an occurrence that occurrence, in every
 * calendar of the account. What another application manages is not the asker's to move, and is ignored.
 *
 * @param events all the account's. @param calendars null for one that is not there any more.
 */
export function exclusion(
  { eventIds, named, onlyOwn }: Exclusion,
  events: readonly BusyRecord[],
  calendars: ReadonlyMap<string, CalendarReading>,
  zones: ZoneData,
): (entry: Listed<BusyRecord>) => boolean {
  const uids = new Set<string>();
  const ids = new Set<string>();
  const rows = new Map(named.map((record) => [record.id, record]));
  for (const id of eventIds) {
    const parsed = parseEventId(id);
    const record = parsed === null ? undefined : rows.get(parsed.seriesId);
    const calendar = record === undefined ? undefined : calendars.get(record.calendarId);
    if (parsed === null || record === undefined || calendar === undefined) continue;
    if (!record.own && (onlyOwn || isOfAnother(record, calendar))) continue;
    if (parsed.recurrenceId === null) {
      uids.add(record.uid);
      continue;
    }
    const reading = readingIn(calendar);
    const entry = occurrenceAt(record, parsed.recurrenceId, reading, zones);
    if (entry === null) continue;
    ids.add(entry.id);
    for (const copy of events) {
      if (copy.uid !== record.uid || copy.id === record.id) continue;
      const found = sameOccurrence(entry, copy, reading, zones);
      if (found !== null) ids.add(found.id);
    }
  }
  return (entry) => uids.has(entry.record.uid) || ids.has(entry.id);

  function readingIn({ zone }: CalendarReading): Reading<BusyRecord> {
    return { dayZone: zone, floatingZone: (record) => calendars.get(record.calendarId)?.zone ?? zone };
  }
}

/** Managed, by its uid, and in the calendar of who organizes it: not a copy that an attendee was sent. */
function isOfAnother({ uid, content }: BusyRecord, { ownerAddresses }: CalendarReading): boolean {
  if (!isManagedUid(uid)) return false;
  return content === null || content.organizer === null || organizes(content, ownerAddresses);
}
