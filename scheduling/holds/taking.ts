/** Whom each slot of a hold takes, beside what is stored and what the slots before it have taken. */
import type { grantsToHold } from '../../datasources/store/holds.ts';
import type { QueryCounter, Tx } from '../../datasources/store/store.ts';
import type { StoredHeldSeries, StoredHeldSlot } from '../../datasources/store/tables.ts';
import type { Actor } from '../../domain/actor.ts';
import { RefusedInput, RequestErrors, type UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import { grantRefusal } from '../../domain/grants.ts';
import type { AskedRules } from '../availability/asked.ts';
import type { MemberSources } from '../availability/known-members.ts';
import { type AskedQuestion, questionOf } from '../availability/question.ts';
import { slotTokenLifetime } from '../availability/slot-tokens.ts';
import { type Absences, rankingsIn } from '../distribution/rankings.ts';
import type { GivenSlot } from './given.ts';
import {
  askedOfSlot,
  freeMembers,
  type HeldTime,
  rulesOf,
  type SlotTimes,
  sourcesBeside,
  timesOf,
  withNoticeOf,
} from './slot-question.ts';
import { refusedTimes, SlotsTaken } from './taken.ts';
import { peopleForAll, type SlotChoice } from './together.ts';

/** A slot with everything that is known of it before anybody else is kept waiting. */
export interface Plan extends GivenSlot {
  readonly series: StoredHeldSeries | undefined;
  /** One, or the occurrences. */
  readonly times: readonly SlotTimes[];
  readonly absences: Absences;
}

/** Accounts and rules that are gone since the slot was offered are errors of the slot. */
export async function questionOfSlot(
  sources: MemberSources,
  actor: Actor,
  { path, slot, accountIds, times }: Pick<Plan, 'path' | 'slot' | 'accountIds' | 'times'>,
  now: Instant,
  counter: QueryCounter | undefined,
): Promise<AskedQuestion> {
  const { rules, expiresAt } = slot;
  try {
    const known = await questionOf(sources, askedOfSlot(times, rules, accountIds), actor, {
      now,
      ...(counter === undefined ? {} : { counter }),
    });
    const offeredAt = expiresAt - slotTokenLifetime * 1000;
    return { ...known, question: withNoticeOf(known.question, rules, offeredAt) };
  } catch (error) {
    if (!(error instanceof RequestErrors)) throw error;
    const at = [...path, 'slotToken'];
    throw new RefusedInput(
      error.errors.map(({ code, message }) => ({
        path: at,
        code: code === 'FORBIDDEN' ? 'FORBIDDEN' : 'NOT_FOUND',
        message: `Since the slot was offered something of it is gone: ${message}`,
      })),
    );
  }
}

/** What slots are taken with, under the lock of everybody who may be chosen. */
export interface Taking {
  readonly tx: Tx;
  readonly actor: Actor;
  readonly now: Instant;
  readonly counter: QueryCounter;
  readonly grants: Awaited<ReturnType<typeof grantsToHold>>;
  readonly sources: MemberSources;
}

export interface TakenSlots {
  readonly stored: readonly StoredHeldSlot[];
  readonly taken: readonly HeldTime[];
  readonly refusals: readonly UserError[];
}

/** Slot by slot those who come first; where these stand in the way of a later slot, others who do not. @throws SlotsTaken */
export async function takeSlots(taking: Taking, plans: readonly Plan[]): Promise<TakenSlots> {
  try {
    return await takeInTurn(taking, plans, null);
  } catch (error) {
    if (!(error instanceof SlotsTaken)) throw error;
    const people = await peopleTogether(taking, plans);
    if (people === null) throw error;
    return takeInTurn(taking, plans, people);
  }
}

/** Places in the members of each slot's question; null where there is nothing to choose between. */
async function peopleTogether(taking: Taking, plans: readonly Plan[]): Promise<readonly ReadonlySet<number>[] | null> {
  const isChoice = ({ accountIds, slot: { rules } }: Plan) =>
    accountIds === null && rules.groups.some(({ members, required }) => required < members.length);
  if (plans.length < 2 || !plans.some(isChoice) || plans.some(({ series }) => series !== undefined)) return null;
  const { tx, actor, now, counter, sources } = taking;
  const slots: SlotChoice[] = [];
  for (const plan of plans) {
    const { slot, accountIds, times, absences } = plan;
    const { question, members } = await questionOfSlot(sourcesBeside(sources, [], times), actor, plan, now, counter);
    const free = freeMembers(question, sources.zones, times, members, []);
    if (free === null) return null;
    const asked = askedOfSlot([slot], slot.rules, accountIds);
    const ranking = await rankingsIn(tx, asked, { actor, now, absences });
    const inOrder = free.map((places, group) => ranking.order(group, places, slot.start));
    slots.push({ slot, groups: asked.groups, members, free: inOrder });
  }
  return peopleForAll(slots, sources.zones);
}

/** @param people who may be taken, as places in the members of each slot's question; null: whoever comes first */
async function takeInTurn(
  { tx, actor, now, counter, grants, sources }: Taking,
  plans: readonly Plan[],
  people: readonly ReadonlySet<number>[] | null,
): Promise<TakenSlots> {
  const stored: StoredHeldSlot[] = [];
  const taken: HeldTime[] = [];
  const refusals: UserError[] = [];
  for (const [place, plan] of plans.entries()) {
    const { path, slot, accountIds, times, series, absences } = plan;
    const known = await questionOfSlot(sourcesBeside(sources, taken, times), actor, plan, now, counter);
    const free = freeMembers(known.question, sources.zones, times, known.members, taken);
    if (free === null) throw new SlotsTaken(refusedTimes(path, known, sources.zones, times));
    const asked = askedOfSlot([slot], slot.rules, accountIds);
    const ranking = await rankingsIn(tx, asked, { actor, now, absences, besides: slotsOfEach(stored) });
    const may = people?.[place];
    const chosen = new Set(
      asked.groups.flatMap(({ required }, group) => {
        const inOrder = ranking.order(group, free[group] ?? [], slot.start);
        return (may === undefined ? inOrder : inOrder.filter((one) => may.has(one))).slice(0, required);
      }),
    );
    const held = heldSlot(
      slot,
      rulesOf(asked, (_member, member) => chosen.has(member)),
      series,
    );
    stored.push(held);
    taken.push(...timesOf(held, held.rules));
    refusals.push(
      ...held.accountIds.flatMap((id) => grantRefusal(actor, grants.get(id) ?? [], 'create_event', path) ?? []),
    );
  }
  return { stored, taken, refusals };
}

/** How many slots each account has of the hold so far. */
function slotsOfEach(slots: readonly StoredHeldSlot[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of slots.flatMap(({ accountIds }) => accountIds)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function heldSlot(
  { start, end }: SlotTimes,
  { members, groups, excludedEventIds, notice, distribution }: AskedRules,
  series: StoredHeldSeries | undefined,
): StoredHeldSlot & { readonly rules: AskedRules } {
  const accountIds = [...new Set(members.map(({ accountId }) => accountId))];
  const rules = { members, groups, excludedEventIds, notice, distribution };
  return { start, end, accountIds, rules, ...(series === undefined ? {} : { series }) };
}
