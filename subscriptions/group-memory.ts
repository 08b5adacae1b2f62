/** What a group has just told, by the place where each step begins: for those who come behind. */
import type { Clock } from './wake-up.ts';

/** Milliseconds: as old as an answer may be that a newcomer gets. What has changed since comes behind it. */
const keptFor = 30_000;
/** Answers of one group: a batch of 100 events is some 50 KiB. */
const mostKept = 200;

export class GroupMemory<Told> {
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #kept = new Map<string, { readonly told: Told | Promise<Told>; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Told | Promise<Told> | undefined {
    const found = this.#kept.get(key);
    return found !== undefined && found.until > this.#clock.now() ? found.told : undefined;
  }

  /** One that is still being read serves all who come meanwhile; one that fails, nobody else. */
  keep(key: string, told: Told | Promise<Told>): void {
    const kept = { told, until: this.#clock.now() + keptFor };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (told instanceof Promise) {
      told.catch(() => {
        if (this.#kept.get(key) === kept) this.#kept.delete(key);
      });
    }
    this.prune();
  }

  /** Drops what is too old or too much. */
  prune(): void {
    const now = this.#clock.now();
    for (const [key, { until }] of this.#kept) {
      if (until > now && this.#kept.size <= mostKept) return;
      this.#kept.delete(key);
    }
  }

  clear(): void {
    this.#kept.clear();
  }
}
