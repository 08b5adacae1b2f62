/** Everything of some events that is not cancelled, occurrence by occurrence, with what it makes of its time. */
import { isInRange, type Listed, type ListedObject, type ListQuestion } from '../events/listed.ts';
import { changedOccurrences, everyOccurrence } from '../events/listed-occurrences.ts';
import { whole } from '../events/listing.ts';
import type { Instant, ZoneName } from '../events/model.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { type EffectiveBusy, effectiveBusy } from './effective-busy.ts';

/** Where an event is read: its calendar's zone (semantics A1, A3), and who owns that calendar. */
export interface CalendarReading {
  readonly zone: ZoneName;
  readonly ownerAddresses: readonly string[];
}

export interface CountedEntry<T extends ListedObject> {
  readonly entry: Listed<T>;
  readonly busy: EffectiveBusy;
}

export interface BusyEntries<T extends ListedObject> {
  readonly counted: readonly CountedEntry<T>[];
  /** Series of which it would cost too much to know all: from `from` on there may be more of them. */
  readonly cutShort: readonly { readonly record: T; readonly from: Instant }[];
}

/** Occurrences of one series, at most: one every ten minutes of a year. */
const mostOfOne = 50_000;
/** Entries of all the events together, at most. */
const mostOfAll = 100_000;
/** Steps of all expansions together: about half a second at the very worst. */
const mostSteps = 500_000;

/**
 * What the events occupy in [from, to), FREE time included, each in its calendar's own zone. Tombstones are the caller's to
 * leave out.
 */
export function busyEntries<T extends ListedObject>(
  records: readonly T[],
  window: { readonly from: Instant; readonly to: Instant },
  readingOf: (record: T) => CalendarReading,
  zones: ZoneData,
): BusyEntries<T> {
  const counted: CountedEntry<T>[] = [];
  const cutShort: { record: T; from: Instant }[] = [];
  let steps = 0;
  for (const record of records) {
    const reading = readingOf(record);
    const question = questionIn<T>(window, reading.zone);
    const { content } = record;
    let entries: readonly Listed<T>[];
    if (content === null) {
      entries = changedOccurrences(record, question, zones);
    } else if (content.rules.length > 0 || record.exceptions.length > 0) {
      const most = Math.min(mostOfOne, mostOfAll - counted.length);
      if (steps > mostSteps || most <= 0) {
        cutShort.push({ record, from: window.from });
        continue;
      }
      const every = everyOccurrence(record, content, question, zones, most);
      steps += every.steps;
      if (every.cutShortFrom !== null) cutShort.push({ record, from: every.cutShortFrom });
      entries = every.entries;
    } else {
      const entry = whole(record, content, question, zones);
      entries = isInRange(entry, window) ? [entry] : [];
    }
    for (const entry of entries) {
      const busy = effectiveBusy(entry.content, reading.ownerAddresses);
      if (busy !== null) counted.push({ entry, busy });
    }
  }
  return { counted, cutShort };
}

function questionIn<T extends ListedObject>(
  { from, to }: { readonly from: Instant; readonly to: Instant },
  zone: ZoneName,
): ListQuestion<T> {
  return {
    from,
    to,
    endlessTo: Number.POSITIVE_INFINITY,
    dayZone: zone,
    floatingZone: () => zone,
    after: null,
    first: Number.POSITIVE_INFINITY,
    expansion: 'OCCURRENCES',
    includeDeleted: false,
    modifiedSince: null,
    moved: () => false,
    maximum: Number.POSITIVE_INFINITY,
  };
}
