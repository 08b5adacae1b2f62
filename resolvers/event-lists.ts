/** `events`, `occurrences` and `freeBusy`: arguments → one list per set of calendars → a page. */
import type { EventListQuery } from '../datasources/store/events.ts';
import type { CalendarRecord, EventRecord, EventView } from '../datasources/store/records.ts';
import { effectiveBusy } from '../domain/busy/effective-busy.ts';
import { RequestError } from '../domain/errors.ts';
import { listEvents } from '../domain/events/listing.ts';
import type { Instant } from '../domain/events/model.ts';
import { addDays, formatDate } from '../domain/time/calendar-days.ts';
import { parseDuration } from '../domain/time/durations.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../domain/time/instants.ts';
import type { ZoneData } from '../domain/time/zone-data.ts';
import type { EventFilter, FreeBusyFilter } from '../schema/generated.ts';
import { decodePlace, encodePlace, listHash, pageSize } from './arguments.ts';
import type { Context } from './context.ts';
import { refreshStale } from './freshness.ts';
import type { EventPage, FreeBusyPage, FreeBusyParent, ListedCalendars } from './parents.ts';

const day = 86_400_000;
/** The contract's default range: 42 days back to 201 days ahead. */
const defaultBack = 42 * day;
const defaultAhead = 201 * day;
/** OCCURRENCES without an end: as far as the default range is long (semantics B6). */
const openSpan = 243 * day;
/** Generated occurrences a request, at most (semantics B6). */
const maximumOccurrences = 10_000;

interface Question {
  /** `from` and `to` as they were sent, null where the default range stands for them. */
  readonly asked: readonly [Instant | null, Instant | null];
  readonly from: Instant;
  readonly to: Instant;
  readonly timeZone: string;
  readonly calendarIds: readonly string[] | null;
  readonly managed: 'EXCLUDE' | 'INCLUDE' | 'ONLY';
  readonly includeDeleted: boolean;
  readonly modifiedSince: Instant | null;
  readonly expand: 'OCCURRENCES' | 'SERIES';
  /** Seconds. */
  readonly maxStaleness: number | null;
}

/** The calendars of a list, as they were read for it. */
type Calendars = readonly CalendarRecord[];

/** `Calendar.events`, `CalendarAccount.events`. */
export async function eventPage(
  calendars: Calendars,
  args: { readonly filter?: EventFilter | null; readonly first?: number | null; readonly after?: string | null },
  context: Context,
): Promise<EventPage> {
  const question = eventQuestion(args.filter ?? {}, context.services.clock());
  requireReading(question, context);
  const first = pageSize(args.first, 100, 500);
  const listed = await list(calendars, question, { first, after: args.after ?? null }, context);
  return {
    edges: listed.items.map((node) => ({ cursor: encodePlace(listed.hash, { at: node.startsAt, id: node.id }), node })),
    hasNextPage: listed.hasNextPage,
    hasPreviousPage: args.after !== null && args.after !== undefined,
    listed: listed.listed,
  };
}

/** `freeBusy`: what counts of each event, and nothing else of it. */
export async function freeBusyPage(
  calendars: Calendars,
  args: { readonly filter: FreeBusyFilter; readonly first?: number | null; readonly after?: string | null },
  context: Context,
): Promise<FreeBusyPage> {
  const { filter } = args;
  const question: Question = {
    asked: [filter.from, filter.to],
    ...range(filter.from, filter.to),
    timeZone: filter.timeZone ?? 'Etc/UTC',
    calendarIds: filter.calendarIds ?? null,
    managed: filter.managed ?? 'INCLUDE',
    includeDeleted: filter.includeDeleted ?? false,
    modifiedSince: filter.modifiedSince ?? null,
    expand: 'OCCURRENCES',
    maxStaleness: seconds(filter.maxStaleness),
  };
  const first = pageSize(args.first, 500, 500);
  const byId = new Map(calendars.map((calendar) => [calendar.id, calendar]));
  const edges: { cursor: string; node: FreeBusyParent }[] = [];
  let after = args.after ?? null;
  let found = await list(calendars, question, { first, after }, context);
  // Free events take no place on the page, so reading goes on until it is full.
  for (;;) {
    for (const item of found.items) {
      after = encodePlace(found.hash, { at: item.startsAt, id: item.id });
      const node = busyParent(item, byId.get(item.record.calendarId));
      if (node !== null && (node.busyStatus !== 'FREE' || filter.includeFree === true))
        edges.push({ cursor: after, node });
      if (edges.length > first) break;
    }
    if (edges.length > first || !found.hasNextPage || found.items.length === 0) break;
    found = await list(calendars, question, { first, after }, context);
  }
  return {
    edges: edges.slice(0, first),
    hasNextPage: edges.length > first,
    hasPreviousPage: args.after !== null && args.after !== undefined,
    listed: found.listed,
  };
}

function busyParent(item: EventView, calendar: CalendarRecord | undefined): FreeBusyParent | null {
  if (calendar === undefined) return null;
  const busy = effectiveBusy(item.content, calendar.ownerAddresses);
  const deleted = item.record.deletedAt !== null || item.exception?.content.status === 'CANCELLED';
  if (busy === null && !deleted) return null;
  const floatingZone = calendar.effectiveTimeZone;
  return {
    calendarId: calendar.id,
    start: { time: item.start, floatingZone },
    end: { time: item.end, floatingZone },
    busyStatus: deleted || busy === null ? 'FREE' : busy.busyStatus,
    unanswered: busy?.unanswered ?? false,
    eventId: item.id,
    key: item.record.managed?.key ?? null,
    deleted,
  };
}

/** `CalendarEvent.occurrences`: of this series alone. */
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
  const hash = listHash([record.id, from, to, args.includeDeleted]);
  const place = decodePlace(args.after, hash);
  const page = listEvents<EventRecord>(
    [record],
    {
      from,
      to,
      dayZone: calendar.effectiveTimeZone,
      floatingZone: () => calendar.effectiveTimeZone,
      after: place === null ? null : { start: place.at, id: place.id },
      first,
      expansion: 'OCCURRENCES',
      includeDeleted: args.includeDeleted ?? false,
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

function eventQuestion(filter: EventFilter, now: Instant): Question {
  const from = filter.from ?? (filter.to == null ? now - defaultBack : filter.to - openSpan);
  const to = filter.to ?? (filter.from == null ? now + defaultAhead : filter.from + openSpan);
  const unbounded = filter.managed === 'ONLY' && filter.from == null && filter.to == null;
  return {
    asked: [filter.from ?? null, filter.to ?? null],
    // The application's own events are exempt from the default range (contract, EventFilter.managed).
    ...(unbounded ? { from: Number.NEGATIVE_INFINITY, to: now + defaultAhead } : range(from, to)),
    timeZone: filter.timeZone ?? 'Etc/UTC',
    calendarIds: filter.calendarIds ?? null,
    managed: filter.managed ?? 'EXCLUDE',
    includeDeleted: filter.includeDeleted ?? false,
    modifiedSince: filter.modifiedSince ?? null,
    expand: filter.expand ?? 'OCCURRENCES',
    maxStaleness: seconds(filter.maxStaleness),
  };
}

function range(from: Instant, to: Instant): { from: Instant; to: Instant } {
  if (to <= from) {
    throw new RequestError(
      'BAD_USER_INPUT',
      `filter.to: expected an instant after from (${new Date(from).toISOString()}), got ${new Date(to).toISOString()}`,
      { argument: 'filter.to' },
    );
  }
  return { from, to };
}

function seconds(duration: string | null | undefined): number | null {
  if (duration == null) return null;
  try {
    return parseDuration(duration);
  } catch {
    throw new RequestError('BAD_USER_INPUT', 'filter.maxStaleness: expected PT0S to P100000D, got something else', {
      argument: 'filter.maxStaleness',
    });
  }
}

/** A credential that may only write sees its own events and no others. */
function requireReading(question: Question, context: Context): void {
  if (question.managed === 'ONLY' || context.actor.scopes.has('read_events')) return;
  throw new RequestError('FORBIDDEN', 'Reading events needs the scope read_events; `managed: ONLY` does without', {
    requiredScope: 'read_events',
  });
}

async function list(
  all: Calendars,
  question: Question,
  walk: { readonly first: number; readonly after: string | null },
  context: Context,
): Promise<{
  readonly items: readonly EventView[];
  readonly hasNextPage: boolean;
  readonly hash: string;
  readonly listed: ListedCalendars;
}> {
  const { services, loaders } = context;
  const chosen = chooseCalendars(all, question);
  const ids = chosen.map((calendar) => calendar.id).sort();
  // A default range slides with the clock from page to page; the cursor is of the question as it was asked.
  const hash = listHash([ids, { ...question, from: undefined, to: undefined }]);
  const place = decodePlace(walk.after, hash);
  const { calendars, failed, oldest } = await refreshStale(chosen, question.maxStaleness, context);
  const query: EventListQuery = {
    // Nothing is kept outside the years that an instant can be written in, and no text of SQL can name a time there.
    from: Number.isFinite(question.from) ? Math.max(question.from, FIRST_INSTANT) : null,
    to: Number.isFinite(question.to) ? Math.min(question.to, LAST_INSTANT) : null,
    ...dayBounds(question, services.zones),
    managed: question.managed,
    includeDeleted: question.includeDeleted,
    modifiedSince: question.modifiedSince,
    limit: walk.first,
    after: place === null ? null : listPlace(place, question.timeZone, services.zones),
  };
  const zoneOf = new Map(calendars.map((calendar) => [calendar.id, calendar.effectiveTimeZone]));
  const loaded =
    ids.length === 0 ? { records: [], snapshot: '' } : await loaders.eventList.load({ calendarIds: ids, query });
  const page = listEvents<EventRecord>(
    loaded.records,
    {
      from: question.from,
      to: question.to,
      dayZone: question.timeZone,
      floatingZone: (record) => zoneOf.get(record.calendarId) ?? 'Etc/UTC',
      after: place === null ? null : { start: place.at, id: place.id },
      first: walk.first,
      expansion: question.expand,
      includeDeleted: question.includeDeleted,
      maximum: maximumOccurrences,
    },
    services.zones,
  );
  return {
    ...page,
    hash,
    listed: { calendars, snapshot: loaded.snapshot, oldest, failed },
  };
}

/** Unknown calendars are refused by name; those of other accounts are unknown here. */
function chooseCalendars(all: Calendars, question: Question): Calendars {
  if (question.calendarIds === null) return all.filter((calendar) => !calendar.deleted || question.includeDeleted);
  const byId = new Map(all.map((calendar) => [calendar.id, calendar]));
  return [...new Set(question.calendarIds)].map((id) => {
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
