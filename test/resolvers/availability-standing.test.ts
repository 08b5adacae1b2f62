/** Whom an answer believes (semantics E11), how current it is, and what a demand for fresh calendars costs. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Loose } from '../setup/graph.ts';
import { all, content, openWorld, type Person, periods, type World } from './availability-world.ts';

const hour = 3_600_000;
const start = Date.parse('2026-03-01T12:00:00Z');
let world: World;
beforeAll(async () => {
  world = await openWorld();
  world.graph.clock.now = start;
});
afterAll(() => world.close());

const search = periods(['02T09:00', '02T12:00']);
const told = 'members { accountId status } freshness { asOf stale { reason calendar { id } } } slots { start }';
const ask = async (people: readonly Person[], more: object = {}, member: object = {}) => {
  const { data, errors, providerCalls, sqlQueries } = await world.run(
    { ...all(people, member), search, ...more },
    told,
  );
  expect(errors).toEqual([]);
  const { members, freshness, slots } = data.availability;
  return {
    statuses: members.map(({ status }: Loose) => status),
    stale: freshness.stale.map(({ reason }: Loose) => reason),
    calendars: freshness.stale.map(({ calendar }: Loose) => calendar.id),
    asOf: freshness.asOf,
    starts: slots.map((slot: Loose) => slot.start.slice(11, 16)),
    providerCalls,
    sqlQueries,
  };
};
const reason = (people: readonly Person[], member: object = {}) =>
  world.reasons({ ...all(people, member), search }, '02T09:00');

describe('a member that was never synced', () => {
  let pat: Person;
  beforeAll(async () => {
    pat = await world.person('pat');
    await world.graph.fresh.superuser(
      'update calendar set initial_sync_done = false, last_synced_at = null where account_id = $1',
      [pat.accountId],
    );
  });

  test('is busy throughout, PENDING, and named among what is stale', async () => {
    expect(await ask([pat])).toMatchObject({ statuses: ['PENDING'], stale: ['NEVER_SYNCED'], calendars: pat.calendarIds, starts: [] }); // biome-ignore format: one line
    expect(await reason([pat])).toEqual(['NOT_SYNCED']);
  });

  test('is nobody that others have to wait for where they are enough', async () => {
    const quinn = await world.person('quinn');
    await quinn.sync();
    const participants = [{ members: [{ accountId: pat.accountId }, { accountId: quinn.accountId }], required: 1 }];
    expect(await world.starts({ ...all([]), participants, search })).toHaveLength(3);
  });
});

describe('a member whose profile is disconnected', () => {
  let dora: Person;
  const lost = start + 2 * hour;
  beforeAll(async () => {
    dora = await world.person('dora');
    dora.put('kept', content('02T10:00', '02T11:00'));
    world.graph.clock.now = lost;
    await dora.sync();
    await world.graph.fresh.superuser(
      `update profile set status = 'DISCONNECTED', cause = 'PASSWORD_CHANGED', status_since = $2 where id = $1`,
      [dora.profileId, new Date(lost)],
    );
  });

  test('is believed for a day, by what was last known, and named among what is stale', async () => {
    world.graph.clock.now = lost + 24 * hour;
    expect(await ask([dora])).toMatchObject({ statuses: ['DISCONNECTED'], stale: ['PROFILE_DISCONNECTED'], starts: ['09:00', '11:00'] }); // biome-ignore format: one line
    world.graph.clock.now = lost + 24 * hour + 1;
    expect(await ask([dora])).toMatchObject({
      statuses: ['DISCONNECTED'],
      stale: ['PROFILE_DISCONNECTED'],
      starts: [],
    });
    expect(await reason([dora])).toEqual(['NOT_SYNCED']);
  });

  test('is believed for as long as the question says', async () => {
    world.graph.clock.now = lost + hour;
    expect((await ask([dora], {}, { trustLastKnownFor: 'PT59M' })).starts).toEqual([]);
    expect((await ask([dora], {}, { trustLastKnownFor: 'PT1H' })).starts).toEqual(['09:00', '11:00']);
    world.graph.clock.now = lost + 300 * 24 * hour;
    expect((await ask([dora], {}, { trustLastKnownFor: 'P400D' })).starts).toEqual(['09:00', '11:00']);
  });
});

describe('a member with a series too costly to know whole', () => {
  let cleo: Person;
  beforeAll(async () => {
    world.graph.clock.now = start;
    cleo = await world.person('cleo', [{ name: 'Work' }, { name: 'Home' }]);
    // 50,000 occurrences are known: up to the afternoon of the third.
    cleo.put('costly', content('02T10:00', '02T10:01', { rules: ['RRULE:FREQ=SECONDLY;INTERVAL=2'] }), { calendar: 1 });
    await cleo.sync();
  });
  const later = { search: periods(['04T09:00', '04T12:00']) };

  test('is asked about as usual where all of it is known', async () => {
    expect(await ask([cleo])).toMatchObject({ stale: [], starts: ['09:00'] });
    expect(await reason([cleo])).toEqual([]);
  });

  test('is busy behind it, as not synced, and the calendar is named among what is stale with its reason', async () => {
    expect(await ask([cleo], later)).toMatchObject({ statuses: ['ACTIVE'], stale: ['TOO_COSTLY'], calendars: [cleo.calendarIds[1]], starts: [] }); // biome-ignore format: one line
    expect(await world.reasons({ ...all([cleo]), ...later }, '04T09:00')).toEqual(['NOT_SYNCED']);
  });

  test('is free where that calendar does not count', async () => {
    const member = { calendarIds: [cleo.calendarIds[0]] };
    expect(await ask([cleo], later, member)).toMatchObject({ stale: [], starts: ['09:00', '10:00', '11:00'] });
  });
});

describe('maxStaleness', () => {
  let fay: Person;
  let gus: Person;
  let now = start + 1_000 * hour;
  beforeAll(async () => {
    world.graph.clock.now = now;
    fay = await world.person('fay');
    gus = await world.person('gus');
    for (const person of [fay, gus]) await person.sync();
    await world.graph.fresh.superuser(`update calendar set next_reconciliation_at = '2100-01-01T00:00:00Z'`);
  });

  test('asks nobody within the bound, or without one', async () => {
    now += hour;
    world.graph.clock.now = now;
    for (const maxStaleness of [null, 'PT1H', 'P1D']) {
      expect(await ask([fay, gus], { maxStaleness })).toMatchObject({ providerCalls: 0, sqlQueries: 1, stale: [] });
    }
  });

  test('asks only those that are stale, and answers from what they said', async () => {
    fay.put('new', content('02T09:00', '02T10:00'));
    now += hour;
    world.graph.clock.now = now;
    await gus.sync();
    expect((await ask([fay, gus])).starts).toEqual(['09:00', '10:00', '11:00']);
    const calls = new Map(gus.provider.calls);
    const fresh = await ask([fay, gus], { maxStaleness: 'PT10M' });
    expect(fresh).toMatchObject({ starts: ['10:00', '11:00'], stale: [] });
    expect(fresh.providerCalls).toBeGreaterThan(0);
    expect(new Map(gus.provider.calls)).toEqual(calls);
    expect((await ask([fay, gus], { maxStaleness: 'PT10M' })).providerCalls).toBe(0);
  });

  test('an error is neither busy nor free: it is told, and what is known stands', async () => {
    now += 24 * hour;
    world.graph.clock.now = now;
    fay.provider.faults.add('calendars', { kind: 'unreachable' }, 100);
    const answer = await ask([fay, gus], { maxStaleness: 'PT10M' });
    expect(answer).toMatchObject({ starts: ['10:00', '11:00'], stale: ['PROVIDER_UNREACHABLE'], calendars: fay.calendarIds, statuses: ['ACTIVE', 'ACTIVE'] }); // biome-ignore format: one line
    fay.provider.faults.clear();
  });
});

describe('a hundred members whose provider can be asked about many at once', () => {
  let pool: World;
  const people: Person[] = [];
  const minutes = (count: number) => {
    pool.graph.clock.now = (pool.graph.clock.now ?? start) + count * 60_000;
  };
  const fresh = (maxStaleness = 'PT10M') => pool.run({ ...all(people), search, maxStaleness }, told);
  const calls = (method: 'changeTags' | 'calendars' | 'pull') =>
    people.reduce((sum, { provider }) => sum + (provider.calls.get(method) ?? 0), 0);
  beforeAll(async () => {
    pool = await openWorld({ calendarsPerCall: 50 });
    pool.graph.clock.now = start;
    for (let place = 0; place < 100; place += 1) people.push(await pool.person(`member-${place}`));
    for (const person of people) await person.sync();
    await pool.graph.fresh.superuser(`update calendar set next_reconciliation_at = '2100-01-01T00:00:00Z'`);
  }, 120_000);
  afterAll(() => pool.close());

  test('are asked in two calls', async () => {
    minutes(30);
    const answer = await fresh();
    expect([answer.errors, answer.providerCalls, calls('changeTags')]).toEqual([[], 2, 2]);
    expect(answer.data.availability).toMatchObject({
      slots: [{}, {}, {}],
      freshness: { stale: [], asOf: new Date(pool.graph.clock.now ?? 0).toISOString().replace('.000', '') },
    });
    expect((await fresh()).providerCalls).toBe(0);
  });

  test('of whom one has changed: that one is read, and the answer is of what it has now', async () => {
    minutes(30);
    people[7]?.put('new', content('02T09:00', '02T10:00'));
    const pulls = calls('pull');
    const answer = await fresh();
    expect(answer.data.availability.slots).toHaveLength(2);
    expect(calls('pull') - pulls).toBe(1);
    // The home of the one that changed, and that calendar.
    expect(answer.providerCalls).toBe(4);
  });

  test('of whom one is refused: it is told, and the others are current', async () => {
    minutes(30);
    const [first] = people;
    first?.provider.faults.add('*', { kind: 'unreachable' }, 3);
    const { data, errors } = await fresh();
    expect(errors).toEqual([]);
    // The call about the first fifty failed with it: they are polled one by one, and only the first itself cannot be.
    expect(data.availability.freshness.stale).toEqual([{ reason: 'PROVIDER_UNREACHABLE', calendar: { id: first?.calendarIds[0] } }]); // biome-ignore format: one line
    expect(data.availability.slots).toHaveLength(2);
  });
});
