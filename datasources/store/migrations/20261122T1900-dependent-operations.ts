import { type Kysely, sql } from 'kysely';

/**
 * A write may have to wait for one of another event: the old series of a split is cut off only when the new one is there.
 * `split_off_id` names the new series' event on the write that cuts off the old one: should that fail for good, it is undone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table operation add column after_operation text, add column split_off_id text`.execute(db);
  await sql`create index operation_after on operation (after_operation) where status = 'PENDING'`.execute(db);
}
