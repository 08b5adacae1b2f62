/** What sync reads and writes of profiles and their calendars. Always as the worker; credentials stay sealed here. */
import { type Selectable, sql } from 'kysely';
import type { Instant } from '../../domain/events/model.ts';
import type { ProviderName, RemotePrincipal } from '../providers/connector.ts';
import type { Tx } from './store.ts';
import type { CalendarTable, DisconnectionCause, ProfileStatus } from './tables.ts';

export interface SyncProfile {
  readonly id: string;
  readonly accountId: string;
  readonly provider: ProviderName;
  readonly serverKey: string;
  /** Sealed. */
  readonly credential: string | null;
  readonly principal: RemotePrincipal | null;
  readonly accountZone: string;
  readonly health: ProfileHealth;
  readonly initialSyncRequired: boolean;
  readonly nextPollAt: Instant | null;
  readonly lastDemandAt: Instant | null;
  readonly lastChangeAt: Instant | null;
  readonly createdAt: Instant;
}

export interface ProfileHealth {
  readonly status: ProfileStatus;
  readonly cause: DisconnectionCause | null;
  readonly remedy: string | null;
  /** Failed polls in a row. */
  readonly failures: number;
  /** Refused credentials in a row, and the first of them. */
  readonly rejections: number;
  readonly rejectedSince: Instant | null;
}

export type CalendarRow = Selectable<CalendarTable>;

/** Null when there is no such profile. */
export async function findSyncProfile(tx: Tx, profileId: string): Promise<SyncProfile | null> {
  const row = await tx
    .selectFrom('profile')
    .innerJoin('account', 'account.id', 'profile.account_id')
    .selectAll('profile')
    .select('account.time_zone')
    .where('profile.id', '=', profileId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    id: row.id,
    accountId: row.account_id,
    provider: row.provider,
    serverKey: row.server_key,
    credential: row.credential,
    principal: row.principal,
    accountZone: row.time_zone,
    health: {
      status: row.status,
      cause: row.cause,
      remedy: row.remedy,
      failures: row.failures,
      rejections: row.rejections,
      rejectedSince: row.rejected_since?.getTime() ?? null,
    },
    initialSyncRequired: row.initial_sync_required,
    nextPollAt: row.next_poll_at?.getTime() ?? null,
    lastDemandAt: row.last_demand_at?.getTime() ?? null,
    lastChangeAt: row.last_change_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
  };
}

/** Every calendar the profile ever had, the deleted ones too; the primary first. */
export async function profileCalendars(tx: Tx, profileId: string): Promise<CalendarRow[]> {
  return tx
    .selectFrom('calendar')
    .selectAll()
    .where('profile_id', '=', profileId)
    .orderBy('is_primary', 'desc')
    .orderBy('id')
    .execute();
}

export interface PollRecord {
  readonly health: ProfileHealth;
  /** Set when the status changed. */
  readonly statusSince: Instant | null;
  readonly succeededAt: Instant | null;
  readonly changedAt: Instant | null;
  /** Null stops polling. */
  readonly nextPollAt: Instant | null;
  /** The value of `next_poll_at` that this poll began with; a poll asked for in the meantime keeps its earlier time. */
  readonly scheduledAt: Instant | null;
}

/** Writes down how a poll went and when the next one is due. */
export async function recordPoll(tx: Tx, profileId: string, record: PollRecord): Promise<void> {
  const { health } = record;
  const date = (at: Instant | null) => (at === null ? null : new Date(at));
  await tx
    .updateTable('profile')
    .set({
      status: health.status,
      cause: health.cause,
      remedy: health.remedy,
      failures: health.failures,
      rejections: health.rejections,
      rejected_since: date(health.rejectedSince),
      next_poll_at: sql<Date | null>`case
        when date_trunc('milliseconds', next_poll_at) is distinct from ${date(record.scheduledAt)}::timestamptz
        then least(next_poll_at, ${date(record.nextPollAt)}::timestamptz)
        else ${date(record.nextPollAt)}::timestamptz end`,
      ...(record.statusSince === null ? {} : { status_since: new Date(record.statusSince) }),
      ...(record.succeededAt === null ? {} : { last_synced_at: new Date(record.succeededAt) }),
      ...(record.changedAt === null ? {} : { last_change_at: new Date(record.changedAt) }),
    })
    .where('id', '=', profileId)
    .execute();
}

/**
 * Profiles whose next poll is due and on whose account nobody works; the longest overdue first, at most `perServer` of one
 * server, so that a slow one does not keep the others waiting.
 */
export async function dueProfiles(
  tx: Tx,
  now: Instant,
  limits: { readonly total: number; readonly perServer: number },
): Promise<{ readonly id: string; readonly dueAt: Instant }[]> {
  const polled = sql`profile.status <> 'DISCONNECTED' and profile.provider <> 'MERIDIAN'`;
  // One step of the index per server ("loose index scan"), whatever the number of its profiles.
  const { rows } = await sql<{ id: string; next_poll_at: Date }>`
    with recursive server (key) as (
      select min(server_key) from profile where ${polled}
      union all
      select (select min(server_key) from profile where ${polled} and server_key > server.key)
      from server where server.key is not null
    )
    select due.id, due.next_poll_at from server cross join lateral (
      select id, next_poll_at from profile
      where ${polled} and server_key = server.key and next_poll_at <= ${new Date(now)}
        and not exists (select 1 from lease
          where lease.account_id = profile.account_id and lease.expires_at > clock_timestamp())
      order by next_poll_at limit ${limits.perServer}
    ) due order by due.next_poll_at limit ${limits.total}`.execute(tx);
  return rows.map((row) => ({ id: row.id, dueAt: row.next_poll_at.getTime() }));
}

/**
 * Somebody wants these profiles fresh: a subscription, a freshness demand, a write of ours. Polls them no later than
 * `floor` milliseconds after their last, for an hour (semantics D11). At most one row is written a minute and profile. A failed
 * poll's pause is waited out: who keeps a poller busy must not get the next one by asking for it.
 */
export async function recordDemand(tx: Tx, profileIds: readonly string[], now: Instant, floor: number): Promise<void> {
  if (profileIds.length === 0) return;
  await tx
    .updateTable('profile')
    .set({
      last_demand_at: new Date(now),
      next_poll_at: sql<Date>`case when failures > 0 then next_poll_at else
        least(next_poll_at, greatest(${new Date(now)}::timestamptz,
          coalesce(last_synced_at, ${new Date(now)}::timestamptz) + make_interval(secs => ${floor / 1000}))) end`,
    })
    .where('id', '=', sql<string>`any(${sql.val([...profileIds])}::text[])`)
    .where('status', '=', 'CONNECTED')
    .where('provider', '<>', 'MERIDIAN')
    .where((eb) => eb.or([eb('last_demand_at', 'is', null), eb('last_demand_at', '<', new Date(now - 60_000))]))
    .execute();
}

/** Makes a poll due now. With `calendarId` that calendar is asked whatever its change tag says. */
export async function makePollDue(
  tx: Tx,
  target: { readonly profileId: string; readonly calendarId?: string },
  now: Instant,
): Promise<void> {
  await tx
    .updateTable('profile')
    .set({ next_poll_at: sql<Date>`least(next_poll_at, ${new Date(now)}::timestamptz)` })
    .where('id', '=', target.profileId)
    .where('status', '<>', 'DISCONNECTED')
    .execute();
  if (target.calendarId !== undefined) {
    await tx.updateTable('calendar').set({ change_tag: null }).where('id', '=', target.calendarId).execute();
  }
}

/** A write of ours ended: a calendar whose sync position had to stay before it is due now. */
export async function makeWaitingPollDue(tx: Tx, calendarId: string, now: Instant): Promise<void> {
  await tx
    .updateTable('profile')
    .set({ next_poll_at: sql<Date>`least(next_poll_at, ${new Date(now)}::timestamptz)` })
    .where('status', '<>', 'DISCONNECTED')
    .where('id', '=', (eb) =>
      eb
        .selectFrom('calendar')
        .select('calendar.profile_id')
        .where('calendar.id', '=', calendarId)
        .where('calendar.change_tag', 'is', null)
        .where('calendar.initial_sync_done', '=', true),
    )
    .execute();
}

/** Puts a poll that ended in a mishap of our own off by `milliseconds`, unless somebody has polled in the meantime. */
export async function deferPoll(tx: Tx, profileId: string, now: Instant, milliseconds: number): Promise<void> {
  await tx
    .updateTable('profile')
    .set({ next_poll_at: new Date(now + milliseconds) })
    .where('id', '=', profileId)
    .where('next_poll_at', '<=', new Date(now))
    .execute();
}

/** Profiles that nobody has scheduled (restored, or made by hand) are due now. */
export async function scheduleUnscheduled(tx: Tx, now: Instant): Promise<void> {
  await tx
    .updateTable('profile')
    .set({ next_poll_at: new Date(now) })
    .where('next_poll_at', 'is', null)
    .where('status', '<>', 'DISCONNECTED')
    .where('provider', '<>', 'MERIDIAN')
    .execute();
}

/** Live resources of a calendar at the provider: place → etag. */
export async function knownResources(tx: Tx, calendarId: string): Promise<Map<string, string | null>> {
  const rows = await tx
    .selectFrom('event')
    .select(['remote_id', 'etag'])
    .where('calendar_id', '=', calendarId)
    .where('deleted_at', 'is', null)
    .where('remote_id', 'is not', null)
    .execute();
  return new Map(rows.flatMap((row) => (row.remote_id === null ? [] : [[row.remote_id, row.etag] as const])));
}

/** The next rows of a deleted calendar that are still alive become tombstones; answers how many there were. */
export async function tombstoneCalendarEvents(tx: Tx, profileId: string, now: Instant, limit: number): Promise<number> {
  const result = await tx
    .updateTable('event')
    .set({ deleted_at: new Date(now), synced_at: new Date(now), version: sql<string>`version + 1`, etag: null })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('event')
        .innerJoin('calendar', 'calendar.id', 'event.calendar_id')
        .select('event.id')
        .where('calendar.profile_id', '=', profileId)
        .where('calendar.deleted_at', 'is not', null)
        .where('event.deleted_at', 'is', null)
        .where('event.pending_operation', 'is', null)
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}
