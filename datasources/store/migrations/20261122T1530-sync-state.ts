import { type Kysely, sql } from 'kysely';

/**
 * What sync must remember between polls, and across a restart: how often in a row a profile's credential was refused, and
 * since when; and an index for "which of this calendar's events did we write since this pull began".
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table profile
    add column rejections integer not null default 0,
    add column rejected_since timestamptz`.execute(db);
  await sql`create index operation_calendar on operation (calendar_id, completed_at)`.execute(db);
}
