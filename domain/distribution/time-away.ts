/** When somebody could not be booked at all: days without working time, and days out of office (semantics E9). */
import { difference, overlaps, pairsOf, type Seconds, type Spans, union } from '../availability/spans.ts';
import type { ZoneName } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import { dayOf } from '../time/wall-clock.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { ZoneWalls } from '../time/zone-walls.ts';

export interface Attendance {
  /** When it works: of stored rules and periods; `ALWAYS` for one that keeps to none. */
  readonly working: Spans;
  readonly outOfOffice: Spans;
  /** Whose days are meant. */
  readonly timeZone: ZoneName;
}

/** The shortest day that a zone has, where it goes over to summer time. */
const shortestDay = 82_800;

/**
 * Whole days, in its own zone, on which nothing of its working time is left, and out-of-office time as long as a day or longer, in
 * whatever zone it is a day. A free morning is no absence.
 *
 * @param window [from, to): what is looked at. Days that begin before it or end after it are told whole.
 */
export function timeAway(
  { working, outOfOffice, timeZone }: Attendance,
  [from, to]: readonly [Seconds, Seconds],
  zones: ZoneData,
): Spans {
  const left = difference(working, outOfOffice);
  const walls = new ZoneWalls(zones, timeZone);
  const away = [...pairsOf(outOfOffice)].filter(([start, end]) => end - start >= shortestDay);
  const last = dayOf(walls.shownAt(to * 1000));
  let start = startOfDay(walls, dayOf(walls.shownAt(from * 1000)));
  for (let day = dayOf(walls.shownAt(from * 1000)); day <= last; day += 1) {
    const end = startOfDay(walls, day + 1);
    if (!overlaps(left, start, end)) away.push([start, end]);
    start = end;
  }
  return union(away);
}

function startOfDay(walls: ZoneWalls, day: number): Seconds {
  return Math.floor(walls.startOfDay(day * MILLISECONDS_PER_DAY) / 1000);
}
