/** Reading events: by range for many lists in one statement, by id, by uid and by an application's key. */
import { type RawBuilder, sql } from 'kysely';
import type { EventContent, Instant } from '../../domain/events/model.ts';
import type { EventRecord } from './records.ts';
import type { Tx } from './store.ts';
import type { StoredException } from './tables.ts';

/** What a list of events is asked for, besides its calendars: a range, and where to go on. */
export interface EventListQuery {
  /** Null: without bound. */
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** All-day events end after this day … */
  readonly daysAfter: string | null;
  /** … and begin before this one: `from` and `to` in the asker's zone. */
  readonly daysBefore: string | null;
  readonly managed: 'EXCLUDE' | 'INCLUDE' | 'ONLY';
  readonly includeDeleted: boolean;
  /** Also what is out of the range now and was in it once (semantics D6). */
  readonly includeMoved: boolean;
  /** Changed (committed here) at or after. */
  readonly modifiedSince: Instant | null;
  /**
   * Singles up to here are enough; series are always given whole, since only their rules tell where they are.
   * Null: no bound (SERIES lists of free/busy).
   */
  readonly limit: number | null;
  /** Singles behind this place only. */
  readonly after: ListPlace | null;
}

/** A place in a list: timed singles lie behind (start, id), all-day ones behind (date, dateId). */
export interface ListPlace {
  readonly start: Instant;
  readonly id: string;
  /** The last day that begins, in the asker's zone, at or before `start` … */
  readonly date: string;
  /** … and `id` when it begins exactly there, else `~`, which is behind every id. */
  readonly dateId: string;
}

/** The rows that a list is made of. */
export interface EventList {
  readonly records: readonly EventRecord[];
  /** Ids of those that are there for where they once were. */
  readonly moved: ReadonlySet<string>;
}

export interface EventListAnswer {
  readonly lists: readonly EventList[];
  /** `change_log_snapshot()` of the very statement that read the records: everything behind it is a change. */
  readonly snapshot: string;
}

interface EventRow {
  id: string;
  account_id: string;
  profile_id: string;
  calendar_id: string;
  uid: string;
  content: EventContent | null;
  exceptions: StoredException[];
  recurring: boolean;
  all_day: boolean;
  sequence: number;
  version: string;
  pending_operation: string | null;
  provider_created_at: Date | null;
  provider_updated_at: Date | null;
  created_at: Date;
  synced_at: Date;
  master_synced_at: Date | null;
  deleted_at: Date | null;
  key: string | null;
  generation: number | null;
  metadata: Record<string, unknown> | null;
  bound_in: string | null;
  bound_remote: string | null;
}

const columns = sql`e.id, e.account_id, e.profile_id, e.calendar_id, e.uid, e.content, e.exceptions, e.recurring, e.all_day,
  e.sequence, e.version, e.pending_operation, e.provider_created_at, e.provider_updated_at, e.created_at, e.synced_at,
  e.master_synced_at, e.deleted_at, m.key, m.generation, m.metadata,
  case when m.calendar_id <> e.calendar_id then m.calendar_id end as bound_in,
  case when m.calendar_id <> e.calendar_id then (select b.remote_id from calendar b where b.id = m.calendar_id) end as bound_remote`;

/** Row-level security leaves the asking application's own bindings only; the condition says it again for the worker. */
const managedJoin = (applicationId: string) =>
  sql`left join managed_event m on m.event_id = e.id and m.application_id = ${applicationId}`;

/**
 * Answers several lists that differ only in their calendars, in one statement. Every list holds all series of its range
 * and, per list, the first `limit + 1` timed and the first `limit + 1` all-day singles behind `after`; and as many of each
 * that were moved out of the range, where they are asked for.
 */
export async function listEvents(
  tx: Tx,
  tenant: { readonly applicationId: string },
  lists: readonly (readonly string[])[],
  query: EventListQuery,
): Promise<EventListAnswer> {
  const conditions: RawBuilder<unknown>[] = [sql`true`];
  if (!query.includeDeleted) conditions.push(sql`e.deleted_at is null`);
  if (query.modifiedSince !== null) conditions.push(sql`e.synced_at >= ${timestamp(query.modifiedSince)}`);
  if (query.managed === 'EXCLUDE') conditions.push(sql`m.event_id is null`);
  if (query.managed === 'ONLY') conditions.push(sql`m.event_id is not null`);
  const wanted = sql.join(conditions, sql` and `);
  const behind = behindPlace(query.after);
  const limit = query.limit === null ? sql`` : sql`limit ${query.limit + 1}`;
  const inSpan = query.to === null ? sql`` : sql`and e.span_from <= ${timestamp(query.to)}`;
  const calendars = sql`e.calendar_id = any(string_to_array(l.calendars, ','))`;
  const there = sql`false as moved from event e ${managedJoin(tenant.applicationId)} where ${calendars} and ${wanted} ${inSpan}`;
  // The span's bounds find candidates by their index; what is on the page is decided exactly (RFC 4791 §9.9), or limits would cut wrongly.
  const isIn = (row: 'e' | 'v') =>
    sql`case when ${sql.ref(`${row}.all_day`)} then ${inDays(query, row)} else ${inTime(query, row)} end`;
  const gone = sql`true as moved from event e ${managedJoin(tenant.applicationId)}
    where ${calendars} and e.id in (select v.event_id from event_move v where v.calendar_id = any(string_to_array(l.calendars, ',')) and ${isIn('v')})
    and ${wanted}`;
  const moved = sql`
      union all (select ${columns}, ${gone} and e.recurring)
      union all (select ${columns}, ${gone} and not e.recurring and not e.all_day and not (${inTime(query, 'e')}) ${behind.timed} order by e.starts_at, e.id ${limit})
      union all (select ${columns}, ${gone} and not e.recurring and e.all_day and not (${inDays(query, 'e')}) ${behind.days} order by e.starts_at, e.id ${limit})`;
  const series = query.from === null ? sql`` : sql`and e.span_to >= ${timestamp(query.from)}`;
  const singles = windowsOf(query).map(
    (window) => sql`
      union all (select ${columns}, ${there} ${window} and not e.recurring and not e.all_day and ${inTime(query, 'e')} ${behind.timed} order by e.starts_at, e.id ${limit})
      union all (select ${columns}, ${there} ${window} and not e.recurring and e.all_day and ${inDays(query, 'e')} ${behind.days} order by e.starts_at, e.id ${limit})`,
  );
  const { rows } = await sql<EventRow & { list: number; snapshot: string; moved: boolean }>`
    select l.list, change_log_snapshot()::text as snapshot, e.*
    from unnest(${lists.map((_, index) => index)}::int[], ${lists.map((ids) => ids.join(','))}::text[]) as l(list, calendars)
    left join lateral (
      (select ${columns}, ${there} ${series} and e.recurring)
      ${sql.join(singles, sql` `)}
      ${query.includeMoved ? moved : sql``}
    ) e on true`.execute(tx);
  const answer = lists.map(() => ({ records: new Map<string, EventRecord>(), moved: new Set<string>() }));
  let snapshot = '';
  for (const row of rows) {
    snapshot = row.snapshot;
    const list = answer[row.list];
    if (row.id === null || list === undefined) continue;
    // A series may be there for its span and for where it was.
    list.records.set(row.id, eventRecord(row));
    if (row.moved) list.moved.add(row.id);
  }
  if (snapshot === '') snapshot = await currentSnapshot(tx);
  return { lists: answer.map((list) => ({ ...list, records: [...list.records.values()] })), snapshot };
}

/**
 * The two parts of the index of ranges (event_range in migrations/): what is at most 8 days long ends in [from, to + 8 days], what
 * is longer is rare. Said as constants: joined to a list of them, a plan may read a calendar of a million events whole.
 */
function windowsOf({ from, to }: EventListQuery): RawBuilder<unknown>[] {
  if (from === null) return [sql``];
  const latest = to === null ? sql`` : sql`and e.span_to <= ${timestamp(to)} + interval '8 days'`;
  return [
    sql`and not e.long and e.span_to >= ${timestamp(from)} ${latest}`,
    sql`and e.long and e.span_to >= ${timestamp(from)}`,
  ];
}

/** Timed rows, and former times, that are in the range (RFC 4791 §9.9). */
function inTime(query: EventListQuery, row: 'e' | 'v'): RawBuilder<unknown> {
  const [starts, ends] = [sql.ref(`${row}.starts_at`), sql.ref(`${row}.ends_at`)];
  const before = query.to === null ? sql`true` : sql`${starts} < ${timestamp(query.to)}`;
  const from = timestamp(query.from);
  const after =
    query.from === null ? sql`true` : sql`(${ends} > ${from} or (${ends} = ${starts} and ${starts} >= ${from}))`;
  return sql`${before} and ${after}`;
}

/** All-day rows, and former days, that are in the range. */
function inDays(query: EventListQuery, row: 'e' | 'v'): RawBuilder<unknown> {
  const [starts, ends] = [sql.ref(`${row}.starts_at`), sql.ref(`${row}.ends_at`)];
  const before = query.daysBefore === null ? sql`true` : sql`${starts} < ${midnight(query.daysBefore)}`;
  const after = query.daysAfter === null ? sql`true` : sql`${ends} > ${midnight(query.daysAfter)}`;
  return sql`${before} and ${after}`;
}

/** Days begin in their order whatever the zone, so the day itself is their place. */
function behindPlace(after: ListPlace | null): { timed: RawBuilder<unknown>; days: RawBuilder<unknown> } {
  if (after === null) return { timed: sql``, days: sql`` };
  return {
    timed: sql`and (e.starts_at, e.id) > (${timestamp(after.start)}, ${after.id})`,
    days: sql`and (e.starts_at, e.id) > (${midnight(after.date)}, ${after.dateId})`,
  };
}

async function currentSnapshot(tx: Tx): Promise<string> {
  const { rows } = await sql<{ snapshot: string }>`select change_log_snapshot()::text as snapshot`.execute(tx);
  return rows[0]?.snapshot ?? '';
}

/** Reads rows by their ids, tombstones too. */
export async function findEvents(
  tx: Tx,
  tenant: { readonly applicationId: string },
  ids: readonly string[],
): Promise<EventRecord[]> {
  const { rows } = await sql<EventRow>`
    select ${columns} from event e ${managedJoin(tenant.applicationId)} where e.id = any(${[...ids]}::text[])`.execute(
    tx,
  );
  return rows.map(eventRecord);
}

/** Every row that these accounts have of these uids, tombstones too: the copies of an event in an account's calendars. */
export async function findCopies(
  tx: Tx,
  tenant: { readonly applicationId: string },
  wanted: readonly { readonly accountId: string; readonly uid: string }[],
): Promise<EventRecord[]> {
  const { rows } = await sql<EventRow>`
    select ${columns}
    from unnest(${wanted.map(({ accountId }) => accountId)}::text[], ${wanted.map(({ uid }) => uid)}::text[]) as w(account_id, uid)
    join event e on e.account_id = w.account_id and e.uid = w.uid ${managedJoin(tenant.applicationId)}`.execute(tx);
  return rows.map(eventRecord);
}

/** Reads the row of a uid in a calendar, a tombstone too. */
export async function findEventByUid(
  tx: Tx,
  tenant: { readonly applicationId: string },
  calendarId: string,
  uid: string,
): Promise<EventRecord | null> {
  return (await findEventsByUid(tx, tenant, calendarId, [uid]))[0] ?? null;
}

/** Reads the rows of several uids in one calendar, tombstones too. */
export async function findEventsByUid(
  tx: Tx,
  tenant: { readonly applicationId: string },
  calendarId: string,
  uids: readonly string[],
): Promise<EventRecord[]> {
  const { rows } = await sql<EventRow>`
    select ${columns} from event e ${managedJoin(tenant.applicationId)}
    where e.calendar_id = ${calendarId} and e.uid = any(${[...uids]}::text[])`.execute(tx);
  return rows.map(eventRecord);
}

/**
 * Reads the row that the application calls `key` in a calendar, a tombstone too. It may be in another calendar by now, where its user
 * moved it (semantics C6); and of a key that was bound elsewhere, the event that was moved here.
 */
export async function findManagedEvent(
  tx: Tx,
  tenant: { readonly applicationId: string },
  calendarId: string,
  key: string,
): Promise<EventRecord | null> {
  const { rows } = await sql<EventRow>`
    select ${columns} from event e join managed_event m on m.event_id = e.id and m.application_id = ${tenant.applicationId}
    where m.key_digest = key_digest(${key}) and (m.calendar_id = ${calendarId} or e.calendar_id = ${calendarId})
      and m.calendar_id in (select other.id from calendar asked join calendar other on other.account_id = asked.account_id
        where asked.id = ${calendarId})
    order by m.calendar_id = ${calendarId} desc limit 1`.execute(tx);
  return rows[0] === undefined ? null : eventRecord(rows[0]);
}

/** Takes the row's lock until the transaction ends, and reads it again under the lock. */
export async function lockEvent(
  tx: Tx,
  tenant: { readonly applicationId: string },
  id: string,
): Promise<EventRecord | null> {
  await sql`select 1 from event where id = ${id} for update`.execute(tx);
  const [record] = await findEvents(tx, tenant, [id]);
  return record ?? null;
}

function timestamp(at: Instant | null): RawBuilder<unknown> {
  return at === null ? sql`null::timestamptz` : sql`${new Date(at).toISOString()}::timestamptz`;
}

/** How a day is kept in starts_at and ends_at. */
function midnight(date: string): RawBuilder<unknown> {
  return sql`${`${date}T00:00:00Z`}::timestamptz`;
}

function eventRecord(row: EventRow): EventRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    profileId: row.profile_id,
    calendarId: row.calendar_id,
    uid: row.uid,
    content: row.content,
    exceptions: row.exceptions,
    recurring: row.recurring,
    allDay: row.all_day,
    sequence: row.sequence,
    version: Number(row.version),
    pendingOperation: row.pending_operation,
    providerCreatedAt: row.provider_created_at?.getTime() ?? null,
    providerUpdatedAt: row.provider_updated_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
    syncedAt: row.synced_at.getTime(),
    masterSyncedAt: (row.master_synced_at ?? row.synced_at).getTime(),
    deletedAt: row.deleted_at?.getTime() ?? null,
    managed:
      row.key === null
        ? null
        : {
            key: row.key,
            generation: row.generation ?? 1,
            metadata: row.metadata,
            boundIn:
              row.bound_in === null || row.bound_remote === null
                ? null
                : { calendarId: row.bound_in, remoteId: row.bound_remote },
          },
  };
}
