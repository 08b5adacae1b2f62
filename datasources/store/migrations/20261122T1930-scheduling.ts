import { type Kysely, sql } from 'kysely';

/**
 * What a write asks of a server that invites and answers by itself, for as long as it is tried; and whose a calendar is that
 * somebody else shares, for an answer to an invitation is its owner's. Null: the login's own.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table operation add column scheduling jsonb`.execute(db);
  await sql`alter table calendar add column owner_addresses jsonb`.execute(db);
}
