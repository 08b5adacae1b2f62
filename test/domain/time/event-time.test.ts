import { describe, expect, test } from '@jest/globals';
import type { EventTime } from '../../../domain/events/model.ts';
import {
  describeLocal,
  eventTimeInstant,
  formatOffset,
  recurrenceIdOf,
  recurrenceTime,
  timeLike,
} from '../../../domain/time/event-time.ts';
import { formatInstant } from '../../../domain/time/instants.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const reading = { zones, floatingZone: 'Europe/London', dayZone: 'Pacific/Auckland' };

const zoned = (local: string, zone: string): EventTime => ({
  kind: 'zoned',
  local,
  zone,
  instant: zones.resolve(local, zone),
});
const date: EventTime = { kind: 'date', date: '2026-12-25' };
const utc: EventTime = { kind: 'utc', instant: Date.UTC(2026, 2, 29, 1) };
const floating: EventTime = { kind: 'floating', local: '2026-07-01T09:00:00' };

test('each kind of time has its instant', () => {
  expect(formatInstant(eventTimeInstant(date, reading))).toBe('2026-12-24T11:00:00Z');
  expect(formatInstant(eventTimeInstant(utc, reading))).toBe('2026-03-29T01:00:00Z');
  expect(formatInstant(eventTimeInstant(floating, reading))).toBe('2026-07-01T08:00:00Z');
  expect(formatInstant(eventTimeInstant(zoned('2026-07-01T09:00:00', 'Europe/Paris'), reading))).toBe(
    '2026-07-01T07:00:00Z',
  );
});

test('the local text shows the wall clock with its offset, a floating one without, a day as a day', () => {
  expect(describeLocal(date, zones)).toBe('2026-12-25');
  expect(describeLocal(utc, zones)).toBe('2026-03-29T01:00:00Z');
  expect(describeLocal(floating, zones)).toBe('2026-07-01T09:00:00');
  expect(describeLocal(zoned('2026-03-29T02:00:00', 'Europe/London'), zones)).toBe('2026-03-29T02:00:00+01:00');
  expect(describeLocal(zoned('2026-03-29T01:30:00', 'Europe/London'), zones)).toBe('2026-03-29T02:30:00+01:00');
  expect(describeLocal(zoned('2026-01-01T09:00:00', 'America/St_Johns'), zones)).toBe('2026-01-01T09:00:00-03:30');
  expect(describeLocal(zoned('2026-01-01T09:00:00', 'Europe/London'), zones)).toBe('2026-01-01T09:00:00+00:00');
});

test('offsets have hours and minutes', () => {
  expect([0, 20_700, -12_600, -75, 50_400].map(formatOffset)).toEqual([
    '+00:00',
    '+05:45',
    '-03:30',
    '-00:01',
    '+14:00',
  ]);
});

test('a time like another has its kind and zone, and the wall clock or instant that is given', () => {
  const wall = Date.UTC(2026, 6, 2, 15, 30);
  const instant = Date.UTC(2026, 6, 2, 13, 30);
  expect(timeLike(date, wall, instant)).toEqual({ kind: 'date', date: '2026-07-02' });
  expect(timeLike(utc, wall, instant)).toEqual({ kind: 'utc', instant });
  expect(timeLike(floating, wall, instant)).toEqual({ kind: 'floating', local: '2026-07-02T15:30:00' });
  expect(timeLike(zoned('2026-01-01T09:00:00', 'Europe/Paris'), wall, instant)).toEqual({
    kind: 'zoned',
    local: '2026-07-02T15:30:00',
    zone: 'Europe/Paris',
    instant,
  });
});

describe('recurrence ids', () => {
  test('are the start in its own value type', () => {
    expect(recurrenceIdOf(date)).toBe('20261225');
    expect(recurrenceIdOf(utc)).toBe('20260329T010000Z');
    expect(recurrenceIdOf(floating)).toBe('20260701T090000');
    expect(recurrenceIdOf(zoned('2026-03-29T01:30:00', 'Europe/London'))).toBe('20260329T013000');
  });

  test('are read in the value type of the master', () => {
    const master = zoned('2026-01-01T09:00:00', 'Europe/London');
    const nine = {
      kind: 'zoned',
      local: '2026-07-01T09:00:00',
      zone: 'Europe/London',
      instant: Date.UTC(2026, 6, 1, 8),
    };
    expect(recurrenceTime('20260701T090000', master, reading)).toEqual(nine);
    expect(recurrenceTime('20260701T080000Z', master, reading)).toEqual(nine);
    expect(recurrenceTime('20260701', master, reading)).toEqual(nine);
    expect(recurrenceTime('20260701T080000Z', floating, reading)).toEqual({
      kind: 'floating',
      local: '2026-07-01T09:00:00',
    });
    expect(recurrenceTime('20260701', floating, reading)).toEqual({ kind: 'floating', local: '2026-07-01T09:00:00' });
    expect(recurrenceTime('20260701T090000', utc, reading)).toEqual({ kind: 'utc', instant: Date.UTC(2026, 6, 1, 8) });
    expect(recurrenceTime('20260701', utc, reading)).toEqual({ kind: 'utc', instant: Date.UTC(2026, 6, 1, 1) });
    expect(recurrenceTime('20260701T080000Z', utc, reading)).toEqual({ kind: 'utc', instant: Date.UTC(2026, 6, 1, 8) });
    expect(recurrenceTime('20260701T090000', date, reading)).toEqual({ kind: 'date', date: '2026-07-01' });
    expect(recurrenceTime('20260701', date, reading)).toEqual({ kind: 'date', date: '2026-07-01' });
    expect(recurrenceTime('20260701T235959Z', date, reading)).toEqual({ kind: 'date', date: '2026-07-01' });
  });

  test.each([['2026-07-01'], ['20260732'], ['next'], ['']])('%j is none', (id) => {
    expect(recurrenceTime(id, date, reading)).toBeNull();
  });
});
