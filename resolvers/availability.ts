/** availability.graphql: sequences are not there yet, and the field says so. */
import type { Resolvers } from '../schema/generated.ts';

export const availability: { Query: Resolvers['Query'] } = {
  Query: {
    sequencedAvailability: () => null,
  },
};
