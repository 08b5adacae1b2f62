/** Operations as their application sees them. */
import { sql } from 'kysely';
import type { OperationRecord } from './records.ts';
import type { Tx } from './store.ts';

/** Reads the operations among `ids` that the tenant may see. */
export async function findOperations(tx: Tx, ids: readonly string[]): Promise<OperationRecord[]> {
  const rows = await operations(tx)
    .where('id', '=', sql<string>`any(${sql.val([...ids])}::text[])`)
    .execute();
  return rows.map(operationRecord);
}

export interface OperationQuery {
  readonly status: readonly OperationRecord['status'][] | null;
  readonly accountIds: readonly string[] | null;
  readonly first: number;
  /** The id behind which the page begins; ids rise with time. */
  readonly after: string | null;
}

/** One page, newest first, and one more to tell whether there is another. */
export async function listOperations(tx: Tx, query: OperationQuery): Promise<OperationRecord[]> {
  let select = operations(tx);
  if (query.status !== null) {
    select = select.where('status', '=', sql<OperationRecord['status']>`any(${sql.val([...query.status])}::text[])`);
  }
  if (query.accountIds !== null) {
    select = select.where('account_id', '=', sql<string>`any(${sql.val([...query.accountIds])}::text[])`);
  }
  if (query.after !== null) select = select.where('id', '<', query.after);
  const rows = await select
    .orderBy('id', 'desc')
    .limit(query.first + 1)
    .execute();
  return rows.map(operationRecord);
}

function operations(tx: Tx) {
  return tx
    .selectFrom('operation')
    .select([
      'id',
      'account_id',
      'calendar_id',
      'event_id',
      'status',
      'attempts',
      'failure',
      'next_attempt_at',
      'created_at',
      'completed_at',
    ]);
}

type OperationRow = Awaited<ReturnType<ReturnType<typeof operations>['executeTakeFirstOrThrow']>>;

function operationRecord(row: OperationRow): OperationRecord {
  return {
    id: row.id,
    accountId: row.account_id,
    calendarId: row.calendar_id,
    eventId: row.event_id,
    status: row.status,
    attempts: row.attempts,
    failure: row.failure,
    nextAttemptAt: row.next_attempt_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
    completedAt: row.completed_at?.getTime() ?? null,
  };
}
