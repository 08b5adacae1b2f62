/** An application's own names of its events: one event each, in one calendar. */
import { sql } from 'kysely';
import { findEventByUid } from '../../../datasources/store/events.ts';
import type { CalendarRecord } from '../../../datasources/store/records.ts';
import type { UserError } from '../../../domain/errors.ts';
import type { WriteStep } from './writer.ts';

/** Two writes at once with one key: the second waits, and finds what the first made. Held until the transaction ends. */
export async function lockManagedKey({ tx, actor }: WriteStep, calendar: CalendarRecord, key: string): Promise<void> {
  const name = `${actor.applicationId} ${calendar.id} ${key}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 2))`.execute(tx);
}

/** The key of a managed event is the application's own: a known uid there is a mistake (contract, WRONG_EVENT_KIND). */
export async function foreignKeyErrors(
  { tx, tenant }: WriteStep,
  calendar: CalendarRecord,
  key: string,
  path: readonly string[],
): Promise<UserError[]> {
  const external = await findEventByUid(tx, tenant, calendar.id, key);
  if (external === null || external.deletedAt !== null || external.managed !== null) return [];
  const message =
    "Expected a key of the application's own, got the uid of an external event: change that with updateEvent";
  return [{ path, code: 'WRONG_EVENT_KIND', message }];
}
