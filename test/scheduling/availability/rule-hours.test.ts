/** Hours are remembered for their rule, zone and window alone, and not without end. */
import { expect, test } from '@jest/globals';
import { weeklyTime } from '../../../domain/availability/weekly-hours.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import { ruleHours } from '../../../scheduling/availability/rule-hours.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const from = Date.parse('2026-03-23T00:00:00Z') / 1000;
const fortnight = [from, from + 14 * 86_400] as const;
const office = [{ day: 0, start: 32_400, end: 61_200 }];

test('equal hours are the very same array, and each what it would be alone', () => {
  const first = ruleHours(office, 'Europe/London', fortnight, zones);
  expect(
    ruleHours([{ ...office[0], day: 0, start: 32_400, end: 61_200 }], 'Europe/London', [...fortnight], zones),
  ).toBe(first);
  const others = [
    [office, 'Europe/Paris', fortnight],
    [office, 'Europe/London', [from, from + 7 * 86_400]],
    [[{ day: 1, start: 32_400, end: 61_200 }], 'Europe/London', fortnight],
    [[...office, { day: 1, start: 32_400, end: 61_200 }], 'Europe/London', fortnight],
    [[], 'Europe/London', fortnight],
  ] as const;
  for (const [hours, zone, window] of others) {
    const found = ruleHours(hours, zone, window, zones);
    expect(found).toEqual(weeklyTime(hours, zone, window, zones));
    expect(found).not.toEqual(first);
  }
  expect(first).toEqual(weeklyTime(office, 'Europe/London', fortnight, zones));
});

test('what was not asked for longest is forgotten', () => {
  const first = ruleHours(office, 'Etc/UTC', fortnight, zones);
  for (let shift = 1; shift <= 2_000; shift += 1) {
    ruleHours(office, 'Etc/UTC', [from + shift, from + shift + 604_800], zones);
  }
  const again = ruleHours(office, 'Etc/UTC', fortnight, zones);
  expect(again).toEqual(first);
  expect(again).not.toBe(first);
});
