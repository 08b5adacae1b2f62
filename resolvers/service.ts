/** service.graphql */
import type { Resolvers } from '../schema/generated.ts';

export const service: Pick<Resolvers, 'Credential'> & { Query: Resolvers['Query'] } = {
  Query: {
    credential: (_parent, _args, { actor }) => actor,
    meridian: (_parent, _args, { services }) => ({ version: services.version, tzdataVersion: services.zones.version }),
  },

  Credential: {
    kind: (actor) => actor.kind,
    scopes: (actor) => [...actor.scopes].sort(),
    account: (actor, _args, { loaders }) => (actor.accountId === null ? null : loaders.account.load(actor.accountId)),
    application: (actor, _args, { loaders }) => loaders.application.load(actor.applicationId),
  },
};
