/** A subgraph that fails is left alone for a while: who asks meanwhile is told at once, and it can come back to its feet. */

export interface BreakerOptions {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Failures in a row after which it opens. */
  readonly failures?: number;
  /** Milliseconds that it stays open. */
  readonly pause?: number;
}

export class CircuitBreaker {
  readonly #now: () => number;
  readonly #failures: number;
  readonly #pause: number;
  #inARow = 0;
  #openUntil: number | null = null;
  #isTrying = false;

  constructor({ now, failures = 5, pause = 10_000 }: BreakerOptions) {
    this.#now = now;
    this.#failures = failures;
    this.#pause = pause;
  }

  /** Milliseconds for which nobody is to ask; null where one may. After the pause one alone tries, the others wait for it. */
  refusal(): number | null {
    if (this.#openUntil === null) return null;
    const left = this.#openUntil - this.#now();
    if (left > 0) return left;
    if (this.#isTrying) return this.#pause;
    this.#isTrying = true;
    return null;
  }

  succeeded(): void {
    this.#inARow = 0;
    this.#openUntil = null;
    this.#isTrying = false;
  }

  failed(): void {
    this.#inARow++;
    if (this.#isTrying || this.#inARow >= this.#failures) this.#openUntil = this.#now() + this.#pause;
    this.#isTrying = false;
  }

  /** What was asked has no outcome: whoever asked gave up. */
  gaveUp(): void {
    this.#isTrying = false;
  }

  /** Whether its last answers were failures. */
  get isOpen(): boolean {
    return this.#openUntil !== null;
  }
}
