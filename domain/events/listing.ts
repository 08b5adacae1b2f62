/** Lists of events: series expanded lazily, merged with singles in the contract's order, cut into pages. */
import { eventTimeInstant } from '../time/event-time.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { isBehind, isChanged, isInRange, type Listed, type ListedObject, type ListQuestion } from './listed.ts';
import { changedOccurrences, hasOccurrence, occurrences } from './listed-occurrences.ts';
import type { EventContent } from './model.ts';
import { compareKeys, isEnd, OrderedStreams } from './ordered-streams.ts';

export interface ListPage<T extends ListedObject> {
  readonly items: readonly Listed<T>[];
  /** Never set on a page without items. */
  readonly hasNextPage: boolean;
}

/**
 * One page, ordered by (start, id). Every page takes the walk on: what a bound cut off is on the next one. A series that
 * was moved out of the range is listed once, as itself; everything else by `expansion`.
 */
export function listEvents<T extends ListedObject>(
  records: readonly T[],
  question: ListQuestion<T>,
  zones: ZoneData,
): ListPage<T> {
  const budget = { left: question.maximum };
  const plain: Listed<T>[] = [];
  const streams = new OrderedStreams<Listed<T>>();
  for (const record of records) {
    const { content } = record;
    const recurs = content === null || content.rules.length > 0 || record.exceptions.length > 0;
    if (recurs && (content === null || question.expansion === 'SERIES')) {
      plain.push(...changedOccurrences(record, question, zones));
    }
    if (content === null) continue;
    if (!recurs || question.expansion === 'SERIES') {
      const entry = whole(record, content, question, zones);
      const there = recurs || question.moved(record) || isInRange(entry, question);
      if (there && isBehind(entry, question) && isChanged(entry, question)) plain.push(entry);
    } else if (question.moved(record) && !hasOccurrence(record, content, question, zones)) {
      const entry = whole(record, content, question, zones);
      if (isBehind(entry, question) && isChanged(entry, question)) plain.push(entry);
    } else {
      streams.add(occurrences(record, content, question, zones, budget)[Symbol.iterator]());
    }
  }
  streams.add(plain.sort(compareKeys)[Symbol.iterator]());
  const items: Listed<T>[] = [];
  while (items.length < question.first) {
    const next = streams.take();
    if (next === null) return { items, hasNextPage: false };
    // Something was cut off here that may come before all that is left.
    if (isEnd(next)) return { items, hasNextPage: true };
    items.push(next);
  }
  return { items, hasNextPage: !streams.isEmpty };
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
    deleted: record.deletedAt !== null,
    startsAt: eventTimeInstant(content.start, context),
    endsAt: eventTimeInstant(content.end, context),
    id: record.id,
  };
}
