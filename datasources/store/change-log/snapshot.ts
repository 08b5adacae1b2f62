/**
 * PostgreSQL's `pg_snapshot`: which transactions had committed at an instant. Two of them are a window of the change log
 * that no commit order can slip out of (documentation: "pg_snapshot Components").
 */

export interface Snapshot {
  /** The lowest transaction id that was still running; everything below it had ended. */
  readonly xmin: number;
  /** One past the highest transaction id that had ended; everything from here on had not begun or was running. */
  readonly xmax: number;
  /** Ids in [xmin, xmax) that were running, rising. */
  readonly running: readonly number[];
}

const shape = /^(\d+):(\d+):((?:\d+(?:,\d+)*)?)$/;

/**
 * Reads `xmin:xmax:xip,…`. Throws RangeError on anything else: a 64-bit id above 2^53 would take nine quadrillion
 * transactions, so plain numbers hold every id that can occur.
 */
export function parseSnapshot(text: string): Snapshot {
  const match = shape.exec(text);
  const [xmin, xmax] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || !Number.isSafeInteger(xmin) || !Number.isSafeInteger(xmax) || xmin > xmax) {
    throw new RangeError(`not a pg_snapshot: ${text.slice(0, 80)}`);
  }
  const list = match[3] ?? '';
  return { xmin, xmax, running: list === '' ? [] : list.split(',').map(Number) };
}

export function formatSnapshot(snapshot: Snapshot): string {
  return `${snapshot.xmin}:${snapshot.xmax}:${snapshot.running.join(',')}`;
}

/** Whether everything that `inner` sees is seen by `outer` too. The id below a snapshot's xmax has ended, as PostgreSQL's own. */
export function includesSnapshot(outer: Snapshot, inner: Snapshot): boolean {
  if (outer.xmax < inner.xmax) return false;
  const alsoRunning = new Set(inner.running);
  return outer.running.every((id) => id >= inner.xmax || alsoRunning.has(id));
}

/** Whether a snapshot sees what the transaction wrote. */
export function sees({ xmin, xmax, running }: Snapshot, xid: number): boolean {
  return xid < xmin || (xid < xmax && !running.includes(xid));
}

/** What of a snapshot lies below `until`: everything from there on is taken as not begun. */
export function cutSnapshot(snapshot: Snapshot, until: number): Snapshot {
  if (until >= snapshot.xmax) return snapshot;
  const running = snapshot.running.filter((id) => id < until);
  return { xmin: running[0] ?? until, xmax: until, running };
}
