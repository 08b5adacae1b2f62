/** An account's events as the arrays that availability reads. */
import type { StoredBusyEvent } from '../../datasources/store/busy-accounts.ts';
import type { Booking } from '../../domain/availability/booking-limits.ts';
import { type BusyInterval, type BusyTimes, busyKind, packBusyTimes } from '../../domain/availability/busy-times.ts';
import type { Seconds } from '../../domain/availability/spans.ts';
import { busyEntries, type CalendarReading } from '../../domain/busy/busy-entries.ts';
import type { Listed, ListedObject } from '../../domain/events/listed.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { AccountBusy } from './members.ts';

/** A stored event as lists of events take it. Nothing that is deleted is read, and nothing asks when it changed. */
export type BusyRecord = ListedObject & StoredBusyEvent;

/** What is known of an account in a window. */
export interface AccountTimes {
  /** [from, to), whole seconds. */
  readonly from: Seconds;
  readonly to: Seconds;
  readonly busy: BusyTimes;
  /** This application's own events, by start. */
  readonly bookings: readonly Booking[];
  readonly cutShort: AccountBusy['cutShort'];
}

export interface AccountReading {
  /** By id: where a calendar's events are read, and its place among the account's calendars. */
  readonly calendars: ReadonlyMap<string, CalendarReading & { readonly place: number }>;
  /** Whether an entry is left out (semantics E3). */
  readonly isExcluded: (entry: Listed<BusyRecord>) => boolean;
}

export function busyRecord(event: StoredBusyEvent): BusyRecord {
  return { ...event, deletedAt: null, syncedAt: 0, masterSyncedAt: 0 };
}

/** What an account's events make of a window. Events of calendars that are not among `reading.calendars` take no time. */
export function accountTimes(
  events: readonly BusyRecord[],
  { from, to }: { readonly from: Seconds; readonly to: Seconds },
  { calendars, isExcluded }: AccountReading,
  zones: ZoneData,
): AccountTimes {
  const read = events.filter(({ calendarId }) => calendars.has(calendarId));
  const readingOf = ({ calendarId }: BusyRecord) => calendars.get(calendarId) as CalendarReading & { place: number };
  const window = { from: from * 1000, to: to * 1000 };
  const { counted, cutShort } = busyEntries(read, window, readingOf, zones);
  const intervals: BusyInterval[] = [];
  const bookings: Booking[] = [];
  for (const { entry, busy } of counted) {
    if (isExcluded(entry)) continue;
    const { record } = entry;
    const start = Math.floor(entry.startsAt / 1000);
    const end = Math.ceil(entry.endsAt / 1000);
    if (record.own && start >= from && start < to) bookings.push({ start, categories: entry.content.categories });
    if (busy.busyStatus === 'FREE') continue;
    const source = readingOf(record).place;
    const interval = (starts: Seconds, ends: Seconds, margin: boolean): BusyInterval => ({
      start: near(starts, from),
      end: near(ends, from),
      kind: busyKind(busy.busyStatus as Exclude<typeof busy.busyStatus, 'FREE'>, busy.unanswered, record.own, margin),
      source,
    });
    intervals.push(interval(start, end, false));
    if (start === end) continue;
    if (record.marginBefore > 0) intervals.push(interval(start - record.marginBefore, start, true));
    if (record.marginAfter > 0) intervals.push(interval(end, end + record.marginAfter, true));
  }
  return {
    from,
    to,
    busy: packBusyTimes(intervals, from),
    bookings: bookings.sort((one, other) => one.start - other.start),
    cutShort: cutShort.map(({ record, from: since }) => ({
      calendarId: record.calendarId,
      eventId: record.id,
      from: Math.floor(since / 1000),
    })),
  };
}

/** BusyTimes keep 68 years to both sides; what reaches farther is cut there, far from anything that is asked. */
function near(at: Seconds, base: Seconds): Seconds {
  return Math.max(base - 0x7fff_ffff, Math.min(base + 0x7fff_ffff, at));
}
