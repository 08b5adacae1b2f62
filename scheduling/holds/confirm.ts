/** From a hold to events: every copy stands before anybody is told of one, or none does (semantics E14). */
import { stopConfirming } from '../../datasources/store/holds.ts';
import { tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { ConfirmHoldInput } from '../../schema/generated.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import { book } from './booking.ts';
import { type ConfirmAnswer, type ConfirmDependencies, refused } from './confirming.ts';
import { begin } from './copies.ts';
import { objections } from './objections.ts';
import { write } from './writing.ts';

export async function confirmHold(
  dependencies: ConfirmDependencies,
  actor: Actor,
  input: ConfirmHoldInput,
  counter: Spent,
): Promise<ConfirmAnswer> {
  const { store } = dependencies;
  const begun = await begin(dependencies, actor, input, counter);
  if (begun.kind === 'answered') return begun.answer;
  const { hold, copies } = begun;
  try {
    const errors = await objections(dependencies, actor, input, begun, counter);
    if (errors.length > 0) return refused(hold, errors);
    const control = input.control ?? {};
    if (control.dryRun === true) {
      const shown = await Promise.all(copies.map((copy) => write(dependencies, actor, copy, { ...control, dryRun: true }, counter))); // biome-ignore format: one call
      return { hold, results: shown, userErrors: [] };
    }
    return await book(dependencies, actor, input, begun, counter);
  } finally {
    await store.withApplication(tenantOf(actor), (tx) => stopConfirming(tx, hold.id), counter);
  }
}
