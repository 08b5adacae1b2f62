import { type Kysely, sql } from 'kysely';

/** What is due is looked up server by server, so that ten thousand profiles of a slow one keep nobody else waiting. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index profile_due_by_server on profile (server_key, next_poll_at)
    where status <> 'DISCONNECTED' and provider <> 'MERIDIAN'`.execute(db);
  await sql`drop index profile_due`.execute(db);
}
