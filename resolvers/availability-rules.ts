/** availability.graphql: stored availability, of which an application sees its own. */

import { formatLocalTime } from '../domain/time/wall-clock.ts';
import { weekdays } from '../scheduling/rules/given.ts';
import type { Resolvers } from '../schema/generated.ts';
import { decodePlace, encodePlace, listHash, pageInfo, pageSize, wellFormedId } from './arguments.ts';
import { visible } from './node.ts';

export const availabilityRules: Pick<Resolvers, 'AvailabilityRule' | 'AvailablePeriod' | 'WeeklyPeriod'> & {
  Query: Resolvers['Query'];
  CalendarAccount: Resolvers['CalendarAccount'];
  Mutation: Resolvers['Mutation'];
} = {
  Query: {
    availabilityRule: (_parent, { id }, { loaders }) => loaders.availabilityRule.load(wellFormedId(id)),
  },

  CalendarAccount: {
    availabilityRules: (account, _args, { loaders }) => loaders.rulesOfAccount.load(account.id),
    availablePeriods: async (account, args, { loaders }) => {
      const { from = null, to = null } = args;
      const first = pageSize(args.first, 100, 500);
      const hash = listHash(['availablePeriods', account.id, from, to]);
      const after = decodePlace(args.after, hash);
      const found = await loaders.periodsOfAccount.load({ accountId: account.id, query: { from, to, first, after } });
      const nodes = found.slice(0, first);
      const edges = nodes.map((node) => ({ cursor: encodePlace(hash, { at: node.start, id: node.id }), node }));
      return { edges, nodes, pageInfo: pageInfo(edges, found.length > first, after !== null) };
    },
  },

  AvailabilityRule: {
    account: (rule, _args, { loaders }) => visible(loaders.account.load(rule.accountId)),
    calendars: async ({ accountId, calendarIds }, _args, { loaders }) => {
      if (calendarIds === null) return null;
      const calendars = await loaders.calendarsOfAccount.load(accountId);
      const left = calendars.filter((calendar) => !calendar.deleted && calendarIds.includes(calendar.id));
      // Then it counts like one that names none: see `StoredRule`.
      return left.length === 0 ? null : left;
    },
  },

  WeeklyPeriod: {
    day: ({ day }) => weekdays[day] ?? 'MONDAY',
    start: ({ start }) => formatLocalTime(start),
    end: ({ end }) => formatLocalTime(end),
  },

  AvailablePeriod: {
    account: (period, _args, { loaders }) => visible(loaders.account.load(period.accountId)),
  },

  Mutation: {
    upsertAvailabilityRule: (_parent, { input }, { services, actor, counter }) =>
      services.storedAvailability.upsertRule(actor, input, counter),
    deleteAvailabilityRule: (_parent, { input }, { services, actor, counter }) =>
      services.storedAvailability.removeRule(actor, input.id, counter),
    upsertAvailablePeriod: (_parent, { input }, { services, actor, counter }) =>
      services.storedAvailability.upsertPeriod(actor, input, counter),
    deleteAvailablePeriod: (_parent, { input }, { services, actor, counter }) =>
      services.storedAvailability.removePeriod(actor, input.id, counter),
  },
};
