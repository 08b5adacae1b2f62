/** Which application's key an event is bound to, as events arrive, move between calendars and go (semantics C2, C3, C6). */
import { type ExpressionBuilder, sql } from 'kysely';
import type { CalendarPlace, StoredChange } from './event-merge.ts';
import type { Tx } from './store.ts';
import type { Tables } from './tables.ts';

/** What an object's own marker says, where it fits the uid. */
export interface ManagedMark {
  readonly applicationId: string;
  readonly key: string;
  readonly generation: number;
  /** The calendar that the event was written to first, by its id at the provider: its user may have moved it since. */
  readonly calendarKey: string;
}

/** An object whose uid is one of ours, and which was not there before. */
export interface ArrivedObject {
  readonly eventId: string;
  readonly uid: string;
  /** Null where a client has stripped it (semantics C2). */
  readonly mark: ManagedMark | null;
  /** Never seen in this calendar before, also not deleted. */
  readonly first: boolean;
  /** Somebody is invited: a copy under another login may be an attendee's, and is none of ours. */
  readonly invites: boolean;
}

/** A binding that is to be made, or to follow its event. */
export interface Binding {
  readonly eventId: string;
  readonly applicationId: string;
  /** The calendar that the application knows the key in. */
  readonly calendarId: string;
  readonly key: string;
  readonly generation: number;
}

/** `managed_by`: the application that a row of `event` is bound to; null when it is nobody's. */
export function managedBy(eb: ExpressionBuilder<Tables, 'event'>) {
  return eb
    .selectFrom('managed_event')
    .select('managed_event.application_id')
    .whereRef('managed_event.event_id', '=', 'event.id')
    .limit(1)
    .as('managed_by');
}

/** Whether the row's last write was none of our own deletions: then its user deleted or moved it. */
const byUser = sql<boolean>`coalesce((select o.kind <> 'DELETE' or o.status = 'FAILED' from operation o
  where o.event_id = e.id order by o.ordinal desc limit 1), true)`;

/**
 * Whose the objects are that arrived in a calendar. One whose binding stands elsewhere in the account, on an event that is still
 * there, is a copy, and none of ours; one that is gone there was moved here. Without a binding the marker is believed: the database
 * was lost (semantics C3), and then the calendar that the marker names is believed before any other.
 */
export async function bindingsOf(
  tx: Tx,
  calendar: CalendarPlace,
  arrived: readonly ArrivedObject[],
): Promise<ReadonlyMap<string, Binding>> {
  const found = new Map<string, Binding>();
  if (arrived.length === 0) return found;
  const marks = arrived.map(({ mark }) => mark);
  const { rows } = await sql<{
    event_id: string;
    home_id: string | null;
    taken_by: string | null;
    application_id: string | null;
    calendar_id: string | null;
    key: string | null;
    generation: number | null;
    bound_event: string | null;
    there: boolean | null;
    by_user: boolean | null;
  }>`
    select a.event_id, h.id as home_id, k.event_id as taken_by,
      b.application_id, b.calendar_id, b.key, b.generation, b.event_id as bound_event, b.there, b.by_user
    from unnest(
      ${arrived.map(({ eventId }) => eventId)}::text[], ${arrived.map(({ uid }) => uid)}::text[],
      ${marks.map((mark) => mark?.applicationId ?? null)}::text[], ${marks.map((mark) => mark?.key ?? null)}::text[],
      ${marks.map((mark) => mark?.calendarKey ?? null)}::text[], ${arrived.map(({ invites }) => invites)}::boolean[]
    ) as a(event_id, uid, application_id, key, calendar_key, invites)
    left join calendar h on h.account_id = ${calendar.accountId} and h.remote_id = a.calendar_key
      and (h.profile_id = ${calendar.profileId} or not a.invites)
    left join managed_event k on k.application_id = a.application_id and k.calendar_id = h.id and k.key_digest = key_digest(a.key)
    left join lateral (
      select m.application_id, m.calendar_id, m.key, m.generation, m.event_id,
        e.deleted_at is null and c.deleted_at is null as there, ${byUser} as by_user
      from calendar c join event e on e.calendar_id = c.id and e.uid = a.uid join managed_event m on m.event_id = e.id
      where c.account_id = ${calendar.accountId} and (c.profile_id = ${calendar.profileId} or not a.invites)
      limit 1
    ) b on true`.execute(tx);
  const byEvent = new Map(arrived.map((object) => [object.eventId, object]));
  for (const row of rows) {
    const object = byEvent.get(row.event_id);
    if (object === undefined) continue;
    const { eventId, mark, first } = object;
    if (row.bound_event !== null && row.application_id !== null && row.calendar_id !== null && row.key !== null) {
      const binding = {
        eventId,
        applicationId: row.application_id,
        calendarId: row.calendar_id,
        key: row.key,
        generation: row.generation ?? 1,
      };
      const atHome = first && mark !== null && row.home_id === calendar.id;
      if (row.bound_event === eventId || (row.there === true ? atHome : row.by_user === true)) {
        found.set(eventId, binding);
      }
      continue;
    }
    // The key is bound to a later generation, or nobody knows the calendar that it was written to.
    if (mark === null || row.home_id === null || row.taken_by !== null) continue;
    const { applicationId, key, generation } = mark;
    found.set(eventId, { eventId, applicationId, calendarId: row.home_id, key, generation });
  }
  return found;
}

/** Makes bindings, or lets them follow their events. */
export async function bind(tx: Tx, calendar: CalendarPlace, bindings: readonly Binding[]): Promise<void> {
  if (bindings.length === 0) return;
  await tx
    .insertInto('managed_event')
    .values(
      bindings.map((binding) => ({
        application_id: binding.applicationId,
        account_id: calendar.accountId,
        calendar_id: binding.calendarId,
        key: binding.key,
        event_id: binding.eventId,
        generation: binding.generation,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['application_id', 'calendar_id', 'key_digest']).doUpdateSet({
        event_id: (eb) => eb.ref('excluded.event_id'),
        generation: (eb) => eb.ref('excluded.generation'),
      }),
    )
    .execute();
}

/**
 * Rows of managed events that are gone from their calendar: a copy that came into another calendar of the account before is
 * the event from now on (semantics C6), which its application is told as a change of that copy.
 */
export async function followMoved(tx: Tx, eventIds: readonly string[], now: Date): Promise<StoredChange[]> {
  if (eventIds.length === 0) return [];
  const { rows } = await sql<{
    gone_id: string;
    application_id: string;
    id: string;
    calendar_id: string;
    profile_id: string;
  }>`
    select e.id as gone_id, m.application_id, copy.id, copy.calendar_id, copy.profile_id
    from event e
    join managed_event m on m.event_id = e.id
    join calendar c on c.account_id = e.account_id and c.id <> e.calendar_id and c.deleted_at is null
    join event copy on copy.calendar_id = c.id and copy.uid = e.uid and copy.deleted_at is null
      and (c.profile_id = e.profile_id or copy.content ->> 'organizer' is null)
    where e.id = any(${[...eventIds]}::text[]) and ${byUser}
      and not exists (select 1 from managed_event other where other.event_id = copy.id)
    order by copy.id
    for update of copy`.execute(tx);
  const changes: StoredChange[] = [];
  const followed = new Set<string>();
  for (const row of rows) {
    if (followed.has(row.gone_id)) continue;
    followed.add(row.gone_id);
    await tx
      .updateTable('managed_event')
      .set({ event_id: row.id })
      .where('event_id', '=', row.gone_id)
      .where('application_id', '=', row.application_id)
      .execute();
    await tx
      .updateTable('event')
      .set((eb) => ({ version: eb('version', '+', '1'), synced_at: now }))
      .where('id', '=', row.id)
      .execute();
    changes.push({
      kind: 'EVENT_UPDATED',
      subjectId: row.id,
      managedBy: row.application_id,
      calendarId: row.calendar_id,
      profileId: row.profile_id,
    });
  }
  return changes;
}
