/** What can go wrong at a provider, on demand. */
import type { Instant } from '../../../domain/events/model.ts';
import type { Connector } from '../connector.ts';

export type MemoryMethod = Exclude<keyof Connector, 'provider' | 'batch'> | 'changeTags';

export type Fault =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'throttled'; readonly retryAt: Instant | null }
  | { readonly kind: 'credentials-rejected' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'malformed' }
  /** Answers only when the caller's signal ends it. */
  | { readonly kind: 'hang' }
  /** Does what was asked and then loses the answer: `UNREACHABLE`, although it is stored. */
  | { readonly kind: 'lost-answer' }
  /** `calendars` answers none; a full `pull` lists nothing. */
  | { readonly kind: 'empty-listing' }
  /** Waits for this before it goes on; before every page of a pull. */
  | { readonly kind: 'slow'; readonly until: () => Promise<void> };

interface Armed {
  readonly method: MemoryMethod | '*';
  readonly fault: Fault;
  remaining: number;
}

/** The faults that wait to happen, in the order in which they were armed. */
export class Faults {
  readonly #armed: Armed[] = [];

  /** Lets `fault` happen at the next `times` calls of `method` (`'*'`: of any). */
  add(method: MemoryMethod | '*', fault: Fault, times = 1): void {
    this.#armed.push({ method, fault, remaining: times });
  }

  /** Everything works again. */
  clear(): void {
    this.#armed.length = 0;
  }

  /** The fault of this call, if there is one; it is used up. */
  take(method: MemoryMethod): Fault | null {
    const index = this.#armed.findIndex((armed) => armed.method === method || armed.method === '*');
    const armed = this.#armed[index];
    if (armed === undefined) return null;
    armed.remaining -= 1;
    if (armed.remaining <= 0) this.#armed.splice(index, 1);
    return armed.fault;
  }
}
