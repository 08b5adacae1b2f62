import { type Kysely, sql } from 'kysely';

/** Holds: slots that are kept for one booking, and the buffers of what was booked so. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** A node without it answers that it cannot hold anything. It does not see what others hold: it only ever offers. */
export const compatibleFrom = '20261122T2030-profile-homes';

const granted = (account: string) =>
  `exists (select 1 from authorization_grant g where ${account} and g.status = 'ACTIVE')`;

/** Its own holds, as long as it may see any account of them. */
const visible = `application_id = current_setting('meridian.application', true) and ${granted('g.account_id = any(hold.account_ids)')}`;
const own = `application_id = current_setting('meridian.application', true) and ${granted('g.account_id = hold_slot.account_id')}`;

const statements = [
  // For `account_id with =` beside a range: a trusted extension, which the owner of a database may create.
  `create extension if not exists btree_gist with schema public`,
  // account_ids: all that any slot holds. slots: JSON of StoredHeldSlot, as they were chosen. confirming_until: who confirms it
  // has it to itself until then. bookings: JSON of StoredBooking, what it became.
  `create table hold (
    id text primary key,
    application_id text not null references application,
    account_ids text[] not null,
    slots jsonb not null,
    status text not null check (status in ('HELD', 'CONFIRMED', 'RELEASED', 'EXPIRED')),
    expires_at timestamptz not null,
    ended_at timestamptz,
    confirming_until timestamptz,
    bookings jsonb,
    created_at timestamptz not null default now()
  )`,
  `create index hold_accounts on hold using gin (account_ids)`,
  `create index hold_due on hold (expires_at) where status = 'HELD'`,
  `create index hold_ended on hold (ended_at) where ended_at is not null`,
  // While a hold is in force, a row for each account and each time: \`during\` with the buffers, \`starts_at\` without.
  `create table hold_slot (
    hold_id text not null references hold on delete cascade,
    application_id text not null references application,
    account_id text not null references account,
    during tstzrange not null check (not isempty(during)),
    starts_at timestamptz not null,
    expires_at timestamptz not null,
    exclude using gist (account_id with =, during with &&)
  )`,
  `create index hold_slot_hold on hold_slot (hold_id)`,
  `create index hold_slot_application on hold_slot (application_id)`,
  ...['hold', 'hold_slot'].flatMap((table) => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy worker on ${table} to meridian_worker using (true) with check (true)`,
    `grant select, insert, update, delete on ${table} to meridian_app, meridian_worker`,
  ]),
  `create policy tenant on hold to meridian_app using (${visible}) with check (${visible})`,
  `create policy tenant on hold_slot to meridian_app using (${own}) with check (${own})`,
  // Held time is busy to every application that the account lets in; whose it is, and what for, is in \`hold\`.
  `create policy busy on hold_slot for select to meridian_app using (${granted('g.account_id = hold_slot.account_id')})`,
  // What has expired is in nobody's way, whoever comes first.
  `create policy expired on hold_slot for delete to meridian_app
    using (expires_at <= now() and ${granted('g.account_id = hold_slot.account_id')})`,
  // What is held of accounts, as [account, from, to, starts], with buffers, in seconds since 1970; starts: of the meeting, where
  // it is the application's own. A function, because a connection keeps the plans of its statements.
  `create function held_times(application text, ids text[], since timestamptz, until timestamptz, excepted text) returns json
    language plpgsql stable as $$
    begin
      return (select json_agg(json_build_array(h.account_id, extract(epoch from lower(h.during))::bigint,
          extract(epoch from upper(h.during))::bigint,
          case when h.application_id = application then extract(epoch from h.starts_at)::bigint end) order by h.account_id, h.during)
        from public.hold_slot h
        where h.account_id = any(ids) and h.during && tstzrange(since, until) and h.expires_at > now()
          and h.hold_id is distinct from excepted);
    end $$`,
  // Free time, in seconds, that what was booked by a hold keeps beside it (semantics E5).
  `alter table event add column margin_before integer not null default 0 check (margin_before >= 0),
    add column margin_after integer not null default 0 check (margin_after >= 0)`,
];
