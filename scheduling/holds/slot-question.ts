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
import { timesIn } from './series.ts';

/** What a hold takes of one account, with the meeting's own end. */
export interface HeldTime extends StoredTime {
  readonly end: Seconds;
}

/** What is asked of one time of a slot. */
export interface SlotTimes {
  readonly start: Seconds;
  readonly end: Seconds;
}

/**
 * As a question of those starts; whoever is named in `accountIds` must all be free. Null: any who satisfy the groups.
 *
 * @param times one or more, of a series all that are held: as long as the longest
 */
export function askedOfSlot(
  times: readonly SlotTimes[],
  rules: AskedRules,
  accountIds: readonly string[] | null,
): Asked {
  const asked = accountIds === null ? rules : rulesOf(rules, ({ accountId }) => accountIds.includes(accountId));
  const duration = times.reduce((longest, { start, end }) => Math.max(longest, end - start), 0);
  const search = { starts: times.map(({ start }) => start) };
  if (times.length === 1) return { ...asked, duration, search, maximum: 1, maxStaleness: null };
  // The series itself is among the bookings then (`sourcesBeside`): one of its occurrences more is not one too many.
  const members = asked.members.map(({ limits, ...member }) => ({
    ...member,
    limits: limits.map((limit) => ({ ...limit, maximum: limit.maximum + 1 })),
  }));
  return { ...asked, members, duration, search, maximum: times.length, maxStaleness: null };
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
 * Who is free at all of the times, group by group, as places in the question's members; null where the groups are not satisfied:
 * of a series everybody comes to every occurrence.
 *
 * @param question of exactly these times. @param taken by the same hold, with buffers
 */
export function freeMembers(
  question: Question,
  zones: ZoneData,
  times: readonly SlotTimes[],
  members: readonly KnownMember[],
  taken: readonly HeldTime[],
): readonly (readonly number[])[] | null {
  const { openings } = findOpenings(question, zones);
  if (openings.length < times.length) return null;
  // Beside what the same hold took before, whose buffers reach as far as this one's.
  const touched = new Set(
    taken.flatMap(({ accountId, from, to }) =>
      times.some(({ start, end }) => from < end && to > start) ? [accountId] : [],
    ),
  );
  const ofEach = openings.map((opening) => opening.free().map((places) => new Set(places)));
  const free = question.groups.map((group, at) =>
    group.members.filter(
      (place) =>
        !touched.has(members[place]?.asked.accountId ?? '') &&
        ofEach.every((groups) => groups[at]?.has(place) === true),
    ),
  );
  return question.groups.every(({ required }, group) => (free[group]?.length ?? 0) >= required) ? free : null;
}

/**
 * What stands against a slot: the times at which too few are free; where enough are at each but not the same ones, the times at which
 * anybody is not.
 */
export function conflictsOf(question: Question, zones: ZoneData, times: readonly SlotTimes[]): Conflicts {
  const free = new Set(findOpenings(question, zones).openings.map(({ start }) => start));
  const refused = times.filter(({ start }) => !free.has(start));
  if (refused.length > 0 || times.length === 1) return { question, times: refused.length > 0 ? refused : times };
  const groups = question.groups.map(({ members }) => ({ members, required: members.length }));
  const ofAll = { ...question, groups };
  const whole = new Set(findOpenings(ofAll, zones).openings.map(({ start }) => start));
  return { question: ofAll, times: times.filter(({ start }) => !whole.has(start)) };
}

export interface Conflicts {
  /** To be asked why. */
  readonly question: Question;
  readonly times: readonly SlotTimes[];
}

/** The question as it was when the slot was offered: waiting makes none too late. @param offeredAt milliseconds; null: no notice is asked for */
export function withNoticeOf(question: Question, { notice }: AskedRules, offeredAt: number | null): Question {
  return { ...question, earliest: offeredAt === null ? Number.NEGATIVE_INFINITY : earliestStart(notice, offeredAt) };
}

/** Reads inside the transaction. */
export function sourcesInside({ members, stored, zones }: MemberSources, tx: Tx): MemberSources {
  return {
    zones,
    stored: { asking: (actor, accountIds) => stored.asking(actor, accountIds, false) },
    members: {
      busyEvents: members.busyEvents,
      readMembers: (actor, question, counter) => members.readMembers(actor, question, counter, tx),
    },
  };
}

/**
 * Beside what the store has what the same hold takes already, and of a series its own occurrences: each counts for the others'
 * booking limits, whoever comes to it.
 */
export function sourcesBeside(
  sources: MemberSources,
  taken: readonly HeldTime[],
  times: readonly SlotTimes[],
): MemberSources {
  const { members } = sources;
  const series = times.length === 1 ? [] : times.map(({ start }) => ({ start, categories: null }));
  if (series.length === 0 && taken.length === 0) return sources;
  return {
    ...sources,
    members: {
      busyEvents: members.busyEvents,
      async readMembers(actor, question, counter, tx) {
        const answer = await members.readMembers(actor, question, counter, tx);
        return {
          ...answer,
          members: answer.members.map((account) => {
            if (account === null) return account;
            const own = taken.filter(({ accountId }) => accountId === account.accountId);
            return {
              ...account,
              held: union([...pairsOf(account.held), ...own.map(({ start, end }) => [start, end] as const)]),
              bookings: [...account.bookings, ...own.map(({ start }) => ({ start, categories: null })), ...series],
            };
          }),
        };
      },
    },
  };
}

/** What a slot takes of each account, occurrence by occurrence. */
export function timesOf(slot: StoredHeldSlot, rules: AskedRules): readonly HeldTime[] {
  const times = timesIn(slot);
  return slot.accountIds.flatMap((accountId) => {
    const { before, after } = buffersOf(accountId, rules);
    return times.map(({ start, end }) => ({ accountId, from: start - before, to: end + after, start, end }));
  });
}

/** The widest buffers that any of an account's places in the question has. */
export function buffersOf(
  accountId: string,
  { members }: AskedRules,
): { readonly before: Seconds; readonly after: Seconds } {
  const places = members.filter((member) => member.accountId === accountId);
  return {
    before: places.reduce((widest, member) => Math.max(widest, member.before), 0),
    after: places.reduce((widest, member) => Math.max(widest, member.after), 0),
  };
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
