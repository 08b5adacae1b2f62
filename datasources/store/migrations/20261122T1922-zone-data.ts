import { type Kysely, sql } from 'kysely';

/**
 * What newer zone data changes (semantics A8): the offsets that each version had ahead of it, and which version a calendar's
 * instants were computed under.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // offsets: JSON of RecordedLaw. Zones are the same for everybody: no tenant's data.
  `create table zone_law (
    version text not null,
    zone text not null,
    offsets jsonb not null,
    recorded_at timestamptz not null,
    primary key (version, zone)
  )`,
  `grant select, insert, delete on zone_law to meridian_worker`,
  // tzdata_after: how far the step to the version in force has come; an event's id.
  `alter table calendar add column tzdata_version text, add column tzdata_after text`,
  `update calendar set tzdata_version = (select tzdata_version from installation)`,
  `create function stamp_zone_data() returns trigger language plpgsql set search_path = '' as $$
    begin
      new.tzdata_version := coalesce(new.tzdata_version, (select i.tzdata_version from public.installation i));
      return new;
    end $$`,
  `create trigger stamp_zone_data before insert on calendar for each row execute function stamp_zone_data()`,
];
