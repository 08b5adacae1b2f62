/** availability.graphql: holds. */
import type { Resolvers } from '../schema/generated.ts';
import { seconds } from './answers.ts';
import { wellFormedId } from './arguments.ts';

export const holds: Pick<Resolvers, 'Hold' | 'HeldSlot' | 'HeldSeries'> & {
  Query: Resolvers['Query'];
  Mutation: Resolvers['Mutation'];
} = {
  Query: {
    hold: (_parent, { id }, { loaders }) => loaders.hold.load(wellFormedId(id)),
  },

  Hold: {
    expiresAt: ({ expiresAt }) => seconds(expiresAt),
  },

  HeldSlot: {
    start: ({ start }) => start * 1000,
    end: ({ end }) => end * 1000,
    accounts: ({ accountIds }, _args, { loaders }) => Promise.all(accountIds.map((id) => loaders.account.load(id))),
    series: ({ series = null }) => series,
  },

  HeldSeries: {
    recurrence: ({ lines }) => lines,
    occurrences: ({ occurrences }) => occurrences.map(([start, end]) => ({ start: start * 1000, end: end * 1000 })),
    truncated: ({ more }) => more,
  },

  Mutation: {
    createHold: (_parent, { input }, { services, actor, counter }) => services.holds.create(actor, input, counter),
    confirmHold: (_parent, { input }, { services, actor, counter }) => services.holds.confirm(actor, input, counter),
    releaseHold: (_parent, { input }, { services, actor, counter }) =>
      services.holds.release(actor, input.holdId, counter),
  },
};
