/** Holds: slots that are kept for one booking. Whether one is over is said by the database's clock alone. */
import { sql } from 'kysely';
import type { HoldRecord } from './records.ts';
import type { Tx } from './store.ts';
import type { HoldStatus, StoredBooking, StoredHeldSlot } from './tables.ts';

/**
 * Lets one transaction at a time hold anything of these accounts; kept until it ends. Without it two that insert the same time
 * at once would each wait for the other's exclusion constraint. Taken in one order by everybody, whatever the order given.
 */
export async function lockHolding(tx: Tx, accountIds: readonly string[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(k.key) from (
    select distinct hashtextextended(id, 2) as key from unnest(${[...accountIds]}::text[]) id order by 1) k`.execute(
    tx,
  );
}

/**
 * Lets nobody end the authorization of these accounts until the transaction ends, and tells which of them the tenant may see.
 *
 * @returns what each granted, by its id
 */
export async function grantsToHold(
  tx: Tx,
  { applicationId }: { readonly applicationId: string },
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ account_id: string; scopes: string[] }>`
    select account_id, scopes from authorization_grant
    where account_id = any(${[...accountIds]}::text[]) and application_id = ${applicationId} and status = 'ACTIVE'
    order by account_id for share`.execute(tx);
  return new Map(rows.map(({ account_id, scopes }) => [account_id, scopes]));
}

/** What has expired takes no time any more, whichever application held it. Its end is told by `endExpiredHolds`. */
export async function removeExpired(tx: Tx, accountIds: readonly string[]): Promise<void> {
  await sql`delete from hold_slot where account_id = any(${[...accountIds]}::text[]) and expires_at <= now()`.execute(
    tx,
  );
}

/** A stretch of one account's time. Seconds since 1970, half-open. */
export interface HeldTime {
  readonly accountId: string;
  /** With the buffers. */
  readonly from: number;
  readonly to: number;
  /** Of the meeting itself. */
  readonly start: number;
}

export interface NewHold {
  readonly id: string;
  readonly applicationId: string;
  readonly slots: readonly StoredHeldSlot[];
  /** None of them touches another of the same account. */
  readonly times: readonly HeldTime[];
  /** Seconds from now. */
  readonly ttl: number;
}

/** Stores a hold, its times in the order of the accounts. @throws pg.DatabaseError 23P01 where somebody else's touches one of them */
export async function insertHold(tx: Tx, { id, applicationId, slots, times, ttl }: NewHold): Promise<void> {
  const accountIds = [...new Set(slots.flatMap((slot) => slot.accountIds))].sort();
  await tx
    .insertInto('hold')
    .values({
      id,
      application_id: applicationId,
      account_ids: accountIds,
      slots: JSON.stringify(slots),
      status: 'HELD',
      expires_at: sql<Date>`now() + make_interval(secs => ${ttl})`,
    })
    .execute();
  const inOrder = [...times].sort(
    (one, other) => compare(one.accountId, other.accountId) || one.from - other.from || one.to - other.to,
  );
  const column = (read: (time: HeldTime) => string | number) => inOrder.map(read);
  await sql`insert into hold_slot (hold_id, application_id, account_id, during, starts_at, expires_at)
    select h.id, h.application_id, t.account_id, tstzrange(to_timestamp(t.since), to_timestamp(t.until)), to_timestamp(t.starts),
      h.expires_at
    from hold h, unnest(${column(({ accountId }) => accountId)}::text[], ${column(({ from }) => from)}::float8[],
      ${column(({ to }) => to)}::float8[], ${column(({ start }) => start)}::float8[])
      with ordinality as t (account_id, since, until, starts, place)
    where h.id = ${id} order by t.place`.execute(tx);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

interface HoldRow {
  readonly id: string;
  readonly account_ids: string[];
  readonly slots: readonly StoredHeldSlot[];
  readonly status: HoldStatus;
  readonly expires_at: Date;
  readonly scopes: string[];
}

/** The holds among `ids` that the tenant may see: its application's own, as long as one of the accounts is there for it. */
export async function findHolds(
  tx: Tx,
  { applicationId }: { readonly applicationId: string },
  ids: readonly string[],
): Promise<HoldRecord[]> {
  const { rows } = await sql<HoldRow>`
    select h.id, h.account_ids, h.slots, h.expires_at,
      case when h.status = 'HELD' and h.expires_at <= now() then 'EXPIRED' else h.status end as status,
      array(select distinct s from authorization_grant g, unnest(g.scopes) s
        where g.account_id = any(h.account_ids) and g.application_id = h.application_id and g.status = 'ACTIVE') as scopes
    from hold h where h.id = any(${[...ids]}::text[]) and h.application_id = ${applicationId}`.execute(tx);
  return rows.map((row) => ({
    id: row.id,
    accountIds: row.account_ids,
    slots: row.slots,
    status: row.status,
    expiresAt: row.expires_at.getTime(),
    grantScopes: row.scopes,
  }));
}

/** Lets nobody else end the hold, or confirm it, until the transaction ends. */
export async function lockHold(tx: Tx, id: string): Promise<void> {
  await tx.selectFrom('hold').select('id').where('id', '=', id).forUpdate().execute();
}

/** Keeps what a hold became, and the free time that each event asks for beside it (semantics E5). */
export async function keepBookings(
  tx: Tx,
  id: string,
  bookings: readonly (StoredBooking & { readonly before: number; readonly after: number })[],
): Promise<void> {
  const stored = bookings.map(({ before: _before, after: _after, ...booking }): StoredBooking => booking);
  await tx
    .updateTable('hold')
    .set({ bookings: JSON.stringify(stored) })
    .where('id', '=', id)
    .execute();
  for (const { eventId, before, after } of bookings) {
    await tx
      .updateTable('event')
      .set({ margin_before: before, margin_after: after })
      .where('id', '=', eventId)
      .execute();
  }
}

/** What a confirmed hold became; null where it is not confirmed. */
export async function bookingsOf(tx: Tx, id: string): Promise<readonly StoredBooking[] | null> {
  const row = await tx.selectFrom('hold').select('bookings').where('id', '=', id).executeTakeFirst();
  return row?.bookings ?? null;
}
