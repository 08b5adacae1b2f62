/** Zone law changes: a province keeps its summer clock, and what was planned there is where people will be. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import { openStore } from '../../../datasources/store/open.ts';
import type { EventTime } from '../../../domain/events/model.ts';
import { parseInstant } from '../../../domain/time/instants.ts';
import { type RecordedLaw, recordedZones } from '../../../domain/time/recorded-law.ts';
import { systemZones } from '../../../domain/time/system-zones.ts';
import type { ZoneData } from '../../../domain/time/zone-data.ts';
import { zoneDataCheck } from '../../../server/readiness.ts';
import { createBackground } from '../../../sync/jobs/background.ts';
import { applyZoneData } from '../../../sync/jobs/zone-data.ts';
import { startSmallApp } from '../../server/small-app.ts';
import { type FreshStore, freshStore, testKeyRing } from '../../setup/database.ts';
import { applicationCalendar, openGraph, type TestGraph } from '../../setup/graph.ts';
import { content, createWorld, event } from '../world.ts';

const hour = 3600;
const vancouver = 'America/Vancouver';
const names = [vancouver, 'Europe/London', 'Asia/Tokyo'];

/** America/Vancouver in 2026 and 2027, whatever the running zone data says of it. */
function withVancouver(version: string, changes: readonly (readonly [string, number])[]): ZoneData {
  const law: RecordedLaw = {
    from: parseInstant('2026-01-01T08:00:00Z'),
    until: parseInstant('2028-01-01T08:00:00Z'),
    offsets: changes.map(([at, hours]) => [parseInstant(at), hours * hour] as const),
  };
  return recordedZones(version, new Map([[vancouver, law]]), systemZones(version));
}

const of2025c = withVancouver('2025c', [
  ['2026-01-01T08:00:00Z', -8],
  ['2026-03-08T10:00:00Z', -7],
  ['2026-11-01T09:00:00Z', -8],
  ['2027-03-14T10:00:00Z', -7],
  ['2027-11-07T09:00:00Z', -8],
]);
/** Permanent daylight time after 8 March 2026. */
const of2026c = withVancouver('2026c', [
  ['2026-01-01T08:00:00Z', -8],
  ['2026-03-08T10:00:00Z', -7],
]);

/** The store of a node with this zone data: it records what it works with when it starts. */
async function start(fresh: FreshStore, zones: ZoneData, provider: MemoryProvider, now: number) {
  const store = await openStore({
    database: fresh.address,
    ids: fresh.store.ids,
    keyRing: testKeyRing,
    zoneDataVersion: zones.version,
    maximumConnections: 4,
  });
  const graph = await openGraph({ fresh: { ...fresh, store }, zones, provider });
  graph.clock.now = now;
  const stop = async () => {
    await graph.close();
    await store.close();
  };
  return { graph, store, stop, apply: () => applyZoneData({ store, zones, clock: () => now, wake: () => {}, names }) };
}

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

const zoned = (local: string, zones: ZoneData): EventTime => ({
  kind: 'zoned',
  local,
  zone: vancouver,
  instant: zones.resolve(local, vancouver),
});

async function startsFrom(graph: TestGraph, calendarId: string, from: string, to: string): Promise<string[]> {
  const { calendar } = await graph.data(
    `query ($id: ID!, $filter: EventFilter!) { calendar(id: $id) { events(first: 100, filter: $filter) { nodes { summary start { dateTime local } } } } }`,
    { id: calendarId, filter: { managed: 'INCLUDE', from, to } },
  );
  return calendar.events.nodes.map(
    (node: { summary: string; start: { dateTime: string; local: string } }) =>
      `${node.summary} ${node.start.dateTime} ${node.start.local}`,
  );
}

describe('Zone law changes', () => {
  const provider = new MemoryProvider();
  const remote = provider.addCalendar({ name: 'Work', timeZone: vancouver });
  const before = parseInstant('2026-10-20T12:00:00Z');
  const after = parseInstant('2026-10-21T12:00:00Z');
  const ids = { app: '', caldav: '', weekly: '', single: '' };
  let told = 0;

  const changes = async () =>
    fresh.superuser<{ kind: string; subject_id: string }>(
      `select kind, subject_id from change_log where calendar_id in ($1, $2) order by at, sequence`,
      [ids.app, ids.caldav],
    );

  test('under 2025c the clock goes back on 1 November', async () => {
    provider.put(remote, {
      ...event('theirs-weekly'),
      master: content('their week', {
        start: zoned('2026-10-05T09:00:00', of2025c),
        end: zoned('2026-10-05T10:00:00', of2025c),
        rules: ['RRULE:FREQ=WEEKLY'],
      }),
    });
    for (const [uid, local, end] of [
      ['theirs-december', '2026-12-01T09:00:00', '2026-12-01T10:00:00'],
      ['theirs-october', '2026-10-28T09:00:00', '2026-10-28T10:00:00'],
      ['theirs-past', '2026-01-12T09:00:00', '2026-01-12T10:00:00'],
    ] as const) {
      provider.put(remote, {
        ...event(uid),
        master: content(uid, { start: zoned(local, of2025c), end: zoned(end, of2025c) }),
      });
    }
    provider.put(remote, {
      ...event('theirs-floating'),
      master: content('floats', {
        start: { kind: 'floating', local: '2026-12-02T09:00:00' },
        end: { kind: 'floating', local: '2026-12-02T10:00:00' },
      }),
    });
    provider.put(remote, {
      ...event('theirs-summer'),
      master: content('each July', {
        start: zoned('2026-07-05T09:00:00', of2025c),
        end: zoned('2026-07-05T10:00:00', of2025c),
        rules: ['RRULE:FREQ=YEARLY'],
      }),
    });
    const node = await start(fresh, of2025c, provider, before);
    const { graph } = node;
    const made = await applicationCalendar(graph, 'G10', vancouver);
    ids.app = made.calendarId;
    const upsert = async (input: object) =>
      (
        await graph.data(
          'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message path } } }',
          { input: { calendarId: made.calendarId, ...input } },
        )
      ).upsertEvent.event.id;
    const time = (dateTime: string) => ({ timed: { dateTime, timeZone: vancouver } });
    ids.weekly = await upsert({
      key: 'weekly',
      summary: 'weekly',
      start: time('2026-10-26T16:00:00Z'),
      end: time('2026-10-26T17:00:00Z'),
      recurrence: ['RRULE:FREQ=WEEKLY'],
    });
    ids.single = await upsert({
      key: 'single',
      summary: 'single',
      start: time('2026-12-01T17:00:00Z'),
      end: time('2026-12-01T18:00:00Z'),
    });
    const { connectCalDav } = await graph.data(
      'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { profile { calendars { id } } userErrors { code message } } }',
      { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
    );
    ids.caldav = connectCalDav.profile.calendars[0].id;
    await graph.engine.syncCalendar(ids.caldav, 'FULL');
    expect(await node.apply()).toBe(0);
    expect(await startsFrom(graph, ids.app, '2026-10-26T00:00:00Z', '2026-12-02T00:00:00Z')).toEqual([
      'weekly 2026-10-26T16:00:00Z 2026-10-26T09:00:00-07:00',
      'weekly 2026-11-02T17:00:00Z 2026-11-02T09:00:00-08:00',
      'weekly 2026-11-09T17:00:00Z 2026-11-09T09:00:00-08:00',
      'weekly 2026-11-16T17:00:00Z 2026-11-16T09:00:00-08:00',
      'weekly 2026-11-23T17:00:00Z 2026-11-23T09:00:00-08:00',
      'weekly 2026-11-30T17:00:00Z 2026-11-30T09:00:00-08:00',
      'single 2026-12-01T17:00:00Z 2026-12-01T09:00:00-08:00',
    ]);
    told = (await changes()).length;
    await node.stop();
  });

  test('under 2026c it does not: the week moves, the single stays, each difference is told once', async () => {
    const node = await start(fresh, of2026c, provider, after);
    const { graph } = node;
    // Two nodes at once.
    await Promise.all([node.apply(), node.apply()]);
    expect(await startsFrom(graph, ids.app, '2026-10-26T00:00:00Z', '2026-12-02T00:00:00Z')).toEqual([
      'weekly 2026-10-26T16:00:00Z 2026-10-26T09:00:00-07:00',
      'weekly 2026-11-02T16:00:00Z 2026-11-02T09:00:00-07:00',
      'weekly 2026-11-09T16:00:00Z 2026-11-09T09:00:00-07:00',
      'weekly 2026-11-16T16:00:00Z 2026-11-16T09:00:00-07:00',
      'weekly 2026-11-23T16:00:00Z 2026-11-23T09:00:00-07:00',
      'weekly 2026-11-30T16:00:00Z 2026-11-30T09:00:00-07:00',
      'single 2026-12-01T17:00:00Z 2026-12-01T10:00:00-07:00',
    ]);
    expect(await startsFrom(graph, ids.caldav, '2026-12-01T00:00:00Z', '2026-12-04T00:00:00Z')).toEqual([
      'theirs-december 2026-12-01T16:00:00Z 2026-12-01T09:00:00-07:00',
      'floats 2026-12-02T16:00:00Z 2026-12-02T09:00:00',
    ]);
    expect(await startsFrom(graph, ids.caldav, '2026-01-12T00:00:00Z', '2026-01-13T00:00:00Z')).toEqual([
      'theirs-past 2026-01-12T17:00:00Z 2026-01-12T09:00:00-08:00',
    ]);
    const since = (await changes()).slice(told);
    const uids = new Map(
      (await fresh.superuser<{ id: string; uid: string }>('select id, uid from event')).map(({ id, uid }) => [id, uid]),
    );
    expect(since.filter(({ kind }) => kind !== 'EVENT_UPDATED')).toEqual([]);
    expect(since.map(({ subject_id }) => subject_id)).not.toContain(ids.single);
    expect(since.map(({ subject_id }) => (subject_id === ids.weekly ? 'weekly' : uids.get(subject_id))).sort()).toEqual(
      ['theirs-december', 'theirs-floating', 'theirs-weekly', 'weekly'],
    );
    expect(await graph.data('{ meridian { tzdataVersion } }')).toEqual({ meridian: { tzdataVersion: '2026c' } });
    // Read again under the new law, nothing is news.
    await graph.engine.syncCalendar(ids.caldav, 'FULL');
    await node.apply();
    expect((await changes()).slice(told)).toEqual(since);
    await node.stop();
  });

  test('a node with 2025c refuses readiness, works on nothing and changes nothing', async () => {
    const node = await start(fresh, of2025c, provider, after);
    expect(node.store.installation.zoneDataVersion).toBe('2026c');
    expect(await node.store.zoneDataVersion()).toBe('2026c');
    expect(await node.apply()).toBe(0);
    expect((await changes()).slice(told)).toHaveLength(4);

    const checks = { tzdata: zoneDataCheck(node.store, of2025c.version) };
    const small = await startSmallApp({ checks });
    const ready = await fetch(`${small.origin}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'failed', checks: { tzdata: 'failed' } }]);
    await small.app.drain(1_000);

    const world = await createWorld({ ...fresh, store: node.store });
    const asked: string[] = [];
    const ask = async (id: string) => void asked.push(id);
    const queue = { poll: ask, write: ask, start: async () => {}, rest: async () => {}, stop: async () => {} };
    const work = { poll: ask, isPolling: () => false, attempt: ask, isAttempting: () => false };
    const due = async (zones: ZoneData) => {
      const dependencies = { ...world.dependencies, zones, now: () => world.clock.now + 60_000 };
      const background = createBackground(dependencies, queue, work, new AbortController().signal);
      await background.sendDue();
      await background.handlers.poll(world.profileId);
      await background.drained();
      return asked.splice(0);
    };
    expect(await due(of2025c)).toEqual([]);
    expect(await due(of2026c)).toContain(world.profileId);
    await node.stop();
  });
});
