/** Where a window of the change log ends: at the present, or earlier where there is much to read. */
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../store.ts';
import { formatSnapshot, parseSnapshot, type Snapshot } from './snapshot.ts';

/**
 * Rows that a new window holds at most, before the filter, up to the end of a transaction: a window is sorted for each
 * page read of it, so that a long backlog in one window would cost its length squared.
 */
const windowRows = 2_000;

/**
 * Rows that a snapshot does not see: what `not pg_visible_in_snapshot(c.xid, …)` says, told so that the index finds them,
 * however long one of the running transactions has been running.
 *
 * @param before the xid8, not below the snapshot's xmax, that they end at. A column or a value: under row-level security a
 * function that may leak what it is given, as `pg_snapshot_xmax` may, is asked of each row behind the snapshot, to the log's end.
 */
export function unseenBy({ xmax, running }: Snapshot, before?: RawBuilder<unknown>): RawBuilder<unknown> {
  const later =
    before === undefined
      ? sql`c.xid >= ${String(xmax)}::xid8`
      : sql`(c.xid >= ${String(xmax)}::xid8 and c.xid < ${before})`;
  return running.length === 0 ? later : sql`(${later} or c.xid = any(${running.map(String)}::xid8[]))`;
}

/**
 * Up to `last` (without it: the present), or (`early`) to a little more than `windowRows` unread rows; never to less than
 * `old` sees. `last` sees what `old` does.
 */
export function newWindow(unread: RawBuilder<unknown>, old: Snapshot, last?: Snapshot): RawBuilder<unknown> {
  const [from, end, before] =
    last === undefined
      ? [sql`pg_current_snapshot()`, sql`pg_snapshot_xmax(present.snapshot)::text::bigint`, sql`true`]
      : [sql`${formatSnapshot(last)}::pg_snapshot`, sql`${last.xmax}::bigint`, sql`c.xid < ${String(last.xmax)}::xid8`];
  return sql`cut as materialized (
      select c.xid::text::bigint + 1 as at from change_log c where ${unread} and ${before}
      order by c.xid offset ${windowRows} limit 1
    ), until as materialized (
      select ended.snapshot, pg_snapshot_xmax(ended.snapshot) as xmax, ended.early from (
        select change_log_snapshot(${from}, greatest(coalesce(cut.at, ${end}), ${old.xmax}::bigint)) as snapshot,
          cut.at is not null as early
        from present left join cut on true) ended)`;
}

/** A window's end that is known already. */
export function given(until: Snapshot): RawBuilder<unknown> {
  return sql`until as materialized (
      select ${formatSnapshot(until)}::pg_snapshot as snapshot, ${String(until.xmax)}::xid8 as xmax, true as early)`;
}

/**
 * Moves the end of a window that is cut short to where no account's order is cut through. Transaction ids are given out when
 * transactions begin, sequences under the account's lock: of two that overlap, the one with the lower id may have the higher
 * sequence, and a window that ends between the two ids would tell it first. An account's unread rows are the end of its
 * sequence, so what is told of it must begin where that begins, and leave no gap.
 */
export async function orderedCut(tx: Tx, old: Snapshot, until: Snapshot, present: Snapshot): Promise<Snapshot> {
  const seen = sql`${formatSnapshot(present)}::pg_snapshot`;
  for (let cut = until; ; ) {
    const end = sql`${String(cut.xmax)}::xid8`;
    const { rows } = await sql<{ end: string | null; snapshot: string | null }>`
      select later.xid::text as end, change_log_snapshot(${seen}, later.xid::text::bigint + 1)::text as snapshot from (
        select max(left_out.xid) as xid from (
          select c.account_ordinal, min(c.sequence) as low, max(c.sequence) as high from change_log c
          where ${unseenBy(old)} and c.xid < ${end} and pg_visible_in_snapshot(c.xid, ${seen}) group by c.account_ordinal
        ) told cross join lateral (
          (select c.xid from change_log c where c.account_ordinal = told.account_ordinal
             and c.sequence > told.low and c.sequence < told.high and c.xid >= ${end})
          union all
          (select c.xid from change_log c where c.account_ordinal = told.account_ordinal and c.sequence < told.low
             order by c.sequence desc limit 1)
        ) left_out where left_out.xid >= ${end} and pg_visible_in_snapshot(left_out.xid, ${seen})
      ) later where later.xid is not null`.execute(tx);
    const [row] = rows;
    if (row === undefined || row.snapshot === null) return cut;
    cut = parseSnapshot(row.snapshot);
  }
}
