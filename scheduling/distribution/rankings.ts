/** Who comes first in each group of a question, and how many bookings each has (semantics E9). */
import { randomBytes } from 'node:crypto';
import { type BookingCount, readBookingCounts } from '../../datasources/store/booking-counts.ts';
import { type QueryCounter, type Store, type Tx, tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Seconds, Spans } from '../../domain/availability/spans.ts';
import { leastBooked } from '../../domain/distribution/least-booked.ts';
import { type BookedMember, ordered, type PoolMember, type Rank, type Ranked } from '../../domain/distribution/pool.ts';
import { randomOrder } from '../../domain/distribution/random-order.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { AskedDistribution, AskedRules } from '../availability/asked.ts';
import type { KnownMember, MemberSources } from '../availability/known-members.ts';
import { type Absences, readAbsences } from './absences.ts';

export type { Absences } from './absences.ts';

/** What decides who comes first: of a question, or of a slot token. */
export type AskedRanking = Pick<AskedRules, 'members' | 'groups' | 'distribution'>;

export interface Ranking {
  /**
   * The free members of a group, each once, the preferred first: the group takes as many as it requires from the front. Who is in
   * two groups counts for each.
   *
   * @param group its place in the question. @param free places in the question's members. @param start of the slot.
   */
  order(group: number, free: readonly number[], start: Seconds): readonly number[];
  /** The same, with what each is ordered by. */
  rank(group: number, free: readonly number[], start: Seconds): readonly Ranked[];
  /** Counted for LEAST_BOOKED; null for other strategies. @param member its place in the question's members. */
  bookings(member: number): number | null;
}

export interface RankingSources extends MemberSources {
  readonly store: Store;
}

export interface RankingOptions {
  readonly actor: Actor;
  /** In the order of the question's members. */
  readonly known: readonly KnownMember[];
  readonly now: Instant;
  readonly counter?: QueryCounter | undefined;
}

/**
 * How a question ranks its members now. LEAST_BOOKED reads two statements, one for the counts and one for who was away (mostly
 * known); the others none.
 *
 * @example
 * const ranking = await rankings(sources, asked, { actor, known: question.members, now });
 * for (const [group, free] of slot.free().entries()) {
 *   const inOrder = ranking.order(group, free, slot.start);
 *   const taken = inOrder.slice(0, asked.groups[group].required);
 * }
 */
export async function rankings(
  sources: RankingSources,
  asked: AskedRanking,
  options: RankingOptions,
): Promise<Ranking> {
  if (asked.distribution.strategy !== 'LEAST_BOOKED') return rankingOf(asked, null);
  const { store } = sources;
  const { actor, counter } = options;
  const absences = await absencesOf(sources, asked, options);
  return store.withApplication(tenantOf(actor), (tx) => rankingsIn(tx, asked, { ...options, absences }), counter);
}

/**
 * Who was away, for `rankingsIn`: read before the transaction that books, for it needs no lock. Empty but for LEAST_BOOKED.
 */
export async function absencesOf(
  sources: MemberSources,
  { distribution }: Pick<AskedRanking, 'distribution'>,
  { actor, known, now, counter }: RankingOptions,
): Promise<Absences> {
  if (distribution.strategy !== 'LEAST_BOOKED') return [];
  return readAbsences(sources, actor, known, windowOf(distribution, now), counter);
}

/**
 * The ranking inside a transaction: whoever holds the lock of the pool sees every booking and hold that was made before, and
 * so no two at once take the same member for the least booked. One statement for LEAST_BOOKED, none for the others.
 *
 * @param tx as the application of `actor`.
 */
export async function rankingsIn(
  tx: Tx,
  asked: AskedRanking,
  {
    actor,
    now,
    absences,
    besides,
  }: Pick<RankingOptions, 'actor' | 'now'> & {
    readonly absences: Absences;
    /** Account → slots that the same call has given it and not stored yet. */
    readonly besides?: ReadonlyMap<string, number>;
  },
): Promise<Ranking> {
  const { members, distribution } = asked;
  if (distribution.strategy !== 'LEAST_BOOKED') return rankingOf(asked, null);
  const window = windowOf(distribution, now);
  const counts = await readBookingCounts(tx, actor, {
    accountIds: [...new Set(members.map(({ accountId }) => accountId))],
    after: now - distribution.window * 1000,
    categories: distribution.categories,
  });
  const counted = counts.map((count): [string, BookingCount] => {
    const more = besides?.get(count.accountId) ?? 0;
    const told = more === 0 ? count : { ...count, bookings: count.bookings + more, lastAssigned: now };
    return [count.accountId, told];
  });
  return rankingOf(asked, { window, absences, counts: new Map(counted) });
}

/** A question without a seed gets one of its own, which its slot tokens carry: whoever is shown first is also taken first. */
export function withSeed(distribution: AskedDistribution): AskedDistribution {
  if (distribution.strategy !== 'RANDOM' || distribution.seed !== null) return distribution;
  return { ...distribution, seed: randomBytes(12).toString('base64url') };
}

interface Facts {
  readonly window: readonly [Seconds, Seconds];
  readonly absences: Absences;
  readonly counts: ReadonlyMap<string, BookingCount>;
}

/** [now − window, now), whole seconds. */
function windowOf({ window }: AskedDistribution, now: Instant): readonly [Seconds, Seconds] {
  const to = Math.floor(now / 1000);
  return [to - window, to];
}

function rankingOf({ members, groups, distribution }: AskedRanking, facts: Facts | null): Ranking {
  const pools = groups.map((group): PoolMember[] =>
    group.members.map((place) => {
      const { accountId, weight } = memberAt(members, place);
      return { place, id: accountId, weight };
    }),
  );
  const ranks = pools.map((pool): Rank => {
    if (facts !== null)
      return leastBooked(
        pool.map((member) => bookedMember(member, facts)),
        facts.window,
      );
    if (distribution.strategy === 'RANDOM') return randomOrder(distribution.seed ?? '', pool);
    return ordered;
  });
  const rank: Ranking['rank'] = (group, free, start) => (ranks[group] ?? ordered)(free, start);
  return {
    rank,
    order: (group, free, start) => rank(group, free, start).map(({ place }) => place),
    bookings: (member) => facts?.counts.get(memberAt(members, member).accountId)?.bookings ?? null,
  };
}

function bookedMember(member: PoolMember, { window, absences, counts }: Facts): BookedMember {
  const count = counts.get(member.id);
  const away: Spans = absences[member.place] ?? [];
  const { bookings = 0, lastAssigned = null, authorizedAt = null } = count ?? {};
  return {
    ...member,
    bookings,
    lastAssigned,
    since: authorizedAt === null ? window[0] : Math.floor(authorizedAt / 1000),
    away,
  };
}

function memberAt<Member>(members: readonly Member[], place: number): Member {
  const member = members[place];
  if (member === undefined) throw new RangeError(`expected a place of 0 to ${members.length - 1}, got ${place}`);
  return member;
}
