/** An entry of a list of events, and whether it is on the list. */
import type { EventContent, EventException, EventTime, Instant, RecurrenceId, ZoneName } from './model.ts';
import { compareKeys, type Key } from './ordered-streams.ts';

/** What a list is made of: one object with one UID of one calendar. */
export interface ListedObject {
  readonly id: string;
  /** Null where only changed occurrences are known. */
  readonly content: EventContent | null;
  readonly exceptions: readonly (EventException & {
    readonly deletedAt: Instant | null;
    readonly syncedAt: Instant;
  })[];
  readonly deletedAt: Instant | null;
  /** When the last change of any part of it was taken in; of its master alone: `masterSyncedAt`. */
  readonly syncedAt: Instant;
  readonly masterSyncedAt: Instant;
}

export type EventRole = 'SINGLE' | 'SERIES' | 'OCCURRENCE' | 'EXCEPTION';

/** One entry of a list, where it is in time. */
export interface Listed<T extends ListedObject> {
  readonly record: T;
  /** The master's content, or the exception's own. */
  readonly content: EventContent;
  readonly start: EventTime;
  readonly end: EventTime;
  readonly role: EventRole;
  readonly recurrenceId: RecurrenceId | null;
  readonly originalStart: EventTime | null;
  readonly exception: T['exceptions'][number] | null;
  /** Gone, or cancelled as one occurrence of a series. */
  readonly deleted: boolean;
  /** Order and range: `start` and `end` as instants in the question's zone. */
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** The public id. */
  readonly id: string;
}

export interface ListQuestion<T extends ListedObject> {
  /** -Infinity is allowed. */
  readonly from: Instant;
  /** Infinity is allowed. */
  readonly to: Instant;
  /** Occurrences of series without end are told up to here at most; Infinity where `to` is enough. */
  readonly endlessTo: Instant;
  /** Where days begin and end (semantics A1). */
  readonly dayZone: ZoneName;
  /** What the object's floating times are read in. */
  readonly floatingZone: (record: T) => ZoneName;
  readonly after: { readonly start: Instant; readonly id: string } | null;
  readonly first: number;
  readonly expansion: 'OCCURRENCES' | 'SERIES';
  /** Also cancelled and excluded occurrences. Tombstones are the caller's to leave out. */
  readonly includeDeleted: boolean;
  /** Only what was changed (taken in) then or later. */
  readonly modifiedSince: Instant | null;
  /** Whether the object is listed wherever it is now, for it once was in the range (semantics D6). */
  readonly moved: (record: T) => boolean;
  /** At most so many occurrences are generated in all; past it the page ends early (semantics B6). */
  readonly maximum: number;
}

/** Half-open; an event of no length counts if from ≤ start < to (RFC 4791 §9.9). */
export function inRange(startsAt: Instant, endsAt: Instant, from: Instant, to: Instant): boolean {
  return startsAt < to && (endsAt > from || (startsAt === endsAt && startsAt >= from));
}

/**
 * When the last change of what an entry shows was taken in: of a changed occurrence its own, of another one that of the
 * series, or of its own return to it.
 */
export function changedAt<T extends ListedObject>(
  entry: Pick<Listed<T>, 'record' | 'exception' | 'recurrenceId'>,
): Instant {
  const { record, exception, recurrenceId } = entry;
  if (record.deletedAt !== null) return record.syncedAt;
  if (exception !== null) return exception.syncedAt;
  if (recurrenceId === null) return record.masterSyncedAt;
  const former = record.exceptions.find((one) => one.recurrenceId === recurrenceId);
  return Math.max(record.masterSyncedAt, former?.syncedAt ?? Number.NEGATIVE_INFINITY);
}

/** Whether an entry belongs on the list, and behind the place where the last page ended. */
export function isWanted<T extends ListedObject>(entry: Listed<T>, question: ListQuestion<T>): boolean {
  if (entry.deleted && entry.record.deletedAt === null && !question.includeDeleted) return false;
  return isInRange(entry, question) && isBehind(entry, question) && isChanged(entry, question);
}

export function isInRange(entry: { startsAt: Instant; endsAt: Instant }, { from, to }: { from: Instant; to: Instant }) {
  return inRange(entry.startsAt, entry.endsAt, from, to);
}

export function isBehind<T extends ListedObject>(entry: Key, { after }: ListQuestion<T>): boolean {
  return after === null || compareKeys(entry, { startsAt: after.start, id: after.id }) > 0;
}

export function isChanged<T extends ListedObject>(entry: Listed<T>, { modifiedSince }: ListQuestion<T>): boolean {
  return modifiedSince === null || changedAt(entry) >= modifiedSince;
}
