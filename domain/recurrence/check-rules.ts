/** Rules that a client wants to write: everything that is wrong with them, before anything is stored. */
import type { UserErrorCode } from '../errors.ts';
import type { EventTime } from '../events/model.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { candidates } from './candidates.ts';
import { type RecurrenceRule, readRule } from './rule.ts';
import { MOST_DATES, readDateList, splitLine } from './series-lines.ts';
import { readSeries } from './series-reading.ts';
import { MOST_FRUITLESS_STEPS, StepBudget } from './step-budget.ts';

export interface RuleProblem {
  readonly code: Extract<UserErrorCode, 'INVALID' | 'LIMIT_EXCEEDED' | 'TOO_LONG'>;
  /** Which line, from 0; the second part of the error's path. */
  readonly index: number;
  readonly message: string;
}

/** Of what a client may write; files may hold more (`MOST_DATES`). */
export const MOST_RULE_LINES = 100;
export const MOST_EXCLUDED = 1_000;
export const MOST_ADDED = 1_000;
const LONGEST_LINE = 75_000;

/**
 * Checks the lines of `recurrence` against RFC 5545 §3.3.10, §3.8.5 and the series' start. Sub-daily rules pass here:
 * which of them a calendar takes is its provider's matter.
 *
 * @param start the series' start, zoned, all-day or (application calendars) UTC.
 * @returns nothing when all is well; a line may have several problems.
 */
export function checkRules(rules: readonly string[], start: EventTime, zones: ZoneData): RuleProblem[] {
  if (rules.length > MOST_RULE_LINES) {
    return [
      {
        code: 'LIMIT_EXCEEDED',
        index: MOST_RULE_LINES,
        message: `at most ${MOST_RULE_LINES} lines, not ${rules.length}`,
      },
    ];
  }
  const problems: RuleProblem[] = [];
  const counts = { EXDATE: 0, RDATE: 0 };
  for (const [index, line] of rules.entries()) {
    const found = checkLine(line, start, zones, counts);
    problems.push(...found.map((problem) => ({ ...problem, index })));
  }
  return problems;
}

type LineProblem = Omit<RuleProblem, 'index'>;

function invalid(message: string): LineProblem {
  return { code: 'INVALID', message };
}

function checkLine(
  line: string,
  start: EventTime,
  zones: ZoneData,
  counts: { EXDATE: number; RDATE: number },
): LineProblem[] {
  if (line.length > LONGEST_LINE) {
    return [{ code: 'TOO_LONG', message: `a line has at most ${LONGEST_LINE} characters` }];
  }
  if (/[\r\n]/.test(line)) {
    return [invalid('one line each, unfolded')];
  }
  const { name, value } = splitLine(line);
  switch (name) {
    case 'RRULE':
      return checkRule(value, start, zones);
    case 'RDATE':
    case 'EXDATE':
      return checkDates(name, line, start, zones, counts);
    default:
      return [invalid(`expected RRULE:…, RDATE… or EXDATE…, not ${JSON.stringify(line.slice(0, 60))}`)];
  }
}

function checkRule(value: string, start: EventTime, zones: ZoneData): LineProblem[] {
  const { rule, flaws } = readRule(value);
  const problems = flaws.map((flaw) => invalid(flaw.message));
  if (rule === null || problems.length > 0) {
    return problems;
  }
  problems.push(...checkValueTypes(rule, start));
  if (problems.length === 0) {
    const first = firstHit(rule, start, zones);
    if (first === 'never') {
      problems.push(invalid('the rule never fires'));
    } else if (first === 'ended') {
      problems.push(invalid('UNTIL ends the rule before it fires'));
    }
  }
  return problems;
}

function checkValueTypes(rule: RecurrenceRule, start: EventTime): LineProblem[] {
  const problems: LineProblem[] = [];
  if (start.kind === 'date') {
    if (rule.until !== null && rule.until.kind !== 'date') {
      problems.push(invalid('UNTIL of an all-day series is a date such as 20260329 (RFC 5545 §3.3.10)'));
    }
    if (rule.frequency === 'HOURLY' || rule.frequency === 'MINUTELY' || rule.frequency === 'SECONDLY') {
      problems.push(invalid(`an all-day series does not repeat ${rule.frequency}`));
    }
    if (rule.byHour.length + rule.byMinute.length + rule.bySecond.length > 0) {
      problems.push(invalid('BYHOUR, BYMINUTE and BYSECOND do not go with an all-day series (RFC 5545 §3.3.10)'));
    }
    return problems;
  }
  const expected = start.kind === 'floating' ? 'local' : 'utc';
  if (rule.until !== null && rule.until.kind !== expected) {
    problems.push(
      invalid(
        expected === 'utc'
          ? 'UNTIL of a timed series is an instant in UTC such as 20260329T013000Z (RFC 5545 §3.3.10)'
          : 'UNTIL of a floating series is a wall clock such as 20260329T013000 (RFC 5545 §3.3.10)',
      ),
    );
  }
  return problems;
}

/** Whether the rule hits anything from the start on; COUNT aside, which the start alone may use up. */
function firstHit(rule: RecurrenceRule, start: EventTime, zones: ZoneData): 'hit' | 'never' | 'ended' {
  const zone = start.kind === 'zoned' ? start.zone : 'Etc/UTC';
  const series = { start, end: start, nominalDays: null, rules: [], floatingZone: zone, dayZone: zone };
  const reading = readSeries(series, zones);
  const hits = (alone: RecurrenceRule): boolean => {
    const budget = new StepBudget(2 * MOST_FRUITLESS_STEPS);
    const { startsAt } = reading.first;
    const found = candidates({ ...reading, rules: [alone] }, startsAt, Number.POSITIVE_INFINITY, budget, {
      rulesOnly: true,
    });
    return found.next().done !== true;
  };
  if (hits({ ...rule, count: null })) {
    return 'hit';
  }
  return rule.until !== null && hits({ ...rule, count: null, until: null }) ? 'ended' : 'never';
}

function checkDates(
  name: 'RDATE' | 'EXDATE',
  line: string,
  start: EventTime,
  zones: ZoneData,
  counts: { EXDATE: number; RDATE: number },
): LineProblem[] {
  const problems: LineProblem[] = [];
  const { parameters, value } = splitLine(line);
  const timeZone = parameters.get('TZID');
  if (timeZone !== undefined && zones.canonical(timeZone) === null) {
    problems.push(invalid(`no zone is called ${JSON.stringify(timeZone.slice(0, 60))}`));
  }
  counts[name] += value.split(',', MOST_DATES).length;
  const most = name === 'EXDATE' ? MOST_EXCLUDED : MOST_ADDED;
  if (counts[name] > most) {
    problems.push({ code: 'LIMIT_EXCEEDED', message: `at most ${most} ${name} values` });
    return problems;
  }
  const { values, unreadable } = readDateList(line, zones);
  for (const item of unreadable) {
    problems.push(invalid(`${name} lists dates, or dates and times, not ${JSON.stringify(item)}`));
  }
  for (const item of values) {
    if ((item.start.kind === 'date') !== (start.kind === 'date')) {
      const wanted =
        start.kind === 'date' ? 'a date, as the series is all-day' : 'a date and time, as the series is timed';
      problems.push(invalid(`${name} lists the same kind of value as the start: ${wanted}`));
      break;
    }
    if (name === 'EXDATE' && (item.end !== null || item.elapsed !== null)) {
      problems.push(invalid('EXDATE lists no periods'));
      break;
    }
  }
  return problems;
}
