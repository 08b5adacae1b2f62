import { type Kysely, sql } from 'kysely';

/**
 * What a write started from, so that it can be told from what its user changed at the provider meanwhile; and whether it was made
 * upon a version that its author named, and then is never laid together with another change.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table operation add column base jsonb, add column strict boolean not null default false`.execute(db);
}
