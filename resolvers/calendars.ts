/** calendars.graphql */
import type { CalendarRecord, SyncRunRecord } from '../datasources/store/records.ts';
import type { Resolvers } from '../schema/generated.ts';
import { seconds } from './answers.ts';
import { pageSize, wellFormedId } from './arguments.ts';
import type { Context } from './context.ts';
import { eventPage } from './event-lists.ts';
import { visible } from './node.ts';

export const calendars: Pick<Resolvers, 'Calendar' | 'CalendarSync' | 'SyncRun'> & {
  Query: Resolvers['Query'];
  Mutation: Resolvers['Mutation'];
} = {
  Query: {
    calendar: (_parent, { id }, { loaders }) => loaders.calendar.load(wellFormedId(id)),
  },

  Calendar: {
    account: (calendar, _args, { loaders }) => visible(loaders.account.load(calendar.accountId)),
    profile: (calendar, _args, { loaders }) => visible(loaders.profile.load(calendar.profileId)),
    capabilities: (calendar) => ({ ...calendar.capabilities, integratedConferencing: null }),
    events: (calendar, args, context) => eventPage([calendar], calendar.grantScopes, args, context),
    sync: (calendar) => calendar,
    icsUrl: async (calendar, _args, { actor, loaders, services }) => {
      const feed = calendar.deleted ? null : await loaders.feed.load(calendar.id);
      return feed === null ? null : services.feeds.address(actor.applicationId, feed);
    },
  },

  CalendarSync: {
    changesThrough: () => null,
    lastSyncedAt: (calendar, _args, { services }) => lastSyncedAt(calendar, services.clock()),
    mode: (calendar) => (calendar.provider === 'MERIDIAN' ? 'LOCAL' : 'POLL'),
    nextAt: (calendar) =>
      calendar.nextPollAt === null || calendar.profileStatus === 'DISCONNECTED' ? null : seconds(calendar.nextPollAt),
    runs: (calendar, args, { loaders }) =>
      loaders.runs.load({ calendarId: calendar.id, last: pageSize(args.last, 20, 100, 'last') }),
  },

  SyncRun: {
    startedAt: (run) => seconds(run.startedAt),
    finishedAt: (run) => (run.finishedAt === null ? null : seconds(run.finishedAt)),
    failure: (run) =>
      run.failure === null
        ? null
        : { ...run.failure, retryAt: run.failure.retryAt === null ? null : seconds(run.failure.retryAt) },
  },

  Mutation: {
    createCalendar: (_parent, { input }, context) =>
      context.services.calendars.create(context.actor, input, context.counter),
    deleteCalendar: (_parent, { input }, context) =>
      context.services.calendars.remove(context.actor, input.calendarId, context.counter),
    importIcs: (_parent, { input }, context) =>
      context.services.imports.importText(context.actor, input.calendarId, input.ics),
    syncCalendar: async (_parent, { input }, context) => {
      const answer = await context.services.calendars.syncNow(context.actor, input, context.counter);
      if (answer.calendarId !== null) context.loaders.calendar.clear(answer.calendarId);
      const calendar = answer.calendarId === null ? null : await context.loaders.calendar.load(answer.calendarId);
      const run =
        answer.runId === null ? await runUnderWay(calendar, context) : await context.loaders.run.load(answer.runId);
      return { calendar, run, userErrors: answer.userErrors };
    },
    requestCalendarPermission: async (_parent, { input }, { services, actor, counter, loaders }) => {
      const { url, calendarIds, userErrors } = await services.consent.requestPermission(actor, input, counter);
      const calendars =
        calendarIds === null ? null : await Promise.all(calendarIds.map((id) => visible(loaders.calendar.load(id))));
      return { url, calendars, userErrors: [...userErrors] };
    },
    setIcsFeed: async (_parent, { input }, context) => {
      const { calendarId, userErrors } = await context.services.feeds.set(context.actor, input, context.counter);
      if (calendarId === null) return { calendar: null, userErrors };
      context.loaders.feed.clear(calendarId);
      return { calendar: await context.loaders.calendar.load(calendarId), userErrors };
    },
  },
};

/** The newest run of a calendar while it lasts: whoever asks for another one is answered by it. */
async function runUnderWay(calendar: CalendarRecord | null, { loaders }: Context): Promise<SyncRunRecord | null> {
  if (calendar === null) return null;
  const [newest] = await loaders.runs.load({ calendarId: calendar.id, last: 1 });
  return newest?.status === 'RUNNING' ? newest : null;
}

/** What Meridian itself keeps is always current. */
function lastSyncedAt(calendar: CalendarRecord, now: number): number | null {
  if (calendar.provider === 'MERIDIAN') return seconds(now);
  return calendar.lastSyncedAt === null ? null : seconds(calendar.lastSyncedAt);
}
