/** `Subscription.availability` on two nodes of one database: what happens on one is told on the other, with and without signals. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { seeded } from '../../bench/oracles/random.ts';
import { createPostgresNotifications } from '../../subscriptions/notifications.ts';
import type { Notifications } from '../../subscriptions/wake-up.ts';
import { all, instant, periods, upsert } from '../resolvers/availability-world.ts';
import { holding } from '../resolvers/held.ts';
import { applicationBeside, asking, hours } from '../resolvers/stored-availability.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import { type Listener, type Served, serve } from './live-client.ts';

interface Node {
  readonly graph: TestGraph;
  readonly served: Served;
}

let fresh: FreshStore;
let one: Node;
let other: Node;
/** Hears nothing from anybody, and nobody hears it. */
let deaf: Node;
const opened: Node[] = [];

async function start(notifies: boolean): Promise<Node> {
  const notifications: Notifications | null = notifies
    ? createPostgresNotifications({ connect: () => listening(), reconnectMilliseconds: 20 })
    : null;
  const graph = await openGraph({ fresh, ...(notifications === null ? {} : { notifications }) });
  const node = { graph, served: await serve(graph) };
  opened.push(node);
  return node;
}

async function listening(): Promise<pg.Client> {
  const client = new pg.Client({ ...fresh.store.clientConfig, application_name: 'meridian listener' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

beforeAll(async () => {
  fresh = await freshStore();
  one = await start(true);
  other = await start(true);
  deaf = await start(false);
});
afterAll(async () => {
  for (const { served, graph } of opened) {
    await served.close();
    await graph.close();
  }
  await fresh.drop();
});

const fields = 'slots { start end participants { account { id } } } truncated members { status }';
const watching = `subscription ($input: AvailabilityInput!) { availability(input: $input) { ${fields} } }`;
const toldTimes = (times: number) => (listener: Listener) => listener.told.length >= times;
type Place = Awaited<ReturnType<typeof applicationCalendar>>;
let made = 0;
const someone = () => applicationCalendar(one.graph, `nodes${made++}`);
const starts = ({ told }: Listener) =>
  told.map(({ availability }) => availability.slots.map(({ start }: Loose) => start.slice(11, 16)).join(' '));

describe('a hold that one node makes', () => {
  const input = (ann: Place) => ({ input: { ...all([ann]), search: periods(['02T09:00', '02T12:00']) } });

  test('is told on the other, made and given back, to every application that the account lets in', async () => {
    const ann = await someone();
    const { key } = await applicationBeside(one.graph, ann.accountId);
    const holds = holding(one.graph);
    const there = await other.served.listen(watching, input(ann));
    const beside = await other.served.listen(watching, input(ann), { token: key });
    const { hold } = await holds.hold(await holds.offered([ann], '02T10:00'));
    await Promise.all([there, beside].map((live) => live.until(toldTimes(2), 3_000)));
    await holds.release(hold?.id ?? '');
    await Promise.all([there, beside].map((live) => live.until(toldTimes(3), 3_000)));
    for (const live of [there, beside]) {
      expect(starts(live)).toEqual(['09:00 10:00 11:00', '09:00 11:00', '09:00 10:00 11:00']);
    }
  });

  test('is told where no signal arrives, by the next look', async () => {
    const ann = await someone();
    const holds = holding(one.graph);
    const live = await deaf.served.listen(watching, input(ann));
    await holds.hold(await holds.offered([ann], '02T11:00'));
    await live.until(toldTimes(2), 5_000);
    expect(starts(live)).toEqual(['09:00 10:00 11:00', '09:00 10:00']);
  });

  test('and gives back at once, between two looks, is told as what it left', async () => {
    const ann = await someone();
    const holds = holding(one.graph);
    const live = await deaf.served.listen(watching, input(ann));
    for (let round = 0; round < 3; round += 1) {
      const { hold } = await holds.hold(await holds.offered([ann], '02T11:00'));
      await holds.release(hold?.id ?? '');
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(starts(live).at(-1)).toBe('09:00 10:00 11:00');
  });
});

test('at rest, the last answer told is the query’s own, whatever was edited, held and ruled on either node', async () => {
  const random = seeded(20_261_123);
  const places = [await someone(), await someone(), await someone()];
  const accounts = places.map(({ accountId }) => ({ accountId }));
  const search = periods(['02T08:00', '03T18:00']);
  const common = { requiredDuration: 'PT30M', startInterval: 'PT30M', search };
  const questions = [
    { ...all(places), ...common },
    { ...common, format: 'PERIODS', participants: [{ members: accounts, required: 1 }] },
    {
      ...common,
      format: 'OVERLAPPING_SLOTS',
      maxResults: 10,
      participants: [{ members: accounts, required: 2 }],
      buffer: { before: 'PT15M' },
    },
    { ...common, format: 'SLOTS', participants: [{ members: [{ ...accounts[0], managedAvailability: true }] }] },
    {
      ...common,
      format: 'SLOTS',
      participants: [{ members: [{ ...accounts[1], limits: [{ period: 'DAY', maximum: 2 }] }] }],
    },
  ];
  const watched = await Promise.all(
    questions.flatMap((input) =>
      [one, other].map(async (node) => ({ input, live: await node.served.listen(watching, { input }) })),
    ),
  );
  const live = [holding(one.graph), holding(other.graph)];
  const rules = asking(other.graph);
  const held: string[] = [];
  const written = new Map<string, string>();
  const time = (half: number) =>
    `0${2 + Math.floor(half / 48)}T${String(Math.floor((half % 48) / 2)).padStart(2, '0')}:${half % 2 === 0 ? '00' : '30'}`;

  const edits: (() => Promise<unknown>)[] = [
    async () => {
      const begin = random.whole(14, 80);
      const [place, key] = [random.pick(places), `k${random.whole(0, 5)}`];
      const node = random.pick([one, other]);
      const id = await upsert(node.graph, place.calendarId, key, time(begin), time(begin + random.whole(1, 6)));
      written.set(`${place.calendarId} ${key}`, id);
    },
    async () => {
      const picked = [...written.keys()];
      if (picked.length === 0) return;
      const key = random.pick(picked);
      const id = written.get(key);
      written.delete(key);
      await one.graph.data('mutation ($id: ID!) { deleteEvent(input: { id: $id }) { userErrors { code message } } }', {
        id,
      });
    },
    async () => {
      const holder = random.pick(live);
      const offered = await holder.offered([random.pick(places)], time(random.whole(16, 80)));
      if (offered === null) return;
      const { hold } = await holder.hold(offered);
      if (hold !== null) held.push(hold.id);
    },
    async () => {
      const id = held.pop();
      if (id !== undefined) await random.pick(live).release(id);
    },
    async () => {
      const begin = random.whole(8, 12);
      const weeklyPeriods = [hours('MONDAY', `${String(begin).padStart(2, '0')}:00`, '16:00')];
      await rules.rule({ accountId: places[0]?.accountId ?? '', key: `r${random.whole(0, 1)}`, weeklyPeriods });
    },
    () =>
      rules.period(places[0]?.accountId ?? '', 'extra', instant('03T10:00'), instant(`03T1${random.whole(1, 6)}:00`)),
  ];

  for (let round = 0; round < 7; round += 1) {
    for (let edit = 0; edit < 6; edit += 1) await random.pick(edits)();
    for (const { input, live } of watched) {
      const { availability } = await one.graph.data(watching.replace('subscription', 'query'), { input });
      const expected = JSON.stringify(availability);
      await live.until(({ told }) => JSON.stringify(told.at(-1).availability) === expected, 5_000);
    }
  }
  for (const { live } of watched) {
    expect([live.ended, live.errors]).toEqual([undefined, []]);
    for (const [at, { availability }] of live.told.entries()) {
      if (at > 0) expect(availability).not.toEqual(live.told[at - 1].availability);
    }
  }
  expect(watched.reduce((sum, { live: { told } }) => sum + told.length, 0)).toBeGreaterThan(40);
}, 90_000);
