/** One copy, written; and what of it the whole call is told. */
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import type { WriteControl } from '../../schema/generated.ts';
import type { WriteAnswer } from '../../sync/outbound/events/answer.ts';
import type { Spent } from '../../sync/outbound/events/writer.ts';
import type { ConfirmDependencies, Copy } from './confirming.ts';

/** As `upsertEvent` would. */
export function write(
  { events }: ConfirmDependencies,
  actor: Actor,
  { input }: Pick<Copy, 'input'>,
  control: WriteControl,
  counter: Spent,
): Promise<WriteAnswer> {
  // The call's own key is the hold's; an event's is for a write of that event alone.
  const { idempotencyKey: _key, ...asked } = control;
  const { ifVersion } = input.control ?? {};
  return events.upsert(
    actor,
    { ...input, control: { ...asked, ...(ifVersion == null ? {} : { ifVersion }) } },
    counter,
  );
}

export function below(copy: Copy | undefined, { path, ...error }: UserError): UserError {
  return { ...error, path: [...(copy?.path ?? []), ...path] };
}
/** What stands against the whole booking in the answer of one copy. */
export function failureOf(answer: WriteAnswer, copy: Copy | undefined, mayBePending: boolean): readonly UserError[] {
  if (answer.userErrors.length > 0) return answer.userErrors.map((error) => below(copy, error));
  if (mayBePending || answer.operation?.status !== 'PENDING') return [];
  const message =
    'Expected the provider to take the event, got no answer in time; `allowUnreachable` confirms all the same';
  return [{ path: copy?.path ?? [], code: 'PROVIDER_UNREACHABLE', message }];
}
