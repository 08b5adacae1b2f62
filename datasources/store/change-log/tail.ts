/** The newest rows of the log that one tenant may see, in one reading: what is kept in memory for those who come behind. */
import { sql } from 'kysely';
import type { Tx } from '../store.ts';
import { runPrepared } from '../transactions.ts';
import { type GrantNames, isGranted } from './filter.ts';
import { tellsOfAccess } from './news.ts';
import { columns, type LogRow, logRows, present, type SelectedRow } from './read.ts';
import { cutSnapshot, parseSnapshot, type Snapshot } from './snapshot.ts';
import { unseenBy } from './window.ts';

export interface TailRead {
  readonly epoch: number;
  /** What `rows` are all of: visible in `head` and not in `floor`. */
  readonly floor: Snapshot;
  readonly head: Snapshot;
  /** In the order of their transactions' ids. */
  readonly rows: readonly LogRow[];
  /** A write since `floor` changed what the tenant may see: of rows that were read before it, nothing is known any more. */
  readonly accessChanged: boolean;
}

/**
 * What the tenant may see of the rows behind `floor`; where there are more than `most`, the newest of them, and `floor` rises.
 * One statement: rows and access are of one instant.
 */
export async function readTail(
  tx: Tx,
  floor: Snapshot,
  {
    applicationId,
    granting,
    most,
  }: { readonly applicationId: string; readonly granting: GrantNames; readonly most: number },
): Promise<TailRead> {
  const unread = unseenBy(floor);
  const isManaged = sql`c.managed_by is not distinct from ${applicationId}::text`;
  const rows = await runPrepared(
    tx,
    sql<SelectedRow & { epoch: number; pruned_xid: string; head: string; changed: boolean }>`
    with ${present}, access as materialized (
      select exists (select from change_log c where ${unread} and ${tellsOfAccess()}) as changed)
    select present.epoch, present.pruned_xid, present.snapshot::text as head, access.changed, c.*
    from present cross join access left join lateral (
      select ${columns} from change_log c
      where ${unread} and pg_visible_in_snapshot(c.xid, present.snapshot) and ${isGranted(granting, isManaged)}
      order by c.xid desc
      limit ${most + 1}
    ) c on true`,
  );
  const first = rows[0];
  if (first === undefined) throw new Error('the installation row is missing');
  const head = parseSnapshot(first.head);
  const read = { epoch: first.epoch, head, accessChanged: first.changed };
  const found = logRows(rows).reverse();
  const pruned = Number(first.pruned_xid);
  // Of what lies at or below these, rows are missing.
  const missing = Math.max(found.length > most ? (found[0]?.xid ?? 0) : 0, floor.xmin <= pruned ? pruned : 0);
  if (missing === 0) return { ...read, floor, rows: found };
  return { ...read, floor: cutSnapshot(head, missing + 1), rows: found.filter(({ xid }) => xid > missing) };
}

/**
 * The transaction of the row that lies `rows` rows before transaction `before` (null: the end of the log), of whatever tenant;
 * 0 where the log does not reach so far back. As the worker.
 */
export async function transactionBack(tx: Tx, rows: number, before: number | null): Promise<number> {
  const bound = before === null ? sql`true` : sql`c.xid < ${String(before)}::xid8`;
  const { rows: found } = await sql<{ xid: string }>`
    select c.xid::text from change_log c where ${bound} order by c.xid desc offset ${rows} limit 1`.execute(tx);
  return Number(found[0]?.xid ?? 0);
}
