/**
 * Series to ask several engines about: valid rules only (the table of RFC 5545 §3.3.10), made from a seed, and the shape
 * that each has.
 */
import { civilDate, epochDay, MILLISECONDS_PER_DAY, weekday } from '../../domain/time/calendar-days.ts';
import { basicDay, basicLocal } from '../../domain/time/icalendar-values.ts';
import { dayOf, type WallClock } from '../../domain/time/wall-clock.ts';
import { type Random, seeded } from './random.ts';

/** How DTSTART is written; `zoned` and `floating` are wall clocks in `zone`. */
export type StartKind = 'utc' | 'date' | 'zoned' | 'floating';

export interface GeneratedSeries {
  readonly number: number;
  readonly kind: StartKind;
  /** `Etc/UTC` where the kind needs none. */
  readonly zone: string;
  readonly start: WallClock;
  readonly frequency: string;
  readonly interval: number;
  /** BY parts and WKST by name, in the order in which they are written. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
  readonly count: number | null;
  /** A wall clock, as the start is. */
  readonly until: WallClock | null;
  readonly added: readonly WallClock[];
  readonly excluded: readonly WallClock[];
  /** Nothing after it is compared. */
  readonly horizon: WallClock;
  readonly shape: string;
}

const DAY = MILLISECONDS_PER_DAY;
const YEAR = 366 * DAY;
const names = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
/** 2100-01-01. */
const END = epochDay(2100, 1, 1) * DAY;
/** The last days of what the zone files say in 32 bits. */
const ZONED_END = epochDay(2036, 12, 30) * DAY;

/** FREQ, how often it is made, and how far its horizon is for INTERVAL=1. */
const frequencies: readonly (readonly [string, number, number])[] = [
  ['YEARLY', 24, 60 * YEAR],
  ['MONTHLY', 24, 40 * YEAR],
  ['WEEKLY', 14, 20 * YEAR],
  ['DAILY', 14, 10 * YEAR],
  ['HOURLY', 9, 400 * DAY],
  ['MINUTELY', 8, 30 * DAY],
  ['SECONDLY', 7, 2 * DAY],
];

/** `count` series; equal seeds make equal series. */
export function* generatedSeries(seed: number, count: number, zones: readonly string[]): Generator<GeneratedSeries> {
  const random = seeded(seed);
  for (let number = 0; number < count; number++) yield oneSeries(number, random, zones);
}

function oneSeries(number: number, random: Random, zones: readonly string[]): GeneratedSeries {
  const [frequency, reach] = pickFrequency(random);
  const subDaily = frequency === 'HOURLY' || frequency === 'MINUTELY' || frequency === 'SECONDLY';
  const kind = pickKind(random, subDaily);
  const zoned = kind === 'zoned' || kind === 'floating';
  const start = startOf(random, kind);
  const interval = intervalOf(random, subDaily);
  const parts = partsOf(frequency, random, start, kind === 'date');
  const horizon = Math.min(start + reach * Math.max(1, Math.min(interval, 30)), zoned ? ZONED_END : END);
  const ending = random.whole(0, 9);
  const period = reach / 20;
  const until = ending < 2 ? start + Math.floor((random.share() * period * interval) / 1000) * 1000 : null;
  // A wall clock below the hour comes and goes with a change of the clock: sets are asked where days are.
  const withDates = !subDaily && random.chance(0.25);
  const day = (): WallClock => start + random.whole(0, 40) * DAY * (frequency === 'YEARLY' ? 30 : 1);
  const found: Omit<GeneratedSeries, 'shape'> = {
    number,
    kind,
    zone: zoned ? random.pick(zones) : 'Etc/UTC',
    start,
    frequency,
    interval,
    parts,
    count: ending >= 2 && ending < 5 ? random.whole(1, 30) : null,
    until: until !== null && kind === 'date' ? dayOf(until) * DAY : until,
    added: withDates ? Array.from({ length: random.whole(0, 2) }, day) : [],
    excluded: withDates ? Array.from({ length: random.whole(0, 3) }, day) : [],
    horizon,
  };
  return { ...found, shape: shapeOf(found) };
}

function pickFrequency(random: Random): readonly [string, number] {
  let left = random.whole(0, 99);
  for (const [name, weight, reach] of frequencies) {
    if (left < weight) return [name, reach];
    left -= weight;
  }
  return ['YEARLY', 60 * YEAR];
}

function pickKind(random: Random, subDaily: boolean): StartKind {
  const share = random.share();
  if (subDaily) return share < 0.8 ? 'utc' : 'zoned';
  return share < 0.4 ? 'utc' : share < 0.55 ? 'date' : share < 0.88 ? 'zoned' : 'floating';
}

function startOf(random: Random, kind: StartKind): WallClock {
  const zoned = kind === 'zoned' || kind === 'floating';
  const day = random.whole(epochDay(1971, 1, 1), epochDay(zoned ? 2030 : 2080, 12, 31));
  if (kind === 'date') return day * DAY;
  // In zones most clocks change between midnight and four.
  const hour = zoned && random.chance(0.5) ? random.whole(0, 3) : random.whole(0, 23);
  const minute = random.chance(0.6) ? random.pick([0, 15, 30, 45]) : random.whole(0, 59);
  const second = random.chance(0.7) ? 0 : random.whole(0, 59);
  return day * DAY + ((hour * 60 + minute) * 60 + second) * 1000;
}

function intervalOf(random: Random, subDaily: boolean): number {
  const share = random.share();
  if (share < 0.5) return 1;
  if (share < 0.85) return random.whole(2, 6);
  return share < 0.96 || !subDaily ? random.whole(7, 30) : random.whole(31, 2000);
}

/** How likely each part is; what the RFC's table does not allow for a FREQ is not there. */
const likely: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  YEARLY: { BYMONTH: 0.45, BYWEEKNO: 0.15, BYYEARDAY: 0.15, BYMONTHDAY: 0.35, BYDAY: 0.45 },
  MONTHLY: { BYMONTH: 0.35, BYMONTHDAY: 0.45, BYDAY: 0.5 },
  WEEKLY: { BYMONTH: 0.35, BYDAY: 0.65 },
  DAILY: { BYMONTH: 0.4, BYMONTHDAY: 0.3, BYDAY: 0.45 },
  HOURLY: { BYMONTH: 0.2, BYYEARDAY: 0.1, BYMONTHDAY: 0.2, BYDAY: 0.3 },
  MINUTELY: { BYMONTH: 0.15, BYYEARDAY: 0.08, BYMONTHDAY: 0.15, BYDAY: 0.2 },
  SECONDLY: { BYMONTH: 0.1, BYYEARDAY: 0.05, BYMONTHDAY: 0.1, BYDAY: 0.15 },
};

function partsOf(frequency: string, random: Random, start: WallClock, allDay: boolean): Map<string, readonly string[]> {
  const parts = new Map<string, readonly string[]>();
  const subDaily = frequency === 'HOURLY' || frequency === 'MINUTELY' || frequency === 'SECONDLY';
  const add = (name: string, values: readonly (number | string)[]): void => {
    if (values.length > 0) parts.set(name, [...new Set(values.map(String))]);
  };
  for (const [name, share] of Object.entries(likely[frequency] ?? {})) {
    if (random.chance(share)) add(name, valuesOf(name, frequency, parts, random, start, subDaily));
  }
  const times = allDay ? 0 : subDaily ? 0.4 : 0.22;
  if (random.chance(times)) add('BYHOUR', numbers(random, 0, 23, 0, subDaily ? hourOf(start) : null));
  if (random.chance(times)) add('BYMINUTE', numbers(random, 0, 59, 0, subDaily ? minuteOf(start) : null));
  if (random.chance(times * 0.7)) add('BYSECOND', numbers(random, 0, 59, 0, subDaily ? secondOf(start) : null));
  if (parts.size > 0 && random.chance(0.25)) add('BYSETPOS', numbers(random, 1, random.pick([2, 5, 12]), 0.4, null));
  if (random.chance(frequency === 'WEEKLY' || parts.has('BYWEEKNO') ? 0.5 : 0.1))
    parts.set('WKST', [random.pick(names)]);
  return parts;
}

const hourOf = (wall: WallClock): number => Math.floor((wall - dayOf(wall) * DAY) / 3_600_000);
const minuteOf = (wall: WallClock): number => Math.floor((wall - dayOf(wall) * DAY) / 60_000) % 60;
const secondOf = (wall: WallClock): number => Math.floor((wall - dayOf(wall) * DAY) / 1000) % 60;

/** `own`: the start's own value, which most lists then have, so that a rule fires near its start. */
function numbers(random: Random, least: number, most: number, negative: number, own: number | null): number[] {
  const count = random.pick([1, 1, 2, 3, 6]);
  const found = Array.from({ length: count }, () => {
    const value = random.whole(least, most);
    return value > 0 && random.chance(negative) ? -value : value;
  });
  return own === null || random.chance(0.25) ? found : [own, ...found];
}

function valuesOf(
  name: string,
  frequency: string,
  parts: ReadonlyMap<string, readonly string[]>,
  random: Random,
  start: WallClock,
  subDaily: boolean,
): (number | string)[] {
  const { year, month, day } = civilDate(dayOf(start));
  const negative = random.pick([0, 0, 0.5, 1]);
  switch (name) {
    case 'BYMONTH':
      return numbers(random, 1, 12, 0, subDaily ? month : null);
    case 'BYWEEKNO':
      return numbers(random, 1, 53, negative, null);
    case 'BYYEARDAY':
      return numbers(random, 1, 366, negative, subDaily ? dayOf(start) - epochDay(year, 1, 1) + 1 : null);
    case 'BYMONTHDAY':
      return numbers(random, 1, 31, negative, subDaily ? day : null);
    default: {
      const plain = random.some(names, random.pick([1, 1, 2, 3, 5]));
      if (subDaily) return [names[weekday(dayOf(start))] ?? 'MO', ...plain];
      const numbered = (frequency === 'MONTHLY' || frequency === 'YEARLY') && !parts.has('BYWEEKNO');
      if (!numbered || random.chance(0.45)) return plain;
      const most = frequency === 'MONTHLY' || parts.has('BYMONTH') ? 5 : 53;
      const mixed = random.chance(0.15);
      return plain.map((each) => {
        const ordinal = random.whole(1, random.chance(0.5) ? Math.min(4, most) : most);
        return mixed && random.chance(0.5) ? each : `${random.chance(negative) ? '-' : ''}${ordinal}${each}`;
      });
    }
  }
}

/** FREQ, the classes of INTERVAL and of every part's values, how it ends, what stands beside it, and how it starts. */
function shapeOf(series: Omit<GeneratedSeries, 'shape'>): string {
  const { frequency, interval, parts, count, until, added, excluded, kind } = series;
  const classes = [...parts].map(([name, values]) => {
    if (name === 'WKST') return `WKST${values[0] === 'MO' ? '=MO' : ''}`;
    const negative = values.filter((value) => value.startsWith('-')).length;
    const sign = negative === 0 ? '' : negative === values.length ? '-' : '±';
    const numbered = values.filter((value) => value.length > 2).length;
    const ordinals = name !== 'BYDAY' ? '' : numbered === 0 ? '' : numbered === values.length ? 'n' : 'n?';
    return `${name}${sign}${ordinals}${values.length === 1 ? 1 : values.length < 4 ? 2 : 4}`;
  });
  return [
    frequency,
    interval === 1 ? 1 : interval < 7 ? 2 : 7,
    ...classes,
    count !== null ? 'COUNT' : until !== null ? 'UNTIL' : '',
    added.length > 0 ? 'RDATE' : '',
    excluded.length > 0 ? 'EXDATE' : '',
    kind,
  ].join(' ');
}

/** The RRULE's value; `until` as a basic form, `parts` and `count` in place of the series' own. */
export function ruleText(
  series: GeneratedSeries,
  until: string | null,
  change: { readonly parts?: ReadonlyMap<string, readonly string[]>; readonly count?: number | null } = {},
): string {
  const count = change.count === undefined ? series.count : change.count;
  return [
    `FREQ=${series.frequency}`,
    ...(series.interval === 1 ? [] : [`INTERVAL=${series.interval}`]),
    ...[...(change.parts ?? series.parts)].map(([name, values]) => `${name}=${values.join(',')}`),
    ...(count === null ? [] : [`COUNT=${count}`]),
    ...(until === null ? [] : [`UNTIL=${until}`]),
  ].join(';');
}

/** A wall clock as the series' own kind of value, without `Z`. */
export function basic(series: GeneratedSeries, wall: WallClock): string {
  return series.kind === 'date' ? basicDay(dayOf(wall)) : basicLocal(wall);
}
