/** Calendar objects into rows of `event`, a page at a time, and what of them changed. */
import { type RawBuilder, sql } from 'kysely';
import type { CalendarObject, Instant } from '../../domain/events/model.ts';
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
import { type ArrivedObject, bind, bindingsOf, followMoved, managedBy } from './managed-rows.ts';
import { binaryArray, plainArray } from './parameter-arrays.ts';
import type { Tx } from './store.ts';

/** `evt_` and 26 characters; an occurrence's goes on after it. */
const eventIdLength = 30;

/**
 * Stores up to 500 objects of one calendar by uid. Objects whose visible content equals the row's yield no change; the
 * provider's etag and text are kept up to date all the same. At most four statements, whatever the number of objects, and two more where one of
 * them is managed.
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
  const arrived: ArrivedObject[] = [];
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
    const created = row === null || row.deleted_at !== null;
    const managedBy = row?.managed_by ?? null;
    if (created && managedBy === null && options.recogniseManaged) {
      const { ours, mark } = options.recogniseManaged(item.object);
      if (ours) arrived.push({ eventId: merged.row.id, uid, mark, first: row === null, invites: invites(item.object) });
    }
    changes.push(...merged.changes.map((change) => ({ ...change, managedBy })));
    fates.set(uid, merged.changes.length === 0 ? 'unchanged' : created ? 'created' : 'updated');
    const needed = merged.changes.length > 0 || options.keepUnchanged !== true;
    if (merged.touched && needed) rows.push(merged.row);
    if (merged.movedFrom !== null) moves.push({ ...merged.movedFrom, eventId: merged.row.id, until: options.now });
  }
  if (rows.length > 0) await upsert(tx, calendar, rows, moves);
  if (arrived.length === 0) return { changes, deferred, fates, ids };
  const bindings = await bindingsOf(tx, calendar, arrived);
  await bind(tx, calendar, [...bindings.values()]);
  const bound = changes.map((change) => {
    const binding = bindings.get(change.subjectId.slice(0, eventIdLength));
    return binding === undefined ? change : { ...change, managedBy: binding.applicationId };
  });
  return { changes: bound, deferred, fates, ids };
}

function invites({ master, exceptions }: CalendarObject): boolean {
  return [master, ...exceptions.map(({ content }) => content)].some((content) => content?.organizer != null);
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
    .select(managedBy)
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
  const gone = rows.filter((row) => row.deleted_at === null);
  const managed = gone.filter((row) => row.managed_by !== null).map((row) => row.id);
  return [
    ...gone.map((row): StoredChange => ({ kind: 'EVENT_DELETED', subjectId: row.id, managedBy: row.managed_by })),
    ...(await followMoved(tx, managed, at)),
  ];
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
      synced_at = excluded.synced_at, master_synced_at = excluded.master_synced_at, deleted_at = null,
      margin_before = case when event.deleted_at is null then event.margin_before else 0 end,
      margin_after = case when event.deleted_at is null then event.margin_after else 0 end`.execute(tx);
}
