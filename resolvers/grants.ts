/** Where the graph's objects carry what their account granted: no statement more than reading them. */
import type {
  AccountRecord,
  AvailabilityRuleRecord,
  AvailablePeriodRecord,
  CalendarRecord,
  EventRecord,
  HoldRecord,
  ProfileRecord,
} from '../datasources/store/records.ts';
import type { Scope } from '../domain/actor.ts';
import { mayOn } from '../domain/grants.ts';
import type { Context } from './context.ts';

/** For `@scope` per account (server/graphql/grants.ts). */
export const grantedBy = {
  CalendarAccount: (account: AccountRecord) => account.grant.scopes,
  CalendarProfile: (profile: ProfileRecord) => profile.grantScopes,
  Calendar: (calendar: CalendarRecord) => calendar.grantScopes,
  AvailabilityRule: (rule: AvailabilityRuleRecord) => rule.grantScopes,
  AvailablePeriod: (period: AvailablePeriodRecord) => period.grantScopes,
  Hold: (hold: HoldRecord) => hold.grantScopes,
};

const reading: readonly Scope[] = ['read_events'];
const readingOwn: readonly Scope[] = ['read_events', 'create_event'];

/** Whether the content of an event may be shown: the application's own also to who may only write. */
export function mayShow(event: Pick<EventRecord, 'managed'>, calendar: CalendarRecord, { actor }: Context): boolean {
  return mayOn(actor, calendar.grantScopes, event.managed === null ? reading : readingOwn);
}
