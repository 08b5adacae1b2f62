/** When the members of a question could not be booked, out of their calendars and stored rules (semantics E9). */
import type { QueryCounter } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import { type BusyTimes, busyKind } from '../../domain/availability/busy-times.ts';
import { ALWAYS, pairsOf, type Seconds, type Spans, union } from '../../domain/availability/spans.ts';
import { weeklyTime } from '../../domain/availability/weekly-hours.ts';
import { timeAway } from '../../domain/distribution/time-away.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { KnownMember, MemberSources } from '../availability/known-members.ts';
import { earliestSecond } from '../availability/search.ts';
import { nothingStored } from '../availability/stored.ts';
import { sourcesOf } from '../busy/members.ts';

/** For each of the question's members, in their order, the spans in which it was away. */
export type Absences = readonly Spans[];

/** A day is told whole, in whatever zone it begins before the window or ends after it. */
const aroundDays = 2 * 86_400;

/**
 * One statement for the calendars, with the stored rules where they changed.
 *
 * @param window [from, to): how far back bookings count.
 */
export async function readAbsences(
  { members: reader, stored, zones }: MemberSources,
  actor: Actor,
  known: readonly KnownMember[],
  window: readonly [Seconds, Seconds],
  counter?: QueryCounter,
): Promise<Absences> {
  const [from, to] = window;
  const around = { from: Math.max(from - aroundDays, earliestSecond), to: to + aroundDays };
  const accountIds = [...new Set(known.map(({ account }) => account.accountId))];
  const keeping = new Set(known.flatMap(({ asked }) => (asked.managed ? [asked.accountId] : [])));
  const asking = stored.asking(actor, [...keeping]);
  const { members: read } = await reader.readMembers(actor, { accountIds, ...around, stored: asking.known }, counter);
  const accounts = new Map(
    read.flatMap((account) => (account === null ? [] : [[account.accountId, account] as const])),
  );
  const managed = [...accounts.values()].filter(({ accountId }) => keeping.has(accountId));
  const rulesOf = new Map(managed.map((account) => [account.accountId, asking.of(account)]));
  return known.map(({ asked, calendarIds }) => {
    const account = accounts.get(asked.accountId);
    // Whoever has ended its authorization meanwhile is not credited with anything.
    if (account === undefined) return [];
    const attendance = {
      working: asked.managed
        ? workingTime(asked, rulesOf.get(asked.accountId) ?? nothingStored, around, zones)
        : ALWAYS,
      outOfOffice: outOfOffice(account.busy, sourcesOf(account, calendarIds)),
      timeZone: account.timeZone,
    };
    return timeAway(attendance, window, zones);
  });
}

function workingTime(
  { ruleIds }: KnownMember['asked'],
  { rules, periods }: typeof nothingStored,
  { from, to }: { readonly from: Seconds; readonly to: Seconds },
  zones: ZoneData,
): Spans {
  const chosen = ruleIds === null ? rules : rules.filter(({ id }) => ruleIds.includes(id));
  const hours = chosen.flatMap(({ weeklyPeriods, timeZone }) => [
    ...pairsOf(weeklyTime(weeklyPeriods, timeZone, [from, to], zones)),
  ]);
  return union([...hours, ...periods]);
}

/** An invitation to be out of office that nobody answered is no absence. */
const awayKinds = new Set([busyKind('OUT_OF_OFFICE', false, false), busyKind('OUT_OF_OFFICE', false, true)]);

function outOfOffice({ base, starts, ends, kinds, sources, present }: BusyTimes, counted: Uint8Array | null): Spans {
  if (![...awayKinds].some((kind) => (present & (1 << kind)) !== 0)) return [];
  const pairs: (readonly [Seconds, Seconds])[] = [];
  for (let at = 0; at < starts.length; at += 1) {
    if (!awayKinds.has(kinds[at] as number)) continue;
    if (counted !== null && counted[sources[at] as number] !== 1) continue;
    pairs.push([base + (starts[at] as number), base + (ends[at] as number)]);
  }
  return union(pairs);
}
