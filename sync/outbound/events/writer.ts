/** Event writes: validated as a whole, staged in one transaction, tried at the provider at once. */

import { findEvents } from '../../../datasources/store/events.ts';
import { findCall, recordCall } from '../../../datasources/store/idempotency.ts';
import { findOperations } from '../../../datasources/store/operation-list.ts';
import type { OperationRecord } from '../../../datasources/store/records.ts';
import type { QueryCounter, Store, Tenant, Tx } from '../../../datasources/store/store.ts';
import type { Actor } from '../../../domain/actor.ts';
import { RefusedInput, type UserError, type Warning } from '../../../domain/errors.ts';
import type { MarkerCrypto } from '../../../domain/events/markers.ts';
import type { RecurrenceId } from '../../../domain/events/model.ts';
import type {
  DeleteEventInput,
  DeleteManagedEventInput,
  DeleteManagedEventsInput,
  UpdateEventInput,
  UpsertEventInput,
  WriteControl,
} from '../../../schema/generated.ts';
import { answered, type ShownEvent, type WriteAnswer } from './answer.ts';
import { deleteAllManaged, deleteById, deleteByKey } from './delete.ts';
import type { StageDependencies } from './stage.ts';
import { updateById } from './update.ts';
import { upsertByKey } from './upsert.ts';

/** A mutation waits no longer than this for its provider, in milliseconds; then the write goes on by itself. */
const patience = 10_000;

export interface WriterDependencies extends StageDependencies {
  readonly store: Store;
  /** What uids and markers of managed events are made with (semantics C1). */
  readonly markers: MarkerCrypto;
  /** The installation's public name: the right side of managed uids. */
  readonly instanceName: string;
  wake(accountId: string): void;
  /** Tries one accepted write now; counts each request to the provider. */
  attempt(operationId: string, options: { readonly patience: number; readonly onCall: () => void }): Promise<void>;
}

export interface Spent extends QueryCounter {
  providerCalls: number;
}

/** What one write decided inside its transaction. */
export interface Decided {
  readonly accountId: string | null;
  readonly eventId: string | null;
  readonly recurrenceId: RecurrenceId | null;
  readonly operationId: string | null;
  /** Whether the operation has to be tried at a provider. */
  readonly pending: boolean;
  readonly created: boolean | null;
  readonly deletedId: string | null;
  /** The series that goes on after a split (semantics B4). */
  readonly splitOffId: string | null;
  readonly warnings: readonly Warning[];
}

export interface WriteStep {
  readonly tx: Tx;
  readonly tenant: Tenant;
  readonly actor: Actor;
}

export interface EventWriter {
  upsert(actor: Actor, input: UpsertEventInput, counter: Spent): Promise<WriteAnswer>;
  update(actor: Actor, input: UpdateEventInput, counter: Spent): Promise<WriteAnswer>;
  remove(actor: Actor, input: DeleteEventInput, counter: Spent): Promise<WriteAnswer>;
  removeManaged(actor: Actor, input: DeleteManagedEventInput, counter: Spent): Promise<WriteAnswer>;
  removeAllManaged(
    actor: Actor,
    input: DeleteManagedEventsInput,
    counter: Spent,
  ): Promise<{ readonly deleted: number; readonly userErrors: readonly UserError[] }>;
}

export function eventWriter(dependencies: WriterDependencies): EventWriter {
  const write = <I extends { readonly control?: WriteControl | null }>(
    mutation: string,
    decide: (step: WriteStep, dependencies: WriterDependencies, input: I) => Promise<Decided>,
  ) => {
    return (actor: Actor, input: I, counter: Spent) =>
      carryOut(dependencies, { actor, mutation, input, counter }, (step) => decide(step, dependencies, input));
  };
  return {
    upsert: write('upsertEvent', upsertByKey),
    update: write('updateEvent', updateById),
    remove: write('deleteEvent', deleteById),
    removeManaged: write('deleteManagedEvent', deleteByKey),
    removeAllManaged: (actor, input, counter) => deleteAllManaged(dependencies, actor, input, counter),
  };
}

/** Thrown to undo a dry run: carries what the write would have answered. */
class DryRun extends Error {
  readonly answer: WriteAnswer;
  constructor(answer: WriteAnswer) {
    super('dry run');
    this.answer = answer;
  }
}

/** A refusal that shows the event which was in the way. */
export class Conflict extends Error {
  readonly conflict: ShownEvent;
  readonly errors: readonly UserError[];
  constructor(conflict: ShownEvent, errors: readonly UserError[]) {
    super('version conflict');
    this.conflict = conflict;
    this.errors = errors;
  }
}

interface Call {
  readonly actor: Actor;
  readonly mutation: string;
  readonly input: { readonly control?: WriteControl | null };
  readonly counter: Spent;
}

async function carryOut(
  dependencies: WriterDependencies,
  { actor, mutation, input, counter }: Call,
  decide: (step: WriteStep) => Promise<Decided>,
): Promise<WriteAnswer> {
  const { store } = dependencies;
  const tenant: Tenant = { applicationId: actor.applicationId, accountId: actor.accountId };
  const control = input.control ?? {};
  const key = control.idempotencyKey;
  const call =
    key == null
      ? null
      : { applicationId: actor.applicationId, mutation, key, input: { ...input, account: actor.accountId } };
  try {
    const decided = await store.withApplication(
      tenant,
      async (tx) => {
        const replay = call === null ? null : await findCall<Decided>(tx, call);
        if (replay?.kind === 'mismatch') throw new RefusedInput([mismatch]);
        if (replay?.kind === 'replay') return { ...replay.result, pending: false };
        const made = await decide({ tx, tenant, actor });
        if (control.onLoss === 'REFUSE' && made.warnings.length > 0) throw new RefusedInput(made.warnings.map(asLoss));
        if (control.dryRun === true) throw new DryRun(await show(tx, tenant, made));
        if (call !== null) await recordCall(tx, call, made);
        return made;
      },
      counter,
    );
    if (decided.accountId !== null) dependencies.wake(decided.accountId);
    if (decided.pending && decided.operationId !== null) {
      await dependencies.attempt(decided.operationId, {
        patience,
        onCall: () => {
          counter.providerCalls++;
        },
      });
    }
    const answer = await store.withApplication(tenant, (tx) => show(tx, tenant, decided), counter);
    return withFailure(answer);
  } catch (error) {
    if (error instanceof DryRun) return error.answer;
    if (error instanceof RefusedInput) return answered({ userErrors: error.errors });
    if (error instanceof Conflict) return answered({ conflict: error.conflict, userErrors: error.errors });
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

/** What the write answers, read after it: the event and its operation as they are now. */
async function show(tx: Tx, tenant: Tenant, decided: Decided): Promise<WriteAnswer> {
  const { eventId, splitOffId } = decided;
  const wanted = [eventId, splitOffId].filter((id) => id != null);
  const records = wanted.length === 0 ? [] : await findEvents(tx, tenant, wanted);
  const record = records.find((found) => found.id === eventId);
  const splitOff = records.find((found) => found.id === splitOffId && found.deletedAt === null);
  const [operation] = decided.operationId === null ? [] : await findOperations(tx, [decided.operationId]);
  const alive = record !== undefined && record.deletedAt === null && decided.deletedId === null;
  return answered({
    event: alive ? { record, recurrenceId: decided.recurrenceId } : null,
    created: decided.created,
    deletedId: decided.deletedId,
    splitOff: splitOff === undefined ? null : { record: splitOff, recurrenceId: null },
    operation: operation ?? null,
    warnings: decided.warnings,
  });
}

/** A write that its provider refused for good is undone, and answered as refused. */
function withFailure(answer: WriteAnswer): WriteAnswer {
  const { operation } = answer;
  if (operation === null || operation.status !== 'FAILED') return answer;
  const message = operation.failure?.message ?? 'The provider refused the write';
  if (operation.failure?.code === 'CONFLICT') {
    const error: UserError = {
      path: [],
      code: 'VERSION_CONFLICT',
      message: `The event changed at its provider meanwhile: ${message}`,
    };
    return answered({ conflict: answer.event, operation, userErrors: [error] });
  }
  return answered({ operation, userErrors: [{ path: [], code: failureCode(operation), message }] });
}

function failureCode(operation: OperationRecord): UserError['code'] {
  switch (operation.failure?.code) {
    case 'CREDENTIALS_REJECTED':
      return 'CREDENTIALS_REJECTED';
    case 'UNREACHABLE':
    case 'THROTTLED':
      return 'PROVIDER_UNREACHABLE';
    case 'FORBIDDEN':
      return 'READ_ONLY';
    default:
      return 'PROVIDER_REJECTED';
  }
}
