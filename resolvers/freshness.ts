/** How current an answer is, and asking again where it is not current enough. */
import DataLoader from 'dataloader';
import type { CalendarRecord } from '../datasources/store/records.ts';
import type { Instant } from '../domain/events/model.ts';
import type { Resolvers, StaleReason } from '../schema/generated.ts';
import { cursorAt } from '../subscriptions/cursor-source.ts';
import type { Context } from './context.ts';
import { visible } from './node.ts';
import type { FreshCalendar, FreshnessParent, ListedCalendars, StaleCalendarParent } from './parents.ts';

/** An answer waits no longer than this for its providers, in milliseconds. */
const patience = 10_000;

type Failures = Map<string, Failure>;

type Failure = 'PROVIDER_UNREACHABLE' | 'PROVIDER_THROTTLED' | 'PROFILE_DISCONNECTED';

const asked = new WeakMap<Context, DataLoader<string, Failure | null>>();

/** However many lists of a request want it fresh, a profile is asked once for it, all of them together. */
function refreshes(context: Context): DataLoader<string, Failure | null> {
  const known = asked.get(context);
  if (known !== undefined) return known;
  const onCall = () => {
    context.counter.providerCalls++;
  };
  const loader = new DataLoader<string, Failure | null>(async (profileIds) => {
    const outcomes = await context.services.sync.refresh(profileIds, { patience, onCall });
    return profileIds.map((id) => outcomes.get(id) ?? null);
  });
  asked.set(context, loader);
  return loader;
}

/**
 * Asks the providers of calendars that were synced longer ago than `maxStaleness` (seconds) again: one call per home,
 * single-flight across requests. Without a bound nothing is asked.
 */
export async function refreshStale(
  calendars: readonly CalendarRecord[],
  maxStaleness: number | null,
  context: Context,
): Promise<{
  readonly calendars: readonly CalendarRecord[];
  readonly failed: Failures;
  readonly oldest: Instant | null;
}> {
  const failed: Failures = new Map();
  if (maxStaleness === null) return { calendars, failed, oldest: null };
  const { services, loaders } = context;
  const oldest = services.clock() - maxStaleness * 1000;
  const stale = calendars.filter(
    (calendar) => calendar.provider !== 'MERIDIAN' && (calendar.lastSyncedAt ?? 0) < oldest,
  );
  if (stale.length === 0) return { calendars, failed, oldest };
  const profileIds = [...new Set(stale.map((calendar) => calendar.profileId))];
  const asking = refreshes(context);
  const outcomes = new Map(await Promise.all(profileIds.map(async (id) => [id, await asking.load(id)] as const)));
  for (const calendar of stale) {
    const reason = outcomes.get(calendar.profileId);
    if (reason !== undefined && reason !== null) failed.set(calendar.id, reason);
    loaders.calendar.clear(calendar.id);
  }
  const again = await loaders.calendar.loadMany(calendars.map((calendar) => calendar.id));
  return {
    calendars: again
      .map((found, index) => (found instanceof Error || found === null ? calendars[index] : found))
      .filter((found) => found !== undefined),
    failed,
    oldest,
  };
}

/** The instant up to which the answer knows everything that the providers had made known. */
function asOf(listed: ListedCalendars, now: Instant): Instant {
  const synced = listed.calendars
    .filter((calendar) => calendar.provider !== 'MERIDIAN')
    .map((calendar) => calendar.lastSyncedAt ?? 0);
  return synced.length === 0 ? now : Math.min(...synced, now);
}

export function freshnessOf(listed: ListedCalendars, context: Context): FreshnessParent {
  return { ...listed, asOf: Math.floor(asOf(listed, context.services.clock()) / 1000) * 1000 };
}

const sealed = new WeakMap<Context, Map<string, Promise<string>>>();

/** The lists of one statement have one cursor: to seal it costs more than a short list. */
function cursorOf(snapshot: string, context: Context): Promise<string> {
  const known = sealed.get(context) ?? new Map<string, Promise<string>>();
  sealed.set(context, known);
  const cursor = known.get(snapshot) ?? cursorAt(snapshot, context.services, context.actor);
  known.set(snapshot, cursor);
  return cursor;
}

function staleReason(calendar: FreshCalendar, parent: FreshnessParent): StaleReason | null {
  if (calendar.provider === 'MERIDIAN') return null;
  if (calendar.lastSyncedAt === null) return 'NEVER_SYNCED';
  const refused = calendar.profileCause === 'PASSWORD_CHANGED' || calendar.profileCause === 'CREDENTIALS_REVOKED';
  // Its login is refused already; that it is asked a few times more before it counts as disconnected helps no reader.
  if (calendar.profileStatus === 'DISCONNECTED' || (calendar.profileStatus === 'DEGRADED' && refused)) {
    return 'PROFILE_DISCONNECTED';
  }
  const failure = parent.failed.get(calendar.id);
  if (failure !== undefined) return failure;
  if (calendar.profileStatus === 'DEGRADED') {
    return calendar.profileCause === 'PROVIDER_THROTTLED' ? 'PROVIDER_THROTTLED' : 'PROVIDER_UNREACHABLE';
  }
  const behind = parent.oldest !== null && calendar.lastSyncedAt < parent.oldest;
  return behind ? 'PROVIDER_UNREACHABLE' : null;
}

export const freshness: Pick<Resolvers, 'Freshness' | 'StaleCalendar'> = {
  Freshness: {
    asOf: (parent) => parent.asOf,
    changesCursor: (parent, _args, context) => cursorOf(parent.snapshot, context),
    stale: (parent) =>
      parent.calendars.flatMap((calendar): StaleCalendarParent[] => {
        const costly = parent.cutShort?.has(calendar.id) === true ? 'TOO_COSTLY' : null;
        const reason = staleReason(calendar, parent) ?? costly;
        const lastSyncedAt = calendar.lastSyncedAt === null ? null : Math.floor(calendar.lastSyncedAt / 1000) * 1000;
        return reason === null ? [] : [{ calendarId: calendar.id, lastSyncedAt, reason }];
      }),
  },

  StaleCalendar: {
    // Loaded before, by whatever list it was found in.
    calendar: ({ calendarId }, _args, { loaders }) => visible(loaders.calendar.load(calendarId)),
  },
};
