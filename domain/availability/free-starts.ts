/** When a member is free, as starts of a grid: the same answer as `freeTime`, found without a span for every gap. */
import type { BusyTimes } from './busy-times.ts';
import { firstTouching, freeTime, widened } from './free-time.ts';
import type { Bookable, Counted, Member } from './question.ts';
import { ALWAYS, intersection, pairsOf, type Seconds, type Spans, union } from './spans.ts';
import { type StartGrid, startAt } from './start-grid.ts';
import { allStarts, clearStarts, clearWithin, keepStarts, meet, type Starts, startsWithin } from './starts.ts';

/** One question's members on its grid. */
export class FreeStarts {
  readonly grid: StartGrid;
  readonly #duration: Seconds;
  readonly #window: readonly [Seconds, Seconds];
  readonly #all: Starts;
  /** Members with the same hours share what these allow: starts by the time that may be booked. */
  readonly #allowed = new Map<Spans, Starts>();
  /** What the hours of those allow that keep to several. */
  readonly #together = new Map<Member, Starts>();

  constructor(grid: StartGrid, duration: Seconds) {
    this.grid = grid;
    this.#duration = duration;
    this.#window = grid.size === 0 ? [0, 0] : [startAt(grid, 0), startAt(grid, grid.size - 1) + duration];
    this.#all = allStarts(grid);
  }

  of(member: Member): Starts {
    const starts = this.#hoursOf(member).slice();
    this.#clearTaken(starts, member);
    return starts;
  }

  /** Takes the starts away at which the member is not free. */
  restrict(starts: Starts, member: Member): void {
    keepStarts(starts, this.#hoursOf(member));
    this.#clearTaken(starts, member);
  }

  /** Whether the member's hours hold one of the starts: where not, nothing else of it need be looked at. */
  reaches(starts: Starts, member: Member): boolean {
    return member.synced && meet(starts, this.#hoursOf(member));
  }

  /** The starts that the member's hours and periods hold, whatever its calendars say. */
  #hoursOf(member: Member): Starts {
    const [only] = member.bookable;
    if (only !== undefined && member.bookable.length === 1 && member.within === ALWAYS) {
      return kept(this.#allowed, only.time, () => this.#startsIn(only.time));
    }
    return kept(this.#together, member, () => {
      const time = union(member.bookable.flatMap((each) => [...pairsOf(each.time)]));
      return this.#startsIn(intersection(time, member.within));
    });
  }

  #startsIn(time: Spans): Starts {
    return coversAll(time, this.#window) ? this.#all : startsWithin(time, this.#duration, this.grid);
  }

  #clearTaken(starts: Starts, member: Member): void {
    if (!member.synced) {
      starts.fill(0);
      return;
    }
    const counted = commonCount(member.bookable);
    if (counted === null) {
      keepStarts(starts, startsWithin(freeTime(member, this.#window), this.#duration, this.grid));
    } else {
      this.#clearBusy(starts, member, counted);
      if (member.held.length > 0) this.#clearHeld(starts, widened(member.held, member.buffer));
    }
    if (member.full.length > 0) clearWithin(starts, member.full, this.grid);
  }

  #clearBusy(starts: Starts, { busy, buffer }: Member, { kinds, sources }: Counted): void {
    const { step, pieces } = this.grid;
    const { starts: begins, ends } = busy;
    const inverse = 1 / step;
    const everything = sources === null && (busy.present & ~kinds) === 0;
    for (const { first, count, place } of pieces) {
      // A start s is taken where s - before < end and start < s + duration + after; as numbers of starts after `first`.
      const toEnd = busy.base - first + buffer.before + step - 1;
      const toStart = busy.base - first - buffer.after - this.#duration + step;
      const last = first + (count - 1) * step + this.#duration + buffer.after - busy.base;
      const whole = count * step;
      for (let at = firstTouching(busy, first - buffer.before); at < begins.length; at += 1) {
        const start = begins[at] as number;
        if (start >= last) break;
        if (!everything && !isCounted(busy, at, kinds, sources)) continue;
        const end = Math.min((ends[at] as number) + toEnd, whole);
        if (end < step) continue;
        const low = wholeSteps(Math.max(start + toStart, 0), inverse);
        const high = wholeSteps(end, inverse) - 1;
        if (low <= high) clearStarts(starts, place + low, place + high);
      }
    }
  }

  /** Takes the starts away whose meeting would touch held time. */
  #clearHeld(starts: Starts, held: Spans): void {
    const { pieces, step } = this.grid;
    for (const { first, count, place } of pieces) {
      for (const [start, end] of pairsOf(held)) {
        const low = Math.max(0, Math.floor((start - this.#duration - first) / step) + 1);
        const high = Math.min(count, Math.ceil((end - first) / step)) - 1;
        if (low <= high) clearStarts(starts, place + low, place + high);
      }
    }
  }
}

/**
 * How many whole steps are in a time, by multiplication: exact, as a division would be. The time and a half, over a step of at
 * most 3,600, is at least 1 / 7,200 away from every whole number, and the two roundings of a double move a quotient q by less
 * than q × 2^-52.
 *
 * @param time 0 to 2^31 - 1, whole. @param inverse 1 / step; step whole, 1 to 3,600.
 */
export function wholeSteps(time: Seconds, inverse: number): number {
  return ((time + 0.5) * inverse) | 0;
}

function isCounted(busy: BusyTimes, at: number, kinds: number, sources: Uint8Array | null): boolean {
  return (
    ((kinds >>> (busy.kinds[at] as number)) & 1) === 1 &&
    (sources === null || sources[busy.sources[at] as number] === 1)
  );
}

/** What all of a member's rules count as busy; null where they differ: then each rule's time is its own. */
function commonCount(bookable: readonly Bookable[]): Counted | null {
  const counted = bookable[0]?.counted ?? null;
  for (let at = 1; at < bookable.length; at += 1) if (bookable[at]?.counted !== counted) return null;
  return counted;
}

function kept<Key>(known: Map<Key, Starts>, key: Key, make: () => Starts): Starts {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

function coversAll(spans: Spans, [from, to]: readonly [Seconds, Seconds]): boolean {
  return spans.length === 2 && (spans[0] as Seconds) <= from && (spans[1] as Seconds) >= to;
}
