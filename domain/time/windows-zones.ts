/** Windows' own names of zones (`W. Europe Standard Time`) by CLDR. */
import { WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { elementAt } from '../element-at.ts';
import type { ZoneName } from '../events/model.ts';

/** Every zone that such a name can mean. */
export const windowsZones: readonly ZoneName[] = WINDOWS_TO_IANA_MAP.flatMap((entry) => entry.iana);

interface Meaning {
  /** Where nobody says a territory. */
  readonly world: ZoneName;
  readonly territories: Map<string, readonly ZoneName[]>;
}

let byName: Map<string, Meaning> | undefined;

function meaningOf(name: string): Meaning | undefined {
  if (byName === undefined) {
    byName = new Map();
    // CLDR has every name in the world first (`001`), and then by territory.
    for (const { windowsName, territory, iana } of WINDOWS_TO_IANA_MAP) {
      const key = windowsName.toLowerCase();
      const meaning = byName.get(key) ?? { world: elementAt(iana, 0), territories: new Map() };
      meaning.territories.set(territory, iana);
      byName.set(key, meaning);
    }
  }
  return byName.get(name.toLowerCase());
}

/**
 * The zone that a Windows name means to somebody in the territory of `near`, else in the world; `near` itself where the name
 * covers it. In any case, and by the name of its summer time (`W. Europe Daylight Time`), which Outlook writes, too.
 */
export function windowsZone(name: string, near: ZoneName | null): ZoneName | null {
  const meaning = meaningOf(name.replace(/ Daylight Time$/i, ' Standard Time'));
  if (meaning === undefined) {
    return null;
  }
  const territory = near === null ? undefined : territoryOf(near);
  const there = territory === undefined ? undefined : meaning.territories.get(territory);
  return (near !== null && there?.includes(near) ? near : there?.[0]) ?? meaning.world;
}

/** Where people live by a zone; undefined for the world's own (`Etc/UTC`) and for what CLDR has under another name. */
function territoryOf(zone: ZoneName): string | undefined {
  const entry = WINDOWS_TO_IANA_MAP.find(
    ({ territory, iana }) => territory !== '001' && territory !== 'ZZ' && (iana as readonly string[]).includes(zone),
  );
  return entry?.territory;
}
