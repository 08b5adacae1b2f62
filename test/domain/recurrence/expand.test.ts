import { describe, expect, test } from '@jest/globals';
import { expand } from '../../../domain/recurrence/expand.ts';
import { generates } from '../../../domain/recurrence/generates.ts';
import { MOST_STEPS } from '../../../domain/recurrence/step-budget.ts';
import { describeLocal } from '../../../domain/time/event-time.ts';
import { formatInstant } from '../../../domain/time/instants.ts';
import { exception, series, spans, starts, walk, window, zones } from './fixtures.ts';

const london = 'Europe/London';
const newYork = 'America/New_York';

describe('daylight saving', () => {
  test('a start in the spring gap takes the offset before it, is shown an hour later, and counts', () => {
    const daily = series(`2026-03-06T02:30:00 ${newYork}`, `2026-03-06T03:00:00 ${newYork}`, [
      'RRULE:FREQ=DAILY;COUNT=5',
    ]);
    const { occurrences } = walk(daily);
    expect(occurrences.map(({ startsAt }) => formatInstant(startsAt))).toEqual([
      '2026-03-06T07:30:00Z',
      '2026-03-07T07:30:00Z',
      '2026-03-08T07:30:00Z',
      '2026-03-09T06:30:00Z',
      '2026-03-10T06:30:00Z',
    ]);
    expect(occurrences.map(({ recurrenceId }) => recurrenceId)[2]).toBe('20260308T023000');
    expect(occurrences.map(({ start }) => describeLocal(start, zones))[2]).toBe('2026-03-08T03:30:00-04:00');
    expect(occurrences.map(({ end }) => describeLocal(end, zones))[2]).toBe('2026-03-08T04:00:00-04:00');
  });

  test('a start in the autumn overlap takes the first of the two hours', () => {
    const daily = series(`2026-10-31T01:30:00 ${newYork}`, `2026-10-31T02:00:00 ${newYork}`, [
      'RRULE:FREQ=DAILY;COUNT=3',
    ]);
    expect(starts(daily)).toEqual(['2026-10-31T05:30:00Z', '2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z']);
  });

  test('Lord Howe moves its clock by half an hour', () => {
    const zone = 'Australia/Lord_Howe';
    const daily = series(`2026-10-03T02:15:00 ${zone}`, `2026-10-03T02:30:00 ${zone}`, ['RRULE:FREQ=DAILY;COUNT=3']);
    const { occurrences } = walk(daily);
    expect(occurrences.map(({ start }) => describeLocal(start, zones))).toEqual([
      '2026-10-03T02:15:00+10:30',
      '2026-10-04T02:45:00+11:00',
      '2026-10-05T02:15:00+11:00',
    ]);
  });

  test('a night shift keeps its elapsed length over the spring change and ends an hour later', () => {
    const shift = series(`2026-03-28T22:00:00 ${london}`, `2026-03-29T06:00:00 ${london}`, [
      'RRULE:FREQ=DAILY;COUNT=2',
    ]);
    // The master itself lies over the change: its own elapsed time, seven hours, is every occurrence's.
    expect(spans(shift)).toEqual([
      '2026-03-28T22:00:00Z/2026-03-29T05:00:00Z',
      '2026-03-29T21:00:00Z/2026-03-30T04:00:00Z',
    ]);
    const before = series(`2026-03-27T22:00:00 ${london}`, `2026-03-28T06:00:00 ${london}`, [
      'RRULE:FREQ=DAILY;COUNT=2',
    ]);
    const last = walk(before).occurrences.at(-1);
    expect(last === undefined ? null : describeLocal(last.end, zones)).toBe('2026-03-29T07:00:00+01:00');
  });

  test('a duration in whole days is nominal', () => {
    const days = series(
      `2026-03-28T12:00:00 ${london}`,
      `2026-03-29T12:00:00 ${london}`,
      ['RRULE:FREQ=WEEKLY;COUNT=2'],
      {
        nominalDays: 1,
      },
    );
    expect(spans(days)).toEqual([
      '2026-03-28T12:00:00Z/2026-03-29T11:00:00Z',
      '2026-04-04T11:00:00Z/2026-04-05T11:00:00Z',
    ]);
  });

  test('hours step in elapsed time: none is lost in the overlap, and the second pass has a name of its own', () => {
    const hourly = series(`2026-10-25T00:30:00 ${london}`, `2026-10-25T00:45:00 ${london}`, [
      'RRULE:FREQ=HOURLY;COUNT=4',
    ]);
    const { occurrences } = walk(hourly);
    expect(occurrences.map(({ startsAt }) => formatInstant(startsAt))).toEqual([
      '2026-10-24T23:30:00Z',
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:30:00Z',
      '2026-10-25T02:30:00Z',
    ]);
    expect(occurrences.map(({ recurrenceId }) => recurrenceId)).toEqual([
      '20261025T003000',
      '20261025T013000',
      '20261025T013000Z',
      '20261025T023000',
    ]);
  });

  test('hours step in elapsed time: the gap has none', () => {
    const hourly = series(`2026-03-29T00:30:00 ${london}`, `2026-03-29T00:45:00 ${london}`, [
      'RRULE:FREQ=HOURLY;BYHOUR=0,1,2,3;COUNT=3',
    ]);
    expect(walk(hourly).occurrences.map(({ recurrenceId }) => recurrenceId)).toEqual([
      '20260329T003000',
      '20260329T023000',
      '20260329T033000',
    ]);
  });

  test('starts are in the order of instants even where a gap turns wall clocks around', () => {
    const twice = series(`2026-03-08T02:30:00 ${newYork}`, `2026-03-08T02:40:00 ${newYork}`, [
      'RRULE:FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30;COUNT=4',
    ]);
    const { occurrences } = walk(twice);
    const instants = occurrences.map(({ startsAt }) => startsAt);
    expect(instants).toEqual([...instants].sort((left, right) => left - right));
    expect(occurrences.map(({ recurrenceId }) => recurrenceId)).toEqual([
      '20260308T030000',
      '20260308T023000',
      '20260308T033000',
      '20260309T020000',
    ]);
  });
});

describe('all-day series', () => {
  test('are days in the zone of the question', () => {
    const holiday = series('2026-12-25', '2026-12-26', ['RRULE:FREQ=YEARLY;COUNT=2'], { dayZone: 'Pacific/Auckland' });
    expect(spans(holiday)).toEqual([
      '2026-12-24T11:00:00Z/2026-12-25T11:00:00Z',
      '2027-12-24T11:00:00Z/2027-12-25T11:00:00Z',
    ]);
    expect(walk(holiday).occurrences.map(({ start, end }) => [start, end])[0]).toEqual([
      { kind: 'date', date: '2026-12-25' },
      { kind: 'date', date: '2026-12-26' },
    ]);
  });

  test.each([
    ['America/Santiago', '2026-09-05', '2026-09-06T04:00:00Z/2026-09-07T03:00:00Z'],
    ['Africa/Cairo', '2026-04-23', '2026-04-23T22:00:00Z/2026-04-24T21:00:00Z'],
    ['Asia/Beirut', '2026-03-28', '2026-03-28T22:00:00Z/2026-03-29T21:00:00Z'],
  ])('in %s the day without a midnight begins at its first instant', (dayZone, day, second) => {
    const days = series(day, day, ['RRULE:FREQ=DAILY;COUNT=2'], { dayZone });
    expect(spans(days)[1]).toBe(second);
  });

  test('no end, or an end at the start, is one day', () => {
    expect(spans(series('2026-01-01', '2026-01-01', []))).toEqual(['2026-01-01T00:00:00Z/2026-01-02T00:00:00Z']);
  });

  test('UNTIL is a day, also where a file says an instant', () => {
    const until = (value: string) => starts(series('2026-01-01', '2026-01-02', [`RRULE:FREQ=DAILY;UNTIL=${value}`]));
    expect(until('20260103')).toHaveLength(3);
    expect(until('20260103T235959Z')).toHaveLength(3);
  });

  test('parts below the day are ignored', () => {
    expect(starts(series('2026-01-01', '2026-01-02', ['RRULE:FREQ=DAILY;BYHOUR=3,4;COUNT=2']))).toHaveLength(2);
    expect(starts(series('2026-01-01', '2026-01-02', ['RRULE:FREQ=HOURLY;COUNT=2']))).toHaveLength(1);
  });
});

describe('lines', () => {
  const start = `2026-01-05T10:00:00 ${london}`;
  const end = `2026-01-05T11:00:00 ${london}`;
  const january = window('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z');

  test('several RRULEs and RDATEs are one set, without repetition', () => {
    const both = series(start, end, [
      'RRULE:FREQ=WEEKLY',
      'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU',
      'RDATE;TZID=Europe/London:20260112T100000,20260110T090000',
    ]);
    expect(starts(both, [], january)).toEqual([
      '2026-01-05T10:00:00Z',
      '2026-01-06T10:00:00Z',
      '2026-01-10T09:00:00Z',
      '2026-01-12T10:00:00Z',
      '2026-01-19T10:00:00Z',
      '2026-01-20T10:00:00Z',
      '2026-01-26T10:00:00Z',
    ]);
  });

  test('RDATE takes other zones, instants, dates and periods', () => {
    const extra = series(start, end, [
      'RDATE;TZID=America/New_York:20260106T050000',
      'RDATE:20260107T100000Z',
      'RDATE;VALUE=DATE:20260108',
      'RDATE;VALUE=PERIOD:20260109T100000Z/20260109T130000Z,20260110T100000Z/PT15M',
    ]);
    expect(spans(extra)).toEqual([
      '2026-01-05T10:00:00Z/2026-01-05T11:00:00Z',
      '2026-01-06T10:00:00Z/2026-01-06T11:00:00Z',
      '2026-01-07T10:00:00Z/2026-01-07T11:00:00Z',
      '2026-01-08T10:00:00Z/2026-01-08T11:00:00Z',
      '2026-01-09T10:00:00Z/2026-01-09T13:00:00Z',
      '2026-01-10T10:00:00Z/2026-01-10T10:15:00Z',
    ]);
    expect(walk(extra).occurrences.map(({ recurrenceId }) => recurrenceId)[1]).toBe('20260106T100000');
  });

  test('EXDATE takes starts away, in whatever form they are written', () => {
    const without = (line: string) => starts(series(start, end, ['RRULE:FREQ=WEEKLY;COUNT=3', line]));
    const left = ['2026-01-05T10:00:00Z', '2026-01-19T10:00:00Z'];
    expect(without('EXDATE;TZID=Europe/London:20260112T100000')).toEqual(left);
    expect(without('EXDATE:20260112T100000Z')).toEqual(left);
    expect(without('EXDATE:20260112T100000')).toEqual(left);
    expect(without('EXDATE;TZID="America/New_York":20260112T050000')).toEqual(left);
    expect(without('EXDATE;VALUE=DATE:20260112')).toEqual(left);
    expect(without('EXDATE:20260112T110000Z')).toHaveLength(3);
  });

  test('an EXDATE of the start leaves the rest, and is still counted', () => {
    expect(starts(series(start, end, ['RRULE:FREQ=WEEKLY;COUNT=2', 'EXDATE:20260105T100000Z']))).toEqual([
      '2026-01-12T10:00:00Z',
    ]);
  });

  test('DTSTART is the first instance and counts, also where the rule does not hit it', () => {
    expect(starts(series(start, end, ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3']))).toEqual([
      '2026-01-05T10:00:00Z',
      '2026-01-06T10:00:00Z',
      '2026-01-13T10:00:00Z',
    ]);
    expect(starts(series(start, end, ['RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2']))).toEqual([
      '2026-01-05T10:00:00Z',
      '2026-01-31T10:00:00Z',
    ]);
    expect(starts(series(start, end, ['RRULE:FREQ=HOURLY;BYMINUTE=30;COUNT=2']))).toEqual([
      '2026-01-05T10:00:00Z',
      '2026-01-05T10:30:00Z',
    ]);
    expect(starts(series(start, end, ['RRULE:FREQ=YEARLY;BYYEARDAY=100;COUNT=2']))).toEqual([
      '2026-01-05T10:00:00Z',
      '2026-04-10T09:00:00Z',
    ]);
  });

  test('UNTIL is inclusive; a local one is read in the zone of the series, a day is all of it', () => {
    const until = (value: string) => starts(series(start, end, [`RRULE:FREQ=DAILY;UNTIL=${value}`])).length;
    expect(until('20260107T100000Z')).toBe(3);
    expect(until('20260107T095959Z')).toBe(2);
    expect(until('20260107T100000')).toBe(3);
    expect(until('20260107')).toBe(3);
    const summer = series(`2026-07-01T10:00:00 ${london}`, `2026-07-01T11:00:00 ${london}`, [
      'RRULE:FREQ=DAILY;UNTIL=20260703T090000Z',
    ]);
    expect(starts(summer)).toHaveLength(3);
  });

  test('dates that do not exist are skipped', () => {
    expect(
      starts(
        series(`2026-01-31T10:00:00 ${london}`, `2026-01-31T11:00:00 ${london}`, ['RRULE:FREQ=MONTHLY;COUNT=3']),
      ).map((one) => one.slice(0, 10)),
    ).toEqual(['2026-01-31', '2026-03-31', '2026-05-31']);
  });

  test('what cannot be read adds nothing', () => {
    const broken = series(start, end, [
      'RRULE:FREQ=SOMETIMES',
      'RDATE:soon,20260106T100000Z',
      'EXDATE:',
      'nonsense',
      '',
    ]);
    expect(starts(broken)).toEqual(['2026-01-05T10:00:00Z', '2026-01-06T10:00:00Z']);
  });

  test('floating series keep their wall clock in the zone of the calendar', () => {
    const floating = series('2026-03-28T09:00:00', '2026-03-28T10:00:00', ['RRULE:FREQ=DAILY;COUNT=2'], {
      floatingZone: london,
    });
    const { occurrences } = walk(floating);
    expect(occurrences.map(({ start: one }) => one)).toEqual([
      { kind: 'floating', local: '2026-03-28T09:00:00' },
      { kind: 'floating', local: '2026-03-29T09:00:00' },
    ]);
    expect(starts(floating)).toEqual(['2026-03-28T09:00:00Z', '2026-03-29T08:00:00Z']);
  });

  test('the instant that a zoned start was stored with does not count, its wall clock does', () => {
    const stale = series(start, end, ['RRULE:FREQ=WEEKLY;COUNT=1']);
    const moved = { ...stale, start: { ...stale.start, instant: 0 } as typeof stale.start };
    expect(starts(moved)).toEqual(['2026-01-05T10:00:00Z']);
  });
});

describe('windows', () => {
  const weekly = series(`2020-01-06T10:00:00 ${london}`, `2020-01-06T11:00:00 ${london}`, ['RRULE:FREQ=WEEKLY']);

  test('are half-open, and what reaches in is in', () => {
    const found = (from: string, to: string) => starts(weekly, [], window(from, to));
    expect(found('2026-01-05T10:00:00Z', '2026-01-12T10:00:00Z')).toEqual(['2026-01-05T10:00:00Z']);
    expect(found('2026-01-05T10:59:59Z', '2026-01-05T11:00:00Z')).toEqual(['2026-01-05T10:00:00Z']);
    expect(found('2026-01-05T11:00:00Z', '2026-01-12T10:00:00Z')).toEqual([]);
  });

  test('what has no length counts from its start on', () => {
    const moments = series('2026-01-05T10:00:00Z', '2026-01-05T10:00:00Z', ['RRULE:FREQ=DAILY;COUNT=2']);
    expect(starts(moments, [], window('2026-01-05T10:00:00Z', '2026-01-06T10:00:00Z'))).toEqual([
      '2026-01-05T10:00:00Z',
    ]);
    expect(starts(moments, [], window('2026-01-05T10:00:01Z', '2026-01-06T10:00:00Z'))).toEqual([]);
  });

  test('long occurrences reach into windows far behind their starts', () => {
    const long = series('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z', ['RRULE:FREQ=YEARLY']);
    expect(starts(long, [], window('2030-02-27T00:00:00Z', '2030-02-28T00:00:00Z'))).toEqual(['2030-01-01T00:00:00Z']);
    const days = series('2026-01-01', '2026-03-02', ['RRULE:FREQ=YEARLY']);
    expect(starts(days, [], window('2030-03-01T12:00:00Z', '2030-03-02T00:00:00Z'))).toEqual(['2030-01-01T00:00:00Z']);
  });

  test('an endless series is walked lazily', () => {
    const some: number[] = [];
    for (const { startsAt } of expand(weekly, [], window('2026-01-01T00:00:00Z'), zones)) {
      some.push(startsAt);
      if (some.length === 3) {
        break;
      }
    }
    expect(some.map(formatInstant)).toEqual(['2026-01-05T10:00:00Z', '2026-01-12T10:00:00Z', '2026-01-19T10:00:00Z']);
  });

  test('a month of an endless series costs what is in it, wherever it began', () => {
    for (const rule of ['FREQ=WEEKLY', 'FREQ=WEEKLY;BYDAY=MO,WE', 'FREQ=DAILY;INTERVAL=3', 'FREQ=WEEKLY;COUNT=90000']) {
      const ancient = series(`0500-01-04T10:00:00 ${london}`, `0500-01-04T11:00:00 ${london}`, [`RRULE:${rule}`]);
      const { expansion } = walk(ancient, [], window('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'));
      expect(expansion.steps).toBeLessThan(25);
    }
  });

  test('the maximum ends the walk and says so', () => {
    const cut = walk(weekly, [], window('2026-01-01T00:00:00Z', undefined, 5));
    expect(cut.occurrences).toHaveLength(5);
    expect(cut.expansion.exhausted).toBe(true);
    expect(cut.expansion.generated).toBe(5);
    const whole = walk(weekly, [], window('2026-01-01T00:00:00Z', '2026-01-31T00:00:00Z', 5));
    expect(whole.expansion.exhausted).toBe(false);
  });
});

describe('exceptions', () => {
  const weekly = series(`2026-11-02T10:00:00 ${london}`, `2026-11-02T11:00:00 ${london}`, ['RRULE:FREQ=WEEKLY']);
  const moved = exception('20261116T100000', `2026-11-17T15:00:00 ${london}`, `2026-11-17T16:00:00 ${london}`);

  test('a moved occurrence is found where it is, never where it was', () => {
    const monday = walk(weekly, [moved], window('2026-11-16T00:00:00Z', '2026-11-17T00:00:00Z'));
    expect(monday.occurrences).toEqual([]);
    const tuesday = walk(weekly, [moved], window('2026-11-17T00:00:00Z', '2026-11-18T00:00:00Z'));
    expect(tuesday.occurrences).toHaveLength(1);
    expect(tuesday.occurrences[0]).toMatchObject({
      recurrenceId: '20261116T100000',
      originalStart: { kind: 'zoned', local: '2026-11-16T10:00:00' },
      start: { kind: 'zoned', local: '2026-11-17T15:00:00' },
      exception: moved,
    });
  });

  test('after the series moved, the override whose id follows stays, and leaves no ghost', () => {
    const later = series(`2026-11-02T11:00:00 ${london}`, `2026-11-02T12:00:00 ${london}`, ['RRULE:FREQ=WEEKLY']);
    const followed = { ...moved, recurrenceId: '20261116T110000' };
    expect(starts(later, [followed], window('2026-11-09T00:00:00Z', '2026-11-24T00:00:00Z'))).toEqual([
      '2026-11-09T11:00:00Z',
      '2026-11-17T15:00:00Z',
      '2026-11-23T11:00:00Z',
    ]);
  });

  test('order is by where things are', () => {
    const early = exception('20261123T100000', `2026-11-03T08:00:00 ${london}`, `2026-11-03T09:00:00 ${london}`);
    expect(starts(weekly, [moved, early], window('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'))).toEqual([
      '2026-11-02T10:00:00Z',
      '2026-11-03T08:00:00Z',
      '2026-11-09T10:00:00Z',
      '2026-11-17T15:00:00Z',
      '2026-11-30T10:00:00Z',
    ]);
  });

  test('one far outside the series is found, in or out of an ended rule', () => {
    const ended = series(`2026-11-02T10:00:00 ${london}`, `2026-11-02T11:00:00 ${london}`, [
      'RRULE:FREQ=WEEKLY;COUNT=2',
    ]);
    const far = exception('20261109T100000', `2027-05-05T15:00:00 ${london}`, `2027-05-05T16:00:00 ${london}`);
    expect(starts(ended, [far], window('2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z'))).toEqual([
      '2027-05-05T14:00:00Z',
    ]);
    expect(starts(ended, [far])).toHaveLength(2);
  });

  test('a cancelled one is yielded with its exception', () => {
    const cancelled = exception('20261109T100000', `2026-11-09T10:00:00 ${london}`, `2026-11-09T11:00:00 ${london}`, {
      status: 'CANCELLED',
    });
    const [found] = walk(weekly, [cancelled], window('2026-11-09T00:00:00Z', '2026-11-10T00:00:00Z')).occurrences;
    expect(found?.exception?.content.status).toBe('CANCELLED');
  });

  test('one that no rule generates is found', () => {
    const orphan = exception('20261112T100000', `2026-11-12T10:00:00 ${london}`, `2026-11-12T11:00:00 ${london}`);
    expect(starts(weekly, [orphan], window('2026-11-10T00:00:00Z', '2026-11-16T00:00:00Z'))).toEqual([
      '2026-11-12T10:00:00Z',
    ]);
  });

  test('one whose id a server rewrote to UTC stands for the same occurrence', () => {
    const summer = series(`2026-06-01T10:00:00 ${london}`, `2026-06-01T11:00:00 ${london}`, [
      'RRULE:FREQ=DAILY;COUNT=3',
    ]);
    const rewritten = exception('20260602T090000Z', `2026-06-02T15:00:00 ${london}`, `2026-06-02T16:00:00 ${london}`);
    const { occurrences } = walk(summer, [rewritten]);
    expect(occurrences.map(({ recurrenceId }) => recurrenceId)).toEqual([
      '20260601T100000',
      '20260602T100000',
      '20260603T100000',
    ]);
    expect(occurrences[1]?.exception).toBe(rewritten);
  });

  test('one whose id a server rewrote to UTC in a gap replaces what the gap displaced', () => {
    const daily = series(`2026-03-07T02:30:00 ${newYork}`, `2026-03-07T03:00:00 ${newYork}`, [
      'RRULE:FREQ=DAILY;COUNT=3',
    ]);
    const rewritten = exception('20260308T073000Z', `2026-03-08T12:00:00 ${newYork}`, `2026-03-08T13:00:00 ${newYork}`);
    expect(walk(daily, [rewritten]).occurrences[1]?.recurrenceId).toBe('20260308T023000');
    expect(starts(daily, [rewritten])).toEqual([
      '2026-03-07T07:30:00Z',
      '2026-03-08T16:00:00Z',
      '2026-03-09T06:30:00Z',
    ]);
  });

  test('one day of an all-day series may become timed', () => {
    const days = series('2026-11-02', '2026-11-03', ['RRULE:FREQ=DAILY;COUNT=2'], { dayZone: london });
    const timed = exception('20261103', `2026-11-03T09:00:00 ${london}`, `2026-11-03T10:00:00 ${london}`);
    expect(spans(days, [timed])).toEqual([
      '2026-11-02T00:00:00Z/2026-11-03T00:00:00Z',
      '2026-11-03T09:00:00Z/2026-11-03T10:00:00Z',
    ]);
  });

  test('an id that cannot be read is left out', () => {
    expect(
      starts(weekly, [{ ...moved, recurrenceId: 'yesterday' }], window('2026-11-16T00:00:00Z', '2026-11-18T00:00:00Z')),
    ).toEqual(['2026-11-16T10:00:00Z']);
  });
});

describe('EXRULE', () => {
  const start = '2026-03-27T10:00:00 Europe/London';
  const end = '2026-03-27T11:00:00 Europe/London';

  test('takes away what it hits, and counts nothing', () => {
    const workdays = series(start, end, ['RRULE:FREQ=DAILY;COUNT=6', 'EXRULE:FREQ=WEEKLY;BYDAY=SA,SU']);
    expect(starts(workdays)).toEqual([
      '2026-03-27T10:00:00Z',
      '2026-03-30T09:00:00Z',
      '2026-03-31T09:00:00Z',
      '2026-04-01T09:00:00Z',
    ]);
    expect(starts(workdays, [], window('2026-03-28T00:00:00Z', '2026-03-31T00:00:00Z'))).toEqual([
      '2026-03-30T09:00:00Z',
    ]);
    expect(generates(workdays, '20260328T100000', zones)).toBeNull();
    expect(generates(workdays, '20260330T100000', zones)).not.toBeNull();
  });

  test('takes away DTSTART and RDATE alike, and leaves changed occurrences where they are', () => {
    const given = series(start, end, [
      'RRULE:FREQ=DAILY;COUNT=3',
      'RDATE;TZID=Europe/London:20260403T100000',
      'EXRULE:FREQ=WEEKLY;COUNT=2',
    ]);
    const moved = exception('20260327T100000', '2026-03-27T15:00:00Z', '2026-03-27T16:00:00Z');
    expect(starts(given)).toEqual(['2026-03-28T10:00:00Z', '2026-03-29T09:00:00Z']);
    expect(starts(given, [moved])).toEqual(['2026-03-27T15:00:00Z', '2026-03-28T10:00:00Z', '2026-03-29T09:00:00Z']);
  });

  test('is bounded where it goes on between two occurrences', () => {
    const { expansion } = walk(series(start, end, ['RRULE:FREQ=YEARLY', 'EXRULE:FREQ=SECONDLY']), [], window());
    expect(expansion.exhausted).toBe(true);
    expect(expansion.steps).toBeLessThan(MOST_STEPS + 10);
  });
});

describe('windows far from the start', () => {
  test.each([
    ['FREQ=MONTHLY;BYDAY=2TU', 1],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 1],
    ['FREQ=YEARLY;BYMONTH=6;BYDAY=-1SU', 1],
    ['FREQ=YEARLY;BYWEEKNO=24;BYDAY=MO', 1],
    ['FREQ=DAILY;BYHOUR=9,17', 60],
    ['FREQ=HOURLY;INTERVAL=6', 120],
    ['FREQ=MINUTELY;INTERVAL=720', 60],
    ['FREQ=SECONDLY;INTERVAL=86400', 30],
    ['FREQ=HOURLY;INTERVAL=24;COUNT=900000', 30],
  ])('%s since 1970 is in June 2099 after few steps', (rule, count) => {
    const given = series('1970-01-01T09:00:00 Europe/London', '1970-01-01T10:00:00 Europe/London', [`RRULE:${rule}`]);
    const { occurrences, expansion } = walk(given, [], window('2099-06-01T08:30:00Z', '2099-07-01T08:00:00Z'));
    expect(Math.abs(occurrences.length - count)).toBeLessThan(3);
    expect(expansion.steps).toBeLessThan(4 * count + 120);
  });
});

test('numbered weekdays among days of the month are those from its beginning, and from its end', () => {
  const at = (rule: string) =>
    starts(series('2026-01-01T09:00:00Z', '2026-01-01T10:00:00Z', [rule]), [], window('2026-01-02T00:00:00Z', '2026-07-01T00:00:00Z'))
      .map((start) => start.slice(0, 10)); // biome-ignore format: one question
  // The second Friday where it is a thirteenth; the last Saturday where it is the 28th; any Tuesday that is the 24th.
  expect(at('RRULE:FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=2FR')).toEqual(['2026-02-13', '2026-03-13']);
  expect(at('RRULE:FREQ=MONTHLY;BYMONTHDAY=28;BYDAY=-1SA')).toEqual(['2026-02-28', '2026-03-28']);
  expect(at('RRULE:FREQ=MONTHLY;BYMONTHDAY=24;BYDAY=TU')).toEqual(['2026-02-24', '2026-03-24']);
  expect(at('RRULE:FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=1FR')).toEqual([]);
});
