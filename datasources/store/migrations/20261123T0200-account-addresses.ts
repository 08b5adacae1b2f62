import { type Kysely, sql } from 'kysely';

/** Accounts are found by the address that they are known by: whoever is invited may have one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('create index account_email on account (email) where email is not null').execute(db);
}

/** A node without it asks nobody by an address. */
export const compatibleFrom = '20261122T2030-profile-homes';
