import { type Kysely, sql } from 'kysely';

/**
 * The order of an event's writes. `created_at` is when their transactions began: one that began earlier may have waited for the
 * event's row and written later. The ordinal is taken while the row is locked.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table operation add column ordinal bigint generated always as identity`.execute(db);
}
