/** The one call down that each resolver makes: what the composition root puts together. */
import type { Authorizations } from '../auth/authorizations.ts';
import type { Consent } from '../auth/connect/consent.ts';
import type { ElementTokens } from '../auth/elements/tokens.ts';
import type { RequestLimiter } from '../auth/limits/request-limiter.ts';
import type { Store } from '../datasources/store/store.ts';
import type { Usage } from '../datasources/store/usage.ts';
import type { Instant } from '../domain/events/model.ts';
import type { ZoneData } from '../domain/time/zone-data.ts';
import type { Availabilities } from '../scheduling/availability/availability.ts';
import type { MembersReader } from '../scheduling/busy/members.ts';
import type { Holds } from '../scheduling/holds/holds.ts';
import type { LiveAnswers } from '../scheduling/live/live-answers.ts';
import type { StoredAvailabilities } from '../scheduling/rules/stored-availability.ts';
import type { SequencedAvailabilities } from '../scheduling/sequences/sequences.ts';
import type { CursorSource } from '../subscriptions/cursor-source.ts';
import type { ChangeFeed } from '../subscriptions/feed.ts';
import type { GroupSource } from '../subscriptions/group-source.ts';
import type { OperationFeed } from '../subscriptions/operations.ts';
import type { PresentSourceOptions } from '../subscriptions/present-source.ts';
import type { Connections } from '../sync/connections.ts';
import type { Demand } from '../sync/demand.ts';
import type { Feeds } from '../sync/feeds/feeds.ts';
import type { Imports } from '../sync/import/imports.ts';
import type { ApplicationCalendars } from '../sync/local/application-calendars.ts';
import type { CalendarAdministration } from '../sync/outbound/calendars.ts';
import type { EventWriter } from '../sync/outbound/events/writer.ts';
import type { Counter } from './context.ts';

export interface Refresher {
  /** Asks the profiles' providers for changes now, and waits `patience` milliseconds at most; profile → why not, or null. */
  refresh(
    profileIds: readonly string[],
    options: { readonly patience: number; readonly onCall: () => void },
  ): Promise<ReadonlyMap<string, 'PROVIDER_UNREACHABLE' | 'PROVIDER_THROTTLED' | 'PROFILE_DISCONNECTED' | null>>;
}

export interface UsageCounts {
  /** `month`: any day of it, in UTC. */
  ofApplication(applicationId: string, month: string, counter: Counter): Promise<Usage>;
  ofUnit(unitId: string, month: string, counter: Counter): Promise<Usage>;
}

export interface Services extends CursorSource {
  readonly store: Store;
  readonly zones: ZoneData;
  /** Milliseconds since the epoch. */
  readonly clock: () => Instant;
  readonly version: string;
  readonly availability: Availabilities;
  readonly sequences: SequencedAvailabilities;
  readonly liveAvailability: LiveAnswers;
  /** A source that finds its present out anew when something may have changed it: see `presentSource`. */
  readonly presents: (options: Pick<PresentSourceOptions, 'find' | 'reader'>) => GroupSource<number>;
  readonly changes: ChangeFeed;
  readonly operations: OperationFeed;
  readonly events: EventWriter;
  readonly applicationCalendars: ApplicationCalendars;
  readonly calendars: CalendarAdministration;
  readonly connections: Connections;
  readonly consent: Consent;
  readonly authorizations: Authorizations;
  readonly elements: ElementTokens;
  readonly feeds: Feeds;
  readonly holds: Holds;
  readonly imports: Imports;
  readonly storedAvailability: StoredAvailabilities;
  readonly sync: Refresher;
  readonly demand: Demand;
  /** How many requests an application may still make. */
  readonly limiter: RequestLimiter;
  readonly usage: UsageCounts;
  /** When accounts are busy, for availability. */
  readonly members: MembersReader;
}
