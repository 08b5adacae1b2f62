/** A drawn case of the oracle as an application would ask it, and as its store would know it. */
import type { Case, CaseMember, Pair } from '../../../bench/availability/cases.ts';
import { packBusyTimes } from '../../../domain/availability/busy-times.ts';
import type { Seconds } from '../../../domain/availability/spans.ts';
import { union } from '../../../domain/availability/spans.ts';
import { formatDuration } from '../../../domain/time/durations.ts';
import type { AccountBusy, MemberCalendar } from '../../../scheduling/busy/members.ts';

export const calendars = [0, 1, 2];

/** The input that asks it; instants in milliseconds, as they are once the graph has read them. */
export function inputOf(
  asked: Case,
  idOf: { account(place: number): string; calendar(place: number, calendar: number): string },
) {
  const period = ([start, end]: Pair) => ({ start: start * 1000, end: end * 1000 });
  const memberInput = (place: number) => {
    const member = asked.members[place] as CaseMember;
    return {
      accountId: idOf.account(place),
      calendarIds: member.calendars === null ? null : member.calendars.map((one) => idOf.calendar(place, one)),
      availablePeriods: member.within === null ? null : member.within.map(period),
      managedAvailability: member.rules !== null,
      buffer: { before: formatDuration(member.before), after: formatDuration(member.after) },
      busyRule: member.busyRule,
      limits: member.limits.map(({ categories, ...limit }) => ({ ...limit, categories: categories === null ? null : [...categories] })), // biome-ignore format: one thought
    };
  };
  return {
    participants: asked.groups.map(({ members, required }) => ({ members: members.map(memberInput), required })),
    requiredDuration: formatDuration(asked.duration),
    search:
      asked.starts === null
        ? { periods: asked.periods.map(period) }
        : { starts: asked.starts.map((start) => start * 1000) },
    format: asked.format,
    startInterval: formatDuration(asked.interval),
    timeZone: asked.timeZone,
    maxResults: asked.maximum,
    minimumNotice: Number.isFinite(asked.earliest) ? 'PT60S' : null,
  };
}

/** When the question has to be asked for its notice to end where the case wants it. */
export function nowOf({ earliest, periods }: Case): number {
  const at: Seconds = Number.isFinite(earliest) ? earliest - 60 : (periods[0]?.[0] ?? 0);
  return at * 1000;
}

/** What the store would tell of a member. */
export function accountOf(
  member: CaseMember,
  accountId: string,
  calendarIds: readonly string[],
  base: Seconds,
): AccountBusy {
  const calendar = (id: string): MemberCalendar => ({
    id,
    accountId,
    profileId: `pro_${accountId}`,
    provider: 'CALDAV',
    timeZone: null,
    effectiveTimeZone: 'Etc/UTC',
    primary: false,
    readOnly: false,
    initialSyncDone: member.synced,
    lastSyncedAt: 0,
    profileStatus: 'CONNECTED',
    profileCause: null,
    nextPollAt: null,
    considered: true,
    profileStatusSince: 0,
  });
  return {
    accountId,
    sequence: 1,
    timeZone: 'Etc/UTC',
    grantScopes: ['read_write'],
    grantedAt: 0,
    heldFor: null,
    precision: 'EVENTS',
    calendars: calendarIds.map(calendar),
    busy: packBusyTimes(member.intervals, base),
    held: union(member.held),
    bookings: member.bookings,
    cutShort: [],
  };
}
