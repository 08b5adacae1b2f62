import type {
  GraphQLResolveInfo,
  GraphQLScalarType,
  GraphQLScalarTypeConfig,
} from "graphql";
import type {
  AccountRecord,
  GrantRecord,
  ProfileRecord,
  CalendarRecord,
  SyncRunRecord,
  EventView,
  AvailabilityRuleRecord,
  AvailablePeriodRecord,
  HoldRecord,
  OperationRecord,
  ApplicationRecord,
} from "../datasources/store/records.ts";
import type {
  TimeParent,
  AttendeeParent,
  EventPage,
  EventPageEdge,
  FreeBusyPage,
  FreeBusyPageEdge,
  FreeBusyParent,
  FreshnessParent,
  StaleCalendarParent,
  SlotParent,
  ParticipantParent,
  SlotRejectionParent,
  RejectionParent,
  UnitParent,
} from "../resolvers/parents.ts";
import type {
  AvailabilityAnswer,
  MemberTold,
} from "../scheduling/availability/answer.ts";
import type { SequencesAnswer } from "../scheduling/sequences/answer.ts";
import type {
  StoredHeldSeries,
  StoredHeldSlot,
} from "../datasources/store/tables.ts";
import type { WeeklyHours } from "../domain/availability/weekly-hours.ts";
import type { ChangeRecord } from "../subscriptions/changes.ts";
import type { Actor } from "../domain/actor.ts";
import type { WriteAnswer } from "../sync/outbound/events/answer.ts";
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
  /** A JSON object, at most 8 levels deep, without the keys `__proto__`, `constructor` and `prototype`. */
  JSONObject: Record<string, unknown>;
  _FieldSet: unknown;
};

export type Query = {
  readonly __typename?: "Query";
  /** One account; null when there is none that the credential may see. */
  readonly account?: Maybe<CalendarAccount>;
  /** Application credentials only. */
  readonly accounts?: Maybe<AccountConnection>;
  /** The profiles of every account that the credential may see. */
  readonly profiles?: Maybe<ProfileConnection>;
  /** Several accounts, in the order asked; unknown ones answer null in their place. */
  readonly accountsById?: Maybe<ReadonlyArray<Maybe<CalendarAccount>>>;
  /** One profile; null when there is none that the credential may see. */
  readonly profile?: Maybe<CalendarProfile>;
  /** When the participants can meet. Exact over every member, however many: nobody is sampled. */
  readonly availability?: Maybe<Availability>;
  /** Times for several meetings in a row (interviews, visits), each with its own participants. */
  readonly sequencedAvailability?: Maybe<SequencedAvailability>;
  /** One hold; null when there is none that the credential may see. */
  readonly hold?: Maybe<Hold>;
  /** One availability rule; null when there is none that the credential may see. */
  readonly availabilityRule?: Maybe<AvailabilityRule>;
  /** One calendar; null when there is none that the credential may see. */
  readonly calendar?: Maybe<Calendar>;
  /**
   * What `Subscription.changes` would deliver, for clients without a socket: over every account that the credential may see, with the same cursors.
   * Without `after` it answers no changes and the newest cursor. Past the retention it is an error with code RESYNC_REQUIRED.
   */
  readonly changes?: Maybe<ChangeBatch>;
  /** One event, by its id, its key or its uid; null when there is none that the credential may see. */
  readonly event?: Maybe<CalendarEvent>;
  /** Any object by its id; null when there is none that the credential may see. BAD_USER_INPUT for a malformed id. */
  readonly node?: Maybe<Node>;
  /** 1 to 100 ids; unknown ones answer null in their place. */
  readonly nodes?: Maybe<ReadonlyArray<Maybe<Node>>>;
  /** Writes of this application, newest first. */
  readonly operations?: Maybe<OperationConnection>;
  /** One write; null when there is none that the credential may see. */
  readonly operation?: Maybe<WriteOperation>;
  /** Whom the credential speaks for and what it may do. */
  readonly credential?: Maybe<Credential>;
  /** About this service. */
  readonly meridian?: Maybe<ServiceInfo>;
};

export type QueryaccountArgs = {
  id: Scalars["ID"];
};

export type QueryaccountsArgs = {
  first?: InputMaybe<Scalars["Int"]>;
  after?: InputMaybe<Scalars["String"]>;
  kind?: InputMaybe<AccountKind>;
  query?: InputMaybe<Scalars["String"]>;
};

export type QueryprofilesArgs = {
  status?: InputMaybe<ReadonlyArray<ProfileHealthStatus>>;
  provider?: InputMaybe<ReadonlyArray<CalendarProvider>>;
  first?: InputMaybe<Scalars["Int"]>;
  after?: InputMaybe<Scalars["String"]>;
};

export type QueryaccountsByIdArgs = {
  ids: ReadonlyArray<Scalars["ID"]>;
};

export type QueryprofileArgs = {
  id: Scalars["ID"];
};

export type QueryavailabilityArgs = {
  input: AvailabilityInput;
};

export type QuerysequencedAvailabilityArgs = {
  input: SequencedAvailabilityInput;
};

export type QueryholdArgs = {
  id: Scalars["ID"];
};

export type QueryavailabilityRuleArgs = {
  id: Scalars["ID"];
};

export type QuerycalendarArgs = {
  id: Scalars["ID"];
};

export type QuerychangesArgs = {
  after?: InputMaybe<Scalars["String"]>;
  first?: InputMaybe<Scalars["Int"]>;
  filter?: InputMaybe<ChangeFilter>;
};

export type QueryeventArgs = {
  by: EventRef;
};

export type QuerynodeArgs = {
  id: Scalars["ID"];
};

export type QuerynodesArgs = {
  ids: ReadonlyArray<Scalars["ID"]>;
};

export type QueryoperationsArgs = {
  status?: InputMaybe<ReadonlyArray<OperationStatus>>;
  accountIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  first?: InputMaybe<Scalars["Int"]>;
  after?: InputMaybe<Scalars["String"]>;
};

export type QueryoperationArgs = {
  id: Scalars["ID"];
};

export type Mutation = {
  readonly __typename?: "Mutation";
  /** Creates, or finds again, the application's own calendar with this id: a full account that needs no provider. */
  readonly upsertApplicationCalendar?: Maybe<UpsertApplicationCalendarPayload>;
  /** Connects a CalDAV server (or iCloud, with an app-specific password) after proving that the credentials work. */
  readonly connectCalDav?: Maybe<ConnectCalDavPayload>;
  /**
   * Ends this application's authorisation of one account. There is no bulk form, on purpose.
   * Revoking a service account also revokes every account that was authorised through it.
   */
  readonly revokeAuthorization?: Maybe<RevokeAuthorizationPayload>;
  /** Ends this application's access to one profile; the account's authorisation stays. */
  readonly revokeProfile?: Maybe<RevokeProfilePayload>;
  /** Moves a profile that was linked by mistake to an account of its own. */
  readonly unlinkProfile?: Maybe<UnlinkProfilePayload>;
  /** A token for one browser origin that may do only what it names; API keys only. */
  readonly createElementToken?: Maybe<CreateElementTokenPayload>;
  /** A five-minute token that links the next authorisation to this account. */
  readonly createLinkToken?: Maybe<CreateLinkTokenPayload>;
  /** Moves the application to PRODUCTION and adds redirect URIs; may be repeated. */
  readonly verifyApplication?: Maybe<VerifyApplicationPayload>;
  /** Makes an account's availability rule `key`, or changes it; at most 100 of an account, and 500 weekly periods in all of them. What is stored already is left as it is, and nothing is told. */
  readonly upsertAvailabilityRule?: Maybe<UpsertAvailabilityRulePayload>;
  /** Deletes an availability rule. What is gone already succeeds. */
  readonly deleteAvailabilityRule?: Maybe<DeleteAvailabilityRulePayload>;
  /** Makes an account's available period `key`, or changes it; at most 10,000 of an account. What is stored already is left as it is, and nothing is told. */
  readonly upsertAvailablePeriod?: Maybe<UpsertAvailablePeriodPayload>;
  /** Deletes an available period. What is gone already succeeds. */
  readonly deleteAvailablePeriod?: Maybe<DeleteAvailablePeriodPayload>;
  /** Of two that ask for the same member's time at once, exactly one gets it. */
  readonly createHold?: Maybe<CreateHoldPayload>;
  /** Checks the members' calendars once more, at their providers, and writes the events, or changes nothing. */
  readonly confirmHold?: Maybe<ConfirmHoldPayload>;
  /** Gives the held time back. A hold that is over stays as it is. */
  readonly releaseHold?: Maybe<ReleaseHoldPayload>;
  /** Deletes a calendar that this application created. */
  readonly deleteCalendar?: Maybe<DeleteCalendarPayload>;
  /** Where the user can grant UNRESTRICTED permission; granted at once where the authorization already allows it. */
  readonly requestCalendarPermission?: Maybe<RequestCalendarPermissionPayload>;
  /** Makes a calendar at the profile's provider. */
  readonly createCalendar?: Maybe<CreateCalendarPayload>;
  /** Asks the provider for changes now, instead of at `CalendarSync.nextAt`. */
  readonly syncCalendar?: Maybe<SyncCalendarPayload>;
  /**
   * Reads an iCalendar document (at most 4 MiB; larger ones by `POST /import/{calendarId}`) into a calendar as EXTERNAL events; the same document twice
   * changes nothing. `STATUS:CANCELLED` is kept as such and is not busy; of two components with the same UID and RECURRENCE-ID the one with the higher SEQUENCE, then DTSTAMP, counts.
   */
  readonly importIcs?: Maybe<ImportIcsPayload>;
  /** Turns the calendar's feed on or off; `rotate` makes the old address useless. */
  readonly setIcsFeed?: Maybe<SetIcsFeedPayload>;
  /** Creates or changes the application's own event `key`. The same call twice leaves one event. */
  readonly upsertEvent?: Maybe<UpsertEventPayload>;
  /** Deletes the application's own event by its key. Deleting what is gone already succeeds. */
  readonly deleteManagedEvent?: Maybe<DeleteManagedEventPayload>;
  /** Changes an event, or occurrences of a series, by `id`; never creates one. External events need UNRESTRICTED permission. */
  readonly updateEvent?: Maybe<UpdateEventPayload>;
  /** Deletes an event, or occurrences of a series, by `id`. External events need UNRESTRICTED permission. What is gone already succeeds. */
  readonly deleteEvent?: Maybe<DeleteEventPayload>;
  /** Deletes the application's own events of an account, or of some of its calendars. */
  readonly deleteManagedEvents?: Maybe<DeleteManagedEventsPayload>;
  /** Answers an invitation for the calendar's owner. */
  readonly setParticipationStatus?: Maybe<SetParticipationStatusPayload>;
  /** Up to 50 writes, grouped into as few provider calls as the providers allow; each answers for itself, in order. */
  readonly batchEvents?: Maybe<BatchEventsPayload>;
};

export type MutationupsertApplicationCalendarArgs = {
  input: UpsertApplicationCalendarInput;
};

export type MutationconnectCalDavArgs = {
  input: ConnectCalDavInput;
};

export type MutationrevokeAuthorizationArgs = {
  input: RevokeAuthorizationInput;
};

export type MutationrevokeProfileArgs = {
  input: RevokeProfileInput;
};

export type MutationunlinkProfileArgs = {
  input: UnlinkProfileInput;
};

export type MutationcreateElementTokenArgs = {
  input: CreateElementTokenInput;
};

export type MutationcreateLinkTokenArgs = {
  input: CreateLinkTokenInput;
};

export type MutationverifyApplicationArgs = {
  input: VerifyApplicationInput;
};

export type MutationupsertAvailabilityRuleArgs = {
  input: UpsertAvailabilityRuleInput;
};

export type MutationdeleteAvailabilityRuleArgs = {
  input: DeleteAvailabilityRuleInput;
};

export type MutationupsertAvailablePeriodArgs = {
  input: UpsertAvailablePeriodInput;
};

export type MutationdeleteAvailablePeriodArgs = {
  input: DeleteAvailablePeriodInput;
};

export type MutationcreateHoldArgs = {
  input: CreateHoldInput;
};

export type MutationconfirmHoldArgs = {
  input: ConfirmHoldInput;
};

export type MutationreleaseHoldArgs = {
  input: ReleaseHoldInput;
};

export type MutationdeleteCalendarArgs = {
  input: DeleteCalendarInput;
};

export type MutationrequestCalendarPermissionArgs = {
  input: RequestCalendarPermissionInput;
};

export type MutationcreateCalendarArgs = {
  input: CreateCalendarInput;
};

export type MutationsyncCalendarArgs = {
  input: SyncCalendarInput;
};

export type MutationimportIcsArgs = {
  input: ImportIcsInput;
};

export type MutationsetIcsFeedArgs = {
  input: SetIcsFeedInput;
};

export type MutationupsertEventArgs = {
  input: UpsertEventInput;
};

export type MutationdeleteManagedEventArgs = {
  input: DeleteManagedEventInput;
};

export type MutationupdateEventArgs = {
  input: UpdateEventInput;
};

export type MutationdeleteEventArgs = {
  input: DeleteEventInput;
};

export type MutationdeleteManagedEventsArgs = {
  input: DeleteManagedEventsInput;
};

export type MutationsetParticipationStatusArgs = {
  input: SetParticipationStatusInput;
};

export type MutationbatchEventsArgs = {
  input: BatchEventsInput;
};

export type Subscription = {
  readonly __typename?: "Subscription";
  /** The answer to an availability query, and a new one each time it changes. */
  readonly availability: Availability;
  /**
   * Every change that the credential may see, in order per account, without a gap.
   * With `after` it first delivers what was missed since that cursor, then goes on live; a cursor older than the
   * log's retention ends the subscription with `RESYNC_REQUIRED`, never in silence.
   */
  readonly changes: ChangeBatch;
  /** An accepted write until it is APPLIED or FAILED. */
  readonly operation: WriteOperation;
};

export type SubscriptionavailabilityArgs = {
  input: AvailabilityInput;
};

export type SubscriptionchangesArgs = {
  after?: InputMaybe<Scalars["String"]>;
  filter?: InputMaybe<ChangeFilter>;
};

export type SubscriptionoperationArgs = {
  id: Scalars["ID"];
};

/** A person, room, service or application calendar that has authorised this application. */
export type CalendarAccount = Node & {
  readonly __typename?: "CalendarAccount";
  /** `acc_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** Whom or what it stands for. */
  readonly kind: AccountKind;
  /** The application's own id of an application calendar. */
  readonly applicationKey?: Maybe<Scalars["String"]>;
  /** The address that it is known by; null on application calendars. */
  readonly email?: Maybe<Scalars["EmailAddress"]>;
  /** The display name; null where none is known. */
  readonly name?: Maybe<Scalars["String"]>;
  /** Where its days begin and end. */
  readonly timeZone: Scalars["TimeZone"];
  /** This application's grant over the account. */
  readonly authorization: Authorization;
  /** Its logins at calendar providers. */
  readonly profiles: ReadonlyArray<CalendarProfile>;
  /** Its logins at conferencing providers. */
  readonly conferencingProfiles: ReadonlyArray<ConferencingProfile>;
  /** The calendars of all its profiles. */
  readonly calendars: ReadonlyArray<Calendar>;
  /** Its events, of all its calendars. */
  readonly events?: Maybe<EventConnection>;
  /** When it is busy, of all its calendars. */
  readonly freeBusy?: Maybe<FreeBusyPeriodConnection>;
  /** Its stored availability rules. */
  readonly availabilityRules?: Maybe<ReadonlyArray<AvailabilityRule>>;
  /** Its stored available periods, ordered by start. */
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

/** Whom or what an account stands for. */
export type AccountKind =
  /** A person. */
  | "USER"
  /** A room or another thing. */
  | "RESOURCE"
  /** An organisation's grant over its people's calendars. */
  | "SERVICE_ACCOUNT"
  /** A calendar that this service keeps for the application. */
  | "APPLICATION_CALENDAR";

/** A page of a list. */
export type AccountConnection = {
  readonly __typename?: "AccountConnection";
  /** Null where counting would be dear. */
  readonly totalCount?: Maybe<Scalars["Int"]>;
  /** The page's items, each with its cursor. */
  readonly edges: ReadonlyArray<AccountEdge>;
  /** The page's items. */
  readonly nodes: ReadonlyArray<CalendarAccount>;
  /** Where the page stands in the walk. */
  readonly pageInfo: PageInfo;
};

/** An item of a page. */
export type AccountEdge = {
  readonly __typename?: "AccountEdge";
  /** The item's place in the walk, for `after`. */
  readonly cursor: Scalars["String"];
  /** The item. */
  readonly node: CalendarAccount;
};

/** An account's grant to this application. */
export type Authorization = {
  readonly __typename?: "Authorization";
  /** What was granted, composites spelled out. */
  readonly scopes: ReadonlyArray<Scalars["String"]>;
  /** Whether it is in force. */
  readonly status: AuthorizationStatus;
  /** When it was given, the last time. */
  readonly createdAt: Scalars["DateTime"];
};

/** Whether a grant is in force. */
export type AuthorizationStatus =
  /** It is. */
  | "ACTIVE"
  /** It was taken back. */
  | "REVOKED";

/** One login at one calendar provider. Its id and its calendars' ids survive disconnection and relinking. */
export type CalendarProfile = Node & {
  readonly __typename?: "CalendarProfile";
  /** `pro_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** The account that it belongs to. */
  readonly account: CalendarAccount;
  /** Where it logs in. */
  readonly provider: CalendarProvider;
  /** The provider's login, usually an e-mail address. */
  readonly name: Scalars["String"];
  /** Whether its credentials work; false only when DISCONNECTED. */
  readonly connected: Scalars["Boolean"];
  /** How it fares. */
  readonly health: ProfileHealth;
  /** Whether its first sync is still to complete. */
  readonly initialSyncRequired: Scalars["Boolean"];
  /** Where the user mends a broken connection; null while it is connected. */
  readonly relinkUrl?: Maybe<Scalars["URL"]>;
  /** Its calendars. */
  readonly calendars: ReadonlyArray<Calendar>;
};

/** One login at one calendar provider. Its id and its calendars' ids survive disconnection and relinking. */
export type CalendarProfilecalendarsArgs = {
  includeDeleted?: InputMaybe<Scalars["Boolean"]>;
};

/** Who keeps a calendar. */
export type CalendarProvider =
  /** Google Calendar. */
  | "GOOGLE"
  /** Microsoft 365 at work or school. */
  | "MICROSOFT_365"
  /** Outlook.com and other personal Microsoft accounts. */
  | "OUTLOOK_COM"
  /** Exchange on an organisation's own servers. */
  | "EXCHANGE"
  /** iCloud. */
  | "APPLE"
  /** Any CalDAV server (RFC 4791). */
  | "CALDAV"
  /** Calendars kept by this service itself. */
  | "MERIDIAN";

/** How a profile fares. */
export type ProfileHealth = {
  readonly __typename?: "ProfileHealth";
  /** Whether it works. */
  readonly status: ProfileHealthStatus;
  /** Null while connected. */
  readonly cause?: Maybe<DisconnectionCause>;
  /** When it came to this state. */
  readonly since: Scalars["DateTime"];
  /** What whoever runs or uses the application should do next, in a sentence. */
  readonly remedy?: Maybe<Scalars["String"]>;
  /** When one of its calendars was last synced; null if never. */
  readonly lastSyncedAt?: Maybe<Scalars["DateTime"]>;
};

/** A page of a list. */
export type ProfileConnection = {
  readonly __typename?: "ProfileConnection";
  /** The page's items, each with its cursor. */
  readonly edges: ReadonlyArray<ProfileEdge>;
  /** The page's items. */
  readonly nodes: ReadonlyArray<CalendarProfile>;
  /** Where the page stands in the walk. */
  readonly pageInfo: PageInfo;
  /** How many there are on all pages; null where counting would be dear. */
  readonly totalCount?: Maybe<Scalars["Int"]>;
};

/** An item of a page. */
export type ProfileEdge = {
  readonly __typename?: "ProfileEdge";
  /** The item's place in the walk, for `after`. */
  readonly cursor: Scalars["String"];
  /** The item. */
  readonly node: CalendarProfile;
};

/** Whether a profile works. */
export type ProfileHealthStatus =
  /** It works. */
  | "CONNECTED"
  /** Failing for reasons that pass (network, throttling, provider outage); credentials are kept and retried. */
  | "DEGRADED"
  /** Its credentials no longer work; only its user can mend that. */
  | "DISCONNECTED";

/** Why a profile does not work. */
export type DisconnectionCause =
  /** The user or an administrator took the access back. */
  | "CREDENTIALS_REVOKED"
  /** The login was refused; the password is probably another one now. */
  | "PASSWORD_CHANGED"
  /** The user granted less than is needed. */
  | "SCOPES_MISSING"
  /** An administrator of the organisation has to allow it. */
  | "ADMIN_CONSENT_REQUIRED"
  /** The provider's own app registration is in testing, where its refresh tokens end after days. */
  | "APP_IN_TESTING"
  /** The provider no longer has the mailbox or its licence. */
  | "LICENCE_OR_MAILBOX_GONE"
  /** The provider does not answer. */
  | "PROVIDER_UNREACHABLE"
  /** The provider asks to be left alone for a while. */
  | "PROVIDER_THROTTLED"
  /** None of the others; the sync journal has the provider's words. */
  | "UNKNOWN";

/** A conferencing login that belongs to the user: applications may use it, and none can revoke it. */
export type ConferencingProfile = Node & {
  readonly __typename?: "ConferencingProfile";
  /** `cpr_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** The account that it belongs to. */
  readonly account: CalendarAccount;
  /** Where it logs in. */
  readonly provider: ConferencingProvider;
  /** The provider's login, usually an e-mail address. */
  readonly name: Scalars["String"];
  /** Whether its credentials work. */
  readonly connected: Scalars["Boolean"];
  /** Where the user mends a broken connection; null while it is connected. */
  readonly relinkUrl?: Maybe<Scalars["URL"]>;
};

/** Who keeps a conference. */
export type ConferencingProvider =
  /** Google Meet. */
  | "GOOGLE_MEET"
  /** Microsoft Teams. */
  | "MICROSOFT_TEAMS"
  /** Zoom. */
  | "ZOOM"
  /** GoTo Meeting. */
  | "GO_TO"
  /** Jitsi Meet. */
  | "JITSI";

/** An application calendar to make or to find again. */
export type UpsertApplicationCalendarInput = {
  /** The application's own id of it, 1 to 1,024 characters; unique within the application. */
  readonly key: Scalars["String"];
  /** The display name, at most 255 characters; the key when absent and the calendar is new. */
  readonly name?: InputMaybe<Scalars["String"]>;
  /** Where its days begin and end; Etc/UTC when absent and the calendar is new. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
};

/** What `upsertApplicationCalendar` answers. */
export type UpsertApplicationCalendarPayload = {
  readonly __typename?: "UpsertApplicationCalendarPayload";
  /** The account that it is. */
  readonly account?: Maybe<CalendarAccount>;
  /** Its one calendar. */
  readonly calendar?: Maybe<Calendar>;
  /** An account token for it, as the OAuth token endpoint would answer. */
  readonly tokens?: Maybe<TokenSet>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** An account token, as an OAuth token endpoint answers one (RFC 6749 §5.1). */
export type TokenSet = {
  readonly __typename?: "TokenSet";
  /** For `Authorization: Bearer`; shown once and never kept in clear. */
  readonly accessToken: Scalars["String"];
  /** Null until refresh tokens are issued for this kind of credential. */
  readonly refreshToken?: Maybe<Scalars["String"]>;
  /** Seconds until it ends. */
  readonly expiresIn: Scalars["Int"];
  /** What it may do, with spaces between the scopes. */
  readonly scope: Scalars["String"];
};

/** A login at a CalDAV server. */
export type ConnectCalDavInput = {
  /** Any address of the server; the calendars are found from there (RFC 6764). */
  readonly serverUrl: Scalars["URL"];
  /** As the server wants it, at most 255 characters. */
  readonly username: Scalars["String"];
  /** Kept sealed; an app-specific one where the provider has those. */
  readonly password: Scalars["String"];
  /** Adds the profile to this account; without it a new account is made. */
  readonly accountId?: InputMaybe<Scalars["ID"]>;
};

/** What `connectCalDav` answers. */
export type ConnectCalDavPayload = {
  readonly __typename?: "ConnectCalDavPayload";
  /** The account that the profile belongs to. */
  readonly account?: Maybe<CalendarAccount>;
  /** The profile; its first sync has begun. */
  readonly profile?: Maybe<CalendarProfile>;
  /** An account token for the account. */
  readonly tokens?: Maybe<TokenSet>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** One authorization, named in one of two ways. */
export type AuthorizationRef =
  /** By the account that gave it. */
  | {
      readonly accountId: Scalars["ID"];
      readonly token?: never;
    } /** A refresh or access token. */
  | { readonly accountId?: never; readonly token: Scalars["String"] };

/** Which authorization ends. */
export type RevokeAuthorizationInput = {
  /** Which one. */
  readonly authorization: AuthorizationRef;
  /** Also erase what is stored of the account, once no other application uses it. */
  readonly erase?: InputMaybe<Scalars["Boolean"]>;
};

/** What `revokeAuthorization` answers. */
export type RevokeAuthorizationPayload = {
  readonly __typename?: "RevokeAuthorizationPayload";
  /** The account; for a service account also every account authorised through it. */
  readonly revokedAccountIds?: Maybe<ReadonlyArray<Scalars["ID"]>>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Which profile this application no longer sees. */
export type RevokeProfileInput = {
  /** `pro_…` */
  readonly profileId: Scalars["ID"];
};

/** What `revokeProfile` answers. */
export type RevokeProfilePayload = {
  readonly __typename?: "RevokeProfilePayload";
  /** The account that it belongs to. */
  readonly account?: Maybe<CalendarAccount>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Which profile moves to an account of its own. */
export type UnlinkProfileInput = {
  /** `pro_…` */
  readonly profileId: Scalars["ID"];
};

/** What `unlinkProfile` answers. */
export type UnlinkProfilePayload = {
  readonly __typename?: "UnlinkProfilePayload";
  /** The profile's new account. */
  readonly account?: Maybe<CalendarAccount>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** An OAuth client: the unit of rate limits, of managed events and of counting. */
export type CalendarApplication = Node & {
  readonly __typename?: "CalendarApplication";
  /** `app_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** As users see it. */
  readonly name: Scalars["String"];
  /** Its OAuth client id. */
  readonly clientId: Scalars["String"];
  /** Whether it is in production. */
  readonly mode: ApplicationMode;
  /** Where users may be sent back to. */
  readonly redirectUris: ReadonlyArray<Scalars["String"]>;
  /** Who runs it. */
  readonly organizationalUnit?: Maybe<OrganizationalUnit>;
  /** How many requests it may make. */
  readonly rateLimit?: Maybe<ApplicationRateLimit>;
  /** How many synced accounts count for a month: each account once, application calendars apart. */
  readonly usage: ApplicationUsage;
};

/** An OAuth client: the unit of rate limits, of managed events and of counting. */
export type CalendarApplicationusageArgs = {
  month: Scalars["Date"];
};

/** Whether an application is in production. */
export type ApplicationMode =
  /** Any redirect URI; not counted. */
  | "DEVELOPMENT"
  /** Only registered redirect URIs. */
  | "PRODUCTION";

/** How many requests an application may make. */
export type ApplicationRateLimit = {
  readonly __typename?: "ApplicationRateLimit";
  /** 50 by default. */
  readonly perSecond: Scalars["Int"];
  /** 500 by default. */
  readonly perMinute: Scalars["Int"];
  /** How many are left until the minute is over. */
  readonly remainingThisMinute: Scalars["Int"];
};

/** What counts for a month. */
export type ApplicationUsage = {
  readonly __typename?: "ApplicationUsage";
  /** People's accounts with a connected profile at any moment of the month, each once. */
  readonly syncedAccounts: Scalars["Int"];
  /** Rooms and other things, each once. */
  readonly syncedResources: Scalars["Int"];
  /** Application calendars, each once. */
  readonly applicationCalendars: Scalars["Int"];
};

/** Who runs applications. */
export type OrganizationalUnit = Node & {
  readonly __typename?: "OrganizationalUnit";
  /** `org_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** As it calls itself. */
  readonly name: Scalars["String"];
  /** Those of its applications that the credential may see: the one that asks. */
  readonly applications: ReadonlyArray<CalendarApplication>;
  /** Distinct synced accounts per production application, summed. */
  readonly usage: ApplicationUsage;
};

/** Who runs applications. */
export type OrganizationalUnitusageArgs = {
  month: Scalars["Date"];
};

/** What a token for a browser may do. */
export type CreateElementTokenInput = {
  /** Scheme, host and port, exactly as browsers send it. */
  readonly origin: Scalars["String"];
  /** On which accounts. */
  readonly accountIds: ReadonlyArray<Scalars["ID"]>;
  /** What it may do there. */
  readonly permissions: ReadonlyArray<ElementPermission>;
};

/** What a token for a browser may do. */
export type ElementPermission =
  /** Show the events. */
  | "AGENDA"
  /** Ask for availability. */
  | "AVAILABILITY"
  /** Read and write availability rules. */
  | "MANAGED_AVAILABILITY"
  /** Connect and mend profiles. */
  | "ACCOUNT_MANAGEMENT";

/** What `createElementToken` answers. */
export type CreateElementTokenPayload = {
  readonly __typename?: "CreateElementTokenPayload";
  /** For `Authorization: Bearer`; null when it was refused. */
  readonly token?: Maybe<Scalars["String"]>;
  /** Seconds until it ends. */
  readonly expiresIn?: Maybe<Scalars["Int"]>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Which account the next authorisation is linked to. */
export type CreateLinkTokenInput = {
  /** `acc_…` */
  readonly accountId: Scalars["ID"];
};

/** What `createLinkToken` answers. */
export type CreateLinkTokenPayload = {
  readonly __typename?: "CreateLinkTokenPayload";
  /** For the authorisation's address; null when it was refused. */
  readonly token?: Maybe<Scalars["String"]>;
  /** Seconds until it ends. */
  readonly expiresIn?: Maybe<Scalars["Int"]>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Where a production application's users may be sent back to. */
export type VerifyApplicationInput = {
  /** https only; `*.` may stand for a subdomain, never in a path. */
  readonly redirectUris: ReadonlyArray<Scalars["String"]>;
};

/** What `verifyApplication` answers. */
export type VerifyApplicationPayload = {
  readonly __typename?: "VerifyApplicationPayload";
  /** The application as it stands now. */
  readonly application?: Maybe<CalendarApplication>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Who is to meet, when, and by which rules. */
export type AvailabilityInput = {
  /** 1 to 20 groups of at most 1,000 members together; each must be satisfied. */
  readonly participants: ReadonlyArray<ParticipantGroupInput>;
  /** 1 minute to 24 hours. */
  readonly requiredDuration: Scalars["Duration"];
  /** Where to look. */
  readonly search: AvailabilitySearchInput;
  /** What a slot is. */
  readonly format?: InputMaybe<AvailabilityFormat>;
  /** The grid that slots start on, counted from the hour in `timeZone`: 5, 10, 15, 20, 30 or 60 minutes. */
  readonly startInterval?: InputMaybe<Scalars["Duration"]>;
  /** Where the grid's hours begin. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
  /** Free time that each participant needs around the meeting; it may reach outside the period. */
  readonly buffer?: InputMaybe<BufferInput>;
  /** 1 to 512. */
  readonly maxResults?: InputMaybe<Scalars["Int"]>;
  /** Who comes first where a group needs fewer members than it has. */
  readonly distribution?: InputMaybe<DistributionInput>;
  /** What counts as busy. */
  readonly busyRule?: InputMaybe<BusyRuleInput>;
  /** Events that do not count as busy, for rescheduling them; at most 500. Unknown ones are ignored. */
  readonly excludedEventIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** How far from now the first slot may start, at most 400 days; null for no limit. */
  readonly minimumNotice?: InputMaybe<Scalars["Duration"]>;
  /** Members synced longer ago than this are asked again, in as few provider calls as possible, before answering. */
  readonly maxStaleness?: InputMaybe<Scalars["Duration"]>;
};

/** Where to look. */
export type AvailabilitySearchInput =
  /** 1 to 64, over 400 days. */
  | {
      readonly periods: ReadonlyArray<PeriodInput>;
      readonly starts?: never;
    } /** 1 to 1,000 candidate starts to test, over 400 days. */
  | {
      readonly periods?: never;
      readonly starts: ReadonlyArray<Scalars["DateTime"]>;
    };

/** Members of whom some or all must be free. */
export type ParticipantGroupInput = {
  /** 1 to 1,000, each account once. */
  readonly members: ReadonlyArray<MemberInput>;
  /** How many of the members must be free; null for all of them. */
  readonly required?: InputMaybe<Scalars["Int"]>;
};

/** One member of a group. */
export type MemberInput = {
  /** `acc_…` */
  readonly accountId: Scalars["ID"];
  /** Which of the account's calendars make it busy, at most 200; null for all that are not excluded by its availability rules. */
  readonly calendarIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** When this member may be booked, at most 500; null for always. */
  readonly availablePeriods?: InputMaybe<ReadonlyArray<PeriodInput>>;
  /** Also keep to the account's stored availability rules and available periods. */
  readonly managedAvailability?: InputMaybe<Scalars["Boolean"]>;
  /** Which stored rules count: null for all, `[]` for none. */
  readonly availabilityRuleIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** In place of the query's, side by side. */
  readonly buffer?: InputMaybe<BufferInput>;
  /** In place of the query's. */
  readonly busyRule?: InputMaybe<BusyRuleInput>;
  /** How long the last known calendar of a disconnected member is believed, at most 400 days; after that it is busy. */
  readonly trustLastKnownFor?: InputMaybe<Scalars["Duration"]>;
  /** At most 10 caps on this application's own events per day or week. */
  readonly limits?: InputMaybe<ReadonlyArray<BookingLimitInput>>;
  /** 0 to 1,000, for LEAST_BOOKED and RANDOM: how many bookings it should get against the others; 0 for last. */
  readonly weight?: InputMaybe<Scalars["Float"]>;
};

/** Free time around a meeting. */
export type BufferInput = {
  /** 0 to 24 hours; null for none. */
  readonly before?: InputMaybe<Scalars["Duration"]>;
  /** 0 to 24 hours; null for none. */
  readonly after?: InputMaybe<Scalars["Duration"]>;
};

/** A cap on bookings. */
export type BookingLimitInput = {
  /** What the cap counts for. */
  readonly period: LimitPeriod;
  /** 0 to 10,000. */
  readonly maximum: Scalars["Int"];
  /** Where days and weeks begin; null for the member's. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
  /** Only events in one of these categories count, at most 100; null for all. */
  readonly categories?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
};

/** What a cap counts for. */
export type LimitPeriod =
  /** A day. */
  | "DAY"
  /** A week from Monday. */
  | "WEEK";

/** What a slot is. */
export type AvailabilityFormat =
  /** Spans at least `requiredDuration` long. */
  | "PERIODS"
  /** Each exactly `requiredDuration` long, starting on the grid, earliest first, none overlapping. */
  | "SLOTS"
  /** One for every start on the grid. */
  | "OVERLAPPING_SLOTS";

/** Who comes first where a group needs fewer members than it has. */
export type DistributionInput = {
  /** By which rule. */
  readonly strategy: DistributionStrategy;
  /** How far back bookings count: 1 minute to 400 days. */
  readonly window?: InputMaybe<Scalars["Duration"]>;
  /** Only bookings in one of these categories count, at most 100; null for all. */
  readonly categories?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  /** Makes RANDOM repeatable; at most 200 characters. */
  readonly seed?: InputMaybe<Scalars["String"]>;
};

/** Ranks members and never excludes one who is free. */
export type DistributionStrategy =
  /** As listed. */
  | "ORDERED"
  /** By lot. */
  | "RANDOM"
  /** Fewest bookings for their weight first; newcomers and absences are calibrated so that nobody is flooded. */
  | "LEAST_BOOKED";

/** What counts as busy, with the same meaning for every provider. */
export type BusyRuleInput = {
  /** Whether tentative time counts. */
  readonly tentative?: InputMaybe<Scalars["Boolean"]>;
  /** Whether unanswered invitations count. */
  readonly unanswered?: InputMaybe<Scalars["Boolean"]>;
  /** Whether working elsewhere counts. */
  readonly workingElsewhere?: InputMaybe<Scalars["Boolean"]>;
  /** Whether being away counts. */
  readonly outOfOffice?: InputMaybe<Scalars["Boolean"]>;
  /** Only this application's own events count. */
  readonly onlyManaged?: InputMaybe<Scalars["Boolean"]>;
};

/** When the participants can meet. */
export type Availability = {
  readonly __typename?: "Availability";
  /** Earliest first. */
  readonly slots: ReadonlyArray<AvailableSlot>;
  /** More would have been found with a larger `maxResults`. */
  readonly truncated: Scalars["Boolean"];
  /** How far each member's calendar could be trusted. */
  readonly members: ReadonlyArray<MemberAvailability>;
  /** How current the answer is. */
  readonly freshness: Freshness;
  /** Why starts on the grid were refused, earliest first; fewer of them where they have more than 10,000 causes together. */
  readonly rejections: ReadonlyArray<SlotRejection>;
};

/** When the participants can meet. */
export type AvailabilityrejectionsArgs = {
  first?: InputMaybe<Scalars["Int"]>;
  at?: InputMaybe<Scalars["DateTime"]>;
};

/** A time at which every group is satisfied. */
export type AvailableSlot = {
  readonly __typename?: "AvailableSlot";
  /** When it starts. */
  readonly start: Scalars["DateTime"];
  /** When it ends; not part of it. */
  readonly end: Scalars["DateTime"];
  /** Opaque: this slot and the rules that found it, for `createHold`. Good for an hour. */
  readonly token: Scalars["String"];
  /** Who is free then, preferred first within each group; at most 100,000 in all slots together, else COST_LIMIT_EXCEEDED. */
  readonly participants: ReadonlyArray<SlotParticipant>;
};

/** A member who is free in a slot. */
export type SlotParticipant = {
  readonly __typename?: "SlotParticipant";
  /** Whose time it is. */
  readonly account: CalendarAccount;
  /** Index into the query's `participants`. */
  readonly group: Scalars["Int"];
  /** Whether the group would take this member, by its `required` and the distribution. */
  readonly preferred: Scalars["Boolean"];
  /** Bookings counted for LEAST_BOOKED. */
  readonly bookings?: Maybe<Scalars["Int"]>;
};

/** How far a member's calendar could be trusted. */
export type MemberAvailability = {
  readonly __typename?: "MemberAvailability";
  /** As in the query. */
  readonly accountId: Scalars["ID"];
  /** The account; null where the application may not see it. */
  readonly account?: Maybe<CalendarAccount>;
  /** Whether the calendar is current. */
  readonly status: MemberStatus;
  /** How much of it is known. */
  readonly precision: BusyPrecision;
};

/** How much of a calendar is known. */
export type BusyPrecision =
  /** Its events. */
  | "EVENTS"
  /** Only blocks are known: tentative and unanswered time counts as busy. */
  | "BLOCKS";

/** Whether a member's calendar is current. */
export type MemberStatus =
  /** It is. */
  | "ACTIVE"
  /** Not synced yet: counted as busy throughout. */
  | "PENDING"
  /** Counted from the last known calendar. */
  | "DISCONNECTED";

/** A start that was refused. */
export type SlotRejection = {
  readonly __typename?: "SlotRejection";
  /** The start. */
  readonly start: Scalars["DateTime"];
  /** Why, each cause once. */
  readonly reasons: ReadonlyArray<RejectionReason>;
};

/** One cause of a refusal. */
export type RejectionReason = {
  readonly __typename?: "RejectionReason";
  /** Whose time it is. */
  readonly account: CalendarAccount;
  /** What stands in the way. */
  readonly kind: RejectionKind;
  /** The calendar that it comes from, where it may be known. */
  readonly calendar?: Maybe<Calendar>;
  /** Set where the credential may read the event itself. */
  readonly event?: Maybe<CalendarEvent>;
  /** The span in the way. */
  readonly busy?: Maybe<TimePeriod>;
};

/** What can stand in the way of a slot. */
export type RejectionKind =
  /** Busy time. */
  | "BUSY"
  /** Busy time within the buffer. */
  | "BUFFER"
  /** The member's `availablePeriods` do not hold it. */
  | "OUTSIDE_AVAILABLE_PERIODS"
  /** The member's stored rules and periods do not hold it. */
  | "OUTSIDE_AVAILABILITY_RULES"
  /** One of the member's limits is reached. */
  | "BOOKING_LIMIT"
  /** A hold has the time. */
  | "HELD"
  /** It is too soon. */
  | "MINIMUM_NOTICE"
  /** The member's calendar is not known well enough. */
  | "NOT_SYNCED";

/** Several meetings in a row. */
export type SequencedAvailabilityInput = {
  /** 1 to 10, with at most 2,000 members of all groups together. */
  readonly steps: ReadonlyArray<SequenceStepInput>;
  /** Where to look; at most 64, over 400 days. */
  readonly queryPeriods: ReadonlyArray<PeriodInput>;
  /** Where the grid's hours begin. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
  /** The grid that meetings start on: 5, 10, 15, 20, 30 or 60 minutes. */
  readonly startInterval?: InputMaybe<Scalars["Duration"]>;
  /** 1 to 512. */
  readonly maxResults?: InputMaybe<Scalars["Int"]>;
  /** Who comes first where a group needs fewer members than it has. */
  readonly distribution?: InputMaybe<DistributionInput>;
  /** What counts as busy. */
  readonly busyRule?: InputMaybe<BusyRuleInput>;
  /** Events that do not count as busy, for rescheduling them. */
  readonly excludedEventIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** How far from now the first meeting may start; null for no limit. */
  readonly minimumNotice?: InputMaybe<Scalars["Duration"]>;
  /** Members synced longer ago than this are asked again before answering. */
  readonly maxStaleness?: InputMaybe<Scalars["Duration"]>;
};

/** One meeting of the row. */
export type SequenceStepInput = {
  /** Chosen by the application, 1 to 200 characters; unique within the row. */
  readonly key: Scalars["String"];
  /** Steps with equal ordinals may be taken in any order; null for the order given: right behind the step that was given before. */
  readonly ordinal?: InputMaybe<Scalars["Int"]>;
  /** Each group must be satisfied. */
  readonly participants: ReadonlyArray<ParticipantGroupInput>;
  /** 1 minute to 24 hours. */
  readonly requiredDuration: Scalars["Duration"];
  /** In place of the query's. */
  readonly queryPeriods?: InputMaybe<ReadonlyArray<PeriodInput>>;
  /** In place of the query's. */
  readonly startInterval?: InputMaybe<Scalars["Duration"]>;
  /** Least and most free time to the step before and after; before the first and after the last they are buffers. */
  readonly gapBefore?: InputMaybe<DurationRangeInput>;
  /** Least and most free time to the step after. */
  readonly gapAfter?: InputMaybe<DurationRangeInput>;
};

/** A least and a most. */
export type DurationRangeInput = {
  /** Null for none. */
  readonly minimum?: InputMaybe<Scalars["Duration"]>;
  /** Null for none. */
  readonly maximum?: InputMaybe<Scalars["Duration"]>;
};

/** Rows of meetings that can be held. */
export type SequencedAvailability = {
  readonly __typename?: "SequencedAvailability";
  /** Ordered by first start, then by each next one. */
  readonly sequences: ReadonlyArray<Sequence>;
  /** More would have been found, or the search was cut off. */
  readonly truncated: Scalars["Boolean"];
  /** How far each member's calendar could be trusted. */
  readonly members: ReadonlyArray<MemberAvailability>;
  /** How current the answer is. */
  readonly freshness: Freshness;
};

/** One row of meetings. */
export type Sequence = {
  readonly __typename?: "Sequence";
  /** In the order in which they are held. */
  readonly steps: ReadonlyArray<SequenceStep>;
};

/** One meeting of a row. */
export type SequenceStep = {
  readonly __typename?: "SequenceStep";
  /** As in the query. */
  readonly key: Scalars["String"];
  /** When it can be held, and with whom. */
  readonly slot: AvailableSlot;
};

/** Hours in which an account may be booked, week after week, in its own zone across daylight saving. The application's own: others see and use theirs. */
export type AvailabilityRule = Node & {
  readonly __typename?: "AvailabilityRule";
  /** `avr_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** Whose hours they are. */
  readonly account: CalendarAccount;
  /** Chosen by the application; unique within the account. */
  readonly key: Scalars["String"];
  /** Whose wall clock the hours are. */
  readonly timeZone: Scalars["TimeZone"];
  /** The calendars that make the account busy under this rule, without those that are gone; null for all, also once none of them is left. */
  readonly calendars?: Maybe<ReadonlyArray<Calendar>>;
  /** The hours. */
  readonly weeklyPeriods: ReadonlyArray<WeeklyPeriod>;
};

/** Hours of one day of the week. */
export type WeeklyPeriod = {
  readonly __typename?: "WeeklyPeriod";
  /** The day that it starts on. */
  readonly day: Weekday;
  /** Wall clock in the rule's zone. */
  readonly start: Scalars["LocalTime"];
  /** Wall clock in the rule's zone; not after `start` means over midnight. */
  readonly end: Scalars["LocalTime"];
};

/** Days of the week. */
export type Weekday =
  /** Monday. */
  | "MONDAY"
  /** Tuesday. */
  | "TUESDAY"
  /** Wednesday. */
  | "WEDNESDAY"
  /** Thursday. */
  | "THURSDAY"
  /** Friday. */
  | "FRIDAY"
  /** Saturday. */
  | "SATURDAY"
  /** Sunday. */
  | "SUNDAY";

/** A page of a list. */
export type AvailablePeriodConnection = {
  readonly __typename?: "AvailablePeriodConnection";
  /** The page's items, each with its cursor. */
  readonly edges: ReadonlyArray<AvailablePeriodEdge>;
  /** The page's items. */
  readonly nodes: ReadonlyArray<AvailablePeriod>;
  /** Where the page stands in the walk. */
  readonly pageInfo: PageInfo;
};

/** An item of a page. */
export type AvailablePeriodEdge = {
  readonly __typename?: "AvailablePeriodEdge";
  /** The item's place in the walk, for `after`. */
  readonly cursor: Scalars["String"];
  /** The item. */
  readonly node: AvailablePeriod;
};

/** A single span in which an account may be booked, besides its rules. The application's own: others see and use theirs. */
export type AvailablePeriod = Node & {
  readonly __typename?: "AvailablePeriod";
  /** `avp_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** Whose time it is. */
  readonly account: CalendarAccount;
  /** Chosen by the application; unique within the account. */
  readonly key: Scalars["String"];
  /** The first instant that is in it. */
  readonly start: Scalars["DateTime"];
  /** The first instant after it. */
  readonly end: Scalars["DateTime"];
};

/** One slot of a hold. */
export type HeldSlot = {
  readonly __typename?: "HeldSlot";
  /** When it starts; of a series, its first occurrence. */
  readonly start: Scalars["DateTime"];
  /** When it ends; not part of it. */
  readonly end: Scalars["DateTime"];
  /** Whose time is held; null in place of one that the application may no longer see. */
  readonly accounts: ReadonlyArray<Maybe<CalendarAccount>>;
  /** Where every occurrence of a series is held; null for a single slot. */
  readonly series?: Maybe<HeldSeries>;
};

/** A series that is held. */
export type HeldSeries = {
  readonly __typename?: "HeldSeries";
  /** RFC 5545 lines, as `createHold` was given them. */
  readonly recurrence: ReadonlyArray<Scalars["String"]>;
  /** Whose wall clock it keeps to. */
  readonly timeZone: Scalars["TimeZone"];
  /** What is held, in order: the occurrences that start within 366 days of the first, at most 200. */
  readonly occurrences: ReadonlyArray<TimePeriod>;
  /** It goes on behind them, where nothing was checked and nothing is held. */
  readonly truncated: Scalars["Boolean"];
};

/** Slots kept for one booking until it is confirmed, released or expired; held time is busy to everyone else. */
export type Hold = Node & {
  readonly __typename?: "Hold";
  /** `hld_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** What is held. */
  readonly slots: ReadonlyArray<HeldSlot>;
  /** When it ends by itself. */
  readonly expiresAt: Scalars["DateTime"];
  /** Whether it is in force. */
  readonly status: HoldStatus;
};

/** Whether a hold is in force. */
export type HoldStatus =
  /** It is. */
  | "HELD"
  /** It became events. */
  | "CONFIRMED"
  /** It was given back. */
  | "RELEASED"
  /** Its time ran out. */
  | "EXPIRED";

/** An availability rule to make or to change. */
export type UpsertAvailabilityRuleInput = {
  /** Whose hours they are. */
  readonly accountId: Scalars["ID"];
  /** 1 to 1,024 characters, chosen by the application; unique within the account. */
  readonly key: Scalars["String"];
  /** Whose wall clock the hours are. */
  readonly timeZone: Scalars["TimeZone"];
  /** 1 to 100 calendars of the account that make it busy under this rule; null for all that are not excluded from availability. */
  readonly calendarIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** The hours; 1 to 100. */
  readonly weeklyPeriods: ReadonlyArray<WeeklyPeriodInput>;
};

/** Hours of one day of the week. */
export type WeeklyPeriodInput = {
  /** The day that it starts on. */
  readonly day: Weekday;
  /** Wall clock in the rule's zone, before `24:00`. */
  readonly start: Scalars["LocalTime"];
  /** Wall clock in the rule's zone, `24:00` allowed; before `start` means over midnight, equal is refused. */
  readonly end: Scalars["LocalTime"];
};

/** Which availability rule to delete. */
export type DeleteAvailabilityRuleInput = {
  /** `avr_…` */
  readonly id: Scalars["ID"];
};

/** What `deleteAvailabilityRule` answers. */
export type DeleteAvailabilityRulePayload = {
  readonly __typename?: "DeleteAvailabilityRulePayload";
  /** The account that it belonged to. */
  readonly account?: Maybe<CalendarAccount>;
  /** The id of what is gone; null when it was refused. */
  readonly deletedId?: Maybe<Scalars["ID"]>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** What `upsertAvailabilityRule` answers. */
export type UpsertAvailabilityRulePayload = {
  readonly __typename?: "UpsertAvailabilityRulePayload";
  /** The rule as it stands now; null when it was refused. */
  readonly rule?: Maybe<AvailabilityRule>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** An available period to make or to change. */
export type UpsertAvailablePeriodInput = {
  /** Whose time it is. */
  readonly accountId: Scalars["ID"];
  /** 1 to 1,024 characters, chosen by the application; unique within the account. */
  readonly key: Scalars["String"];
  /** The first instant that is in it. */
  readonly start: Scalars["DateTime"];
  /** The first instant after it; later than `start`, by at most 3,660 days. */
  readonly end: Scalars["DateTime"];
};

/** Which available period to delete. */
export type DeleteAvailablePeriodInput = {
  /** `avp_…` */
  readonly id: Scalars["ID"];
};

/** What `deleteAvailablePeriod` answers. */
export type DeleteAvailablePeriodPayload = {
  readonly __typename?: "DeleteAvailablePeriodPayload";
  /** The account that it belonged to. */
  readonly account?: Maybe<CalendarAccount>;
  /** The id of what is gone; null when it was refused. */
  readonly deletedId?: Maybe<Scalars["ID"]>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** What `upsertAvailablePeriod` answers. */
export type UpsertAvailablePeriodPayload = {
  readonly __typename?: "UpsertAvailablePeriodPayload";
  /** The period as it stands now; null when it was refused. */
  readonly period?: Maybe<AvailablePeriod>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** What to hold. */
export type CreateHoldInput = {
  /** All or none: one for a meeting, one per step for a sequence. */
  readonly slots: ReadonlyArray<HoldSlotInput>;
  /** 1 to 30 minutes. */
  readonly ttl?: InputMaybe<Scalars["Duration"]>;
  /** A replay within 24 hours with the same key and input answers the first call's result. */
  readonly idempotencyKey?: InputMaybe<Scalars["String"]>;
};

/** One slot to hold. */
export type HoldSlotInput = {
  /** `AvailableSlot.token` */
  readonly slotToken: Scalars["String"];
  /** Who of the slot's participants; null for the preferred ones. */
  readonly accountIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** RFC 5545 lines: hold every occurrence, all or none; the conflicting ones are named in `userErrors`. Those that start within 366 days of the slot, at most 200. */
  readonly recurrence?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  /** Whose wall clock `recurrence` keeps to; null for that of the first of the slot's accounts. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
};

/** What `createHold` answers. */
export type CreateHoldPayload = {
  readonly __typename?: "CreateHoldPayload";
  /** The hold; null when it was refused. */
  readonly hold?: Maybe<Hold>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** What `releaseHold` answers. */
export type ReleaseHoldPayload = {
  readonly __typename?: "ReleaseHoldPayload";
  /** The hold as it stands now. */
  readonly hold?: Maybe<Hold>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Which hold to give back. */
export type ReleaseHoldInput = {
  /** `hld_…` */
  readonly holdId: Scalars["ID"];
};

/** Which hold becomes events, and which ones. */
export type ConfirmHoldInput = {
  /** `hld_…` */
  readonly holdId: Scalars["ID"];
  /** At most one per slot and account; where `start`, `end` and `recurrence` are absent they are the slot's. Others are refused. */
  readonly events: ReadonlyArray<ConfirmHoldEventInput>;
  /** Confirm although a member's provider cannot be asked now; its event is then PENDING. */
  readonly allowUnreachable?: InputMaybe<Scalars["Boolean"]>;
  /** How the writes are to be carried out. */
  readonly control?: InputMaybe<WriteControl>;
};

/** One event of a confirmed hold. */
export type ConfirmHoldEventInput = {
  /** Which of `Hold.slots`. */
  readonly slot?: InputMaybe<Scalars["Int"]>;
  /** The event, in a calendar of one of the slot's accounts. */
  readonly event: UpsertEventInput;
};

/** What `confirmHold` answers. */
export type ConfirmHoldPayload = {
  readonly __typename?: "ConfirmHoldPayload";
  /** The hold as it stands now. */
  readonly hold?: Maybe<Hold>;
  /** One per event, in order: APPLIED, or PENDING with its operation. */
  readonly results?: Maybe<ReadonlyArray<UpsertEventPayload>>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** A calendar of a profile. */
export type Calendar = Node & {
  readonly __typename?: "Calendar";
  /** `cal_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** The account that it belongs to. */
  readonly account: CalendarAccount;
  /** The profile through which it is reached. */
  readonly profile: CalendarProfile;
  /** As its owner calls it. */
  readonly name: Scalars["String"];
  /** As its owner sees it; null where the provider does not say. */
  readonly color?: Maybe<Scalars["HexColor"]>;
  /** Where its floating and all-day events are read; null where the provider does not say. */
  readonly timeZone?: Maybe<Scalars["TimeZone"]>;
  /** Whether it is its profile's main one. */
  readonly primary: Scalars["Boolean"];
  /** Whether its user may not write to it. */
  readonly readOnly: Scalars["Boolean"];
  /** Whether it is gone; shown only where deleted calendars are asked for. */
  readonly deleted: Scalars["Boolean"];
  /** SANDBOX: only the application's own events may be changed. */
  readonly permission: CalendarPermission;
  /** What its provider can carry. */
  readonly capabilities: CalendarCapabilities;
  /** `first`: 1 to 500. */
  readonly events?: Maybe<EventConnection>;
  /** How it is kept current; LOCAL where no provider has to be asked. */
  readonly sync?: Maybe<CalendarSync>;
  /** An iCalendar feed of this calendar that other programs can subscribe to; null until `setIcsFeed` turns it on. Needs read_events. */
  readonly icsUrl?: Maybe<Scalars["URL"]>;
};

/** A calendar of a profile. */
export type CalendareventsArgs = {
  filter?: InputMaybe<EventFilter>;
  first?: InputMaybe<Scalars["Int"]>;
  after?: InputMaybe<Scalars["String"]>;
};

/** Which events an application may change. */
export type CalendarPermission =
  /** Its own. */
  | "SANDBOX"
  /** All that the user may change. */
  | "UNRESTRICTED";

/** What this calendar's provider can carry. */
export type CalendarCapabilities = {
  readonly __typename?: "CalendarCapabilities";
  /** Whether events can invite. */
  readonly attendees: Scalars["Boolean"];
  /** Whether a write can leave attendees untold. */
  readonly suppressNotifications: Scalars["Boolean"];
  /** The conferencing that it makes itself; null for none. */
  readonly integratedConferencing?: Maybe<ConferencingProvider>;
  /** Whether events carry files. */
  readonly attachments: Scalars["Boolean"];
  /** Which series can be written. */
  readonly recurrence: RecurrenceSupport;
  /** How many reminders an event keeps; null for no limit. */
  readonly maxReminders?: Maybe<Scalars["Int"]>;
  /** Whether changes are told without asking. */
  readonly push: Scalars["Boolean"];
};

/** Which series can be written. */
export type RecurrenceSupport =
  /** None. */
  | "NONE"
  /** The patterns that Microsoft's calendars can hold. */
  | "PATTERNED"
  /** All of RFC 5545's, down to days. */
  | "FULL";

/** The sync journal of one calendar. */
export type CalendarSync = {
  readonly __typename?: "CalendarSync";
  /** How far ahead changes are known without asking again; null when without bound. */
  readonly changesThrough?: Maybe<Scalars["Date"]>;
  /** When it last completed; null if never. */
  readonly lastSyncedAt?: Maybe<Scalars["DateTime"]>;
  /** How changes come in. */
  readonly mode: SyncMode;
  /** When the provider is asked next; null where it need not be. */
  readonly nextAt?: Maybe<Scalars["DateTime"]>;
  /** The newest first. */
  readonly runs: ReadonlyArray<SyncRun>;
};

/** The sync journal of one calendar. */
export type CalendarSyncrunsArgs = {
  last?: InputMaybe<Scalars["Int"]>;
};

/** How changes come in. */
export type SyncMode =
  /** The provider tells; it is asked rarely, to be sure. */
  | "PUSH"
  /** The provider is asked. */
  | "POLL"
  /** This service keeps the calendar itself. */
  | "LOCAL";

/** One time that the provider was asked for changes. */
export type SyncRun = Node & {
  readonly __typename?: "SyncRun";
  /** `run_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** How it ended. */
  readonly status: SyncRunStatus;
  /** When it began. */
  readonly startedAt: Scalars["DateTime"];
  /** When it ended; null while it runs. */
  readonly finishedAt?: Maybe<Scalars["DateTime"]>;
  /** How much was asked for. */
  readonly kind: SyncKind;
  /** How many changes it found. */
  readonly changes: Scalars["Int"];
  /** How many requests it took. */
  readonly providerCalls: Scalars["Int"];
  /** Resources that could not be read; the rest of the run went on. */
  readonly skipped: ReadonlyArray<SkippedResource>;
  /** Why it failed; null otherwise. */
  readonly failure?: Maybe<ProviderFailure>;
  /** What a RECONCILIATION found and repaired that syncing had missed; null on other runs, and where nothing could be compared. */
  readonly drift?: Maybe<SyncDrift>;
};

/** Where the synced copy was not what the provider has, although all of its changes had been read. Zero is expected. */
export type SyncDrift = {
  readonly __typename?: "SyncDrift";
  /** Events of the provider that the copy did not have. */
  readonly missing: Scalars["Int"];
  /** Events of the copy that the provider does not have. */
  readonly extra: Scalars["Int"];
  /** Events that both have, and not the same. */
  readonly different: Scalars["Int"];
  /** At most 20 of them. */
  readonly resources: ReadonlyArray<DriftedResource>;
};

/** One event in which the synced copy was not what the provider has. */
export type DriftedResource = {
  readonly __typename?: "DriftedResource";
  /** Its iCalendar UID. */
  readonly uid: Scalars["String"];
  /** In what it was not the same. */
  readonly kind: DriftKind;
};

/** In what the synced copy was not what the provider has. */
export type DriftKind =
  /** The provider has it, the copy did not. */
  | "MISSING"
  /** The copy had it, the provider does not. */
  | "EXTRA"
  /** Both have it; the copy said something else. */
  | "DIFFERENT";

/** How a run ended. */
export type SyncRunStatus =
  /** It has not. */
  | "RUNNING"
  /** All changes are in. */
  | "SUCCEEDED"
  /** It is tried again. */
  | "FAILED";

/** How much a run asks for. */
export type SyncKind =
  /** Everything, as at the first time. */
  | "FULL"
  /** What changed since the last run. */
  | "INCREMENTAL"
  /** Everything, to find what was missed; only differences are told. */
  | "RECONCILIATION";

/** A resource that could not be read. */
export type SkippedResource = {
  readonly __typename?: "SkippedResource";
  /** Its iCalendar UID; null where even that could not be read. */
  readonly uid?: Maybe<Scalars["String"]>;
  /** What is wrong with it, with the line where it is known. */
  readonly reason: Scalars["String"];
};

/** A calendar to make at a provider. */
export type CreateCalendarInput = {
  /** A replay within 24 hours with the same key and input answers the first call's result. */
  readonly idempotencyKey?: InputMaybe<Scalars["String"]>;
  /** The profile to make it in. */
  readonly profileId: Scalars["ID"];
  /** 1 to 255 characters. */
  readonly name: Scalars["String"];
  /** Null for the provider's choice. */
  readonly color?: InputMaybe<Scalars["HexColor"]>;
  /** Null for the account's. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
};

/** What `createCalendar` answers. */
export type CreateCalendarPayload = {
  readonly __typename?: "CreateCalendarPayload";
  /** The calendar; null when it was refused. */
  readonly calendar?: Maybe<Calendar>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Which calendar to ask for changes. */
export type SyncCalendarInput = {
  /** `cal_…` */
  readonly calendarId: Scalars["ID"];
  /** How much to ask for. */
  readonly kind?: InputMaybe<SyncKind>;
};

/** What `syncCalendar` answers. */
export type SyncCalendarPayload = {
  readonly __typename?: "SyncCalendarPayload";
  /** The run that was begun, or the one that was running already. */
  readonly run?: Maybe<SyncRun>;
  /** The calendar. */
  readonly calendar?: Maybe<Calendar>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Which calendar to delete. */
export type DeleteCalendarInput = {
  /** `cal_…` */
  readonly calendarId: Scalars["ID"];
};

/** What `deleteCalendar` answers. */
export type DeleteCalendarPayload = {
  readonly __typename?: "DeleteCalendarPayload";
  /** The id of what is gone; null when it was refused. */
  readonly deletedId?: Maybe<Scalars["ID"]>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Which calendars the user is asked for. */
export type RequestCalendarPermissionInput = {
  /** 1 to 100, of one profile: its user is the one who is asked. */
  readonly calendarIds: ReadonlyArray<Scalars["ID"]>;
  /** Where the user is sent back to. */
  readonly redirectUri: Scalars["URL"];
};

/** What `requestCalendarPermission` answers. */
export type RequestCalendarPermissionPayload = {
  readonly __typename?: "RequestCalendarPermissionPayload";
  /** Null when nothing needs to be asked. */
  readonly url?: Maybe<Scalars["URL"]>;
  /** The calendars as they stand now. */
  readonly calendars?: Maybe<ReadonlyArray<Calendar>>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Which calendar's feed, and whether there is one. */
export type SetIcsFeedInput = {
  /** `cal_…` */
  readonly calendarId: Scalars["ID"];
  /** Whether there is a feed. */
  readonly enabled: Scalars["Boolean"];
  /** Give it a new address, so that the old one is useless. */
  readonly rotate?: InputMaybe<Scalars["Boolean"]>;
};

/** What `setIcsFeed` answers. */
export type SetIcsFeedPayload = {
  readonly __typename?: "SetIcsFeedPayload";
  /** The calendar as it stands now. */
  readonly calendar?: Maybe<Calendar>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** An iCalendar document, and where it goes. */
export type ImportIcsInput = {
  /** The calendar to read it into; UNRESTRICTED permission is needed. */
  readonly calendarId: Scalars["ID"];
  /** RFC 5545 text, at most 4 MiB. */
  readonly ics: Scalars["String"];
};

/** What `importIcs` answers. */
export type ImportIcsPayload = {
  readonly __typename?: "ImportIcsPayload";
  /** How many events are new. */
  readonly created: Scalars["Int"];
  /** How many changed. */
  readonly updated: Scalars["Int"];
  /** How many were there already, or in a newer version. */
  readonly unchanged: Scalars["Int"];
  /** Components that could not be read; the rest was imported. */
  readonly skipped: ReadonlyArray<SkippedResource>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Which changes are told. */
export type ChangeFilter = {
  /** Only those of these accounts; null for every one that the credential may see. */
  readonly accountIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** Only those of these calendars and what is in them; null for all. */
  readonly calendarIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** Only these kinds; null for all. */
  readonly kinds?: InputMaybe<ReadonlyArray<ChangeKind>>;
  /** Whether changes of the application's own events are told. */
  readonly managed?: InputMaybe<ManagedEvents>;
  /** Changes that this application made itself are left out by default; the end of its access to an account or profile is told always. */
  readonly includeOwn?: InputMaybe<Scalars["Boolean"]>;
};

/** One to 100 changes; or none, at least every 30 s, so that a quiet subscription's cursor never ages out. */
export type ChangeBatch = {
  readonly __typename?: "ChangeBatch";
  /** Hand it back as `after` to go on from here. Store it after the changes are processed. */
  readonly cursor: Scalars["String"];
  /** In order per account. */
  readonly changes: ReadonlyArray<CalendarChange>;
  /** True once everything up to the subscription's start has been delivered. */
  readonly caughtUp: Scalars["Boolean"];
};

/** One change, told once behind its cursor. */
export type CalendarChange = {
  readonly __typename?: "CalendarChange";
  /** Hand it back as `after` to go on behind this change. */
  readonly cursor: Scalars["String"];
  /** What happened. */
  readonly kind: ChangeKind;
  /** When this service took it in. */
  readonly at: Scalars["DateTime"];
  /** The account that it belongs to. */
  readonly accountId: Scalars["ID"];
  /** Null once the application may no longer see it (AUTHORIZATION_REVOKED, ERASURE_REQUESTED). */
  readonly account?: Maybe<CalendarAccount>;
  /** What changed, as it is now; null when it is gone. Its id is always in `subjectId`. */
  readonly subject?: Maybe<ChangeSubject>;
  /** The id of what changed, also when that is gone. */
  readonly subjectId: Scalars["ID"];
  /** Whether this application made the change. */
  readonly own: Scalars["Boolean"];
  /** Of EVENT_TRIGGERED: the keys of the triggers whose moment came; null otherwise. */
  readonly triggerKeys?: Maybe<ReadonlyArray<Scalars["String"]>>;
};

/** What a change can be about. */
export type ChangeSubject =
  | CalendarAccount
  | CalendarEvent
  | Calendar
  | CalendarProfile
  | ConferencingProfile
  | WriteOperation
  | Hold
  | AvailabilityRule
  | AvailablePeriod;

/** What can happen. */
export type ChangeKind =
  /** An account authorised this application, for the first time or again. */
  | "ACCOUNT_AUTHORIZED"
  /** A profile was added to an account. */
  | "PROFILE_LINKED"
  /** An availability rule or an available period was written or deleted. */
  | "AVAILABILITY_RULE_CHANGED"
  /** A hold was confirmed or released, or it expired. */
  | "HOLD_ENDED"
  /** An event or a series came to be. */
  | "EVENT_CREATED"
  /** An event, a series or one occurrence changed. */
  | "EVENT_UPDATED"
  /** An event, a series or one occurrence is gone. */
  | "EVENT_DELETED"
  /** A calendar came to be, or became visible. */
  | "CALENDAR_CREATED"
  /** A calendar's name, colour, zone or permission changed. */
  | "CALENDAR_UPDATED"
  /** A calendar is gone, and its events with it. */
  | "CALENDAR_DELETED"
  /** A profile can be read; what changes after this is told one by one. */
  | "PROFILE_INITIAL_SYNC_COMPLETED"
  /** A profile fails for reasons that pass. */
  | "PROFILE_DEGRADED"
  /** A profile's credentials no longer work; told once. */
  | "PROFILE_DISCONNECTED"
  /** A profile works again, with the ids it had. */
  | "PROFILE_RECONNECTED"
  /** This application's access to a profile ended. */
  | "PROFILE_REVOKED"
  /** A conferencing login no longer works. */
  | "CONFERENCING_PROFILE_DISCONNECTED"
  /** An event's conferencing is ready. */
  | "CONFERENCING_ASSIGNED"
  /** An event's conferencing could not be made. */
  | "CONFERENCING_FAILED"
  /** A moment before or after an event's start or end that the application asked to hear of. */
  | "EVENT_TRIGGERED"
  /** An accepted write failed for good. */
  | "OPERATION_FAILED"
  /** The account's authorization of this application ended. */
  | "AUTHORIZATION_REVOKED"
  /** Whatever the application keeps of the account must be erased. */
  | "ERASURE_REQUESTED";

/** Where a page stands in its walk (the Relay cursor connections specification). */
export type PageInfo = {
  readonly __typename?: "PageInfo";
  /** Whether there is more behind `endCursor`. */
  readonly hasNextPage: Scalars["Boolean"];
  /** Whether there is something before `startCursor`. */
  readonly hasPreviousPage: Scalars["Boolean"];
  /** The first item's cursor; null on an empty page. */
  readonly startCursor?: Maybe<Scalars["String"]>;
  /** The last item's cursor, for `after`; null on an empty page. */
  readonly endCursor?: Maybe<Scalars["String"]>;
};

/** A half-open span of time: `start` is in it, `end` is not. */
export type TimePeriod = {
  readonly __typename?: "TimePeriod";
  /** The first instant that is in it. */
  readonly start: Scalars["DateTime"];
  /** The first instant after it. */
  readonly end: Scalars["DateTime"];
};

/** A half-open span of time: `start` is in it, `end` is not. */
export type PeriodInput = {
  /** The first instant that is in it. */
  readonly start: Scalars["DateTime"];
  /** The first instant after it; later than `start`. */
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
  /** What is wrong, for programs. */
  readonly code: UserErrorCode;
  /** For people; English; may change. */
  readonly message: Scalars["String"];
};

/** What `errors[].extensions.code` may be. FORBIDDEN carries `extensions.requiredScope`, RATE_LIMITED and UNAVAILABLE `extensions.retryAfter`, RESYNC_REQUIRED `extensions.cursor`. */
export type ErrorCode =
  /** No credential, or one that is unknown, expired or revoked. HTTP 401; a socket closes with 4401 or 4403. */
  | "UNAUTHENTICATED"
  /** The credential lacks a scope; `extensions.requiredScope` names it. */
  | "FORBIDDEN"
  /** The document, its variables, an argument, a cursor or an id is malformed; `extensions.argument` may name it. */
  | "BAD_USER_INPUT"
  /** Too many requests; `extensions.retryAfter` says in how many seconds to come back. */
  | "RATE_LIMITED"
  /** One request, or one socket, asks for more at once than is allowed. */
  | "COST_LIMIT_EXCEEDED"
  /** The service has no document under this id: send its text, where any may be sent. */
  | "PERSISTED_QUERY_NOT_FOUND"
  /** The service takes no ids of documents: send the text. */
  | "PERSISTED_QUERY_NOT_SUPPORTED"
  /** The service answers none but the documents of its manifest, and this is another. HTTP 403. */
  | "DOCUMENT_NOT_TRUSTED"
  /** The cursor is older than the log keeps; read anew, then go on from `extensions.cursor`. */
  | "RESYNC_REQUIRED"
  /** The database, or the subgraph that `extensions.subgraph` names, does not answer just now; come back in `extensions.retryAfter` seconds with the same call, which may have been done. HTTP 503; a socket closes with 1013. */
  | "UNAVAILABLE"
  /** A fault of this service; the message holds the id under which it is logged. */
  | "INTERNAL_SERVER_ERROR";

/** Why a mutation was refused, for programs. */
export type UserErrorCode =
  /** A value is missing where one must be. */
  | "REQUIRED"
  /** The value is not of the form that was asked for, or contradicts another. */
  | "INVALID"
  /** The text or list is longer than allowed. */
  | "TOO_LONG"
  /** The number, duration or instant lies outside what is allowed. */
  | "OUT_OF_RANGE"
  /** No such object, or none that this credential may see. */
  | "NOT_FOUND"
  /** An external event's uid was given where a managed event's id belongs, or the reverse. */
  | "WRONG_EVENT_KIND"
  /** The calendar or the field may not be written by its user. */
  | "READ_ONLY"
  /** The calendar's provider cannot do this; `Calendar.capabilities` says so beforehand. */
  | "NOT_SUPPORTED"
  /** The event changed since `ifVersion`; the payload carries the current one. */
  | "VERSION_CONFLICT"
  /** The `idempotencyKey` was used before with another input. */
  | "IDEMPOTENCY_MISMATCH"
  /** The profile has to be mended at `relinkUrl` first. */
  | "PROFILE_DISCONNECTED"
  /** It exists already where it may exist once. */
  | "DUPLICATE"
  /** This object may not be changed by this application (SANDBOX, permissions). A missing scope is a GraphQL error instead. */
  | "FORBIDDEN"
  /** Somebody or something else has the time by now. */
  | "SLOT_TAKEN"
  /** The hold is over; ask for availability again. */
  | "HOLD_EXPIRED"
  /** The slot token is older than it may be; ask for availability again. */
  | "SLOT_TOKEN_EXPIRED"
  /** The provider did not accept the login. */
  | "CREDENTIALS_REJECTED"
  /** The provider did not answer in time. */
  | "PROVIDER_UNREACHABLE"
  /** The provider answered and would not. */
  | "PROVIDER_REJECTED"
  /** More than this service or the provider allows at once. */
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

/** A calendar that is less current than was asked for. */
export type StaleCalendar = {
  readonly __typename?: "StaleCalendar";
  /** Which one. */
  readonly calendar: Calendar;
  /** When it was last synced; null if never. */
  readonly lastSyncedAt?: Maybe<Scalars["DateTime"]>;
  /** Why it is not more current. */
  readonly reason: StaleReason;
};

/** Why a calendar is less current than was asked for. */
export type StaleReason =
  /** Its first sync has not completed. */
  | "NEVER_SYNCED"
  /** Its profile's credentials no longer work. */
  | "PROFILE_DISCONNECTED"
  /** Its provider does not answer. */
  | "PROVIDER_UNREACHABLE"
  /** Its provider asks to be left alone for a while. */
  | "PROVIDER_THROTTLED"
  /** It has a series so costly that not all its occurrences in the period are known; nobody it makes busy is offered as free there. */
  | "TOO_COSTLY";

/**
 * One event, or one occurrence of a recurring event.
 * MANAGED events were made by this application and are keyed by its own `key` within a calendar;
 * EXTERNAL events came from elsewhere and are keyed by `uid`.
 */
export type CalendarEvent = Node & {
  readonly __typename?: "CalendarEvent";
  /** `evt_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** Whose event it is. */
  readonly origin: EventOrigin;
  /** The application's own key; null for external events, and never shown to another application. */
  readonly key?: Maybe<Scalars["String"]>;
  /** The iCalendar UID (RFC 5545 §3.8.4.7); the same in every copy of the event. */
  readonly uid: Scalars["String"];
  /** The calendar that this copy of the event is in. */
  readonly calendar: Calendar;
  /** Its title; null where there is none or the provider hides it. */
  readonly summary?: Maybe<Scalars["String"]>;
  /** Plain text. */
  readonly description?: Maybe<Scalars["String"]>;
  /** When it starts. */
  readonly start: EventTime;
  /** When it ends; not part of it. */
  readonly end: EventTime;
  /** Whether it is a matter of days, without times. */
  readonly allDay: Scalars["Boolean"];
  /** Whether it takes place. */
  readonly status: EventStatus;
  /** As the event has it; what counts after the owner's answer is in `FreeBusyPeriod.busyStatus`. */
  readonly busyStatus: BusyStatus;
  /** Who may see more than that its owner is busy. */
  readonly visibility: EventVisibility;
  /** Where it takes place. */
  readonly location?: Maybe<EventLocation>;
  /** A web page about it. */
  readonly url?: Maybe<Scalars["URL"]>;
  /** Its own colour; null for the calendar's. */
  readonly color?: Maybe<Scalars["HexColor"]>;
  /** Its categories, as the provider has them. */
  readonly categories: ReadonlyArray<Scalars["String"]>;
  /** Who invites; null where nobody is invited. */
  readonly organizer?: Maybe<EventPerson>;
  /** The owner and the organizer first. */
  readonly attendees: ReadonlyArray<Attendee>;
  /** Null where the provider hides the list. */
  readonly attendeeCount?: Maybe<Scalars["Int"]>;
  /** The calendar owner's own answer to the invitation. */
  readonly participationStatus?: Maybe<ParticipationStatus>;
  /** When the owner is reminded. */
  readonly reminders: ReadonlyArray<Reminder>;
  /** How to join it from afar. */
  readonly conferencing?: Maybe<Conferencing>;
  /** Files that belong to it. */
  readonly attachments: ReadonlyArray<EventAttachment>;
  /** The application's private key-value data; other applications and the user never see it. */
  readonly metadata?: Maybe<Scalars["JSONObject"]>;
  /** The moments that the application hears of as EVENT_TRIGGERED; none of an event that is not its own. */
  readonly triggers: ReadonlyArray<EventTrigger>;
  /** The series that this is an occurrence of, or the rules of the series that this is. */
  readonly recurrence?: Maybe<Recurrence>;
  /** Of a series (or of the series that this belongs to); null for a single event. */
  readonly occurrences?: Maybe<EventConnection>;
  /** What may be done with it through this application. */
  readonly permissions: EventPermissions;
  /** Whether it is gone; shown only where deleted events are asked for. */
  readonly deleted: Scalars["Boolean"];
  /** When it was made, or first seen where the provider does not say. */
  readonly createdAt: Scalars["DateTime"];
  /** When it was last changed, or last seen to be where the provider does not say. */
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

/** Who may see more than that the owner is busy (RFC 5545 §3.8.1.3). */
export type EventVisibility =
  /** As the calendar has it. */
  | "DEFAULT"
  /** Everyone who sees the calendar. */
  | "PUBLIC"
  /** Nobody but the owner and the invited. */
  | "PRIVATE"
  /** As PRIVATE; some providers tell them apart. */
  | "CONFIDENTIAL";

/** Whose event it is. */
export type EventOrigin =
  /** This application made it and keys it by `key`. */
  | "MANAGED"
  /** It came from elsewhere: the user, another application, an import. */
  | "EXTERNAL";

/** Whether an event takes place (RFC 5545 §3.8.1.11). */
export type EventStatus =
  /** It does. */
  | "CONFIRMED"
  /** It may. */
  | "TENTATIVE"
  /** It does not; it is not busy. */
  | "CANCELLED";

/** What the event does to its owner's free/busy time, with one meaning for every provider. */
export type BusyStatus =
  /** The owner is free. */
  | "FREE"
  /** The owner may be busy. */
  | "TENTATIVE"
  /** The owner is busy. */
  | "BUSY"
  /** The owner is away. */
  | "OUT_OF_OFFICE"
  /** The owner works from another place. */
  | "WORKING_ELSEWHERE";

/**
 * When an event starts or ends. A timed event has `dateTime`, an instant; `timeZone` is how to show it and never moves a single event.
 * A recurring timed event keeps its wall clock in `timeZone` across daylight saving. An all-day event has `date` alone, and its end day is not part of it.
 */
export type EventTime = {
  readonly __typename?: "EventTime";
  /** The instant; null on an all-day event. */
  readonly dateTime?: Maybe<Scalars["DateTime"]>;
  /** The day; null on a timed event. */
  readonly date?: Maybe<Scalars["Date"]>;
  /** The zone to show it in; null when all-day or floating, and where none is known. */
  readonly timeZone?: Maybe<Scalars["TimeZone"]>;
  /** The same instant as a wall clock in `timeZone` shows it, with its offset (`2026-03-29T02:00:00+01:00`); without one when floating, a day when all-day. */
  readonly local: Scalars["String"];
  /** A wall clock without a zone of its own, read in the calendar's. */
  readonly floating: Scalars["Boolean"];
};

/** When an event starts or ends: an instant, or a day. */
export type EventTimeInput =
  /** A timed event. */
  | { readonly timed: TimedInput; readonly date?: never } /** All-day. */
  | { readonly timed?: never; readonly date: Scalars["Date"] };

/** An instant, and how to show it. */
export type TimedInput = {
  /** The instant. */
  readonly dateTime: Scalars["DateTime"];
  /** How to show it, null for the calendar's; required for a recurring event, whose wall clock it fixes. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
};

/** Where an event takes place. */
export type EventLocation = {
  readonly __typename?: "EventLocation";
  /** As people say it; at most 1,024 characters. */
  readonly description?: Maybe<Scalars["String"]>;
  /** Degrees, −90 to 90, north positive; null where the provider has no point. */
  readonly latitude?: Maybe<Scalars["Float"]>;
  /** Degrees, −180 to 180, east positive; null where the provider has no point. */
  readonly longitude?: Maybe<Scalars["Float"]>;
};

/** Somebody by name and address. */
export type EventPerson = {
  readonly __typename?: "EventPerson";
  /** Null where the address is no e-mail address. */
  readonly email?: Maybe<Scalars["EmailAddress"]>;
  /** The display name; null where the provider has none. */
  readonly name?: Maybe<Scalars["String"]>;
};

/** Somebody or something that is invited. */
export type Attendee = {
  readonly __typename?: "Attendee";
  /** Null where the address is no e-mail address. */
  readonly email?: Maybe<Scalars["EmailAddress"]>;
  /** As the provider has it: `mailto:`, `urn:uuid:`, `tel:`, a principal. */
  readonly uri: Scalars["String"];
  /** The display name; null where the provider has none. */
  readonly name?: Maybe<Scalars["String"]>;
  /** The answer to the invitation. */
  readonly status: ParticipationStatus;
  /** Whether the event can take place without. */
  readonly optional: Scalars["Boolean"];
  /** Whether it is a room or another thing. */
  readonly resource: Scalars["Boolean"];
  /** Whether this is the calendar's owner. */
  readonly self: Scalars["Boolean"];
  /** The account that is known by the address, of several the oldest; null where the credential may see none, or not its address. */
  readonly account?: Maybe<CalendarAccount>;
};

/** An answer to an invitation (RFC 5545 §3.2.12). */
export type ParticipationStatus =
  /** Not answered yet. */
  | "NEEDS_ACTION"
  /** Comes. */
  | "ACCEPTED"
  /** Does not come; the event is not busy for its owner then. */
  | "DECLINED"
  /** May come. */
  | "TENTATIVE"
  /** Sends somebody else. */
  | "DELEGATED";

/** A reminder of an event's owner. */
export type Reminder = {
  readonly __typename?: "Reminder";
  /** Whole minutes before the start; 0 is at the start. */
  readonly minutes: Scalars["Int"];
};

/** How to join an event from afar. */
export type Conferencing = {
  readonly __typename?: "Conferencing";
  /** Whether it can be joined. */
  readonly status: ConferencingStatus;
  /** Whose conferencing it is; null where it is none of those known. */
  readonly provider?: Maybe<ConferencingProvider>;
  /** As people call it. */
  readonly providerName?: Maybe<Scalars["String"]>;
  /** Where to join; null until READY. */
  readonly joinUrl?: Maybe<Scalars["URL"]>;
  /** Telephone numbers to join by. */
  readonly dialIn: ReadonlyArray<DialIn>;
  /** Why it could not be made; set when FAILED. */
  readonly failure?: Maybe<ProviderFailure>;
};

/** A telephone number to join a conference by. */
export type DialIn = {
  readonly __typename?: "DialIn";
  /** As the provider writes it. */
  readonly phoneNumber: Scalars["String"];
  /** What to enter after dialling; null where nothing is asked. */
  readonly pin?: Maybe<Scalars["String"]>;
  /** ISO 3166-1 alpha-2; null where the provider does not say. */
  readonly country?: Maybe<Scalars["String"]>;
};

/** Whether a conference can be joined. */
export type ConferencingStatus =
  /** It is being made. */
  | "PENDING"
  /** It can be joined. */
  | "READY"
  /** It could not be made. */
  | "FAILED";

/** A file that belongs to an event. */
export type EventAttachment = {
  readonly __typename?: "EventAttachment";
  /** Opaque; only for `attachmentIds`. */
  readonly id: Scalars["ID"];
  /** As the provider has it. */
  readonly fileName: Scalars["String"];
  /** A media type (RFC 6838). */
  readonly contentType: Scalars["String"];
  /** Where to read it; null where the provider gives no address. */
  readonly url?: Maybe<Scalars["URL"]>;
};

/** How an event recurs, or which occurrence of a series it is. */
export type Recurrence = {
  readonly __typename?: "Recurrence";
  /** What this event is to the series. */
  readonly role: RecurrenceRole;
  /** The same on all of its occurrences; on the series, itself. */
  readonly series: CalendarEvent;
  /** RFC 5545 lines: `RRULE:…`, `RDATE…`, `EXDATE…`. */
  readonly rules: ReadonlyArray<Scalars["String"]>;
  /** Where the rule put this occurrence, before it was moved; null on the series itself. */
  readonly originalStart?: Maybe<EventTime>;
};

/** What an event is to its series. */
export type RecurrenceRole =
  /** The series itself. */
  | "SERIES"
  /** An occurrence as the rules make it. */
  | "OCCURRENCE"
  /** An occurrence that was changed by itself. */
  | "EXCEPTION";

/** What may be done with an event through this application. */
export type EventPermissions = {
  readonly __typename?: "EventPermissions";
  /** Whether `updateEvent` or `upsertEvent` may change it. */
  readonly update: Scalars["Boolean"];
  /** Whether it may be deleted. */
  readonly delete: Scalars["Boolean"];
  /** Whether `setParticipationStatus` may answer its invitation. */
  readonly changeParticipationStatus: Scalars["Boolean"];
};

/** One event, named in one of three ways. */
export type EventRef =
  /** By its id, also an occurrence's. */
  | {
      readonly id: Scalars["ID"];
      readonly managed?: never;
      readonly external?: never;
    } /** One of the application's own, by its key. */
  | {
      readonly id?: never;
      readonly managed: ManagedEventRef;
      readonly external?: never;
    } /** Any other, by its uid. */
  | {
      readonly id?: never;
      readonly managed?: never;
      readonly external: ExternalEventRef;
    };

/** An event of the application's own. */
export type ManagedEventRef = {
  /** The calendar it was written to. */
  readonly calendarId: Scalars["ID"];
  /** The application's key of it. */
  readonly key: Scalars["String"];
};

/** An event that came from elsewhere. */
export type ExternalEventRef = {
  /** The calendar that it is in. */
  readonly calendarId: Scalars["ID"];
  /** Its iCalendar UID. */
  readonly uid: Scalars["String"];
  /** Where the rule put the occurrence that is meant; null for the series or the single event. */
  readonly originalStart?: InputMaybe<Scalars["DateTime"]>;
};

/** Which events are answered, and how. */
export type EventFilter = {
  /** Events that end after `from` and start before `to`. Default: 42 days back to 201 days ahead; any range may be asked for. */
  readonly from?: InputMaybe<Scalars["DateTime"]>;
  /** Events that start before this instant. */
  readonly to?: InputMaybe<Scalars["DateTime"]>;
  /** Where days begin and end for all-day events. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
  /** Only those of these calendars; null for all. */
  readonly calendarIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** The application's own events are left out by default. */
  readonly managed?: InputMaybe<ManagedEvents>;
  /** Deleted events too, for as long as they are kept (90 days or more). */
  readonly includeDeleted?: InputMaybe<Scalars["Boolean"]>;
  /** Also events that once were in the range and have been moved out of it. */
  readonly includeMoved?: InputMaybe<Scalars["Boolean"]>;
  /** Changed at or after this instant. To follow changes use `changes`, which loses none. */
  readonly modifiedSince?: InputMaybe<Scalars["DateTime"]>;
  /** Whether a series is answered once or by its occurrences. */
  readonly expand?: InputMaybe<RecurrenceExpansion>;
  /** Calendars synced longer ago than this are asked again before answering. */
  readonly maxStaleness?: InputMaybe<Scalars["Duration"]>;
};

/** Whether the application's own events are meant. */
export type ManagedEvents =
  /** All but those. */
  | "EXCLUDE"
  /** Those and all others. */
  | "INCLUDE"
  /** Those alone. */
  | "ONLY";

/** How a series is answered. */
export type RecurrenceExpansion =
  /** By its occurrences, at most 10,000 a request. */
  | "OCCURRENCES"
  /** Once, with its rules; changed occurrences by themselves. */
  | "SERIES";

/** Ordered by start, then id. Pages of one walk never repeat or miss an event that did not change during it. */
export type EventConnection = {
  readonly __typename?: "EventConnection";
  /** The page's items, each with its cursor. */
  readonly edges: ReadonlyArray<EventEdge>;
  /** The page's items. */
  readonly nodes: ReadonlyArray<CalendarEvent>;
  /** Where the page stands in the walk. */
  readonly pageInfo: PageInfo;
  /** How current the answer is. */
  readonly freshness: Freshness;
};

/** An item of a page. */
export type EventEdge = {
  readonly __typename?: "EventEdge";
  /** The item's place in the walk, for `after`. */
  readonly cursor: Scalars["String"];
  /** The item. */
  readonly node: CalendarEvent;
};

/** Which busy times are answered. */
export type FreeBusyFilter = {
  /** Periods that end after this instant. */
  readonly from: Scalars["DateTime"];
  /** Periods that start before this instant; later than `from`. */
  readonly to: Scalars["DateTime"];
  /** Where days begin and end for all-day events. */
  readonly timeZone?: InputMaybe<Scalars["TimeZone"]>;
  /** Only those of these calendars; null for all. */
  readonly calendarIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** Unlike `EventFilter`: the application's own bookings make their owner busy. */
  readonly managed?: InputMaybe<ManagedEvents>;
  /** Events that leave their owner free too. */
  readonly includeFree?: InputMaybe<Scalars["Boolean"]>;
  /** Deleted events too, for as long as they are kept. */
  readonly includeDeleted?: InputMaybe<Scalars["Boolean"]>;
  /** Changed at or after this instant. */
  readonly modifiedSince?: InputMaybe<Scalars["DateTime"]>;
  /** Calendars synced longer ago than this are asked again before answering. */
  readonly maxStaleness?: InputMaybe<Scalars["Duration"]>;
};

/** An item of a page. */
export type FreeBusyPeriodEdge = {
  readonly __typename?: "FreeBusyPeriodEdge";
  /** The item's place in the walk, for `after`. */
  readonly cursor: Scalars["String"];
  /** The item. */
  readonly node: FreeBusyPeriod;
};

/** Ordered by start. */
export type FreeBusyPeriodConnection = {
  readonly __typename?: "FreeBusyPeriodConnection";
  /** The page's items, each with its cursor. */
  readonly edges: ReadonlyArray<FreeBusyPeriodEdge>;
  /** The page's items. */
  readonly nodes: ReadonlyArray<FreeBusyPeriod>;
  /** Where the page stands in the walk. */
  readonly pageInfo: PageInfo;
  /** How current the answer is. */
  readonly freshness: Freshness;
};

/** All that a free/busy scope may see of an event. */
export type FreeBusyPeriod = {
  readonly __typename?: "FreeBusyPeriod";
  /** Null where the scope may not know which. */
  readonly calendar?: Maybe<Calendar>;
  /** When it starts. */
  readonly start: EventTime;
  /** When it ends; not part of it. */
  readonly end: EventTime;
  /** What counts, after the owner's answer and the event's transparency. */
  readonly busyStatus: BusyStatus;
  /** An invitation that the owner has not answered. */
  readonly unanswered: Scalars["Boolean"];
  /** Stable while the event is; null where only blocks are known. */
  readonly eventId?: Maybe<Scalars["ID"]>;
  /** Of the application's own events. */
  readonly key?: Maybe<Scalars["String"]>;
  /** Whether the event is gone. */
  readonly deleted: Scalars["Boolean"];
};

/**
 * In every upsert and update: an absent field keeps its value, `null` clears it, and `null` where a value is required is INVALID.
 * A new event's absent fields take the calendar's defaults.
 */
export type UpsertEventInput = {
  /** The calendar to write to. */
  readonly calendarId: Scalars["ID"];
  /** 1 to 1,024 characters, chosen by the application; unique within the calendar. */
  readonly key: Scalars["String"];
  /** At most 1,024 characters. Required when the event is created. */
  readonly summary?: InputMaybe<Scalars["String"]>;
  /** Plain text, at most 8,192 characters. */
  readonly description?: InputMaybe<Scalars["String"]>;
  /** When it starts. Required when the event is created. */
  readonly start?: InputMaybe<EventTimeInput>;
  /** When it ends, after `start` and of the same kind. Required when the event is created. */
  readonly end?: InputMaybe<EventTimeInput>;
  /** CONFIRMED when absent and the event is new. */
  readonly status?: InputMaybe<EventStatus>;
  /** When absent and the event is new: BUSY, or FREE when all-day. */
  readonly busyStatus?: InputMaybe<BusyStatus>;
  /** Who may see more than that the owner is busy. */
  readonly visibility?: InputMaybe<EventVisibility>;
  /** Where it takes place. */
  readonly location?: InputMaybe<LocationInput>;
  /** A web page about it. */
  readonly url?: InputMaybe<Scalars["URL"]>;
  /** Its own colour. */
  readonly color?: InputMaybe<Scalars["HexColor"]>;
  /** The whole list; at most 50 of at most 255 characters. */
  readonly categories?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  /** Whom to invite and whom no longer; at most 500 in all. */
  readonly attendees?: InputMaybe<AttendeesInput>;
  /** Most important first. `[]` for none. */
  readonly reminders?: InputMaybe<ReadonlyArray<ReminderInput>>;
  /** Leave the reminders alone when the event exists: the user may have changed them. */
  readonly remindersOnCreateOnly?: InputMaybe<Scalars["Boolean"]>;
  /** How to join it from afar. */
  readonly conferencing?: InputMaybe<ConferencingInput>;
  /** The whole list, of those that the event has: some can be left out, or put in another order. */
  readonly attachmentIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** Moments for EVENT_TRIGGERED, at most 10; `[]` for none. */
  readonly triggers?: InputMaybe<ReadonlyArray<TriggerInput>>;
  /** Private key-value data of the application's; the whole object, at most 8 levels deep. */
  readonly metadata?: InputMaybe<Scalars["JSONObject"]>;
  /** RFC 5545 lines; absent keeps the rules, `[]` removes them. */
  readonly recurrence?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  /** How the write is to be carried out. */
  readonly control?: InputMaybe<WriteControl>;
};

/** Where an event takes place. */
export type LocationInput = {
  /** As people say it; at most 1,024 characters. */
  readonly description?: InputMaybe<Scalars["String"]>;
  /** Degrees, −90 to 90; with `longitude` or not at all. */
  readonly latitude?: InputMaybe<Scalars["Float"]>;
  /** Degrees, −180 to 180; with `latitude` or not at all. */
  readonly longitude?: InputMaybe<Scalars["Float"]>;
};

/** A change to the list, not the list. */
export type AttendeesInput = {
  /** To add; who is there already keeps the answer given. */
  readonly invite?: InputMaybe<ReadonlyArray<InviteeInput>>;
  /** To take off; who is not there is passed over. */
  readonly remove?: InputMaybe<ReadonlyArray<Scalars["EmailAddress"]>>;
};

/** Somebody or something to invite. */
export type InviteeInput = {
  /** Where the invitation goes. */
  readonly email: Scalars["EmailAddress"];
  /** The display name. */
  readonly name?: InputMaybe<Scalars["String"]>;
  /** Whether the event can take place without. */
  readonly optional?: InputMaybe<Scalars["Boolean"]>;
  /** Whether it is a room or another thing. */
  readonly resource?: InputMaybe<Scalars["Boolean"]>;
};

/** A moment that the application hears of as EVENT_TRIGGERED; of a series, of each occurrence. */
export type EventTrigger = {
  readonly __typename?: "EventTrigger";
  /** Chosen by the application; unique within the event. */
  readonly key: Scalars["String"];
  /** What the offset counts from. */
  readonly anchor: TriggerAnchor;
  /** Elapsed time, a day being 24 hours; negative for before. */
  readonly offset: Scalars["Duration"];
};

/** A moment that the application wants to hear of as EVENT_TRIGGERED. */
export type TriggerInput = {
  /** Chosen by the application; unique within the event. 1 to 1,024 characters. */
  readonly key: Scalars["String"];
  /** What the offset counts from. */
  readonly anchor: TriggerAnchor;
  /** Negative for before. -P365D to P365D; a day is 24 hours. */
  readonly offset: Scalars["Duration"];
};

/** What a trigger's offset counts from. */
export type TriggerAnchor =
  /** The event's start. */
  | "START"
  /** The event's end. */
  | "END";

/** A reminder of the event's owner. */
export type ReminderInput = {
  /** Whole minutes before the start, 0 to 40,320 (four weeks). */
  readonly minutes: Scalars["Int"];
};

/** How an event is to be joined from afar. */
export type ConferencingInput =
  /** Have it made. */
  | {
      readonly generate: ConferencingGeneration;
      readonly profileId?: never;
      readonly explicit?: never;
    } /** Have it made with this conferencing profile. */
  | {
      readonly generate?: never;
      readonly profileId: Scalars["ID"];
      readonly explicit?: never;
    } /** It exists already. */
  | {
      readonly generate?: never;
      readonly profileId?: never;
      readonly explicit: ExplicitConferencingInput;
    };

/** Whose conferencing is to be made. */
export type ConferencingGeneration =
  /** The user's own connected conferencing, else the calendar's. */
  | "DEFAULT"
  /** The calendar's own. */
  | "INTEGRATED"
  /** None, and what there is goes. */
  | "NONE";

/** Conferencing that exists already. */
export type ExplicitConferencingInput = {
  /** Where to join. */
  readonly joinUrl: Scalars["URL"];
  /** As people call it. */
  readonly providerName?: InputMaybe<Scalars["String"]>;
};

/** What every write of one event answers. */
export type EventWritePayload = {
  /** The event as it stands now; null when it was refused or is gone. */
  readonly event?: Maybe<CalendarEvent>;
  /** On VERSION_CONFLICT the event that was in the way. */
  readonly conflict?: Maybe<CalendarEvent>;
  /** The write on its way to the provider; null where nothing was to be written. */
  readonly operation?: Maybe<WriteOperation>;
  /** What of it the provider cannot carry exactly. */
  readonly warnings: ReadonlyArray<WriteWarning>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** What `upsertEvent` answers. */
export type UpsertEventPayload = EventWritePayload & {
  readonly __typename?: "UpsertEventPayload";
  /** The event as it stands now; null when it was refused or is gone. */
  readonly event?: Maybe<CalendarEvent>;
  /** On VERSION_CONFLICT the event that was in the way. */
  readonly conflict?: Maybe<CalendarEvent>;
  /** Whether the event is new; null when it was refused. */
  readonly created?: Maybe<Scalars["Boolean"]>;
  /** The write on its way to the provider; null where nothing was to be written. */
  readonly operation?: Maybe<WriteOperation>;
  /** What of it the provider cannot carry exactly. */
  readonly warnings: ReadonlyArray<WriteWarning>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** What `updateEvent` answers. */
export type UpdateEventPayload = EventWritePayload & {
  readonly __typename?: "UpdateEventPayload";
  /** The event as it stands now; null when it was refused or is gone. */
  readonly event?: Maybe<CalendarEvent>;
  /** On VERSION_CONFLICT the event that was in the way. */
  readonly conflict?: Maybe<CalendarEvent>;
  /** With THIS_AND_FOLLOWING: the series that goes on from here. */
  readonly splitOff?: Maybe<CalendarEvent>;
  /** The write on its way to the provider; null where nothing was to be written. */
  readonly operation?: Maybe<WriteOperation>;
  /** What of it the provider cannot carry exactly. */
  readonly warnings: ReadonlyArray<WriteWarning>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** What `deleteEvent` answers. */
export type DeleteEventPayload = EventWritePayload & {
  readonly __typename?: "DeleteEventPayload";
  /** The event as it stands now; null when it was refused or is gone. */
  readonly event?: Maybe<CalendarEvent>;
  /** On VERSION_CONFLICT the event that was in the way. */
  readonly conflict?: Maybe<CalendarEvent>;
  /** The id of what is gone; null when it was refused or was never there. */
  readonly deletedId?: Maybe<Scalars["ID"]>;
  /** The write on its way to the provider; null where nothing was to be written. */
  readonly operation?: Maybe<WriteOperation>;
  /** What of it the provider cannot carry exactly. */
  readonly warnings: ReadonlyArray<WriteWarning>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** What `deleteManagedEvent` answers. */
export type DeleteManagedEventPayload = EventWritePayload & {
  readonly __typename?: "DeleteManagedEventPayload";
  /** The event as it stands now; null when it was refused or is gone. */
  readonly event?: Maybe<CalendarEvent>;
  /** On VERSION_CONFLICT the event that was in the way. */
  readonly conflict?: Maybe<CalendarEvent>;
  /** The id of what is gone; null when it was refused or was never there. */
  readonly deletedId?: Maybe<Scalars["ID"]>;
  /** The write on its way to the provider; null where nothing was to be written. */
  readonly operation?: Maybe<WriteOperation>;
  /** What of it the provider cannot carry exactly. */
  readonly warnings: ReadonlyArray<WriteWarning>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** What `setParticipationStatus` answers. */
export type SetParticipationStatusPayload = EventWritePayload & {
  readonly __typename?: "SetParticipationStatusPayload";
  /** The event as it stands now; null when it was refused or is gone. */
  readonly event?: Maybe<CalendarEvent>;
  /** On VERSION_CONFLICT the event that was in the way. */
  readonly conflict?: Maybe<CalendarEvent>;
  /** The write on its way to the provider; null where nothing was to be written. */
  readonly operation?: Maybe<WriteOperation>;
  /** What of it the provider cannot carry exactly. */
  readonly warnings: ReadonlyArray<WriteWarning>;
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Which of the application's own events to delete. */
export type DeleteManagedEventInput = {
  /** The calendar it was written to. */
  readonly calendarId: Scalars["ID"];
  /** The application's key of it. */
  readonly key: Scalars["String"];
  /** How the write is to be carried out. */
  readonly control?: InputMaybe<WriteControl>;
};

/** Which occurrences of a series a change is for. */
export type SeriesScope =
  /** The occurrence alone; of a single event or a series, itself. */
  | "THIS"
  /** The occurrence and all after it: the series is cut in two. */
  | "THIS_AND_FOLLOWING"
  /** The whole series. */
  | "ALL";

/** A change of one event, or of occurrences of a series; absent fields keep their value, `null` clears it. */
export type UpdateEventInput = {
  /** The event's or the occurrence's. */
  readonly id: Scalars["ID"];
  /** Which occurrences are meant. */
  readonly scope?: InputMaybe<SeriesScope>;
  /** At most 1,024 characters. */
  readonly summary?: InputMaybe<Scalars["String"]>;
  /** Plain text, at most 8,192 characters. */
  readonly description?: InputMaybe<Scalars["String"]>;
  /** When it starts. */
  readonly start?: InputMaybe<EventTimeInput>;
  /** When it ends, after the start and of the same kind. */
  readonly end?: InputMaybe<EventTimeInput>;
  /** Whether it takes place. */
  readonly status?: InputMaybe<EventStatus>;
  /** What it does to its owner's free/busy time. */
  readonly busyStatus?: InputMaybe<BusyStatus>;
  /** Who may see more than that the owner is busy. */
  readonly visibility?: InputMaybe<EventVisibility>;
  /** Where it takes place. */
  readonly location?: InputMaybe<LocationInput>;
  /** A web page about it. */
  readonly url?: InputMaybe<Scalars["URL"]>;
  /** Its own colour. */
  readonly color?: InputMaybe<Scalars["HexColor"]>;
  /** The whole list; at most 50 of at most 255 characters. */
  readonly categories?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  /** Whom to invite and whom no longer; at most 500 in all. */
  readonly attendees?: InputMaybe<AttendeesInput>;
  /** The whole list, most important first; `[]` for none. */
  readonly reminders?: InputMaybe<ReadonlyArray<ReminderInput>>;
  /** How to join it from afar. */
  readonly conferencing?: InputMaybe<ConferencingInput>;
  /** The whole list, of those that the event has: some can be left out, or put in another order. */
  readonly attachmentIds?: InputMaybe<ReadonlyArray<Scalars["ID"]>>;
  /** Private key-value data of the application's; the whole object. Managed events only. */
  readonly metadata?: InputMaybe<Scalars["JSONObject"]>;
  /** RFC 5545 lines; absent keeps the rules, `[]` removes them. Only with the scopes ALL and THIS_AND_FOLLOWING. */
  readonly recurrence?: InputMaybe<ReadonlyArray<Scalars["String"]>>;
  /** With THIS_AND_FOLLOWING, for a managed series: the key of the series that goes on. */
  readonly followingKey?: InputMaybe<Scalars["String"]>;
  /** How the write is to be carried out. */
  readonly control?: InputMaybe<WriteControl>;
};

/** Which event, or which occurrences of a series, to delete. */
export type DeleteEventInput = {
  /** The event's or the occurrence's. */
  readonly id: Scalars["ID"];
  /** Which occurrences are meant. */
  readonly scope?: InputMaybe<SeriesScope>;
  /** How the write is to be carried out. */
  readonly control?: InputMaybe<WriteControl>;
};

/** Which of the application's own events to delete. */
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

/** What `deleteManagedEvents` answers. */
export type DeleteManagedEventsPayload = {
  readonly __typename?: "DeleteManagedEventsPayload";
  /** How many were deleted. */
  readonly deleted: Scalars["Int"];
  /** Why it was refused; empty when it was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** An answer to an invitation, for the calendar's owner. */
export type SetParticipationStatusInput = {
  /** The event's or the occurrence's. */
  readonly id: Scalars["ID"];
  /** The answer: ACCEPTED, DECLINED or TENTATIVE. */
  readonly status: ParticipationStatus;
  /** Which occurrences are meant. */
  readonly scope?: InputMaybe<SeriesScope>;
  /** What the organizer is told with it; at most 1,024 characters. */
  readonly comment?: InputMaybe<Scalars["String"]>;
  /** How the write is to be carried out. */
  readonly control?: InputMaybe<WriteControl>;
};

/** Several writes at once. */
export type BatchEventsInput = {
  /** 1 to 50, done in order per event. */
  readonly operations: ReadonlyArray<BatchEventOperation>;
};

/** One write of a batch. */
export type BatchEventOperation =
  /** As `upsertEvent`. */
  | {
      readonly upsert: UpsertEventInput;
      readonly deleteManaged?: never;
      readonly update?: never;
      readonly delete?: never;
    } /** As `deleteManagedEvent`. */
  | {
      readonly upsert?: never;
      readonly deleteManaged: DeleteManagedEventInput;
      readonly update?: never;
      readonly delete?: never;
    } /** As `updateEvent`. */
  | {
      readonly upsert?: never;
      readonly deleteManaged?: never;
      readonly update: UpdateEventInput;
      readonly delete?: never;
    } /** As `deleteEvent`. */
  | {
      readonly upsert?: never;
      readonly deleteManaged?: never;
      readonly update?: never;
      readonly delete: DeleteEventInput;
    };

/** What `batchEvents` answers. */
export type BatchEventsPayload = {
  readonly __typename?: "BatchEventsPayload";
  /** One per operation, in order; the paths of its `userErrors` start at that operation's own input. */
  readonly results?: Maybe<ReadonlyArray<EventWritePayload>>;
  /** Of the batch itself (too many operations); then nothing was done. */
  readonly userErrors: ReadonlyArray<CalendarUserError>;
};

/** Anything with a stable global id. Ids are opaque, prefixed (`acc_`, `pro_`, `cal_`, `evt_` …) and never reused. */
export type Node = {
  /** Opaque and stable; its prefix names the type. */
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
  /** What to do when the provider cannot carry the write exactly. */
  readonly onLoss?: InputMaybe<OnLoss>;
  /** Whom the provider tells. */
  readonly notifyAttendees?: InputMaybe<NotifyAttendees>;
};

/** What to do when the provider cannot carry the write exactly. */
export type OnLoss =
  /** Do it, and say what was lost in `warnings`. */
  | "WARN"
  /** Refuse with NOT_SUPPORTED before anything is sent. */
  | "REFUSE";

/** Whom the provider tells of a write. */
export type NotifyAttendees =
  /** Every attendee. */
  | "ALL"
  /** Those outside the organisation, where the provider tells them apart. */
  | "EXTERNAL_ONLY"
  /** Nobody, where the provider can leave it; NOTIFICATIONS_NOT_SUPPRESSED warns where not. */
  | "NONE";

/** What a provider said when it would not. */
export type ProviderFailure = {
  readonly __typename?: "ProviderFailure";
  /** What kind of refusal, for programs. */
  readonly code: ProviderFailureCode;
  /** For people; English; may change. */
  readonly message: Scalars["String"];
  /** When the provider may be asked again; null where it did not say and nothing is tried. */
  readonly retryAt?: Maybe<Scalars["DateTime"]>;
};

/** The kinds of refusals. */
export type ProviderFailureCode =
  /** It did not answer, or not in time. */
  | "UNREACHABLE"
  /** It asks to be left alone for a while. */
  | "THROTTLED"
  /** It did not accept the login. */
  | "CREDENTIALS_REJECTED"
  /** The login may not do this. */
  | "FORBIDDEN"
  /** It no longer has the calendar or the event. */
  | "NOT_FOUND"
  /** It has another version by now. */
  | "CONFLICT"
  /** It understood and would not. */
  | "REJECTED"
  /** What it answered cannot be understood. */
  | "MALFORMED_ANSWER";

/** The write was done, but something of it could not be carried exactly to the provider. */
export type WriteWarning = {
  readonly __typename?: "WriteWarning";
  /** What was lost, for programs. */
  readonly code: WarningCode;
  /** Path into `input`, a name or an index a part. */
  readonly path: ReadonlyArray<Scalars["String"]>;
  /** For people; English; may change. */
  readonly message: Scalars["String"];
};

/** What of a write could not be carried exactly. */
export type WarningCode =
  /** The provider keeps fewer reminders; the most important ones stayed. */
  | "REMINDERS_REDUCED"
  /** The provider has a fixed palette; the nearest colour was taken. */
  | "COLOR_APPROXIMATED"
  /** The provider cannot hold the rule; an equal one was written. */
  | "RECURRENCE_SIMPLIFIED"
  /** The provider may tell attendees although it was asked not to. */
  | "NOTIFICATIONS_NOT_SUPPRESSED"
  /** The provider has no place for this field. */
  | "FIELD_IGNORED"
  /** The provider does not know the zone; one with the same clock was taken. */
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
  /** `opr_…`; opaque, and never reused. */
  readonly id: Scalars["ID"];
  /** Whether it was done. */
  readonly status: OperationStatus;
  /** How often it was tried. */
  readonly attempts: Scalars["Int"];
  /** The last attempt's failure; set while PENDING after a failed attempt, and when FAILED. */
  readonly failure?: Maybe<ProviderFailure>;
  /** When it is tried next; null when it is over. */
  readonly nextAttemptAt?: Maybe<Scalars["DateTime"]>;
  /** When it was accepted. */
  readonly createdAt: Scalars["DateTime"];
  /** When it was APPLIED or FAILED; null while PENDING. */
  readonly completedAt?: Maybe<Scalars["DateTime"]>;
  /** The event that it writes; null once that is gone. */
  readonly event?: Maybe<CalendarEvent>;
};

/** A page of a list. */
export type OperationConnection = {
  readonly __typename?: "OperationConnection";
  /** The page's items, each with its cursor. */
  readonly edges: ReadonlyArray<OperationEdge>;
  /** The page's items. */
  readonly nodes: ReadonlyArray<WriteOperation>;
  /** Where the page stands in the walk. */
  readonly pageInfo: PageInfo;
};

/** An item of a page. */
export type OperationEdge = {
  readonly __typename?: "OperationEdge";
  /** The item's place in the walk, for `after`. */
  readonly cursor: Scalars["String"];
  /** The item. */
  readonly node: WriteOperation;
};

/** Whether a write was done. */
export type OperationStatus =
  /** Not yet; it is retried until it is. */
  | "PENDING"
  /** The provider has it. */
  | "APPLIED"
  /** It never will be; `failure` says why. */
  | "FAILED";

/** Whom a request speaks for. */
export type Credential = {
  readonly __typename?: "Credential";
  /** What sort of credential it is. */
  readonly kind: CredentialKind;
  /** What it may do, composites spelled out. */
  readonly scopes: ReadonlyArray<Scalars["String"]>;
  /** The account, for an account or element token. */
  readonly account?: Maybe<CalendarAccount>;
  /** The application that the credential belongs to. */
  readonly application?: Maybe<CalendarApplication>;
};

/** The sorts of credentials. */
export type CredentialKind =
  /** Acts on one account, for an application. */
  | "ACCOUNT_TOKEN"
  /** Acts on every account that authorised its application. */
  | "API_KEY"
  /** Acts on the accounts of one service account's domain. */
  | "SERVICE_ACCOUNT_TOKEN"
  /** Acts for one browser origin, within what it names. */
  | "ELEMENT_TOKEN";

/** About this service. */
export type ServiceInfo = {
  readonly __typename?: "ServiceInfo";
  /** Its version (Semantic Versioning). */
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
    | AccountRecord
    | EventView
    | CalendarRecord
    | ProfileRecord
    | (Omit<ConferencingProfile, "account"> & {
        account: ResolversTypes["CalendarAccount"];
      })
    | OperationRecord
    | HoldRecord
    | AvailabilityRuleRecord
    | AvailablePeriodRecord;
};

/** Mapping of union parent types */
export type ResolversUnionParentTypes = {
  ChangeSubject:
    | AccountRecord
    | EventView
    | CalendarRecord
    | ProfileRecord
    | (Omit<ConferencingProfile, "account"> & {
        account: ResolversParentTypes["CalendarAccount"];
      })
    | OperationRecord
    | HoldRecord
    | AvailabilityRuleRecord
    | AvailablePeriodRecord;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Query: ResolverTypeWrapper<{}>;
  ID: ResolverTypeWrapper<Scalars["ID"]>;
  Int: ResolverTypeWrapper<Scalars["Int"]>;
  String: ResolverTypeWrapper<Scalars["String"]>;
  Mutation: ResolverTypeWrapper<{}>;
  Subscription: ResolverTypeWrapper<{}>;
  CalendarAccount: ResolverTypeWrapper<AccountRecord>;
  Boolean: ResolverTypeWrapper<Scalars["Boolean"]>;
  AccountKind: AccountKind;
  AccountConnection: ResolverTypeWrapper<
    Omit<AccountConnection, "edges" | "nodes"> & {
      edges: ReadonlyArray<ResolversTypes["AccountEdge"]>;
      nodes: ReadonlyArray<ResolversTypes["CalendarAccount"]>;
    }
  >;
  AccountEdge: ResolverTypeWrapper<
    Omit<AccountEdge, "node"> & { node: ResolversTypes["CalendarAccount"] }
  >;
  Authorization: ResolverTypeWrapper<GrantRecord>;
  AuthorizationStatus: AuthorizationStatus;
  CalendarProfile: ResolverTypeWrapper<ProfileRecord>;
  CalendarProvider: CalendarProvider;
  ProfileHealth: ResolverTypeWrapper<ProfileRecord>;
  ProfileConnection: ResolverTypeWrapper<
    Omit<ProfileConnection, "edges" | "nodes"> & {
      edges: ReadonlyArray<ResolversTypes["ProfileEdge"]>;
      nodes: ReadonlyArray<ResolversTypes["CalendarProfile"]>;
    }
  >;
  ProfileEdge: ResolverTypeWrapper<
    Omit<ProfileEdge, "node"> & { node: ResolversTypes["CalendarProfile"] }
  >;
  ProfileHealthStatus: ProfileHealthStatus;
  DisconnectionCause: DisconnectionCause;
  ConferencingProfile: ResolverTypeWrapper<
    Omit<ConferencingProfile, "account"> & {
      account: ResolversTypes["CalendarAccount"];
    }
  >;
  ConferencingProvider: ConferencingProvider;
  UpsertApplicationCalendarInput: UpsertApplicationCalendarInput;
  UpsertApplicationCalendarPayload: ResolverTypeWrapper<
    Omit<UpsertApplicationCalendarPayload, "account" | "calendar"> & {
      account?: Maybe<ResolversTypes["CalendarAccount"]>;
      calendar?: Maybe<ResolversTypes["Calendar"]>;
    }
  >;
  TokenSet: ResolverTypeWrapper<TokenSet>;
  ConnectCalDavInput: ConnectCalDavInput;
  ConnectCalDavPayload: ResolverTypeWrapper<
    Omit<ConnectCalDavPayload, "account" | "profile"> & {
      account?: Maybe<ResolversTypes["CalendarAccount"]>;
      profile?: Maybe<ResolversTypes["CalendarProfile"]>;
    }
  >;
  AuthorizationRef: AuthorizationRef;
  RevokeAuthorizationInput: RevokeAuthorizationInput;
  RevokeAuthorizationPayload: ResolverTypeWrapper<RevokeAuthorizationPayload>;
  RevokeProfileInput: RevokeProfileInput;
  RevokeProfilePayload: ResolverTypeWrapper<
    Omit<RevokeProfilePayload, "account"> & {
      account?: Maybe<ResolversTypes["CalendarAccount"]>;
    }
  >;
  UnlinkProfileInput: UnlinkProfileInput;
  UnlinkProfilePayload: ResolverTypeWrapper<
    Omit<UnlinkProfilePayload, "account"> & {
      account?: Maybe<ResolversTypes["CalendarAccount"]>;
    }
  >;
  CalendarApplication: ResolverTypeWrapper<ApplicationRecord>;
  ApplicationMode: ApplicationMode;
  ApplicationRateLimit: ResolverTypeWrapper<ApplicationRateLimit>;
  ApplicationUsage: ResolverTypeWrapper<ApplicationUsage>;
  OrganizationalUnit: ResolverTypeWrapper<UnitParent>;
  CreateElementTokenInput: CreateElementTokenInput;
  ElementPermission: ElementPermission;
  CreateElementTokenPayload: ResolverTypeWrapper<CreateElementTokenPayload>;
  CreateLinkTokenInput: CreateLinkTokenInput;
  CreateLinkTokenPayload: ResolverTypeWrapper<CreateLinkTokenPayload>;
  VerifyApplicationInput: VerifyApplicationInput;
  VerifyApplicationPayload: ResolverTypeWrapper<
    Omit<VerifyApplicationPayload, "application"> & {
      application?: Maybe<ResolversTypes["CalendarApplication"]>;
    }
  >;
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
  Availability: ResolverTypeWrapper<AvailabilityAnswer>;
  AvailableSlot: ResolverTypeWrapper<SlotParent>;
  SlotParticipant: ResolverTypeWrapper<ParticipantParent>;
  MemberAvailability: ResolverTypeWrapper<MemberTold>;
  BusyPrecision: BusyPrecision;
  MemberStatus: MemberStatus;
  SlotRejection: ResolverTypeWrapper<SlotRejectionParent>;
  RejectionReason: ResolverTypeWrapper<RejectionParent>;
  RejectionKind: RejectionKind;
  SequencedAvailabilityInput: SequencedAvailabilityInput;
  SequenceStepInput: SequenceStepInput;
  DurationRangeInput: DurationRangeInput;
  SequencedAvailability: ResolverTypeWrapper<SequencesAnswer>;
  Sequence: ResolverTypeWrapper<
    Omit<Sequence, "steps"> & {
      steps: ReadonlyArray<ResolversTypes["SequenceStep"]>;
    }
  >;
  SequenceStep: ResolverTypeWrapper<
    Omit<SequenceStep, "slot"> & { slot: ResolversTypes["AvailableSlot"] }
  >;
  AvailabilityRule: ResolverTypeWrapper<AvailabilityRuleRecord>;
  WeeklyPeriod: ResolverTypeWrapper<WeeklyHours>;
  Weekday: Weekday;
  AvailablePeriodConnection: ResolverTypeWrapper<
    Omit<AvailablePeriodConnection, "edges" | "nodes"> & {
      edges: ReadonlyArray<ResolversTypes["AvailablePeriodEdge"]>;
      nodes: ReadonlyArray<ResolversTypes["AvailablePeriod"]>;
    }
  >;
  AvailablePeriodEdge: ResolverTypeWrapper<
    Omit<AvailablePeriodEdge, "node"> & {
      node: ResolversTypes["AvailablePeriod"];
    }
  >;
  AvailablePeriod: ResolverTypeWrapper<AvailablePeriodRecord>;
  HeldSlot: ResolverTypeWrapper<StoredHeldSlot>;
  HeldSeries: ResolverTypeWrapper<StoredHeldSeries>;
  Hold: ResolverTypeWrapper<HoldRecord>;
  HoldStatus: HoldStatus;
  UpsertAvailabilityRuleInput: UpsertAvailabilityRuleInput;
  WeeklyPeriodInput: WeeklyPeriodInput;
  DeleteAvailabilityRuleInput: DeleteAvailabilityRuleInput;
  DeleteAvailabilityRulePayload: ResolverTypeWrapper<
    Omit<DeleteAvailabilityRulePayload, "account"> & {
      account?: Maybe<ResolversTypes["CalendarAccount"]>;
    }
  >;
  UpsertAvailabilityRulePayload: ResolverTypeWrapper<
    Omit<UpsertAvailabilityRulePayload, "rule"> & {
      rule?: Maybe<ResolversTypes["AvailabilityRule"]>;
    }
  >;
  UpsertAvailablePeriodInput: UpsertAvailablePeriodInput;
  DeleteAvailablePeriodInput: DeleteAvailablePeriodInput;
  DeleteAvailablePeriodPayload: ResolverTypeWrapper<
    Omit<DeleteAvailablePeriodPayload, "account"> & {
      account?: Maybe<ResolversTypes["CalendarAccount"]>;
    }
  >;
  UpsertAvailablePeriodPayload: ResolverTypeWrapper<
    Omit<UpsertAvailablePeriodPayload, "period"> & {
      period?: Maybe<ResolversTypes["AvailablePeriod"]>;
    }
  >;
  CreateHoldInput: CreateHoldInput;
  HoldSlotInput: HoldSlotInput;
  CreateHoldPayload: ResolverTypeWrapper<
    Omit<CreateHoldPayload, "hold"> & { hold?: Maybe<ResolversTypes["Hold"]> }
  >;
  ReleaseHoldPayload: ResolverTypeWrapper<
    Omit<ReleaseHoldPayload, "hold"> & { hold?: Maybe<ResolversTypes["Hold"]> }
  >;
  ReleaseHoldInput: ReleaseHoldInput;
  ConfirmHoldInput: ConfirmHoldInput;
  ConfirmHoldEventInput: ConfirmHoldEventInput;
  ConfirmHoldPayload: ResolverTypeWrapper<
    Omit<ConfirmHoldPayload, "hold" | "results"> & {
      hold?: Maybe<ResolversTypes["Hold"]>;
      results?: Maybe<ReadonlyArray<ResolversTypes["UpsertEventPayload"]>>;
    }
  >;
  Calendar: ResolverTypeWrapper<CalendarRecord>;
  CalendarPermission: CalendarPermission;
  CalendarCapabilities: ResolverTypeWrapper<CalendarCapabilities>;
  RecurrenceSupport: RecurrenceSupport;
  CalendarSync: ResolverTypeWrapper<CalendarRecord>;
  SyncMode: SyncMode;
  SyncRun: ResolverTypeWrapper<SyncRunRecord>;
  SyncDrift: ResolverTypeWrapper<SyncDrift>;
  DriftedResource: ResolverTypeWrapper<DriftedResource>;
  DriftKind: DriftKind;
  SyncRunStatus: SyncRunStatus;
  SyncKind: SyncKind;
  SkippedResource: ResolverTypeWrapper<SkippedResource>;
  CreateCalendarInput: CreateCalendarInput;
  CreateCalendarPayload: ResolverTypeWrapper<
    Omit<CreateCalendarPayload, "calendar"> & {
      calendar?: Maybe<ResolversTypes["Calendar"]>;
    }
  >;
  SyncCalendarInput: SyncCalendarInput;
  SyncCalendarPayload: ResolverTypeWrapper<
    Omit<SyncCalendarPayload, "run" | "calendar"> & {
      run?: Maybe<ResolversTypes["SyncRun"]>;
      calendar?: Maybe<ResolversTypes["Calendar"]>;
    }
  >;
  DeleteCalendarInput: DeleteCalendarInput;
  DeleteCalendarPayload: ResolverTypeWrapper<DeleteCalendarPayload>;
  RequestCalendarPermissionInput: RequestCalendarPermissionInput;
  RequestCalendarPermissionPayload: ResolverTypeWrapper<
    Omit<RequestCalendarPermissionPayload, "calendars"> & {
      calendars?: Maybe<ReadonlyArray<ResolversTypes["Calendar"]>>;
    }
  >;
  SetIcsFeedInput: SetIcsFeedInput;
  SetIcsFeedPayload: ResolverTypeWrapper<
    Omit<SetIcsFeedPayload, "calendar"> & {
      calendar?: Maybe<ResolversTypes["Calendar"]>;
    }
  >;
  ImportIcsInput: ImportIcsInput;
  ImportIcsPayload: ResolverTypeWrapper<ImportIcsPayload>;
  ChangeFilter: ChangeFilter;
  ChangeBatch: ResolverTypeWrapper<
    Omit<ChangeBatch, "changes"> & {
      changes: ReadonlyArray<ResolversTypes["CalendarChange"]>;
    }
  >;
  CalendarChange: ResolverTypeWrapper<ChangeRecord>;
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
  Freshness: ResolverTypeWrapper<FreshnessParent>;
  StaleCalendar: ResolverTypeWrapper<StaleCalendarParent>;
  StaleReason: StaleReason;
  CalendarEvent: ResolverTypeWrapper<EventView>;
  EventVisibility: EventVisibility;
  EventOrigin: EventOrigin;
  EventStatus: EventStatus;
  BusyStatus: BusyStatus;
  EventTime: ResolverTypeWrapper<TimeParent>;
  EventTimeInput: EventTimeInput;
  TimedInput: TimedInput;
  EventLocation: ResolverTypeWrapper<EventLocation>;
  EventPerson: ResolverTypeWrapper<EventPerson>;
  Attendee: ResolverTypeWrapper<AttendeeParent>;
  ParticipationStatus: ParticipationStatus;
  Reminder: ResolverTypeWrapper<Reminder>;
  Conferencing: ResolverTypeWrapper<Conferencing>;
  DialIn: ResolverTypeWrapper<DialIn>;
  ConferencingStatus: ConferencingStatus;
  EventAttachment: ResolverTypeWrapper<EventAttachment>;
  Recurrence: ResolverTypeWrapper<EventView>;
  RecurrenceRole: RecurrenceRole;
  EventPermissions: ResolverTypeWrapper<EventView>;
  EventRef: EventRef;
  ManagedEventRef: ManagedEventRef;
  ExternalEventRef: ExternalEventRef;
  EventFilter: EventFilter;
  ManagedEvents: ManagedEvents;
  RecurrenceExpansion: RecurrenceExpansion;
  EventConnection: ResolverTypeWrapper<EventPage>;
  EventEdge: ResolverTypeWrapper<EventPageEdge>;
  FreeBusyFilter: FreeBusyFilter;
  FreeBusyPeriodEdge: ResolverTypeWrapper<FreeBusyPageEdge>;
  FreeBusyPeriodConnection: ResolverTypeWrapper<FreeBusyPage>;
  FreeBusyPeriod: ResolverTypeWrapper<FreeBusyParent>;
  UpsertEventInput: UpsertEventInput;
  LocationInput: LocationInput;
  AttendeesInput: AttendeesInput;
  InviteeInput: InviteeInput;
  EventTrigger: ResolverTypeWrapper<EventTrigger>;
  TriggerInput: TriggerInput;
  TriggerAnchor: TriggerAnchor;
  ReminderInput: ReminderInput;
  ConferencingInput: ConferencingInput;
  ConferencingGeneration: ConferencingGeneration;
  ExplicitConferencingInput: ExplicitConferencingInput;
  EventWritePayload: ResolverTypeWrapper<WriteAnswer>;
  UpsertEventPayload: ResolverTypeWrapper<WriteAnswer>;
  UpdateEventPayload: ResolverTypeWrapper<WriteAnswer>;
  DeleteEventPayload: ResolverTypeWrapper<WriteAnswer>;
  DeleteManagedEventPayload: ResolverTypeWrapper<WriteAnswer>;
  SetParticipationStatusPayload: ResolverTypeWrapper<WriteAnswer>;
  DeleteManagedEventInput: DeleteManagedEventInput;
  SeriesScope: SeriesScope;
  UpdateEventInput: UpdateEventInput;
  DeleteEventInput: DeleteEventInput;
  DeleteManagedEventsInput: DeleteManagedEventsInput;
  DeleteManagedEventsPayload: ResolverTypeWrapper<DeleteManagedEventsPayload>;
  SetParticipationStatusInput: SetParticipationStatusInput;
  BatchEventsInput: BatchEventsInput;
  BatchEventOperation: BatchEventOperation;
  BatchEventsPayload: ResolverTypeWrapper<
    Omit<BatchEventsPayload, "results"> & {
      results?: Maybe<ReadonlyArray<ResolversTypes["EventWritePayload"]>>;
    }
  >;
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
  WriteOperation: ResolverTypeWrapper<OperationRecord>;
  OperationConnection: ResolverTypeWrapper<
    Omit<OperationConnection, "edges" | "nodes"> & {
      edges: ReadonlyArray<ResolversTypes["OperationEdge"]>;
      nodes: ReadonlyArray<ResolversTypes["WriteOperation"]>;
    }
  >;
  OperationEdge: ResolverTypeWrapper<
    Omit<OperationEdge, "node"> & { node: ResolversTypes["WriteOperation"] }
  >;
  OperationStatus: OperationStatus;
  Credential: ResolverTypeWrapper<Actor>;
  CredentialKind: CredentialKind;
  ServiceInfo: ResolverTypeWrapper<ServiceInfo>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Query: {};
  ID: Scalars["ID"];
  Int: Scalars["Int"];
  String: Scalars["String"];
  Mutation: {};
  Subscription: {};
  CalendarAccount: AccountRecord;
  Boolean: Scalars["Boolean"];
  AccountConnection: Omit<AccountConnection, "edges" | "nodes"> & {
    edges: ReadonlyArray<ResolversParentTypes["AccountEdge"]>;
    nodes: ReadonlyArray<ResolversParentTypes["CalendarAccount"]>;
  };
  AccountEdge: Omit<AccountEdge, "node"> & {
    node: ResolversParentTypes["CalendarAccount"];
  };
  Authorization: GrantRecord;
  CalendarProfile: ProfileRecord;
  ProfileHealth: ProfileRecord;
  ProfileConnection: Omit<ProfileConnection, "edges" | "nodes"> & {
    edges: ReadonlyArray<ResolversParentTypes["ProfileEdge"]>;
    nodes: ReadonlyArray<ResolversParentTypes["CalendarProfile"]>;
  };
  ProfileEdge: Omit<ProfileEdge, "node"> & {
    node: ResolversParentTypes["CalendarProfile"];
  };
  ConferencingProfile: Omit<ConferencingProfile, "account"> & {
    account: ResolversParentTypes["CalendarAccount"];
  };
  UpsertApplicationCalendarInput: UpsertApplicationCalendarInput;
  UpsertApplicationCalendarPayload: Omit<
    UpsertApplicationCalendarPayload,
    "account" | "calendar"
  > & {
    account?: Maybe<ResolversParentTypes["CalendarAccount"]>;
    calendar?: Maybe<ResolversParentTypes["Calendar"]>;
  };
  TokenSet: TokenSet;
  ConnectCalDavInput: ConnectCalDavInput;
  ConnectCalDavPayload: Omit<ConnectCalDavPayload, "account" | "profile"> & {
    account?: Maybe<ResolversParentTypes["CalendarAccount"]>;
    profile?: Maybe<ResolversParentTypes["CalendarProfile"]>;
  };
  AuthorizationRef: AuthorizationRef;
  RevokeAuthorizationInput: RevokeAuthorizationInput;
  RevokeAuthorizationPayload: RevokeAuthorizationPayload;
  RevokeProfileInput: RevokeProfileInput;
  RevokeProfilePayload: Omit<RevokeProfilePayload, "account"> & {
    account?: Maybe<ResolversParentTypes["CalendarAccount"]>;
  };
  UnlinkProfileInput: UnlinkProfileInput;
  UnlinkProfilePayload: Omit<UnlinkProfilePayload, "account"> & {
    account?: Maybe<ResolversParentTypes["CalendarAccount"]>;
  };
  CalendarApplication: ApplicationRecord;
  ApplicationRateLimit: ApplicationRateLimit;
  ApplicationUsage: ApplicationUsage;
  OrganizationalUnit: UnitParent;
  CreateElementTokenInput: CreateElementTokenInput;
  CreateElementTokenPayload: CreateElementTokenPayload;
  CreateLinkTokenInput: CreateLinkTokenInput;
  CreateLinkTokenPayload: CreateLinkTokenPayload;
  VerifyApplicationInput: VerifyApplicationInput;
  VerifyApplicationPayload: Omit<VerifyApplicationPayload, "application"> & {
    application?: Maybe<ResolversParentTypes["CalendarApplication"]>;
  };
  AvailabilityInput: AvailabilityInput;
  AvailabilitySearchInput: AvailabilitySearchInput;
  ParticipantGroupInput: ParticipantGroupInput;
  MemberInput: MemberInput;
  Float: Scalars["Float"];
  BufferInput: BufferInput;
  BookingLimitInput: BookingLimitInput;
  DistributionInput: DistributionInput;
  BusyRuleInput: BusyRuleInput;
  Availability: AvailabilityAnswer;
  AvailableSlot: SlotParent;
  SlotParticipant: ParticipantParent;
  MemberAvailability: MemberTold;
  SlotRejection: SlotRejectionParent;
  RejectionReason: RejectionParent;
  SequencedAvailabilityInput: SequencedAvailabilityInput;
  SequenceStepInput: SequenceStepInput;
  DurationRangeInput: DurationRangeInput;
  SequencedAvailability: SequencesAnswer;
  Sequence: Omit<Sequence, "steps"> & {
    steps: ReadonlyArray<ResolversParentTypes["SequenceStep"]>;
  };
  SequenceStep: Omit<SequenceStep, "slot"> & {
    slot: ResolversParentTypes["AvailableSlot"];
  };
  AvailabilityRule: AvailabilityRuleRecord;
  WeeklyPeriod: WeeklyHours;
  AvailablePeriodConnection: Omit<
    AvailablePeriodConnection,
    "edges" | "nodes"
  > & {
    edges: ReadonlyArray<ResolversParentTypes["AvailablePeriodEdge"]>;
    nodes: ReadonlyArray<ResolversParentTypes["AvailablePeriod"]>;
  };
  AvailablePeriodEdge: Omit<AvailablePeriodEdge, "node"> & {
    node: ResolversParentTypes["AvailablePeriod"];
  };
  AvailablePeriod: AvailablePeriodRecord;
  HeldSlot: StoredHeldSlot;
  HeldSeries: StoredHeldSeries;
  Hold: HoldRecord;
  UpsertAvailabilityRuleInput: UpsertAvailabilityRuleInput;
  WeeklyPeriodInput: WeeklyPeriodInput;
  DeleteAvailabilityRuleInput: DeleteAvailabilityRuleInput;
  DeleteAvailabilityRulePayload: Omit<
    DeleteAvailabilityRulePayload,
    "account"
  > & { account?: Maybe<ResolversParentTypes["CalendarAccount"]> };
  UpsertAvailabilityRulePayload: Omit<UpsertAvailabilityRulePayload, "rule"> & {
    rule?: Maybe<ResolversParentTypes["AvailabilityRule"]>;
  };
  UpsertAvailablePeriodInput: UpsertAvailablePeriodInput;
  DeleteAvailablePeriodInput: DeleteAvailablePeriodInput;
  DeleteAvailablePeriodPayload: Omit<
    DeleteAvailablePeriodPayload,
    "account"
  > & { account?: Maybe<ResolversParentTypes["CalendarAccount"]> };
  UpsertAvailablePeriodPayload: Omit<UpsertAvailablePeriodPayload, "period"> & {
    period?: Maybe<ResolversParentTypes["AvailablePeriod"]>;
  };
  CreateHoldInput: CreateHoldInput;
  HoldSlotInput: HoldSlotInput;
  CreateHoldPayload: Omit<CreateHoldPayload, "hold"> & {
    hold?: Maybe<ResolversParentTypes["Hold"]>;
  };
  ReleaseHoldPayload: Omit<ReleaseHoldPayload, "hold"> & {
    hold?: Maybe<ResolversParentTypes["Hold"]>;
  };
  ReleaseHoldInput: ReleaseHoldInput;
  ConfirmHoldInput: ConfirmHoldInput;
  ConfirmHoldEventInput: ConfirmHoldEventInput;
  ConfirmHoldPayload: Omit<ConfirmHoldPayload, "hold" | "results"> & {
    hold?: Maybe<ResolversParentTypes["Hold"]>;
    results?: Maybe<ReadonlyArray<ResolversParentTypes["UpsertEventPayload"]>>;
  };
  Calendar: CalendarRecord;
  CalendarCapabilities: CalendarCapabilities;
  CalendarSync: CalendarRecord;
  SyncRun: SyncRunRecord;
  SyncDrift: SyncDrift;
  DriftedResource: DriftedResource;
  SkippedResource: SkippedResource;
  CreateCalendarInput: CreateCalendarInput;
  CreateCalendarPayload: Omit<CreateCalendarPayload, "calendar"> & {
    calendar?: Maybe<ResolversParentTypes["Calendar"]>;
  };
  SyncCalendarInput: SyncCalendarInput;
  SyncCalendarPayload: Omit<SyncCalendarPayload, "run" | "calendar"> & {
    run?: Maybe<ResolversParentTypes["SyncRun"]>;
    calendar?: Maybe<ResolversParentTypes["Calendar"]>;
  };
  DeleteCalendarInput: DeleteCalendarInput;
  DeleteCalendarPayload: DeleteCalendarPayload;
  RequestCalendarPermissionInput: RequestCalendarPermissionInput;
  RequestCalendarPermissionPayload: Omit<
    RequestCalendarPermissionPayload,
    "calendars"
  > & { calendars?: Maybe<ReadonlyArray<ResolversParentTypes["Calendar"]>> };
  SetIcsFeedInput: SetIcsFeedInput;
  SetIcsFeedPayload: Omit<SetIcsFeedPayload, "calendar"> & {
    calendar?: Maybe<ResolversParentTypes["Calendar"]>;
  };
  ImportIcsInput: ImportIcsInput;
  ImportIcsPayload: ImportIcsPayload;
  ChangeFilter: ChangeFilter;
  ChangeBatch: Omit<ChangeBatch, "changes"> & {
    changes: ReadonlyArray<ResolversParentTypes["CalendarChange"]>;
  };
  CalendarChange: ChangeRecord;
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
  Freshness: FreshnessParent;
  StaleCalendar: StaleCalendarParent;
  CalendarEvent: EventView;
  EventTime: TimeParent;
  EventTimeInput: EventTimeInput;
  TimedInput: TimedInput;
  EventLocation: EventLocation;
  EventPerson: EventPerson;
  Attendee: AttendeeParent;
  Reminder: Reminder;
  Conferencing: Conferencing;
  DialIn: DialIn;
  EventAttachment: EventAttachment;
  Recurrence: EventView;
  EventPermissions: EventView;
  EventRef: EventRef;
  ManagedEventRef: ManagedEventRef;
  ExternalEventRef: ExternalEventRef;
  EventFilter: EventFilter;
  EventConnection: EventPage;
  EventEdge: EventPageEdge;
  FreeBusyFilter: FreeBusyFilter;
  FreeBusyPeriodEdge: FreeBusyPageEdge;
  FreeBusyPeriodConnection: FreeBusyPage;
  FreeBusyPeriod: FreeBusyParent;
  UpsertEventInput: UpsertEventInput;
  LocationInput: LocationInput;
  AttendeesInput: AttendeesInput;
  InviteeInput: InviteeInput;
  EventTrigger: EventTrigger;
  TriggerInput: TriggerInput;
  ReminderInput: ReminderInput;
  ConferencingInput: ConferencingInput;
  ExplicitConferencingInput: ExplicitConferencingInput;
  EventWritePayload: WriteAnswer;
  UpsertEventPayload: WriteAnswer;
  UpdateEventPayload: WriteAnswer;
  DeleteEventPayload: WriteAnswer;
  DeleteManagedEventPayload: WriteAnswer;
  SetParticipationStatusPayload: WriteAnswer;
  DeleteManagedEventInput: DeleteManagedEventInput;
  UpdateEventInput: UpdateEventInput;
  DeleteEventInput: DeleteEventInput;
  DeleteManagedEventsInput: DeleteManagedEventsInput;
  DeleteManagedEventsPayload: DeleteManagedEventsPayload;
  SetParticipationStatusInput: SetParticipationStatusInput;
  BatchEventsInput: BatchEventsInput;
  BatchEventOperation: BatchEventOperation;
  BatchEventsPayload: Omit<BatchEventsPayload, "results"> & {
    results?: Maybe<ReadonlyArray<ResolversParentTypes["EventWritePayload"]>>;
  };
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
  WriteOperation: OperationRecord;
  OperationConnection: Omit<OperationConnection, "edges" | "nodes"> & {
    edges: ReadonlyArray<ResolversParentTypes["OperationEdge"]>;
    nodes: ReadonlyArray<ResolversParentTypes["WriteOperation"]>;
  };
  OperationEdge: Omit<OperationEdge, "node"> & {
    node: ResolversParentTypes["WriteOperation"];
  };
  Credential: Actor;
  ServiceInfo: ServiceInfo;
};

export type QueryResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Query"] =
    ResolversParentTypes["Query"],
> = {
  account?: Resolver<
    Maybe<ResolversTypes["CalendarAccount"]>,
    ParentType,
    ContextType,
    RequireFields<QueryaccountArgs, "id">
  >;
  accounts?: Resolver<
    Maybe<ResolversTypes["AccountConnection"]>,
    ParentType,
    ContextType,
    RequireFields<QueryaccountsArgs, "first">
  >;
  profiles?: Resolver<
    Maybe<ResolversTypes["ProfileConnection"]>,
    ParentType,
    ContextType,
    RequireFields<QueryprofilesArgs, "first">
  >;
  accountsById?: Resolver<
    Maybe<ReadonlyArray<Maybe<ResolversTypes["CalendarAccount"]>>>,
    ParentType,
    ContextType,
    RequireFields<QueryaccountsByIdArgs, "ids">
  >;
  profile?: Resolver<
    Maybe<ResolversTypes["CalendarProfile"]>,
    ParentType,
    ContextType,
    RequireFields<QueryprofileArgs, "id">
  >;
  availability?: Resolver<
    Maybe<ResolversTypes["Availability"]>,
    ParentType,
    ContextType,
    RequireFields<QueryavailabilityArgs, "input">
  >;
  sequencedAvailability?: Resolver<
    Maybe<ResolversTypes["SequencedAvailability"]>,
    ParentType,
    ContextType,
    RequireFields<QuerysequencedAvailabilityArgs, "input">
  >;
  hold?: Resolver<
    Maybe<ResolversTypes["Hold"]>,
    ParentType,
    ContextType,
    RequireFields<QueryholdArgs, "id">
  >;
  availabilityRule?: Resolver<
    Maybe<ResolversTypes["AvailabilityRule"]>,
    ParentType,
    ContextType,
    RequireFields<QueryavailabilityRuleArgs, "id">
  >;
  calendar?: Resolver<
    Maybe<ResolversTypes["Calendar"]>,
    ParentType,
    ContextType,
    RequireFields<QuerycalendarArgs, "id">
  >;
  changes?: Resolver<
    Maybe<ResolversTypes["ChangeBatch"]>,
    ParentType,
    ContextType,
    RequireFields<QuerychangesArgs, "first">
  >;
  event?: Resolver<
    Maybe<ResolversTypes["CalendarEvent"]>,
    ParentType,
    ContextType,
    RequireFields<QueryeventArgs, "by">
  >;
  node?: Resolver<
    Maybe<ResolversTypes["Node"]>,
    ParentType,
    ContextType,
    RequireFields<QuerynodeArgs, "id">
  >;
  nodes?: Resolver<
    Maybe<ReadonlyArray<Maybe<ResolversTypes["Node"]>>>,
    ParentType,
    ContextType,
    RequireFields<QuerynodesArgs, "ids">
  >;
  operations?: Resolver<
    Maybe<ResolversTypes["OperationConnection"]>,
    ParentType,
    ContextType,
    RequireFields<QueryoperationsArgs, "first">
  >;
  operation?: Resolver<
    Maybe<ResolversTypes["WriteOperation"]>,
    ParentType,
    ContextType,
    RequireFields<QueryoperationArgs, "id">
  >;
  credential?: Resolver<
    Maybe<ResolversTypes["Credential"]>,
    ParentType,
    ContextType
  >;
  meridian?: Resolver<
    Maybe<ResolversTypes["ServiceInfo"]>,
    ParentType,
    ContextType
  >;
};

export type MutationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Mutation"] =
    ResolversParentTypes["Mutation"],
> = {
  upsertApplicationCalendar?: Resolver<
    Maybe<ResolversTypes["UpsertApplicationCalendarPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationupsertApplicationCalendarArgs, "input">
  >;
  connectCalDav?: Resolver<
    Maybe<ResolversTypes["ConnectCalDavPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationconnectCalDavArgs, "input">
  >;
  revokeAuthorization?: Resolver<
    Maybe<ResolversTypes["RevokeAuthorizationPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationrevokeAuthorizationArgs, "input">
  >;
  revokeProfile?: Resolver<
    Maybe<ResolversTypes["RevokeProfilePayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationrevokeProfileArgs, "input">
  >;
  unlinkProfile?: Resolver<
    Maybe<ResolversTypes["UnlinkProfilePayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationunlinkProfileArgs, "input">
  >;
  createElementToken?: Resolver<
    Maybe<ResolversTypes["CreateElementTokenPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationcreateElementTokenArgs, "input">
  >;
  createLinkToken?: Resolver<
    Maybe<ResolversTypes["CreateLinkTokenPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationcreateLinkTokenArgs, "input">
  >;
  verifyApplication?: Resolver<
    Maybe<ResolversTypes["VerifyApplicationPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationverifyApplicationArgs, "input">
  >;
  upsertAvailabilityRule?: Resolver<
    Maybe<ResolversTypes["UpsertAvailabilityRulePayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationupsertAvailabilityRuleArgs, "input">
  >;
  deleteAvailabilityRule?: Resolver<
    Maybe<ResolversTypes["DeleteAvailabilityRulePayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationdeleteAvailabilityRuleArgs, "input">
  >;
  upsertAvailablePeriod?: Resolver<
    Maybe<ResolversTypes["UpsertAvailablePeriodPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationupsertAvailablePeriodArgs, "input">
  >;
  deleteAvailablePeriod?: Resolver<
    Maybe<ResolversTypes["DeleteAvailablePeriodPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationdeleteAvailablePeriodArgs, "input">
  >;
  createHold?: Resolver<
    Maybe<ResolversTypes["CreateHoldPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationcreateHoldArgs, "input">
  >;
  confirmHold?: Resolver<
    Maybe<ResolversTypes["ConfirmHoldPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationconfirmHoldArgs, "input">
  >;
  releaseHold?: Resolver<
    Maybe<ResolversTypes["ReleaseHoldPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationreleaseHoldArgs, "input">
  >;
  deleteCalendar?: Resolver<
    Maybe<ResolversTypes["DeleteCalendarPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationdeleteCalendarArgs, "input">
  >;
  requestCalendarPermission?: Resolver<
    Maybe<ResolversTypes["RequestCalendarPermissionPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationrequestCalendarPermissionArgs, "input">
  >;
  createCalendar?: Resolver<
    Maybe<ResolversTypes["CreateCalendarPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationcreateCalendarArgs, "input">
  >;
  syncCalendar?: Resolver<
    Maybe<ResolversTypes["SyncCalendarPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationsyncCalendarArgs, "input">
  >;
  importIcs?: Resolver<
    Maybe<ResolversTypes["ImportIcsPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationimportIcsArgs, "input">
  >;
  setIcsFeed?: Resolver<
    Maybe<ResolversTypes["SetIcsFeedPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationsetIcsFeedArgs, "input">
  >;
  upsertEvent?: Resolver<
    Maybe<ResolversTypes["UpsertEventPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationupsertEventArgs, "input">
  >;
  deleteManagedEvent?: Resolver<
    Maybe<ResolversTypes["DeleteManagedEventPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationdeleteManagedEventArgs, "input">
  >;
  updateEvent?: Resolver<
    Maybe<ResolversTypes["UpdateEventPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationupdateEventArgs, "input">
  >;
  deleteEvent?: Resolver<
    Maybe<ResolversTypes["DeleteEventPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationdeleteEventArgs, "input">
  >;
  deleteManagedEvents?: Resolver<
    Maybe<ResolversTypes["DeleteManagedEventsPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationdeleteManagedEventsArgs, "input">
  >;
  setParticipationStatus?: Resolver<
    Maybe<ResolversTypes["SetParticipationStatusPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationsetParticipationStatusArgs, "input">
  >;
  batchEvents?: Resolver<
    Maybe<ResolversTypes["BatchEventsPayload"]>,
    ParentType,
    ContextType,
    RequireFields<MutationbatchEventsArgs, "input">
  >;
};

export type SubscriptionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["Subscription"] =
    ResolversParentTypes["Subscription"],
> = {
  availability?: SubscriptionResolver<
    ResolversTypes["Availability"],
    "availability",
    ParentType,
    ContextType,
    RequireFields<SubscriptionavailabilityArgs, "input">
  >;
  changes?: SubscriptionResolver<
    ResolversTypes["ChangeBatch"],
    "changes",
    ParentType,
    ContextType,
    Partial<SubscriptionchangesArgs>
  >;
  operation?: SubscriptionResolver<
    ResolversTypes["WriteOperation"],
    "operation",
    ParentType,
    ContextType,
    RequireFields<SubscriptionoperationArgs, "id">
  >;
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
  series?: Resolver<
    Maybe<ResolversTypes["HeldSeries"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type HeldSeriesResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["HeldSeries"] =
    ResolversParentTypes["HeldSeries"],
> = {
  recurrence?: Resolver<
    ReadonlyArray<ResolversTypes["String"]>,
    ParentType,
    ContextType
  >;
  timeZone?: Resolver<ResolversTypes["TimeZone"], ParentType, ContextType>;
  occurrences?: Resolver<
    ReadonlyArray<ResolversTypes["TimePeriod"]>,
    ParentType,
    ContextType
  >;
  truncated?: Resolver<ResolversTypes["Boolean"], ParentType, ContextType>;
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
  drift?: Resolver<Maybe<ResolversTypes["SyncDrift"]>, ParentType, ContextType>;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SyncDriftResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["SyncDrift"] =
    ResolversParentTypes["SyncDrift"],
> = {
  missing?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  extra?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  different?: Resolver<ResolversTypes["Int"], ParentType, ContextType>;
  resources?: Resolver<
    ReadonlyArray<ResolversTypes["DriftedResource"]>,
    ParentType,
    ContextType
  >;
  isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DriftedResourceResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["DriftedResource"] =
    ResolversParentTypes["DriftedResource"],
> = {
  uid?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes["DriftKind"], ParentType, ContextType>;
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
  triggerKeys?: Resolver<
    Maybe<ReadonlyArray<ResolversTypes["String"]>>,
    ParentType,
    ContextType
  >;
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
    | "AvailabilityRule"
    | "AvailablePeriod",
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
  triggers?: Resolver<
    ReadonlyArray<ResolversTypes["EventTrigger"]>,
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

export type EventTriggerResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes["EventTrigger"] =
    ResolversParentTypes["EventTrigger"],
> = {
  key?: Resolver<ResolversTypes["String"], ParentType, ContextType>;
  anchor?: Resolver<ResolversTypes["TriggerAnchor"], ParentType, ContextType>;
  offset?: Resolver<ResolversTypes["Duration"], ParentType, ContextType>;
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
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
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
  HeldSeries?: HeldSeriesResolvers<ContextType>;
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
  SyncDrift?: SyncDriftResolvers<ContextType>;
  DriftedResource?: DriftedResourceResolvers<ContextType>;
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
  EventTrigger?: EventTriggerResolvers<ContextType>;
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

