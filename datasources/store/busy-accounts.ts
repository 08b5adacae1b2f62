/** What availability reads of accounts, in one statement: facts of all of them, events of those that changed. */
import { sql } from 'kysely';
import type { EventContent, Instant } from '../../domain/events/model.ts';
import type { ProviderName } from '../providers/connector.ts';
import type { Tx } from './store.ts';
import type { DisconnectionCause, ProfileStatus, StoredException } from './tables.ts';

/** An account to read, and what is known of it. */
export interface KnownAccount {
  readonly id: string;
  /** `StoredBusyAccount.stamp` of what is known and covers what is asked; null: nothing does. */
  readonly stamp: string | null;
}

export interface BusyAccountsQuery {
  readonly accounts: readonly KnownAccount[];
  /** Events are read that touch [from, to], all-day ones in any zone. Within the years 0001 to 9999. */
  readonly from: Instant;
  readonly to: Instant;
  /** Accounts that have one of these events are read whatever is known of them. Ids of `event` rows. */
  readonly excludedEvents: readonly string[];
  /** Events are read of accounts that granted one of these names, of the others facts only. */
  readonly granting: readonly string[];
}

export interface StoredBusyAccount {
  readonly id: string;
  readonly sequence: number;
  /** Another one wherever events, calendars, zones or owners may be other ones. */
  readonly stamp: string;
  readonly timeZone: string;
  readonly grantScopes: readonly string[];
  readonly grantedAt: Instant;
  /** Those that the application may see. */
  readonly profiles: readonly StoredBusyProfile[];
  /** Those that are not deleted, the primary first, then the oldest. */
  readonly calendars: readonly StoredBusyCalendar[];
  /** Null where what is known still stands. */
  readonly events: readonly StoredBusyEvent[] | null;
  /** The uids of `excludedEvents`, with their rows as far as they are known. */
  readonly excluded: readonly StoredBusyEvent[];
}

export interface StoredBusyProfile {
  readonly id: string;
  readonly provider: ProviderName;
  readonly login: string;
  readonly addresses: readonly string[] | null;
  readonly status: ProfileStatus;
  readonly cause: DisconnectionCause | null;
  readonly statusSince: Instant;
  readonly nextPollAt: Instant | null;
  readonly initialSyncRequired: boolean;
}

export interface StoredBusyCalendar {
  readonly id: string;
  readonly profileId: string;
  readonly timeZone: string | null;
  readonly primary: boolean;
  readonly readOnly: boolean;
  readonly ownerAddresses: readonly string[] | null;
  readonly initialSyncDone: boolean;
  readonly lastSyncedAt: Instant | null;
}

/** What of an event may take time: texts that nobody needs for it are left out of `content`. */
export interface StoredBusyEvent {
  readonly id: string;
  readonly calendarId: string;
  readonly uid: string;
  readonly content: EventContent | null;
  readonly exceptions: readonly StoredException[];
  /** It is the asking application's own. */
  readonly own: boolean;
  /** Seconds that its booking keeps free before and after it. */
  readonly marginBefore: number;
  readonly marginAfter: number;
}

export interface BusyAccountsAnswer {
  /** Accounts that the tenant does not see are not among them. */
  readonly accounts: readonly StoredBusyAccount[];
  /** `change_log_snapshot()` of the very statement. */
  readonly snapshot: string;
}

/**
 * Reads the accounts, whatever their number, in one statement. Row-level security decides which accounts, profiles and
 * bindings there are; conditions on the application say it again.
 */
export async function readBusyAccounts(
  tx: Tx,
  tenant: { readonly applicationId: string },
  query: BusyAccountsQuery,
): Promise<BusyAccountsAnswer> {
  const from = new Date(query.from).toISOString();
  const to = new Date(query.to).toISOString();
  // The two parts of the index of ranges (event_range in migrations/), as in event-list.ts: said as constants.
  const event = sql`json_build_array(e.id, e.calendar_id, e.uid, e.content - ${unread}::text[], e.exceptions,
    exists (select 1 from managed_event m where m.event_id = e.id and m.application_id = ${tenant.applicationId}),
    0, 0)`;
  const { rows } = await sql<Row>`
    with asked as materialized (
      select k.place, k.known, a.id, a.time_zone, l.sequence, g.scopes, g.created_at, p.profiles, c.calendars,
        l.sequence || ':' || md5(concat_ws(' ', a.time_zone, p.shape, c.shape)) as stamp,
        ${ids(query.excludedEvents)}::text[] <> '{}' and exists (
          select 1 from event x where x.id = any(${ids(query.excludedEvents)}::text[]) and x.account_id = a.id) as excludes
      from unnest(${query.accounts.map(({ id }) => id)}::text[], ${query.accounts.map(({ stamp }) => stamp)}::text[])
        with ordinality as k (id, known, place)
      join authorization_grant g on g.account_id = k.id and g.application_id = ${tenant.applicationId} and g.status = 'ACTIVE'
      join account a on a.id = k.id
      join account_log l on l.account_id = k.id
      cross join lateral (
        select json_agg(json_build_array(p.id, p.provider, p.login, p.principal -> 'addresses', p.status, p.cause,
            ${milliseconds('p.status_since')}, ${milliseconds('p.next_poll_at')}, p.initial_sync_required)) as profiles,
          string_agg(concat_ws(' ', p.id, p.login, p.principal -> 'addresses'), ' ' order by p.id) as shape
        from profile p where p.account_id = a.id
      ) p
      cross join lateral (
        select json_agg(json_build_array(c.id, c.profile_id, c.time_zone, c.is_primary, c.read_only, c.owner_addresses,
            c.initial_sync_done, ${milliseconds('c.last_synced_at')})
            order by c.is_primary desc, c.created_at, c.id) as calendars,
          string_agg(concat_ws(' ', c.id, coalesce(c.time_zone, '-'), c.is_primary, c.initial_sync_done, c.owner_addresses),
            ' ' order by c.id) as shape
        from calendar c where c.account_id = a.id and c.deleted_at is null
      ) c
    )
    select a.id, a.sequence::text as sequence, a.stamp, a.time_zone, a.scopes, a.created_at, a.profiles, a.calendars,
      s.snapshot,
      (a.known is distinct from a.stamp or a.excludes) and a.scopes && ${[...query.granting]}::text[] as read,
      case when (a.known is distinct from a.stamp or a.excludes) and a.scopes && ${[...query.granting]}::text[] then (
        select json_agg(${event}) from calendar c cross join lateral (
          select e.id, e.calendar_id, e.uid, e.content, e.exceptions from event e where e.calendar_id = c.id and not e.long and e.span_to >= ${from}::timestamptz
            and e.span_to <= ${to}::timestamptz + interval '8 days' and e.span_from <= ${to}::timestamptz and e.deleted_at is null
          union all
          select e.id, e.calendar_id, e.uid, e.content, e.exceptions from event e where e.calendar_id = c.id and e.long and e.span_to >= ${from}::timestamptz
            and e.span_from <= ${to}::timestamptz and e.deleted_at is null
        ) e where c.account_id = a.id and c.deleted_at is null
      ) end as events,
      case when a.excludes then (
        select json_agg(${event}) from event e
        where e.id = any(${ids(query.excludedEvents)}::text[]) and e.account_id = a.id and e.deleted_at is null
      ) end as excluded
    from (select change_log_snapshot()::text as snapshot) s left join asked a on true order by a.place`.execute(tx);
  return {
    // Of accounts of which none can be seen one row remains, to say when that was.
    accounts: rows.filter((row): row is Row & { id: string } => row.id !== null).map(storedAccount),
    snapshot: rows[0]?.snapshot ?? '',
  };
}

/** Texts of `EventContent` that take no time. */
const unread = ['summary', 'description', 'location', 'url', 'conferencing', 'color', 'reminders', 'visibility'];

interface Row {
  id: string | null;
  sequence: string;
  stamp: string;
  time_zone: string;
  scopes: string[];
  created_at: Date;
  profiles: ProfileTuple[] | null;
  calendars: CalendarTuple[] | null;
  snapshot: string;
  read: boolean;
  events: EventTuple[] | null;
  excluded: EventTuple[] | null;
}

type ProfileTuple = [
  id: string,
  provider: ProviderName,
  login: string,
  addresses: string[] | null,
  status: ProfileStatus,
  cause: DisconnectionCause | null,
  statusSince: number,
  nextPollAt: number | null,
  initialSyncRequired: boolean,
];

type CalendarTuple = [
  id: string,
  profileId: string,
  timeZone: string | null,
  primary: boolean,
  readOnly: boolean,
  ownerAddresses: string[] | null,
  initialSyncDone: boolean,
  lastSyncedAt: number | null,
];

type EventTuple = [
  id: string,
  calendarId: string,
  uid: string,
  content: EventContent | null,
  exceptions: StoredException[],
  own: boolean,
  marginBefore: number | null,
  marginAfter: number | null,
];

function storedAccount(row: Row & { id: string }): StoredBusyAccount {
  return {
    id: row.id,
    sequence: Number(row.sequence),
    stamp: row.stamp,
    timeZone: row.time_zone,
    grantScopes: row.scopes,
    grantedAt: row.created_at.getTime(),
    profiles: (row.profiles ?? []).map(storedProfile),
    calendars: (row.calendars ?? []).map(storedCalendar),
    events: row.read ? (row.events ?? []).map(storedEvent) : null,
    excluded: (row.excluded ?? []).map(storedEvent),
  };
}

function storedProfile(tuple: ProfileTuple): StoredBusyProfile {
  const [id, provider, login, addresses, status, cause, statusSince, nextPollAt, initialSyncRequired] = tuple;
  return { id, provider, login, addresses, status, cause, statusSince, nextPollAt, initialSyncRequired };
}

function storedCalendar(tuple: CalendarTuple): StoredBusyCalendar {
  const [id, profileId, timeZone, primary, readOnly, ownerAddresses, initialSyncDone, lastSyncedAt] = tuple;
  return { id, profileId, timeZone, primary, readOnly, ownerAddresses, initialSyncDone, lastSyncedAt };
}

function storedEvent(tuple: EventTuple): StoredBusyEvent {
  const [id, calendarId, uid, content, exceptions, own, marginBefore, marginAfter] = tuple;
  return {
    id,
    calendarId,
    uid,
    content,
    exceptions,
    own,
    marginBefore: marginBefore ?? 0,
    marginAfter: marginAfter ?? 0,
  };
}

/** A time as JSON's number of milliseconds: whole ones, as a Date has. */
function milliseconds(column: string) {
  return sql`floor(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`;
}

function ids(events: readonly string[]) {
  return sql.val([...events]);
}
