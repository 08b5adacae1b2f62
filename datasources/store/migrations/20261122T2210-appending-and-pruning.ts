import { type Kysely, sql } from 'kysely';

/**
 * Appending to the change log as one statement whose plan a connection keeps and which fails by itself where there is no log;
 * pruning by transaction, without an index of its own that every append would pay for.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** A node without it appends by a statement of its own, and prunes by a sort. */
export const compatibleFrom = '20261122T2030-profile-homes';

const statements = [
  // As its caller: row-level security decides whose log may be written to. An error, not a count of rows, tells that none was:
  // the statement is sent together with the commit, and only an error can hold that up.
  `create function append_changes(account text, author text, kinds text[], subjects text[], profiles text[], calendars text[],
    managers text[], audiences text[]) returns void language plpgsql as $$
    declare
      ordinal bigint;
      before bigint;
    begin
      update public.account_log set sequence = sequence + cardinality(kinds) where account_id = account
        returning account_ordinal, sequence - cardinality(kinds) into ordinal, before;
      if not found then
        raise exception 'the change log of account % is not there for this role: no change was recorded', account
          using errcode = 'no_data_found';
      end if;
      insert into public.change_log
        (account_ordinal, sequence, account_id, made_by, kind, subject_id, profile_id, calendar_id, managed_by, audience)
      select ordinal, before + e.place, account, author, e.kind, e.subject, e.profile, e.calendar, e.manager, e.audience
      from unnest(kinds, subjects, profiles, calendars, managers, audiences)
        with ordinality as e (kind, subject, profile, calendar, manager, audience, place);
    end $$`,

  `drop index change_log_at`,
  // What is pruned in an hour is a thirtieth of a day's rows: by the fifth of the table that is the default, vacuum would come
  // after six days, and the space of what is gone would be used again only then. Inserted rows are never looked at by it else.
  `alter table change_log set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0.05)`,
  // One row an account, written with every change: room on its page keeps the new version beside the old one.
  `alter table account_log set (fillfactor = 70)`,
];
