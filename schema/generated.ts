import type {
  GraphQLResolveInfo,
  GraphQLScalarType,
  GraphQLScalarTypeConfig,
} from "graphql";
import type { Context } from "../resolvers/context.ts";
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = {
  [K in keyof T]: T[K];
};
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & {
  [SubKey in K]?: Maybe<T[SubKey]>;
};
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & {
  [SubKey in K]: Maybe<T[SubKey]>;
};
export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => Promise<TResult> | TResult;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & {
  [P in K]-?: NonNullable<T[P]>;
};
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: string;
  String: string;
  Boolean: boolean;
  Int: number;
  Float: number;
  /** RFC 3339 instant, always answered in UTC (`2026-03-29T01:00:00Z`). Fractions of a second other than zero are refused. */
  DateTime: number;
  /** A calendar day without a zone (`2026-03-29`). */
  Date: string;
  /** A wall-clock time without a zone (`09:30`). */
  LocalTime: string;
  /** An IANA time zone (`Europe/London`). Windows zone names are accepted as input and answered as IANA. */
  TimeZone: string;
  /** ISO 8601 duration (`PT30M`). */
  Duration: string;
  /** RFC 5321 address without display name, at most 254 characters. */
  EmailAddress: string;
  /** Absolute http or https URL, at most 2,048 characters. */
  URL: string;
  /** `#RRGGBB`; providers with a fixed palette get the nearest colour, said in `warnings`. */
  HexColor: string;
  JSONObject: Record<string, unknown>;
  _FieldSet: unknown;
};

/** A person, room, service or application calendar that has authorised this application. */
export type CalendarAccount = Node & {
  readonly __typename?: "CalendarAccount";
  readonly id: Scalars["ID"];
  readonly kind: AccountKind;
  /** The application's own id of an application calendar. */
  readonly applicationKey?: Maybe<Scalars["String"]>;
  readonly email?: Maybe<Scalars["EmailAddress"]>;
  readonly name?: Maybe<Scalars["String"]>;
  readonly timeZone: Scalars["TimeZone"];
  /** This application's grant over the account. */
  readonly authorization: Authorization;
  readonly profiles: ReadonlyArray<CalendarProfile>;
  readonly conferencingProfiles: ReadonlyArray<ConferencingProfile>;
  readonly calendars: ReadonlyArray<Calendar>;
  readonly events?: Maybe<EventConnection>;
  readonly freeBusy?: Maybe<FreeBusyPeriodConnection>;
  readonly availabilityRules?: Maybe<ReadonlyArray<AvailabilityRule>>;
  readonly availablePeriods?: Maybe<AvailablePeriodConnection>;
};

/** A person, room, service or application calendar that has authorised this application. */
export type CalendarAccountcalendarsArgs = {
  includeDeleted?: InputMaybe<Scalars["Boolean"]>;
};

/** A person, room, service or application calendar that has authorised this application. */
export type CalendarAccounteventsArgs = {
  filter?: InputMaybe<EventFilter>;
  first?: InputMaybe<Scalars["Int"]>;
  after?: InputMaybe<Scalars["String"]>;
};

/** A person, room, service or application calendar that has authorised this application. */
export type CalendarAccountfreeBusyArgs = {
  filter: FreeBusyFilter;
  first?: InputMaybe<Scalars["Int"]>;
  after?: InputMaybe<Scalars["String"]>;
};

/** A person, room, service or application calendar that has authorised this application. */
export type CalendarAccountavailablePeriodsArgs = {
  from?: InputMaybe<Scalars["DateTime"]>;
  to?: InputMaybe<Scalars["DateTime"]>;
  first?: InputMaybe<Scalars["Int"]>;
  after?: InputMaybe<Scalars["String"]>;
};

export type AccountKind =
  "USER" | "RESOURCE" | "SERVICE_ACCOUNT" | "APPLICATION_CALENDAR";

export type AccountConnection = {
  readonly __typename?: "AccountConnection";
  /** Null where counting would be dear. */
  readonly totalCount?: Maybe<Scalars["Int"]>;
  readonly edges: ReadonlyArray<AccountEdge>;
  readonly nodes: ReadonlyArray<CalendarAccount>;
  readonly pageInfo: PageInfo;
};

export type AccountEdge = {
  readonly __typename?: "AccountEdge";
  readonly cursor: Scalars["String"];
  readonly node: CalendarAccount;
};

export type Authorization = {
  readonly __typename?: "Authorization";
  readonly scopes: ReadonlyArray<Scalars["String"]>;
  readonly status: AuthorizationStatus;
  readonly createdAt: Scalars["DateTime"];
};

export type AuthorizationStatus = "ACTIVE" | "REVOKED";

/** One login at one calendar provider. Its id and its calendars' ids survive disconnection and relinking. */
export type CalendarProfile = Node & {
  readonly __typename?: "CalendarProfile";
  readonly id: Scalars["ID"];
  readonly account: CalendarAccount;
  readonly provider: CalendarProvider;
  /** The provider's login, usually an e-mail address. */
  readonly name: Scalars["String"];
  readonly connected: Scalars["Boolean"];
  readonly health: ProfileHealth;
  readonly initialSyncRequired: Scalars["Boolean"];
  /** Where the user mends a broken connection; null while it is connected. */
  readonly relinkUrl?: Maybe<Scalars["URL"]>;
  readonly calendars: ReadonlyArray<Calendar>;
};

/** One login at one calendar provider. Its id and its calendars' ids survive disconnection and relinking. */
export type CalendarProfilecalendarsArgs = {
  includeDeleted?: InputMaybe<Scalars["Boolean"]>;
};

export type CalendarProvider =
  | "GOOGLE"
  | "MICROSOFT_365"
  | "OUTLOOK_COM"
  | "EXCHANGE"
  | "APPLE"
  | "CALDAV"
  /** Calendars kept by this service itself. */
  | "MERIDIAN";

export type ProfileHealth = {
  readonly __typename?: "ProfileHealth";
  readonly status: ProfileHealthStatus;
  /** Null while connected. */
  readonly cause?: Maybe<DisconnectionCause>;
  readonly since: Scalars["DateTime"];
  /** What whoever runs or uses the application should do next, in a sentence. */
  readonly remedy?: Maybe<Scalars["String"]>;
  readonly lastSyncedAt?: Maybe<Scalars["DateTime"]>;
};

export type ProfileConnection = {
  readonly __typename?: "ProfileConnection";
  readonly edges: ReadonlyArray<ProfileEdge>;
  readonly nodes: ReadonlyArray<CalendarProfile>;
  readonly pageInfo: PageInfo;
  readonly totalCount?: Maybe<Scalars["Int"]>;
};

export type ProfileEdge = {
  readonly __typename?: "ProfileEdge";
  readonly cursor: Scalars["String"];
  readonly node: CalendarProfile;
};

export type ProfileHealthStatus =
  | "CONNECTED"
  /** Failing for reasons that pass (network, throttling, provider outage); credentials are kept and retried. */
  | "DEGRADED"
  | "DISCONNECTED";

export type DisconnectionCause =
  | "CREDENTIALS_REVOKED"
  | "PASSWORD_CHANGED"
  | "SCOPES_MISSING"
  | "ADMIN_CONSENT_REQUIRED"
  /** The provider's own app registration is in testing, where its refresh tokens end after days. */
  | "APP_IN_TESTING"
  | "LICENCE_OR_MAILBOX_GONE"
  | "PROVIDER_UNREACHABLE"
  | "PROVIDER_THROTTLED"
  | "UNKNOWN";

/** A conferencing login that belongs to the user: applications may use it, and none can revoke it. */
export type ConferencingProfile = Node & {
  readonly __typename?: "ConferencingProfile";
  readonly id: Scalars["ID"];
  readonly account: CalendarAccount;
  readonly provider: ConferencingProvider;
  readonly name: Scalars["String"];
  readonly connected: Scalars["Boolean"];
  readonly relinkUrl?: Maybe<Scalars["URL"]>;
};

export type ConferencingProvider =
  "GOOGLE_MEET" | "MICROSOFT_TEAMS" | "ZOOM" | "GO_TO" | "JITSI";

export type UpsertApplicationCalendarInput = {
  readonly key: Scalars["String"];
  readonly name?: InputMaybe<Scalars["String"]>;
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
};

export type UpsertApplicationCalendarPayload = {
  readonly __typename?: "UpsertApplicationCalendarPayload";
  readonly account?: Maybe<CalendarAccount>;
  readonly calendar?: Maybe<Calendar>;
  /** An account token for it, as the OAuth token endpoint would answer. */
  readonly tokens?: Maybe<TokenSet>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type TokenSet = {
  readonly __typename?: "TokenSet";
  readonly accessToken: Scalars["String"];
  /** Null until refresh tokens are issued for this kind of credential. */
  readonly refreshToken?: Maybe<Scalars["String"]>;
  readonly expiresIn: Scalars["Int"];
  readonly scope: Scalars["String"];
};

export type ConnectCalDavInput = {
  readonly serverUrl: Scalars["URL"];
  readonly username: Scalars["String"];
  readonly password: Scalars["String"];
  /** Adds the profile to this account; without it a new account is made. */
  readonly accountId?: InputMaybe<Scalars["ID"]>;
};

export type ConnectCalDavPayload = {
  readonly __typename?: "ConnectCalDavPayload";
  readonly account?: Maybe<CalendarAccount>;
  readonly profile?: Maybe<CalendarProfile>;
  readonly tokens?: Maybe<TokenSet>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type AuthorizationRef =
  | {
      readonly accountId: Scalars["ID"];
      readonly token?: never;
    } /** A refresh or access token. */
  | { readonly accountId?: never; readonly token: Scalars["String"] };

export type RevokeAuthorizationInput = {
  readonly authorization: AuthorizationRef;
  /** Also erase what is stored of the account, once no other application uses it. */
  readonly erase?: InputMaybe<Scalars["Boolean"]>;
};

export type RevokeAuthorizationPayload = {
  readonly __typename?: "RevokeAuthorizationPayload";
  /** The account; for a service account also every account authorised through it. */
  readonly revokedAccountIds?: Maybe<ReadonlyArray<Scalars["ID"]>>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type RevokeProfileInput = {
  readonly profileId: Scalars["ID"];
};

export type RevokeProfilePayload = {
  readonly __typename?: "RevokeProfilePayload";
  readonly account?: Maybe<CalendarAccount>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type UnlinkProfileInput = {
  readonly profileId: Scalars["ID"];
};

export type UnlinkProfilePayload = {
  readonly __typename?: "UnlinkProfilePayload";
  readonly account?: Maybe<CalendarAccount>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** An OAuth client: the unit of rate limits, of managed events and of counting. */
export type CalendarApplication = Node & {
  readonly __typename?: "CalendarApplication";
  readonly id: Scalars["ID"];
  readonly name: Scalars["String"];
  readonly clientId: Scalars["String"];
  readonly mode: ApplicationMode;
  readonly redirectUris: ReadonlyArray<Scalars["String"]>;
  readonly organizationalUnit?: Maybe<OrganizationalUnit>;
  readonly rateLimit?: Maybe<ApplicationRateLimit>;
  /** How many synced accounts count for a month: each account once, application calendars apart. */
  readonly usage: ApplicationUsage;
};

/** An OAuth client: the unit of rate limits, of managed events and of counting. */
export type CalendarApplicationusageArgs = {
  month: Scalars["Date"];
};

export type ApplicationMode =
  /** Any redirect URI; not counted. */
  | "DEVELOPMENT"
  /** Only registered redirect URIs. */
  | "PRODUCTION";

export type ApplicationRateLimit = {
  readonly __typename?: "ApplicationRateLimit";
  /** 50 by default. */
  readonly perSecond: Scalars["Int"];
  /** 500 by default. */
  readonly perMinute: Scalars["Int"];
  readonly remainingThisMinute: Scalars["Int"];
};

export type ApplicationUsage = {
  readonly __typename?: "ApplicationUsage";
  readonly syncedAccounts: Scalars["Int"];
  readonly syncedResources: Scalars["Int"];
  readonly applicationCalendars: Scalars["Int"];
};

export type OrganizationalUnit = Node & {
  readonly __typename?: "OrganizationalUnit";
  readonly id: Scalars["ID"];
  readonly name: Scalars["String"];
  readonly applications: ReadonlyArray<CalendarApplication>;
  /** Distinct synced accounts per production application, summed. */
  readonly usage: ApplicationUsage;
};

export type OrganizationalUnitusageArgs = {
  month: Scalars["Date"];
};

export type CreateElementTokenInput = {
  /** Scheme, host and port, exactly as browsers send it. */
  readonly origin: Scalars["String"];
  readonly accountIds: ReadonlyArray<Scalars["ID"]>;
  readonly permissions: ReadonlyArray<ElementPermission>;
};

export type ElementPermission =
  "AGENDA" | "AVAILABILITY" | "MANAGED_AVAILABILITY" | "ACCOUNT_MANAGEMENT";

export type CreateElementTokenPayload = {
  readonly __typename?: "CreateElementTokenPayload";
  readonly token?: Maybe<Scalars["String"]>;
  readonly expiresIn?: Maybe<Scalars["Int"]>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type CreateLinkTokenInput = {
  readonly accountId: Scalars["ID"];
};

export type CreateLinkTokenPayload = {
  readonly __typename?: "CreateLinkTokenPayload";
  readonly token?: Maybe<Scalars["String"]>;
  readonly expiresIn?: Maybe<Scalars["Int"]>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type VerifyApplicationInput = {
  /** https only; `*.` may stand for a subdomain, never in a path. */
  readonly redirectUris: ReadonlyArray<Scalars["String"]>;
};

export type VerifyApplicationPayload = {
  readonly __typename?: "VerifyApplicationPayload";
  readonly application?: Maybe<CalendarApplication>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type AvailabilityInput = {
  /** Each group must be satisfied. */
  readonly participants: ReadonlyArray<ParticipantGroupInput>;
  /** 1 minute to 24 hours. */
  readonly requiredDuration: Scalars["Duration"];
  readonly search: AvailabilitySearchInput;
  readonly format?: InputMaybe<AvailabilityFormat>;
  /** The grid that slots start on, counted from the hour in `timeZone`: 5, 10, 15, 20, 30 or 60 minutes. */
  readonly startInterval?: InputMaybe<Scalars["Duration"]>;
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
  /** Free time that each participant needs around the meeting; it may reach outside the period. */
  readonly buffer?: InputMaybe<BufferInput>;
  /** 1 to 512. */
  readonly maxResults?: InputMaybe<Scalars["Int"]>;
  /** Who comes first where a group needs fewer members than it has. */
  readonly distribution?: InputMaybe<DistributionInput>;
  readonly busyRule?: InputMaybe<BusyRuleInput>;
  /** Events that do not count as busy, for rescheduling them. */
  readonly excludedEventIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  readonly minimumNotice?: InputMaybe<Scalars["Duration"]>;
  /** Members synced longer ago than this are asked again, in as few provider calls as possible, before answering. */
  readonly maxStaleness?: InputMaybe<Scalars["Duration"]>;
};

/** Where to look. */
export type AvailabilitySearchInput =
  /** At most 64, over 400 days. */
  | {
      readonly periods: ReadonlyArray<PeriodInput>;
      readonly starts?: never;
    } /** Candidate starts to test. */
  | {
      readonly periods?: never;
      readonly starts: ReadonlyArray<Scalars["DateTime"]>;
    };

export type ParticipantGroupInput = {
  readonly members: ReadonlyArray<MemberInput>;
  /** How many of the members must be free; null for all of them. */
  readonly required?: InputMaybe<Scalars["Int"]>;
};

export type MemberInput = {
  readonly accountId: Scalars["ID"];
  /** Which of the account's calendars make it busy; null for all that are not excluded by its availability rules. */
  readonly calendarIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** When this member may be booked; null for always. */
  readonly availablePeriods?: InputMaybe<ReadonlyArray<PeriodInput>>;
  /** Also keep to the account's stored availability rules and available periods. */
  readonly managedAvailability?: InputMaybe<Scalars["Boolean"]>;
  /** Which stored rules count: null for all, `[]` for none. */
  readonly availabilityRuleIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** In place of the query's, side by side. */
  readonly buffer?: InputMaybe<BufferInput>;
  /** In place of the query's. */
  readonly busyRule?: InputMaybe<BusyRuleInput>;
  /** How long the last known calendar of a disconnected member is believed; after that it is busy. */
  readonly trustLastKnownFor?: InputMaybe<Scalars["Duration"]>;
  /** Caps on this application's own events per day or week. */
  readonly limits?: InputMaybe<ReadonlyArray<BookingLimitInput>>;
  readonly weight?: InputMaybe<Scalars["Float"]>;
};

export type BufferInput = {
  readonly before?: InputMaybe<Scalars["Duration"]>;
  readonly after?: InputMaybe<Scalars["Duration"]>;
};

export type BookingLimitInput = {
  readonly period: LimitPeriod;
  readonly maximum: Scalars["Int"];
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
  readonly categories?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
};

export type LimitPeriod = "DAY" | "WEEK";

export type AvailabilityFormat =
  /** Spans at least `requiredDuration` long. */
  | "PERIODS"
  /** Each exactly `requiredDuration` long, starting on the grid, earliest first, none overlapping. */
  | "SLOTS"
  /** One for every start on the grid. */
  | "OVERLAPPING_SLOTS";

export type DistributionInput = {
  readonly strategy: DistributionStrategy;
  /** How far back bookings count. */
  readonly window?: InputMaybe<Scalars["Duration"]>;
  /** Only bookings in these categories count. */
  readonly categories?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  /** Makes RANDOM repeatable. */
  readonly seed?: InputMaybe<Scalars["String"]>;
};

/** Ranks members and never excludes one who is free. */
export type DistributionStrategy =
  /** As listed. */
  | "ORDERED"
  | "RANDOM"
  /** Fewest bookings for their weight first; newcomers and absences are calibrated so that nobody is flooded. */
  | "LEAST_BOOKED";

/** What counts as busy, with the same meaning for every provider. */
export type BusyRuleInput = {
  readonly tentative?: InputMaybe<Scalars["Boolean"]>;
  readonly unanswered?: InputMaybe<Scalars["Boolean"]>;
  readonly workingElsewhere?: InputMaybe<Scalars["Boolean"]>;
  readonly outOfOffice?: InputMaybe<Scalars["Boolean"]>;
  /** Only this application's own events count. */
  readonly onlyManaged?: InputMaybe<Scalars["Boolean"]>;
};

export type Availability = {
  readonly __typename?: "Availability";
  readonly slots: ReadonlyArray<AvailableSlot>;
  /** More would have been found with a larger `maxResults`. */
  readonly truncated: Scalars["Boolean"];
  readonly members: ReadonlyArray<MemberAvailability>;
  readonly freshness: Freshness;
  /** Why starts on the grid were refused, earliest first. */
  readonly rejections: ReadonlyArray<SlotRejection>;
};

export type AvailabilityrejectionsArgs = {
  first?: InputMaybe<Scalars["Int"]>;
  at?: InputMaybe<Scalars["DateTime"]>;
};

export type AvailableSlot = {
  readonly __typename?: "AvailableSlot";
  readonly start: Scalars["DateTime"];
  readonly end: Scalars["DateTime"];
  /** Opaque: this slot and the rules that found it, for `createHold`. Good for an hour. */
  readonly token: Scalars["String"];
  /** Who is free then, preferred first within each group. */
  readonly participants: ReadonlyArray<SlotParticipant>;
};

export type SlotParticipant = {
  readonly __typename?: "SlotParticipant";
  readonly account: CalendarAccount;
  readonly group: Scalars["Int"];
  /** Whether the group would take this member, by its `required` and the distribution. */
  readonly preferred: Scalars["Boolean"];
  /** Bookings counted for LEAST_BOOKED. */
  readonly bookings?: Maybe<Scalars["Int"]>;
};

export type MemberAvailability = {
  readonly __typename?: "MemberAvailability";
  readonly accountId: Scalars["ID"];
  readonly account?: Maybe<CalendarAccount>;
  readonly status: MemberStatus;
  readonly precision: BusyPrecision;
};

export type BusyPrecision =
  | "EVENTS"
  /** Only blocks are known: tentative and unanswered time counts as busy. */
  | "BLOCKS";

export type MemberStatus =
  | "ACTIVE"
  /** Not synced yet: counted as busy throughout. */
  | "PENDING"
  /** Counted from the last known calendar. */
  | "DISCONNECTED";

export type SlotRejection = {
  readonly __typename?: "SlotRejection";
  readonly start: Scalars["DateTime"];
  readonly reasons: ReadonlyArray<RejectionReason>;
};

export type RejectionReason = {
  readonly __typename?: "RejectionReason";
  readonly account: CalendarAccount;
  readonly kind: RejectionKind;
  readonly calendar?: Maybe<Calendar>;
  /** Set where the credential may read the event itself. */
  readonly event?: Maybe<CalendarEvent>;
  readonly busy?: Maybe<TimePeriod>;
};

export type RejectionKind =
  | "BUSY"
  | "BUFFER"
  | "OUTSIDE_AVAILABLE_PERIODS"
  | "OUTSIDE_AVAILABILITY_RULES"
  | "BOOKING_LIMIT"
  | "HELD"
  | "MINIMUM_NOTICE"
  | "NOT_SYNCED";

export type SequencedAvailabilityInput = {
  /** 1 to 10. */
  readonly steps: ReadonlyArray<SequenceStepInput>;
  readonly queryPeriods: ReadonlyArray<PeriodInput>;
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
  readonly startInterval?: InputMaybe<Scalars["Duration"]>;
  readonly maxResults?: InputMaybe<Scalars["Int"]>;
  readonly distribution?: InputMaybe<DistributionInput>;
  readonly busyRule?: InputMaybe<BusyRuleInput>;
  readonly excludedEventIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  readonly minimumNotice?: InputMaybe<Scalars["Duration"]>;
  readonly maxStaleness?: InputMaybe<Scalars["Duration"]>;
};

export type SequenceStepInput = {
  readonly key: Scalars["String"];
  /** Steps with equal ordinals may be taken in any order; null for the order given. */
  readonly ordinal?: InputMaybe<Scalars["Int"]>;
  readonly participants: ReadonlyArray<ParticipantGroupInput>;
  readonly requiredDuration: Scalars["Duration"];
  /** In place of the query's. */
  readonly queryPeriods?: InputMaybe<ReadonlyArray<PeriodInput>>;
  readonly startInterval?: InputMaybe<Scalars["Duration"]>;
  /** Least and most free time to the step before and after; before the first and after the last they are buffers. */
  readonly gapBefore?: InputMaybe<DurationRangeInput>;
  readonly gapAfter?: InputMaybe<DurationRangeInput>;
};

export type DurationRangeInput = {
  readonly minimum?: InputMaybe<Scalars["Duration"]>;
  readonly maximum?: InputMaybe<Scalars["Duration"]>;
};

export type SequencedAvailability = {
  readonly __typename?: "SequencedAvailability";
  readonly sequences: ReadonlyArray<Sequence>;
  /** More would have been found, or the search was cut off. */
  readonly truncated: Scalars["Boolean"];
  readonly members: ReadonlyArray<MemberAvailability>;
  readonly freshness: Freshness;
};

export type Sequence = {
  readonly __typename?: "Sequence";
  readonly steps: ReadonlyArray<SequenceStep>;
};

export type SequenceStep = {
  readonly __typename?: "SequenceStep";
  readonly key: Scalars["String"];
  readonly slot: AvailableSlot;
};

/** Hours in which an account may be booked, week after week, in its own zone across daylight saving. */
export type AvailabilityRule = Node & {
  readonly __typename?: "AvailabilityRule";
  readonly id: Scalars["ID"];
  readonly account: CalendarAccount;
  /** Chosen by the application; unique within the account. */
  readonly key: Scalars["String"];
  readonly timeZone: Scalars["TimeZone"];
  /** The calendars that make the account busy under this rule; null for all. */
  readonly calendars?: Maybe<ReadonlyArray<Calendar>>;
  readonly weeklyPeriods: ReadonlyArray<WeeklyPeriod>;
};

export type WeeklyPeriod = {
  readonly __typename?: "WeeklyPeriod";
  readonly day: Weekday;
  readonly start: Scalars["LocalTime"];
  readonly end: Scalars["LocalTime"];
};

export type Weekday =
  | "MONDAY"
  | "TUESDAY"
  | "WEDNESDAY"
  | "THURSDAY"
  | "FRIDAY"
  | "SATURDAY"
  | "SUNDAY";

export type AvailablePeriodConnection = {
  readonly __typename?: "AvailablePeriodConnection";
  readonly edges: ReadonlyArray<AvailablePeriodEdge>;
  readonly nodes: ReadonlyArray<AvailablePeriod>;
  readonly pageInfo: PageInfo;
};

export type AvailablePeriodEdge = {
  readonly __typename?: "AvailablePeriodEdge";
  readonly cursor: Scalars["String"];
  readonly node: AvailablePeriod;
};

/** A single span in which an account may be booked, besides its rules. */
export type AvailablePeriod = Node & {
  readonly __typename?: "AvailablePeriod";
  readonly id: Scalars["ID"];
  readonly account: CalendarAccount;
  readonly key: Scalars["String"];
  readonly start: Scalars["DateTime"];
  readonly end: Scalars["DateTime"];
};

export type HeldSlot = {
  readonly __typename?: "HeldSlot";
  readonly start: Scalars["DateTime"];
  readonly end: Scalars["DateTime"];
  readonly accounts: ReadonlyArray<Maybe<CalendarAccount>>;
};

/** Slots kept for one booking until it is confirmed, released or expired; held time is busy to everyone else. */
export type Hold = Node & {
  readonly __typename?: "Hold";
  readonly id: Scalars["ID"];
  readonly slots: ReadonlyArray<HeldSlot>;
  readonly expiresAt: Scalars["DateTime"];
  readonly status: HoldStatus;
};

export type HoldStatus = "HELD" | "CONFIRMED" | "RELEASED" | "EXPIRED";

export type UpsertAvailabilityRuleInput = {
  readonly accountId: Scalars["ID"];
  readonly key: Scalars["String"];
  readonly timeZone: Scalars["TimeZone"];
  readonly calendarIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  readonly weeklyPeriods: ReadonlyArray<WeeklyPeriodInput>;
};

export type WeeklyPeriodInput = {
  readonly day: Weekday;
  readonly start: Scalars["LocalTime"];
  readonly end: Scalars["LocalTime"];
};

export type DeleteAvailabilityRuleInput = {
  readonly id: Scalars["ID"];
};

export type DeleteAvailabilityRulePayload = {
  readonly __typename?: "DeleteAvailabilityRulePayload";
  readonly account?: Maybe<CalendarAccount>;
  readonly deletedId?: Maybe<Scalars["ID"]>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type UpsertAvailabilityRulePayload = {
  readonly __typename?: "UpsertAvailabilityRulePayload";
  readonly rule?: Maybe<AvailabilityRule>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type UpsertAvailablePeriodInput = {
  readonly accountId: Scalars["ID"];
  readonly key: Scalars["String"];
  readonly start: Scalars["DateTime"];
  readonly end: Scalars["DateTime"];
};

export type DeleteAvailablePeriodInput = {
  readonly id: Scalars["ID"];
};

export type DeleteAvailablePeriodPayload = {
  readonly __typename?: "DeleteAvailablePeriodPayload";
  readonly account?: Maybe<CalendarAccount>;
  readonly deletedId?: Maybe<Scalars["ID"]>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type UpsertAvailablePeriodPayload = {
  readonly __typename?: "UpsertAvailablePeriodPayload";
  readonly period?: Maybe<AvailablePeriod>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type CreateHoldInput = {
  /** All or none: one for a meeting, one per step for a sequence. */
  readonly slots: ReadonlyArray<HoldSlotInput>;
  /** 1 to 30 minutes. */
  readonly ttl?: InputMaybe<Scalars["Duration"]>;
  readonly idempotencyKey?: InputMaybe<Scalars["String"]>;
};

export type HoldSlotInput = {
  readonly slotToken: Scalars["String"];
  /** Who of the slot's participants; null for the preferred ones. */
  readonly accountIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** RFC 5545 lines: hold every occurrence, all or none; the conflicting ones are named in `userErrors`. */
  readonly recurrence?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
};

export type CreateHoldPayload = {
  readonly __typename?: "CreateHoldPayload";
  readonly hold?: Maybe<Hold>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type ReleaseHoldPayload = {
  readonly __typename?: "ReleaseHoldPayload";
  readonly hold?: Maybe<Hold>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type ReleaseHoldInput = {
  readonly holdId: Scalars["ID"];
};

export type ConfirmHoldInput = {
  readonly holdId: Scalars["ID"];
  /** At most one per slot and account; where `start` and `end` are absent they are the slot's. */
  readonly events: ReadonlyArray<ConfirmHoldEventInput>;
  /** Confirm although a member's provider cannot be asked now; its event is then PENDING. */
  readonly allowUnreachable?: InputMaybe<Scalars["Boolean"]>;
  readonly control?: InputMaybe<WriteControl>;
};

export type ConfirmHoldEventInput = {
  /** Which of `Hold.slots`. */
  readonly slot?: InputMaybe<Scalars["Int"]>;
  readonly event: UpsertEventInput;
};

export type ConfirmHoldPayload = {
  readonly __typename?: "ConfirmHoldPayload";
  readonly hold?: Maybe<Hold>;
  /** One per event, in order: APPLIED, or PENDING with its operation. */
  readonly results?: Maybe<ReadonlyArray<UpsertEventPayload>>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type Calendar = Node & {
  readonly __typename?: "Calendar";
  readonly id: Scalars["ID"];
  readonly account: CalendarAccount;
  readonly profile: CalendarProfile;
  readonly name: Scalars["String"];
  readonly color?: Maybe<Scalars["HexColor"]>;
  readonly timeZone?: Maybe<Scalars["TimeZone"]>;
  readonly primary: Scalars["Boolean"];
  readonly readOnly: Scalars["Boolean"];
  readonly deleted: Scalars["Boolean"];
  /** SANDBOX: only the application's own events may be changed. */
  readonly permission: CalendarPermission;
  readonly capabilities: CalendarCapabilities;
  /** `first`: 1 to 500. */
  readonly events?: Maybe<EventConnection>;
  readonly sync?: Maybe<CalendarSync>;
  /** An iCalendar feed of this calendar that other programs can subscribe to; null until `setIcsFeed` turns it on. Needs read_events. */
  readonly icsUrl?: Maybe<Scalars["URL"]>;
};

export type CalendareventsArgs = {
  filter?: InputMaybe<EventFilter>;
  first?: InputMaybe<Scalars["Int"]>;
  after?: InputMaybe<Scalars["String"]>;
};

export type CalendarPermission = "SANDBOX" | "UNRESTRICTED";

/** What this calendar's provider can carry. */
export type CalendarCapabilities = {
  readonly __typename?: "CalendarCapabilities";
  readonly attendees: Scalars["Boolean"];
  /** Whether a write can leave attendees untold. */
  readonly suppressNotifications: Scalars["Boolean"];
  readonly integratedConferencing?: Maybe<ConferencingProvider>;
  readonly attachments: Scalars["Boolean"];
  readonly recurrence: RecurrenceSupport;
  readonly maxReminders?: Maybe<Scalars["Int"]>;
  readonly push: Scalars["Boolean"];
};

export type RecurrenceSupport =
  | "NONE"
  /** The patterns that Microsoft's calendars can hold. */
  | "PATTERNED"
  | "FULL";

/** The sync journal of one calendar. */
export type CalendarSync = {
  readonly __typename?: "CalendarSync";
  /** How far ahead changes are known without asking again; null when without bound. */
  readonly changesThrough?: Maybe<Scalars["Date"]>;
  readonly lastSyncedAt?: Maybe<Scalars["DateTime"]>;
  readonly mode: SyncMode;
  readonly nextAt?: Maybe<Scalars["DateTime"]>;
  readonly runs: ReadonlyArray<SyncRun>;
};

/** The sync journal of one calendar. */
export type CalendarSyncrunsArgs = {
  last?: InputMaybe<Scalars["Int"]>;
};

export type SyncMode = "PUSH" | "POLL" | "LOCAL";

export type SyncRun = Node & {
  readonly __typename?: "SyncRun";
  readonly id: Scalars["ID"];
  readonly status: SyncRunStatus;
  readonly startedAt: Scalars["DateTime"];
  readonly finishedAt?: Maybe<Scalars["DateTime"]>;
  readonly kind: SyncKind;
  readonly changes: Scalars["Int"];
  readonly providerCalls: Scalars["Int"];
  /** Resources that could not be read; the rest of the run went on. */
  readonly skipped: ReadonlyArray<SkippedResource>;
  readonly failure?: Maybe<ProviderFailure>;
};

export type SyncRunStatus = "RUNNING" | "SUCCEEDED" | "FAILED";

export type SyncKind = "FULL" | "INCREMENTAL" | "RECONCILIATION";

export type SkippedResource = {
  readonly __typename?: "SkippedResource";
  readonly uid?: Maybe<Scalars["String"]>;
  readonly reason: Scalars["String"];
};

export type CreateCalendarInput = {
  readonly idempotencyKey?: InputMaybe<Scalars["String"]>;
  readonly profileId: Scalars["ID"];
  readonly name: Scalars["String"];
  readonly color?: InputMaybe<Scalars["HexColor"]>;
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
};

export type CreateCalendarPayload = {
  readonly __typename?: "CreateCalendarPayload";
  readonly calendar?: Maybe<Calendar>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type SyncCalendarInput = {
  readonly calendarId: Scalars["ID"];
  readonly kind?: InputMaybe<SyncKind>;
};

export type SyncCalendarPayload = {
  readonly __typename?: "SyncCalendarPayload";
  readonly run?: Maybe<SyncRun>;
  readonly calendar?: Maybe<Calendar>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type DeleteCalendarInput = {
  readonly calendarId: Scalars["ID"];
};

export type DeleteCalendarPayload = {
  readonly __typename?: "DeleteCalendarPayload";
  readonly deletedId?: Maybe<Scalars["ID"]>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type RequestCalendarPermissionInput = {
  readonly calendarIds: ReadonlyArray<Scalars["ID"]>;
  readonly redirectUri: Scalars["URL"];
};

export type RequestCalendarPermissionPayload = {
  readonly __typename?: "RequestCalendarPermissionPayload";
  /** Null when nothing needs to be asked. */
  readonly url?: Maybe<Scalars["URL"]>;
  readonly calendars?: Maybe<ReadonlyArray<Calendar>>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type SetIcsFeedInput = {
  readonly calendarId: Scalars["ID"];
  readonly enabled: Scalars["Boolean"];
  readonly rotate?: InputMaybe<Scalars["Boolean"]>;
};

export type SetIcsFeedPayload = {
  readonly __typename?: "SetIcsFeedPayload";
  readonly calendar?: Maybe<Calendar>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type ImportIcsInput = {
  readonly calendarId: Scalars["ID"];
  readonly ics: Scalars["String"];
};

export type ImportIcsPayload = {
  readonly __typename?: "ImportIcsPayload";
  readonly created: Scalars["Int"];
  readonly updated: Scalars["Int"];
  readonly unchanged: Scalars["Int"];
  readonly skipped: ReadonlyArray<SkippedResource>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type ChangeFilter = {
  readonly accountIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  readonly calendarIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  readonly kinds?: InputMaybe<ReadonlyArray<ChangeKind>>;
  readonly managed?: InputMaybe<ManagedEvents>;
  /** Changes that this application made itself are left out by default. */
  readonly includeOwn?: InputMaybe<Scalars["Boolean"]>;
};

/** One to 100 changes; or none, at least every 30 s, so that a quiet subscription's cursor never ages out. */
export type ChangeBatch = {
  readonly __typename?: "ChangeBatch";
  /** Hand it back as `after` to go on from here. Store it after the changes are processed. */
  readonly cursor: Scalars["String"];
  readonly changes: ReadonlyArray<CalendarChange>;
  /** True once everything up to the subscription's start has been delivered. */
  readonly caughtUp: Scalars["Boolean"];
};

export type CalendarChange = {
  readonly __typename?: "CalendarChange";
  /** Hand it back as `after` to go on behind this change. */
  readonly cursor: Scalars["String"];
  readonly kind: ChangeKind;
  readonly at: Scalars["DateTime"];
  readonly accountId: Scalars["ID"];
  /** Null once the application may no longer see it (AUTHORIZATION_REVOKED, ERASURE_REQUESTED). */
  readonly account?: Maybe<CalendarAccount>;
  /** What changed, as it is now; null when it is gone. Its id is always in `subjectId`. */
  readonly subject?: Maybe<ChangeSubject>;
  readonly subjectId: Scalars["ID"];
  /** Whether this application made the change. */
  readonly own: Scalars["Boolean"];
};

export type ChangeSubject =
  | CalendarAccount
  | CalendarEvent
  | Calendar
  | CalendarProfile
  | ConferencingProfile
  | WriteOperation
  | Hold
  | AvailabilityRule;

export type ChangeKind =
  | "ACCOUNT_AUTHORIZED"
  | "PROFILE_LINKED"
  | "AVAILABILITY_RULE_CHANGED"
  | "HOLD_ENDED"
  | "EVENT_CREATED"
  | "EVENT_UPDATED"
  | "EVENT_DELETED"
  | "CALENDAR_CREATED"
  | "CALENDAR_UPDATED"
  | "CALENDAR_DELETED"
  | "PROFILE_INITIAL_SYNC_COMPLETED"
  | "PROFILE_DEGRADED"
  | "PROFILE_DISCONNECTED"
  | "PROFILE_RECONNECTED"
  | "PROFILE_REVOKED"
  | "CONFERENCING_PROFILE_DISCONNECTED"
  | "CONFERENCING_ASSIGNED"
  | "CONFERENCING_FAILED"
  /** A moment before or after an event's start or end that the application asked to hear of. */
  | "EVENT_TRIGGERED"
  | "OPERATION_FAILED"
  | "AUTHORIZATION_REVOKED"
  | "ERASURE_REQUESTED";

export type PageInfo = {
  readonly __typename?: "PageInfo";
  readonly hasNextPage: Scalars["Boolean"];
  readonly hasPreviousPage: Scalars["Boolean"];
  readonly startCursor?: Maybe<Scalars["String"]>;
  readonly endCursor?: Maybe<Scalars["String"]>;
};

/** A half-open span of time: `start` is in it, `end` is not. */
export type TimePeriod = {
  readonly __typename?: "TimePeriod";
  readonly start: Scalars["DateTime"];
  readonly end: Scalars["DateTime"];
};

export type PeriodInput = {
  readonly start: Scalars["DateTime"];
  readonly end: Scalars["DateTime"];
};

/**
 * Why a mutation did not do what was asked. A mutation that answers any `userErrors` changed nothing.
 * Failures of the credential, of rate limits and of this server are GraphQL errors with `extensions.code` instead.
 */
export type CalendarUserError = {
  readonly __typename?: "CalendarUserError";
  /** Path into `input`, a name or an index a part: `attendees`, `invite`, `0`, `email`. */
  readonly path: ReadonlyArray<Scalars["String"]>;
  readonly code: UserErrorCode;
  /** For people; English; may change. */
  readonly message: Scalars["String"];
};

/** What `errors[].extensions.code` may be. FORBIDDEN carries `extensions.requiredScope`, RATE_LIMITED `extensions.retryAfter`, RESYNC_REQUIRED `extensions.cursor`. */
export type ErrorCode =
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "BAD_USER_INPUT"
  | "RATE_LIMITED"
  | "COST_LIMIT_EXCEEDED"
  | "RESYNC_REQUIRED"
  | "INTERNAL_SERVER_ERROR";

export type UserErrorCode =
  | "REQUIRED"
  | "INVALID"
  | "TOO_LONG"
  | "OUT_OF_RANGE"
  | "NOT_FOUND"
  /** An external event's uid was given where a managed event's id belongs, or the reverse. */
  | "WRONG_EVENT_KIND"
  | "READ_ONLY"
  /** The calendar's provider cannot do this; `Calendar.capabilities` says so beforehand. */
  | "NOT_SUPPORTED"
  /** The event changed since `ifVersion`; the payload carries the current one. */
  | "VERSION_CONFLICT"
  /** The `idempotencyKey` was used before with another input. */
  | "IDEMPOTENCY_MISMATCH"
  | "PROFILE_DISCONNECTED"
  | "DUPLICATE"
  /** This object may not be changed by this application (SANDBOX, permissions). A missing scope is a GraphQL error instead. */
  | "FORBIDDEN"
  | "SLOT_TAKEN"
  | "HOLD_EXPIRED"
  /** The slot token is older than it may be; ask for availability again. */
  | "SLOT_TOKEN_EXPIRED"
  | "CREDENTIALS_REJECTED"
  | "PROVIDER_UNREACHABLE"
  /** The provider answered and would not. */
  | "PROVIDER_REJECTED"
  | "LIMIT_EXCEEDED";

/** How current an answer is. */
export type Freshness = {
  readonly __typename?: "Freshness";
  /** The answer holds every change that the providers had made known by this instant. */
  readonly asOf: Scalars["DateTime"];
  /** Position in the change log of this answer: hand it to `changes(after:)` and nothing is missed, though something may come twice. For a paged walk, keep the first page's. */
  readonly changesCursor: Scalars["String"];
  /** Calendars whose last successful sync is older than was asked for, and why. */
  readonly stale: ReadonlyArray<StaleCalendar>;
};

export type StaleCalendar = {
  readonly __typename?: "StaleCalendar";
  readonly calendar: Calendar;
  readonly lastSyncedAt?: Maybe<Scalars["DateTime"]>;
  readonly reason: StaleReason;
};

export type StaleReason =
  | "NEVER_SYNCED"
  | "PROFILE_DISCONNECTED"
  | "PROVIDER_UNREACHABLE"
  | "PROVIDER_THROTTLED";

/**
 * One event, or one occurrence of a recurring event.
 * MANAGED events were made by this application and are keyed by its own `key` within a calendar;
 * EXTERNAL events came from elsewhere and are keyed by `uid`.
 */
export type CalendarEvent = Node & {
  readonly __typename?: "CalendarEvent";
  readonly id: Scalars["ID"];
  readonly origin: EventOrigin;
  /** The application's own key; null for external events, and never shown to another application. */
  readonly key?: Maybe<Scalars["String"]>;
  readonly uid: Scalars["String"];
  readonly calendar: Calendar;
  readonly summary?: Maybe<Scalars["String"]>;
  readonly description?: Maybe<Scalars["String"]>;
  readonly start: EventTime;
  readonly end: EventTime;
  readonly allDay: Scalars["Boolean"];
  readonly status: EventStatus;
  readonly busyStatus: BusyStatus;
  readonly visibility: EventVisibility;
  readonly location?: Maybe<EventLocation>;
  readonly url?: Maybe<Scalars["URL"]>;
  readonly color?: Maybe<Scalars["HexColor"]>;
  readonly categories: ReadonlyArray<Scalars["String"]>;
  readonly organizer?: Maybe<EventPerson>;
  /** The owner and the organizer first. */
  readonly attendees: ReadonlyArray<Attendee>;
  /** Null where the provider hides the list. */
  readonly attendeeCount?: Maybe<Scalars["Int"]>;
  /** The calendar owner's own answer to the invitation. */
  readonly participationStatus?: Maybe<ParticipationStatus>;
  readonly reminders: ReadonlyArray<Reminder>;
  readonly conferencing?: Maybe<Conferencing>;
  readonly attachments: ReadonlyArray<EventAttachment>;
  /** The application's private key-value data; other applications and the user never see it. */
  readonly metadata?: Maybe<Scalars["JSONObject"]>;
  /** The series that this is an occurrence of, or the rules of the series that this is. */
  readonly recurrence?: Maybe<Recurrence>;
  /** Of a series (or of the series that this belongs to); null for a single event. */
  readonly occurrences?: Maybe<EventConnection>;
  readonly permissions: EventPermissions;
  readonly deleted: Scalars["Boolean"];
  readonly createdAt: Scalars["DateTime"];
  readonly updatedAt: Scalars["DateTime"];
  /** When this service took the last change in: what `modifiedSince` compares with. */
  readonly syncedAt: Scalars["DateTime"];
  /** Changes with every change of the event; hand it back as `ifVersion`. */
  readonly version: Scalars["String"];
};

/**
 * One event, or one occurrence of a recurring event.
 * MANAGED events were made by this application and are keyed by its own `key` within a calendar;
 * EXTERNAL events came from elsewhere and are keyed by `uid`.
 */
export type CalendarEventattendeesArgs = {
  first?: InputMaybe<Scalars["Int"]>;
};

/**
 * One event, or one occurrence of a recurring event.
 * MANAGED events were made by this application and are keyed by its own `key` within a calendar;
 * EXTERNAL events came from elsewhere and are keyed by `uid`.
 */
export type CalendarEventoccurrencesArgs = {
  from: Scalars["DateTime"];
  to: Scalars["DateTime"];
  includeDeleted?: InputMaybe<Scalars["Boolean"]>;
  first?: InputMaybe<Scalars["Int"]>;
  after?: InputMaybe<Scalars["String"]>;
};

export type EventVisibility = "DEFAULT" | "PUBLIC" | "PRIVATE" | "CONFIDENTIAL";

export type EventOrigin = "MANAGED" | "EXTERNAL";

export type EventStatus = "CONFIRMED" | "TENTATIVE" | "CANCELLED";

/** What the event does to its owner's free/busy time, with one meaning for every provider. */
export type BusyStatus =
  "FREE" | "TENTATIVE" | "BUSY" | "OUT_OF_OFFICE" | "WORKING_ELSEWHERE";

/**
 * When an event starts or ends. A timed event has `dateTime`, an instant; `timeZone` is how to show it and never moves a single event.
 * A recurring timed event keeps its wall clock in `timeZone` across daylight saving. An all-day event has `date` alone, and its end day is not part of it.
 */
export type EventTime = {
  readonly __typename?: "EventTime";
  readonly dateTime?: Maybe<Scalars["DateTime"]>;
  readonly date?: Maybe<Scalars["Date"]>;
  readonly timeZone?: Maybe<Scalars["TimeZone"]>;
  /** The same instant as a wall clock in `timeZone` shows it, with its offset (`2026-03-29T02:00:00+01:00`); without one when floating, a day when all-day. */
  readonly local: Scalars["String"];
  /** A wall clock without a zone of its own, read in the calendar's. */
  readonly floating: Scalars["Boolean"];
};

export type EventTimeInput =
  | { readonly timed: TimedInput; readonly date?: never } /** All-day. */
  | { readonly timed?: never; readonly date: Scalars["Date"] };

export type TimedInput = {
  readonly dateTime: Scalars["DateTime"];
  /** How to show it, null for the calendar's; required for a recurring event, whose wall clock it fixes. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
};

export type EventLocation = {
  readonly __typename?: "EventLocation";
  readonly description?: Maybe<Scalars["String"]>;
  readonly latitude?: Maybe<Scalars["Float"]>;
  readonly longitude?: Maybe<Scalars["Float"]>;
};

export type EventPerson = {
  readonly __typename?: "EventPerson";
  readonly email?: Maybe<Scalars["EmailAddress"]>;
  readonly name?: Maybe<Scalars["String"]>;
};

export type Attendee = {
  readonly __typename?: "Attendee";
  /** Null where the address is no e-mail address. */
  readonly email?: Maybe<Scalars["EmailAddress"]>;
  /** As the provider has it: `mailto:`, `urn:uuid:`, `tel:`, a principal. */
  readonly uri: Scalars["String"];
  readonly name?: Maybe<Scalars["String"]>;
  readonly status: ParticipationStatus;
  readonly optional: Scalars["Boolean"];
  readonly resource: Scalars["Boolean"];
  /** Whether this is the calendar's owner. */
  readonly self: Scalars["Boolean"];
  /** Where the address belongs to an account that the application may see. */
  readonly account?: Maybe<CalendarAccount>;
};

export type ParticipationStatus =
  "NEEDS_ACTION" | "ACCEPTED" | "DECLINED" | "TENTATIVE" | "DELEGATED";

export type Reminder = {
  readonly __typename?: "Reminder";
  readonly minutes: Scalars["Int"];
};

export type Conferencing = {
  readonly __typename?: "Conferencing";
  readonly status: ConferencingStatus;
  readonly provider?: Maybe<ConferencingProvider>;
  readonly providerName?: Maybe<Scalars["String"]>;
  readonly joinUrl?: Maybe<Scalars["URL"]>;
  readonly dialIn: ReadonlyArray<DialIn>;
  readonly failure?: Maybe<ProviderFailure>;
};

export type DialIn = {
  readonly __typename?: "DialIn";
  readonly phoneNumber: Scalars["String"];
  readonly pin?: Maybe<Scalars["String"]>;
  readonly country?: Maybe<Scalars["String"]>;
};

export type ConferencingStatus = "PENDING" | "READY" | "FAILED";

export type EventAttachment = {
  readonly __typename?: "EventAttachment";
  readonly id: Scalars["ID"];
  readonly fileName: Scalars["String"];
  readonly contentType: Scalars["String"];
  readonly url?: Maybe<Scalars["URL"]>;
};

export type Recurrence = {
  readonly __typename?: "Recurrence";
  readonly role: RecurrenceRole;
  /** The same on all of its occurrences; on the series, itself. */
  readonly series: CalendarEvent;
  /** RFC 5545 lines: `RRULE:…`, `RDATE…`, `EXDATE…`. */
  readonly rules: ReadonlyArray<Scalars["String"]>;
  /** Where the rule put this occurrence, before it was moved; null on the series itself. */
  readonly originalStart?: Maybe<EventTime>;
};

export type RecurrenceRole =
  | "SERIES"
  | "OCCURRENCE"
  /** An occurrence that was changed by itself. */
  | "EXCEPTION";

export type EventPermissions = {
  readonly __typename?: "EventPermissions";
  readonly update: Scalars["Boolean"];
  readonly delete: Scalars["Boolean"];
  readonly changeParticipationStatus: Scalars["Boolean"];
};

export type EventRef =
  | {
      readonly id: Scalars["ID"];
      readonly managed?: never;
      readonly external?: never;
    }
  | {
      readonly id?: never;
      readonly managed: ManagedEventRef;
      readonly external?: never;
    }
  | {
      readonly id?: never;
      readonly managed?: never;
      readonly external: ExternalEventRef;
    };

export type ManagedEventRef = {
  readonly calendarId: Scalars["ID"];
  readonly key: Scalars["String"];
};

export type ExternalEventRef = {
  readonly calendarId: Scalars["ID"];
  readonly uid: Scalars["String"];
  readonly originalStart?: InputMaybe<Scalars["DateTime"]>;
};

export type EventFilter = {
  /** Events that end after `from` and start before `to`. Default: 42 days back to 201 days ahead; any range may be asked for. */
  readonly from?: InputMaybe<Scalars["DateTime"]>;
  readonly to?: InputMaybe<Scalars["DateTime"]>;
  /** Where days begin and end for all-day events. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
  readonly calendarIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** The application's own events are left out by default. */
  readonly managed?: InputMaybe<ManagedEvents>;
  readonly includeDeleted?: InputMaybe<Scalars["Boolean"]>;
  /** Also events that once were in the range and have been moved out of it. */
  readonly includeMoved?: InputMaybe<Scalars["Boolean"]>;
  /** Changed at or after this instant. To follow changes use `changes`, which loses none. */
  readonly modifiedSince?: InputMaybe<Scalars["DateTime"]>;
  readonly expand?: InputMaybe<RecurrenceExpansion>;
  /** Calendars synced longer ago than this are asked again before answering. */
  readonly maxStaleness?: InputMaybe<Scalars["Duration"]>;
};

export type ManagedEvents = "EXCLUDE" | "INCLUDE" | "ONLY";

export type RecurrenceExpansion = "OCCURRENCES" | "SERIES";

/** Ordered by start, then id. Pages of one walk never repeat or miss an event that did not change during it. */
export type EventConnection = {
  readonly __typename?: "EventConnection";
  readonly edges: ReadonlyArray<EventEdge>;
  readonly nodes: ReadonlyArray<CalendarEvent>;
  readonly pageInfo: PageInfo;
  readonly freshness: Freshness;
};

export type EventEdge = {
  readonly __typename?: "EventEdge";
  readonly cursor: Scalars["String"];
  readonly node: CalendarEvent;
};

export type FreeBusyFilter = {
  readonly from: Scalars["DateTime"];
  readonly to: Scalars["DateTime"];
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
  readonly calendarIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** Unlike `EventFilter`: the application's own bookings make their owner busy. */
  readonly managed?: InputMaybe<ManagedEvents>;
  readonly includeFree?: InputMaybe<Scalars["Boolean"]>;
  readonly includeDeleted?: InputMaybe<Scalars["Boolean"]>;
  readonly modifiedSince?: InputMaybe<Scalars["DateTime"]>;
  readonly maxStaleness?: InputMaybe<Scalars["Duration"]>;
};

export type FreeBusyPeriodEdge = {
  readonly __typename?: "FreeBusyPeriodEdge";
  readonly cursor: Scalars["String"];
  readonly node: FreeBusyPeriod;
};

/** Ordered by start. */
export type FreeBusyPeriodConnection = {
  readonly __typename?: "FreeBusyPeriodConnection";
  readonly edges: ReadonlyArray<FreeBusyPeriodEdge>;
  readonly nodes: ReadonlyArray<FreeBusyPeriod>;
  readonly pageInfo: PageInfo;
  readonly freshness: Freshness;
};

/** All that a free/busy scope may see of an event. */
export type FreeBusyPeriod = {
  readonly __typename?: "FreeBusyPeriod";
  /** Null where the scope may not know which. */
  readonly calendar?: Maybe<Calendar>;
  readonly start: EventTime;
  readonly end: EventTime;
  /** What counts, after the owner's answer and the event's transparency. */
  readonly busyStatus: BusyStatus;
  /** An invitation that the owner has not answered. */
  readonly unanswered: Scalars["Boolean"];
  /** Stable while the event is; null where only blocks are known. */
  readonly eventId?: Maybe<Scalars["ID"]>;
  /** Of the application's own events. */
  readonly key?: Maybe<Scalars["String"]>;
  readonly deleted: Scalars["Boolean"];
};

/**
 * In every upsert and update: an absent field keeps its value, `null` clears it, and `null` where a value is required is INVALID.
 * A new event's absent fields take the calendar's defaults.
 */
export type UpsertEventInput = {
  readonly calendarId: Scalars["ID"];
  /** 1 to 1,024 characters, chosen by the application; unique within the calendar. */
  readonly key: Scalars["String"];
  /** At most 1,024 characters. Required when the event is created. */
  readonly summary?: InputMaybe<Scalars["String"]>;
  /** Plain text, at most 8,192 characters. */
  readonly description?: InputMaybe<Scalars["String"]>;
  readonly start?: InputMaybe<EventTimeInput>;
  readonly end?: InputMaybe<EventTimeInput>;
  readonly status?: InputMaybe<EventStatus>;
  readonly busyStatus?: InputMaybe<BusyStatus>;
  readonly visibility?: InputMaybe<EventVisibility>;
  readonly location?: InputMaybe<LocationInput>;
  readonly url?: InputMaybe<Scalars["URL"]>;
  readonly color?: InputMaybe<Scalars["HexColor"]>;
  readonly categories?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  readonly attendees?: InputMaybe<AttendeesInput>;
  /** Most important first. `[]` for none. */
  readonly reminders?: InputMaybe<ReadonlyArray<ReminderInput>>;
  /** Leave the reminders alone when the event exists: the user may have changed them. */
  readonly remindersOnCreateOnly?: InputMaybe<Scalars["Boolean"]>;
  readonly conferencing?: InputMaybe<ConferencingInput>;
  readonly attachmentIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** Moments for EVENT_TRIGGERED; `[]` for none. */
  readonly triggers?: InputMaybe<ReadonlyArray<TriggerInput>>;
  readonly metadata?: InputMaybe<Scalars["JSONObject"]>;
  /** RFC 5545 lines; absent keeps the rules, `[]` removes them. */
  readonly recurrence?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  readonly control?: InputMaybe<WriteControl>;
};

export type LocationInput = {
  readonly description?: InputMaybe<Scalars["String"]>;
  readonly latitude?: InputMaybe<Scalars["Float"]>;
  readonly longitude?: InputMaybe<Scalars["Float"]>;
};

/** A change to the list, not the list. */
export type AttendeesInput = {
  readonly invite?: InputMaybe<ReadonlyArray<InviteeInput>>;
  readonly remove?: InputMaybe<ReadonlyArray<Scalars["EmailAddress"]>>;
};

export type InviteeInput = {
  readonly email: Scalars["EmailAddress"];
  readonly name?: InputMaybe<Scalars["String"]>;
  readonly optional?: InputMaybe<Scalars["Boolean"]>;
  readonly resource?: InputMaybe<Scalars["Boolean"]>;
};

export type TriggerInput = {
  readonly key: Scalars["String"];
  readonly anchor: TriggerAnchor;
  /** Negative for before. */
  readonly offset: Scalars["Duration"];
};

export type TriggerAnchor = "START" | "END";

export type ReminderInput = {
  readonly minutes: Scalars["Int"];
};

export type ConferencingInput =
  | {
      readonly generate: ConferencingGeneration;
      readonly profileId?: never;
      readonly explicit?: never;
    }
  | {
      readonly generate?: never;
      readonly profileId: Scalars["ID"];
      readonly explicit?: never;
    }
  | {
      readonly generate?: never;
      readonly profileId?: never;
      readonly explicit: ExplicitConferencingInput;
    };

export type ConferencingGeneration =
  /** The user's own connected conferencing, else the calendar's. */
  "DEFAULT" | "INTEGRATED" | "NONE";

export type ExplicitConferencingInput = {
  readonly joinUrl: Scalars["URL"];
  readonly providerName?: InputMaybe<Scalars["String"]>;
};

export type EventWritePayload = {
  /** The event as it stands now; null when it was refused or is gone. */
  readonly event?: Maybe<CalendarEvent>;
  /** On VERSION_CONFLICT the event that was in the way. */
  readonly conflict?: Maybe<CalendarEvent>;
  readonly operation?: Maybe<WriteOperation>;
  readonly warnings: ReadonlyArray<WriteWarning>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type UpsertEventPayload = EventWritePayload & {
  readonly __typename?: "UpsertEventPayload";
  readonly event?: Maybe<CalendarEvent>;
  readonly conflict?: Maybe<CalendarEvent>;
  readonly created?: Maybe<Scalars["Boolean"]>;
  readonly operation?: Maybe<WriteOperation>;
  readonly warnings: ReadonlyArray<WriteWarning>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type UpdateEventPayload = EventWritePayload & {
  readonly __typename?: "UpdateEventPayload";
  readonly event?: Maybe<CalendarEvent>;
  readonly conflict?: Maybe<CalendarEvent>;
  /** With THIS_AND_FOLLOWING: the series that goes on from here. */
  readonly splitOff?: Maybe<CalendarEvent>;
  readonly operation?: Maybe<WriteOperation>;
  readonly warnings: ReadonlyArray<WriteWarning>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type DeleteEventPayload = EventWritePayload & {
  readonly __typename?: "DeleteEventPayload";
  readonly event?: Maybe<CalendarEvent>;
  readonly conflict?: Maybe<CalendarEvent>;
  readonly deletedId?: Maybe<Scalars["ID"]>;
  readonly operation?: Maybe<WriteOperation>;
  readonly warnings: ReadonlyArray<WriteWarning>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type DeleteManagedEventPayload = EventWritePayload & {
  readonly __typename?: "DeleteManagedEventPayload";
  readonly event?: Maybe<CalendarEvent>;
  readonly conflict?: Maybe<CalendarEvent>;
  readonly deletedId?: Maybe<Scalars["ID"]>;
  readonly operation?: Maybe<WriteOperation>;
  readonly warnings: ReadonlyArray<WriteWarning>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type SetParticipationStatusPayload = EventWritePayload & {
  readonly __typename?: "SetParticipationStatusPayload";
  readonly event?: Maybe<CalendarEvent>;
  readonly conflict?: Maybe<CalendarEvent>;
  readonly operation?: Maybe<WriteOperation>;
  readonly warnings: ReadonlyArray<WriteWarning>;
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type DeleteManagedEventInput = {
  readonly calendarId: Scalars["ID"];
  readonly key: Scalars["String"];
  readonly control?: InputMaybe<WriteControl>;
};

/** Which occurrences of a series a change is for. */
export type SeriesScope = "THIS" | "THIS_AND_FOLLOWING" | "ALL";

export type UpdateEventInput = {
  readonly id: Scalars["ID"];
  readonly scope?: InputMaybe<SeriesScope>;
  readonly summary?: InputMaybe<Scalars["String"]>;
  readonly description?: InputMaybe<Scalars["String"]>;
  readonly start?: InputMaybe<EventTimeInput>;
  readonly end?: InputMaybe<EventTimeInput>;
  readonly status?: InputMaybe<EventStatus>;
  readonly busyStatus?: InputMaybe<BusyStatus>;
  readonly visibility?: InputMaybe<EventVisibility>;
  readonly location?: InputMaybe<LocationInput>;
  readonly url?: InputMaybe<Scalars["URL"]>;
  readonly color?: InputMaybe<Scalars["HexColor"]>;
  readonly categories?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  readonly attendees?: InputMaybe<AttendeesInput>;
  readonly reminders?: InputMaybe<ReadonlyArray<ReminderInput>>;
  readonly conferencing?: InputMaybe<ConferencingInput>;
  readonly attachmentIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  readonly metadata?: InputMaybe<Scalars["JSONObject"]>;
  readonly recurrence?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  /** With THIS_AND_FOLLOWING, for a managed series: the key of the series that goes on. */
  readonly followingKey?: InputMaybe<Scalars["String"]>;
  readonly control?: InputMaybe<WriteControl>;
};

export type DeleteEventInput = {
  readonly id: Scalars["ID"];
  readonly scope?: InputMaybe<SeriesScope>;
  readonly control?: InputMaybe<WriteControl>;
};

export type DeleteManagedEventsInput =
  /** Every one of this account's. */
  | {
      readonly allOfAccountId: Scalars["ID"];
      readonly calendarIds?: never;
    } /** Those of these calendars, of one account. */
  | {
      readonly allOfAccountId?: never;
      readonly calendarIds: ReadonlyArray<Scalars["ID"]>;
    };

export type DeleteManagedEventsPayload = {
  readonly __typename?: "DeleteManagedEventsPayload";
  readonly deleted: Scalars["Int"];
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

export type SetParticipationStatusInput = {
  readonly id: Scalars["ID"];
  readonly status: ParticipationStatus;
  readonly scope?: InputMaybe<SeriesScope>;
  readonly comment?: InputMaybe<Scalars["String"]>;
  readonly control?: InputMaybe<WriteControl>;
};

export type BatchEventsInput = {
  readonly operations: ReadonlyArray<BatchEventOperation>;
};

export type BatchEventOperation =
  | {
      readonly upsert: UpsertEventInput;
      readonly deleteManaged?: never;
      readonly update?: never;
      readonly delete?: never;
    }
  | {
      readonly upsert?: never;
      readonly deleteManaged: DeleteManagedEventInput;
      readonly update?: never;
      readonly delete?: never;
    }
  | {
      readonly upsert?: never;
      readonly deleteManaged?: never;
      readonly update: UpdateEventInput;
      readonly delete?: never;
    }
  | {
      readonly upsert?: never;
      readonly deleteManaged?: never;
      readonly update?: never;
      readonly delete: DeleteEventInput;
    };

export type BatchEventsPayload = {
  readonly __typename?: "BatchEventsPayload";
  /** One per operation, in order; the paths of its `userErrors` start at that operation's own input. */
  readonly results?: Maybe<ReadonlyArray<EventWritePayload>>;
  /** Of the batch itself (too many operations); then nothing was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Anything with a stable global id. Ids are opaque, prefixed (`acc_`, `pro_`, `cal_`, `evt_` …) and never reused. */
export type Node = {
  readonly id: Scalars["ID"];
};

/** How a write is to be carried out. */
export type WriteControl = {
  /** Refuse the write unless the event still has this version. */
  readonly ifVersion?: InputMaybe<Scalars["String"]>;
  /** A replay within 24 hours with the same key and input answers the first call's result. */
  readonly idempotencyKey?: InputMaybe<Scalars["String"]>;
  /** Validate and answer as if done, and change nothing. */
  readonly dryRun?: InputMaybe<Scalars["Boolean"]>;
  readonly onLoss?: InputMaybe<OnLoss>;
  readonly notifyAttendees?: InputMaybe<NotifyAttendees>;
};

/** What to do when the provider cannot carry the write exactly. */
export type OnLoss =
  /** Do it, and say what was lost in `warnings`. */
  | "WARN"
  /** Refuse with NOT_SUPPORTED before anything is sent. */
  | "REFUSE";

export type NotifyAttendees = "ALL" | "EXTERNAL_ONLY" | "NONE";

/** What a provider said when it would not. */
export type ProviderFailure = {
  readonly __typename?: "ProviderFailure";
  readonly code: ProviderFailureCode;
  readonly message: Scalars["String"];
  readonly retryAt?: Maybe<Scalars["DateTime"]>;
};

export type ProviderFailureCode =
  | "UNREACHABLE"
  | "THROTTLED"
  | "CREDENTIALS_REJECTED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "CONFLICT"
  | "REJECTED"
  | "MALFORMED_ANSWER";

/** The write was done, but something of it could not be carried exactly to the provider. */
export type WriteWarning = {
  readonly __typename?: "WriteWarning";
  readonly code: WarningCode;
  readonly path: ReadonlyArray<Scalars["String"]>;
  readonly message: Scalars["String"];
};

export type WarningCode =
  | "REMINDERS_REDUCED"
  | "COLOR_APPROXIMATED"
  | "RECURRENCE_SIMPLIFIED"
  /** The provider may tell attendees although it was asked not to. */
  | "NOTIFICATIONS_NOT_SUPPRESSED"
  | "FIELD_IGNORED"
  | "TIME_ZONE_SUBSTITUTED"
  /** The following occurrences are a new series, which attendees must answer again. */
  | "PARTICIPATION_RESET"
  /** The user had moved the event to another calendar; it was changed there. */
  | "MOVED_BY_USER"
  /** The user had deleted the event; it was made anew. */
  | "RECREATED";

/** An accepted write on its way to a provider: applied at once where the provider answers, retried until it does. */
export type WriteOperation = Node & {
  readonly __typename?: "WriteOperation";
  readonly id: Scalars["ID"];
  readonly status: OperationStatus;
  readonly attempts: Scalars["Int"];
  /** The last attempt's failure; set while PENDING after a failed attempt, and when FAILED. */
  readonly failure?: Maybe<ProviderFailure>;
  readonly nextAttemptAt?: Maybe<Scalars["DateTime"]>;
  readonly createdAt: Scalars["DateTime"];
  readonly completedAt?: Maybe<Scalars["DateTime"]>;
  readonly event?: Maybe<CalendarEvent>;
};

export type OperationConnection = {
  readonly __typename?: "OperationConnection";
  readonly edges: ReadonlyArray<OperationEdge>;
  readonly nodes: ReadonlyArray<WriteOperation>;
  readonly pageInfo: PageInfo;
};

export type OperationEdge = {
  readonly __typename?: "OperationEdge";
  readonly cursor: Scalars["String"];
  readonly node: WriteOperation;
};

export type OperationStatus = "PENDING" | "APPLIED" | "FAILED";

export type Credential = {
  readonly __typename?: "Credential";
  readonly kind: CredentialKind;
  readonly scopes: ReadonlyArray<Scalars["String"]>;
  /** The account, for an account or element token. */
  readonly account?: Maybe<CalendarAccount>;
  /** The application that the credential belongs to. */
  readonly application?: Maybe<CalendarApplication>;
};

export type CredentialKind =
  "ACCOUNT_TOKEN" | "API_KEY" | "SERVICE_ACCOUNT_TOKEN" | "ELEMENT_TOKEN";

export type ServiceInfo = {
  readonly __typename?: "ServiceInfo";
  readonly version: Scalars["String"];
  /** The version of the IANA time-zone data in force. */
  readonly tzdataVersion: Scalars["String"];
};

export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
  reference: TReference,
  context: TContext,
  info: GraphQLResolveInfo,
) => Promise<TResult> | TResult;

type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
type NullableCheck<T, S> =
  Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
type ListCheck<T, S> = T extends (infer U)[]
  ? NullableCheck<U, S>[]
  : GraphQLRecursivePick<T, S>;
export type GraphQLRecursivePick<T, S> = {
  [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]>;
};

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = {}, TContext = {}, TArgs = {}> =
  | ResolverFn<TResult, TParent, TContext, TArgs>
  | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<
  TResult,
  TKey extends string,
  TParent,
  TContext,
  TArgs,
> {
  subscribe: SubscriptionSubscribeFn<
    { [key in TKey]: TResult },
    TParent,
    TContext,
    TArgs
  >;
  resolve?: SubscriptionResolveFn<
    TResult,
    { [key in TKey]: TResult },
    TContext,
    TArgs
  >;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<
  TResult,
  TKey extends string,
  TParent,
  TContext,
  TArgs,
> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<
  TResult,
  TKey extends string,
  TParent = {},
  TContext = {},
  TArgs = {},
> =
  | ((
      ...args: any[]
    ) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = {}, TContext = {}> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo,
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = {}, TContext = {}> = (
  obj: T,
  context: TContext,
  info: GraphQLResolveInfo,
) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<
  TResult = {},
  TParent = {},
  TContext = {},
  TArgs = {},
> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => TResult | Promise<TResult>;

/** Mapping of union types */
export type ResolversUnionTypes = {
  ChangeSubject:
    | CalendarAccount
    | CalendarEvent
    | Calendar
    | CalendarProfile
    | ConferencingProfile
    | WriteOperation
    | Hold
    | AvailabilityRule;
};

/** Mapping of union parent types */
export type ResolversUnionParentTypes = {
  ChangeSubject:
    | CalendarAccount
    | CalendarEvent
    | Calendar
    | CalendarProfile
    | ConferencingProfile
    | WriteOperation
    | Hold
    | AvailabilityRule;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CalendarAccount: ResolverTypeWrapper<CalendarAccount>;
  ID: ResolverTypeWrapper<Scalars["ID"]>;
  String: ResolverTypeWrapper<Scalars["String"]>;
  Boolean: ResolverTypeWrapper<Scalars["Boolean"]>;
  Int: ResolverTypeWrapper<Scalars["Int"]>;
  AccountKind: AccountKind;
  AccountConnection: ResolverTypeWrapper<AccountConnection>;
  AccountEdge: ResolverTypeWrapper<AccountEdge>;
  Authorization: ResolverTypeWrapper<Authorization>;
  AuthorizationStatus: AuthorizationStatus;
  CalendarProfile: ResolverTypeWrapper<CalendarProfile>;
  CalendarProvider: CalendarProvider;
  ProfileHealth: ResolverTypeWrapper<ProfileHealth>;
  ProfileConnection: ResolverTypeWrapper<ProfileConnection>;
  ProfileEdge: ResolverTypeWrapper<ProfileEdge>;
  ProfileHealthStatus: ProfileHealthStatus;
  DisconnectionCause: DisconnectionCause;
  ConferencingProfile: ResolverTypeWrapper<ConferencingProfile>;
  ConferencingProvider: ConferencingProvider;
  UpsertApplicationCalendarInput: UpsertApplicationCalendarInput;
  UpsertApplicationCalendarPayload: ResolverTypeWrapper<UpsertApplicationCalendarPayload>;
  TokenSet: ResolverTypeWrapper<TokenSet>;
  ConnectCalDavInput: ConnectCalDavInput;
  ConnectCalDavPayload: ResolverTypeWrapper<ConnectCalDavPayload>;
  AuthorizationRef: AuthorizationRef;
  RevokeAuthorizationInput: RevokeAuthorizationInput;
  RevokeAuthorizationPayload: ResolverTypeWrapper<RevokeAuthorizationPayload>;
  RevokeProfileInput: RevokeProfileInput;
  RevokeProfilePayload: ResolverTypeWrapper<RevokeProfilePayload>;
  UnlinkProfileInput: UnlinkProfileInput;
  UnlinkProfilePayload: ResolverTypeWrapper<UnlinkProfilePayload>;
  CalendarApplication: ResolverTypeWrapper<CalendarApplication>;
  ApplicationMode: ApplicationMode;
  ApplicationRateLimit: ResolverTypeWrapper<ApplicationRateLimit>;
  ApplicationUsage: ResolverTypeWrapper<ApplicationUsage>;
  OrganizationalUnit: ResolverTypeWrapper<OrganizationalUnit>;
  CreateElementTokenInput: CreateElementTokenInput;
  ElementPermission: ElementPermission;
  CreateElementTokenPayload: ResolverTypeWrapper<CreateElementTokenPayload>;
  CreateLinkTokenInput: CreateLinkTokenInput;
  CreateLinkTokenPayload: ResolverTypeWrapper<CreateLinkTokenPayload>;
  VerifyApplicationInput: VerifyApplicationInput;
  VerifyApplicationPayload: ResolverTypeWrapper<VerifyApplicationPayload>;
  AvailabilityInput: AvailabilityInput;
  AvailabilitySearchInput: AvailabilitySearchInput;
  ParticipantGroupInput: ParticipantGroupInput;
  MemberInput: MemberInput;
  Float: ResolverTypeWrapper<Scalars["Float"]>;
  BufferInput: BufferInput;
  BookingLimitInput: BookingLimitInput;
  LimitPeriod: LimitPeriod;
  AvailabilityFormat: AvailabilityFormat;
  DistributionInput: DistributionInput;
  DistributionStrategy: DistributionStrategy;
  BusyRuleInput: BusyRuleInput;
  Availability: ResolverTypeWrapper<Availability>;
  AvailableSlot: ResolverTypeWrapper<AvailableSlot>;
  SlotParticipant: ResolverTypeWrapper<SlotParticipant>;
  MemberAvailability: ResolverTypeWrapper<MemberAvailability>;
  BusyPrecision: BusyPrecision;
  MemberStatus: MemberStatus;
  SlotRejection: ResolverTypeWrapper<SlotRejection>;
  RejectionReason: ResolverTypeWrapper<RejectionReason>;
  RejectionKind: RejectionKind;
  SequencedAvailabilityInput: SequencedAvailabilityInput;
  SequenceStepInput: SequenceStepInput;
  DurationRangeInput: DurationRangeInput;
  SequencedAvailability: ResolverTypeWrapper<SequencedAvailability>;
  Sequence: ResolverTypeWrapper<Sequence>;
  SequenceStep: ResolverTypeWrapper<SequenceStep>;
  AvailabilityRule: ResolverTypeWrapper<AvailabilityRule>;
  WeeklyPeriod: ResolverTypeWrapper<WeeklyPeriod>;
  Weekday: Weekday;
  AvailablePeriodConnection: ResolverTypeWrapper<AvailablePeriodConnection>;
  AvailablePeriodEdge: ResolverTypeWrapper<AvailablePeriodEdge>;
  AvailablePeriod: ResolverTypeWrapper<AvailablePeriod>;
  HeldSlot: ResolverTypeWrapper<HeldSlot>;
  Hold: ResolverTypeWrapper<Hold>;
  HoldStatus: HoldStatus;
  UpsertAvailabilityRuleInput: UpsertAvailabilityRuleInput;
  WeeklyPeriodInput: WeeklyPeriodInput;
  DeleteAvailabilityRuleInput: DeleteAvailabilityRuleInput;
  DeleteAvailabilityRulePayload: ResolverTypeWrapper<DeleteAvailabilityRulePayload>;
  UpsertAvailabilityRulePayload: ResolverTypeWrapper<UpsertAvailabilityRulePayload>;
  UpsertAvailablePeriodInput: UpsertAvailablePeriodInput;
  DeleteAvailablePeriodInput: DeleteAvailablePeriodInput;
  DeleteAvailablePeriodPayload: ResolverTypeWrapper<DeleteAvailablePeriodPayload>;
  UpsertAvailablePeriodPayload: ResolverTypeWrapper<UpsertAvailablePeriodPayload>;
  CreateHoldInput: CreateHoldInput;
  HoldSlotInput: HoldSlotInput;
  CreateHoldPayload: ResolverTypeWrapper<CreateHoldPayload>;
  ReleaseHoldPayload: ResolverTypeWrapper<ReleaseHoldPayload>;
  ReleaseHoldInput: ReleaseHoldInput;
  ConfirmHoldInput: ConfirmHoldInput;
  ConfirmHoldEventInput: ConfirmHoldEventInput;
  ConfirmHoldPayload: ResolverTypeWrapper<ConfirmHoldPayload>;
  Calendar: ResolverTypeWrapper<Calendar>;
  CalendarPermission: CalendarPermission;
  CalendarCapabilities: ResolverTypeWrapper<CalendarCapabilities>;
  RecurrenceSupport: RecurrenceSupport;
  CalendarSync: ResolverTypeWrapper<CalendarSync>;
  SyncMode: SyncMode;
  SyncRun: ResolverTypeWrapper<SyncRun>;
  SyncRunStatus: SyncRunStatus;
  SyncKind: SyncKind;
  SkippedResource: ResolverTypeWrapper<SkippedResource>;
  CreateCalendarInput: CreateCalendarInput;
  CreateCalendarPayload: ResolverTypeWrapper<CreateCalendarPayload>;
  SyncCalendarInput: SyncCalendarInput;
  SyncCalendarPayload: ResolverTypeWrapper<SyncCalendarPayload>;
  DeleteCalendarInput: DeleteCalendarInput;
  DeleteCalendarPayload: ResolverTypeWrapper<DeleteCalendarPayload>;
  RequestCalendarPermissionInput: RequestCalendarPermissionInput;
  RequestCalendarPermissionPayload: ResolverTypeWrapper<RequestCalendarPermissionPayload>;
  SetIcsFeedInput: SetIcsFeedInput;
  SetIcsFeedPayload: ResolverTypeWrapper<SetIcsFeedPayload>;
  ImportIcsInput: ImportIcsInput;
  ImportIcsPayload: ResolverTypeWrapper<ImportIcsPayload>;
  ChangeFilter: ChangeFilter;
  ChangeBatch: ResolverTypeWrapper<ChangeBatch>;
  CalendarChange: ResolverTypeWrapper<
    Omit<CalendarChange, "subject"> & {
      subject?: Maybe<ResolversTypes["ChangeSubject"]>;
    }
  >;
  ChangeSubject: ResolverTypeWrapper<ResolversUnionTypes["ChangeSubject"]>;
  ChangeKind: ChangeKind;
  DateTime: ResolverTypeWrapper<Scalars["DateTime"]>;
  Date: ResolverTypeWrapper<Scalars["Date"]>;
  LocalTime: ResolverTypeWrapper<Scalars["LocalTime"]>;
  TimeZone: ResolverTypeWrapper<Scalars["TimeZone"]>;
  Duration: ResolverTypeWrapper<Scalars["Duration"]>;
  EmailAddress: ResolverTypeWrapper<Scalars["EmailAddress"]>;
  URL: ResolverTypeWrapper<Scalars["URL"]>;
  HexColor: ResolverTypeWrapper<Scalars["HexColor"]>;
  JSONObject: ResolverTypeWrapper<Scalars["JSONObject"]>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  TimePeriod: ResolverTypeWrapper<TimePeriod>;
  PeriodInput: PeriodInput;
  CalendarUserError: ResolverTypeWrapper<CalendarUserError>;
  ErrorCode: ErrorCode;
  UserErrorCode: UserErrorCode;
  Freshness: ResolverTypeWrapper<Freshness>;
  StaleCalendar: ResolverTypeWrapper<StaleCalendar>;
  StaleReason: StaleReason;
  CalendarEvent: ResolverTypeWrapper<CalendarEvent>;
  EventVisibility: EventVisibility;
  EventOrigin: EventOrigin;
  EventStatus: EventStatus;
  BusyStatus: BusyStatus;
  EventTime: ResolverTypeWrapper<EventTime>;
  EventTimeInput: EventTimeInput;
  TimedInput: TimedInput;
  EventLocation: ResolverTypeWrapper<EventLocation>;
  EventPerson: ResolverTypeWrapper<EventPerson>;
  Attendee: ResolverTypeWrapper<Attendee>;
  ParticipationStatus: ParticipationStatus;
  Reminder: ResolverTypeWrapper<Reminder>;
  Conferencing: ResolverTypeWrapper<Conferencing>;
  DialIn: ResolverTypeWrapper<DialIn>;
  ConferencingStatus: ConferencingStatus;
  EventAttachment: ResolverTypeWrapper<EventAttachment>;
  Recurrence: ResolverTypeWrapper<Recurrence>;
  RecurrenceRole: RecurrenceRole;
  EventPermissions: ResolverTypeWrapper<EventPermissions>;
  EventRef: EventRef;
  ManagedEventRef: ManagedEventRef;
  ExternalEventRef: ExternalEventRef;
  EventFilter: EventFilter;
  ManagedEvents: ManagedEvents;
  RecurrenceExpansion: RecurrenceExpansion;
  EventConnection: ResolverTypeWrapper<EventConnection>;
  EventEdge: ResolverTypeWrapper<EventEdge>;
  FreeBusyFilter: FreeBusyFilter;
  FreeBusyPeriodEdge: ResolverTypeWrapper<FreeBusyPeriodEdge>;
  FreeBusyPeriodConnection: ResolverTypeWrapper<FreeBusyPeriodConnection>;
  FreeBusyPeriod: ResolverTypeWrapper<FreeBusyPeriod>;
  UpsertEventInput: UpsertEventInput;
  LocationInput: LocationInput;
  AttendeesInput: AttendeesInput;
  InviteeInput: InviteeInput;
  TriggerInput: TriggerInput;
  TriggerAnchor: TriggerAnchor;
  ReminderInput: ReminderInput;
  ConferencingInput: ConferencingInput;
  ConferencingGeneration: ConferencingGeneration;
  ExplicitConferencingInput: ExplicitConferencingInput;
  EventWritePayload:
    | ResolversTypes["UpsertEventPayload"]
    | ResolversTypes["UpdateEventPayload"]
    | ResolversTypes["DeleteEventPayload"]
    | ResolversTypes["DeleteManagedEventPayload"]
    | ResolversTypes["SetParticipationStatusPayload"];
  UpsertEventPayload: ResolverTypeWrapper<UpsertEventPayload>;
  UpdateEventPayload: ResolverTypeWrapper<UpdateEventPayload>;
  DeleteEventPayload: ResolverTypeWrapper<DeleteEventPayload>;
  DeleteManagedEventPayload: ResolverTypeWrapper<DeleteManagedEventPayload>;
  SetParticipationStatusPayload: ResolverTypeWrapper<SetParticipationStatusPayload>;
  DeleteManagedEventInput: DeleteManagedEventInput;
  SeriesScope: SeriesScope;
  UpdateEventInput: UpdateEventInput;
  DeleteEventInput: DeleteEventInput;
  DeleteManagedEventsInput: DeleteManagedEventsInput;
  DeleteManagedEventsPayload: ResolverTypeWrapper<DeleteManagedEventsPayload>;
  SetParticipationStatusInput: SetParticipationStatusInput;
  BatchEventsInput: BatchEventsInput;
  BatchEventOperation: BatchEventOperation;
  BatchEventsPayload: ResolverTypeWrapper<BatchEventsPayload>;
  Node:
    | ResolversTypes["CalendarAccount"]
    | ResolversTypes["CalendarProfile"]
    | ResolversTypes["ConferencingProfile"]
    | ResolversTypes["CalendarApplication"]
    | ResolversTypes["OrganizationalUnit"]
    | ResolversTypes["AvailabilityRule"]
    | ResolversTypes["AvailablePeriod"]
    | ResolversTypes["Hold"]
    | ResolversTypes["Calendar"]
    | ResolversTypes["SyncRun"]
    | ResolversTypes["CalendarEvent"]
    | ResolversTypes["WriteOperation"];
  WriteControl: WriteControl;
  OnLoss: OnLoss;
  NotifyAttendees: NotifyAttendees;
  ProviderFailure: ResolverTypeWrapper<ProviderFailure>;
  ProviderFailureCode: ProviderFailureCode;
  WriteWarning: ResolverTypeWrapper<WriteWarning>;
  WarningCode: WarningCode;
  WriteOperation: ResolverTypeWrapper<WriteOperation>;
  OperationConnection: ResolverTypeWrapper<OperationConnection>;
  OperationEdge: ResolverTypeWrapper<OperationEdge>;
  OperationStatus: OperationStatus;
  Credential: ResolverTypeWrapper<Credential>;
  CredentialKind: CredentialKind;
  ServiceInfo: ResolverTypeWrapper<ServiceInfo>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  CalendarAccount: CalendarAccount;
  ID: Scalars["ID"];
  String: Scalars["String"];
  Boolean: Scalars["Boolean"];
  Int: Scalars["Int"];
  AccountConnection: AccountConnection;
  AccountEdge: AccountEdge;
  Authorization: Authorization;
  CalendarProfile: CalendarProfile;
  ProfileHealth: ProfileHealth;
  ProfileConnection: ProfileConnection;
  ProfileEdge: ProfileEdge;
  ConferencingProfile: ConferencingProfile;
  UpsertApplicationCalendarInput: UpsertApplicationCalendarInput;
  UpsertApplicationCalendarPayload: UpsertApplicationCalendarPayload;
  TokenSet: TokenSet;
  ConnectCalDavInput: ConnectCalDavInput;
  ConnectCalDavPayload: ConnectCalDavPayload;
  AuthorizationRef: AuthorizationRef;
  RevokeAuthorizationInput: RevokeAuthorizationInput;
  RevokeAuthorizationPayload: RevokeAuthorizationPayload;
  RevokeProfileInput: RevokeProfileInput;
  RevokeProfilePayload: RevokeProfilePayload;
  UnlinkProfileInput: UnlinkProfileInput;
  UnlinkProfilePayload: UnlinkProfilePayload;
  CalendarApplication: CalendarApplication;
  ApplicationRateLimit: ApplicationRateLimit;
  ApplicationUsage: ApplicationUsage;
  OrganizationalUnit: OrganizationalUnit;
  CreateElementTokenInput: CreateElementTokenInput;
  CreateElementTokenPayload: CreateElementTokenPayload;
  CreateLinkTokenInput: CreateLinkTokenInput;
  CreateLinkTokenPayload: CreateLinkTokenPayload;
  VerifyApplicationInput: VerifyApplicationInput;
  VerifyApplicationPayload: VerifyApplicationPayload;
  AvailabilityInput: AvailabilityInput;
  AvailabilitySearchInput: AvailabilitySearchInput;
  ParticipantGroupInput: ParticipantGroupInput;
  MemberInput: MemberInput;
  Float: Scalars["Float"];
  BufferInput: BufferInput;
  BookingLimitInput: BookingLimitInput;
  DistributionInput: DistributionInput;
  BusyRuleInput: BusyRuleInput;
  Availability: Availability;
  AvailableSlot: AvailableSlot;
  SlotParticipant: SlotParticipant;
  MemberAvailability: MemberAvailability;
  SlotRejection: SlotRejection;
  RejectionReason: RejectionReason;
  SequencedAvailabilityInput: SequencedAvailabilityInput;
  SequenceStepInput: SequenceStepInput;
  DurationRangeInput: DurationRangeInput;
  SequencedAvailability: SequencedAvailability;
  Sequence: Sequence;
  SequenceStep: SequenceStep;
  AvailabilityRule: AvailabilityRule;
  WeeklyPeriod: WeeklyPeriod;
  AvailablePeriodConnection: AvailablePeriodConnection;
  AvailablePeriodEdge: AvailablePeriodEdge;
  AvailablePeriod: AvailablePeriod;
  HeldSlot: HeldSlot;
  Hold: Hold;
  UpsertAvailabilityRuleInput: UpsertAvailabilityRuleInput;
  WeeklyPeriodInput: WeeklyPeriodInput;
  DeleteAvailabilityRuleInput: DeleteAvailabilityRuleInput;
  DeleteAvailabilityRulePayload: DeleteAvailabilityRulePayload;
  UpsertAvailabilityRulePayload: UpsertAvailabilityRulePayload;
  UpsertAvailablePeriodInput: UpsertAvailablePeriodInput;
  DeleteAvailablePeriodInput: DeleteAvailablePeriodInput;
  DeleteAvailablePeriodPayload: DeleteAvailablePeriodPayload;
  UpsertAvailablePeriodPayload: UpsertAvailablePeriodPayload;
  CreateHoldInput: CreateHoldInput;
  HoldSlotInput: HoldSlotInput;
  CreateHoldPayload: CreateHoldPayload;
  ReleaseHoldPayload: ReleaseHoldPayload;
  ReleaseHoldInput: ReleaseHoldInput;
  ConfirmHoldInput: ConfirmHoldInput;
  ConfirmHoldEventInput: ConfirmHoldEventInput;
  ConfirmHoldPayload: ConfirmHoldPayload;
  Calendar: Calendar;
  CalendarCapabilities: CalendarCapabilities;
  CalendarSync: CalendarSync;
  SyncRun: SyncRun;
  SkippedResource: SkippedResource;
  CreateCalendarInput: CreateCalendarInput;
  CreateCalendarPayload: CreateCalendarPayload;
  SyncCalendarInput: SyncCalendarInput;
  SyncCalendarPayload: SyncCalendarPayload;
  DeleteCalendarInput: DeleteCalendarInput;
  DeleteCalendarPayload: DeleteCalendarPayload;
  RequestCalendarPermissionInput: RequestCalendarPermissionInput;
  RequestCalendarPermissionPayload: RequestCalendarPermissionPayload;
  SetIcsFeedInput: SetIcsFeedInput;
  SetIcsFeedPayload: SetIcsFeedPayload;
  ImportIcsInput: ImportIcsInput;
  ImportIcsPayload: ImportIcsPayload;
  ChangeFilter: ChangeFilter;
  ChangeBatch: ChangeBatch;
  CalendarChange: Omit<CalendarChange, "subject"> & {
    subject?: Maybe<ResolversParentTypes["ChangeSubject"]>;
  };
  ChangeSubject: ResolversUnionParentTypes["ChangeSubject"];
  DateTime: Scalars["DateTime"];
  Date: Scalars["Date"];
  LocalTime: Scalars["LocalTime"];
  TimeZone: Scalars["TimeZone"];
  Duration: Scalars["Duration"];
  EmailAddress: Scalars["EmailAddress"];
  URL: Scalars["URL"];
  HexColor: Scalars["HexColor"];
  JSONObject: Scalars["JSONObject"];
  PageInfo: PageInfo;
  TimePeriod: TimePeriod;
  PeriodInput: PeriodInput;
  CalendarUserError: CalendarUserError;
  Freshness: Freshness;
  StaleCalendar: StaleCalendar;
  CalendarEvent: CalendarEvent;
  EventTime: EventTime;
  EventTimeInput: EventTimeInput;
  TimedInput: TimedInput;
  EventLocation: EventLocation;
  EventPerson: EventPerson;
  Attendee: Attendee;
  Reminder: Reminder;
  Conferencing: Conferencing;
  DialIn: DialIn;
  EventAttachment: EventAttachment;
  Recurrence: Recurrence;
  EventPermissions: EventPermissions;
  EventRef: EventRef;
  ManagedEventRef: ManagedEventRef;
  ExternalEventRef: ExternalEventRef;
  EventFilter: EventFilter;
  EventConnection: EventConnection;
  EventEdge: EventEdge;
  FreeBusyFilter: FreeBusyFilter;
  FreeBusyPeriodEdge: FreeBusyPeriodEdge;
  FreeBusyPeriodConnection: FreeBusyPeriodConnection;
  FreeBusyPeriod: FreeBusyPeriod;
  UpsertEventInput: UpsertEventInput;
  LocationInput: LocationInput;
  AttendeesInput: AttendeesInput;
  InviteeInput: InviteeInput;
  TriggerInput: TriggerInput;
  ReminderInput: ReminderInput;
  ConferencingInput: ConferencingInput;
  ExplicitConferencingInput: ExplicitConferencingInput;
  EventWritePayload:
    | ResolversParentTypes["UpsertEventPayload"]
    | ResolversParentTypes["UpdateEventPayload"]
    | ResolversParentTypes["DeleteEventPayload"]
    | ResolversParentTypes["DeleteManagedEventPayload"]
    | ResolversParentTypes["SetParticipationStatusPayload"];
  UpsertEventPayload: UpsertEventPayload;
  UpdateEventPayload: UpdateEventPayload;
  DeleteEventPayload: DeleteEventPayload;
  DeleteManagedEventPayload: DeleteManagedEventPayload;
  SetParticipationStatusPayload: SetParticipationStatusPayload;
  DeleteManagedEventInput: DeleteManagedEventInput;
  UpdateEventInput: UpdateEventInput;
  DeleteEventInput: DeleteEventInput;
  DeleteManagedEventsInput: DeleteManagedEventsInput;
  DeleteManagedEventsPayload: DeleteManagedEventsPayload;
  SetParticipationStatusInput: SetParticipationStatusInput;
  BatchEventsInput: BatchEventsInput;
  BatchEventOperation: BatchEventOperation;
  BatchEventsPayload: BatchEventsPayload;
  Node:
    | ResolversParentTypes["CalendarAccount"]
    | ResolversParentTypes["CalendarProfile"]
    | ResolversParentTypes["ConferencingProfile"]
    | ResolversParentTypes["CalendarApplication"]
    | ResolversParentTypes["OrganizationalUnit"]
    | ResolversParentTypes["AvailabilityRule"]
    | ResolversParentTypes["AvailablePeriod"]
    | ResolversParentTypes["Hold"]
    | ResolversParentTypes["Calendar"]
    | ResolversParentTypes["SyncRun"]
    | ResolversParentTypes["CalendarEvent"]
    | ResolversParentTypes["WriteOperation"];
  WriteControl: WriteControl;
  ProviderFailure: ProviderFailure;
  WriteWarning: WriteWarning;
  WriteOperation: WriteOperation;
  OperationConnection: OperationConnection;
  OperationEdge: OperationEdge;
  Credential: Credential;
  ServiceInfo: ServiceInfo;
};

export type CalendarAccountResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CalendarAccount"] =
    ResolversParentTypes["CalendarAccount"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    { __typename: "CalendarAccount" } & GraphQLRecursivePick<
      ParentType,
      { id: true }
    >,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes["AccountKind"], ParentType, ContextType>;
  applicationKey?: Resolver<
    Maybe<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  email?: Resolver<
    Maybe<ResolversTypes["EmailAddress"]>,
    ParentType,
    ContextType
  >;
  name?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes["TimeZone"], ParentType, ContextType>;
  authorization?: Resolver<
    ResolversTypes["Authorization"],
    ParentType,
    ContextType
  >;
  profiles?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarProfile"]>,
    ParentType,
    ContextType
  >;
  conferencingProfiles?: Resolver<
    ReadonlyArray<ResolversTypes["ConferencingProfile"]>,
    ParentType,
    ContextType
  >;
  calendars?: Resolver<
    ReadonlyArray<ResolversTypes["Calendar"]>,
    ParentType,
    ContextType,
    RequireFields<CalendarAccountcalendarsArgs, "includeDeleted">
  >;
  events?: Resolver<
    Maybe<ResolversTypes["EventConnection"]>,
    ParentType,
    ContextType,
    RequireFields<CalendarAccounteventsArgs, "first">
  >;
  freeBusy?: Resolver<
    Maybe<ResolversTypes["FreeBusyPeriodConnection"]>,
    ParentType,
    ContextType,
    RequireFields<CalendarAccountfreeBusyArgs, "filter" | "first">
  >;
  availabilityRules?: Resolver<
    Maybe<ReadonlyArray<ResolversTypes["AvailabilityRule"]>>,
    ParentType,
    ContextType
  >;
  availablePeriods?: Resolver<
    Maybe<ResolversTypes["AvailablePeriodConnection"]>,
    ParentType,
    ContextType,
    RequireFields<CalendarAccountavailablePeriodsArgs, "first">
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AccountConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["AccountConnection"] =
    ResolversParentTypes["AccountConnection"],
> = {
  totalCount?: Resolver<Maybe<ResolversTypes["Int"]>, ParentType, ContextType>;
  edges?: Resolver<
    ReadonlyArray<ResolversTypes["AccountEdge"]>,
    ParentType,
    ContextType
  >;
  nodes?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  pageInfo?: Resolver<ResolversTypes["PageInfo"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AccountEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["AccountEdge"] =
    ResolversParentTypes["AccountEdge"],
> = {
  cursor?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  node?: Resolver<ResolversTypes["CalendarAccount"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AuthorizationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Authorization"] =
    ResolversParentTypes["Authorization"],
> = {
  scopes?: Resolver<
    ReadonlyArray<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  status?: Resolver<
    ResolversTypes["AuthorizationStatus"],
    ParentType,
    ContextType
  >;
  createdAt?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CalendarProfileResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CalendarProfile"] =
    ResolversParentTypes["CalendarProfile"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["CalendarProfile"]>,
    { __typename: "CalendarProfile" } & GraphQLRecursivePick<
      ParentType,
      { id: true }
    >,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  account?: Resolver<
    ResolversTypes["CalendarAccount"],
    ParentType,
    ContextType
  >;
  provider?: Resolver<
    ResolversTypes["CalendarProvider"],
    ParentType,
    ContextType
  >;
  name?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  connected?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  health?: Resolver<ResolversTypes["ProfileHealth"], ParentType, ContextType>;
  initialSyncRequired?: Resolver<
    ResolversTypes["Boolean"],
    ParentType,
    ContextType
  >;
  relinkUrl?: Resolver<Maybe<ResolversTypes["URL"]>, ParentType, ContextType>;
  calendars?: Resolver<
    ReadonlyArray<ResolversTypes["Calendar"]>,
    ParentType,
    ContextType,
    RequireFields<CalendarProfilecalendarsArgs, "includeDeleted">
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ProfileHealthResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ProfileHealth"] =
    ResolversParentTypes["ProfileHealth"],
> = {
  status?: Resolver<
    ResolversTypes["ProfileHealthStatus"],
    ParentType,
    ContextType
  >;
  cause?: Resolver<
    Maybe<ResolversTypes["DisconnectionCause"]>,
    ParentType,
    ContextType
  >;
  since?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  remedy?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  lastSyncedAt?: Resolver<
    Maybe<ResolversTypes["DateTime"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ProfileConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ProfileConnection"] =
    ResolversParentTypes["ProfileConnection"],
> = {
  edges?: Resolver<
    ReadonlyArray<ResolversTypes["ProfileEdge"]>,
    ParentType,
    ContextType
  >;
  nodes?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarProfile"]>,
    ParentType,
    ContextType
  >;
  pageInfo?: Resolver<ResolversTypes["PageInfo"], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes["Int"]>, ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ProfileEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ProfileEdge"] =
    ResolversParentTypes["ProfileEdge"],
> = {
  cursor?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  node?: Resolver<ResolversTypes["CalendarProfile"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConferencingProfileResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ConferencingProfile"] =
    ResolversParentTypes["ConferencingProfile"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["ConferencingProfile"]>,
    { __typename: "ConferencingProfile" } & GraphQLRecursivePick<
      ParentType,
      { id: true }
    >,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  account?: Resolver<
    ResolversTypes["CalendarAccount"],
    ParentType,
    ContextType
  >;
  provider?: Resolver<
    ResolversTypes["ConferencingProvider"],
    ParentType,
    ContextType
  >;
  name?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  connected?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  relinkUrl?: Resolver<Maybe<ResolversTypes["URL"]>, ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UpsertApplicationCalendarPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["UpsertApplicationCalendarPayload"] =
    ResolversParentTypes["UpsertApplicationCalendarPayload"],
> = {
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  calendar?: Resolver<
    Maybe<ResolversTypes["Calendar"]>,
    ParentType,
    ContextType
  >;
  tokens?: Resolver<Maybe<ResolversTypes["TokenSet"]>, ParentType, ContextType>;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TokenSetResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["TokenSet"] =
    ResolversParentTypes["TokenSet"],
> = {
  accessToken?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  refreshToken?: Resolver<
    Maybe<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  expiresIn?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  scope?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConnectCalDavPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ConnectCalDavPayload"] =
    ResolversParentTypes["ConnectCalDavPayload"],
> = {
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  profile?: Resolver<
    Maybe<ResolversTypes["CalendarProfile"]>,
    ParentType,
    ContextType
  >;
  tokens?: Resolver<Maybe<ResolversTypes["TokenSet"]>, ParentType, ContextType>;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RevokeAuthorizationPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["RevokeAuthorizationPayload"] =
    ResolversParentTypes["RevokeAuthorizationPayload"],
> = {
  revokedAccountIds?: Resolver<
    Maybe<ReadonlyArray<ResolversTypes["ID"]>>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RevokeProfilePayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["RevokeProfilePayload"] =
    ResolversParentTypes["RevokeProfilePayload"],
> = {
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UnlinkProfilePayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["UnlinkProfilePayload"] =
    ResolversParentTypes["UnlinkProfilePayload"],
> = {
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CalendarApplicationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CalendarApplication"] =
    ResolversParentTypes["CalendarApplication"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["CalendarApplication"]>,
    { __typename: "CalendarApplication" } & GraphQLRecursivePick<
      ParentType,
      { id: true }
    >,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  name?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  clientId?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  mode?: Resolver<ResolversTypes["ApplicationMode"], ParentType, ContextType>;
  redirectUris?: Resolver<
    ReadonlyArray<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  organizationalUnit?: Resolver<
    Maybe<ResolversTypes["OrganizationalUnit"]>,
    ParentType,
    ContextType
  >;
  rateLimit?: Resolver<
    Maybe<ResolversTypes["ApplicationRateLimit"]>,
    ParentType,
    ContextType
  >;
  usage?: Resolver<
    ResolversTypes["ApplicationUsage"],
    ParentType,
    ContextType,
    RequireFields<CalendarApplicationusageArgs, "month">
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApplicationRateLimitResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ApplicationRateLimit"] =
    ResolversParentTypes["ApplicationRateLimit"],
> = {
  perSecond?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  perMinute?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  remainingThisMinute?: Resolver<
    ResolversTypes["Int"],
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApplicationUsageResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ApplicationUsage"] =
    ResolversParentTypes["ApplicationUsage"],
> = {
  syncedAccounts?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  syncedResources?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  applicationCalendars?: Resolver<
    ResolversTypes["Int"],
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrganizationalUnitResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["OrganizationalUnit"] =
    ResolversParentTypes["OrganizationalUnit"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["OrganizationalUnit"]>,
    { __typename: "OrganizationalUnit" } & GraphQLRecursivePick<
      ParentType,
      { id: true }
    >,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  name?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  applications?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarApplication"]>,
    ParentType,
    ContextType
  >;
  usage?: Resolver<
    ResolversTypes["ApplicationUsage"],
    ParentType,
    ContextType,
    RequireFields<OrganizationalUnitusageArgs, "month">
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreateElementTokenPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CreateElementTokenPayload"] =
    ResolversParentTypes["CreateElementTokenPayload"],
> = {
  token?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  expiresIn?: Resolver<Maybe<ResolversTypes["Int"]>, ParentType, ContextType>;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreateLinkTokenPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CreateLinkTokenPayload"] =
    ResolversParentTypes["CreateLinkTokenPayload"],
> = {
  token?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  expiresIn?: Resolver<Maybe<ResolversTypes["Int"]>, ParentType, ContextType>;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type VerifyApplicationPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["VerifyApplicationPayload"] =
    ResolversParentTypes["VerifyApplicationPayload"],
> = {
  application?: Resolver<
    Maybe<ResolversTypes["CalendarApplication"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AvailabilityResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Availability"] =
    ResolversParentTypes["Availability"],
> = {
  slots?: Resolver<
    ReadonlyArray<ResolversTypes["AvailableSlot"]>,
    ParentType,
    ContextType
  >;
  truncated?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  members?: Resolver<
    ReadonlyArray<ResolversTypes["MemberAvailability"]>,
    ParentType,
    ContextType
  >;
  freshness?: Resolver<ResolversTypes["Freshness"], ParentType, ContextType>;
  rejections?: Resolver<
    ReadonlyArray<ResolversTypes["SlotRejection"]>,
    ParentType,
    ContextType,
    RequireFields<AvailabilityrejectionsArgs, "first">
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AvailableSlotResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["AvailableSlot"] =
    ResolversParentTypes["AvailableSlot"],
> = {
  start?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  end?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  token?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  participants?: Resolver<
    ReadonlyArray<ResolversTypes["SlotParticipant"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SlotParticipantResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["SlotParticipant"] =
    ResolversParentTypes["SlotParticipant"],
> = {
  account?: Resolver<
    ResolversTypes["CalendarAccount"],
    ParentType,
    ContextType
  >;
  group?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  preferred?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  bookings?: Resolver<Maybe<ResolversTypes["Int"]>, ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MemberAvailabilityResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["MemberAvailability"] =
    ResolversParentTypes["MemberAvailability"],
> = {
  accountId?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  status?: Resolver<ResolversTypes["MemberStatus"], ParentType, ContextType>;
  precision?: Resolver<
    ResolversTypes["BusyPrecision"],
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SlotRejectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["SlotRejection"] =
    ResolversParentTypes["SlotRejection"],
> = {
  start?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  reasons?: Resolver<
    ReadonlyArray<ResolversTypes["RejectionReason"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RejectionReasonResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["RejectionReason"] =
    ResolversParentTypes["RejectionReason"],
> = {
  account?: Resolver<
    ResolversTypes["CalendarAccount"],
    ParentType,
    ContextType
  >;
  kind?: Resolver<ResolversTypes["RejectionKind"], ParentType, ContextType>;
  calendar?: Resolver<
    Maybe<ResolversTypes["Calendar"]>,
    ParentType,
    ContextType
  >;
  event?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  busy?: Resolver<Maybe<ResolversTypes["TimePeriod"]>, ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SequencedAvailabilityResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["SequencedAvailability"] =
    ResolversParentTypes["SequencedAvailability"],
> = {
  sequences?: Resolver<
    ReadonlyArray<ResolversTypes["Sequence"]>,
    ParentType,
    ContextType
  >;
  truncated?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  members?: Resolver<
    ReadonlyArray<ResolversTypes["MemberAvailability"]>,
    ParentType,
    ContextType
  >;
  freshness?: Resolver<ResolversTypes["Freshness"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SequenceResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Sequence"] =
    ResolversParentTypes["Sequence"],
> = {
  steps?: Resolver<
    ReadonlyArray<ResolversTypes["SequenceStep"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SequenceStepResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["SequenceStep"] =
    ResolversParentTypes["SequenceStep"],
> = {
  key?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  slot?: Resolver<ResolversTypes["AvailableSlot"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AvailabilityRuleResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["AvailabilityRule"] =
    ResolversParentTypes["AvailabilityRule"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["AvailabilityRule"]>,
    { __typename: "AvailabilityRule" } & GraphQLRecursivePick<
      ParentType,
      { id: true }
    >,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  account?: Resolver<
    ResolversTypes["CalendarAccount"],
    ParentType,
    ContextType
  >;
  key?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes["TimeZone"], ParentType, ContextType>;
  calendars?: Resolver<
    Maybe<ReadonlyArray<ResolversTypes["Calendar"]>>,
    ParentType,
    ContextType
  >;
  weeklyPeriods?: Resolver<
    ReadonlyArray<ResolversTypes["WeeklyPeriod"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WeeklyPeriodResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["WeeklyPeriod"] =
    ResolversParentTypes["WeeklyPeriod"],
> = {
  day?: Resolver<ResolversTypes["Weekday"], ParentType, ContextType>;
  start?: Resolver<ResolversTypes["LocalTime"], ParentType, ContextType>;
  end?: Resolver<ResolversTypes["LocalTime"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AvailablePeriodConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["AvailablePeriodConnection"] =
    ResolversParentTypes["AvailablePeriodConnection"],
> = {
  edges?: Resolver<
    ReadonlyArray<ResolversTypes["AvailablePeriodEdge"]>,
    ParentType,
    ContextType
  >;
  nodes?: Resolver<
    ReadonlyArray<ResolversTypes["AvailablePeriod"]>,
    ParentType,
    ContextType
  >;
  pageInfo?: Resolver<ResolversTypes["PageInfo"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AvailablePeriodEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["AvailablePeriodEdge"] =
    ResolversParentTypes["AvailablePeriodEdge"],
> = {
  cursor?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  node?: Resolver<ResolversTypes["AvailablePeriod"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AvailablePeriodResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["AvailablePeriod"] =
    ResolversParentTypes["AvailablePeriod"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["AvailablePeriod"]>,
    { __typename: "AvailablePeriod" } & GraphQLRecursivePick<
      ParentType,
      { id: true }
    >,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  account?: Resolver<
    ResolversTypes["CalendarAccount"],
    ParentType,
    ContextType
  >;
  key?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  start?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  end?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type HeldSlotResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["HeldSlot"] =
    ResolversParentTypes["HeldSlot"],
> = {
  start?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  end?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  accounts?: Resolver<
    ReadonlyArray<Maybe<ResolversTypes["CalendarAccount"]>>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type HoldResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Hold"] =
    ResolversParentTypes["Hold"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["Hold"]>,
    { __typename: "Hold" } & GraphQLRecursivePick<ParentType, { id: true }>,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  slots?: Resolver<
    ReadonlyArray<ResolversTypes["HeldSlot"]>,
    ParentType,
    ContextType
  >;
  expiresAt?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  status?: Resolver<ResolversTypes["HoldStatus"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DeleteAvailabilityRulePayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["DeleteAvailabilityRulePayload"] =
    ResolversParentTypes["DeleteAvailabilityRulePayload"],
> = {
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  deletedId?: Resolver<Maybe<ResolversTypes["ID"]>, ParentType, ContextType>;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UpsertAvailabilityRulePayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["UpsertAvailabilityRulePayload"] =
    ResolversParentTypes["UpsertAvailabilityRulePayload"],
> = {
  rule?: Resolver<
    Maybe<ResolversTypes["AvailabilityRule"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DeleteAvailablePeriodPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["DeleteAvailablePeriodPayload"] =
    ResolversParentTypes["DeleteAvailablePeriodPayload"],
> = {
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  deletedId?: Resolver<Maybe<ResolversTypes["ID"]>, ParentType, ContextType>;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UpsertAvailablePeriodPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["UpsertAvailablePeriodPayload"] =
    ResolversParentTypes["UpsertAvailablePeriodPayload"],
> = {
  period?: Resolver<
    Maybe<ResolversTypes["AvailablePeriod"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreateHoldPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CreateHoldPayload"] =
    ResolversParentTypes["CreateHoldPayload"],
> = {
  hold?: Resolver<Maybe<ResolversTypes["Hold"]>, ParentType, ContextType>;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReleaseHoldPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ReleaseHoldPayload"] =
    ResolversParentTypes["ReleaseHoldPayload"],
> = {
  hold?: Resolver<Maybe<ResolversTypes["Hold"]>, ParentType, ContextType>;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConfirmHoldPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ConfirmHoldPayload"] =
    ResolversParentTypes["ConfirmHoldPayload"],
> = {
  hold?: Resolver<Maybe<ResolversTypes["Hold"]>, ParentType, ContextType>;
  results?: Resolver<
    Maybe<ReadonlyArray<ResolversTypes["UpsertEventPayload"]>>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CalendarResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Calendar"] =
    ResolversParentTypes["Calendar"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["Calendar"]>,
    { __typename: "Calendar" } & GraphQLRecursivePick<ParentType, { id: true }>,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  account?: Resolver<
    ResolversTypes["CalendarAccount"],
    ParentType,
    ContextType
  >;
  profile?: Resolver<
    ResolversTypes["CalendarProfile"],
    ParentType,
    ContextType
  >;
  name?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  color?: Resolver<Maybe<ResolversTypes["HexColor"]>, ParentType, ContextType>;
  timeZone?: Resolver<
    Maybe<ResolversTypes["TimeZone"]>,
    ParentType,
    ContextType
  >;
  primary?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  readOnly?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  deleted?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  permission?: Resolver<
    ResolversTypes["CalendarPermission"],
    ParentType,
    ContextType
  >;
  capabilities?: Resolver<
    ResolversTypes["CalendarCapabilities"],
    ParentType,
    ContextType
  >;
  events?: Resolver<
    Maybe<ResolversTypes["EventConnection"]>,
    ParentType,
    ContextType,
    RequireFields<CalendareventsArgs, "first">
  >;
  sync?: Resolver<
    Maybe<ResolversTypes["CalendarSync"]>,
    ParentType,
    ContextType
  >;
  icsUrl?: Resolver<Maybe<ResolversTypes["URL"]>, ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CalendarCapabilitiesResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CalendarCapabilities"] =
    ResolversParentTypes["CalendarCapabilities"],
> = {
  attendees?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  suppressNotifications?: Resolver<
    ResolversTypes["Boolean"],
    ParentType,
    ContextType
  >;
  integratedConferencing?: Resolver<
    Maybe<ResolversTypes["ConferencingProvider"]>,
    ParentType,
    ContextType
  >;
  attachments?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  recurrence?: Resolver<
    ResolversTypes["RecurrenceSupport"],
    ParentType,
    ContextType
  >;
  maxReminders?: Resolver<
    Maybe<ResolversTypes["Int"]>,
    ParentType,
    ContextType
  >;
  push?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CalendarSyncResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CalendarSync"] =
    ResolversParentTypes["CalendarSync"],
> = {
  changesThrough?: Resolver<
    Maybe<ResolversTypes["Date"]>,
    ParentType,
    ContextType
  >;
  lastSyncedAt?: Resolver<
    Maybe<ResolversTypes["DateTime"]>,
    ParentType,
    ContextType
  >;
  mode?: Resolver<ResolversTypes["SyncMode"], ParentType, ContextType>;
  nextAt?: Resolver<Maybe<ResolversTypes["DateTime"]>, ParentType, ContextType>;
  runs?: Resolver<
    ReadonlyArray<ResolversTypes["SyncRun"]>,
    ParentType,
    ContextType,
    RequireFields<CalendarSyncrunsArgs, "last">
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SyncRunResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["SyncRun"] =
    ResolversParentTypes["SyncRun"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["SyncRun"]>,
    { __typename: "SyncRun" } & GraphQLRecursivePick<ParentType, { id: true }>,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  status?: Resolver<ResolversTypes["SyncRunStatus"], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  finishedAt?: Resolver<
    Maybe<ResolversTypes["DateTime"]>,
    ParentType,
    ContextType
  >;
  kind?: Resolver<ResolversTypes["SyncKind"], ParentType, ContextType>;
  changes?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  providerCalls?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  skipped?: Resolver<
    ReadonlyArray<ResolversTypes["SkippedResource"]>,
    ParentType,
    ContextType
  >;
  failure?: Resolver<
    Maybe<ResolversTypes["ProviderFailure"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SkippedResourceResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["SkippedResource"] =
    ResolversParentTypes["SkippedResource"],
> = {
  uid?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreateCalendarPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CreateCalendarPayload"] =
    ResolversParentTypes["CreateCalendarPayload"],
> = {
  calendar?: Resolver<
    Maybe<ResolversTypes["Calendar"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SyncCalendarPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["SyncCalendarPayload"] =
    ResolversParentTypes["SyncCalendarPayload"],
> = {
  run?: Resolver<Maybe<ResolversTypes["SyncRun"]>, ParentType, ContextType>;
  calendar?: Resolver<
    Maybe<ResolversTypes["Calendar"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DeleteCalendarPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["DeleteCalendarPayload"] =
    ResolversParentTypes["DeleteCalendarPayload"],
> = {
  deletedId?: Resolver<Maybe<ResolversTypes["ID"]>, ParentType, ContextType>;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RequestCalendarPermissionPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["RequestCalendarPermissionPayload"] =
    ResolversParentTypes["RequestCalendarPermissionPayload"],
> = {
  url?: Resolver<Maybe<ResolversTypes["URL"]>, ParentType, ContextType>;
  calendars?: Resolver<
    Maybe<ReadonlyArray<ResolversTypes["Calendar"]>>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SetIcsFeedPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["SetIcsFeedPayload"] =
    ResolversParentTypes["SetIcsFeedPayload"],
> = {
  calendar?: Resolver<
    Maybe<ResolversTypes["Calendar"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ImportIcsPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ImportIcsPayload"] =
    ResolversParentTypes["ImportIcsPayload"],
> = {
  created?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  updated?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  unchanged?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  skipped?: Resolver<
    ReadonlyArray<ResolversTypes["SkippedResource"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChangeBatchResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ChangeBatch"] =
    ResolversParentTypes["ChangeBatch"],
> = {
  cursor?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  changes?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarChange"]>,
    ParentType,
    ContextType
  >;
  caughtUp?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CalendarChangeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CalendarChange"] =
    ResolversParentTypes["CalendarChange"],
> = {
  cursor?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes["ChangeKind"], ParentType, ContextType>;
  at?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  accountId?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  subject?: Resolver<
    Maybe<ResolversTypes["ChangeSubject"]>,
    ParentType,
    ContextType
  >;
  subjectId?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  own?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChangeSubjectResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ChangeSubject"] =
    ResolversParentTypes["ChangeSubject"],
> = {
  resolveType: TypeResolveFn<
    | "CalendarAccount"
    | "CalendarEvent"
    | "Calendar"
    | "CalendarProfile"
    | "ConferencingProfile"
    | "WriteOperation"
    | "Hold"
    | "AvailabilityRule",
    ParentType,
    ContextType
  >;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<
  ResolversTypes["DateTime"],
  any
> {
  name: "DateTime";
}

export interface DateScalarConfig extends GraphQLScalarTypeConfig<
  ResolversTypes["Date"],
  any
> {
  name: "Date";
}

export interface LocalTimeScalarConfig extends GraphQLScalarTypeConfig<
  ResolversTypes["LocalTime"],
  any
> {
  name: "LocalTime";
}

export interface TimeZoneScalarConfig extends GraphQLScalarTypeConfig<
  ResolversTypes["TimeZone"],
  any
> {
  name: "TimeZone";
}

export interface DurationScalarConfig extends GraphQLScalarTypeConfig<
  ResolversTypes["Duration"],
  any
> {
  name: "Duration";
}

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<
  ResolversTypes["EmailAddress"],
  any
> {
  name: "EmailAddress";
}

export interface URLScalarConfig extends GraphQLScalarTypeConfig<
  ResolversTypes["URL"],
  any
> {
  name: "URL";
}

export interface HexColorScalarConfig extends GraphQLScalarTypeConfig<
  ResolversTypes["HexColor"],
  any
> {
  name: "HexColor";
}

export interface JSONObjectScalarConfig extends GraphQLScalarTypeConfig<
  ResolversTypes["JSONObject"],
  any
> {
  name: "JSONObject";
}

export type PageInfoResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["PageInfo"] =
    ResolversParentTypes["PageInfo"],
> = {
  hasNextPage?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  hasPreviousPage?: Resolver<
    ResolversTypes["Boolean"],
    ParentType,
    ContextType
  >;
  startCursor?: Resolver<
    Maybe<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  endCursor?: Resolver<
    Maybe<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TimePeriodResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["TimePeriod"] =
    ResolversParentTypes["TimePeriod"],
> = {
  start?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  end?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CalendarUserErrorResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CalendarUserError"] =
    ResolversParentTypes["CalendarUserError"],
> = {
  path?: Resolver<
    ReadonlyArray<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  code?: Resolver<ResolversTypes["UserErrorCode"], ParentType, ContextType>;
  message?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FreshnessResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Freshness"] =
    ResolversParentTypes["Freshness"],
> = {
  asOf?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  changesCursor?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  stale?: Resolver<
    ReadonlyArray<ResolversTypes["StaleCalendar"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StaleCalendarResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["StaleCalendar"] =
    ResolversParentTypes["StaleCalendar"],
> = {
  calendar?: Resolver<ResolversTypes["Calendar"], ParentType, ContextType>;
  lastSyncedAt?: Resolver<
    Maybe<ResolversTypes["DateTime"]>,
    ParentType,
    ContextType
  >;
  reason?: Resolver<ResolversTypes["StaleReason"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CalendarEventResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["CalendarEvent"] =
    ResolversParentTypes["CalendarEvent"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    { __typename: "CalendarEvent" } & GraphQLRecursivePick<
      ParentType,
      { id: true }
    >,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  origin?: Resolver<ResolversTypes["EventOrigin"], ParentType, ContextType>;
  key?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  uid?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  calendar?: Resolver<ResolversTypes["Calendar"], ParentType, ContextType>;
  summary?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  description?: Resolver<
    Maybe<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  start?: Resolver<ResolversTypes["EventTime"], ParentType, ContextType>;
  end?: Resolver<ResolversTypes["EventTime"], ParentType, ContextType>;
  allDay?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  status?: Resolver<ResolversTypes["EventStatus"], ParentType, ContextType>;
  busyStatus?: Resolver<ResolversTypes["BusyStatus"], ParentType, ContextType>;
  visibility?: Resolver<
    ResolversTypes["EventVisibility"],
    ParentType,
    ContextType
  >;
  location?: Resolver<
    Maybe<ResolversTypes["EventLocation"]>,
    ParentType,
    ContextType
  >;
  url?: Resolver<Maybe<ResolversTypes["URL"]>, ParentType, ContextType>;
  color?: Resolver<Maybe<ResolversTypes["HexColor"]>, ParentType, ContextType>;
  categories?: Resolver<
    ReadonlyArray<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  organizer?: Resolver<
    Maybe<ResolversTypes["EventPerson"]>,
    ParentType,
    ContextType
  >;
  attendees?: Resolver<
    ReadonlyArray<ResolversTypes["Attendee"]>,
    ParentType,
    ContextType,
    RequireFields<CalendarEventattendeesArgs, "first">
  >;
  attendeeCount?: Resolver<
    Maybe<ResolversTypes["Int"]>,
    ParentType,
    ContextType
  >;
  participationStatus?: Resolver<
    Maybe<ResolversTypes["ParticipationStatus"]>,
    ParentType,
    ContextType
  >;
  reminders?: Resolver<
    ReadonlyArray<ResolversTypes["Reminder"]>,
    ParentType,
    ContextType
  >;
  conferencing?: Resolver<
    Maybe<ResolversTypes["Conferencing"]>,
    ParentType,
    ContextType
  >;
  attachments?: Resolver<
    ReadonlyArray<ResolversTypes["EventAttachment"]>,
    ParentType,
    ContextType
  >;
  metadata?: Resolver<
    Maybe<ResolversTypes["JSONObject"]>,
    ParentType,
    ContextType
  >;
  recurrence?: Resolver<
    Maybe<ResolversTypes["Recurrence"]>,
    ParentType,
    ContextType
  >;
  occurrences?: Resolver<
    Maybe<ResolversTypes["EventConnection"]>,
    ParentType,
    ContextType,
    RequireFields<
      CalendarEventoccurrencesArgs,
      "from" | "to" | "includeDeleted" | "first"
    >
  >;
  permissions?: Resolver<
    ResolversTypes["EventPermissions"],
    ParentType,
    ContextType
  >;
  deleted?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  syncedAt?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  version?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EventTimeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["EventTime"] =
    ResolversParentTypes["EventTime"],
> = {
  dateTime?: Resolver<
    Maybe<ResolversTypes["DateTime"]>,
    ParentType,
    ContextType
  >;
  date?: Resolver<Maybe<ResolversTypes["Date"]>, ParentType, ContextType>;
  timeZone?: Resolver<
    Maybe<ResolversTypes["TimeZone"]>,
    ParentType,
    ContextType
  >;
  local?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  floating?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EventLocationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["EventLocation"] =
    ResolversParentTypes["EventLocation"],
> = {
  description?: Resolver<
    Maybe<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  latitude?: Resolver<Maybe<ResolversTypes["Float"]>, ParentType, ContextType>;
  longitude?: Resolver<Maybe<ResolversTypes["Float"]>, ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EventPersonResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["EventPerson"] =
    ResolversParentTypes["EventPerson"],
> = {
  email?: Resolver<
    Maybe<ResolversTypes["EmailAddress"]>,
    ParentType,
    ContextType
  >;
  name?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AttendeeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Attendee"] =
    ResolversParentTypes["Attendee"],
> = {
  email?: Resolver<
    Maybe<ResolversTypes["EmailAddress"]>,
    ParentType,
    ContextType
  >;
  uri?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  status?: Resolver<
    ResolversTypes["ParticipationStatus"],
    ParentType,
    ContextType
  >;
  optional?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  resource?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  self?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ReminderResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Reminder"] =
    ResolversParentTypes["Reminder"],
> = {
  minutes?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConferencingResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Conferencing"] =
    ResolversParentTypes["Conferencing"],
> = {
  status?: Resolver<
    ResolversTypes["ConferencingStatus"],
    ParentType,
    ContextType
  >;
  provider?: Resolver<
    Maybe<ResolversTypes["ConferencingProvider"]>,
    ParentType,
    ContextType
  >;
  providerName?: Resolver<
    Maybe<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  joinUrl?: Resolver<Maybe<ResolversTypes["URL"]>, ParentType, ContextType>;
  dialIn?: Resolver<
    ReadonlyArray<ResolversTypes["DialIn"]>,
    ParentType,
    ContextType
  >;
  failure?: Resolver<
    Maybe<ResolversTypes["ProviderFailure"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DialInResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["DialIn"] =
    ResolversParentTypes["DialIn"],
> = {
  phoneNumber?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  pin?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  country?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EventAttachmentResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["EventAttachment"] =
    ResolversParentTypes["EventAttachment"],
> = {
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  fileName?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  contentType?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes["URL"]>, ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RecurrenceResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Recurrence"] =
    ResolversParentTypes["Recurrence"],
> = {
  role?: Resolver<ResolversTypes["RecurrenceRole"], ParentType, ContextType>;
  series?: Resolver<ResolversTypes["CalendarEvent"], ParentType, ContextType>;
  rules?: Resolver<
    ReadonlyArray<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  originalStart?: Resolver<
    Maybe<ResolversTypes["EventTime"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EventPermissionsResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["EventPermissions"] =
    ResolversParentTypes["EventPermissions"],
> = {
  update?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  delete?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  changeParticipationStatus?: Resolver<
    ResolversTypes["Boolean"],
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EventConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["EventConnection"] =
    ResolversParentTypes["EventConnection"],
> = {
  edges?: Resolver<
    ReadonlyArray<ResolversTypes["EventEdge"]>,
    ParentType,
    ContextType
  >;
  nodes?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  pageInfo?: Resolver<ResolversTypes["PageInfo"], ParentType, ContextType>;
  freshness?: Resolver<ResolversTypes["Freshness"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EventEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["EventEdge"] =
    ResolversParentTypes["EventEdge"],
> = {
  cursor?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  node?: Resolver<ResolversTypes["CalendarEvent"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FreeBusyPeriodEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["FreeBusyPeriodEdge"] =
    ResolversParentTypes["FreeBusyPeriodEdge"],
> = {
  cursor?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  node?: Resolver<ResolversTypes["FreeBusyPeriod"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FreeBusyPeriodConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["FreeBusyPeriodConnection"] =
    ResolversParentTypes["FreeBusyPeriodConnection"],
> = {
  edges?: Resolver<
    ReadonlyArray<ResolversTypes["FreeBusyPeriodEdge"]>,
    ParentType,
    ContextType
  >;
  nodes?: Resolver<
    ReadonlyArray<ResolversTypes["FreeBusyPeriod"]>,
    ParentType,
    ContextType
  >;
  pageInfo?: Resolver<ResolversTypes["PageInfo"], ParentType, ContextType>;
  freshness?: Resolver<ResolversTypes["Freshness"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FreeBusyPeriodResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["FreeBusyPeriod"] =
    ResolversParentTypes["FreeBusyPeriod"],
> = {
  calendar?: Resolver<
    Maybe<ResolversTypes["Calendar"]>,
    ParentType,
    ContextType
  >;
  start?: Resolver<ResolversTypes["EventTime"], ParentType, ContextType>;
  end?: Resolver<ResolversTypes["EventTime"], ParentType, ContextType>;
  busyStatus?: Resolver<ResolversTypes["BusyStatus"], ParentType, ContextType>;
  unanswered?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  eventId?: Resolver<Maybe<ResolversTypes["ID"]>, ParentType, ContextType>;
  key?: Resolver<Maybe<ResolversTypes["String"]>, ParentType, ContextType>;
  deleted?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EventWritePayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["EventWritePayload"] =
    ResolversParentTypes["EventWritePayload"],
> = {
  resolveType: TypeResolveFn<
    | "UpsertEventPayload"
    | "UpdateEventPayload"
    | "DeleteEventPayload"
    | "DeleteManagedEventPayload"
    | "SetParticipationStatusPayload",
    ParentType,
    ContextType
  >;
  event?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  conflict?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  operation?: Resolver<
    Maybe<ResolversTypes["WriteOperation"]>,
    ParentType,
    ContextType
  >;
  warnings?: Resolver<
    ReadonlyArray<ResolversTypes["WriteWarning"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
};

export type UpsertEventPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["UpsertEventPayload"] =
    ResolversParentTypes["UpsertEventPayload"],
> = {
  event?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  conflict?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  created?: Resolver<Maybe<ResolversTypes["Boolean"]>, ParentType, ContextType>;
  operation?: Resolver<
    Maybe<ResolversTypes["WriteOperation"]>,
    ParentType,
    ContextType
  >;
  warnings?: Resolver<
    ReadonlyArray<ResolversTypes["WriteWarning"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UpdateEventPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["UpdateEventPayload"] =
    ResolversParentTypes["UpdateEventPayload"],
> = {
  event?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  conflict?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  splitOff?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  operation?: Resolver<
    Maybe<ResolversTypes["WriteOperation"]>,
    ParentType,
    ContextType
  >;
  warnings?: Resolver<
    ReadonlyArray<ResolversTypes["WriteWarning"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DeleteEventPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["DeleteEventPayload"] =
    ResolversParentTypes["DeleteEventPayload"],
> = {
  event?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  conflict?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  deletedId?: Resolver<Maybe<ResolversTypes["ID"]>, ParentType, ContextType>;
  operation?: Resolver<
    Maybe<ResolversTypes["WriteOperation"]>,
    ParentType,
    ContextType
  >;
  warnings?: Resolver<
    ReadonlyArray<ResolversTypes["WriteWarning"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DeleteManagedEventPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["DeleteManagedEventPayload"] =
    ResolversParentTypes["DeleteManagedEventPayload"],
> = {
  event?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  conflict?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  deletedId?: Resolver<Maybe<ResolversTypes["ID"]>, ParentType, ContextType>;
  operation?: Resolver<
    Maybe<ResolversTypes["WriteOperation"]>,
    ParentType,
    ContextType
  >;
  warnings?: Resolver<
    ReadonlyArray<ResolversTypes["WriteWarning"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SetParticipationStatusPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["SetParticipationStatusPayload"] =
    ResolversParentTypes["SetParticipationStatusPayload"],
> = {
  event?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  conflict?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  operation?: Resolver<
    Maybe<ResolversTypes["WriteOperation"]>,
    ParentType,
    ContextType
  >;
  warnings?: Resolver<
    ReadonlyArray<ResolversTypes["WriteWarning"]>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DeleteManagedEventsPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["DeleteManagedEventsPayload"] =
    ResolversParentTypes["DeleteManagedEventsPayload"],
> = {
  deleted?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type BatchEventsPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["BatchEventsPayload"] =
    ResolversParentTypes["BatchEventsPayload"],
> = {
  results?: Resolver<
    Maybe<ReadonlyArray<ResolversTypes["EventWritePayload"]>>,
    ParentType,
    ContextType
  >;
  userErrors?: Resolver<
    ReadonlyArray<ResolversTypes["CalendarUserError"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type NodeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Node"] =
    ResolversParentTypes["Node"],
> = {
  resolveType: TypeResolveFn<
    | "CalendarAccount"
    | "CalendarProfile"
    | "ConferencingProfile"
    | "CalendarApplication"
    | "OrganizationalUnit"
    | "AvailabilityRule"
    | "AvailablePeriod"
    | "Hold"
    | "Calendar"
    | "SyncRun"
    | "CalendarEvent"
    | "WriteOperation",
    ParentType,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
};

export type ProviderFailureResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ProviderFailure"] =
    ResolversParentTypes["ProviderFailure"],
> = {
  code?: Resolver<
    ResolversTypes["ProviderFailureCode"],
    ParentType,
    ContextType
  >;
  message?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  retryAt?: Resolver<
    Maybe<ResolversTypes["DateTime"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WriteWarningResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["WriteWarning"] =
    ResolversParentTypes["WriteWarning"],
> = {
  code?: Resolver<ResolversTypes["WarningCode"], ParentType, ContextType>;
  path?: Resolver<
    ReadonlyArray<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  message?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WriteOperationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["WriteOperation"] =
    ResolversParentTypes["WriteOperation"],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes["WriteOperation"]>,
    { __typename: "WriteOperation" } & GraphQLRecursivePick<
      ParentType,
      { id: true }
    >,
    ContextType
  >;
  id?: Resolver<ResolversTypes["ID"], ParentType, ContextType>;
  status?: Resolver<ResolversTypes["OperationStatus"], ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  failure?: Resolver<
    Maybe<ResolversTypes["ProviderFailure"]>,
    ParentType,
    ContextType
  >;
  nextAttemptAt?: Resolver<
    Maybe<ResolversTypes["DateTime"]>,
    ParentType,
    ContextType
  >;
  createdAt?: Resolver<ResolversTypes["DateTime"], ParentType, ContextType>;
  completedAt?: Resolver<
    Maybe<ResolversTypes["DateTime"]>,
    ParentType,
    ContextType
  >;
  event?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OperationConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["OperationConnection"] =
    ResolversParentTypes["OperationConnection"],
> = {
  edges?: Resolver<
    ReadonlyArray<ResolversTypes["OperationEdge"]>,
    ParentType,
    ContextType
  >;
  nodes?: Resolver<
    ReadonlyArray<ResolversTypes["WriteOperation"]>,
    ParentType,
    ContextType
  >;
  pageInfo?: Resolver<ResolversTypes["PageInfo"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OperationEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["OperationEdge"] =
    ResolversParentTypes["OperationEdge"],
> = {
  cursor?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  node?: Resolver<ResolversTypes["WriteOperation"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CredentialResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Credential"] =
    ResolversParentTypes["Credential"],
> = {
  kind?: Resolver<ResolversTypes["CredentialKind"], ParentType, ContextType>;
  scopes?: Resolver<
    ReadonlyArray<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType
  >;
  application?: Resolver<
    Maybe<ResolversTypes["CalendarApplication"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ServiceInfoResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["ServiceInfo"] =
    ResolversParentTypes["ServiceInfo"],
> = {
  version?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  tzdataVersion?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  CalendarAccount?: CalendarAccountResolvers<ContextType>;
  AccountConnection?: AccountConnectionResolvers<ContextType>;
  AccountEdge?: AccountEdgeResolvers<ContextType>;
  Authorization?: AuthorizationResolvers<ContextType>;
  CalendarProfile?: CalendarProfileResolvers<ContextType>;
  ProfileHealth?: ProfileHealthResolvers<ContextType>;
  ProfileConnection?: ProfileConnectionResolvers<ContextType>;
  ProfileEdge?: ProfileEdgeResolvers<ContextType>;
  ConferencingProfile?: ConferencingProfileResolvers<ContextType>;
  UpsertApplicationCalendarPayload?: UpsertApplicationCalendarPayloadResolvers<ContextType>;
  TokenSet?: TokenSetResolvers<ContextType>;
  ConnectCalDavPayload?: ConnectCalDavPayloadResolvers<ContextType>;
  RevokeAuthorizationPayload?: RevokeAuthorizationPayloadResolvers<ContextType>;
  RevokeProfilePayload?: RevokeProfilePayloadResolvers<ContextType>;
  UnlinkProfilePayload?: UnlinkProfilePayloadResolvers<ContextType>;
  CalendarApplication?: CalendarApplicationResolvers<ContextType>;
  ApplicationRateLimit?: ApplicationRateLimitResolvers<ContextType>;
  ApplicationUsage?: ApplicationUsageResolvers<ContextType>;
  OrganizationalUnit?: OrganizationalUnitResolvers<ContextType>;
  CreateElementTokenPayload?: CreateElementTokenPayloadResolvers<ContextType>;
  CreateLinkTokenPayload?: CreateLinkTokenPayloadResolvers<ContextType>;
  VerifyApplicationPayload?: VerifyApplicationPayloadResolvers<ContextType>;
  Availability?: AvailabilityResolvers<ContextType>;
  AvailableSlot?: AvailableSlotResolvers<ContextType>;
  SlotParticipant?: SlotParticipantResolvers<ContextType>;
  MemberAvailability?: MemberAvailabilityResolvers<ContextType>;
  SlotRejection?: SlotRejectionResolvers<ContextType>;
  RejectionReason?: RejectionReasonResolvers<ContextType>;
  SequencedAvailability?: SequencedAvailabilityResolvers<ContextType>;
  Sequence?: SequenceResolvers<ContextType>;
  SequenceStep?: SequenceStepResolvers<ContextType>;
  AvailabilityRule?: AvailabilityRuleResolvers<ContextType>;
  WeeklyPeriod?: WeeklyPeriodResolvers<ContextType>;
  AvailablePeriodConnection?: AvailablePeriodConnectionResolvers<ContextType>;
  AvailablePeriodEdge?: AvailablePeriodEdgeResolvers<ContextType>;
  AvailablePeriod?: AvailablePeriodResolvers<ContextType>;
  HeldSlot?: HeldSlotResolvers<ContextType>;
  Hold?: HoldResolvers<ContextType>;
  DeleteAvailabilityRulePayload?: DeleteAvailabilityRulePayloadResolvers<ContextType>;
  UpsertAvailabilityRulePayload?: UpsertAvailabilityRulePayloadResolvers<ContextType>;
  DeleteAvailablePeriodPayload?: DeleteAvailablePeriodPayloadResolvers<ContextType>;
  UpsertAvailablePeriodPayload?: UpsertAvailablePeriodPayloadResolvers<ContextType>;
  CreateHoldPayload?: CreateHoldPayloadResolvers<ContextType>;
  ReleaseHoldPayload?: ReleaseHoldPayloadResolvers<ContextType>;
  ConfirmHoldPayload?: ConfirmHoldPayloadResolvers<ContextType>;
  Calendar?: CalendarResolvers<ContextType>;
  CalendarCapabilities?: CalendarCapabilitiesResolvers<ContextType>;
  CalendarSync?: CalendarSyncResolvers<ContextType>;
  SyncRun?: SyncRunResolvers<ContextType>;
  SkippedResource?: SkippedResourceResolvers<ContextType>;
  CreateCalendarPayload?: CreateCalendarPayloadResolvers<ContextType>;
  SyncCalendarPayload?: SyncCalendarPayloadResolvers<ContextType>;
  DeleteCalendarPayload?: DeleteCalendarPayloadResolvers<ContextType>;
  RequestCalendarPermissionPayload?: RequestCalendarPermissionPayloadResolvers<ContextType>;
  SetIcsFeedPayload?: SetIcsFeedPayloadResolvers<ContextType>;
  ImportIcsPayload?: ImportIcsPayloadResolvers<ContextType>;
  ChangeBatch?: ChangeBatchResolvers<ContextType>;
  CalendarChange?: CalendarChangeResolvers<ContextType>;
  ChangeSubject?: ChangeSubjectResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Date?: GraphQLScalarType;
  LocalTime?: GraphQLScalarType;
  TimeZone?: GraphQLScalarType;
  Duration?: GraphQLScalarType;
  EmailAddress?: GraphQLScalarType;
  URL?: GraphQLScalarType;
  HexColor?: GraphQLScalarType;
  JSONObject?: GraphQLScalarType;
  PageInfo?: PageInfoResolvers<ContextType>;
  TimePeriod?: TimePeriodResolvers<ContextType>;
  CalendarUserError?: CalendarUserErrorResolvers<ContextType>;
  Freshness?: FreshnessResolvers<ContextType>;
  StaleCalendar?: StaleCalendarResolvers<ContextType>;
  CalendarEvent?: CalendarEventResolvers<ContextType>;
  EventTime?: EventTimeResolvers<ContextType>;
  EventLocation?: EventLocationResolvers<ContextType>;
  EventPerson?: EventPersonResolvers<ContextType>;
  Attendee?: AttendeeResolvers<ContextType>;
  Reminder?: ReminderResolvers<ContextType>;
  Conferencing?: ConferencingResolvers<ContextType>;
  DialIn?: DialInResolvers<ContextType>;
  EventAttachment?: EventAttachmentResolvers<ContextType>;
  Recurrence?: RecurrenceResolvers<ContextType>;
  EventPermissions?: EventPermissionsResolvers<ContextType>;
  EventConnection?: EventConnectionResolvers<ContextType>;
  EventEdge?: EventEdgeResolvers<ContextType>;
  FreeBusyPeriodEdge?: FreeBusyPeriodEdgeResolvers<ContextType>;
  FreeBusyPeriodConnection?: FreeBusyPeriodConnectionResolvers<ContextType>;
  FreeBusyPeriod?: FreeBusyPeriodResolvers<ContextType>;
  EventWritePayload?: EventWritePayloadResolvers<ContextType>;
  UpsertEventPayload?: UpsertEventPayloadResolvers<ContextType>;
  UpdateEventPayload?: UpdateEventPayloadResolvers<ContextType>;
  DeleteEventPayload?: DeleteEventPayloadResolvers<ContextType>;
  DeleteManagedEventPayload?: DeleteManagedEventPayloadResolvers<ContextType>;
  SetParticipationStatusPayload?: SetParticipationStatusPayloadResolvers<ContextType>;
  DeleteManagedEventsPayload?: DeleteManagedEventsPayloadResolvers<ContextType>;
  BatchEventsPayload?: BatchEventsPayloadResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  ProviderFailure?: ProviderFailureResolvers<ContextType>;
  WriteWarning?: WriteWarningResolvers<ContextType>;
  WriteOperation?: WriteOperationResolvers<ContextType>;
  OperationConnection?: OperationConnectionResolvers<ContextType>;
  OperationEdge?: OperationEdgeResolvers<ContextType>;
  Credential?: CredentialResolvers<ContextType>;
  ServiceInfo?: ServiceInfoResolvers<ContextType>;
};

