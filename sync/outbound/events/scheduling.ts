/** Whom the server of an event tells of its changes, as its own text says. */
import type { Tx } from '../../../datasources/store/store.ts';
import { type Scheduled, scheduledBy } from '../../../domain/events/icalendar/schedule-agent.ts';
import type { SchedulingRequest } from '../../../domain/events/scheduling.ts';

/** As the provider has the event; everybody where nothing is known. */
export async function scheduledAt(tx: Tx, eventId: string): Promise<Scheduled> {
  const row = await tx.selectFrom('event').select('raw').where('id', '=', eventId).executeTakeFirst();
  return scheduledBy(row?.raw ?? '');
}

/** What a new event asks that goes on from this one: who was not to be told of it is not told of that either (semantics C11). */
export async function schedulingKept(tx: Tx, eventId: string): Promise<SchedulingRequest | null> {
  return (await scheduledAt(tx, eventId)).attendees === 'NONE' ? { agent: 'NONE' } : null;
}
