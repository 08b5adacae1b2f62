/** Rules in one spelling, so that two texts for the same thing compare equal (echo recognition, semantics D1). */
import { type BasicValue, basicDay, basicInstant, basicLocal } from '../time/icalendar-values.ts';
import { type RecurrenceRule, readRule, weekdayNames } from './rule.ts';
import { readDateListItem, splitLine } from './series-lines.ts';

/**
 * The lines of a series in one spelling: parts in a fixed order, lists sorted and without repetition, defaults (`INTERVAL=1`, `WKST=MO`) left
 * out, RDATE and EXDATE with one value a line, all lines sorted. What cannot be read stays as it is. The spelling is for comparing, not for
 * writing; it does not know that two different rules hit the same days.
 */
export function canonicalRules(rules: readonly string[]): string[] {
  return [...new Set(rules.flatMap(canonicalLine))].sort();
}

function canonicalLine(line: string): string[] {
  const { name, parameters, value } = splitLine(line);
  if (name === 'RRULE') {
    const { rule } = readRule(value);
    return [rule === null ? line : `RRULE:${canonicalRule(rule)}`];
  }
  if (name !== 'RDATE' && name !== 'EXDATE') {
    return [line];
  }
  const timeZone = parameters.get('TZID');
  return value.split(',').map((item) => {
    const read = readDateListItem(item.trim());
    if (read === null) {
      return `${name}:${item.trim()}`;
    }
    const local = read.start.kind === 'local' && timeZone !== undefined;
    const end = read.end !== null ? `/${written(read.end)}` : read.elapsed !== null ? `/${read.elapsed / 1000}` : '';
    return `${name}${local ? `;TZID=${timeZone}` : ''}:${written(read.start)}${end}`;
  });
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
