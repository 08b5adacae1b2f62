/** Whose calendars are older than a question wants them. */
import type { Instant } from '../../domain/events/model.ts';
import { countedCalendars, type KnownMember } from './known-members.ts';

/** The profiles to be asked again, each with the calendars that count and were synced before `oldest`. */
export function staleProfiles(
  members: readonly KnownMember[],
  oldest: Instant,
): ReadonlyMap<string, ReadonlySet<string>> {
  const stale = new Map<string, Set<string>>();
  for (const { id, profileId, provider, lastSyncedAt } of members.flatMap(countedCalendars)) {
    if (provider === 'MERIDIAN' || (lastSyncedAt ?? 0) >= oldest) continue;
    const ids = stale.get(profileId) ?? new Set();
    stale.set(profileId, ids.add(id));
  }
  return stale;
}
