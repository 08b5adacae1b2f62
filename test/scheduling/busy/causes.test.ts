/** Which event is behind an interval, for many intervals in one statement. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { BusyCause } from '../../../scheduling/busy/members.ts';
import { openGraph, type TestGraph } from '../../setup/graph.ts';
import { actorOf, connectPerson, content, date, type Person, put, readOne, utc } from './person.ts';

let graph: TestGraph;
let alice: Person;
let actor: Actor;
beforeAll(async () => {
  const provider = new MemoryProvider();
  graph = await openGraph({ provider });
  const own = provider.addCalendar({ name: 'Own', timeZone: 'Pacific/Auckland' });
  put(provider, own, 'single', content(utc('03T10:00'), utc('03T11:00')));
  put(provider, own, 'beside', content(utc('03T10:00'), utc('03T11:30')));
  put(provider, own, 'free', content(utc('03T12:00'), utc('03T13:00'), { busyStatus: 'FREE' }));
  put(provider, own, 'taken', content(utc('03T12:00'), utc('03T13:00')));
  put(provider, own, 'day', content(date('10'), date('11')));
  put(provider, own, 'series', content(utc('02T14:00'), utc('02T15:00'), { rules: ['RRULE:FREQ=WEEKLY'] }), [
    { recurrenceId: '20260309T140000Z', content: content(utc('10T15:00'), utc('10T16:00')) },
  ]);
  alice = await connectPerson(graph, provider);
  await graph.engine.pollNow(alice.profileId);
  actor = await actorOf(graph);
});
afterAll(() => graph.close());

test('each interval of the arrays has its event, or its occurrence', async () => {
  const { told } = await readOne(graph, actor, alice.accountId);
  const { busy, calendars } = told;
  const causes = Array.from(
    busy.starts,
    (start, at): BusyCause => ({
      accountId: alice.accountId,
      calendarId: calendars[busy.sources[at] as number]?.id ?? '',
      start: busy.base + start,
      end: busy.base + (busy.ends[at] as number),
    }),
  );
  const counter = { sqlQueries: 0 };
  const found = await graph.services.members.busyEvents(actor, causes, counter);
  expect(counter.sqlQueries).toBe(1);
  const named = found.map((entry, at) => `${new Date((causes[at]?.start ?? 0) * 1000).toISOString().slice(5, 16)} ${entry?.record.uid}${entry?.recurrenceId === null ? '' : ` ${entry?.recurrenceId}`}`); // biome-ignore format: one line
  expect(named.filter((line) => line.startsWith('03-0') || line.startsWith('03-1'))).toEqual([
    '03-02T14:00 series 20260302T140000Z',
    '03-03T10:00 single',
    '03-03T10:00 beside',
    '03-03T12:00 taken',
    '03-09T11:00 day',
    '03-10T15:00 series 20260309T140000Z',
    '03-16T14:00 series 20260316T140000Z',
  ]);
});

test('none for an interval that nothing makes busy, and no statement for none', async () => {
  const cause = { accountId: alice.accountId, calendarId: alice.calendars['Own'] ?? '', start: 1_772_532_000, end: 1_772_532_060 }; // biome-ignore format: one cause
  expect(await graph.services.members.busyEvents(actor, [cause, { ...cause, calendarId: 'nobody’s' }])).toEqual([null, null]); // biome-ignore format: one assertion
  const counter = { sqlQueries: 0 };
  expect(await graph.services.members.busyEvents(actor, [], counter)).toEqual([]);
  expect(counter.sqlQueries).toBe(0);
});
