/** What an incoming object makes of its row: the row as it is to be, and what of it changed. Nothing is read or written here. */
import { sameContent } from '../../domain/events/content.ts';
import type { CalendarObject, EventContent, EventException, Instant } from '../../domain/events/model.ts';
import { type IdSource, occurrenceId } from '../../domain/identity.ts';
import { generatorOf } from '../../domain/recurrence/generates.ts';
import { eventTimeInstant } from '../../domain/time/event-time.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { contentColumns } from './event-columns.ts';
import type { ManagedMark } from './managed-rows.ts';
import type { StoredException } from './tables.ts';

/** The calendar that objects are stored in. */
export interface CalendarPlace {
  readonly id: string;
  readonly accountId: string;
  readonly profileId: string;
  /** The zone that floating times are read in: the calendar's, else its account's (semantics A3). */
  readonly timeZone: string;
}

export interface IncomingObject {
  readonly object: CalendarObject;
  /** What the provider holds of it; null keeps what the row has (a write that has not reached the provider yet). */
  readonly provider: {
    readonly remoteId: string | null;
    readonly etag: string | null;
    readonly raw: string | null;
  } | null;
}

/** `mark`: what its own marker says. `ours`: the uid is of our making, with a marker or without. */
export interface Recognised {
  readonly ours: boolean;
  readonly mark: ManagedMark | null;
}

/** One touched resource (semantics B5): a series or single by its own id, an exception by its occurrence's. */
export interface StoredChange {
  readonly kind: 'EVENT_CREATED' | 'EVENT_UPDATED' | 'EVENT_DELETED';
  readonly subjectId: string;
  /** The application whose managed event it is. */
  readonly managedBy: string | null;
  /** Where it is, if not in the calendar that was stored into: an event that was moved to another one. */
  readonly calendarId?: string;
  readonly profileId?: string;
}

export interface StoreOutcome {
  readonly changes: readonly StoredChange[];
  /** Objects left alone because a write of ours is on its way to the provider (semantics D1); by uid. */
  readonly deferred: readonly string[];
  /** uid → what became of it. */
  readonly fates: ReadonlyMap<string, 'created' | 'updated' | 'unchanged' | 'deferred'>;
  /** uid → the row's id. */
  readonly ids: ReadonlyMap<string, string>;
}

export interface StoreOptions {
  readonly now: Instant;
  readonly zones: ZoneData;
  readonly ids: IdSource;
  /** A row with a write under way: leave it alone (what is pulled), or replace it (the next write). */
  readonly whilePending: 'defer' | 'replace';
  /** Set on every stored row: the operation that will carry it to the provider; null: none is needed. */
  readonly pendingOperation?: string | null;
  /** A row that shows the same already is not written at all: no operation is set on it. */
  readonly keepUnchanged?: boolean;
  /** What is managed of what arrives at the provider (semantics C2); asked for objects that had no row, or a deleted one. */
  readonly recogniseManaged?: (object: CalendarObject) => Recognised;
}

/** A row as it stands, under its lock. */
export interface Existing {
  id: string;
  uid: string;
  remote_id: string | null;
  etag: string | null;
  raw: string | null;
  content: EventContent | null;
  exceptions: StoredException[];
  version: string;
  sequence: number;
  stamped_at: Date | null;
  pending_operation: string | null;
  created_at: Date;
  synced_at: Date;
  master_synced_at: Date | null;
  deleted_at: Date | null;
  managed_by: string | null;
}

/** A row as it is to be. */
export interface Row {
  id: string;
  uid: string;
  remoteId: string | null;
  etag: string | null;
  raw: string | null;
  content: EventContent | null;
  exceptions: readonly StoredException[];
  sequence: number;
  stampedAt: Instant | null;
  version: number;
  createdAt: Instant;
  syncedAt: Instant;
  /** When the last change of the master alone was taken in. */
  masterSyncedAt: Instant;
  providerCreatedAt: Instant | null;
  providerUpdatedAt: Instant | null;
  pendingOperation: string | null;
  columns: ReturnType<typeof contentColumns>;
}

/** Where an event was before it was moved; of a series, its master. Days as in `event`: their midnight in UTC. */
export interface FormerTime {
  readonly allDay: boolean;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

type UnownedChange = Omit<StoredChange, 'managedBy'>;

/** Lays an object over its row (null: there is none yet). `touched` is false when nothing at all would be written. */
export function merge(
  row: Existing | null,
  item: IncomingObject,
  calendar: CalendarPlace,
  options: StoreOptions,
): { row: Row; changes: UnownedChange[]; touched: boolean; movedFrom: FormerTime | null } {
  const { object, provider } = item;
  const context = { zones: options.zones, calendarZone: calendar.timeZone };
  const id = row?.id ?? options.ids('evt');
  const wasDeleted = row === null || row.deleted_at !== null;
  const changes: UnownedChange[] = [];
  const masterChanged = wasDeleted || !sameContent(row.content, object.master, context);
  if (wasDeleted) {
    if (object.master !== null) changes.push({ kind: 'EVENT_CREATED', subjectId: id });
  } else if (masterChanged) {
    if (object.master === null) changes.push({ kind: 'EVENT_DELETED', subjectId: id });
    else changes.push({ kind: row.content === null ? 'EVENT_CREATED' : 'EVENT_UPDATED', subjectId: id });
  }

  const known = new Map((wasDeleted ? [] : row.exceptions).map((exception) => [exception.recurrenceId, exception]));
  const exceptions: StoredException[] = [];
  for (const exception of object.exceptions) {
    const before = known.get(exception.recurrenceId) ?? null;
    known.delete(exception.recurrenceId);
    const alive = before !== null && before.deletedAt === null;
    if (alive && sameContent(before.content, exception.content, context)) {
      exceptions.push(before);
      continue;
    }
    exceptions.push(storedException(exception, before, options.now));
    // A new object is told once, by its own id: a reader finds its exceptions there.
    if (wasDeleted && object.master !== null) continue;
    const kind =
      exception.content.status === 'CANCELLED'
        ? 'EVENT_DELETED'
        : object.master === null && !alive
          ? 'EVENT_CREATED'
          : 'EVENT_UPDATED';
    changes.push({ kind, subjectId: occurrenceId(id, exception.recurrenceId) });
  }
  const isThere =
    known.size === 0 || object.master === null ? null : isGenerated(object.master, calendar, options.zones);
  for (const gone of known.values()) {
    if (gone.deletedAt !== null) {
      exceptions.push(gone);
      continue;
    }
    exceptions.push({ ...gone, version: gone.version + 1, syncedAt: options.now, deletedAt: options.now });
    const stillThere = isThere?.(gone.recurrenceId) ?? false;
    changes.push({
      kind: stillThere ? 'EVENT_UPDATED' : 'EVENT_DELETED',
      subjectId: occurrenceId(id, gone.recurrenceId),
    });
  }

  const changed = changes.length > 0;
  const place = provider ?? { remoteId: row?.remote_id ?? null, etag: row?.etag ?? null, raw: row?.raw ?? null };
  const pendingOperation = options.pendingOperation ?? null;
  return {
    row: {
      id,
      uid: object.uid,
      remoteId: place.remoteId,
      etag: place.etag,
      raw: place.raw,
      content: object.master,
      exceptions,
      sequence: object.sequence,
      stampedAt: object.stampedAt,
      version: row === null ? 1 : Number(row.version) + (masterChanged ? 1 : 0),
      createdAt: row === null || wasDeleted ? options.now : row.created_at.getTime(),
      syncedAt: changed || row === null ? options.now : row.synced_at.getTime(),
      masterSyncedAt: masterChanged
        ? options.now
        : ((row?.master_synced_at ?? row?.synced_at)?.getTime() ?? options.now),
      providerCreatedAt: object.createdAt,
      providerUpdatedAt: object.updatedAt,
      pendingOperation,
      columns: contentColumns(object, calendar.timeZone, options.zones),
    },
    changes,
    touched:
      changed ||
      row === null ||
      place.remoteId !== row.remote_id ||
      place.etag !== row.etag ||
      place.raw !== row.raw ||
      object.sequence !== row.sequence ||
      pendingOperation !== row.pending_operation,
    movedFrom: wasDeleted || !masterChanged ? null : movedFrom(row.content, object.master, calendar, options.zones),
  };
}

/** The time that a change took from an event; null where its time stayed, whatever else changed (semantics D6). */
function movedFrom(
  before: EventContent | null,
  after: EventContent | null,
  calendar: CalendarPlace,
  zones: ZoneData,
): FormerTime | null {
  if (before === null || after === null) return null;
  const former = timeOf(before, calendar, zones);
  const current = timeOf(after, calendar, zones);
  const stayed =
    former.startsAt === current.startsAt && former.endsAt === current.endsAt && former.allDay === current.allDay;
  return stayed ? null : former;
}

function timeOf(content: EventContent, calendar: CalendarPlace, zones: ZoneData): FormerTime {
  const reading = { zones, floatingZone: calendar.timeZone, dayZone: 'Etc/UTC' };
  return {
    allDay: content.start.kind === 'date',
    startsAt: eventTimeInstant(content.start, reading),
    endsAt: eventTimeInstant(content.end, reading),
  };
}

function storedException(exception: EventException, before: StoredException | null, now: Instant): StoredException {
  return {
    recurrenceId: exception.recurrenceId,
    content: exception.content,
    version: (before?.version ?? 0) + 1,
    syncedAt: now,
    createdAt: before?.createdAt ?? now,
    deletedAt: null,
  };
}

/** Whether the rules put something at an id; where that would take too long to know, what was there is taken as there. */
function isGenerated(master: EventContent, { timeZone }: CalendarPlace, zones: ZoneData): (id: string) => boolean {
  if (master.rules.length === 0) return () => false;
  const generator = generatorOf({ ...master, floatingZone: timeZone, dayZone: timeZone }, zones);
  return (recurrenceId) => generator.of(recurrenceId) !== null || generator.exhausted;
}
