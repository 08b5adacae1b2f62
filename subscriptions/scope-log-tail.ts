/** The newest part of the log as one tenant sees it, in memory: every row that `head` sees and `floor` does not. */
import { endsAccess, type LogFilter } from '../datasources/store/change-log/filter.ts';
import { inside, type LogPage, type LogPosition, type LogRow, reachOf } from '../datasources/store/change-log/read.ts';
import { cutSnapshot, includesSnapshot, type Snapshot, sees } from '../datasources/store/change-log/snapshot.ts';
import type { TailRead } from '../datasources/store/change-log/tail.ts';

/** Which of a tenant's rows a reader asked for. */
export type RowTest = (row: LogRow) => boolean;

/** What the filter's condition in SQL says, but for `granting`: a tail holds nothing that is not granted. */
export function rowTest({ accountIds, calendarIds, kinds, applicationId, managed, includeOwn }: LogFilter): RowTest {
  const [accounts, calendars, ofKinds] = [accountIds, calendarIds, kinds].map((list) => list && new Set<string>(list));
  return (row) => {
    if (accounts && !accounts.has(row.accountId)) return false;
    if (calendars && !calendars.has(row.calendarId ?? '')) return false;
    if (ofKinds && !ofKinds.has(row.kind)) return false;
    if (managed !== 'INCLUDE' && row.kind.startsWith('EVENT_')) {
      if ((row.managedBy === applicationId) !== (managed === 'ONLY')) return false;
    }
    return includeOwn || row.madeBy !== applicationId || endsAccess.has(row.kind);
  };
}

type Placed = Pick<LogRow, 'accountOrdinal' | 'sequence'>;
const byPlace = (a: Placed, b: Placed) => a.accountOrdinal - b.accountOrdinal || a.sequence - b.sequence;

/** Bytes of a row without its texts: the object, its numbers and its date. */
const rowBytes = 160;

/** Never changed: who is answered from one goes on with it whatever is read meanwhile. */
export class Tail {
  readonly #epoch: number;
  readonly #floor: Snapshot;
  readonly #head: Snapshot;
  /** In the order of transactions. */
  readonly #rows: readonly LogRow[];
  /** The same in the order in which they are told; made when a window is large. */
  #ordered: readonly LogRow[] | null = null;
  /** An estimate of what it takes in memory. */
  readonly bytes: number;

  constructor({ epoch, floor, head, rows }: Omit<TailRead, 'accessChanged'>, bytes: number = sizeOf(rows)) {
    this.#epoch = epoch;
    this.#floor = floor;
    this.#head = head;
    this.#rows = rows;
    this.bytes = bytes;
  }

  get size(): number {
    return this.#rows.length;
  }

  get head(): LogPosition {
    return { epoch: this.#epoch, old: this.#head, window: null };
  }

  /** Whether everything behind a position is here: up to `until`, or without it up to the head. */
  covers(position: LogPosition, until?: LogPosition): boolean {
    if (!this.reaches(position)) return false;
    if (until !== undefined && until.epoch !== this.#epoch) return false;
    return (
      includesSnapshot(this.#head, reachOf(position)) &&
      (until === undefined || includesSnapshot(this.#head, until.old))
    );
  }

  /** Whether nothing behind a position is older than what is here. */
  reaches({ epoch, old }: LogPosition): boolean {
    return epoch === this.#epoch && includesSnapshot(old, this.#floor);
  }

  /** With what was read behind its head; of more than `most` rows the oldest go. */
  extended({ head, rows }: TailRead, most: number): Tail {
    const same = { epoch: this.#epoch, floor: this.#floor, head };
    if (rows.length === 0) return new Tail({ ...same, rows: this.#rows }, this.bytes);
    const all = [...this.#rows, ...rows];
    // A transaction that ran for long has a lower id than what was read before it.
    if ((rows[0]?.xid ?? 0) < (this.#rows.at(-1)?.xid ?? 0)) all.sort((a, b) => a.xid - b.xid);
    const missing = all.length > most ? (all[all.length - most - 1]?.xid ?? 0) : 0;
    if (missing === 0) return new Tail({ ...same, rows: all }, this.bytes + sizeOf(rows));
    return new Tail({ ...same, floor: cutSnapshot(head, missing + 1), rows: all.slice(firstAbove(all, missing)) });
  }

  /**
   * The next `first` rows behind a position that it covers, as `readChangeLog` answers them. Where that ends a window early,
   * so that it need not sort much, this one does not: what is behind the position comes in one window.
   */
  page(position: LogPosition, test: RowTest, first: number, until: LogPosition = this.head): LogPage {
    const { epoch, old, window } = position;
    const end = window?.until ?? until.old;
    const wanted = (row: LogRow) => !sees(old, row.xid) && sees(end, row.xid) && test(row);
    const rows: LogRow[] = [];
    for (const row of this.#inOrder(old, window)) {
      if (!wanted(row)) continue;
      rows.push(row);
      if (rows.length > first) break;
    }
    const cut = rows.length > first;
    if (cut) rows.pop();
    const last = rows.at(-1);
    return {
      status: 'read',
      rows,
      old,
      until: end,
      after: cut && last !== undefined ? inside(epoch, old, end, last) : { epoch, old: end, window: null },
      current: this.#head,
      exhausted: !cut && window === null,
    };
  }

  /** What may lie behind a place, in the order of telling. */
  #inOrder(old: Snapshot, window: LogPosition['window']): Iterable<LogRow> {
    const from = firstAbove(this.#rows, old.xmin - 1);
    // Few are sorted sooner than all.
    if (this.#rows.length - from < this.#rows.length / 16) {
      const rows = this.#rows.slice(from).sort(byPlace);
      return window === null ? rows : rows.filter((row) => byPlace(row, window) > 0);
    }
    this.#ordered ??= this.#rows.toSorted(byPlace);
    return window === null ? this.#ordered : after(this.#ordered, window);
  }
}

function* after(rows: readonly LogRow[], place: Placed): Iterable<LogRow> {
  for (let at = bisect(rows, (row) => byPlace(row, place) > 0); at < rows.length; at++) yield rows[at] as LogRow;
}

/** The first row of a transaction above `xid`, of rows in the order of transactions. */
function firstAbove(rows: readonly LogRow[], xid: number): number {
  return bisect(rows, (row) => row.xid > xid);
}

/** The first row that `isBehind` holds of, where it holds of all that follow. */
function bisect(rows: readonly LogRow[], isBehind: (row: LogRow) => boolean): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBehind(rows[middle] as LogRow)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sizeOf(rows: readonly LogRow[]): number {
  let bytes = 0;
  for (const { accountId, profileId, calendarId, kind, subjectId, madeBy, managedBy, trace } of rows) {
    bytes += rowBytes;
    for (const text of [accountId, profileId, calendarId, kind, subjectId, madeBy, managedBy, trace])
      bytes += text?.length ?? 0;
  }
  return bytes;
}
