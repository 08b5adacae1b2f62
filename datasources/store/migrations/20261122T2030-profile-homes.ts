import { type Kysely, sql } from 'kysely';

/**
 * What makes two connections the same login: the server's host, the user name, and where on that host the calendars are. By host
 * and name alone, whoever runs a server of their own below somebody else's host could become any of its users.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Apple moves its homes; there the name alone says who it is.
  `alter table profile add column home_path text not null generated always as (case when server_key = 'icloud.com' then ''
    else coalesce(regexp_replace(principal ->> 'homeUrl', '^[a-z]+://[^/]*', ''), '') end) stored`,
  `alter table profile drop constraint profile_account_id_provider_server_key_login_key`,
  `alter table profile add unique (account_id, provider, server_key, login, home_path)`,
];
