/** In which years a zone of ours and one of another database are the same. */
import type { ZoneData } from '../../domain/time/zone-data.ts';

const HALF_A_DAY = 43_200_000;

/** Spread over the world and over everything that a zone's law can do. */
export const oracleZones: readonly string[] = [
  'Africa/Cairo',
  'Africa/Casablanca',
  'Africa/Monrovia',
  'America/Argentina/San_Luis',
  'America/Asuncion',
  'America/Caracas',
  'America/Havana',
  'America/Los_Angeles',
  'America/Mexico_City',
  'America/New_York',
  'America/Nuuk',
  'America/Phoenix',
  'America/Santiago',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Vancouver',
  'Antarctica/Troll',
  'Asia/Amman',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Pyongyang',
  'Asia/Tehran',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Europe/Dublin',
  'Europe/Istanbul',
  'Europe/Lisbon',
  'Europe/London',
  'Europe/Moscow',
  'Europe/Paris',
  'Pacific/Apia',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Easter',
  'Pacific/Fiji',
  'Pacific/Norfolk',
];

/** What the files of /usr/share/zoneinfo can say in 32 bits; later years are not compared. */
export const FIRST_YEAR = 1970;
export const LAST_YEAR = 2036;

/** The years in which both have the same offset at every noon and midnight and at every second where the other changes. */
export function agreedYears(
  zone: string,
  zones: ZoneData,
  transitions: readonly (readonly [number, number])[],
): ReadonlySet<number> {
  const agreed = new Set<number>();
  let next = 0;
  let offset = transitions[0]?.[1] ?? 0;
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    const end = Date.UTC(year + 1, 0, 1);
    let same = true;
    for (let instant = Date.UTC(year, 0, 1); instant < end; instant += HALF_A_DAY) {
      for (let at = transitions[next]; at !== undefined && at[0] * 1000 <= instant; at = transitions[next]) {
        offset = at[1];
        next += 1;
        const change = at[0] * 1000;
        same &&= zones.offsetAt(change, zone) === offset;
      }
      same &&= zones.offsetAt(instant, zone) === offset;
    }
    if (same) agreed.add(year);
  }
  return agreed;
}
