/**
 * The port that every calendar provider is spoken to through. One object per provider; it keeps no state between calls but
 * connections. Every method may throw ProviderError and nothing else; none retries: when to try again is sync/'s to decide.
 */
import type { CalendarObject, Instant, SkippedComponent } from '../../domain/events/model.ts';
import type { SchedulingRequest } from '../../domain/events/scheduling.ts';

export type ProviderName = 'GOOGLE' | 'MICROSOFT_365' | 'OUTLOOK_COM' | 'EXCHANGE' | 'APPLE' | 'CALDAV' | 'MERIDIAN';

/** The contract's ProviderFailureCode, and how sync/ treats each: what may pass never disconnects a profile. */
export type ProviderFailureCode =
  /** Network, TLS, DNS, timeout, 5xx. Passes; never disconnects. */
  | 'UNREACHABLE'
  /** 429, 503 with Retry-After, quota. Passes; `retryAt` says when. */
  | 'THROTTLED'
  /** 401 with the stored credentials. Disconnects when it persists. */
  | 'CREDENTIALS_REJECTED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  /** The resource changed since (412), or its uid or name is taken. */
  | 'CONFLICT'
  /** The provider answered and would not (other 4xx). */
  | 'REJECTED'
  /** The answer is not what the protocol says, too large, or absurd. */
  | 'MALFORMED_ANSWER';

export class ProviderError extends Error {
  readonly code: ProviderFailureCode;
  /** Milliseconds since the epoch: not before then (Retry-After). */
  readonly retryAt: Instant | null;
  /** The HTTP status, where there was one. */
  readonly status: number | null;
  /** Of a CONFLICT about a uid that is in use: the absolute URL of the resource that has it, `''` where it is not named. */
  readonly uidTakenBy: string | null;
  constructor(
    code: ProviderFailureCode,
    /** For people; says what was tried; without secrets and without the address of a blocked target. */
    message: string,
    details: {
      retryAt?: Instant | null;
      status?: number | null;
      uidTakenBy?: string | null;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'ProviderError';
    this.code = code;
    this.retryAt = details.retryAt ?? null;
    this.status = details.status ?? null;
    this.uidTakenBy = details.uidTakenBy ?? null;
  }
}

/** What a profile needs to speak to its provider; for CalDAV and iCloud. Sealed in the store. */
export interface BasicCredential {
  readonly kind: 'basic';
  /** What the user gave, or what discovery found: any URL of the server. */
  readonly serverUrl: string;
  readonly username: string;
  readonly password: string;
}

/** Application calendars and the memory connector need none. */
export interface NoCredential {
  readonly kind: 'none';
}

export type ProviderCredential = BasicCredential | NoCredential;

/** One profile's connection: whom to speak as, and where what was discovered. */
export interface ProviderSession {
  /** Stable per profile: limits and connections are kept by it. */
  readonly profileId: string;
  /** Connect attempts and private networks are limited by application; null for the worker. */
  readonly applicationId: string | null;
  readonly credential: ProviderCredential;
  /** From discovery; kept in the store. */
  readonly principal: RemotePrincipal | null;
  /** Each HTTP request, as it is sent; what `extensions.providerCalls` and the journal count. */
  readonly onCall?: () => void;
  readonly signal?: AbortSignal;
}

/** Who the login is, as discovered. URLs are absolute. */
export interface RemotePrincipal {
  readonly principalUrl: string;
  /** calendar-home-set (RFC 4791 §6.2.1). */
  readonly homeUrl: string;
  /** calendar-user-address-set, lower-cased mail addresses without `mailto:` (RFC 6638 §2.4.1). */
  readonly addresses: readonly string[];
  readonly displayName: string | null;
  /** Whether the server itself sends invitations for what is written (RFC 6638 §3: calendar-auto-schedule and an outbox). */
  readonly schedules: boolean;
}

/** What a calendar's provider can carry: the contract's CalendarCapabilities. */
export interface ConnectorCapabilities {
  readonly attendees: boolean;
  readonly suppressNotifications: boolean;
  readonly attachments: boolean;
  readonly recurrence: 'NONE' | 'PATTERNED' | 'FULL';
  readonly maxReminders: number | null;
  readonly push: boolean;
}

export interface RemoteCalendar {
  /** Stable at the provider: for CalDAV the absolute collection URL with its trailing slash. */
  readonly remoteId: string;
  readonly name: string;
  /** `#RRGGBB`, upper case, without alpha. */
  readonly color: string | null;
  /** IANA; null where the provider does not say. */
  readonly timeZone: string | null;
  readonly primary: boolean;
  readonly readOnly: boolean;
  /** Changes whenever the calendar's events change (ctag, else sync-token); null: always ask. */
  readonly changeTag: string | null;
  /**
   * Mail addresses of whose calendar it is, lower case, where that is somebody else than the login: an answer to an invitation is
   * theirs (semantics C10). Empty where the provider does not name them; absent: the login's own.
   */
  readonly ownerAddresses?: readonly string[];
  readonly capabilities: ConnectorCapabilities;
}

/** One object as pulled. `raw` is kept so that what we do not know survives our rewriting. */
export interface RemoteResource {
  /** For CalDAV the absolute path and query of the href, percent-encoding normalised. */
  readonly remoteId: string;
  readonly etag: string | null;
  /** The provider's own text of it; null where `object` is all there is. */
  readonly raw: string | null;
  readonly object: CalendarObject;
  readonly skipped: readonly SkippedComponent[];
}

export interface PullPage {
  readonly resources: readonly RemoteResource[];
  /** `remoteId`s that were listed with the etag that is known of them: there, and not downloaded again. */
  readonly unchanged: readonly string[];
  /** `remoteId`s that are gone. */
  readonly removed: readonly string[];
  /** Resources that could not be read at all; named in the journal, and never treated as deleted. */
  readonly skipped: readonly (SkippedComponent & { readonly remoteId: string })[];
  /** On the last page only: the position to hand back next time; null where the provider has none. */
  readonly syncToken: string | null;
  /** True when this pull lists everything: what is in none of the lists above by the end of it is gone. */
  readonly full: boolean;
}

/**
 * What the store already holds, so that an etag comparison needs no download.
 * Used when the provider has no sync tokens or refused ours.
 */
export type KnownResources = () => Promise<ReadonlyMap<string, string | null>>; // remoteId → etag

export interface WriteRequest {
  /** Null to create; the provider or we choose the place. */
  readonly remoteId: string | null;
  /** Must match at the provider; null with a remoteId of null means "must not exist". */
  readonly etag: string | null;
  /** The provider's last known text, whose unknown parts must survive; null when created. */
  readonly raw: string | null;
  readonly object: CalendarObject;
  /** Where the provider invites and answers by itself: what it is asked beside. */
  readonly scheduling?: SchedulingRequest | null;
}

export interface WriteResult {
  readonly remoteId: string;
  readonly etag: string | null;
  readonly raw: string | null;
  /** As the provider has it now, which may differ from what was sent (server-side scheduling). */
  readonly object: CalendarObject;
}

export interface BusyPeriod {
  readonly start: Instant;
  readonly end: Instant;
  readonly busyStatus: 'BUSY' | 'TENTATIVE' | 'OUT_OF_OFFICE';
}

/** A calendar, and whom to speak as about it. */
export interface AskedCalendar {
  readonly session: ProviderSession;
  readonly remoteId: string;
}

/** One call about many calendars, each with its own authorization, as Google's batch endpoint takes them. */
export interface CalendarBatch {
  /** How many one call takes. */
  readonly calendarsPerCall: number;
  /**
   * Their change tags as `calendars` would tell them, in the order asked; null for one that the provider would not tell of. One
   * provider call, counted by the session of the first. Throws ProviderError where nothing was told at all.
   */
  changeTags(asked: readonly AskedCalendar[]): Promise<readonly (string | null)[]>;
}

export interface Connector {
  readonly provider: ProviderName;

  /**
   * Proves that the credential works and finds the principal and calendar home.
   * Gives up after 30 s with UNREACHABLE.
   */
  connect(session: ProviderSession): Promise<RemotePrincipal>;

  /** Every event calendar of the home, in one provider call. A component set without VEVENT is left out. */
  calendars(session: ProviderSession): Promise<readonly RemoteCalendar[]>;

  /**
   * What changed since `syncToken`; everything when it is null. An invalid token becomes a full pull by itself (`full` true).
   * Pages hold at most 500 resources and may be consumed slowly: the connector fetches at most one page ahead.
   */
  pull(
    session: ProviderSession,
    calendarRemoteId: string,
    syncToken: string | null,
    known: KnownResources,
  ): AsyncIterable<PullPage>;

  /** One object as it is now; null when it is gone. */
  read(session: ProviderSession, calendarRemoteId: string, remoteId: string): Promise<RemoteResource | null>;

  /** Creates or replaces. Throws CONFLICT when the precondition fails. */
  write(session: ProviderSession, calendarRemoteId: string, request: WriteRequest): Promise<WriteResult>;

  /** Deletes; `gone` when it was gone already. Throws CONFLICT when `etag` is given and no longer matches. */
  remove(
    session: ProviderSession,
    calendarRemoteId: string,
    remoteId: string,
    etag: string | null,
    scheduling?: SchedulingRequest | null,
  ): Promise<'removed' | 'gone'>;

  createCalendar(
    session: ProviderSession,
    calendar: { readonly name: string; readonly color: string | null; readonly timeZone: string | null },
  ): Promise<RemoteCalendar>;

  deleteCalendar(session: ProviderSession, calendarRemoteId: string): Promise<void>;

  /** Where the provider can be asked about calendars of several logins at once; absent: it is asked home by home. */
  readonly batch?: CalendarBatch;

  /** Batched by credential. Throws NOT_SUPPORTED as REJECTED where the provider has no free/busy: then expand the events. */
  freeBusy(
    session: ProviderSession,
    calendarRemoteIds: readonly string[],
    window: { readonly from: Instant; readonly to: Instant },
  ): Promise<ReadonlyMap<string, readonly BusyPeriod[]>>;
}
