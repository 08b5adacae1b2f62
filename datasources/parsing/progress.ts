/** What a thread of the parser tells of itself while it is busy: in memory that it shares, because it answers only now and then. */

export class Progress {
  readonly memory: SharedArrayBuffer;
  readonly #begun: Int32Array;
  readonly #begunAt: Float64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.memory = memory;
    this.#begun = new Int32Array(memory, 0, 1);
    this.#begunAt = new Float64Array(memory, 8, 1);
  }

  /** Called by the worker when it begins to read a document. */
  begin(): void {
    // Before the count: whoever sees the new count must not see the old time.
    this.#begunAt[0] = monotonic();
    Atomics.add(this.#begun, 0, 1);
  }

  /** How many documents the thread has begun to read since it started. */
  get begun(): number {
    return Atomics.load(this.#begun, 0);
  }

  /** When the last of them was begun, by `monotonic`. */
  get begunAt(): number {
    return this.#begunAt[0] ?? 0;
  }
}

/** Milliseconds by a clock that nobody sets, the same in every thread of the process. */
export function monotonic(): number {
  return performance.timeOrigin + performance.now();
}
