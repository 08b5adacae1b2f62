import { type Kysely, sql } from 'kysely';

/**
 * Applications' own keys have up to 1,024 characters of up to four bytes, and an index takes no value above 2,704 bytes: keys are
 * unique, and found, by their digest.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // convert_to depends on nothing but its arguments while the database's own encoding is UTF-8, which it always is here.
  `create function key_digest(key text) returns bytea language sql immutable parallel safe set search_path = '' as $$
    select pg_catalog.sha256(pg_catalog.convert_to($1, 'UTF8')) $$`,
  `alter table managed_event add column key_digest bytea not null generated always as (key_digest(key)) stored`,
  `alter table managed_event drop constraint managed_event_pkey`,
  `alter table managed_event add primary key (application_id, calendar_id, key_digest)`,
  `alter table account drop constraint account_owner_application_id_application_key_key`,
  `alter table account add column key_digest bytea generated always as (key_digest(application_key)) stored`,
  `alter table account add unique (owner_application_id, key_digest)`,
];
