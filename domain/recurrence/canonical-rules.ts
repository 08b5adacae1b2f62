/** Rules in one spelling, so that two texts for the same thing compare equal (echo recognition, semantics D1). */
import { type BasicValue, basicDay, basicInstant, basicLocal } from '../time/icalendar-values.ts';
import type { ZoneData } from '../time/zone-data.ts';
import { type RecurrenceRule, readRule, weekdayNames } from './rule.ts';
import type { Series } from './series.ts';
import { MOST_DATES, readDateListItem, splitLine } from './series-lines.ts';
import { candidateOf, readSeries, type SeriesReading, untilInstant } from './series-reading.ts';

/** The series whose lines they are. */
export type RuleContext = Omit<Series, 'rules'> & { readonly zones: ZoneData };

/**
 * The lines of a series in one spelling: parts in a fixed order, lists sorted and without repetition, defaults
 * (`INTERVAL=1`, `WKST=MO`) left out, RDATE and EXDATE with one value a line, all lines sorted. What cannot be read
 * stays as it is. The spelling is for comparing, not for writing; it does not know that two different rules hit the
 * same days.
 *
 * @param context with it, RDATE and EXDATE are written as the recurrence ids that they name and UNTIL as an
 *   instant, so that it does not matter in which zone somebody wrote them.
 */
export function canonicalRules(rules: readonly string[], context?: RuleContext): string[] {
  const reading = context === undefined ? null : readSeries({ ...context, rules: [] }, context.zones);
  return [...new Set(rules.flatMap((line) => canonicalLine(line, reading)))].sort();
}

function canonicalLine(line: string, reading: SeriesReading | null): string[] {
  const { name, parameters, value } = splitLine(line);
  if (name === 'RRULE') {
    const { rule } = readRule(value);
    return [rule === null ? line : `RRULE:${canonicalRule(reading === null ? rule : withInstant(rule, reading))}`];
  }
  if (name !== 'RDATE' && name !== 'EXDATE') {
    return [line];
  }
  const timeZone = parameters.get('TZID');
  return value.split(',', MOST_DATES).map((item) => {
    const read = readDateListItem(item.trim());
    if (read === null) {
      return `${name}:${item.trim()}`;
    }
    const end = read.end !== null ? `/${written(read.end)}` : read.elapsed !== null ? `/${read.elapsed / 1000}` : '';
    // A DATE on a timed series means the whole day.
    if (reading !== null && read.start.kind !== 'date') {
      const zone = timeZone === undefined ? null : reading.zones.canonical(timeZone);
      return `${name}:${candidateOf(read.start, zone, reading, reading.wall).recurrenceId}${end}`;
    }
    const local = read.start.kind === 'local' && timeZone !== undefined;
    return `${name}${local ? `;TZID=${timeZone}` : ''}:${written(read.start)}${end}`;
  });
}

function withInstant(rule: RecurrenceRule, reading: SeriesReading): RecurrenceRule {
  const until = untilInstant(rule, reading);
  return until === null || reading.series.start.kind === 'date' || rule.until?.kind === 'date'
    ? rule
    : { ...rule, until: { kind: 'utc', wall: until } };
}

function written(value: BasicValue): string {
  switch (value.kind) {
    case 'date':
      return basicDay(value.day);
    case 'utc':
      return basicInstant(value.wall);
    case 'local':
      return basicLocal(value.wall);
  }
}

/** One rule's value in one spelling. */
export function canonicalRule(rule: RecurrenceRule): string {
  const parts = [`FREQ=${rule.frequency}`];
  const add = (name: string, value: string | number | null): void => {
    if (value !== null && value !== '') {
      parts.push(`${name}=${value}`);
    }
  };
  add('UNTIL', rule.until === null ? null : written(rule.until));
  add('COUNT', rule.count);
  add('INTERVAL', rule.interval === 1 ? null : rule.interval);
  add('BYMONTH', rule.byMonth.join(','));
  add('BYWEEKNO', rule.byWeekNumber.join(','));
  add('BYYEARDAY', rule.byYearDay.join(','));
  add('BYMONTHDAY', rule.byMonthDay.join(','));
  add('BYDAY', rule.byDay.map(({ ordinal, weekday }) => `${ordinal || ''}${weekdayNames[weekday]}`).join(','));
  add('BYHOUR', rule.byHour.join(','));
  add('BYMINUTE', rule.byMinute.join(','));
  add('BYSECOND', rule.bySecond.join(','));
  add('BYSETPOS', rule.bySetPosition.join(','));
  add('WKST', rule.weekStart === 0 ? null : (weekdayNames[rule.weekStart] ?? null));
  return parts.join(';');
}
