/** The transaction of a write: the intended event, its operation, and what of it the change log tells. */
import { sql } from 'kysely';
import { appendChanges } from '../../../datasources/store/change-log.ts';
import type { StoredChange } from '../../../datasources/store/event-merge.ts';
import { deleteRow, storeObjects } from '../../../datasources/store/event-rows.ts';
import { storeTriggers } from '../../../datasources/store/event-triggers.ts';
import type { CalendarRecord, EventRecord } from '../../../datasources/store/records.ts';
import type { Tx } from '../../../datasources/store/store.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { CalendarObject, Instant } from '../../../domain/events/model.ts';
import type { SchedulingRequest } from '../../../domain/events/scheduling.ts';
import type { EventTrigger } from '../../../domain/events/triggers.ts';
import type { IdSource } from '../../../domain/identity.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';

export interface StageDependencies {
  readonly zones: ZoneData;
  readonly ids: IdSource;
  readonly clock: () => Instant;
}

export interface ManagedBinding {
  readonly key: string;
  readonly generation: number;
  /** Undefined keeps what is there. */
  readonly metadata?: Readonly<Record<string, unknown>> | null;
  /** Undefined keeps what is there; moments count from the change on. */
  readonly triggers?: readonly EventTrigger[];
  /** The calendar that the key is bound in, where the binding has to be made although the event is there already. */
  readonly boundIn?: string;
}

/** What a write was made upon: what tells it from its user's changes, should the provider have another version by then. */
export interface WriteBasis {
  /** The event as it was; null when the write makes it. */
  readonly before: EventRecord | null;
  /** Made upon a version that the client named: never merged with another change. */
  readonly strict: boolean;
}

/** What a write waits for, and what falls with it (a split, semantics B4). */
export interface WriteOrder {
  /** Not tried before that operation is applied, and failed with it; null: it waits for none but its own event's. */
  readonly afterOperation: string | null;
  /** The event that an earlier write made, to be taken back when this one fails for good. */
  readonly splitOffId?: string;
}

export interface StagedWrite {
  readonly eventId: string;
  readonly operationId: string | null;
  readonly created: boolean;
  /** Whether anything is on its way to a provider. */
  readonly pending: boolean;
}

/** Where a write goes, and whose it is. */
export interface WritePlace {
  readonly actor: Actor;
  readonly calendar: CalendarRecord;
}

/**
 * Stores the intended object. In a calendar that Meridian keeps the write is done with the commit; for a provider an
 * operation is left PENDING, to be tried as soon as the transaction has committed. An object that shows what the row
 * shows already writes nothing, unless its private data (metadata) changed, and needs no provider.
 */
export async function stageWrite(
  tx: Tx,
  dependencies: StageDependencies,
  write: WritePlace & {
    readonly object: CalendarObject;
    readonly managed?: ManagedBinding;
    readonly basis?: WriteBasis;
    readonly order?: WriteOrder;
    readonly scheduling?: SchedulingRequest | null;
    /** The text that a new event was made from: what we do not know in it reaches the provider too. */
    readonly raw?: string | null;
  },
): Promise<StagedWrite> {
  const { zones, ids, clock } = dependencies;
  const { calendar, object, managed } = write;
  const local = calendar.provider === 'MERIDIAN';
  const now = clock();
  const operationId = ids('opr');
  const place = {
    id: calendar.id,
    accountId: calendar.accountId,
    profileId: calendar.profileId,
    timeZone: calendar.effectiveTimeZone,
  };
  const stored = await storeObjects(tx, place, [{ object, provider: textOnly(write.raw) }], {
    now,
    zones,
    ids,
    whilePending: 'replace',
    pendingOperation: local ? null : operationId,
    keepUnchanged: true,
  });
  const eventId = stored.ids.get(object.uid);
  if (eventId === undefined) throw new Error('a stored object has no row');
  const fate = stored.fates.get(object.uid);
  if (managed !== undefined) await bind(tx, write, eventId, managed, fate === 'created');
  if (fate === 'unchanged') {
    return { eventId, operationId: await pendingOf(tx, eventId), created: false, pending: false };
  }
  await insertOperation(tx, write, {
    id: operationId,
    eventId,
    kind: 'PUT',
    intended: object,
    local,
    scheduling: write.scheduling ?? null,
    ...basis(write),
    ...(write.order ?? {}),
  });
  await tell(tx, write, stored.changes, managed !== undefined);
  return { eventId, operationId, created: fate === 'created', pending: !local };
}

/** Stores that the event is gone: at once where Meridian keeps the calendar, with an operation for its provider. */
export async function stageRemoval(
  tx: Tx,
  dependencies: StageDependencies,
  write: WritePlace & {
    readonly record: EventRecord;
    readonly strict?: boolean;
    readonly scheduling?: SchedulingRequest | null;
  },
): Promise<StagedWrite> {
  const { actor, calendar, record } = write;
  const local = calendar.provider === 'MERIDIAN';
  const operationId = dependencies.ids('opr');
  const managedBy = record.managed === null ? null : actor.applicationId;
  const change = await deleteRow(
    tx,
    { id: record.id, managedBy },
    { now: dependencies.clock(), pendingOperation: local ? null : operationId },
  );
  const made = { base: objectOf(record), strict: write.strict ?? false };
  await insertOperation(tx, write, {
    id: operationId,
    eventId: record.id,
    kind: 'DELETE',
    intended: null,
    local,
    scheduling: write.scheduling ?? null,
    ...made,
  });
  await tell(tx, write, [change], record.managed !== null);
  return { eventId: record.id, operationId, created: false, pending: !local };
}

/** An event that is there keeps its binding, also where its user moved it to: only its private data may change. */
async function bind(
  tx: Tx,
  { actor, calendar }: WritePlace,
  eventId: string,
  managed: ManagedBinding,
  created: boolean,
): Promise<void> {
  const metadata = managed.metadata == null ? null : JSON.stringify(managed.metadata);
  if (!created && managed.boundIn === undefined) {
    if (managed.metadata !== undefined) {
      await tx
        .updateTable('managed_event')
        .set({ metadata })
        .where('event_id', '=', eventId)
        .where('application_id', '=', actor.applicationId)
        .execute();
    }
    if (managed.triggers !== undefined)
      await storeTriggers(tx, { applicationId: actor.applicationId, eventId }, managed.triggers);
    return;
  }
  await tx
    .insertInto('managed_event')
    .values({
      application_id: actor.applicationId,
      account_id: calendar.accountId,
      calendar_id: managed.boundIn ?? calendar.id,
      key: managed.key,
      event_id: eventId,
      generation: managed.generation,
      metadata,
    })
    .onConflict((conflict) =>
      conflict.columns(['application_id', 'calendar_id', 'key_digest']).doUpdateSet({
        event_id: eventId,
        generation: managed.generation,
        ...(managed.metadata === undefined ? {} : { metadata }),
      }),
    )
    .execute();
  if (managed.triggers !== undefined)
    await storeTriggers(tx, { applicationId: actor.applicationId, eventId }, managed.triggers);
}

function textOnly(raw: string | null | undefined) {
  return raw == null ? null : { remoteId: null, etag: null, raw };
}

function basis({ basis }: { readonly basis?: WriteBasis }) {
  return {
    base: basis === undefined || basis.before === null ? null : objectOf(basis.before),
    strict: basis?.strict ?? false,
  };
}

/** What a row shows, as an object. */
function objectOf(record: EventRecord): CalendarObject {
  return {
    uid: record.uid,
    master: record.content,
    exceptions: record.exceptions
      .filter((exception) => exception.deletedAt === null)
      .map(({ recurrenceId, content }) => ({ recurrenceId, content })),
    sequence: record.sequence,
    stampedAt: null,
    createdAt: record.providerCreatedAt,
    updatedAt: record.providerUpdatedAt,
    marker: null,
  };
}

async function pendingOf(tx: Tx, eventId: string): Promise<string | null> {
  const row = await tx.selectFrom('event').select('pending_operation').where('id', '=', eventId).executeTakeFirst();
  return row?.pending_operation ?? null;
}

async function insertOperation(
  tx: Tx,
  { actor, calendar }: WritePlace,
  operation: {
    readonly id: string;
    readonly eventId: string;
    readonly kind: 'PUT' | 'DELETE';
    readonly intended: CalendarObject | null;
    readonly base: CalendarObject | null;
    readonly strict: boolean;
    readonly local: boolean;
    readonly scheduling: SchedulingRequest | null;
  } & Partial<WriteOrder>,
): Promise<void> {
  await tx
    .insertInto('operation')
    .values({
      id: operation.id,
      application_id: actor.applicationId,
      account_id: calendar.accountId,
      profile_id: calendar.profileId,
      calendar_id: calendar.id,
      event_id: operation.eventId,
      kind: operation.kind,
      // What is done needs no intention: the row itself shows it.
      intended: operation.local || operation.intended === null ? null : JSON.stringify(operation.intended),
      base: operation.local || operation.base === null ? null : JSON.stringify(operation.base),
      strict: operation.strict,
      scheduling: operation.scheduling === null ? null : JSON.stringify(operation.scheduling),
      status: operation.local ? 'APPLIED' : 'PENDING',
      next_attempt_at: operation.local ? null : sql`now()`,
      completed_at: operation.local ? sql`now()` : null,
      after_operation: operation.local ? null : (operation.afterOperation ?? null),
      split_off_id: operation.splitOffId ?? null,
    })
    .execute();
}

async function tell(
  tx: Tx,
  { actor, calendar }: WritePlace,
  changes: readonly StoredChange[],
  managed: boolean,
): Promise<void> {
  await appendChanges(
    tx,
    calendar.accountId,
    changes.map((change) => ({
      kind: change.kind,
      subjectId: change.subjectId,
      profileId: calendar.profileId,
      calendarId: calendar.id,
      managedBy: managed ? actor.applicationId : change.managedBy,
    })),
    { madeBy: actor.applicationId },
  );
}
