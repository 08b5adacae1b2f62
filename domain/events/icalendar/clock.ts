/** The times of one document: every TZID of it resolved once, in the order of semantics A7. */
import type { ZoneData } from '../../time/zone-data.ts';
import { fixedOffsetZone } from '../../time/zone-names.ts';
import type { EventTime, Instant, LocalDateTime, ZoneName } from '../model.ts';
import type { Component } from './components.ts';
import { locationOf, matchZone, type Observances, readObservances, zoneIdOf, zoneParameter } from './observances.ts';
import { type Property, parameterOf } from './property.ts';
import { epochOfLocal, localFrom, parseTime, type ValueTime } from './values.ts';

/** Where this says a zone, so that a wall clock which the zone shows twice keeps it beside its UTC form. */
export const shownInParameter = 'X-MERIDIAN-ZONE';

/** How one TZID is read. */
type Reading =
  | { readonly kind: 'zone'; readonly zone: ZoneName; readonly substituted: boolean }
  | { readonly kind: 'observances'; readonly observances: Observances };

interface Definition {
  readonly observances: Observances;
  /** Zones that it was found to equal in some years: looked at first for others. */
  readonly found: Set<ZoneName>;
  readonly preferred: readonly (string | null)[];
}

/** Time zones of one document that are compared with all known ones; what hostile input can ask for is bounded. */
const mostDefinitions = 100;
const mostSearches = 20;

/** Two days inside the years 1 to 9999, so that every zone can show what is read. */
const earliest = -62_135_424_000_000;
const latest = 253_402_128_000_000;

/** Whether an event may stand at a time: whether every zone has a wall clock for it. */
export function isPlaceable(time: ValueTime): boolean {
  if (time.kind !== 'utc') {
    // Of nearly every time the year says it already.
    const year = (time.kind === 'date' ? time.date : time.local).slice(0, 4);
    if (year > '0001' && year < '9999') return true;
  }
  const epoch =
    time.kind === 'utc' ? time.instant : epochOfLocal(time.kind === 'date' ? `${time.date}T00:00:00` : time.local);
  return epoch >= earliest && epoch <= latest;
}

/** What an event's times are read for. */
export interface TimeUse {
  /** A series keeps its wall clock and therefore needs a zone; a single event can do with an instant. */
  readonly recurring: boolean;
  /** The last year that its times can fall into. */
  readonly lastYear: number;
  /** Called when a zone was unknown and the calendar's was taken. */
  readonly substituted: (timeZone: string, zone: ZoneName) => void;
}

export interface ClockOptions {
  readonly zones: ZoneData;
  /** The calendar's zone, null when it has none. */
  readonly calendarZone: ZoneName | null;
  /** X-WR-TIMEZONE, as written. */
  readonly documentZone: string | null;
  /** Every VTIMEZONE of the document. */
  readonly definitions: readonly Component[];
  readonly maximumObservances: number;
}

export class Clock {
  readonly zones: ZoneData;
  /** Where floating times and days are read: the calendar's zone, else the document's, else Etc/UTC (semantics A3). */
  readonly floatingZone: ZoneName;
  readonly #definitions = new Map<string, Component>();
  readonly #readings = new Map<string, Reading>();
  readonly #read = new Map<string, Definition | null>();
  readonly #preferred: readonly (string | null)[];
  #searches = 0;

  constructor(options: ClockOptions) {
    this.zones = options.zones;
    const documentZone = options.documentZone === null ? null : options.zones.canonical(options.documentZone);
    this.floatingZone = options.calendarZone ?? documentZone ?? 'Etc/UTC';
    this.#preferred = [documentZone, options.calendarZone];
    for (const definition of options.definitions) {
      const id = zoneIdOf(definition);
      // Refused ones count as absent: what names them is then read as an unknown zone.
      if (id === null || definition.problem !== null) continue;
      if (definition.components.length > options.maximumObservances) continue;
      if (!this.#definitions.has(id)) this.#definitions.set(id, definition);
    }
  }

  /** The time of a DTSTART-like property; null when its value is no time. */
  time(property: Property, use: TimeUse): EventTime | null {
    return this.timeOf(property.value, property, use);
  }

  /** One of a property's values, read with its parameters. */
  timeOf(text: string, property: Property, use: TimeUse): EventTime | null {
    const time = parseTime(text);
    if (time === null || !isPlaceable(time)) return null;
    if (time.kind === 'date') return time;
    if (parameterOf(property, 'VALUE')?.toUpperCase() === 'DATE') {
      return { kind: 'date', date: (time.kind === 'utc' ? localFrom(time.instant) : time.local).slice(0, 10) };
    }
    if (time.kind === 'utc') {
      const shownIn = parameterOf(property, shownInParameter);
      const zone = shownIn === null ? null : this.zones.canonical(shownIn);
      if (zone === null) return time;
      return { kind: 'zoned', local: this.zones.localAt(time.instant, zone), zone, instant: time.instant };
    }
    const id = zoneParameter(property);
    return id === null ? { kind: 'floating', local: time.local } : this.inZone(time.local, id, use);
  }

  /** A wall clock in what the document calls `id`. */
  inZone(local: LocalDateTime, id: string, use: TimeUse): EventTime {
    const reading = this.#reading(id, Number(local.slice(0, 4)), use);
    if (reading.kind === 'observances') return { kind: 'utc', instant: reading.observances.resolve(local) };
    if (reading.substituted) use.substituted(id, reading.zone);
    return { kind: 'zoned', local, zone: reading.zone, instant: this.zones.resolve(local, reading.zone) };
  }

  #reading(id: string, year: number, use: TimeUse): Reading {
    const lastYear = Math.max(year, Math.min(use.lastYear, year + 20));
    const known = this.#readings.get(id) ?? this.#readings.get(`${id}\n${year}\n${lastYear}\n${use.recurring}`);
    if (known !== undefined) return known;
    const zone = this.zones.canonical(id, this.floatingZone);
    if (zone !== null) {
      const reading: Reading = { kind: 'zone', zone, substituted: false };
      this.#readings.set(id, reading);
      return reading;
    }
    const fixed = fixedOffsetZone(id);
    const reading =
      this.#byDefinition(id, year, lastYear, use.recurring) ??
      ({ kind: 'zone', zone: fixed ?? this.floatingZone, substituted: fixed === null } as const);
    this.#readings.set(`${id}\n${year}\n${lastYear}\n${use.recurring}`, reading);
    return reading;
  }

  #byDefinition(id: string, year: number, lastYear: number, recurring: boolean): Reading | null {
    const definition = this.#definition(id);
    if (definition === null) return null;
    const { observances, found, preferred } = definition;
    const zone =
      matchZone(observances, year, lastYear, [...found], this.zones, true) ??
      this.#search(observances, year, lastYear, preferred);
    if (zone !== null) {
      found.add(zone);
      return { kind: 'zone', zone, substituted: false };
    }
    if (!recurring) return { kind: 'observances', observances };
    // A series needs a zone: the one that agrees while the series is young is nearer than the calendar's.
    const near = this.#search(observances, year, year + 1, preferred);
    return near === null ? null : { kind: 'zone', zone: near, substituted: true };
  }

  #search(observances: Observances, from: number, to: number, preferred: readonly (string | null)[]): ZoneName | null {
    this.#searches++;
    return matchZone(observances, from, to, preferred, this.zones, this.#searches > mostSearches);
  }

  /** What a VTIMEZONE says, read when it is first needed. */
  #definition(id: string): Definition | null {
    const known = this.#read.get(id);
    if (known !== undefined) return known;
    const component = this.#definitions.get(id);
    const observances =
      component === undefined || this.#read.size >= mostDefinitions ? null : readObservances(component);
    const definition =
      component === undefined || observances === null
        ? null
        : { observances, found: new Set<ZoneName>(), preferred: [locationOf(component), ...this.#preferred] };
    if (this.#read.size < mostDefinitions) this.#read.set(id, definition);
    return definition;
  }

  /** The instant of a time; days and floating times in the calendar's zone. */
  instant(time: EventTime): Instant {
    switch (time.kind) {
      case 'date':
        return this.zones.startOfDay(time.date, this.floatingZone);
      case 'floating':
        return this.zones.resolve(time.local, this.floatingZone);
      default:
        return time.instant;
    }
  }

  /**
   * A time moved by nominal days and exact seconds, as DTSTART plus DURATION is (RFC 5545 §3.3.6). The caller has seen to it that
   * this is placeable.
   */
  plus(time: EventTime, days: number, seconds: number): EventTime {
    switch (time.kind) {
      case 'date':
        return { kind: 'date', date: localFrom(Date.parse(`${time.date}T00:00:00Z`) + days * 86_400_000).slice(0, 10) };
      case 'utc':
        return { kind: 'utc', instant: time.instant + days * 86_400_000 + seconds * 1000 };
      case 'floating':
        return { kind: 'floating', local: localFrom(epochOfLocal(time.local) + days * 86_400_000 + seconds * 1000) };
      case 'zoned': {
        const { zone } = time;
        const moved = days === 0 ? time.local : localFrom(epochOfLocal(time.local) + days * 86_400_000);
        const instant = (days === 0 ? time.instant : this.zones.resolve(moved, zone)) + seconds * 1000;
        const local = seconds === 0 ? moved : this.zones.localAt(instant, zone);
        return { kind: 'zoned', local, zone, instant };
      }
    }
  }
}
