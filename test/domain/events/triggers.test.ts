/** Moments before and after events and their occurrences, and when the next of them comes. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ListedObject } from '../../../domain/events/listed.ts';
import { listEvents } from '../../../domain/events/listing.ts';
import type { EventContent, EventTime } from '../../../domain/events/model.ts';
import {
  type EventTrigger,
  momentsBetween,
  nextMoment,
  parseOffset,
  triggersOf,
} from '../../../domain/events/triggers.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const zones = systemZones('test');
const zone = 'Europe/London';
const reading = { dayZone: zone, floatingZone: () => zone };
const at = (text: string) => Date.parse(`${text}:00Z`);
const zoned = (local: string): EventTime => ({ kind: 'zoned', local, zone, instant: zones.resolve(local, zone) });
const day = (date: string): EventTime => ({ kind: 'date', date });

function event(start: EventTime, end: EventTime, more: Partial<EventContent> = {}): ListedObject {
  const content = { start, end, rules: [], status: 'CONFIRMED', nominalDays: null, ...more } as unknown as EventContent;
  return { id: 'evt_1', content, exceptions: [], deletedAt: null, syncedAt: 0, masterSyncedAt: 0 };
}
const early: EventTrigger = { key: 'early', anchor: 'START', offset: -900 };
const late: EventTrigger = { key: 'late', anchor: 'END', offset: 600 };
const between = (record: ListedObject, triggers: readonly EventTrigger[], after: string, until: string) =>
  momentsBetween(record, triggers, { after: at(after), until: at(until) }, reading, zones);
const next = (record: ListedObject, triggers: readonly EventTrigger[], after: string) => {
  const found = nextMoment(record, triggers, at(after), reading, zones);
  return found === null ? null : new Date(found).toISOString().slice(0, 16);
};

describe('the moments of an event', () => {
  const meeting = event(zoned('2026-03-02T10:00:00'), zoned('2026-03-02T11:00:00'));

  test('are told once: half-open behind what was told', () => {
    expect(between(meeting, [early, late], '2026-03-02T09:44', '2026-03-02T09:45').entries).toEqual([
      { id: 'evt_1', keys: ['early'] },
    ]);
    expect(between(meeting, [early, late], '2026-03-02T09:45', '2026-03-02T11:09').entries).toEqual([]);
    expect(between(meeting, [early, late], '2026-03-02T09:45', '2026-03-02T11:10').entries).toEqual([
      { id: 'evt_1', keys: ['late'] },
    ]);
    expect(between(meeting, [early, late], '2026-03-01T00:00', '2026-03-03T00:00').entries).toEqual([
      { id: 'evt_1', keys: ['early', 'late'] },
    ]);
    expect(between(meeting, [early], '2026-03-02T10:00', '2026-03-02T09:00').entries).toEqual([]);
  });

  test('come next in their order, and then no more', () => {
    expect(next(meeting, [late, early], '2026-03-01T00:00')).toBe('2026-03-02T09:45');
    expect(next(meeting, [late, early], '2026-03-02T09:45')).toBe('2026-03-02T11:10');
    expect(next(meeting, [late, early], '2026-03-02T11:10')).toBeNull();
  });

  test('a cancelled event has none', () => {
    const cancelled = event(zoned('2026-03-02T10:00:00'), zoned('2026-03-02T11:00:00'), { status: 'CANCELLED' });
    expect(between(cancelled, [early], '2026-03-01T00:00', '2026-03-03T00:00').entries).toEqual([]);
    expect(next(cancelled, [early], '2026-03-01T00:00')).toBeNull();
  });

  test('an all-day event begins and ends with the day of its calendar', () => {
    const summer = event(day('2026-07-01'), day('2026-07-02'));
    expect(next(summer, [early], '2026-06-01T00:00')).toBe('2026-06-30T22:45');
    expect(next(summer, [late], '2026-06-01T00:00')).toBe('2026-07-01T23:10');
  });
});

/** Everything that is told, as the job tells it: `moment id key`, and how often it looked. */
function toldBy(record: ListedObject, triggers: readonly EventTrigger[], from: number, to: number) {
  const told: string[] = [];
  let [after, looks] = [from, 0];
  for (;;) {
    const due = nextMoment(record, triggers, after, reading, zones);
    if (due === null || due > to) return { told, looks };
    expect(due).toBeGreaterThan(after);
    looks += 1;
    while (after < due) {
      const moments = momentsBetween(record, triggers, { after, until: due }, reading, zones);
      for (const { id, keys } of moments.entries) for (const key of keys) told.push(`${due} ${id} ${key}`);
      after = moments.until;
    }
  }
}

describe('a series whose occurrences overlap', () => {
  const begin = at('2026-01-01T00:00');
  const days = 86_400_000;
  const utc = (instant: number): EventTime => ({ kind: 'utc', instant });
  const lasting = (length: number, rule: string) => event(utc(begin), utc(begin + length), { rules: [rule] });
  const onStart: EventTrigger = { key: 'start', anchor: 'START', offset: 0 };
  const onEnd: EventTrigger = { key: 'end', anchor: 'END', offset: 0 };

  test.each([onStart, onEnd])('is looked at at its moments, not every second: $anchor', (trigger) => {
    const series = lasting(60 * days, 'RRULE:FREQ=DAILY');
    expect(next(series, [trigger], '2026-06-01T12:00')).toBe('2026-06-02T00:00');
    expect(next(series, [{ ...trigger, offset: -3_600 }], '2026-06-01T12:00')).toBe('2026-06-01T23:00');
    const now = at('2026-06-01T12:00');
    expect(toldBy(series, [trigger], now, now + 5 * days).looks).toBe(5);
  });

  test.each([
    [onStart, '20300601T000000Z'],
    [onEnd, '20270528T000000Z'],
  ])('loses none among more than a page of others that lie over its moment (%#)', (trigger, recurrenceId) => {
    const series = lasting(1_100 * days, 'RRULE:FREQ=DAILY');
    const moment = at('2030-06-01T00:00');
    const range = { after: moment - 500, until: moment + 400 };
    expect(momentsBetween(series, [trigger], range, reading, zones).entries).toEqual([
      { id: `evt_1_${recurrenceId}`, keys: [trigger.key] },
    ]);
    expect(nextMoment(series, [trigger], moment - 500, reading, zones)).toBe(moment);
  });

  const changedTo = (recurrenceId: string, start: number, end: number, more: Partial<EventContent> = {}) => ({
    recurrenceId,
    content: { ...lasting(0, '').content, start: utc(start), end: utc(end), rules: [], ...more } as EventContent,
    deletedAt: null,
    syncedAt: 0,
  });
  const basic = (instant: number) => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');

  test.each([
    ['START', 0],
    ['END', 0],
    ['END', 1],
  ] as const)('tells at once however much has one moment, in one stretch of starts or many: %s', (anchor, apart) => {
    const moment = begin + 5_000 * days;
    const exceptions = Array.from({ length: 1_500 }, (_, index) => {
      const start = moment - (anchor === 'END' ? 60_000 + apart * index * 7 * days : 0);
      return changedTo(basic(begin + index * days), start, anchor === 'END' ? moment : moment + 60_000);
    });
    const series = { ...lasting(60_000, 'RRULE:FREQ=DAILY;COUNT=1500'), exceptions };
    const trigger = { key: 'a', anchor, offset: 0 };
    expect(nextMoment(series, [trigger], moment - 500, reading, zones)).toBe(moment);
    const told: string[][] = [];
    for (let after = moment - 500; after < moment + 500; ) {
      const moments = momentsBetween(series, [trigger], { after, until: moment + 500 }, reading, zones);
      if (moments.entries.length > 0) told.push(moments.entries.map(({ id }) => id));
      after = moments.until;
    }
    expect(told.map((ids) => new Set(ids).size)).toEqual([1_500]);
    expect(told[0]).toHaveLength(1_500);
  });

  test('of which too many may end next to look at all is looked at again soon', () => {
    const series = event(zoned('2026-01-01T00:00:00'), zoned('2026-01-02T00:00:00'), {
      rules: ['RRULE:FREQ=SECONDLY;INTERVAL=7'],
      nominalDays: 1,
    });
    const now = at('2026-06-01T12:00');
    expect(nextMoment(series, [onEnd], now, reading, zones)).toBe(now + 1_000);
  });

  test('changed occurrences of which no master is known have their moments', () => {
    const orphans = {
      ...lasting(0, ''),
      content: null,
      exceptions: Array.from({ length: 60 }, (_, index) =>
        changedTo(basic(begin + index * days), begin, begin + (100 - index) * days),
      ),
    };
    const { told, looks } = toldBy(orphans, [onStart, onEnd], begin - 1, begin + 200 * days);
    expect([told.length, new Set(told).size, looks]).toEqual([120, 120, 61]);
  });

  test('tells each moment once, whatever was changed, moved with later ones, cancelled, excluded or added', () => {
    const hour = 3_600_000;
    const change = fc.record({
      index: fc.integer({ min: 0, max: 11 }),
      shift: fc.integer({ min: -30, max: 30 }),
      hours: fc.integer({ min: 0, max: 150 }),
      thisAndFuture: fc.boolean(),
      status: fc.constantFrom('CONFIRMED' as const, 'CANCELLED' as const),
      deletedAt: fc.constantFrom(null, null, 1),
    });
    const input = fc.record({
      days: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
      hours: fc.integer({ min: 0, max: 150 }),
      changes: fc.uniqueArray(change, { maxLength: 4, selector: ({ index }) => index }),
      periods: fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 200 })), { maxLength: 3 }),
      excluded: fc.integer({ min: 0, max: 11 }),
      anchor: fc.constantFrom('START' as const, 'END' as const),
      offset: fc.integer({ min: -200_000, max: 200_000 }),
    });
    const first = zones.resolve('2026-03-25T20:30:00', zone);
    const local = (instant: number) => zoned(zones.localAt(instant, zone));
    const name = (instant: number) => zones.localAt(instant, zone).replace(/[-:]/g, '');
    fc.assert(
      fc.property(input, ({ days: nominalDays, hours, changes, periods, excluded, anchor, offset }) => {
        // Every twelve hours, across a change of the clock.
        const original = (index: number) => first + index * 12 * hour;
        const exceptions = changes.map(({ index, shift, hours: own, thisAndFuture, status, deletedAt }) => {
          const start = original(index) + shift * hour;
          const times = { start: local(start), end: local(start + own * hour) };
          const range = thisAndFuture ? { thisAndFuture } : {};
          return {
            ...changedTo(name(original(index)), 0, 0, { ...times, ...range, status, nominalDays: null }),
            deletedAt,
          };
        });
        const length = nominalDays === null ? hours * hour : nominalDays * days;
        const series = {
          ...event(local(first), local(first + length), {
            nominalDays,
            rules: [
              'RRULE:FREQ=HOURLY;INTERVAL=12;COUNT=12',
              `EXDATE;TZID=${zone}:${name(original(excluded))}`,
              ...periods.map(
                ([from, own]) =>
                  `RDATE;VALUE=PERIOD:${basic(first + from * hour)}/${basic(first + (from + own) * hour)}`,
              ),
            ],
          }),
          exceptions,
        };
        const everything = listEvents(
          [series],
          {
            ...reading,
            from: Number.NEGATIVE_INFINITY,
            to: Number.POSITIVE_INFINITY,
            endlessTo: Number.POSITIVE_INFINITY,
            after: null,
            first: 1_000,
            expansion: 'OCCURRENCES',
            includeDeleted: false,
            modifiedSince: null,
            moved: () => false,
            maximum: 10_000,
          },
          zones,
        ).items.map((entry) => {
          const moment = (anchor === 'START' ? entry.startsAt : entry.endsAt) + offset * 1_000;
          return `${moment} ${entry.id} any`;
        });
        const { told, looks } = toldBy(
          series,
          [{ key: 'any', anchor, offset }],
          first - 100 * days,
          first + 100 * days,
        );
        expect(told.sort()).toEqual(everything.sort());
        // One that ends by itself may be gone, or stand elsewhere: it is looked at once all the same.
        expect(looks).toBeLessThanOrEqual(everything.length + changes.length + periods.length);
      }),
      { numRuns: 80, seed: 11 },
    );
  });
});

describe('the moments of a series', () => {
  const daily = event(zoned('2026-03-28T10:00:00'), zoned('2026-03-28T11:00:00'), { rules: ['RRULE:FREQ=DAILY'] });

  test('keep to the wall clock of each occurrence, and name it', () => {
    expect(between(daily, [early], '2026-03-28T00:00', '2026-03-30T00:00').entries).toEqual([
      { id: 'evt_1_20260328T100000', keys: ['early'] },
      { id: 'evt_1_20260329T100000', keys: ['early'] },
    ]);
    expect(next(daily, [early], '2026-03-28T12:00')).toBe('2026-03-29T08:45');
    expect(next(daily, [{ ...early, offset: -86_400 }], '2026-03-28T12:00')).toBe('2026-03-29T09:00');
  });

  test('an occurrence that is excluded has none', () => {
    const without = event(zoned('2026-03-28T10:00:00'), zoned('2026-03-28T11:00:00'), {
      rules: ['RRULE:FREQ=DAILY;COUNT=2', 'EXDATE;TZID=Europe/London:20260329T100000'],
    });
    expect(between(without, [early], '2026-03-28T00:00', '2026-04-30T00:00').entries).toHaveLength(1);
    expect(next(without, [early], '2026-03-28T12:00')).toBeNull();
  });

  test('29 February is found eight years ahead, a series that never comes again is not', () => {
    const leap = event(day('2096-02-29'), day('2096-03-01'), { rules: ['RRULE:FREQ=YEARLY'] });
    expect(next(leap, [early], '2096-03-01T00:00')).toBe('2104-02-28T23:45');
    const ended = event(day('2020-02-01'), day('2020-02-02'), { rules: ['RRULE:FREQ=DAILY;COUNT=3'] });
    expect(next(ended, [early, late], '2026-03-01T00:00')).toBeNull();
  });

  test('a long absence is told piece by piece, and all of it', () => {
    const minutely = event(zoned('2026-01-01T00:00:00'), zoned('2026-01-01T00:00:30'), {
      rules: ['RRULE:FREQ=MINUTELY;COUNT=1500'],
    });
    const seen = new Set<string>();
    let after = at('2026-01-01T00:00') - 1;
    const until = at('2026-01-03T00:00');
    let pieces = 0;
    while (after < until) {
      const moments = momentsBetween(minutely, [{ ...early, offset: 0 }], { after, until }, reading, zones);
      expect(moments.until).toBeGreaterThan(after);
      expect(moments.entries.length).toBeLessThanOrEqual(1_000);
      for (const { id } of moments.entries) {
        expect(seen.has(id)).toBe(false);
        seen.add(id);
      }
      after = moments.until;
      pieces++;
    }
    expect(seen.size).toBe(1_500);
    expect(pieces).toBeGreaterThan(1);
  });

  test('whatever the triggers, walking from moment to moment meets each once', () => {
    const offsets = fc.array(
      fc.record({
        anchor: fc.constantFrom('START' as const, 'END' as const),
        offset: fc.integer({ min: -9_000, max: 9_000 }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(offsets, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40 }), (made, length, count) => {
        const triggers = made.map((one, index) => ({ ...one, key: `${index}` }));
        const start = at('2026-03-28T20:00');
        const series = event(
          { kind: 'utc', instant: start },
          { kind: 'utc', instant: start + length * 60_000 },
          { rules: [`RRULE:FREQ=HOURLY;INTERVAL=3;COUNT=${count}`] },
        );
        const expected = new Set<string>();
        for (let index = 0; index < count; index++) {
          const from = start + index * 3 * 3_600_000;
          for (const { key, anchor, offset } of triggers) {
            expected.add(`${(anchor === 'START' ? from : from + length * 60_000) + offset * 1000} ${key}`);
          }
        }
        const met = new Set<string>();
        let told = start - 86_400_000;
        for (;;) {
          const due = nextMoment(series, triggers, told, reading, zones);
          if (due === null) break;
          for (const { keys } of momentsBetween(series, triggers, { after: told, until: due }, reading, zones)
            .entries) {
            for (const key of keys) met.add(`${due} ${key}`);
          }
          told = due;
        }
        expect([...met].sort()).toEqual([...expected].sort());
      }),
      { numRuns: 15, seed: 7 },
    );
  });
});

test('an offset has a sign, a day is 24 hours, and what is none is refused', () => {
  expect(['-PT15M', 'P1DT1S', 'PT0S', '-PT0S', '+P1W'].map(parseOffset)).toEqual([-900, 86_401, 0, 0, 604_800]);
  expect(['', 'P1M', 'PT', 'P100001D', '15'].map(parseOffset)).toEqual([null, null, null, null, null]);
  expect(triggersOf([{ key: 'a', anchor: 'END', offset: '-PT1H' }])).toEqual([
    { key: 'a', anchor: 'END', offset: -3_600 },
  ]);
  expect(triggersOf(null)).toEqual([]);
});
