import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalRecurrenceId, generates, seriesBounds } from '../../../domain/recurrence/expand.ts';
import { generatorOf } from '../../../domain/recurrence/generates.ts';
import { formatInstant } from '../../../domain/time/instants.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { exception, said, series, walk, window, zones } from './fixtures.ts';

const london = 'Europe/London';
const weekly = series(`2026-03-02T10:00:00 ${london}`, `2026-03-02T11:00:00 ${london}`, [
  'RRULE:FREQ=WEEKLY',
  'RDATE:20260304T150000Z',
  'EXDATE;TZID=Europe/London:20260309T100000',
]);

/** A thousand that are excluded, none of them on the rule. */
const excluded = Array.from(
  { length: 1_000 },
  (_, n) =>
    `2027${String(1 + (n % 12)).padStart(2, '0')}${String(1 + (n % 28)).padStart(2, '0')}T11${String(n % 60).padStart(2, '0')}00`,
);

describe('a generator', () => {
  test('answers of many ids what each of them alone is answered, and reads the series for the first', () => {
    let resolved = 0;
    const counting = new Proxy(zones, {
      get(target, name) {
        if (name === 'resolve') resolved++;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    }) as ZoneData;
    const excluding = { ...weekly, rules: [...weekly.rules, `EXDATE;TZID=${london}:${excluded.join(',')}`] };
    const generator = generatorOf(excluding, counting);
    expect(resolved).toBe(0);
    const ids = ['20260302T100000', '20260304T150000', '20260309T100000', '20260330T100000', '20260331T100000'];
    expect(ids.map((id) => generator.of(id))).toEqual(ids.map((id) => generates(excluding, id, zones)));
    const once = resolved;
    for (let n = 0; n < 100; n++) for (const id of ids) generator.of(id);
    // Not once more for each of the thousand that are excluded.
    expect(resolved - once).toBeLessThan(100 * ids.length * 10);
    expect(generator.exhausted).toBe(false);
  });

  test('of a rule that is counted to its end for each id comes to an end for all of them, and says so', () => {
    const counted = series('2026-03-02T10:00:00Z', '2026-03-02T10:00:01Z', [
      'RRULE:FREQ=SECONDLY;COUNT=999999999;BYSECOND=0,1,2',
    ]);
    const generator = generatorOf(counted, zones, 1_000);
    expect(generator.of('20260302T100001Z')).not.toBeNull();
    expect(generator.exhausted).toBe(false);
    expect(generator.of('20280302T100001Z')).toBeNull();
    expect(generator.exhausted).toBe(true);
    expect(generator.of('20260302T100001Z')).toBeNull();
  });
});

describe('generates', () => {
  test('answers the occurrence that the rules put there', () => {
    const found = generates(weekly, '20260330T100000', zones);
    expect(found).toMatchObject({
      recurrenceId: '20260330T100000',
      start: { kind: 'zoned', local: '2026-03-30T10:00:00', zone: london },
      exception: null,
    });
    expect(found === null ? null : formatInstant(found.startsAt)).toBe('2026-03-30T09:00:00Z');
    expect(generates(weekly, '20260302T100000', zones)).not.toBeNull();
    expect(generates(weekly, '20260304T150000', zones)).not.toBeNull();
  });

  test.each([
    ['not on the rule', '20260331T100000'],
    ['another time of that day', '20260330T110000'],
    ['before the start', '20260223T100000'],
    ['excluded', '20260309T100000'],
    ['in another value type: UTC', '20260330T090000Z'],
    ['in another value type: DATE', '20260330'],
    ['malformed', '2026-03-30'],
    ['a day that does not exist', '20260230T100000'],
    ['beyond the calendar', '99991231T100000'],
  ])('answers null for what is %s', (_, id) => {
    expect(generates(weekly, id, zones)).toBeNull();
  });

  test('knows starts in a gap, and both passes of a repeated hour', () => {
    const daily = series('2026-03-06T02:30:00 America/New_York', '2026-03-06T03:00:00 America/New_York', [
      'RRULE:FREQ=DAILY',
    ]);
    expect(generates(daily, '20260308T023000', zones)).not.toBeNull();
    expect(generates(daily, '20260308T033000', zones)).toBeNull();
    const hourly = series(`2026-10-25T00:30:00 ${london}`, `2026-10-25T00:45:00 ${london}`, ['RRULE:FREQ=HOURLY']);
    expect(generates(hourly, '20261025T013000', zones)?.startsAt).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(generates(hourly, '20261025T013000Z', zones)?.startsAt).toBe(Date.UTC(2026, 9, 25, 1, 30));
    expect(generates(hourly, '20261025T003000Z', zones)).toBeNull();
  });

  test('knows every occurrence that the expansion yields, by its id', () => {
    const kinds = [
      ['2026-01-31', '2026-02-01'],
      ['2026-01-31T10:00:00Z', '2026-01-31T11:00:00Z'],
      ['2026-01-31T02:30:00', '2026-01-31T03:00:00'],
      ['2026-01-31T02:30:00 America/New_York', '2026-01-31T03:00:00 America/New_York'],
      ['2026-01-31T00:30:00 America/Santiago', '2026-01-31T01:00:00 America/Santiago'],
    ] as const;
    const rules = ['FREQ=DAILY', 'FREQ=MONTHLY;BYDAY=-1SU', 'FREQ=WEEKLY;BYDAY=SU,SA;INTERVAL=2', 'FREQ=YEARLY'];
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.constantFrom(...rules),
        fc.integer({ min: 0, max: 60 }),
        ([start, end], rule, at) => {
          const given = series(start, end, [`RRULE:${rule}`], { floatingZone: london, dayZone: 'America/Santiago' });
          const occurrence = walk(given, [], window(undefined, undefined, at + 1)).occurrences[at];
          expect(occurrence).toBeDefined();
          expect(said(generates(given, occurrence?.recurrenceId ?? '', zones))).toEqual(said(occurrence));
        },
      ),
      { seed: 20_261_122, numRuns: 300 },
    );
  });
});

describe('canonicalRecurrenceId', () => {
  test('writes every form in the value type of the master', () => {
    expect(canonicalRecurrenceId(weekly, '20260330T090000Z', zones)).toBe('20260330T100000');
    expect(canonicalRecurrenceId(weekly, '20260330T100000', zones)).toBe('20260330T100000');
    expect(canonicalRecurrenceId(weekly, '20260330', zones)).toBe('20260330T100000');
    expect(canonicalRecurrenceId(weekly, 'x', zones)).toBeNull();
    const days = series('2026-01-31', '2026-02-01', []);
    expect(canonicalRecurrenceId(days, '20260330T000000Z', zones)).toBe('20260330');
    const utc = series('2026-01-31T10:00:00Z', '2026-01-31T11:00:00Z', [], { floatingZone: london });
    expect(canonicalRecurrenceId(utc, '20260701T110000', zones)).toBe('20260701T100000Z');
  });
});

describe('seriesBounds', () => {
  const bounds = (...given: Parameters<typeof series>) => {
    const { start, end } = seriesBounds(series(...given), [], zones);
    return [formatInstant(start), end === null ? null : formatInstant(end)];
  };

  test('go from the first start to the last end', () => {
    const at = [`2026-03-02T10:00:00 ${london}`, `2026-03-02T11:00:00 ${london}`] as const;
    expect(bounds(...at, [])).toEqual(['2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z']);
    expect(bounds(...at, ['RRULE:FREQ=WEEKLY;COUNT=5'])).toEqual(['2026-03-02T10:00:00Z', '2026-03-30T10:00:00Z']);
    expect(bounds(...at, ['RRULE:FREQ=WEEKLY;UNTIL=20260330T090000Z'])).toEqual([
      '2026-03-02T10:00:00Z',
      '2026-03-30T10:00:00Z',
    ]);
    expect(bounds(...at, ['RRULE:FREQ=WEEKLY'])).toEqual(['2026-03-02T10:00:00Z', null]);
    expect(bounds(...at, ['RRULE:FREQ=WEEKLY;COUNT=2', 'RRULE:FREQ=DAILY'])).toEqual(['2026-03-02T10:00:00Z', null]);
    expect(bounds(...at, ['RDATE:20260101T100000Z,20270101T100000Z'])).toEqual([
      '2026-01-01T10:00:00Z',
      '2027-01-01T11:00:00Z',
    ]);
  });

  test('count without walking where they can, and give up where they would have to walk too far', () => {
    const at = ['1990-01-01T00:00:00Z', '1990-01-01T01:00:00Z'] as const;
    expect(bounds(...at, ['RRULE:FREQ=DAILY;COUNT=20000'])[1]).toBe('2044-10-03T01:00:00Z');
    expect(bounds(...at, ['RRULE:FREQ=WEEKLY;BYDAY=TU,WE;COUNT=4'])[1]).toBe('1990-01-09T01:00:00Z');
    expect(bounds(...at, ['RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=4'])[1]).toBe('1990-01-01T01:00:00Z');
    expect(bounds(...at, ['RRULE:FREQ=DAILY;COUNT=999999999'])[1]).toBeNull();
    expect(bounds(...at, ['RRULE:FREQ=MONTHLY;COUNT=999999999'])[1]).toBeNull();
    expect(bounds(...at, ['RRULE:FREQ=SECONDLY;COUNT=999999999'])[1]).toBeNull();
    expect(bounds(...at, ['RRULE:FREQ=HOURLY;COUNT=25'])[1]).toBe('1990-01-02T01:00:00Z');
    // Few are counted, but each is far from the one before.
    expect(bounds(...at, ['RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;COUNT=9000'])[1]).toBeNull();
  });

  test('hold all-day series in whatever zone they are asked', () => {
    expect(bounds('2026-03-02', '2026-03-03', [])).toEqual(['2026-03-01T10:00:00Z', '2026-03-03T12:00:00Z']);
  });

  test('reach to exceptions', () => {
    const given = series(`2026-03-02T10:00:00 ${london}`, `2026-03-02T11:00:00 ${london}`, [
      'RRULE:FREQ=WEEKLY;COUNT=2',
    ]);
    const early = exception('20260302T100000', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z');
    const late = exception('20260309T100000', '2028-01-01T00:00:00Z', '2028-01-01T01:00:00Z');
    expect(seriesBounds(given, [early, late], zones)).toEqual({
      start: Date.UTC(2026, 0, 1),
      end: Date.UTC(2028, 0, 1, 1),
    });
  });

  test('contain every occurrence', () => {
    const rules = [
      'FREQ=DAILY;COUNT=9',
      'FREQ=MONTHLY;BYDAY=-1SU;COUNT=7',
      'FREQ=WEEKLY;BYDAY=SU,SA;UNTIL=20261001T000000Z',
      'FREQ=YEARLY;BYYEARDAY=300;COUNT=4',
      'FREQ=HOURLY;BYHOUR=1,2,3;COUNT=50',
      'FREQ=DAILY;UNTIL=20260401',
    ];
    const zoneNames = ['Pacific/Kiritimati', 'Etc/GMT+12', london, 'America/Santiago'];
    fc.assert(
      fc.property(
        fc.constantFrom(...rules),
        fc.constantFrom(
          '2026-03-28',
          '2026-03-28T01:30:00',
          '2026-03-28T01:30:00 Europe/London',
          '2026-03-28T01:30:00Z',
        ),
        fc.constantFrom(...zoneNames),
        fc.constantFrom(...zoneNames),
        (rule, start, asked, other) => {
          const given = series(start, start, [`RRULE:${rule}`], { floatingZone: asked, dayZone: asked });
          const envelope = seriesBounds(given, [], zones);
          const { occurrences } = walk({ ...given, dayZone: other });
          for (const { startsAt, endsAt } of occurrences) {
            expect(startsAt).toBeGreaterThanOrEqual(envelope.start);
            expect(endsAt).toBeLessThanOrEqual(envelope.end ?? Number.NEGATIVE_INFINITY);
          }
        },
      ),
      { seed: 20_261_122, numRuns: 200 },
    );
  });
});
