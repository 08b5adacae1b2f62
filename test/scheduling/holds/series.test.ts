/** Which occurrences of a series are held: drawn rules, in zones that change their clocks, against the wall clock itself. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RefusedInput } from '../../../domain/errors.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import type { AskedMember } from '../../../scheduling/availability/asked.ts';
import { recurrenceErrors, seriesBounds, seriesOf, timesIn } from '../../../scheduling/holds/series.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const zoneNames = ['Etc/UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
const year = Date.UTC(2026, 0, 1) / 1000;
const rules = fc
  .record({
    frequency: fc.constantFrom('HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    interval: fc.integer({ min: 1, max: 5 }),
    end: fc.oneof(
      fc.constant(''),
      fc.integer({ min: 1, max: 400 }).map((count) => `;COUNT=${count}`),
      fc.integer({ min: 1, max: 700 }).map((days) => `;UNTIL=${stamp(year + 366 * 86_400 + days * 86_400)}`),
    ),
    day: fc.constantFrom('', ';BYDAY=MO,WE', ';BYDAY=TU'),
  })
  .map(({ frequency, interval, end, day }) => {
    const days = frequency === 'WEEKLY' || frequency === 'DAILY' ? day : '';
    return `RRULE:FREQ=${frequency};INTERVAL=${interval}${days}${end}`;
  });
const member = (buffer: number) => ({ before: buffer, after: 0 }) as AskedMember;

function stamp(second: number): string {
  return new Date(second * 1000).toISOString().replace(/[-:]|\.000/g, '');
}
/** Minutes past midnight that the zone's clocks show. */
function shown(second: number, zone: string): string {
  return zones.localAt(second * 1000, zone).slice(11, 16);
}

describe('drawn series', () => {
  test('begin with the slot, come in order, leave each other and their buffers free, and end where the bounds say', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 366 * 96 }),
        fc.integer({ min: 1, max: 96 }),
        fc.constantFrom(...zoneNames),
        fc.constantFrom(0, 900, 7_200),
        rules,
        (quarter, length, timeZone, buffer, line) => {
          const start = year + quarter * 900;
          const slot = { start, end: start + length * 900 };
          let series: ReturnType<typeof seriesOf>;
          try {
            series = seriesOf(slot, { lines: [line], timeZone, path: ['slots', '0'] }, [member(buffer)], zones);
          } catch (error) {
            expect(error).toBeInstanceOf(RefusedInput);
            const [first] = (error as RefusedInput).errors;
            expect(first?.path.slice(0, 3)).toEqual(['slots', '0', 'recurrence']);
            return;
          }
          const times = timesIn({ ...slot, series });
          expect(times[0]).toEqual(slot);
          expect(times.length).toBeLessThanOrEqual(seriesBounds.occurrences);
          for (const [place, one] of times.entries()) {
            expect(one.end - one.start).toBe(slot.end - slot.start);
            expect(one.start - slot.start).toBeLessThanOrEqual(seriesBounds.span);
            const before = times[place - 1];
            if (before !== undefined) expect(one.start).toBeGreaterThanOrEqual(before.end + buffer);
          }
          // Days and more keep the wall clock, but where it is not there on that day (RFC 5545 §3.3.5).
          if (!line.includes('HOURLY')) {
            const others = times.filter((one) => shown(one.start, timeZone) !== shown(start, timeZone));
            for (const { start: moved } of others) {
              expect(zones.offsetAt(moved * 1000, timeZone)).not.toBe(
                zones.offsetAt(moved * 1000 - 7_200_000, timeZone),
              );
            }
          }
          if (!line.includes('COUNT') && !line.includes('UNTIL')) expect(series.more).toBe(true);
          const counted = Number(/COUNT=(\d+)/.exec(line)?.[1] ?? Number.NaN);
          if (!series.more && !Number.isNaN(counted)) expect(times).toHaveLength(counted);
        },
      ),
      { seed: 7, numRuns: 120 },
    );
  });

  test('of any text are refused with a path, and nothing else is thrown', () => {
    const slot = { start: year, end: year + 1_800 };
    const text = fc.oneof(
      fc.string(),
      fc.string().map((value) => `RRULE:${value}`),
      rules,
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (lines) => {
        for (const { path, message } of recurrenceErrors(slot, lines, zones)) {
          expect(path[0]).toBe('recurrence');
          expect(message.length).toBeLessThan(1_000);
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

test('a series of which EXDATE leaves little is found to its end, and no further than that takes', () => {
  const slot = { start: year, end: year + 1_800 };
  const gone = Array.from({ length: 900 }, (_, day) => stamp(year + (day + 1) * 86_400)).join(',');
  const asked = { lines: ['RRULE:FREQ=DAILY', `EXDATE:${gone}`], timeZone: 'Etc/UTC', path: [] };
  const { occurrences, more } = seriesOf(slot, asked, [], zones);
  expect(occurrences).toEqual([[slot.start, slot.end]]);
  expect(more).toBe(true);
});
