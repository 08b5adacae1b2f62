/** Calendar objects into rows of `event`, a page at a time, and what of them changed. */
import { sql } from 'kysely';
import { type ContentContext, visibleContent } from '../../domain/events/content.ts';
import type { CalendarObject, EventContent, EventException, Instant } from '../../domain/events/model.ts';
import { type IdSource, occurrenceId } from '../../domain/identity.ts';
import { generates } from '../../domain/recurrence/generates.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { contentColumns } from './event-columns.ts';
import { binaryArray, plainArray } from './parameter-arrays.ts';
import type { Tx } from './store.ts';
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

/** One touched resource (semantics B5): a series or single by its own id, an exception by its occurrence's. */
export interface StoredChange {
  readonly kind: 'EVENT_CREATED' | 'EVENT_UPDATED' | 'EVENT_DELETED';
  readonly subjectId: string;
  /** The application whose managed event it is. */
  readonly managedBy: string | null;
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
  /** Whether a new object carries one of our own markers (semantics C2); asked for objects that had no row. */
  readonly recogniseManaged?: (
    object: CalendarObject,
  ) => { readonly applicationId: string; readonly key: string; readonly generation: number } | null;
}

interface Existing {
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
  deleted_at: Date | null;
  managed_by: string | null;
}

/** Whether two contents show the same through the graph (semantics D1), read in the calendar's zone. */
export function sameContent(a: EventContent | null, b: EventContent | null, context: ContentContext): boolean {
  if (a === null || b === null) return a === b;
  return alone(a, context) === alone(b, context);
}

function alone(master: EventContent, context: ContentContext): string {
  const object = {
    uid: '',
    master,
    exceptions: [],
    sequence: 0,
    stampedAt: null,
    createdAt: null,
    updatedAt: null,
    marker: null,
  };
  return visibleContent(object, context);
}

/**
 * Stores up to 500 objects of one calendar by uid. Objects whose visible content equals the row's yield no change; the
 * provider's etag and text are kept up to date all the same. At most four statements, whatever the number of objects.
 */
export async function storeObjects(
  tx: Tx,
  calendar: CalendarPlace,
  incoming: readonly IncomingObject[],
  options: StoreOptions,
): Promise<StoreOutcome> {
  const latest = new Map(incoming.map((item) => [item.object.uid, item]));
  const changes: StoredChange[] = [];
  const deferred: string[] = [];
  const fates = new Map<string, 'created' | 'updated' | 'unchanged' | 'deferred'>();
  const ids = new Map<string, string>();
  if (latest.size === 0) return { changes, deferred, fates, ids };

  const existing = await selectExisting(tx, calendar.id, [...latest.values()]);
  const byUid = new Map(existing.map((row) => [row.uid, row]));

  // A place at the provider that now holds another uid: what was there is gone.
  const taken = new Set(places([...latest.values()]));
  const displaced = existing.filter((row) => {
    if (row.remote_id === null || !taken.has(row.remote_id)) return false;
    return latest.get(row.uid)?.provider?.remoteId !== row.remote_id && row.pending_operation === null;
  });
  if (displaced.length > 0) {
    const gone = displaced.filter((row) => !latest.has(row.uid));
    await tx
      .updateTable('event')
      .set({ remote_id: null, etag: null, raw: null })
      .where('id', 'in', displaced.map((row) => row.id)) // biome-ignore format: one clause a line
      .execute();
    if (gone.length > 0) changes.push(...(await tombstone(tx, gone, options.now)));
  }

  const rows: Row[] = [];
  const managed: { key: string; applicationId: string; generation: number; eventId: string }[] = [];
  for (const [uid, item] of latest) {
    const row = byUid.get(uid) ?? null;
    if (row !== null) ids.set(uid, row.id);
    if (row !== null && row.pending_operation !== null && options.whilePending === 'defer') {
      deferred.push(uid);
      fates.set(uid, 'deferred');
      continue;
    }
    const merged = merge(row, item, calendar, options);
    ids.set(uid, merged.row.id);
    if (row === null && options.recogniseManaged) {
      const mark = options.recogniseManaged(item.object);
      if (mark !== null) managed.push({ ...mark, eventId: merged.row.id });
    }
    const managedBy = row?.managed_by ?? managed.find((mark) => mark.eventId === merged.row.id)?.applicationId ?? null;
    changes.push(...merged.changes.map((change) => ({ ...change, managedBy })));
    const created = row === null || row.deleted_at !== null;
    fates.set(uid, merged.changes.length === 0 ? 'unchanged' : created ? 'created' : 'updated');
    const needed = merged.changes.length > 0 || options.keepUnchanged !== true;
    if (merged.touched && needed) rows.push(merged.row);
  }
  if (rows.length > 0) await upsert(tx, calendar, rows);
  if (managed.length > 0) await bindManaged(tx, calendar, managed);
  return { changes, deferred, fates, ids };
}

/** Marks rows of the calendar as deleted by their places at the provider. Rows with a write under way are left alone. */
export async function removeObjects(
  tx: Tx,
  calendarId: string,
  remoteIds: readonly string[],
  options: { readonly now: Instant },
): Promise<StoreOutcome> {
  const outcome = { changes: [] as StoredChange[], deferred: [] as string[], fates: new Map(), ids: new Map() };
  if (remoteIds.length === 0) return outcome;
  const rows = await existingRows(tx, calendarId)
    .where('event.remote_id', '=', sql<string>`any(${sql.val([...remoteIds])}::text[])`)
    .where('event.deleted_at', 'is', null)
    .execute();
  outcome.deferred = rows.filter((row) => row.pending_operation !== null).map((row) => row.uid);
  const gone = rows.filter((row) => row.pending_operation === null);
  if (gone.length > 0) outcome.changes = await tombstone(tx, gone, options.now);
  return outcome;
}

/** Marks one row as deleted by our own write. `pendingOperation` carries the deletion to the provider; null: done. */
export async function deleteRow(
  tx: Tx,
  row: { readonly id: string; readonly managedBy: string | null },
  options: { readonly now: Instant; readonly pendingOperation: string | null },
): Promise<StoredChange> {
  const at = new Date(options.now);
  await tx
    .updateTable('event')
    .set((eb) => ({
      deleted_at: at,
      synced_at: at,
      version: eb('version', '+', '1'),
      pending_operation: options.pendingOperation,
      ...(options.pendingOperation === null ? { remote_id: null, etag: null, raw: null } : {}),
    }))
    .where('id', '=', row.id)
    .execute();
  return { kind: 'EVENT_DELETED', subjectId: row.id, managedBy: row.managedBy };
}

function existingRows(tx: Tx, calendarId: string) {
  return tx
    .selectFrom('event')
    .select([
      'event.id',
      'event.uid',
      'event.remote_id',
      'event.etag',
      'event.raw',
      'event.content',
      'event.exceptions',
      'event.version',
      'event.sequence',
      'event.stamped_at',
      'event.pending_operation',
      'event.created_at',
      'event.synced_at',
      'event.deleted_at',
    ])
    .select((eb) =>
      eb
        .selectFrom('managed_event')
        .select('managed_event.application_id')
        .whereRef('managed_event.event_id', '=', 'event.id')
        .limit(1)
        .as('managed_by'),
    )
    .where('event.calendar_id', '=', calendarId);
}

function places(items: readonly IncomingObject[]): string[] {
  return items.flatMap((item) => (item.provider?.remoteId == null ? [] : [item.provider.remoteId]));
}

async function selectExisting(tx: Tx, calendarId: string, items: readonly IncomingObject[]): Promise<Existing[]> {
  const uids = items.map((item) => item.object.uid);
  return existingRows(tx, calendarId)
    .where((eb) =>
      eb.or([
        eb('event.uid', '=', sql<string>`any(${sql.val(uids)}::text[])`),
        eb('event.remote_id', '=', sql<string>`any(${sql.val(places(items))}::text[])`),
      ]),
    )
    .forUpdate()
    .execute();
}

async function tombstone(tx: Tx, rows: readonly Existing[], now: Instant): Promise<StoredChange[]> {
  const at = new Date(now);
  await tx
    .updateTable('event')
    .set((eb) => ({
      deleted_at: at,
      synced_at: at,
      version: eb('version', '+', '1'),
      remote_id: null,
      etag: null,
      raw: null,
      pending_operation: null,
    }))
    .where('id', 'in', rows.map((row) => row.id)) // biome-ignore format: one clause a line
    .execute();
  return rows
    .filter((row) => row.deleted_at === null)
    .map((row) => ({ kind: 'EVENT_DELETED', subjectId: row.id, managedBy: row.managed_by }));
}

interface Row {
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
  providerCreatedAt: Instant | null;
  providerUpdatedAt: Instant | null;
  pendingOperation: string | null;
  columns: ReturnType<typeof contentColumns>;
}

type UnownedChange = Omit<StoredChange, 'managedBy'>;

function merge(
  row: Existing | null,
  item: IncomingObject,
  calendar: CalendarPlace,
  options: StoreOptions,
): { row: Row; changes: UnownedChange[]; touched: boolean } {
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
  for (const gone of known.values()) {
    if (gone.deletedAt !== null) {
      exceptions.push(gone);
      continue;
    }
    exceptions.push({ ...gone, version: gone.version + 1, syncedAt: options.now, deletedAt: options.now });
    const stillThere = object.master !== null && isGenerated(object.master, gone.recurrenceId, calendar, options.zones);
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

function isGenerated(master: EventContent, recurrenceId: string, calendar: CalendarPlace, zones: ZoneData): boolean {
  const series = { ...master, floatingZone: calendar.timeZone, dayZone: calendar.timeZone };
  return master.rules.length > 0 && generates(series, recurrenceId, zones) !== null;
}

async function upsert(tx: Tx, calendar: CalendarPlace, rows: readonly Row[]): Promise<void> {
  const text = (pick: (row: Row) => string | null) => sql.val(binaryArray('text', rows.map(pick)));
  const json = (pick: (row: Row) => unknown) => {
    const texts = rows.map((row) => {
      const value = pick(row);
      return value === null ? null : JSON.stringify(value);
    });
    return sql.val(binaryArray('jsonb', texts));
  };
  const plain = (pick: (row: Row) => number | boolean | null) => sql.val(plainArray(rows.map(pick)));
  const instant = (pick: (row: Row) => Instant | null) => {
    const texts = rows.map((row) => {
      const at = pick(row);
      return at === null ? null : new Date(at).toISOString();
    });
    return sql.val(plainArray(texts));
  };
  await sql`
    insert into event (
      account_id, profile_id, calendar_id, id, uid, remote_id, etag, raw, content, exceptions, sequence, stamped_at,
      recurring, all_day, starts_at, ends_at, span, version, pending_operation, provider_created_at, provider_updated_at,
      created_at, synced_at, deleted_at)
    select ${calendar.accountId}, ${calendar.profileId}, ${calendar.id}, r.*, null from unnest(
      ${text((row) => row.id)}::text[], ${text((row) => row.uid)}::text[], ${text((row) => row.remoteId)}::text[],
      ${text((row) => row.etag)}::text[], ${text((row) => row.raw)}::text[],
      ${json((row) => row.content)}::jsonb[], ${json((row) => row.exceptions)}::jsonb[],
      ${plain((row) => row.sequence)}::int[], ${instant((row) => row.stampedAt)}::timestamptz[],
      ${plain((row) => row.columns.recurring)}::boolean[], ${plain((row) => row.columns.allDay)}::boolean[],
      ${instant((row) => row.columns.startsAt)}::timestamptz[], ${instant((row) => row.columns.endsAt)}::timestamptz[],
      ${text((row) => row.columns.span)}::text[]::tstzrange[], ${plain((row) => row.version)}::bigint[],
      ${text((row) => row.pendingOperation)}::text[], ${instant((row) => row.providerCreatedAt)}::timestamptz[],
      ${instant((row) => row.providerUpdatedAt)}::timestamptz[], ${instant((row) => row.createdAt)}::timestamptz[],
      ${instant((row) => row.syncedAt)}::timestamptz[]) as r
    on conflict (calendar_id, uid) do update set
      remote_id = excluded.remote_id, etag = excluded.etag, raw = excluded.raw, content = excluded.content,
      exceptions = excluded.exceptions, sequence = excluded.sequence, stamped_at = excluded.stamped_at,
      recurring = excluded.recurring, all_day = excluded.all_day, starts_at = excluded.starts_at,
      ends_at = excluded.ends_at, span = excluded.span, version = excluded.version,
      pending_operation = excluded.pending_operation, provider_created_at = excluded.provider_created_at,
      provider_updated_at = excluded.provider_updated_at, created_at = excluded.created_at,
      synced_at = excluded.synced_at, deleted_at = null`.execute(tx);
}

async function bindManaged(
  tx: Tx,
  calendar: CalendarPlace,
  managed: readonly { applicationId: string; key: string; generation: number; eventId: string }[],
): Promise<void> {
  await tx
    .insertInto('managed_event')
    .values(
      managed.map((mark) => ({
        application_id: mark.applicationId,
        account_id: calendar.accountId,
        calendar_id: calendar.id,
        key: mark.key,
        event_id: mark.eventId,
        generation: mark.generation,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
