import { type Kysely, sql } from 'kysely';

/** Feeds: a calendar's address for other programs, one for each application that turned it on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const visible = `application_id = current_setting('meridian.application', true)
  and exists (select 1 from authorization_grant g where g.account_id = ics_feed.account_id and g.status = 'ACTIVE')
  and not exists (select 1 from revoked_profile r where r.profile_id = ics_feed.profile_id)`;

const statements = [
  // secret_hash finds the row; secret is the same sealed, so that its application can be told the address again.
  // etag and modified_at: what was last answered, and since when.
  `create table ics_feed (
    application_id text not null references application,
    account_id text not null,
    profile_id text not null references profile,
    calendar_id text not null references calendar,
    secret_hash bytea not null unique,
    secret text not null,
    etag text,
    modified_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    primary key (application_id, calendar_id)
  )`,
  `alter table ics_feed enable row level security`,
  `alter table ics_feed force row level security`,
  `create policy tenant on ics_feed to meridian_app using (${visible}) with check (${visible})`,
  `create policy worker on ics_feed to meridian_worker using (true) with check (true)`,
  `grant select, insert, update, delete on ics_feed to meridian_app, meridian_worker`,
];
