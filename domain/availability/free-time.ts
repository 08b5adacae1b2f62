/** When a member is free, as spans: what a meeting with its buffers fits into (semantics E4, E5). */
import { type BusyTimes, firstStartingFrom } from './busy-times.ts';
import type { Counted, Member } from './question.ts';
import { covers, difference, intersection, overlaps, pairsOf, type Seconds, type Spans, union } from './spans.ts';

/**
 * The time in which the member may meet, from `window`: a meeting may be where one of the spans holds all of it. Its buffers
 * are accounted for by what they keep free: around a busy interval as much is taken as would touch it.
 */
export function freeTime(member: Member, window: readonly [Seconds, Seconds]): Spans {
  if (!member.synced) return [];
  const within = intersection(member.within, window);
  const ofEach = member.bookable.map(({ time, counted }) =>
    difference(intersection(time, within), takenTime(member, counted, window)),
  );
  const free = ofEach.length === 1 ? (ofEach[0] as Spans) : union(ofEach.flatMap((spans) => [...pairsOf(spans)]));
  return member.held.length === 0 ? free : difference(free, widened(member.held, member.buffer));
}

/** Whether a meeting may start then, by what `freeTime` answered and by the member's booking limits. */
export function isFree({ full }: Member, free: Spans, start: Seconds, duration: Seconds): boolean {
  return covers(free, start, start + duration) && !overlaps(full, start, start + 1);
}

/** Busy time with the member's buffers around it, where it touches `window`. */
function takenTime(member: Member, { kinds, sources }: Counted, [from, to]: readonly [Seconds, Seconds]): Spans {
  const { before, after } = member.buffer;
  const { base, starts, ends, kinds: kindOf, sources: sourceOf } = member.busy;
  const taken: number[] = [];
  let open = Number.NEGATIVE_INFINITY;
  for (let at = firstTouching(member.busy, from - before); at < starts.length; at += 1) {
    const start = base + (starts[at] as number) - after;
    if (start >= to) break;
    if (((kinds >>> (kindOf[at] as number)) & 1) === 0 || (sources !== null && sources[sourceOf[at] as number] !== 1))
      continue;
    const end = base + (ends[at] as number) + before;
    if (start <= open) {
      if (end > open) taken[taken.length - 1] = open = end;
    } else {
      taken.push(start, end);
      open = end;
    }
  }
  return taken;
}

/** The place of the first interval that may end after an instant. */
export function firstTouching(busy: BusyTimes, instant: Seconds): number {
  return firstStartingFrom(busy, instant - busy.longest);
}

/** Held time as it keeps starts away: with the buffers that the new meeting needs. */
export function widened(held: Spans, { before, after }: Member['buffer']): Spans {
  return before === 0 && after === 0
    ? held
    : union([...pairsOf(held)].map(([start, end]) => [start - after, end + before]));
}
