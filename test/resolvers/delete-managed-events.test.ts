/** `deleteManagedEvents`: all of the application's own events and nothing else, here and at the provider. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../setup/graph.ts';

let graph: TestGraph;
let accountId: string;
let calendarId: string;
let remoteId: string;
let own: { readonly accountId: string; readonly calendarId: string };

const remove = `mutation ($input: DeleteManagedEventsInput!) { deleteManagedEvents(input: $input) { deleted userErrors { code path message } } }`;
const deleted = async (input: object): Promise<Loose> => (await graph.run(remove, { input })).data.deleteManagedEvents;
const timed = (dateTime: string) => ({ timed: { dateTime, timeZone: 'Europe/London' } });
const times = { start: timed('2026-03-02T10:00:00Z'), end: timed('2026-03-02T11:00:00Z') };

beforeAll(async () => {
  graph = await openGraph();
  remoteId = graph.provider.addCalendar({ name: 'Work' });
  const { connectCalDav } = await graph.data(
    `mutation { connectCalDav(input: { serverUrl: "http://127.0.0.1:1/", username: "alice", password: "alicepw" }) {
      account { id } profile { id calendars { id } } userErrors { code message } } }`,
  );
  accountId = connectCalDav.account.id;
  calendarId = connectCalDav.profile.calendars[0].id;
  await graph.engine.pollNow(connectCalDav.profile.id);
  own = await applicationCalendar(graph, 'many');
});
afterAll(() => graph.close());

const upsert = (calendar: string, key: string, more: object = {}) =>
  graph.data(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { code message } } }',
    { input: { calendarId: calendar, key, summary: key, ...times, ...more } },
  );
const importOne = (calendar: string) =>
  graph.data(
    'mutation ($input: ImportIcsInput!) { importIcs(input: $input) { created userErrors { code message } } }',
    {
      input: {
        calendarId: calendar,
        ics: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:external\r\nDTSTAMP:20260301T000000Z\r\nDTSTART:20260303T100000Z\r\nSUMMARY:external\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
      },
    },
  );
const summaries = async (calendar: string): Promise<string[]> => {
  const { calendar: found } = await graph.data(
    `query ($id: ID!) { calendar(id: $id) { events(first: 500, filter: { managed: INCLUDE, expand: SERIES, from: "2026-01-01T00:00:00Z", to: "2026-12-31T00:00:00Z" }) { nodes { summary } } } }`,
    { id: calendar },
  );
  return found.events.nodes.map(({ summary }: Loose) => summary).sort();
};

test('of an account: singles and series of all of its calendars, more than one page of them; what others made stays', async () => {
  for (let at = 0; at < 450; at += 50) {
    const operations = Array.from({ length: 50 }, (_, index) => ({
      upsert: { calendarId: own.calendarId, key: `key-${at + index}`, summary: 'ours', ...times },
    }));
    await graph.data(
      'mutation ($input: BatchEventsInput!) { batchEvents(input: $input) { results { userErrors { code } } userErrors { code message } } }',
      { input: { operations } },
    );
  }
  await upsert(own.calendarId, 'series', { recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] });
  await importOne(own.calendarId);
  expect(await summaries(own.calendarId)).toHaveLength(452);
  expect(await deleted({ allOfAccountId: own.accountId })).toEqual({ deleted: 451, userErrors: [] });
  expect(await summaries(own.calendarId)).toEqual(['external']);
  expect(await deleted({ allOfAccountId: own.accountId })).toEqual({ deleted: 0, userErrors: [] });
});

test('of calendars: those alone, at their provider too; a key is free again then', async () => {
  await upsert(own.calendarId, 'elsewhere');
  await upsert(calendarId, 'single');
  await upsert(calendarId, 'series', { recurrence: ['RRULE:FREQ=WEEKLY'] });
  await importOne(calendarId);
  expect(await deleted({ calendarIds: [calendarId, calendarId] })).toEqual({ deleted: 2, userErrors: [] });
  expect(await summaries(calendarId)).toEqual(['external']);
  expect(await summaries(own.calendarId)).toContain('elsewhere');
  const operations = async () =>
    (
      await graph.data('query ($ids: [ID!]) { operations(accountIds: $ids, status: PENDING) { nodes { id } } }', {
        ids: [accountId],
      })
    ).operations.nodes;
  for (const { id } of await operations()) await graph.engine.attemptOperation(id);
  expect(await operations()).toEqual([]);
  const there = () =>
    [...graph.provider.calendar(remoteId).resources.values()].map(({ object }) => object.master?.summary);
  expect(there()).toEqual(['external']);
  await upsert(calendarId, 'single');
  expect(there().sort()).toEqual(['external', 'single']);
});

test('every error at once, and nothing is deleted', async () => {
  const before = [await summaries(calendarId), await summaries(own.calendarId)];
  const refused = async (input: object) => {
    const answer = await deleted(input);
    expect(answer.deleted).toBe(0);
    return answer.userErrors.map(({ code, path }: Loose) => `${code} ${path.join('.')}`);
  };
  const unknown = `cal_${'0'.repeat(26)}`;
  expect(await refused({ calendarIds: [] })).toEqual(['REQUIRED calendarIds']);
  expect(await refused({ calendarIds: [unknown, calendarId, own.calendarId] })).toEqual([
    'NOT_FOUND calendarIds.0',
    'INVALID calendarIds',
  ]);
  expect(await refused({ allOfAccountId: `acc_${'0'.repeat(26)}` })).toEqual(['NOT_FOUND allOfAccountId']);
  expect([await summaries(calendarId), await summaries(own.calendarId)]).toEqual(before);
});
