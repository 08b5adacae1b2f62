/** When a member is free, as starts of a grid: the same answer as `freeTime`, found without a span for every gap. */
import { firstTouching, freeTime, widened } from './free-time.ts';
import type { Bookable, Counted, Member } from './question.ts';
import { intersection, pairsOf, type Seconds, type Spans, union } from './spans.ts';
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
      for (const [start, end] of pairsOf(widened(member.held, member.buffer))) this.#clearTouching(starts, start, end);
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
    const kindOf = busy.kinds;
    const sourceOf = busy.sources;
    for (const { first, count, place } of pieces) {
      // A start s is taken where s - before < end and start < s + duration + after; as numbers of starts after `first`.
      const toEnd = busy.base - first + buffer.before + step - 1;
      const toStart = busy.base - first - buffer.after - this.#duration + step;
      const last = first + (count - 1) * step + this.#duration + buffer.after - busy.base;
      const whole = count * step;
      for (let at = firstTouching(busy, first - buffer.before); at < busy.starts.length; at += 1) {
        const start = busy.starts[at] as number;
        if (start >= last) break;
        if (kinds[kindOf[at] as number] !== 1 || (sources !== null && sources[sourceOf[at] as number] !== 1)) continue;
        const end = (busy.ends[at] as number) + toEnd;
        if (end < step) continue;
        const from = start + toStart;
        const low = from <= 0 ? 0 : ((from | 0) / (step | 0)) | 0;
        const high = (end >= whole ? count : ((end | 0) / (step | 0)) | 0) - 1;
        if (low <= high) clearStarts(starts, place + low, place + high);
      }
    }
  }

  /** Takes the starts away whose meeting would touch [start, end). */
  #clearTouching(starts: Starts, start: Seconds, end: Seconds): void {
    const { pieces, step } = this.grid;
    for (const { first, count, place } of pieces) {
      const low = Math.max(0, Math.floor((start - this.#duration - first) / step) + 1);
      const high = Math.min(count, Math.ceil((end - first) / step)) - 1;
      if (low <= high) clearStarts(starts, place + low, place + high);
    }
  }
}

/** What all of a member's rules count as busy; null where they differ: then each rule's time is its own. */
function commonCount(bookable: readonly Bookable[]): Counted | null {
  const [one, ...others] = bookable;
  if (one === undefined) return null;
  return others.every(({ counted }) => counted === one.counted) ? one.counted : null;
}

/** Members with the same hours and no periods of their own keep the very array of their hours, by which masks are shared. */
function bookableTime({ bookable, within }: Member): Spans {
  const [one, ...others] = bookable;
  const time =
    one !== undefined && others.length === 0 ? one.time : union(bookable.flatMap((each) => [...pairsOf(each.time)]));
  return coversAll(within, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) ? time : intersection(time, within);
}

function coversAll(spans: Spans, [from, to]: readonly [Seconds, Seconds]): boolean {
  return spans.length === 2 && (spans[0] as Seconds) <= from && (spans[1] as Seconds) >= to;
}

function keep(starts: Starts, kept: Starts): void {
  for (let word = 0; word < starts.length; word += 1) starts[word] = (starts[word] as number) & (kept[word] as number);
}
