/** The span in which a series can be found: what the store keeps and asks by. */
import type { EventException, EventTime, Instant } from '../events/model.ts';
import { MILLISECONDS_PER_DAY, parseDate } from '../time/calendar-days.ts';
import { eventTimeInstant } from '../time/event-time.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { candidateAt } from './candidate.ts';
import { candidates } from './candidates.ts';
import { indexExceptions } from './exceptions.ts';
import { occurrenceOf } from './occurrence.ts';
import { isPlain, lastPlainStart } from './plain-rule.ts';
import { type Range, SHIFT_SLACK } from './ranges.ts';
import type { RecurrenceRule } from './rule.ts';
import type { Series } from './series.ts';
import { LAST_START, readSeries, type SeriesReading, untilInstant } from './series-reading.ts';
import { MOST_STEPS, StepBudget } from './step-budget.ts';

export interface Envelope {
  readonly start: Instant;
  /** Null: without end, as far as can be told. */
  readonly end: Instant | null;
}

/** Rules that count further are taken as endless, rather than walked. */
const MOST_COUNTED = 10_000;

/** Zones are at most this far from UTC (Kiritimati +14, Baker Island −12). */
const EAST = 14 * 3_600_000;
const WEST = 12 * 3_600_000;

/**
 * Start and end between which every occurrence lies, moved ones too; it may be wider than they are. All-day
 * occurrences are taken as they lie in any zone of the world, so that the envelope holds whichever zone asks. `end`
 * is null for endless series, and for those whose end would take too long to find.
 */
export function seriesBounds(series: Series, exceptions: readonly EventException[], zones: ZoneData): Envelope {
  const reading = readSeries(series, zones);
  const first = occurrenceOf(reading.first, reading);
  const { occurrences, ranges } = indexExceptions(exceptions, reading);
  const lastByRules = lastOfRules(reading);
  const parts: Envelope[] = [
    envelopeOf(first.start, first.end, reading),
    ...reading.extra.map((candidate) => {
      const occurrence = occurrenceOf(candidate, reading);
      return envelopeOf(occurrence.start, occurrence.end, reading);
    }),
    ...occurrences.map(({ start, end }) => envelopeOf(start, end, reading)),
    { start: first.startsAt, end: lastByRules === null ? null : lastByRules + slack(reading) },
  ];
  if (ranges.length > 0) {
    const last =
      lastByRules === null
        ? null
        : reading.extra.reduce((most, { startsAt }) => Math.max(most, startsAt), Math.max(lastByRules, first.startsAt));
    parts.push(...ranges.map((range) => movedEnvelope(range, last)));
  }
  return parts.reduce((whole, part) => ({
    start: Math.min(whole.start, part.start),
    end: whole.end === null || part.end === null ? null : Math.max(whole.end, part.end),
  }));
}

/** Where those lie that a range moves, none of which starts after `last` by the rules; days in any zone of the world. */
function movedEnvelope({ after, shift, length }: Range, last: Instant | null): Envelope {
  const longest = 'elapsed' in length ? length.elapsed : (length.days + 1) * MILLISECONDS_PER_DAY;
  return {
    start: after + shift - SHIFT_SLACK,
    end: last === null ? null : Math.max(after, last) + shift + longest + SHIFT_SLACK,
  };
}

/**
 * Where the last of the rules ends, at the earliest, −∞ where there are none; null where one does not, or nobody can
 * tell in time: they share one budget, however many they are.
 */
function lastOfRules(reading: SeriesReading): Instant | null {
  const budget = new StepBudget(MOST_STEPS);
  let last = Number.NEGATIVE_INFINITY;
  for (const rule of reading.rules) {
    const end = lastStartOf(rule, reading, budget);
    if (end === null) {
      return null;
    }
    last = Math.max(last, end);
  }
  return last;
}

function lastStartOf(rule: RecurrenceRule, reading: SeriesReading, budget: StepBudget): Instant | null {
  return untilInstant(rule, reading) ?? (rule.count === null ? null : lastStart(rule, rule.count, reading, budget));
}

/** The envelope of one event, as `seriesBounds` takes it. */
export function eventBounds(
  start: EventTime,
  end: EventTime,
  reading: { readonly zones: ZoneData; readonly floatingZone: string; readonly dayZone: string },
): Envelope {
  if (start.kind === 'date' && end.kind === 'date') {
    const firstDay = parseDate(start.date);
    const lastDay = Math.max(parseDate(end.date), firstDay + 1);
    return { start: firstDay * MILLISECONDS_PER_DAY - EAST, end: lastDay * MILLISECONDS_PER_DAY + WEST };
  }
  const startsAt = eventTimeInstant(start, reading);
  return { start: startsAt, end: Math.max(startsAt, eventTimeInstant(end, reading)) };
}

function envelopeOf(start: EventTime, end: EventTime, reading: SeriesReading): Envelope {
  return eventBounds(start, end, { ...reading.series, zones: reading.zones });
}

/** From a start's instant to the end of its envelope. */
function slack(reading: SeriesReading): number {
  const { length } = reading;
  if ('elapsed' in length) {
    return length.elapsed;
  }
  const days = (length.days + 1) * MILLISECONDS_PER_DAY;
  return reading.series.start.kind === 'date' ? days + EAST + WEST : days;
}

/** Where COUNT ends a rule, at the earliest; null where that would take too long to find. */
function lastStart(rule: RecurrenceRule, count: number, reading: SeriesReading, budget: StepBudget): Instant | null {
  const { startsAt } = reading.first;
  if (isPlain(rule)) {
    const last = lastPlainStart(rule, reading.wall);
    return last > LAST_START ? null : candidateAt(reading, last).startsAt;
  }
  if (count > MOST_COUNTED) {
    return null;
  }
  let last = startsAt;
  for (const candidate of candidates({ ...reading, rules: [rule], extra: [] }, startsAt, LAST_START, budget)) {
    last = candidate.startsAt;
  }
  return budget.exhausted ? null : last;
}
