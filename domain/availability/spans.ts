/** Sets of instants as sorted spans, and their algebra: whole seconds, half-open. */

/** Whole seconds since 1970-01-01T00:00:00Z. */
export type Seconds = number;

/** `[start, end, start, end, …]`: sorted, none empty, none touching the next. */
export type Spans = readonly number[];

/** Everything. */
export const ALWAYS: Spans = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** @param pairs starts and ends in any order of the spans; empty and reversed ones add nothing. */
export function union(pairs: readonly (readonly [Seconds, Seconds])[]): Spans {
  const sorted = pairs.filter(([start, end]) => start < end).sort((one, other) => one[0] - other[0]);
  const spans: number[] = [];
  let open = Number.NEGATIVE_INFINITY;
  for (const [start, end] of sorted) {
    if (spans.length > 0 && start <= open) {
      if (end > open) spans[spans.length - 1] = open = end;
    } else {
      spans.push(start, end);
      open = end;
    }
  }
  return spans;
}

/** The spans of several sets as pairs, for `union`. */
export function* pairsOf(spans: Spans): Generator<readonly [Seconds, Seconds]> {
  for (let at = 0; at < spans.length; at += 2) yield [spans[at] as Seconds, spans[at + 1] as Seconds];
}

/** What is in both. */
export function intersection(one: Spans, other: Spans): Spans {
  const spans: number[] = [];
  if (one.length === 0 || other.length === 0) return spans;
  // Of a year's hours a day's are wanted as often as not: what ends before the other begins is not looked at.
  let left = Math.max(lastStartingBy(one, other[0] as Seconds), 0);
  let right = Math.max(lastStartingBy(other, one[0] as Seconds), 0);
  while (left < one.length && right < other.length) {
    const start = Math.max(one[left] as Seconds, other[right] as Seconds);
    const leftEnd = one[left + 1] as Seconds;
    const rightEnd = other[right + 1] as Seconds;
    const end = Math.min(leftEnd, rightEnd);
    if (start < end) spans.push(start, end);
    if (leftEnd <= rightEnd) left += 2;
    if (rightEnd <= leftEnd) right += 2;
  }
  return spans;
}

/** What is in `spans` and not in `taken`. */
export function difference(spans: Spans, taken: Spans): Spans {
  const left: number[] = [];
  let at = 0;
  for (let place = 0; place < spans.length; place += 2) {
    let start = spans[place] as Seconds;
    const end = spans[place + 1] as Seconds;
    while (at < taken.length && (taken[at + 1] as Seconds) <= start) at += 2;
    for (let next = at; next < taken.length && (taken[next] as Seconds) < end; next += 2) {
      if ((taken[next] as Seconds) > start) left.push(start, taken[next] as Seconds);
      start = taken[next + 1] as Seconds;
    }
    if (start < end) left.push(start, end);
  }
  return left;
}

/** Whether one span holds all of [start, end). */
export function covers(spans: Spans, start: Seconds, end: Seconds): boolean {
  const at = lastStartingBy(spans, start);
  return at >= 0 && (spans[at + 1] as Seconds) >= end;
}

/** Whether any instant of [start, end) is in the set. */
export function overlaps(spans: Spans, start: Seconds, end: Seconds): boolean {
  const at = lastStartingBy(spans, start);
  const next = at + 2;
  return (at >= 0 && (spans[at + 1] as Seconds) > start) || (next < spans.length && (spans[next] as Seconds) < end);
}

/** The place of the last span that starts at or before an instant; -2 where there is none. */
function lastStartingBy(spans: Spans, instant: Seconds): number {
  let low = 0;
  let high = spans.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[2 * middle] as Seconds) <= instant) low = middle + 1;
    else high = middle;
  }
  return 2 * (low - 1);
}
