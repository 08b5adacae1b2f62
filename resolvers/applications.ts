/** applications.graphql */
import type { Resolvers } from '../schema/generated.ts';
import { notSupported } from './answers.ts';
import { requireApplication } from './arguments.ts';

export const applications: Pick<Resolvers, 'CalendarApplication' | 'OrganizationalUnit'> & {
  Mutation: Resolvers['Mutation'];
} = {
  CalendarApplication: {
    organizationalUnit: () => null,
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
    createLinkToken: () => ({
      token: null,
      expiresIn: null,
      userErrors: notSupported('Link tokens come with the OAuth server'),
    }),
    verifyApplication: () => ({
      application: null,
      userErrors: notSupported('Applications are verified with the OAuth server, which is not there yet'),
    }),
  },
};
