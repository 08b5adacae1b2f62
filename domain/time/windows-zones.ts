/** Windows' own names of zones (`W. Europe Standard Time`) by CLDR. */
import { WINDOWS_TO_IANA_MAP } from 'windows-iana';
import type { ZoneName } from '../events/model.ts';

/** Every zone that such a name can mean. */
export const windowsZones: readonly ZoneName[] = WINDOWS_TO_IANA_MAP.flatMap((entry) => entry.iana);

let byName: Map<string, Map<string, readonly ZoneName[]>> | undefined;

/** The zones of a name in lower case, by territory. */
function territories(name: string): ReadonlyMap<string, readonly ZoneName[]> | null {
  if (byName === undefined) {
    byName = new Map();
    for (const { windowsName, territory, iana } of WINDOWS_TO_IANA_MAP) {
      const key = windowsName.toLowerCase();
      const zones = byName.get(key) ?? new Map<string, readonly ZoneName[]>();
      byName.set(key, zones.set(territory, iana));
    }
  }
  return byName.get(name.toLowerCase()) ?? null;
}

/**
 * The zone that a Windows name means to somebody in the territory of `near`, else in the world; `near` itself where the name
 * covers it. In any case, and by the name of its summer time (`W. Europe Daylight Time`), which Outlook writes, too.
 */
export function windowsZone(name: string, near: ZoneName | null): ZoneName | null {
  const zones = territories(name.replace(/ Daylight Time$/i, ' Standard Time'));
  if (zones === null) {
    return null;
  }
  const territory = near === null ? undefined : territoryOf(near);
  const there = territory === undefined ? undefined : zones.get(territory);
  return (near !== null && there?.includes(near) ? near : there?.[0]) ?? zones.get('001')?.[0] ?? null;
}

/** Where people live by a zone; undefined for the world's own (`Etc/UTC`) and for what CLDR has under another name. */
function territoryOf(zone: ZoneName): string | undefined {
  const entry = WINDOWS_TO_IANA_MAP.find(
    ({ territory, iana }) => territory !== '001' && territory !== 'ZZ' && (iana as readonly string[]).includes(zone),
  );
  return entry?.territory;
}
