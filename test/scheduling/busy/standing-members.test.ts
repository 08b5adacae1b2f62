/** Who is told what of whom: grants, precision, tenants, and whether what is known may be believed. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApplication } from '../../../auth/applications.ts';
import { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import type { Actor } from '../../../domain/actor.ts';
import { sourcesOf, standingOf } from '../../../scheduling/busy/members.ts';
import { applicationCalendar, openGraph, type TestGraph } from '../../setup/graph.ts';
import { actorOf, connectPerson, content, invitation, march, type Person, put, readOne, shown, utc } from './person.ts';

let graph: TestGraph;
let provider: MemoryProvider;
let alice: Person;
let actor: Actor;
/** Another application of the unit, which alice let in, too. */
let beside: Actor;
/** One of another unit. */
let foreign: Actor;
let besideKey = '';
beforeAll(async () => {
  provider = new MemoryProvider();
  graph = await openGraph({ provider });
  provider.addCalendar({ name: 'Own' });
  provider.addCalendar({ name: 'Team' });
  provider.addCalendar({ name: 'Holidays', readOnly: true });
  alice = await connectPerson(graph, provider);
  actor = await actorOf(graph);
  const { store } = graph.fresh;
  const [unit] = await graph.fresh.superuser<{ name: string }>(
    'select u.name from organizational_unit u join application a on a.unit_id = u.id where a.id = $1',
    [graph.applicationId],
  );
  const made = await store.asWorker(async (tx) => ({
    beside: await createApplication(tx, store.ids, { name: 'Beside', unit: unit?.name ?? '' }, 'operator'),
    foreign: await createApplication(tx, store.ids, { name: 'Foreign', unit: 'Elsewhere' }, 'operator'),
  }));
  besideKey = made.beside.secret;
  beside = await actorOf(graph, besideKey);
  foreign = await actorOf(graph, made.foreign.secret);
  const again = await connectPerson(graph, provider, besideKey);
  if (again.accountId !== alice.accountId) throw new Error('one account was expected');
});
afterAll(() => graph.close());

const grant = (names: readonly string[]) =>
  graph.fresh.superuser('update authorization_grant set scopes = $1 where application_id = $2', [
    [...names],
    graph.applicationId,
  ]);

const upsert = (input: object, key?: string) =>
  graph.data(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message } } }',
    { input: { summary: 'Ours', ...input } },
    key,
  );
const timed = (dateTime: string) => ({ timed: { dateTime, timeZone: 'Europe/London' } });

describe('precision', () => {
  beforeAll(async () => {
    put(provider, alice.remote['Own'] ?? '', 'unanswered', content(utc('02T11:00'), utc('02T12:00'), invitation('NEEDS_ACTION'))); // biome-ignore format: one call
    put(provider, alice.remote['Own'] ?? '', 'perhaps', content(utc('02T13:00'), utc('02T14:00'), { status: 'TENTATIVE' })); // biome-ignore format: one call
    put(provider, alice.remote['Own'] ?? '', 'away', content(utc('02T15:00'), utc('02T16:00'), { busyStatus: 'OUT_OF_OFFICE' })); // biome-ignore format: one call
    await graph.engine.pollNow(alice.profileId);
    await upsert({ calendarId: alice.calendars['Team'], key: 'own', start: timed('2026-03-02T17:00:00Z'), end: timed('2026-03-02T18:00:00Z'), status: 'TENTATIVE' }); // biome-ignore format: one call
  });
  const exact = [
    '02T11:00–02T12:00 BUSY?',
    '02T13:00–02T14:00 TENTATIVE',
    '02T15:00–02T16:00 OUT_OF_OFFICE',
    '02T17:00–02T18:00 TENTATIVE own',
  ];
  const blocks = [
    '02T11:00–02T12:00 BUSY',
    '02T13:00–02T14:00 BUSY',
    '02T15:00–02T16:00 OUT_OF_OFFICE',
    '02T17:00–02T18:00 TENTATIVE own',
  ];

  test('EVENTS, BLOCKS or NOTHING: what the credential and the grant both allow, from the same arrays', async () => {
    const told = async (as: Actor) => {
      const { told: one } = await readOne(graph, as, alice.accountId);
      return [one.precision, shown(one)];
    };
    const narrow = await actorOf(graph, undefined, ['read_free_busy', 'create_event']);
    const writer = await actorOf(graph, undefined, ['create_event']);
    expect(await told(actor)).toEqual(['EVENTS', exact]);
    expect(await told(narrow)).toEqual(['BLOCKS', blocks]);
    expect(await told(writer)).toEqual(['NOTHING', []]);
    await grant(['free_busy']);
    expect(await told(actor)).toEqual(['BLOCKS', blocks]);
    await grant(['create_event']);
    expect(await told(actor)).toEqual(['NOTHING', []]);
    await grant(['read_write']);
    expect(await told(actor)).toEqual(['EVENTS', exact]);
  });

  test('a grant of free/busy does not name the events that make it busy', async () => {
    const cause = { accountId: alice.accountId, calendarId: alice.calendars['Own'] ?? '', start: march.from + 86_400 + 11 * 3600, end: march.from + 86_400 + 12 * 3600 }; // biome-ignore format: one cause
    const [found] = await graph.services.members.busyEvents(actor, [cause]);
    expect(found?.record.uid).toBe('unanswered');
    const narrow = await actorOf(graph, undefined, ['read_free_busy']);
    expect(await graph.services.members.busyEvents(narrow, [cause])).toEqual([null]);
    expect(await graph.services.members.busyEvents(foreign, [cause])).toEqual([null]);
  });
});

describe('tenants', () => {
  test('two applications on one account do not share whose events they are', async () => {
    await upsert({ calendarId: alice.calendars['Own'], key: 'own', start: timed('2026-03-05T10:00:00Z'), end: timed('2026-03-05T11:00:00Z') }, besideKey); // biome-ignore format: one call
    const fifth = { from: Date.parse('2026-03-05T00:00:00Z') / 1000, to: Date.parse('2026-03-06T00:00:00Z') / 1000 };
    const lines = async (as: Actor) => {
      const { told } = await readOne(graph, as, alice.accountId, { bookings: true });
      return [shown(told, fifth), told.bookings.length];
    };
    for (let again = 0; again < 2; again += 1) {
      expect(await lines(actor)).toEqual([['05T10:00–05T11:00 BUSY'], 1]);
      expect(await lines(beside)).toEqual([['05T10:00–05T11:00 BUSY own'], 1]);
    }
  });

  test('an account of somebody else answers as one that is not there, also when it is known', async () => {
    await readOne(graph, actor, alice.accountId);
    const counter = { sqlQueries: 0 };
    const nobody = `acc_${'0'.repeat(26)}`;
    const { members, snapshot } = await graph.services.members.readMembers(foreign, { accountIds: [alice.accountId, nobody], ...march }, counter); // biome-ignore format: one call
    expect(members).toEqual([null, null]);
    expect(snapshot).toMatch(/^\d+:\d+:/);
    expect(counter.sqlQueries).toBe(1);
  });

  test('an account token sees its own account alone', async () => {
    const room = await applicationCalendar(graph, 'room');
    const token = await actorOf(graph, room.token);
    const { members } = await graph.services.members.readMembers(token, { accountIds: [alice.accountId, room.accountId], ...march }); // biome-ignore format: one call
    expect(members.map((member) => member?.accountId ?? null)).toEqual([null, room.accountId]);
  });

  test('what is known is told no more once access has ended, of a profile or of the account', async () => {
    expect(shown((await readOne(graph, beside, alice.accountId)).told)).not.toEqual([]);
    await graph.data('mutation ($input: RevokeProfileInput!) { revokeProfile(input: $input) { userErrors { code message } } }', { input: { profileId: alice.profileId } }, besideKey); // biome-ignore format: one call
    const { told } = await readOne(graph, beside, alice.accountId);
    expect([told.calendars, shown(told), standingOf(told, null).status]).toEqual([[], [], 'PENDING']);
    expect(shown((await readOne(graph, actor, alice.accountId)).told)).not.toEqual([]);
    await graph.fresh.superuser(`update authorization_grant set status = 'REVOKED' where application_id = $1`, [
      beside.applicationId,
    ]);
    const { members } = await graph.services.members.readMembers(beside, { accountIds: [alice.accountId], ...march });
    expect(members).toEqual([null]);
  });
});

describe('which calendars count', () => {
  test('all but those that can only be read; those that are named, whatever they are', async () => {
    const { told } = await readOne(graph, actor, alice.accountId);
    const names = told.calendars.map(({ id }) => Object.entries(alice.calendars).find(([, one]) => one === id)?.[0]);
    const chosen = (ids: readonly string[] | null) => {
      const sources = sourcesOf(told, ids);
      return sources === null ? names : names.filter((_, place) => sources[place] === 1);
    };
    expect(names).toEqual(['Own', 'Team', 'Holidays']);
    expect(chosen(null)).toEqual(['Own', 'Team']);
    expect(chosen([alice.calendars['Holidays'] ?? ''])).toEqual(['Holidays']);
    expect(sourcesOf(told, Object.values(alice.calendars))).toBeNull();
    expect(chosen(['cal_unknown'])).toEqual([]);
  });
});

describe('standing', () => {
  const set = (text: string) => graph.fresh.superuser(text, [alice.profileId]);

  test('PENDING until every calendar that counts was synced', async () => {
    const standing = async (ids: readonly string[] | null) =>
      standingOf((await readOne(graph, actor, alice.accountId)).told, ids).status;
    expect(await standing(null)).toBe('ACTIVE');
    await graph.fresh.superuser('update calendar set initial_sync_done = false where id = $1', [
      alice.calendars['Team'],
    ]);
    expect(await standing(null)).toBe('PENDING');
    expect(await standing([alice.calendars['Own'] ?? ''])).toBe('ACTIVE');
    await graph.fresh.superuser('update calendar set initial_sync_done = true where id = $1', [
      alice.calendars['Team'],
    ]);
  });

  test('DISCONNECTED: with what is known, and since when it is', async () => {
    await set(`update calendar set last_synced_at = '2026-03-01T10:00:00Z' where profile_id = $1`);
    await set(`update profile set status = 'DISCONNECTED', cause = 'PASSWORD_CHANGED' where id = $1`);
    const { told } = await readOne(graph, actor, alice.accountId);
    expect(standingOf(told, null)).toEqual({ status: 'DISCONNECTED', lastKnownAt: Date.parse('2026-03-01T10:00:00Z') });
    expect(shown(told)).not.toEqual([]);
    await set(`update profile set status = 'CONNECTED', cause = null where id = $1`);
    expect(standingOf((await readOne(graph, actor, alice.accountId)).told, null)).toEqual({ status: 'ACTIVE', lastKnownAt: null }); // biome-ignore format: one assertion
  });
});
