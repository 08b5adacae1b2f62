/** What availability is told of accounts: the one door through which questions, holds and live answers read busy time. */
import type { StoredAvailability } from '../../datasources/store/availability-rules.ts';
import type { AccountRecord, CalendarRecord, EventView } from '../../datasources/store/records.ts';
import type { QueryCounter, Tx } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Booking } from '../../domain/availability/booking-limits.ts';
import type { BusyTimes } from '../../domain/availability/busy-times.ts';
import type { Seconds, Spans } from '../../domain/availability/spans.ts';
import type { Instant, ZoneName } from '../../domain/events/model.ts';

export interface MembersQuestion {
  /** None twice. */
  readonly accountIds: readonly string[];
  /** What the answer has to cover, [from, to), with the widest buffers of the question already added to both sides (semantics E5). */
  readonly from: Seconds;
  readonly to: Seconds;
  /** Event and occurrence ids that take no time in this question, nor do their copies (semantics E3); unknown ones are ignored. */
  readonly excludedEventIds?: readonly string[];
  /** Set where a member has booking limits: `bookings` is then answered, for the weeks around the window too. */
  readonly bookings?: boolean;
  /** The hold that is just being confirmed: it is in nobody's way. */
  readonly exceptHoldId?: string;
  /** Accounts whose stored rules and periods are asked for, too (`AskedStored.known`). */
  readonly stored?: ReadonlyMap<string, number | null>;
}

export interface MembersAnswer {
  /** In the order of the question; null for an account that this credential may not see, or that is not there. */
  readonly members: readonly (AccountBusy | null)[];
  /** `change_log_snapshot()` of the statement that read it: everything behind it is a change (Freshness.changesCursor). */
  readonly snapshot: string;
}

/**
 * The contract's BusyPrecision, by what the credential and the account's grant both allow. BLOCKS: of events that are not the
 * application's own, tentative and unanswered time is told as BUSY, and none can be excluded (semantics E2). NOTHING: neither
 * `read_events` nor `read_free_busy` was granted; there is no busy time in the answer and it must not be taken for free.
 */
export type Precision = 'EVENTS' | 'BLOCKS' | 'NOTHING';

export type MemberStatus = 'ACTIVE' | 'PENDING' | 'DISCONNECTED';

/** What one account may tell to one credential. Arrays are shared by many questions: never change them. */
export interface AccountBusy {
  readonly accountId: string;
  /** Rises with every change of the account. */
  readonly sequence: number;
  readonly timeZone: ZoneName;
  /** What the account granted to the application, composites among them. */
  readonly grantScopes: readonly string[];
  readonly grantedAt: Instant;
  /** As it is shown to the application. */
  readonly record?: AccountRecord;
  readonly precision: Precision;
  /** All that are not deleted; a calendar's place in this list is its place in `busy.sources`. */
  readonly calendars: readonly MemberCalendar[];
  /**
   * Every interval that takes time and touches [from, to), of all `calendars`, whatever the busy rule; and more around it. Beside
   * events that were booked by a hold with buffers their margins (`event.margin_before` and `margin_after`, in seconds).
   */
  readonly busy: BusyTimes;
  /** Live holds of every application of the unit, with the buffers that they were made with; `exceptHoldId` left out. */
  readonly held: Spans;
  /** Milliseconds until the first of them ends by itself, by the database's clock; null where nothing is held. */
  readonly heldFor: number | null;
  /**
   * What booking limits count (semantics E8): this application's events that are not cancelled, by the start of each occurrence,
   * and its live holds, whose categories nobody knows yet. Empty unless asked for.
   */
  readonly bookings: readonly Booking[];
  /** The application's stored rules and periods, where they were asked for and the account is other than when they were known. */
  readonly stored?: StoredAvailability;
  /**
   * Series whose rules are so costly that not all their occurrences in the window are known: up to `from` they count, from then
   * on nothing is known of them. Their calendar is a stale source: what is not known is told as such, not as busy or free.
   */
  readonly cutShort: readonly { readonly calendarId: string; readonly eventId: string; readonly from: Seconds }[];
}

/** One calendar, as far as availability asks; what `Freshness` asks is among it. */
export interface MemberCalendar
  extends Pick<
    CalendarRecord,
    | 'id'
    | 'accountId'
    | 'profileId'
    | 'provider'
    | 'timeZone'
    | 'effectiveTimeZone'
    | 'primary'
    | 'readOnly'
    | 'initialSyncDone'
    | 'lastSyncedAt'
    | 'profileStatus'
    | 'profileCause'
    | 'nextPollAt'
  > {
  /** Counts where nobody says which calendars do (semantics E4): what is only subscribed to, or only readable, does not. */
  readonly considered: boolean;
  /** Since when its profile has the status it has. */
  readonly profileStatusSince: Instant;
}

/** Whether what is known of an account's calendars may be believed (semantics E11). */
export interface Standing {
  /** PENDING where one of the calendars was never synced, or where there is none; else DISCONNECTED where one's profile is. */
  readonly status: MemberStatus;
  /** DISCONNECTED: what is known was true then, the oldest of what counts; null where nothing is known. */
  readonly lastKnownAt: Instant | null;
}

/** What makes an interval busy, as far as the credential may know. */
export interface BusyCause {
  readonly accountId: string;
  readonly calendarId: string;
  readonly start: Seconds;
  readonly end: Seconds;
  /** It is the free time that a booking asked for beside it, not the event itself (`isMargin`). */
  readonly margin?: boolean;
}

export interface MembersReader {
  /**
   * One SQL statement, whether what it tells was known or has to be read. Nothing of it is from before the call: an account
   * whose sequence, calendars, zones or grant changed is read again.
   *
   * @param tx to read inside of: a transaction as the application of `actor`. What it reads is not kept: it may be rolled back.
   */
  readMembers(actor: Actor, question: MembersQuestion, counter?: QueryCounter, tx?: Tx): Promise<MembersAnswer>;
  /**
   * The event, or occurrence, behind each interval, all in one SQL statement (none for none); null where the credential may not
   * read it, or where it is there no more.
   */
  busyEvents(
    actor: Actor,
    causes: readonly BusyCause[],
    counter?: QueryCounter,
  ): Promise<readonly (EventView | null)[]>;
}

/**
 * Which calendars count, by their places: for `Counted.sources`. Null where all of them do.
 *
 * @param calendarIds null: those that are `considered`. Ids of calendars that are not there count for none.
 */
export function sourcesOf(
  { calendars }: Pick<AccountBusy, 'calendars'>,
  calendarIds: readonly string[] | null,
): Uint8Array | null {
  const chosen = calendars.map((calendar) => isChosen(calendar, calendarIds));
  return chosen.every((each) => each) ? null : Uint8Array.from(chosen, (each) => (each ? 1 : 0));
}

/** @param calendarIds null: those that are `considered`. */
export function standingOf(
  { calendars }: Pick<AccountBusy, 'calendars'>,
  calendarIds: readonly string[] | null,
): Standing {
  const counted = calendars.filter((calendar) => isChosen(calendar, calendarIds));
  const lost = counted.filter(({ profileStatus }) => profileStatus === 'DISCONNECTED');
  const known = lost.map(({ lastSyncedAt }) => lastSyncedAt ?? Number.NEGATIVE_INFINITY);
  const oldest = Math.min(...known);
  const lastKnownAt = known.length > 0 && Number.isFinite(oldest) ? oldest : null;
  const synced = calendars.length > 0 && counted.every((calendar) => calendar.initialSyncDone);
  return { status: synced ? (lost.length > 0 ? 'DISCONNECTED' : 'ACTIVE') : 'PENDING', lastKnownAt };
}

function isChosen(calendar: MemberCalendar, calendarIds: readonly string[] | null): boolean {
  return calendarIds === null ? calendar.considered : calendarIds.includes(calendar.id);
}
