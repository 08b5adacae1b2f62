/** What sync/ is given: every door to the outside, the clock, chance and ids, so that tests decide them. */
import type { Connector, ProviderCredential, ProviderName } from '../datasources/providers/connector.ts';
import type { Recognised } from '../datasources/store/event-merge.ts';
import type { Store } from '../datasources/store/store.ts';
import type { CalendarObject, Instant } from '../domain/events/model.ts';
import type { IdSource } from '../domain/identity.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import type { ZoneData } from '../domain/time/zone-data.ts';

/** Seals and opens a profile's credential; the profile's id is authenticated with it. */
export interface CredentialVault {
  seal(profileId: string, credential: ProviderCredential): string;
  /** Throws when the sealed text is not this profile's or its key is not on the ring. */
  open(profileId: string, sealed: string): ProviderCredential;
}

/** pino's shape, as far as it is used here. Never given a credential, an address or an event's content. */
export interface SyncLogger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** All in milliseconds. */
export interface SyncSettings {
  /** MERIDIAN_POLL_INTERVAL: no profile is polled more often by itself. */
  readonly pollFloor: number;
  /** How long a lease or a claim holds without renewal: what a crash costs until somebody else goes on. */
  readonly leaseTime: number;
  /** How long a listing that deletes too much is doubted (semantics D8). */
  readonly doubtTime: number;
  /** One attempt of a write may take so long at the provider. */
  readonly writeTime: number;
  /** One answer of a provider may take so long: a last resort behind the connector's own limits. */
  readonly answerTime: number;
  /** One poll may take so long, all its answers together; the next one goes on from there. */
  readonly pollTime: number;
  /** The same while a profile's first sync is not done. */
  readonly firstSyncTime: number;
  /** How often a calendar is compared with its provider as a whole. */
  readonly reconcileEvery: number;
}

export const defaultSettings: SyncSettings = {
  pollFloor: 60_000,
  // With the second until the next look at what is due: a dead process's work goes on within 10 s.
  leaseTime: 8_000,
  doubtTime: 600_000,
  writeTime: 45_000,
  answerTime: 300_000,
  // An ordinary poll takes seconds. Ten minutes read some hundred pages, and a few slow servers do not hold a node's places for longer.
  pollTime: 600_000,
  // Somebody waits for it, and it may be large. Less than the hour after which the queue takes a job for dead.
  firstSyncTime: 1_800_000,
  reconcileEvery: 7 * 24 * 3_600_000,
};

export interface SyncDependencies {
  readonly store: Store;
  readonly vault: CredentialVault;
  /** Null where this installation does not speak the provider. */
  connectorFor(provider: ProviderName): Connector | null;
  readonly zones: ZoneData;
  readonly ids: IdSource;
  now(): Instant;
  /** From 0 (inclusive) to 1. */
  random(): number;
  /** Whether an object carries one of our own markers (semantics C2). */
  recogniseManaged?(object: CalendarObject): Recognised;
  /** Called before each page of objects is stored: what `recogniseManaged` has to know by then. */
  beforePage?(): Promise<void>;
  readonly logger: SyncLogger;
  /** Called after a commit that wrote to the account's change log. */
  wake(accountId: string): void;
  readonly telemetry?: Telemetry | null;
  readonly settings: SyncSettings;
  /** Who holds leases: unique per process. */
  readonly instanceId: string;
}
