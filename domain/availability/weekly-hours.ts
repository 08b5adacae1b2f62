/** Hours that repeat every week on a wall clock, as spans of instants: across daylight saving (RFC 5545 §3.3.5). */
import type { ZoneName } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import { dayOf } from '../time/wall-clock.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { ZoneWalls } from '../time/zone-walls.ts';
import { intersection, type Seconds, type Spans, union } from './spans.ts';

export interface WeeklyHours {
  /** 0 is Monday, 6 Sunday. */
  readonly day: number;
  /** Seconds after midnight, 0 to 86,399. */
  readonly start: Seconds;
  /** Seconds after midnight, 1 to 86,400; before `start`: over midnight into the next day. Never `start` itself. */
  readonly end: Seconds;
}

const secondsOfDay = MILLISECONDS_PER_DAY / 1000;

/** The weekday of an epoch day, 0 for Monday: 1970-01-01 was a Thursday. */
export function weekdayOf(epochDay: number): number {
  return (((epochDay + 3) % 7) + 7) % 7;
}

/**
 * The hours in a window. A wall clock that a day does not have counts by the offset before the gap, one that it has twice is
 * the first; hours that vanish in a gap are not there.
 */
export function weeklyTime(
  hours: readonly WeeklyHours[],
  timeZone: ZoneName,
  window: readonly [Seconds, Seconds],
  zones: ZoneData,
): Spans {
  const walls = new ZoneWalls(zones, timeZone);
  const [from, to] = window;
  const last = dayOf(walls.shownAt(to * 1000));
  const pairs: (readonly [Seconds, Seconds])[] = [];
  // Hours over midnight begin on the day before the window.
  for (let day = dayOf(walls.shownAt(from * 1000)) - 1; day <= last; day += 1) {
    const weekday = weekdayOf(day);
    const midnight = day * secondsOfDay;
    for (const { day: on, start, end } of hours) {
      if (on !== weekday) continue;
      const until = end < start ? end + secondsOfDay : end;
      pairs.push([at(walls, midnight + start), at(walls, midnight + until)]);
    }
  }
  return intersection(union(pairs), window);
}

function at(walls: ZoneWalls, wall: Seconds): Seconds {
  return Math.floor(walls.instantOf(wall * 1000) / 1000);
}
