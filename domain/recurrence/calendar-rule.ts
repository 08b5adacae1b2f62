/**
 * YEARLY to DAILY rules in general, by rrule-temporal. It is fed the floating wall clock as UTC and asked window by window: it
 * never sees a zone, never walks further than one window, and never decides when a search ends.
 */
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import { FIRST_INSTANT, LAST_INSTANT } from '../time/instants.ts';
import type { WallClock } from '../time/wall-clock.ts';
import { type RecurrenceRule, weekdayNames } from './rule.ts';
import { MOST_FRUITLESS_STEPS, type StepBudget, YEARS_OF_SEARCH } from './step-budget.ts';

const daysOfPeriod: Readonly<Record<string, number>> = { YEARLY: 365.2425, MONTHLY: 30.44, WEEKLY: 7, DAILY: 1 };

/** About as many occurrences as one window should bring. */
const WINDOW_OCCURRENCES = 64;
/** Bounds of rrule-temporal on one window; past them it throws and the window is halved. */
const WINDOW_PERIODS = 20_000;
const WINDOW_CANDIDATES = 200_000;

/**
 * The wall clocks of a rule, rising, from the first that is neither before `start` nor before `from`, up to `to`; endless unless
 * COUNT, `to` or a fruitless search ends it. `start` counts as the first even where the rule does not hit it, but is not
 * answered then.
 */
export function* calendarStarts(
  rule: RecurrenceRule,
  start: WallClock,
  from: WallClock,
  to: WallClock,
  budget: StepBudget,
): Generator<WallClock, void> {
  const engine = new RRuleTemporal({
    rruleString: engineRule(rule),
    dtstart: Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO('UTC'),
    cache: false,
    maxIterations: WINDOW_PERIODS,
    maxCandidateEvaluations: WINDOW_CANDIDATES,
  });
  const period = (daysOfPeriod[rule.frequency] ?? 1) * MILLISECONDS_PER_DAY * rule.interval;
  const search = YEARS_OF_SEARCH * 366 * MILLISECONDS_PER_DAY * rule.interval;
  const end = Math.min(to, LAST_INSTANT);
  let lower = Math.max(rule.count === null ? Math.max(start, from) : start, FIRST_INSTANT);
  const times = [rule.byHour, rule.byMinute, rule.bySecond].reduce((product, list) => product * (list.length || 1), 1);
  let length = Math.max(period, MILLISECONDS_PER_DAY, (366 * MILLISECONDS_PER_DAY) / times);
  let remaining = rule.count ?? Number.POSITIVE_INFINITY;
  let counted = false;
  let lastHit = lower;
  let fruitless = 0;
  while (lower <= end && remaining > 0) {
    const upper = Math.min(lower + Math.ceil(length / 1000) * 1000 - 1000, end);
    const hits = hitsBetween(engine, lower, upper);
    const steps = 1 + Math.ceil((upper - lower) / period) + (hits?.length ?? WINDOW_PERIODS);
    fruitless = hits === null || hits.length === 0 ? fruitless + steps : 0;
    if (!budget.spend(steps) || fruitless > MOST_FRUITLESS_STEPS) {
      return;
    }
    if (hits === null) {
      if (length <= MILLISECONDS_PER_DAY) {
        return;
      }
      length /= 8;
      continue;
    }
    if (!counted) {
      counted = true;
      remaining -= hits[0] === start || rule.count === null ? 0 : 1;
    }
    for (const hit of hits) {
      if (remaining <= 0) {
        return;
      }
      remaining -= 1;
      lastHit = hit;
      if (hit >= from) {
        yield hit;
      }
    }
    if (upper - lastHit > search) {
      return;
    }
    lower = upper + 1000;
    if (hits.length < WINDOW_OCCURRENCES / 4) {
      length *= 2;
    } else if (hits.length > WINDOW_OCCURRENCES * 4) {
      length = Math.max(length / 4, MILLISECONDS_PER_DAY);
    }
  }
}

/** Null when the window is too much for the engine. */
function hitsBetween(engine: RRuleTemporal, lower: WallClock, upper: WallClock): WallClock[] | null {
  try {
    return engine.between(new Date(lower), new Date(upper), true).map((found) => found.epochMilliseconds);
  } catch {
    // It throws plain Errors for its own bounds and RangeErrors past Temporal's last day: either way, nothing to be had.
    return null;
  }
}

/** The rule without COUNT and UNTIL, which are counted here, as they concern the series and not the rule alone. */
function engineRule(rule: RecurrenceRule): string {
  const parts = [`FREQ=${rule.frequency}`, `INTERVAL=${rule.interval}`];
  const add = (name: string, values: readonly (number | string)[]): void => {
    if (values.length > 0) {
      parts.push(`${name}=${values.join(',')}`);
    }
  };
  add('BYMONTH', rule.byMonth);
  add('BYWEEKNO', rule.byWeekNumber);
  add('BYYEARDAY', rule.byYearDay);
  add('BYMONTHDAY', rule.byMonthDay);
  add(
    'BYDAY',
    rule.byDay.map((day) => `${day.ordinal === 0 ? '' : day.ordinal}${weekdayNames[day.weekday] ?? ''}`),
  );
  add('BYHOUR', rule.byHour);
  add('BYMINUTE', rule.byMinute);
  add('BYSECOND', rule.bySecond);
  add('BYSETPOS', rule.bySetPosition);
  parts.push(`WKST=${weekdayNames[rule.weekStart] ?? 'MO'}`);
  return parts.join(';');
}
