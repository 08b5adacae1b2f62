/** A file's own VTIMEZONE: its offsets, and the IANA zone that has the same ones (semantics A7). */

import { WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { elementAt } from '../../element-at.ts';
import type { ZoneData } from '../../time/zone-data.ts';
import type { Instant, LocalDateTime, ZoneName } from '../model.ts';
import type { Component } from './components.ts';
import { parameterOf, parseProperty, unescapeText } from './property.ts';
import { epochOfLocal, parseOffset, parseTime } from './values.ts';

interface Onset {
  readonly at: Instant;
  /** Seconds east of UTC before and after. */
  readonly from: number;
  readonly to: number;
}

/** The offsets of a VTIMEZONE over some years. */
export interface Observances {
  readonly onsets: readonly Onset[];
  offsetAt(instant: Instant): number;
  /** As ZoneData.resolve: in a gap the offset before it, in an overlap the first. */
  resolve(local: LocalDateTime): Instant;
}

const day = 86_400_000;
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** The years that a VTIMEZONE is read for. */
const firstYear = 1900;
const finalYear = 2100;
/** Of one VTIMEZONE: what is beyond is not read. */
const mostDates = 10_000;

/**
 * Reads the observances of a VTIMEZONE; null when there is nothing usable in it. Rules other than yearly ones of one month
 * count with their DTSTART and RDATEs alone: no program writes them.
 */
export function readObservances(component: Component): Observances | null {
  const onsets: Onset[] = [];
  let dates = 0;
  for (const part of component.components) {
    if (part.name !== 'STANDARD' && part.name !== 'DAYLIGHT') continue;
    const before = offset(part, 'TZOFFSETFROM');
    const after = offset(part, 'TZOFFSETTO');
    const start = localTime(value(part, 'DTSTART'));
    if (after === null || start === null) continue;
    const shift = before ?? after;
    const locals = new Set<number>([start]);
    let rules = 0;
    for (const line of part.lines) {
      if (line.name === 'RDATE' && dates < mostDates) {
        for (const text of (parseProperty(line.text)?.value ?? '').split(',')) {
          const [begin = ''] = text.split('/');
          const local = ++dates > mostDates ? null : localTime(begin);
          if (local !== null) locals.add(local);
        }
      } else if (line.name === 'RRULE' && ++rules <= 2) {
        for (const local of yearly(parseProperty(line.text)?.value ?? '', start, shift)) locals.add(local);
      }
    }
    for (const local of locals) onsets.push({ at: local - shift * 1000, from: shift, to: after });
  }
  if (onsets.length === 0) return null;
  onsets.sort((a, b) => a.at - b.at);
  return fromOnsets(onsets);
}

function fromOnsets(onsets: readonly Onset[]): Observances {
  const offsetAt = (instant: Instant): number => {
    let low = 0;
    let high = onsets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (elementAt(onsets, middle).at <= instant) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? elementAt(onsets, 0).from : elementAt(onsets, low - 1).to;
  };
  return {
    onsets,
    offsetAt,
    resolve(local) {
      const wall = epochOfLocal(local);
      const before = offsetAt(wall - day);
      for (const offset of [before, offsetAt(wall + day)]) {
        if (offsetAt(wall - offset * 1000) === offset) return wall - offset * 1000;
      }
      return wall - before * 1000;
    },
  };
}

function value(component: Component, name: string): string {
  const line = component.lines.find((candidate) => candidate.name === name);
  return line === undefined ? '' : (parseProperty(line.text)?.value ?? '');
}

function offset(component: Component, name: string): number | null {
  return parseOffset(value(component, name));
}

/** Observances begin in local time; some programs write a Z all the same. */
function localTime(text: string): number | null {
  const time = parseTime(text);
  if (time === null) return null;
  if (time.kind === 'utc') return time.instant;
  return epochOfLocal(time.kind === 'date' ? `${time.date}T00:00:00` : time.local);
}

/** The local onsets of a yearly rule, and those of its last years where it ended long ago. */
function* yearly(rule: string, start: number, before: number): Generator<number> {
  const parts = new Map(
    rule
      .toUpperCase()
      .split(';')
      .map((part) => part.split('=', 2) as [string, string]),
  );
  const first = new Date(start);
  const month = Number(parts.get('BYMONTH') ?? first.getUTCMonth() + 1);
  if (parts.get('FREQ') !== 'YEARLY' || !(month >= 1 && month <= 12)) return;
  const interval = Math.max(1, Math.floor(Number(parts.get('INTERVAL') ?? 1)) || 1);
  const until = parseTime(parts.get('UNTIL') ?? '');
  const end =
    until === null
      ? Number.POSITIVE_INFINITY
      : until.kind === 'utc'
        ? until.instant + before * 1000
        : epochOfLocal(until.kind === 'date' ? `${until.date}T23:59:59` : until.local);
  const count = Number(parts.get('COUNT') ?? Number.POSITIVE_INFINITY);
  const startYear = first.getUTCFullYear();
  const last = Math.min(
    finalYear,
    Number.isFinite(end) ? new Date(end).getUTCFullYear() : finalYear,
    Number.isFinite(count) ? startYear + (count - 1) * interval : finalYear,
  );
  // A rule that ended before the years that are read still says which offset holds at their beginning.
  const from = Math.max(startYear, Math.min(firstYear, last - 1));
  for (let year = startYear + Math.ceil((from - startYear) / interval) * interval; year <= last; year += interval) {
    const date = dayOf(year, month, parts.get('BYDAY'), parts.get('BYMONTHDAY'), first.getUTCDate());
    if (date === null) continue;
    const local = utcDate(year, month, date).getTime() + (((start % day) + day) % day);
    if (local >= start && local <= end) yield local;
  }
}

function utcDate(year: number, month: number, date: number): Date {
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, date);
  return moment;
}

function dayOf(year: number, month: number, byDay?: string, byMonthDay?: string, otherwise = 1): number | null {
  const length = utcDate(year, month + 1, 0).getUTCDate();
  const allowed = byMonthDay
    ?.split(',', 31)
    .map((text) => (Number(text) < 0 ? length + 1 + Number(text) : Number(text)));
  const match = /^([+-]?\d)?(SU|MO|TU|WE|TH|FR|SA)$/.exec(byDay ?? '');
  if (match === null) return allowed?.[0] ?? (otherwise <= length ? otherwise : null);
  const [, nthText = '1', name = ''] = match;
  const wanted = weekdays.indexOf(name);
  const matching: number[] = [];
  const firstOfKind = 1 + ((wanted - utcDate(year, month, 1).getUTCDay() + 7) % 7);
  for (let date = firstOfKind; date <= length; date += 7) {
    if (allowed === undefined || allowed.includes(date)) matching.push(date);
  }
  const nth = Number(nthText);
  return (nth < 0 ? matching.at(nth) : matching[nth - 1]) ?? null;
}

/** Each Windows zone's own place first: of several zones with equal offsets the one that people know. */
let candidates: readonly string[] | null = null;
function knownZones(): readonly string[] {
  candidates ??= [
    ...new Set([
      ...WINDOWS_TO_IANA_MAP.filter((entry) => entry.territory === '001').flatMap((entry) => entry.iana),
      ...Intl.supportedValuesOf('timeZone'),
    ]),
  ];
  return candidates;
}

/**
 * The zone whose offsets equal the observances throughout the years `from` to `to`; those of `preferred` are tried first,
 * then, unless `nearby`, all others. Null when none does.
 */
export function matchZone(
  observances: Observances,
  from: number,
  to: number,
  preferred: readonly (string | null)[],
  zones: ZoneData,
  nearby = false,
): ZoneName | null {
  const points: Instant[] = [];
  for (let year = from; year <= to; year++) points.push(utcDate(year, 1, 1).getTime(), utcDate(year, 7, 1).getTime());
  const begin = utcDate(from, 1, 1).getTime();
  const end = utcDate(to + 1, 1, 1).getTime();
  points.push(end);
  for (const { at } of observances.onsets) if (at > begin && at < end) points.push(at - 1000, at);
  const equal = (zone: ZoneName) =>
    points.every((point) => zones.offsetAt(point, zone) === observances.offsetAt(point));
  for (const name of preferred) {
    const zone = name === null ? null : zones.canonical(name);
    if (zone !== null && equal(zone)) return zone;
  }
  if (nearby) return null;
  for (const name of knownZones()) {
    const zone = zones.canonical(name);
    if (zone !== null && equal(zone)) return zone;
  }
  return null;
}

/** The TZID of a VTIMEZONE, a TEXT there and not where it is a parameter; null when it has none. */
export function zoneIdOf(component: Component): string | null {
  return unescapeText(value(component, 'TZID')).trim() || null;
}

export function locationOf(component: Component): string | null {
  return value(component, 'X-LIC-LOCATION').trim() || null;
}

/** The TZID parameter of a property without its quotes; null when absent or blank. */
export function zoneParameter(property: Parameters<typeof parameterOf>[0]): string | null {
  return parameterOf(property, 'TZID')?.trim() || null;
}
