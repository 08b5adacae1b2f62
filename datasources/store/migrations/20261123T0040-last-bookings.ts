import { type Kysely, sql } from 'kysely';

/**
 * When the events of a calendar were made, latest first: the last booking before a window is found without reading all that a
 * calendar ever held. Some 60 bytes an event.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index event_made on event (calendar_id, least(created_at, provider_created_at)) where deleted_at is null`.execute(
    db,
  );
}

/** A node without it reads more. */
export const compatibleFrom = '20261122T2255-incarnation';
