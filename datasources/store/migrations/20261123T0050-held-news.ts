import { type Kysely, sql } from 'kysely';

/** Who watches when accounts are free is to be told of time that was held a moment ago, and when it comes free by itself. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** A node without it holds as before: the transaction's id is filled in, and of what is held it reads the first values. */
export const compatibleFrom = '20261122T2030-profile-homes';

const statements = [
  // By it a look finds what was held since the look before, as it finds the rows of change_log.
  `alter table hold_slot add column xid xid8 not null default pg_current_xact_id()`,
  `create index hold_slot_xid on hold_slot (xid)`,
  // [account, from, to, starts, left]: as before, and the milliseconds until it ends by itself, rounded up.
  `create or replace function held_times(application text, ids text[], since timestamptz, until timestamptz, excepted text) returns json
    language plpgsql stable as $$
    begin
      return (select json_agg(json_build_array(h.account_id, extract(epoch from lower(h.during))::bigint,
          extract(epoch from upper(h.during))::bigint,
          case when h.application_id = application then extract(epoch from h.starts_at)::bigint end,
          ceil(extract(epoch from h.expires_at - now()) * 1000)::bigint) order by h.account_id, h.during)
        from public.hold_slot h
        where h.account_id = any(ids) and h.during && tstzrange(since, until) and h.expires_at > now()
          and h.hold_id is distinct from excepted);
    end $$`,
];
