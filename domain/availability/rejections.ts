/** Why a start is refused, from what decides it: a member is free if and only if there is no reason. */
import type { ZoneData } from '../time/zone-data.ts';
import { isMargin } from './busy-times.ts';
import { firstTouching, freeTime, isFree } from './free-time.ts';
import { gridStarts } from './openings.ts';
import type { Group, Member, Question } from './question.ts';
import { covers, overlaps, pairsOf, type Seconds, type Spans, union } from './spans.ts';
import { placeFrom, startAt } from './start-grid.ts';
import { hasStart } from './starts.ts';

export type RejectionKind =
  | 'BUSY'
  | 'BUFFER'
  | 'OUTSIDE_AVAILABLE_PERIODS'
  | 'OUTSIDE_AVAILABILITY_RULES'
  | 'BOOKING_LIMIT'
  | 'HELD'
  | 'MINIMUM_NOTICE'
  | 'NOT_SYNCED';

export interface Reason {
  /** Its place in `Question.members`. */
  readonly member: number;
  readonly kind: RejectionKind;
  /** What is in the way, without buffers. */
  readonly busy: { readonly start: Seconds; readonly end: Seconds } | null;
  /** The place of the calendar that it is in; null where it is none. */
  readonly source: number | null;
  /** What is in the way is not an event but the free time that its booking asked for beside it (semantics E5). */
  readonly margin: boolean;
}

export interface Rejection {
  readonly start: Seconds;
  readonly reasons: readonly Reason[];
}

/**
 * The refused ones of the starts on the grid (of the starts asked for, in their order), each with every reason of every
 * member that is not free, in groups that have too few who are.
 *
 * @param only the one start to tell of; one that is not among them is not refused, it was never asked.
 */
export function* rejections(question: Question, zones: ZoneData, only: Seconds | null): Generator<Rejection> {
  for (const { start, freeOf } of refusedStarts(question, zones, only)) {
    const reasons = reasonsGiven(question, start, freeOf);
    if (reasons.length > 0) yield { start, reasons };
  }
}

/** The members of a group that are free at a start, whatever the minimum notice. */
type FreeOf = (group: Group) => readonly number[];

/** Who is free is found as for the answer itself: for all starts at once, not calendar by calendar for each of them. */
function* refusedStarts(
  question: Question,
  zones: ZoneData,
  only: Seconds | null,
): Generator<{ readonly start: Seconds; readonly freeOf: FreeOf }> {
  if ('starts' in question.search) {
    const { starts } = question.search;
    const freeAt = freeAtStarts(question, starts);
    for (const start of starts) if (only === null || start === only) yield { start, freeOf: freeAt(start) };
    return;
  }
  const { grid, starts, freeOf } = gridStarts(question, zones);
  for (let place = only === null ? 0 : placeFrom(grid, only); place < grid.size; place += 1) {
    const start = startAt(grid, place);
    if (only !== null && start !== only) return;
    if (!hasStart(starts, place)) yield { start, freeOf: (group) => freeOf(group, place) };
  }
}

/** Who is free at any of these starts: each member's time is looked at once. */
function freeAtStarts({ members, duration }: Question, starts: readonly Seconds[]): (start: Seconds) => FreeOf {
  const first = starts.reduce((early, start) => Math.min(early, start), Number.POSITIVE_INFINITY);
  const last = starts.reduce((late, start) => Math.max(late, start), Number.NEGATIVE_INFINITY);
  const known: (Spans | undefined)[] = [];
  const isFreeAt = (place: number, start: Seconds): boolean => {
    const member = members[place] as Member;
    const free = known[place] ?? freeTime(member, [first, last + duration]);
    known[place] = free;
    return isFree(member, free, start, duration);
  };
  return (start) => (group) => group.members.filter((place) => isFreeAt(place, start));
}

/** Every reason why the groups cannot meet at a start; none where they can. */
export function reasonsAgainst(question: Question, start: Seconds): readonly Reason[] {
  return reasonsGiven(question, start, freeAtStarts(question, [start])(start));
}

function reasonsGiven(
  { members, groups, duration, earliest }: Question,
  start: Seconds,
  freeOf: FreeOf,
): readonly Reason[] {
  const refused = new Set<number>();
  for (const group of groups) {
    const free = new Set(start < earliest ? [] : freeOf(group));
    if (free.size >= group.required) continue;
    for (const place of group.members) if (!free.has(place)) refused.add(place);
  }
  return [...refused].flatMap((place) => [...reasonsOf(members[place] as Member, place, start, duration, earliest)]);
}

function* reasonsOf(
  member: Member,
  place: number,
  start: Seconds,
  duration: Seconds,
  earliest: Seconds,
): Generator<Reason> {
  const end = start + duration;
  const plain = (kind: RejectionKind): Reason => ({ member: place, kind, busy: null, source: null, margin: false });
  if (start < earliest) yield plain('MINIMUM_NOTICE');
  if (!member.synced) yield plain('NOT_SYNCED');
  if (!covers(member.within, start, end)) yield plain('OUTSIDE_AVAILABLE_PERIODS');
  if (!covers(bookableTime(member), start, end)) yield plain('OUTSIDE_AVAILABILITY_RULES');
  if (overlaps(member.full, start, start + 1)) yield plain('BOOKING_LIMIT');
  yield* heldReasons(member, place, start, end);
  yield* busyReasons(member, place, start, end);
}

const united = new WeakMap<Member, Spans>();

/** What a member's rules and periods hold together: worked out once, however many starts are refused. */
function bookableTime(member: Member): Spans {
  const known = united.get(member);
  if (known !== undefined) return known;
  const [only, ...others] = member.bookable;
  const time =
    only !== undefined && others.length === 0
      ? only.time
      : union(member.bookable.flatMap((each) => [...pairsOf(each.time)]));
  united.set(member, time);
  return time;
}

function* heldReasons({ held, buffer }: Member, member: number, start: Seconds, end: Seconds): Generator<Reason> {
  for (const [from, to] of pairsOf(held)) {
    if (from < end + buffer.after && to > start - buffer.before) {
      yield { member, kind: 'HELD', busy: { start: from, end: to }, source: null, margin: false };
    }
  }
}

function* busyReasons(
  { bookable, busy, buffer }: Member,
  member: number,
  start: Seconds,
  end: Seconds,
): Generator<Reason> {
  const concerned = bookable.filter(({ time }) => overlaps(time, start, end)).map(({ counted }) => counted);
  for (let at = firstTouching(busy, start - buffer.before); at < busy.starts.length; at += 1) {
    const from = busy.base + (busy.starts[at] as number);
    const to = busy.base + (busy.ends[at] as number);
    if (from >= end + buffer.after) return;
    const kind = busy.kinds[at] as number;
    const source = busy.sources[at] as number;
    const counts = concerned.some(
      ({ kinds, sources }) => ((kinds >>> kind) & 1) === 1 && (sources === null || sources[source] === 1),
    );
    if (!counts || to <= start - buffer.before) continue;
    const margin = isMargin(kind);
    const itself = from < end && to > start && !margin;
    yield { member, kind: itself ? 'BUSY' : 'BUFFER', busy: { start: from, end: to }, source, margin };
  }
}
