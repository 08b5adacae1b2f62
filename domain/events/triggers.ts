/** Moments before or after an event's start or end that its application wants to hear of. */
import { joined, type Lengths, lengthsOf } from '../recurrence/lengths.ts';
import { readDuration } from '../time/durations.ts';
import type { ZoneData } from '../time/zone-data.ts';
import type { TriggerInput } from './input.ts';
import type { Listed, ListedObject, ListQuestion } from './listed.ts';
import type { Reading } from './listed-occurrences.ts';
import { type ListPage, listEvents } from './listing.ts';
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

/** More entries of one trigger than these are told in pieces, and so many are on a page (semantics B6). */
const entriesAtOnce = 1_000;
/** So many pages are looked through for the next moment; the first is short, as it mostly is enough. */
const pagesAhead = 6;
const firstPage = 50;
/** More stretches of starts than these are looked at together with what lies between. */
const mostStretches = 16;
/** How far ahead the next occurrence of a series without end is looked for; 29 February comes again within 8 years. */
const ahead = 10 * 366 * 86_400_000;
const everywhere = Number.POSITIVE_INFINITY;
const never = Number.POSITIVE_INFINITY;

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
  const scene: Scene<T> = { record, reading, zones, lengths: lengthsIn(record, reading, zones) };
  const { found, until: end } = momentsOf(scene, triggers, after, until);
  found.sort((a, b) => a.at - b.at || Number(a.id > b.id) - Number(a.id < b.id));
  const keys = new Map<string, string[]>();
  for (const { id, key } of found) {
    const known = keys.get(id);
    if (known === undefined) keys.set(id, [key]);
    else known.push(key);
  }
  return { entries: [...keys].map(([id, of]) => ({ id, keys: of })), until: end };
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
  const scene: Scene<T> = { record, reading, zones, lengths: lengthsIn(record, reading, zones) };
  const next = triggers.reduce((soonest, trigger) => Math.min(soonest, nextOf(scene, trigger, after)), never);
  return next === never ? null : next;
}

/** An event whose moments are asked for. */
interface Scene<T extends ListedObject> {
  readonly record: T;
  readonly reading: Reading<T>;
  readonly zones: ZoneData;
  readonly lengths: Lengths;
}

interface Moment {
  readonly id: string;
  readonly key: string;
  readonly at: Instant;
}

/** From a start to itself. */
const none: Lengths = { usual: [{ least: 0, most: 0 }], own: [] };
const any: Lengths = { usual: [{ least: 0, most: everywhere }], own: [] };

function lengthsIn<T extends ListedObject>(record: T, reading: Reading<T>, zones: ZoneData): Lengths {
  const { content } = record;
  // There are only as many as are stored.
  if (content === null || (content.rules.length === 0 && record.exceptions.length === 0)) return any;
  const series = { ...content, floatingZone: reading.floatingZone(record), dayZone: reading.dayZone };
  const shown = record.exceptions.filter((one) => one.deletedAt === null && one.content.status !== 'CANCELLED');
  return lengthsOf(series, shown, zones);
}

/**
 * In no order; until an earlier instant where there are too many of them. Entries are listed by their starts, and of a series
 * that overlaps itself many lie over any instant: only those stretches are listed in which something begins that can have its
 * moment then.
 */
function momentsOf<T extends ListedObject>(
  scene: Scene<T>,
  triggers: readonly EventTrigger[],
  after: Instant,
  until: Instant,
): { readonly found: Moment[]; readonly until: Instant } {
  let all: Moment[] = [];
  for (const trigger of triggers) {
    const offset = trigger.offset * 1000;
    const [from, to] = [after - offset, until - offset];
    const { usual, own } = trigger.anchor === 'START' ? none : scene.lengths;
    const starts = joined(
      [
        ...usual.map(({ least, most }) => ({ least: from + 1 - most, most: to - least })),
        ...own
          .filter(({ endsAt }) => endsAt > from && endsAt <= to)
          .map(({ startsAt }) => ({ least: startsAt, most: startsAt })),
      ],
      mostStretches,
    );
    const found: Moment[] = [];
    for (const { least, most } of starts) {
      const question = questionOf(scene.reading, from, most + 1, entriesAtOnce);
      for (const page of pagesFrom(scene, question, least)) {
        for (const entry of page.items) {
          const at = anchorOf(entry, trigger) + offset;
          if (at > after && at <= until) found.push({ id: entry.id, key: trigger.key, at });
        }
        // What has one moment is told together, however much it is.
        if (found.length > entriesAtOnce && until - after > 1) {
          const surplus = found.sort((a, b) => a.at - b.at)[entriesAtOnce] as Moment;
          // What is not listed yet may be earlier still: so that it is not cut by little over and over, by a quarter at least.
          const cut = Math.min(surplus.at - 1, after + Math.floor((until - after) * 0.75));
          return momentsOf(scene, triggers, after, Math.max(after + 1, cut));
        }
      }
    }
    all = all.concat(found);
  }
  return { found: all, until };
}

/** The next moment of one trigger, or an earlier one; `never` where none comes. */
function nextOf<T extends ListedObject>(scene: Scene<T>, trigger: EventTrigger, after: Instant): Instant {
  const offset = trigger.offset * 1000;
  const from = after - offset;
  const { usual, own } = trigger.anchor === 'START' ? none : scene.lengths;
  let next = never;
  for (const { endsAt } of own) if (endsAt > from) next = Math.min(next, endsAt + offset);
  for (const { least, most } of usual) {
    const begin = from + 1 - most;
    const question = questionOf(scene.reading, from, everywhere, firstPage, begin + ahead);
    let pages = 0;
    for (const { items, hasNextPage } of pagesFrom(scene, question, begin)) {
      for (const entry of items) {
        const at = anchorOf(entry, trigger) + offset;
        if (at > after) next = Math.min(next, at);
      }
      if (!hasNextPage) break;
      // What is not on the page begins no earlier than the last on it; what is shorter is looked for by its own length.
      const unseen = (items.at(-1) as Listed<T>).startsAt + least + offset;
      if (unseen >= next) break;
      pages += 1;
      if (pages < pagesAhead) continue;
      next = Math.min(next, Math.max(unseen, after + 1_000));
      break;
    }
  }
  return next;
}

/** Page after page of what begins then or later. */
function* pagesFrom<T extends ListedObject>(
  { record, zones }: Scene<T>,
  question: ListQuestion<T>,
  least: Instant,
): Generator<ListPage<T>, void> {
  let after = { start: least, id: '' };
  let { first } = question;
  for (;;) {
    const page = listEvents([record], { ...question, first, after }, zones);
    yield page;
    if (!page.hasNextPage) return;
    const last = page.items.at(-1) as Listed<T>;
    after = { start: last.startsAt, id: last.id };
    first = entriesAtOnce;
  }
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
