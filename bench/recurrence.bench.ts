/**
 * Occurrences a second by `expand`, which every list of events and every reading of busy time walks along, with its starts
 * and ends as instants; against rrule-temporal's `between` on the same rules. Reading the rule's text is part of both.
 */
import { RRuleTemporal } from 'rrule-temporal';
import type { EventContent, EventException, EventTime } from '../domain/events/model.ts';
import { expand } from '../domain/recurrence/expand.ts';
import type { Series } from '../domain/recurrence/series.ts';
import { basicInstant, basicLocalDateTime } from '../domain/time/icalendar-values.ts';
import { systemZones } from '../domain/time/system-zones.ts';
import { addToLocal } from '../domain/time/wall-clock.ts';
import { interleaved, report, tiny } from './measure.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const zone = 'Europe/London';
const first = '2016-01-04T09:00:00';
const year = 365.25 * 86_400_000;

interface Case {
  readonly name: string;
  readonly rule: string;
  readonly years: number;
  /** Ten excluded starts and a changed one, every so many days. */
  readonly every?: number;
}

const plain: readonly Case[] = [
  { name: 'weekly', rule: 'FREQ=WEEKLY', years: 10, every: 7 },
  { name: 'daily', rule: 'FREQ=DAILY', years: 10, every: 1 },
  { name: 'working days', rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', years: 10, every: 7 },
  { name: 'every other day', rule: 'FREQ=DAILY;INTERVAL=2;COUNT=1500', years: 10, every: 2 },
];
const others: readonly Case[] = [
  { name: 'monthly', rule: 'FREQ=MONTHLY', years: 10 },
  { name: 'second Tuesday', rule: 'FREQ=MONTHLY;BYDAY=2TU', years: 10 },
  { name: 'last working day', rule: 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', years: 10 },
  { name: 'the 1st, 15th and last day', rule: 'FREQ=MONTHLY;BYMONTHDAY=1,15,-1', years: 10 },
  { name: 'yearly', rule: 'FREQ=YEARLY', years: 80 },
  { name: 'last Sunday of March', rule: 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', years: 80 },
  { name: 'week 20', rule: 'FREQ=YEARLY;BYWEEKNO=20', years: 80 },
  { name: 'days 1, 100 and 200', rule: 'FREQ=YEARLY;BYYEARDAY=1,100,200', years: 80 },
  { name: 'daily in January, twice', rule: 'FREQ=DAILY;BYMONTH=1;BYHOUR=9,17', years: 10 },
  { name: 'hourly', rule: 'FREQ=HOURLY', years: 1 },
  { name: 'hourly, mornings', rule: 'FREQ=HOURLY;BYHOUR=9,10,11', years: 3 },
  { name: 'every 15 minutes', rule: 'FREQ=MINUTELY;INTERVAL=15', years: 0.2 },
  { name: 'every 30 seconds', rule: 'FREQ=SECONDLY;INTERVAL=30', years: 0.01 },
];

function zoned(local: string): EventTime {
  return { kind: 'zoned', local, zone, instant: zones.resolve(local, zone) };
}

function rawTime(local: string, days: number): string {
  return basicLocalDateTime(addToLocal(local, { days }));
}

function changed(local: string): EventException {
  const start = zoned(addToLocal(local, { seconds: 7_200 }));
  const content: EventContent = {
    summary: null,
    description: null,
    start,
    end: start,
    nominalDays: null,
    status: 'CONFIRMED',
    busyStatus: 'BUSY',
    visibility: 'DEFAULT',
    location: null,
    url: null,
    color: null,
    categories: [],
    organizer: null,
    attendees: [],
    reminders: [],
    rules: [],
  };
  return { recurrenceId: basicLocalDateTime(local), content };
}

function prepare({ rule, years, every }: Case) {
  const excluded =
    every === undefined ? [] : Array.from({ length: 10 }, (_, at) => rawTime(first, (3 + at * 40) * every));
  const exdates = excluded.length === 0 ? [] : [`EXDATE;TZID=${zone}:${excluded.join(',')}`];
  const exceptions = every === undefined ? [] : [changed(addToLocal(first, { days: 50 * every }))];
  const series: Series = {
    start: zoned(first),
    end: zoned(addToLocal(first, { seconds: 3_600 })),
    nominalDays: null,
    rules: [`RRULE:${rule}`, ...exdates],
    floatingZone: zone,
    dayZone: zone,
  };
  const from = zones.resolve(first, zone);
  const to = from + years * year;
  const rruleString = [`DTSTART;TZID=${zone}:${basicLocalDateTime(first)}`, `RRULE:${rule}`, ...exdates].join('\n');
  const ours = () => {
    let occurrences = 0;
    let busy = 0;
    for (const { startsAt, endsAt } of expand(series, exceptions, { from, to, maximum: 1_000_000 }, zones)) {
      occurrences++;
      busy += endsAt - startsAt;
    }
    if (busy < 0) throw new Error('an occurrence ends before it starts');
    return occurrences;
  };
  const theirs = () =>
    new RRuleTemporal({ rruleString, cache: false, maxIterations: 1_000_000 }).between(
      new Date(from),
      new Date(to - 1000),
      true,
    ).length;
  return { ours, theirs };
}

async function compare(one: Case) {
  const { ours, theirs } = prepare(one);
  const count = ours();
  // DTSTART is an occurrence here, whatever the rule says (docs/recurrence.md).
  if (Math.abs(count - theirs()) > 1) throw new Error(`${one.name}: ${count} occurrences, not ${theirs()}`);
  const times = tiny ? 1 : Math.ceil(200_000 / count);
  const repeat = (work: () => number, share: number) => () => {
    for (let time = 0; time < Math.ceil(times / share); time++) work();
  };
  const shares = { ours: 1, theirs: 20 };
  const run = { ours: repeat(ours, shares.ours), theirs: repeat(theirs, shares.theirs) };
  run.ours();
  run.theirs();
  const { ours: own, theirs: their } = await interleaved(tiny ? 1 : 9, run);
  const rate = (cpu: number, share: number) => (count * Math.ceil(times / share)) / cpu / 1000;
  const [slowest, fastest] = [rate(own.cpu.high, 1), rate(own.cpu.low, 1)];
  return {
    millions: rate(own.cpu.median, 1),
    spread: `${slowest.toFixed(2)}–${fastest.toFixed(2)}`.padEnd(16),
    ratio: rate(own.cpu.median, 1) / rate(their.cpu.median, shares.theirs),
  };
}

for (const one of plain) {
  const { millions, spread, ratio } = await compare(one);
  report(`${one.name}, 10 excluded and one changed: millions a second`, millions, `${spread} ≥ 8`, millions >= 8);
  report('… to rrule-temporal', ratio, '≥ 20', ratio >= 20);
}
for (const one of others) {
  const { millions, spread, ratio } = await compare(one);
  report(`${one.name}: millions a second`, millions, spread);
  report('… to rrule-temporal', ratio, '≥ 0.95', ratio >= 0.95);
}

const since1970: Series = {
  start: zoned('1970-01-05T09:00:00'),
  end: zoned('1970-01-05T10:00:00'),
  nominalDays: null,
  rules: ['RRULE:FREQ=DAILY'],
  floatingZone: zone,
  dayZone: zone,
};
const june2099 = Date.parse('2099-06-01T00:00:00Z');
const far = expand(since1970, [], { from: june2099, to: june2099 + 30 * 86_400_000, maximum: 10_000 }, zones);
const found = [...far].length;
report(
  `steps to ${found} days of ${basicInstant(june2099).slice(0, 6)} of a daily series since 1970`,
  far.steps,
  '≤ 40',
  far.steps <= 40,
);
