import { type Kysely, sql } from 'kysely';

/** What confirming a hold has begun to write: whoever was at it may be gone before it is done. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** A node without it confirms as before: what it leaves unfinished nobody goes on with. */
export const compatibleFrom = '20261122T2030-profile-homes';

const statements = [
  // confirming_by: which attempt has it until confirming_until. confirmation: JSON of StoredConfirmation, from the first write on.
  `alter table hold add column confirming_by text, add column confirmation jsonb`,
  `create index hold_unfinished on hold (confirming_until) where confirmation is not null`,
];
