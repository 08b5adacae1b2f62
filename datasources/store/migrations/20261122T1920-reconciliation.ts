import { type Kysely, sql } from 'kysely';

/** When a calendar is next compared with its provider as a whole, and what such a comparison found. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Null: not planned yet; the next poll plans it.
  await sql`alter table calendar add column next_reconciliation_at timestamptz`.execute(db);
  // JSON of SyncDrift; null on runs that compared nothing.
  await sql`alter table sync_run add column drift jsonb`.execute(db);
}
