import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkRules } from '../../../domain/recurrence/check-rules.ts';
import { generates, seriesBounds } from '../../../domain/recurrence/expand.ts';
import { MOST_STEPS } from '../../../domain/recurrence/step-budget.ts';
import { series, time, walk, window, zones } from './fixtures.ts';

const timed = time('2026-03-02T10:00:00 Europe/London');
const allDay = time('2026-03-02');

describe('checkRules', () => {
  test.each([
    ['RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270101T000000Z'],
    ['RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'],
    ['RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=10'],
    ['RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'],
    ['RRULE:FREQ=HOURLY;INTERVAL=6'],
    ['RRULE:FREQ=DAILY;COUNT=1'],
    ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=1'],
    ['RDATE;TZID=Europe/London:20260401T100000'],
    ['RDATE;VALUE=PERIOD:20260401T100000Z/PT1H'],
    ['EXDATE:20260401T090000Z,20260402T090000Z'],
  ])('takes %s', (line) => {
    expect(checkRules([line], timed, zones)).toEqual([]);
  });

  test.each([
    ['FREQ=WEEKLY', 'expected RRULE:…, RDATE… or EXDATE…, not "FREQ=WEEKLY"'],
    ['EXRULE:FREQ=WEEKLY', 'expected RRULE:…, RDATE… or EXDATE…, not "EXRULE:FREQ=WEEKLY"'],
    ['RRULE:BYDAY=MO', 'FREQ is missing'],
    ['RRULE:FREQ=FORTNIGHTLY', 'no FREQ is called "FORTNIGHTLY"'],
    ['RRULE:FREQ=DAILY;COUNT=0', 'COUNT is a whole number from 1 to 999999999, not "0"'],
    ['RRULE:FREQ=DAILY;INTERVAL=-1', 'INTERVAL is a whole number from 1 to 999999999, not "-1"'],
    ['RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z', 'COUNT and UNTIL exclude each other'],
    ['RRULE:FREQ=DAILY;FREQ=WEEKLY', 'FREQ is there twice'],
    ['RRULE:FREQ=DAILY;BYEASTER=1', 'RFC 5545 knows no part called "BYEASTER"'],
    ['RRULE:FREQ=DAILY;BYHOUR=24', 'BYHOUR is a list of numbers from 0 to 23, not "24"'],
    ['RRULE:FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY is a list of numbers from 1 to 31 or -31 to -1, not "0"'],
    ['RRULE:FREQ=MONTHLY;BYMONTHDAY=', 'BYMONTHDAY is a list of numbers from 1 to 31 or -31 to -1, not ""'],
    ['RRULE:FREQ=WEEKLY;BYDAY=XX', 'BYDAY is a list of weekdays such as MO or -1FR, not "XX"'],
    ['RRULE:FREQ=MONTHLY;BYDAY=0MO', 'BYDAY is a list of weekdays such as MO or -1FR, not "0MO"'],
    ['RRULE:FREQ=WEEKLY;BYDAY=1MO', 'numbered weekdays go with FREQ=MONTHLY and FREQ=YEARLY without BYWEEKNO only'],
    ['RRULE:FREQ=MONTHLY;BYWEEKNO=3', 'BYWEEKNO goes with FREQ=YEARLY only'],
    ['RRULE:FREQ=MONTHLY;BYYEARDAY=3', 'BYYEARDAY does not go with FREQ=MONTHLY'],
    ['RRULE:FREQ=WEEKLY;BYMONTHDAY=3', 'BYMONTHDAY does not go with FREQ=WEEKLY'],
    ['RRULE:FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS needs another BY part to choose from'],
    ['RRULE:FREQ=DAILY;WKST=XX', 'no weekday is called "XX"'],
    ['RRULE:FREQ=DAILY;UNTIL=tomorrow', 'UNTIL is a date or a date and time, not "TOMORROW"'],
    [
      'RRULE:FREQ=DAILY;UNTIL=20270101',
      'UNTIL of a timed series is an instant in UTC such as 20260329T013000Z (RFC 5545 §3.3.10)',
    ],
    ['RRULE:FREQ=DAILY;UNTIL=20260101T000000Z', 'UNTIL ends the rule before it fires'],
    ['RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'the rule never fires'],
    ['RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30', 'the rule never fires'],
    ['RRULE:FREQ=DAILY;RSCALE=HEBREW', 'only RSCALE=GREGORIAN is supported'],
    ['RDATE:soon', 'RDATE lists dates, or dates and times, not "soon"'],
    ['RDATE;TZID=Mars/Olympus:20260401T100000', 'no zone is called "Mars/Olympus"'],
    [
      'EXDATE;VALUE=DATE:20260401',
      'EXDATE lists the same kind of value as the start: a date and time, as the series is timed',
    ],
    ['EXDATE:20260401T100000Z/PT1H', 'EXDATE lists no periods'],
    ['RRULE:FREQ=DAILY\r\nATTENDEE:mailto:x@y', 'one line each, unfolded'],
  ])('refuses %s', (line, message) => {
    expect(checkRules(['RRULE:FREQ=DAILY', line], timed, zones)).toContainEqual({ code: 'INVALID', index: 1, message });
  });

  test('asks all-day series for days', () => {
    const messages = (line: string) => checkRules([line], allDay, zones).map((problem) => problem.message);
    expect(messages('RRULE:FREQ=DAILY;UNTIL=20270101')).toEqual([]);
    expect(messages('RRULE:FREQ=DAILY;UNTIL=20270101T000000Z')).toEqual([
      'UNTIL of an all-day series is a date such as 20260329 (RFC 5545 §3.3.10)',
    ]);
    expect(messages('RRULE:FREQ=HOURLY')).toEqual(['an all-day series does not repeat HOURLY']);
    expect(messages('RRULE:FREQ=DAILY;BYHOUR=3')).toEqual([
      'BYHOUR, BYMINUTE and BYSECOND do not go with an all-day series (RFC 5545 §3.3.10)',
    ]);
    expect(messages('EXDATE:20260401T100000Z')).toEqual([
      'EXDATE lists the same kind of value as the start: a date, as the series is all-day',
    ]);
  });

  test('bounds how much a client may write', () => {
    const many = (name: string, count: number) => `${name}:${Array(count).fill('20260401T100000Z').join(',')}`;
    expect(checkRules([many('EXDATE', 1000)], timed, zones)).toEqual([]);
    expect(checkRules([many('EXDATE', 600), many('EXDATE', 401)], timed, zones)).toEqual([
      { code: 'LIMIT_EXCEEDED', index: 1, message: 'at most 1000 EXDATE values' },
    ]);
    expect(checkRules([many('RDATE', 1001)], timed, zones)[0]?.code).toBe('LIMIT_EXCEEDED');
    expect(checkRules([many('RDATE', 5000)], timed, zones)[0]?.code).toBe('TOO_LONG');
    expect(checkRules(Array(101).fill('RRULE:FREQ=DAILY'), timed, zones)[0]?.code).toBe('LIMIT_EXCEEDED');
  });

  test('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.string().map((text) => `RRULE:${text}`),
            fc.string().map((text) => `EXDATE;${text}`),
          ),
          {
            maxLength: 5,
          },
        ),
        (lines) => {
          checkRules(lines, timed, zones);
          walk(series('2026-03-02', '2026-03-03', lines), [], window(undefined, '2026-04-01T00:00:00Z', 100));
        },
      ),
      { seed: 20_261_122, numRuns: 1000 },
    );
  });
});

describe('hostile rules', () => {
  test.each([
    'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYWEEKNO=20;BYMONTH=1',
    'FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1',
    'FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4',
    'FREQ=WEEKLY;BYDAY=MO;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;INTERVAL=7;BYDAY=WE',
    'FREQ=DAILY;BYHOUR=1;BYSETPOS=5',
    'FREQ=SECONDLY;INTERVAL=2;BYSECOND=1',
    'FREQ=SECONDLY;INTERVAL=3600;BYMINUTE=7',
    'FREQ=HOURLY;BYMINUTE=5;BYSETPOS=2',
    'FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=300',
  ])('%s never fires, and that is found in few steps', (rule) => {
    const { occurrences, expansion } = walk(series('2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', [`RRULE:${rule}`]));
    expect(occurrences).toHaveLength(1);
    expect(expansion.steps).toBeLessThan(110_000);
  });

  test.each([
    'FREQ=SECONDLY',
    'FREQ=SECONDLY;COUNT=999999999',
    'FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7,8,9',
    'FREQ=MONTHLY;BYDAY=MO;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7',
    'FREQ=DAILY;COUNT=999999999',
    'FREQ=MONTHLY;BYMONTHDAY=1;COUNT=999999999',
  ])('%s ends at the maximum', (rule) => {
    const given = series('2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', [`RRULE:${rule}`]);
    const { occurrences, expansion } = walk(given, [], window('2026-03-01T00:00:00Z', undefined, 2000));
    expect(occurrences).toHaveLength(2000);
    expect(expansion.exhausted).toBe(true);
    expect(expansion.steps).toBeLessThan(20_000);
  });

  test('a COUNT that must be walked is walked for so long and no longer', () => {
    const given = series('1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z', [
      'RRULE:FREQ=SECONDLY;BYSECOND=1;COUNT=999999999',
    ]);
    const { occurrences, expansion } = walk(given, [], window('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'));
    expect(occurrences).toEqual([]);
    expect(expansion.exhausted).toBe(true);
    expect(expansion.steps).toBeLessThanOrEqual(MOST_STEPS + 1);
  });

  test('intervals beyond the calendar end it', () => {
    for (const frequency of ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY']) {
      const given = series('2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z', [
        `RRULE:FREQ=${frequency};INTERVAL=999999999`,
      ]);
      expect(walk(given).occurrences.length).toBeLessThan(300);
    }
  });

  test('the ends of the calendar are ends, in every zone and for every kind of time', () => {
    const dates = ['0001-01-01', '0001-01-02', '9999-12-25', '9999-12-30', '9999-12-31'];
    const lines = [
      'RRULE:FREQ=DAILY;UNTIL=99991231',
      'RRULE:FREQ=WEEKLY;UNTIL=99991231T235959Z',
      'RRULE:FREQ=HOURLY;BYMONTH=12',
      'RRULE:FREQ=YEARLY;BYWEEKNO=1,53',
      'RRULE:FREQ=MONTHLY;COUNT=999999999',
      'RDATE:99991231T235959Z,00010101T000000Z,99991231T235959,00010101T000000',
      'RDATE;VALUE=PERIOD:99991230T000000Z/P999999999D',
      'EXDATE:99991231T235959Z,00010101T000000Z',
      'EXDATE;VALUE=DATE:00010101,99991231',
    ];
    const zoneNames = ['Pacific/Kiritimati', 'Etc/GMT+12', 'Europe/London', 'America/Santiago'];
    fc.assert(
      fc.property(
        fc.constantFrom(...dates),
        fc.constantFrom(
          '',
          'T00:00:00',
          'T23:59:59',
          'T00:00:00Z',
          'T23:59:59Z',
          ...zoneNames.map((zone) => `T12:00:00 ${zone}`),
        ),
        fc.subarray(lines),
        fc.constantFrom(...zoneNames),
        fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: null }),
        (date, time_, rules, zone, nominalDays) => {
          const given = series(`${date}${time_}`, `${date}${time_}`, rules, {
            floatingZone: zone,
            dayZone: zone,
            nominalDays,
          });
          const near = date.startsWith('9')
            ? window('9999-12-01T00:00:00Z', undefined, 300)
            : window(undefined, '0001-02-01T00:00:00Z', 300);
          const { occurrences } = walk(given, [], near);
          for (const { startsAt, endsAt, recurrenceId } of occurrences) {
            expect(endsAt).toBeGreaterThanOrEqual(startsAt);
            expect(generates(given, recurrenceId, zones)?.recurrenceId ?? recurrenceId).toBe(recurrenceId);
          }
          seriesBounds(given, [], zones);
        },
      ),
      { seed: 20_261_122, numRuns: 150 },
    );
  });
});

describe('a floating series', () => {
  const floating = time('2026-03-02T10:00:00');
  test('ends at a wall clock, not at an instant', () => {
    expect(checkRules(['RRULE:FREQ=DAILY;UNTIL=20260329T013000'], floating, zones)).toEqual([]);
    expect(checkRules(['RRULE:FREQ=DAILY;UNTIL=20260329T013000Z'], floating, zones)).toEqual([
      {
        code: 'INVALID',
        index: 0,
        message: 'UNTIL of a floating series is a wall clock such as 20260329T013000 (RFC 5545 §3.3.10)',
      },
    ]);
  });
});
