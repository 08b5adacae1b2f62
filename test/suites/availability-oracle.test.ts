/**
 * The engine against brute force second by second: one fixed seed, and another that ORACLE_SEED chooses; a failure is repeated
 * by its seed (`npm run bench -- availability-oracle --seed=… --cases=…`). The same in full is bench/availability.
 */
import { describe, expect, test } from '@jest/globals';
import { compareCases } from '../../bench/availability/compare.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { oracleSeed } from '../setup/oracle-seed.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const cases = 10_000;

describe('availability', () => {
  test('of the fixed seed is what brute force finds: openings, who is free, what is refused, and no reason against what is free', () => {
    const found = compareCases({ seed: 20_261_122, cases, zones });
    expect(found.differences).toEqual([]);
    // Or the cases would say nothing.
    expect(found.openings).toBeGreaterThan(cases / 3);
    expect(found.refused).toBeGreaterThan(cases);
  }, 240_000);

  test('of another seed is what brute force finds', () => {
    const seed = oracleSeed();
    process.stderr.write(`availability: seed ${seed}, ${cases} cases\n`);
    expect({ seed, differences: compareCases({ seed, cases, zones }).differences }).toEqual({ seed, differences: [] });
  }, 240_000);
});
