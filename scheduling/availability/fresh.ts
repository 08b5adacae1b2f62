/** Asking providers again where a question wants its members fresher than they are known. */
import type { Seconds } from '../../domain/availability/spans.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { Asking, RefreshFailure } from './answer.ts';
import type { KnownMembers } from './known-members.ts';
import { staleProfiles } from './stale.ts';

/** What a request spends. */
export interface Spending {
  sqlQueries: number;
  providerCalls: number;
}

/** Asks the profiles' providers for changes now; profile → why not, or null. */
export type Refresh = (
  profileIds: readonly string[],
  options: { readonly patience: number; readonly onCall: () => void },
) => Promise<ReadonlyMap<string, RefreshFailure | null>>;

/** An answer waits no longer than this for its providers, in milliseconds. */
const patience = 10_000;

/**
 * Without a bound nobody is asked. Whoever could not be is told, and what is known of it stands.
 *
 * @param read what is known so far. @param readAgain called where somebody was asked.
 */
export async function freshened<Known extends KnownMembers>(
  read: Known,
  readAgain: () => Promise<Known>,
  { maxStaleness, now }: { readonly maxStaleness: Seconds | null; readonly now: Instant },
  refresh: Refresh,
  spending: Spending,
): Promise<{ readonly known: Known; readonly freshness: Asking }> {
  const failed = new Map<string, RefreshFailure>();
  if (maxStaleness === null) return { known: read, freshness: { failed, oldest: null } };
  const oldest = now - maxStaleness * 1000;
  const stale = staleProfiles(read.members, oldest);
  if (stale.size === 0) return { known: read, freshness: { failed, oldest } };
  const onCall = () => {
    spending.providerCalls++;
  };
  const outcomes = await refresh([...stale.keys()], { patience, onCall });
  for (const [profileId, calendarIds] of stale) {
    const reason = outcomes.get(profileId) ?? null;
    if (reason !== null) for (const id of calendarIds) failed.set(id, reason);
  }
  return { known: await readAgain(), freshness: { failed, oldest } };
}
