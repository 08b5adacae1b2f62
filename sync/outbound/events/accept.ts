/** The transaction of one write: refused as a whole, shown and undone (a dry run), or accepted. */
import { findCall, recordCall } from '../../../datasources/store/idempotency.ts';
import type { CalendarRecord } from '../../../datasources/store/records.ts';
import { tenantOf } from '../../../datasources/store/store.ts';
import type { Actor, Scope } from '../../../domain/actor.ts';
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import { besideRefused, withoutRefusedValues } from '../../../domain/events/refused-value.ts';
import type { WriteControl } from '../../../schema/generated.ts';
import { answered, Conflict, readAnswers, type WriteAnswer } from './answer.ts';
import type { Decided, Spent, WriterDependencies, WriteStep } from './writer.ts';

export interface WriteCall {
  readonly actor: Actor;
  /** The name under which `idempotencyKey` counts. */
  readonly mutation: string;
  /** What the account must have granted. */
  readonly scope: Scope;
  readonly input: { readonly control?: WriteControl | null };
  readonly counter: Spent;
  /** Calendars that a batch has read for all of its writes. */
  readonly calendars?: ReadonlyMap<string, CalendarRecord>;
}

export type Accepted =
  | { readonly kind: 'answered'; readonly answer: WriteAnswer }
  /** Stored; its operation, if it has one, is still to be tried. */
  | { readonly kind: 'accepted'; readonly decided: Decided };

/** Thrown to undo a dry run: carries what the write would have answered. */
class DryRun extends Error {
  readonly answer: WriteAnswer;
  constructor(answer: WriteAnswer) {
    super('dry run');
    this.answer = answer;
  }
}

/** Decides a write inside one transaction, and wakes who follows the account. */
export async function accept<Input extends WriteCall['input']>(
  dependencies: WriterDependencies,
  { actor, mutation, scope, input: given, counter, calendars }: WriteCall & { readonly input: Input },
  decide: (step: WriteStep, input: Input) => Promise<Decided>,
): Promise<Accepted> {
  const { input, errors: refused } = withoutRefusedValues(given);
  const tenant = tenantOf(actor);
  const control = input.control ?? {};
  const key = control.idempotencyKey;
  const call =
    key == null
      ? null
      : { applicationId: actor.applicationId, mutation, key, input: { ...input, account: actor.accountId } };
  try {
    const decided = await dependencies.store.withApplication(
      tenant,
      async (tx) => {
        const replay = call === null ? null : await findCall<Decided>(tx, call);
        if (replay?.kind === 'mismatch') throw new RefusedInput([mismatch]);
        if (replay?.kind === 'replay') return { ...replay.result, pending: false };
        const made = await decide(
          { tx, tenant, actor, scope, ...(calendars === undefined ? {} : { calendars }) },
          input,
        );
        if (refused.length > 0) throw new RefusedInput([]);
        if (control.onLoss === 'REFUSE' && made.warnings.length > 0) throw new RefusedInput(made.warnings.map(asLoss));
        if (control.dryRun === true) {
          const [answer] = await readAnswers(tx, actor, [made]);
          throw new DryRun(answer ?? answered({}));
        }
        if (call !== null) await recordCall(tx, call, made);
        return made;
      },
      counter,
    );
    if (decided.accountId !== null) dependencies.wake(decided.accountId);
    return { kind: 'accepted', decided };
  } catch (error) {
    if (error instanceof DryRun) return { kind: 'answered', answer: error.answer };
    if (error instanceof RefusedInput) {
      return { kind: 'answered', answer: answered({ userErrors: besideRefused(error.errors, refused) }) };
    }
    if (error instanceof Conflict) {
      return { kind: 'answered', answer: answered({ conflict: error.conflict, userErrors: error.errors }) };
    }
    throw error;
  }
}

const mismatch: UserError = {
  path: ['control', 'idempotencyKey'],
  code: 'IDEMPOTENCY_MISMATCH',
  message: 'Expected the input that this key was used with first, got another',
};

function asLoss(warning: Warning): UserError {
  return { path: warning.path, code: 'NOT_SUPPORTED', message: warning.message };
}
