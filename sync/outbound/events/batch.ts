/** batchEvents: each write for itself and in order, then as few calls to providers as they allow. */
import { findCalendars } from '../../../datasources/store/calendars.ts';
import type { CalendarRecord } from '../../../datasources/store/records.ts';
import { tenantOf } from '../../../datasources/store/store.ts';
import type { Actor, Scope } from '../../../domain/actor.ts';
import { RequestError, type UserError } from '../../../domain/errors.ts';
import type { BatchEventOperation, BatchEventsInput } from '../../../schema/generated.ts';
import { type Accepted, accept, type WriteCall } from './accept.ts';
import { readAnswers, type WriteAnswer } from './answer.ts';
import { deleteById, deleteByKey } from './delete.ts';
import { updateById } from './update.ts';
import { upsertByKey } from './upsert.ts';
import type { Decided, Spent, WriterDependencies, WriteStep } from './writer.ts';

/** Operations in one batch, at most. */
export const batchLimit = 50;
/** A batch waits no longer than this for its providers, in milliseconds: less than what clients wait for an answer. */
const batchPatience = 25_000;
/** Events of one account that are written at once: what a provider bears of one login (semantics D11). */
const atOnce = 4;

/** The payload that each answer is shown as. */
type PayloadName = 'UpsertEventPayload' | 'UpdateEventPayload' | 'DeleteEventPayload' | 'DeleteManagedEventPayload';

export interface BatchAnswer {
  readonly results: readonly (WriteAnswer & { readonly __typename: PayloadName })[] | null;
  readonly userErrors: readonly UserError[];
}

/** One operation, and how it is done. */
interface Write {
  readonly mutation: string;
  readonly payload: PayloadName;
  readonly scope: Scope;
  readonly calendarId: string | null;
  accept(dependencies: WriterDependencies, call: Omit<WriteCall, 'mutation' | 'scope' | 'input'>): Promise<Accepted>;
}

/**
 * Accepts every operation in its own transaction, in order, so that each sees the ones before it and a refused one leaves the
 * others alone; then tries them: an event once, whatever number of operations it had, different events side by side.
 *
 * @throws RequestError FORBIDDEN when the credential lacks a scope that one of the operations needs; nothing was done then.
 */
export async function carryOutBatch(
  dependencies: WriterDependencies,
  actor: Actor,
  input: BatchEventsInput,
  counter: Spent,
): Promise<BatchAnswer> {
  const writes = input.operations.map(writeOf);
  const userErrors = refusals(input.operations.length, writes);
  if (userErrors.length > 0) return { results: null, userErrors };
  for (const write of writes) {
    if (write !== null && !actor.scopes.has(write.scope)) {
      throw new RequestError('FORBIDDEN', `${write.mutation} needs the scope ${write.scope}`, {
        requiredScope: write.scope,
      });
    }
  }
  const tenant = tenantOf(actor);
  const known = writes.filter((write) => write !== null);
  const calendars = await readCalendars(dependencies, actor, known, counter);
  const accepted: Accepted[] = [];
  for (const write of known) accepted.push(await write.accept(dependencies, { actor, counter, calendars }));
  const decided = accepted.flatMap((one) => (one.kind === 'accepted' ? [one.decided] : []));
  await attemptAll(dependencies, decided, counter);
  const read =
    decided.length === 0
      ? []
      : await dependencies.store.withApplication(tenant, (tx) => readAnswers(tx, actor, decided), counter);
  const answers = read.values();
  const results = accepted.map((one, index) => {
    const answer = one.kind === 'answered' ? one.answer : answers.next().value;
    const payload = known[index]?.payload;
    if (answer === undefined || payload === undefined) throw new Error('a write of a batch has no answer');
    return { ...answer, __typename: payload };
  });
  return { results, userErrors: [] };
}

/** Null where not exactly one of them is given. */
function writeOf({ upsert, deleteManaged, update, delete: remove }: BatchEventOperation): Write | null {
  const given: Write[] = [];
  if (upsert != null) {
    const shown = { mutation: 'upsertEvent', payload: 'UpsertEventPayload', scope: 'create_event' } as const;
    given.push(write({ ...shown, calendarId: upsert.calendarId }, upsert, upsertByKey));
  }
  if (deleteManaged != null) {
    const shown = {
      mutation: 'deleteManagedEvent',
      payload: 'DeleteManagedEventPayload',
      scope: 'delete_event',
    } as const;
    given.push(write({ ...shown, calendarId: deleteManaged.calendarId }, deleteManaged, deleteByKey));
  }
  if (update != null) {
    const shown = { mutation: 'updateEvent', payload: 'UpdateEventPayload', scope: 'create_event' } as const;
    given.push(write({ ...shown, calendarId: null }, update, updateById));
  }
  if (remove != null) {
    const shown = { mutation: 'deleteEvent', payload: 'DeleteEventPayload', scope: 'delete_event' } as const;
    given.push(write({ ...shown, calendarId: null }, remove, deleteById));
  }
  return given.length === 1 ? (given[0] ?? null) : null;
}

function write<Input extends WriteCall['input']>(
  shown: Omit<Write, 'accept'>,
  input: Input,
  decide: (step: WriteStep, dependencies: WriterDependencies, input: Input) => Promise<Decided>,
): Write {
  return {
    ...shown,
    accept: (dependencies, call) =>
      accept(dependencies, { ...call, mutation: shown.mutation, scope: shown.scope, input }, (step, judged) =>
        decide(step, dependencies, judged),
      ),
  };
}

/** What is wrong with the batch itself. */
function refusals(count: number, writes: readonly (Write | null)[]): UserError[] {
  const path = ['operations'];
  if (count === 0) return [{ path, code: 'REQUIRED', message: 'Expected 1 to 50 operations, got none' }];
  if (count > batchLimit) {
    return [{ path, code: 'LIMIT_EXCEEDED', message: `Expected 1 to ${batchLimit} operations, got ${count}` }];
  }
  return writes.flatMap((write, index): UserError[] =>
    write !== null
      ? []
      : [
          {
            path: [...path, `${index}`],
            code: 'INVALID',
            message: 'Expected exactly one of upsert, deleteManaged, update and delete, got none or several',
          },
        ],
  );
}

/** The calendars that operations name, in one statement. */
async function readCalendars(
  { store }: WriterDependencies,
  actor: Actor,
  writes: readonly Write[],
  counter: Spent,
): Promise<ReadonlyMap<string, CalendarRecord>> {
  const ids = new Set(writes.flatMap(({ calendarId }) => (calendarId === null ? [] : [calendarId])));
  if (ids.size === 0) return new Map();
  const tenant = tenantOf(actor);
  const found = await store.withApplication(tenant, (tx) => findCalendars(tx, tenant, [...ids]), counter);
  return new Map(found.map((calendar) => [calendar.id, calendar]));
}

/**
 * One attempt an event: it takes along every write that waits for the same event. What did not come to its turn in time goes on by
 * itself, as after any write.
 */
async function attemptAll(dependencies: WriterDependencies, writes: readonly Decided[], counter: Spent): Promise<void> {
  const last = new Map<string, Decided>();
  for (const decided of writes) {
    if (decided.pending && decided.eventId !== null) last.set(decided.eventId, decided);
  }
  const onCall = () => {
    counter.providerCalls++;
  };
  const until = performance.now() + batchPatience;
  const lanes = Map.groupBy(last.values(), (decided) => decided.accountId);
  const work = async (queue: Iterator<Decided>) => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      const left = until - performance.now();
      if (left <= 0) return;
      const { operationId } = next.value;
      if (operationId !== null) await dependencies.attempt(operationId, { patience: left, onCall });
    }
  };
  await Promise.all(
    [...lanes.values()].flatMap((lane) => {
      const queue = lane.values();
      return Array.from({ length: Math.min(atOnce, lane.length) }, () => work(queue));
    }),
  );
}
