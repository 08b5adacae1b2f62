/** All zone arithmetic goes through the zone data that is handed in (semantics A8). */
import { describe, expect, test } from '@jest/globals';
import { expand } from '../../../domain/recurrence/expand.ts';
import { describeLocal } from '../../../domain/time/event-time.ts';
import { formatInstant, parseInstant } from '../../../domain/time/instants.ts';
import { formatLocalDateTime, parseLocalDateTime } from '../../../domain/time/wall-clock.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { series, zones as system, window } from './fixtures.ts';

/** A zone with one change of its clock, from `before` to `after` seconds east of UTC. */
function synthetic(change: string, before: number, after: number): ZoneData {
  const at = parseInstant(change);
  const offsetAt = (instant: number): number => (instant < at ? before : after);
  const resolve = (local: string): number => {
    const wall = parseLocalDateTime(local);
    return wall - before * 1000 < at || wall - after * 1000 < at ? wall - before * 1000 : wall - after * 1000;
  };
  return {
    version: 'synthetic',
    canonical: (name) => name,
    offsetAt,
    spanAt: (instant) =>
      instant < at
        ? { from: Number.NEGATIVE_INFINITY, to: at, offset: before * 1000 }
        : { from: at, to: Number.POSITIVE_INFINITY, offset: after * 1000 },
    resolve,
    localAt: (instant) => formatLocalDateTime(instant + offsetAt(instant) * 1000),
    startOfDay: (date) => resolve(`${date}T00:00:00`),
  };
}

const hour = 3600;
const nine = series('2026-10-26T09:00:00 America/Vancouver', '2026-10-26T10:00:00 America/Vancouver', [
  'RRULE:FREQ=WEEKLY;COUNT=3',
]);
const startsIn = (zones: ZoneData): string[] =>
  [...expand(nine, [], window(), zones)].map(({ startsAt }) => formatInstant(startsAt));

describe('zone data', () => {
  test('decides where a wall clock lies: the clock that goes back, and the one that no longer does', () => {
    expect(startsIn(synthetic('2026-11-01T09:00:00Z', -7 * hour, -8 * hour))).toEqual([
      '2026-10-26T16:00:00Z',
      '2026-11-02T17:00:00Z',
      '2026-11-09T17:00:00Z',
    ]);
    expect(startsIn(synthetic('2026-11-01T09:00:00Z', -7 * hour, -7 * hour))).toEqual([
      '2026-10-26T16:00:00Z',
      '2026-11-02T16:00:00Z',
      '2026-11-09T16:00:00Z',
    ]);
  });

  test('of 2026c and later keep Vancouver on its summer clock', () => {
    const single = {
      kind: 'zoned',
      local: '',
      zone: 'America/Vancouver',
      instant: parseInstant('2026-12-01T17:00:00Z'),
    } as const;
    if (system.version < '2026c') {
      expect(startsIn(system)[1]).toBe('2026-11-02T17:00:00Z');
    } else {
      expect(startsIn(system)[1]).toBe('2026-11-02T16:00:00Z');
      // The instant of a single event stays; its wall clock is another.
      expect(describeLocal(single, system)).toBe('2026-12-01T10:00:00-07:00');
    }
  });

  test('may move a clock by any amount: the occurrence in the gap is shown after it', () => {
    const zones = synthetic('2026-11-02T17:00:00Z', -8 * hour, -8 * hour + 1500);
    const [, second] = expand(nine, [], window(), zones);
    expect(second === undefined ? null : [formatInstant(second.startsAt), describeLocal(second.start, zones)]).toEqual([
      '2026-11-02T17:00:00Z',
      '2026-11-02T09:25:00-07:35',
    ]);
  });
});
