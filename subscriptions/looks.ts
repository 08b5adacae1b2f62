/** Looks at the log that newcomers ask for: of many at once, one is made. */
import type { LogPosition } from '../datasources/store/change-log/read.ts';
import type { Prompt } from './follow.ts';
import type { Clock } from './wake-up.ts';

/** Milliseconds between two looks: a storm of newcomers becomes some fifty looks a second, however many they are. */
const betweenLooks = 20;

type Asked = (seen: LogPosition) => void;

export class Looks implements Prompt {
  readonly #clock: Clock;
  /** Asked for since the last read began. */
  #waiting: Asked[] = [];
  /** Asked for before it began. */
  #served: Asked[] = [];
  #prompt = new AbortController();
  #lastAt = Number.NEGATIVE_INFINITY;
  #isDue = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get asked(): AbortSignal {
    return this.#prompt.signal;
  }

  /** Resolves with what a read sees that begins after this call; never, where the reading has ended. */
  look(): Promise<LogPosition> {
    const seen = new Promise<LogPosition>((resolve) => this.#waiting.push(resolve));
    if (!this.#isDue) {
      this.#isDue = true;
      const pause = this.#lastAt + betweenLooks - this.#clock.now();
      if (pause > 0) this.#clock.after(pause, () => this.#prompt.abort());
      else this.#prompt.abort();
    }
    return seen;
  }

  reading(): boolean {
    this.#served.push(...this.#waiting.splice(0));
    const wasAsked = this.#prompt.signal.aborted;
    if (wasAsked) {
      this.#prompt = new AbortController();
      this.#isDue = false;
      this.#lastAt = this.#clock.now();
    }
    return wasAsked;
  }

  /** The read that began last came back. */
  seen(position: LogPosition): void {
    for (const resolve of this.#served.splice(0)) resolve(position);
  }
}
