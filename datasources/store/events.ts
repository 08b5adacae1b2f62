/** Reading events: by id, by uid and by an application's key. By range: event-list.ts. */
import { sql } from 'kysely';
import { columns, type EventRow, eventRecord, managedJoin } from './event-records.ts';
import type { EventRecord } from './records.ts';
import type { Tx } from './store.ts';
import { runPrepared } from './transactions.ts';

/** Reads rows by their ids, tombstones too. */
export async function findEvents(
  tx: Tx,
  tenant: { readonly applicationId: string },
  ids: readonly string[],
): Promise<EventRecord[]> {
  const rows = await runPrepared(
    tx,
    sql<EventRow>`
      select ${columns} from event e ${managedJoin(tenant.applicationId)} where e.id = any(${[...ids]}::text[])`,
  );
  return rows.map(eventRecord);
}

/** Every row that these accounts have of these uids, tombstones too: the copies of an event in an account's calendars. */
export async function findCopies(
  tx: Tx,
  tenant: { readonly applicationId: string },
  wanted: readonly { readonly accountId: string; readonly uid: string }[],
): Promise<EventRecord[]> {
  const { rows } = await sql<EventRow>`
    select ${columns}
    from unnest(${wanted.map(({ accountId }) => accountId)}::text[], ${wanted.map(({ uid }) => uid)}::text[]) as w(account_id, uid)
    join event e on e.account_id = w.account_id and e.uid = w.uid ${managedJoin(tenant.applicationId)}`.execute(tx);
  return rows.map(eventRecord);
}

/** Reads the row of a uid in a calendar, a tombstone too. */
export async function findEventByUid(
  tx: Tx,
  tenant: { readonly applicationId: string },
  calendarId: string,
  uid: string,
): Promise<EventRecord | null> {
  return (await findEventsByUid(tx, tenant, calendarId, [uid]))[0] ?? null;
}

/** Reads the rows of several uids in one calendar, tombstones too. */
export async function findEventsByUid(
  tx: Tx,
  tenant: { readonly applicationId: string },
  calendarId: string,
  uids: readonly string[],
): Promise<EventRecord[]> {
  const { rows } = await sql<EventRow>`
    select ${columns} from event e ${managedJoin(tenant.applicationId)}
    where e.calendar_id = ${calendarId} and e.uid = any(${[...uids]}::text[])`.execute(tx);
  return rows.map(eventRecord);
}

/**
 * Reads the row that the application calls `key` in a calendar, a tombstone too. It may be in another calendar by now, where its user
 * moved it (semantics C6); and of a key that was bound elsewhere, the event that was moved here.
 */
export async function findManagedEvent(
  tx: Tx,
  tenant: { readonly applicationId: string },
  calendarId: string,
  key: string,
): Promise<EventRecord | null> {
  const { rows } = await sql<EventRow>`
    select ${columns} from event e join managed_event m on m.event_id = e.id and m.application_id = ${tenant.applicationId}
    where m.key_digest = key_digest(${key}) and (m.calendar_id = ${calendarId} or e.calendar_id = ${calendarId})
      and m.calendar_id in (select other.id from calendar asked join calendar other on other.account_id = asked.account_id
        where asked.id = ${calendarId})
    order by m.calendar_id = ${calendarId} desc limit 1`.execute(tx);
  return rows[0] === undefined ? null : eventRecord(rows[0]);
}

/** Takes the row's lock until the transaction ends, and reads it again under the lock. */
export async function lockEvent(
  tx: Tx,
  tenant: { readonly applicationId: string },
  id: string,
): Promise<EventRecord | null> {
  await sql`select 1 from event where id = ${id} for update`.execute(tx);
  const [record] = await findEvents(tx, tenant, [id]);
  return record ?? null;
}
