/** Where a rule's numbers end, how far a rule may need its zone, and what each kind of value is in each kind of series. */
import { describe, expect, test } from '@jest/globals';
import { Clock } from '../../../../domain/events/icalendar/clock.ts';
import {
  inSeriesKind,
  lastYearOf,
  normaliseRule,
  normaliseRules,
  RuleProblem,
  ruleProperties,
} from '../../../../domain/events/icalendar/rules.ts';
import type { EventTime } from '../../../../domain/events/model.ts';
import { systemZones } from '../../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const clock = new Clock({
  zones,
  calendarZone: 'America/New_York',
  documentZone: null,
  definitions: [],
  maximumObservances: 0,
});
const instant = (text: string) => Date.parse(text);
const zonedAt = (local: string, zone = 'Europe/London'): EventTime => ({ kind: 'zoned', local, zone, instant: zones.resolve(local, zone) }); // biome-ignore format: one value
const zoned = zonedAt('2026-03-30T09:00:00');
const utc: EventTime = { kind: 'utc', instant: instant('2026-03-30T09:00:00Z') };
const floating: EventTime = { kind: 'floating', local: '2026-03-30T09:00:00' };
const day: EventTime = { kind: 'date', date: '2026-03-30' };
const use = { recurring: true, lastYear: 9999, substituted: () => {} };

describe('numbers of a rule', () => {
  test.each([
    ['BYSECOND', ['0', '60'], ['61', '-1', '+1', '0001']],
    ['BYMINUTE', ['0', '59'], ['60', '-1', '+1', '1.0']],
    ['BYHOUR', ['0', '23'], ['24', '-1', '+1']],
    ['BYMONTHDAY', ['1', '31', '-1', '-31'], ['0', '32', '-32', '--1']],
    ['BYYEARDAY', ['1', '366', '-366'], ['0', '367', '-367', '0001']],
    ['BYWEEKNO', ['1', '53', '-53'], ['0', '54', '-54']],
    ['BYMONTH', ['1', '12'], ['0', '13', '-1', '1L']],
    ['BYSETPOS', ['1', '366', '-366'], ['0', '367', '-367']],
    ['BYDAY', ['MO', '1MO', '-1SU', '53FR'], ['M', '100MO', 'MOO', '1', '-MO', 'xMO']],
  ] as const)('%s', (name, right, wrong) => {
    for (const value of right) {
      expect(normaliseRule(`FREQ=YEARLY;${name}=${value}`, zoned, clock)).toBe(`FREQ=YEARLY;${name}=${value}`);
    }
    for (const value of wrong) {
      expect(() => normaliseRule(`FREQ=YEARLY;${name}=${value}`, zoned, clock)).toThrow(
        new RuleProblem(`expected a list of valid ${name} values in RRULE, came "${name}=${value.toUpperCase()}"`),
      );
    }
  });

  test('a list has a thousand of them at most', () => {
    const list = (length: number) => `FREQ=YEARLY;BYMONTH=${Array(length).fill('1').join()}`;
    expect(normaliseRule(list(1_000), zoned, clock)).toBe(list(1_000));
    expect(() => normaliseRule(list(1_001), zoned, clock)).toThrow('a list of valid BYMONTH values');
  });

  test.each([
    ['FREQ=DAILY;INTERVAL=1', 'FREQ=DAILY'],
    ['FREQ=DAILY;INTERVAL=01', 'FREQ=DAILY'],
    ['FREQ=DAILY;INTERVAL=2', 'FREQ=DAILY;INTERVAL=2'],
    ['FREQ=DAILY;COUNT=1', 'FREQ=DAILY;COUNT=1'],
    ['FREQ=DAILY;COUNT=9999999999', 'FREQ=DAILY;COUNT=9999999999'],
    ['COUNT=2;FREQ=DAILY', 'FREQ=DAILY;COUNT=2'],
    ['FREQ=WEEKLY;WKST=MO', 'FREQ=WEEKLY'],
    [' freq = weekly ; byday = mo ;', 'FREQ=WEEKLY;BYDAY=MO'],
    ['FREQ=YEARLY;BYMONTH=,', 'FREQ=YEARLY'],
  ])('%s is %s', (rule, normal) => {
    expect(normaliseRule(rule, zoned, clock)).toBe(normal);
  });

  test('eleven digits are no number, and what is long is shown by its beginning', () => {
    expect(() => normaliseRule('FREQ=DAILY;COUNT=10000000000', zoned, clock)).toThrow('a COUNT of 1 or more');
    expect(() => normaliseRule('COUNT=2', zoned, clock)).toThrow('expected FREQ in RRULE, came "COUNT=2"');
    expect(() => normaliseRule(`FREQ=${'A'.repeat(55)}`, zoned, clock)).toThrow(`came "FREQ=${'A'.repeat(55)}"`);
    expect(() => normaliseRule(`FREQ=${'A'.repeat(56)}`, zoned, clock)).toThrow(`came "FREQ=${'A'.repeat(52)}..."`);
  });
});

describe('UNTIL', () => {
  test.each<[string, EventTime, string, string]>([
    ['of days, a day', day, '20260601', '20260601'],
    ['of days, a time: its day as it is written', day, '20260601T233000Z', '20260601'],
    ['of days, a time in the extended form', day, '2026-06-01T23:30:00Z', '20260601'],
    ['in UTC, an instant', utc, '20260601T083000Z', '20260601T083000Z'],
    ['in UTC, a day: all of it', utc, '20260601', '20260601T235959Z'],
    ['in UTC, a wall clock: as if of UTC', utc, '20260601T083000', '20260601T083000Z'],
    ['in a zone, an instant', zoned, '20260601T083000Z', '20260601T083000Z'],
    ['in a zone, a day: all of it there', zoned, '20260601', '20260601T225959Z'],
    ['in a zone, a wall clock there', zoned, '20260601T083000', '20260601T073000Z'],
    ['at the end of time', zonedAt('2026-03-30T09:00:00', 'America/New_York'), '99991231', '99991231T235959Z'],
    ['floating, an instant: the wall clock of the calendar', floating, '20260601T083000Z', '20260601T043000'],
    ['floating, an instant at the end of time', floating, '99991231T235959Z', '99991231T235959'],
  ])('%s', (_name, series, until, normal) => {
    expect(normaliseRule(`FREQ=DAILY;UNTIL=${until}`, series, clock)).toBe(`FREQ=DAILY;UNTIL=${normal}`);
  });
});

describe('a value in the kind of its series', () => {
  const local = (text: string): EventTime => ({ kind: 'floating', local: text });
  test.each<[string, EventTime, EventTime, EventTime]>([
    ['a day of days', { kind: 'date', date: '2026-04-01' }, day, { kind: 'date', date: '2026-04-01' }],
    ['an instant of days: the day of the calendar', { kind: 'utc', instant: instant('2026-04-02T01:00:00Z') }, day, { kind: 'date', date: '2026-04-01' }],
    ['a wall clock of days', zonedAt('2026-04-01T23:00:00'), day, { kind: 'date', date: '2026-04-01' }],
    ['a day of a series in UTC: at its time of day', { kind: 'date', date: '2026-04-01' }, utc, { kind: 'utc', instant: instant('2026-04-01T09:00:00Z') }],
    ['… that began before 1970', { kind: 'date', date: '2026-04-01' }, { kind: 'utc', instant: instant('1960-01-01T09:00:00Z') }, { kind: 'utc', instant: instant('2026-04-01T09:00:00Z') }],
    ['a wall clock of a series in UTC', zonedAt('2026-04-01T09:00:00'), utc, { kind: 'utc', instant: instant('2026-04-01T08:00:00Z') }],
    ['a day of a zoned series', { kind: 'date', date: '2026-01-05' }, zoned, zonedAt('2026-01-05T09:00:00')],
    ['an instant of a zoned series', { kind: 'utc', instant: instant('2026-04-01T08:00:00Z') }, zoned, zonedAt('2026-04-01T09:00:00')],
    ['a wall clock of another zone', zonedAt('2026-04-01T10:00:00', 'Europe/Paris'), zoned, zonedAt('2026-04-01T09:00:00')],
    ['a floating one of a zoned series: read in the calendar', local('2026-04-01T04:00:00'), zoned, zonedAt('2026-04-01T09:00:00')],
    ['a day of a floating series', { kind: 'date', date: '2026-04-01' }, floating, local('2026-04-01T09:00:00')],
    ['a floating one of a floating series', local('2026-04-01T07:00:00'), floating, local('2026-04-01T07:00:00')],
    ['a zoned one of a floating series: its wall clock', zonedAt('2026-04-01T07:00:00'), floating, local('2026-04-01T07:00:00')],
    ['an instant of a floating series', { kind: 'utc', instant: instant('2026-04-01T11:00:00Z') }, floating, local('2026-04-01T07:00:00')],
  ])('%s', (_name, value, series, expected) => {
    expect(inSeriesKind(value, series, clock)).toEqual(expected);
  }); // biome-ignore format: a table
});

describe('the last year in which the rules can need a zone', () => {
  test.each<[string[], number]>([
    [[], 2026],
    [['RRULE:FREQ=DAILY'], 2031],
    [['RRULE:FREQ=DAILY;UNTIL=20400601T000000Z'], 2040],
    [['RRULE:FREQ=DAILY;UNTIL=20200601'], 2026],
    [['RRULE:FREQ=DAILY;UNTIL=SOON'], 2026],
    [['RRULE:FREQ=YEARLY;COUNT=7'], 2033],
    [['RRULE:FREQ=YEARLY;COUNT=7;INTERVAL=3'], 2047],
    [['RRULE:FREQ=MONTHLY;COUNT=25'], 2029],
    [['RRULE:FREQ=MONTHLY;COUNT=24'], 2028],
    [['RRULE:FREQ=WEEKLY;COUNT=52'], 2027],
    [['RRULE:FREQ=DAILY;COUNT=366'], 2028],
    [['RRULE:freq=yearly;count=0'], 2031],
    [['RDATE:20350101T000000Z,20500101T000000Z,20300101T000000Z'], 2050],
    [['EXDATE:20900101T000000Z', 'EXRULE:FREQ=YEARLY;COUNT=90'], 2026],
    [['RDATE:20350101', 'RRULE:FREQ=YEARLY;COUNT=20'], 2046],
  ])('%j: %i', (lines, year) => {
    expect(lastYearOf(ruleProperties(lines), 2026)).toBe(year);
  });
});

describe('many of them', () => {
  const normal = (lines: string[], most = 5_000) => normaliseRules(ruleProperties(lines), utc, clock, use, most);
  const days = (count: number) =>
    Array.from({ length: count }, (_, at) => new Date(Date.UTC(2026, 3, 1 + at, 9)).toISOString().replace(/[-:]|\.000/g, '')); // biome-ignore format: one list

  test('fifty rules, those that take away among them', () => {
    const rules = (count: number) => Array.from({ length: count }, (_, at) => `RRULE:FREQ=DAILY;INTERVAL=${at + 2}`);
    expect(normal([...rules(49), 'EXRULE:FREQ=WEEKLY'])).toHaveLength(50);
    expect(() => normal([...rules(50), 'EXRULE:FREQ=WEEKLY'])).toThrow('at most 50 RRULEs');
    expect(() => normal(rules(51))).toThrow('at most 50 RRULEs');
  });

  test('dates: as many of each kind as are allowed, a thousand a line, each once', () => {
    expect(normal([`RDATE:${days(3).join()}`, `EXDATE:${days(3).join()}`], 3)).toEqual([
      `RDATE:${days(3).join()}`,
      `EXDATE:${days(3).join()}`,
    ]);
    expect(() => normal([`RDATE:${days(4).join()}`], 3)).toThrow('at most 3 RDATE values');
    expect(() => normal([`EXDATE:${days(2).join()}`, `EXDATE:${days(2).join()}`], 3)).toThrow(
      'at most 3 EXDATE values',
    );
    expect(normal([`RDATE:${days(1_001).join()}`])).toEqual([
      `RDATE:${days(1_001).slice(0, 1_000).join()}`,
      `RDATE:${days(1_001).slice(1_000).join()}`,
    ]);
    expect(normal([`RDATE:${days(2).toReversed().join(',,')},${days(1).join()}`])).toEqual([`RDATE:${days(2).join()}`]);
  });

  test('an empty rule is none; an EXRULE alone is none; equal rules are one, in their order', () => {
    expect(normal(['RRULE: ', 'EXRULE:FREQ=DAILY'])).toEqual([]);
    expect(normal(['EXRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY', 'RRULE:FREQ=DAILY', 'RRULE:freq=weekly'])).toEqual([
      'RRULE:FREQ=DAILY',
      'RRULE:FREQ=WEEKLY',
      'EXRULE:FREQ=DAILY',
    ]);
    expect(normal(['EXRULE:FREQ=DAILY', `RDATE:${days(1).join()}`])).toEqual([
      `RDATE:${days(1).join()}`,
      'EXRULE:FREQ=DAILY',
    ]);
  });
});
