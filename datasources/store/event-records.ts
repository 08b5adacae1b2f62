/** Rows of `event` with what an application knows of them, as records. */
import { sql } from 'kysely';
import type { EventContent } from '../../domain/events/model.ts';
import type { EventTrigger } from '../../domain/events/triggers.ts';
import type { EventRecord } from './records.ts';
import type { StoredException } from './tables.ts';

/** A row of `event` as `columns` reads it. */
export interface EventRow {
  id: string;
  account_id: string;
  profile_id: string;
  calendar_id: string;
  uid: string;
  content: EventContent | null;
  exceptions: StoredException[];
  recurring: boolean;
  all_day: boolean;
  sequence: number;
  version: string;
  pending_operation: string | null;
  provider_created_at: Date | null;
  provider_updated_at: Date | null;
  created_at: Date;
  synced_at: Date;
  master_synced_at: Date | null;
  deleted_at: Date | null;
  key: string | null;
  generation: number | null;
  metadata: Record<string, unknown> | null;
  triggers: EventTrigger[] | null;
  bound_in: string | null;
  bound_remote: string | null;
}

/** Of `event e`, with `managedJoin` as `m`. */
export const columns = sql`e.id, e.account_id, e.profile_id, e.calendar_id, e.uid, e.content, e.exceptions, e.recurring, e.all_day,
  e.sequence, e.version, e.pending_operation, e.provider_created_at, e.provider_updated_at, e.created_at, e.synced_at,
  e.master_synced_at, e.deleted_at, m.key, m.generation, m.metadata, m.triggers,
  case when m.calendar_id <> e.calendar_id then m.calendar_id end as bound_in,
  case when m.calendar_id <> e.calendar_id then (select b.remote_id from calendar b where b.id = m.calendar_id) end as bound_remote`;

/** Row-level security leaves the asking application's own bindings only; the condition says it again for the worker. */
export const managedJoin = (applicationId: string) =>
  sql`left join managed_event m on m.event_id = e.id and m.application_id = ${applicationId}`;

/** A row as a record. */
export function eventRecord(row: EventRow): EventRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    profileId: row.profile_id,
    calendarId: row.calendar_id,
    uid: row.uid,
    content: row.content,
    exceptions: row.exceptions,
    recurring: row.recurring,
    allDay: row.all_day,
    sequence: row.sequence,
    version: Number(row.version),
    pendingOperation: row.pending_operation,
    providerCreatedAt: row.provider_created_at?.getTime() ?? null,
    providerUpdatedAt: row.provider_updated_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
    syncedAt: row.synced_at.getTime(),
    masterSyncedAt: (row.master_synced_at ?? row.synced_at).getTime(),
    deletedAt: row.deleted_at?.getTime() ?? null,
    managed:
      row.key === null
        ? null
        : {
            key: row.key,
            generation: row.generation ?? 1,
            metadata: row.metadata,
            triggers: row.triggers ?? [],
            boundIn:
              row.bound_in === null || row.bound_remote === null
                ? null
                : { calendarId: row.bound_in, remoteId: row.bound_remote },
          },
  };
}
