/** availability.graphql: the engine is not there yet, and every field says so. */
import type { Resolvers } from '../schema/generated.ts';
import { notSupported } from './answers.ts';

const refused = (what: string) =>
  notSupported(`${what} come with the availability engine, which this version does not have yet`);

export const availability: { Query: Resolvers['Query']; Mutation: Resolvers['Mutation'] } = {
  Query: {
    sequencedAvailability: () => null,
    hold: () => null,
  },

  Mutation: {
    createHold: () => ({ hold: null, userErrors: refused('Holds') }),
    confirmHold: () => ({ hold: null, results: null, userErrors: refused('Holds') }),
    releaseHold: () => ({ hold: null, userErrors: refused('Holds') }),
  },
};
