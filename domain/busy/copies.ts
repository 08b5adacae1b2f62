/** The copies of one event that an account has in several calendars (semantics E3): they take its time once. */
import type { Listed, ListedObject } from '../events/listed.ts';
import { occurrenceAt, type Reading, recurrenceIdAt } from '../events/listed-occurrences.ts';
import { whole } from '../events/listing.ts';
import { eventTimeInstant } from '../time/event-time.ts';
import type { ZoneData } from '../time/zone-data.ts';
import type { EffectiveBusy } from './effective-busy.ts';

/** An entry and what it makes of its time; null: nothing, it is cancelled or gone. */
export interface BusyEntry<T extends ListedObject> {
  readonly entry: Listed<T>;
  readonly busy: EffectiveBusy | null;
}

/** What leaves least doubt that its owner is busy comes last. */
const weight = { FREE: 0, WORKING_ELSEWHERE: 1, TENTATIVE: 2, OUT_OF_OFFICE: 3, BUSY: 4 } as const;

/**
 * The copy of an entry that another row with its uid holds: the same original start, at the same time. One at another time
 * is none: it takes its own time as well, so that together they take the union (semantics C5).
 */
export function copyOf<T extends ListedObject>(
  entry: Listed<T>,
  record: T,
  reading: Reading<T>,
  zones: ZoneData,
): Listed<T> | null {
  const found = sameOccurrence(entry, record, reading, zones);
  return found !== null && found.startsAt === entry.startsAt && found.endsAt === entry.endsAt ? found : null;
}

/** What another row with the entry's uid holds for the same original start, wherever it is now; null where it holds nothing. */
export function sameOccurrence<T extends ListedObject>(
  entry: Listed<T>,
  record: T,
  reading: Reading<T>,
  zones: ZoneData,
): Listed<T> | null {
  const { recurrenceId, originalStart } = entry;
  if (recurrenceId === null) {
    const { content } = record;
    return content === null || content.rules.length > 0 ? null : whole(record, content, reading, zones);
  }
  const found = occurrenceAt(record, recurrenceId, reading, zones);
  if (found !== null || originalStart === null || originalStart.kind === 'date') return found;
  // Written in another value type: a server rewrote a wall clock to UTC.
  const at = eventTimeInstant(originalStart, {
    zones,
    floatingZone: reading.floatingZone(entry.record),
    dayZone: reading.dayZone,
  });
  const named = recurrenceIdAt(record, at, reading, zones);
  return named === null ? null : occurrenceAt(record, named, reading, zones);
}

/**
 * Of the copies of one event the one that stands for all: the busiest, of several the first by id. The same whichever
 * of them is asked for. @param copies one or more.
 */
export function busiest<T extends ListedObject>(copies: readonly BusyEntry<T>[]): BusyEntry<T> | null {
  return copies.reduce<BusyEntry<T> | null>(
    (best, copy) => (best === null || outweighs(copy, best) ? copy : best),
    null,
  );
}

function outweighs<T extends ListedObject>(one: BusyEntry<T>, other: BusyEntry<T>): boolean {
  const difference = weightOf(one.busy) - weightOf(other.busy);
  return difference === 0 ? one.entry.id < other.entry.id : difference > 0;
}

/** An answered one leaves less doubt than an unanswered one of the same status. */
function weightOf(busy: EffectiveBusy | null): number {
  return busy === null ? -1 : weight[busy.busyStatus] + (busy.unanswered ? 0 : 0.5);
}
