/** All that is wrong with a question, told at once. */
import { RequestError, RequestErrors } from '../../domain/errors.ts';
import { formatDuration, parseDuration } from '../../domain/time/durations.ts';

/** A list of ten thousand wrong items has one cause: no more than this many are told. */
const mostTold = 100;

/** Where a value stands in the field's arguments: `input.participants.0.members.1.accountId`. */
export type ArgumentPath = string;

/** Collects what is wrong, each with its path. */
export class Mistakes {
  readonly #found: RequestError[] = [];

  get some(): boolean {
    return this.#found.length > 0;
  }

  /** @param message "expected …, got …" */
  add(path: ArgumentPath, message: string): void {
    this.addError(new RequestError('BAD_USER_INPUT', `${path}: ${message}`, { argument: path }));
  }

  addError(error: RequestError): void {
    if (this.#found.length < mostTold) this.#found.push(error);
  }

  /** @throws RequestErrors where there are any. */
  refuse(): void {
    if (this.some) throw new RequestErrors(this.#found);
  }

  /**
   * A duration in seconds; where it is outside of what is allowed, told, and `least`.
   *
   * @param least seconds, and `most`, which is allowed too.
   */
  duration(text: string, path: ArgumentPath, least: number, most: number): number {
    const seconds = secondsOf(text);
    if (seconds !== null && seconds >= least && seconds <= most) return seconds;
    this.add(path, `expected ${formatDuration(least)} to ${formatDuration(most)}, got ${text}`);
    return least;
  }

  /** A whole number from `least` to `most`; where it is outside, told, and `least`. */
  count(value: number, path: ArgumentPath, least: number, most: number): number {
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    this.add(path, `expected ${least} to ${most}, got ${value}`);
    return least;
  }

  /** Whether a list is as long as it may be; told where it is not. */
  length(list: readonly unknown[], path: ArgumentPath, what: string, most: number, least = 0): boolean {
    if (list.length >= least && list.length <= most) return true;
    const allowed = least === 0 ? `at most ${most}` : `${least} to ${most}`;
    this.add(path, `expected ${allowed} ${what}, got ${list.length === 0 ? 'none' : list.length}`);
    return false;
  }
}

/** Null for a negative duration and for one that is beyond all measure. */
function secondsOf(text: string): number | null {
  try {
    return parseDuration(text);
  } catch {
    return null;
  }
}
