/** What was read of accounts, kept in bounded memory for the questions after. */
import type { AccountTimes } from './account-times.ts';

export interface KnownTimes {
  /** What the store said when it was read: another stamp means that it may be other now. */
  readonly stamp: string;
  readonly times: AccountTimes;
}

/** Least recently used first; one for each account and application. */
export class KnownAccounts {
  readonly #most: number;
  readonly #entries = new Map<string, { readonly known: KnownTimes; readonly bytes: number }>();
  #bytes = 0;

  /** @param most bytes that all of it may take. */
  constructor(most: number) {
    this.#most = most;
  }

  /** About as many bytes as what is kept takes. */
  get bytes(): number {
    return this.#bytes;
  }

  get(applicationId: string, accountId: string): KnownTimes | null {
    const key = keyOf(applicationId, accountId);
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.known;
  }

  set(applicationId: string, accountId: string, known: KnownTimes): void {
    const key = keyOf(applicationId, accountId);
    this.#delete(key);
    const bytes = bytesOf(known);
    if (bytes > this.#most) return;
    this.#entries.set(key, { known, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#most) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}

/** Neither id has a space. */
function keyOf(applicationId: string, accountId: string): string {
  return `${applicationId} ${accountId}`;
}

/** Four typed arrays, their objects, keys and stamps, of an account without events. */
const empty = 1_200;
/** A booking's object, its place in a list and, on average, its categories. */
const booking = 120;
const cut = 200;

function bytesOf({ times: { busy, bookings, cutShort } }: KnownTimes): number {
  const arrays = busy.starts.byteLength + busy.ends.byteLength + busy.kinds.byteLength + busy.sources.byteLength;
  return empty + arrays + bookings.length * booking + cutShort.length * cut;
}
