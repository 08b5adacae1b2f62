/**
 * The fast path: DAILY and WEEKLY rules with no part but INTERVAL, BYDAY, WKST, COUNT and UNTIL. Their days repeat in
 * a cycle, so that any occurrence is found by arithmetic, whatever lies before it.
 */
import { type EpochDay, MILLISECONDS_PER_DAY, weekday } from '../time/calendar-days.ts';
import { dayOf, type WallClock } from '../time/wall-clock.ts';
import type { RecurrenceRule } from './rule.ts';

/** Days that repeat: `firstDay + n * length + offsets[i]`. */
export interface DayCycle {
  readonly firstDay: EpochDay;
  readonly length: number;
  /** Rising, all in [0, length). */
  readonly offsets: readonly number[];
  /** COUNT ends the rule before this one of all days of all cycles, counted from `firstDay`. */
  readonly end: number;
}

/** Whether the fast path knows the rule. */
export function isPlain(rule: RecurrenceRule): boolean {
  return (
    (rule.frequency === 'DAILY' || rule.frequency === 'WEEKLY') &&
    [
      rule.byMonth,
      rule.byMonthDay,
      rule.byYearDay,
      rule.byWeekNumber,
      rule.byHour,
      rule.byMinute,
      rule.bySecond,
      rule.bySetPosition,
    ].every((list) => list.length === 0)
  );
}

/**
 * The wall clocks of a plain rule, rising, from the first that is neither before `start` nor before `from`; endless
 * unless COUNT ends it (UNTIL is the caller's). `start` itself counts as the first even where the rule does not hit
 * it, but is not answered then.
 */
export function* plainStarts(rule: RecurrenceRule, start: WallClock, from: WallClock): Generator<WallClock, void> {
  const startDay = dayOf(start);
  const timeOfDay = start - startDay * MILLISECONDS_PER_DAY;
  const cycle = dayCycle(rule, startDay);
  const { offsets, firstDay, length, end } = cycle;
  const perCycle = offsets.length;
  if (perCycle === 0) {
    return;
  }
  const wanted = Math.max(startDay, Math.ceil((from - timeOfDay) / MILLISECONDS_PER_DAY));
  let { round, position } = placeInCycle(cycle, wanted);
  for (; round * perCycle + position < end; position += 1) {
    if (position === perCycle) {
      round += 1;
      position = 0;
    }
    yield (firstDay + round * length + (offsets[position] as number)) * MILLISECONDS_PER_DAY + timeOfDay;
  }
}

/** The first day of the cycle that is not before `day`: its place among the offsets of a round. */
export function placeInCycle(
  { firstDay, length, offsets }: DayCycle,
  day: EpochDay,
): { round: number; position: number } {
  const round = Math.floor((day - firstDay) / length);
  const position = offsets.findIndex((offset) => firstDay + round * length + offset >= day);
  return position < 0 ? { round: round + 1, position: 0 } : { round, position };
}

/** The last wall clock of a plain rule with COUNT, without walking to it; `start` where there is none after it. */
export function lastPlainStart(rule: RecurrenceRule, start: WallClock): WallClock {
  const { offsets, firstDay, length, end } = dayCycle(rule, dayOf(start));
  const last = firstDay + Math.floor((end - 1) / offsets.length) * length + (offsets[(end - 1) % offsets.length] ?? 0);
  return offsets.length === 0 ? start : Math.max(start, start + (last - dayOf(start)) * MILLISECONDS_PER_DAY);
}

/** Where the days of a plain rule lie; `startDay`: the day of the series' start. */
export function dayCycle(rule: RecurrenceRule, startDay: EpochDay): DayCycle {
  const { offsets, firstDay, length } = repetition(rule, startDay);
  const beforeStart = offsets.filter((offset) => firstDay + offset < startDay).length;
  const startsOnRule = firstDay + (offsets[beforeStart] ?? Number.NaN) === startDay;
  const end = rule.count === null ? Number.POSITIVE_INFINITY : beforeStart + rule.count - (startsOnRule ? 0 : 1);
  return { offsets, firstDay, length, end };
}

function repetition(rule: RecurrenceRule, startDay: EpochDay): Omit<DayCycle, 'end'> {
  const days = new Set(rule.byDay.map((day) => day.weekday));
  if (rule.frequency === 'WEEKLY') {
    const sinceWeekStart = (weekday(startDay) - rule.weekStart + 7) % 7;
    const offsets =
      days.size === 0 ? [sinceWeekStart] : [...days].map((day) => (day - rule.weekStart + 7) % 7).sort((a, b) => a - b);
    return { firstDay: startDay - sinceWeekStart, length: rule.interval * 7, offsets };
  }
  if (days.size === 0) {
    return { firstDay: startDay, length: rule.interval, offsets: [0] };
  }
  const steps = rule.interval % 7 === 0 ? 1 : 7;
  const offsets: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    if (days.has(weekday(startDay + step * rule.interval))) {
      offsets.push(step * rule.interval);
    }
  }
  return { firstDay: startDay, length: steps * rule.interval, offsets };
}
