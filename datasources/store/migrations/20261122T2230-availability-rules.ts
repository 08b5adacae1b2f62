import { type Kysely, sql } from 'kysely';

/** Stored availability: the hours and the single periods in which an application may book an account. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** A node without it answers that it cannot store any, and reads none. */
export const compatibleFrom = '20261122T2030-profile-homes';

/** As of managed events: the application's own, while the account lets it in. */
const visible = (table: string) =>
  `application_id = current_setting('meridian.application', true)
  and exists (select 1 from authorization_grant g where g.account_id = ${table}.account_id and g.status = 'ACTIVE')`;

const statements = [
  // calendar_ids: null for all that count by themselves. weekly_periods: JSON of WeeklyHours, as they were given.
  `create table availability_rule (
    id text primary key,
    application_id text not null references application,
    account_id text not null references account,
    key text not null,
    key_digest bytea not null generated always as (key_digest(key)) stored,
    time_zone text not null,
    calendar_ids text[],
    weekly_periods jsonb not null,
    created_at timestamptz not null default now(),
    unique (account_id, application_id, key_digest)
  )`,
  `create table available_period (
    id text primary key,
    application_id text not null references application,
    account_id text not null references account,
    key text not null,
    key_digest bytea not null generated always as (key_digest(key)) stored,
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    created_at timestamptz not null default now(),
    unique (account_id, application_id, key_digest)
  )`,
  // Who asks when somebody can be booked asks for what is ahead: what is over is never read.
  `create index available_period_end on available_period (account_id, application_id, ends_at)`,
  ...['availability_rule', 'available_period'].flatMap((table) => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy tenant on ${table} to meridian_app using (${visible(table)}) with check (${visible(table)})`,
    `create policy worker on ${table} to meridian_worker using (true) with check (true)`,
    `grant select, insert, update, delete on ${table} to meridian_app, meridian_worker`,
  ]),
];
