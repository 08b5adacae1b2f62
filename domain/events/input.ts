/** What upsertEvent and updateEvent are asked, after scalars are parsed: DateTime is an instant, Date and TimeZone are text. */
import type { BusyStatus, EventStatus, EventVisibility, Instant, PlainDate } from './model.ts';
import type { TriggerAnchor } from './triggers.ts';

/** Exactly one of the two. */
export interface EventTimeInput {
  readonly timed?: { readonly dateTime: Instant; readonly timeZone?: string | null | undefined } | null | undefined;
  readonly date?: PlainDate | null | undefined;
}

export interface LocationInput {
  readonly description?: string | null | undefined;
  readonly latitude?: number | null | undefined;
  readonly longitude?: number | null | undefined;
}

export interface ConferencingInput {
  readonly generate?: string | null | undefined;
  readonly profileId?: string | null | undefined;
  readonly explicit?:
    | { readonly joinUrl: string; readonly providerName?: string | null | undefined }
    | null
    | undefined;
}

export interface InviteeInput {
  readonly email: string;
  readonly name?: string | null | undefined;
  readonly optional?: boolean | null | undefined;
  readonly resource?: boolean | null | undefined;
}

export interface AttendeesInput {
  readonly invite?: readonly InviteeInput[] | null | undefined;
  readonly remove?: readonly string[] | null | undefined;
}

/** The fields that both have. Absent keeps, null clears, `[]` empties (semantics C7). */
export interface EventInput {
  readonly summary?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly start?: EventTimeInput | null | undefined;
  readonly end?: EventTimeInput | null | undefined;
  readonly status?: EventStatus | null | undefined;
  readonly busyStatus?: BusyStatus | null | undefined;
  readonly visibility?: EventVisibility | null | undefined;
  readonly location?: LocationInput | null | undefined;
  readonly url?: string | null | undefined;
  /** One of them; what is to be made is refused before. */
  readonly conferencing?: ConferencingInput | null | undefined;
  readonly color?: string | null | undefined;
  readonly categories?: readonly string[] | null | undefined;
  readonly attendees?: AttendeesInput | null | undefined;
  readonly reminders?: readonly { readonly minutes: number }[] | null | undefined;
  /** Of those that the event has. */
  readonly attachmentIds?: readonly string[] | null | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
  readonly recurrence?: readonly string[] | null | undefined;
  /** Of a managed event. */
  readonly triggers?: readonly TriggerInput[] | null | undefined;
}

export interface TriggerInput {
  readonly key: string;
  readonly anchor: TriggerAnchor;
  /** A duration with a sign. */
  readonly offset: string;
}

export interface UpsertEventInput extends EventInput {
  readonly calendarId: string;
  readonly key: string;
  readonly remindersOnCreateOnly?: boolean | null | undefined;
}

export interface UpdateEventInput extends EventInput {
  readonly id: string;
  readonly followingKey?: string | null | undefined;
}
