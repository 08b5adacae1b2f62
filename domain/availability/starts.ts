/** Sets of a grid's starts: a bit for each. */
import type { Seconds, Spans } from './spans.ts';
import type { StartGrid } from './start-grid.ts';

/** Bit n, of word n / 32, is the grid's nth start; bits behind the last are 0. */
export type Starts = Int32Array;

export function noStarts({ size }: StartGrid): Starts {
  return new Int32Array((size + 31) >>> 5);
}

export function allStarts(grid: StartGrid): Starts {
  const starts = noStarts(grid).fill(-1);
  const used = grid.size & 31;
  if (used !== 0) starts[starts.length - 1] = (1 << used) - 1;
  return starts;
}

export function hasStart(starts: Starts, place: number): boolean {
  return (((starts[place >>> 5] as number) >>> (place & 31)) & 1) === 1;
}

/** The first start in the set from a place on; -1 where there is none. */
export function nextStart(starts: Starts, from: number): number {
  let word = from >>> 5;
  if (word >= starts.length) return -1;
  let bits = (starts[word] as number) & (-1 << (from & 31));
  while (bits === 0) {
    word += 1;
    if (word === starts.length) return -1;
    bits = starts[word] as number;
  }
  return (word << 5) + 31 - Math.clz32(bits & -bits);
}

/** Takes away what is not in `kept`. */
export function keepStarts(starts: Starts, kept: Starts): void {
  for (let word = 0; word < starts.length; word += 1) starts[word] = (starts[word] as number) & (kept[word] as number);
}

/** Whether one start is in both sets. */
export function meet(one: Starts, other: Starts): boolean {
  for (let word = 0; word < one.length; word += 1)
    if (((one[word] as number) & (other[word] as number)) !== 0) return true;
  return false;
}

/** Takes the places `low` to `high`, both included, away. @param low 0 or more, at most `high`. */
export function clearStarts(starts: Starts, low: number, high: number): void {
  const first = low >>> 5;
  const last = high >>> 5;
  const head = -1 << (low & 31);
  const tail = -1 >>> (31 - (high & 31));
  if (first === last) {
    starts[first] = (starts[first] as number) & ~(head & tail);
    return;
  }
  starts[first] = (starts[first] as number) & ~head;
  for (let word = first + 1; word < last; word += 1) starts[word] = 0;
  starts[last] = (starts[last] as number) & ~tail;
}

function addStarts(starts: Starts, low: number, high: number): void {
  const first = low >>> 5;
  const last = high >>> 5;
  const head = -1 << (low & 31);
  const tail = -1 >>> (31 - (high & 31));
  if (first === last) {
    starts[first] = (starts[first] as number) | (head & tail);
    return;
  }
  starts[first] = (starts[first] as number) | head;
  for (let word = first + 1; word < last; word += 1) starts[word] = -1;
  starts[last] = (starts[last] as number) | tail;
}

/** The starts whose meeting lies in one of the spans. */
export function startsWithin(spans: Spans, duration: Seconds, grid: StartGrid): Starts {
  const starts = noStarts(grid);
  for (const { first, count, place } of grid.pieces) {
    const last = first + (count - 1) * grid.step;
    for (let at = 0; at < spans.length; at += 2) {
      const from = spans[at] as Seconds;
      if (from > last) break;
      const to = Math.min((spans[at + 1] as Seconds) - duration, last);
      const low = from <= first ? 0 : Math.ceil((from - first) / grid.step);
      const high = Math.floor((to - first) / grid.step);
      if (low <= high) addStarts(starts, place + low, place + high);
    }
  }
  return starts;
}

/** Takes the starts away that lie in one of the spans. */
export function clearWithin(starts: Starts, spans: Spans, grid: StartGrid): void {
  for (const { first, count, place } of grid.pieces) {
    for (let at = 0; at < spans.length; at += 2) {
      const low = Math.max(0, Math.ceil(((spans[at] as Seconds) - first) / grid.step));
      const high = Math.min(count, Math.ceil(((spans[at + 1] as Seconds) - first) / grid.step)) - 1;
      if (low <= high) clearStarts(starts, place + low, place + high);
    }
  }
}
