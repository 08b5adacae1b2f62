/** Weekly hours laid out over a window, remembered: most of a pool keep the same ones, and most questions are asked again. */
import type { Seconds, Spans } from '../../domain/availability/spans.ts';
import { type WeeklyHours, weeklyTime } from '../../domain/availability/weekly-hours.ts';
import type { ZoneName } from '../../domain/events/model.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';

/** Numbers that are remembered of each zone data, and rules; the one that was not asked for longest goes first. */
const mostNumbers = 500_000;
const mostRules = 2_000;

interface Known {
  readonly spans: Map<string, Spans>;
  numbers: number;
}

const knownOf = new WeakMap<ZoneData, Known>();

/** The same as `weeklyTime`. Equal hours in the same window are the very same array: by that the engine shares what follows from them. */
export function ruleHours(
  hours: readonly WeeklyHours[],
  timeZone: ZoneName,
  window: readonly [Seconds, Seconds],
  zones: ZoneData,
): Spans {
  const known = knownOf.get(zones) ?? { spans: new Map(), numbers: 0 };
  knownOf.set(zones, known);
  const key = `${timeZone} ${window[0]} ${window[1]} ${hours.map(({ day, start, end }) => `${day}:${start}-${end}`).join()}`;
  const found = known.spans.get(key);
  const spans = found ?? weeklyTime(hours, timeZone, window, zones);
  known.spans.delete(key);
  known.spans.set(key, spans);
  if (found === undefined) known.numbers += spans.length;
  for (const [oldest, { length }] of known.spans) {
    if (known.numbers <= mostNumbers && known.spans.size <= mostRules) break;
    known.spans.delete(oldest);
    known.numbers -= length;
  }
  return spans;
}
