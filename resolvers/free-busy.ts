/** `freeBusy`: what counts of each event, once, and nothing else of it. */
import type { CalendarRecord, EventRecord, EventView } from '../datasources/store/records.ts';
import type { Scope } from '../domain/actor.ts';
import { type BusyEntry, busiest, copyOf } from '../domain/busy/copies.ts';
import { effectiveBusy } from '../domain/busy/effective-busy.ts';
import { changedAt } from '../domain/events/listed.ts';
import { mayOn } from '../domain/grants.ts';
import type { FreeBusyFilter } from '../schema/generated.ts';
import { encodePlace, pageSize } from './arguments.ts';
import type { Context } from './context.ts';
import { type Calendars, type FoundPage, list } from './event-lists.ts';
import { busyQuestion, type Question } from './event-question.ts';
import type { FreeBusyPage, FreeBusyParent } from './parents.ts';

/** Entries looked at for a page, at most: free time and copies take no place on it. Then it ends early (semantics B6). */
const mostLookedAt = 10_000;

/** `CalendarAccount.freeBusy`. */
export async function freeBusyPage(
  calendars: Calendars,
  args: { readonly filter: FreeBusyFilter; readonly first?: number | null; readonly after?: string | null },
  context: Context,
): Promise<FreeBusyPage> {
  const question = busyQuestion(args.filter);
  const first = pageSize(args.first, 500, 500);
  const byId = new Map(calendars.map((calendar) => [calendar.id, calendar]));
  const edges: { cursor: string; node: FreeBusyParent }[] = [];
  const after = args.after ?? null;
  let found = await list(calendars, question, { first, after }, context);
  let lookedAt = 0;
  let end = after;
  for (;;) {
    const shown = await standing(found, question, byId, context);
    for (const [index, item] of found.items.entries()) {
      const node = shown[index];
      if (node !== undefined && node !== null && (isBusy(node) || args.filter.includeFree === true)) {
        if (edges.length === first) return page(edges, true);
        edges.push({ cursor: encodePlace(found.hash, { at: item.startsAt, id: item.id }), node });
      }
      end = encodePlace(found.hash, { at: item.startsAt, id: item.id });
    }
    lookedAt += found.items.length;
    if (!found.hasNextPage) return page(edges, false);
    // The walk goes on behind what was looked at, whether or not any of it is on the page.
    if (lookedAt >= mostLookedAt) return { ...page(edges, true), endCursor: end };
    found = await list(calendars, question, { first, after: end }, context);
  }

  function page(shown: typeof edges, hasNextPage: boolean): FreeBusyPage {
    return { edges: shown, hasNextPage, hasPreviousPage: after !== null, endCursor: null, listed: found.listed };
  }
}

/** What is deleted was asked for as such. */
function isBusy({ busyStatus, deleted }: FreeBusyParent): boolean {
  return busyStatus !== 'FREE' || deleted;
}

/** What each of a page's entries is shown as: null for what takes no time, and for all copies of an event but one. */
async function standing(
  found: FoundPage,
  question: Question,
  calendars: ReadonlyMap<string, CalendarRecord>,
  context: Context,
): Promise<readonly (FreeBusyParent | null)[]> {
  const considered = new Set(found.listed.calendars.map((calendar) => calendar.id));
  const rows = considered.size < 2 ? [] : await context.loaders.copies.loadMany(found.items.map(copiesKey));
  return found.items.map((item, index) => {
    const same = rows[index];
    if (same instanceof Error) throw same;
    const others = (same ?? []).filter(
      (row) => row.id !== item.record.id && considered.has(row.calendarId) && isConsidered(row, question),
    );
    return shownAs(item, others, found, question, calendars, context);
  });
}

function shownAs(
  item: EventView,
  others: readonly EventRecord[],
  { reading }: FoundPage,
  question: Question,
  calendars: ReadonlyMap<string, CalendarRecord>,
  context: Context,
): FreeBusyParent | null {
  const weighed = (entry: EventView): BusyEntry<EventRecord> => {
    const owners = calendars.get(entry.record.calendarId)?.ownerAddresses ?? [];
    return { entry, busy: entry.deleted ? null : effectiveBusy(entry.content, owners) };
  };
  const copies = others.flatMap((record) => copyOf(item, record, reading, context.services.zones) ?? []);
  const all = [item, ...copies]
    .map(weighed)
    .filter(({ entry, busy }) => busy !== null || isShownDeleted(entry, question));
  const { modifiedSince } = question;
  const stands = busiest(all.filter(({ entry }) => modifiedSince === null || changedAt(entry) >= modifiedSince));
  const calendar = calendars.get(item.record.calendarId);
  if (stands?.entry.id !== item.id || calendar === undefined) return null;
  const busy = busiest(all)?.busy ?? null;
  const floatingZone = calendar.effectiveTimeZone;
  return {
    calendarId: mayOn(context.actor, calendar.grantScopes, naming) ? calendar.id : null,
    start: { time: item.start, floatingZone },
    end: { time: item.end, floatingZone },
    busyStatus: busy?.busyStatus ?? 'FREE',
    unanswered: busy?.unanswered ?? false,
    eventId: item.id,
    key: item.record.managed?.key ?? null,
    deleted: busy === null,
  };
}

function isShownDeleted(entry: EventView, question: Question): boolean {
  return entry.deleted && question.includeDeleted;
}

function isConsidered(record: EventRecord, { managed, includeDeleted }: Question): boolean {
  if (record.deletedAt !== null && !includeDeleted) return false;
  return managed === 'INCLUDE' || (managed === 'ONLY') === (record.managed !== null);
}

/** Which calendar is busy is for those to know who may list calendars or read events. */
const naming: readonly Scope[] = ['list_calendars', 'read_events'];

function copiesKey({ record }: EventView) {
  return { accountId: record.accountId, uid: record.uid };
}
