/** A calendar's zone changed: its floating times are other instants now (semantics A3). */
import { type Insertable, sql } from 'kysely';
import type { ChangeEntry } from '../../datasources/store/change-log.ts';
import { appendChanges } from '../../datasources/store/change-log.ts';
import { contentColumns, storedObject } from '../../datasources/store/event-columns.ts';
import { managedBy } from '../../datasources/store/managed-rows.ts';
import type { Tx } from '../../datasources/store/store.ts';
import type { EventMoveTable } from '../../datasources/store/tables.ts';
import type { Instant } from '../../domain/events/model.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';

const pageSize = 500;

export interface RezonedCalendar {
  readonly id: string;
  readonly accountId: string;
  readonly profileId: string;
  /** The new one; null: the account's counts. */
  readonly timeZone: string | null;
  readonly accountZone: string;
}

/**
 * Moves the floating events of one calendar behind `after` (an event id, '' to begin), at most 500 of them, to where the new
 * zone puts them, and tells each that moved. The calendar takes the new zone with the last page: interrupted before, it
 * begins again, and what was moved already is not told twice. Answers the id to go on from; null when it is done.
 */
export async function rezonePage(
  tx: Tx,
  calendar: RezonedCalendar,
  after: string,
  context: { readonly now: Instant; readonly zones: ZoneData },
): Promise<string | null> {
  const rows = await tx
    .selectFrom('event')
    .select(['id', 'uid', 'content', 'exceptions', 'sequence', 'all_day', 'starts_at', 'ends_at'])
    .select(managedBy)
    .where('calendar_id', '=', calendar.id)
    .where('deleted_at', 'is', null)
    .where('id', '>', after)
    .where(
      sql<boolean>`(content -> 'start' ->> 'kind' = 'floating'
        or jsonb_path_exists(exceptions, '$[*].content.start.kind ? (@ == "floating")'))`,
    )
    .orderBy('id')
    .limit(pageSize)
    .forUpdate()
    .execute();
  const changes: ChangeEntry[] = [];
  const at = new Date(context.now);
  const moves: Insertable<EventMoveTable>[] = [];
  for (const row of rows) {
    const columns = contentColumns(storedObject(row), calendar.timeZone ?? calendar.accountZone, context.zones);
    const startsAt = columns.startsAt === null ? null : new Date(columns.startsAt);
    const moved = await tx
      .updateTable('event')
      .set({
        starts_at: startsAt,
        ends_at: columns.endsAt === null ? null : new Date(columns.endsAt),
        span: columns.span,
        version: sql<string>`version + 1`,
        synced_at: at,
        master_synced_at: at,
      })
      .where('id', '=', row.id)
      .where(
        sql<boolean>`(starts_at is distinct from ${startsAt}::timestamptz or span is distinct from ${columns.span}::tstzrange)`,
      )
      .executeTakeFirst();
    if (moved.numUpdatedRows === 0n) continue;
    if (row.starts_at !== null && row.ends_at !== null) {
      const { starts_at, ends_at, all_day } = row;
      const place = { account_id: calendar.accountId, profile_id: calendar.profileId, calendar_id: calendar.id };
      moves.push({ ...place, event_id: row.id, all_day, starts_at, ends_at, until: at });
    }
    changes.push({
      kind: 'EVENT_UPDATED',
      subjectId: row.id,
      profileId: calendar.profileId,
      calendarId: calendar.id,
      managedBy: row.managed_by,
    });
  }
  if (moves.length > 0) {
    await tx
      .insertInto('event_move')
      .values(moves)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const next = rows.length < pageSize ? null : (rows.at(-1)?.id ?? null);
  if (next === null) {
    await tx.updateTable('calendar').set({ time_zone: calendar.timeZone }).where('id', '=', calendar.id).execute();
    changes.push({
      kind: 'CALENDAR_UPDATED',
      subjectId: calendar.id,
      profileId: calendar.profileId,
      calendarId: calendar.id,
      managedBy: null,
    });
  }
  await appendChanges(tx, calendar.accountId, changes, { madeBy: null });
  return next;
}
