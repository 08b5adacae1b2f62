/** From a hold to events: every copy stands before anybody is told of one, or none does (semantics E14). */
import type { Actor } from '../../domain/actor.ts';
import type { ConfirmHoldInput } from '../../schema/generated.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import { book, takeBack } from './booking.ts';
import { keepClaim } from './claims.ts';
import { type ConfirmAnswer, type ConfirmDependencies, refused } from './confirming.ts';
import { type Begun, begin } from './copies.ts';
import { objections } from './objections.ts';
import { goOn } from './unfinished.ts';
import { write } from './writing.ts';

/** Whoever is at it already is waited for, and what another attempt left is gone on with. */
export async function confirmHold(
  dependencies: ConfirmDependencies,
  actor: Actor,
  input: ConfirmHoldInput,
  counter: Spent,
): Promise<ConfirmAnswer> {
  for (;;) {
    const begun = await begin(dependencies, actor, input, counter);
    if (begun.kind === 'answered') return begun.answer;
    const kept = keepClaim(dependencies.store, begun.booking.claim);
    try {
      const answer = await attempt(dependencies, input, begun, counter);
      if (answer !== null) return answer;
    } finally {
      await kept.stop(counter);
    }
  }
}

/** @returns null where the call has to begin anew */
async function attempt(
  dependencies: ConfirmDependencies,
  input: ConfirmHoldInput,
  begun: Exclude<Begun, { readonly kind: 'answered' }>,
  counter: Spent,
): Promise<ConfirmAnswer | null> {
  const { booking } = begun;
  if (begun.kind === 'left') {
    const answer = await goOn(dependencies, booking, { stage: begun.stage, stays: true }, counter);
    return begun.stage === 'INVITING' ? answer : null;
  }
  const { hold, actor, control, copies } = booking;
  const errors = await objections(dependencies, booking, input.allowUnreachable === true, counter);
  if (errors.length > 0) {
    if (begun.resumed) return takeBack(dependencies, booking, { userErrors: errors, stays: true }, counter);
    return refused(hold, errors);
  }
  if (control.dryRun === true) {
    const results = await Promise.all(copies.map((copy) => write(dependencies, actor, copy, control, counter)));
    return { hold, results, userErrors: [] };
  }
  return book(dependencies, booking, counter);
}
