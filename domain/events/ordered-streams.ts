/** Ordered streams merged into one, drawn from only as far as they are read. */
import type { Instant } from './model.ts';

/** What a list of events is ordered by: start, then id. */
export interface Key {
  readonly startsAt: Instant;
  readonly id: string;
}

/** Where a stream was cut off: what is missing of it starts here or later. */
export interface StreamEnd extends Key {
  readonly id: '';
}

/** (start, id), the contract's order. */
export function compareKeys(a: Key, b: Key): number {
  return a.startsAt - b.startsAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Comes before everything that starts at the same instant. */
export function endAt(startsAt: Instant): StreamEnd {
  return { startsAt, id: '' };
}

export function isEnd(key: Key): key is StreamEnd {
  return key.id === '';
}

/** A binary heap of streams by their next entry: the merge costs log(streams) an entry, and draws no entry too many. */
export class OrderedStreams<Entry extends Key> {
  readonly #nodes: { head: Entry | StreamEnd; readonly stream: Iterator<Entry | StreamEnd> }[] = [];

  /** Takes in a stream that is ordered by itself. */
  add(stream: Iterator<Entry | StreamEnd>): void {
    const next = stream.next();
    if (next.done === true) return;
    const nodes = this.#nodes;
    nodes.push({ head: next.value, stream });
    let at = nodes.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfLess(at, parent)) break;
      at = parent;
    }
  }

  get isEmpty(): boolean {
    return this.#nodes.length === 0;
  }

  /** The least of what is left; null when there is nothing. */
  take(): Entry | StreamEnd | null {
    const nodes = this.#nodes;
    const top = nodes[0];
    if (top === undefined) return null;
    const { head, stream } = top;
    const next = stream.next();
    if (next.done === true) {
      const last = nodes.pop();
      if (last !== undefined && nodes.length > 0) nodes[0] = last;
    } else {
      top.head = next.value;
    }
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= nodes.length) break;
      const smaller = left + 1 < nodes.length && this.#less(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfLess(smaller, at)) break;
      at = smaller;
    }
    return head;
  }

  #less(a: number, b: number): boolean {
    const [first, second] = [this.#nodes[a], this.#nodes[b]];
    return first !== undefined && second !== undefined && compareKeys(first.head, second.head) < 0;
  }

  #swapIfLess(child: number, parent: number): boolean {
    if (!this.#less(child, parent)) return false;
    const [a, b] = [this.#nodes[child], this.#nodes[parent]];
    if (a !== undefined && b !== undefined) {
      this.#nodes[child] = b;
      this.#nodes[parent] = a;
    }
    return true;
  }
}
