/** Holds: making them, giving them back, and their end. */
import { beginConfirming, confirmationOf } from '../../datasources/store/confirmations.ts';
import { endExpiredHold, endHold } from '../../datasources/store/hold-ends.ts';
import type { HoldRecord } from '../../datasources/store/records.ts';
import type { QueryCounter } from '../../datasources/store/store.ts';
import type { StoredConfirmation } from '../../datasources/store/tables.ts';
import type { Actor } from '../../domain/actor.ts';
import type { ConfirmHoldInput, CreateHoldInput } from '../../schema/generated.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import { bookingOf, claimTime, keepClaim, newClaim } from './claims.ts';
import { confirmHold } from './confirm.ts';
import type { Booking, ConfirmAnswer } from './confirming.ts';
import { again, type HoldAnswer, withHold } from './holder.ts';
import { type HoldDependencies, makeHold } from './making.ts';
import { turns } from './turns.ts';
import { endUnfinished, goOn } from './unfinished.ts';

export type { HoldDependencies } from './making.ts';

export interface Holds {
  /** Of two that ask for the same member's time at once exactly one gets it; the other is told SLOT_TAKEN. */
  create(actor: Actor, input: CreateHoldInput, counter: QueryCounter): Promise<HoldAnswer>;
  /** Events in place of the held time: all of them, or none, and the hold is over. Another call with the same events changes nothing. */
  confirm(actor: Actor, input: ConfirmHoldInput, counter: Spent): Promise<ConfirmAnswer>;
  /** One that is over already stays as it is. */
  release(actor: Actor, holdId: string, counter: Spent): Promise<HoldAnswer>;
  /** Ends every hold whose time is over, and tells its application. @returns how many those were */
  endExpired(): Promise<number>;
  /** Finishes or takes back what was begun to be confirmed and nobody goes on with. @returns how many holds those were */
  endUnfinished(onFailure: (holdId: string, error: unknown) => void): Promise<number>;
}

export function holds(dependencies: HoldDependencies): Holds {
  const { store, wake } = dependencies;
  const inTurn = turns();
  return {
    create: (actor, input, counter) => makeHold(dependencies, inTurn, actor, input, counter),

    confirm: (actor, input, counter) => confirmHold(dependencies, actor, input, counter),

    async release(actor, holdId, counter) {
      let released: HoldRecord | null = null;
      const claim = newClaim(holdId);
      const answer = await withHold(store, actor, holdId, counter, async (tx, hold): Promise<HoldAnswer | Left> => {
        if (hold.status !== 'HELD') return { hold, userErrors: [] };
        const left = await confirmationOf(tx, hold.id);
        if (left !== null) {
          await beginConfirming(tx, claim, claimTime);
          return { booking: bookingOf(hold, claim, left), stage: left.stage };
        }
        const { id, accountIds } = hold;
        await endHold(tx, { id, applicationId: actor.applicationId, accountIds }, 'RELEASED', actor.applicationId);
        released = hold;
        return { hold: { ...hold, status: 'RELEASED' }, userErrors: [] };
      });
      if ('booking' in answer) return endLeft(dependencies, answer, counter);
      if (released !== null) for (const accountId of answer.hold?.accountIds ?? []) wake(accountId);
      return answer;
    },

    endUnfinished: (onFailure) => endUnfinished(dependencies, onFailure),

    async endExpired() {
      for (let ended = 0; ; ended += 1) {
        const accountIds = await again(() => store.asWorker(endExpiredHold));
        if (accountIds === null) return ended;
        for (const accountId of accountIds) wake(accountId);
      }
    },
  };
}

/** What an attempt at confirming left; nobody is at it any more. */
interface Left {
  readonly booking: Booking;
  readonly stage: StoredConfirmation['stage'];
}

async function endLeft(dependencies: HoldDependencies, { booking, stage }: Left, counter: Spent): Promise<HoldAnswer> {
  const kept = keepClaim(dependencies.store, booking.claim);
  try {
    const answer = await goOn(dependencies, booking, { stage, stays: false }, counter);
    return { hold: answer?.hold ?? booking.hold, userErrors: answer?.userErrors ?? [] };
  } finally {
    await kept.stop(counter);
  }
}
