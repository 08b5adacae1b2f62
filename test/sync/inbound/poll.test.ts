import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pollProfile } from '../../../sync/inbound/poll.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';
import { createWorld, event, uids, type World } from '../world.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore({ maximumConnections: 6 });
});
afterAll(() => fresh.drop());

const home = (world: World) => {
  const [first] = world.provider.calendars.keys();
  if (first === undefined) throw new Error('no calendar');
  return first;
};
const minute = 60_000;

/** Connected, filled and read for the first time; answers how long the log is then. */
async function synced(world: World, count: number): Promise<number> {
  for (const uid of uids('event', count)) world.provider.put(home(world), event(uid));
  await world.poll();
  return (await world.changes()).length;
}

describe('the first sync', () => {
  test('1,500 events in pages are told by one PROFILE_INITIAL_SYNC_COMPLETED', async () => {
    const world = await createWorld(fresh, { calendars: 2 });
    const told = await synced(world, 1_500);
    expect(await world.kinds()).toEqual([
      'ACCOUNT_AUTHORIZED',
      'PROFILE_LINKED',
      'CALENDAR_CREATED',
      'CALENDAR_CREATED',
      'PROFILE_INITIAL_SYNC_COMPLETED',
    ]);
    expect(told).toBe(5);
    expect(await world.events(home(world))).toHaveLength(1_500);
    expect(await world.profile()).toMatchObject({ status: 'CONNECTED', initial_sync_required: false });
    const [run] = await world.runs(home(world));
    expect(run).toMatchObject({ kind: 'FULL', status: 'SUCCEEDED', changes: 1_500, provider_calls: 6 });
    expect(await world.calendar(home(world))).toMatchObject({ sync_token: '1500', change_tag: 'revision-1500' });
  });

  test('interrupted in the middle, it goes on: what was stored is neither fetched nor told twice', async () => {
    const world = await createWorld(fresh, { pageSize: 100 });
    for (const uid of uids('event', 500)) world.provider.put(home(world), event(uid));
    world.provider.faults.add('pull', { kind: 'slow', until: async () => {} }, 3);
    world.provider.faults.add('pull', { kind: 'unreachable' });
    await world.poll();
    expect(await world.events(home(world))).toHaveLength(300);
    expect(await world.kinds()).not.toContain('PROFILE_INITIAL_SYNC_COMPLETED');
    world.provider.calls.clear();
    await world.poll();
    expect(await world.events(home(world))).toHaveLength(500);
    expect(world.provider.calls.get('pull')).toBe(2);
    expect((await world.kinds()).slice(3)).toEqual(['PROFILE_INITIAL_SYNC_COMPLETED']);
    expect((await world.runs(home(world))).map((run) => [run.status, run.changes])).toEqual([
      ['FAILED', 300],
      ['SUCCEEDED', 200],
    ]);
  });

  test('a calendar that may not be read does not keep the profile in its first sync', async () => {
    const world = await createWorld(fresh, { calendars: 2 });
    world.provider.faults.add('pull', { kind: 'forbidden' });
    await world.poll();
    expect(await world.profile()).toMatchObject({ initial_sync_required: false });
    world.provider.put(home(world), event('late'));
    await world.poll();
    expect((await world.kinds()).slice(4)).toEqual(['PROFILE_INITIAL_SYNC_COMPLETED', 'EVENT_CREATED']);
  });
});

describe('a poll', () => {
  test('without change costs one provider call and no run', async () => {
    const world = await createWorld(fresh, { calendars: 3 });
    await synced(world, 3);
    world.provider.calls.clear();
    const outcome = await world.poll();
    expect(Object.fromEntries(world.provider.calls)).toEqual({ calendars: 1 });
    expect(outcome).toMatchObject({ status: 'polled', failure: null });
    expect(await world.runs(home(world))).toHaveLength(1);
  });

  test('with one changed calendar costs two calls, and tells exactly what changed, in order', async () => {
    const world = await createWorld(fresh, { calendars: 3 });
    const told = await synced(world, 5);
    const before = await world.events(home(world));
    world.provider.put(home(world), event('event-0001', 'moved'));
    world.provider.put(home(world), event('new'));
    world.provider.delete(home(world), before[0]?.remote_id ?? '');
    world.provider.put(home(world), event('event-0002'));
    world.provider.calls.clear();
    await world.poll();
    expect(Object.fromEntries(world.provider.calls)).toEqual({ calendars: 1, pull: 1 });
    const after = new Map((await world.events(home(world))).map((row) => [row.uid, row]));
    const changes = await world.changes(told);
    expect(new Set(changes.map((change) => `${change.kind} ${change.subject_id}`))).toEqual(
      new Set([
        `EVENT_UPDATED ${before[1]?.id}`,
        `EVENT_CREATED ${after.get('new')?.id}`,
        `EVENT_DELETED ${before[0]?.id}`,
      ]),
    );
    expect(changes).toHaveLength(3);
    expect(changes.every((change) => change.made_by === null)).toBe(true);
    expect(after.get('event-0000')).toMatchObject({ deleted: true, id: before[0]?.id });
    expect(world.woken).toContain(world.accountId);
  });

  test('a forgotten sync token becomes a full listing that tells only real differences', async () => {
    const world = await createWorld(fresh);
    const told = await synced(world, 30);
    const before = await world.events(home(world));
    world.provider.put(home(world), event('event-0003', 'changed'));
    world.provider.delete(home(world), before[4]?.remote_id ?? '');
    world.provider.forgetTokens();
    await world.poll();
    expect(await world.changes(told)).toMatchObject([
      { kind: 'EVENT_UPDATED', subject_id: before[3]?.id },
      { kind: 'EVENT_DELETED', subject_id: before[4]?.id },
    ]);
    expect((await world.runs(home(world))).at(-1)).toMatchObject({ kind: 'FULL', changes: 2 });
  });

  test('a provider without sync tokens is compared by etags, and nothing is told twice', async () => {
    const world = await createWorld(fresh, { syncTokens: false });
    const told = await synced(world, 10);
    world.provider.put(home(world), event('event-0003', 'changed'));
    await world.poll();
    await world.poll();
    expect(await world.kinds(told)).toEqual(['EVENT_UPDATED']);
  });

  test('one that is asked for reads the calendar whatever its tag says', async () => {
    const world = await createWorld(fresh);
    await synced(world, 2);
    const { id } = await world.calendar(home(world));
    const outcome = await world.poll({ calendar: { id, kind: 'RECONCILIATION' } });
    expect(outcome.status === 'polled' && outcome.runs.get(id)).toMatchObject({ changes: 0, failure: null });
    expect((await world.runs(home(world))).at(-1)).toMatchObject({ kind: 'RECONCILIATION', status: 'SUCCEEDED' });
  });

  test('a home that is not where it was is looked for again, once', async () => {
    const world = await createWorld(fresh);
    const told = await synced(world, 1);
    await fresh.superuser(`update profile set principal = '{}' where id = $1`, [world.profileId]);
    world.provider.calls.clear();
    world.provider.faults.add('calendars', { kind: 'not-found' });
    expect(await world.poll()).toMatchObject({ failure: null });
    expect(Object.fromEntries(world.provider.calls)).toEqual({ calendars: 2, connect: 1 });
    const [row] = await fresh.superuser(`select principal->>'homeUrl' as home from profile where id = $1`, [
      world.profileId,
    ]);
    expect(row).toEqual({ home: `memory:/${world.provider.options.username}/` });
    world.provider.faults.add('calendars', { kind: 'not-found' }, 2);
    expect(await world.poll()).toMatchObject({ failure: { code: 'NOT_FOUND' } });
    expect(await world.kinds(told)).toEqual([]);
  });

  test('two at once: one works, the other finds the account busy', async () => {
    const world = await createWorld(fresh);
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.provider.calls.clear();
    world.provider.faults.add('calendars', { kind: 'slow', until: () => gate });
    const first = world.poll();
    while (!world.provider.calls.has('calendars')) await new Promise((resolve) => setTimeout(resolve, 5));
    const begun = await fresh.superuser('select fence from lease where account_id = $1', [world.accountId]);
    expect(begun).toHaveLength(1);
    expect(await world.poll()).toEqual({ status: 'busy' });
    open();
    expect(await first).toMatchObject({ status: 'polled' });
  });
});

describe('our own events, found at the provider', () => {
  test('are bound to their application again, and told as its own kind', async () => {
    const world = await createWorld(fresh);
    const told = await synced(world, 1);
    const asked: string[] = [];
    const dependencies = {
      ...world.dependencies,
      recogniseManaged: (object: { uid: string }) => {
        asked.push(object.uid);
        const ours = object.uid === 'ours';
        const { applicationId } = world;
        return { ours, mark: ours ? { applicationId, key: 'key', generation: 2, calendarKey: home(world) } : null };
      },
    };
    world.provider.put(home(world), event('ours'));
    world.provider.put(home(world), event('theirs'));
    await pollProfile(dependencies, world.profileId, { signal: new AbortController().signal });
    expect(asked.sort()).toEqual(['ours', 'theirs']);
    const bound = await fresh.superuser(
      `select m.key, m.generation, e.uid from managed_event m join event e on e.id = m.event_id where m.application_id = $1`,
      [world.applicationId],
    );
    expect(bound).toEqual([{ key: 'key', generation: 2, uid: 'ours' }]);
    const managed = await fresh.superuser<{ managed_by: string | null }>(
      `select managed_by from change_log where account_id = $1 order by sequence`,
      [world.accountId],
    );
    expect(managed.filter((change) => change.managed_by === world.applicationId)).toHaveLength(1);
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_CREATED']);
  });
});

describe('calendars of the home', () => {
  test('new and changed ones are told, and keep their ids', async () => {
    const world = await createWorld(fresh);
    const told = await synced(world, 1);
    const added = world.provider.addCalendar({ name: 'Team' });
    const first = world.provider.calendar(home(world));
    first.name = 'Renamed';
    const { id } = await world.calendar(home(world));
    await world.poll();
    await world.poll();
    expect(await world.changes(told)).toMatchObject([
      { kind: 'CALENDAR_CREATED', subject_id: (await world.calendar(added)).id },
      { kind: 'CALENDAR_UPDATED', subject_id: id },
    ]);
    expect(await world.calendar(home(world))).toMatchObject({ id, name: 'Renamed' });
  });

  test('a missing one is deleted after two listings ten minutes apart, told once, and returns with its ids', async () => {
    const world = await createWorld(fresh, { calendars: 2 });
    const told = await synced(world, 30);
    const remoteId = home(world);
    const gone = world.provider.calendar(remoteId);
    const { id } = await world.calendar(remoteId);
    const ids = (await world.events(remoteId)).map((row) => row.id);
    world.provider.calendars.delete(remoteId);
    await world.poll();
    world.clock.now += 10 * minute - 1;
    await world.poll();
    expect(await world.kinds(told)).toEqual([]);
    expect(await world.calendar(remoteId)).toMatchObject({ deleted_at: null });
    world.clock.now += 1;
    await world.poll();
    world.clock.now += 20 * minute;
    await world.poll();
    expect(await world.changes(told)).toMatchObject([{ kind: 'CALENDAR_DELETED', subject_id: id }]);
    expect((await world.events(remoteId)).every((row) => row.deleted)).toBe(true);

    world.provider.calendars.set(remoteId, gone);
    await world.poll();
    expect((await world.kinds(told)).slice(1)).toEqual([
      'CALENDAR_CREATED',
      ...Array.from({ length: 30 }, () => 'EVENT_CREATED'),
    ]);
    expect(await world.calendar(remoteId)).toMatchObject({ id, deleted_at: null });
    expect((await world.events(remoteId)).map((row) => row.id)).toEqual(ids);
  });

  test('one that comes back in time was never gone', async () => {
    const world = await createWorld(fresh, { calendars: 2 });
    const told = await synced(world, 1);
    const remoteId = home(world);
    const gone = world.provider.calendar(remoteId);
    world.provider.calendars.delete(remoteId);
    await world.poll();
    world.clock.now += 9 * minute;
    world.provider.calendars.set(remoteId, gone);
    await world.poll();
    world.provider.calendars.delete(remoteId);
    world.clock.now += 9 * minute;
    await world.poll();
    expect(await world.kinds(told)).toEqual([]);
  });

  test('another zone moves floating events and tells them, and nothing else', async () => {
    const world = await createWorld(fresh);
    world.provider.calendar(home(world)).timeZone = 'Europe/Berlin';
    await world.poll();
    const floating = {
      start: { kind: 'floating', local: '2026-11-23T09:00:00' },
      end: { kind: 'floating', local: '2026-11-23T10:00:00' },
    } as const;
    world.provider.put(home(world), event('floating', 'floating', floating));
    world.provider.put(home(world), event('fixed'));
    await world.poll();
    const told = (await world.changes()).length;
    const [fixed, moved] = await world.events(home(world));
    expect(moved?.starts_at).toEqual(new Date('2026-11-23T08:00:00Z'));
    world.provider.calendar(home(world)).timeZone = 'America/New_York';
    await world.poll();
    await world.poll();
    expect(await world.changes(told)).toMatchObject([
      { kind: 'CALENDAR_UPDATED' },
      { kind: 'EVENT_UPDATED', subject_id: moved?.id },
    ]);
    const after = await world.events(home(world));
    expect(after[1]?.starts_at).toEqual(new Date('2026-11-23T14:00:00Z'));
    expect(after[0]).toEqual(fixed);
  });
});

describe('health', () => {
  test('transient failures degrade once, keep the credential, back off, and recover', async () => {
    const world = await createWorld(fresh);
    const told = await synced(world, 1);
    const { credential } = await world.profile();
    const retryAt = world.clock.now + 40 * minute;
    world.provider.faults.add('calendars', { kind: 'unreachable' }, 3);
    world.provider.faults.add('calendars', { kind: 'throttled', retryAt });
    for (let poll = 0; poll < 4; poll++) await world.poll();
    expect(await world.changes(told)).toMatchObject([{ kind: 'PROFILE_DEGRADED', subject_id: world.profileId }]);
    expect(await world.profile()).toMatchObject({
      status: 'DEGRADED',
      cause: 'PROVIDER_THROTTLED',
      failures: 4,
      credential,
      next_poll_at: new Date(retryAt),
    });
    await world.poll();
    expect(await world.kinds(told)).toEqual(['PROFILE_DEGRADED', 'PROFILE_RECONNECTED']);
    expect(await world.profile()).toMatchObject({ status: 'CONNECTED', cause: null, remedy: null, failures: 0 });
  });

  test('a refused credential disconnects once, keeps everything, and polling stops', async () => {
    const world = await createWorld(fresh);
    const told = await synced(world, 1);
    world.provider.faults.add('calendars', { kind: 'credentials-rejected' }, 100);
    for (let poll = 0; poll < 6; poll++) {
      await world.poll();
      world.clock.now += minute;
    }
    expect(await world.kinds(told)).toEqual(['PROFILE_DEGRADED', 'PROFILE_DISCONNECTED']);
    expect(await world.profile()).toMatchObject({
      status: 'DISCONNECTED',
      cause: 'PASSWORD_CHANGED',
      next_poll_at: null,
    });
    expect((await world.profile()).credential).toMatch(/^v1\./);
    world.provider.faults.clear();
    expect(await world.poll()).toEqual({ status: 'idle' });
    expect(await world.events(home(world))).toHaveLength(1);
  });

  test('a calendar that is forbidden for a while keeps its events, is shown, and recovers', async () => {
    const world = await createWorld(fresh);
    const told = await synced(world, 25);
    world.provider.put(home(world), event('meanwhile'));
    world.provider.faults.add('pull', { kind: 'forbidden' }, 5);
    for (let poll = 0; poll < 5; poll++) {
      await world.poll();
      world.clock.now += minute;
    }
    const { last_synced_at: syncedAt } = (await world.calendar(home(world))) as { last_synced_at?: Date };
    expect(syncedAt?.getTime()).toBeLessThan(world.clock.now - 4 * minute);
    expect(await world.profile()).toMatchObject({ status: 'DEGRADED', remedy: expect.stringContaining('permissions') });
    expect((await world.events(home(world))).filter((row) => !row.deleted)).toHaveLength(25);
    await world.poll();
    expect(await world.kinds(told)).toEqual(['PROFILE_DEGRADED', 'EVENT_CREATED', 'PROFILE_RECONNECTED']);
  });

  test('a calendar that fails does not stop the others', async () => {
    const world = await createWorld(fresh, { calendars: 3 });
    const told = await synced(world, 1);
    const [, second] = [...world.provider.calendars.keys()];
    world.provider.put(home(world), event('first'));
    world.provider.put(second ?? '', event('second'));
    world.provider.faults.add('pull', { kind: 'malformed' });
    await world.poll();
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED']);
    await world.poll();
    expect(await world.kinds(told)).toEqual(['EVENT_CREATED', 'EVENT_CREATED']);
  });
});

describe('the mass-delete brake', () => {
  test('an empty listing deletes nothing, is shown, journalled and recovered from', async () => {
    const world = await createWorld(fresh, { syncTokens: false });
    const told = await synced(world, 40);
    for (let poll = 0; poll < 5; poll++) {
      world.provider.calendar(home(world)).revision++;
      world.provider.faults.add('pull', { kind: 'empty-listing' });
      await world.poll();
      world.clock.now += minute;
    }
    expect(await world.kinds(told)).toEqual(['PROFILE_DEGRADED']);
    expect((await world.events(home(world))).filter((row) => !row.deleted)).toHaveLength(40);
    const [, run] = await world.runs(home(world));
    expect(run).toMatchObject({ status: 'FAILED', failure: { code: 'MALFORMED_ANSWER' } });
    expect(run?.failure?.message).toContain('40 of 40');
    await world.poll();
    expect(await world.kinds(told)).toEqual(['PROFILE_DEGRADED', 'PROFILE_RECONNECTED']);
    expect(await world.calendar(home(world))).toMatchObject({ brake_since: null });
  });

  test('a real mass deletion is believed after ten minutes', async () => {
    const world = await createWorld(fresh);
    const told = await synced(world, 40);
    for (const row of (await world.events(home(world))).slice(0, 30)) {
      world.provider.delete(home(world), row.remote_id ?? '');
    }
    await world.poll();
    world.clock.now += 10 * minute - 1;
    await world.poll();
    expect(await world.kinds(told)).toEqual(['PROFILE_DEGRADED']);
    world.clock.now += 1;
    await world.poll();
    const kinds = await world.kinds(told);
    expect(kinds.filter((kind) => kind === 'EVENT_DELETED')).toHaveLength(30);
    expect(kinds.at(-1)).toBe('PROFILE_RECONNECTED');
    expect((await world.events(home(world))).filter((row) => !row.deleted)).toHaveLength(10);
  });

  test('twenty of forty are deleted at once', async () => {
    const world = await createWorld(fresh);
    const told = await synced(world, 40);
    for (const row of (await world.events(home(world))).slice(0, 20)) {
      world.provider.delete(home(world), row.remote_id ?? '');
    }
    await world.poll();
    expect(await world.kinds(told)).toEqual(Array.from({ length: 20 }, () => 'EVENT_DELETED'));
  });

  test('a home that lists no calendar at all is not believed either', async () => {
    const world = await createWorld(fresh);
    const told = await synced(world, 3);
    world.provider.faults.add('calendars', { kind: 'empty-listing' }, 2);
    await world.poll();
    world.clock.now += minute;
    await world.poll();
    expect(await world.kinds(told)).toEqual(['PROFILE_DEGRADED']);
    await world.poll();
    expect(await world.calendar(home(world))).toMatchObject({ deleted_at: null, missing_since: null });
  });
});
