import { type Kysely, sql } from 'kysely';

/** Who is told of a change, and how far a cursor may reach. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/**
 * A change with an audience is told to that application alone; the kinds that say "you may no longer see this" reach it
 * after its access is gone, and then too only an account token of that account.
 */
const visible = `(audience is null or audience = current_setting('meridian.application', true))
  and coalesce(current_setting('meridian.account', true), '') in ('', change_log.account_id)
  and ((audience is not null and kind in ('AUTHORIZATION_REVOKED', 'ERASURE_REQUESTED', 'PROFILE_REVOKED'))
    or (exists (select 1 from authorization_grant g where g.account_id = change_log.account_id and g.status = 'ACTIVE')
      and not exists (select 1 from revoked_profile r where r.profile_id = change_log.profile_id)))`;

const statements = [
  `alter policy tenant on change_log using (${visible}) with check (${visible})`,

  // The log's last transaction, of whatever tenant. As the worker, because the application role does not see the others' rows.
  `create function change_log_last_xid() returns xid8 language sql stable
    set role = 'meridian_worker' set search_path = '' as 'select max(xid) from public.change_log'`,

  // A snapshot with everything from transaction `until` on taken as not begun. xid8 has no arithmetic, hence the casts.
  `create function change_log_snapshot(snapshot pg_snapshot, until bigint) returns pg_snapshot language sql immutable as $$
    select format('%s:%s:%s', coalesce(min(x::text::bigint), until), until, string_agg(x::text, ',' order by x))::pg_snapshot
    from pg_snapshot_xip(snapshot) x where x::text::bigint < until $$`,

  // What a statement can see, up to the last transaction of the log and no further: every row there is. A transaction that
  // was rolled back last may not have reached the disk when the server is killed, and its id is then given out again: a
  // cursor that took it for ended would hide the changes of the next one under that id. The log's own transactions were
  // on the disk before anybody could see them.
  `create function change_log_snapshot() returns pg_snapshot language sql stable as $$
    select change_log_snapshot(s, least(greatest(change_log_last_xid(), i.pruned_xid)::text::bigint + 1,
      pg_snapshot_xmax(s)::text::bigint))
    from installation i, pg_current_snapshot() s $$`,
];
