/** The zone data that all time arithmetic goes through; injected, so that tests can use a synthetic table (semantics A8). */
import type { Instant, LocalDateTime, PlainDate, ZoneName } from '../events/model.ts';

/** A span of time, [from, to), in which a zone keeps one offset. */
export interface OffsetSpan {
  readonly from: Instant;
  readonly to: Instant;
  /** Milliseconds east of UTC. */
  readonly offset: number;
}

export interface ZoneData {
  /** The IANA version in force, `2026c`. */
  readonly version: string;
  /**
   * The IANA name for what a file, a provider or a client called a zone: IANA names in any case and behind known prefixes
   * (`/freeassociation.sourceforge.net/Europe/London`, `/mozilla.org/20050126_1/…`), Windows names by CLDR, and what Windows
   * shows for them (semantics A7); null when unknown.
   *
   * @param near a zone in whose territory a Windows name is meant: the calendar's. Without it the whole world's.
   */
  canonical(name: string, near?: ZoneName): ZoneName | null;
  /** Seconds east of UTC at an instant. */
  offsetAt(instant: Instant, zone: ZoneName): number;
  /** A span around an instant in which the offset stays; before and after it the offset may be the same. */
  spanAt(instant: Instant, zone: ZoneName): OffsetSpan;
  /** The instant of a wall clock: in a gap the offset before it counts, in an overlap the first (RFC 5545 §3.3.5). */
  resolve(local: LocalDateTime, zone: ZoneName): Instant;
  /** The wall clock that `zone` shows at an instant. */
  localAt(instant: Instant, zone: ZoneName): LocalDateTime;
  /** The first instant of a date in a zone; where midnight does not exist, the first instant that does (semantics A1). */
  startOfDay(date: PlainDate, zone: ZoneName): Instant;
}
