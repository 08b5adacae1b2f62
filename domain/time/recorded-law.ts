/** What zone data once said of the years ahead: kept, so that newer data can be compared with it (semantics A8). Pure. */
import type { Instant, ZoneName } from '../events/model.ts';
import type { ZoneData } from './zone-data.ts';

/** A zone's offsets over a span of time, as one version of the zone data had them. */
export interface RecordedLaw {
  readonly from: Instant;
  readonly until: Instant;
  /** [since when, seconds east of UTC], in order; the first since `from`. */
  readonly offsets: readonly (readonly [Instant, number])[];
}

/** No zone keeps an offset for a shorter time before it goes back (Morocco's month of Ramadan is the shortest). */
const step = 6 * 86_400_000;

/** Reads a zone's offsets from `from` until `until`. */
export function recordLaw(zone: ZoneName, from: Instant, until: Instant, zones: ZoneData): RecordedLaw {
  let offset = zones.offsetAt(from, zone);
  const offsets: [Instant, number][] = [[from, offset]];
  for (let at = from; at < until; at += step) {
    const next = Math.min(at + step, until);
    const after = zones.offsetAt(next, zone);
    if (after === offset) continue;
    let low = at;
    let high = next;
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (zones.offsetAt(middle, zone) === offset) low = middle;
      else high = middle;
    }
    offsets.push([high, after]);
    offset = after;
  }
  return { from, until, offsets };
}

/** Whether two laws of one zone differ anywhere in the time after `now` that both were recorded for. */
export function lawsDiffer(a: RecordedLaw, b: RecordedLaw, now: Instant): boolean {
  const from = Math.max(now, a.from, b.from);
  const until = Math.min(a.until, b.until);
  const changes = (law: RecordedLaw) => [
    [from, offsetIn(law, from)] as const,
    ...law.offsets.filter(([at]) => at > from && at < until),
  ];
  return from < until && JSON.stringify(changes(a)) !== JSON.stringify(changes(b));
}

/** Seconds east of UTC at an instant; outside the recorded span as at its nearer end. */
export function offsetIn(law: RecordedLaw, at: Instant): number {
  let offset = law.offsets[0]?.[1] ?? 0;
  for (const [since, next] of law.offsets) {
    if (since > at) break;
    offset = next;
  }
  return offset;
}
