import { type Kysely, sql } from 'kysely';

/** Which database the installation was last opened in: a copy that was restored elsewhere knows itself by it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table installation add column incarnation text`.execute(db);
}

/** A node without it never looks at it: it serves as before, and the next node that starts does look. */
export const compatibleFrom = '20261122T2250-busy-accounts';
