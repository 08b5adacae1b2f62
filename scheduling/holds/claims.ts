/** One attempt at a time confirms a hold: it says so over and over, and what it has begun is kept for who goes on with it. */
import { randomUUID } from 'node:crypto';
import {
  type Claim,
  claimOn,
  keepConfirmation,
  renewConfirming,
  stopConfirming,
} from '../../datasources/store/confirmations.ts';
import type { HoldRecord } from '../../datasources/store/records.ts';
import { type QueryCounter, type Store, tenantOf } from '../../datasources/store/store.ts';
import type { StoredConfirmation } from '../../datasources/store/tables.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UpsertEventInput, WriteControl } from '../../schema/generated.ts';
import type { Booking, Copy } from './confirming.ts';

/** Seconds that an attempt has the hold without saying anything, as one that was killed does. */
export const claimTime = 30;
/** Milliseconds between renewals. */
const renewal = 10_000;

export function newClaim(holdId: string): Claim {
  return { holdId, by: randomUUID() };
}

/** Renews a claim until it is told to stop; then another attempt may have the hold. */
export function keepClaim(store: Store, claim: Claim): { stop(counter: QueryCounter): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    // Where it cannot be said that it goes on, the next step finds out whose the hold is.
    running = running.then(() => store.asWorker((tx) => renewConfirming(tx, claim, claimTime))).catch(() => {});
  }, renewal);
  timer.unref();
  return {
    async stop(counter) {
      clearInterval(timer);
      await running;
      await store.asWorker((tx) => stopConfirming(tx, claim), counter);
    },
  };
}

/** @returns false where the hold is somebody else's by now, or over: nothing more is to be written then */
export function keepStage(
  store: Store,
  { hold, claim, actor, control, copies }: Booking,
  stage: StoredConfirmation['stage'] | null,
  counter: QueryCounter,
): Promise<boolean> {
  const { scopes, ...rest } = actor;
  const confirmation: StoredConfirmation | null =
    stage === null
      ? null
      : {
          ...{ stage, control, actor: { ...rest, scopes: [...scopes] } },
          copies: copies.map(({ slot, accountId, input, before }) => ({
            ...{ slot: hold.slots.indexOf(slot), accountId, input, before },
            ...{ calendarId: input.calendarId, key: input.key },
          })),
        };
  return store.withApplication(tenantOf(actor), (tx) => keepConfirmation(tx, claim, confirmation), counter);
}

/** What another attempt had begun, as it was kept. */
export function bookingOf(hold: HoldRecord, claim: Claim, { actor, control, copies }: StoredConfirmation): Booking {
  const { scopes, ...rest } = actor as Omit<Actor, 'scopes'> & { readonly scopes: readonly string[] };
  return {
    ...{ hold, claim, control: control as WriteControl, mayBePending: true },
    actor: { ...rest, scopes: new Set(scopes) as Actor['scopes'] },
    copies: copies.flatMap(({ slot: place, accountId, input, before }, index): Copy[] => {
      const slot = hold.slots[place];
      // An account that ended its authorization since is not among the hold's any more: nothing can be written there.
      if (slot === undefined || !hold.accountIds.includes(accountId)) return [];
      const path = ['events', `${index}`, 'event'];
      return [{ path, slot, accountId, input: input as UpsertEventInput, errors: [], existingId: null, before }];
    }),
  };
}

/** Whether the attempt has nothing to do with the hold any more: another has it, or it was confirmed. */
export async function isLost(store: Store, { claim, actor }: Booking, counter: QueryCounter): Promise<boolean> {
  const now = await store.withApplication(tenantOf(actor), (tx) => claimOn(tx, claim.holdId), counter);
  return (
    now !== null && (now.status === 'CONFIRMED' || (now.status === 'HELD' && now.by !== claim.by && now.by !== null))
  );
}
