/** How watched writes stand, for many of them in one look. */
import { sql } from 'kysely';
import type { Tx } from './store.ts';

/**
 * A text for each of the writes that there are: another one whenever what its watchers are shown of it, or whether its
 * application is still let into the account, may have changed. As the worker: who may see a write is decided when it is read.
 */
export async function operationVersions(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; version: string }>`
    select o.id, md5(row(o.status, o.attempts, o.failure, o.next_attempt_at, o.completed_at, o.account_id, g.id)::text) as version
    from operation o
    left join authorization_grant g
      on g.application_id = o.application_id and g.account_id = o.account_id and g.status = 'ACTIVE'
    where o.id = any(${ids}::text[])`.execute(tx);
  return new Map(rows.map((row) => [row.id, row.version]));
}
