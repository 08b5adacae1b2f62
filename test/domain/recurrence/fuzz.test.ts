/**
 * Hostile series: whatever the lines say, an expansion ends, in order and within its bounds, and what it does grows with
 * the length of the text and no faster. Steps and questions to the zone data are counted, not milliseconds.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkRules } from '../../../domain/recurrence/check-rules.ts';
import { expand, generates, seriesBounds } from '../../../domain/recurrence/expand.ts';
import { readRule } from '../../../domain/recurrence/rule.ts';
import type { Series } from '../../../domain/recurrence/series.ts';
import { MOST_STEPS } from '../../../domain/recurrence/step-budget.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { exception, series, time, window, zones } from './fixtures.ts';
import { hostileLines } from './hostile-lines.ts';

const seed = 20_261_122;
const KIBIBYTES_64 = 65_536;

const hostileNumber = fc.constantFrom(
  '0',
  '-0',
  '1',
  '-1',
  '60',
  '366',
  '367',
  '-367',
  '999999999',
  '1000000000',
  '99999999999999999999',
  '-2147483648',
  '1e9',
  '0x10',
  '1.5',
  '',
  ' 1',
  '+1',
  '١',
  'NaN',
  'Infinity',
  '00000000000000000001',
);
const hostileTime = fc.constantFrom(
  '00000101',
  '00010101',
  '00010101T000000Z',
  '99991231',
  '99991231T235959Z',
  '99991231T235960Z',
  '20260230',
  '20260329T013000',
  '20260308T023000',
  '20261101T013000',
  '19700101T000000Z',
  '20260301T250000Z',
  '2026',
  'T',
  '20260329T013000Z/PT9999999999H',
  '20260329T013000Z/P999999999D',
  '20260329T013000Z/-PT1H',
  '20260329T013000Z/00010101T000000Z',
);
const frequency = fc.constantFrom(
  'YEARLY',
  'MONTHLY',
  'WEEKLY',
  'DAILY',
  'HOURLY',
  'MINUTELY',
  'SECONDLY',
  'NEVER',
  '',
);
const numberPart = fc.constantFrom(
  'BYMONTH',
  'BYMONTHDAY',
  'BYYEARDAY',
  'BYWEEKNO',
  'BYHOUR',
  'BYMINUTE',
  'BYSECOND',
  'BYSETPOS',
  'COUNT',
  'INTERVAL',
  'BYEASTER',
);
const smallNumber = fc.integer({ min: -60, max: 60 }).map(String);
const ruleText = fc
  .tuple(
    frequency,
    fc.array(
      fc.oneof(
        fc
          .tuple(numberPart, fc.array(fc.oneof({ weight: 5, arbitrary: smallNumber }, hostileNumber), { maxLength: 6 }))
          .map(([name, values]) => `${name}=${values.join(',')}`),
        fc.tuple(smallNumber, fc.constantFrom('MO', 'SU', 'XX')).map(([number, day]) => `BYDAY=${number}${day},WE`),
        hostileTime.map((text) => `UNTIL=${text}`),
        fc.constantFrom('WKST=SU', 'WKST=', 'RSCALE=HEBREW', 'SKIP=FORWARD', '=', ';;', 'FREQ=DAILY', '\u0000'),
        fc.string({ maxLength: 20 }),
      ),
      { maxLength: 6 },
    ),
  )
  .map(([name, parts]) => [`FREQ=${name}`, ...parts].join(';'));
const line = fc.oneof(
  { weight: 4, arbitrary: ruleText.map((text) => `RRULE:${text}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          'RDATE',
          'EXDATE',
          'RDATE;TZID=Europe/London',
          'EXDATE;TZID="Mars/Olympus"',
          'RDATE;VALUE=PERIOD',
        ),
        fc.array(hostileTime, { maxLength: 8 }),
      )
      .map(([name, values]) => `${name}:${values.join(',')}`),
  },
  fc.string({ maxLength: 40 }),
);
const start = fc.constantFrom(
  '2026-03-07T02:30:00 America/New_York',
  '2026-11-01T01:30:00 America/New_York',
  '2011-12-29T09:00:00 Pacific/Apia',
  '2026-03-29',
  '2026-03-29T01:30:00',
  '2026-03-29T01:30:00Z',
  '0001-01-02T00:00:00Z',
  '9999-12-29T23:59:59Z',
  '9999-12-30',
);

describe('random lines', () => {
  test('end within the budget, in order, once each, inside of the window', () => {
    fc.assert(
      fc.property(
        start,
        fc.array(line, { maxLength: 4 }),
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(undefined, '1970-01-01T00:00:00Z', '2026-03-08T07:30:00Z', '2099-06-01T00:00:00Z'),
        (from, lines, maximum, opens) => {
          const given = series(from, from, lines, { floatingZone: 'America/Santiago', dayZone: 'Africa/Cairo' });
          const asked = window(opens, undefined, maximum);
          const expansion = expand(given, [], asked, zones);
          const names = new Set<string>();
          let previous = Number.NEGATIVE_INFINITY;
          let count = 0;
          for (const { recurrenceId, startsAt, endsAt } of expansion) {
            expect(startsAt).toBeGreaterThanOrEqual(previous);
            expect(endsAt).toBeGreaterThanOrEqual(startsAt);
            expect(endsAt > asked.from || startsAt >= asked.from).toBe(true);
            names.add(`${recurrenceId} ${startsAt}`);
            previous = startsAt;
            count += 1;
          }
          expect(names.size).toBe(count);
          expect(expansion.generated).toBeLessThanOrEqual(maximum);
          // Every part that spends looks at what is left before it goes on: one list of a rule may be spent beyond.
          expect(expansion.steps).toBeLessThan(MOST_STEPS + 100_000);
        },
      ),
      { seed, numRuns: 1_500 },
    );
  }, 180_000);

  test('are checked, compared, bounded and asked for ids without an exception', () => {
    fc.assert(
      fc.property(start, fc.array(line, { maxLength: 3 }), hostileTime, (from, lines, id) => {
        const given = series(from, from, lines);
        checkRules(lines, time(from), zones);
        const { start: opens, end } = seriesBounds(given, [exception(id, from, from)], zones);
        expect(end === null || end >= opens).toBe(true);
        generates(given, id, zones);
      }),
      { seed, numRuns: 500 },
    );
  });

  test('a rule of any text is read or named, and never both nothing and nothing', () => {
    fc.assert(
      fc.property(fc.oneof(ruleText, fc.string({ maxLength: 200 })), (text) => {
        const { rule, flaws } = readRule(text);
        expect(rule === null).toBe(flaws.some((flaw) => flaw.fatal));
      }),
      { seed, numRuns: 2_000 },
    );
  });
});

/** Zone data that count what they are asked. */
function counting(): { zones: ZoneData; asked: () => number } {
  let asked = 0;
  const counted =
    <Arguments extends unknown[], Result>(work: (...given: Arguments) => Result) =>
    (...given: Arguments): Result => {
      asked += 1;
      return work(...given);
    };
  return {
    zones: new Proxy(zones, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target) as unknown;
        return typeof member === 'function' ? counted(member.bind(target)) : member;
      },
    }),
    asked: () => asked,
  };
}

function cost(lines: readonly string[]): { steps: number; asked: number; found: number } {
  const { zones: data, asked } = counting();
  const given: Series = series('2026-01-05T09:00:00 Europe/London', '2026-01-05T10:00:00 Europe/London', lines);
  const expansion = expand(given, [], window(undefined, undefined, 10_000), data);
  let found = 0;
  for (const _ of expansion) found += 1;
  return { steps: expansion.steps, asked: asked(), found };
}

describe('64 KiB of lines', () => {
  test.each(Object.entries(hostileLines))('%s: twice the text, at most twice the work', (_, lines) => {
    const half = cost(lines(KIBIBYTES_64 / 2));
    const whole = cost(lines(KIBIBYTES_64));
    expect(lines(KIBIBYTES_64).join('\r\n').length).toBeGreaterThan(KIBIBYTES_64 * 0.9);
    expect(whole.steps).toBeLessThanOrEqual(2.1 * half.steps + 25_000);
    expect(whole.steps).toBeLessThanOrEqual(MOST_STEPS + 1);
    expect(whole.asked).toBeLessThanOrEqual(2.1 * half.asked + 25_000);
    // A few questions for each value of a list, and for each occurrence.
    expect(whole.asked).toBeLessThan(20 * (KIBIBYTES_64 / 16 + whole.found));
  });

  test('one rule that lists everything is read in the order of its length', () => {
    const all = (from: number, to: number): string =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index).join(',');
    const rule = `FREQ=YEARLY;BYYEARDAY=${all(1, 366)};BYHOUR=${all(0, 23)};BYMINUTE=${all(0, 59)};BYSECOND=${all(0, 59)}`;
    const { steps, found } = cost([`RRULE:${rule}`]);
    expect(found).toBe(10_000);
    expect(steps).toBeLessThan(15_000);
    const { steps: chosen } = cost([`RRULE:${rule};BYSETPOS=${all(1, 366)},${all(-366, -1)}`]);
    expect(chosen).toBeLessThan(30_000);
  });

  test('64 KiB of one rule are no rule', () => {
    const { rule, flaws } = readRule(`FREQ=DAILY;BYHOUR=${'1,'.repeat(KIBIBYTES_64 / 2)}1`);
    expect(rule).toBeNull();
    expect(flaws).toEqual([{ fatal: true, message: 'a rule of more than 16384 characters' }]);
  });
});
