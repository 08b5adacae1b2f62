/** `Query.sequencedAvailability`: several meetings in a row. */
import type { Resolvers } from '../schema/generated.ts';
import { accountsOf, freshnessOfAnswer } from './availability-query.ts';

export const sequences: Pick<Resolvers, 'SequencedAvailability'> & { Query: Resolvers['Query'] } = {
  Query: {
    sequencedAvailability: (_parent, { input }, { services, actor, counter }) =>
      services.sequences.answer(actor, input, counter),
  },

  SequencedAvailability: {
    sequences: (answer, _args, context) => {
      const accounts = accountsOf(answer, context);
      return answer.found.sequences.map((sequence) => ({
        steps: sequence.map((step, place) => ({
          key: answer.keyOf(step),
          slot: {
            start: step.start * 1000,
            end: step.end * 1000,
            token: () => answer.tokenOf(step),
            participants: async () => (await answer.participantsOf(sequence))[place] ?? [],
            accounts,
          },
        })),
      }));
    },
    truncated: (answer) => answer.found.truncated,
    members: (answer) => answer.members(),
    freshness: (answer, _args, context) => freshnessOfAnswer(answer, context),
  },
};
