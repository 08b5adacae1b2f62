/**
 * YEARLY to DAILY rules in general, on wall clocks: period after period, each with its days and times (RFC 5545
 * §3.3.10). A period costs what it holds, and any period is reached by arithmetic.
 */
import { type EpochDay, LAST_DAY, MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import { dayOf, type WallClock } from '../time/wall-clock.ts';
import { periodsOf } from './calendar-periods.ts';
import type { RecurrenceRule } from './rule.ts';
import { MOST_FRUITLESS_STEPS, type StepBudget, YEARS_OF_SEARCH } from './step-budget.ts';

/**
 * The wall clocks of a rule, rising, from the first that is neither before `start` nor before `from`, up to `to`;
 * endless unless COUNT, `to` or a fruitless search ends it. `start` counts as the first even where the rule does not
 * hit it, but is not answered then.
 */
export function* calendarStarts(
  rule: RecurrenceRule,
  start: WallClock,
  from: WallClock,
  to: WallClock,
  budget: StepBudget,
): Generator<WallClock, void> {
  const times = timesOfDay(rule, start);
  const periods = periodsOf(rule, dayOf(start));
  const search = YEARS_OF_SEARCH * 366 * rule.interval;
  const lastDay = Math.min(LAST_DAY, dayOf(to));
  let remaining = rule.count ?? Number.POSITIVE_INFINITY;
  let startSeen = rule.count === null;
  // Counting needs every place from the start.
  const earliest = rule.count === null ? Math.max(start, from) : start;
  const firstDay = dayOf(earliest);
  let index = rule.count === null && from > start ? periods.indexBefore(Math.min(dayOf(from), LAST_DAY)) : 0;
  let lastHit = periods.at(index).firstDay;
  let fruitless = 0;
  for (; ; index += 1) {
    const period = periods.at(index);
    if (period.firstDay > lastDay || period.firstDay - lastHit > search || fruitless > MOST_FRUITLESS_STEPS) {
      return;
    }
    const days = period.days();
    const steps = 1 + days.length;
    fruitless += steps;
    if (!budget.spend(steps)) {
      return;
    }
    const total = days.length * times.length;
    const chosen = rule.bySetPosition.length > 0 ? chosenIndexes(rule.bySetPosition, total) : null;
    const places = chosen?.length ?? total;
    const first = period.firstDay > firstDay ? 0 : firstPlace(earliest, days, times, chosen);
    if (first > 0) {
      lastHit = period.firstDay;
      fruitless = 0;
    }
    for (let at = first; at < places; at += 1) {
      const wall = wallAt(days, times, chosen?.[at] ?? at);
      if (!startSeen) {
        startSeen = true;
        remaining -= wall === start ? 0 : 1;
      }
      if (remaining <= 0 || wall > to || !budget.spend()) {
        return;
      }
      remaining -= 1;
      lastHit = period.firstDay;
      fruitless = 0;
      if (wall >= from) {
        yield wall;
      }
    }
  }
}

/** The first place of a period that is not before a wall clock: a period may hold 31 million, all of them before it. */
function firstPlace(
  earliest: WallClock,
  days: readonly EpochDay[],
  times: readonly number[],
  chosen: readonly number[] | null,
): number {
  let near = 0;
  let far = chosen?.length ?? days.length * times.length;
  while (near < far) {
    const middle = Math.floor((near + far) / 2);
    if (wallAt(days, times, chosen?.[middle] ?? middle) < earliest) {
      near = middle + 1;
    } else {
      far = middle;
    }
  }
  return near;
}

/** Of all times of all days, the one at a place within the product of the two. */
function wallAt(days: readonly EpochDay[], times: readonly number[], place: number): WallClock {
  const day = days[Math.floor(place / times.length)] as EpochDay;
  return day * MILLISECONDS_PER_DAY + (times[place % times.length] as number);
}

/** Milliseconds after midnight, rising: BYHOUR × BYMINUTE × BYSECOND, each from the start where it is not there. */
function timesOfDay(rule: RecurrenceRule, start: WallClock): number[] {
  const second = Math.floor((start - dayOf(start) * MILLISECONDS_PER_DAY) / 1000);
  const hours = rule.byHour.length > 0 ? rule.byHour : [Math.floor(second / 3600)];
  const minutes = rule.byMinute.length > 0 ? rule.byMinute : [Math.floor(second / 60) % 60];
  const seconds = rule.bySecond.length > 0 ? rule.bySecond : [second % 60];
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((each) => ((hour * 60 + minute) * 60 + each) * 1000)),
  );
}

/** Which of `total` BYSETPOS picks: indexes from 0, rising. */
function chosenIndexes(positions: readonly number[], total: number): readonly number[] {
  const indexes = new Set<number>();
  for (const position of positions) {
    const index = position > 0 ? position - 1 : total + position;
    if (index >= 0 && index < total) {
      indexes.add(index);
    }
  }
  return indexes.size > 1 ? [...indexes].sort((left, right) => left - right) : [...indexes];
}
