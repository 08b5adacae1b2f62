/** Series through the graph: cut, moved, changed as a whole, and what is refused of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MemoryProvider } from '../../datasources/providers/memory/provider.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import {
  everything,
  followingWithHistory,
  fromTheFifth,
  meetings,
  newMeetings,
  oldMeetings,
  remove,
  seriesWithHistory,
  timed,
  update,
  upsert,
} from './series-scenario.ts';

let graph: TestGraph;
let remoteId = '';
let profileId = '';
let connected = '';
beforeAll(async () => {
  graph = await openGraph({ provider: new MemoryProvider({ username: 'alice', schedules: true }) });
  remoteId = graph.provider.addCalendar({ name: 'Work' });
  const { connectCalDav } = await graph.data(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { profile { id calendars { id } } userErrors { code message } } }',
    { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
  );
  profileId = connectCalDav.profile.id;
  connected = connectCalDav.profile.calendars[0].id;
  await graph.engine.pollNow(profileId);
});
afterAll(() => graph.close());
beforeEach(() => {
  graph.provider.faults.clear();
  for (const resource of stored()) graph.provider.delete(remoteId, resource.remoteId);
});

const stored = () => [...(graph.provider.calendars.get(remoteId)?.resources.values() ?? [])];
const poll = () => graph.engine.pollNow(profileId);
let calendars = 0;
const local = async () => (await applicationCalendar(graph, `series-${++calendars}`)).calendarId;
const refused = async (document: string, input: Record<string, unknown>) => {
  const { data, providerCalls } = await graph.run(document, { input });
  const [answer]: Loose[] = Object.values(data);
  expect(answer.event ?? null).toBeNull();
  expect(providerCalls).toBe(0);
  return answer.userErrors.map(({ code, path }: Loose) => [code, path.join('.')]);
};
const weekly = async (calendarId: string, more: Record<string, unknown> = {}) => {
  const input = { calendarId, key: 'weekly', summary: 'Weekly', start: timed('2026-11-02T10:00:00Z'), end: timed('2026-11-02T11:00:00Z'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'], ...more }; // biome-ignore format: one input
  return (await graph.data(upsert, { input })).upsertEvent.event;
};
const change = async (input: Record<string, unknown>) => (await graph.data(update, { input })).updateEvent;

describe('THIS_AND_FOLLOWING with history', () => {
  test('in an application calendar', async () => {
    const calendarId = await local();
    await followingWithHistory(graph, calendarId, null);
  });

  test('at a provider in memory', async () => {
    await poll();
    await followingWithHistory(graph, connected, null);
  });
});

describe('Moved exception is busy where it is', () => {
  test('and keeps its own time when the whole series moves', async () => {
    const { accountId, calendarId } = await applicationCalendar(graph, 'busy');
    const event = await weekly(calendarId);
    await change({ id: `${event.id}_20261116T100000`, start: timed('2026-11-17T15:00:00Z'), end: timed('2026-11-17T16:00:00Z') }); // biome-ignore format: one call
    const busy = async () => {
      const { account } = await graph.data(
        `query ($id: ID!, $filter: FreeBusyFilter!) { account(id: $id) { freeBusy(filter: $filter) { nodes { start { dateTime } end { dateTime } busyStatus eventId } } } }`,
        { id: accountId, filter: { from: '2026-11-16T00:00:00Z', to: '2026-11-18T00:00:00Z' } },
      );
      return account.freeBusy.nodes;
    };
    const there = { start: { dateTime: '2026-11-17T15:00:00Z' }, end: { dateTime: '2026-11-17T16:00:00Z' }, busyStatus: 'BUSY' }; // biome-ignore format: one value
    expect(await busy()).toEqual([{ ...there, eventId: `${event.id}_20261116T100000` }]);
    await change({ id: event.id, scope: 'ALL', start: timed('2026-11-02T11:00:00Z'), end: timed('2026-11-02T12:00:00Z') }); // biome-ignore format: one call
    // Its id follows the series; no ghost on the Monday, at either time.
    expect(await busy()).toEqual([{ ...there, eventId: `${event.id}_20261116T110000` }]);
    expect(await meetings(graph, event.id)).toEqual(['2026-11-02T11:00', '2026-11-09T11:00', '2026-11-17T15:00', '2026-11-23T11:00', '2026-11-30T11:00', '2026-12-07T11:00']); // biome-ignore format: one list
  });
});

describe('a cut', () => {
  test('at the first occurrence changes the whole series, and nothing goes on', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId);
    const answer = await change({ id: `${event.id}_20261102T100000`, scope: 'THIS_AND_FOLLOWING', summary: 'Renamed' });
    expect(answer).toMatchObject({ splitOff: null, event: { id: event.id, summary: 'Renamed' } });
    expect(await meetings(graph, event.id)).toHaveLength(6);
  });

  test('at the second occurrence, whose predecessor is deleted, is one of the whole series too', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId);
    await graph.data(remove, { input: { id: `${event.id}_20261102T100000` } });
    const answer = await change({ id: `${event.id}_20261109T100000`, scope: 'THIS_AND_FOLLOWING', start: timed('2026-11-09T12:00:00Z'), end: timed('2026-11-09T13:00:00Z') }); // biome-ignore format: one call
    expect(answer.splitOff).toBeNull();
    expect((await meetings(graph, event.id))?.slice(0, 2)).toEqual(['2026-11-09T12:00', '2026-11-16T12:00']);
  });

  test('of a managed series takes its key and its metadata from the input, else from the series', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId, { metadata: { room: '4' } });
    const first = await change({ id: `${event.id}_20261116T100000`, scope: 'THIS_AND_FOLLOWING', summary: 'Second' });
    expect(first.splitOff).toMatchObject({ key: 'weekly+20261116T100000', metadata: { room: '4' } });
    const second = await change({ id: `${first.splitOff.id}_20261130T100000`, scope: 'THIS_AND_FOLLOWING', followingKey: 'third', metadata: { room: '5' } }); // biome-ignore format: one call
    expect(second.splitOff).toMatchObject({ key: 'third', summary: 'Second', metadata: { room: '5' } });
    expect(await everything(graph, calendarId)).toHaveLength(6);
    const { event: byKey } = await graph.data(
      'query ($c: ID!) { event(by: { managed: { calendarId: $c, key: "third" } }) { id } }',
      { c: calendarId },
    );
    expect(byKey.id).toBe(second.splitOff.id);
  });

  test('undone and made again has a uid of its own under the same key', async () => {
    const calendarId = await local();
    const event = await seriesWithHistory(graph, calendarId);
    const first = await change(fromTheFifth(event));
    await graph.data(remove, { input: { id: first.splitOff.id } });
    const again = await change({ id: `${event.id}_20261116T100000`, scope: 'THIS_AND_FOLLOWING', followingKey: first.splitOff.key }); // biome-ignore format: one call
    expect(again.splitOff.key).toBe(first.splitOff.key);
    expect(again.splitOff.uid).not.toBe(first.splitOff.uid);
  });

  test('with new rules keeps the changed occurrences that the new rules make', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId);
    await change({ id: `${event.id}_20261123T100000`, summary: 'Kept' });
    await change({ id: `${event.id}_20261130T100000`, summary: 'Left over' });
    const { splitOff } = await change({ id: `${event.id}_20261109T100000`, scope: 'THIS_AND_FOLLOWING', recurrence: ['RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3'] }); // biome-ignore format: one call
    expect(await meetings(graph, splitOff.id)).toEqual(['2026-11-09T10:00', '2026-11-23T10:00', '2026-12-07T10:00']);
    const { node } = await graph.data('query ($id: ID!) { node(id: $id) { ... on CalendarEvent { summary } } }', {
      id: `${splitOff.id}_20261123T100000`,
    });
    expect(node.summary).toBe('Kept');
  });

  test('at a changed occurrence: what is given holds for it, what is not stays its own', async () => {
    const calendarId = await local();
    const event = await seriesWithHistory(graph, calendarId);
    const id = `${event.id}_20261214T100000`;
    const renamed = await change({ id, scope: 'THIS_AND_FOLLOWING', summary: 'Renamed' });
    expect(await meetings(graph, renamed.splitOff.id)).toEqual(['2026-12-15T15:00', '2026-12-21T10:00', '2026-12-28T10:00', '2027-01-04T10:00']); // biome-ignore format: a list
    const again = `${renamed.splitOff.id}_20261214T100000`;
    await change({ id: again, scope: 'THIS_AND_FOLLOWING', start: timed('2026-12-16T09:00:00Z'), end: timed('2026-12-16T10:00:00Z') }); // biome-ignore format: one call
    // The first of what goes on: the whole of it moves to Wednesdays.
    expect(await meetings(graph, renamed.splitOff.id)).toEqual(['2026-12-16T09:00', '2026-12-23T09:00', '2026-12-30T09:00', '2027-01-06T09:00']); // biome-ignore format: a list
    const other = await seriesWithHistory(graph, await local());
    const { splitOff } = await change({ id: `${other.id}_20261214T100000`, scope: 'THIS_AND_FOLLOWING', start: timed('2026-12-16T09:00:00Z'), end: timed('2026-12-16T10:00:00Z') }); // biome-ignore format: one call
    expect(await meetings(graph, splitOff.id)).toEqual(['2026-12-16T09:00', '2026-12-23T09:00', '2026-12-30T09:00', '2027-01-06T09:00']); // biome-ignore format: a list
  });

  test('in a spring gap, with its time sent back as it was shown, moves nothing', async () => {
    const calendarId = await local();
    const newYork = (text: string) => timed(text, 'America/New_York');
    const event = await weekly(calendarId, { start: newYork('2026-03-06T07:30:00Z'), end: newYork('2026-03-06T08:00:00Z'), recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] }); // biome-ignore format: one call
    const { splitOff } = await change({ id: `${event.id}_20260308T023000`, scope: 'THIS_AND_FOLLOWING', summary: 'Gap', start: newYork('2026-03-08T07:30:00Z'), end: newYork('2026-03-08T08:00:00Z') }); // biome-ignore format: one call
    expect(splitOff.key).toBe('weekly+20260308T023000');
    const { node } = await graph.data('query ($id: ID!) { node(id: $id) { ... on CalendarEvent { occurrences(from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z") { nodes { start { dateTime } } } } } }', { id: splitOff.id }); // biome-ignore format: one call
    expect(node.occurrences.nodes.map(({ start }: Loose) => start.dateTime)).toEqual(['2026-03-08T07:30:00Z', '2026-03-09T06:30:00Z', '2026-03-10T06:30:00Z']); // biome-ignore format: a list
  });

  test('without rules leaves one event', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId);
    const { splitOff } = await change({
      id: `${event.id}_20261109T100000`,
      scope: 'THIS_AND_FOLLOWING',
      recurrence: [],
    });
    expect(splitOff.recurrence).toBeNull();
    expect(await everything(graph, calendarId)).toEqual(['2026-11-02T10:00', '2026-11-09T10:00']);
  });

  test('to another day turns the rule’s weekdays; to other days than a rule can follow it wants the rule', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId, { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=6'] });
    const { splitOff } = await change({ id: `${event.id}_20261109T100000`, scope: 'THIS_AND_FOLLOWING', start: timed('2026-11-10T10:00:00Z'), end: timed('2026-11-10T11:00:00Z') }); // biome-ignore format: one call
    expect(splitOff.recurrence.rules).toEqual(['RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4']);
    const monthly = await weekly(calendarId, {
      key: 'monthly',
      recurrence: ['RRULE:FREQ=MONTHLY;BYMONTHDAY=2,16;COUNT=6'],
    });
    const moved = { id: `${monthly.id}_20261116T100000`, scope: 'THIS_AND_FOLLOWING', start: timed('2026-11-17T10:00:00Z'), end: timed('2026-11-17T11:00:00Z') }; // biome-ignore format: one input
    expect(await refused(update, moved)).toEqual([['INVALID', 'start']]);
    await change({ ...moved, recurrence: ['RRULE:FREQ=MONTHLY;BYMONTHDAY=3,17;COUNT=5'] });
  });

  test('into days and into another zone takes what is deleted along', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId);
    await graph.data(remove, { input: { id: `${event.id}_20261130T100000` } });
    const paris = await change({ id: `${event.id}_20261109T100000`, scope: 'THIS_AND_FOLLOWING', start: timed('2026-11-09T10:00:00Z', 'Europe/Paris'), end: timed('2026-11-09T11:00:00Z', 'Europe/Paris') }); // biome-ignore format: one call
    expect(paris.splitOff.recurrence.rules).toEqual(['RRULE:FREQ=WEEKLY;COUNT=5', 'EXDATE;TZID=Europe/Paris:20261130T110000']); // biome-ignore format: one line
    const days = await change({ id: `${paris.splitOff.id}_20261116T110000`, scope: 'THIS_AND_FOLLOWING', start: { date: '2026-11-17' }, end: { date: '2026-11-18' } }); // biome-ignore format: one call
    expect(days.splitOff.recurrence.rules).toEqual(['RRULE:FREQ=WEEKLY;COUNT=4', 'EXDATE;VALUE=DATE:20261201']);
    expect(await meetings(graph, days.splitOff.id)).toEqual(['2026-11-17', '2026-11-24', '2026-12-08']);
  });

  test('told nobody twice: a dry run writes nothing, a replay answers the first cut', async () => {
    const calendarId = await local();
    const event = await seriesWithHistory(graph, calendarId);
    const dry = await change(fromTheFifth(event, { control: { dryRun: true } }));
    expect(dry.splitOff.key).toBe('weekly+20261130T100000');
    expect(await meetings(graph, event.id)).toHaveLength(9);
    const input = fromTheFifth(event, { control: { idempotencyKey: 'once', ifVersion: event.version } });
    expect(await refused(update, { ...input, control: { ifVersion: 'another' } })).toEqual([['VERSION_CONFLICT', 'control.ifVersion']]); // biome-ignore format: one line
    const { node } = await graph.data('query ($id: ID!) { node(id: $id) { ... on CalendarEvent { version } } }', { id: event.id }); // biome-ignore format: one line
    const first = await change({ ...input, control: { idempotencyKey: 'once', ifVersion: node.version } });
    const second = await change({ ...input, control: { idempotencyKey: 'once', ifVersion: node.version } });
    expect(second.splitOff.id).toBe(first.splitOff.id);
    expect(await everything(graph, calendarId)).toEqual([...oldMeetings, ...newMeetings]);
  });

  test('asks whoever is invited again, and says so', async () => {
    await poll();
    const event = await weekly(connected, { attendees: { invite: [{ email: 'bob@example.test' }] } });
    await poll();
    const [resource] = stored();
    const master = resource?.object.master;
    if (resource === undefined || master == null) throw new Error('not stored');
    const attendees = master.attendees.map((one) =>
      one.email === 'bob@example.test' ? { ...one, status: 'ACCEPTED' as const } : one,
    );
    graph.provider.put(remoteId, { ...resource.object, master: { ...master, attendees } }, null, resource.remoteId);
    await poll();
    const input = { id: `${event.id}_20261116T100000`, scope: 'THIS_AND_FOLLOWING', summary: 'Again' };
    expect(await refused(update, { ...input, control: { onLoss: 'REFUSE' } })).toEqual([['NOT_SUPPORTED', 'scope']]);
    const answer = await change(input);
    expect(answer.warnings).toEqual([{ code: 'PARTICIPATION_RESET', path: ['scope'] }]);
    expect(answer.splitOff.attendees).toContainEqual({ email: 'bob@example.test', status: 'NEEDS_ACTION' });
  });

  test('ends just before an occurrence when what follows is deleted', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId, { recurrence: ['RRULE:FREQ=WEEKLY'] });
    const { deleteEvent } = await graph.data(remove, { input: { id: `${event.id}_20261123T100000`, scope: 'THIS_AND_FOLLOWING' } }); // biome-ignore format: one call
    expect(deleteEvent.deletedId).toBe(`${event.id}_20261123T100000`);
    expect(await meetings(graph, event.id)).toEqual(['2026-11-02T10:00', '2026-11-09T10:00', '2026-11-16T10:00']);
  });
});

describe('ALL', () => {
  test('what a changed occurrence merely repeated follows its series, what it says itself stays', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId, { description: 'old' });
    await change({ id: `${event.id}_20261109T100000`, summary: 'Own' });
    await change({ id: event.id, summary: 'Renamed', description: 'new' });
    const { node } = await graph.data('query ($id: ID!) { node(id: $id) { ... on CalendarEvent { summary description } } }', { id: `${event.id}_20261109T100000` }); // biome-ignore format: one line
    expect(node).toEqual({ summary: 'Own', description: 'new' });
  });

  test('UNTIL, and what is deleted, move along; old ids of occurrences end', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20261207T100000Z'] });
    await graph.data(remove, { input: { id: `${event.id}_20261123T100000` } });
    await change({ id: `${event.id}_20261116T100000`, scope: 'ALL', start: timed('2026-11-17T12:00:00Z'), end: timed('2026-11-17T13:00:00Z') }); // biome-ignore format: one call
    expect(await meetings(graph, event.id)).toEqual(['2026-11-03T12:00', '2026-11-10T12:00', '2026-11-17T12:00', '2026-12-01T12:00', '2026-12-08T12:00']); // biome-ignore format: one list
    const { nodes } = await graph.data('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [`${event.id}_20261116T100000`, `${event.id}_20261117T120000`, event.id] }); // biome-ignore format: one call
    expect(nodes.map((node: Loose) => node?.id ?? null)).toEqual([null, `${event.id}_20261117T120000`, event.id]);
  });

  test('into days, back to times, and to one event and a series again', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId);
    await change({ id: event.id, start: { date: '2026-11-02' }, end: { date: '2026-11-03' } });
    expect((await meetings(graph, event.id))?.slice(0, 2)).toEqual(['2026-11-02', '2026-11-09']);
    await change({ id: event.id, start: timed('2026-11-02T18:00:00Z', 'America/New_York'), end: timed('2026-11-02T19:00:00Z', 'America/New_York') }); // biome-ignore format: one call
    expect((await meetings(graph, event.id))?.slice(0, 2)).toEqual(['2026-11-02T13:00', '2026-11-09T13:00']);
    expect((await change({ id: event.id, recurrence: [] })).event.recurrence).toBeNull();
    expect(await everything(graph, calendarId)).toHaveLength(1);
    await change({ id: event.id, recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] });
    expect(await everything(graph, calendarId)).toHaveLength(3);
  });

  test('by its key as well: a series that an upsert moves takes its changed and deleted occurrences along', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId);
    await graph.data(remove, { input: { id: `${event.id}_20261109T100000` } });
    await change({ id: `${event.id}_20261116T100000`, start: timed('2026-11-17T15:00:00Z'), end: timed('2026-11-17T16:00:00Z') }); // biome-ignore format: one call
    const moved = {
      calendarId,
      key: 'weekly',
      start: timed('2026-11-02T11:00:00Z'),
      end: timed('2026-11-02T12:00:00Z'),
    };
    await graph.data(upsert, { input: moved });
    expect((await meetings(graph, event.id))?.slice(0, 3)).toEqual(['2026-11-02T11:00', '2026-11-17T15:00', '2026-11-23T11:00']); // biome-ignore format: a list
  });

  test('of a single event in the second hour of an overlap keeps the instant that was sent', async () => {
    const calendarId = await local();
    const second = { start: timed('2026-10-25T01:30:00Z'), end: timed('2026-10-25T01:45:00Z') };
    const event = await weekly(calendarId, { ...second, start: timed('2026-10-25T00:30:00Z'), recurrence: undefined });
    const answer = await change({ id: event.id, ...second });
    expect(answer.event.start).toMatchObject({ dateTime: '2026-10-25T01:30:00Z', local: '2026-10-25T01:30:00+00:00' });
    expect((await change({ id: event.id, summary: 'Same time' })).event.start.dateTime).toBe('2026-10-25T01:30:00Z');
  });

  test('moving a series past its old end is no mistake', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20261116T100000Z'] });
    await change({ id: event.id, start: timed('2026-12-07T10:00:00Z'), end: timed('2026-12-07T11:00:00Z') });
    expect(await meetings(graph, event.id)).toEqual(['2026-12-07T10:00', '2026-12-14T10:00', '2026-12-21T10:00']);
  });

  test('a move that would cost a changed occurrence its place wants the rules with it', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId, { start: timed('2026-10-30T10:00:00Z'), end: timed('2026-10-30T11:00:00Z'), recurrence: ['RRULE:FREQ=MONTHLY;COUNT=4'] }); // biome-ignore format: one call
    await change({ id: `${event.id}_20261130T100000`, summary: 'Own' });
    const input = { id: event.id, start: timed('2026-10-31T10:00:00Z'), end: timed('2026-10-31T11:00:00Z') };
    expect(await refused(update, input)).toEqual([['INVALID', 'start']]);
    await change({ ...input, recurrence: ['RRULE:FREQ=MONTHLY;COUNT=4'] });
  });
});

describe('what is refused', () => {
  test('keys for what goes on: used, a stranger’s uid, too long, empty, for another scope, of an external event', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId);
    await weekly(calendarId, { key: 'taken', recurrence: undefined });
    const ics = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:theirs', 'DTSTAMP:20260101T000000Z', 'DTSTART:20261102T100000Z', 'DTEND:20261102T110000Z', 'RRULE:FREQ=WEEKLY;COUNT=4', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n'); // biome-ignore format: one document
    await graph.data(`mutation ($i: ImportIcsInput!) { importIcs(input: $i) { userErrors { code } } }`, { i: { calendarId, ics } }); // biome-ignore format: one call
    const cut = { id: `${event.id}_20261109T100000`, scope: 'THIS_AND_FOLLOWING' };
    const long = 'k'.repeat(1_025);
    expect(await refused(update, { ...cut, followingKey: 'taken' })).toEqual([['DUPLICATE', 'followingKey']]);
    expect(await refused(update, { ...cut, followingKey: 'theirs' })).toEqual([['WRONG_EVENT_KIND', 'followingKey']]);
    expect(await refused(update, { ...cut, followingKey: long })).toEqual([['TOO_LONG', 'followingKey']]);
    expect(await refused(update, { ...cut, followingKey: '' })).toEqual([['INVALID', 'followingKey']]);
    expect(await refused(update, { ...cut, scope: 'ALL', followingKey: 'x' })).toEqual([['INVALID', 'followingKey']]);
    expect(await refused(update, { id: event.id, followingKey: 'x' })).toEqual([['INVALID', 'followingKey']]);
    const { event: external } = await graph.data('query ($c: ID!) { event(by: { external: { calendarId: $c, uid: "theirs" } }) { id } }', { c: calendarId }); // biome-ignore format: one call
    const theirs = { id: `${external.id}_20261109T100000Z`, scope: 'THIS_AND_FOLLOWING' };
    expect(await refused(update, { ...theirs, followingKey: 'x', metadata: { a: 'b' } })).toEqual([['WRONG_EVENT_KIND', 'metadata'], ['WRONG_EVENT_KIND', 'followingKey']]); // biome-ignore format: one line
    const { splitOff } = await change({ ...theirs, summary: 'Theirs, changed' });
    expect(splitOff).toMatchObject({ key: null, summary: 'Theirs, changed' });
    expect(splitOff.uid).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  });

  test('a key that would be too long with the start behind it has to be given', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId, { key: 'k'.repeat(1_020) });
    const cut = { id: `${event.id}_20261109T100000`, scope: 'THIS_AND_FOLLOWING' };
    expect(await refused(update, cut)).toEqual([['REQUIRED', 'followingKey']]);
    expect((await change({ ...cut, followingKey: 'short' })).splitOff.key).toBe('short');
  });

  test('all errors of a cut at once, and nothing changed', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId);
    await weekly(calendarId, { key: 'taken', recurrence: undefined });
    const input = { id: `${event.id}_20261109T100000`, scope: 'THIS_AND_FOLLOWING', followingKey: 'taken', summary: 'x'.repeat(1_025), color: '#123456', categories: [''], start: timed('2026-11-09T14:00:00Z') }; // biome-ignore format: one input
    expect((await refused(update, input)).sort()).toEqual([
      ['DUPLICATE', 'followingKey'],
      ['INVALID', 'categories.0'],
      ['INVALID', 'start'],
      ['TOO_LONG', 'summary'],
    ]);
    expect(await everything(graph, calendarId)).toHaveLength(7);
  });

  test('occurrences that are cancelled, not made by the rule, or named in another way than their series', async () => {
    const calendarId = await local();
    const event = await weekly(calendarId);
    await graph.data(remove, { input: { id: `${event.id}_20261109T100000` } });
    await change({ id: `${event.id}_20261116T100000`, status: 'CANCELLED' });
    for (const id of ['20261109T100000', '20261116T100000', '20261110T100000', '20261123', '20261123T100000Z', '20261301T100000', 'x']) {
      for (const scope of ['THIS', 'THIS_AND_FOLLOWING', 'ALL']) {
        expect(await refused(update, { id: `${event.id}_${id}`, scope, summary: 'x' })).toEqual([['NOT_FOUND', 'id']]);
      }
    } // biome-ignore format: a table
  });

  test('more than a thousand changed or deleted occurrences of one series', async () => {
    const calendarId = await local();
    const start = Date.UTC(2026, 10, 2, 10);
    const basic = (day: number) => new Date(start + day * 86_400_000).toISOString().replace(/[-:]|\.\d+/g, '');
    const exceptions = Array.from({ length: 1_000 }, (_, day) => ['BEGIN:VEVENT', 'UID:many', 'DTSTAMP:20260101T000000Z', `RECURRENCE-ID:${basic(day)}`, `DTSTART:${basic(day)}`, 'DURATION:PT1H', 'SUMMARY:own', 'END:VEVENT']); // biome-ignore format: one component
    const taken = Array.from({ length: 1_000 }, (_, day) => basic(1_000 + day)).join();
    const ics = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:many', 'DTSTAMP:20260101T000000Z', `DTSTART:${basic(0)}`, 'DURATION:PT1H', 'RRULE:FREQ=DAILY', `EXDATE:${taken}`, 'END:VEVENT', ...exceptions.flat(), 'END:VCALENDAR', ''].join('\r\n'); // biome-ignore format: one document
    await graph.data(`mutation ($i: ImportIcsInput!) { importIcs(input: $i) { userErrors { code } } }`, { i: { calendarId, ics } }); // biome-ignore format: one call
    const { event } = await graph.data('query ($c: ID!) { event(by: { external: { calendarId: $c, uid: "many" } }) { id } }', { c: calendarId }); // biome-ignore format: one call
    expect(await refused(update, { id: `${event.id}_${basic(2_000)}`, summary: 'one more' })).toEqual([['LIMIT_EXCEEDED', 'id']]); // biome-ignore format: one line
    expect(await refused(remove, { id: `${event.id}_${basic(2_000)}` })).toEqual([['LIMIT_EXCEEDED', 'id']]);
    await change({ id: `${event.id}_${basic(3)}`, summary: 'one of them' });
  });

  test('changed occurrences without their series: only themselves', async () => {
    await poll();
    const recurrenceId = '20261109T100000Z';
    const at = { kind: 'utc', instant: Date.UTC(2026, 10, 9, 10) } as const;
    const content = { summary: 'Only this', description: null, start: at, end: at, nominalDays: null, status: 'CONFIRMED', busyStatus: 'BUSY', visibility: 'DEFAULT', location: null, url: null, color: null, categories: [], organizer: null, attendees: [], reminders: [], rules: [] } as const; // biome-ignore format: one value
    graph.provider.put(remoteId, { uid: 'orphan', master: null, exceptions: [{ recurrenceId, content }], sequence: 0, stampedAt: 0, createdAt: null, updatedAt: null, marker: null }); // biome-ignore format: one call
    await poll();
    const { calendar } = await graph.data('query ($id: ID!, $f: EventFilter) { calendar(id: $id) { events(filter: $f) { nodes { id } } } }', { id: connected, f: { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z', managed: 'INCLUDE' } }); // biome-ignore format: one call
    const { id } = calendar.events.nodes[0];
    for (const scope of ['ALL', 'THIS_AND_FOLLOWING']) {
      expect(await refused(update, { id, scope, summary: 'x' })).toEqual([['INVALID', 'scope']]);
    }
    expect((await change({ id, summary: 'Changed' })).event.summary).toBe('Changed');
    const { deleteEvent } = await graph.data(remove, { input: { id } });
    expect(deleteEvent).toMatchObject({ deletedId: id, operation: { status: 'APPLIED' } });
    expect(stored()).toEqual([]);
  });

  test('cutting a series that somebody else organizes', async () => {
    await poll();
    const master = { summary: 'Theirs', description: null, start: { kind: 'utc', instant: Date.UTC(2026, 10, 2, 10) }, end: { kind: 'utc', instant: Date.UTC(2026, 10, 2, 11) }, nominalDays: null, status: 'CONFIRMED', busyStatus: 'BUSY', visibility: 'DEFAULT', location: null, url: null, color: null, categories: [], organizer: { uri: 'mailto:bob@example.test', email: 'bob@example.test', name: null }, attendees: [], reminders: [], rules: ['RRULE:FREQ=WEEKLY;COUNT=4'] } as const; // biome-ignore format: one value
    graph.provider.put(remoteId, { uid: 'invitation', master, exceptions: [], sequence: 0, stampedAt: 0, createdAt: null, updatedAt: null, marker: null }); // biome-ignore format: one call
    await poll();
    const { event } = await graph.data('query ($c: ID!) { event(by: { external: { calendarId: $c, uid: "invitation" } }) { id } }', { c: connected }); // biome-ignore format: one call
    const cut = { id: `${event.id}_20261109T100000Z`, scope: 'THIS_AND_FOLLOWING' };
    expect(await refused(update, { ...cut, busyStatus: 'FREE' })).toEqual([['READ_ONLY', 'scope']]);
    expect(await refused(remove, cut)).toEqual([['READ_ONLY', 'scope']]);
  });
});
