/** What each version of the zone data said of the years ahead, and which calendars were computed under which (semantics A8). */
import { sql } from 'kysely';
import type { Instant, ZoneName } from '../../domain/events/model.ts';
import type { RecordedLaw } from '../../domain/time/recorded-law.ts';
import type { ProviderName } from '../providers/connector.ts';
import type { Tx } from './store.ts';

/** A calendar whose instants were computed under another version. */
export interface StaleCalendar {
  readonly id: string;
  readonly accountId: string;
  readonly profileId: string;
  readonly provider: ProviderName;
  readonly timeZone: ZoneName;
  readonly version: string | null;
  /** The event behind which the step goes on; '' to begin. */
  readonly after: string;
}

export async function storedZoneDataVersion(tx: Tx): Promise<string> {
  const row = await tx.selectFrom('installation').select('tzdata_version').executeTakeFirstOrThrow();
  return row.tzdata_version;
}

/**
 * Called first in every transaction that stores what was computed under a version: keeps it in force until the commit.
 * @throws Error when newer zone data is in force by now
 */
export async function assertInForce(tx: Tx, version: string): Promise<void> {
  const row = await tx.selectFrom('installation').select('tzdata_version').forShare().executeTakeFirstOrThrow();
  if (row.tzdata_version !== version) throw new Error(`zone data ${row.tzdata_version} is in force, not ${version}`);
}

/** The laws of a version by zone, and when the first of them was recorded; null where none was. */
export async function lawsOf(
  tx: Tx,
  version: string,
): Promise<{ readonly laws: ReadonlyMap<ZoneName, RecordedLaw>; readonly recordedAt: Instant | null }> {
  const rows = await tx
    .selectFrom('zone_law')
    .select(['zone', 'offsets', 'recorded_at'])
    .where('version', '=', version)
    .execute();
  const first = rows.reduce((least, row) => Math.min(least, row.recorded_at.getTime()), Number.POSITIVE_INFINITY);
  return { laws: new Map(rows.map((row) => [row.zone, row.offsets])), recordedAt: rows.length === 0 ? null : first };
}

/** Keeps laws of a version; what is kept already stays. */
export async function recordLaws(
  tx: Tx,
  version: string,
  laws: ReadonlyMap<ZoneName, RecordedLaw>,
  now: Instant,
): Promise<void> {
  if (laws.size === 0) return;
  await tx
    .insertInto('zone_law')
    .values(
      [...laws].map(([zone, law]) => ({ version, zone, offsets: JSON.stringify(law), recorded_at: new Date(now) })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Forgets versions that no calendar was computed under any more. */
export async function forgetLaws(tx: Tx, current: string): Promise<void> {
  await sql`delete from zone_law where version <> ${current}
    and version not in (select tzdata_version from calendar where tzdata_version is not null)`.execute(tx);
}

/** Some calendars that were computed under another version than `current`. */
export async function staleCalendars(tx: Tx, current: string, limit: number): Promise<StaleCalendar[]> {
  const rows = await staleRows(tx, current).orderBy('calendar.id').limit(limit).execute();
  return rows.map(staleCalendar);
}

/** Locks one of them until the transaction ends; null when another node has done it meanwhile. */
export async function lockStaleCalendar(tx: Tx, current: string, id: string): Promise<StaleCalendar | null> {
  // Not its key: whoever stores an event in it refers to that, and would wait for us while we wait for the event.
  await sql`select 1 from calendar where id = ${id} for no key update`.execute(tx);
  const row = await staleRows(tx, current).where('calendar.id', '=', id).executeTakeFirst();
  return row === undefined ? null : staleCalendar(row);
}

/** How far a calendar's step has come; null: it is done. */
export async function recordStep(tx: Tx, id: string, current: string, after: string | null): Promise<void> {
  await tx
    .updateTable('calendar')
    .set(after === null ? { tzdata_version: current, tzdata_after: null } : { tzdata_after: after })
    .where('id', '=', id)
    .execute();
}

function staleRows(tx: Tx, current: string) {
  return tx
    .selectFrom('calendar')
    .innerJoin('profile', 'profile.id', 'calendar.profile_id')
    .innerJoin('account', 'account.id', 'calendar.account_id')
    .select([
      'calendar.id',
      'calendar.account_id',
      'calendar.profile_id',
      'calendar.time_zone',
      'calendar.tzdata_version',
      'calendar.tzdata_after',
      'profile.provider',
      'account.time_zone as account_time_zone',
    ])
    .where('calendar.tzdata_version', 'is distinct from', current);
}

function staleCalendar(
  row: Awaited<ReturnType<ReturnType<typeof staleRows>['executeTakeFirstOrThrow']>>,
): StaleCalendar {
  return {
    id: row.id,
    accountId: row.account_id,
    profileId: row.profile_id,
    provider: row.provider,
    timeZone: row.time_zone ?? row.account_time_zone,
    version: row.tzdata_version,
    after: row.tzdata_after ?? '',
  };
}
