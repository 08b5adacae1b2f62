/** Confirmations that somebody began and nobody goes on with: what guests may know of is finished, anything else is taken back. */
import { claimUnfinished } from '../../datasources/store/confirmations.ts';
import { findHolds } from '../../datasources/store/holds.ts';
import { tenantOf } from '../../datasources/store/store.ts';
import type { StoredConfirmation } from '../../datasources/store/tables.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import { finish, takeBack } from './booking.ts';
import { bookingOf, claimTime, keepClaim, newClaim } from './claims.ts';
import type { Booking, ConfirmAnswer, ConfirmDependencies } from './confirming.ts';

/** Seconds that whoever was cut off has to call again, once nobody is at it any more. */
const patience = 30;

/**
 * Goes on where an attempt ended.
 *
 * @param stays whether the hold stays in force where its events are taken back
 * @returns null where yet another attempt has the hold by now
 */
export function goOn(
  dependencies: ConfirmDependencies,
  booking: Booking,
  { stage, stays }: { readonly stage: StoredConfirmation['stage']; readonly stays: boolean },
  counter: Spent,
): Promise<ConfirmAnswer | null> {
  if (stage === 'INVITING') return finish(dependencies, booking, null, counter);
  return takeBack(dependencies, booking, { userErrors: [], stays }, counter);
}

/** Ends every confirmation that was left. @returns how many those were; a failure of one is told and leaves the others alone */
export async function endUnfinished(
  dependencies: ConfirmDependencies,
  onFailure: (holdId: string, error: unknown) => void,
): Promise<number> {
  const { store } = dependencies;
  for (let count = 0; ; count += 1) {
    const { by } = newClaim('');
    const found = await store.asWorker((tx) => claimUnfinished(tx, by, { seconds: claimTime, patience }));
    if (found === null) return count;
    const { holdId, confirmation } = found;
    const counter: Spent = { sqlQueries: 0, providerCalls: 0 };
    const kept = keepClaim(store, { holdId, by });
    try {
      const { actor } = confirmation as { readonly actor: Booking['actor'] };
      const [hold] = await store.withApplication(tenantOf(actor), (tx) => findHolds(tx, actor, [holdId]), counter);
      if (hold === undefined) continue;
      const booking = bookingOf(hold, { holdId, by }, confirmation);
      await goOn(dependencies, booking, { stage: confirmation.stage, stays: false }, counter);
    } catch (error) {
      onFailure(holdId, error);
    } finally {
      await kept.stop(counter);
    }
  }
}
