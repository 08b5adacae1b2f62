/** A database that was restored by other means than `meridian restore` is told apart from the one that cursors were made in. */
import type pg from 'pg';

/**
 * The cluster, the database in it, and the timeline: a dump that is read into another database, a base backup that is recovered to
 * a point in time, and a standby that is promoted each change one of them, a crash and a restart none
 * (https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES). Copied files of a stopped server are the
 * very same bytes: these cannot be told apart.
 */
const identity = `(select system_identifier::text from pg_control_system())
  || '/' || (select oid::text from pg_database where datname = current_database())
  || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)`;

/** SQL for an epoch that no earlier one had, as long as a second lies between two of them: the seconds since 2026 began. */
export const epochByClock = `(extract(epoch from clock_timestamp()) - extract(epoch from timestamptz '2026-01-01T00:00:00Z'))::int`;

/**
 * Begins a new epoch where the installation was opened in another incarnation before: what was told since the copy was made may not be
 * in it, so that cursors from before must answer RESYNC_REQUIRED. The number is one that no earlier restore had.
 *
 * @returns the new epoch; null where nothing changed, or where the server does not let this role know.
 */
export async function beginEpochWhereRestored(client: pg.ClientBase | pg.Pool): Promise<number | null> {
  try {
    const { rows } = await client.query<{ epoch: number; begun: boolean }>(
      `with present as (select ${identity} as incarnation), before as (select incarnation from installation for update)
       update installation i set incarnation = present.incarnation,
         epoch = case when before.incarnation is null then i.epoch else greatest(i.epoch + 1, ${epochByClock}) end
       from present, before where before.incarnation is distinct from present.incarnation
       returning i.epoch, before.incarnation is not null as begun`,
    );
    return rows[0]?.begun === true ? rows[0].epoch : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === insufficientPrivilege) return null;
    throw error;
  }
}

const insufficientPrivilege = '42501';
