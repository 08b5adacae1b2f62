/** Why a start is refused, from what decides it: a member is free if and only if there is no reason. */
import type { ZoneData } from '../time/zone-data.ts';
import { isMargin } from './busy-times.ts';
import { firstTouching, freeTime, isFree } from './free-time.ts';
import { gridStarts } from './openings.ts';
import type { Member, Question } from './question.ts';
import { covers, overlaps, pairsOf, type Seconds, union } from './spans.ts';
import { startAt } from './start-grid.ts';
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
  for (const start of refusedStarts(question, zones)) {
    if (only === null || start === only) {
      const reasons = reasonsAgainst(question, start);
      if (reasons.length > 0) yield { start, reasons };
    }
  }
}

function* refusedStarts(question: Question, zones: ZoneData): Generator<Seconds> {
  if ('starts' in question.search) {
    yield* question.search.starts;
    return;
  }
  const { grid, starts } = gridStarts(question, zones);
  for (let place = 0; place < grid.size; place += 1) {
    if (!hasStart(starts, place)) yield startAt(grid, place);
  }
}

/** Every reason why the groups cannot meet at a start; none where they can. */
export function reasonsAgainst({ members, groups, duration, earliest }: Question, start: Seconds): readonly Reason[] {
  const ofMember = new Map<number, readonly Reason[]>();
  const unsatisfied = new Set<number>();
  const reasonsOfMember = (place: number): readonly Reason[] => {
    const member = members[place] as Member;
    const free = start >= earliest && isFree(member, freeTime(member, [start, start + duration]), start, duration);
    return free ? [] : [...reasonsOf(member, place, start, duration, earliest)];
  };
  for (const group of groups) {
    const refused = group.members.filter((place) => {
      const reasons = ofMember.get(place) ?? reasonsOfMember(place);
      ofMember.set(place, reasons);
      return reasons.length > 0;
    });
    if (group.members.length - refused.length < group.required) for (const place of refused) unsatisfied.add(place);
  }
  return [...unsatisfied].flatMap((place) => ofMember.get(place) ?? []);
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
  const bookable = union(member.bookable.flatMap(({ time }) => [...pairsOf(time)]));
  if (!covers(bookable, start, end)) yield plain('OUTSIDE_AVAILABILITY_RULES');
  if (overlaps(member.full, start, start + 1)) yield plain('BOOKING_LIMIT');
  yield* heldReasons(member, place, start, end);
  yield* busyReasons(member, place, start, end);
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
