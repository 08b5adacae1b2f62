/** From the members of a question to what is known of each: the accounts read, the rules looked up, the calendars chosen. */
import type { StoredAvailability, StoredRule } from '../../datasources/store/availability-rules.ts';
import type { QueryCounter } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import { type BookingLimit, fullTime } from '../../domain/availability/booking-limits.ts';
import { countedKinds } from '../../domain/availability/busy-times.ts';
import type { Bookable, Counted, Member } from '../../domain/availability/question.ts';
import { ALWAYS, type Seconds, type Spans, union } from '../../domain/availability/spans.ts';
import { RequestError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import {
  type AccountBusy,
  type MemberCalendar,
  type MembersReader,
  type Standing,
  sourcesOf,
  standingOf,
} from '../busy/members.ts';
import type { AskedMember } from './asked.ts';
import type { Mistakes } from './mistakes.ts';
import { ruleHours } from './rule-hours.ts';
import { earliestSecond, latestSecond } from './search.ts';
import { nothingStored, type StoredAvailabilityReader } from './stored.ts';

export interface MemberSources {
  readonly members: MembersReader;
  readonly stored: StoredAvailabilityReader;
  readonly zones: ZoneData;
}

export interface MembersAsked {
  readonly members: readonly AskedMember[];
  /** What is looked at, without buffers. */
  readonly from: Seconds;
  readonly to: Seconds;
  readonly excludedEventIds: readonly string[];
  /** The hold that is just being confirmed. */
  readonly exceptHoldId?: string;
  readonly now: Instant;
}

export interface KnownMember {
  readonly asked: AskedMember;
  readonly account: AccountBusy;
  /** The calendars that make it busy; null: those that are considered. */
  readonly calendarIds: readonly string[] | null;
  readonly standing: Standing;
  /** Those of its calendars with a series of which not all that may touch the question is known. */
  readonly cutShort: readonly string[];
  /** As the engine takes it. */
  readonly member: Member;
}

export interface KnownMembers {
  /** In the order asked. */
  readonly members: readonly KnownMember[];
  /** `change_log_snapshot()` of the statement that read them. */
  readonly snapshot: string;
}

const accountShape = /^acc_[0-9a-hjkmnp-tv-z]{26}$/;

/**
 * Reads the accounts in one statement, and with them the stored rules of those that keep to them.
 *
 * @throws RequestErrors with what `mistakes` holds already and everything that the ids turn out to be wrong about.
 */
export async function knowMembers(
  { members: reader, stored: storedReader, zones }: MemberSources,
  actor: Actor,
  asked: MembersAsked,
  mistakes: Mistakes,
  counter?: QueryCounter,
): Promise<KnownMembers> {
  const accountIds = [...new Set(asked.members.map(({ accountId }) => accountId))].filter((id) =>
    accountShape.test(id),
  );
  const keeping = new Set(
    asked.members.filter(({ managed, ruleIds }) => managed || ruleIds !== null).map(({ accountId }) => accountId),
  );
  const stored = storedReader.asking(
    actor,
    accountIds.filter((id) => keeping.has(id)),
  );
  const { members: read, snapshot } = await reader.readMembers(
    actor,
    {
      accountIds,
      ...windowOf(asked),
      excludedEventIds: asked.excludedEventIds,
      bookings: asked.members.some(({ limits }) => limits.length > 0),
      stored: stored.known,
      ...(asked.exceptHoldId === undefined ? {} : { exceptHoldId: asked.exceptHoldId }),
    },
    counter,
  );
  const accounts = new Map(accountIds.map((id, place) => [id, read[place] ?? null]));
  const found = asked.members.map((member) => {
    const account = accounts.get(member.accountId) ?? null;
    const rules = account === null || !keeping.has(account.accountId) ? nothingStored : stored.of(account);
    return isRight(member, account, rules, mistakes) ? { member, account, rules } : null;
  });
  mistakes.refuse();
  const counted = new CountedCalendars();
  const members = found.flatMap((one) =>
    one === null ? [] : [knownMember(one.member, one.account, one.rules, asked, counted, zones)],
  );
  return { members, snapshot };
}

/** With the widest buffers on both sides: what lies there may touch a meeting (semantics E5). */
function windowOf({ members, from, to }: MembersAsked): { readonly from: Seconds; readonly to: Seconds } {
  const before = members.reduce((widest, member) => Math.max(widest, member.before), 0);
  const after = members.reduce((widest, member) => Math.max(widest, member.after), 0);
  return { from: Math.max(from - before, earliestSecond), to: Math.min(to + after, latestSecond) };
}

/** Whether everything that a member names is there for this credential; told where it is not. */
function isRight(
  { path, accountId, calendarIds, ruleIds }: AskedMember,
  account: AccountBusy | null,
  { rules }: StoredAvailability,
  mistakes: Mistakes,
): account is AccountBusy {
  if (account === null) {
    mistakes.add(`${path}.accountId`, `expected an account that this credential may see, got ${shown(accountId)}`);
    return false;
  }
  if (account.precision === 'NOTHING') {
    const argument = `${path}.accountId`;
    const message = `${argument}: expected an account that granted read_free_busy or read_events, got one that granted neither`;
    mistakes.addError(new RequestError('FORBIDDEN', message, { argument, requiredScope: 'read_free_busy' }));
  }
  const calendars = new Set(account.calendars.map(({ id }) => id));
  for (const [at, id] of (calendarIds ?? []).entries()) {
    if (!calendars.has(id))
      mistakes.add(`${path}.calendarIds.${at}`, `expected a calendar of the account, got ${shown(id)}`);
  }
  for (const [at, id] of (ruleIds ?? []).entries()) {
    if (!rules.some((rule) => rule.id === id)) {
      mistakes.add(`${path}.availabilityRuleIds.${at}`, `expected a stored rule of the account, got ${shown(id)}`);
    }
  }
  return true;
}

function shown(id: string): string {
  return JSON.stringify(id.length > 40 ? `${id.slice(0, 40)}…` : id);
}

function knownMember(
  asked: AskedMember,
  account: AccountBusy,
  stored: StoredAvailability,
  { from, to, now }: MembersAsked,
  counts: CountedCalendars,
  zones: ZoneData,
): KnownMember {
  const window = [from, to] as const;
  const chosen = asked.ruleIds === null ? stored.rules : stored.rules.filter(({ id }) => asked.ruleIds?.includes(id));
  const kinds = countedKinds(asked.busyRule);
  const usual = counts.of(account, asked.calendarIds, kinds);
  const bookable: readonly Bookable[] = !asked.managed
    ? [{ time: ALWAYS, counted: usual }]
    : [
        ...chosen.map(({ weeklyPeriods, timeZone, calendarIds }) => ({
          time: ruleHours(weeklyPeriods, timeZone, window, zones),
          counted: asked.calendarIds === null && calendarIds !== null ? counts.of(account, calendarIds, kinds) : usual,
        })),
        ...periodsOf(stored).map((time) => ({ time, counted: usual })),
      ];
  const calendarIds = asked.calendarIds ?? (asked.managed ? calendarsOfRules(account, stored, chosen) : null);
  const standing = standingOf(account, calendarIds);
  const cutShort = cutShortOf(account, calendarIds, to + asked.after);
  const limits = limitsOf(asked, account);
  return {
    asked,
    account,
    calendarIds,
    standing,
    cutShort,
    member: {
      busy: account.busy,
      bookable,
      within: asked.within ?? ALWAYS,
      held: account.held,
      buffer: { before: asked.before, after: asked.after },
      full: limits.length === 0 ? [] : fullTime(limits, account.bookings, window, zones),
      synced: isBelieved(standing, asked.trust, now) && cutShort.length === 0,
    },
  };
}

/** A limit without a zone has its account's. */
export function limitsOf({ limits }: AskedMember, { timeZone: usual }: AccountBusy): readonly BookingLimit[] {
  return limits.map(({ timeZone, categories, ...limit }) => ({
    ...limit,
    timeZone: timeZone ?? usual,
    categories: categories === null ? null : new Set(categories),
  }));
}

/** Semantics E11. */
function isBelieved({ status, lastKnownAt }: Standing, trust: Seconds, now: Instant): boolean {
  if (status === 'ACTIVE') return true;
  return status === 'DISCONNECTED' && lastKnownAt !== null && now - lastKnownAt <= trust * 1000;
}

/** The calendars that count and have a series of which not all is known before `to`: what is not known is not free. */
function cutShortOf(
  { calendars, cutShort }: AccountBusy,
  calendarIds: readonly string[] | null,
  to: Seconds,
): readonly string[] {
  const cut = new Set(cutShort.flatMap(({ calendarId, from }) => (from < to ? [calendarId] : [])));
  if (cut.size === 0) return none;
  const counts = ({ id, considered }: MemberCalendar) => (calendarIds === null ? considered : calendarIds.includes(id));
  return calendars.filter((calendar) => cut.has(calendar.id) && counts(calendar)).map(({ id }) => id);
}

const none: readonly string[] = [];

/** Each calendar once, whoever of the question it makes busy. */
export function cutShortCalendars(members: readonly KnownMember[]): ReadonlySet<string> {
  return new Set(members.flatMap(({ cutShort }) => cutShort));
}

function periodsOf({ periods }: StoredAvailability): readonly Spans[] {
  if (periods.length === 0) return [];
  return [union(periods)];
}

/** Null: those that are considered, and no rule counts others than these. */
function calendarsOfRules(
  { calendars }: AccountBusy,
  { periods }: StoredAvailability,
  rules: readonly StoredRule[],
): readonly string[] | null {
  const named = rules.flatMap(({ calendarIds }) => calendarIds ?? []);
  if (named.length === 0) return null;
  const usual = periods.length > 0 || rules.some(({ calendarIds }) => calendarIds === null);
  const considered = usual ? calendars.filter((calendar) => calendar.considered).map(({ id }) => id) : [];
  return [...new Set([...named, ...considered])];
}

/** The calendars that make a member busy. */
export function countedCalendars({ account, calendarIds }: KnownMember): readonly MemberCalendar[] {
  return account.calendars.filter(({ id, considered }) =>
    calendarIds === null ? considered : calendarIds.includes(id),
  );
}

/** Members, and rules of a member, that count the same share the very object: the engine tells by it that they do. */
class CountedCalendars {
  readonly #known = new Map<string, Counted>();

  of(account: AccountBusy, calendarIds: readonly string[] | null, kinds: number): Counted {
    const key = `${account.accountId} ${kinds} ${calendarIds === null ? 'considered' : [...calendarIds].sort().join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = { kinds, sources: sourcesOf(account, calendarIds) };
    this.#known.set(key, made);
    return made;
  }
}
