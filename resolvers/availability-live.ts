/** availability.graphql: the answer to a question, and each other one that it gets. */
import { type DocumentNode, type GraphQLResolveInfo, Kind, visit } from 'graphql';
import type { Told } from '../scheduling/live/live-answers.ts';
import type { Resolvers } from '../schema/generated.ts';
import { aloneFrom, sharable } from '../subscriptions/group-source.ts';

export const availabilityLive: { Subscription: Resolvers['Subscription'] } = {
  Subscription: {
    availability: {
      subscribe: async (_parent, { input }, { services, actor, tenant, signal }, info) => {
        const question = await services.liveAvailability.ask(actor, input, toldBy(info));
        const { accountIds } = question;
        services.demand.whileOpen({ tenant, accountIds, calendarIds: null }, signal);
        const { applicationId } = actor;
        const source = services.presents({
          reader: { applicationId, accountIds: new Set(accountIds), holds: true },
          async find() {
            const { answer, standsFor, goodFor } = await question.answer();
            return { event: { availability: answer }, standsFor, goodFor };
          },
        });
        return sharable(aloneFrom(source, signal), source);
      },
      resolve: (parent: unknown) => (parent as { availability: never }).availability,
    },
  },
};

/** By the names of fields, wherever they stand: what is told of too much is looked at once more, and no more than that. */
function toldBy({ operation, fragments }: Pick<GraphQLResolveInfo, 'operation' | 'fragments'>): Told {
  const names = new Set<string>();
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...Object.values(fragments)] };
  visit(document, {
    Field: ({ name }) => {
      names.add(name.value);
    },
  });
  return {
    participants: names.has('participants'),
    tokens: names.has('token'),
    rejections: names.has('rejections'),
  };
}
