/** What reconciliation compares with the provider: the rows of one calendar as the provider should have them. */
import { sql } from 'kysely';
import type { CalendarObject } from '../../domain/events/model.ts';
import { storedObject } from './event-columns.ts';
import { managedBy } from './managed-rows.ts';
import type { Tx } from './store.ts';
import type { StoredDrift } from './tables.ts';

export interface ComparedRow {
  readonly id: string;
  readonly remoteId: string | null;
  /** A write of ours is on its way: the row is ahead of the provider. */
  readonly pending: boolean;
  readonly deleted: boolean;
  readonly managedBy: string | null;
  readonly object: CalendarObject;
}

/** The rows with one of these uids, or at one of these places; tombstones too. */
export async function comparedRows(
  tx: Tx,
  calendarId: string,
  wanted: { readonly uids: readonly string[]; readonly remoteIds: readonly string[] },
): Promise<ComparedRow[]> {
  const rows = await rowsOf(tx, calendarId)
    .where((eb) =>
      eb.or([
        eb('event.uid', '=', sql<string>`any(${sql.val([...wanted.uids])}::text[])`),
        eb('event.remote_id', '=', sql<string>`any(${sql.val([...wanted.remoteIds])}::text[])`),
      ]),
    )
    .execute();
  return rows.map(comparedRow);
}

/** Live rows that are nowhere at the provider, although no write of ours will bring them there. */
export async function strayRows(tx: Tx, calendarId: string, limit: number): Promise<ComparedRow[]> {
  const rows = await rowsOf(tx, calendarId)
    .where('event.remote_id', 'is', null)
    .where('event.deleted_at', 'is', null)
    .where('event.pending_operation', 'is', null)
    .orderBy('event.id')
    .limit(limit)
    .execute();
  return rows.map(comparedRow);
}

/** Plans the next comparison of a calendar. */
export async function planReconciliation(tx: Tx, calendarId: string, at: number): Promise<void> {
  await tx
    .updateTable('calendar')
    .set({ next_reconciliation_at: new Date(at) })
    .where('id', '=', calendarId)
    .execute();
}

/** Nothing differs. */
export const noDrift: StoredDrift = { missing: 0, extra: 0, different: 0, resources: [] };

function rowsOf(tx: Tx, calendarId: string) {
  return tx
    .selectFrom('event')
    .select([
      'event.id',
      'event.uid',
      'event.remote_id',
      'event.content',
      'event.exceptions',
      'event.sequence',
      'event.pending_operation',
      'event.deleted_at',
    ])
    .select(managedBy)
    .where('event.calendar_id', '=', calendarId);
}

function comparedRow(row: Awaited<ReturnType<ReturnType<typeof rowsOf>['executeTakeFirstOrThrow']>>): ComparedRow {
  return {
    id: row.id,
    remoteId: row.remote_id,
    pending: row.pending_operation !== null,
    deleted: row.deleted_at !== null,
    managedBy: row.managed_by,
    object: storedObject(row),
  };
}
