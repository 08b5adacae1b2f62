/**
 * The event as every provider's answer is normalised to, and as the store keeps it (one jsonb value).
 * One meaning for every provider; semantics of times: docs/architecture.md, "Times".
 */

/** Milliseconds since 1970-01-01T00:00:00Z; always a whole second. */
export type Instant = number;

/** A wall clock without zone or offset, to the second: `2026-03-29T01:30:00`. */
export type LocalDateTime = string;

/** A calendar day: `2026-03-29`. */
export type PlainDate = string;

/** An IANA zone name, as the zone data in force spells it (`Europe/London`). */
export type ZoneName = string;

/**
 * When an event starts or ends.
 *
 * - `date`: all-day (RFC 5545 §3.3.4 DATE), never converted; an end is exclusive.
 * - `utc`: an instant without a zone to show it in.
 * - `zoned`: a wall clock in a zone. `local` is as it was written, even where it falls into a DST gap (§3.3.5: the offset
 *   before the gap counts); `instant` is what it resolved to under the zone data in force. On a single event `instant`
 *   is the truth, on a recurring one `local` is.
 * - `floating`: a wall clock in the calendar's own zone.
 */
export type EventTime =
  | { readonly kind: 'date'; readonly date: PlainDate }
  | { readonly kind: 'utc'; readonly instant: Instant }
  | { readonly kind: 'zoned'; readonly local: LocalDateTime; readonly zone: ZoneName; readonly instant: Instant }
  | { readonly kind: 'floating'; readonly local: LocalDateTime };

export type EventStatus = 'CONFIRMED' | 'TENTATIVE' | 'CANCELLED';
export type BusyStatus = 'FREE' | 'TENTATIVE' | 'BUSY' | 'OUT_OF_OFFICE' | 'WORKING_ELSEWHERE';
export type EventVisibility = 'DEFAULT' | 'PUBLIC' | 'PRIVATE' | 'CONFIDENTIAL';
export type ParticipationStatus = 'NEEDS_ACTION' | 'ACCEPTED' | 'DECLINED' | 'TENTATIVE' | 'DELEGATED';

export interface EventLocation {
  readonly description: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export interface EventPerson {
  /** As the provider has it: `mailto:`, `urn:uuid:`, a principal. */
  readonly uri: string;
  /** Lower-cased address when `uri` is a mailto, else null. */
  readonly email: string | null;
  readonly name: string | null;
}

export interface Attendee extends EventPerson {
  readonly status: ParticipationStatus;
  readonly optional: boolean;
  readonly resource: boolean;
}

/** Where an event is joined from afar. */
export interface EventConferencing {
  /** http or https. */
  readonly joinUrl: string;
  /** As people call it. */
  readonly providerName: string | null;
  /** Absent where there is none. */
  readonly dialIn?: readonly DialIn[];
}

/** A telephone number to join a conference by. */
export interface DialIn {
  /** As the provider writes it: digits, with marks between them. */
  readonly phoneNumber: string;
  /** What to enter after dialling. */
  readonly pin: string | null;
}

/** A file of an event. Its name and type are as the provider tells them, and nothing that a file system may be given. */
export interface EventAttachment {
  /** `att_` and what its value hashes to: the same file in the same place has the same id. */
  readonly id: string;
  /** http or https; null where the file is within the event, or somewhere else. */
  readonly url: string | null;
  readonly fileName: string;
  readonly contentType: string;
}

/** What of one event (a single one, a series' master, or one changed occurrence) can be seen through the graph. */
export interface EventContent {
  readonly summary: string | null;
  readonly description: string | null;
  readonly start: EventTime;
  /** Exclusive. The same kind of time as `start` (both dates, or neither). */
  readonly end: EventTime;
  /** Set when the file said DURATION in whole days: nominal days then count, not elapsed time (semantics A5). */
  readonly nominalDays: number | null;
  readonly status: EventStatus;
  /** Raw: what the event itself says, before the owner's answer (the effective one is domain/busy's). */
  readonly busyStatus: BusyStatus;
  readonly visibility: EventVisibility;
  readonly location: EventLocation | null;
  readonly url: string | null;
  /** Absent and null alike: nowhere. */
  readonly conferencing?: EventConferencing | null;
  /** Absent: none that are known; a write then leaves what the provider has. */
  readonly attachments?: readonly EventAttachment[];
  /** `#RRGGBB`, upper case. */
  readonly color: string | null;
  readonly categories: readonly string[];
  readonly organizer: EventPerson | null;
  readonly attendees: readonly Attendee[];
  readonly reminders: readonly { readonly minutes: number }[];
  /**
   * RFC 5545 lines without folding: `RRULE:…`, `RDATE…`, `EXDATE…`, and `EXRULE:…` (RFC 2445) where a file still has one;
   * empty on singles and exceptions.
   */
  readonly rules: readonly string[];
  /**
   * On a changed occurrence that stands for every later one, too, which has no change of its own (RFC 5545 §3.2.13,
   * RANGE=THISANDFUTURE): they move by as much on the wall clock, last as long and say the same. It comes from what was
   * read and is never given by us (semantics B4); absent otherwise.
   */
  readonly thisAndFuture?: true;
}

/**
 * RECURRENCE-ID in the master's value type, in iCalendar's basic form: `20260329` (all-day), `20260329T013000Z` (UTC)
 * or `20260329T013000` (wall clock in the series' zone, or floating).
 */
export type RecurrenceId = string;

export interface EventException {
  readonly recurrenceId: RecurrenceId;
  readonly content: EventContent;
}

/** One calendar object resource: everything with one UID in one calendar (RFC 4791 §4.1). */
export interface CalendarObject {
  readonly uid: string;
  /** Null where only changed occurrences are known (an attendee invited to one occurrence). */
  readonly master: EventContent | null;
  /** Ordered by recurrence id. Empty unless the master recurs or is null. */
  readonly exceptions: readonly EventException[];
  /** Highest SEQUENCE and DTSTAMP in the object; which of two versions is newer (RFC 5546 §2.1.5). */
  readonly sequence: number;
  readonly stampedAt: Instant | null;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  /** The sealed marker of a managed event (X-MERIDIAN-REF or the provider's equivalent), unopened. */
  readonly marker: string | null;
  /**
   * The uid of the series that this one goes on from (RELATED-TO, RFC 5545 §3.8.4.5). Nothing that anybody sees: outside every
   * comparison, and absent where nothing is to be written of it.
   */
  readonly relatedTo?: string;
}

/** A component that could not be read; the rest goes on. */
export interface SkippedComponent {
  readonly uid: string | null;
  /** Line of the text as it came, folded lines counted one by one, where the component begins, from 1; null without lines. */
  readonly line: number | null;
  readonly reason: string;
}
