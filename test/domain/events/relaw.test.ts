/** What a new law makes of events: wall clocks hold, days and past times stay, and only what can be seen moves. */
import { describe, expect, test } from '@jest/globals';
import type { EventContent, EventTime } from '../../../domain/events/model.ts';
import { type LawChange, occurrencesMove, relawContent } from '../../../domain/events/relaw.ts';
import { formatInstant, parseInstant } from '../../../domain/time/instants.ts';
import { recordedZones } from '../../../domain/time/recorded-law.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';

const at = parseInstant;
const zone = 'America/Vancouver';
const hour = 3600;
const from = at('2026-06-01T00:00:00Z');
const until = at('2028-01-01T00:00:00Z');

function law(changes: readonly (readonly [string, number])[]): ZoneData {
  const offsets = [[from, -7 * hour] as const, ...changes.map(([when, hours]) => [at(when), hours * hour] as const)];
  return recordedZones('synthetic', new Map([[zone, { from, until, offsets }]]), systemZones('test'));
}

const before = law([
  ['2026-11-01T09:00:00Z', -8],
  ['2027-03-14T10:00:00Z', -7],
  ['2027-11-07T09:00:00Z', -8],
]);
const after = law([]);
const change: LawChange = {
  before,
  after,
  now: at('2026-10-01T00:00:00Z'),
  until,
  floatingZone: zone,
  singlesKeepInstant: false,
};

const zoned = (local: string, zones = before): EventTime => ({
  kind: 'zoned',
  local,
  zone,
  instant: zones.resolve(local, zone),
});

function content(start: EventTime, end: EventTime, rules: readonly string[] = []): EventContent {
  return {
    summary: null,
    description: null,
    start,
    end,
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
    rules,
  };
}

const instants = ({ start, end }: EventContent) =>
  [start, end].map((time) => ('instant' in time ? formatInstant(time.instant) : JSON.stringify(time)));

describe('a single event', () => {
  const december = content(zoned('2026-12-01T09:00:00'), zoned('2026-12-01T10:00:00'));

  test('keeps its wall clock, and its instant moves', () => {
    expect(instants(december)).toEqual(['2026-12-01T17:00:00Z', '2026-12-01T18:00:00Z']);
    expect(instants(relawContent(december, change, false))).toEqual(['2026-12-01T16:00:00Z', '2026-12-01T17:00:00Z']);
  });

  test('of an application calendar keeps its instant, unless it is part of a series', () => {
    const local = { ...change, singlesKeepInstant: true };
    expect(relawContent(december, local, false)).toBe(december);
    expect(instants(relawContent(december, local, true))).toEqual(['2026-12-01T16:00:00Z', '2026-12-01T17:00:00Z']);
  });

  test.each([
    ['in summer', content(zoned('2027-07-01T09:00:00'), zoned('2027-07-01T10:00:00'))],
    ['in the past', content(zoned('2026-09-01T09:00:00'), zoned('2026-09-01T10:00:00'))],
    [
      'computed under the new law already',
      content(zoned('2026-12-01T09:00:00', after), zoned('2026-12-01T10:00:00', after)),
    ],
    ['in UTC', content({ kind: 'utc', instant: 0 }, { kind: 'utc', instant: 1000 })],
    ['of a day', content({ kind: 'date', date: '2026-12-01' }, { kind: 'date', date: '2026-12-02' })],
    [
      'that floats',
      content({ kind: 'floating', local: '2026-12-01T09:00:00' }, { kind: 'floating', local: '2026-12-01T10:00:00' }),
    ],
  ])('%s stays as it is', (_, event) => {
    expect(relawContent(event, change, false)).toBe(event);
  });

  test('that lies wholly before now stays, whatever the law says of that time', () => {
    const late = { ...change, now: at('2027-01-01T00:00:00Z') };
    expect(relawContent(december, late, false)).toBe(december);
  });

  test('whose end alone moves is another', () => {
    const night = content(zoned('2026-11-01T00:30:00'), zoned('2026-11-01T05:00:00'));
    expect(instants(relawContent(night, change, false))).toEqual(['2026-11-01T07:30:00Z', '2026-11-01T12:00:00Z']);
  });
});

describe('a series', () => {
  const weekly = content(zoned('2026-06-01T09:00:00'), zoned('2026-06-01T10:00:00'), ['RRULE:FREQ=WEEKLY']);
  const moves = (rules: readonly string[], more: Partial<LawChange> = {}) =>
    occurrencesMove({ ...weekly, rules }, [], { ...change, ...more });

  test('moves when one of its occurrences ahead does', () => {
    expect(moves(['RRULE:FREQ=WEEKLY'])).toBe(true);
    expect(moves(['RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1'])).toBe(true);
  });

  test.each([
    ['each July', ['RRULE:FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=5']],
    ['that has ended', ['RRULE:FREQ=WEEKLY;COUNT=3']],
    ['that ends before the laws part', ['RRULE:FREQ=WEEKLY;UNTIL=20261030T000000Z']],
  ])('%s does not', (_, rules) => {
    expect(moves(rules)).toBe(false);
  });

  test('does not when the laws part behind what is known', () => {
    expect(moves(['RRULE:FREQ=WEEKLY'], { until: at('2026-10-30T00:00:00Z') })).toBe(false);
  });

  test('moves when an occurrence leaves the time that is known, or comes into it', () => {
    const once = content(zoned('2026-11-02T09:00:00'), zoned('2026-11-02T10:00:00'), ['RRULE:FREQ=DAILY;COUNT=1']);
    expect(occurrencesMove(once, [], { ...change, until: at('2026-11-02T16:30:00Z') })).toBe(true);
  });

  test('does not when only a changed occurrence, told by itself, does', () => {
    const one = content(zoned('2026-10-26T09:00:00'), zoned('2026-10-26T10:00:00'), ['RRULE:FREQ=DAILY;COUNT=2']);
    const moved = content(zoned('2026-12-01T09:00:00'), zoned('2026-12-01T10:00:00'));
    const exceptions = [{ recurrenceId: '20261027T090000', content: moved }];
    expect(occurrencesMove(one, exceptions, change)).toBe(false);
  });

  test('that floats follows the zone of its calendar', () => {
    const floats = content(
      { kind: 'floating', local: '2026-06-01T09:00:00' },
      { kind: 'floating', local: '2026-06-01T10:00:00' },
      ['RRULE:FREQ=WEEKLY'],
    );
    expect(occurrencesMove(floats, [], change)).toBe(true);
    expect(occurrencesMove(floats, [], { ...change, floatingZone: 'Europe/London' })).toBe(false);
  });
});
