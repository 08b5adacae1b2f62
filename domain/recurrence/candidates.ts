/** Every start of a series in order: DTSTART, each RRULE, the RDATEs, without the EXRULEs' and without repetition. */
import type { Instant } from '../events/model.ts';
import { MILLISECONDS_PER_DAY } from '../time/calendar-days.ts';
import { LAST_INSTANT } from '../time/instants.ts';
import type { WallClock } from '../time/wall-clock.ts';
import { calendarStarts } from './calendar-rule.ts';
import { type Candidate, candidateAt, candidateAtInstant } from './candidate.ts';
import { elapsedStarts } from './elapsed-rule.ts';
import { HeldBack } from './held-back.ts';
import { merged } from './merged.ts';
import { isPlain, plainStarts } from './plain-rule.ts';
import type { RecurrenceRule } from './rule.ts';
import { LAST_START, type SeriesReading, untilInstant } from './series-reading.ts';
import type { StepBudget } from './step-budget.ts';

/** No gap of any zone is longer: how far a wall clock and its instant may be apart in order. */
const LONGEST_GAP = 25 * 3_600_000;

/**
 * The starts at or after `from`, up to `to`, by instant and then by recurrence id. DTSTART is the first instance,
 * also where the rule does not hit it (RFC 5545 §3.8.5.3 leaves that undefined; other calendars show it), and counts
 * for COUNT.
 *
 * @param options `rulesOnly`: what the RRULEs hit, without DTSTART and RDATEs.
 */
export function* candidates(
  reading: SeriesReading,
  from: Instant,
  to: Instant,
  budget: StepBudget,
  options: { readonly rulesOnly?: boolean } = {},
): Generator<Candidate, void> {
  const explicit = (options.rulesOnly === true ? [] : [reading.first, ...reading.extra])
    .filter((candidate) => candidate.startsAt >= from && candidate.startsAt <= to)
    .sort(inOrder);
  const sources: Iterator<Candidate, void>[] = [explicit[Symbol.iterator]()];
  for (const rule of reading.rules) {
    sources.push(ruleCandidates(rule, reading, from, to, budget));
  }
  const excepted = merged(
    reading.exceptRules.map((rule) => ruleCandidates(rule, reading, from, to, budget)),
    inOrder,
  );
  let except = excepted.next();
  let previous: Candidate | null = null;
  for (const candidate of merged(sources, inOrder)) {
    while (except.done !== true && except.value.startsAt < candidate.startsAt) {
      except = excepted.next();
    }
    if (except.done !== true && except.value.startsAt === candidate.startsAt) {
      continue;
    }
    // Equal starts are neighbours, as the order goes by instant and id.
    if (candidate.startsAt !== previous?.startsAt || candidate.recurrenceId !== previous.recurrenceId) {
      yield candidate;
    }
    previous = candidate;
  }
}

/** By instant, then by recurrence id. */
export function inOrder(left: Candidate, right: Candidate): number {
  return left.startsAt - right.startsAt || compared(left.recurrenceId, right.recurrenceId) || periodsFirst(left, right);
}

function compared(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Of two equal starts the one with a length of its own says more. */
function periodsFirst(left: Candidate, right: Candidate): number {
  return (left.endsAt === null ? 1 : 0) - (right.endsAt === null ? 1 : 0);
}

function* ruleCandidates(
  rule: RecurrenceRule,
  reading: SeriesReading,
  from: Instant,
  to: Instant,
  budget: StepBudget,
): Generator<Candidate, void> {
  const until = Math.min(untilInstant(rule, reading) ?? LAST_START, to, LAST_START);
  if (rule.frequency === 'HOURLY' || rule.frequency === 'MINUTELY' || rule.frequency === 'SECONDLY') {
    const { startsAt } = reading.first;
    for (const instant of elapsedStarts(rule, startsAt, reading.zone, from, until, reading.zones, budget)) {
      yield candidateAtInstant(reading, instant);
    }
    return;
  }
  const lowest = wallAt(reading, from) - LONGEST_GAP;
  const highest = wallAt(reading, until) + LONGEST_GAP;
  const walls = isPlain(rule)
    ? upTo(plainStarts(rule, reading.wall, lowest), highest, budget)
    : calendarStarts(rule, reading.wall, lowest, highest, budget);
  for (const candidate of inInstantOrder(walls, reading)) {
    if (candidate.startsAt >= from && candidate.startsAt <= until) {
      yield candidate;
    }
  }
}

function wallAt(reading: SeriesReading, instant: Instant): WallClock {
  if (Math.abs(instant) > LAST_INSTANT - 2 * MILLISECONDS_PER_DAY) {
    return instant;
  }
  return reading.series.start.kind === 'utc' ? instant : reading.walls.shownAt(instant);
}

function* upTo(walls: Iterable<WallClock>, highest: WallClock, budget: StepBudget): Generator<WallClock, void> {
  for (const wall of walls) {
    if (wall > highest || wall > LAST_INSTANT || !budget.spend()) {
      return;
    }
    yield wall;
  }
}

/**
 * Wall clocks in a DST gap land after later wall clocks (02:30 → 03:30, after 03:00): such a candidate waits until
 * those before it are out. Everything else is in the same order as instant and as wall clock.
 */
function* inInstantOrder(walls: Iterable<WallClock>, reading: SeriesReading): Generator<Candidate, void> {
  const hasGaps = reading.series.start.kind === 'zoned' || reading.series.start.kind === 'floating';
  // A gap may be a whole day (Pacific/Apia, 2011-12-30), and a day has 86,400 wall clocks.
  const waiting = new HeldBack(inOrder);
  for (const wall of walls) {
    const candidate = candidateAt(reading, wall);
    if (hasGaps && wallOf(candidate, reading) !== wall) {
      waiting.hold(candidate);
      continue;
    }
    while (waiting.first !== undefined && inOrder(waiting.first, candidate) < 0) {
      yield waiting.release();
    }
    yield candidate;
  }
  while (waiting.first !== undefined) {
    yield waiting.release();
  }
}

function wallOf(candidate: Candidate, reading: SeriesReading): WallClock {
  return reading.walls.shownAt(candidate.startsAt);
}
