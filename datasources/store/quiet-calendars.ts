/** Calendars that were read to their end and have a tag that shows every change: whether they still have it can be asked for many at once. */
import { sql } from 'kysely';
import type { Instant } from '../../domain/events/model.ts';
import type { ProviderName, RemotePrincipal } from '../providers/connector.ts';
import type { Tx } from './store.ts';

export interface Confirmed {
  readonly calendarId: string;
  readonly changeTag: string;
}

export interface QuietCalendar extends Confirmed {
  readonly remoteId: string;
  readonly profileId: string;
  readonly provider: ProviderName;
  readonly serverKey: string;
  /** Sealed. */
  readonly credential: string | null;
  readonly principal: RemotePrincipal | null;
}

/** All calendars of those of the profiles that are in good health and have none that is not quiet. As the worker. */
export async function quietCalendars(tx: Tx, profileIds: readonly string[]): Promise<readonly QuietCalendar[]> {
  const { rows } = await sql<QuietCalendar>`
    select c.id as "calendarId", c.change_tag as "changeTag", c.remote_id as "remoteId", p.id as "profileId",
      p.provider, p.server_key as "serverKey", p.credential, p.principal
    from profile p join calendar c on c.profile_id = p.id and c.deleted_at is null
    where p.id = any(${[...profileIds]}::text[]) and p.status = 'CONNECTED' and p.failures = 0 and not p.initial_sync_required
      and not exists (select from calendar o where o.profile_id = p.id and o.deleted_at is null
        and (o.change_tag is null or not o.initial_sync_done or o.missing_since is not null))
    order by p.id, c.id`.execute(tx);
  return rows;
}

/**
 * Keeps that the calendars were as they are stored at an instant; answers those that still are. One that somebody writes just now is
 * left out, and none is waited for. As the worker.
 */
export async function confirmCalendars(
  tx: Tx,
  confirmed: readonly Confirmed[],
  at: Instant,
): Promise<readonly string[]> {
  const ids = confirmed.map(({ calendarId }) => calendarId);
  const tags = confirmed.map(({ changeTag }) => changeTag);
  const { rows } = await sql<{ readonly id: string }>`
    with quiet as (
      select c.id from calendar c join unnest(${ids}::text[], ${tags}::text[]) as a(id, tag) on a.id = c.id and a.tag = c.change_tag
      where c.deleted_at is null order by c.id for update of c skip locked
    )
    update calendar c set last_synced_at = greatest(c.last_synced_at, ${new Date(at).toISOString()}::timestamptz)
    from quiet where c.id = quiet.id returning c.id`.execute(tx);
  return rows.map(({ id }) => id);
}
