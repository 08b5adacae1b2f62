/**
 * Whether a wall clock is a hit of a rule, by the definition (RFC 5545 §3.3.10) and by nothing clever: the arbiter where
 * two engines differ. It knows rules below the day, and those by numbered weeks.
 */
import { civilDate, daysInMonth, epochDay, MILLISECONDS_PER_DAY, weekday } from '../../domain/time/calendar-days.ts';
import { dayOf, type WallClock } from '../../domain/time/wall-clock.ts';
import type { GeneratedSeries } from './generated-rules.ts';

const names = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const lengths: Readonly<Record<string, number>> = { HOURLY: 3600, MINUTELY: 60, SECONDLY: 1 };

/** @param wall as if in UTC. */
export function isMember(series: GeneratedSeries, wall: WallClock): boolean {
  return series.frequency === 'YEARLY' ? isMemberByWeek(series, wall) : isMemberByClock(series, wall);
}

function isMemberByClock(series: GeneratedSeries, wall: WallClock): boolean {
  const second = Math.floor(wall / 1000);
  const start = Math.floor(series.start / 1000);
  const length = lengths[series.frequency] ?? 1;
  const [period, first] = [Math.floor(second / length), Math.floor(start / length)];
  if (wall < series.start || (period - first) % series.interval !== 0) return false;
  const hits = secondsOf(series, period * length, length);
  return isChosen(series, hits, second);
}

function isChosen({ parts }: GeneratedSeries, hits: readonly number[], hit: number): boolean {
  const at = hits.indexOf(hit);
  const positions = parts.get('BYSETPOS')?.map(Number);
  return at >= 0 && (positions === undefined || positions.includes(at + 1) || positions.includes(at - hits.length));
}

/** Of a rule with BYWEEKNO: its years are those of whole weeks, from the one that DTSTART is in. */
function isMemberByWeek(series: GeneratedSeries, wall: WallClock): boolean {
  const weekStart = names.indexOf(series.parts.get('WKST')?.[0] ?? 'MO');
  const [year, first] = [weekYear(dayOf(wall), weekStart), weekYear(dayOf(series.start), weekStart)];
  if (wall < series.start || (year - first) % series.interval !== 0) return false;
  const newYear = weekOne(year, weekStart);
  const weeks = (weekOne(year + 1, weekStart) - newYear) / 7;
  const hits: number[] = [];
  const numbers = series.parts.get('BYWEEKNO')?.map(Number) ?? [];
  const free = !['BYDAY', 'BYMONTHDAY', 'BYYEARDAY'].some((name) => series.parts.has(name));
  for (let day = newYear; day < newYear + weeks * 7; day++) {
    const week = Math.floor((day - newYear) / 7) + 1;
    if (!numbers.includes(week) && !numbers.includes(week - weeks - 1)) continue;
    if (!isDay(series, day) || (free && weekday(day) !== weekday(dayOf(series.start)))) continue;
    for (const time of timesOf(series)) hits.push(day * MILLISECONDS_PER_DAY + time);
  }
  return isChosen(series, hits, wall);
}

/** The week with 4 January is the first (ISO 8601, for any first day of the week). */
function weekOne(year: number, weekStart: number): number {
  const fourth = epochDay(year, 1, 4);
  return fourth - ((weekday(fourth) - weekStart + 7) % 7);
}

function weekYear(day: number, weekStart: number): number {
  const { year } = civilDate(day);
  return [year + 1, year, year - 1].find((each) => day >= weekOne(each, weekStart)) ?? year;
}

function timesOf({ parts, start }: GeneratedSeries): number[] {
  const second = Math.floor((start - dayOf(start) * MILLISECONDS_PER_DAY) / 1000);
  const list = (name: string, own: number): number[] =>
    (parts.get(name)?.map(Number) ?? [own]).sort((left, right) => left - right);
  return list('BYHOUR', Math.floor(second / 3600)).flatMap((hour) =>
    list('BYMINUTE', Math.floor(second / 60) % 60).flatMap((minute) =>
      list('BYSECOND', second % 60).map((each) => ((hour * 60 + minute) * 60 + each) * 1000),
    ),
  );
}

/** Every hit of the period that begins at `first`, before BYSETPOS. */
function secondsOf(series: GeneratedSeries, first: number, length: number): number[] {
  const { parts, frequency } = series;
  const start = Math.floor(series.start / 1000);
  const found: number[] = [];
  for (let second = first; second < first + length; second++) {
    const minute = Math.floor(second / 60) % 60;
    const seconds = parts.get('BYSECOND')?.map(Number) ?? (frequency === 'SECONDLY' ? null : [start % 60]);
    const minutes =
      parts.get('BYMINUTE')?.map(Number) ?? (frequency === 'HOURLY' ? [Math.floor(start / 60) % 60] : null);
    if (seconds?.includes(second % 60) === false || minutes?.includes(minute) === false) continue;
    if (
      parts
        .get('BYHOUR')
        ?.map(Number)
        .includes(Math.floor(second / 3600) % 24) === false
    )
      continue;
    if (isDay(series, dayOf(second * 1000))) found.push(second);
  }
  return found;
}

function isDay({ parts }: GeneratedSeries, day: number): boolean {
  const { year, month, day: ofMonth } = civilDate(day);
  const ofYear = day - epochDay(year, 1, 1);
  const yearLength = epochDay(year + 1, 1, 1) - epochDay(year, 1, 1);
  const has = (name: string, ...values: readonly number[]): boolean => {
    const list = parts.get(name)?.map(Number);
    return list === undefined || values.some((value) => list.includes(value));
  };
  return (
    has('BYMONTH', month) &&
    has('BYMONTHDAY', ofMonth, ofMonth - daysInMonth(year, month) - 1) &&
    has('BYYEARDAY', ofYear + 1, ofYear - yearLength) &&
    (parts.get('BYDAY')?.includes(names[weekday(day)] ?? '') ?? true)
  );
}
