/** Which writes wait for which: an event's own in their order, and those that must not be done before another event's. */
import { sql } from 'kysely';
import type { CalendarObject } from '../../domain/events/model.ts';
import type { LinedWrite } from './operation-claims.ts';
import type { Tx } from './store.ts';

/** Longer chains than this are taken up where they end by the next attempt. */
const longestChain = 100;

/**
 * The pending operation that must go before this one: the first of the same event, or what that one waits for, and so on;
 * itself when nothing does; null when it is done, or waits for what will never be done.
 */
export async function firstInLine(tx: Tx, operationId: string): Promise<string | null> {
  const seen = new Set<string>();
  let wanted = operationId;
  while (seen.size < longestChain) {
    if (seen.has(wanted)) return null;
    seen.add(wanted);
    const { rows } = await sql<{ id: string; after_id: string | null; after_status: string | null }>`
      select first.id, awaited.id as after_id, awaited.status as after_status
      from operation own
      join lateral (
        select id, after_operation from operation
        where event_id = own.event_id and status = 'PENDING' order by ordinal limit 1
      ) first on true
      left join operation awaited on awaited.id = first.after_operation and awaited.status <> 'APPLIED'
      where own.id = ${wanted} and own.status = 'PENDING'`.execute(tx);
    const [row] = rows;
    if (row === undefined) return null;
    if (row.after_id === null) return row.id;
    if (row.after_status !== 'PENDING') return null;
    wanted = row.after_id;
  }
  return wanted;
}

/** A pending write that falls with another, and where its event was when that was read. */
export interface FallenOperation {
  readonly id: string;
  readonly event: {
    readonly id: string;
    readonly uid: string;
    readonly remoteId: string | null;
    readonly etag: string | null;
    readonly raw: string | null;
  };
}

/**
 * The pending writes that cannot be done any more when this one fails for good: those that wait for it, the later ones of their
 * events, and so on. Nothing waits for most writes; then the later ones of its own event are none of them either: each
 * carries the whole event, and may well succeed.
 */
export async function fallenWith(tx: Tx, operationId: string): Promise<FallenOperation[]> {
  const { rows } = await sql<{
    id: string;
    event_id: string;
    uid: string;
    remote_id: string | null;
    etag: string | null;
    raw: string | null;
  }>`
    with recursive fallen as (
      select id, event_id, ordinal from operation where id = ${operationId}
      union
      select o.id, o.event_id, o.ordinal from operation o join fallen f
        on o.after_operation = f.id or (o.event_id = f.event_id and o.ordinal > f.ordinal)
      where o.status = 'PENDING'
    )
    select fallen.id, event.id as event_id, event.uid, event.remote_id, event.etag, event.raw
    from fallen join event on event.id = fallen.event_id
    where fallen.id <> ${operationId} and exists (
      select 1 from operation o join fallen f on o.after_operation = f.id where o.status = 'PENDING')
    order by fallen.ordinal`.execute(tx);
  return rows.map((row) => ({
    id: row.id,
    event: { id: row.event_id, uid: row.uid, remoteId: row.remote_id, etag: row.etag, raw: row.raw },
  }));
}

/** The event's pending writes in their order, locked. */
export async function pendingWrites(tx: Tx, eventId: string): Promise<LinedWrite[]> {
  return tx
    .selectFrom('operation')
    .select(['id', 'kind', 'intended', 'base', 'strict'])
    .where('event_id', '=', eventId)
    .where('status', '=', 'PENDING')
    .orderBy('ordinal')
    .forUpdate()
    .execute();
}

/** A pending write now means this, made upon that. */
export async function rebaseOperation(
  tx: Tx,
  operationId: string,
  write: { readonly intended: CalendarObject | null; readonly base: CalendarObject },
): Promise<void> {
  await tx
    .updateTable('operation')
    .set({
      intended: write.intended === null ? null : JSON.stringify(write.intended),
      base: JSON.stringify(write.base),
    })
    .where('id', '=', operationId)
    .where('status', '=', 'PENDING')
    .execute();
}
