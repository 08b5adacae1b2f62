import { type Kysely, sql } from 'kysely';

/** Moments before or after an event that its application wants to hear of, kept with its key. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** A node without it neither stores nor tells them, and marks them all the same when it writes an event. */
export const compatibleFrom = '20261122T2030-profile-homes';

const statements = [
  // triggers: JSON of EventTrigger[]. triggers_told: every moment up to then was told. triggers_due: when to look again;
  // -infinity: at once, the event has changed.
  `alter table managed_event add column triggers jsonb, add column triggers_told timestamptz, add column triggers_due timestamptz`,
  `create index managed_event_triggers on managed_event (triggers_due) where triggers_due is not null`,
  `alter table change_log add column trigger_keys text[]`,

  // As the worker: who changes an event may be another than the application whose key it has. A moment that had passed before
  // the event came to be there is not told: what counts begins with the change.
  `create function mark_triggers(events text[], moved boolean[]) returns void
    language sql set role = 'meridian_worker' set search_path = '' as $$
      update public.managed_event m set triggers_due = '-infinity',
        triggers_told = case when e.moved then greatest(m.triggers_told, now()) else m.triggers_told end
      from unnest(events, moved) as e (id, moved)
      where m.event_id = e.id and m.triggers is not null $$`,
  `create function event_times_changed() returns trigger language plpgsql set search_path = '' as $$
    declare
      events text[];
      moved boolean[];
    begin
      select array_agg(a.id), array_agg((a.starts_at, a.ends_at, a.content -> 'rules', a.deleted_at)
          is distinct from (b.starts_at, b.ends_at, b.content -> 'rules', b.deleted_at))
        into events, moved
      from after a join before b on b.id = a.id
      where (a.content, a.exceptions, a.deleted_at) is distinct from (b.content, b.exceptions, b.deleted_at);
      if events is not null then perform public.mark_triggers(events, moved); end if;
      return null;
    end $$`,
  `revoke execute on function mark_triggers(text[], boolean[]) from public`,
  `grant execute on function mark_triggers(text[], boolean[]) to meridian_app, meridian_worker`,
  `create trigger event_times_changed after update on event referencing old table as before new table as after
    for each statement execute function event_times_changed()`,
  // The user has moved the event to another calendar: it is another row, with times of its own.
  `create function binding_followed() returns trigger language plpgsql as $$
    begin
      new.triggers_due := '-infinity';
      return new;
    end $$`,
  `create trigger binding_followed before update of event_id on managed_event for each row
    when (new.triggers is not null and new.event_id is distinct from old.event_id) execute function binding_followed()`,

  // Tells what came of one account; the same as append_changes, with the keys of those moments (a JSON array for each row).
  `create function append_triggered(account text, subjects text[], profiles text[], calendars text[], managers text[], keys jsonb)
    returns void language plpgsql as $$
    declare
      ordinal bigint;
      before bigint;
    begin
      update public.account_log set sequence = sequence + cardinality(subjects) where account_id = account
        returning account_ordinal, sequence - cardinality(subjects) into ordinal, before;
      if not found then
        raise exception 'the change log of account % is not there for this role: no change was recorded', account
          using errcode = 'no_data_found';
      end if;
      insert into public.change_log
        (account_ordinal, sequence, account_id, kind, subject_id, profile_id, calendar_id, managed_by, audience, trigger_keys)
      select ordinal, before + e.place, account, 'EVENT_TRIGGERED', e.subject, e.profile, e.calendar, e.manager, e.manager,
        array(select jsonb_array_elements_text(keys -> (e.place - 1)::int))
      from unnest(subjects, profiles, calendars, managers) with ordinality as e (subject, profile, calendar, manager, place);
    end $$`,
];
