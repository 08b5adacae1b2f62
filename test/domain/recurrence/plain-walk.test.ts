/** The fast path of plain rules answers what the general path answers, and jumps where that is asked for. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventException } from '../../../domain/events/model.ts';
import { expand } from '../../../domain/recurrence/expand.ts';
import type { ExpansionWindow, Series } from '../../../domain/recurrence/series.ts';
import { basicInstant } from '../../../domain/time/icalendar-values.ts';
import { formatInstant, parseInstant } from '../../../domain/time/instants.ts';
import { addToLocal, formatLocalDateTime } from '../../../domain/time/wall-clock.ts';
import { content, said, series, spans, starts, walk, window, zones } from './fixtures.ts';

const day = 86_400_000;
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
/** Gaps and overlaps of an hour, of half an hour, at midnight, of a whole day, twice a year around Ramadan, none. */
const places = [
  'Europe/London',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Pacific/Kwajalein',
  'Antarctica/Troll',
  'Asia/Kolkata',
  'Etc/UTC',
];

/** An RDATE at DTSTART adds nothing, and is more than the fast path knows. */
function byGeneralPath(given: Series): Series {
  const [value] = starts({ ...given, rules: [] });
  const { start } = given;
  const line =
    start.kind === 'date' ? `RDATE;VALUE=DATE:${start.date.replaceAll('-', '')}` : `RDATE:${basicOf(value ?? '')}`;
  return { ...given, rules: [...given.rules, line] };
}

function basicOf(instant: string): string {
  return basicInstant(parseInstant(instant));
}

function told(given: Series, exceptions: readonly EventException[], within: ExpansionWindow) {
  const expansion = expand(given, exceptions, within, zones);
  const occurrences = [...expansion].map(said);
  return { occurrences, generated: expansion.generated, exhausted: expansion.exhausted };
}

const plainRule = fc
  .record({
    frequency: fc.constantFrom('DAILY', 'WEEKLY'),
    interval: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20 })),
    days: fc.subarray(weekdays),
    weekStart: fc.constantFrom('', ';WKST=SU', ';WKST=WE'),
    end: fc.oneof(
      fc.constant(''),
      fc.integer({ min: 1, max: 400 }).map((count) => `;COUNT=${count}`),
      fc.integer({ min: 0, max: 4_000 }).map((days) => ({ days })),
    ),
  })
  .map((parts) => ({
    ...parts,
    head: `RRULE:FREQ=${parts.frequency};INTERVAL=${parts.interval}${
      parts.days.length > 0 ? `;BYDAY=${parts.days.join(',')}` : ''
    }${parts.weekStart}`,
  }));

const input = fc.record({
  kind: fc.constantFrom('zoned', 'floating', 'utc', 'date'),
  place: fc.constantFrom(...places),
  // Around the hours at which clocks change, in years in which Apia and Kwajalein lost a day, and in others.
  year: fc.oneof(fc.constantFrom(1993, 2011), fc.integer({ min: 1970, max: 2090 })),
  dayOfYear: fc.integer({ min: 0, max: 364 }),
  minute: fc.oneof(fc.constantFrom(0, 30, 90, 120, 150, 180), fc.integer({ min: 0, max: 1_439 })),
  lasts: fc.oneof(
    fc.constantFrom({ days: 1 }, { days: 3 }),
    fc.integer({ min: 0, max: 60 * 50 }).map((minutes) => ({ minutes })),
  ),
  rule: plainRule,
  excluded: fc.array(fc.record({ at: fc.nat(300), form: fc.constantFrom('id', 'instant', 'day') }), { maxLength: 4 }),
  changed: fc.array(
    fc.record({
      at: fc.nat(300),
      form: fc.constantFrom('id', 'instant'),
      moved: fc.integer({ min: -5_000, max: 5_000 }),
    }),
    { maxLength: 3 },
  ),
  from: fc.oneof(fc.constant(null), fc.integer({ min: -30, max: 12_000 })),
  startsFrom: fc.oneof(fc.constant(null), fc.integer({ min: -30, max: 12_000 })),
  length: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 800 })),
  maximum: fc.constantFrom(1, 7, 100, 400),
});

function seriesOf({
  kind,
  place,
  year,
  dayOfYear,
  minute,
  lasts,
  rule,
}: typeof input extends fc.Arbitrary<infer T> ? T : never) {
  const wall = Date.UTC(year, 0, 1) + dayOfYear * day + (kind === 'date' ? 0 : minute * 60_000);
  const local = formatLocalDateTime(wall);
  const later = addToLocal(local, 'days' in lasts ? { days: lasts.days } : { seconds: lasts.minutes * 60 });
  const text = (at: string) =>
    kind === 'date' ? at.slice(0, 10) : kind === 'utc' ? `${at}Z` : kind === 'floating' ? at : `${at} ${place}`;
  const end = typeof rule.end === 'string' ? rule.end : untilOf(kind, wall + rule.end.days * day);
  return series(text(local), text(later), [`${rule.head}${end}`], {
    nominalDays: 'days' in lasts ? lasts.days : null,
    floatingZone: place,
    dayZone: place,
  });
}

function untilOf(kind: string, wall: number): string {
  return `;UNTIL=${kind === 'date' ? basicInstant(wall).slice(0, 8) : basicInstant(wall)}`;
}

describe('the fast path of plain rules', () => {
  test('answers what the general path answers, whatever the zone, the window and the exceptions', () => {
    let compared = 0;
    fc.assert(
      fc.property(input, (given) => {
        const plain = seriesOf(given);
        const all = walk(plain, [], window(undefined, undefined, 320)).occurrences;
        const named = ({ at, form }: { at: number; form: string }): string => {
          const one = all[at % Math.max(1, all.length)];
          if (one === undefined || form === 'id' || plain.start.kind === 'date') {
            return one?.recurrenceId ?? '20200101';
          }
          return form === 'day' ? one.recurrenceId.slice(0, 8) : basicInstant(one.startsAt);
        };
        const rules = [...plain.rules, ...given.excluded.map((one) => `EXDATE:${named(one)}`)];
        const exceptions = given.changed.map((one): EventException => {
          const at = (all[one.at % Math.max(1, all.length)]?.startsAt ?? 0) + one.moved * 60_000;
          return {
            recurrenceId: named(one),
            content: content(formatInstant(at), formatInstant(at + 3_600_000)),
          };
        });
        const begin = all[0]?.startsAt ?? 0;
        const from = given.from === null ? Number.NEGATIVE_INFINITY : begin + given.from * day;
        const within: ExpansionWindow = {
          from,
          to: given.length === null ? Number.POSITIVE_INFINITY : Math.max(begin, from) + given.length * day,
          ...(given.startsFrom === null ? {} : { startsFrom: begin + given.startsFrom * day }),
          maximum: given.maximum,
        };
        const fast = told({ ...plain, rules }, exceptions, within);
        compared += fast.occurrences.length;
        expect(fast).toEqual(told(byGeneralPath({ ...plain, rules }), exceptions, within));
      }),
      { seed: 20_261_122, numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(10_000);
  });

  test.each([
    ['FREQ=DAILY', 'Europe/London'],
    ['FREQ=DAILY;INTERVAL=3;BYDAY=MO,WE', 'America/New_York'],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'Australia/Lord_Howe'],
    ['FREQ=DAILY;COUNT=60000', 'Europe/London'],
  ])('reaches the year 2099 of %s from 1970 without walking there', (rule, zone) => {
    const since1970 = series(`1970-01-05T09:00:00 ${zone}`, `1970-01-05T10:00:00 ${zone}`, [`RRULE:${rule}`]);
    const { occurrences, expansion } = walk(since1970, [], window('2099-06-01T00:00:00Z', '2099-07-15T00:00:00Z'));
    expect(occurrences.length).toBeGreaterThan(1);
    expect(expansion.steps).toBeLessThan(occurrences.length + 10);
    expect(expansion.generated).toBeLessThan(occurrences.length + 3);
  });

  test('is left off where its reader stops', () => {
    const daily = series('2026-01-05T10:00:00Z', '2026-01-05T11:00:00Z', ['RRULE:FREQ=DAILY']);
    const expansion = expand(daily, [], window(), zones);
    for (const { startsAt } of expansion) {
      if (startsAt >= parseInstant('2026-01-07T00:00:00Z')) {
        break;
      }
    }
    expect(expansion.generated).toBe(3);
    expect(expansion.exhausted).toBe(false);
  });

  test('ends all-day series where COUNT or the calendar ends', () => {
    const days = series('2026-01-05', '2026-01-06', ['RRULE:FREQ=DAILY;COUNT=3']);
    expect(starts(days)).toEqual(['2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z', '2026-01-07T00:00:00Z']);
    const last = series('9999-12-20', '9999-12-21', ['RRULE:FREQ=DAILY']);
    expect(starts(last).at(-1)).toBe('9999-12-29T00:00:00Z');
  });

  test('ends what lasts beyond the calendar where every zone can still show it', () => {
    const long = series('9999-12-27T12:00:00Z', '9999-12-29T18:00:00Z', ['RRULE:FREQ=DAILY']);
    expect(spans(long)).toEqual([
      '9999-12-27T12:00:00Z/9999-12-29T18:00:00Z',
      '9999-12-28T12:00:00Z/9999-12-30T18:00:00Z',
      '9999-12-29T12:00:00Z/9999-12-30T23:59:59Z',
    ]);
  });
});
