/** What every event mutation answers, before the graph shapes it, and how it is read after the write. */
import { calendarHolding } from '../../../datasources/store/calendars.ts';
import { findEvents } from '../../../datasources/store/events.ts';
import { findOperations } from '../../../datasources/store/operation-list.ts';
import type { EventRecord, OperationRecord } from '../../../datasources/store/records.ts';
import { type Tx, tenantOf } from '../../../datasources/store/store.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { UserError, Warning } from '../../../domain/errors.ts';
import type { RecurrenceId } from '../../../domain/events/model.ts';
import { namesGranting } from '../../../domain/grants.ts';
import type { Decided } from './writer.ts';

/** An event to be shown: the row, and which occurrence of it. */
export interface ShownEvent {
  readonly record: EventRecord;
  readonly recurrenceId: RecurrenceId | null;
}

export interface WriteAnswer {
  /** As it stands now; null when it was refused or is gone. */
  readonly event: ShownEvent | null;
  /** On VERSION_CONFLICT what was in the way. */
  readonly conflict: ShownEvent | null;
  readonly created: boolean | null;
  readonly deletedId: string | null;
  readonly splitOff: ShownEvent | null;
  readonly operation: OperationRecord | null;
  readonly warnings: readonly Warning[];
  readonly userErrors: readonly UserError[];
}

const nothing: WriteAnswer = {
  event: null,
  conflict: null,
  created: null,
  deletedId: null,
  splitOff: null,
  operation: null,
  warnings: [],
  userErrors: [],
};

export function answered(parts: Partial<WriteAnswer>): WriteAnswer {
  return { ...nothing, ...parts };
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

/**
 * What accepted writes answer, in their order: their events and operations as they are now, read in two statements however many
 * they are. A write that its provider refused for good is undone by now, and answered as refused.
 */
export async function readAnswers(tx: Tx, actor: Actor, writes: readonly Decided[]): Promise<WriteAnswer[]> {
  const tenant = tenantOf(actor);
  const eventIds = new Set(writes.flatMap(({ eventId, splitOffId }) => [eventId, splitOffId]));
  const operationIds = new Set(writes.map(({ operationId }) => operationId));
  eventIds.delete(null);
  operationIds.delete(null);
  const events = eventIds.size === 0 ? [] : await findEvents(tx, tenant, [...eventIds] as string[]);
  const operations = operationIds.size === 0 ? [] : await findOperations(tx, [...operationIds] as string[]);
  const alive = new Map(events.filter(({ deletedAt }) => deletedAt === null).map((record) => [record.id, record]));
  const holders = await holdersOf(tx, actor, operations);
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  return writes.map((decided) => {
    const shown = (id: string | null, recurrenceId: RecurrenceId | null): ShownEvent | null => {
      const record = id === null ? undefined : alive.get(id);
      return record === undefined ? null : { record, recurrenceId };
    };
    const event = shown(decided.eventId, decided.recurrenceId);
    const operation = decided.operationId === null ? null : (byId.get(decided.operationId) ?? null);
    if (operation?.status === 'FAILED') return refusedByProvider(operation, event, holders.get(operation.id) ?? null);
    return answered({
      event: decided.deletedId === null ? event : null,
      created: decided.created,
      deletedId: decided.deletedId,
      splitOff: shown(decided.splitOffId, null),
      operation,
      warnings: decided.warnings,
    });
  });
}

/** Operation → the calendar that has the event's uid, where that is why it was refused. */
async function holdersOf(
  tx: Tx,
  actor: Actor,
  operations: readonly OperationRecord[],
): Promise<ReadonlyMap<string, string>> {
  const holders = new Map<string, string>();
  // The name of another calendar is for those to know who may list them.
  const granting = actor.scopes.has('list_calendars') ? namesGranting(['list_calendars']) : [];
  for (const { id, calendarId, status, failure } of operations) {
    if (status !== 'FAILED' || !failure?.uidTakenBy) continue;
    const name = await calendarHolding(tx, actor, calendarId, failure.uidTakenBy, granting);
    if (name !== null) holders.set(id, name);
  }
  return holders;
}

function refusedByProvider(operation: OperationRecord, event: ShownEvent | null, holder: string | null): WriteAnswer {
  const message = operation.failure?.message ?? 'The provider refused the write';
  if (operation.failure?.uidTakenBy !== undefined) {
    const where = holder === null ? 'elsewhere' : `in the calendar ${JSON.stringify(holder)}`;
    const error: UserError = { path: [], code: 'DUPLICATE', message: `The event's uid is in use ${where}: ${message}` };
    return answered({ operation, userErrors: [error] });
  }
  if (operation.failure?.code === 'CONFLICT') {
    const error: UserError = {
      path: [],
      code: 'VERSION_CONFLICT',
      message: `The event changed at its provider meanwhile: ${message}`,
    };
    return answered({ conflict: event, operation, userErrors: [error] });
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
