/** Which days somebody was away (semantics E9). */
import { describe, expect, test } from '@jest/globals';
import { ALWAYS, type Spans, union } from '../../../domain/availability/spans.ts';
import { weeklyTime } from '../../../domain/availability/weekly-hours.ts';
import { timeAway } from '../../../domain/distribution/time-away.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const at = (text: string) => Date.parse(`2026-${text}:00Z`) / 1000;
/** Monday to the Monday after next, UTC. */
const window = [at('03-02T00:00'), at('03-16T00:00')] as const;
const span = (from: string, to: string) => [at(from), at(to)];

function away(working: Spans, outOfOffice: Spans, timeZone = 'Etc/UTC', within: readonly [number, number] = window) {
  const spans = timeAway({ working, outOfOffice, timeZone }, within, zones);
  return Array.from({ length: spans.length / 2 }, (_, place) =>
    [spans[2 * place], spans[2 * place + 1]]
      .map((second) => new Date((second as number) * 1000).toISOString().slice(5, 16))
      .join('–'),
  );
}

const hours = (days: readonly number[], start: number, end: number, timeZone = 'Etc/UTC') =>
  weeklyTime(days.map((day) => ({ day, start: start * 3600, end: end * 3600 })), timeZone, [at('02-26T00:00'), at('03-20T00:00')], zones); // biome-ignore format: one call

describe('out of office', () => {
  test('all day is away, for part of a day is not', () => {
    expect(away(ALWAYS, span('03-04T00:00', '03-05T00:00'))).toEqual(['03-04T00:00–03-05T00:00']);
    expect(away(ALWAYS, span('03-04T08:00', '03-04T20:00'))).toEqual([]);
    expect(away(ALWAYS, [])).toEqual([]);
  });

  test('for days on end is away for all of them', () => {
    expect(away(ALWAYS, span('03-04T00:00', '03-09T00:00'))).toEqual(['03-04T00:00–03-09T00:00']);
  });

  test('is a day in whatever zone it is one', () => {
    // A day in Auckland, of somebody whose account is in London.
    expect(away(ALWAYS, span('03-03T11:00', '03-04T11:00'), 'Europe/London')).toEqual(['03-03T11:00–03-04T11:00']);
    // The 23 hours of a day on which New York goes over to summer time.
    expect(away(ALWAYS, span('03-08T05:00', '03-09T04:00'), 'Europe/London')).toEqual(['03-08T05:00–03-09T04:00']);
  });

  test('in the working hours of a day leaves nothing of it', () => {
    const working = hours([0, 1, 2, 3, 4, 5, 6], 9, 17);
    expect(away(working, span('03-04T09:00', '03-04T17:00'))).toEqual(['03-04T00:00–03-05T00:00']);
    expect(away(working, span('03-04T09:00', '03-04T16:59'))).toEqual([]);
  });
});

describe('working time', () => {
  test('that a day has none of is away, in the account’s own days', () => {
    const working = hours([0, 1, 2, 3, 4], 9, 17, 'America/New_York');
    const newYork = away(working, [], 'America/New_York', [at('03-02T12:00'), at('03-16T12:00')]);
    expect(newYork).toEqual(['03-07T05:00–03-09T04:00', '03-14T04:00–03-16T04:00']);
    expect(away(hours([0, 1, 2, 3], 9, 17), [])).toEqual(['03-06T00:00–03-09T00:00', '03-13T00:00–03-16T00:00']);
  });

  test('over midnight is work on both days', () => {
    const night = union([[at('03-02T22:00'), at('03-03T06:00')]]);
    expect(away(night, [])).toEqual(['03-04T00:00–03-17T00:00']);
  });

  test('that is not there at all is away throughout', () => {
    expect(away([], [])).toEqual(['03-02T00:00–03-17T00:00']);
  });

  test('of the days at the edges is told whole', () => {
    const working = hours([0, 1, 2, 3, 4], 9, 17);
    expect(away(working, [], 'Etc/UTC', [at('03-06T20:00'), at('03-07T08:00')])).toEqual(['03-07T00:00–03-08T00:00']);
  });

  test('of a zone without midnight, and one with two, is that of its days', () => {
    // Beirut has no midnight on 29 March 2026; in Havana the hour after midnight of 1 November comes twice.
    const around = (from: string, to: string) => [at(from), at(to)] as const;
    expect(away([], [], 'Asia/Beirut', around('03-28T12:00', '03-28T13:00'))).toEqual(['03-27T22:00–03-28T22:00']);
    expect(away([], [], 'America/Havana', around('11-01T12:00', '11-01T13:00'))).toEqual(['11-01T04:00–11-02T05:00']);
  });
});
