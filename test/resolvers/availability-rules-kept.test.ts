/** Members that keep to their stored rules and periods (semantics E4), whatever changes of these. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { all, content, instant, openWorld, type Person, period, periods, type World } from './availability-world.ts';
import { asking } from './stored-availability.ts';

let world: World;
let ann: Person;
beforeAll(async () => {
  world = await openWorld();
  ann = await world.person('ann', [{ name: 'Work', timeZone: 'Europe/London' }, { name: 'Home' }]);
  ann.put('work', content('02T10:00', '02T11:00'));
  ann.put('home', content('02T11:00', '02T12:00'), { calendar: 1 });
  await ann.sync();
});
afterAll(() => world.close());

async function rule(
  accountId: string,
  key: string,
  weeklyPeriods: readonly object[],
  more: object = {},
): Promise<string> {
  return (await asking(world.graph).rule({ accountId, key, timeZone: 'Etc/UTC', weeklyPeriods, ...more })).id;
}
async function available(accountId: string, key: string, start: string, end: string): Promise<string> {
  return (await asking(world.graph).period(accountId, key, instant(start), instant(end))).id;
}
const monday = (start: string, end: string) => ({ day: 'MONDAY', start, end });
const search = periods(['02T08:00', '03T04:00']);
const starts = (person: Person, member: object = {}, more: object = {}) =>
  world.starts({ ...all([person], { managedAvailability: true, ...member }), search, ...more });

describe('a member that keeps to nothing that is stored', () => {
  test('is never available, and says why', async () => {
    expect(await starts(ann)).toEqual([]);
    const asked = { ...all([ann], { managedAvailability: true }), search };
    expect(await world.reasons(asked, '02T08:00')).toEqual(['OUTSIDE_AVAILABILITY_RULES']);
    expect(await world.reasons(asked, '02T10:00')).toContain('OUTSIDE_AVAILABILITY_RULES');
  });
});

describe('stored rules', () => {
  let office = '';
  let evening = '';
  beforeAll(async () => {
    office = await rule(ann.accountId, 'office', [monday('09:00', '13:00')]);
    evening = await rule(ann.accountId, 'evening', [monday('22:00', '02:00')], { calendarIds: [ann.calendarIds[1]] });
  });

  test('are united, never intersected, and go over midnight', async () => {
    expect(await starts(ann)).toEqual(['02T09:00', '02T12:00', '02T22:00', '02T23:00', '03T00:00', '03T01:00']);
  });

  test('bind only who is asked for with them', async () => {
    expect(await world.starts({ ...all([ann]), search: periods(['02T08:00', '02T10:00']) })).toEqual(['02T08:00', '02T09:00']); // biome-ignore format: one line
  });

  test('count those that are named, and none for an empty list', async () => {
    expect(await starts(ann, { availabilityRuleIds: [evening] })).toEqual(['02T22:00', '02T23:00', '03T00:00', '03T01:00']); // biome-ignore format: one line
    expect(await starts(ann, { availabilityRuleIds: [office] })).toEqual(['02T09:00', '02T12:00']);
    expect(await starts(ann, { availabilityRuleIds: [] })).toEqual([]);
  });

  test('count their own calendars, unless the question names others', async () => {
    const key = 'work only';
    const id = await rule(ann.accountId, key, [monday('09:00', '13:00')], { calendarIds: [ann.calendarIds[0]] });
    expect(await starts(ann, { availabilityRuleIds: [id] })).toEqual(['02T09:00', '02T11:00', '02T12:00']);
    const calendarIds = [ann.calendarIds[1]];
    expect(await starts(ann, { availabilityRuleIds: [id], calendarIds })).toEqual(['02T09:00', '02T10:00', '02T12:00']);
    // Where rules overlap it is enough that one of them has the time free.
    expect(await starts(ann, { availabilityRuleIds: [id, office] })).toEqual(['02T09:00', '02T11:00', '02T12:00']);
    // Back to what the other tests find.
    await asking(world.graph).deleteRule(id);
  });

  test("are intersected with the member's own periods", async () => {
    expect(await starts(ann, { availablePeriods: [period('02T12:00', '02T23:00')] })).toEqual(['02T12:00', '02T22:00']);
  });

  test('a period beside them is where no calendar is busy', async () => {
    const id = await available(ann.accountId, 'extra', '02T10:00', '02T16:00');
    expect(await starts(ann, { availabilityRuleIds: [] })).toEqual(['02T12:00', '02T13:00', '02T14:00', '02T15:00']);
    expect(await starts(ann, {}, { search: periods(['02T08:00', '02T17:00']) })).toEqual(['09', '12', '13', '14', '15'].map((hour) => `02T${hour}:00`)); // biome-ignore format: one line
    await asking(world.graph).deletePeriod(id);
    expect(await starts(ann, { availabilityRuleIds: [] })).toEqual([]);
  });

  test('hold at once when they change, and cost no statement of their own, known or not', async () => {
    const asked = { ...all([ann], { managedAvailability: true }), search };
    await world.run(asked);
    expect((await world.run(asked)).sqlQueries).toBe(1);
    const cai = await world.person('cai');
    await cai.sync();
    await rule(cai.accountId, 'office', [monday('09:00', '13:00')]);
    const both = { ...all([ann, cai], { managedAvailability: true }), search };
    const cold = await world.run(both);
    expect([cold.errors, cold.sqlQueries]).toEqual([[], 1]);
    expect(cold.data.availability.slots.length).toBeGreaterThan(0);
    await rule(ann.accountId, 'office', [monday('12:00', '14:00')]);
    expect(await starts(ann, { availabilityRuleIds: [office] })).toEqual(['02T12:00', '02T13:00']);
    await rule(ann.accountId, 'office', [monday('09:00', '13:00')]);
    expect(await starts(ann, { availabilityRuleIds: [office] })).toEqual(['02T09:00', '02T12:00']);
  });

  test('a rule of nobody, or of another account, is none', async () => {
    const ben = await world.person('ben');
    const other = await rule(ben.accountId, 'other', [monday('09:00', '13:00')]);
    for (const id of [other, 'avr_00000000000000000000000000', '', 'x'.repeat(300)]) {
      const { errors: told } = await world.run({ ...all([ann], { managedAvailability: true, availabilityRuleIds: [office, id] }), search }); // biome-ignore format: one call
      expect(told.map(({ code, extensions }) => [code, extensions['argument']])).toEqual([
        ['BAD_USER_INPUT', 'input.participants.0.members.0.availabilityRuleIds.1'],
      ]);
    }
  });
});
