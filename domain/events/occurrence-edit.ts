/** Changing one occurrence of a series inside its object (RFC 5545 §3.8.4.4, §3.8.5.1). */

import { addDays, daysBetween, formatDate } from '../time/calendar-days.ts';
import { basicDate, basicInstant, basicLocalDateTime, readBasic } from '../time/icalendar-values.ts';
import { addToLocal, formatLocalDateTime, parseLocalDateTime } from '../time/wall-clock.ts';
import type { ZoneData } from '../time/zone-data.ts';
import type { CalendarObject, EventContent, EventTime, RecurrenceId } from './model.ts';

/** The object with one occurrence's own content set. */
export function withException(
  object: CalendarObject,
  recurrenceId: RecurrenceId,
  content: EventContent,
): CalendarObject {
  const others = object.exceptions.filter((exception) => exception.recurrenceId !== recurrenceId);
  const exceptions = [...others, { recurrenceId, content: { ...content, rules: [] } }];
  exceptions.sort((a, b) => (a.recurrenceId < b.recurrenceId ? -1 : 1));
  return { ...object, exceptions };
}

/** The object without one occurrence: its exception is dropped and the rule leaves it out (EXDATE). */
export function withoutOccurrence(object: CalendarObject, recurrenceId: RecurrenceId): CalendarObject {
  const exceptions = object.exceptions.filter((exception) => exception.recurrenceId !== recurrenceId);
  const { master } = object;
  if (master === null) return { ...object, exceptions };
  const line = exceptionDate(master.start, recurrenceId);
  const rules = master.rules.includes(line) ? master.rules : [...master.rules, line];
  return { ...object, master: { ...master, rules }, exceptions };
}

/** In the value type of the series' start, as every client expects it. */
function exceptionDate(start: EventTime, recurrenceId: RecurrenceId): string {
  if (start.kind === 'date') return `EXDATE;VALUE=DATE:${recurrenceId}`;
  if (start.kind === 'zoned' && !recurrenceId.endsWith('Z')) return `EXDATE;TZID=${start.zone}:${recurrenceId}`;
  return `EXDATE:${recurrenceId}`;
}

/**
 * How far a start moved, as a wall clock moves: whole seconds for timed events, whole days for all-day ones; null when the
 * two are of different kinds, or shown in different zones.
 */
export function wallClockDelta(
  from: EventTime,
  to: EventTime,
): { readonly days: number } | { readonly seconds: number } | null {
  if (from.kind === 'date' && to.kind === 'date') return { days: daysBetween(from.date, to.date) };
  if (from.kind === 'utc' && to.kind === 'utc') return { seconds: (to.instant - from.instant) / 1000 };
  if (from.kind === 'floating' && to.kind === 'floating') return seconds(from.local, to.local);
  if (from.kind === 'zoned' && to.kind === 'zoned' && from.zone === to.zone) return seconds(from.local, to.local);
  return null;
}

function seconds(from: string, to: string): { readonly seconds: number } {
  return { seconds: (parseLocalDateTime(to) - parseLocalDateTime(from)) / 1000 };
}

/** A time moved by a wall-clock delta. */
export function shiftTime(time: EventTime, delta: { days: number } | { seconds: number }, zones: ZoneData): EventTime {
  if (time.kind === 'date') return 'days' in delta ? { kind: 'date', date: addDays(time.date, delta.days) } : time;
  const change = 'days' in delta ? { days: delta.days } : { seconds: delta.seconds };
  if (time.kind === 'utc') {
    const length = 'days' in delta ? delta.days * 86_400_000 : delta.seconds * 1000;
    return { kind: 'utc', instant: time.instant + length };
  }
  const local = addToLocal(time.local, change);
  if (time.kind === 'floating') return { kind: 'floating', local };
  return { kind: 'zoned', local, zone: time.zone, instant: zones.resolve(local, time.zone) };
}

/**
 * A series whose start moved takes its exceptions and exception dates along: their RECURRENCE-IDs and values shift by the
 * wall-clock delta, an exception's own explicit times stay (semantics B4).
 */
export function shiftSeries(object: CalendarObject, delta: { days: number } | { seconds: number }): CalendarObject {
  const shift = (id: RecurrenceId): RecurrenceId => shiftBasic(id, delta);
  const { master } = object;
  return {
    ...object,
    master: master === null ? null : { ...master, rules: master.rules.map((rule) => shiftDates(rule, shift)) },
    exceptions: object.exceptions.map((exception) => ({ ...exception, recurrenceId: shift(exception.recurrenceId) })),
  };
}

function shiftDates(rule: string, shift: (id: RecurrenceId) => RecurrenceId): string {
  if (!/^(EXDATE|RDATE)/i.test(rule) || /VALUE=PERIOD/i.test(rule)) return rule;
  const colon = rule.indexOf(':');
  const values = rule
    .slice(colon + 1)
    .split(',')
    .map(shift);
  return `${rule.slice(0, colon)}:${values.join()}`;
}

function shiftBasic(id: RecurrenceId, delta: { days: number } | { seconds: number }): RecurrenceId {
  const value = readBasic(id);
  if (value === null) return id;
  if (value.kind === 'date') return 'days' in delta ? basicDate(addDays(formatDate(value.day), delta.days)) : id;
  const length = 'days' in delta ? delta.days * 86_400_000 : delta.seconds * 1000;
  if (value.kind === 'utc') return basicInstant(value.wall + length);
  return basicLocalDateTime(formatLocalDateTime(value.wall + length));
}
