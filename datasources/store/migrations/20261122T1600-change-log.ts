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

  // The log's last transaction, of whatever tenant: a cursor may say that no later one has ended (change-log/read.ts).
  // As the worker, because the application role does not see the others' rows.
  `create function change_log_last_xid() returns xid8 language sql stable
    set role = 'meridian_worker' set search_path = '' as 'select max(xid) from public.change_log'`,
];
