/** An application's own names of its events: one event each, in one calendar. */
import { sql } from 'kysely';
import type { CalendarRecord, EventRecord } from '../../../datasources/store/records.ts';
import type { UserError } from '../../../domain/errors.ts';
import type { WriteStep } from './writer.ts';

/** Two writes at once with one key: the second waits, and finds what the first made. Held until the transaction ends. */
export async function lockManagedKey({ tx, actor }: WriteStep, calendar: CalendarRecord, key: string): Promise<void> {
  const name = `${actor.applicationId} ${calendar.id} ${key}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 2))`.execute(tx);
}

/**
 * The key of a managed event is the application's own: the uid of an event there is a mistake (contract, WRONG_EVENT_KIND). That of
 * one which is deleted is a name like any other.
 */
export function foreignKeyErrors(named: EventRecord | null, path: readonly string[]): UserError[] {
  if (named === null || named.deletedAt !== null) return [];
  const which = named.managed === null ? 'an external event: change and delete that by its id' : 'a managed event';
  const message = `Expected a key of the application's own, got the uid of ${which}`;
  return [{ path, code: 'WRONG_EVENT_KIND', message }];
}
