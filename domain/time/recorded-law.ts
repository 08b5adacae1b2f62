/** What zone data once said of the years ahead: kept, so that newer data can be compared with it (semantics A8). Pure. */
import type { Instant, LocalDateTime, PlainDate, ZoneName } from '../events/model.ts';
import { offsetChanges } from './offset-changes.ts';
import { formatLocalDateTime, parseLocalDateTime } from './wall-clock.ts';
import type { OffsetSpan, ZoneData } from './zone-data.ts';

/** A zone's offsets over a span of time, as one version of the zone data had them. */
export interface RecordedLaw {
  readonly from: Instant;
  readonly until: Instant;
  /** [since when, seconds east of UTC], in order; the first since `from`. */
  readonly offsets: readonly (readonly [Instant, number])[];
}

/** Reads a zone's offsets from `from` until `until`. */
export function recordLaw(zone: ZoneName, from: Instant, until: Instant, zones: ZoneData): RecordedLaw {
  const changes = offsetChanges(zone, from, until, zones);
  return {
    from,
    until,
    offsets: [[from, zones.offsetAt(from, zone)], ...changes.map(({ at, to }) => [at, to] as const)],
  };
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

const day = 86_400_000;

/**
 * Zone data as it once was: by the recorded laws where they reach, and as `present` has it elsewhere. Days begin as they do
 * in `present`: no day is kept as an instant.
 */
export function recordedZones(version: string, laws: ReadonlyMap<ZoneName, RecordedLaw>, present: ZoneData): ZoneData {
  const lawAt = (zone: ZoneName, at: Instant): RecordedLaw | null => {
    const law = laws.get(zone);
    return law !== undefined && at >= law.from && at < law.until ? law : null;
  };
  const offsetAt = (at: Instant, zone: ZoneName): number => {
    const law = lawAt(zone, at);
    return law === null ? present.offsetAt(at, zone) : offsetIn(law, at);
  };
  return {
    version,
    canonical: (name, near) => present.canonical(name, near),
    offsetAt,
    spanAt(at: Instant, zone: ZoneName): OffsetSpan {
      const law = laws.get(zone);
      if (law === undefined) return present.spanAt(at, zone);
      if (at < law.from || at >= law.until) {
        const span = present.spanAt(at, zone);
        return at < law.from
          ? { ...span, to: Math.min(span.to, law.from) }
          : { ...span, from: Math.max(span.from, law.until) };
      }
      const next = law.offsets.findIndex(([since]) => since > at);
      const [from, offset] = law.offsets.at(next === -1 ? -1 : next - 1) ?? [law.from, 0];
      return { from, to: law.offsets[next]?.[0] ?? law.until, offset: offset * 1000 };
    },
    resolve(local: LocalDateTime, zone: ZoneName): Instant {
      const wall = parseLocalDateTime(local);
      // Every offset is less than a day: a day to either side lies before and after any change that matters.
      const before = offsetAt(wall - day, zone) * 1000;
      const after = offsetAt(wall + day, zone) * 1000;
      if (before === after || offsetAt(wall - before, zone) * 1000 === before) return wall - before;
      return offsetAt(wall - after, zone) * 1000 === after ? wall - after : wall - before;
    },
    localAt: (at, zone) => formatLocalDateTime(at + offsetAt(at, zone) * 1000),
    startOfDay: (date: PlainDate, zone) => present.startOfDay(date, zone),
  };
}
