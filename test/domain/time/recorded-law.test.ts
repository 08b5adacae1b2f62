/** Zone data as it once was: recorded, compared, and read again as zone data. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatInstant, parseInstant } from '../../../domain/time/instants.ts';
import { lawsDiffer, offsetIn, type RecordedLaw, recordedZones, recordLaw } from '../../../domain/time/recorded-law.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import { formatLocalDateTime } from '../../../domain/time/wall-clock.ts';
import { knownZones } from '../../../domain/time/zone-names.ts';

const system = systemZones('test');
const at = parseInstant;
const from = at('2026-01-01T00:00:00Z');
const until = at('2030-01-01T00:00:00Z');
const hour = 3600;

describe('a recorded law', () => {
  test('has each change of the clock, to the second', () => {
    const { offsets } = recordLaw('Europe/London', from, at('2027-06-01T00:00:00Z'), system);
    expect(offsets.map(([since, offset]) => `${formatInstant(since)} ${offset}`)).toEqual([
      '2026-01-01T00:00:00Z 0',
      '2026-03-29T01:00:00Z 3600',
      '2026-10-25T01:00:00Z 0',
      '2027-03-28T01:00:00Z 3600',
    ]);
  });

  test('comes to an end whatever millisecond it is made at, also just behind a change of the clock', () => {
    const change = at('2026-03-29T01:00:00Z');
    // A node that began some days before a change, and looked again within its second, never came to an end.
    for (const days of [0, 6, 12, 18]) {
      for (const milliseconds of [-1001, -1, 0, 1, 500, 999, 1000, 1001]) {
        const begin = change - days * 86_400_000 + milliseconds;
        let asked = 0;
        const counting = {
          ...system,
          offsetAt: (instant: number, zone: string) => {
            if (++asked > 10_000) throw new Error(`asked ${asked} times`);
            return system.offsetAt(instant, zone);
          },
          spanAt: (instant: number, zone: string) => {
            if (++asked > 10_000) throw new Error(`asked ${asked} times`);
            return system.spanAt(instant, zone);
          },
        };
        const { offsets } = recordLaw('Europe/London', begin, change + 20 * 86_400_000, counting);
        expect(offsets).toEqual(
          begin < change
            ? [
                [begin, 0],
                [change, hour],
              ]
            : [[begin, hour]],
        );
      }
    }
  });

  test.each(['Africa/Casablanca', 'Australia/Lord_Howe', 'America/New_York', 'Asia/Kathmandu', 'Etc/UTC'])(
    'of %s reads as the zone data that it was made of',
    (zone) => {
      const law = recordLaw(zone, from, until, system);
      const zones = recordedZones('once', new Map([[zone, law]]), system);
      expect(zones.version).toBe('once');
      fc.assert(
        fc.property(fc.integer({ min: from / 1000 - 10_000_000, max: until / 1000 + 10_000_000 }), (second) => {
          const instant = second * 1000;
          expect(zones.offsetAt(instant, zone)).toBe(system.offsetAt(instant, zone));
          expect(zones.localAt(instant, zone)).toBe(system.localAt(instant, zone));
          const local = formatLocalDateTime(instant);
          expect(zones.resolve(local, zone)).toBe(system.resolve(local, zone));
          const span = zones.spanAt(instant, zone);
          expect(span.from).toBeLessThanOrEqual(instant);
          expect(span.to).toBeGreaterThan(instant);
          expect([span.from, span.to - 1000, instant].map((one) => system.offsetAt(one, zone) * 1000)).toEqual(
            Array.from({ length: 3 }, () => span.offset),
          );
        }),
        { seed: 20261122, numRuns: 500 },
      );
    },
  );

  test('leaves other zones, names and days to the zone data in force', () => {
    const zones = recordedZones('once', new Map(), system);
    expect(zones.offsetAt(from, 'Asia/Tokyo')).toBe(9 * hour);
    expect(zones.spanAt(from, 'Asia/Tokyo')).toEqual(system.spanAt(from, 'Asia/Tokyo'));
    expect(zones.canonical('europe/london')).toBe('Europe/London');
    expect(zones.startOfDay('2026-12-25', 'Pacific/Auckland')).toBe(at('2026-12-24T11:00:00Z'));
  });

  test('decides where a wall clock lies: in its gap the offset before it, in its overlap the first', () => {
    const law: RecordedLaw = {
      from,
      until,
      offsets: [
        [from, 0],
        [at('2026-05-01T00:00:00Z'), hour],
        [at('2026-09-01T00:00:00Z'), 0],
      ],
    };
    const zones = recordedZones('synthetic', new Map([['Etc/UTC', law]]), system);
    const resolve = (local: string) => formatInstant(zones.resolve(local, 'Etc/UTC'));
    expect(resolve('2026-05-01T00:30:00')).toBe('2026-05-01T00:30:00Z');
    expect(resolve('2026-05-01T01:30:00')).toBe('2026-05-01T00:30:00Z');
    expect(resolve('2026-09-01T00:30:00')).toBe('2026-08-31T23:30:00Z');
    expect(resolve('2026-09-01T01:30:00')).toBe('2026-09-01T01:30:00Z');
    expect(zones.spanAt(from - 1000, 'Etc/UTC').to).toBe(from);
    expect(zones.spanAt(until, 'Etc/UTC').from).toBe(until);
    expect(zones.spanAt(until - 1000, 'Etc/UTC').to).toBe(until);
  });

  test('answers outside its span as at its nearer end, and nothing as UTC', () => {
    const law = recordLaw('Asia/Tokyo', from, until, system);
    expect([offsetIn(law, from - 1), offsetIn(law, until + 1)]).toEqual([9 * hour, 9 * hour]);
    expect(offsetIn({ from, until, offsets: [] }, from)).toBe(0);
    const empty = recordedZones('x', new Map([['Asia/Tokyo', { from, until, offsets: [] }]]), system);
    expect(empty.spanAt(from, 'Asia/Tokyo')).toEqual({ from, to: until, offset: 0 });
  });
});

describe('two laws', () => {
  const before = recordLaw('America/New_York', from, until, system);
  const later = recordLaw('America/New_York', at('2026-07-01T00:00:00Z'), at('2031-01-01T00:00:00Z'), system);
  const now = at('2026-08-01T00:00:00Z');

  test('of one zone data are the same, whenever they were recorded', () => {
    expect(lawsDiffer(before, later, now)).toBe(false);
  });

  test('differ where a change ahead is another; one that is past does not count', () => {
    const stays = { ...later, offsets: later.offsets.slice(0, 1) };
    expect(lawsDiffer(before, stays, now)).toBe(true);
    const another = { ...before, offsets: before.offsets.map(([since, offset], index) => [since + (index === 1 ? 3_600_000 : 0), offset] as const) }; // biome-ignore format: one change
    expect(lawsDiffer(before, another, now)).toBe(false);
    expect(lawsDiffer(before, another, from)).toBe(true);
  });

  test('do not differ in what changes when one of them ends, or as the other begins', () => {
    const plain: RecordedLaw = { from, until, offsets: [[from, 0]] };
    expect(lawsDiffer(plain, { ...plain, offsets: [[from, 0], [until, hour]] }, from)).toBe(false); // biome-ignore format: short
    expect(lawsDiffer(plain, { ...plain, offsets: [[from, 0], [until - 1, hour]] }, from)).toBe(true); // biome-ignore format: short
    expect(lawsDiffer(plain, { ...plain, until: from, offsets: [[from, hour]] }, from)).toBe(false);
  });

  test('that have no time in common cannot differ', () => {
    expect(lawsDiffer(before, { ...later, offsets: [] }, at('2040-01-01T00:00:00Z'))).toBe(false);
  });
});

test('every name that a zone can have leads to one of the known zones', () => {
  const zones = knownZones();
  expect(zones.length).toBeGreaterThan(400);
  expect(new Set(zones).size).toBe(zones.length);
  for (const name of ['W. Europe Standard Time', '/mozilla.org/20050126_1/Europe/London', 'Asia/Kolkata', 'utc']) {
    expect(zones).toContain(system.canonical(name));
  }
});
