import { type Kysely, sql } from 'kysely';

/** What is shown of accounts is read with when they are busy: whoever asks who is free asks for their names, too. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** A node without it reads the first values of each account, which are as before. */
export const compatibleFrom = '20261122T2250-busy-accounts';

/** Milliseconds since the epoch: whole ones, as JavaScript's Date has. */
const milliseconds = (column: string) => `floor(extract(epoch from ${column}) * 1000)::bigint`;

/** Texts of an event that take no time. */
const unread = `'{summary,description,location,url,conferencing,color,reminders,visibility}'::text[]`;

const event = `json_build_array(e.id, e.calendar_id, e.uid, e.content - ${unread}, e.exceptions,
  exists (select 1 from public.managed_event m where m.event_id = e.id and m.application_id = application),
  e.margin_before, e.margin_after)`;

const statements = [
  // As before, and at the end of each account what is shown of it: kind, key, e-mail, name, when it was made.
  // As its caller: row-level security decides which accounts, profiles and bindings there are. `stable`: all of it is read by one
  // snapshot, that of the statement that calls it.
  // stamps: of each account what is known of it, or null. An account whose stamp is another now is `read`.
  `create or replace function busy_accounts(application text, ids text[], stamps text[], since timestamptz, until timestamptz,
      excluded_events text[], granting text[], out snapshot text, out accounts json, out read text[], out events json, out excluded json)
    language plpgsql stable as $$
    declare
      excluding text[] := '{}';
      places text[];
    begin
      if excluded_events <> '{}' then
        excluding := array(select x.account_id from public.event x where x.id = any(excluded_events) and x.account_id = any(ids));
      end if;
      select json_agg(json_build_array(a.id, a.sequence, a.stamp, a.time_zone, a.scopes, a.granted_at, a.profiles, a.calendars,
          a.kind, a.application_key, a.email, a.name, a.created_at)
          order by a.place),
        array_agg(a.id) filter (where (a.known is distinct from a.stamp or a.id = any(excluding)) and a.scopes && granting)
      into accounts, read
      from (
        select k.place, k.known, a.id, a.kind, a.email, a.name, ${milliseconds('a.created_at')} as created_at, a.time_zone,
          case when a.owner_application_id = application then a.application_key end as application_key, l.sequence, g.scopes, ${milliseconds('g.created_at')} as granted_at,
          p.profiles, c.calendars, l.sequence || ':' || md5(concat_ws(' ', a.time_zone, p.shape, c.shape)) as stamp
        from unnest(ids, stamps) with ordinality as k (id, known, place)
        join public.authorization_grant g on g.account_id = k.id and g.application_id = application and g.status = 'ACTIVE'
        join public.account a on a.id = k.id
        join public.account_log l on l.account_id = k.id
        cross join lateral (
          select json_agg(json_build_array(p.id, p.provider, p.login, p.principal -> 'addresses', p.status, p.cause,
              ${milliseconds('p.status_since')}, ${milliseconds('p.next_poll_at')}, p.initial_sync_required)) as profiles,
            string_agg(concat_ws(' ', p.id, p.login, p.principal -> 'addresses'), ' ' order by p.id) as shape
          from public.profile p where p.account_id = k.id
        ) p
        cross join lateral (
          select json_agg(json_build_array(c.id, c.profile_id, c.time_zone, c.is_primary, c.read_only, c.owner_addresses,
              c.initial_sync_done, ${milliseconds('c.last_synced_at')})
              order by c.is_primary desc, c.created_at, c.id) as calendars,
            string_agg(concat_ws(' ', c.id, coalesce(c.time_zone, '-'), c.is_primary, c.initial_sync_done, c.owner_addresses),
              ' ' order by c.id) as shape
          from public.calendar c where c.account_id = k.id and c.deleted_at is null
        ) c
      ) a;
      snapshot := public.change_log_snapshot()::text;
      if read is null then
        return;
      end if;
      places := array(select c.id from public.calendar c where c.account_id = any(read) and c.deleted_at is null);
      select json_agg(${event}) into events from (
        select e.id, e.calendar_id, e.uid, e.content, e.exceptions, e.margin_before, e.margin_after from public.event e
        where e.calendar_id = any(places) and not e.long and e.span_to >= since and e.span_to <= until + interval '8 days'
          and e.span_from <= until and e.deleted_at is null
        union all
        select e.id, e.calendar_id, e.uid, e.content, e.exceptions, e.margin_before, e.margin_after from public.event e
        where e.calendar_id = any(places) and e.long and e.span_to >= since and e.span_from <= until and e.deleted_at is null
      ) e;
      if excluding <> '{}' then
        select json_agg(${event}) into excluded from public.event e
        where e.id = any(excluded_events) and e.account_id = any(read) and e.deleted_at is null;
      end if;
    end $$`,
];
