/** What was read in nearly the right order and waits until nothing before it can come any more: a binary heap. */

export class HeldBack<T> {
  /** No element comes before the one at half its place; the first is the least. */
  readonly #heap: T[] = [];
  readonly #compare: (left: T, right: T) => number;

  /** @param compare negative where the first goes out before the second; equal ones have no order among them. */
  constructor(compare: (left: T, right: T) => number) {
    this.#compare = compare;
  }

  /** The next to go out, where any waits. */
  get first(): T | undefined {
    return this.#heap[0];
  }

  /** One comparison where the item comes after all the others, as it mostly does; at most log₂ of how many wait. */
  hold(item: T): void {
    let at = this.#heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.#heap[above] as T;
      if (this.#compare(item, other) >= 0) {
        break;
      }
      this.#heap[at] = other;
      at = above;
    }
    this.#heap[at] = item;
  }

  /** Takes the next one out; there has to be one. 2 log₂ comparisons of how many wait. */
  release(): T {
    const first = this.#heap[0] as T;
    const last = this.#heap.pop() as T;
    const { length } = this.#heap;
    if (length === 0) {
      return first;
    }
    let at = 0;
    for (let below = 1; below < length; below = 2 * at + 1) {
      const right = below + 1;
      if (right < length && this.#compare(this.#heap[right] as T, this.#heap[below] as T) < 0) {
        below = right;
      }
      const least = this.#heap[below] as T;
      if (this.#compare(last, least) <= 0) {
        break;
      }
      this.#heap[at] = least;
      at = below;
    }
    this.#heap[at] = last;
    return first;
  }
}
