/** availability.graphql: the engine is not there yet, and every field says so. */
import type { Resolvers } from '../schema/generated.ts';

export const availability: { Query: Resolvers['Query'] } = {
  Query: {
    sequencedAvailability: () => null,
  },
};
