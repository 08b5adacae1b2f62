/** Reading the change log by snapshots: what a position is, and the next rows behind one. */
import { type RawBuilder, sql } from 'kysely';
import type { ChangeKind } from '../change-log.ts';
import type { Tx } from '../store.ts';
import { type LogFilter, matches } from './filter.ts';
import { includesSnapshot, parseSnapshot, type Snapshot } from './snapshot.ts';
import { given, newWindow, orderedCut, unseenBy } from './window.ts';

/** Where a reader stands. */
export interface LogPosition {
  /** The installation's: raised when a backup is restored, after which transaction ids mean something else. */
  readonly epoch: number;
  /** Everything visible in it has been read. */
  readonly old: Snapshot;
  /** Set inside a window: what has been read of the rows between `old` and `until`. */
  readonly window: LogWindow | null;
}

/**
 * The place inside a window is a key, not a count of rows: access that is granted or revoked between two reads changes
 * how many rows a reader sees, and would shift every count behind it.
 */
export interface LogWindow {
  readonly until: Snapshot;
  readonly accountOrdinal: number;
  readonly sequence: number;
}

export interface LogRow {
  /** The transaction that wrote it. */
  readonly xid: number;
  readonly accountOrdinal: number;
  readonly sequence: number;
  readonly at: Date;
  readonly accountId: string;
  readonly profileId: string | null;
  readonly calendarId: string | null;
  readonly kind: ChangeKind;
  readonly subjectId: string;
  readonly madeBy: string | null;
  readonly managedBy: string | null;
  /** W3C's `traceparent` of the span it was made in. */
  readonly trace: string | null;
  readonly triggerKeys: readonly string[] | null;
}

export type LogPage =
  | {
      readonly status: 'read';
      readonly rows: readonly LogRow[];
      /** The window that the rows are of. */
      readonly old: Snapshot;
      readonly until: Snapshot;
      /** Behind the last row; behind the whole window when `first` did not cut it. */
      readonly after: LogPosition;
      /** What could be seen at this read. */
      readonly current: Snapshot;
      /** Nothing was left unread at this read. */
      readonly exhausted: boolean;
    }
  /** The position means nothing any more: of another epoch, or rows behind it have been pruned. */
  | { readonly status: 'lost'; readonly current: LogPosition };

interface ReadRow extends SelectedRow {
  readonly epoch: number;
  readonly pruned_xid: string;
  readonly next_xid: string;
  readonly current: string;
  readonly until: string;
  readonly early: boolean;
}

/** `columns` as they arrive; all null where there was no row. */
export interface SelectedRow {
  readonly account_ordinal: string | null;
  readonly xid: string;
  readonly sequence: string;
  readonly at: Date;
  readonly account_id: string;
  readonly profile_id: string | null;
  readonly calendar_id: string | null;
  readonly kind: ChangeKind;
  readonly subject_id: string;
  readonly made_by: string | null;
  readonly managed_by: string | null;
  readonly trace: string | null;
  readonly trigger_keys: string[] | null;
}

/** What a LogRow is made of, of the log as `c`. */
export const columns = sql`c.account_ordinal, c.xid::text, c.sequence, c.at, c.account_id, c.profile_id, c.calendar_id, c.kind,
        c.subject_id, c.made_by, c.managed_by, c.trace, c.trigger_keys`;

/** What a reader at this position has seen, or has begun to read: nothing before it can be the end of its next rows. */
export function reachOf({ old, window }: LogPosition): Snapshot {
  return window?.until ?? old;
}

/** @throws RangeError when rows up to `until` are asked of a position that is past it. */
export function assertReachable(position: LogPosition, until: LogPosition): void {
  if (until.epoch === position.epoch && !includesSnapshot(until.old, reachOf(position))) {
    throw new RangeError('expected an end that sees everything the position has seen');
  }
}

/**
 * The next `first` rows (1 or more) behind a position, ordered by account and sequence within one window. With `until`, a
 * position without a window: those that it sees, and no others; `exhausted` then says that none of them is left.
 * One statement, so that epoch, horizon, snapshot and rows are of one instant: a prune between them could not hide a row.
 * @throws RangeError when `position` is past `until`
 */
export async function readChangeLog(
  tx: Tx,
  position: LogPosition,
  filter: LogFilter,
  first: number,
  until?: LogPosition,
): Promise<LogPage> {
  const { old, window } = position;
  if (until !== undefined) assertReachable(position, until);
  if (window !== null) {
    const behind = sql`(c.account_ordinal, c.sequence) > (${window.accountOrdinal}::bigint, ${window.sequence}::bigint)`;
    return readWindow(tx, position, { until: given(window.until), behind, ceiling: until }, filter, first);
  }
  const behind = sql`true`;
  const opened = await readWindow(
    tx,
    position,
    { until: newWindow(unseenBy(old), old, until?.old), behind, ceiling: until },
    filter,
    first,
  );
  if (opened.status === 'lost' || !opened.early) return opened;
  const end = await orderedCut(tx, old, opened.until, until?.old ?? opened.current);
  return end.xmax === opened.until.xmax
    ? opened
    : readWindow(tx, position, { until: given(end), behind, ceiling: until }, filter, first);
}

type OpenedPage =
  | (LogPage & { readonly status: 'read'; readonly early: boolean })
  | (LogPage & { readonly status: 'lost' });

async function readWindow(
  tx: Tx,
  position: LogPosition,
  {
    until,
    behind,
    ceiling,
  }: {
    readonly until: RawBuilder<unknown>;
    readonly behind: RawBuilder<unknown>;
    /** What the reader wants to be told up to. */
    readonly ceiling: LogPosition | undefined;
  },
  filter: LogFilter,
  first: number,
): Promise<OpenedPage> {
  const { old } = position;
  const unread = unseenBy(old, sql`until.xmax`);
  const { rows } = await sql<ReadRow>`
    with ${present}, ${until}
    select present.epoch, present.pruned_xid, present.next_xid, present.snapshot::text as current,
      until.snapshot::text as until, until.early, c.*
    from present cross join until left join lateral (
      select ${columns}
      from change_log c
      where ${unread} and pg_visible_in_snapshot(c.xid, until.snapshot)
        and ${behind} and ${matches(filter)}
      order by c.account_ordinal, c.sequence
      limit ${first + 1}
    ) c on true`.execute(tx);
  const head = rows[0];
  if (head === undefined) throw new Error('the installation row is missing');
  const current = parseSnapshot(head.current);
  const now: LogPosition = { epoch: head.epoch, old: current, window: null };
  if (
    position.epoch !== head.epoch ||
    (ceiling?.epoch ?? head.epoch) !== head.epoch ||
    old.xmin <= Number(head.pruned_xid) ||
    // Transactions that this server has not begun: it was restored without a new epoch.
    (ceiling?.old ?? reachOf(position)).xmax > Number(head.next_xid)
  ) {
    return { status: 'lost', current: now };
  }
  const end = parseSnapshot(head.until);
  const found = logRows(rows);
  const page = found.slice(0, first);
  const last = page.at(-1);
  const cut = found.length > first && last !== undefined;
  return {
    status: 'read',
    rows: page,
    old,
    until: end,
    after: cut ? inside(position.epoch, old, end, last) : { epoch: position.epoch, old: end, window: null },
    current,
    exhausted: !cut && !head.early,
    early: head.early,
  };
}

/** The position just behind one row of a window. */
export function inside(
  epoch: number,
  old: Snapshot,
  until: Snapshot,
  row: Pick<LogRow, 'accountOrdinal' | 'sequence'>,
): LogPosition {
  return { epoch, old, window: { until, accountOrdinal: row.accountOrdinal, sequence: row.sequence } };
}

/**
 * What can be seen now: every row there is, up to the log's last transaction (the migration says why no further).
 * Materialized, or PostgreSQL would ask again for each column.
 */
export const present = sql`present as materialized (
    select i.epoch, i.pruned_xid::text, pg_snapshot_xmax(pg_current_snapshot())::text as next_xid,
      change_log_snapshot() as snapshot
    from installation i where i.id = 1)`;

export function logRows(rows: readonly SelectedRow[]): LogRow[] {
  return rows.flatMap((row) => (row.account_ordinal === null ? [] : [logRow(row, row.account_ordinal)]));
}

function logRow(row: SelectedRow, ordinal: string): LogRow {
  return {
    xid: Number(row.xid),
    accountOrdinal: Number(ordinal),
    sequence: Number(row.sequence),
    at: row.at,
    accountId: row.account_id,
    profileId: row.profile_id,
    calendarId: row.calendar_id,
    kind: row.kind,
    subjectId: row.subject_id,
    madeBy: row.made_by,
    managedBy: row.managed_by,
    trace: row.trace,
    triggerKeys: row.trigger_keys,
  };
}

/**
 * The position of this instant. To hand a reader a position with which it misses nothing of an answer, take it BEFORE
 * the answer's rows are read. Throws inside a transaction that has written: PostgreSQL counts its own unfinished writes
 * as visible, so that their changes would never be told.
 */
export async function currentPosition(tx: Tx): Promise<LogPosition> {
  const { rows } = await sql<{ epoch: number; snapshot: string; written: boolean }>`
    with ${present}
    select epoch, snapshot::text, pg_current_xact_id_if_assigned() is not null as written from present`.execute(tx);
  const row = rows[0];
  if (row === undefined) throw new Error('the installation row is missing');
  if (row.written) throw new Error('currentPosition inside a transaction that has written');
  return { epoch: row.epoch, old: parseSnapshot(row.snapshot), window: null };
}
