import { type Kysely, sql } from 'kysely';

/**
 * Which trace a change was made in, so that its delivery is told as part of it, whichever node delivers. A transaction that belongs
 * to a trace says so in its settings, as it says its tenant; null for all others.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The default comes by itself, after the column: what is there already is not evaluated, and not written again.
  await sql`alter table change_log add column trace text`.execute(db);
  await sql`alter table change_log alter column trace
    set default nullif(current_setting('meridian.trace', true), '')`.execute(db);
}

/** A node without it neither sets nor reads it. */
export const compatibleFrom = '20261122T2255-incarnation';
