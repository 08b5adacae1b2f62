import { type Kysely, sql } from 'kysely';

/**
 * Which accounts count in a month (UTC): authorised for an application in PRODUCTION, and with a connected profile at a
 * provider at any instant of it; application calendars for as long as they are authorised. Counted by triggers, because
 * an account that was connected for a minute counts, whichever way it was disconnected.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Who stands now, and since when without a break. As the worker, because triggers run for tenants too.
  `create function standing_accounts(only_account text, only_application text)
    returns table (application_id text, account_id text, kind text, since timestamptz)
    language sql stable set role = 'meridian_worker' set search_path = '' as $$
      select g.application_id, a.id, a.kind, greatest(g.created_at, p.verified_at, c.since)
      from public.authorization_grant g
      join public.application p on p.id = g.application_id and p.mode = 'PRODUCTION'
      join public.account a on a.id = g.account_id
      cross join lateral (
        select min(f.status_since) as since from public.profile f
        where f.account_id = a.id and f.provider <> 'MERIDIAN' and f.status <> 'DISCONNECTED' and not exists (
          select 1 from public.revoked_profile r where r.profile_id = f.id and r.application_id = g.application_id)
      ) c
      where g.status = 'ACTIVE' and (c.since is not null or a.kind = 'APPLICATION_CALENDAR')
        and ($1 is null or a.id = $1) and ($2 is null or p.id = $2) $$`,

  `create function count_standing_accounts(only_account text, only_application text) returns bigint
    language sql set role = 'meridian_worker' set search_path = '' as $$
      with counted as (
        insert into public.synced_account (application_id, month, account_id, kind)
        select application_id, date_trunc('month', now() at time zone 'UTC')::date, account_id, kind
        from public.standing_accounts($1, $2)
        on conflict do nothing returning 1)
      select count(*) from counted $$`,

  // Months that began while nobody was there to count: who stands without a break since before them counted in each.
  `create function count_months_since() returns bigint
    language sql set role = 'meridian_worker' set search_path = '' as $$
      with counted as (
        insert into public.synced_account (application_id, month, account_id, kind)
        select s.application_id, m::date, s.account_id, s.kind from public.standing_accounts(null, null) s,
          generate_series(date_trunc('month', s.since at time zone 'UTC'), date_trunc('month', now() at time zone 'UTC'), interval '1 month') m
        on conflict do nothing returning 1)
      select count(*) from counted $$`,

  `create function account_may_count() returns trigger language plpgsql as $$
    begin
      perform public.count_standing_accounts(
        case tg_table_name when 'application' then null when 'account' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'account_id' end,
        case tg_table_name when 'application' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'application_id' end);
      return null;
    end $$`,
  `create trigger account_may_count after insert or update of status on profile for each row
    when (new.status <> 'DISCONNECTED') execute function account_may_count()`,
  `create trigger account_may_count after insert or update of status on authorization_grant for each row
    when (new.status = 'ACTIVE') execute function account_may_count()`,
  // An account is made after its authorization: only then is it there to be counted.
  `create trigger account_may_count after insert on account for each row execute function account_may_count()`,
  `create trigger account_may_count after update of mode on application for each row
    when (new.mode = 'PRODUCTION') execute function account_may_count()`,
  // It tells every tenant's accounts: a tenant may have them counted, by its triggers, and not read them.
  `revoke execute on function standing_accounts(text, text), count_standing_accounts(text, text), count_months_since() from public`,
  `grant execute on function count_standing_accounts(text, text) to meridian_app`,
  `grant execute on function standing_accounts(text, text), count_standing_accounts(text, text), count_months_since() to meridian_worker`,
];
