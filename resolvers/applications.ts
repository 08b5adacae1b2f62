/** applications.graphql */
import { ApplicationRefusal, verifyApplication } from '../auth/applications.ts';
import type { Resolvers } from '../schema/generated.ts';
import { requireApplication } from './arguments.ts';

export const applications: Pick<Resolvers, 'CalendarApplication' | 'OrganizationalUnit'> & {
  Mutation: Resolvers['Mutation'];
} = {
  CalendarApplication: {
    organizationalUnit: (application, _args, { loaders }) => loaders.unit.load(application.unitId),
    rateLimit: async (application, _args, { services }) => {
      const { perSecond, perMinute, remainingThisMinute } = await services.limiter.state(application.id);
      // Without either limit there is none to tell.
      return perSecond === 0 && perMinute === 0 ? null : { perSecond, perMinute, remainingThisMinute };
    },
    usage: (application, { month }, { services, counter }) =>
      services.usage.ofApplication(application.id, month, counter),
  },

  OrganizationalUnit: {
    applications: async (_unit, _args, { loaders, actor }) => {
      const application = await loaders.application.load(actor.applicationId);
      return application === null ? [] : [application];
    },
    usage: (unit, { month }, { services, actor, counter }) => {
      requireApplication(actor);
      return services.usage.ofUnit(unit.id, month, counter);
    },
  },

  Mutation: {
    createElementToken: async (_parent, { input }, { services, actor, counter }) => {
      requireApplication(actor);
      return services.elements.create(actor, input, counter);
    },
    createLinkToken: (_parent, { input }, { services, actor, counter }) =>
      services.authorizations.createLinkToken(actor, input, counter),
    verifyApplication: async (_parent, { input }, { services, actor, loaders }) => {
      requireApplication(actor);
      const { applicationId: id, clientId } = actor;
      try {
        await services.store.asWorker((tx) =>
          verifyApplication(tx, { id }, input.redirectUris, `application:${clientId}`),
        );
      } catch (error) {
        if (error instanceof ApplicationRefusal) return { application: null, userErrors: [...error.problems] };
        throw error;
      }
      return { application: await loaders.application.clear(id).load(id), userErrors: [] };
    },
  },
};
