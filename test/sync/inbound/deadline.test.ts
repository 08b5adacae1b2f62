/** Servers that are always just in time: one poll of them ends, and the next one goes on from there. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connector, PullPage } from '../../../datasources/providers/connector.ts';
import { recordDemand } from '../../../datasources/store/profiles-sync.ts';
import { pauseAfterDeadline } from '../../../sync/inbound/deadline.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { connectorBut, createWorld, event, uids, type World } from '../world.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const homes = (world: World) => [...world.provider.calendars.keys()];
const home = (world: World) => homes(world)[0] ?? '';
const minute = 60_000;
const usual = 5 * minute;

const pulling = (connector: Connector, pull: Connector['pull']) => connectorBut(connector, { pull });

/** Never answers, and hears no signal: the poll must not depend on the connector. */
const never = () => new Promise<never>(() => {});

/** A server that hands over so many pages, and answers no more until it is asked for `more`. */
function portions(pages: number) {
  let left = pages;
  let delivered = 0;
  const wrapConnector = (connector: Connector) =>
    pulling(connector, async function* (session, calendar, token, known): AsyncGenerator<PullPage> {
      for await (const page of connector.pull(session, calendar, token, known)) {
        if (left === 0) await never();
        left--;
        delivered += page.resources.length;
        yield page;
      }
    });
  return {
    wrapConnector,
    more: () => {
      left = pages;
    },
    delivered: () => delivered,
  };
}

async function stored(world: World): Promise<number> {
  const all = await Promise.all(homes(world).map((calendar) => world.events(calendar)));
  return all.flat().filter((row) => !row.deleted).length;
}

const leases = (world: World) =>
  fresh.superuser(`select 1 from lease where account_id = $1 and expires_at > clock_timestamp()`, [world.accountId]);

describe('a provider whose pages drip without end', () => {
  test('is left at the deadline: its place and its lease are free, what was stored stays, and it waits longer than usual', async () => {
    let drips = true;
    let asked: AbortSignal | undefined;
    const world = await createWorld(fresh, {
      settings: { pollTime: 2_500 },
      wrapConnector: (connector) =>
        pulling(connector, async function* (session, calendar, token, known): AsyncGenerator<PullPage> {
          asked = session.signal;
          for await (const page of connector.pull(session, calendar, token, known)) {
            yield { ...page, syncToken: drips ? null : page.syncToken };
          }
          while (drips) {
            await new Promise((resolve) => setTimeout(resolve, 5));
            yield { resources: [], unchanged: [], removed: [], skipped: [], syncToken: null, full: false };
          }
        }),
    });
    drips = false;
    await world.poll();
    expect(await world.profile()).toMatchObject({ failures: 0, initial_sync_required: false });
    const told = (await world.changes()).length;

    drips = true;
    for (const uid of uids('event', 3)) world.provider.put(home(world), event(uid));
    let places = 0;
    const admit = () => {
      places++;
      return { onCall: () => {}, release: () => void places-- };
    };
    const outcome = await world.poll({ admit });
    expect(outcome).toMatchObject({ status: 'polled', failure: { code: 'UNREACHABLE' } });
    expect(places).toBe(0);
    expect(await leases(world)).toEqual([]);
    expect(asked?.aborted).toBe(true);
    expect(await stored(world)).toBe(3);
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_CREATED', 'EVENT_CREATED']);
    expect((await world.runs(home(world))).at(-1)).toMatchObject({ status: 'FAILED', changes: 3 });
    const { next_poll_at, failures } = await world.profile();
    expect(failures).toBe(1);
    expect((next_poll_at?.getTime() ?? 0) - world.clock.now).toBeGreaterThan(3 * usual);

    // Nor does somebody who wants it fresh bring it back before.
    world.clock.now += minute;
    await fresh.store.asWorker((tx) => recordDemand(tx, [world.profileId], world.clock.now, 1_000));
    expect((await world.profile()).next_poll_at).toEqual(next_poll_at);

    drips = false;
    expect(await world.poll()).toMatchObject({ status: 'polled', failure: null });
    expect(await world.profile()).toMatchObject({ status: 'CONNECTED', failures: 0 });
    expect(await stored(world)).toBe(3);
    expect(await world.kinds(told)).toHaveLength(3);
  });

  test('a home that is never listed ends with the time of the poll, not of the answer', async () => {
    const world = await createWorld(fresh, {
      settings: { firstSyncTime: 50 },
    });
    world.provider.faults.add('calendars', { kind: 'slow', until: never });
    expect(await world.poll()).toMatchObject({ status: 'polled', failure: { code: 'UNREACHABLE' } });
    expect(await world.profile()).toMatchObject({ failures: 1, initial_sync_required: true });
    expect(await leases(world)).toEqual([]);
  });

  test('each time in a row it waits twice as long, up to six hours and a tenth', () => {
    const pauses = [0, 1, 2, 3, 4, 5, 1_000].map((failures) => pauseAfterDeadline(failures, () => 0) / minute);
    expect(pauses).toEqual([20, 40, 80, 160, 320, 360, 360]);
    expect(pauseAfterDeadline(1_000, () => 0.999_999)).toBeLessThanOrEqual(6.6 * 60 * minute);
  });
});

describe('an honest home that is too large for one poll', () => {
  test('gets further poll by poll, downloads nothing twice, and comes to its end', async () => {
    const server = portions(5);
    const world = await createWorld(fresh, {
      calendars: 6,
      pageSize: 10,
      settings: { firstSyncTime: 800 },
      wrapConnector: server.wrapConnector,
    });
    for (const calendar of homes(world)) {
      for (const uid of uids('event', 20)) world.provider.put(calendar, event(uid));
    }
    let polls = 0;
    while ((await world.profile()).initial_sync_required && polls < 30) {
      server.more();
      await world.poll();
      polls++;
    }
    expect(await stored(world)).toBe(120);
    expect(polls).toBeGreaterThan(1);
    // A page may have come just when the time was over.
    expect(server.delivered()).toBeLessThanOrEqual(120 + 10 * (polls - 1));
    expect(await world.profile()).toMatchObject({ status: 'CONNECTED', failures: 0, initial_sync_required: false });
    expect((await world.kinds()).filter((kind) => kind === 'PROFILE_INITIAL_SYNC_COMPLETED')).toHaveLength(1);
  });

  test('more changes than one poll can read are not read from the beginning each time', async () => {
    const server = portions(3);
    const world = await createWorld(fresh, {
      pageSize: 10,
      settings: { pollTime: 800 },
      wrapConnector: server.wrapConnector,
    });
    world.provider.put(home(world), event('first'));
    await world.poll();
    const told = (await world.changes()).length;
    for (const uid of uids('event', 80)) world.provider.put(home(world), event(uid));
    let polls = 0;
    let outcome = null;
    while (polls < 30 && !(outcome?.status === 'polled' && outcome.failure === null)) {
      server.more();
      outcome = await world.poll();
      polls++;
    }
    expect(outcome).toMatchObject({ status: 'polled', failure: null });
    expect(polls).toBeGreaterThan(1);
    expect(await stored(world)).toBe(81);
    expect(server.delivered()).toBeLessThanOrEqual(81 + 10 * (polls - 1));
    const kinds = (await world.kinds(told)).filter((kind) => kind.startsWith('EVENT'));
    expect(kinds).toEqual(uids('event', 80).map(() => 'EVENT_CREATED'));
  });

  test('one calendar that never ends does not keep the others waiting for ever', async () => {
    const world = await createWorld(fresh, {
      calendars: 4,
      settings: { firstSyncTime: 800 },
      wrapConnector: (connector) =>
        pulling(connector, async function* (session, calendar, token, known): AsyncGenerator<PullPage> {
          if (calendar.endsWith('calendar-1/')) await never();
          yield* connector.pull(session, calendar, token, known);
        }),
    });
    for (const calendar of homes(world)) world.provider.put(calendar, event('one'));
    const done = async () =>
      (await Promise.all(homes(world).map((calendar) => world.calendar(calendar)))).map((row) => row.initial_sync_done);
    await world.poll();
    expect(await done()).toEqual([false, false, false, false]);
    // None of them was begun in vain, which would have put it behind the one that never ends.
    expect(await world.runs(homes(world)[1] ?? '')).toEqual([]);
    // One that the time was over for in the middle has its next turn behind the first.
    const rest = async () => (await done()).filter((one) => !one).length;
    for (let polls = 1; polls < 8 && (await rest()) > 1; polls++) await world.poll();
    expect(await done()).toEqual([false, true, true, true]);
  });
});

test('a stop in the middle of a poll is nobody’s failure', async () => {
  const server = portions(2);
  const world = await createWorld(fresh, {
    pageSize: 10,
    settings: { firstSyncTime: 20_000 },
    wrapConnector: server.wrapConnector,
  });
  for (const uid of uids('event', 50)) world.provider.put(home(world), event(uid));
  const before = await world.profile();
  const stop = new AbortController();
  const poll = world.poll({ signal: stop.signal });
  while ((await stored(world)) < 20) await new Promise((resolve) => setTimeout(resolve, 5));
  const reason = new Error('this service is stopping');
  stop.abort(reason);
  await expect(poll).rejects.toBe(reason);
  expect(await world.profile()).toEqual(before);
  expect(await leases(world)).toEqual([]);
  expect(await stored(world)).toBe(20);
});
