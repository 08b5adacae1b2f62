/** Event writes: validated as a whole, staged in one transaction, tried at the provider at once. */

import type { CalendarRecord } from '../../../datasources/store/records.ts';
import { type QueryCounter, type Store, type Tenant, type Tx, tenantOf } from '../../../datasources/store/store.ts';
import type { Actor, Scope } from '../../../domain/actor.ts';
import type { UserError, Warning } from '../../../domain/errors.ts';
import type { MarkerCrypto } from '../../../domain/events/markers.ts';
import type { RecurrenceId } from '../../../domain/events/model.ts';
import type {
  BatchEventsInput,
  DeleteEventInput,
  DeleteManagedEventInput,
  DeleteManagedEventsInput,
  SetParticipationStatusInput,
  UpdateEventInput,
  UpsertEventInput,
  WriteControl,
} from '../../../schema/generated.ts';
import { accept, type WriteCall } from './accept.ts';
import { answered, readAnswers, type WriteAnswer } from './answer.ts';
import { type BatchAnswer, carryOutBatch } from './batch.ts';
import { deleteAllManaged, deleteById, deleteByKey } from './delete.ts';
import { answerInvitation } from './participation.ts';
import type { StageDependencies } from './stage.ts';
import { type UndoInput, undoByKey } from './undo.ts';
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
  /** What the account must have granted for this write. */
  readonly scope: Scope;
  /** Calendars that were read already, for the writes of a batch. */
  readonly calendars?: ReadonlyMap<string, CalendarRecord>;
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
  answer(actor: Actor, input: SetParticipationStatusInput, counter: Spent): Promise<WriteAnswer>;
  /** Brings the application's own event back to what it was before a write: gone, where that made it. */
  undo(actor: Actor, input: UndoInput, counter: Spent): Promise<WriteAnswer>;
  batch(actor: Actor, input: BatchEventsInput, counter: Spent): Promise<BatchAnswer>;
}

export function eventWriter(dependencies: WriterDependencies): EventWriter {
  const write = <I extends { readonly control?: WriteControl | null }>(
    mutation: string,
    scope: Scope,
    decide: (step: WriteStep, dependencies: WriterDependencies, input: I) => Promise<Decided>,
  ) => {
    return (actor: Actor, input: I, counter: Spent) =>
      carryOut(dependencies, { actor, mutation, scope, input, counter }, (step, judged) =>
        decide(step, dependencies, judged),
      );
  };
  return {
    upsert: write('upsertEvent', 'create_event', upsertByKey),
    update: write('updateEvent', 'create_event', updateById),
    remove: write('deleteEvent', 'delete_event', deleteById),
    removeManaged: write('deleteManagedEvent', 'delete_event', deleteByKey),
    removeAllManaged: (actor, input, counter) => deleteAllManaged(dependencies, actor, input, counter),
    answer: write('setParticipationStatus', 'change_participation_status', answerInvitation),
    undo: write('upsertEvent', 'create_event', undoByKey),
    batch: (actor, input, counter) => carryOutBatch(dependencies, actor, input, counter),
  };
}

/** Accepted, tried at its provider at once, and answered as it stands then. */
async function carryOut<Input extends WriteCall['input']>(
  dependencies: WriterDependencies,
  call: WriteCall & { readonly input: Input },
  decide: (step: WriteStep, input: Input) => Promise<Decided>,
): Promise<WriteAnswer> {
  const { counter } = call;
  const accepted = await accept(dependencies, call, decide);
  if (accepted.kind === 'answered') return accepted.answer;
  const { decided } = accepted;
  if (decided.pending && decided.operationId !== null) {
    const onCall = () => {
      counter.providerCalls++;
    };
    await dependencies.attempt(decided.operationId, { patience, onCall });
  }
  const tenant = tenantOf(call.actor);
  const [answer] = await dependencies.store.withApplication(
    tenant,
    (tx) => readAnswers(tx, call.actor, [decided]),
    counter,
  );
  return answer ?? answered({});
}
