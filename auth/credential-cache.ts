/** Actors of credentials that were asked about a moment ago: most requests are answered without a question of their own. */
import { hashToken } from '../datasources/secrets/tokens.ts';
import type { Actor } from '../domain/actor.ts';
import { RequestError } from '../domain/errors.ts';

/** What another process revoked is refused here after so many milliseconds at most. */
const freshFor = 1_000;
/** More credentials than this are not remembered at once: the oldest goes. */
const mostKnown = 10_000;

interface Known {
  readonly actor: Actor;
  /** When it was asked. */
  readonly at: number;
  /** By the same clock as `now`; never later than the credential itself ends. */
  readonly until: number;
}

interface Asked {
  readonly answer: Promise<Actor | null>;
  readonly at: number;
}

export interface CredentialCache {
  /**
   * As `authenticate`, from memory for a second, or for fewer milliseconds where `within` says so. A refusal is never
   * remembered: a new credential works at once.
   */
  authenticate(authorization: string | undefined, within?: number): Promise<Actor | null>;
  /** Forgets everything: something was revoked in this process. */
  clear(): void;
}

/**
 * @param authenticate the question itself. Of many requests at once with one credential it is asked once.
 * @param clocks `now` in milliseconds from anywhere, `wall` since the epoch, which credentials end by.
 */
export function credentialCache(
  authenticate: (authorization: string | undefined) => Promise<Actor | null>,
  clocks: { readonly now: () => number; readonly wall: () => number } = {
    now: () => performance.now(),
    wall: () => Date.now(),
  },
): CredentialCache {
  const known = new Map<string, Known>();
  let asked = new Map<string, Asked>();

  const ask = async (key: string, authorization: string, at: number): Promise<Actor | null> => {
    const flight: Asked = { answer: authenticate(authorization), at };
    const flights = asked;
    flights.set(key, flight);
    try {
      const actor = await flight.answer;
      // What was revoked meanwhile in this process may have been read before.
      if (actor !== null && flights === asked) {
        const oldest = known.size >= mostKnown ? known.keys().next() : null;
        if (oldest?.done === false) known.delete(oldest.value);
        // From when it was asked: the answer may be as old as that.
        known.set(key, { actor, at, until: at + Math.min(freshFor, (actor.expiresAt ?? Infinity) - clocks.wall()) });
      }
      return actor;
    } finally {
      if (flights.get(key) === flight) flights.delete(key);
    }
  };

  return {
    async authenticate(authorization, within = freshFor) {
      if (authorization === undefined || authorization === '') return authenticate(authorization);
      // Never the token itself: what is in memory may be dumped.
      const key = hashToken(authorization).toString('latin1');
      const now = clocks.now();
      const found = known.get(key);
      if (found !== undefined) {
        if (found.until > now && now - found.at < within) return found.actor;
        known.delete(key);
      }
      const flight = asked.get(key);
      if (flight === undefined || now - flight.at >= within) return ask(key, authorization, now);
      try {
        return await flight.answer;
      } catch (error) {
        // The credential may have been made after the question that this one joined.
        if (error instanceof RequestError) return authenticate(authorization);
        throw error;
      }
    },
    clear() {
      known.clear();
      asked = new Map();
    },
  };
}
