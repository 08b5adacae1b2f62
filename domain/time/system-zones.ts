/** ZoneData over the zone data of the running JavaScript engine (ICU's, `process.versions.tz`). */
import type { Instant, LocalDateTime, PlainDate, ZoneName } from '../events/model.ts';
import { MILLISECONDS_PER_DAY, parseDate } from './calendar-days.ts';
import { OffsetTable } from './offset-table.ts';
import { formatLocalDateTime, parseLocalDateTime, type WallClock } from './wall-clock.ts';
import type { OffsetSpan, ZoneData } from './zone-data.ts';
import { canonicalZone, zoneText } from './zone-names.ts';

/** How many zones keep their offsets in memory; hostile input can name at most the some 600 that exist. */
const MOST_ZONES = 700;

/** How many names are remembered with what they mean. */
const MOST_NAMES = 10 * MOST_ZONES;

/**
 * The zone data in force.
 * @param version what the runtime says it is (`process.versions.tz`); the domain reads no environment.
 */
export function systemZones(version: string): ZoneData {
  return new SystemZones(version);
}

class SystemZones implements ZoneData {
  readonly version: string;
  readonly #tables = new Map<ZoneName, OffsetTable>();
  /** By the zone near which a name is meant; apart, as no text can then stand for a name and its place at once. */
  readonly #names = new Map<ZoneName | null, Map<string, ZoneName | null>>();
  #named = 0;

  constructor(version: string) {
    this.version = version;
  }

  canonical(name: string, near?: ZoneName): ZoneName | null {
    const text = zoneText(name);
    if (text === null) {
      return null;
    }
    const place = near ?? null;
    const names = this.#names.get(place);
    const known = names?.get(text);
    if (known !== undefined) {
      return known;
    }
    const zone = canonicalZone(text, place, {
      accepts: (candidate) => this.#find(candidate) !== null,
      offsetAt: (instant, candidate) => this.offsetAt(instant, candidate),
    });
    if (this.#named < MOST_NAMES) {
      this.#named += 1;
      this.#names.set(place, (names ?? new Map<string, ZoneName | null>()).set(text, zone));
    }
    return zone;
  }

  offsetAt(instant: Instant, zone: ZoneName): number {
    return this.#table(zone).offsetAt(instant) / 1000;
  }

  spanAt(instant: Instant, zone: ZoneName): OffsetSpan {
    return this.#table(zone).spanAt(instant);
  }

  resolve(local: LocalDateTime, zone: ZoneName): Instant {
    return resolveWall(parseLocalDateTime(local), this.#table(zone)).instant;
  }

  localAt(instant: Instant, zone: ZoneName): LocalDateTime {
    return formatLocalDateTime(instant + this.#table(zone).offsetAt(instant));
  }

  startOfDay(date: PlainDate, zone: ZoneName): Instant {
    const table = this.#table(zone);
    const { instant, gapAfter } = resolveWall(parseDate(date) * MILLISECONDS_PER_DAY, table);
    if (gapAfter === null) {
      return instant;
    }
    // The date begins where the clock lands: at the transition, which lies at most the gap's length before `instant`.
    let before = instant - gapAfter;
    let after = instant;
    const offset = table.offsetAt(after);
    while (after - before > 1000) {
      const middle = before + Math.floor((after - before) / 2000) * 1000;
      if (table.offsetAt(middle) === offset) {
        after = middle;
      } else {
        before = middle;
      }
    }
    return after;
  }

  #table(zone: ZoneName): OffsetTable {
    const table = this.#find(zone);
    if (table === null) {
      throw new RangeError(`no zone ${JSON.stringify(zone.slice(0, 60))} in zone data ${this.version}`);
    }
    return table;
  }

  #find(zone: ZoneName): OffsetTable | null {
    const known = this.#tables.get(zone);
    if (known !== undefined) {
      return known;
    }
    const table = OffsetTable.of(zone);
    if (table !== null && this.#tables.size < MOST_ZONES) {
      this.#tables.set(zone, table);
    }
    return table;
  }
}

/** `gapAfter`: length of the gap the wall clock falls into, null where the wall clock exists. */
function resolveWall(wall: WallClock, table: OffsetTable): { instant: Instant; gapAfter: number | null } {
  // Every offset is less than 24 hours, so a day to either side is before and after any transition that matters.
  const before = table.offsetAt(wall - MILLISECONDS_PER_DAY);
  const after = table.offsetAt(wall + MILLISECONDS_PER_DAY);
  const early = wall - before;
  if (before === after || table.offsetAt(early) === before) {
    return { instant: early, gapAfter: null };
  }
  const late = wall - after;
  return table.offsetAt(late) === after
    ? { instant: late, gapAfter: null }
    : { instant: early, gapAfter: Math.abs(after - before) };
}
