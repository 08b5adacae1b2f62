/** Events that a question leaves out, with all their copies, and what booking limits count (semantics E3, E8). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import type { Actor } from '../../../domain/actor.ts';
import { type Loose, openGraph, type TestGraph } from '../../setup/graph.ts';
import { actorOf, connectPerson, content, invitation, march, type Person, put, readOne, shown, utc } from './person.ts';

let graph: TestGraph;
let provider: MemoryProvider;
let alice: Person;
let actor: Actor;
/** By uid and calendar: the ids of the events as they are. */
let ids: Readonly<Record<string, string>>;
const weekly = { rules: ['RRULE:FREQ=WEEKLY;COUNT=3'] };
beforeAll(async () => {
  provider = new MemoryProvider();
  graph = await openGraph({ provider });
  const own = provider.addCalendar({ name: 'Own' });
  const team = provider.addCalendar({ name: 'Team' });
  for (const calendar of [own, team]) {
    put(provider, calendar, 'single', content(utc('03T10:00'), utc('03T11:00')));
    put(provider, calendar, 'series', content(utc('02T14:00'), utc('02T15:00'), weekly), [
      // In the one calendar it was moved, and in the other that is not known yet.
      ...(calendar === own
        ? [{ recurrenceId: '20260309T140000Z', content: content(utc('09T16:00'), utc('09T17:00')) }]
        : []),
    ]);
  }
  put(provider, own, 'm1-of-another@somewhere', content(utc('04T10:00'), utc('04T11:00')));
  put(provider, own, 'm1-invited@somewhere', content(utc('05T10:00'), utc('05T11:00'), invitation('ACCEPTED')));
  alice = await connectPerson(graph, provider);
  await graph.engine.pollNow(alice.profileId);
  actor = await actorOf(graph);
  const rows = await graph.fresh.superuser<Loose>(
    'select e.id, e.uid, c.name from event e join calendar c on c.id = e.calendar_id',
  );
  ids = Object.fromEntries(rows.map(({ id, uid, name }) => [`${uid} ${name}`, id]));
});
afterAll(() => graph.close());

const all = [
  '02T14:00–02T15:00 BUSY',
  '02T14:00–02T15:00 BUSY',
  '03T10:00–03T11:00 BUSY',
  '03T10:00–03T11:00 BUSY',
  '04T10:00–04T11:00 BUSY',
  '05T10:00–05T11:00 BUSY',
  '09T14:00–09T15:00 BUSY',
  '09T16:00–09T17:00 BUSY',
  '16T14:00–16T15:00 BUSY',
  '16T14:00–16T15:00 BUSY',
];
const without = async (...excludedEventIds: string[]) => {
  const { told, sqlQueries } = await readOne(graph, actor, alice.accountId, { excludedEventIds });
  expect(sqlQueries).toBe(1);
  return shown(told);
};
const id = (name: string) => ids[name] ?? '';

describe('excluded events', () => {
  test('a single one is left out in every calendar, by the id of any of its copies', async () => {
    const left = all.filter((line) => !line.startsWith('03'));
    expect(await without(id('single Own'))).toEqual(left);
    expect(await without(id('single Team'))).toEqual(left);
    // Of this question alone.
    expect(await without()).toEqual(all);
  });

  test('a series with all its occurrences, moved ones, too', async () => {
    expect(await without(id('series Own'))).toEqual(all.filter((line) => !/^(02|09|16)/.test(line)));
  });

  test('an occurrence by itself, wherever its copies are', async () => {
    const left = all.filter((line) => !line.startsWith('09'));
    expect(await without(`${id('series Own')}_20260309T140000Z`)).toEqual(left);
    expect(await without(`${id('series Team')}_20260309T140000Z`)).toEqual(left);
    expect(await without(`${id('series Team')}_20260316T140000Z`)).toEqual(
      all.filter((line) => !line.startsWith('16')),
    );
  });

  test('what is unknown, is no event, or is another application’s to move is ignored', async () => {
    expect(await without('nothing', `evt_${'0'.repeat(26)}`, alice.accountId, `${id('series Own')}_20260310T140000Z`)).toEqual(all); // biome-ignore format: one call
    expect(await without(id('m1-of-another@somewhere Own'))).toEqual(all);
    // An invitation to what somebody manages is alice's own copy of it.
    expect(await without(id('m1-invited@somewhere Own'))).toEqual(all.filter((line) => !line.startsWith('05')));
  });

  test('under a grant of free/busy alone only the application’s own', async () => {
    const { upsertEvent } = await graph.data(
      'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message } } }',
      { input: { calendarId: alice.calendars['Own'], key: 'own', summary: 'Ours', start: { timed: { dateTime: '2026-03-20T10:00:00Z' } }, end: { timed: { dateTime: '2026-03-20T11:00:00Z' } } } }, // biome-ignore format: one input
    );
    const blocks = await actorOf(graph, undefined, ['read_free_busy']);
    const excludedEventIds = [id('single Own'), upsertEvent.event.id];
    const { told } = await readOne(graph, blocks, alice.accountId, { excludedEventIds });
    expect(shown(told)).toEqual(all);
  });
});

describe('bookings', () => {
  test('this application’s own, not cancelled, each occurrence by its start, free ones too, for the weeks around', async () => {
    const upsert = (key: string, dateTime: string, more: object = {}) =>
      graph.data(
        'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message } } }',
        { input: { calendarId: alice.calendars['Own'], key, summary: 'Ours', start: { timed: { dateTime, timeZone: 'Etc/UTC' } }, end: { timed: { dateTime: dateTime.replace('00:00Z', '30:00Z'), timeZone: 'Etc/UTC' } }, ...more } }, // biome-ignore format: one input
      );
    await upsert('unblocking', '2026-03-17T08:00:00Z', { busyStatus: 'FREE', categories: ['interview'] });
    await upsert('cancelled', '2026-03-17T09:00:00Z', { status: 'CANCELLED' });
    const { upsertEvent } = await upsert('daily', '2026-03-15T08:00:00Z', { recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] });
    const window = { from: march.from + 16 * 86_400, to: march.from + 17 * 86_400 };
    const { told } = await readOne(graph, actor, alice.accountId, { ...window, bookings: true });
    const lines = (one: typeof told) =>
      one.bookings
        .filter(({ start }) => start >= window.from - 2 * 86_400 && start < window.to + 2 * 86_400)
        .map(({ start, categories }) => `${new Date(start * 1000).toISOString().slice(8, 16)} ${categories?.join()}`);
    expect(lines(told)).toEqual([
      '15T08:00 ',
      '16T08:00 ',
      '17T08:00 interview',
      '17T08:00 ',
      '18T08:00 ',
      '19T08:00 ',
    ]);
    const { told: rest } = await readOne(graph, actor, alice.accountId, {
      ...window,
      bookings: true,
      excludedEventIds: [upsertEvent.event.id],
    });
    expect(lines(rest)).toEqual(['17T08:00 interview']);
    expect((await readOne(graph, actor, alice.accountId, window)).told.bookings).toEqual([]);
  });
});
