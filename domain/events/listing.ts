/** Lists of events: series expanded lazily, merged with singles in the contract's order, cut into pages. */
import { occurrenceId } from '../identity.ts';
import { expand } from '../recurrence/expand.ts';
import { eventTimeInstant, recurrenceTime } from '../time/event-time.ts';
import type { ZoneData } from '../time/zone-data.ts';
import type { EventContent, EventException, EventTime, Instant, RecurrenceId, ZoneName } from './model.ts';

/** What a list is made of: one object with one UID of one calendar. */
export interface ListedObject {
  readonly id: string;
  /** Null where only changed occurrences are known. */
  readonly content: EventContent | null;
  readonly exceptions: readonly (EventException & { readonly deletedAt: Instant | null })[];
  readonly deletedAt: Instant | null;
}

export type EventRole = 'SINGLE' | 'SERIES' | 'OCCURRENCE' | 'EXCEPTION';

/** One entry of a list, where it is in time. */
export interface Listed<T extends ListedObject> {
  readonly record: T;
  /** The master's content, or the exception's own. */
  readonly content: EventContent;
  readonly start: EventTime;
  readonly end: EventTime;
  readonly role: EventRole;
  readonly recurrenceId: RecurrenceId | null;
  readonly originalStart: EventTime | null;
  readonly exception: T['exceptions'][number] | null;
  /** Order and range: `start` and `end` as instants in the question's zone. */
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** The public id. */
  readonly id: string;
}

export interface ListQuestion<T extends ListedObject> {
  readonly from: Instant;
  /** Infinity is allowed. */
  readonly to: Instant;
  /** Where days begin and end (semantics A1). */
  readonly dayZone: ZoneName;
  /** What the object's floating times are read in. */
  readonly floatingZone: (record: T) => ZoneName;
  readonly after: { readonly start: Instant; readonly id: string } | null;
  readonly first: number;
  readonly expansion: 'OCCURRENCES' | 'SERIES';
  /** Also cancelled occurrences. Tombstones are the caller's to leave out. */
  readonly includeDeleted: boolean;
  /** At most so many occurrences are generated in all; past it the page ends early (semantics B6). */
  readonly maximum: number;
}

export interface ListPage<T extends ListedObject> {
  readonly items: readonly Listed<T>[];
  readonly hasNextPage: boolean;
}

/** Half-open; an event of no length counts if from ≤ start < to (RFC 4791 §9.9). */
export function inRange(startsAt: Instant, endsAt: Instant, from: Instant, to: Instant): boolean {
  return startsAt < to && (endsAt > from || (startsAt === endsAt && startsAt >= from));
}

/** One page, ordered by (start, id). */
export function listEvents<T extends ListedObject>(
  records: readonly T[],
  question: ListQuestion<T>,
  zones: ZoneData,
): ListPage<T> {
  const budget = { left: question.maximum, exhausted: false };
  const singles: Listed<T>[] = [];
  const streams: Iterator<Listed<T>>[] = [];
  for (const record of records) {
    const recurs = record.content === null || record.content.rules.length > 0 || record.exceptions.length > 0;
    if (record.content === null || (recurs && question.expansion === 'OCCURRENCES')) {
      streams.push(occurrences(record, question, zones, budget)[Symbol.iterator]());
    } else {
      const entry = whole(record, record.content, question, zones);
      const everStarts = recurs || inRange(entry.startsAt, entry.endsAt, question.from, question.to);
      if (everStarts && isBehind(entry, question.after)) singles.push(entry);
    }
  }
  singles.sort(order);
  streams.push(singles[Symbol.iterator]());

  const heap = new Heap<T>();
  for (const stream of streams) heap.push(stream);
  const items: Listed<T>[] = [];
  while (items.length < question.first) {
    const next = heap.take();
    if (next === null) return { items, hasNextPage: budget.exhausted };
    items.push(next);
  }
  return { items, hasNextPage: heap.take() !== null || budget.exhausted };
}

/** (start, id), the contract's order. */
function order(a: { startsAt: Instant; id: string }, b: { startsAt: Instant; id: string }): number {
  return a.startsAt - b.startsAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function isBehind(entry: { startsAt: Instant; id: string }, after: ListQuestion<ListedObject>['after']): boolean {
  return after === null || order(entry, { startsAt: after.start, id: after.id }) > 0;
}

/** The object itself: a single event or, unexpanded, a series. */
export function whole<T extends ListedObject>(
  record: T,
  content: EventContent,
  question: Pick<ListQuestion<T>, 'dayZone' | 'floatingZone'>,
  zones: ZoneData,
): Listed<T> {
  const context = { zones, floatingZone: question.floatingZone(record), dayZone: question.dayZone };
  return {
    record,
    content,
    start: content.start,
    end: content.end,
    role: content.rules.length > 0 ? 'SERIES' : 'SINGLE',
    recurrenceId: null,
    originalStart: null,
    exception: null,
    startsAt: eventTimeInstant(content.start, context),
    endsAt: eventTimeInstant(content.end, context),
    id: record.id,
  };
}

function* occurrences<T extends ListedObject>(
  record: T,
  question: ListQuestion<T>,
  zones: ZoneData,
  budget: { left: number; exhausted: boolean },
): Iterable<Listed<T>> {
  const { content } = record;
  const alive = record.exceptions.filter((exception) => exception.deletedAt === null);
  if (content === null) {
    yield* orphans(record, alive, question, zones);
    return;
  }
  const series = { ...content, floatingZone: question.floatingZone(record), dayZone: question.dayZone };
  // What begins before the last page's end was told there; only what starts behind it is wanted.
  const from = question.after === null ? question.from : Math.max(question.from, question.after.start);
  const expansion = expand(series, alive, { from, to: question.to, maximum: budget.left }, zones);
  for (const occurrence of expansion) {
    budget.left--;
    const exception = occurrence.exception as T['exceptions'][number] | null;
    const entry: Listed<T> = {
      record,
      content: exception?.content ?? content,
      start: occurrence.start,
      end: occurrence.end,
      role: exception === null ? 'OCCURRENCE' : 'EXCEPTION',
      recurrenceId: occurrence.recurrenceId,
      originalStart: occurrence.originalStart,
      exception,
      startsAt: occurrence.startsAt,
      endsAt: occurrence.endsAt,
      id: occurrenceId(record.id, occurrence.recurrenceId),
    };
    if (isWanted(entry, question)) yield entry;
    if (budget.left <= 0) {
      budget.exhausted = true;
      return;
    }
  }
  budget.exhausted ||= expansion.exhausted;
}

/** Changed occurrences whose series nobody told us of (an attendee invited to one of them): ordinary events of their own. */
function orphans<T extends ListedObject>(
  record: T,
  alive: readonly T['exceptions'][number][],
  question: ListQuestion<T>,
  zones: ZoneData,
): Listed<T>[] {
  const floatingZone = question.floatingZone(record);
  const reading = { zones, floatingZone, dayZone: question.dayZone };
  return alive
    .map(
      (exception): Listed<T> => ({
        record,
        content: exception.content,
        start: exception.content.start,
        end: exception.content.end,
        role: 'EXCEPTION',
        recurrenceId: exception.recurrenceId,
        originalStart: recurrenceTime(exception.recurrenceId, exception.content.start, { zones, floatingZone }),
        exception,
        startsAt: eventTimeInstant(exception.content.start, reading),
        endsAt: eventTimeInstant(exception.content.end, reading),
        id: occurrenceId(record.id, exception.recurrenceId),
      }),
    )
    .filter((entry) => isWanted(entry, question))
    .sort(order);
}

function isWanted<T extends ListedObject>(entry: Listed<T>, question: ListQuestion<T>): boolean {
  if (entry.role === 'EXCEPTION' && entry.content.status === 'CANCELLED' && !question.includeDeleted) return false;
  return inRange(entry.startsAt, entry.endsAt, question.from, question.to) && isBehind(entry, question.after);
}

/** A binary heap of streams by their next entry: the merge costs log(streams) an entry, and draws no entry too many. */
class Heap<T extends ListedObject> {
  readonly #nodes: { head: Listed<T>; stream: Iterator<Listed<T>> }[] = [];

  push(stream: Iterator<Listed<T>>): void {
    const next = stream.next();
    if (next.done === true) return;
    const nodes = this.#nodes;
    nodes.push({ head: next.value, stream });
    let at = nodes.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfLess(at, parent)) break;
      at = parent;
    }
  }

  take(): Listed<T> | null {
    const nodes = this.#nodes;
    const top = nodes[0];
    if (top === undefined) return null;
    const { head, stream } = top;
    const next = stream.next();
    if (next.done === true) {
      const last = nodes.pop();
      if (last !== undefined && nodes.length > 0) nodes[0] = last;
    } else {
      nodes[0] = { head: next.value, stream };
    }
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= nodes.length) break;
      const smaller = left + 1 < nodes.length && this.#less(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfLess(smaller, at)) break;
      at = smaller;
    }
    return head;
  }

  #less(a: number, b: number): boolean {
    const [first, second] = [this.#nodes[a], this.#nodes[b]];
    return first !== undefined && second !== undefined && order(first.head, second.head) < 0;
  }

  #swapIfLess(child: number, parent: number): boolean {
    if (!this.#less(child, parent)) return false;
    const [a, b] = [this.#nodes[child], this.#nodes[parent]];
    if (a !== undefined && b !== undefined) {
      this.#nodes[child] = b;
      this.#nodes[parent] = a;
    }
    return true;
  }
}
