/** Where to look: periods or starts, checked, in seconds. */
import type { Format } from '../../domain/availability/question.ts';
import { type Seconds, type Spans, union } from '../../domain/availability/spans.ts';
import { FIRST_INSTANT, formatInstant, LAST_INSTANT } from '../../domain/time/instants.ts';
import type { AvailabilitySearchInput, PeriodInput } from '../../schema/generated.ts';
import type { AskedSearch } from './asked.ts';
import { bounds } from './bounds.ts';
import type { ArgumentPath, Mistakes } from './mistakes.ts';

/** What can be asked and answered: seconds from year 1 to 9999. */
export const earliestSecond = FIRST_INSTANT / 1000;
export const latestSecond = LAST_INSTANT / 1000;

export interface AskedGrid {
  readonly format: Format;
  readonly interval: Seconds;
  readonly timeZone: string;
}

/** @param path of the search: `input.search`. */
export function searchOf(
  input: AvailabilitySearchInput,
  path: ArgumentPath,
  grid: AskedGrid,
  duration: Seconds,
  mistakes: Mistakes,
): AskedSearch {
  if (input.starts != null) return { starts: startsOf(input.starts, `${path}.starts`, duration, mistakes) };
  return { periods: searchPeriods(input.periods ?? [], `${path}.periods`, mistakes), ...grid };
}

/** One to 64 periods over 400 days; those that touch are one. */
export function searchPeriods(input: readonly PeriodInput[], path: ArgumentPath, mistakes: Mistakes): Spans {
  if (!mistakes.length(input, path, 'periods', bounds.periods, 1)) return [];
  const spans = periodsOf(input, path, mistakes);
  const length = (spans.at(-1) ?? 0) - (spans[0] ?? 0);
  if (length > bounds.span) {
    mistakes.add(path, `expected periods within ${bounds.span / 86_400} days, got some over ${days(length)}`);
  }
  return spans;
}

/** Periods in any order; each must end after it starts. */
export function periodsOf(input: readonly PeriodInput[], path: ArgumentPath, mistakes: Mistakes): Spans {
  for (const [at, { start, end }] of input.entries()) {
    if (end <= start) {
      const after = `expected an instant after start (${formatInstant(start)})`;
      mistakes.add(`${path}.${at}.end`, `${after}, got ${formatInstant(end)}`);
    }
  }
  return union(input.map(({ start, end }) => [start / 1000, end / 1000]));
}

function startsOf(
  input: readonly number[],
  path: ArgumentPath,
  duration: Seconds,
  mistakes: Mistakes,
): readonly Seconds[] {
  if (!mistakes.length(input, path, 'starts', bounds.starts, 1)) return [];
  const starts = input.map((instant) => instant / 1000);
  for (const [at, start] of starts.entries()) {
    if (start + duration > latestSecond) {
      mistakes.add(`${path}.${at}`, `expected a meeting that ends within the year 9999, got one at ${formatInstant(start * 1000)}`); // biome-ignore format: one call
    }
  }
  const length = starts.reduce((last, start) => Math.max(last, start)) - starts.reduce((first, start) => Math.min(first, start)); // biome-ignore format: one sum
  if (length > bounds.span) {
    mistakes.add(path, `expected starts within ${bounds.span / 86_400} days, got some over ${days(length)}`);
  }
  return [...new Set(starts)];
}

/** The grid's interval. */
export function intervalOf(text: string, path: ArgumentPath, mistakes: Mistakes): Seconds {
  const [least, most] = [bounds.intervals[0], bounds.intervals[bounds.intervals.length - 1] as number];
  const allowed: readonly number[] = bounds.intervals;
  const interval = mistakes.duration(text, path, least, most);
  if (allowed.includes(interval)) return interval;
  mistakes.add(path, `expected 5, 10, 15, 20, 30 or 60 minutes, got ${text}`);
  return most;
}

function days(seconds: Seconds): string {
  const whole = Math.ceil(seconds / 86_400);
  return `${whole} days`;
}
