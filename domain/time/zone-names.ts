/** What a file, a provider or a client may call a zone, and the IANA name it means (semantics A7). */
import { findWindows, IANA_ALIAS_MAP, type IanaName } from 'windows-iana';
import type { Instant, ZoneName } from '../events/model.ts';
import { windowsZone, windowsZones } from './windows-zones.ts';

/** Names are at most this long; longer ones are never looked up. */
const LONGEST_NAME = 255;

/**
 * What a text says of a zone: without the space around it.
 * @returns null for what is no name at all: nothing, too much, or control characters in it.
 */
export function zoneText(name: string): string | null {
  const trimmed = name.trim();
  return trimmed === '' || trimmed.length > LONGEST_NAME || /\p{Cc}/u.test(trimmed) ? null : trimmed;
}

let spellings: Map<string, ZoneName> | undefined;

/**
 * Lower-case name → as IANA spells it. Links keep their own name (`Asia/Kolkata`): ICU alone would answer the old one.
 */
function knownSpellings(): Map<string, ZoneName> {
  if (spellings === undefined) {
    spellings = new Map();
    const names = [
      ...Intl.supportedValuesOf('timeZone'),
      ...windowsZones,
      ...IANA_ALIAS_MAP.flatMap((entry) => entry.alias),
      ...['CET', 'EET', 'MET', 'WET'],
    ];
    for (const name of names) {
      spellings.set(name.toLowerCase(), name);
    }
    for (const name of ['utc', 'gmt', 'z', 'zulu', 'uct', 'etc/utc', 'etc/gmt', 'etc/uct', 'etc/zulu', 'universal']) {
      spellings.set(name, 'Etc/UTC');
    }
  }
  return spellings;
}

/** Every zone that a name can lead to. */
export function knownZones(): ZoneName[] {
  return [...new Set(knownSpellings().values())];
}

/** What of the zone data in force is needed to understand a name. */
export interface ZoneLookup {
  readonly accepts: (zone: ZoneName) => boolean;
  /** Seconds east of UTC. */
  readonly offsetAt: (instant: Instant, zone: ZoneName) => number;
}

/**
 * @param text as `zoneText` answers it.
 * @param near a zone in whose territory a Windows name is meant; where it covers several zones, `near` itself before
 *   others (semantics A7).
 * @returns the IANA name, null when the name is none.
 */
export function canonicalZone(text: string, near: ZoneName | null, lookup: ZoneLookup): ZoneName | null {
  const name = text.replace(/^"(.*)"$/, '$1');
  const direct =
    plainName(name.replaceAll(' ', '_'), lookup) ?? windowsZone(name, near) ?? displayedZone(name, near, lookup);
  if (direct !== null || !name.includes('/')) {
    return direct;
  }
  // Prefixes (`/mozilla.org/20050126_1/Europe/London`, `/freeassociation.sourceforge.net/Tzfile/…`): the longest known
  // end that still has an area, so that `/x/GB` is not taken for more than it says.
  const parts = name.split('/').filter((part) => part !== '');
  for (let at = 0; at < parts.length; at += 1) {
    const rest = parts.slice(at).join('/');
    const found = rest.includes('/') || at === 0 || rest.toUpperCase() === 'UTC' ? plainName(rest, lookup) : null;
    if (found !== null) {
      return found;
    }
  }
  return null;
}

function plainName(name: string, { accepts }: ZoneLookup): ZoneName | null {
  const spelled = knownSpellings().get(name.toLowerCase());
  if (spelled !== undefined) {
    return accepts(spelled) ? spelled : null;
  }
  // A zone newer than the lists above. Not what ICU knows besides: `BST` is Dhaka there and London in a file, and offsets
  // (`+05:00`) are no zones, as they have no law.
  return /^[A-Za-z][A-Za-z0-9_+-]*\/[A-Za-z0-9_+/-]*$/.test(name) && accepts(name) ? name : null;
}

let cities: Map<string, ZoneName[]> | undefined;

/** The zones that are named after a place, by its name in lower case. */
function zonesOfPlace(place: string): readonly ZoneName[] {
  if (cities === undefined) {
    cities = new Map();
    for (const zone of knownZones()) {
      const city = zone
        .slice(zone.lastIndexOf('/') + 1)
        .replaceAll('_', ' ')
        .toLowerCase();
      cities.set(city, [...(cities.get(city) ?? []), zone]);
    }
  }
  return cities.get(place.toLowerCase()) ?? [];
}

/** Winter and summer of a year whose laws every zone data have. */
const seasons = [Date.UTC(2024, 0, 1), Date.UTC(2024, 6, 1)];

/** What Windows shows for zones of which neither its own name nor IANA's has a word in it. */
const displayed: ReadonlyMap<string, string> = new Map([
  ['brasilia', 'E. South America Standard Time'],
  ['cabo verde is.', 'Cape Verde Standard Time'],
  ['coordinated universal time', 'UTC'],
  ['ekaterinburg', 'Ekaterinburg Standard Time'],
  ['indiana (east)', 'US Eastern Standard Time'],
  ["nuku'alofa", 'Tonga Standard Time'],
  ['port louis', 'Mauritius Standard Time'],
  ['sri jayawardenepura', 'Sri Lanka Standard Time'],
  ['west central africa', 'W. Central Africa Standard Time'],
  ['yangon (rangoon)', 'Myanmar Standard Time'],
]);

/**
 * What Windows shows a user, and Exchange and Outlook write into files: `(UTC+01:00) Amsterdam, Berlin, Bern, …`. A place
 * counts only where its standard time is what stands before it.
 */
function displayedZone(name: string, near: ZoneName | null, lookup: ZoneLookup): ZoneName | null {
  const match = /^\((?:UTC|GMT)(?:([+-])(\d{2}):(\d{2}))?\) (.{1,200})$/.exec(name);
  if (match === null) {
    return null;
  }
  const [, sign, hours, minutes, places = ''] = match;
  const offset = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60);
  const agrees = (zone: ZoneName): boolean =>
    lookup.accepts(zone) && Math.min(...seasons.map((at) => lookup.offsetAt(at, zone))) === offset;
  const own = `${places.replace(/ Time \((?:US & )?Canada\)$/, '')} Standard Time`;
  const named = windowsZone(displayed.get(places.toLowerCase()) ?? own, near);
  if (named !== null) {
    return agrees(named) ? named : null;
  }
  for (const place of places.split(/[,/]/)) {
    const found = zonesOfPlace(place.trim().replace(/^City of /, '')).find(agrees);
    const windowsName = found === undefined ? undefined : findWindows(found as IanaName)[0];
    const zone = windowsName === undefined ? (found ?? null) : windowsZone(windowsName, near);
    if (zone !== null && agrees(zone)) {
      return zone;
    }
  }
  return null;
}

/**
 * A name that says an offset and nothing else (`GMT+0100`, `UTC-5`), as the zone that always has it; null for any other,
 * and for offsets of no whole hour. A last resort: what defines such a name beside it says more.
 */
export function fixedOffsetZone(name: string): ZoneName | null {
  const match = /^(?:GMT|UTC) ?([+-])(\d{1,2})(?:[:.]?00)?$/i.exec(name.trim());
  const hours = Number(match?.[2]);
  if (match === null || hours > (match[1] === '+' ? 14 : 12)) {
    return null;
  }
  // POSIX signs: west is positive.
  return hours === 0 ? 'Etc/UTC' : `Etc/GMT${match[1] === '+' ? '-' : '+'}${hours}`;
}
