/** Which event is the application's own, whatever its user and other clients do with it at the provider (semantics C1–C6). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Loose, openGraph, type TestGraph } from '../../setup/graph.ts';

let graph: TestGraph;
let profileId = '';
const home = { id: '', remoteId: '' };
const other = { id: '', remoteId: '' };
beforeAll(async () => {
  graph = await openGraph();
  home.remoteId = graph.provider.addCalendar({ name: 'Home' });
  other.remoteId = graph.provider.addCalendar({ name: 'Other' });
  const { connectCalDav } = await graph.data(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { profile { id calendars { id name } } userErrors { code message } } }',
    { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
  );
  profileId = connectCalDav.profile.id;
  for (const { id, name } of connectCalDav.profile.calendars) (name === 'Home' ? home : other).id = id;
  await graph.engine.pollNow(profileId);
});
afterAll(() => graph.close());

const fields = 'id uid origin key summary version calendar { id }';
const upsertDocument = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
  created event { ${fields} } conflict { id } operation { status } warnings { code path } userErrors { code path message } } }`;
const input = (key: string, more: Record<string, unknown> = {}) => ({
  calendarId: home.id,
  key,
  summary: key,
  start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
  end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
  ...more,
});
const upsert = async (key: string, more: Record<string, unknown> = {}): Promise<Loose> =>
  (await graph.run(upsertDocument, { input: input(key, more) })).data.upsertEvent;
const deleteManaged = async (key: string, calendarId = home.id): Promise<Loose> =>
  (
    await graph.run(
      `mutation ($input: DeleteManagedEventInput!) { deleteManagedEvent(input: $input) {
        deletedId operation { status } warnings { code } userErrors { code path } } }`,
      { input: { calendarId, key } },
    )
  ).data.deleteManagedEvent;
const managed = async (key: string, calendarId = home.id): Promise<Loose> =>
  (
    await graph.data(`query ($by: EventRef!) { event(by: $by) { ${fields} } }`, {
      by: { managed: { calendarId, key } },
    })
  ).event;
const external = async (uid: string, calendarId: string): Promise<Loose> =>
  (
    await graph.data(`query ($by: EventRef!) { event(by: $by) { ${fields} } }`, {
      by: { external: { calendarId, uid } },
    })
  ).event;
const resource = (uid: string, calendar: { readonly remoteId: string }) =>
  [...graph.provider.calendar(calendar.remoteId).resources.values()].find(({ object }) => object.uid === uid);
/** A minute later: a login is asked so many times a minute only. */
function sync(calendar: { readonly id: string }, kind: 'INCREMENTAL' | 'FULL' = 'INCREMENTAL') {
  graph.clock.now = (graph.clock.now ?? Date.now()) + 60_000;
  return graph.engine.syncCalendar(calendar.id, kind);
}

/** The user's hand: a copy with everything that the original has. */
function copy(uid: string, from = home, to = other): void {
  const original = resource(uid, from);
  if (original === undefined) throw new Error('nothing to copy');
  graph.provider.put(to.remoteId, original.object);
}
function remove(uid: string, from = home): void {
  graph.provider.delete(from.remoteId, resource(uid, from)?.remoteId ?? '');
}
async function told(work: () => Promise<unknown>): Promise<{ kind: string; managed: boolean }[]> {
  const read = () =>
    graph.fresh.superuser<{ kind: string; managed_by: string | null }>(
      `select kind, managed_by from change_log where profile_id = '${profileId}' and kind like 'EVENT%' order by sequence`,
    );
  const before = (await read()).length;
  await work();
  return (await read()).slice(before).map(({ kind, managed_by }) => ({ kind, managed: managed_by !== null }));
}

describe('an event that its user moves to another calendar', () => {
  test.each([
    ['the new calendar is read first', [other, home]],
    ['the old calendar is read first', [home, other]],
  ] as const)('stays managed under its key: %s', async (name, order) => {
    const { event } = await upsert(name);
    const object = resource(event.uid, home)?.object;
    if (object === undefined) throw new Error('not stored');
    // What has changed in either is read with the other: the order is that in which the changes are made.
    const changes = await told(async () => {
      const hands = {
        [home.id]: () => remove(event.uid),
        [other.id]: () => graph.provider.put(other.remoteId, object),
      };
      for (const calendar of order) {
        hands[calendar.id]?.();
        await sync(calendar);
      }
    });
    expect(changes).toEqual(
      order[0] === other
        ? [
            { kind: 'EVENT_CREATED', managed: false },
            { kind: 'EVENT_DELETED', managed: true },
            { kind: 'EVENT_UPDATED', managed: true },
          ]
        : [
            { kind: 'EVENT_DELETED', managed: true },
            { kind: 'EVENT_CREATED', managed: true },
          ],
    );
    const found = await managed(name);
    expect(found).toMatchObject({ origin: 'MANAGED', key: name, uid: event.uid, calendar: { id: other.id } });
    expect(found.id).not.toBe(event.id);
    expect(await managed(name, other.id)).toMatchObject({ id: found.id });

    const changed = await upsert(name, { summary: 'changed there' });
    expect(changed).toMatchObject({
      created: false,
      event: { id: found.id, summary: 'changed there' },
      operation: { status: 'APPLIED' },
      warnings: [{ code: 'MOVED_BY_USER', path: ['calendarId'] }],
      userErrors: [],
    });
    expect(resource(event.uid, other)?.object).toMatchObject({ master: { summary: 'changed there' } });
    expect(resource(event.uid, other)?.object.marker).toBe(object.marker);
    expect(resource(event.uid, home)).toBeUndefined();
    expect(await upsert(name, { calendarId: other.id, summary: 'by its new calendar' })).toMatchObject({
      created: false,
      event: { id: found.id },
      warnings: [],
    });
    expect(await upsert(name, { control: { onLoss: 'REFUSE' } })).toMatchObject({
      userErrors: [{ code: 'NOT_SUPPORTED', path: ['calendarId'] }],
    });

    expect(await deleteManaged(name)).toMatchObject({
      deletedId: found.id,
      operation: { status: 'APPLIED' },
      warnings: [{ code: 'MOVED_BY_USER' }],
    });
    expect(resource(event.uid, other)).toBeUndefined();
  });

  test('keeps the marker that fits its uid, so that it is known after the loss of the database', async () => {
    const { event } = await upsert('marked');
    const marker = resource(event.uid, home)?.object.marker;
    copy(event.uid);
    remove(event.uid);
    await sync(home);
    await sync(other);
    await upsert('marked', { summary: 'again' });
    expect(resource(event.uid, other)?.object.marker).toBe(marker);
    expect(marker).not.toBeNull();
  });

  test('and back again is the same event as before', async () => {
    const { event } = await upsert('there and back');
    copy(event.uid);
    remove(event.uid);
    await sync(home);
    await sync(other);
    copy(event.uid, other, home);
    remove(event.uid, other);
    await sync(home);
    await sync(other);
    expect(await managed('there and back')).toMatchObject({ id: event.id, calendar: { id: home.id } });
    expect((await upsert('there and back', { summary: 'x' })).warnings).toEqual([]);
  });

  test('is copied: the copy is external, and follows when the original is deleted', async () => {
    const { event } = await upsert('copied');
    copy(event.uid);
    await sync(other);
    await sync(home);
    expect(await external(event.uid, other.id)).toMatchObject({ origin: 'EXTERNAL', key: null });
    expect(await managed('copied')).toMatchObject({ id: event.id });
    expect((await upsert('copied', { summary: 'original' })).warnings).toEqual([]);
    expect(resource(event.uid, other)?.object.master?.summary).toBe('copied');
    // Deleted by the application: the user's copy is the user's.
    await deleteManaged('copied');
    await sync(home);
    expect(await external(event.uid, other.id)).toMatchObject({ origin: 'EXTERNAL', key: null });
    expect(await upsert('copied')).toMatchObject({ created: true, warnings: [] });
  });

  test('and deletes there is made anew where it was asked for', async () => {
    const { event } = await upsert('moved and deleted');
    copy(event.uid);
    remove(event.uid);
    await sync(home);
    await sync(other);
    remove(event.uid, other);
    await sync(other);
    const again = await upsert('moved and deleted');
    expect(again).toMatchObject({
      created: true,
      event: { calendar: { id: home.id } },
      warnings: [{ code: 'RECREATED' }],
    });
    expect(again.event.uid).not.toBe(event.uid);
  });

  test('with a write on its way is answered as a conflict, and followed after it', async () => {
    const { event } = await upsert('moved meanwhile');
    copy(event.uid);
    remove(event.uid);
    expect(await upsert('moved meanwhile', { summary: 'late' })).toMatchObject({
      operation: { status: 'FAILED' },
      userErrors: [{ code: 'VERSION_CONFLICT' }],
    });
    await sync(home);
    await sync(other);
    expect(await upsert('moved meanwhile', { summary: 'in time' })).toMatchObject({
      event: { summary: 'in time', calendar: { id: other.id } },
      warnings: [{ code: 'MOVED_BY_USER' }],
    });
  });
});

describe('an event that its user deletes', () => {
  test('is made anew under another uid and says so; with ifVersion it is a conflict', async () => {
    const { event } = await upsert('gone');
    remove(event.uid);
    await sync(home);
    expect(await upsert('gone', { control: { ifVersion: event.version } })).toMatchObject({
      event: null,
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['control', 'ifVersion'] }],
    });
    expect(await upsert('gone', { control: { onLoss: 'REFUSE' } })).toMatchObject({
      userErrors: [{ code: 'NOT_SUPPORTED', path: ['key'] }],
    });
    const again = await upsert('gone');
    expect(again).toMatchObject({ created: true, warnings: [{ code: 'RECREATED', path: ['key'] }] });
    expect(again.event.uid).not.toBe(event.uid);
    expect(again.event.id).not.toBe(event.id);
  });

  test('twice, by us and by the user, never comes back under a uid that was used', async () => {
    const uids = new Set<string>();
    for (const byUser of [true, false, true, false]) {
      const { event } = await upsert('many lives');
      uids.add(event.uid);
      if (byUser) {
        remove(event.uid);
        await sync(home);
      } else await deleteManaged('many lives');
    }
    expect(uids.size).toBe(4);
  });
});

describe('markers', () => {
  test('that a client strips leave the event ours, and come back with the next write', async () => {
    const { event } = await upsert('stripped');
    const original = resource(event.uid, home);
    if (original === undefined) throw new Error('not stored');
    const object = { ...original.object, marker: null };
    graph.provider.put(home.remoteId, { ...object, stampedAt: 1_000 }, null, original.remoteId);
    await sync(home);
    expect(await managed('stripped')).toMatchObject({ id: event.id, origin: 'MANAGED' });
    expect(await upsert('stripped', { summary: 'new' })).toMatchObject({ created: false, event: { id: event.id } });
    expect(resource(event.uid, home)?.object.marker).toBe(original.object.marker);
  });

  test('that were stripped before the database was lost: the key finds its event by the uid', async () => {
    const { event } = await upsert('stripped and lost');
    const original = resource(event.uid, home);
    if (original === undefined) throw new Error('not stored');
    graph.provider.put(home.remoteId, { ...original.object, marker: null }, null, original.remoteId);
    await loseDatabase();
    expect(await managed('stripped and lost')).toBeNull();
    expect(await upsert('stripped and lost', { summary: 'new' })).toMatchObject({
      created: false,
      event: { uid: event.uid, origin: 'MANAGED' },
      warnings: [],
    });
    expect(resource(event.uid, home)?.object.marker).toBe(original.object.marker);
  });

  test('on another uid are a user’s duplicate, and none of ours', async () => {
    const { event } = await upsert('duplicated');
    const original = resource(event.uid, home);
    if (original === undefined) throw new Error('not stored');
    graph.provider.put(home.remoteId, { ...original.object, uid: 'a-duplicate' });
    await sync(home);
    expect(await external('a-duplicate', home.id)).toMatchObject({ origin: 'EXTERNAL', key: null });
    expect(await managed('duplicated')).toMatchObject({ id: event.id });
  });

  test.each([
    ['the new calendar is read first', [other, home]],
    ['the old calendar is read first', [home, other]],
  ] as const)('of moved and of copied events after the loss of the database: %s', async (name, order) => {
    const moved = await upsert(`moved: ${name}`);
    copy(moved.event.uid);
    remove(moved.event.uid);
    const copied = await upsert(`copied: ${name}`);
    copy(copied.event.uid);
    await loseDatabase(order);
    expect(await managed(`moved: ${name}`)).toMatchObject({ uid: moved.event.uid, calendar: { id: other.id } });
    expect(await managed(`copied: ${name}`)).toMatchObject({ uid: copied.event.uid, calendar: { id: home.id } });
    expect(await external(copied.event.uid, other.id)).toMatchObject({ origin: 'EXTERNAL', key: null });
    expect(await upsert(`moved: ${name}`)).toMatchObject({ created: false, warnings: [{ code: 'MOVED_BY_USER' }] });
    expect(await upsert(`copied: ${name}`)).toMatchObject({ created: false, warnings: [] });
  });
});

/** Keys, calendars and provider stay; rows are read anew, one calendar after the other. */
async function loseDatabase(order: readonly { readonly id: string }[] = [home, other]): Promise<void> {
  await graph.fresh.superuser(
    'delete from managed_event; delete from operation; delete from event_move; delete from event',
  );
  for (const calendar of order) {
    await graph.fresh.superuser(`update calendar set sync_token = null, change_tag = null where id = '${calendar.id}'`);
    await sync(calendar, 'FULL');
  }
}
