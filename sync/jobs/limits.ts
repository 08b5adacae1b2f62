/** How hard a provider is asked by itself: at most 4 profiles a host at once, 60 requests a minute and account (semantics D11). */
import type { PollPlace } from '../inbound/poll.ts';

export interface PollLimits {
  /** A place for one poll; null when the host or the account has had enough for now. */
  admit(profile: {
    readonly serverKey: string;
    readonly accountId: string;
    readonly urgent: boolean;
  }): PollPlace | null;
}

const profilesPerHost = 4;
const leastCallsPerMinute = 60;
const callsPerPoll = 4;
const minute = 60_000;

/**
 * @param now milliseconds; where it is set back, no time has passed
 * @param pollFloor MERIDIAN_POLL_INTERVAL in milliseconds: who asks for many polls a minute allows their requests, too
 */
export function createPollLimits(now: () => number, pollFloor: number): PollLimits {
  const elapsed = rising(now);
  const callsPerMinute = Math.max(leastCallsPerMinute, Math.ceil(minute / pollFloor) * callsPerPoll);
  const hosts = new Map<string, number>();
  const accounts = new Map<string, { since: number; calls: number }>();
  return {
    admit({ serverKey, accountId, urgent }) {
      const running = hosts.get(serverKey) ?? 0;
      if (running >= profilesPerHost) return null;
      const at = elapsed();
      for (const [id, spent] of accounts) if (at - spent.since >= minute) accounts.delete(id);
      // A first sync is asked for by somebody who waits for it.
      if (!urgent && (accounts.get(accountId)?.calls ?? 0) >= callsPerMinute) return null;
      hosts.set(serverKey, running + 1);
      let released = false;
      return {
        onCall() {
          const spent = accounts.get(accountId) ?? { since: elapsed(), calls: 0 };
          spent.calls++;
          accounts.set(accountId, spent);
        },
        release() {
          if (released) return;
          released = true;
          const left = (hosts.get(serverKey) ?? 1) - 1;
          if (left > 0) hosts.set(serverKey, left);
          else hosts.delete(serverKey);
        },
      };
    },
  };
}

/** Time that only rises, by a clock that may be set back: a minute that ends at the old time would last for hours. */
function rising(now: () => number): () => number {
  let last = now();
  let elapsed = 0;
  return () => {
    const at = now();
    elapsed += Math.max(0, at - last);
    last = at;
    return elapsed;
  };
}
