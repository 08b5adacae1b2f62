/** `Attendee.account`: whose address it is, told to who may know whom the account stands for. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createApplication } from '../../auth/applications.ts';
import { MemoryProvider } from '../../datasources/providers/memory/provider.ts';
import type { EventContent } from '../../domain/events/model.ts';
import { type Loose, openGraph, type TestGraph } from '../setup/graph.ts';
import { event } from '../sync/world.ts';

let graph: TestGraph;
let alice: string;
let calendarId: string;
let token: string;

const range = 'from: "2020-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z"';
const document = `query ($id: ID!) { calendar(id: $id) { events(filter: { ${range} }) { nodes { uid attendees { email account { id email } } } } } }`;
const person = (email: string | null, uri = `mailto:${email}`) => ({
  uri,
  email,
  name: null,
  status: 'ACCEPTED' as const,
  optional: false,
  resource: false,
});

beforeAll(async () => {
  const provider = new MemoryProvider({ addresses: ['alice@example.test', 'also-alice@example.test'] });
  const remoteId = provider.addCalendar({ name: 'Work' });
  const people: Pick<EventContent, 'attendees'> = {
    attendees: [
      person('Alice@Example.TEST'),
      person('nobody@example.test'),
      person('%@example.test'),
      person(null, 'urn:uuid:0d5f1c39-7b1f-4f0e-a7d3-000000000000'),
    ],
  };
  provider.put(remoteId, event('meeting', 'meeting', people));
  provider.put(remoteId, event('another', 'another', people));
  graph = await openGraph({ provider });
  const { connectCalDav } = await graph.data(
    `mutation { connectCalDav(input: { serverUrl: "http://127.0.0.1:1/", username: "alice", password: "alicepw" }) {
      account { id } profile { id calendars { id } } tokens { accessToken } userErrors { code message } } }`,
  );
  alice = connectCalDav.account.id;
  calendarId = connectCalDav.profile.calendars[0].id;
  token = connectCalDav.tokens.accessToken;
  await graph.engine.pollNow(connectCalDav.profile.id);
});
afterAll(() => graph.close());
beforeEach(() => grantOf(graph.applicationId, ['read_write']));

const grantOf = (applicationId: string, scopes: string[]) =>
  graph.fresh.store.asWorker((tx) =>
    tx
      .updateTable('authorization_grant')
      .set({ scopes })
      .where('account_id', '=', alice)
      .where('application_id', '=', applicationId)
      .execute(),
  );

async function accountsBehind(
  key?: string,
): Promise<{ readonly ids: readonly (string | null)[]; readonly sqlQueries: number }> {
  const { data, errors, sqlQueries } = await graph.run(document, { id: calendarId }, key);
  expect(errors).toEqual([]);
  const lists = data.calendar.events.nodes.map(({ attendees }: Loose) =>
    attendees.map(({ account }: Loose) => account?.id ?? null),
  );
  expect(lists).toHaveLength(2);
  expect(lists[0]).toEqual(lists[1]);
  return { ids: lists[0], sqlQueries };
}

test('is the account that is known by the address, whatever the case; of other addresses there is none', async () => {
  expect((await accountsBehind()).ids).toEqual([alice, null, null, null]);
  expect((await accountsBehind(token)).ids).toEqual([alice, null, null, null]);
});

test('of all the people of a page are one statement', async () => {
  const { sqlQueries } = await accountsBehind();
  const without = await graph.run(document.replace('account { id email }', ''), { id: calendarId });
  expect(sqlQueries - without.sqlQueries).toBe(1);
});

test('who may not know whom the account stands for is not told that the address is its own', async () => {
  await grantOf(graph.applicationId, ['list_calendars', 'read_events']);
  expect((await accountsBehind()).ids).toEqual([null, null, null, null]);
});

test('an application that the account did not authorise is not told of it, in the same unit either', async () => {
  const { store } = graph.fresh;
  const other = (unit: string) =>
    store.asWorker((tx) => createApplication(tx, store.ids, { name: 'Other', unit }, 'operator'));
  const [{ unit_id: unitId } = { unit_id: '' }] = await graph.fresh.superuser<{ unit_id: string }>(
    'select unit_id from application where id = $1',
    [graph.applicationId],
  );
  for (const unit of [unitId, 'Elsewhere']) {
    const { secret } = await other(unit);
    const { upsertApplicationCalendar: made } = await graph.data(
      `mutation { upsertApplicationCalendar(input: { key: "theirs" }) { calendar { id } userErrors { code message } } }`,
      {},
      secret,
    );
    await graph.data(
      'mutation ($input: ImportIcsInput!) { importIcs(input: $input) { created userErrors { code message } } }',
      {
        input: {
          calendarId: made.calendar.id,
          ics: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:theirs\r\nDTSTAMP:20260301T000000Z\r\nDTSTART:20260303T100000Z\r\nDTEND:20260303T110000Z\r\nORGANIZER:mailto:carol@example.test\r\nATTENDEE:mailto:alice@example.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
        },
      },
      secret,
    );
    const { calendar } = await graph.data(document, { id: made.calendar.id }, secret);
    expect(calendar.events.nodes).toMatchObject([{ attendees: [{ email: 'alice@example.test', account: null }] }]);
  }
});
