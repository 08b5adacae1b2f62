/** Spans in which one fixed set of members is free throughout (semantics E7), by a sweep over their true ends. */
import { freeTime } from './free-time.ts';
import type { Group, Opening, Openings, Question } from './question.ts';
import { difference, type Seconds, type Spans } from './spans.ts';

/**
 * Every span, at least as long as the meeting, that no longer one holds and for which the same members are free from its
 * start to its end; by start, and so by end. Days that a booking limit fills are free for nobody they count for.
 */
export function periodOpenings(question: Question, periods: Spans): Openings {
  const { members, groups, duration, earliest, maximum } = question;
  const openings: Opening[] = [];
  for (let at = 0; at < periods.length; at += 2) {
    const from = Math.max(periods[at] as Seconds, earliest);
    const to = periods[at + 1] as Seconds;
    if (to - from < duration) continue;
    const free = members.map((member) => difference(freeTime(member, [from, to]), member.full));
    for (const opening of sweep(free, groups, duration)) {
      if (openings.length === maximum) return { openings, truncated: true };
      openings.push(opening);
    }
  }
  return { openings, truncated: false };
}

function* sweep(free: readonly Spans[], groups: readonly Group[], duration: Seconds): Generator<Opening> {
  const begins = beginnings(free);
  const until = new Float64Array(free.length).fill(Number.NEGATIVE_INFINITY);
  let reached = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < begins.length; ) {
    const start = begins[at]?.start as Seconds;
    // All that begin here are free from here on, before anything is asked of them.
    for (; begins[at]?.start === start; at += 1) {
      const { member, end } = begins[at] as Beginning;
      until[member] = end;
    }
    const end = groups.reduce(
      (soonest, group) => Math.min(soonest, enoughUntil(group, until)),
      Number.POSITIVE_INFINITY,
    );
    // What reaches no further is inside a span that began before.
    if (end - start < duration || end <= reached) continue;
    reached = end;
    const free = groups.map(({ members }) => members.filter((member) => (until[member] as number) >= end));
    yield { start, end, free: () => free };
  }
}

interface Beginning {
  readonly start: Seconds;
  readonly end: Seconds;
  readonly member: number;
}

function beginnings(free: readonly Spans[]): readonly Beginning[] {
  const found: Beginning[] = [];
  for (const [member, spans] of free.entries()) {
    for (let at = 0; at < spans.length; at += 2) {
      found.push({ start: spans[at] as Seconds, end: spans[at + 1] as Seconds, member });
    }
  }
  return found.sort((one, other) => one.start - other.start);
}

/** Until when `required` of a group's members are free together, if they are now: the last end but those of the rest. */
function enoughUntil({ members, required }: Group, until: Float64Array): Seconds {
  const ends = Float64Array.from(members, (member) => until[member] as number).sort();
  return ends[members.length - required] as Seconds;
}
