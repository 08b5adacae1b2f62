/** Events by their ids together with their calendars, for who has ids from elsewhere: one statement instead of two. */
import { sql } from 'kysely';
import { calendarBeside, calendarsToJoin, columnsBeside } from './calendars.ts';
import { columns, type EventRow, eventRecord, managedJoin } from './event-records.ts';
import type { CalendarRecord, EventRecord } from './records.ts';
import type { Tx } from './store.ts';
import { runPrepared } from './transactions.ts';

export interface EventWithCalendar {
  readonly event: EventRecord;
  /** Null where the tenant may not see it. */
  readonly calendar: CalendarRecord | null;
}

/** Reads events among `ids`, tombstones too, each with its calendar. */
export async function findEventsWithCalendars(
  tx: Tx,
  tenant: { readonly applicationId: string },
  ids: readonly string[],
): Promise<EventWithCalendar[]> {
  const rows = await runPrepared(
    tx,
    sql<EventRow>`
      select ${columns}, ${columnsBeside} from event e ${managedJoin(tenant.applicationId)}
      left join ${calendarsToJoin(tx, tenant)} as c on c.id = e.calendar_id
      where e.id = any(${[...ids]}::text[])`,
  );
  return rows.map((row) => ({ event: eventRecord(row), calendar: calendarBeside(row) }));
}
