/** Holds: making them, giving them back, and their end. */
import {
  endExpiredHold,
  endHold,
  findHolds,
  grantsToHold,
  insertHold,
  lockHolding,
  removeExpired,
} from '../../datasources/store/holds.ts';
import { findCall, type IdempotentCall, recordCall } from '../../datasources/store/idempotency.ts';
import type { HoldRecord } from '../../datasources/store/records.ts';
import { type QueryCounter, type Tx, tenantOf } from '../../datasources/store/store.ts';
import type { StoredHeldSlot } from '../../datasources/store/tables.ts';
import type { Actor } from '../../domain/actor.ts';
import { RefusedInput, RequestErrors, type UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import { grantRefusal } from '../../domain/grants.ts';
import type { IdSource } from '../../domain/identity.ts';
import type { ConfirmHoldInput, CreateHoldInput } from '../../schema/generated.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import type { AskedRules } from '../availability/asked.ts';
import type { MemberSources } from '../availability/known-members.ts';
import { type AskedQuestion, questionOf } from '../availability/question.ts';
import { type SlotTokenOutcome, slotTokenLifetime } from '../availability/slot-tokens.ts';
import { type Absences, absencesOf, rankingsIn } from '../distribution/rankings.ts';
import { confirmHold } from './confirm.ts';
import type { ConfirmAnswer, ConfirmDependencies } from './confirming.ts';
import { type Given, type GivenSlot, givenHold } from './given.ts';
import { again, codeOf, type HoldAnswer, refuse, withHold } from './holder.ts';
import {
  apart,
  askedOfSlot,
  freeMembers,
  type HeldTime,
  rulesOf,
  sourcesInside,
  timesOf,
  withNoticeOf,
} from './slot-question.ts';
import { SlotsTaken, takenErrors } from './taken.ts';

export interface HoldDependencies extends ConfirmDependencies {
  readonly ids: IdSource;
  /** Whatever the text is, this does not throw. */
  openSlotToken(text: string, actor: Pick<Actor, 'applicationId'>): SlotTokenOutcome;
}

export interface Holds {
  /** Of two that ask for the same member's time at once exactly one gets it; the other is told SLOT_TAKEN. */
  create(actor: Actor, input: CreateHoldInput, counter: QueryCounter): Promise<HoldAnswer>;
  /** Events in place of the held time: all of them, or none, and the hold is over. Another call with the same events changes nothing. */
  confirm(actor: Actor, input: ConfirmHoldInput, counter: Spent): Promise<ConfirmAnswer>;
  /** One that is over already stays as it is. */
  release(actor: Actor, holdId: string, counter: QueryCounter): Promise<HoldAnswer>;
  /** Ends every hold whose time is over, and tells its application. @returns how many those were */
  endExpired(): Promise<number>;
}

export function holds(dependencies: HoldDependencies): Holds {
  const { store, wake } = dependencies;
  return {
    create: (actor, input, counter) => create(dependencies, actor, input, counter),

    confirm: (actor, input, counter) => confirmHold(dependencies, actor, input, counter),

    async release(actor, holdId, counter) {
      let released: HoldRecord | null = null;
      const answer = await withHold(store, actor, holdId, counter, async (tx, hold): Promise<HoldAnswer> => {
        if (hold.status !== 'HELD') return { hold, userErrors: [] };
        const { id, accountIds } = hold;
        await endHold(tx, { id, applicationId: actor.applicationId, accountIds }, 'RELEASED', actor.applicationId);
        released = hold;
        return { hold: { ...hold, status: 'RELEASED' }, userErrors: [] };
      });
      if (released !== null) for (const accountId of answer.hold?.accountIds ?? []) wake(accountId);
      return answer;
    },

    async endExpired() {
      for (let ended = 0; ; ended += 1) {
        const accountIds = await again(() => store.asWorker(endExpiredHold));
        if (accountIds === null) return ended;
        for (const accountId of accountIds) wake(accountId);
      }
    },
  };
}

async function create(
  dependencies: HoldDependencies,
  actor: Actor,
  input: CreateHoldInput,
  counter: QueryCounter,
): Promise<HoldAnswer> {
  const { store, sources } = dependencies;
  const { applicationId, accountId } = actor;
  const tenant = tenantOf(actor);
  const key = input.idempotencyKey;
  const call: IdempotentCall | null =
    key == null ? null : { applicationId, mutation: 'createHold', key, input: { ...input, account: accountId } };
  // Before the tokens are opened: they may have expired since the first call.
  const made = call === null ? null : await store.withApplication(tenant, (tx) => replayed(tx, actor, call), counter);
  if (made !== null) return made;
  const given = givenHold(input, actor, dependencies.openSlotToken);
  if (given.errors.length > 0) return refuse(...given.errors);
  try {
    // Whoever comes too late learns it without waiting for the lock.
    const absences = await findOut(dependencies, actor, given, counter);
    return await again(() =>
      store.withApplication(tenant, (tx) => holdIn(dependencies, tx, actor, given, absences, call, counter), counter),
    );
  } catch (error) {
    if (error instanceof SlotsTaken)
      return refuse(...(await takenErrors(sources.members, actor, error.refused, counter)));
    if (error instanceof RefusedInput) return refuse(...error.errors);
    // The exclusion constraint is the last word, whoever wrote past the lock.
    if (codeOf(error) === '23P01') return refuse(...given.slots.map(({ path }) => taken(path)));
    throw error;
  }
}

function taken(path: readonly string[]): UserError {
  return { path, code: 'SLOT_TAKEN', message: 'Expected a slot that is free still, got one that is held' };
}

async function replayed(tx: Tx, actor: Actor, call: IdempotentCall): Promise<HoldAnswer | null> {
  const replay = await findCall<string>(tx, call);
  if (replay.kind === 'first') return null;
  if (replay.kind === 'mismatch') {
    const message = 'Expected the input that this key was used with first, got another';
    return refuse({ path: ['idempotencyKey'], code: 'IDEMPOTENCY_MISMATCH', message });
  }
  const [hold = null] = await findHolds(tx, actor, [replay.result]);
  return { hold, userErrors: [] };
}

/** Who was away, slot by slot, for who comes first. @throws SlotsTaken with every slot that is not free any more */
async function findOut(
  { sources, clock }: HoldDependencies,
  actor: Actor,
  { slots }: Given,
  counter: QueryCounter,
): Promise<readonly Absences[]> {
  const now = clock();
  const refused = [];
  const absences: Absences[] = [];
  for (const { path, slot, accountIds } of slots) {
    const known = await questionOfSlot(sources, actor, { path, slot, accountIds }, now, counter);
    const { question, members } = known;
    if (freeMembers(question, sources.zones, slot, members, []) === null) {
      refused.push({ path, times: slot, question, members });
    }
    const asked = askedOfSlot(slot, slot.rules, accountIds);
    absences.push(accountIds === null ? await absencesOf(sources, asked, { actor, known: members, now, counter }) : []);
  }
  if (refused.length > 0) throw new SlotsTaken(refused);
  return absences;
}

/** Accounts and rules that are gone since the slot was offered are errors of the slot. */
async function questionOfSlot(
  sources: MemberSources,
  actor: Actor,
  { path, slot, accountIds }: GivenSlot,
  now: Instant,
  counter: QueryCounter | undefined,
): Promise<AskedQuestion> {
  const { start, end, rules, expiresAt } = slot;
  try {
    const known = await questionOf(sources, askedOfSlot({ start, end }, rules, accountIds), actor, {
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

async function holdIn(
  { sources, ids, clock }: HoldDependencies,
  tx: Tx,
  actor: Actor,
  { slots, ttl }: Given,
  absences: readonly Absences[],
  call: IdempotentCall | null,
  counter: QueryCounter,
): Promise<HoldAnswer> {
  // First of all: a second call with the same key waits here, and then finds what the first made.
  const made = call === null ? null : await replayed(tx, actor, call);
  if (made !== null) return made;
  const now = clock();
  const pool = [...new Set(slots.flatMap(poolOf))].sort();
  await lockHolding(tx, pool);
  const grants = await grantsToHold(tx, actor, pool);
  await removeExpired(tx, pool);
  const stored: StoredHeldSlot[] = [];
  const times: HeldTime[] = [];
  const refusals: UserError[] = [];
  for (const [place, given] of slots.entries()) {
    const { path, slot, accountIds } = given;
    const { question, members } = await questionOfSlot(sourcesInside(sources, tx, times), actor, given, now, counter);
    const free = freeMembers(question, sources.zones, slot, members, times);
    if (free === null) throw new SlotsTaken([{ path, times: slot, question, members }]);
    const asked = askedOfSlot(slot, slot.rules, accountIds);
    const ranking = await rankingsIn(tx, asked, { actor, now, absences: absences[place] ?? [] });
    const chosen = new Set(
      asked.groups.flatMap(({ required }, group) =>
        ranking.order(group, free[group] ?? [], slot.start).slice(0, required),
      ),
    );
    const held = heldSlot(
      slot,
      rulesOf(asked, (_member, member) => chosen.has(member)),
    );
    stored.push(held);
    times.push(...timesOf(held, held.rules));
    refusals.push(
      ...held.accountIds.flatMap((id) => grantRefusal(actor, grants.get(id) ?? [], 'create_event', path) ?? []),
    );
  }
  if (refusals.length > 0) throw new RefusedInput(refusals);
  const id = ids('hld');
  await insertHold(tx, { id, applicationId: actor.applicationId, slots: stored, times: apart(times), ttl });
  if (call !== null) await recordCall(tx, call, id);
  const [hold = null] = await findHolds(tx, actor, [id]);
  return { hold, userErrors: [] };
}

/** Everybody who may be chosen. */
function poolOf({ slot, accountIds }: GivenSlot): readonly string[] {
  return accountIds ?? slot.rules.members.map(({ accountId }) => accountId);
}

function heldSlot(
  { start, end }: { readonly start: number; readonly end: number },
  { members, groups, excludedEventIds, notice, distribution }: AskedRules,
): StoredHeldSlot & { readonly rules: AskedRules } {
  const accountIds = [...new Set(members.map(({ accountId }) => accountId))];
  return { start, end, accountIds, rules: { members, groups, excludedEventIds, notice, distribution } };
}
