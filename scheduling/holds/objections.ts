/** Whether what was held can be booked still: asked of the calendars, and of their providers before that. */
import type { HoldRecord } from '../../datasources/store/records.ts';
import type { Actor } from '../../domain/actor.ts';
import { RequestErrors, type UserError } from '../../domain/errors.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import type { AskedRules } from '../availability/asked.ts';
import { type AskedQuestion, questionOf } from '../availability/question.ts';
import { staleProfiles } from '../availability/stale.ts';
import type { Booking, ConfirmDependencies, Copy } from './confirming.ts';
import { timesIn } from './series.ts';
import { askedOfSlot, freeMembers, type HeldTime, sourcesBeside, timesOf, withNoticeOf } from './slot-question.ts';
import { type Refused, refusedTimes, takenErrors } from './taken.ts';
import { below, write } from './writing.ts';

/** Milliseconds that the members' providers have to answer. */
const patience = 10_000;
/** Whatever stands against the events as long as nothing is written: providers, calendars, the events themselves. */
export async function objections(
  dependencies: ConfirmDependencies,
  { actor, hold, copies, control }: Booking,
  allowUnreachable: boolean,
  counter: Spent,
): Promise<readonly UserError[]> {
  const dryRuns = await Promise.all(
    copies.map((copy) => write(dependencies, actor, copy, { ...control, dryRun: true }, counter)),
  );
  const wrong = dryRuns.flatMap(({ userErrors }, index) => [
    ...(copies[index]?.errors ?? []),
    ...userErrors.map((error) => below(copies[index], error)),
  ]);
  if (wrong.length > 0) return wrong;
  try {
    const unreachable = await askProviders(dependencies, actor, hold, copies, counter);
    if (unreachable.length > 0 && !allowUnreachable) return unreachable;
    const { zones, members } = dependencies.sources;
    const refused: Refused[] = [];
    const taken: HeldTime[] = [];
    for (const slot of hold.slots) {
      const times = timesIn(slot);
      const known = await questionOfHeld(dependencies, actor, hold, slot, { copies, taken }, counter);
      if (freeMembers(known.question, zones, times, known.members, taken) === null) {
        refused.push(...refusedTimes(['holdId'], known, zones, times));
      }
      taken.push(...timesOf(slot, slot.rules as AskedRules));
    }
    return refused.length === 0 ? [] : await takenErrors(members, actor, refused, counter);
  } catch (error) {
    if (!(error instanceof RequestErrors)) throw error;
    return error.errors.map(({ code, message }) => ({
      path: ['holdId'],
      code: code === 'FORBIDDEN' ? 'FORBIDDEN' : 'NOT_FOUND',
      message: `Since the hold was made something of it is gone: ${message}`,
    }));
  }
}

/** What was held is asked again: its own hold and its own events are in nobody's way, the slots before it are. */
async function questionOfHeld(
  { sources, clock }: ConfirmDependencies,
  actor: Actor,
  hold: HoldRecord,
  slot: Copy['slot'],
  { copies, taken }: { readonly copies: readonly Copy[]; readonly taken: readonly HeldTime[] },
  counter: Spent,
): Promise<AskedQuestion> {
  const rules = slot.rules as AskedRules;
  const own = copies.flatMap(({ existingId }) => existingId ?? []);
  const times = timesIn(slot);
  const asked = askedOfSlot(times, { ...rules, excludedEventIds: [...rules.excludedEventIds, ...own] }, null);
  const beside = sourcesBeside(sources, taken, times);
  const known = await questionOf(beside, asked, actor, { now: clock(), exceptHoldId: hold.id, counter });
  return { ...known, question: withNoticeOf(known.question, rules, null) };
}

async function askProviders(
  dependencies: ConfirmDependencies,
  actor: Actor,
  hold: HoldRecord,
  copies: readonly Copy[],
  counter: Spent,
): Promise<readonly UserError[]> {
  const profiles = new Map<string, string>();
  for (const slot of hold.slots) {
    const { members } = await questionOfHeld(dependencies, actor, hold, slot, { copies, taken: [] }, counter);
    for (const member of members) {
      for (const id of staleProfiles([member], Number.POSITIVE_INFINITY).keys())
        profiles.set(id, member.asked.accountId);
    }
  }
  if (profiles.size === 0) return [];
  const onCall = () => {
    counter.providerCalls++;
  };
  const outcomes = await dependencies.refresh([...profiles.keys()], { patience, onCall });
  return [...profiles].flatMap(([id, accountId]) => {
    const failure = outcomes.get(id) ?? null;
    if (failure === null) return [];
    const message = `Expected every calendar of ${accountId} to be asked once more, got ${failure}; \`allowUnreachable\` confirms all the same`;
    return [
      {
        path: ['holdId'],
        code: failure === 'PROFILE_DISCONNECTED' ? failure : 'PROVIDER_UNREACHABLE',
        message,
      } as const,
    ];
  });
}
