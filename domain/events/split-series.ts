/** A series cut in two at one of its occurrences (semantics B4), or cut off there. */
import type { Candidate } from '../recurrence/candidate.ts';
import { candidates } from '../recurrence/candidates.ts';
import { carriedRange } from '../recurrence/carried-range.ts';
import { occurrenceOf } from '../recurrence/occurrence.ts';
import { type RecurrenceRule, readRule } from '../recurrence/rule.ts';
import { candidateNamed, readSeries, type SeriesReading } from '../recurrence/series-reading.ts';
import { MOST_STEPS, StepBudget } from '../recurrence/step-budget.ts';
import { addDays } from '../time/calendar-days.ts';
import { recurrenceIdOf } from '../time/event-time.ts';
import { basicDate, basicInstant, basicLocal } from '../time/icalendar-values.ts';
import { parseLocalDateTime } from '../time/wall-clock.ts';
import { timeParameters } from './icalendar/rules.ts';
import type { EventContent, EventException, RecurrenceId } from './model.ts';
import { datesOf, ruleLine, ruleParts, type SeriesZones } from './series-move.ts';

export interface SeriesParts {
  readonly master: EventContent;
  readonly exceptions: readonly EventException[];
}

/** So many starts are compared, one by one, between a series and what goes on of it. */
const comparedStarts = 500;

/** A series as it is expanded, in its calendar's zone. */
export function readingOf(master: EventContent, { zones, floatingZone }: SeriesZones): SeriesReading {
  return readSeries({ ...master, floatingZone, dayZone: floatingZone }, zones);
}

/** The content of the series where its rules put an occurrence; null when the id cannot be read. */
export function placeOf(id: RecurrenceId, reading: SeriesReading, master: EventContent): EventContent | null {
  const candidate = candidateNamed(id, reading);
  if (candidate === null) return null;
  const { start, end } = occurrenceOf(candidate, reading);
  return { ...master, start, end, rules: [] };
}

/**
 * The series up to and without an occurrence. A rule that would go on ends just before it, in the series' value type (RFC 5545
 * §3.3.10: UTC, a DATE when all-day, a wall clock when floating); one that has ended by then stays as it is.
 *
 * @param split the recurrence id of an occurrence behind the first.
 * @throws TypeError when the id cannot be read.
 */
export function endedBefore(
  { master, exceptions }: SeriesParts,
  split: RecurrenceId,
  series: SeriesZones,
): SeriesParts {
  const reading = readingOf(master, series);
  const cut = named(split, reading);
  const rules = master.rules.flatMap((line) =>
    /^EXRULE:/i.test(line)
      ? [line]
      : /^RRULE:/i.test(line)
        ? endedRule(line, cut, reading)
        : someDates(line, reading, (startsAt) => startsAt < cut.startsAt),
  );
  if (!rules.some((line) => /^(?:RRULE|RDATE)/i.test(line))) {
    // One occurrence is left, and stays the occurrence of a series: its id goes on.
    rules.push(`RDATE${timeParameters(master.start)}:${recurrenceIdOf(master.start)}`);
  }
  return { master: { ...master, rules }, exceptions: exceptions.filter((one) => !isBehind(one, cut, reading)) };
}

/**
 * The series from an occurrence on, where its rules put it: nothing is moved yet. Cancelled occurrences before it count for
 * COUNT. Null where the rules, begun there, would not give the same occurrences (one that RDATE added between them), or where that
 * would take too long to find out.
 */
export function goingOnFrom(
  { master, exceptions }: SeriesParts,
  split: RecurrenceId,
  series: SeriesZones,
): SeriesParts | null {
  const reading = readingOf(master, series);
  const cut = named(split, reading);
  const rules: string[] = [];
  for (const line of master.rules) {
    if (/^EXRULE:/i.test(line)) return null;
    if (!/^RRULE:/i.test(line)) {
      rules.push(...someDates(line, reading, (startsAt) => startsAt >= cut.startsAt));
      continue;
    }
    const remaining = remainingRule(line, cut, reading);
    if (remaining === null) return null;
    rules.push(...remaining);
  }
  const { start, end } = occurrenceOf(cut, reading);
  const next = { ...master, start, end, rules };
  if (!goesOnAlike(reading, readingOf(next, series), cut)) return null;
  const behind = exceptions.filter((one) => isBehind(one, cut, reading));
  const before = exceptions.filter((one) => !isBehind(one, cut, reading));
  // A change before the cut that stands for later occurrences, too (RANGE=THISANDFUTURE), goes on behind it.
  const carried = before.some(({ content }) => content.thisAndFuture === true)
    ? carriedRange(reading, exceptions, cut.startsAt)
    : null;
  const isGone = carried === null || behind.some(({ recurrenceId }) => recurrenceId === carried.recurrenceId);
  return { master: next, exceptions: isGone ? behind : [carried, ...behind] };
}

function named(id: RecurrenceId, reading: SeriesReading): Candidate {
  const candidate = candidateNamed(id, reading);
  if (candidate === null) throw new TypeError(`not a recurrence id: ${id}`);
  return candidate;
}

function isBehind({ recurrenceId }: EventException, cut: Candidate, reading: SeriesReading): boolean {
  const original = candidateNamed(recurrenceId, reading);
  return original !== null && original.startsAt >= cut.startsAt;
}

function someDates(line: string, reading: SeriesReading, wanted: (startsAt: number) => boolean): string[] {
  const kept = datesOf(line).filter(({ begin }) => {
    const candidate = candidateNamed(begin, reading);
    return candidate !== null && wanted(candidate.startsAt);
  });
  if (kept.length === 0) return [];
  const values = kept.map(({ begin, end }) => (end === null ? begin : `${begin}/${end}`));
  return [`${line.slice(0, line.indexOf(':'))}:${values.join(',')}`];
}

function startsOf(rule: RecurrenceRule, reading: SeriesReading, from: number, to: number, rulesOnly: boolean) {
  const budget = new StepBudget(MOST_STEPS);
  return { budget, starts: candidates({ ...reading, rules: [rule], extra: [] }, from, to, budget, { rulesOnly }) };
}

function firstFrom(rule: RecurrenceRule, reading: SeriesReading, from: number): Candidate | null {
  const { starts } = startsOf(rule, reading, from, Number.POSITIVE_INFINITY, true);
  const next = starts.next();
  return next.done === true ? null : next.value;
}

function endedRule(line: string, cut: Candidate, reading: SeriesReading): string[] {
  const { rule } = readRule(line.slice(line.indexOf(':') + 1));
  if (rule === null || firstFrom(rule, reading, cut.startsAt) === null) return [line];
  const { starts } = startsOf(rule, reading, reading.first.startsAt, cut.startsAt - 1, true);
  if (starts.next().done === true) return [];
  const parts = ruleParts(line);
  parts.delete('COUNT');
  parts.set('UNTIL', justBefore(cut));
  return [ruleLine(parts)];
}

function justBefore({ start, startsAt }: Candidate): string {
  switch (start.kind) {
    case 'date':
      return basicDate(addDays(start.date, -1));
    case 'floating':
      return basicLocal(parseLocalDateTime(start.local) - 1000);
    default:
      return basicInstant(startsAt - 1000);
  }
}

/** Null when the occurrences before the cut are too many to count. */
function remainingRule(line: string, cut: Candidate, reading: SeriesReading): string[] | null {
  const { rule } = readRule(line.slice(line.indexOf(':') + 1));
  if (rule === null) return [line];
  const next = firstFrom(rule, reading, cut.startsAt);
  if (next === null) return [];
  if (rule.count === null) return [line];
  const { budget, starts } = startsOf(rule, reading, reading.first.startsAt, cut.startsAt - 1, false);
  let before = 0;
  for (const _ of starts) before += 1;
  if (budget.exhausted) return null;
  const parts = ruleParts(line);
  // A start that the rule does not hit is counted all the same.
  const unhit = next.recurrenceId === cut.recurrenceId ? 0 : 1;
  parts.set('COUNT', `${rule.count - before + unhit}`);
  return [ruleLine(parts)];
}

function goesOnAlike(old: SeriesReading, next: SeriesReading, cut: Candidate): boolean {
  const budgets = [new StepBudget(MOST_STEPS), new StepBudget(MOST_STEPS)] as const;
  const before = candidates(old, cut.startsAt, Number.POSITIVE_INFINITY, budgets[0]);
  const after = candidates(next, cut.startsAt, Number.POSITIVE_INFINITY, budgets[1]);
  for (let compared = 0; compared < comparedStarts; compared += 1) {
    const [one, other] = [before.next(), after.next()];
    if (one.done === true || other.done === true) {
      return one.done === other.done && !budgets[0].exhausted && !budgets[1].exhausted;
    }
    if (one.value.recurrenceId !== other.value.recurrenceId) return false;
  }
  return true;
}
