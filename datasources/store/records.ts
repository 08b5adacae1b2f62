/** What repositories answer: rows in the house's own words. Resolvers' parents are these (codegen.yml, mappers). */
import type { WeeklyHours } from '../../domain/availability/weekly-hours.ts';
import type { Listed } from '../../domain/events/listed.ts';
import type { EventContent, Instant, ZoneName } from '../../domain/events/model.ts';
import type { EventTrigger } from '../../domain/events/triggers.ts';
import type { ConnectorCapabilities, ProviderName } from '../providers/connector.ts';
import type {
  AccountKind,
  DisconnectionCause,
  HoldStatus,
  ProfileStatus,
  StoredDrift,
  StoredException,
  StoredFailure,
  StoredHeldSlot,
} from './tables.ts';

export interface ApplicationRecord {
  readonly id: string;
  readonly unitId: string;
  readonly name: string;
  readonly clientId: string;
  readonly mode: 'DEVELOPMENT' | 'PRODUCTION';
  readonly redirectUris: readonly string[];
}

export interface GrantRecord {
  readonly scopes: readonly string[];
  readonly status: 'ACTIVE' | 'REVOKED';
  readonly createdAt: Instant;
}

export interface AccountRecord {
  readonly id: string;
  readonly kind: AccountKind;
  readonly applicationKey: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly timeZone: string;
  readonly createdAt: Instant;
  readonly grant: GrantRecord;
}

export interface ProfileRecord {
  readonly id: string;
  readonly accountId: string;
  readonly provider: ProviderName;
  readonly login: string;
  readonly status: ProfileStatus;
  readonly cause: DisconnectionCause | null;
  readonly remedy: string | null;
  readonly statusSince: Instant;
  readonly initialSyncRequired: boolean;
  readonly lastSyncedAt: Instant | null;
  readonly createdAt: Instant;
  /** What the profile's account granted to the asking application, composites among them. */
  readonly grantScopes: readonly string[];
}

/** What only the application that stored it sees. */
export interface AvailabilityRuleRecord {
  readonly id: string;
  readonly accountId: string;
  readonly key: string;
  readonly timeZone: ZoneName;
  /** Null: all that count where nobody says which (semantics E4). */
  readonly calendarIds: readonly string[] | null;
  readonly weeklyPeriods: readonly WeeklyHours[];
  /** What the account granted to the asking application, composites among them. */
  readonly grantScopes: readonly string[];
}

export interface AvailablePeriodRecord {
  readonly id: string;
  readonly accountId: string;
  readonly key: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly grantScopes: readonly string[];
}

export interface HoldRecord {
  readonly id: string;
  /** All that any slot holds, each once, in the order of their ids. */
  readonly accountIds: readonly string[];
  readonly slots: readonly StoredHeldSlot[];
  /** By the database's clock: EXPIRED as soon as its time is over. */
  readonly status: HoldStatus;
  readonly expiresAt: Instant;
  /** What those of its accounts granted that the credential may see. */
  readonly grantScopes: readonly string[];
}

export interface CalendarRecord {
  readonly id: string;
  readonly accountId: string;
  readonly profileId: string;
  readonly provider: ProviderName;
  readonly remoteId: string;
  readonly name: string;
  readonly color: string | null;
  /** The calendar's own; null where its provider does not say. */
  readonly timeZone: string | null;
  /** What floating times and defaults are read in: the calendar's zone, else its account's. */
  readonly effectiveTimeZone: string;
  readonly primary: boolean;
  readonly readOnly: boolean;
  readonly deleted: boolean;
  readonly permission: 'SANDBOX' | 'UNRESTRICTED';
  /** What the calendar's account granted to the asking application, composites among them. */
  readonly grantScopes: readonly string[];
  readonly capabilities: ConnectorCapabilities;
  readonly createdBy: string | null;
  readonly initialSyncDone: boolean;
  readonly lastSyncedAt: Instant | null;
  /** Of its profile: whether and why it may be behind. */
  readonly profileStatus: ProfileStatus;
  readonly profileCause: DisconnectionCause | null;
  readonly nextPollAt: Instant | null;
  /** The mail addresses of the calendar's owner, lower case (semantics C10). */
  readonly ownerAddresses: readonly string[];
  /** Whether the provider itself sends invitations. */
  readonly schedules: boolean;
}

/** A row of `event` as its application sees it. */
export interface EventRecord {
  readonly id: string;
  readonly accountId: string;
  readonly profileId: string;
  readonly calendarId: string;
  readonly uid: string;
  readonly content: EventContent | null;
  readonly exceptions: readonly StoredException[];
  readonly recurring: boolean;
  readonly allDay: boolean;
  readonly sequence: number;
  readonly version: number;
  readonly pendingOperation: string | null;
  readonly providerCreatedAt: Instant | null;
  readonly providerUpdatedAt: Instant | null;
  readonly createdAt: Instant;
  readonly syncedAt: Instant;
  /** Of the master alone: a changed occurrence raises `syncedAt`, and leaves the others as they were. */
  readonly masterSyncedAt: Instant;
  readonly deletedAt: Instant | null;
  /** Set where the event is the asking application's own. */
  readonly managed: {
    readonly key: string;
    readonly generation: number;
    readonly metadata: Readonly<Record<string, unknown>> | null;
    readonly triggers: readonly EventTrigger[];
    /** The calendar that the key is known in, where the user has moved the event to another one; null: where it is. */
    readonly boundIn: { readonly calendarId: string; readonly remoteId: string } | null;
  } | null;
}

/** One event as the graph shows it: a single, a series, or one occurrence of a series. */
export type EventView = Listed<EventRecord>;

export interface OperationRecord {
  readonly id: string;
  readonly accountId: string;
  readonly calendarId: string;
  readonly eventId: string;
  readonly status: 'PENDING' | 'APPLIED' | 'FAILED';
  readonly attempts: number;
  readonly failure: StoredFailure | null;
  readonly nextAttemptAt: Instant | null;
  readonly createdAt: Instant;
  readonly completedAt: Instant | null;
}

export interface SyncRunRecord {
  readonly id: string;
  readonly calendarId: string;
  readonly kind: 'FULL' | 'INCREMENTAL' | 'RECONCILIATION';
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly changes: number;
  readonly providerCalls: number;
  readonly skipped: readonly { readonly uid: string | null; readonly reason: string }[];
  readonly failure: StoredFailure | null;
  /** Null on runs that compared nothing. */
  readonly drift: StoredDrift | null;
}
