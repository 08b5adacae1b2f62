/**
 * Generated rules against python-dateutil and rrule-rust: one fixed seed, and another that ORACLE_SEED chooses; a
 * failure is repeated by its seed (`npm run bench -- recurrence-oracles --seed=… --rules=…`). The same in full is bench/oracles.
 */
import { describe, expect, test } from '@jest/globals';
import { type Comparison, compareEngines } from '../../bench/oracles/compare.ts';
import { Dateutil, dateutilMissing } from '../../bench/oracles/dateutil.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { oracleSeed } from '../setup/oracle-seed.ts';

const missing = dateutilMissing();
const zones = systemZones(process.versions['tz'] ?? '');
const rules = 2_500;
const belowTheDay = 'rrule-rust: rrule-rust loses or misplaces hits below the day';

describe('generated rules', () => {
  if (missing !== null) {
    test(`left out: ${missing}`, () => {
      if (process.env['REQUIRE_SERVERS'] === '1') throw new Error(`REQUIRE_SERVERS=1, but ${missing}`);
      process.stderr.write(`left out: generated rules against python-dateutil: ${missing}\n`);
    });
    return;
  }

  const compare = async (seed: number): Promise<Comparison> => {
    const dateutil = new Dateutil();
    try {
      return await compareEngines({ seed, rules, zones, dateutil });
    } finally {
      await dateutil.end();
    }
  };

  test('of the fixed seed differ from neither engine but by a decision, and how often is known', async () => {
    const found = await compare(20_261_122);
    expect(found.failures).toEqual([]);
    expect(found.shapes).toBeGreaterThan(2_000);
    expect(found.compared.dateutil).toBeGreaterThan(rules);
    expect(found.compared['rrule-rust']).toBeGreaterThan(0.97 * rules);
    expect(found.inZones).toBeGreaterThan(500);
    // Each number is what the decision hid of this seed: a new one, or another number, is a change of behaviour.
    const { [belowTheDay]: misread, ...exact } = Object.fromEntries([...found.decisions].sort());
    expect(exact).toEqual({
      'both: BYDAY with and without numbers is a union': 15,
      "both: BYWEEKNO alone means DTSTART's weekday": 23,
      'dateutil: BYSETPOS counts from the beginning of the first week': 9,
      'dateutil: BYWEEKNO goes by years of whole weeks': 4,
      'dateutil: a rule that fires nothing for 8 years of search never fires again': 9,
      'dateutil: dateutil misreads negative daylight saving': 1,
      'rrule-rust: BYSETPOS counts from the beginning of the first week': 6,
      'rrule-rust: BYWEEKNO goes by years of whole weeks': 4,
      'rrule-rust: a rule that fires nothing for 8 years of search never fires again': 8,
    });
    // How many of these are asked depends on how far python-dateutil comes in its time.
    expect(misread).toBeGreaterThan(10);
    expect(misread).toBeLessThan(60);
  }, 240_000);

  test('of another seed differ from neither engine but by a decision', async () => {
    const seed = oracleSeed();
    process.stderr.write(`generated rules: seed ${seed}, ${rules} rules\n`);
    const found = await compare(seed);
    process.stderr.write(
      `generated rules: ${[...found.decisions].map(([decision, count]) => `${count} ${decision}`).join('; ')}\n`,
    );
    expect({ seed, failures: found.failures }).toEqual({ seed, failures: [] });
    expect(found.skippedForZones).toBeLessThan(0.1 * rules);
  }, 240_000);
});
