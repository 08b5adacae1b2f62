/** Making a hold: all of its slots, or none of them. */
import { findHolds, grantsToHold, insertHold, lockHolding, removeExpired } from '../../datasources/store/holds.ts';
import { findCall, type IdempotentCall, recordCall } from '../../datasources/store/idempotency.ts';
import { type QueryCounter, type Tx, tenantOf } from '../../datasources/store/store.ts';
import type { StoredHeldSeries } from '../../datasources/store/tables.ts';
import type { Actor } from '../../domain/actor.ts';
import { RefusedInput, type UserError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { IdSource } from '../../domain/identity.ts';
import type { CreateHoldInput } from '../../schema/generated.ts';
import type { MemberSources } from '../availability/known-members.ts';
import type { SlotTokenOutcome } from '../availability/slot-tokens.ts';
import { absencesOf } from '../distribution/rankings.ts';
import type { ConfirmDependencies } from './confirming.ts';
import { type Given, type GivenSlot, givenHold, holdLimits } from './given.ts';
import { again, codeOf, type HoldAnswer, refuse } from './holder.ts';
import { seriesOf, timesIn } from './series.ts';
import { apart, askedOfSlot, freeMembers, sourcesBeside, sourcesInside } from './slot-question.ts';
import { type Refused, refusedTimes, SlotsTaken, takenErrors } from './taken.ts';
import { type Plan, questionOfSlot, takeSlots } from './taking.ts';
import type { InTurn } from './turns.ts';

export interface HoldDependencies extends ConfirmDependencies {
  readonly ids: IdSource;
  /** Whatever the text is, this does not throw. */
  openSlotToken(text: string, actor: Pick<Actor, 'applicationId'>): SlotTokenOutcome;
}

/** All slots, or none; two that want the same time take turns. */
export async function makeHold(
  dependencies: HoldDependencies,
  inTurn: InTurn,
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
  const given = givenHold(input, actor, dependencies.openSlotToken, sources.zones);
  if (given.errors.length > 0) return refuse(...given.errors);
  try {
    // Whoever comes too late learns it without waiting for the lock.
    const plans = await findOut(dependencies, actor, given, counter);
    const pool = [...new Set(plans.flatMap(poolOf))].sort();
    const making = { ...dependencies, actor, ttl: given.ttl, plans, pool, call, counter };
    const answer = await inTurn(pool, () =>
      again(() => store.withApplication(tenant, (tx) => holdIn(tx, making), counter)),
    );
    for (const account of answer.hold?.accountIds ?? []) dependencies.wake(account);
    return answer;
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

/**
 * Which occurrences are meant, and who was away, for who comes first.
 *
 * @throws SlotsTaken with every time that is not free any more; RefusedInput with whatever is wrong with any slot
 */
async function findOut(
  { sources, clock }: HoldDependencies,
  actor: Actor,
  { slots }: Given,
  counter: QueryCounter,
): Promise<readonly Plan[]> {
  const now = clock();
  const refused: Refused[] = [];
  const wrong: UserError[] = [];
  const plans: Plan[] = [];
  for (const given of slots) {
    try {
      const { path, slot, accountIds } = given;
      const series = await seriesFor(sources, actor, given, now, counter);
      const times = timesIn({ ...slot, series });
      const known = await questionOfSlot(sourcesBeside(sources, [], times), actor, { ...given, times }, now, counter);
      const { question, members } = known;
      if (freeMembers(question, sources.zones, times, members, []) === null) {
        refused.push(...refusedTimes(path, known, sources.zones, times));
      }
      const asked = askedOfSlot(times, slot.rules, accountIds);
      const absences = accountIds === null ? await absencesOf(sources, asked, { actor, known: members, now, counter }) : []; // biome-ignore format: one thought
      plans.push({ ...given, series, times, absences });
    } catch (error) {
      if (!(error instanceof RefusedInput)) throw error;
      wrong.push(...error.errors);
    }
  }
  const rows = plans.reduce((sum, plan) => sum + plan.times.length * mostHeld(plan), 0);
  if (rows > holdLimits.times) {
    const message = `Expected at most ${holdLimits.times} occurrences of all accounts together, got ${rows}`;
    wrong.push({ path: ['slots'], code: 'LIMIT_EXCEEDED', message });
  }
  if (wrong.length > 0) throw new RefusedInput(wrong);
  if (refused.length > 0) throw new SlotsTaken(refused);
  return plans;
}

/** How many accounts a slot holds at most. */
function mostHeld({ slot: { rules }, accountIds }: GivenSlot): number {
  return accountIds?.length ?? rules.groups.reduce((sum, { required }) => sum + required, 0);
}

/** By the wall clock that was asked for, or that of the first account. */
async function seriesFor(
  sources: MemberSources,
  actor: Actor,
  given: GivenSlot,
  now: Instant,
  counter: QueryCounter,
): Promise<StoredHeldSeries | undefined> {
  const { path, slot, recurrence, accountIds } = given;
  if (recurrence === null) return undefined;
  const zoneOfFirst = async () => {
    const { members } = await questionOfSlot(sources, actor, { ...given, times: [slot] }, now, counter);
    return members[0]?.account.timeZone ?? 'Etc/UTC';
  };
  const timeZone = recurrence.timeZone ?? (await zoneOfFirst());
  const { members } = askedOfSlot([slot], slot.rules, accountIds);
  return seriesOf(slot, { lines: recurrence.lines, timeZone, path }, members, sources.zones);
}

interface Making extends HoldDependencies {
  readonly actor: Actor;
  /** Seconds. */
  readonly ttl: number;
  readonly plans: readonly Plan[];
  /** Everybody who may be chosen, in order. */
  readonly pool: readonly string[];
  readonly call: IdempotentCall | null;
  readonly counter: QueryCounter;
}

async function holdIn(
  tx: Tx,
  { sources, ids, clock, actor, ttl, plans, pool, call, counter }: Making,
): Promise<HoldAnswer> {
  // First of all: a second call with the same key waits here, and then finds what the first made.
  const made = call === null ? null : await replayed(tx, actor, call);
  if (made !== null) return made;
  const now = clock();
  await lockHolding(tx, pool);
  const grants = await grantsToHold(tx, actor, pool);
  await removeExpired(tx, pool);
  const taking = { tx, actor, now, counter, grants, sources: sourcesInside(sources, tx) };
  const { stored, taken, refusals } = await takeSlots(taking, plans);
  if (refusals.length > 0) throw new RefusedInput(refusals);
  const id = ids('hld');
  await insertHold(tx, { id, applicationId: actor.applicationId, slots: stored, times: apart(taken), ttl });
  if (call !== null) await recordCall(tx, call, id);
  const [hold = null] = await findHolds(tx, actor, [id]);
  return { hold, userErrors: [] };
}

/** Everybody who may be chosen. */
function poolOf({ slot, accountIds }: GivenSlot): readonly string[] {
  return accountIds ?? slot.rules.members.map(({ accountId }) => accountId);
}
