/** What resolvers hand to the fields below them, where no row of the store is enough. */
import type DataLoader from 'dataloader';
import type { AccountRecord, CalendarRecord, EventView } from '../datasources/store/records.ts';
import type { Attendee, BusyStatus, EventTime, Instant } from '../domain/events/model.ts';
import type { Participant, RejectionReason } from '../scheduling/availability/answer.ts';
import type { BusyCause } from '../scheduling/busy/members.ts';
import type { StaleReason } from '../schema/generated.ts';

export interface TimeParent {
  readonly time: EventTime;
  /** What a floating time is read in. */
  readonly floatingZone: string;
}

export interface AttendeeParent extends Attendee {
  readonly self: boolean;
}

/** What tells how current a calendar is. */
export type FreshCalendar = Pick<CalendarRecord, 'id' | 'provider' | 'lastSyncedAt' | 'profileStatus' | 'profileCause'>;

/** What an answer was read from, to tell its freshness. */
export interface ListedCalendars {
  readonly calendars: readonly FreshCalendar[];
  /** `change_log_snapshot()` of the statement that read the page. */
  readonly snapshot: string;
  /** What was synced before this instant is older than was asked for; null when no bound was asked for. */
  readonly oldest: Instant | null;
  /** Calendars that were asked again and could not be: id → why. */
  readonly failed: ReadonlyMap<string, 'PROVIDER_UNREACHABLE' | 'PROVIDER_THROTTLED' | 'PROFILE_DISCONNECTED'>;
  /** Ids of those with a series of which not all is known. */
  readonly cutShort?: ReadonlySet<string>;
}

export interface EventPage {
  readonly edges: readonly EventPageEdge[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly listed: ListedCalendars;
}

export interface EventPageEdge {
  readonly cursor: string;
  readonly node: EventView;
}

export interface FreeBusyParent {
  /** Null where the credential may not know which. */
  readonly calendarId: string | null;
  readonly start: TimeParent;
  readonly end: TimeParent;
  readonly busyStatus: BusyStatus;
  readonly unanswered: boolean;
  readonly eventId: string;
  readonly key: string | null;
  readonly deleted: boolean;
}

export interface FreeBusyPageEdge {
  readonly cursor: string;
  readonly node: FreeBusyParent;
}

export interface FreeBusyPage {
  readonly edges: readonly FreeBusyPageEdge[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Of a page that ended early: where to go on; else null, and the last edge says. */
  readonly endCursor: string | null;
  readonly listed: ListedCalendars;
}

export interface FreshnessParent extends ListedCalendars {
  readonly asOf: Instant;
}

export interface StaleCalendarParent {
  readonly calendarId: string;
  readonly lastSyncedAt: Instant | null;
  readonly reason: StaleReason;
}

export interface UnitParent {
  readonly id: string;
  readonly name: string;
}

/** A slot that was found, for one meeting or for one step of several. */
export interface SlotParent {
  readonly start: Instant;
  readonly end: Instant;
  readonly token: () => string;
  readonly participants: () => Promise<readonly Participant[]>;
  /** Of every member of the question, by its id: read once for all slots. Absent: each is read where it is shown. */
  readonly accounts?: () => Promise<ReadonlyMap<string, AccountRecord>>;
}

export interface ParticipantParent extends Participant {
  /** Where it was read already. */
  readonly account?: AccountRecord | undefined;
}

export interface SlotRejectionParent {
  readonly start: Instant;
  readonly reasons: readonly RejectionParent[];
}

export interface RejectionParent extends RejectionReason {
  readonly events: DataLoader<BusyCause, EventView | null, string>;
}
