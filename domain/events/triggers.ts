/** Moments before or after an event's start or end that its application wants to hear of. */
import { readDuration } from '../time/durations.ts';
import type { ZoneData } from '../time/zone-data.ts';
import type { TriggerInput } from './input.ts';
import type { Listed, ListedObject, ListQuestion } from './listed.ts';
import type { Reading } from './listed-occurrences.ts';
import { listEvents } from './listing.ts';
import type { Instant } from './model.ts';

export type TriggerAnchor = 'START' | 'END';

/** As it is stored. */
export interface EventTrigger {
  /** Unique within the event. */
  readonly key: string;
  readonly anchor: TriggerAnchor;
  /** Whole seconds of elapsed time (a day is 24 hours); negative for before. */
  readonly offset: number;
}

/** An entry whose moment came, and the keys of the triggers that it was. */
export interface TriggeredEntry {
  readonly id: string;
  readonly keys: readonly string[];
}

export interface Moments {
  /** By their moments, then ids. */
  readonly entries: readonly TriggeredEntry[];
  /** What lies between the beginning and here is told; earlier than was asked for where there is too much of it. */
  readonly until: Instant;
}

/** At most so many entries of one trigger are looked at at once (semantics B6). */
const entriesAtOnce = 1_000;
/** How far ahead the next occurrence of a series without end is looked for; 29 February comes again within 8 years. */
const ahead = 10 * 366 * 86_400_000;
const everywhere = Number.POSITIVE_INFINITY;

/**
 * A contract Duration with a sign as seconds, a day being 24 hours; null for what is none, and for more than 100,000 days.
 */
export function parseOffset(text: string): number | null {
  const read = readDuration(text);
  if (read === null) return null;
  const total = read.days * 86_400 + read.seconds;
  if (total > 100_000 * 86_400) return null;
  return read.negative && total > 0 ? -total : total;
}

/** What an input says, as it is stored: it has been found right. */
export function triggersOf(input: readonly TriggerInput[] | null): EventTrigger[] {
  return (input ?? []).map(({ key, anchor, offset }) => ({ key, anchor, offset: parseOffset(offset) as number }));
}

/**
 * The moments in (after, until] of an event, or of a series' occurrences. Cancelled occurrences and events have none.
 * @param record one that is not deleted
 */
export function momentsBetween<T extends ListedObject>(
  record: T,
  triggers: readonly EventTrigger[],
  { after, until }: { readonly after: Instant; readonly until: Instant },
  reading: Reading<T>,
  zones: ZoneData,
): Moments {
  if (isCancelled(record) || until <= after) return { entries: [], until };
  const found: { readonly id: string; readonly key: string; readonly at: Instant }[] = [];
  for (const trigger of triggers) {
    const offset = trigger.offset * 1000;
    const from = after - offset;
    const page = listEvents([record], questionOf(reading, from, until - offset + 1, entriesAtOnce), zones);
    if (page.hasNextPage && until - after > 1_000) {
      return momentsBetween(
        record,
        triggers,
        { after, until: after + Math.floor((until - after) / 2) },
        reading,
        zones,
      );
    }
    for (const entry of page.items) {
      const at = anchorOf(entry, trigger) + offset;
      if (at > after && at <= until) found.push({ id: entry.id, key: trigger.key, at });
    }
  }
  found.sort((a, b) => a.at - b.at || Number(a.id > b.id) - Number(a.id < b.id));
  const keys = new Map<string, string[]>();
  for (const { id, key } of found) {
    const known = keys.get(id);
    if (known === undefined) keys.set(id, [key]);
    else known.push(key);
  }
  return { entries: [...keys].map(([id, of]) => ({ id, keys: of })), until };
}

/**
 * When to look again: the next moment after `after`, or earlier where there is too much to see it at once. Null where none
 * comes within ten years.
 */
export function nextMoment<T extends ListedObject>(
  record: T,
  triggers: readonly EventTrigger[],
  after: Instant,
  reading: Reading<T>,
  zones: ZoneData,
): Instant | null {
  if (isCancelled(record)) return null;
  let next: Instant | null = null;
  for (const trigger of triggers) {
    const offset = trigger.offset * 1000;
    const page = listEvents([record], questionOf(reading, after - offset, everywhere, 50, after + ahead), zones);
    let own: Instant | null = null;
    for (const entry of page.items) {
      const at = anchorOf(entry, trigger) + offset;
      if (at > after && (own === null || at < own)) own = at;
    }
    const last = page.hasNextPage ? page.items.at(-1) : undefined;
    // What is not on the page begins later than all of it.
    const unseen = last === undefined ? null : Math.max(last.startsAt + offset, after + 1_000);
    for (const at of [own, unseen]) if (at !== null && (next === null || at < next)) next = at;
  }
  return next;
}

function questionOf<T extends ListedObject>(
  reading: Reading<T>,
  from: Instant,
  to: Instant,
  first: number,
  endlessTo: Instant = everywhere,
): ListQuestion<T> {
  return {
    ...reading,
    from,
    to,
    endlessTo,
    after: null,
    first,
    expansion: 'OCCURRENCES',
    includeDeleted: false,
    modifiedSince: null,
    moved: () => false,
    maximum: 10 * entriesAtOnce,
  };
}

function anchorOf(entry: Listed<ListedObject>, { anchor }: EventTrigger): Instant {
  return anchor === 'START' ? entry.startsAt : entry.endsAt;
}

function isCancelled(record: ListedObject): boolean {
  return record.content?.status === 'CANCELLED';
}
