/** A pool that is booked request by request: who gets how much under each policy, with one who joins late and one who is away. */
import { overlaps, type Seconds, type Spans } from '../../domain/availability/spans.ts';
import { leastBooked } from '../../domain/distribution/least-booked.ts';
import type { BookedMember, Rank } from '../../domain/distribution/pool.ts';
import { randomOrder } from '../../domain/distribution/random-order.ts';
import { type Random, seeded } from '../oracles/random.ts';

/** What whoever asks for LEAST_BOOKED gets, and what others do. */
export const policies = ['LEAST_BOOKED', 'plain least booked', 'RANDOM', 'hidden when 3 ahead'] as const;
export type Policy = (typeof policies)[number];

export interface Scenario {
  readonly seed: number;
  readonly requests: number;
  readonly hosts: readonly Host[];
  /** Who was away for some of the time, and who joined late: places in `hosts`. */
  readonly absent: number;
  readonly joiner: number;
}

export interface Host {
  readonly weight: number;
  /** In which share of the requests it is free. */
  readonly availability: number;
  readonly since: Seconds;
  readonly away: Spans;
}

export interface Outcome {
  /** Of each host. */
  readonly bookings: readonly number[];
  /** Requests for which somebody was free. */
  readonly bookable: number;
  /** Of those, the ones that nobody was offered for. */
  readonly refused: number;
  /** What the joiner and the one who was away got of the hundred requests after they came, to what each host there got. */
  readonly joinerShare: number;
  readonly returnerShare: number;
}

const day = 86_400;
/** How long it is looked at, and how far back bookings count. */
const days = 30;
const begin: Seconds = 1_780_272_000;
export const window = days * day;

/** 5 to 12 hosts who are free for 40 to 95 of 100 requests; one is away for 3 to 9 days, one joins in the second third. */
export function drawScenario(seed: number, requests: number): Scenario {
  const random = seeded(seed);
  const count = random.whole(5, 12);
  const absent = count - 2;
  const joiner = count - 1;
  const left = begin + random.whole(4, 12) * day;
  const back = left + random.whole(3, 9) * day;
  const joined = begin + random.whole(10 * day, 20 * day);
  const hosts = Array.from(
    { length: count },
    (_, place): Host => ({
      weight: 1,
      availability: 0.4 + 0.55 * random.share(),
      since: place === joiner ? joined : begin,
      away: place === absent ? [left, back] : [],
    }),
  );
  return { seed, requests, hosts, absent, joiner };
}

/** Requests come at any time of the thirty days, each for a slot of its own; the same ones whatever the policy. */
export function simulate({ seed, requests, hosts, absent, joiner }: Scenario, policy: Policy): Outcome {
  const random = seeded(seed + 1_000_003);
  const times = Array.from({ length: requests }, () => begin + random.whole(0, window - 1)).sort((a, b) => a - b);
  const made = hosts.map((): Seconds[] => []);
  const shares = [joiner, absent].map((host) => new ShareAfter(host, cameAt(hosts[host] as Host)));
  let bookable = 0;
  let refused = 0;
  for (const [at, now] of times.entries()) {
    const free = freeAt(hosts, now, random);
    if (free.length === 0) continue;
    bookable += 1;
    const chosen = choose(policy, { seed, at, now, hosts, made, free });
    if (chosen === undefined) {
      refused += 1;
      continue;
    }
    made[chosen]?.push(now);
    for (const share of shares) share.count(now, chosen, hosts);
  }
  return {
    bookings: made.map(({ length }) => length),
    bookable,
    refused,
    joinerShare: shares[0]?.share ?? 0,
    returnerShare: shares[1]?.share ?? 0,
  };
}

function cameAt({ since, away }: Host): Seconds {
  return away[1] ?? since;
}

function isThere({ since, away }: Host, now: Seconds): boolean {
  return since <= now && !overlaps(away, now, now + 1);
}

function freeAt(hosts: readonly Host[], now: Seconds, random: Random): number[] {
  // Drawn for all of them, there or not: what comes after is the same.
  const drawn = hosts.map(({ availability }) => random.chance(availability));
  return hosts.flatMap((host, place) => (drawn[place] === true && isThere(host, now) ? [place] : []));
}

interface Turn {
  readonly seed: number;
  readonly at: number;
  readonly now: Seconds;
  readonly hosts: readonly Host[];
  readonly made: readonly (readonly Seconds[])[];
  readonly free: readonly number[];
}

function choose(policy: Policy, turn: Turn): number | undefined {
  const { seed, at, now, hosts, made, free } = turn;
  if (policy === 'hidden when 3 ahead') {
    const counts = hosts.flatMap((host, place) => (isThere(host, now) ? [made[place]?.length ?? 0] : []));
    const most = Math.min(...counts) + 3;
    return plainly(
      made,
      free.filter((place) => (made[place]?.length ?? 0) < most),
    );
  }
  if (policy === 'plain least booked') return plainly(made, free);
  const members = membersAt(turn);
  const rank: Rank = policy === 'RANDOM' ? randomOrder(`${seed}`, members) : leastBooked(members, [now - window, now]);
  const ranked = rank(free, begin + at);
  if (ranked.length !== free.length) throw new Error('somebody who is free was left out');
  return ranked[0]?.place;
}

function plainly(made: Turn['made'], free: readonly number[]): number | undefined {
  const of = (place: number) => made[place]?.length ?? 0;
  return [...free].sort((one, other) => of(one) - of(other) || one - other)[0];
}

function membersAt({ now, hosts, made }: Turn): BookedMember[] {
  return hosts.flatMap(({ weight, since, away }, place) =>
    // Nobody knows yet who will join.
    since > now
      ? []
      : {
          place,
          id: `host ${place}`,
          weight,
          bookings: made[place]?.length ?? 0,
          lastAssigned: made[place]?.at(-1) ?? null,
          since,
          away,
        },
  );
}

/** Of the hundred bookings after somebody came, how many were its own, to an even share of them. */
class ShareAfter {
  readonly #host: number;
  readonly #from: Seconds;
  #all = 0;
  #own = 0;
  #even = 0;

  constructor(host: number, from: Seconds) {
    this.#host = host;
    this.#from = from;
  }

  get share(): number {
    return this.#even === 0 ? 0 : this.#own / this.#even;
  }

  count(now: Seconds, chosen: number, hosts: readonly Host[]): void {
    if (now < this.#from || this.#all === 100) return;
    this.#all += 1;
    this.#own += chosen === this.#host ? 1 : 0;
    this.#even += 1 / hosts.filter((host) => isThere(host, now)).length;
  }
}

/** Most and least bookings of those who were there throughout and are free for 60 of 100 requests or more, to 1,000 requests. */
export function spread({ hosts, requests }: Scenario, { bookings }: Outcome): number {
  const equal = bookings.filter((_, place) => {
    const { availability, since, away } = hosts[place] as Host;
    return availability >= 0.6 && since === begin && away.length === 0;
  });
  return equal.length === 0 ? 0 : ((Math.max(...equal) - Math.min(...equal)) * 1000) / requests;
}
