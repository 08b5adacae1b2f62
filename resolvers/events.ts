/** events.graphql */
import { tooManyRequests } from '../auth/limits/request-limiter.ts';
import { findEventByUid, findManagedEvent } from '../datasources/store/events.ts';
import type { CalendarRecord, EventView } from '../datasources/store/records.ts';
import { RequestError } from '../domain/errors.ts';
import { changedAt } from '../domain/events/listed.ts';
import type { EventConferencing, EventTime } from '../domain/events/model.ts';
import { mayOn } from '../domain/grants.ts';
import { formatDuration } from '../domain/time/durations.ts';
import { describeLocal, eventTimeInstant } from '../domain/time/event-time.ts';
import type { ConferencingProvider, ExternalEventRef, Resolvers } from '../schema/generated.ts';
import { batchLimit } from '../sync/outbound/events/batch.ts';
import { foreignOrganizer } from '../sync/outbound/events/intend.ts';
import { mayAnswer } from '../sync/outbound/events/participation.ts';
import { versionOf } from '../sync/outbound/events/version.ts';
import { seconds } from './answers.ts';
import { pageInfo, pageSize, wellFormedId } from './arguments.ts';
import type { Context } from './context.ts';
import { occurrencePage } from './event-lists.ts';
import { occurrenceIdAt, ownAnswer, seriesOf, showEvent } from './event-views.ts';
import { freshnessOf } from './freshness.ts';
import { loadEvent, typeByName, visible } from './node.ts';
import type { AttendeeParent, TimeParent } from './parents.ts';

function calendarOf(view: EventView, context: Context): Promise<CalendarRecord> {
  return visible(context.loaders.calendar.load(view.record.calendarId));
}

async function timeOf(time: EventTime, view: EventView, context: Context): Promise<TimeParent> {
  // Only a floating time needs its calendar to be read.
  const floatingZone = time.kind === 'floating' ? (await calendarOf(view, context)).effectiveTimeZone : 'Etc/UTC';
  return { time, floatingZone };
}

export const events: Pick<
  Resolvers,
  | 'CalendarEvent'
  | 'EventTime'
  | 'Attendee'
  | 'Recurrence'
  | 'EventPermissions'
  | 'EventConnection'
  | 'EventEdge'
  | 'FreeBusyPeriod'
  | 'FreeBusyPeriodConnection'
  | 'EventWritePayload'
  | 'UpsertEventPayload'
  | 'UpdateEventPayload'
  | 'DeleteEventPayload'
  | 'DeleteManagedEventPayload'
  | 'SetParticipationStatusPayload'
> & { Query: Resolvers['Query']; Mutation: Resolvers['Mutation'] } = {
  Query: {
    event: async (_parent, { by }, context) => {
      const view = await findEvent(by, context);
      // Said whether or not there is such an event: that there is one is itself something of others' events.
      if (view === null && by.managed == null && !context.actor.scopes.has('read_events')) {
        throw new RequestError('FORBIDDEN', "Reading others' events needs the scope read_events", {
          requiredScope: 'read_events',
        });
      }
      return view;
    },
  },

  CalendarEvent: {
    id: (view) => view.id,
    origin: (view) => (view.record.managed === null ? 'EXTERNAL' : 'MANAGED'),
    key: (view) => view.record.managed?.key ?? null,
    uid: (view) => view.record.uid,
    calendar: (view, _args, context) => calendarOf(view, context),
    summary: (view) => view.content.summary,
    description: (view) => view.content.description,
    start: (view, _args, context) => timeOf(view.start, view, context),
    end: (view, _args, context) => timeOf(view.end, view, context),
    allDay: (view) => view.start.kind === 'date',
    status: (view) => (view.deleted ? 'CANCELLED' : view.content.status),
    busyStatus: (view) => view.content.busyStatus,
    visibility: (view) => view.content.visibility,
    location: (view) => view.content.location,
    url: (view) => view.content.url,
    color: (view) => view.content.color,
    categories: (view) => view.content.categories,
    organizer: (view) => view.content.organizer,
    attendees: async (view, args, context) => {
      const first = pageSize(args.first, 50, 500);
      const owners = new Set((await calendarOf(view, context)).ownerAddresses);
      const organizer = view.content.organizer?.uri;
      const rank = (attendee: AttendeeParent) => (attendee.self ? 0 : attendee.uri === organizer ? 1 : 2);
      return view.content.attendees
        .map(
          (attendee): AttendeeParent => ({ ...attendee, self: attendee.email !== null && owners.has(attendee.email) }),
        )
        .sort((a, b) => rank(a) - rank(b))
        .slice(0, first);
    },
    attendeeCount: (view) => view.content.attendees.length,
    participationStatus: async (view, _args, context) => ownAnswer(view, await calendarOf(view, context)),
    reminders: (view) => view.content.reminders,
    conferencing: ({ content }) => (content.conferencing == null ? null : joinable(content.conferencing)),
    attachments: ({ content }) => content.attachments ?? [],
    metadata: (view) => (view.record.managed?.metadata as Record<string, unknown> | undefined) ?? null,
    triggers: (view) =>
      (view.record.managed?.triggers ?? []).map(({ key, anchor, offset }) => ({
        key,
        anchor,
        offset: formatDuration(offset),
      })),
    recurrence: (view) => (view.role === 'SINGLE' ? null : view),
    occurrences: async (view, args, context) => occurrencePage(view, await calendarOf(view, context), args, context),
    permissions: (view) => view,
    deleted: (view) => view.deleted,
    createdAt: (view) => seconds(view.exception?.createdAt ?? view.record.providerCreatedAt ?? view.record.createdAt),
    updatedAt: (view) => seconds(view.exception?.syncedAt ?? view.record.providerUpdatedAt ?? changedAt(view)),
    syncedAt: (view) => seconds(changedAt(view)),
    version: (view) => versionOf(view),
  },

  EventTime: {
    dateTime: ({ time, floatingZone }, _args, { services }) =>
      time.kind === 'date'
        ? null
        : eventTimeInstant(time, { zones: services.zones, floatingZone, dayZone: floatingZone }),
    date: ({ time }) => (time.kind === 'date' ? time.date : null),
    timeZone: ({ time }) => (time.kind === 'zoned' ? time.zone : null),
    local: ({ time }, _args, { services }) => describeLocal(time, services.zones),
    floating: ({ time }) => time.kind === 'floating',
  },

  Attendee: {
    account: async ({ email }, _args, { actor, loaders }) => {
      if (email === null) return null;
      const known = await loaders.accountsByEmail.load(email.toLowerCase());
      // Whose address it is belongs to what an account says of itself.
      return known.find(({ grant }) => mayOn(actor, grant.scopes, ['read_account'])) ?? null;
    },
  },

  Recurrence: {
    role: (view) => (view.role === 'SINGLE' ? 'SERIES' : view.role),
    series: async (view, _args, context) => seriesOf(view, await calendarOf(view, context), context) ?? view,
    rules: (view) => view.record.content?.rules ?? [],
    originalStart: (view, _args, context) =>
      view.originalStart === null ? null : timeOf(view.originalStart, view, context),
  },

  EventPermissions: {
    // Shared fields of an invitation are its organizer's (semantics C9).
    update: async (view, _args, context) =>
      (await maySee(view, context, 'create_event')) &&
      foreignOrganizer(view.content, await calendarOf(view, context)) === null,
    delete: async (view, _args, context) => maySee(view, context, 'delete_event'),
    changeParticipationStatus: async (view, _args, context) => !view.deleted && (await mayAnswerHere(view, context)),
  },

  EventConnection: {
    nodes: (parent) => parent.edges.map((edge) => edge.node),
    pageInfo: (parent) => pageInfo(parent.edges, parent.hasNextPage, parent.hasPreviousPage),
    freshness: (parent, _args, context) => freshnessOf(parent.listed, context),
  },

  EventEdge: {
    cursor: (edge) => edge.cursor,
  },

  FreeBusyPeriodConnection: {
    nodes: (parent) => parent.edges.map((edge) => edge.node),
    pageInfo: (parent) => {
      const place = pageInfo(parent.edges, parent.hasNextPage, parent.hasPreviousPage);
      return { ...place, endCursor: parent.endCursor ?? place.endCursor };
    },
    freshness: (parent, _args, context) => freshnessOf(parent.listed, context),
  },

  FreeBusyPeriod: {
    calendar: ({ calendarId }, _args, { loaders }) => (calendarId === null ? null : loaders.calendar.load(calendarId)),
  },

  EventWritePayload: typeByName,
  UpsertEventPayload: written(),
  UpdateEventPayload: { ...written(), splitOff: (answer, _args, context) => showEvent(answer.splitOff, context) },
  DeleteEventPayload: written(),
  DeleteManagedEventPayload: written(),
  SetParticipationStatusPayload: written(),

  Mutation: {
    upsertEvent: (_parent, { input }, context) => context.services.events.upsert(context.actor, input, context.counter),
    updateEvent: (_parent, { input }, context) => context.services.events.update(context.actor, input, context.counter),
    deleteEvent: (_parent, { input }, context) => context.services.events.remove(context.actor, input, context.counter),
    deleteManagedEvent: (_parent, { input }, context) =>
      context.services.events.removeManaged(context.actor, input, context.counter),
    deleteManagedEvents: (_parent, { input }, context) =>
      context.services.events.removeAllManaged(context.actor, input, context.counter),
    setParticipationStatus: (_parent, { input }, context) =>
      context.services.events.answer(context.actor, input, context.counter),
    batchEvents: async (_parent, { input }, context) => {
      // The request has been counted; its other operations count as well, and a batch that is too large is refused as such.
      const { services, actor } = context;
      const more = Math.min(input.operations.length, batchLimit) - 1;
      const allowance = more > 0 ? await services.limiter.take(actor.applicationId, more) : null;
      if (allowance?.allowed === false) throw tooManyRequests(allowance);
      return services.events.batch(context.actor, input, context.counter);
    },
  },
};

/** Whose conferencing an address is, by its host; subdomains are its customers'. */
const conferencingHosts: readonly (readonly [string, ConferencingProvider])[] = [
  ['meet.google.com', 'GOOGLE_MEET'],
  ['teams.microsoft.com', 'MICROSOFT_TEAMS'],
  ['teams.live.com', 'MICROSOFT_TEAMS'],
  ['zoom.us', 'ZOOM'],
  ['gotomeeting.com', 'GO_TO'],
  ['goto.com', 'GO_TO'],
  ['meet.jit.si', 'JITSI'],
];

function joinable({ joinUrl, providerName, dialIn = [] }: EventConferencing) {
  const { hostname } = new URL(joinUrl);
  const known = conferencingHosts.find(([host]) => hostname === host || hostname.endsWith(`.${host}`));
  return {
    status: 'READY',
    provider: known?.[1] ?? null,
    providerName,
    joinUrl,
    dialIn: dialIn.map((number) => ({ ...number, country: null })),
    failure: null,
  } as const;
}

/** What every write payload shows alike. */
function written() {
  return {
    event: (answer: Parameters<typeof showAnswer>[0], _args: unknown, context: Context) =>
      showAnswer(answer, 'event', context),
    conflict: (answer: Parameters<typeof showAnswer>[0], _args: unknown, context: Context) =>
      showAnswer(answer, 'conflict', context),
  };
}

function showAnswer(
  answer: import('../sync/outbound/events/answer.ts').WriteAnswer,
  part: 'event' | 'conflict',
  context: Context,
) {
  return showEvent(answer[part], context);
}

async function maySee(view: EventView, context: Context, scope: 'create_event' | 'delete_event'): Promise<boolean> {
  if (view.record.deletedAt !== null) return false;
  const calendar = await calendarOf(view, context);
  if (!mayOn(context.actor, calendar.grantScopes, [scope]) || calendar.readOnly || calendar.deleted) return false;
  return view.record.managed !== null || calendar.permission === 'UNRESTRICTED';
}

async function mayAnswerHere(view: EventView, context: Context): Promise<boolean> {
  const calendar = await calendarOf(view, context);
  const any = ['change_participation_status'] as const;
  return mayOn(context.actor, calendar.grantScopes, any) && mayAnswer(view.content, calendar);
}

type EventBy = {
  readonly id?: string | null;
  readonly managed?: { readonly calendarId: string; readonly key: string } | null;
  readonly external?: ExternalEventRef | null;
};

async function findEvent(by: EventBy, context: Context): Promise<EventView | null> {
  const { services, tenant, counter } = context;
  if (by.id != null) return loadEvent(wellFormedId(by.id, 'by.id'), context);
  if (by.managed != null) {
    const { calendarId, key } = by.managed;
    const record = await services.store.withApplication(
      tenant,
      (tx) => findManagedEvent(tx, tenant, calendarId, key),
      counter,
    );
    return record === null ? null : loadEvent(record.id, context);
  }
  if (by.external == null) return null;
  const { calendarId, uid, originalStart } = by.external;
  const record = await services.store.withApplication(
    tenant,
    (tx) => findEventByUid(tx, tenant, calendarId, uid),
    counter,
  );
  // The application's own are found by their keys.
  if (record === null || record.managed !== null) return null;
  if (originalStart == null) return loadEvent(record.id, context);
  const calendar = await context.loaders.calendar.load(calendarId);
  const id = calendar === null ? null : occurrenceIdAt(record, originalStart, calendar, context);
  return id === null ? null : loadEvent(id, context);
}
