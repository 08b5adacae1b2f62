/** What a file, a provider or a client may call a zone, and the IANA name it means (semantics A7). */
import { findIana, IANA_ALIAS_MAP, WINDOWS_TO_IANA_MAP } from 'windows-iana';
import type { ZoneName } from '../events/model.ts';

/** Names are at most this long; longer ones are never looked up. */
const LONGEST_NAME = 255;

let spellings: Map<string, ZoneName> | undefined;

/**
 * Lower-case name → as IANA spells it. Links keep their own name (`Asia/Kolkata`): ICU alone would answer the old one.
 */
function knownSpellings(): Map<string, ZoneName> {
  if (spellings === undefined) {
    spellings = new Map();
    const names = [
      ...Intl.supportedValuesOf('timeZone'),
      ...WINDOWS_TO_IANA_MAP.flatMap((entry) => entry.iana),
      ...IANA_ALIAS_MAP.flatMap((entry) => entry.alias),
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

let windowsNames: Map<string, string> | undefined;

function windowsZone(name: string): ZoneName | null {
  if (windowsNames === undefined) {
    windowsNames = new Map(WINDOWS_TO_IANA_MAP.map((entry) => [entry.windowsName.toLowerCase(), entry.windowsName]));
  }
  const windowsName = windowsNames.get(name.toLowerCase());
  return windowsName === undefined ? null : (findIana(windowsName, '001')[0] ?? null);
}

/**
 * @param accepts whether the zone data in force knows a name.
 * @returns the IANA name, null when the name is none.
 */
export function canonicalZone(name: string, accepts: (zone: ZoneName) => boolean): ZoneName | null {
  const trimmed = name.trim().replace(/^"(.*)"$/, '$1');
  if (trimmed === '' || trimmed.length > LONGEST_NAME) {
    return null;
  }
  const direct = plainName(trimmed, accepts) ?? windowsZone(trimmed);
  if (direct !== null || !trimmed.includes('/')) {
    return direct;
  }
  // Prefixes (`/mozilla.org/20050126_1/Europe/London`, `/freeassociation.sourceforge.net/Tzfile/…`): the longest known
  // end that still has an area, so that `/x/GB` is not taken for more than it says.
  const parts = trimmed.split('/').filter((part) => part !== '');
  for (let at = 0; at < parts.length; at += 1) {
    const rest = parts.slice(at).join('/');
    const found = rest.includes('/') || at === 0 || rest.toUpperCase() === 'UTC' ? plainName(rest, accepts) : null;
    if (found !== null) {
      return found;
    }
  }
  return null;
}

function plainName(name: string, accepts: (zone: ZoneName) => boolean): ZoneName | null {
  const spelled = knownSpellings().get(name.toLowerCase());
  if (spelled !== undefined) {
    return accepts(spelled) ? spelled : null;
  }
  // A zone newer than the lists above. Offsets (`+05:00`), which Intl takes too, are no zones: they have no law.
  return /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name) && accepts(name) ? name : null;
}
