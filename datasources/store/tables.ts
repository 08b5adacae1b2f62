/** The store's rows as Kysely sees them; one interface per table of migrations/. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { WeeklyHours } from '../../domain/availability/weekly-hours.ts';
import type { CalendarObject, EventContent, EventException, Instant, RecurrenceId } from '../../domain/events/model.ts';
import type { SchedulingRequest } from '../../domain/events/scheduling.ts';
import type { EventTrigger } from '../../domain/events/triggers.ts';
import type { RecordedLaw } from '../../domain/time/recorded-law.ts';
import type {
  ConnectorCapabilities,
  ProviderFailureCode,
  ProviderName,
  RemotePrincipal,
} from '../providers/connector.ts';

/** timestamptz: read as a Date, written as a Date or an ISO string. */
type Time = ColumnType<Date, Date | string, Date | string>;
type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type DefaultTime = ColumnType<Date, Date | string | undefined, Date | string>;
/** jsonb: read parsed, written as a JSON string. */
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
/** bigint: read as a string by pg. */
type BigInteger = ColumnType<string, string | number | bigint, string | number | bigint>;

/** One changed (or cancelled) occurrence inside its series' row. */
export interface StoredException {
  readonly recurrenceId: RecurrenceId;
  readonly content: EventContent;
  readonly version: number;
  /** Milliseconds since the epoch: when this service took the last change of it in. */
  readonly syncedAt: Instant;
  readonly createdAt: Instant;
  readonly deletedAt: Instant | null;
}

/** The contract's ProviderFailure, as stored. */
export interface StoredFailure {
  readonly code: ProviderFailureCode;
  readonly message: string;
  readonly retryAt: Instant | null;
  /** The resource that has the event's uid, absolute; empty where it was not named; absent: the failure is another. */
  readonly uidTakenBy?: string;
}

/** What a comparison with the provider found although everything had been pulled. */
export interface StoredDrift {
  /** At the provider, and not in the store. */
  readonly missing: number;
  /** In the store, and not at the provider. */
  readonly extra: number;
  /** In both, and not the same. */
  readonly different: number;
  /** Some of them. */
  readonly resources: readonly { readonly uid: string; readonly kind: 'MISSING' | 'EXTRA' | 'DIFFERENT' }[];
}

export interface InstallationTable {
  id: Generated<number>;
  instance_name: string;
  epoch: Generated<number>;
  canary: string;
  tzdata_version: string;
  pruned_xid: ColumnType<string, string | undefined, string>;
  /** Which database it was last opened in: incarnation.ts. */
  incarnation: string | null;
  created_at: DefaultTime;
}

export interface OrganizationalUnitTable {
  id: string;
  name: string;
  created_at: DefaultTime;
}

export interface ApplicationTable {
  id: string;
  unit_id: string;
  name: string;
  client_id: string;
  mode: 'DEVELOPMENT' | 'PRODUCTION';
  redirect_uris: Generated<string[]>;
  /** Accounts that one browser authorises become one account, unless the request says `avoid_linking`. */
  implicit_linking: Generated<boolean>;
  rotate_refresh_tokens: Generated<boolean>;
  verified_at: NullableTime;
  /** Null: the installation's default; 0: no limit. */
  per_second: number | null;
  per_minute: number | null;
  /** When the two above end to count; null: never. */
  limit_until: NullableTime;
  created_at: DefaultTime;
}

export interface CredentialTable {
  id: string;
  application_id: string;
  account_id: string | null;
  kind: 'API_KEY' | 'ACCOUNT_TOKEN' | 'ELEMENT_TOKEN';
  token_hash: Buffer;
  scopes: string[];
  /** What its owner knows an API key by; never a part of the key that would help to guess it. */
  label: string | null;
  /** The OAuth grant that an access token came from. */
  grant_id: string | null;
  /** Of an element token: the one origin, accounts and permissions that it is for. */
  origin: string | null;
  account_ids: string[] | null;
  permissions: string[] | null;
  expires_at: NullableTime;
  revoked_at: NullableTime;
  created_at: DefaultTime;
}

export type AccountKind = 'USER' | 'RESOURCE' | 'SERVICE_ACCOUNT' | 'APPLICATION_CALENDAR';

export interface AccountTable {
  id: string;
  ordinal: GeneratedAlways<string>;
  unit_id: string;
  kind: AccountKind;
  owner_application_id: string | null;
  application_key: string | null;
  /** What it is unique by within its application. */
  key_digest: GeneratedAlways<Buffer | null>;
  email: string | null;
  name: string | null;
  time_zone: Generated<string>;
  /** To be erased once no application uses it any more. */
  erase_requested_at: NullableTime;
  /** Its content is gone; the row stays, so that its id never comes again. */
  erased_at: NullableTime;
  created_at: DefaultTime;
}

export interface AccountLogTable {
  account_id: string;
  account_ordinal: BigInteger;
  sequence: ColumnType<string, string | number | undefined, string | number>;
}

export interface AuthorizationGrantTable {
  id: string;
  application_id: string;
  account_id: string;
  scopes: string[];
  permission: Generated<'SANDBOX' | 'UNRESTRICTED'>;
  status: Generated<'ACTIVE' | 'REVOKED'>;
  /** The service account through which it was given; it ends with that one's. */
  through_account_id: string | null;
  created_at: DefaultTime;
  revoked_at: NullableTime;
}

export type ProfileStatus = 'CONNECTED' | 'DEGRADED' | 'DISCONNECTED';
export type DisconnectionCause =
  | 'CREDENTIALS_REVOKED'
  | 'PASSWORD_CHANGED'
  | 'SCOPES_MISSING'
  | 'ADMIN_CONSENT_REQUIRED'
  | 'APP_IN_TESTING'
  | 'LICENCE_OR_MAILBOX_GONE'
  | 'PROVIDER_UNREACHABLE'
  | 'PROVIDER_THROTTLED'
  | 'UNKNOWN';

export interface ProfileTable {
  id: string;
  account_id: string;
  provider: ProviderName;
  login: string;
  server_key: string;
  /** Where on its server the calendars are; empty where the server moves them. */
  home_path: GeneratedAlways<string>;
  credential: string | null;
  principal: NullableJson<RemotePrincipal>;
  status: Generated<ProfileStatus>;
  cause: DisconnectionCause | null;
  remedy: string | null;
  status_since: DefaultTime;
  /** Failed polls in a row, whatever the failure. */
  failures: Generated<number>;
  /** Polls in a row whose credential was refused, and the first of them. */
  rejections: Generated<number>;
  rejected_since: NullableTime;
  initial_sync_required: Generated<boolean>;
  last_synced_at: NullableTime;
  next_poll_at: NullableTime;
  last_demand_at: NullableTime;
  last_change_at: NullableTime;
  /** When its user was written to about the disconnection that lasts. */
  mailed_at: NullableTime;
  created_at: DefaultTime;
}

export interface RevokedProfileTable {
  application_id: string;
  profile_id: string;
  created_at: DefaultTime;
}

export interface CalendarTable {
  id: string;
  account_id: string;
  profile_id: string;
  remote_id: string;
  name: string;
  color: string | null;
  time_zone: string | null;
  is_primary: Generated<boolean>;
  read_only: Generated<boolean>;
  capabilities: Json<ConnectorCapabilities>;
  /** Of somebody else than the login, lower case; null: the login's own. */
  owner_addresses: NullableJson<readonly string[]>;
  created_by: string | null;
  sync_token: string | null;
  change_tag: string | null;
  initial_sync_done: Generated<boolean>;
  last_synced_at: NullableTime;
  missing_since: NullableTime;
  brake_since: NullableTime;
  next_reconciliation_at: NullableTime;
  /** The zone data that its instants were computed under; stamped by the database when it is made. */
  tzdata_version: ColumnType<string | null, string | null | undefined, string | null>;
  /** How far the step to newer zone data has come: an event's id. */
  tzdata_after: ColumnType<string | null, string | null | undefined, string | null>;
  deleted_at: NullableTime;
  created_at: DefaultTime;
}

export interface EventTable {
  id: string;
  account_id: string;
  profile_id: string;
  calendar_id: string;
  uid: string;
  remote_id: string | null;
  etag: string | null;
  raw: string | null;
  content: NullableJson<EventContent>;
  exceptions: ColumnType<StoredException[], string | undefined, string>;
  sequence: Generated<number>;
  stamped_at: NullableTime;
  recurring: boolean;
  all_day: boolean;
  starts_at: NullableTime;
  ends_at: NullableTime;
  span: string;
  /** Its bounds, ±infinity where it has none, and whether it is longer than 8 days: what the index of ranges is made of. */
  span_from: GeneratedAlways<Date | number>;
  span_to: GeneratedAlways<Date | number>;
  long: GeneratedAlways<boolean>;
  version: ColumnType<string, string | number | undefined, string | number>;
  pending_operation: string | null;
  provider_created_at: NullableTime;
  provider_updated_at: NullableTime;
  created_at: DefaultTime;
  /** When this service took the last change of the object in; of the master alone: `master_synced_at`, null where never told apart. */
  synced_at: DefaultTime;
  master_synced_at: NullableTime;
  deleted_at: NullableTime;
  /** Seconds that its booking keeps free beside it. */
  margin_before: Generated<number>;
  margin_after: Generated<number>;
}

/** Where an event was until `until`; of a series, its master. Days as in `event`: their midnight in UTC. */
export interface EventMoveTable {
  account_id: string;
  profile_id: string;
  calendar_id: string;
  event_id: string;
  all_day: boolean;
  starts_at: Time;
  ends_at: Time;
  until: Time;
}

export interface ManagedEventTable {
  application_id: string;
  account_id: string;
  calendar_id: string;
  key: string;
  event_id: string;
  /** What it is unique by: keys may be longer than an index takes. */
  key_digest: GeneratedAlways<Buffer>;
  generation: Generated<number>;
  metadata: NullableJson<Record<string, unknown>>;
  triggers: NullableJson<readonly EventTrigger[]>;
  /** Every moment up to then was told. */
  triggers_told: NullableTime;
  /** When to look again; -infinity (a number) when the event has changed. */
  triggers_due: ColumnType<Date | number | null, Date | string | null | undefined, Date | string | null>;
}

export interface OperationTable {
  id: string;
  /** Taken under the event's row lock: the order of its writes. */
  ordinal: GeneratedAlways<string>;
  application_id: string;
  account_id: string;
  profile_id: string;
  calendar_id: string;
  event_id: string;
  kind: 'PUT' | 'DELETE';
  intended: NullableJson<CalendarObject>;
  /** The event as it was when the write was made; null when it was made by it. */
  base: NullableJson<CalendarObject>;
  /** Made upon a version that its author named: never merged. */
  strict: Generated<boolean>;
  /** What the provider is asked beside about the event's people. */
  scheduling: NullableJson<SchedulingRequest>;
  status: 'PENDING' | 'APPLIED' | 'FAILED';
  attempts: Generated<number>;
  failure: NullableJson<StoredFailure>;
  next_attempt_at: NullableTime;
  claimed_until: NullableTime;
  created_at: DefaultTime;
  completed_at: NullableTime;
  /** Not tried before that operation is applied; fails with it. */
  after_operation: ColumnType<string | null, string | null | undefined, string | null>;
  /** The event that goes on where this write ends its series; taken back when this fails for good. */
  split_off_id: ColumnType<string | null, string | null | undefined, string | null>;
}

export interface ChangeLogTable {
  account_ordinal: BigInteger;
  sequence: BigInteger;
  xid: ColumnType<string, string | undefined, never>;
  at: DefaultTime;
  account_id: string;
  profile_id: string | null;
  calendar_id: string | null;
  kind: string;
  subject_id: string;
  /** The application that made the change; null for the provider and its user. */
  made_by: string | null;
  /** The application whose managed event the subject is. */
  managed_by: string | null;
  /** The one application that the change is told to; null: every application that may see the account. */
  audience: string | null;
  /** Of EVENT_TRIGGERED: whose moment came. */
  trigger_keys: ColumnType<string[] | null, string[] | null | undefined, never>;
  /** W3C's `traceparent` of the span it was made in, by the transaction's setting. */
  trace: ColumnType<string | null, never, never>;
}

export interface SyncRunTable {
  id: string;
  account_id: string;
  profile_id: string;
  calendar_id: string;
  kind: 'FULL' | 'INCREMENTAL' | 'RECONCILIATION';
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  started_at: DefaultTime;
  finished_at: NullableTime;
  changes: Generated<number>;
  provider_calls: Generated<number>;
  skipped: ColumnType<{ uid: string | null; reason: string }[], string | undefined, string>;
  failure: NullableJson<StoredFailure>;
  drift: NullableJson<StoredDrift>;
}

export interface IcsFeedTable {
  application_id: string;
  account_id: string;
  profile_id: string;
  calendar_id: string;
  secret_hash: Buffer;
  /** Sealed. */
  secret: string;
  etag: string | null;
  modified_at: DefaultTime;
  created_at: DefaultTime;
}

/** Of one application alone, like `AvailablePeriodTable`. */
export interface AvailabilityRuleTable {
  id: string;
  application_id: string;
  account_id: string;
  key: string;
  /** What it is unique by within account and application. */
  key_digest: GeneratedAlways<Buffer>;
  time_zone: string;
  /** Null: all that count where nobody says which. */
  calendar_ids: string[] | null;
  weekly_periods: Json<readonly WeeklyHours[]>;
  created_at: DefaultTime;
}

export interface AvailablePeriodTable {
  id: string;
  application_id: string;
  account_id: string;
  key: string;
  key_digest: GeneratedAlways<Buffer>;
  starts_at: Time;
  ends_at: Time;
  created_at: DefaultTime;
}

export type HoldStatus = 'HELD' | 'CONFIRMED' | 'RELEASED' | 'EXPIRED';

/** One slot of a hold, as it was chosen. */
export interface StoredHeldSlot {
  /** Seconds since 1970, half-open, without buffers; of a series, the first occurrence. */
  readonly start: number;
  readonly end: number;
  readonly accountIds: readonly string[];
  /** What the slot's token said of these accounts, for the question that confirms it. */
  readonly rules: unknown;
  readonly series?: StoredHeldSeries;
}

/** What a slot repeats by, and the occurrences that are held. */
export interface StoredHeldSeries {
  /** RFC 5545, as they were given. */
  readonly lines: readonly string[];
  /** Whose wall clock it keeps to. */
  readonly timeZone: string;
  /** Starts and ends in order, as those of the slot, which is the first. */
  readonly occurrences: readonly (readonly [number, number])[];
  /** Whether the series goes on behind them. */
  readonly more: boolean;
}

/** What a confirmed hold became, one for each event in the order of the call. */
export interface StoredBooking {
  readonly calendarId: string;
  readonly key: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly operationId: string | null;
  readonly created: boolean;
}

/** What confirming a hold writes, kept until it stands or is taken back. */
export interface StoredConfirmation {
  /** WRITING: guests were told of nothing. INVITING: all copies stand, and are told of. */
  readonly stage: 'WRITING' | 'INVITING';
  /** Who confirms; JSON of an Actor, its scopes as a list. */
  readonly actor: unknown;
  /** JSON of the call's WriteControl. */
  readonly control: unknown;
  readonly copies: readonly StoredCopy[];
}

export interface StoredCopy {
  /** Its place among the hold's slots. */
  readonly slot: number;
  readonly calendarId: string;
  readonly accountId: string;
  readonly key: string;
  /** JSON of an UpsertEventInput. */
  readonly input: unknown;
  /** The event of that key as it was before; null: there was none. */
  readonly before: StoredEventState | null;
}

/** What a write changes of an application's own event. */
export interface StoredEventState {
  readonly content: EventContent | null;
  readonly exceptions: readonly EventException[];
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly triggers: readonly EventTrigger[];
}

/** Of one application alone. While it is in force, `hold_slot` has what it takes. */
export interface HoldTable {
  id: string;
  application_id: string;
  /** All that any slot holds, each once. */
  account_ids: string[];
  slots: Json<readonly StoredHeldSlot[]>;
  status: HoldStatus;
  expires_at: Time;
  ended_at: NullableTime;
  /** Who confirms it has it to itself until then. */
  confirming_until: NullableTime;
  /** Which attempt that is. */
  confirming_by: string | null;
  confirmation: NullableJson<StoredConfirmation>;
  bookings: NullableJson<readonly StoredBooking[]>;
  created_at: DefaultTime;
}

/** Seen by every application that the account lets in: no two may touch. */
export interface HoldSlotTable {
  hold_id: string;
  application_id: string;
  account_id: string;
  /** A range of time, with the buffers. */
  during: string;
  starts_at: Time;
  expires_at: Time;
  /** The transaction that holds it. */
  xid: Generated<string>;
}

export interface ZoneLawTable {
  version: string;
  zone: string;
  offsets: Json<RecordedLaw>;
  recorded_at: Time;
}

export interface LeaseTable {
  account_id: string;
  holder: string;
  fence: ColumnType<string, string | number | undefined, string | number>;
  expires_at: Time;
}

export interface IdempotentCallTable {
  application_id: string;
  mutation: string;
  key: string;
  input_hash: Buffer;
  result: Json<unknown>;
  created_at: DefaultTime;
}

/** What oidc-provider keeps, sealed. */
export interface OauthArtifactTable {
  model: string;
  id_hash: Buffer;
  application_id: string | null;
  account_id: string | null;
  grant_id: string | null;
  uid_hash: Buffer | null;
  payload: string;
  consumed_at: NullableTime;
  expires_at: NullableTime;
  created_at: DefaultTime;
}

export interface LinkTokenTable {
  token_hash: Buffer;
  application_id: string;
  account_id: string;
  expires_at: Time;
  used_at: NullableTime;
  created_at: DefaultTime;
}

export interface ConsentRequestTable {
  token_hash: Buffer;
  kind: 'RELINK' | 'PERMISSION';
  application_id: string | null;
  account_id: string;
  profile_id: string | null;
  calendar_ids: string[] | null;
  redirect_uri: string | null;
  expires_at: NullableTime;
  used_at: NullableTime;
  created_at: DefaultTime;
}

export interface CalendarPermissionTable {
  application_id: string;
  account_id: string;
  calendar_id: string;
  permission: 'SANDBOX' | 'UNRESTRICTED';
  created_at: DefaultTime;
}

export interface TokenRequestTable {
  id: GeneratedAlways<string>;
  at: DefaultTime;
  application_id: string | null;
  client_id: string | null;
  grant_type: string | null;
  outcome: 'ISSUED' | 'REFUSED';
  /** The standard's error. */
  error: string | null;
  /** Why, for the operator: `unknown_or_used`, `redirect_uri_mismatch`, … */
  reason: string | null;
  redirect_uri: string | null;
  account_id: string | null;
}

export interface SyncedAccountTable {
  application_id: string;
  /** The month's first day. */
  month: ColumnType<string, string, string>;
  account_id: string;
  kind: AccountKind;
  first_at: DefaultTime;
}

export interface UnitMemberTable {
  unit_id: string;
  email: string;
  role: 'OWNER' | 'ADMIN' | 'DEVELOPER' | 'SUPPORT';
  created_at: DefaultTime;
}

export interface AuditEntryTable {
  id: BigInteger;
  at: DefaultTime;
  unit_id: string | null;
  application_id: string | null;
  /** Who did it: a credential, an operator's command, a user's page, the service itself. */
  actor: string;
  action: string;
  subject_id: string | null;
  detail: Json<Readonly<Record<string, unknown>>>;
  previous_digest: Buffer;
  digest: Buffer;
}

export interface Tables {
  oauth_artifact: OauthArtifactTable;
  link_token: LinkTokenTable;
  consent_request: ConsentRequestTable;
  calendar_permission: CalendarPermissionTable;
  token_request: TokenRequestTable;
  synced_account: SyncedAccountTable;
  unit_member: UnitMemberTable;
  audit_entry: AuditEntryTable;
  installation: InstallationTable;
  organizational_unit: OrganizationalUnitTable;
  application: ApplicationTable;
  credential: CredentialTable;
  account: AccountTable;
  account_log: AccountLogTable;
  authorization_grant: AuthorizationGrantTable;
  profile: ProfileTable;
  revoked_profile: RevokedProfileTable;
  calendar: CalendarTable;
  event: EventTable;
  event_move: EventMoveTable;
  managed_event: ManagedEventTable;
  operation: OperationTable;
  change_log: ChangeLogTable;
  sync_run: SyncRunTable;
  ics_feed: IcsFeedTable;
  availability_rule: AvailabilityRuleTable;
  available_period: AvailablePeriodTable;
  hold: HoldTable;
  hold_slot: HoldSlotTable;
  zone_law: ZoneLawTable;
  lease: LeaseTable;
  idempotent_call: IdempotentCallTable;
}
