/**
 * The engine against PostgreSQL's multiranges: one fixed seed, and another that ORACLE_SEED chooses; a failure is repeated
 * by its seed (`npm run bench -- availability-multirange --seed=… --cases=…`). The same in full is bench/availability.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drawCase } from '../../../bench/availability/cases.ts';
import { compareMultiranges } from '../../../bench/availability/compare-multirange.ts';
import { MultirangeOracle } from '../../../bench/availability/multirange.ts';
import { seeded } from '../../../bench/oracles/random.ts';
import { defaultBusyRule } from '../../../domain/availability/busy-times.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { oracleSeed } from '../../setup/oracle-seed.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const cases = 250;
let fresh: FreshStore;

beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

describe('availability', () => {
  test('of the fixed seed is what multiranges find: free time, openings and who is free', async () => {
    const found = await compareMultiranges({ seed: 20_261_122, cases, zones, database: fresh.address });
    expect(found.differences).toEqual([]);
    // Or the cases would say nothing.
    expect(found.openings).toBeGreaterThan(cases / 3);
    expect(found.spans).toBeGreaterThan(cases);
  });

  test('of another seed is what multiranges find', async () => {
    const seed = oracleSeed();
    process.stderr.write(`availability by multiranges: seed ${seed}, ${cases} cases\n`);
    const { differences } = await compareMultiranges({ seed, cases, zones, database: fresh.address });
    expect({ seed, differences }).toEqual({ seed, differences: [] });
  });
});

describe('multiranges themselves', () => {
  const day = Date.parse('2026-03-09T00:00:00Z') / 1000;
  const clock = (text: string): number => day + Number(text.slice(0, 2)) * 3600 + Number(text.slice(3)) * 60;
  const [plain] = drawCase(seeded(1)).members;
  const free = (from: string, to: string) => ({
    ...(plain as NonNullable<typeof plain>),
    intervals: [{ start: clock('10:00'), end: clock('10:10'), kind: 0, source: 0 }],
    busyRule: defaultBusyRule,
    calendars: null,
    rules: null,
    within: [[clock(from), clock(to)] as const],
    held: [],
    before: 900,
    after: 600,
    limits: [],
    synced: true,
  });
  const asked = {
    ...drawCase(seeded(1)),
    members: [free('09:00', '12:00'), free('09:30', '11:00')],
    groups: [{ members: [0, 1], required: 1 }],
    duration: 1200,
    periods: [[clock('09:00'), clock('12:00')] as const],
    starts: null,
    interval: 1800,
    timeZone: 'Etc/UTC',
    earliest: Number.NEGATIVE_INFINITY,
  } as const;

  test('find by hand-computed hours what they should', async () => {
    const oracle = await MultirangeOracle.open(fresh.address, zones);
    try {
      const [periods, slots] = await oracle.answers([
        { ...asked, format: 'PERIODS' },
        { ...asked, format: 'SLOTS' },
      ]);
      expect(periods?.openings).toEqual([
        [clock('09:00'), clock('09:50'), [[0]]],
        [clock('10:25'), clock('12:00'), [[0]]],
      ]);
      expect(slots?.openings).toEqual([
        [clock('09:00'), clock('09:20'), [[0]]],
        [clock('09:30'), clock('09:50'), [[0, 1]]],
        [clock('10:30'), clock('10:50'), [[0, 1]]],
        [clock('11:00'), clock('11:20'), [[0]]],
        [clock('11:30'), clock('11:50'), [[0]]],
      ]);
    } finally {
      await oracle.close();
    }
  });
});
