/** What several meetings in a row may not ask: everything that is wrong at once, each with its argument. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApplication } from '../../auth/applications.ts';
import { instant, openWorld, type Person, period, type World } from './availability-world.ts';

let world: World;
let ann: Person;
let ben: Person;
beforeAll(async () => {
  world = await openWorld();
  ann = await world.person('ann');
  ben = await world.person('ben');
});
afterAll(() => world.close());

const step = (key: string, more: object = {}, member: object = {}) => ({
  key,
  participants: [{ members: [{ accountId: ann.accountId, ...member }] }],
  requiredDuration: 'PT1H',
  ...more,
});
const query = (steps: readonly object[], more: object = {}) => ({
  steps,
  queryPeriods: [period('02T09:00', '02T12:00')],
  ...more,
});
const run = (input: object, token?: string) =>
  world.graph.run(
    'query ($input: SequencedAvailabilityInput!) { sequencedAvailability(input: $input) { truncated } }',
    { input },
    token,
  );

/** Argument and message of each mistake. */
async function refused(input: object, token?: string): Promise<readonly (readonly [unknown, string])[]> {
  const { data, errors } = await run(input, token);
  expect([data.sequencedAvailability, errors.filter(({ code }) => code !== 'BAD_USER_INPUT')]).toEqual([null, []]);
  return errors.map(({ message, extensions }) => {
    const argument = extensions['argument'];
    expect(message).toMatch(/expected .*, .*got /);
    return [argument, message.replace(`${argument}: `, '')] as const;
  });
}
const one = async (input: object) => {
  const found = await refused(input);
  expect(found).toHaveLength(1);
  return found[0];
};

describe('steps', () => {
  test('none, and too many', async () => {
    expect(await one(query([]))).toEqual(['input.steps', 'expected 1 to 10 steps, got none']);
    const eleven = Array.from({ length: 11 }, (_, at) => step(`${at}`));
    expect(await one(query(eleven))).toEqual(['input.steps', 'expected 1 to 10 steps, got 11']);
  });

  test('keys that are empty, too long, or another’s', async () => {
    expect(await refused(query([step(''), step('x'.repeat(201)), step('a'), step('b'), step('a')]))).toEqual([
      ['input.steps.0.key', 'expected 1 to 200 characters, got none'],
      ['input.steps.1.key', 'expected 1 to 200 characters, got 201'],
      ['input.steps.4.key', 'expected a key that no other step has, got that of steps.2 again'],
    ]);
  });

  test('participants that no question may have, in whatever step', async () => {
    const at = 'input.steps.1.participants';
    expect(await one(query([step('a'), step('b', { participants: [] })]))).toEqual([at, 'expected 1 to 20 groups, got none']); // biome-ignore format: one line
    expect(await one(query([step('a'), step('b', { participants: [{ members: [] }] })]))).toEqual([`${at}.0.members`, 'expected 1 to 1000 members, got none']); // biome-ignore format: one line
    const twice = { members: [ann, ben, ann].map(({ accountId }) => ({ accountId })), required: 4 };
    expect(await refused(query([step('a'), step('b', { participants: [twice] })]))).toEqual([
      [`${at}.0.members.2.accountId`, 'expected an account that the group does not have yet, got that of members.0 again'],
      [`${at}.0.required`, 'expected 1 to 3, got 4'],
    ]); // biome-ignore format: one a line
    const many = { members: Array.from({ length: 1_001 }, () => ({ accountId: ann.accountId })) };
    expect(await one(query([step('a', { participants: [many] })]))).toEqual(['input.steps.0.participants', 'expected at most 1000 members in all groups together, got 1001']); // biome-ignore format: one line
    const each = { members: Array.from({ length: 401 }, () => ({ accountId: ann.accountId })) };
    const five = ['a', 'b', 'c', 'd', 'e'].map((key) => step(key, { participants: [each] }));
    expect(await one(query(five))).toEqual(['input.steps', 'expected at most 2000 members in all steps together, got 2005']); // biome-ignore format: one line
  });

  test('accounts that are not there or another application’s: the same, in every step that names them', async () => {
    const { store } = world.graph.fresh;
    const other = await store.asWorker((tx) =>
      createApplication(tx, store.ids, { name: 'Other', unit: 'Other' }, 'operator'),
    );
    const seen = 'expected an account that this credential may see, got';
    const path = (at: number) => `input.steps.${at}.participants.0.members.0.accountId`;
    const nobody = 'acc_00000000000000000000000000';
    const gone = query([step('a', {}, { accountId: nobody }), step('b'), step('c', {}, { accountId: nobody })]);
    expect(await refused(gone)).toEqual([0, 2].map((at) => [path(at), `${seen} ${JSON.stringify(nobody)}`]));
    expect(await refused(query([step('a')]), other.secret)).toEqual([[path(0), `${seen} ${JSON.stringify(ann.accountId)}`]]); // biome-ignore format: one line
    expect(await refused(query([step('a'), step('b', {}, { accountId: ben.accountId })]), ann.token)).toEqual([
      [path(1), `${seen} ${JSON.stringify(ben.accountId)}`],
    ]);
  });

  test('calendars and stored rules of somebody else', async () => {
    const [theirs = ''] = ben.calendarIds;
    const rule = 'avr_00000000000000000000000000';
    expect(await refused(query([step('a', {}, { calendarIds: [theirs], availabilityRuleIds: [rule] })]))).toEqual([
      ['input.steps.0.participants.0.members.0.calendarIds.0', `expected a calendar of the account, got ${JSON.stringify(theirs)}`],
      ['input.steps.0.participants.0.members.0.availabilityRuleIds.0', `expected a stored rule of the account, got ${JSON.stringify(rule)}`],
    ]); // biome-ignore format: one a line
  });
});

describe('times', () => {
  test('absurd lengths, intervals, periods and results, of the query and of its steps', async () => {
    const backwards = [period('02T10:00', '02T09:00')];
    const bad = { requiredDuration: 'PT59S', startInterval: 'PT7M', queryPeriods: [] };
    const input = query([step('a', bad), step('b', { queryPeriods: backwards, requiredDuration: 'P2D' })], {
      queryPeriods: backwards,
      startInterval: 'PT45M',
      maxResults: 513,
      minimumNotice: '-PT1S',
      maxStaleness: 'P401D',
      distribution: { strategy: 'RANDOM', seed: 'x'.repeat(201) },
      excludedEventIds: Array.from({ length: 501 }, (_, at) => `evt_${at}`),
    });
    const after = `expected an instant after start (${instant('02T10:00')}), got ${instant('02T09:00')}`;
    const allowed = 'expected 5, 10, 15, 20, 30 or 60 minutes, got';
    expect(await refused(input)).toEqual([
      ['input.queryPeriods.0.end', after],
      ['input.startInterval', `${allowed} PT45M`],
      ['input.steps.0.requiredDuration', 'expected PT1M to P1D, got PT59S'],
      ['input.steps.0.queryPeriods', 'expected 1 to 64 periods, got none'],
      ['input.steps.0.startInterval', `${allowed} PT7M`],
      ['input.steps.1.requiredDuration', 'expected PT1M to P1D, got P2D'],
      ['input.steps.1.queryPeriods.0.end', after],
      ['input.maxResults', 'expected 1 to 512, got 513'],
      ['input.excludedEventIds', 'expected at most 500 events, got 501'],
      ['input.minimumNotice', 'expected PT0S to P400D, got -PT1S'],
      ['input.maxStaleness', 'expected PT0S to P400D, got P401D'],
      ['input.distribution.seed', 'expected at most 200 characters, got 201'],
    ]);
    expect(await one(query([step('a')], { queryPeriods: [] }))).toEqual(['input.queryPeriods', 'expected 1 to 64 periods, got none']); // biome-ignore format: one line
  });

  test('periods of all steps that are too far apart, each of which is not', async () => {
    const far = [{ start: '2027-04-06T09:00:00Z', end: '2027-04-06T12:00:00Z' }];
    expect(await one(query([step('a'), step('b', { queryPeriods: far })]))).toEqual(['input.steps', 'expected periods of all steps within 400 days, got some over 401 days']); // biome-ignore format: one line
    const long = [{ start: '2026-01-01T00:00:00Z', end: '2027-02-05T00:00:01Z' }];
    expect(await one(query([step('a', { queryPeriods: long })]))).toEqual(['input.steps.0.queryPeriods', 'expected periods within 400 days, got some over 401 days']); // biome-ignore format: one line
  });

  test('gaps beyond measure, or whose most is less than their least', async () => {
    const gapAfter = { minimum: 'PT1H', maximum: 'PT59M' };
    const gapBefore = { minimum: '-PT1S', maximum: 'P401D' };
    expect(await refused(query([step('a', { gapAfter }), step('b', { gapBefore })]))).toEqual([
      ['input.steps.0.gapAfter.maximum', 'expected at least the minimum (PT1H), got PT59M'],
      ['input.steps.1.gapBefore.minimum', 'expected PT0S to P400D, got -PT1S'],
      ['input.steps.1.gapBefore.maximum', 'expected PT0S to P400D, got P401D'],
    ]);
    const weeks = { minimum: 'P21D', maximum: 'P28D' };
    const two = query([step('a', { gapAfter: weeks }), step('b', { gapBefore: weeks })]);
    expect((await run(two)).errors).toEqual([]);
  });

  test('gaps of more than a day where they may be buffers: before the first, after the last, whichever that is', async () => {
    const long = { gapBefore: { minimum: 'PT24H1S' }, gapAfter: { minimum: 'P2D' } };
    const be = (place: string, got: string) =>
      `expected at most P1D, for it is a buffer where the step is the ${place}, got ${got}`;
    expect(await refused(query([step('a', long), step('b', long)]))).toEqual([
      ['input.steps.0.gapBefore.minimum', be('first', 'PT24H1S')],
      ['input.steps.1.gapAfter.minimum', be('last', 'P2D')],
    ]);
    const anyOrder = ['a', 'b'].map((key) => step(key, { ...long, ordinal: 1 }));
    expect((await refused(query(anyOrder))).map(([argument]) => argument)).toEqual([
      'input.steps.0.gapBefore.minimum',
      'input.steps.0.gapAfter.minimum',
      'input.steps.1.gapBefore.minimum',
      'input.steps.1.gapAfter.minimum',
    ]);
  });

  test('what is none of its kind is refused before anything runs', async () => {
    for (const [name, value] of [
      ['ordinal', 'first'],
      ['gapAfter', { minimum: 'an hour' }],
      ['requiredDuration', 30],
    ] as const) {
      const { errors, sqlQueries } = await run(query([step('a', { [name]: value })]));
      expect([errors.map(({ code }) => code), sqlQueries]).toEqual([['BAD_USER_INPUT'], 0]);
    }
  });
});

test('what is wrong costs one statement, and asks no provider', async () => {
  const { sqlQueries, providerCalls } = await run(query([step('')], { maxStaleness: 'PT0S' }));
  expect([sqlQueries, providerCalls]).toEqual([1, 0]);
});

test('what is told of each member is bounded: who asks for more is told so', async () => {
  const members = Array.from({ length: 2 }, (_, at) => ({ accountId: at === 0 ? ann.accountId : ben.accountId }));
  await ann.sync();
  await ben.sync();
  const groups = Array.from({ length: 20 }, () => ({ members }));
  const steps = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => step(key, { participants: groups, requiredDuration: 'PT5M', startInterval: 'PT5M' })); // biome-ignore format: one list
  const { errors } = await world.graph.run(
    'query ($input: SequencedAvailabilityInput!) { sequencedAvailability(input: $input) { sequences { steps { slot { participants { group } } } } } }',
    { input: query(steps, { maxResults: 512 }) },
  );
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['COST_LIMIT_EXCEEDED']));
});
