/** The answer to one question: slots at once, and what costs more when it is asked for. */
import type { EventView } from '../../datasources/store/records.ts';
import type { QueryCounter } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import { findOpenings } from '../../domain/availability/openings.ts';
import type { Opening, Openings } from '../../domain/availability/question.ts';
import { type Reason, type RejectionKind, rejections } from '../../domain/availability/rejections.ts';
import type { Seconds } from '../../domain/availability/spans.ts';
import { RequestError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import { mayOn } from '../../domain/grants.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { BusyCause, MemberCalendar, MemberStatus, MembersReader } from '../busy/members.ts';
import type { Ranking } from '../distribution/rankings.ts';
import type { Asked } from './asked.ts';
import { bounds } from './bounds.ts';
import { countedCalendars, type KnownMember } from './known-members.ts';
import type { AskedQuestion } from './question.ts';
import { type SlotSeal, slotTokens } from './slot-tokens.ts';

/** Why a provider that was asked again could not answer. */
export type RefreshFailure = 'PROVIDER_UNREACHABLE' | 'PROVIDER_THROTTLED' | 'PROFILE_DISCONNECTED';

export interface Asking {
  readonly failed: ReadonlyMap<string, RefreshFailure>;
  /** What was synced before this is older than was asked for; null without a bound. */
  readonly oldest: Instant | null;
}

export interface Participant {
  readonly accountId: string;
  /** Index into the question's groups. */
  readonly group: number;
  readonly preferred: boolean;
  /** Counted for LEAST_BOOKED; else null. */
  readonly bookings: number | null;
}

export interface MemberTold {
  readonly accountId: string;
  readonly status: MemberStatus;
  readonly precision: 'EVENTS' | 'BLOCKS';
}

export interface RejectionReason {
  readonly accountId: string;
  readonly kind: RejectionKind;
  readonly busy: { readonly start: Seconds; readonly end: Seconds } | null;
  /** Null where there is none, and where the credential may not know which. */
  readonly calendarId: string | null;
  /** What to find the event by; null where there is none to be found. */
  readonly cause: BusyCause | null;
}

export interface StartRejection {
  readonly start: Seconds;
  readonly reasons: readonly RejectionReason[];
}

export interface AnswerSources {
  readonly members: MembersReader;
  readonly zones: ZoneData;
  readonly seal: SlotSeal;
}

export class AvailabilityAnswer {
  readonly actor: Actor;
  readonly asked: Asked;
  readonly known: AskedQuestion;
  readonly freshness: Asking;
  readonly found: Openings;
  readonly #sources: AnswerSources;
  readonly #tokenOf: (slot: Opening) => string;
  readonly #counter: QueryCounter | undefined;
  readonly #ranking: () => Promise<Ranking>;
  #ranked: Promise<Ranking> | null = null;

  constructor(
    sources: AnswerSources,
    question: {
      readonly actor: Actor;
      readonly asked: Asked;
      readonly known: AskedQuestion;
      readonly freshness: Asking;
      readonly now: Instant;
      readonly counter: QueryCounter | undefined;
      /** Read when it is first asked who is free. */
      readonly ranking: () => Promise<Ranking>;
    },
  ) {
    const { actor, asked, known, freshness, now, counter } = question;
    this.actor = actor;
    this.asked = asked;
    this.known = known;
    this.freshness = freshness;
    this.found = findOpenings(known.question, sources.zones);
    this.#sources = sources;
    this.#counter = counter;
    this.#ranking = question.ranking;
    this.#tokenOf = slotTokens(asked, actor.applicationId, now, sources.seal);
  }

  tokenOf(slot: Opening): string {
    return this.#tokenOf(slot);
  }

  /**
   * Who is free throughout, group by group, preferred first.
   *
   * @throws RequestError COST_LIMIT_EXCEEDED where all slots together have more members than one answer may tell of.
   */
  async participantsOf(slot: Opening): Promise<readonly Participant[]> {
    refuseTooMany(this.found.openings.length * this.asked.members.length);
    this.#ranked ??= this.#ranking();
    const ranking = await this.#ranked;
    return slot.free().flatMap((free, group) => {
      const required = this.asked.groups[group]?.required ?? 0;
      return ranking.order(group, free, slot.start).map((member, place) => ({
        accountId: this.#member(member).asked.accountId,
        group,
        preferred: place < required,
        bookings: ranking.bookings(member),
      }));
    });
  }

  members(): readonly MemberTold[] {
    return membersTold(this.known.members);
  }

  calendars(): readonly MemberCalendar[] {
    return calendarsTold(this.known.members);
  }

  /** The first of the refused starts, each cause once; fewer where these have more than 10,000. @param only the one start to tell of; null: all. */
  rejections(first: number, only: Seconds | null): readonly StartRejection[] {
    const told: StartRejection[] = [];
    let causes = 0;
    for (const { start, reasons } of rejections(this.known.question, this.#sources.zones, only)) {
      const each = this.#eachOnce(reasons);
      causes += each.length;
      told.push({ start, reasons: each });
      if (told.length === first || causes >= bounds.causes) break;
    }
    return told;
  }

  /** In the order of the causes; null where the credential may not read the event. */
  events(causes: readonly BusyCause[]): Promise<readonly (EventView | null)[]> {
    return this.#sources.members.busyEvents(this.actor, causes, this.#counter);
  }

  #eachOnce(reasons: readonly Reason[]): readonly RejectionReason[] {
    const told = new Map<string, RejectionReason>();
    for (const reason of reasons) {
      const shown = this.#shown(reason);
      const { start, end } = shown.busy ?? { start: '', end: '' };
      told.set(`${shown.accountId} ${shown.kind} ${shown.cause?.calendarId ?? ''} ${start} ${end}`, shown);
    }
    return [...told.values()];
  }

  #shown({ member, kind, busy, source, margin }: Reason): RejectionReason {
    const { account } = this.#member(member);
    const { accountId, grantScopes } = account;
    const calendarId = source === null ? null : (account.calendars[source]?.id ?? null);
    return {
      accountId,
      kind,
      busy,
      calendarId: mayOn(this.actor, grantScopes, ['list_calendars', 'read_events']) ? calendarId : null,
      cause: calendarId === null || busy === null ? null : { accountId, calendarId, ...busy, margin },
    };
  }

  #member(place: number): KnownMember {
    return this.known.members[place] as KnownMember;
  }
}

/** Each account once, in the order asked. */
export function membersTold(members: readonly KnownMember[]): readonly MemberTold[] {
  const told = new Map<string, MemberTold>();
  for (const { asked, account, standing } of members) {
    const { accountId } = asked;
    const status = worse(told.get(accountId)?.status ?? 'ACTIVE', standing.status);
    told.set(accountId, { accountId, status, precision: account.precision === 'EVENTS' ? 'EVENTS' : 'BLOCKS' });
  }
  return [...told.values()];
}

/** Whatever an answer was made of, each calendar once. */
export function calendarsTold(members: readonly KnownMember[]): readonly MemberCalendar[] {
  const counted = members.flatMap(countedCalendars);
  return [...new Map(counted.map((calendar) => [calendar.id, calendar])).values()];
}

/** Both numbers are told, so that a client can ask for less. @param cost members in all slots together */
export function refuseTooMany(cost: number): void {
  const maximumCost = bounds.participants;
  if (cost <= maximumCost) return;
  const message = `participants: expected at most ${maximumCost} members in all slots together, got ${cost}: ask for fewer results`;
  throw new RequestError('COST_LIMIT_EXCEEDED', message, { cost, maximumCost });
}

const order: readonly MemberStatus[] = ['ACTIVE', 'DISCONNECTED', 'PENDING'];

function worse(one: MemberStatus, other: MemberStatus): MemberStatus {
  return order.indexOf(one) < order.indexOf(other) ? other : one;
}
