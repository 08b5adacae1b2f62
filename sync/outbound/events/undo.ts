/** A write of the application's own event undone: by who made it, and with no more than was granted to make it. */
import { findManagedEvent, lockEvent } from '../../../datasources/store/events.ts';
import type { EventRecord } from '../../../datasources/store/records.ts';
import type { StoredEventState } from '../../../datasources/store/tables.ts';
import type { WriteControl } from '../../../schema/generated.ts';
import { lockManagedKey } from './managed-key.ts';
import { markerOf } from './marker.ts';
import { calendarOf } from './refusals.ts';
import { stageRemoval, stageWrite } from './stage.ts';
import { exceptionsOf } from './target.ts';
import { nextObject } from './upsert.ts';
import type { Decided, WriterDependencies, WriteStep } from './writer.ts';

export interface UndoInput {
  readonly calendarId: string;
  readonly key: string;
  /** As the event was before; null: there was none. */
  readonly before: StoredEventState | null;
  readonly control?: WriteControl | null;
}

/** What a write may change of an event: to be kept before one that may have to be undone. */
export function stateOf(record: EventRecord): StoredEventState {
  return {
    content: record.content,
    exceptions: exceptionsOf(record),
    metadata: record.managed?.metadata ?? null,
    triggers: record.managed?.triggers ?? [],
  };
}

/** What is gone already stays so: its user deleted it meanwhile. */
export async function undoByKey(
  step: WriteStep,
  dependencies: WriterDependencies,
  { calendarId, key, before, control }: UndoInput,
): Promise<Decided> {
  const { tx, tenant, actor } = step;
  const named = await calendarOf(step, calendarId, ['calendarId']);
  await lockManagedKey(step, named, key);
  const found = await findManagedEvent(tx, tenant, named.id, key);
  const record = found === null ? null : await lockEvent(tx, tenant, found.id);
  const answer = {
    ...{ accountId: named.accountId, eventId: record?.id ?? null, recurrenceId: null, created: null },
    ...{ deletedId: null, splitOffId: null, warnings: [] },
  };
  if (record === null || record.deletedAt !== null || record.managed === null) {
    return { ...answer, operationId: null, pending: false };
  }
  const calendar = await calendarOf(step, record.calendarId, ['calendarId']);
  if (before === null) {
    const scheduling = control?.notifyAttendees === 'NONE' ? { quiet: true } : null;
    const { operationId, pending } = await stageRemoval(tx, dependencies, { actor, calendar, record, scheduling });
    return { ...answer, operationId, pending, deletedId: record.id };
  }
  const { content: master, exceptions, metadata, triggers } = before;
  const next = { uid: record.uid, marker: markerOf(record, calendar, actor, dependencies), master, exceptions };
  const { operationId, pending } = await stageWrite(tx, dependencies, {
    actor,
    calendar,
    object: nextObject(record, next, dependencies.clock()),
    basis: { before: record, strict: false },
    managed: { key, generation: record.managed.generation, metadata, triggers },
  });
  return { ...answer, operationId, pending };
}
