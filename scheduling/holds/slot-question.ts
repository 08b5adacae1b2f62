/** The question that found a slot, asked again: of whom it is to be held, beside what the same hold has taken already. */
import type { HeldTime as StoredTime } from '../../datasources/store/holds.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { StoredHeldSlot } from '../../datasources/store/tables.ts';
import { findOpenings } from '../../domain/availability/openings.ts';
import type { Question } from '../../domain/availability/question.ts';
import { pairsOf, type Seconds, union } from '../../domain/availability/spans.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { Asked, AskedRules } from '../availability/asked.ts';
import type { KnownMember, MemberSources } from '../availability/known-members.ts';
import { earliestStart } from '../availability/question.ts';

/** What a hold takes of one account, with the meeting's own end. */
export interface HeldTime extends StoredTime {
  readonly end: Seconds;
}

/** What is asked of one time of a slot. */
export interface SlotTimes {
  readonly start: Seconds;
  readonly end: Seconds;
}

/** As a question of that one start; whoever is named in `accountIds` must all be free. Null: any who satisfy the groups. */
export function askedOfSlot({ start, end }: SlotTimes, rules: AskedRules, accountIds: readonly string[] | null): Asked {
  const asked = accountIds === null ? rules : rulesOf(rules, ({ accountId }) => accountIds.includes(accountId));
  return { ...asked, duration: end - start, search: { starts: [start] }, maximum: 1, maxStaleness: null };
}

/** The rules of some of the members, all of whom are needed. */
export function rulesOf(
  rules: AskedRules,
  isAmong: (member: AskedRules['members'][number], place: number) => boolean,
): AskedRules {
  const kept = rules.members.flatMap((member, place) => (isAmong(member, place) ? [place] : []));
  const groups = rules.groups
    .map(({ members }) => members.map((place) => kept.indexOf(place)).filter((place) => place >= 0))
    .filter((members) => members.length > 0)
    .map((members) => ({ members, required: members.length }));
  return { ...rules, members: kept.flatMap((place) => rules.members[place] ?? []), groups };
}

/**
 * Who is free, group by group, as places in the question's members; null where the groups are not satisfied.
 *
 * @param taken by the same hold, with buffers
 */
export function freeMembers(
  question: Question,
  zones: ZoneData,
  { start, end }: SlotTimes,
  members: readonly KnownMember[],
  taken: readonly HeldTime[],
): readonly (readonly number[])[] | null {
  const [opening] = findOpenings(question, zones).openings;
  if (opening === undefined) return null;
  // Beside what the same hold took before, whose buffers reach as far as this one's.
  const isTouched = (place: number) =>
    taken.some(({ accountId, from, to }) => accountId === members[place]?.asked.accountId && from < end && to > start);
  const free = opening.free().map((places) => places.filter((place) => !isTouched(place)));
  return question.groups.every(({ required }, group) => (free[group]?.length ?? 0) >= required) ? free : null;
}

/** The question as it was when the slot was offered: waiting makes none too late. @param offeredAt milliseconds; null: no notice is asked for */
export function withNoticeOf(question: Question, { notice }: AskedRules, offeredAt: number | null): Question {
  return { ...question, earliest: offeredAt === null ? Number.NEGATIVE_INFINITY : earliestStart(notice, offeredAt) };
}

/** Reads inside the transaction, and beside what the store has what the same hold takes already. */
export function sourcesInside(sources: MemberSources, tx: Tx, taken: readonly HeldTime[]): MemberSources {
  const { members, stored, zones } = sources;
  return {
    zones,
    stored: { read: (actor, accounts, counter) => stored.read(actor, accounts, counter, tx) },
    members: {
      busyEvents: members.busyEvents,
      async readMembers(actor, question, counter) {
        const answer = await members.readMembers(actor, question, counter, tx);
        return {
          ...answer,
          members: answer.members.map((account) => {
            const own = taken.filter(({ accountId }) => accountId === account?.accountId);
            if (account === null || own.length === 0) return account;
            return {
              ...account,
              held: union([...pairsOf(account.held), ...own.map(({ start, end }) => [start, end] as const)]),
              bookings: [...account.bookings, ...own.map(({ start }) => ({ start, categories: null }))],
            };
          }),
        };
      },
    },
  };
}

/** What a slot takes of each account: the widest buffers that any of its places in the question has. */
export function timesOf({ start, end, accountIds }: StoredHeldSlot, { members }: AskedRules): readonly HeldTime[] {
  return accountIds.map((accountId) => {
    const places = members.filter((member) => member.accountId === accountId);
    const before = places.reduce((widest, member) => Math.max(widest, member.before), 0);
    const after = places.reduce((widest, member) => Math.max(widest, member.after), 0);
    return { accountId, from: start - before, to: end + after, start, end };
  });
}

/** Buffers of meetings of the same hold may lie over each other, the rows that keep others out may not. */
export function apart(times: readonly HeldTime[]): readonly HeldTime[] {
  const inOrder = [...times].sort((one, other) => one.start - other.start);
  const until = new Map<string, Seconds>();
  return inOrder.map((time) => {
    const from = Math.max(time.from, until.get(time.accountId) ?? time.from);
    until.set(time.accountId, time.to);
    return { ...time, from };
  });
}
