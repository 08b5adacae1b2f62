/** Who comes first in a slot, through the whole graph (semantics E9). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withSeed } from '../../scheduling/distribution/rankings.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import { asking, hours } from './stored-availability.ts';

const day = 86_400_000;
/** A Monday one to two weeks ahead. */
const monday = (() => {
  const soon = Math.floor(Date.now() / day) + 8;
  return (soon + ((7 - ((soon + 3) % 7)) % 7)) * day;
})();
const iso = (instant: number) => new Date(instant).toISOString().replace('.000', '');
const hour = 3_600_000;

interface Host {
  readonly accountId: string;
  readonly calendarId: string;
}

let graph: TestGraph;
let alice: Host;
let bob: Host;
let carol: Host;
beforeAll(async () => {
  graph = await openGraph();
  alice = await applicationCalendar(graph, 'alice', 'Etc/UTC');
  bob = await applicationCalendar(graph, 'bob', 'Etc/UTC');
  carol = await applicationCalendar(graph, 'carol', 'Etc/UTC');
});
afterAll(() => graph.close());

let count = 0;
async function book({ calendarId }: Host, more: object = {}): Promise<string> {
  count += 1;
  const start = monday + 30 * day + count * 2 * hour;
  const timed = (instant: number) => ({ timed: { dateTime: iso(instant), timeZone: 'Etc/UTC' } });
  const { upsertEvent } = await graph.data(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message path } } }',
    { input: { calendarId, key: `${count}`, summary: 'x', start: timed(start), end: timed(start + hour), ...more } },
  );
  return upsertEvent.event.id;
}

const group = (hosts: readonly (Host & { readonly weight?: number })[], required: number | null = 1) => ({
  members: hosts.map(({ accountId, weight = 1 }) => ({ accountId, weight })),
  required,
});
const fields = 'slots { start participants { account { id } group preferred bookings } }';

async function ask(participants: readonly object[], distribution: object | null, more: object = {}) {
  const answer = await graph.run(`query ($input: AvailabilityInput!) { availability(input: $input) { ${fields} } }`, {
    input: {
      participants,
      requiredDuration: 'PT30M',
      format: 'SLOTS',
      search: { periods: [{ start: iso(monday + 9 * hour), end: iso(monday + 12 * hour) }] },
      distribution,
      ...more,
    },
  });
  if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
  return answer;
}

const names = () => new Map([alice, bob, carol].map(({ accountId }, at) => [accountId, ['alice', 'bob', 'carol'][at]]));
/** `bob* 1` for a preferred one with one booking, of each slot. */
async function told(participants: readonly object[], distribution: object | null): Promise<readonly string[]> {
  const { data } = await ask(participants, distribution);
  return data.availability.slots.map((slot: Loose) =>
    slot.participants
      .map(({ account, preferred, bookings }: Loose) => `${names().get(account.id)}${preferred ? '*' : ''} ${bookings}`)
      .join(', '),
  );
}

const least = { strategy: 'LEAST_BOOKED', categories: ['Demo'] };

describe('LEAST_BOOKED', () => {
  test('puts fewest bookings first, tells them, and leaves nobody out', async () => {
    for (const host of [alice, alice, alice, bob]) await book(host, { categories: ['Demo'] });
    await book(carol, { categories: ['Other'] });
    const all = await told([group([alice, bob, carol])], least);
    expect(all).toHaveLength(6);
    expect(new Set(all)).toEqual(new Set(['carol* 0, bob 1, alice 3']));
    expect((await told([group([alice, bob, carol], 2)], least))[0]).toBe('carol* 0, bob* 1, alice 3');
    expect((await told([group([alice, bob, carol], null)], least))[0]).toBe('carol* 0, bob* 1, alice* 3');
    expect((await told([group([alice, bob, carol])], { strategy: 'LEAST_BOOKED' }))[0]).toBe(
      'bob* 1, carol 1, alice 3',
    );
  });

  test('goes by weight', async () => {
    const weighted = group([
      { ...alice, weight: 10 },
      { ...bob, weight: 1 },
      { ...carol, weight: 0 },
    ]);
    expect((await told([weighted], least))[0]).toBe('alice* 3, bob 1, carol 0');
  });

  test('counts what was booked within its window, and no event twice or once it is deleted', async () => {
    const id = await book(bob, { categories: ['Demo'], recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] });
    expect((await told([group([alice, bob])], least))[0]).toBe('bob* 2, alice 3');
    await graph.fresh.superuser(`update event set created_at = now() - interval '2 days' where id = $1`, [id]);
    expect((await told([group([alice, bob])], { ...least, window: 'P1D' }))[0]).toBe('bob* 1, alice 3');
    expect((await told([group([alice, bob])], least))[0]).toBe('bob* 2, alice 3');
    const { deleteEvent } = await graph.data(
      'mutation ($id: ID!) { deleteEvent(input: { id: $id }) { userErrors { code message } } }',
      { id },
    );
    expect(deleteEvent.userErrors).toEqual([]);
    expect((await told([group([alice, bob])], least))[0]).toBe('bob* 1, alice 3');
  });

  test('a member of two groups counts for each, and may be preferred in both', async () => {
    const slots = await told([group([bob, alice]), group([carol, bob])], {
      strategy: 'LEAST_BOOKED',
      categories: ['Other'],
    });
    expect(slots[0]).toBe('bob* 0, alice 0, bob* 0, carol 1');
  });

  test('reads two statements more than the slots alone', async () => {
    await ask([group([alice, bob])], least);
    const ranked = await ask([group([alice, bob])], least);
    const listed = await ask([group([alice, bob])], null);
    expect(ranked.sqlQueries - listed.sqlQueries).toBe(2);
    expect(ranked.providerCalls).toBe(0);
  });
});

describe('calibration', () => {
  beforeAll(async () => {
    await graph.fresh.superuser(`update authorization_grant set created_at = now() - interval '100 days'`);
  });

  test('credits a newcomer with what the others had meanwhile', async () => {
    expect((await told([group([alice, carol])], least))[0]).toBe('carol* 0, alice 3');
    await graph.fresh.superuser(
      `update authorization_grant set created_at = now() - interval '1 minute' where account_id = $1`,
      [carol.accountId],
    );
    await book(carol, { categories: ['Demo'] });
    expect((await told([group([alice, carol])], least))[0]).toBe('alice* 3, carol 1');
  });

  test('credits days without working time to one who keeps to stored rules', async () => {
    const at = { weeklyPeriods: [hours('MONDAY', '09:00', '17:00')], timeZone: 'Etc/UTC' };
    await asking(graph).rule({ accountId: bob.accountId, key: 'mondays', ...at });
    const managed = {
      members: [{ accountId: alice.accountId }, { accountId: bob.accountId, managedAvailability: true }],
      required: 1,
    };
    expect((await told([group([alice, bob])], least))[0]).toBe('bob* 1, alice 3');
    expect((await told([managed], least))[0]).toBe('alice* 3, bob 1');
  });

  test('credits days out of office', async () => {
    expect((await told([group([alice, bob])], least))[0]).toBe('bob* 1, alice 3');
    const timed = (instant: number) => ({ timed: { dateTime: iso(instant), timeZone: 'Etc/UTC' } });
    const today = Math.floor(Date.now() / day) * day;
    const away = { start: timed(today - 27 * day), end: timed(today - day), busyStatus: 'OUT_OF_OFFICE' };
    await book(bob, away);
    expect((await told([group([alice, bob])], least))[0]).toBe('alice* 3, bob 1');
  });
});

describe('RANDOM', () => {
  const everybody = () => [group([alice, bob, carol])];

  test('is the same each time for the same seed, and another for another slot', async () => {
    const seeded = { strategy: 'RANDOM', seed: 'interviews' };
    const first = await told(everybody(), seeded);
    expect(await told(everybody(), seeded)).toEqual(first);
    expect(await told([group([carol, alice, bob])], seeded)).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(1);
  });

  test('without a seed is drawn anew for each answer', async () => {
    const answers = new Set<string>();
    for (let asked = 0; asked < 5; asked += 1) answers.add((await told(everybody(), { strategy: 'RANDOM' })).join(';'));
    expect(answers.size).toBeGreaterThan(1);
  });

  test('has a seed that a slot token can carry', () => {
    const asked = { strategy: 'RANDOM', window: 60, categories: null, seed: null } as const;
    const seeded = withSeed(asked);
    expect(seeded.seed).toMatch(/^[\w-]{16}$/);
    expect(withSeed(asked).seed).not.toBe(seeded.seed);
    expect(withSeed(seeded)).toBe(seeded);
    expect(withSeed({ ...asked, strategy: 'ORDERED' }).seed).toBeNull();
  });

  test('and ORDERED count nothing and read nothing', async () => {
    expect((await told(everybody(), { strategy: 'ORDERED' }))[0]).toBe('alice* null, bob null, carol null');
    const random = await ask(everybody(), { strategy: 'RANDOM' });
    const listed = await ask(everybody(), null);
    expect(random.sqlQueries).toBe(listed.sqlQueries);
  });
});

describe('createHold', () => {
  const hold = async (slotToken: string): Promise<string> => {
    const { createHold } = await graph.data(
      `mutation ($input: CreateHoldInput!) { createHold(input: $input) {
        hold { slots { accounts { id } } } userErrors { code message path } } }`,
      { input: { slots: [{ slotToken }] } },
    );
    const [slot] = createHold.hold.slots;
    expect(slot.accounts).toHaveLength(1);
    return slot.accounts[0].id;
  };
  const slotsOf = async (hosts: readonly Host[], distribution: object) => {
    const { data } = await graph.run(
      `query ($input: AvailabilityInput!) { availability(input: $input) {
        slots { token participants { account { id } preferred } } } }`,
      {
        input: {
          participants: [group(hosts)],
          requiredDuration: 'PT15M',
          startInterval: 'PT15M',
          format: 'SLOTS',
          search: { periods: [{ start: iso(monday + 13 * hour), end: iso(monday + 16 * hour) }] },
          distribution,
        },
      },
    );
    return data.availability.slots as Loose[];
  };
  const newHosts = (names: readonly string[]) =>
    Promise.all(names.map((name) => applicationCalendar(graph, name, 'Etc/UTC')));

  test('of many at once decides for the least booked one after the other: each gets the same', async () => {
    const hosts = await newHosts(['dora', 'emil', 'fay']);
    const slots = await slotsOf(hosts, { strategy: 'LEAST_BOOKED' });
    // All are shown the same one: nobody holds anything yet.
    expect(new Set(slots.map(({ participants: [first] }) => first.account.id)).size).toBe(1);
    const held = await Promise.all(slots.map(({ token }) => hold(token)));
    expect(hosts.map(({ accountId }) => held.filter((id) => id === accountId).length)).toEqual([4, 4, 4]);
    const told = await slotsOf(hosts, { strategy: 'LEAST_BOOKED' });
    expect(told[0].participants).toHaveLength(2);
  });

  test('takes whom the slot preferred, where that was drawn without a seed', async () => {
    const hosts = await newHosts(['gus', 'hal', 'ida']);
    for (const { token, participants } of await slotsOf(hosts, { strategy: 'RANDOM' })) {
      expect(await hold(token)).toBe(participants[0].account.id);
    }
  });
});
