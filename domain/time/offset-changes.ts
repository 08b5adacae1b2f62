/** When a zone's offset from UTC changes. Pure. */
import type { Instant, ZoneName } from '../events/model.ts';
import type { ZoneData } from './zone-data.ts';

export interface OffsetChange {
  /** The first instant of the new offset. */
  readonly at: Instant;
  /** Seconds east of UTC, before and from then on. */
  readonly from: number;
  readonly to: number;
}

/**
 * Every change after `begin` and before `end`, in order.
 * @throws RangeError for a time without end, in which there would be no last change.
 */
export function offsetChanges(zone: ZoneName, begin: Instant, end: Instant, zones: ZoneData): OffsetChange[] {
  if (!Number.isFinite(begin) || !Number.isFinite(end)) {
    throw new RangeError(`expected instants, came ${begin} and ${end}`);
  }
  const changes: OffsetChange[] = [];
  let span = zones.spanAt(begin, zone);
  while (span.to < end) {
    const next = zones.spanAt(span.to, zone);
    if (next.offset !== span.offset) changes.push({ at: span.to, from: span.offset / 1000, to: next.offset / 1000 });
    span = next;
  }
  return changes;
}
