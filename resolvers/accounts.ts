/** accounts.graphql */
import { listAccounts, listProfiles } from '../datasources/store/accounts.ts';
import type { ProfileRecord } from '../datasources/store/records.ts';
import { namesGranting } from '../domain/grants.ts';
import type { Resolvers } from '../schema/generated.ts';
import { seconds } from './answers.ts';
import { knownShapes, pageById, requireApplication, wellFormedId } from './arguments.ts';
import { eventPage } from './event-lists.ts';
import { freeBusyPage } from './free-busy.ts';
import { visible } from './node.ts';

/** What both lists need of the scopes, as an account's grant may say it. */
const readAccount = namesGranting(['read_account']);

export const accounts: Pick<Resolvers, 'CalendarAccount' | 'Authorization' | 'CalendarProfile' | 'ProfileHealth'> & {
  Query: Resolvers['Query'];
  Mutation: Resolvers['Mutation'];
} = {
  Query: {
    account: (_parent, { id }, { loaders }) => loaders.account.load(wellFormedId(id)),
    accounts: async (_parent, args, context) => {
      requireApplication(context.actor);
      const { kind = null, query: text = null } = args;
      const found = await pageById(['accounts', args.kind, args.query], args, context, (tx, place) =>
        listAccounts(tx, context.tenant, { kind, text, granting: readAccount, ...place }),
      );
      return { totalCount: null, ...found };
    },
    profiles: async (_parent, args, context) => {
      requireApplication(context.actor);
      const { status = null, provider = null } = args;
      const found = await pageById(['profiles', args.status, args.provider], args, context, (tx, place) =>
        listProfiles(tx, context.tenant, { status, provider, granting: readAccount, ...place }),
      );
      return { totalCount: null, ...found };
    },
    accountsById: (_parent, { ids }, { loaders }) =>
      Promise.all(knownShapes(ids).map((id) => (id === null ? null : loaders.account.load(id)))),
    profile: (_parent, { id }, { loaders }) => loaders.profile.load(wellFormedId(id)),
  },

  CalendarAccount: {
    authorization: (account) => account.grant,
    profiles: (account, _args, { loaders }) => loaders.profilesOfAccount.load(account.id),
    conferencingProfiles: () => [],
    calendars: async (account, { includeDeleted }, { loaders }) => {
      const calendars = await loaders.calendarsOfAccount.load(account.id);
      return includeDeleted === true ? calendars : calendars.filter((calendar) => !calendar.deleted);
    },
    events: async (account, args, context) =>
      eventPage(await context.loaders.calendarsOfAccount.load(account.id), account.grant.scopes, args, context),
    freeBusy: async (account, args, context) =>
      freeBusyPage(await context.loaders.calendarsOfAccount.load(account.id), args, context),
  },

  Authorization: {
    createdAt: (grant) => seconds(grant.createdAt),
  },

  CalendarProfile: {
    account: (profile, _args, { loaders }) => visible(loaders.account.load(profile.accountId)),
    name: (profile) => profile.login,
    connected: (profile) => profile.status !== 'DISCONNECTED',
    health: (profile) => profile,
    relinkUrl: (profile, _args, { services, actor }) =>
      profile.status === 'DISCONNECTED' ? services.consent.relinkUrl(profile.id, actor.applicationId) : null,
    calendars: async (profile, { includeDeleted }, { loaders }) => {
      const calendars = await loaders.calendarsOfAccount.load(profile.accountId);
      return calendars.filter(
        (calendar) => calendar.profileId === profile.id && (includeDeleted === true || !calendar.deleted),
      );
    },
  },

  ProfileHealth: {
    status: (profile) => profile.status,
    cause: (profile) => profile.cause,
    since: (profile) => seconds(profile.statusSince),
    remedy: (profile) => profile.remedy,
    lastSyncedAt: (profile) => lastSyncedAt(profile),
  },

  Mutation: {
    upsertApplicationCalendar: async (_parent, { input }, context) => {
      requireApplication(context.actor);
      return context.services.applicationCalendars.upsert(context.actor, input);
    },
    connectCalDav: async (_parent, { input }, context) => {
      requireApplication(context.actor);
      return context.services.connections.connectCalDav(context.actor, input, () => {
        context.counter.providerCalls++;
      });
    },
    revokeProfile: (_parent, { input }, context) =>
      context.services.connections.revokeProfile(context.actor, input.profileId),
    revokeAuthorization: (_parent, { input }, { services, actor, counter }) =>
      services.authorizations.revoke(actor, input, counter),
    unlinkProfile: (_parent, { input }, { services, actor, counter }) =>
      services.authorizations.unlinkProfile(actor, input, counter),
  },
};

function lastSyncedAt(profile: ProfileRecord): number | null {
  return profile.lastSyncedAt === null ? null : seconds(profile.lastSyncedAt);
}
