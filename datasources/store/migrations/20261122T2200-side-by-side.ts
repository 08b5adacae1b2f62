import { type Kysely, sql } from 'kysely';

export const compatibleFrom = '20261122T2030-profile-homes';

/** What every node reads before it starts on a schema that is newer than its own: see `compatibleFrom` in migrate.ts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`alter table public.kysely_migration add column compatible_from text`).execute(db);
}
