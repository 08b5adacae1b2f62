/** Calendar objects into rows of `event`, a page at a time, and what of them changed. */
import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../../domain/events/model.ts';
import {
  type CalendarPlace,
  type Existing,
  type FormerTime,
  type IncomingObject,
  merge,
  type Row,
  type StoredChange,
  type StoreOptions,
  type StoreOutcome,
} from './event-merge.ts';
import { binaryArray, plainArray } from './parameter-arrays.ts';
import type { Tx } from './store.ts';

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
  const moves: Move[] = [];
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
    if (merged.movedFrom !== null) moves.push({ ...merged.movedFrom, eventId: merged.row.id, until: options.now });
  }
  if (rows.length > 0) await upsert(tx, calendar, rows, moves);
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
      'event.master_synced_at',
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

/** Where an event was until it was moved (semantics D6). */
interface Move extends FormerTime {
  readonly eventId: string;
  readonly until: Instant;
}

/** In front of the statement that writes the events: what moved costs no round trip of its own. */
function keepMoves(calendar: CalendarPlace, moves: readonly Move[]): RawBuilder<unknown> {
  if (moves.length === 0) return sql``;
  const column = (pick: (move: Move) => string | boolean) => sql.val(plainArray(moves.map(pick)));
  const at = (instant: Instant) => new Date(instant).toISOString();
  return sql`with moved as (
    insert into event_move (account_id, profile_id, calendar_id, event_id, all_day, starts_at, ends_at, until)
    select ${calendar.accountId}, ${calendar.profileId}, ${calendar.id}, m.* from unnest(
      ${column((move) => move.eventId)}::text[], ${column((move) => move.allDay)}::boolean[],
      ${column((move) => at(move.startsAt))}::timestamptz[], ${column((move) => at(move.endsAt))}::timestamptz[],
      ${column((move) => at(move.until))}::timestamptz[]) as m on conflict do nothing)`;
}

async function upsert(tx: Tx, calendar: CalendarPlace, rows: readonly Row[], moves: readonly Move[]): Promise<void> {
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
    ${keepMoves(calendar, moves)}
    insert into event (
      account_id, profile_id, calendar_id, id, uid, remote_id, etag, raw, content, exceptions, sequence, stamped_at,
      recurring, all_day, starts_at, ends_at, span, version, pending_operation, provider_created_at, provider_updated_at,
      created_at, synced_at, master_synced_at, deleted_at)
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
      ${instant((row) => row.syncedAt)}::timestamptz[], ${instant((row) => row.masterSyncedAt)}::timestamptz[]) as r
    on conflict (calendar_id, uid) do update set
      remote_id = excluded.remote_id, etag = excluded.etag, raw = excluded.raw, content = excluded.content,
      exceptions = excluded.exceptions, sequence = excluded.sequence, stamped_at = excluded.stamped_at,
      recurring = excluded.recurring, all_day = excluded.all_day, starts_at = excluded.starts_at,
      ends_at = excluded.ends_at, span = excluded.span, version = excluded.version,
      pending_operation = excluded.pending_operation, provider_created_at = excluded.provider_created_at,
      provider_updated_at = excluded.provider_updated_at, created_at = excluded.created_at,
      synced_at = excluded.synced_at, master_synced_at = excluded.master_synced_at, deleted_at = null`.execute(tx);
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
