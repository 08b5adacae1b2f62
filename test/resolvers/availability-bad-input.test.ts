/** What availability refuses: everything that is wrong at once, each with its argument, and nothing that depends on whose it is. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApplication } from '../../auth/applications.ts';
import { all, instant, openWorld, type Person, period, periods, type World } from './availability-world.ts';

let world: World;
let ann: Person;
let ben: Person;
beforeAll(async () => {
  world = await openWorld();
  ann = await world.person('ann');
  ben = await world.person('ben');
});
afterAll(() => world.close());

const search = periods(['02T09:00', '02T15:00']);
const usual = (more: object = {}, member: object = {}) => ({ ...all([ann], member), search, ...more });

/** Argument and message of each mistake; everything else of an error is the same for all. */
async function refused(input: object, token?: string): Promise<readonly (readonly [unknown, string])[]> {
  const { data, errors } = await world.run(input, 'slots { start }', token);
  expect([data?.availability ?? null, errors.filter(({ code }) => code !== 'BAD_USER_INPUT')]).toEqual([null, []]);
  return errors.map(({ message, extensions }) => {
    const argument = extensions['argument'];
    expect(message).toMatch(/expected .*, got /);
    return [argument, message.replace(`${argument}: `, '')] as const;
  });
}
const one = async (input: object) => {
  const found = await refused(input);
  expect(found).toHaveLength(1);
  return found[0];
};
const member = 'input.participants.0.members.0';

describe('groups and members', () => {
  const groups = (participants: readonly object[]) => usual({ participants });
  const people = (...list: readonly Person[]) => list.map(({ accountId }) => ({ accountId }));

  test('none, an empty one, and too many', async () => {
    expect(await one(groups([]))).toEqual(['input.participants', 'expected 1 to 20 groups, got none']);
    expect(await one(groups([{ members: people(ann) }, { members: [] }]))).toEqual(['input.participants.1.members', 'expected 1 to 1000 members, got none']); // biome-ignore format: one line
    const many = Array.from({ length: 21 }, () => ({ members: people(ann) }));
    expect(await one(groups(many))).toEqual(['input.participants', 'expected 1 to 20 groups, got 21']);
    const half = Array.from({ length: 501 }, () => ({ accountId: ann.accountId }));
    expect(await one(groups([{ members: half }, { members: half }]))).toEqual(['input.participants', 'expected at most 1000 members in all groups together, got 1002']); // biome-ignore format: one line
  });

  test('an account twice in a group; in two groups it is welcome', async () => {
    expect(await one(groups([{ members: people(ann, ben, ann) }]))).toEqual([
      'input.participants.0.members.2.accountId',
      'expected an account that the group does not have yet, got that of members.0 again',
    ]);
    const { errors } = await world.run(groups([{ members: people(ann, ben) }, { members: people(ann) }]));
    expect(errors).toEqual([]);
  });

  test('more required than there are, or fewer than one', async () => {
    for (const required of [3, 0, -1, 2_147_483_647]) {
      expect(await one(groups([{ members: people(ann, ben), required }]))).toEqual(['input.participants.0.required', `expected 1 to 2, got ${required}`]); // biome-ignore format: one line
    }
  });

  test('an account that is not there, of another application, or no id at all: the same', async () => {
    const { store } = world.graph.fresh;
    const other = await store.asWorker((tx) =>
      createApplication(tx, store.ids, { name: 'Other', unit: 'Other' }, 'operator'),
    );
    const seen = 'expected an account that this credential may see, got';
    for (const id of ['acc_00000000000000000000000000', 'nobody', '', ann.calendarIds[0] ?? '', '\u0000']) {
      expect(await one(groups([{ members: [{ accountId: id }] }]))).toEqual([`${member}.accountId`, `${seen} ${JSON.stringify(id)}`]); // biome-ignore format: one line
    }
    expect(await refused(usual(), other.secret)).toEqual([[`${member}.accountId`, `${seen} ${JSON.stringify(ann.accountId)}`]]); // biome-ignore format: one line
    expect(await refused(groups([{ members: people(ann, ben) }]), ann.token)).toEqual([
      ['input.participants.0.members.1.accountId', `${seen} ${JSON.stringify(ben.accountId)}`],
    ]);
  });

  test('calendars that are not of the account', async () => {
    const expected = 'expected a calendar of the account, got';
    const calendarIds = [ann.calendarIds[0], ben.calendarIds[0], 'none'];
    expect(await refused(usual({}, { calendarIds }))).toEqual([
      [`${member}.calendarIds.1`, `${expected} ${JSON.stringify(ben.calendarIds[0])}`],
      [`${member}.calendarIds.2`, `${expected} "none"`],
    ]);
    expect(await one(usual({}, { calendarIds: Array(201).fill(ann.calendarIds[0]) }))).toEqual([`${member}.calendarIds`, 'expected at most 200 calendars, got 201']); // biome-ignore format: one line
  });

  test('a weight, a trust, a limit and periods beyond measure', async () => {
    const limits = [
      { period: 'DAY', maximum: -1 },
      { period: 'WEEK', maximum: 10_001, categories: ['x'.repeat(201)] },
    ];
    const availablePeriods = [period('02T10:00', '02T10:00')];
    expect(await refused(usual({}, { weight: -1, trustLastKnownFor: 'P401D', limits, availablePeriods }))).toEqual([
      [`${member}.availablePeriods.0.end`, 'expected an instant after start (2026-03-02T10:00:00Z), got 2026-03-02T10:00:00Z'],
      [`${member}.trustLastKnownFor`, 'expected PT0S to P400D, got P401D'],
      [`${member}.limits.0.maximum`, 'expected 0 to 10000, got -1'],
      [`${member}.limits.1.maximum`, 'expected 0 to 10000, got 10001'],
      [`${member}.limits.1.categories.0`, 'expected at most 200 characters, got 201'],
      [`${member}.weight`, 'expected 0 to 1000, got -1'],
    ]); // biome-ignore format: one a line
    const eleven = Array.from({ length: 11 }, () => ({ period: 'DAY', maximum: 1 }));
    expect(await one(usual({}, { limits: eleven }))).toEqual([
      `${member}.limits`,
      'expected at most 10 limits, got 11',
    ]);
  });
});

describe('what is looked for', () => {
  test('an absurd duration', async () => {
    for (const requiredDuration of ['PT0S', 'PT59S', 'PT24H1S', '-PT30M', 'P100001D']) {
      expect(await one(usual({ requiredDuration }))).toEqual(['input.requiredDuration', `expected PT1M to P1D, got ${requiredDuration}`]); // biome-ignore format: one line
    }
  });

  test('periods that are none, reversed, too many or too far apart', async () => {
    const at = 'input.search.periods';
    expect(await one(usual({ search: { periods: [] } }))).toEqual([at, 'expected 1 to 64 periods, got none']);
    expect(await one(usual({ search: periods(['02T10:00', '02T09:00']) }))).toEqual([`${at}.0.end`, 'expected an instant after start (2026-03-02T10:00:00Z), got 2026-03-02T09:00:00Z']); // biome-ignore format: one line
    const many = Array.from({ length: 65 }, () => period('02T09:00', '02T10:00'));
    expect(await one(usual({ search: { periods: many } }))).toEqual([at, 'expected 1 to 64 periods, got 65']);
    const far = { periods: [period('02T09:00', '02T10:00'), { start: '2027-04-06T09:00:00Z', end: '2027-04-06T10:00:00Z' }] }; // biome-ignore format: one record
    expect(await one(usual({ search: far }))).toEqual([at, 'expected periods within 400 days, got some over 401 days']);
    const long = { periods: [{ start: '2026-01-01T00:00:00Z', end: '2027-02-05T00:00:01Z' }] };
    expect(await one(usual({ search: long }))).toEqual([
      at,
      'expected periods within 400 days, got some over 401 days',
    ]);
    const { errors } = await world.run(usual({ search: { periods: [{ start: '2026-01-01T00:00:00Z', end: '2027-02-05T00:00:00Z' }] } })); // biome-ignore format: one call
    expect(errors).toEqual([]);
  });

  test('starts that are none, too many, too far apart, or too late for a year', async () => {
    const at = 'input.search.starts';
    expect(await one(usual({ search: { starts: [] } }))).toEqual([at, 'expected 1 to 1000 starts, got none']);
    const many = Array.from({ length: 1_001 }, () => instant('02T09:00'));
    expect(await one(usual({ search: { starts: many } }))).toEqual([at, 'expected 1 to 1000 starts, got 1001']);
    expect(await one(usual({ search: { starts: ['0001-01-01T00:00:00Z', instant('02T09:00')] } }))).toEqual([at, 'expected starts within 400 days, got some over 739677 days']); // biome-ignore format: one line
    expect(await one(usual({ search: { starts: ['9999-12-31T23:59:59Z'] } }))).toEqual([`${at}.0`, 'expected a meeting that ends within the year 9999, got one at 9999-12-31T23:59:59Z']); // biome-ignore format: one line
  });

  test('both kinds of search, or neither', async () => {
    for (const both of [{}, { ...search, starts: [instant('02T09:00')] }]) {
      const { errors } = await world.run(usual({ search: both }));
      expect(errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT']);
    }
  });

  test('an interval that is not allowed', async () => {
    for (const startInterval of ['PT7M', 'PT45M', 'PT1S']) {
      const [argument, message] = (await one(usual({ startInterval }))) ?? [];
      expect([argument, message?.endsWith(`got ${startInterval}`)]).toEqual(['input.startInterval', true]);
    }
    for (const startInterval of ['PT5M', 'PT10M', 'PT15M', 'PT20M', 'PT30M', 'PT60M', 'PT1H']) {
      expect((await world.run(usual({ startInterval }))).errors).toEqual([]);
    }
  });

  test('results, buffers, notice, staleness and exclusions beyond measure', async () => {
    for (const maxResults of [0, 513, -5]) {
      expect(await one(usual({ maxResults }))).toEqual(['input.maxResults', `expected 1 to 512, got ${maxResults}`]);
    }
    const buffer = { before: '-PT5M', after: 'PT24H1S' };
    expect(await refused(usual({ buffer }))).toEqual([
      ['input.buffer.before', 'expected PT0S to P1D, got -PT5M'],
      ['input.buffer.after', 'expected PT0S to P1D, got PT24H1S'],
    ]);
    expect((await one(usual({}, { buffer: { before: 'P2D' } })))?.[0]).toBe(`${member}.buffer.before`);
    expect(await one(usual({ minimumNotice: '-PT1S' }))).toEqual(['input.minimumNotice', 'expected PT0S to P400D, got -PT1S']); // biome-ignore format: one line
    expect(await one(usual({ maxStaleness: 'P401D' }))).toEqual(['input.maxStaleness', 'expected PT0S to P400D, got P401D']); // biome-ignore format: one line
    const excludedEventIds = Array.from({ length: 501 }, (_, at) => `evt_${at}`);
    expect(await one(usual({ excludedEventIds }))).toEqual(['input.excludedEventIds', 'expected at most 500 events, got 501']); // biome-ignore format: one line
  });

  test('a distribution beyond measure', async () => {
    const distribution = {
      strategy: 'LEAST_BOOKED',
      window: 'PT0S',
      seed: 'x'.repeat(201),
      categories: Array(101).fill('a'),
    };
    expect(await refused(usual({ distribution }))).toEqual([
      ['input.distribution.seed', 'expected at most 200 characters, got 201'],
      ['input.distribution.window', 'expected PT1M to P400D, got PT0S'],
      ['input.distribution.categories', 'expected at most 100 categories, got 101'],
    ]);
  });
});

describe('all at once', () => {
  test('each with its own place, also what only the ids turn out to be wrong about', async () => {
    const input = {
      participants: [
        { members: [] },
        { members: [{ accountId: 'acc_x' }, { accountId: ann.accountId, weight: -1 }], required: 9 },
      ],
      requiredDuration: 'P2D',
      search: periods(['02T10:00', '02T09:00']),
      startInterval: 'PT7M',
      maxResults: 1_000,
      buffer: { before: 'P9D' },
      minimumNotice: '-PT1S',
    };
    expect((await refused(input)).map(([argument]) => argument)).toEqual([
      'input.requiredDuration',
      'input.buffer.before',
      'input.startInterval',
      'input.participants.0.members',
      'input.participants.1.required',
      'input.participants.1.members.1.weight',
      'input.search.periods.0.end',
      'input.maxResults',
      'input.minimumNotice',
      'input.participants.1.members.0.accountId',
    ]);
  });

  test('no more than a hundred, however many there are', async () => {
    const members = Array.from({ length: 900 }, (_, at) => ({ accountId: `acc_${at}`, weight: -1 }));
    expect(await refused(usual({ participants: [{ members }] }))).toHaveLength(100);
  });

  test('costs one statement, and asks no provider', async () => {
    const answer = await world.run(usual({ maxResults: 0, maxStaleness: 'PT0S' }));
    expect([answer.sqlQueries, answer.providerCalls]).toEqual([1, 0]);
  });

  test('the rest of a document is answered', async () => {
    const { data, errors } = await world.graph.run(
      `query ($input: AvailabilityInput!, $id: ID!) { availability(input: $input) { truncated } account(id: $id) { id } }`,
      { input: usual({ maxResults: 0 }), id: ann.accountId },
    );
    expect([data.availability, data.account.id, errors.length]).toEqual([null, ann.accountId, 1]);
  });
});

test('an unknown zone, and what is none of its kind, is refused before anything runs', async () => {
  for (const [name, value] of [
    ['timeZone', 'Mars/Olympus'],
    ['requiredDuration', 'an hour'],
    ['format', 'CIRCLES'],
    ['startInterval', 30],
  ] as const) {
    const { errors, sqlQueries } = await world.run(usual({ [name]: value }));
    expect([errors.map(({ code }) => code), sqlQueries]).toEqual([['BAD_USER_INPUT'], 0]);
    expect(errors[0]?.message).toContain(`$input.${name}`);
  }
});

test('a credential without a scope for busy time is refused at the door', async () => {
  const { store } = world.graph.fresh;
  await store.asWorker((tx) => tx.updateTable('credential').set({ scopes: ['read_account'] }).where('account_id', '=', ben.accountId).execute()); // biome-ignore format: one call
  const { errors } = await world.run({ ...all([ben]), search }, 'slots { start }', ben.token);
  expect(errors.map(({ code, extensions }) => [code, extensions['requiredScope']])).toEqual([
    ['FORBIDDEN', 'read_free_busy'],
  ]);
});
