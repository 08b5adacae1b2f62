/** Holds: making them, giving them back, and their end. */
import { DatabaseError } from 'pg';
import {
  endExpiredHold,
  endHold,
  findHolds,
  grantsToHold,
  insertHold,
  lockHold,
  lockHolding,
  removeExpired,
} from '../../datasources/store/holds.ts';
import { findCall, type IdempotentCall, recordCall } from '../../datasources/store/idempotency.ts';
import type { HoldRecord } from '../../datasources/store/records.ts';
import { type QueryCounter, type Store, type Tx, tenantOf } from '../../datasources/store/store.ts';
import type { StoredHeldSlot } from '../../datasources/store/tables.ts';
import type { Actor } from '../../domain/actor.ts';
import { RefusedInput, RequestErrors, type UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import { grantRefusal } from '../../domain/grants.ts';
import type { IdSource } from '../../domain/identity.ts';
import type { CreateHoldInput } from '../../schema/generated.ts';
import type { AskedRules } from '../availability/asked.ts';
import type { MemberSources } from '../availability/known-members.ts';
import { type AskedQuestion, questionOf } from '../availability/question.ts';
import { type SlotTokenOutcome, slotTokenLifetime } from '../availability/slot-tokens.ts';
import { type Absences, absencesOf, rankingsIn } from '../distribution/rankings.ts';
import { type Given, type GivenSlot, givenHold } from './given.ts';
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

export interface HoldDependencies {
  readonly store: Store;
  readonly sources: MemberSources;
  readonly ids: IdSource;
  /** Milliseconds since the epoch. */
  readonly clock: () => Instant;
  /** Whatever the text is, this does not throw. */
  openSlotToken(text: string, actor: Pick<Actor, 'applicationId'>): SlotTokenOutcome;
  wake(accountId: string): void;
}

export interface HoldAnswer {
  readonly hold: HoldRecord | null;
  readonly userErrors: readonly UserError[];
}

export interface Holds {
  /** Of two that ask for the same member's time at once exactly one gets it; the other is told SLOT_TAKEN. */
  create(actor: Actor, input: CreateHoldInput, counter: QueryCounter): Promise<HoldAnswer>;
  /** One that is over already stays as it is. */
  release(actor: Actor, holdId: string, counter: QueryCounter): Promise<HoldAnswer>;
  /** Ends every hold whose time is over, and tells its application. @returns how many those were */
  endExpired(): Promise<number>;
}

const refuse = (...userErrors: readonly UserError[]): HoldAnswer => ({ hold: null, userErrors });

export function holds(dependencies: HoldDependencies): Holds {
  const { store, wake } = dependencies;
  return {
    create: (actor, input, counter) => create(dependencies, actor, input, counter),

    async release(actor, holdId, counter) {
      if (!holdShape.test(holdId)) {
        const message = 'Expected the id of a hold (`hld_…`), got another text';
        return refuse({ path: ['holdId'], code: 'INVALID', message });
      }
      const answer = await again(() =>
        store.withApplication(tenantOf(actor), (tx) => releaseIn(tx, actor, holdId), counter),
      );
      if (answer.released) for (const accountId of answer.hold?.accountIds ?? []) wake(accountId);
      return { hold: answer.hold, userErrors: answer.userErrors };
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

const holdShape = /^hld_[0-9a-hjkmnp-tv-z]{26}$/;

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

async function releaseIn(tx: Tx, actor: Actor, holdId: string): Promise<HoldAnswer & { readonly released: boolean }> {
  await lockHold(tx, holdId);
  const [hold] = await findHolds(tx, actor, [holdId]);
  if (hold === undefined) {
    const message = 'Expected a hold that this credential may see, got an unknown id';
    return { ...refuse({ path: ['holdId'], code: 'NOT_FOUND', message }), released: false };
  }
  const refusal = await holderRefusal(tx, actor, hold);
  if (refusal !== null) return { ...refuse(refusal), released: false };
  if (hold.status !== 'HELD') return { hold, userErrors: [], released: false };
  const { id, accountIds } = hold;
  await endHold(tx, { id, applicationId: actor.applicationId, accountIds }, 'RELEASED', actor.applicationId);
  return { hold: { ...hold, status: 'RELEASED' }, userErrors: [], released: true };
}

/** Who may not book all of the accounts does not decide over the hold of them. */
async function holderRefusal(tx: Tx, actor: Actor, { accountIds }: HoldRecord): Promise<UserError | null> {
  const grants = await grantsToHold(tx, actor, accountIds);
  for (const id of accountIds) {
    const refusal = grantRefusal(actor, grants.get(id) ?? [], 'create_event', ['holdId']);
    if (refusal !== null) return refusal;
  }
  return null;
}

const mostAttempts = 5;

/** Nobody is told of a deadlock or a serialisation failure: what was rolled back is done again. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === mostAttempts || !['40P01', '40001'].includes(codeOf(error) ?? '')) throw error;
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}
