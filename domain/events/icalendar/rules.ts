/**
 * RRULE, RDATE and EXDATE in one form: every value in the series' own kind of time (RFC 5545 §3.8.5), so that lines can be
 * compared as text and expanded without knowing the file that they came from.
 */
import { readRule } from '../../recurrence/rule.ts';
import type { EventTime, RecurrenceId } from '../model.ts';
import { type Clock, isPlaceable, type TimeUse } from './clock.ts';
import { type Property, parameterOf, parseProperty } from './property.ts';
import { basicDate, basicInstant, basicLocal, epochOfLocal, parseDuration, parseTime } from './values.ts';

/** What is wrong with a rule or a list of dates; the component is then not read. */
export class RuleProblem extends Error {}

/** More RRULEs than this on one component are no calendar that a program wrote. */
const mostRules = 50;

/** So many values stand on one line at most: far below the longest line that is read. */
const valuesPerLine = 1000;

const frequencies = new Set(['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']);
const numbers = (from: number, to: number, signed: boolean) => (text: string) => {
  if (!(signed ? /^[+-]?\d{1,3}$/ : /^\d{1,3}$/).test(text)) return false;
  const value = Math.abs(Number(text));
  return value >= from && value <= to;
};
const listParts: Readonly<Record<string, (text: string) => boolean>> = {
  BYSECOND: numbers(0, 60, false),
  BYMINUTE: numbers(0, 59, false),
  BYHOUR: numbers(0, 23, false),
  BYDAY: (text) => /^(?:[+-]?\d{1,2})?(?:SU|MO|TU|WE|TH|FR|SA)$/.test(text),
  BYMONTHDAY: numbers(1, 31, true),
  BYYEARDAY: numbers(1, 366, true),
  BYWEEKNO: numbers(1, 53, true),
  BYMONTH: numbers(1, 12, false),
  BYSETPOS: numbers(1, 366, true),
};

/** A RECURRENCE-ID, RDATE or EXDATE value in the series' kind of time; a day of a timed series means its occurrence that day. */
export function inSeriesKind(time: EventTime, series: EventTime, clock: Clock): EventTime {
  if (series.kind === 'date') {
    if (time.kind === 'date') return time;
    const local = time.kind === 'utc' ? clock.zones.localAt(time.instant, clock.floatingZone) : time.local;
    return { kind: 'date', date: local.slice(0, 10) };
  }
  if (time.kind === 'date') {
    if (series.kind === 'utc') {
      return {
        kind: 'utc',
        instant: Date.parse(`${time.date}T00:00:00Z`) + (((series.instant % 86_400_000) + 86_400_000) % 86_400_000),
      };
    }
    const local = `${time.date}${series.local.slice(10)}`;
    if (series.kind === 'floating') return { kind: 'floating', local };
    return { kind: 'zoned', local, zone: series.zone, instant: clock.zones.resolve(local, series.zone) };
  }
  if (series.kind === 'zoned') {
    if (time.kind === 'zoned' && time.zone === series.zone) return time;
    const instant = clock.instant(time);
    const local = clock.zones.localAt(instant, series.zone);
    return { kind: 'zoned', local, zone: series.zone, instant };
  }
  if (series.kind === 'utc') return { kind: 'utc', instant: clock.instant(time) };
  if (time.kind === 'floating') return time;
  if (time.kind === 'zoned') return { kind: 'floating', local: time.local };
  return { kind: 'floating', local: clock.zones.localAt(time.instant, clock.floatingZone) };
}

/** A time in iCalendar's basic form, without its zone. */
export function basicForm(time: EventTime): RecurrenceId {
  switch (time.kind) {
    case 'date':
      return basicDate(time.date);
    case 'utc':
      return basicInstant(time.instant);
    default:
      return basicLocal(time.local);
  }
}

/** The parameters that a list of such times needs: `;VALUE=DATE`, `;TZID=Europe/London` or none. */
export function timeParameters(time: EventTime): string {
  if (time.kind === 'date') return ';VALUE=DATE';
  return time.kind === 'zoned' ? `;TZID=${time.zone}` : '';
}

/** A rule in upper case, its UNTIL in the series' terms: UTC when zoned, a day when all-day, a wall clock when floating. */
export function normaliseRule(value: string, series: EventTime, clock: Clock): string {
  const parts: string[] = [];
  const seen = new Set<string>();
  for (const part of value.replace(/\s+/g, '').toUpperCase().split(';')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(0, equals));
    const given = part.slice(equals + 1);
    const wrong = (expected: string) => new RuleProblem(`expected ${expected} in RRULE, came ${shown(part)}`);
    if (equals < 1) throw wrong('NAME=VALUE parts');
    if (seen.has(name)) throw wrong(`${name} once`);
    seen.add(name);
    const valid = Object.hasOwn(listParts, name) ? listParts[name] : undefined;
    if (valid !== undefined) {
      const items = given.split(',').filter((item) => item !== '');
      if (items.length === 0) continue;
      if (items.length > 1000 || !items.every(valid)) throw wrong(`a list of valid ${name} values`);
      parts.push(`${name}=${items.map((item) => item.replace(/^\+/, '')).join(',')}`);
    } else if (name === 'FREQ') {
      if (!frequencies.has(given)) throw wrong('a FREQ of SECONDLY to YEARLY');
      parts.unshift(`FREQ=${given}`);
    } else if (name === 'COUNT' || name === 'INTERVAL') {
      if (!/^0*[1-9]\d{0,9}$/.test(given)) throw wrong(`a ${name} of 1 or more`);
      if (name === 'COUNT' || Number(given) !== 1) parts.push(`${name}=${Number(given)}`);
    } else if (name === 'UNTIL') {
      parts.push(`UNTIL=${untilOf(given, series, clock) ?? fail(wrong('a DATE or DATE-TIME as UNTIL'))}`);
    } else if (name === 'WKST') {
      if (!/^(?:SU|MO|TU|WE|TH|FR|SA)$/.test(given)) throw wrong('a weekday as WKST');
      if (given !== 'MO') parts.push(`WKST=${given}`);
    } else if (name === 'RSCALE') {
      if (given !== 'GREGORIAN') throw wrong('RSCALE=GREGORIAN or none');
    } else if (name === 'SKIP') {
      if (given !== 'OMIT') throw wrong('SKIP=OMIT or none');
    } else if (!name.startsWith('X-')) throw wrong('the rule parts of RFC 5545 §3.3.10');
  }
  if (!seen.has('FREQ')) throw new RuleProblem(`expected FREQ in RRULE, came ${shown(value)}`);
  return parts.join(';');
}

function fail(error: Error): never {
  throw error;
}

/** Input as an error may show it. */
export function shown(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 57)}...` : text}"`;
}

/** An UNTIL of the year 9999 means no end; what a zone would put beyond it is cut to it. */
const endOfTime = 253_402_300_799_000;

function untilOf(given: string, series: EventTime, clock: Clock): string | null {
  const time = parseTime(given);
  if (time === null) return null;
  const near = isPlaceable(time);
  switch (series.kind) {
    case 'date':
      return time.kind === 'date' ? basicDate(time.date) : given.replaceAll('-', '').slice(0, 8);
    case 'floating':
      if (time.kind === 'date') return `${basicDate(time.date)}T235959`;
      if (time.kind === 'local') return basicLocal(time.local);
      return near
        ? basicLocal(clock.zones.localAt(time.instant, clock.floatingZone))
        : basicInstant(time.instant).slice(0, 15);
    default: {
      if (time.kind === 'utc') return basicInstant(time.instant);
      // Written by programs that know days only: the whole last day counts.
      const local = time.kind === 'date' ? `${time.date}T23:59:59` : time.local;
      const inZone = series.kind === 'zoned' && near;
      return basicInstant(Math.min(endOfTime, inZone ? clock.zones.resolve(local, series.zone) : epochOfLocal(local)));
    }
  }
}

/** The last year in which the rules can still need a zone's offsets; null when they do not end. */
export function lastYearOf(rules: readonly Property[], startYear: number): number {
  let last = startYear;
  for (const rule of rules) {
    if (rule.name === 'EXDATE' || rule.name === 'EXRULE') continue;
    if (rule.name === 'RDATE') {
      for (const match of rule.value.matchAll(/(?:^|,)(\d{4})/g)) last = Math.max(last, Number(match[1]));
      continue;
    }
    last = Math.max(last, lastYearOfRule(rule.value.toUpperCase(), startYear));
  }
  return last;
}

/** How many times a year a rule of each frequency fires at least, without BY parts that thin it. */
const timesAYear: Readonly<Record<string, number>> = { YEARLY: 1, MONTHLY: 12, WEEKLY: 52 };

function lastYearOfRule(rule: string, startYear: number): number {
  const part = (name: string) => new RegExp(`${name}=(\\w+)`).exec(rule)?.[1] ?? '';
  const until = part('UNTIL');
  if (until !== '') return Number(until.slice(0, 4)) || startYear;
  const count = Number(part('COUNT'));
  if (!(count > 0)) return startYear + 5;
  const interval = Number(part('INTERVAL')) || 1;
  return startYear + Math.ceil((count * interval) / (timesAYear[part('FREQ')] ?? 365));
}

/** Rules as the model keeps them: RRULEs, then RDATEs, EXRULEs and EXDATEs; sorted, without doubles; see `EventContent.rules`. */
export function normaliseRules(
  properties: readonly Property[],
  series: EventTime,
  clock: Clock,
  use: TimeUse,
  maximumDates: number,
): string[] {
  const rules: string[] = [];
  const exceptRules: string[] = [];
  const dates = new Set<string>();
  const periods = new Set<string>();
  const exceptions = new Set<string>();
  let rdates = 0;
  let exdates = 0;
  for (const property of properties) {
    if (property.name === 'RRULE' || property.name === 'EXRULE') {
      if (rules.length + exceptRules.length >= mostRules)
        throw new RuleProblem(`expected at most ${mostRules} RRULEs, came more`);
      const kind = property.name === 'RRULE' ? rules : exceptRules;
      if (property.value.trim() !== '') kind.push(`${property.name}:${normaliseRule(property.value, series, clock)}`);
      continue;
    }
    for (const text of property.value.split(',')) {
      if (text.trim() === '') continue;
      const count = property.name === 'RDATE' ? ++rdates : ++exdates;
      if (count > maximumDates)
        throw new RuleProblem(`expected at most ${maximumDates} ${property.name} values, came more`);
      const [begin = '', end] = text.split('/');
      const time = clock.timeOf(begin, property, use);
      if (time === null) throw new RuleProblem(`expected a DATE or DATE-TIME in ${property.name}, came ${shown(text)}`);
      const value = inSeriesKind(time, series, clock);
      if (property.name === 'EXDATE') exceptions.add(basicForm(value));
      else if (end !== undefined || parameterOf(property, 'VALUE')?.toUpperCase() === 'PERIOD') {
        const finish = periodEnd(end ?? '', value, property, clock, use);
        if (finish === null) throw new RuleProblem(`expected a PERIOD in RDATE, came ${shown(text)}`);
        periods.add(`${basicForm(value)}/${finish}`);
      } else dates.add(basicForm(value));
    }
  }
  const zone = timeParameters(series);
  const lines = [...new Set(rules)].sort();
  lines.push(...listed(`RDATE${zone}`, dates));
  lines.push(...listed(`RDATE;VALUE=PERIOD${series.kind === 'zoned' ? zone : ''}`, periods));
  // Of what does not recur an EXRULE would leave nothing.
  if (lines.length > 0) lines.push(...[...new Set(exceptRules)].sort());
  lines.push(...listed(`EXDATE${zone}`, exceptions));
  return lines;
}

/**
 * A file's rule without a COUNT of more than the nine digits that `readRule` takes. So many days are longer than the years 1 to
 * 9999: who writes that means a series without an end, and to refuse it would lose every occurrence for the sake of the last.
 * Clients, who hear what is wrong, are refused it.
 */
export function withoutEndlessCount(property: Property): Property {
  if (property.name !== 'RRULE' && property.name !== 'EXRULE') return property;
  return { ...property, value: property.value.replace(/(?:^|;)\s*COUNT\s*=\s*0*[1-9]\d{9,}\s*(?=;|$)/i, ';') };
}

/**
 * What reads a file and what expands a series judge alike: a rule that the one stored and the other could not read would be a
 * series that shows once. Not asked where rules are brought into their form, as rules stored earlier must stay comparable.
 *
 * @param lines as `normaliseRules` answers them.
 * @throws RuleProblem where one of their rules cannot be expanded.
 */
export function expectExpandable(lines: readonly string[]): void {
  for (const line of lines) {
    const value = /^(?:RRULE|EXRULE):(.*)$/.exec(line)?.[1];
    const flaw = value === undefined ? undefined : readRule(value).flaws.find(({ fatal }) => fatal);
    if (flaw !== undefined) throw new RuleProblem(`expected a rule as of RFC 5545 §3.3.10: ${flaw.message}`);
  }
}

function periodEnd(text: string, begin: EventTime, property: Property, clock: Clock, use: TimeUse): string | null {
  const span = parseDuration(text);
  if (span !== null) return span.sign < 0 ? null : text.trim().toUpperCase();
  const end = clock.timeOf(text, property, use);
  return end === null || end.kind === 'date' ? null : basicForm(inSeriesKind(end, begin, clock));
}

function listed(name: string, values: ReadonlySet<string>): string[] {
  const sorted = [...values].sort();
  const lines: string[] = [];
  for (let at = 0; at < sorted.length; at += valuesPerLine) {
    lines.push(`${name}:${sorted.slice(at, at + valuesPerLine).join(',')}`);
  }
  return lines;
}

/** The properties of rule lines; what is no property is left out. */
export function ruleProperties(lines: readonly string[]): Property[] {
  return lines.map((line) => parseProperty(line)).filter((property) => property !== null);
}
