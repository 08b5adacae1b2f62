/** Lists of events in a range, many lists in one statement. */
import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../../domain/events/model.ts';
import { columns, type EventRow, eventRecord, managedJoin } from './event-records.ts';
import type { EventRecord } from './records.ts';
import type { Tx } from './store.ts';

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

function timestamp(at: Instant | null): RawBuilder<unknown> {
  return at === null ? sql`null::timestamptz` : sql`${new Date(at).toISOString()}::timestamptz`;
}

/** How a day is kept in starts_at and ends_at. */
function midnight(date: string): RawBuilder<unknown> {
  return sql`${`${date}T00:00:00Z`}::timestamptz`;
}
