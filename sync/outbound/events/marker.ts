/** The marker that a managed event carries at its provider (semantics C1). */

import type { CalendarRecord, EventRecord } from '../../../datasources/store/records.ts';
import type { Actor } from '../../../domain/actor.ts';
import { type ManagedIdentity, sealMarker } from '../../../domain/events/markers.ts';
import type { WriterDependencies } from './writer.ts';

export function identityOf(
  clientId: string,
  calendar: Pick<CalendarRecord, 'remoteId'>,
  key: string,
  generation: number,
): ManagedIdentity {
  return { appKey: clientId, calendarKey: calendar.remoteId, key, generation };
}

/** Null for external events, and where Meridian itself keeps the calendar and knows. */
export function markerOf(
  record: EventRecord,
  calendar: CalendarRecord,
  { clientId }: Actor,
  dependencies: WriterDependencies,
): string | null {
  if (record.managed === null || calendar.provider === 'MERIDIAN') return null;
  const { key, generation, boundIn } = record.managed;
  // Its uid was made of the calendar that it was written to first, wherever its user moved it (semantics C6).
  return sealMarker(identityOf(clientId, boundIn ?? calendar, key, generation), dependencies.markers);
}
