/** When a member is free, as starts of a grid: the same answer as `freeTime`, found without a span for every gap. */
import type { BusyTimes } from './busy-times.ts';
import { firstTouching, freeTime, widened } from './free-time.ts';
import type { Bookable, Counted, Member } from './question.ts';
import { ALWAYS, intersection, pairsOf, type Seconds, type Spans, union } from './spans.ts';
import { type StartGrid, startAt } from './start-grid.ts';
import { allStarts, clearStarts, clearWithin, type Starts, startsWithin } from './starts.ts';

/** One question's members on its grid. */
export class FreeStarts {
  readonly grid: StartGrid;
  readonly #duration: Seconds;
  readonly #window: readonly [Seconds, Seconds];
  /** Members with the same hours share what these allow: starts by the time that may be booked. */
  readonly #allowed = new Map<Spans, Starts>();

  constructor(grid: StartGrid, duration: Seconds) {
    this.grid = grid;
    this.#duration = duration;
    this.#window = grid.size === 0 ? [0, 0] : [startAt(grid, 0), startAt(grid, grid.size - 1) + duration];
  }

  of(member: Member): Starts {
    const starts = allStarts(this.grid);
    this.restrict(starts, member);
    return starts;
  }

  /** Takes the starts away at which the member is not free. */
  restrict(starts: Starts, member: Member): void {
    if (!member.synced) {
      starts.fill(0);
      return;
    }
    const counted = commonCount(member.bookable);
    if (counted === null) {
      keep(starts, startsWithin(freeTime(member, this.#window), this.#duration, this.grid));
    } else {
      const time = bookableTime(member);
      if (!coversAll(time, this.#window)) keep(starts, this.#allowedIn(time));
      this.#clearBusy(starts, member, counted);
      if (member.held.length > 0) this.#clearHeld(starts, widened(member.held, member.buffer));
    }
    if (member.full.length > 0) clearWithin(starts, member.full, this.grid);
  }

  #allowedIn(time: Spans): Starts {
    const known = this.#allowed.get(time);
    if (known !== undefined) return known;
    const allowed = startsWithin(time, this.#duration, this.grid);
    this.#allowed.set(time, allowed);
    return allowed;
  }

  #clearBusy(starts: Starts, member: Member, { kinds, sources }: Counted): void {
    const { busy, buffer } = member;
    const { step, pieces } = this.grid;
    const inverse = 1 / step;
    const everything = sources === null && (busy.present & ~kinds) === 0;
    for (const { first, count, place } of pieces) {
      // A start s is taken where s - before < end and start < s + duration + after; as numbers of starts after `first`.
      const toEnd = busy.base - first + buffer.before + step - 1;
      const toStart = busy.base - first - buffer.after - this.#duration + step;
      const last = first + (count - 1) * step + this.#duration + buffer.after - busy.base;
      const whole = count * step;
      for (let at = firstTouching(busy, first - buffer.before); at < busy.starts.length; at += 1) {
        const start = busy.starts[at] as number;
        if (start >= last) break;
        if (!everything && !isCounted(busy, at, kinds, sources)) continue;
        const end = Math.min((busy.ends[at] as number) + toEnd, whole);
        if (end < step) continue;
        const from = Math.max(start + toStart, 0);
        // Whole quotients: an integer and a half, over a step of at most 3,600, is never so near to a whole number that the
        // rounding of a double (2^-52 of up to 2^23) could reach it.
        const low = ((from + 0.5) * inverse) | 0;
        const high = (((end + 0.5) * inverse) | 0) - 1;
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

/** Members with the same hours and no periods of their own keep the very array of their hours, by which masks are shared. */
function bookableTime({ bookable, within }: Member): Spans {
  const time =
    bookable.length === 1 ? (bookable[0] as Bookable).time : union(bookable.flatMap((each) => [...pairsOf(each.time)]));
  return within === ALWAYS ? time : intersection(time, within);
}

function coversAll(spans: Spans, [from, to]: readonly [Seconds, Seconds]): boolean {
  return spans.length === 2 && (spans[0] as Seconds) <= from && (spans[1] as Seconds) >= to;
}

function keep(starts: Starts, kept: Starts): void {
  for (let word = 0; word < starts.length; word += 1) starts[word] = (starts[word] as number) & (kept[word] as number);
}
