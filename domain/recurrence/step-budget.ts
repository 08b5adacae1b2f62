/** What an expansion may cost: every loop of it spends steps here, so that no rule, however hostile, keeps it busy. */
export class StepBudget {
  readonly #limit: number;
  #spent = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get spent(): number {
    return this.#spent;
  }

  /** Whether more was asked for than there is. */
  get exhausted(): boolean {
    return this.#spent > this.#limit;
  }

  /** @returns false when the loop has to end. */
  spend(steps = 1): boolean {
    this.#spent += steps;
    return this.#spent <= this.#limit;
  }
}

/** Steps of one expansion: a few hundred milliseconds at the very worst. */
export const MOST_STEPS = 400_000;
/** Steps in a row without an occurrence: the rule then never fires (semantics B6). */
export const MOST_FRUITLESS_STEPS = 50_000;
/** How far is searched for the next occurrence: this many years' worth of a rule's periods (semantics B6). */
export const YEARS_OF_SEARCH = 8;
