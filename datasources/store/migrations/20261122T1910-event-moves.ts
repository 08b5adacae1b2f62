import { type Kysely, sql } from 'kysely';

/**
 * Where events once were (`includeMoved`, semantics D6), and when what a series shows changed by itself: a changed occurrence
 * raises `synced_at` of its row, and the other occurrences have not changed with it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const visible = `exists (select 1 from authorization_grant g where g.account_id = event_move.account_id and g.status = 'ACTIVE')
  and not exists (select 1 from revoked_profile r where r.profile_id = event_move.profile_id)`;

const statements = [
  // Null on rows from before: then synced_at counts.
  `alter table event add column master_synced_at timestamptz`,

  // The time that an event had until `until`; of a series, its master's. Days as in event: their midnight in UTC.
  `create table event_move (
    account_id text not null,
    profile_id text not null,
    calendar_id text not null,
    event_id text not null references event on delete cascade,
    all_day boolean not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    until timestamptz not null,
    primary key (event_id, until, starts_at, ends_at)
  )`,
  `create index event_move_range on event_move (calendar_id, starts_at)`,
  // Series are few beside singles, and are read whole for every page.
  `create index event_series on event (calendar_id, span_to) where recurring`,
  // The copies of an event that an account has in its calendars (semantics E3).
  `create index event_uid on event (account_id, uid)`,
  `create index event_move_until on event_move (until)`,
  `alter table event_move enable row level security`,
  `alter table event_move force row level security`,
  `create policy tenant on event_move to meridian_app using (${visible}) with check (${visible})`,
  `create policy worker on event_move to meridian_worker using (true) with check (true)`,
  `grant select, insert, update, delete on event_move to meridian_app, meridian_worker`,
];
