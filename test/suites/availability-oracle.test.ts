/**
 * The engine against brute force second by second: one fixed seed, and one new one that is printed, so that a failure can be
 * repeated (`npm run bench -- availability-oracle --seed=… --cases=…`). The same in full is bench/availability.
 */
import { describe, expect, test } from '@jest/globals';
import { compareCases } from '../../bench/availability/compare.ts';
import { systemZones } from '../../domain/time/system-zones.ts';

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

  test('of a new seed is what brute force finds', () => {
    const seed = Math.floor(Math.random() * 4_294_967_296);
    process.stderr.write(`availability: seed ${seed}, ${cases} cases\n`);
    expect({ seed, differences: compareCases({ seed, cases, zones }).differences }).toEqual({ seed, differences: [] });
  }, 240_000);
});
