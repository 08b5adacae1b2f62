/** How often the members of a pool were booked by one application, in one statement. */
import { sql } from 'kysely';
import type { Instant } from '../../domain/events/model.ts';
import type { Tx } from './store.ts';

export interface BookingCountsQuery {
  /** None twice. */
  readonly accountIds: readonly string[];
  /**
   * Bookings made after this count. There is no end: what another node made a moment later by its own clock, while this one
   * waited for its turn, must count too.
   */
  readonly after: Instant;
  /** Only bookings in one of these; null: all. Holds have no categories: they always count. */
  readonly categories: readonly string[] | null;
}

export interface BookingCount {
  readonly accountId: string;
  /**
   * Managed events, a series once, one that was moved once, none that is deleted or cancelled; and the application's live holds, by
   * slots. A hold is confirmed and its events written at once: it is never counted beside them.
   */
  readonly bookings: number;
  /** When the last of those was made; where there is none, the last one before. Null: never. */
  readonly lastAssigned: Instant | null;
  /** Since when the application may book it, as far as is known; null where it may not now. */
  readonly authorizedAt: Instant | null;
}

/**
 * The counts in the order asked (semantics E9). Row-level security shows the tenant's own events alone; in the transaction
 * that books, under the lock of the pool, nothing that counts is missing. Index `event_modified`: nobody took an event in
 * before it was made, but by the clocks of two nodes.
 * Most were booked in the window: those who were not are the only ones of whom an older event is read, the last one, by index
 * `event_made`.
 * Live holds are looked up through `hold_slot`, of which only they have rows: `hold` has no index that row-level security reaches.
 */
export async function readBookingCounts(
  tx: Tx,
  { applicationId }: { readonly applicationId: string },
  { accountIds, after, categories }: BookingCountsQuery,
): Promise<readonly BookingCount[]> {
  const since = sql`${new Date(after).toISOString()}::timestamptz`;
  const counts = categories === null ? sql`true` : sql`e.content -> 'categories' ?| ${[...categories]}::text[]`;
  // Of an event that was known before this database was, its provider tells when it was made.
  const madeAt = sql`least(e.created_at, e.provider_created_at)`;
  const stands = sql`e.deleted_at is null and e.content ->> 'status' is distinct from 'CANCELLED'`;
  const { rows } = await sql<Row>`
    select a.id, b.bookings + h.held as bookings, least(g.created_at, b.first_at) as authorized_at,
      case when b.bookings + h.held > 0 then greatest(b.last_at, h.last_at) else (
        select max(e.made_at) from calendar c
        cross join lateral (
          select ${madeAt} as made_at from event e
          where e.calendar_id = c.id and ${stands} and ${counts}
            and exists (select from managed_event m where m.event_id = e.id and m.application_id = ${applicationId})
          order by ${madeAt} desc limit 1
        ) e
        where c.account_id = a.id and c.deleted_at is null
      ) end as last_at
    from unnest(${[...accountIds]}::text[]) with ordinality as a(id, place)
    left join authorization_grant g on g.account_id = a.id and g.application_id = ${applicationId} and g.status = 'ACTIVE'
    cross join lateral (
      select count(*) filter (where e.counts)::int as bookings, max(e.made_at) filter (where e.counts) as last_at,
        min(e.made_at) as first_at
      from calendar c
      cross join lateral (
        select e.id, ${madeAt} as made_at, ${counts} as counts from event e
        where e.calendar_id = c.id and e.synced_at > ${since} - interval '1 day' and ${stands} and ${madeAt} > ${since} offset 0
      ) e
      join managed_event m on m.event_id = e.id and m.application_id = ${applicationId}
      where c.account_id = a.id and c.deleted_at is null
    ) b
    cross join lateral (
      select count(*)::int as held, max(h.created_at) as last_at from hold h cross join jsonb_array_elements(h.slots) s
      where h.id in (select t.hold_id from hold_slot t where t.account_id = a.id and t.application_id = ${applicationId}
          and t.expires_at > statement_timestamp()) and h.status = 'HELD' and s -> 'accountIds' ? a.id
    ) h
    order by a.place`.execute(tx);
  return rows.map((row) => ({
    accountId: row.id,
    bookings: row.bookings,
    lastAssigned: row.last_at?.getTime() ?? null,
    authorizedAt: row.authorized_at?.getTime() ?? null,
  }));
}

interface Row {
  readonly id: string;
  readonly bookings: number;
  readonly last_at: Date | null;
  readonly authorized_at: Date | null;
}
