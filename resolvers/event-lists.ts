/** `events` and `occurrences`: arguments → one list per set of calendars → a page. */
import type { EventListQuery } from '../datasources/store/event-list.ts';
import type { CalendarRecord, EventRecord, EventView } from '../datasources/store/records.ts';
import { RequestError } from '../domain/errors.ts';
import type { Listed, ListQuestion } from '../domain/events/listed.ts';
import { listEvents } from '../domain/events/listing.ts';
import type { Instant } from '../domain/events/model.ts';
import { addDays, formatDate } from '../domain/time/calendar-days.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../domain/time/instants.ts';
import type { ZoneData } from '../domain/time/zone-data.ts';
import type { EventFilter } from '../schema/generated.ts';
import { decodePlace, encodePlace, listHash, pageSize } from './arguments.ts';
import type { Context } from './context.ts';
import { eventQuestion, identityOf, type Question, range, requireReading } from './event-question.ts';
import { refreshStale } from './freshness.ts';
import type { EventPage, ListedCalendars } from './parents.ts';

const day = 86_400_000;
/** Generated occurrences a request, at most (semantics B6). */
const maximumOccurrences = 10_000;

/** The calendars of a list, as they were read for it. */
export type Calendars = readonly CalendarRecord[];

/** `Calendar.events`, `CalendarAccount.events`. */
export async function eventPage(
  calendars: Calendars,
  granted: readonly string[],
  args: { readonly filter?: EventFilter | null; readonly first?: number | null; readonly after?: string | null },
  context: Context,
): Promise<EventPage> {
  const question = eventQuestion(args.filter ?? {}, context.services.clock());
  requireReading(question, granted, context);
  const first = pageSize(args.first, 100, 500);
  const listed = await list(calendars, question, { first, after: args.after ?? null }, context);
  return {
    edges: listed.items.map((node) => ({ cursor: encodePlace(listed.hash, { at: node.startsAt, id: node.id }), node })),
    hasNextPage: listed.hasNextPage,
    hasPreviousPage: args.after !== null && args.after !== undefined,
    listed: listed.listed,
  };
}

/** `CalendarEvent.occurrences`: of this series alone, or of the one that this belongs to. */
export async function occurrencePage(
  view: EventView,
  calendar: CalendarRecord,
  args: {
    readonly from: Instant;
    readonly to: Instant;
    readonly includeDeleted?: boolean | null;
    readonly first?: number | null;
    readonly after?: string | null;
  },
  context: Context,
): Promise<EventPage | null> {
  const { record } = view;
  const recurs = record.content === null || record.content.rules.length > 0;
  if (!recurs) return null;
  const { from, to } = range(args.from, args.to);
  const first = pageSize(args.first, 100, 500);
  const hash = listHash([record.id, from, to, args.includeDeleted ?? false]);
  const place = decodePlace(args.after, hash);
  const page = listEvents<EventRecord>(
    [record],
    {
      from,
      to,
      endlessTo: Number.POSITIVE_INFINITY,
      dayZone: calendar.effectiveTimeZone,
      floatingZone: () => calendar.effectiveTimeZone,
      after: place === null ? null : { start: place.at, id: place.id },
      first,
      expansion: 'OCCURRENCES',
      includeDeleted: args.includeDeleted ?? false,
      modifiedSince: null,
      moved: () => false,
      maximum: maximumOccurrences,
    },
    context.services.zones,
  );
  return {
    edges: page.items.map((node) => ({ cursor: encodePlace(hash, { at: node.startsAt, id: node.id }), node })),
    hasNextPage: page.hasNextPage,
    hasPreviousPage: place !== null,
    listed: { calendars: [calendar], snapshot: '', oldest: null, failed: new Map() },
  };
}

/** One page of what a question finds, and what is needed to go on. */
export interface FoundPage {
  readonly items: readonly Listed<EventRecord>[];
  readonly hasNextPage: boolean;
  /** What its cursors are of. */
  readonly hash: string;
  readonly listed: ListedCalendars;
  /** In which zones its times were read. */
  readonly reading: Pick<ListQuestion<EventRecord>, 'dayZone' | 'floatingZone'>;
}

/** @throws RequestError BAD_USER_INPUT for unknown calendars and cursors of other lists. */
export async function list(
  all: Calendars,
  question: Question,
  walk: { readonly first: number; readonly after: string | null },
  context: Context,
): Promise<FoundPage> {
  const { services, loaders } = context;
  const chosen = chooseCalendars(all, question);
  const ids = chosen.map((calendar) => calendar.id).sort();
  const hash = listHash([ids, identityOf(question)]);
  const place = decodePlace(walk.after, hash);
  const { calendars, failed, oldest } = await refreshStale(chosen, question.maxStaleness, context);
  const query: EventListQuery = {
    // Nothing is kept outside the years that an instant can be written in, and no text of SQL can name a time there.
    from: Number.isFinite(question.from) ? Math.max(question.from, FIRST_INSTANT) : null,
    to: Number.isFinite(question.to) ? Math.min(question.to, LAST_INSTANT) : null,
    ...dayBounds(question, services.zones),
    managed: question.managed,
    includeDeleted: question.includeDeleted,
    includeMoved: question.includeMoved && (Number.isFinite(question.from) || Number.isFinite(question.to)),
    modifiedSince: question.modifiedSince,
    limit: walk.first,
    after: place === null ? null : listPlace(place, question.timeZone, services.zones),
  };
  const zoneOf = new Map(calendars.map((calendar) => [calendar.id, calendar.effectiveTimeZone]));
  const loaded = ids.length === 0 ? nothing : await loaders.eventList.load({ calendarIds: ids, query });
  const reading = {
    dayZone: question.timeZone,
    floatingZone: (record: EventRecord) => zoneOf.get(record.calendarId) ?? 'Etc/UTC',
  };
  const page = listEvents<EventRecord>(
    loaded.records,
    {
      ...reading,
      from: question.from,
      to: question.to,
      endlessTo: question.endlessTo,
      after: place === null ? null : { start: place.at, id: place.id },
      first: walk.first,
      expansion: question.expand,
      includeDeleted: question.includeDeleted,
      modifiedSince: question.modifiedSince,
      moved: (record) => loaded.moved.has(record.id),
      maximum: maximumOccurrences,
    },
    services.zones,
  );
  return {
    items: page.items,
    hasNextPage: page.hasNextPage,
    hash,
    listed: { calendars, snapshot: loaded.snapshot, oldest, failed },
    reading,
  };
}

const nothing = { records: [], moved: new Set<string>(), snapshot: '' };

/** Unknown calendars are refused by name; those of other accounts are unknown here. Deleted ones hold nothing but what is deleted. */
function chooseCalendars(all: Calendars, question: Question): Calendars {
  const wanted = (calendar: CalendarRecord) => !calendar.deleted || question.includeDeleted;
  if (question.calendarIds === null) return all.filter(wanted);
  const byId = new Map(all.map((calendar) => [calendar.id, calendar]));
  const named = [...new Set(question.calendarIds)].map((id) => {
    const calendar = byId.get(id);
    if (calendar === undefined) {
      throw new RequestError(
        'BAD_USER_INPUT',
        `filter.calendarIds: expected calendars of this list, got ${JSON.stringify(id)}`,
        {
          argument: 'filter.calendarIds',
        },
      );
    }
    return calendar;
  });
  return named.filter(wanted);
}

/** The days that can overlap the range in the asker's zone: exact, since days begin in their order in any zone. */
function dayBounds(question: Question, zones: ZoneData): { daysAfter: string | null; daysBefore: string | null } {
  const { from, to, timeZone } = question;
  return {
    daysAfter: Number.isFinite(from) ? dayAt(from, timeZone, zones) : null,
    daysBefore: Number.isFinite(to) ? addDays(dayAt(to - 1, timeZone, zones), 1) : null,
  };
}

/** The last day that begins, in the zone, at or before the instant; beyond the years that dates have, their first or last. */
function dayAt(instant: Instant, zone: string, zones: ZoneData): string {
  // Two days inside: a zone's day may begin before that of UTC or after it, and another day is added.
  const at = Math.min(Math.max(instant, FIRST_INSTANT + 2 * day), LAST_INSTANT - 3 * day);
  const guess = formatDate(Math.floor(Date.parse(`${zones.localAt(at, zone)}Z`) / day));
  return zones.startOfDay(guess, zone) > at ? addDays(guess, -1) : guess;
}

function listPlace(place: { at: Instant; id: string }, zone: string, zones: ZoneData): EventListQuery['after'] {
  const date = dayAt(place.at, zone, zones);
  const beginsHere = zones.startOfDay(date, zone) === place.at;
  return { start: place.at, id: place.id, date, dateId: beginsHere ? place.id : '~' };
}
